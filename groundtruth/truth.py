"""What is true of a rendered person: angles measured on the posed joints.

The truth of a clip is one ``.npz`` file beside it (no pickles):

===================  ==========  ==================================================
array                shape       content
===================  ==========  ==================================================
``time_s``           (N,)        time of the frame
``angle_names``      (A,)        names of the columns of ``angles_deg``
``angles_deg``       (N, A)      see `frame_angles`; NaN while nobody is in the picture
``joint_names``      (J,)        names of the joints
``joints_m``         (N, J, 3)   joint centres in the room, metres, z up
``joints_px``        (N, J, 2)   the same in the picture, pixels
``in_picture``       (N,)        share of the joints inside the picture, 0..1
``events``           ()          JSON text: reps, holds, faults and what the clip is
===================  ==========  ==================================================

Signs are those of the measurements of formcheck: flexion positive, thigh behind the trunk
negative, trunk lean forward and to the person's right positive, pelvis list positive with
the right side down.  All the sagittal angles are signed and taken in the sagittal plane of
the person (the plane of its heading), never as unsigned angles in space.

**A hold** is the time in which the true angles are those of a hold, not the time between the
key poses of the script: somebody who moves into a stretch holds it before the last degree, and
somebody whose hips drift back holds it until they have left the limits.  The limits are those
of the exercise as a clinician wrote them, copied into the motion script (``[held]``) so that
the truth does not depend on the program it judges; a knee that has to be on the floor
(``on_floor``) is no higher than `ON_FLOOR_M`.  Per frame all the bounds must be kept; it is a hold
once they were kept for ``enter_s``, counted from their start; from then on they are wider by
``give_deg``; gaps up to ``gap_s`` do not end it and do not count.  ``hold_s`` of a repetition is
the time between its start and end in which the bounds are kept.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from groundtruth.body import PosedBody
from groundtruth.joint_angles import PRONE_PITCH_DEG, SUPINE_PITCH_DEG, UPRIGHT_PITCH_DEG
from groundtruth.motions.script import Held, bind_side

SIDES = ("left", "right")

ON_FLOOR_M = 0.12
"""Joints of who kneels are at 3 to 7 cm."""

JOINT_NAMES: tuple[str, ...] = (
    "head",
    "neck",
    "thorax",
    "lumbar",
    "pelvis",
    *(
        f"{part}_{side}"
        for part in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "toe")
        for side in SIDES
    ),
)


def forward_axis(posed: PosedBody) -> np.ndarray:
    """Return the level unit vector that the person's heading points along.

    It stays that of the heading in lying: on the back it points from the head to the feet.
    """
    heading = math.radians(posed.placement.heading_deg)
    return np.array([math.sin(heading), -math.cos(heading), 0.0])


def right_axis(posed: PosedBody) -> np.ndarray:
    """Return the level unit vector to the person's right."""
    return np.cross(forward_axis(posed), np.array([0.0, 0.0, 1.0]))


def thigh_elevation_deg(posed: PosedBody, side: str) -> float:
    """Return the thigh's angle from hanging down, rising to the front positive, 90 level."""
    return _from_down(posed, posed.joints[f"knee_{side}"] - posed.joints[f"hip_{side}"])


def shin_lean_deg(posed: PosedBody, side: str) -> float:
    """Return the shin's angle from vertical; knee in front of the ankle positive."""
    return -_from_down(posed, posed.joints[f"ankle_{side}"] - posed.joints[f"knee_{side}"])


def knee_flexion_deg(posed: PosedBody, side: str) -> float:
    """Return the knee's flexion in the sagittal plane; 0 straight, bent positive."""
    knee = posed.joints[f"knee_{side}"]
    thigh = knee - posed.joints[f"hip_{side}"]
    shank = posed.joints[f"ankle_{side}"] - knee
    return _wrapped(_from_down(posed, thigh) - _from_down(posed, shank))


def thigh_trunk_flexion_deg(posed: PosedBody, side: str) -> float:
    """Return the angle between thigh and trunk; 0 in line, thigh to the front positive.

    The trunk is the line from the hip to the shoulder of the same side, as it is seen on
    pose landmarks, so the angle contains the movement of pelvis and spine.
    """
    trunk = posed.joints[f"shoulder_{side}"] - posed.joints[f"hip_{side}"]
    thigh = posed.joints[f"knee_{side}"] - posed.joints[f"hip_{side}"]
    return _wrapped(_from_down(posed, thigh) - _from_down(posed, -trunk))


