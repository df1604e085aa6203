"""Signs a person gives with the body: a raised arm."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from formcheck.core.pose import SIDES, Pose, landmark_of

# Straight up: the wrist at least this part of the arm's length above the shoulder. Hands on the
# hips, folded arms and arms in front stay well below.
RAISED_PART = 0.75
# And in line with the trunk: lying with the arms to the ceiling (dead bug) or with a hugged knee is
# no sign. A lying person has the times and the keys.
_MOST_OFF_TRUNK_DEG = 60.0
RAISED_FOR_S = 0.8
LOWERED_FOR_S = 0.4
_SEEN = 0.5
_ARM = {
    side: tuple(landmark_of(side, joint) for joint in ("shoulder", "elbow", "wrist", "hip"))
    for side in SIDES
}


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
    """Return whether an arm points straight up in the image."""
    if not pose.detected:
        return False
    points = pose.points_px
    for side in SIDES:
        shoulder, elbow, wrist, hip = _ARM[side]
        if not points[wrist, 1] < points[shoulder, 1]:
            continue  # nearly always
        # The lowest of the three: one guessed joint is enough to mistake an arm.
        if pose.landmarks[[shoulder, elbow, wrist], 3].min() < _SEEN:
            continue
        upper = float(np.hypot(*(points[elbow] - points[shoulder])))
        lower = float(np.hypot(*(points[wrist] - points[elbow])))
        arm, trunk = points[wrist] - points[shoulder], points[shoulder] - points[hip]
        across, along = trunk[0] * arm[1] - trunk[1] * arm[0], float(trunk @ arm)
        off_deg = abs(math.degrees(math.atan2(across, along)))
        if -arm[1] > RAISED_PART * (upper + lower) and off_deg < _MOST_OFF_TRUNK_DEG:
            return True
    return False


class ArmMenu:
    """Several choices with one arm: the longer it stays up, the further the choice.

    Lowering the arm takes the choice. How long is seen from every side, unlike which arm it is or
    how many; the screen shows which choice is on.

    Parameters
    ----------
    choices : sequence of (seconds, name)
        From how long on each choice is on, rising.
    """

    def __init__(self, choices: Sequence[tuple[float, str]]) -> None:
        self._choices = tuple(choices)
        self._since_s = math.inf
        self._up_s = -math.inf

    @property
    def offered(self) -> str | None:
        """The choice that lowering the arm would take now."""
        raised_s = self._up_s - self._since_s
        on = [name for seconds, name in self._choices if raised_s >= seconds - 1e-9]
        return on[-1] if on else None

    def update(self, pose: Pose) -> str | None:
        """Return the choice in the one frame in which it is taken."""
        now = pose.time_s
        if is_arm_raised(pose):
            self._since_s, self._up_s = min(self._since_s, now), now
            return None
        # An arm that is lost from sight for an instant is still up.
        if now - self._up_s < LOWERED_FOR_S:
            return None
        taken = self.offered
        self._since_s, self._up_s = math.inf, -math.inf
        return taken
