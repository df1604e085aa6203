"""How well are pelvic tilt and lumbar curve measured?  Fitted on some people, scored on others.

Every body rocks its pelvis over -20..+20 degrees, standing, half-kneeling and lying, straight to
the camera and turned by 8 degrees, leaning, with lifted legs, moving hips, and in loose shirts.
The landmarks and outlines that MediaPipe gives are kept in a cache; the program's own
`formcheck.core.measure.spine` then reads them as it would read a recording.

    python -m benchmarks accuracy pelvis --json pelvis.json
    python -m benchmarks accuracy pelvis --second-model heavy.task --position front
    python -m benchmarks fit pelvis

The figures are optimistic (no cloth physics, no breathing belly, a tidy room): they compare
versions of a program with each other, they are not clinical accuracy.
"""

from __future__ import annotations

import argparse
import math
import platform
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.accuracy.pelvis_filming import (
    NEUTRAL_FRAMES,
    SEQUENCES,
    SIZE_PX,
    STEP_S,
    Sequence,
    fitting_sequences,
    record,
)
from benchmarks.common import parser_of, today, write_json
from formcheck.core.body import fusion as two_looks
from formcheck.core.body.tracker import Tracker
from formcheck.core.measure import frontal
from formcheck.core.measure import spine as pelvis
from formcheck.core.measure.spine_fit import Posture
from formcheck.core.pose import Pose
from formcheck.estimate import models as model_store

SCORING = ("b2", "b4", "b6", "b8")


# -- recordings --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Clip:
    """What was recorded of one body in one sequence."""

    body: str
    position: str
    sequence: Sequence
    poses: list[Pose]
    frame: np.ndarray
    tilt: np.ndarray
    lumbar: np.ndarray
    by: str = "the first model"

    @property
    def posture(self) -> Posture:
        """The posture that decides which fit holds."""
        if self.position == "supine":
            return "lying_arms_up" if self.sequence.arms_up else "lying"
        return "standing" if self.position == "standing" else "kneeling"

    @property
    def neutral(self) -> np.ndarray:
        """Which frames are the person's neutral (N,)."""
        return self.frame < NEUTRAL_FRAMES


def clips(
    position: str, bodies: tuple[str, ...], model: Path, cache: Path, *, fitting: bool = False
) -> Iterator[Clip]:
    """Give the recordings of some bodies, filmed first where they are missing."""
    for body in bodies:
        file = cache / f"{'fit-' if fitting else ''}{position}-{body}.npz"
        if not file.exists():
            record(position, body, model, file, fitting=fitting)
        with np.load(file, allow_pickle=False) as archive:
            data = {name: archive[name] for name in archive.files}
        sequences = fitting_sequences(position, int(body[1:])) if fitting else SEQUENCES[position]
        for s, sequence in enumerate(sequences):
            rows = np.flatnonzero(data["sequence"] == s)
            if not np.any(data["frame"][rows] < NEUTRAL_FRAMES):
                continue
            poses = [
                Pose(
                    STEP_S * float(data["frame"][i]),
                    SIZE_PX,
                    data["landmarks"][i],
                    data["world"][i],
                    data["outline"][i],
                )
                for i in rows
            ]
            yield Clip(
                body,
                position,
                sequence,
                poses,
                data["frame"][rows],
                data["tilt"][rows],
                data["lumbar"][rows],
            )


def add_filming(parser: argparse.ArgumentParser) -> None:
    """Let a command line say what is filmed, and what looks at it."""
    parser.add_argument("--model", type=Path, help="a .task file; default: the program's model")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache/formcheck-pelvis")
    parser.add_argument("--position", choices=list(SEQUENCES), action="append")


