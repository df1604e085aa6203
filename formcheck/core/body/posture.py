"""How a body lies in the picture: its trunk against the vertical, its legs against the trunk.

What the body model itself has to know before anything is measured; kinds of measurement are built
on the same functions.
"""

from __future__ import annotations

import math

from formcheck.core.body.body import Body
from formcheck.core.geometry import NAN, Vec, cross, dot, length, ramp, signed_angle_deg, sub
from formcheck.core.pose import SIDES, Side

# Trunk from the vertical: upright below the first, lying above the second, between them the one
# turns into the other.
UPRIGHT_TO_DEG, LYING_FROM_DEG = 40.0, 60.0
# Half-way: where only one of the two will do, a trunk lies from here on.
LYING_DEG = 50.0


def tilt_deg(trunk: Vec, up: Vec = (0.0, -1.0)) -> float:
    """Angle of a trunk's vector from "up" in the picture, 0 = upright, 90 = lying, 0…180°."""
    return abs(signed_angle_deg(up, trunk))


def trunk_tilt_deg(body: Body) -> float:
    """Angle of the trunk from the vertical in the picture, 0 = upright, 90 = lying, 0…180°."""
    return tilt_deg(body.trunk, body.up)


def trunk_tilt_in_space_deg(body: Body) -> float:
    """Angle of the trunk from the vertical in space, 0 = upright, 90 = lying, 0…180°.

    From the world landmarks, as a trunk that points away from the camera stands upright in the
    picture: coarse, but good enough to tell lying from upright.
    """
    hips, shoulders = (
        [body.world_point(side, joint) for side in SIDES] for joint in ("hip", "shoulder")
    )
    x, y, z = (sum(p[i] for p in shoulders) - sum(p[i] for p in hips) for i in range(3))
    return math.degrees(math.atan2(math.hypot(x, z), -y))


def lies(tilt_deg: float, *, from_deg: float = LYING_DEG, head_down: bool = False) -> bool:
    """Return whether a trunk lies.

    Parameters
    ----------
    tilt_deg : float
        Of the trunk from the vertical, 0…180°.
    from_deg : float
        So far from the vertical it lies; as near to "upside down" it does not.
    head_down : bool
        Whether somebody upside down counts as lying as well.
    """
    if head_down and tilt_deg > 90.0:
        return True
    return abs(90.0 - tilt_deg) <= 90.0 - from_deg


def lying_fraction(tilt_deg: float) -> float:
    """Return how much of a lying body's ways hold: 0 upright, 1 lying, `LYING_DEG` half."""
    off_deg = min(tilt_deg, 180.0 - tilt_deg)
    return ramp(off_deg - UPRIGHT_TO_DEG, LYING_FROM_DEG - UPRIGHT_TO_DEG)


def thigh_of(body: Body, side: Side) -> Vec:
    """Return the vector from hip to knee, pixels."""
    return sub(body.joint(side, "knee"), body.joint(side, "hip"))


def shin_of(body: Body, side: Side) -> Vec:
    """Return the vector from knee to ankle, pixels."""
    return sub(body.joint(side, "ankle"), body.joint(side, "knee"))


def above_level_deg(body: Body, arrow: Vec) -> float:
    """Angle of a vector above the level, −90…90°, NaN without length."""
    if not length(arrow) > 0:
        return NAN
    return math.degrees(math.atan2(-dot(arrow, body.down), abs(cross(arrow, body.down))))


def knee_flexion_deg(body: Body, side: Side) -> float:
    """Knee flexion in the picture plane: 0 = straight, positive = bent (OpenSim knee_angle).

    Angle from the thigh's direction to the shin's, −30…180°; side view.
    """
    angle = -body.turn_sign * signed_angle_deg(thigh_of(body, side), shin_of(body, side))
    return angle + 360.0 if angle < -90.0 else angle


def thigh_trunk_flexion_deg(body: Body, side: Side) -> float:
    """Angle between thigh and trunk line: 0 = in line, positive = thigh to the front, −90…180°.

    A proxy for hip flexion: the trunk is the line from hips to shoulders, so pelvis and spine are
    in it. Side view.
    """
    trunk_down = (-body.trunk[0], -body.trunk[1])
    angle = body.turn_sign * signed_angle_deg(trunk_down, thigh_of(body, side))
    return angle + 360.0 if angle < -120.0 else angle
