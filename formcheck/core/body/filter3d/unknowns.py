"""The unknowns of one frame, as one vector of `UNKNOWN_COUNT` numbers.

The ten points (30, metres), the logarithms of this person's lengths in metres (7), pitch and roll
of the camera (radians), the logarithm of the focal length in pixels, and how far below the camera
the ankles of somebody standing are (metres, along gravity).
"""

from __future__ import annotations

import math

import numpy as np

from formcheck.core.body.filter3d.skeleton import BONE_COUNT, POINT_COUNT
from formcheck.core.pose import FloatArray

COORDINATES = 3 * POINT_COUNT
LENGTHS = slice(COORDINATES, COORDINATES + BONE_COUNT)
PITCH = COORDINATES + BONE_COUNT
ROLL = PITCH + 1
LOG_FOCAL = PITCH + 2
FLOOR = PITCH + 3
UNKNOWN_COUNT = FLOOR + 1


def down(pitch: float, roll: float) -> FloatArray:
    """Return the direction of gravity in the camera's axes, unit vector, shape (3,).

    Parameters
    ----------
    pitch : float
        Radians, positive where the camera looks down.
    roll : float
        Radians, the true vertical is turned clockwise in the image by this.
    """
    return np.array(
        [-math.sin(roll) * math.cos(pitch), math.cos(roll) * math.cos(pitch), math.sin(pitch)]
    )


def down_derivatives(pitch: float, roll: float) -> FloatArray:
    """Return the derivatives of `down` by pitch and by roll, shape (2, 3)."""
    sp, cp, sr, cr = math.sin(pitch), math.cos(pitch), math.sin(roll), math.cos(roll)
    return np.array([[sr * sp, -cr * sp, cp], [-cr * cp, -sr * cp, 0.0]])
