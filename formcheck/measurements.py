"""What can be measured on one pose: a plain registry of named kinds.

Names and signs follow OpenSim and ISB where the quantity is the same (`docs/measurement.md`). A
value that cannot be measured is NaN with a reason a person can act on.

Add a kind by writing a function and a `MeasurementKind` row; a third-party package adds rows
through the entry point group ``formcheck.measurements``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from formcheck.body import Body
from formcheck.geometry import NAN, Vec, cross, dot, length, signed_angle_deg, sub
from formcheck.pelvis import lumbar_change_deg, pelvis_tilt_change_deg, why_unknown
from formcheck.pose import SIDES, Landmark, Side, landmark_of
from formcheck.view import ViewName

Unit = Literal["deg", "ratio", "per_s"]

TURN_TO_SIDE = "turn so that the camera sees you from the side"
TURN_TO_FRONT = "turn to face the camera"
FAR_SIDE = "the leg away from the camera is hidden by the near one"

_SIDE: frozenset[ViewName] = frozenset({"side"})
_FRONT: frozenset[ViewName] = frozenset({"front", "back"})
_ANY: frozenset[ViewName] = frozenset({"side", "front", "back", "oblique"})


@dataclass(frozen=True, slots=True)
class MeasurementKind:
    """One kind of measurement.

    Attributes
    ----------
    name : str
        Without side and unit, e.g. ``knee_flexion``.
    unit : {"deg", "ratio", "per_s"}
        ``ratio`` is a share of the person's own trunk or shin length.
    sided : bool
        True where there is one for each leg or arm.
    views : frozenset of str
        Views in which it holds; elsewhere it is NaN with a reason.
    joints : tuple of str
        Joints of the side (or of both sides where it is not sided) that must be seen.
    error : float
        Typical error in its unit: bounds missed by less never raise a fault. Source: rendered
        people, `benchmarks/accuracy.py`.
    far_side : bool
        True where it may be judged on the leg away from the camera too.
    label : str
        What a person calls it.
    compute : callable
        ``(body, side)`` to a value, NaN where it is undefined.
    error_in : mapping of str to float
        The error in positions in which it is another one.
    explain : callable, optional
        ``body`` to the reason for NaN, in words a person can act on.
    """

    name: str
    unit: Unit
    sided: bool
    views: frozenset[ViewName]
    joints: tuple[str, ...]
    error: float
    far_side: bool
    label: str
    compute: Callable[[Body, Side], float]
    explain: Callable[[Body], str | None] | None = None
    error_in: Mapping[str, float] = field(default_factory=dict)

    def full_name(self, side: Side | None = None) -> str:
        """Return the name of a value: kind, side and unit (``knee_flexion_left_deg``)."""
        parts = [self.name]
        if self.sided and side is not None:
            parts.append(side)
        if self.unit != "ratio":
            parts.append(self.unit)
        return "_".join(parts)


def _thigh(body: Body, side: Side) -> Vec:
    return sub(body.joint(side, "knee"), body.joint(side, "hip"))


def _shin(body: Body, side: Side) -> Vec:
    return sub(body.joint(side, "ankle"), body.joint(side, "knee"))


def _up(body: Body) -> Vec:
    return (-body.down[0], -body.down[1])


def _above_level_deg(body: Body, arrow: Vec) -> float:
    """Angle of a vector above the level, −90…90°, NaN without length."""
    up = -dot(arrow, body.down)
    along = abs(cross(arrow, body.down))
    return math.degrees(math.atan2(up, along)) if up or along else NAN


def _over_trunk(body: Body, size_px: float) -> float:
    """Size as a share of the trunk's length, NaN where hips and shoulders fall together."""
    return size_px / body.trunk_px if body.trunk_px > 0 else NAN


def knee_flexion_deg(body: Body, side: Side) -> float:
    """Knee flexion in the picture plane: 0 = straight, positive = bent (OpenSim knee_angle).

    Angle from the thigh's direction to the shin's, −30…180°; side view.
    """
    angle = -body.turn_sign * signed_angle_deg(_thigh(body, side), _shin(body, side))
    return angle + 360.0 if angle < -90.0 else angle


