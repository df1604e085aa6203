"""Fit the shifts of `formcheck/core/body/joint_centres.py`: landmarks against true joints.

Renders the twelve people t1-t12, whom nothing is scored on (24 clips from the side, 7.5 pictures a
second), records their landmarks and prints the tables of `formcheck/core/body/joint_centres.py`.
Every person in every exercise weighs the same.

    python -m benchmarks fit joint-centres
"""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.common import PROGRAM, Figures, parser_of, write_json
from formcheck.core.body.joint_centres import KNOTS_DEG
from formcheck.core.body.posture import knee_flexion_deg, thigh_trunk_flexion_deg
from formcheck.core.body.tracker import Tracker
from formcheck.core.pose import SIDES, landmark_of
from formcheck.io import poses as pose_recording
from groundtruth.build import BuiltClip, default_cache_dir, render_clip
from groundtruth.takes import CAMERAS, FLOOR_CAMERAS, LOOKS, NEAR_SIDES, Take, takes
from groundtruth.truth import load_truth

MARCHES = ("standing_march",) * 12
OTHERS = (
    *("half_kneeling_hip_flexor_stretch", "dead_bug", "knee_drive", "reverse_lunge"),
    *("lying_leg_raise", "half_kneeling_hip_flexor_stretch", "glute_bridge", "seated_leg_raise"),
    *("low_lunge", "half_kneeling_hip_flexor_stretch", "knee_to_chest", "step_up_knee_drive"),
)
UPRIGHT_BELOW_DEG = 50.0
# Knees this far from the joint (trunk lengths) are another leg's: no landmark of this one.
MIXED_UP = 0.2


@dataclass(frozen=True)
class Row:
    """One leg in one frame: angles as measured, shifts in lengths of the measured trunk."""

    who: tuple[str, str]
    near: bool
    upright: bool
    flexion_deg: float
    folded_deg: float
    hip: tuple[float, float]
    knee_ahead: float
    shoulders_ahead: float


def fitting_takes() -> Iterator[Take]:
    """Return the clips to fit on."""
    clean = {t.motion: t for t in takes() if not t.check and t.tuning and t.view == "side"}
    number = 0
    for turn, motions in enumerate((MARCHES, OTHERS)):
        for i, motion in enumerate(motions):
            number += 1
            take, near = clean[motion], NEAR_SIDES[(i + turn) % 2]
            body = f"t{(i * 5 + turn * 3) % 12 + 1}"
            stands = FLOOR_CAMERAS if take.camera in FLOOR_CAMERAS else CAMERAS
            one_side = take.sides is not None and len(take.sides) == 1
            yield replace(
                take,
                name=f"fit-{motion}-{body}-{near}",
                body=body,
                near=near,
                look=LOOKS[number * 3 % len(LOOKS)],
                camera=stands[number % len(stands)],
                size_px=(640, 480),
                fps=7.5,
                intro=False,
                sides=(near,) if one_side else take.sides,
                manner=replace(
                    take.manner, seed=900 + number, yaw_deg=(-8.0, 0.0, 8.0)[number % 3]
                ),
            )


def recorded(take: Take, folder: Path) -> tuple[Path, Path]:
    """Return the recording and the truth of a take, made where they are missing."""
    video = folder / f"{take.name}.mp4"
    truth, poses = video.with_suffix(".truth.npz"), video.with_suffix(".poses.npz")
    if not truth.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        render_clip(BuiltClip(take, video, truth))
    if not poses.is_file():
        subprocess.run([*PROGRAM, "poses", str(video), "-o", str(poses)], check=True)
    return poses, truth


