"""Repetitions counted by plain excursions of one angle: 3-D body filter against world landmarks.

    python -m benchmarks angles excursions --folder REAL_PEOPLE [--view VIEW ...] [--json FILE]

REAL_PEOPLE holds ``labels.json`` (counts by eye) and ``landmarks/NAME.npz``. One rule an exercise,
the same for both sources: nothing is known of start positions, form or cuts. Not the program's own
count, which asks for more; it shows what the angles are worth for counting.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.angles import raw_angles
from formcheck.core.body.filter3d import ANGLE_NAMES, shadow
from formcheck.core.body.filter3d.excursions import ExcursionCounter
from formcheck.core.pose import FloatArray, Pose
from formcheck.errors import SourceError
from formcheck.io import poses as pose_recording

Values = dict[str, FloatArray]
Counts = dict[str, int]


def count(time_s: FloatArray, value_deg: FloatArray, least_deg: float) -> int:
    counter = ExcursionCounter(least_deg)
    found = [counter.update(t, v) for t, v in zip(time_s.tolist(), value_deg.tolist(), strict=True)]
    # A last one that never came back counts like one that did.
    return sum(one is not None for one in found)


def each_leg(name: str, least_deg: float) -> Callable[[FloatArray, Values], Counts]:
    def counted(time_s: FloatArray, values: Values) -> Counts:
        return {
            side: count(time_s, values[f"{name}_{side}_deg"], least_deg)
            for side in ("left", "right")
        }

    return counted


def both_legs(name: str, least_deg: float, sign: float = 1.0) -> Callable[..., Counts]:
    def counted(time_s: FloatArray, values: Values) -> Counts:
        both = (values[f"{name}_left_deg"] + values[f"{name}_right_deg"]) / 2
        return {"reps": count(time_s, sign * both, least_deg)}

    return counted


RULES: dict[str, Callable[[FloatArray, Values], Counts]] = {
    "standing_march": each_leg("thigh_trunk_angle", 30.0),
    "knee_drive": each_leg("thigh_trunk_angle", 30.0),
    "step_up_knee_drive": both_legs("knee_flexion", 25.0),
    "glute_bridge": both_legs("thigh_trunk_angle", 20.0, -1.0),
    "reverse_lunge": both_legs("knee_flexion", 35.0),
    "split_squat": both_legs("knee_flexion", 25.0),
    "squat": both_legs("knee_flexion", 40.0),
    "criss_cross": each_leg("thigh_trunk_angle", 25.0),
    "knee_to_chest": each_leg("thigh_trunk_angle", 25.0),
    "single_straight_leg_stretch": each_leg("thigh_trunk_angle", 25.0),
    "single_leg_raise": each_leg("thigh_trunk_angle", 25.0),
    "lying_leg_raise_both": both_legs("thigh_trunk_angle", 30.0),
}
# Counted by eye though it is no exercise of the program.
SQUATS = {"squat_oblique": 8, "opencap_squat": 5, "squats_d": 6}


def sources(poses: Sequence[Pose]) -> dict[str, tuple[FloatArray, Values]]:
    table = shadow(poses)
    seen = [pose for pose in poses if pose.detected]
    raw = raw_angles(seen)
    raw = {name.replace("trunk_flexion", "trunk_angle"): value for name, value in raw.items()}
    return {
        "filter": (table.time_s, {name: table.values_deg[name] for name in ANGLE_NAMES}),
        "world": (np.array([pose.time_s for pose in seen]), raw),
    }


def asked(name: str, label: dict[str, Any]) -> tuple[str, Counts, list[int]] | None:
    if name in SQUATS:
        return "squat", {"reps": SQUATS[name]}, []
    wanted = {k: v for k, v in (label.get("count") or {}).items() if k != "hold_s"}
    if label["exercise"] not in RULES or not wanted:
        return None
    return label["exercise"], wanted, label.get("also_ok") or []


def is_exact(got: Counts, wanted: Counts, also: list[int]) -> bool:
    total = sum(got.values())
    if total in also:
        return True
    if {"left", "right"} <= wanted.keys() and "left" in got:
        return got == {side: wanted[side] for side in ("left", "right")}
    return total == sum(wanted.values())


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True, help="folder with labels.json")
    parser.add_argument("--view", nargs="+", default=["oblique", "front", "mixed"])
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    arguments = parser.parse_args(argv)
    labels = json.loads((arguments.folder / "labels.json").read_text(encoding="utf-8"))
    rows = []
    for name, label in sorted(labels.items()):
        what = asked(name, label)
        if what is None or not any(view in label["view"] for view in arguments.view):
            continue
        try:
            poses = pose_recording.read(arguments.folder / "landmarks" / f"{name}.npz").poses
        except SourceError as error:
            print(f"{name}: {error}")
            continue
        exercise, wanted, also = what
        row: dict[str, Any] = {"name": name, "exercise": exercise, "asked": wanted}
        for source, (time_s, values) in sources(poses).items():
            got = RULES[exercise](time_s, values)
            row[source] = got
            row[f"{source}_exact"] = is_exact(got, wanted, also)
        rows.append(row)
        cells = [
            f"{source} {_text(row[source]):8} {'exact' if row[f'{source}_exact'] else '-':6}"
            for source in ("filter", "world")
        ]
        print(f"{name:34} {exercise:28} asked {_text(wanted):8} " + " ".join(cells))
    for source in ("filter", "world"):
        print(f"{source}: {sum(row[f'{source}_exact'] for row in rows)} of {len(rows)} exact")
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def _text(counts: Counts) -> str:
    return "+".join(str(value) for value in counts.values())


if __name__ == "__main__":
    main()