def thigh_trunk_flexion_deg(body: Body, side: Side) -> float:
    """Angle between thigh and trunk line: 0 = in line, positive = thigh to the front, −90…180°.

    A proxy for hip flexion: the trunk is the line from hips to shoulders, so pelvis and spine are
    in it. Side view.
    """
    trunk_down = (-body.trunk[0], -body.trunk[1])
    angle = body.turn_sign * signed_angle_deg(trunk_down, _thigh(body, side))
    return angle + 360.0 if angle < -120.0 else angle


def thigh_elevation_deg(body: Body, side: Side) -> float:
    """Thigh against the vertical: 0 = hanging down, 90 = level, positive = to the front.

    From the side it is an angle in the picture plane; from the front it is taken from the height
    of the knee below the hip over the thigh's own length (no sign: 0…180°).
    """
    thigh = _thigh(body, side)
    if body.view.name == "side":
        return body.turn_sign * signed_angle_deg(body.down, thigh)
    if not body.thigh_px > 0:
        return NAN
    return math.degrees(math.acos(max(-1.0, min(1.0, dot(thigh, body.down) / body.thigh_px))))


def thigh_above_level_deg(body: Body, side: Side) -> float:
    """Knee above the hip's level: 0 = thigh level, 90 = straight up, negative = below level.

    For people lying down: angle of the thigh above the horizontal, −90…90°. Side view.
    """
    return _above_level_deg(body, _thigh(body, side))


def shin_lean_deg(body: Body, side: Side) -> float:
    """Shin against the vertical: 0 = vertical, positive = knee in front of the ankle."""
    shin_up = sub(body.joint(side, "knee"), body.joint(side, "ankle"))
    return -body.turn_sign * signed_angle_deg(_up(body), shin_up)


def knee_over_ankle(body: Body, side: Side) -> float:
    """Horizontal distance of the knee in front of the ankle over the shin's length (−1…1)."""
    return math.sin(math.radians(shin_lean_deg(body, side)))


def trunk_lean_sagittal_deg(body: Body, side: Side) -> float:
    """Trunk line against the vertical: 0 = upright, positive = forward. Side view."""
    return -body.turn_sign * signed_angle_deg(_up(body), body.trunk)


def trunk_lean_frontal_deg(body: Body, side: Side) -> float:
    """Trunk line against the vertical: 0 = upright, positive = to the person's right."""
    to_image_left = -signed_angle_deg(_up(body), body.trunk)
    return to_image_left if body.view.name != "back" else -to_image_left


def pelvis_list_deg(body: Body, side: Side) -> float:
    """Line between the hips against the level: positive = right side down. Front view.

    The landmarks under-read a drop of the pelvis, and a lifted thigh lifts the hip landmark of its
    side though the pelvis is level; `PELVIS_LIST_GAIN` and `LIFTED_KNEE_DEG` put both right.
    Hold it against the person's own value on two legs.
    """
    to_left = sub(body.joint("left", "hip"), body.joint("right", "hip"))
    lifted = knee_height(body, "left") - knee_height(body, "right")
    return PELVIS_LIST_GAIN * _above_level_deg(body, to_left) - LIFTED_KNEE_DEG * lifted


def pelvis_drop_deg(body: Body, side: Side) -> float:
    """Pelvic list toward one side: positive = this side of the pelvis is lower. Front view."""
    list_deg = pelvis_list_deg(body, side)
    return list_deg if side == "right" else -list_deg


# Fitted on rendered people (tuning bodies, `benchmarks/pelvis.py --position front --fit`): the gain
# on two legs, then degrees for each trunk length that one knee is higher than the other.
PELVIS_LIST_GAIN, LIFTED_KNEE_DEG = 1.97, 15.9


def knee_height(body: Body, side: Side) -> float:
    """Height of the knee above the lowest foot or knee, over the trunk's length (0 = floor)."""
    height = body.height_px(body.joint(side, "knee")) - body.floor_height_px
    return _over_trunk(body, height)