def rows_of(take: Take, poses: Path, truth_path: Path) -> Iterator[Row]:
    """Compare landmarks with joints, frame by frame, between the first and the last repetition."""
    truth, events = load_truth(truth_path)
    names, angles = truth["joint_names"].tolist(), truth["angle_names"].tolist()
    begins_s, ends_s = events["span_s"]
    tracker = Tracker()
    facing = 1.0 if take.near == "left" else -1.0
    for pose in pose_recording.read(poses):
        tracked = tracker.update(pose)
        body = tracked.body
        index = int(np.abs(truth["time_s"] - pose.time_s).argmin())
        if body is None or body.view.name != "side" or tracked.separated:
            continue
        if not begins_s <= pose.time_s <= ends_s or truth["in_picture"][index] < 0.95:
            continue
        if tracked.pose.landmarks[landmark_of("left", "knee"), 3] == 0:
            continue
        true = dict(zip(names, truth["joints_px"][index], strict=True))
        seen = tracked.pose.points_px

        def middle(joint: str, true: dict[str, np.ndarray] = true) -> np.ndarray:
            return (true[f"{joint}_left"] + true[f"{joint}_right"]) / 2

        up = middle("shoulder") - middle("hip")
        up /= np.hypot(*up)
        ahead = facing * np.array([up[1], -up[0]])
        off = {
            (joint, side): (seen[landmark_of(side, joint)] - true[f"{joint}_{side}"])
            / body.trunk_px
            for joint in ("shoulder", "hip", "knee")
            for side in SIDES
        }
        if max(float(np.hypot(*off["knee", side])) for side in SIDES) > MIXED_UP:
            continue
        lean = float(truth["angles_deg"][index][angles.index("trunk_lean_sagittal_deg")])
        shoulders = (off["shoulder", "left"] + off["shoulder", "right"]) / 2
        for side in SIDES:
            shin = true[f"ankle_{side}"] - true[f"knee_{side}"]
            front = facing * np.array([-shin[1], shin[0]]) / np.hypot(*shin)
            flexion = thigh_trunk_flexion_deg(body, side)
            hip = off["hip", side]
            yield Row(
                (str(take.body), take.motion),
                side == take.near,
                abs(lean) < UPRIGHT_BELOW_DEG,
                flexion,
                min(90.0, max(0.0, knee_flexion_deg(body, side) - max(0.0, flexion))),
                (float(hip @ ahead), float(hip @ up)),
                float(off["knee", side] @ front),
                float(shoulders @ ahead),
            )


def fitted(rows: list[Row], values: list[float], *, folded: bool) -> np.ndarray:
    """Return the values at the knots (and what a folded shin adds), every person weighing alike."""
    count = Counter(row.who for row in rows)
    weight = np.sqrt([1.0 / count[row.who] for row in rows])
    knots = np.array(KNOTS_DEG if folded else KNOTS_DEG[1:])
    x = np.clip([row.flexion_deg for row in rows], knots[0], knots[-1])
    terms = [np.interp(x, knots, np.eye(len(knots))[i]) for i in range(len(knots))]
    if folded:
        terms.append(np.array([row.folded_deg for row in rows]) / 90.0)
    matrix = np.column_stack(terms) * weight[:, None]
    found: np.ndarray = np.linalg.lstsq(matrix, np.array(values) * weight, rcond=None)[0]
    return found


def main(argv: list[str] | None = None) -> int:
    """Print the tables."""
    parser = parser_of(__doc__)
    parser.add_argument("--folder", type=Path, default=default_cache_dir() / "joint_centres")
    options = parser.parse_args(argv)
    folder, written = options.folder, []
    rows = [row for take in fitting_takes() for row in rows_of(take, *recorded(take, folder))]
    for upright in (True, False):
        for near in (True, False):
            some = [row for row in rows if (row.upright, row.near) == (upright, near)]
            print("upright" if upright else "lying", "near" if near else "far", len(some), "frames")
            table: Figures = {"upright": upright, "near": near, "frames": len(some)}
            for number, name in enumerate(("ahead", "above")):
                values = [row.hip[number] for row in some]
                hips = np.round(fitted(some, values, folded=upright), 3)
                print("   hip", name, hips)
                table[f"hip_{name}"] = hips.tolist()
            knees = np.round(fitted(some, [row.knee_ahead for row in some], folded=False), 3)
            shoulders = np.round(np.mean([row.shoulders_ahead for row in some]), 3)
            print("   knee ahead", knees, "shoulders ahead", shoulders)
            table |= {"knee_ahead": knees.tolist(), "shoulders_ahead": float(shoulders)}
            written.append(table)
    write_json(options.json, written)
    return 0
