"""Angles in the sagittal plane: flexion, lean and heights of limbs, from the side.

Each is ``(body, side)`` to degrees, NaN where it is undefined; `formcheck.core.measure.kinds` lists
them with their views and errors.
"""

from __future__ import annotations

import math

from formcheck.core.body.body import Body
from formcheck.core.body.posture import above_level_deg, shin_of, thigh_of
from formcheck.core.geometry import NAN, dot, ramp, signed_angle_deg, sub
from formcheck.core.pose import Side, other_side

# Fitted on rendered people (`python -m benchmarks fit front-thigh`): by what share of its drop a
# lifted knee is seen too low, and how much a level one. These hold in full where the foot is lifted
# and the thigh shortened by so much (heuristic). All over the thigh's length.
LOW_KNEE, LOW_KNEE_LEVEL = 0.33, 0.063
FOOT_LIFTED, THIGH_SHORTENED = 0.1, 0.25
# Heels below ankles over the trunk's length: 0.07 to 0.11 seen from 0.75 and 1.05 m, 0.12 to 0.15
# from the floor (the same people).
HEELS_FROM_HIP_HEIGHT, HEELS_RAMP = 0.105, 0.015


def thigh_elevation_deg(body: Body, side: Side) -> float:
    """Thigh against the vertical: 0 = hanging down, 90 = level, positive = to the front.

    From the side it is an angle in the image plane; from the front it is taken from the height
    of the knee below the hip over the thigh's own length (no sign: 0…180°).
    """
    thigh = thigh_of(body, side)
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
    share = ramp((ankle - other) / body.thigh_px, FOOT_LIFTED) * ramp(1 - drop, THIGH_SHORTENED)
    if body.heels_below > HEELS_FROM_HIP_HEIGHT:
        share *= 1 - ramp(body.heels_below - HEELS_FROM_HIP_HEIGHT, HEELS_RAMP)
    return share * (LOW_KNEE * drop + LOW_KNEE_LEVEL)


def thigh_above_level_deg(body: Body, side: Side) -> float:
    """Knee above the hip's level: 0 = thigh level, 90 = straight up, negative = below level.

    For people lying down: angle of the thigh above the horizontal, −90…90°. Side view.
    """
    return above_level_deg(body, thigh_of(body, side))


def shin_lean_deg(body: Body, side: Side) -> float:
    """Shin against the vertical: 0 = vertical, positive = knee in front of the ankle."""
    shin_up = sub(body.joint(side, "knee"), body.joint(side, "ankle"))
    return -body.turn_sign * signed_angle_deg(body.up, shin_up)


def trunk_lean_sagittal_deg(body: Body, side: Side) -> float:
    """Trunk line against the vertical: 0 = upright, positive = forward. Side view."""
    return -body.turn_sign * signed_angle_deg(body.up, body.trunk)


def trunk_above_level_deg(body: Body, side: Side) -> float:
    """Line hips–shoulders above the horizontal: 0 = lying flat, 90 = upright. Side view."""
    return above_level_deg(body, body.trunk)


def head_curl_deg(body: Body, side: Side) -> float:
    """Line shoulders–ears against the trunk line: positive = head toward the front. Side view."""
    ears = sub(body.joint(side, "ear"), body.shoulders)
    return -body.turn_sign * signed_angle_deg(body.trunk, ears)


def ankle_dorsiflexion_deg(body: Body, side: Side) -> float:
    """Foot (heel to toes) against the shin: 0 = square, positive = toes toward the shin.

    OpenSim ankle_angle; side view.
    """
    foot = sub(body.joint(side, "foot_index"), body.joint(side, "heel"))
    return body.turn_sign * signed_angle_deg(shin_of(body, side), foot) - 90.0


def leg_above_level_deg(body: Body, side: Side) -> float:
    """Line hip–ankle above the horizontal: 0 = level, positive = foot above the hip, −90…90°."""
    return above_level_deg(body, sub(body.joint(side, "ankle"), body.joint(side, "hip")))


def thigh_ahead_deg(body: Body, side: Side) -> float:
    """Angle from the other thigh to this one: 0 = in line, positive = this one to the front."""
    return body.turn_sign * signed_angle_deg(thigh_of(body, other_side(side)), thigh_of(body, side))


def elbow_flexion_deg(body: Body, side: Side) -> float:
    """Elbow flexion: 0 = straight arm, positive = bent (OpenSim elbow_flexion)."""
    upper = sub(body.joint(side, "elbow"), body.joint(side, "shoulder"))
    fore = sub(body.joint(side, "wrist"), body.joint(side, "elbow"))
    return abs(signed_angle_deg(upper, fore))


def arm_elevation_deg(body: Body, side: Side) -> float:
    """Upper arm against the trunk line: 0 = alongside, 90 = square to it, 180 = overhead."""
    upper = sub(body.joint(side, "elbow"), body.joint(side, "shoulder"))
    return abs(signed_angle_deg((-body.trunk[0], -body.trunk[1]), upper))
