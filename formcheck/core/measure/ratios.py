"""Heights and distances over the person's own trunk, shin or hips: no camera's scale is in them.

Each is ``(body, side)`` to a number without a unit, NaN where it is undefined;
`formcheck.core.measure.kinds` lists them with their views and errors.
"""

from __future__ import annotations

import math

from formcheck.core.body.body import Body
from formcheck.core.geometry import NAN, cross, length, sub
from formcheck.core.measure.sagittal import shin_lean_deg
from formcheck.core.pose import Side, other_side


def _over_trunk(body: Body, size_px: float) -> float:
    """Size as a share of the trunk's length, NaN where hips and shoulders fall together."""
    return size_px / body.trunk_px if body.trunk_px > 0 else NAN


def knee_height(body: Body, side: Side) -> float:
    """Height of the knee above the lowest foot or knee, over the trunk's length (0 = floor)."""
    height = body.height_px(body.joint(side, "knee")) - body.floor_height_px
    return _over_trunk(body, height)


def foot_height(body: Body, side: Side) -> float:
    """Height of the foot (ankle) above the lowest foot or knee, over the trunk's length."""
    height = body.height_px(body.joint(side, "ankle")) - body.floor_height_px
    return _over_trunk(body, height)


def heel_height(body: Body, side: Side) -> float:
    """Height of the heel above the lowest foot or knee, over the trunk's length."""
    return _over_trunk(body, body.height_px(body.joint(side, "heel")) - body.floor_height_px)


def hip_height(body: Body, side: Side) -> float:
    """Height of the hips above the lowest foot or knee, over the trunk's length (may be < 0)."""
    return _over_trunk(body, body.height_px(body.hips) - body.floor_height_px)


def hip_rise(body: Body, side: Side) -> float:
    """Height of the hips in the image over the trunk's length, up positive.

    Only its change means anything: against the start position it tells a step onto a box. Counted
    from the frame's middle, so that a trunk that looks shorter changes it as little as possible.
    """
    width, height = body.pose.size_px
    return _over_trunk(body, body.height_px(body.hips) - body.height_px((width / 2, height / 2)))


def knee_over_ankle(body: Body, side: Side) -> float:
    """Horizontal distance of the knee in front of the ankle over the shin's length (−1…1)."""
    return math.sin(math.radians(shin_lean_deg(body, side)))


def foot_ahead(body: Body, side: Side) -> float:
    """Horizontal way from the other ankle to this one over the trunk's length, front positive.

    Positive = this is the front leg, negative = the rear one. For people who are upright; side
    view.
    """
    way = sub(body.joint(side, "ankle"), body.joint(other_side(side), "ankle"))
    return _over_trunk(body, body.turn_sign * cross(body.down, way))


def stance_length(body: Body, side: Side) -> float:
    """Horizontal distance between the ankles over the trunk's length. Side view."""
    across = sub(body.joint("left", "ankle"), body.joint("right", "ankle"))
    return _over_trunk(body, abs(cross(across, body.down)))


def knees_apart(body: Body, side: Side) -> float:
    """Distance between the knees over the distance between the hips, in the image. Front view."""
    hips = length(sub(body.joint("left", "hip"), body.joint("right", "hip")))
    knees = length(sub(body.joint("left", "knee"), body.joint("right", "knee")))
    return knees / hips if hips > 0 else NAN


def elbow_to_knee(body: Body, side: Side) -> float:
    """Distance from this knee to the other side's elbow, in the image, over the trunk's length.

    Small where the trunk turns toward a knee that comes in.
    """
    way = sub(body.joint(other_side(side), "elbow"), body.joint(side, "knee"))
    return _over_trunk(body, length(way))
