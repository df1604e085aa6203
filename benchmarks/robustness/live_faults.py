"""Runs the whole live session on a loopback MJPEG camera and prints what came of it.

    xvfb-run python -m benchmarks robustness live-faults CLIP.mp4 EXERCISE --seconds 60 \
        --fault cut@8:5 --fault freeze@18:3 --fps 30 --screenshots FOLDER

Prints counts, time of inference, flow and drawing, the age of what is on the screen, the delay of
speech and the growth of memory. The age is also measured from outside: every picture has its
number in it, and the server knows when it sent it, so decoding and buffers are in. ``--once`` ends
with the clip and compares the counts with those of the file, analysed by itself.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import cv2
import numpy as np

from benchmarks.common import (
    Figures,
    memory_mb,
    parser_of,
    percentile_ms,
    sound_into_nothing,
    today,
    write_json,
)
from benchmarks.robustness.mjpeg_server import Clip, MjpegServer, faults_of, read_number
from formcheck.capture.camera import open_camera
from formcheck.capture.feed import CameraFeed
from formcheck.capture.video_file import VideoFile
from formcheck.core.coach.set_flow import SetFlow
from formcheck.core.coach.set_summary import summary_lines
from formcheck.core.events import Counts
from formcheck.core.judge.session import Session
from formcheck.core.measure.spine import needs_outline
from formcheck.core.messages import Messages
from formcheck.core.spec.exercise import ExerciseSpec
from formcheck.estimate import models as model_store
from formcheck.estimate.mediapipe import PoseEstimator
from formcheck.io.specs import load_spec
from formcheck.live.session import LiveSession, Shown
from formcheck.live.voice import Voice, open_speaker
from formcheck.live.window import Window


class KeepingWindow:
    """A window that also keeps a picture of each new phase, cue or hold."""

    def __init__(self, window: Window, folder: Path | None) -> None:
        self._window, self._folder = window, folder
        self.pending: str | None = None
        self._number = 0

    def show(self, image: np.ndarray) -> None:
        """Show a picture, and keep it where one is wanted."""
        self._window.show(image)
        # Taken before the slow writing: the model's thread may want another one meanwhile.
        wanted, self.pending = self.pending, None
        if self._folder is not None and wanted is not None:
            self._number += 1
            cv2.imwrite(str(self._folder / f"{self._number:02d}-{wanted}.png"), image)

    def key(self) -> str | None:
        """Return the key of the window."""
        return self._window.key()


class WatchedSession(LiveSession):
    """A session that also notes how long before its showing each picture was sent."""

    server: MjpegServer

    def _show(self, shown: Shown) -> None:
        super()._show(shown)
        now = time.monotonic()
        sent_at = self.server.sent_at.get(read_number(shown.image_rgb))
        if shown.pose is not None and sent_at is not None:
            self.sent_ages_s.append(now - sent_at)
            self.sent_beyond_s.append(now - sent_at - shown.inference_s)

    def watch(self, server: MjpegServer) -> None:
        """Note the ages of this server's pictures."""
        self.server = server
        self.sent_ages_s: list[float] = []
        self.sent_beyond_s: list[float] = []


def counts_of_file(clip: Path, spec: ExerciseSpec) -> tuple[Counts, float]:
    """Return what the file comes to, and the mean time that the pose model took."""
    session, pictures, took_s = Session(spec), 0, 0.0
    with (
        VideoFile(clip) as frames,
        PoseEstimator(model_store.load().path, with_mask=needs_outline(spec)) as estimator,
    ):
        for frame in frames:
            began = time.perf_counter()
            pose = estimator.estimate(frame)
            took_s, pictures = took_s + time.perf_counter() - began, pictures + 1
            session.update(pose)
    return session.finish().totals, took_s / max(pictures, 1)


