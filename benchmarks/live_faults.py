"""Runs the whole live session on a loopback MJPEG camera and prints what came of it.

    xvfb-run python benchmarks/live_faults.py CLIP.mp4 EXERCISE --seconds 60 \
        --fault cut@8:5 --fault freeze@18:3 --fps 30 --screenshots FOLDER

Prints counts, time of inference, flow and drawing, the age of what is on the screen, the delay of
speech and the growth of memory.
"""

from __future__ import annotations

import argparse
import resource
import threading
import time
from pathlib import Path

import cv2
import numpy as np
from mjpeg_server import Clip, MjpegServer

from formcheck import model_store
from formcheck.capture import CameraFeed
from formcheck.live_flow import LiveFlow, summary_lines
from formcheck.live_session import LiveSession
from formcheck.pose_estimator import PoseEstimator
from formcheck.session import Session
from formcheck.spec_files import load_spec
from formcheck.video_source import open_camera
from formcheck.voice import Voice, open_speaker
from formcheck.window import Window
from formcheck.words import Words


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


def memory_mb() -> float:
    """Return the resident memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clip", type=Path)
    parser.add_argument("exercise")
    parser.add_argument("--fps", type=float, default=30.0)
    parser.add_argument("--fault", action="append", default=[], metavar="KIND@FROM:SECONDS")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--reps", type=int)
    parser.add_argument("--sets", type=int)
    parser.add_argument("--rest", type=float)
    parser.add_argument("--width", type=int, help="Scale the clip to this width.")
    parser.add_argument("--screenshots", type=Path)
    given = parser.parse_args()
    faults = []
    for text in given.fault:
        kind, _, when = text.partition("@")
        start, _, last = when.partition(":")
        faults.append((kind, float(start), float(last)))
    spec = load_spec(given.exercise)
    flow = LiveFlow(
        spec, lambda side: Session(spec, side=side), reps=given.reps, sets=given.sets,
        rest_s=given.rest,
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
    speaker, _ = open_speaker("voice", "en")
    began = time.monotonic()
    memory: list[float] = []

    def sample() -> None:
        while True:
            memory.append(memory_mb())
            if feed.problem:
                problems.add(feed.problem)
            time.sleep(0.5)

    clip = Clip(given.clip, width=given.width)
    with (
        MjpegServer(clip, fps=given.fps, faults=faults) as server,
        Window() as window,
        PoseEstimator(model_store.load().path) as estimator,
        Voice(speaker) as voice,
        CameraFeed(lambda: open_camera(server.address)) as feed,
    ):
        screen = KeepingWindow(window, given.screenshots)
        threading.Thread(target=sample, daemon=True).start()
        session = LiveSession(flow, feed, estimator, screen, voice, words=Words())
        session.run(lambda: time.monotonic() - began > given.seconds)
    print(f"pictures from the camera: {feed.frames}, losses: {feed.losses}, problems: {problems}")
    for line in summary_lines(spec, flow.summaries, Words()):
        print(f"  {line}")
    for name in ("inference_s", "flow_s", "draw_s", "added_s", "screen_age_s"):
        print(session.timings.line(name))
    if voice.delays_s:
        print(
            f"speech: {len(voice.delays_s)} said, latest start {1000 * max(voice.delays_s):.0f} ms"
        )
    if voice.problem:
        print(voice.problem)
    a_minute = memory[120] if len(memory) > 130 else memory[len(memory) // 3]
    print(f"memory: {a_minute:.0f} MB early, {memory[-1]:.0f} MB at the end")


if __name__ == "__main__":
    main()