def foot_height(body: Body, side: Side) -> float:
    """Height of the foot (ankle) above the lowest foot or knee, over the trunk's length."""
    height = body.height_px(body.joint(side, "ankle")) - body.floor_height_px
    return _over_trunk(body, height)


def stance_length(body: Body, side: Side) -> float:
    """Horizontal distance between the ankles over the trunk's length. Side view."""
    across = sub(body.joint("left", "ankle"), body.joint("right", "ankle"))
    return _over_trunk(body, abs(cross(across, body.down)))


def knees_apart(body: Body, side: Side) -> float:
    """Distance between the knees over the distance between the hips, in the picture. Front view."""
    hips = length(sub(body.joint("left", "hip"), body.joint("right", "hip")))
    knees = length(sub(body.joint("left", "knee"), body.joint("right", "knee")))
    return knees / hips if hips > 0 else NAN


def elbow_flexion_deg(body: Body, side: Side) -> float:
    """Elbow flexion: 0 = straight arm, positive = bent (OpenSim elbow_flexion)."""
    upper = sub(body.joint(side, "elbow"), body.joint(side, "shoulder"))
    fore = sub(body.joint(side, "wrist"), body.joint(side, "elbow"))
    return abs(signed_angle_deg(upper, fore))


def arm_elevation_deg(body: Body, side: Side) -> float:
    """Upper arm against the trunk line: 0 = alongside, 90 = square to it, 180 = overhead."""
    upper = sub(body.joint(side, "elbow"), body.joint(side, "shoulder"))
    return abs(signed_angle_deg((-body.trunk[0], -body.trunk[1]), upper))


def head_curl_deg(body: Body, side: Side) -> float:
    """Line shoulders–ears against the trunk line: positive = head toward the front. Side view."""
    ears = sub(body.joint(side, "ear"), body.shoulders)
    return -body.turn_sign * signed_angle_deg(body.trunk, ears)


_LEG = ("hip", "knee", "ankle")
_TRUNK = ("shoulder", "hip")

# error: typical mean absolute error in a side view of rendered people plus what real recordings
# add; docs/accuracy.md has the table.
_KINDS = (
    MeasurementKind("knee_flexion", "deg", True, _SIDE, _LEG, 5, False,
                    "knee bend", knee_flexion_deg),
    MeasurementKind("thigh_trunk_flexion", "deg", True, _SIDE, ("shoulder", "hip", "knee"), 5,
                    False, "hip angle", thigh_trunk_flexion_deg),
    MeasurementKind("thigh_elevation", "deg", True, _ANY, ("hip", "knee"), 4, True,
                    "thigh height", thigh_elevation_deg),
    MeasurementKind("thigh_above_level", "deg", True, _SIDE, ("hip", "knee"), 4, True,
                    "thigh above level", thigh_above_level_deg),
    MeasurementKind("shin_lean", "deg", True, _SIDE, ("knee", "ankle"), 4, True,
                    "shin lean", shin_lean_deg),
    MeasurementKind("knee_over_ankle", "ratio", True, _SIDE, ("knee", "ankle"), 0.07, True,
                    "knee in front of the ankle", knee_over_ankle),
    MeasurementKind("trunk_lean_sagittal", "deg", False, _SIDE, _TRUNK, 3, True,
                    "trunk lean", trunk_lean_sagittal_deg),
    MeasurementKind("trunk_lean_frontal", "deg", False, _FRONT, _TRUNK, 3, True,
                    "trunk sway", trunk_lean_frontal_deg),
    MeasurementKind("pelvis_list", "deg", False, _FRONT, ("hip", "knee"), 3, True,
                    "pelvic list", pelvis_list_deg),
    MeasurementKind("pelvis_drop", "deg", True, _FRONT, ("hip", "knee"), 3, True,
                    "hip drop", pelvis_drop_deg),
    MeasurementKind("knee_height", "ratio", True, _ANY, ("hip", "knee"), 0.06, True,
                    "knee height", knee_height),
    MeasurementKind("foot_height", "ratio", True, _ANY, ("hip", "ankle"), 0.06, True,
                    "foot height", foot_height),
    MeasurementKind("stance_length", "ratio", False, _SIDE, ("ankle",), 0.06, True,
                    "stance length", stance_length),
    MeasurementKind("knees_apart", "ratio", False, _FRONT, ("hip", "knee"), 0.15, True,
                    "distance between the knees", knees_apart),
    MeasurementKind("elbow_flexion", "deg", True, _ANY, ("shoulder", "elbow", "wrist"), 8, False,
                    "elbow bend", elbow_flexion_deg),
    MeasurementKind("arm_elevation", "deg", True, _ANY, ("hip", "shoulder", "elbow"), 8, True,
                    "arm height", arm_elevation_deg),
    MeasurementKind("head_curl", "deg", False, _SIDE, _TRUNK, 6, True,
                    "head and shoulder curl", head_curl_deg),
    # error: docs/pelvis.md; bounds closer to neutral than this never raise a fault.
    MeasurementKind("pelvis_tilt_change", "deg", False, _SIDE, _TRUNK, 4, True,
                    "pelvic tilt", pelvis_tilt_change_deg, why_unknown, {"half_kneeling": 3}),
    MeasurementKind("lumbar_change", "deg", False, _SIDE, _TRUNK, 6, True,
                    "lower back", lumbar_change_deg, why_unknown, {"half_kneeling": 4}),
)

