"""What can be measured on one pose: a plain registry of named kinds.

Names and signs follow OpenSim and ISB where the quantity is the same (`docs/measurement.md`). A
value that cannot be measured is NaN with a reason a person can act on.

Add a kind by writing a function and a `MeasurementKind` row; a third-party package adds rows
through the entry point group ``formcheck.measurements``.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from formcheck.core.body.body import Body
from formcheck.core.body.view import ViewName
from formcheck.core.geometry import (
    NAN,
    Vec,
    cross,
    dot,
    dot3,
    length,
    length3,
    signed_angle_deg,
    sub,
    sub3,
)
from formcheck.core.measure.spine import lumbar_change_deg, pelvis_tilt_change_deg, why_unknown
from formcheck.core.pose import SIDES, Landmark, Side, landmark_of, other_side

Unit = Literal["deg", "ratio", "per_s"]

TURN_TO_SIDE = "turn so that the camera sees you from the side"
TURN_TO_FRONT = "turn to face the camera"
STAND_UP = "only people who are upright can be measured from the front"
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
    only_change : bool
        True where the value itself means nothing and only its change does.
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
    only_change: bool = False

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
    drop = dot(thigh, body.down) / body.thigh_px
    if body.view.name != "back":
        drop -= _seen_too_low(body, side, drop)
    return math.degrees(math.acos(max(-1.0, min(1.0, drop))))


def _seen_too_low(body: Body, side: Side, drop: float) -> float:
    """By how much a lifted knee is seen too low from the front, over the thigh's length.

    It is nearer to the camera than the hip, and the landmark lies on the front of the bent knee.
    A leg that hangs or stands on the floor (a squat) is seen where it is, and a camera on the floor
    sees a lifted knee rather too high.
    """
    ankle, other = (body.height_px(body.joint(one, "ankle")) for one in (side, other_side(side)))
    share = _ramp((ankle - other) / body.thigh_px, FOOT_LIFTED) * _ramp(1 - drop, THIGH_SHORTENED)
    if body.heels_below > HEELS_FROM_HIP_HEIGHT:
        share *= 1 - _ramp(body.heels_below - HEELS_FROM_HIP_HEIGHT, HEELS_RAMP)
    return share * (LOW_KNEE * drop + LOW_KNEE_LEVEL)


def _ramp(value: float, full: float) -> float:
    return max(0.0, min(1.0, value / full))


# Fitted on rendered people (t1-t12, `benchmarks/front_thigh.py --fit`): by what share of its drop a
# lifted knee is seen too low, and how much a level one. These hold in full where the foot is lifted
# and the thigh shortened by so much (source: own). All over the thigh's length.
LOW_KNEE, LOW_KNEE_LEVEL = 0.33, 0.063
FOOT_LIFTED, THIGH_SHORTENED = 0.1, 0.25
# Heels below ankles over the trunk's length: 0.07 to 0.11 seen from 0.75 and 1.05 m, 0.12 to 0.15
# from the floor (the same people).
HEELS_FROM_HIP_HEIGHT, HEELS_RAMP = 0.105, 0.015


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
    """Trunk line against the vertical: 0 = upright, positive = to the person's right.

    NaN for people who lie: seen from their feet, the line is nothing but foreshortening.
    """
    if _lies(body):
        return NAN
    to_image_left = -signed_angle_deg(_up(body), body.trunk)
    return to_image_left if body.view.name != "back" else -to_image_left


def pelvis_list_deg(body: Body, side: Side) -> float:
    """Line between the hips against the level: positive = right side down. Front view.

    The landmarks under-read a drop of the pelvis, a lifted thigh lifts the hip landmark of its
    side though the pelvis is level, and shoulders that slope take the hip landmarks with them;
    `PELVIS_LIST_GAIN`, `LIFTED_KNEE_DEG` and `SHOULDERS_SHARE` put these right. Hold it against the
    person's own value on two legs. NaN for people who lie.
    """
    if _lies(body):
        return NAN
    hips_deg, lifted, shoulders_deg = pelvis_list_signs(body)
    return PELVIS_LIST_GAIN * hips_deg - LIFTED_KNEE_DEG * lifted - SHOULDERS_SHARE * shoulders_deg


def pelvis_list_signs(body: Body) -> tuple[float, float, float]:
    """Return what the pelvic list is made of.

    Returns
    -------
    tuple of float
        Slope of the line between the hips (degrees, positive = right side down), height of the left
        knee above the right one over the trunk's length, slope of the shoulders (as the hips')
        where both arms hang; less of it, or nothing, where one is raised.
    """
    lifted = knee_height(body, "left") - knee_height(body, "right")
    # A raised arm takes its shoulder with it, and then the slope is not the trunk's.
    raised_deg = max(arm_elevation_deg(body, side) for side in SIDES)
    hang = 1.0 - _ramp(raised_deg - ARM_HANGS_DEG, ARM_HANGS_DEG)
    return (_right_down_deg(body, "hip"), lifted, hang * _right_down_deg(body, "shoulder"))


def _right_down_deg(body: Body, joint: str) -> float:
    return _above_level_deg(body, sub(body.joint("left", joint), body.joint("right", joint)))


def shoulder_slope_deg(body: Body, side: Side) -> float:
    """Line between the shoulders against the level: positive = right shoulder lower. Front view.

    It shows a trunk that leans as well as one that bends, which brings the line from hips to
    shoulders out of the vertical by less. NaN for people who lie.
    """
    return NAN if _lies(body) else _right_down_deg(body, "shoulder")


def _lies(body: Body) -> bool:
    """Return whether the trunk is nearer to level than to upright in space.

    From the world landmarks, as a trunk that points away from the camera stands upright in the
    picture: good enough to decide between the two.
    """
    hips, shoulders = (
        [body.world_point(side, joint) for side in SIDES] for joint in ("hip", "shoulder")
    )
    x, y, z = (sum(p[i] for p in shoulders) - sum(p[i] for p in hips) for i in range(3))
    return abs(y) < math.hypot(x, z)


def _why_not_upright(body: Body) -> str | None:
    return STAND_UP if _lies(body) else None


def pelvis_drop_deg(body: Body, side: Side) -> float:
    """Pelvic list toward one side: positive = this side of the pelvis is lower. Front view."""
    list_deg = pelvis_list_deg(body, side)
    return list_deg if side == "right" else -list_deg


# Fitted on rendered people who are not scored (`benchmarks/pelvis.py --position front --fit`): by
# how much the slope of the hip landmarks counts, degrees for each trunk length that one knee is
# higher than the other, and the share of the shoulders' slope that the hip landmarks take on.
PELVIS_LIST_GAIN, LIFTED_KNEE_DEG, SHOULDERS_SHARE = 2.37, 20.7, 0.75
# Up to here an arm hangs, at twice this it is raised; source: own.
ARM_HANGS_DEG = 45.0


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


def ankle_dorsiflexion_deg(body: Body, side: Side) -> float:
    """Foot (heel to toes) against the shin: 0 = square, positive = toes toward the shin.

    OpenSim ankle_angle; side view.
    """
    foot = sub(body.joint(side, "foot_index"), body.joint(side, "heel"))
    return body.turn_sign * signed_angle_deg(_shin(body, side), foot) - 90.0


def leg_above_level_deg(body: Body, side: Side) -> float:
    """Line hip–ankle above the horizontal: 0 = level, positive = foot above the hip, −90…90°."""
    return _above_level_deg(body, sub(body.joint(side, "ankle"), body.joint(side, "hip")))


def trunk_above_level_deg(body: Body, side: Side) -> float:
    """Line hips–shoulders above the horizontal: 0 = lying flat, 90 = upright. Side view."""
    return _above_level_deg(body, body.trunk)


def thigh_ahead_deg(body: Body, side: Side) -> float:
    """Angle from the other thigh to this one: 0 = in line, positive = this one to the front."""
    return body.turn_sign * signed_angle_deg(_thigh(body, other_side(side)), _thigh(body, side))


def foot_ahead(body: Body, side: Side) -> float:
    """Horizontal way from the other ankle to this one over the trunk's length, front positive.

    Positive = this is the front leg, negative = the rear one. For people who are upright; side
    view.
    """
    way = sub(body.joint(side, "ankle"), body.joint(other_side(side), "ankle"))
    return _over_trunk(body, body.turn_sign * cross(body.down, way))


def heel_height(body: Body, side: Side) -> float:
    """Height of the heel above the lowest foot or knee, over the trunk's length."""
    return _over_trunk(body, body.height_px(body.joint(side, "heel")) - body.floor_height_px)