def trunk_lean_sagittal_deg(posed: PosedBody) -> float:
    """Return the trunk's angle from upright (mid-hip to mid-shoulder), forward positive."""
    return -_from_down(posed, -_trunk(posed))


def trunk_lean_frontal_deg(posed: PosedBody) -> float:
    """Return the trunk's angle from upright in the frontal plane, to the right positive."""
    trunk = _trunk(posed)
    return math.degrees(math.atan2(float(trunk @ right_axis(posed)), float(trunk[2])))


def pelvis_list_deg(posed: PosedBody) -> float:
    """Return the slope of the line between the hips; right side down positive."""
    across = posed.joints["hip_right"] - posed.joints["hip_left"]
    level = float(np.hypot(across[0], across[1]))
    return math.degrees(math.atan2(-float(across[2]), level))


def pelvis_pitch_deg(posed: PosedBody) -> float:
    """Return the pelvis's anterior tilt in the room, against lying or standing straight."""
    pitch = posed.placement.pitch_deg
    nominal = min(
        (UPRIGHT_PITCH_DEG, SUPINE_PITCH_DEG, PRONE_PITCH_DEG), key=lambda p: abs(p - pitch)
    )
    return posed.angles.pelvis_tilt_deg + pitch - nominal


def frame_angles(posed: PosedBody) -> dict[str, float]:
    """Return every true angle of one posed body, degrees.

    ``hip_flexion_*`` is the angle at the joint itself (thigh against pelvis);
    ``thigh_trunk_flexion_*`` is the one that landmarks can show.  ``pelvis_tilt_deg`` is the
    joint angle against the body as a whole, ``pelvis_pitch_deg`` against the room.
    """
    angles: dict[str, float] = {}
    for side in SIDES:
        angles[f"knee_flexion_{side}_deg"] = knee_flexion_deg(posed, side)
        angles[f"hip_flexion_{side}_deg"] = getattr(posed.angles, f"hip_flexion_{side}_deg")
        angles[f"thigh_trunk_flexion_{side}_deg"] = thigh_trunk_flexion_deg(posed, side)
        angles[f"thigh_elevation_{side}_deg"] = thigh_elevation_deg(posed, side)
        angles[f"shin_lean_{side}_deg"] = shin_lean_deg(posed, side)
    angles["trunk_lean_sagittal_deg"] = trunk_lean_sagittal_deg(posed)
    angles["trunk_lean_frontal_deg"] = trunk_lean_frontal_deg(posed)
    angles["pelvis_tilt_deg"] = posed.angles.pelvis_tilt_deg
    angles["pelvis_pitch_deg"] = pelvis_pitch_deg(posed)
    angles["pelvis_list_deg"] = pelvis_list_deg(posed)
    angles["lumbar_extension_deg"] = posed.angles.lumbar_extension_deg
    return angles


class TruthTrack:
    """Collect the truth of a clip frame by frame."""

    def __init__(self, size_px: tuple[int, int]) -> None:
        self.size_px = size_px
        self._time_s: list[float] = []
        self._angles: list[list[float]] = []
        self._names: list[str] = []
        self._joints_m: list[np.ndarray] = []
        self._joints_px: list[np.ndarray] = []

    def add(self, time_s: float, posed: PosedBody | None, joints_px: np.ndarray | None) -> None:
        """Add a frame; `joints_px` is (J, 2) in the order of `JOINT_NAMES`."""
        self._time_s.append(time_s)
        if posed is None or joints_px is None:
            self._angles.append([])
            self._joints_m.append(np.full((len(JOINT_NAMES), 3), np.nan))
            self._joints_px.append(np.full((len(JOINT_NAMES), 2), np.nan))
            return
        angles = frame_angles(posed)
        self._names = list(angles)
        self._angles.append(list(angles.values()))
        self._joints_m.append(np.array([posed.joints[name] for name in JOINT_NAMES]))
        self._joints_px.append(np.asarray(joints_px, dtype=float))

    def arrays(self, events: dict[str, Any]) -> dict[str, np.ndarray]:
        """Return the arrays of the truth file."""
        joints_px = np.array(self._joints_px)
        width, height = self.size_px
        with np.errstate(invalid="ignore"):
            inside = (
                (joints_px[..., 0] >= 0)
                & (joints_px[..., 0] < width)
                & (joints_px[..., 1] >= 0)
                & (joints_px[..., 1] < height)
            )
        in_picture = inside.mean(axis=1)
        blank = [math.nan] * len(self._names)
        angles = np.array([row or blank for row in self._angles], dtype=np.float32)
        angles = angles.reshape(len(self._time_s), len(self._names))
        angles[in_picture == 0.0] = np.nan
        return {
            "time_s": np.array(self._time_s),
            "angle_names": np.array(self._names, dtype=str),
            "angles_deg": angles,
            "joint_names": np.array(JOINT_NAMES, dtype=str),
            "joints_m": np.array(self._joints_m, dtype=np.float32),
            "joints_px": joints_px.astype(np.float32),
            "in_picture": in_picture.astype(np.float32),
            "events": np.array(json.dumps(events)),
        }


