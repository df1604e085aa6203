"""Hours of a whole live session in real time: whether memory grows or a clock drifts.

    xvfb-run python -m benchmarks robustness live-soak CLIP.mp4 EXERCISE --hours 2 --fps 6

The clip comes again and again from a loopback MJPEG server through camera feed, pose model, flow,
window and the system's voice. Each minute a row is printed: resident memory, and the largest
difference, within that minute, between the hold timer and the picture times, between the picture
times and the wall clock where the flow has them, and between an event and the start of its speech.
``live_hours.py`` does the same in the time of the poses, without camera, model and window.
"""

from __future__ import annotations

import gc
import os
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from benchmarks.common import memory_mb, parser_of, sound_into_nothing, today, write_json
from benchmarks.robustness.live_hours import HoldClock
from benchmarks.robustness.mjpeg_server import Clip, MjpegServer
from formcheck.capture.camera import open_camera
from formcheck.capture.feed import CameraFeed
from formcheck.core.coach.set_flow import SetFlow
from formcheck.core.coach.set_summary import summary_lines
from formcheck.core.coach.step import FlowStep
from formcheck.core.judge.session import Session
from formcheck.core.messages import Messages
from formcheck.estimate import models as model_store
from formcheck.estimate.mediapipe import PoseEstimator
from formcheck.io.specs import load_spec
from formcheck.live.session import LiveSession
from formcheck.live.voice import Voice, open_speaker
from formcheck.live.window import Window


def main(argv: list[str] | None = None) -> None:
    parser = parser_of(__doc__)
    parser.add_argument("clip", type=Path)
    parser.add_argument("exercise")
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--fps", type=float, default=6.0)
    parser.add_argument("--reps", type=int, default=200)
    parser.add_argument("--sets", type=int, default=20)
    parser.add_argument("--rest", type=float, default=10.0)
    given = parser.parse_args(argv)
    spec = load_spec(given.exercise)
    flow = SetFlow(
        spec, lambda side: Session(spec, side=side), reps=given.reps, sets=given.sets,
        rest_s=given.rest,
    )  # fmt: skip
    holds = HoldClock()
    behind_s: list[float] = []
    counted = {"left": 0, "right": 0, "both": 0}
    update = flow.update

    def watched(*args, **named) -> FlowStep:  # type: ignore[no-untyped-def]
        step = update(*args, **named)
        behind_s.append(feed.now_s() - args[0].time_s)
        if step.result is not None:
            holds.note(step.result.events)
        return step

    flow.update = watched  # type: ignore[method-assign]
    began = time.monotonic()
    rows: list[tuple[float, float]] = []

    def sample() -> None:
        while not over.wait(60):
            minute = (time.monotonic() - began) / 60
            gc.collect()
            rows.append((minute, memory_mb()))
            spoken, pictures = list(voice.delays_s), list(behind_s)
            behind_s.clear()
            said = spoken[-30:]  # about those of this minute
            print(
                f"{minute:6.1f} min  {rows[-1][1]:7.1f} MB  hold timer {1000 * holds.take_s():3.0f}"
                f" ms  pictures {len(pictures):4d}, {1000 * np.median(pictures or [0]):4.0f} ms"
                f" behind (most {1000 * max(pictures, default=0):5.0f})"
                f"  speech {1000 * max(said, default=0):3.0f} ms",
                flush=True,
            )

    over = threading.Event()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(sound_into_nothing(Path(folder)))
        speaker, why = open_speaker("voice", "en")
        if why:
            raise SystemExit(why)
        with (
            Window() as window,  # before PyAV is loaded, which the clip does
            MjpegServer(Clip(given.clip), fps=given.fps) as server,
            PoseEstimator(model_store.load().path) as estimator,
            Voice(speaker) as voice,
            CameraFeed(lambda: open_camera(server.address)) as feed,
        ):
            sampling = threading.Thread(target=sample, daemon=True)
            sampling.start()
            session = LiveSession(flow, feed, estimator, window, voice, words=Messages())
            session.run(lambda: time.monotonic() - began > 3600 * given.hours)
            over.set()
            sampling.join()
    for summary in flow.summaries:
        for side, count in summary.totals.reps.items():
            counted[side] += count
    print(f"pictures from the camera: {feed.frames}, losses: {feed.losses}")
    for line in summary_lines(spec, flow.summaries, Messages()):
        print(f"  {line}")
    plays = (time.monotonic() - began) / server.clip.length_s
    print(f"reps: {counted}, {holds.ticks} seconds of holds told, clip played {plays:.1f} times")
    for name in ("inference_s", "added_s", "screen_age_s"):
        print(session.timings.line(name))
    if voice.problem:
        print(voice.problem)
    if len(rows) > 1:
        first, most, last = rows[0][1], max(mb for _, mb in rows), rows[-1][1]
        print(
            f"memory: {first:.1f} MB after a minute, at most {most:.1f} MB, {last:.1f} MB at the "
            f"end: {last / first - 1:+.1%}"
        )
    write_json(
        given.json,
        {
            "date": today(),
            "pictures": feed.frames,
            "losses": feed.losses,
            "reps": counted,
            "hold_seconds_told": holds.ticks,
            "plays": plays,
            "minutes": [{"minute": minute, "memory_mb": mb} for minute, mb in rows],
        },
    )