def hip_height(body: Body, side: Side) -> float:
    """Height of the hips above the lowest foot or knee, over the trunk's length (may be < 0)."""
    return _over_trunk(body, body.height_px(body.hips) - body.floor_height_px)


def hip_rise(body: Body, side: Side) -> float:
    """Height of the hips in the picture over the trunk's length, up positive.

    Only its change means anything: against the start position it tells a step onto a box. Counted
    from the picture's middle, so that a trunk that looks shorter changes it as little as possible.
    """
    width, height = body.pose.size_px
    return _over_trunk(body, body.height_px(body.hips) - body.height_px((width / 2, height / 2)))


def trunk_side_bend_deg(body: Body, side: Side) -> float:
    """Trunk line against the vertical: 0 = upright, positive = bent toward this side."""
    to_right = trunk_lean_frontal_deg(body, side)
    return to_right if side == "right" else -to_right


def trunk_rotation_deg(body: Body, side: Side) -> float:
    """Shoulder line against hip line about the trunk: positive = turned toward this side.

    From the world landmarks, as the picture has no sign of it, so coarse: −90…90°. Hips that seem
    to be turned by more were read the wrong way round.
    """
    if not body.trunk_px > 0:
        return NAN
    shoulders, hips = (body.across_trunk(joint) for joint in ("shoulder", "hip"))
    if dot(hips, shoulders) < 0:
        hips = (-hips[0], -hips[1])
    to_left = signed_angle_deg(hips, shoulders)
    return to_left if side == "left" else -to_left


