"""Signs a person gives with the body: a raised arm."""

from __future__ import annotations

import math

import numpy as np

from formcheck.pose import SIDES, Landmark, Pose

# Straight up: the wrist at least this part of the arm's length above the shoulder. Hands on the
# hips, folded arms and arms in front stay well below.
RAISED_PART = 0.75
RAISED_FOR_S = 0.8
_SEEN = 0.5


class RaisedArm:
    """Notices an arm that is raised for long enough; once for each time it is raised."""

    def __init__(self) -> None:
        self._since_s = math.inf
        self._told = False

    def update(self, pose: Pose) -> bool:
        """Return True in the one frame in which the sign has become certain."""
        if not is_arm_raised(pose):
            self._since_s, self._told = math.inf, False
            return False
        self._since_s = min(self._since_s, pose.time_s)
        if self._told or pose.time_s - self._since_s < RAISED_FOR_S - 1e-9:
            return False
        self._told = True
        return True


def is_arm_raised(pose: Pose) -> bool:
    """Return whether an arm points straight up in the picture."""
    if not pose.detected:
        return False
    points = pose.points_px
    for side in SIDES:
        shoulder, elbow, wrist = (
            Landmark[f"{side}_{name}".upper()] for name in ("shoulder", "elbow", "wrist")
        )
        # The lowest of the three: one guessed joint is enough to mistake an arm.
        if pose.landmarks[[shoulder, elbow, wrist], 3].min() < _SEEN:
            continue
        upper = float(np.hypot(*(points[elbow] - points[shoulder])))
        lower = float(np.hypot(*(points[wrist] - points[elbow])))
        if points[shoulder, 1] - points[wrist, 1] > RAISED_PART * (upper + lower):
            return True
    return False
