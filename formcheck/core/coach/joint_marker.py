"""Where in the image a measurement is seen, and where its limit would be."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from formcheck.core.coach.display import MarkedJoint, Point
from formcheck.core.events import FrameResult
from formcheck.core.pose import FloatArray, Landmark, Pose, Side, landmark_of


@dataclass(frozen=True, slots=True)
class _Anchor:
    """How an angle lies in the image: at which joint, from which direction, to which joint."""

    vertex: str
    zero: str  # "up", "down", "toward X" or "beyond X" (the line from X carried on past the vertex)
    moving: str


_ANCHORS = {
    "knee_flexion": _Anchor("knee", "beyond hip", "ankle"),
    "thigh_trunk_flexion": _Anchor("hip", "beyond shoulder", "knee"),
    "thigh_elevation": _Anchor("hip", "down", "knee"),
    "trunk_lean_sagittal": _Anchor("hip", "up", "shoulder"),
    "trunk_lean_frontal": _Anchor("hip", "up", "shoulder"),
    "shin_lean": _Anchor("ankle", "up", "knee"),
    "elbow_flexion": _Anchor("elbow", "beyond shoulder", "wrist"),
    "arm_elevation": _Anchor("shoulder", "toward hip", "elbow"),
}
# Where to write a value that is no angle of the frame: the first of these words in its name.
_JOINT_OF_WORD = {
    "knee": "knee", "thigh": "hip", "hip": "hip", "pelvis": "hip", "lumbar": "hip", "trunk": "hip",
    "shin": "ankle", "ankle": "ankle", "foot": "ankle", "heel": "heel", "elbow": "elbow",
    "arm": "shoulder", "shoulder": "shoulder", "head": "shoulder", "wrist": "wrist",
}  # fmt: skip
# Further apart than this, value and frame are not the same angle (another plane, a proxy).
_SAME_ANGLE_DEG = 25.0
# Below this the sense of rotation cannot be read off the frame and the last one is kept.
_SENSE_KNOWN_DEG = 8.0


def split_name(measurement: str) -> tuple[str, Side | None, str]:
    """Split a measurement's full name into base, side and unit.

    ``"knee_flexion_left_deg"`` gives ``("knee_flexion", "left", "deg")``.
    """
    base, _, unit = measurement.rpartition("_")
    sides: tuple[Side, Side] = ("left", "right")
    for side in sides:
        if base.endswith(f"_{side}"):
            return base.removesuffix(f"_{side}"), side, unit
    return base, None, unit


@dataclass(slots=True)
class JointMarker:
    """Marks the joint of the worst fault, else the joint that the exercise is about.

    On which way round the frame an angle grows depends on where the person faces. It is read off
    each time the angle is large enough and kept for when it is not.
    """

    _sense: dict[str, float] = field(default_factory=dict)

    def update(self, result: FrameResult) -> MarkedJoint | None:
        """Return the joint to mark in this frame, None where there is none to be seen."""
        if not result.pose.detected:
            return None
        for fault in result.active_faults:
            if fault.unit != split_name(fault.measurement)[2]:
                continue  # judged by its seconds, not by its angle
            marked = self._mark(result, fault.measurement, fault.limit, fault.value, fault=True)
            if marked is not None:
                return marked
        if result.joint is None:
            return None
        return self._mark(
            result,
            result.joint,
            result.joint_target,
            result.values.get(result.joint, math.nan),
            fault=False,
        )

    def _mark(
        self, result: FrameResult, name: str, limit: float | None, value: float, *, fault: bool
    ) -> MarkedJoint | None:
        base, side, unit = split_name(name)
        if side is None:
            near = result.near_side
            side = "left" if near == "left" else "right"
        anchor = _ANCHORS.get(base)
        vertex_joint = anchor.vertex if anchor else _joint_named_in(base)
        if not math.isfinite(value) or vertex_joint is None:
            return None
        vertex = _point(result.pose, side, vertex_joint)
        if not np.isfinite(vertex).all():
            return None
        zero = moving = limit_at = None
        if anchor is not None and unit == "deg":
            zero, moving, limit_at = self._rays(result.pose, side, anchor, name, limit, value)
        return MarkedJoint(
            name, value, limit, unit, _as_point(vertex), zero, moving, limit_at, fault
        )

    def _rays(  # noqa: PLR0917
        self, pose: Pose, side: Side, anchor: _Anchor, name: str, limit: float | None, value: float
    ) -> tuple[Point | None, Point | None, Point | None]:
        vertex = _point(pose, side, anchor.vertex)
        moving = _point(pose, side, anchor.moving) - vertex
        zero = _zero_ray(pose, side, anchor, vertex)
        length = float(np.hypot(*moving))
        zero_length = float(np.hypot(*zero))
        if not (length > 1.0 and zero_length > 1e-9):  # also false for NaN
            return None, None, None
        zero = zero / zero_length * length
        turn = math.degrees(
            math.atan2(zero[0] * moving[1] - zero[1] * moving[0], float(zero @ moving))
        )
        if abs(abs(turn) - abs(value)) > _SAME_ANGLE_DEG:
            return None, None, None
        if abs(turn) >= _SENSE_KNOWN_DEG and abs(value) >= _SENSE_KNOWN_DEG:
            self._sense[name] = math.copysign(1.0, turn) * math.copysign(1.0, value)
        limit_at = None
        if limit is not None and name in self._sense:
            # From where the limb is, not from zero: right for limits from one's own neutral, too.
            turn_to_limit = self._sense[name] * (limit - value)
            limit_at = _as_point(vertex + _rotated(moving, turn_to_limit))
        return _as_point(vertex + zero), _as_point(vertex + moving), limit_at


def _zero_ray(pose: Pose, side: Side, anchor: _Anchor, vertex: FloatArray) -> FloatArray:
    if anchor.zero == "up":
        return np.array([0.0, -1.0])
    if anchor.zero == "down":
        return np.array([0.0, 1.0])
    how, joint = anchor.zero.split()
    toward = _point(pose, side, joint) - vertex
    return toward if how == "toward" else -toward


def _joint_named_in(base: str) -> str | None:
    return next((_JOINT_OF_WORD[word] for word in base.split("_") if word in _JOINT_OF_WORD), None)


def _point(pose: Pose, side: Side, joint: str) -> FloatArray:
    index: Landmark = landmark_of(side, joint)
    return np.asarray(pose.landmarks[index, :2] * np.asarray(pose.size_px, dtype=np.float64))


def _rotated(ray: FloatArray, degrees: float) -> FloatArray:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return np.array([c * ray[0] - s * ray[1], s * ray[0] + c * ray[1]])


def _as_point(xy: FloatArray) -> Point:
    return float(xy[0]), float(xy[1])
