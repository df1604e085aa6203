"""Angles of the 3-D body filter against marker motion capture, all frames.

    python -m benchmarks angles --folder MOCAP [--json FILE] [--sweep]

MOCAP holds ``NAME_markers.csv`` (reference) and ``NAME_opencap_monocular.csv`` (OpenCap Monocular
on the same video); the landmarks of the same videos lie in ``../landmarks/NAME.npz`` beside it.
Clocks differ: the lag of a trial is where the right knee of the raw world landmarks correlates best
with the markers (the filter gets the same one, OpenCap Monocular its own by its right knee);
recordings shorter than `SHORTEST_S` have none. Mean absolute errors, degrees. No frame is left out.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from formcheck.core.body.filter3d import BodyFilter, FilterParameters, shadow
from formcheck.core.pose import FloatArray, Pose
from formcheck.io import poses as pose_recording

# What is compared: short name, column of the reference, name of the filter.
ANGLES = (
    ("knee L", "knee_flexion_left_deg", "knee_flexion_left_deg"),
    ("knee R", "knee_flexion_right_deg", "knee_flexion_right_deg"),
    ("th-tr L", "thigh_trunk_flexion_left_deg", "thigh_trunk_angle_left_deg"),
    ("th-tr R", "thigh_trunk_flexion_right_deg", "thigh_trunk_angle_right_deg"),
    ("thigh L", "thigh_to_vertical_left_deg", "thigh_to_vertical_left_deg"),
    ("thigh R", "thigh_to_vertical_right_deg", "thigh_to_vertical_right_deg"),
    ("lean", "trunk_to_vertical_deg", "trunk_to_vertical_deg"),
)
# The lag of a recording that is shorter cannot be told from its movement.
SHORTEST_S = 5.0
LAGS_S = np.arange(-0.4, 0.4, 0.01)

Angles = dict[str, FloatArray]


@dataclass(frozen=True)
class Trial:
    """One recording with its references at the times of its frames."""

    name: str
    poses: Sequence[Pose]
    times_s: FloatArray
    lag_s: float
    reference: Angles
    monocular: Angles | None


def between_deg(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return the angles between vectors, shape (..., 3), degrees."""
    sine = np.linalg.norm(np.cross(a, b), axis=-1)
    angles: FloatArray = np.degrees(np.arctan2(sine, (a * b).sum(axis=-1)))
    return angles


def raw_angles(poses: Sequence[Pose]) -> Angles:
    """Angles of the world landmarks as they come."""
    world = np.array([pose.world for pose in poses], dtype=np.float64)
    trunk = world[:, 11] + world[:, 12] - world[:, 23] - world[:, 24]
    down = np.array([0.0, 1.0, 0.0])
    angles = {"trunk_to_vertical_deg": between_deg(trunk, -down)}
    for side, first in (("left", 23), ("right", 24)):
        thigh = world[:, first + 2] - world[:, first]
        shin = world[:, first + 4] - world[:, first + 2]
        angles[f"knee_flexion_{side}_deg"] = between_deg(thigh, shin)
        angles[f"thigh_trunk_flexion_{side}_deg"] = between_deg(thigh, -trunk)
        angles[f"thigh_to_vertical_{side}_deg"] = between_deg(thigh, down)
    return angles


def read_table(path: Path) -> Angles:
    rows = np.genfromtxt(path, delimiter=",", names=True)
    return {name: rows[name] for name in rows.dtype.names}


def at(table: Angles, times_s: FloatArray) -> Angles:
    return {name: np.interp(times_s, table["time_s"], table[name]) for _, name, _ in ANGLES}


def lag_s(times_s: FloatArray, knee_deg: FloatArray, markers: Angles) -> float:
    if times_s[-1] - times_s[0] < SHORTEST_S:
        return 0.0
    knee = "knee_flexion_right_deg"
    fits = [
        np.corrcoef(knee_deg, np.interp(times_s + lag, markers["time_s"], markers[knee]))[0, 1]
        for lag in LAGS_S
    ]
    return float(LAGS_S[int(np.argmax(fits))])


def read_trials(folder: Path) -> list[Trial]:
    trials = []
    for path in sorted(folder.glob("*_markers.csv")):
        name = path.name.removesuffix("_markers.csv")
        poses = pose_recording.read(folder.parent / "landmarks" / f"{name}.npz").poses
        times_s = np.array([pose.time_s for pose in poses])
        markers = read_table(path)
        lag = lag_s(times_s, raw_angles(poses)["knee_flexion_right_deg"], markers)
        other = folder / f"{name}_opencap_monocular.csv"
        reference = at(markers, times_s + lag)
        monocular = None
        if other.exists():
            table = read_table(other)
            own_lag = lag_s(times_s, reference["knee_flexion_right_deg"], table)
            monocular = at(table, times_s + own_lag)
        trials.append(Trial(name, poses, times_s, lag, reference, monocular))
    return trials


