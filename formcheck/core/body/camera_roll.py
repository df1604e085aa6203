"""Which way is up: the camera's roll, learned from a person who stands upright.

Nobody levels a laptop or a phone with a spirit level. When standing with straight knees, the line
from ankles to hips and the line from hips to shoulders are both vertical; where both lean the same
way by the same angle, it is the camera that leans: a bend tilts the trunk alone.
"""

from __future__ import annotations

import math

import numpy as np

from formcheck.core.geometry import length, mid, signed_angle_deg, sub
from formcheck.core.pose import SIDES, Pose, landmark_of

# Frames in which somebody stands, seconds of them in all; their middle half lies this close
# together. All figures here are own: on 151 rendered takes filmed by a level camera the roll so
# found is -1.2 to 0.8 degrees in eight of ten and 5.0 at most.
LEARN_S = 1.5
SPREAD_DEG = 2.5
# A smaller roll is left alone: people do not stand straighter than that.
LEAST_DEG = 5.5
# Beyond that it is no standing person, or no camera that anybody would set up so.
MOST_DEG = 25.0
# Trunk and legs of a standing person lean alike, to this.
ALIKE_DEG = 5.0
STRAIGHT_KNEE_DEG = 20.0
# Legs over trunk in the picture: shorter ones are bent or point at the camera.
LEGS_OVER_TRUNK = 1.2
SEEN = 0.5
# Frames further apart than this count as this.
STEP_S = 0.2

_MARKS = [
    landmark_of(side, joint) for side in SIDES for joint in ("shoulder", "hip", "knee", "ankle")
]
_UP = (0.0, -1.0)


class Vertical:
    """The camera's roll: as given, or as learned from a person who stands.

    Parameters
    ----------
    given_deg : float or None
        How far the picture's true vertical is turned clockwise, degrees; None to learn it.

    Attributes
    ----------
    roll_deg : float
        The roll to measure by, 0 until one is known. It is learned once: a vertical that wandered
        would look like a movement.
    learned_deg : float
        What of it was learned: 0 where it was given, or too small to be one.
    """

    def __init__(self, given_deg: float | None = None) -> None:
        self.roll_deg = given_deg or 0.0
        self.learned_deg = 0.0
        self._open = given_deg is None
        self._leans: list[tuple[float, float]] = []
        self._last_s = -math.inf

    def update(self, time_s: float, pose: Pose) -> float:
        """Take the next pose and return the roll, degrees."""
        if self._open and pose.detected:
            step_s = min(max(0.0, time_s - self._last_s), STEP_S)
            self._last_s = time_s
            lean_deg = lean_of_standing(pose)
            if not math.isnan(lean_deg):
                self._learn(step_s, lean_deg)
        return self.roll_deg

    def _learn(self, step_s: float, lean_deg: float) -> None:
        self._leans.append((step_s, lean_deg))
        if sum(step for step, _ in self._leans) < LEARN_S:
            return
        lower, roll_deg, upper = np.percentile([lean for _, lean in self._leans], [25, 50, 75])
        if upper - lower > SPREAD_DEG:
            del self._leans[0]
            return
        self._open = False
        if abs(roll_deg) >= LEAST_DEG:
            self.roll_deg = self.learned_deg = float(roll_deg)


def lean_of_standing(pose: Pose) -> float:
    """Return how far somebody who stands straight leans in the picture.

    Parameters
    ----------
    pose : Pose
        With somebody in it.

    Returns
    -------
    float
        Degrees, positive = clockwise (the head to the right): −25…25. NaN where they do not stand
        straight, or cannot be seen from shoulders to ankles.
    """
    if not pose.landmarks[_MARKS, 3].min() >= SEEN:
        return math.nan
    points = pose.points_px.tolist()
    ends = {
        joint: [points[landmark_of(side, joint)] for side in SIDES]
        for joint in ("shoulder", "hip", "knee", "ankle")
    }
    shoulders, hips, ankles = (mid(*ends[joint]) for joint in ("shoulder", "hip", "ankle"))
    trunk, legs = sub(shoulders, hips), sub(hips, ankles)
    if not length(legs) > LEGS_OVER_TRUNK * length(trunk) > 0:
        return math.nan
    for hip, knee, ankle in zip(ends["hip"], ends["knee"], ends["ankle"], strict=True):
        if not abs(signed_angle_deg(sub(knee, ankle), sub(hip, knee))) < STRAIGHT_KNEE_DEG:
            return math.nan
    leans = [signed_angle_deg(_UP, way) for way in (trunk, legs)]
    if abs(leans[0] - leans[1]) > ALIKE_DEG or max(map(abs, leans)) > MOST_DEG:
        return math.nan
    return sum(leans) / 2
