"""A person as a camera at their side would see them, from the landmarks in space.

From the front or obliquely the angles of the sagittal plane cannot be read off the picture. The
pose model's landmarks in space give them coarsely (seen obliquely, people with markers: knee 7–19°
off, hip 7–22°; the model's bones change their length by 20–30 %, so it is directions that count).
That is too coarse to judge an angle by, and enough to see that a knee comes up and goes down again.
So formulas for the side view are applied to the body turned side on, to count by and never to judge
by.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from formcheck.core.body.body import Body
from formcheck.core.body.view import View
from formcheck.core.pose import LANDMARK_COUNT, SIDES, FloatArray, Landmark, landmark_of

# Shorter lines have no direction (a damaged recording).
_LEAST_M = 1e-6
# Picture of the body turned side on: so many pixels a metre, wide enough for any pose.
_PX_PER_M, _SIZE_PX = 200.0, 1000
# The model lets these segments lean away from the camera (negative: toward it) by so much of their
# length, measured on upright people with markers who face it: thigh, shin, trunk.
_THIGH_AWAY, _SHIN_AWAY, _TRUNK_AWAY = 0.04, 0.15, -0.06
# The line across the body must lie this nearly level: who lies on their side has no sagittal plane
# in which up and down could be told.
_LEVEL = math.sin(math.radians(60.0))

_HIPS = [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]
_SHOULDERS = [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]
_LEG = ("hip", "knee", "ankle", "heel", "foot_index")
_LEGS = [[landmark_of(side, joint) for joint in _LEG] for side in SIDES]


def side_on(body: Body) -> Body | None:
    """Return the body seen from its near side, or None where that cannot be told.

    The sagittal plane is square to the lines between the hips and between the shoulders; up is up
    in the picture. What is hidden or out of the picture stays so (visibility 0).
    """
    down = np.array([*body.down, 0.0])
    world = _without_lean(body.pose.world, down)
    hips, shoulders = (
        world[Landmark.LEFT_HIP] - world[Landmark.RIGHT_HIP],
        world[Landmark.LEFT_SHOULDER] - world[Landmark.RIGHT_SHOULDER],
    )
    widths = _length(hips), _length(shoulders)
    if not min(widths) > _LEAST_M:
        return None
    across = hips / widths[0] + shoulders / widths[1]
    size = _length(across)
    if not size > _LEAST_M or abs(float(across @ down)) > _LEVEL * size:
        return None
    across /= size
    down = down - float(down @ across) * across
    down /= _length(down)
    ahead = np.cross(down, across)
    # Seen from their left, a person faces the left of the picture.
    to_right = -ahead if body.turn_sign > 0 else ahead
    points = world - (world[Landmark.LEFT_HIP] + world[Landmark.RIGHT_HIP]) / 2
    landmarks = np.zeros((LANDMARK_COUNT, 4))
    landmarks[:, 0] = 0.5 + points @ to_right * _PX_PER_M / _SIZE_PX
    landmarks[:, 1] = 0.5 + points @ down * _PX_PER_M / _SIZE_PX
    landmarks[:, 3] = body.pose.landmarks[:, 3]
    for mark in range(LANDMARK_COUNT):
        if body.trouble(mark):
            landmarks[mark, 3] = 0.0
    turn_deg = 90.0 if body.turn_sign > 0 else -90.0
    view = View(turn_deg, body.view.spread_deg, "side", body.view.near_side)
    pose = replace(body.pose, landmarks=landmarks, size_px=(_SIZE_PX, _SIZE_PX))
    return Body(pose, view)


def _without_lean(world: FloatArray, down: FloatArray) -> FloatArray:
    """Return the landmarks with the model's typical lean in depth taken out of the segments."""
    hips, shoulders = (world[marks].mean(axis=0) for marks in (_HIPS, _SHOULDERS))
    trunk = shoulders - hips
    # Of a person who lies, nothing is known of it.
    upright = max(0.0, -float(trunk @ down)) / max(_length(trunk), 1e-9)
    straight = world.copy()
    straight[: _HIPS[0], 2] -= upright * _TRUNK_AWAY * _length(trunk)
    for hip, knee, ankle, *foot in _LEGS:
        away = upright * _THIGH_AWAY * _length(world[knee] - world[hip])
        straight[knee, 2] -= away
        away += upright * _SHIN_AWAY * _length(world[ankle] - world[knee])
        straight[[ankle, *foot], 2] -= away
    return straight


def _length(vector: FloatArray) -> float:
    return float(np.sqrt(vector @ vector))