def seen_by_two(args: argparse.Namespace) -> Iterator[Clip]:
    """Give the first model's recordings from the front, and with a second those of both merged."""
    firsts = list(clips("front", SCORING, args.model, args.cache))
    yield from firsts
    if args.second_model is None:
        return
    second = {
        (clip.body, clip.sequence): {pose.time_s: pose for pose in clip.poses}
        for clip in clips("front", SCORING, args.second_model, args.cache / "second")
    }
    for clip in firsts:
        looks = second.get((clip.body, clip.sequence), {})
        merged = [
            two_looks.merged(pose, looks[pose.time_s]) if pose.time_s in looks else pose
            for pose in clip.poses
        ]
        yield replace(clip, poses=merged, by="both models")


# -- scoring -----------------------------------------------------------------------------------


def score(found: list[Clip]) -> dict[str, dict[str, Any]]:
    """Return RMSE of tilt and lumbar change, and the share measured, by sequence and in all."""
    errors: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for clip in found:
        tracker, watch = Tracker(), pelvis.BackWatch()
        for i, pose in enumerate(clip.poses):
            at_start = bool(clip.neutral[i])
            tracked = watch.update(tracker.update(pose), at_start=at_start)
            if at_start:
                continue
            reading = tracked.body.back if tracked.body else None
            error = (math.nan, math.nan)
            if reading is not None:
                error = (
                    reading.tilt_change_deg - float(clip.tilt[i] - clip.tilt[0]),
                    reading.lumbar_change_deg - float(clip.lumbar[i] - clip.lumbar[0]),
                )
            errors[clip.sequence.name].append(error)
            errors["loose" if clip.sequence.look else "close"].append(error)
    return {name: _figures(np.array(rows)) for name, rows in errors.items()}


def list_signs(clip: Clip) -> tuple[np.ndarray, np.ndarray]:
    """Return what the list is read from (N, 3) and the true list (N,), as changes from neutral."""
    tracker = Tracker()
    bodies = [tracker.update(pose).body for pose in clip.poses]
    signs = np.array([
        (math.nan,) * 3 if body is None else frontal.pelvis_list_signs(body) for body in bodies
    ])  # fmt: skip
    neutral = np.nanmedian(signs[clip.neutral], axis=0)
    return signs - neutral, clip.tilt - np.median(clip.tilt[clip.neutral])


def score_list(found: list[Clip]) -> dict[str, dict[str, Any]]:
    """Return the RMSE of the change of pelvic list."""
    numbers = frontal.PELVIS_LIST_GAIN, frontal.LIFTED_KNEE_DEG
    weights = np.array((numbers[0], -numbers[1], -frontal.SHOULDERS_SHARE))
    errors: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for clip in found:
        signs, true = list_signs(clip)
        for error in (signs @ weights - true)[~clip.neutral]:
            errors[f"{clip.sequence.name}, {clip.by}"].append((float(error), 0.0))
            errors[f"all, {clip.by}"].append((float(error), 0.0))
    return {
        name: {"list_rmse_deg": _figures(np.array(rows))["tilt_rmse_deg"], "frames": len(rows)}
        for name, rows in errors.items()
    }


def _figures(errors: np.ndarray) -> dict[str, Any]:
    known = np.isfinite(errors).all(axis=1)
    rmse = [None, None]
    if known.any():
        rmse = np.sqrt(np.mean(errors[known] ** 2, axis=0)).round(1).tolist()
    return {
        "tilt_rmse_deg": rmse[0],
        "lumbar_rmse_deg": rmse[1],
        "measured": round(float(known.mean()), 2),
        "frames": len(errors),
    }


def main(argv: list[str] | None = None) -> None:
    parser = parser_of(__doc__)
    add_filming(parser)
    parser.add_argument(
        "--second-model", type=Path, help="one that looks, too, from the front (as full+heavy)"
    )
    args = parser.parse_args(argv)
    args.model = args.model or model_store.load().path
    result: dict[str, Any] = {
        "date": today(),
        "machine": platform.machine(),
        "positions": {},
    }
    for position in args.position or list(SEQUENCES):
        if position == "front":
            figures = score_list(list(seen_by_two(args)))
        else:
            figures = score(list(clips(position, SCORING, args.model, args.cache)))
        result["positions"][position] = figures
        for name, row in figures.items():
            print(f"{position:14} {name:28} {row}")
    write_json(args.json, result)