def errors(trial: Trial, times_s: FloatArray, angles: Angles) -> dict[str, float]:
    missing = len(trial.times_s) - len(times_s)
    if missing:
        raise SystemExit(f"{trial.name}: {missing} frames are not measured")
    return {
        short: float(np.abs(angles[name] - trial.reference[name]).mean())
        for short, name, _ in ANGLES
    }


def filtered(trial: Trial, parameters: FilterParameters) -> tuple[FloatArray, Angles, Angles]:
    """Return times, angles and standard deviations by the reference's names."""
    table = shadow(trial.poses, parameters)
    values = {name: table.values_deg[own] for _, name, own in ANGLES}
    return table.time_s, values, {name: table.sd_deg[own] for _, name, own in ANGLES}


def milliseconds(trial: Trial) -> list[float]:
    body_filter = BodyFilter()
    spent = []
    for pose in trial.poses:
        began = time.thread_time()
        body_filter.update(pose)
        spent.append(1e3 * (time.thread_time() - began))
    return spent


def within(trial: Trial, angles: Angles, sd: Angles, times: float) -> float:
    """Return which part of all errors is below so many standard deviations."""
    inside = [
        np.abs(angles[name] - trial.reference[name]) < times * sd[name] for _, name, _ in ANGLES
    ]
    return float(np.mean(inside))


def print_row(name: str, row: dict[str, float]) -> None:
    print(f"{name:36}" + "".join(f"{row[short]:9.1f}" for short, *_ in ANGLES))


def sweep(trials: Sequence[Trial], base: FilterParameters) -> dict[str, dict[str, float]]:
    """Return the mean error over all angles with each parameter 40 % smaller and larger."""
    found = {}
    for field in fields(base):
        value: Any = getattr(base, field.name)
        for scale in (0.6, 1.4):
            # Lengths of a person and the lens are scaled by half of that: 40 % is no person.
            by = 1 + (scale - 1) / 2 if field.name in _NARROW else scale
            changed = tuple(v * by for v in value) if isinstance(value, tuple) else value * by
            parameters = replace(base, **{field.name: changed})
            row = {}
            for trial in trials:
                times_s, angles, _ = filtered(trial, parameters)
                found_errors = errors(trial, times_s, angles)
                row[trial.name] = float(np.mean(list(found_errors.values())))
            found[f"{field.name} x{by:g}"] = row
            print(f"{field.name + f' x{by:g}':36}" + "".join(f"{v:9.2f}" for v in row.values()))
    return found


_NARROW = {"focal_over_longer_side", "length_m"}


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True, help="folder with *_markers.csv")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--sweep", action="store_true", help="vary each parameter by 40 %%, too")
    arguments = parser.parse_args(argv)
    trials = read_trials(arguments.folder)
    if not trials:
        raise SystemExit(f"{arguments.folder} holds no *_markers.csv")
    base = FilterParameters()
    result: dict[str, Any] = {"machine": platform.processor() or platform.machine(), "trials": {}}
    print(f"{'mean absolute error, degrees':36}" + "".join(f"{s:>9}" for s, *_ in ANGLES))
    for trial in trials:
        times_s, angles, sd = filtered(trial, base)
        rows = {
            "raw world landmarks": errors(trial, trial.times_s, raw_angles(trial.poses)),
            "filter": errors(trial, times_s, angles),
        }
        if trial.monocular is not None:
            rows["OpenCap Monocular"] = errors(trial, trial.times_s, trial.monocular)
        for name, row in rows.items():
            print_row(f"{trial.name}, {name}", row)
        spent = milliseconds(trial)
        inside = [within(trial, angles, sd, times) for times in (1.0, 2.0)]
        print(
            f"    {len(trial.poses)} frames, lag {trial.lag_s:+.2f} s; errors within 1 sd "
            f"{inside[0]:.0%}, 2 sd {inside[1]:.0%}; processor time a frame "
            f"{np.median(spent):.2f} ms (median), {np.percentile(spent, 99):.1f} ms (99 %)"
        )
        result["trials"][trial.name] = {
            "mae_deg": rows,
            "frames": len(trial.poses),
            "lag_s": trial.lag_s,
            "within_1_sd": inside[0],
            "within_2_sd": inside[1],
            "median_ms": float(np.median(spent)),
        }
    if arguments.sweep:
        print(
            f"{'mean of the seven errors, degrees':36}"
            + "".join(f"{t.name[-8:]:>9}" for t in trials)
        )
        result["sweep_mean_mae_deg"] = sweep(trials, base)
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
