"""What a live session adds to each picture beside inference: flow, drawing and showing.

    xvfb-run python -m benchmarks speed live POSES.npz EXERCISE --width 1280 --height 720

Replays recorded poses as fast as they go, on a picture of the size asked for, and prints wall-clock
and processor time. Processor time is the one to compare on a machine that is busy with other work.

To ask OpenCV's Qt window for a key, which also lets it draw, takes two naps of a millisecond after
the drawing (its `pollKey` is `waitKey(1)`). A live session naps there instead of waiting for its
next picture, so this is not added to a picture: a second asking, with nothing to draw, is measured
after each picture ("nap"), and what it takes is left out of "show" and "all". Nor is the mirroring
of the picture ("ahead"): the main thread does it while the model still looks at the picture.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from benchmarks.common import machine, parser_of, write_json
from formcheck._runtime.process import collecting_seldom
from formcheck.core.coach.set_flow import SetFlow
from formcheck.core.judge.session import Session
from formcheck.core.pose import Pose
from formcheck.draw.overlay import Overlay
from formcheck.io.poses import read
from formcheck.io.specs import load_spec
from formcheck.live.window import Window

PARTS = ("flow", "draw", "show", "all", "nap", "ahead")


@collecting_seldom()
def measured(
    recorded: Sequence[Pose], exercise: str, size: tuple[int, int], *, rounds: int
) -> dict[str, dict[str, float]]:
    """Return median and 99th percentile of each part's wall and processor time, milliseconds."""
    length_s = recorded[-1].time_s + 1 / 30
    overlay = Overlay("bgr", given="rgb")
    rng = np.random.default_rng(0)
    image = rng.integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)
    image = cv2.blur(image, (25, 25))
    drawn = np.empty_like(image)
    wall: dict[str, list[float]] = {name: [] for name in PARTS}
    cpu: dict[str, list[float]] = {name: [] for name in PARTS}
    window = Window() if os.environ.get("DISPLAY") else None
    flow = SetFlow(
        load_spec(exercise),
        lambda side: Session(load_spec(exercise), side=side),
        reps=200,
        sets=1,
    )
    for turn in range(rounds):
        for pose in recorded:
            later = Pose(pose.time_s + turn * length_s, size, pose.landmarks, pose.world)
            before = (time.perf_counter(), time.thread_time())
            drawn = overlay.canvas(image, mirrored=True, into=drawn)
            marks = [(time.perf_counter(), time.thread_time())]
            step = flow.update(later, brightness=100.0)
            marks.append((time.perf_counter(), time.thread_time()))
            shown = step.result.pose if step.result else later
            overlay.draw_on(drawn, step.display, shown, mirrored=True)
            marks.append((time.perf_counter(), time.thread_time()))
            if window is not None:
                window.show(drawn)
                window.key()
            marks.append((time.perf_counter(), time.thread_time()))
            if window is not None:
                window.key()
            marks.append((time.perf_counter(), time.thread_time()))
            for times, clock in ((wall, 0), (cpu, 1)):
                flowing, drawing, showing, nap = (
                    marks[i + 1][clock] - marks[i][clock] for i in range(4)
                )
                showing = max(0.0, showing - nap)
                ahead = marks[0][clock] - before[clock]
                row = (flowing, drawing, showing, flowing + drawing + showing, nap, ahead)
                for name, seconds in zip(PARTS, row, strict=True):
                    times[name].append(seconds)
    return {
        name: {
            f"{prefix}{label}": 1000 * float(np.percentile(values[name], share))
            for prefix, values in (("", wall), ("cpu_", cpu))
            for label, share in (("median", 50), ("p99", 99))
        }
        for name in PARTS
    }


def main(argv: list[str] | None = None) -> None:
    parser = parser_of(__doc__)
    parser.add_argument("poses", type=Path)
    parser.add_argument("exercise")
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--height", type=int, default=720)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args(argv)
    size = (given.width, given.height)
    recorded = list(read(given.poses))
    found = measured(recorded, given.exercise, size, rounds=given.rounds)
    write_json(given.json, {"machine": machine(), "size_px": size, "parts_ms": found})
    count = given.rounds * len(recorded)
    print(f"{given.width}×{given.height}, {count} pictures, milliseconds")
    print(f"{'':6s}{'wall median':>12s}{'wall 99 %':>12s}{'cpu median':>12s}{'cpu 99 %':>12s}")
    for name, row in found.items():
        print(f"{name:6s}" + "".join(f"{value:12.2f}" for value in row.values()))