def main(argv: list[str] | None = None) -> None:
    parser = parser_of(__doc__)
    parser.add_argument("clip", type=Path)
    parser.add_argument("exercise")
    parser.add_argument("--fps", type=float, default=30.0)
    parser.add_argument("--fault", action="append", default=[], metavar="KIND@FROM:SECONDS")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--once", action="store_true", help="One play of the clip, no end of dose.")
    parser.add_argument("--reps", type=int)
    parser.add_argument("--sets", type=int)
    parser.add_argument("--rest", type=float)
    parser.add_argument("--width", type=int, help="Scale the clip to this width.")
    parser.add_argument("--screenshots", type=Path)
    given = parser.parse_args(argv)
    faults = faults_of(given.fault)
    spec = load_spec(given.exercise)
    reps = 1000 if given.once else given.reps
    flow = SetFlow(
        spec, lambda side: Session(spec, side=side), reps=reps, sets=given.sets, rest_s=given.rest,
    )  # fmt: skip
    if given.screenshots:
        given.screenshots.mkdir(parents=True, exist_ok=True)
    last: list[object] = [None]
    problems: set[str] = set()

    def watching(original):  # type: ignore[no-untyped-def]
        def update(*args, **named):  # type: ignore[no-untyped-def]
            step = original(*args, **named)
            shown = step.display
            for saying in step.says:
                print(f"{saying.time_s:7.2f}  {saying.kind:9s} {saying.text}", flush=True)
            cue = shown.cue
            key = (shown.phase, cue.tone if cue else "", shown.hold is not None)
            if key != last[0]:
                last[0] = key
                screen.pending = "-".join(str(part) for part in key if part)
            return step

        return update

    flow.update = watching(flow.update)  # type: ignore[method-assign]
    flow.tick = watching(flow.tick)  # type: ignore[method-assign]
    sound_settings = tempfile.TemporaryDirectory()
    os.environ.update(sound_into_nothing(Path(sound_settings.name)))
    speaker, _ = open_speaker("voice", "en")
    memory: list[float] = []

    def sample() -> None:
        while True:
            memory.append(memory_mb())
            if feed.problem:
                problems.add(feed.problem)
            time.sleep(0.5)

    with (
        Window() as window,  # before PyAV is loaded, which the clip does
        MjpegServer(
            clip := Clip(given.clip, width=given.width), fps=given.fps, faults=faults
        ) as server,
        PoseEstimator(model_store.load().path, with_mask=needs_outline(spec)) as estimator,
        Voice(speaker) as voice,
        CameraFeed(lambda: open_camera(server.address)) as feed,
    ):
        screen = KeepingWindow(window, given.screenshots)
        threading.Thread(target=sample, daemon=True).start()
        session = WatchedSession(flow, feed, estimator, screen, voice, words=Messages())
        session.watch(server)
        seconds = clip.length_s if given.once else given.seconds
        # Not one picture of the second play may be seen.
        until = (server.began or time.monotonic()) + seconds - 1 / given.fps
        session.run(lambda: time.monotonic() > until)
    figures: Figures = {
        "date": today(),
        "pictures": feed.frames,
        "losses": feed.losses,
        "problems": sorted(problems),
    }
    print(f"pictures from the camera: {feed.frames}, losses: {feed.losses}, problems: {problems}")
    for line in summary_lines(spec, flow.summaries, Messages()):
        print(f"  {line}")
    for name in ("inference_s", "flow_s", "draw_s", "added_s", "screen_age_s", "beyond_s"):
        print(session.timings.line(name))
    if session.sent_ages_s:
        ages, beyond = session.sent_ages_s, session.sent_beyond_s
        print(f"sent to shown: {_of(ages)}; beyond inference {_of(beyond)}")
        one = 1 / given.fps
        late = sum(value > one for value in beyond) / len(beyond)
        figures["sent_to_shown_ms"] = _shown(ages)
        figures["beyond_inference_ms"] = _shown(beyond)
        figures["late"] = late
        print(f"older than inference and one picture ({1000 * one:.0f} ms): {late:.1%} of them")
    if given.once:
        totals, model_s = counts_of_file(given.clip, spec)
        live = Counter[str]()
        for summary in flow.summaries:
            live.update(summary.totals.reps)
        held = {s: round(v, 2) for one in flow.summaries for s, v in one.totals.hold_s.items()}
        figures["reps"] = {"live": dict(live), "file": dict(totals.reps)}
        print(f"live {dict(live)} held {held}")
        print(
            f"file {dict(totals.reps)} held { {s: round(v, 2) for s, v in totals.hold_s.items()} }"
        )
        print(f"{'EQUAL' if dict(live) == dict(totals.reps) else 'DIFFERENT'}; ", end="")
        print(f"pose model alone: {1000 * model_s:.0f} ms a picture")
    if voice.delays_s:
        print(
            f"speech: {len(voice.delays_s)} said, latest start {1000 * max(voice.delays_s):.0f} ms"
        )
    if voice.problem:
        print(voice.problem)
    a_minute = memory[120] if len(memory) > 130 else memory[len(memory) // 3]
    print(f"memory: {a_minute:.0f} MB early, {memory[-1]:.0f} MB at the end")
    figures["memory_mb"] = [a_minute, memory[-1]]
    figures["latest_speech_s"] = max(voice.delays_s, default=0.0)
    write_json(given.json, figures)


def _shown(values_s: list[float]) -> dict[str, float]:
    return {"median": percentile_ms(values_s, 50), "p99": percentile_ms(values_s, 99)}


def _of(values_s: list[float]) -> str:
    found = _shown(values_s)
    return f"median {found['median']:.0f} ms, 99 % under {found['p99']:.0f} ms"