def leg_abduction_deg(body: Body, side: Side) -> float:
    """Line hip–ankle out of the plane that halves the body: positive = away from the middle.

    From the world landmarks (depth is in it), so coarse: −90…90°.
    """
    ankle, hip = (body.world_point(side, joint) for joint in ("ankle", "hip"))
    leg, out = sub3(ankle, hip), sub3(hip, body.world_point(other_side(side), "hip"))
    sizes = length3(leg) * length3(out)
    if not (sizes > 0 and body.trunk_px > 0):
        return NAN
    return math.degrees(math.asin(max(-1.0, min(1.0, dot3(leg, out) / sizes))))


def elbow_to_knee(body: Body, side: Side) -> float:
    """Distance from this knee to the other side's elbow, in the picture, over the trunk's length.

    Small where the trunk turns toward a knee that comes in.
    """
    way = sub(body.joint(other_side(side), "elbow"), body.joint(side, "knee"))
    return _over_trunk(body, length(way))


def knee_inward_deg(body: Body, side: Side) -> float:
    """Thigh against shin in the frontal plane: 0 = in line, positive = knee toward the middle.

    The projection angle (FPPA) of a standing leg; NaN where the shin points up. Front view.
    """
    clockwise = signed_angle_deg(_thigh(body, side), _shin(body, side))
    if abs(clockwise) > 90.0:
        return NAN
    # Facing the camera, the right leg is on the left of the picture.
    return clockwise if (side == "right") == (body.view.name != "back") else -clockwise


_LEG = ("hip", "knee", "ankle")
_TRUNK = ("shoulder", "hip")

# error: typical mean absolute error in a side view of rendered people plus what real recordings
# add; docs/accuracy.md has the table.
_KINDS = (
    # Seated, the straight leg's knee is drawn toward the other one: read 8–23 degrees too bent.
    MeasurementKind("knee_flexion", "deg", True, _SIDE, _LEG, 5, False,
                    "knee bend", knee_flexion_deg, error_in={"seated": 18}),
    # Half-kneeling, the rear hip is off by up to 8 degrees from person to person.
    MeasurementKind("thigh_trunk_flexion", "deg", True, _SIDE, ("shoulder", "hip", "knee"), 5,
                    False, "hip angle", thigh_trunk_flexion_deg, error_in={"half_kneeling": 7}),
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
                    "trunk sway", trunk_lean_frontal_deg, _why_not_upright),
    MeasurementKind("shoulder_slope", "deg", False, _FRONT, _TRUNK, 3, True,
                    "shoulder line", shoulder_slope_deg, _why_not_upright),
    MeasurementKind("pelvis_list", "deg", False, _FRONT, ("hip", "knee", "shoulder"), 3, True,
                    "pelvic list", pelvis_list_deg, _why_not_upright),
    MeasurementKind("pelvis_drop", "deg", True, _FRONT, ("hip", "knee", "shoulder"), 3, True,
                    "hip drop", pelvis_drop_deg, _why_not_upright),
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
    MeasurementKind("pelvis_tilt_change", "deg", False, _SIDE, _TRUNK, 3, True,
                    "pelvic tilt", pelvis_tilt_change_deg, why_unknown, {"half_kneeling": 2}),
    MeasurementKind("lumbar_change", "deg", False, _SIDE, _TRUNK, 4, True,
                    "lower back", lumbar_change_deg, why_unknown,
                    # Lying, a leg that is lowered moves the seat: up to 19 degrees for a moment.
                    {"half_kneeling": 3, "supine": 6}),
    MeasurementKind("ankle_dorsiflexion", "deg", True, _SIDE,
                    ("knee", "ankle", "heel", "foot_index"), 8, False,
                    "ankle bend", ankle_dorsiflexion_deg),
    MeasurementKind("leg_above_level", "deg", True, _SIDE, ("hip", "ankle"), 4, True,
                    "leg height", leg_above_level_deg),
    MeasurementKind("trunk_above_level", "deg", False, _SIDE, _TRUNK, 4, True,
                    "trunk above level", trunk_above_level_deg),
    MeasurementKind("thigh_ahead", "deg", True, _SIDE, ("hip", "knee"), 6, True,
                    "thigh ahead of the other", thigh_ahead_deg),
    MeasurementKind("foot_ahead", "ratio", True, _SIDE, ("ankle", "hip"), 0.06, True,
                    "foot ahead of the other", foot_ahead),
    MeasurementKind("heel_height", "ratio", True, _ANY, ("hip", "heel"), 0.06, True,
                    "heel height", heel_height),
    MeasurementKind("hip_height", "ratio", False, _ANY, _TRUNK, 0.06, True,
                    "hip height", hip_height),
    MeasurementKind("hip_rise", "ratio", False, _ANY, _TRUNK, 0.08, True,
                    "rise of the hips", hip_rise, only_change=True),
    MeasurementKind("trunk_side_bend", "deg", True, _FRONT, _TRUNK, 3, True,
                    "side bend", trunk_side_bend_deg, _why_not_upright),
    MeasurementKind("trunk_rotation", "deg", True, _ANY, _TRUNK, 10, True,
                    "trunk rotation", trunk_rotation_deg),
    MeasurementKind("leg_abduction", "deg", True, _ANY, ("hip", "ankle"), 8, True,
                    "leg away from the middle", leg_abduction_deg),
    MeasurementKind("elbow_to_knee", "ratio", True, _ANY, ("hip", "knee", "elbow"), 0.15, True,
                    "distance from elbow to knee", elbow_to_knee),
    MeasurementKind("knee_inward", "deg", True, _FRONT, _LEG, 5, True,
                    "knee inward", knee_inward_deg),
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


