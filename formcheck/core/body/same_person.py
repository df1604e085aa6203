"""Is this the same person? Where they are tells from frame to frame, their build after a break.

What is learned of a body (how long its thighs look, where its lower back is at rest) misleads for
the next one. Somebody who walks in where another walked out does not jump, so the place says
nothing; the share of the thigh in the trunk does, when both hang straight.
"""

from __future__ import annotations

import math
from collections import deque
from statistics import median
from typing import NamedTuple

import numpy as np

from formcheck.core.geometry import Vec, length, sub
from formcheck.core.pose import SIDES, FloatArray, Pose, hips_and_trunk, landmark_of

# Found twice in one frame: trunk lengths between the hips; heuristic.
SAME_IN_ONE_FRAME = 0.5

# Nobody seen for so long, or hips that jump and trunks that change by more than this between two
# pictures: it may be somebody else from then on. All heuristic.
ABSENT_S = 1.0
CUT_WITHIN_S, HIPS_JUMP, TRUNK_CHANGE = 0.2, 0.5, 1.12
# Standing straight: trunk, thighs and shins are this near to the vertical, for so long.
STRAIGHT_DEG = 14.0
STRAIGHT_S = 1.0
# Rendered people differ by up to 8 % from view to view and time to time.
DIFFERENT = 0.12


class Sighting(NamedTuple):
    """Where somebody was seen, and how large."""

    hips: Vec
    trunk_px: float


def sighting_of(points_px: FloatArray) -> Sighting:
    """Return where landmarks (33, 2) say that somebody is."""
    hips, trunk = hips_and_trunk(points_px.tolist())
    # `math.hypot` differs from it in the last digit, and recorded results would with it.
    return Sighting(hips, float(np.hypot(*trunk)))


def is_same_person(
    one: Sighting,
    other: Sighting,
    *,
    moved: float,
    grown: float = math.inf,
    grown_from: float = 0.0,
) -> bool:
    """Return whether two sightings can be of one person.

    Parameters
    ----------
    one, other : Sighting
        Both with a trunk that has some length.
    moved : float
        So far at most, in lengths of the longer trunk, the hips are from one another.
    grown : float
        By this factor at most the trunks differ.
    grown_from : float
        The factor says nothing of hips that are nearer to one another than this: a trunk that bends
        toward the camera looks shorter without any jump.
    """
    way = length(sub(one.hips, other.hips)) / max(one.trunk_px, other.trunk_px)
    factor = max(one.trunk_px / other.trunk_px, other.trunk_px / one.trunk_px)
    return way <= moved and (factor <= grown or way < grown_from)


def is_same_in_one_frame(points_px: FloatArray, other_points_px: FloatArray) -> bool:
    """Return whether landmarks (33, 2) found twice in one frame are of one person."""
    one, other = sighting_of(points_px), sighting_of(other_points_px)
    if not one.trunk_px > 0:
        return False
    # Two models differ in the length of a trunk; the first one's is the measure.
    return is_same_person(one, other._replace(trunk_px=one.trunk_px), moved=SAME_IN_ONE_FRAME)


class OtherBody:
    """Compares the build of the person who stands there with that of the one before."""

    def __init__(self) -> None:
        self._share = math.nan
        self._may_be_other = False
        self._straight: deque[tuple[float, float]] = deque()
        self._last: tuple[float, Sighting] | None = None

    def update(self, pose: Pose) -> bool:
        """Take the next pose; return whether from here on it is evidently another body."""
        if not pose.detected:
            return False
        points = pose.points_px.tolist()
        hips, trunk = hips_and_trunk(points)
        trunk_px = length(trunk)
        if not trunk_px > 0:
            return False
        now = Sighting(hips, trunk_px)
        if self._is_break(pose.time_s, now):
            self._may_be_other = True
            self._straight.clear()
        self._last = (pose.time_s, now)
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

    def _is_break(self, time_s: float, now: Sighting) -> bool:
        if self._last is None:
            return False
        last_s, last = self._last
        if time_s - last_s >= ABSENT_S:
            return True
        if time_s - last_s > CUT_WITHIN_S:
            return False
        return not is_same_person(last, now, moved=HIPS_JUMP, grown=TRUNK_CHANGE)


def _hanging_share(points: list[Vec], trunk: Vec, trunk_px: float) -> float:
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
