"""Blur, darkness, distance and low rates: at no point a false fault or a wrong side.

    python -m benchmarks robustness sight [--clips FOLDER] [--only blur light size rate] [--quick]

The sample clips of the core exercises, 640 pixels wide, made worse step by step. Each row says what
was counted, and what was said where it could not be judged. Right is what the untouched clip gives,
less of it where the reason is said; a side or a fault that the clip has not is wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from formcheck.capture.frame import Frame, ImageArray
from formcheck.capture.video_file import VideoFile
from formcheck.core.judge.session import Session
from formcheck.core.judge.summary import Summary
from formcheck.core.spec.exercise import ExerciseSpec
from formcheck.estimate.mediapipe import PoseEstimator
from formcheck.io.specs import load_spec

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
CLIPS = {
    "standing_march": "standing_march",
    "half_kneeling_hip_flexor_stretch": "half_kneeling_hip_flexor_stretch",
    "knee_drive_trunk_lean_back": "knee_drive",
    "glute_bridge": "glute_bridge",
}
WIDTH = 640
# About how tall the people of the samples are in pictures of that width.
PERSON_PX = 240
STEPS: dict[str, tuple[float, ...]] = {
    "blur": (0, 1, 2, 3, 4, 6, 8),
    "light": (100, 50, 30, 25, 20, 15, 10, 5),
    "size": (400, 300, 200, 150, 120, 100, 80, 60),
    "rate": (60, 30, 15, 12, 10, 8, 7, 6, 5, 4, 3),
}
QUICK: dict[str, tuple[float, ...]] = {
    "blur": (0, 1, 3), "light": (30, 20), "size": (150, 80), "rate": (10, 5),
}  # fmt: skip
UNITS = {"blur": "px", "light": "%", "size": "px", "rate": "a second"}


@dataclass(frozen=True, slots=True)
class Row:
    """What one clip gave at one step."""

    clip: str
    kind: str
    step: float
    reps: dict[str, int]
    hold_s: dict[str, float]
    faults: tuple[str, ...]
    said: str
    verdict: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this benchmark's options."""
    parser.add_argument("--clips", type=Path, default=SAMPLES, help="folder with the sample clips")
    parser.add_argument("--only", nargs="*", choices=tuple(STEPS), default=list(STEPS))
    parser.add_argument("--quick", action="store_true", help="a few steps of each")
    parser.add_argument("--json", type=Path, help="also write the rows to this file")


def main(argv: list[str] | None = None) -> int:
    """Run the sweep; 1 where anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_arguments(parser)
    return run(parser.parse_args(argv))


def run(options: argparse.Namespace) -> int:
    """Run the sweep with parsed options; 1 where anything was wrong."""
    steps = QUICK if options.quick else STEPS
    rows: list[Row] = []
    for clip, exercise in CLIPS.items():
        spec, path = load_spec(exercise), options.clips / f"{clip}.mp4"
        control = summary_of(path, spec, "blur", 0)
        for kind in options.only:
            for step in steps[kind]:
                row = judged(clip, kind, step, summary_of(path, spec, kind, step), control)
                rows.append(row)
                print(line(row), flush=True)
    if options.json is not None:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")
    wrong = [row for row in rows if row.verdict == "WRONG"]
    print(f"{len(rows)} rows, {len(wrong)} wrong")
    return 1 if wrong else 0


def summary_of(path: Path, spec: ExerciseSpec, kind: str, step: float) -> Summary:
    """Analyse a clip made worse."""
    session = Session(spec)
    with PoseEstimator() as estimator, VideoFile(path) as video:
        for frame in worse(iter(video), kind, step):
            session.update(estimator.estimate(frame))
    return session.finish()


def worse(frames: Iterator[Frame], kind: str, step: float) -> Iterator[Frame]:
    """Give the frames of a clip at one step of one kind."""
    change: dict[str, Callable[[ImageArray, float], Any]] = {
        "blur": blurred, "light": darker, "size": smaller,
    }  # fmt: skip
    due_s = 0.0
    for frame in frames:
        if kind == "rate":
            if frame.time_s < due_s - 1e-6:
                continue
            due_s = max(due_s + 1 / step, frame.time_s)
        height = round(frame.image_rgb.shape[0] * WIDTH / frame.image_rgb.shape[1])
        image = cv2.resize(frame.image_rgb, (WIDTH, height), interpolation=cv2.INTER_AREA)
        yield Frame(frame.time_s, change.get(kind, _same)(np.asarray(image, np.uint8), step))


def blurred(image: ImageArray, radius: float) -> ImageArray:
    """Blur twice with a box of this radius, as FFmpeg's boxblur does."""
    if radius == 0:
        return image
    side = 2 * int(radius) + 1
    return np.asarray(cv2.blur(cv2.blur(image, (side, side)), (side, side)), np.uint8)


def darker(image: ImageArray, percent: float) -> ImageArray:
    """Return the picture with so much of its light."""
    return np.asarray(image * (percent / 100), np.uint8)


def smaller(image: ImageArray, person_px: float) -> ImageArray:
    """Return the picture from further away: the person about so tall, the edges repeated."""
    scale = person_px / PERSON_PX
    kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    scaled = cv2.resize(image, None, fx=scale, fy=scale, interpolation=kind)
    if scale >= 1:
        return np.asarray(scaled, np.uint8)
    top = (image.shape[0] - scaled.shape[0]) // 2
    left = (image.shape[1] - scaled.shape[1]) // 2
    bottom = image.shape[0] - scaled.shape[0] - top
    right = image.shape[1] - scaled.shape[1] - left
    around = (top, bottom, left, right)
    return np.asarray(cv2.copyMakeBorder(scaled, *around, cv2.BORDER_REPLICATE), np.uint8)


def _same(image: ImageArray, _step: float) -> ImageArray:
    return image


def judged(clip: str, kind: str, step: float, found: Summary, control: Summary) -> Row:
    """Say whether anything was counted or faulted that is not in the control."""
    reps, holds = dict(found.totals.reps), dict(found.totals.hold_s)
    faults = tuple(sorted({fault.check for fault in found.faults}))
    known = {fault.check for fault in control.faults}
    too_many = any(count > control.totals.reps.get(side, 0) for side, count in reps.items())
    too_long = any(
        held_s > control.totals.hold_s.get(side, 0.0) + 1.0 for side, held_s in holds.items()
    )
    said = [text for text in found.warnings if "mixed up" not in text]
    less = sum(reps.values()) < sum(control.totals.reps.values()) or (
        sum(holds.values()) < 0.8 * sum(control.totals.hold_s.values())
    )
    verdict = "right"
    if too_many or too_long or not known.issuperset(faults) or (less and not said):
        verdict = "WRONG"
    elif less:
        verdict = "said"
    held = {side: round(held_s, 1) for side, held_s in holds.items()}
    return Row(clip, kind, step, reps, held, faults, said[0] if said else "", verdict)


def line(row: Row) -> str:
    """Return a row of the table."""
    counted = ", ".join(
        f"{side} {row.reps[side]}" + (f" ({row.hold_s[side]} s)" if row.hold_s[side] else "")
        for side in row.reps
    )
    faults = ", ".join(row.faults) or "-"
    step = f"{row.step:g} {UNITS[row.kind]}"
    return (
        f"| {row.clip} | {row.kind} | {step} | {counted} | {faults} | {row.verdict} | {row.said} |"
    )


if __name__ == "__main__":
    sys.exit(main())