_plan = plan_of(REGISTRY.values())
_used = tuple(sorted({mark for item in _plan for mark in item.landmarks}))


def register(kind: object) -> None:
    """Add a kind of measurement of another package.

    Raises
    ------
    ValueError
        Where it is no `MeasurementKind`, not whole, or there is one of that name.
    """
    global _plan, _used  # noqa: PLW0603 - the plan is worked out once, not in every frame
    if not isinstance(kind, MeasurementKind):
        raise ValueError(f"{kind!r} is not a MeasurementKind")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", kind.name):
        raise ValueError(f"'{kind.name}' must be small letters, digits and _, with a letter first")
    if kind.name in REGISTRY:
        raise ValueError(f"there is a kind of measurement '{kind.name}' already")
    if kind.unit not in get_args(Unit):
        raise ValueError(f"'{kind.name}' has the unit '{kind.unit}'; there are: deg, ratio, per_s")
    if not kind.views or not kind.views <= _ANY:
        raise ValueError(f"'{kind.name}' holds in no view; there are: side, front, back, oblique")
    if not kind.error > 0:
        raise ValueError(f"'{kind.name}' has the error {kind.error:g}; give one above 0")
    try:
        added = plan_of([kind])
    except KeyError as error:
        joint = error.args[0][1]
        raise ValueError(f"'{kind.name}' needs the joint '{joint}', which is no joint") from None
    REGISTRY[kind.name] = kind
    _plan += added
    _used = tuple(sorted({*_used, *(mark for item in added for mark in item.landmarks)}))
    _in_view.cache_clear()


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
    near = body.view.near_side
    measurable, out_of_view = _in_view(body.view.name)
    values = dict.fromkeys((item.name for item in _plan), NAN)
    reasons = dict(out_of_view)
    troubles = {mark: trouble for mark in _used if (trouble := body.trouble(mark))}
    for item in measurable:
        reason = None
        if troubles:
            reason = next((troubles[mark] for mark in item.landmarks if mark in troubles), None)
        value = NAN if reason else item.kind.compute(body, item.side or near)
        values[item.name] = value
        if math.isnan(value):
            if reason is None and item.kind.explain is not None:
                reason = item.kind.explain(body)
            reasons[item.name] = reason or "it could not be measured in this position"
    return values, reasons


@functools.cache
def _in_view(view: ViewName) -> tuple[tuple[_Item, ...], dict[str, str]]:
    """Return what can be measured in a view, and for everything else why not."""
    measurable = tuple(item for item in _plan if view in item.kind.views)
    reasons = {item.name: view_reason(item.kind, view) or "" for item in _plan}
    return measurable, {name: reason for name, reason in reasons.items() if reason}


def missing_values(reason: str) -> tuple[dict[str, float], dict[str, str]]:
    """Return NaN for every measurement, all for the same reason."""
    names = [item.name for item in _plan]
    return dict.fromkeys(names, NAN), dict.fromkeys(names, reason)