def load_truth(path: Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Read a truth file; return its arrays and its events."""
    with np.load(path, allow_pickle=False) as data:
        arrays = {name: data[name] for name in data.files}
    return arrays, json.loads(str(arrays.pop("events")))


def held_spans(
    arrays: dict[str, np.ndarray], held: Held, side: str
) -> list[tuple[float, float, float]]:
    """Return start, end and held seconds of every hold of a side, see the top of this file."""
    strict = within(arrays, held, side)
    loose = within(arrays, held, side, held.give_deg)
    spans: list[tuple[float, float, float]] = []
    since = last = previous = math.nan
    on, seconds = False, 0.0
    for time_s, is_strict, is_loose in zip(arrays["time_s"].tolist(), strict, loose, strict=True):
        if not math.isnan(since) and time_s - last > held.gap_s + 1e-9 and last != previous:
            if on:
                spans.append((since, last, seconds))
            since, on = math.nan, False
        if is_loose if on else is_strict:
            if math.isnan(since):
                since, seconds = time_s, 0.0
            elif last == previous:
                seconds += time_s - last
            last = time_s
            on = on or time_s - since >= held.enter_s - 1e-9
        previous = time_s
    if on:
        spans.append((since, last, seconds))
    return spans


def held_seconds(
    arrays: dict[str, np.ndarray], held: Held, side: str, start_s: float, end_s: float
) -> float:
    """Return how long the bounds are kept between two times."""
    time_s = arrays["time_s"]
    kept = within(arrays, held, side) & (time_s >= start_s) & (time_s <= end_s)
    # Two neighbours that keep them have kept them in between.
    return float(np.diff(time_s)[kept[1:] & kept[:-1]].sum())


def within(
    arrays: dict[str, np.ndarray], held: Held, side: str, give_deg: float = 0.0
) -> np.ndarray:
    """Return for each frame (N,) whether the true pose keeps all the bounds of `held`."""
    names = arrays["angle_names"].tolist()
    kept = np.ones(len(arrays["time_s"]), dtype=bool)
    for bound in held.bounds:
        values = _angle_of(arrays["angles_deg"], names, bind_side(bound.angle, side))
        kept &= (values >= bound.at_least - give_deg) & (values <= bound.at_most + give_deg)
    for name in held.on_floor:
        joint = arrays["joint_names"].tolist().index(bind_side(name, side))
        kept &= arrays["joints_m"][:, joint, 2] <= ON_FLOOR_M
    return kept


def _angle_of(angles_deg: np.ndarray, names: list[str], name: str) -> np.ndarray:
    """Return the values of an angle; a bend toward a side is the trunk's lean to it."""
    if name.startswith("trunk_side_bend_"):
        to_right = angles_deg[:, names.index("trunk_lean_frontal_deg")]
        return to_right if "_right_" in name else -to_right
    return angles_deg[:, names.index(name)]


def _trunk(posed: PosedBody) -> np.ndarray:
    joints = posed.joints
    shoulders = (joints["shoulder_left"] + joints["shoulder_right"]) / 2
    hips = (joints["hip_left"] + joints["hip_right"]) / 2
    return shoulders - hips


def _from_down(posed: PosedBody, segment: np.ndarray) -> float:
    """Return a segment's sagittal angle from straight down, towards the front positive."""
    forward = float(segment @ forward_axis(posed))
    return math.degrees(math.atan2(forward, -float(segment[2])))


def _wrapped(angle_deg: float) -> float:
    """Return the angle between -90 and 270: thigh and knee flexion stay on one branch."""
    return (angle_deg + 90.0) % 360.0 - 90.0
