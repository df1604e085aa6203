"""Angles in the frontal plane, from the front: sway, pelvis, shoulders, knees.

Each is ``(body, side)`` to degrees, NaN where it is undefined; `formcheck.core.measure.kinds` lists
them with their views and errors.
"""

from __future__ import annotations

from formcheck.core.body.body import Body
from formcheck.core.body.posture import (
    above_level_deg,
    lies,
    shin_of,
    thigh_of,
    trunk_tilt_in_space_deg,
)
from formcheck.core.geometry import NAN, ramp, signed_angle_deg, sub
from formcheck.core.measure.ratios import knee_height
from formcheck.core.measure.sagittal import arm_elevation_deg
from formcheck.core.pose import SIDES, Side

STAND_UP = "only people who are upright can be measured from the front"
# Fitted on rendered people who are not scored (`benchmarks fit pelvis --position front`): by
# how much the slope of the hip landmarks counts, degrees for each trunk length that one knee is
# higher than the other, and the fraction of the shoulders' slope that the hip landmarks take on.
PELVIS_LIST_GAIN, LIFTED_KNEE_DEG, SHOULDERS_SHARE = 2.37, 20.7, 0.75
# Up to here an arm hangs, at twice this it is raised; heuristic.
ARM_HANGS_DEG = 45.0


def trunk_lean_frontal_deg(body: Body, side: Side) -> float:
    """Trunk line against the vertical: 0 = upright, positive = to the person's right.

    NaN for people who lie: seen from their feet, the line is nothing but foreshortening.
    """
    if _lies(body):
        return NAN
    to_image_left = -signed_angle_deg(body.up, body.trunk)
    return to_image_left if body.view.name != "back" else -to_image_left


def trunk_side_bend_deg(body: Body, side: Side) -> float:
    """Trunk line against the vertical: 0 = upright, positive = bent toward this side."""
    to_right = trunk_lean_frontal_deg(body, side)
    return to_right if side == "right" else -to_right


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


def pelvis_drop_deg(body: Body, side: Side) -> float:
    """Pelvic list toward one side: positive = this side of the pelvis is lower. Front view."""
    list_deg = pelvis_list_deg(body, side)
    return list_deg if side == "right" else -list_deg


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
    hang = 1.0 - ramp(raised_deg - ARM_HANGS_DEG, ARM_HANGS_DEG)
    return (_right_down_deg(body, "hip"), lifted, hang * _right_down_deg(body, "shoulder"))


def shoulder_slope_deg(body: Body, side: Side) -> float:
    """Line between the shoulders against the level: positive = right shoulder lower. Front view.

    It shows a trunk that leans as well as one that bends, which brings the line from hips to
    shoulders out of the vertical by less. NaN for people who lie.
    """
    return NAN if _lies(body) else _right_down_deg(body, "shoulder")


def _right_down_deg(body: Body, joint: str) -> float:
    return above_level_deg(body, sub(body.joint("left", joint), body.joint("right", joint)))


def knee_inward_deg(body: Body, side: Side) -> float:
    """Thigh against shin in the frontal plane: 0 = in line, positive = knee toward the middle.

    The projection angle (FPPA) of a standing leg; NaN where the shin points up. Front view.
    """
    clockwise = signed_angle_deg(thigh_of(body, side), shin_of(body, side))
    if abs(clockwise) > 90.0:
        return NAN
    # Facing the camera, the right leg is on the left of the frame.
    return clockwise if (side == "right") == (body.view.name != "back") else -clockwise


def why_not_upright(body: Body) -> str | None:
    """Return why nothing can be measured from the front on a body, or None."""
    return STAND_UP if _lies(body) else None


def _lies(body: Body) -> bool:
    """Return whether the trunk is nearer to level than to upright in space."""
    return lies(trunk_tilt_in_space_deg(body), from_deg=45.0)