REGISTRY: dict[str, MeasurementKind] = {kind.name: kind for kind in _KINDS}


def view_reason(kind: MeasurementKind, view: ViewName) -> str | None:
    """Return what the person should do when a kind does not hold in this view, else None."""
    if view in kind.views:
        return None
    return TURN_TO_FRONT if "front" in kind.views else TURN_TO_SIDE


@dataclass(frozen=True, slots=True)
class _Item:
    """One value to measure: a kind on a side, with what it needs."""

    name: str
    kind: MeasurementKind
    side: Side | None
    landmarks: tuple[Landmark, ...]


def plan_of(kinds: Iterable[MeasurementKind]) -> tuple[_Item, ...]:
    """Return the values that a set of kinds gives, with the landmarks each needs."""
    return tuple(
        _Item(
            kind.full_name(side),
            kind,
            side,
            tuple(landmark_of(s, j) for j in kind.joints for s in ((side,) if side else SIDES)),
        )
        for kind in kinds
        for side in (SIDES if kind.sided else (None,))
    )


_PLAN = plan_of(REGISTRY.values())
_USED = tuple(sorted({mark for item in _PLAN for mark in item.landmarks}))


def measure(body: Body) -> tuple[dict[str, float], dict[str, str]]:
    """Measure everything that can be measured on one pose.

    Parameters
    ----------
    body : Body
        A pose in which somebody was found, with its view.

    Returns
    -------
    values : dict of str to float
        By full name; NaN where not measurable.
    reasons : dict of str to str
        For each NaN, why.
    """
    values: dict[str, float] = {}
    reasons: dict[str, str] = {}
    troubles = {mark: trouble for mark in _USED if (trouble := body.trouble(mark))}
    view, near = body.view.name, body.view.near_side
    for item in _PLAN:
        reason = None if view in item.kind.views else view_reason(item.kind, view)
        if reason is None and troubles:
            reason = next((troubles[mark] for mark in item.landmarks if mark in troubles), None)
        value = NAN if reason else item.kind.compute(body, item.side or near)
        values[item.name] = value
        if math.isnan(value):
            if reason is None and item.kind.explain is not None:
                reason = item.kind.explain(body)
            reasons[item.name] = reason or "it could not be measured in this position"
    return values, reasons


def missing_values(reason: str) -> tuple[dict[str, float], dict[str, str]]:
    """Return NaN for every measurement, all for the same reason."""
    names = [item.name for item in _PLAN]
    return dict.fromkeys(names, NAN), dict.fromkeys(names, reason)
