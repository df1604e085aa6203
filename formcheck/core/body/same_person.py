"""Notices that somebody of another build has come in, after a cut or while nobody was seen.

What is learned of a body (how long its thighs look, where its lower back is at rest) misleads for
the next one. Somebody who walks in where another walked out does not jump, so the place says
nothing; the share of the thigh in the trunk does, when both hang straight.
"""

from __future__ import annotations

import math
from collections import deque
from statistics import median

from formcheck.core.geometry import length, mid, sub
from formcheck.core.pose import SIDES, Landmark, Pose, landmark_of

# Nobody seen for so long, or hips that jump and trunks that change by more than this between two
# pictures: it may be somebody else from then on. All own figures.
ABSENT_S = 1.0
CUT_WITHIN_S, HIPS_JUMP, TRUNK_CHANGE = 0.2, 0.5, 1.12
# Standing straight: trunk, thighs and shins are this near to the vertical, for so long.
STRAIGHT_DEG = 14.0
STRAIGHT_S = 1.0
# Rendered people differ by up to 8 % from view to view and time to time.
DIFFERENT = 0.12


class OtherBody:
    """Compares the build of who stands there with that of who stood there before."""

    def __init__(self) -> None:
        self._share = math.nan
        self._may_be_other = False
        self._straight: deque[tuple[float, float]] = deque()
        self._last: tuple[float, tuple[float, float], float] | None = None

    def update(self, pose: Pose) -> bool:
        """Take the next pose; return whether from here on it is evidently another body."""
        if not pose.detected:
            return False
        points = pose.points_px.tolist()
        hips = mid(points[Landmark.LEFT_HIP], points[Landmark.RIGHT_HIP])
        trunk = sub(mid(points[Landmark.LEFT_SHOULDER], points[Landmark.RIGHT_SHOULDER]), hips)
        trunk_px = length(trunk)
        if not trunk_px > 0:
            return False
        if self._is_break(pose.time_s, hips, trunk_px):
            self._may_be_other = True
            self._straight.clear()
        self._last = (pose.time_s, hips, trunk_px)
        share = _hanging_share(points, trunk, trunk_px)
        if math.isnan(share):
            self._straight.clear()
            return False
        self._straight.append((pose.time_s, share))
        if pose.time_s - self._straight[0][0] < STRAIGHT_S:
            return False
        found = median(value for _, value in self._straight)
        self._straight.clear()
        different = abs(found / self._share - 1) > DIFFERENT
        other = self._may_be_other and different  # also False while no share is known
        if other or math.isnan(self._share):
            self._share = found
        self._may_be_other = False
        return other

    def _is_break(self, time_s: float, hips: tuple[float, float], trunk_px: float) -> bool:
        if self._last is None:
            return False
        last_s, last_hips, last_px = self._last
        if time_s - last_s >= ABSENT_S:
            return True
        if time_s - last_s > CUT_WITHIN_S:
            return False
        jumped = length(sub(hips, last_hips)) > HIPS_JUMP * max(trunk_px, last_px)
        return jumped or max(trunk_px / last_px, last_px / trunk_px) > TRUNK_CHANGE


def _hanging_share(
    points: list[tuple[float, float]], trunk: tuple[float, float], trunk_px: float
) -> float:
    """Return the length of the thighs in trunk lengths; NaN unless the body stands straight."""
    least = math.cos(math.radians(STRAIGHT_DEG))
    if not -trunk[1] >= least * trunk_px:
        return math.nan
    thighs = 0.0
    for side in SIDES:
        hip, knee, ankle = (points[landmark_of(side, j)] for j in ("hip", "knee", "ankle"))
        for upper, lower in ((hip, knee), (knee, ankle)):
            limb = sub(lower, upper)
            if not limb[1] >= least * length(limb) > 0:
                return math.nan
        thighs += length(sub(knee, hip)) / 2
    return thighs / trunk_px
