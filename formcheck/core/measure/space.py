"""Angles in space, from the world landmarks: what a frame has no sign of.

The model guesses the depth, so these are coarse.
"""

from __future__ import annotations

import math

from formcheck.core.body.body import Body
from formcheck.core.geometry import NAN, dot, dot3, length3, signed_angle_deg, sub3
from formcheck.core.pose import Side, other_side


def trunk_rotation_deg(body: Body, side: Side) -> float:
    """Shoulder line against hip line about the trunk: positive = turned toward this side.

    From the world landmarks, as the frame has no sign of it, so coarse: −90…90°. Hips that seem
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
