"""Mirrored depth: a thigh or shin that leans away from the camera looks like one towards it.

A filter that once believes the wrong one goes on believing it: both fit the image, and each new
frame moves the estimate only a little. So where a segment contradicts its world direction for
`FilterParameters.mirror_after_s`, its lower end is taken along its line of sight to the depth the
world direction asks for, and made uncertain there: from the frame on in which the doubt began.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from formcheck.core.body.filter3d.kalman import Gaussian
from formcheck.core.body.filter3d.observation import Observation
from formcheck.core.body.filter3d.parameters import FilterParameters
from formcheck.core.body.filter3d.skeleton import POINT_COUNT, Point, Segment
from formcheck.core.body.filter3d.unknowns import COORDINATES, UNKNOWN_COUNT
from formcheck.core.pose import FloatArray

# From this misfit on a segment is doubtful, sd.
DOUBT_SD = 1.0
# Speed of a point after it was taken elsewhere is not known.
_SPEED_SD_M_S = 1.0
# segment: its upper end, its lower end, what hangs on that. Thighs first: shins hang on them.
_CHAIN = (
    (Segment.LEFT_THIGH, Point.LEFT_HIP, Point.LEFT_KNEE, (Point.LEFT_ANKLE, Point.LEFT_TOE)),
    (Segment.RIGHT_THIGH, Point.RIGHT_HIP, Point.RIGHT_KNEE, (Point.RIGHT_ANKLE, Point.RIGHT_TOE)),
    (Segment.LEFT_SHIN, Point.LEFT_KNEE, Point.LEFT_ANKLE, (Point.LEFT_TOE,)),
    (Segment.RIGHT_SHIN, Point.RIGHT_KNEE, Point.RIGHT_ANKLE, (Point.RIGHT_TOE,)),
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Segments that contradict, as rows of the chain, and since when they are doubtful."""

    rows: tuple[int, ...]
    since_s: float


class Mirror:
    """Watches four segments and takes back those on the wrong side."""

    def __init__(self, parameters: FilterParameters) -> None:
        self._p = parameters
        self._doubtful_s = [math.nan] * len(_CHAIN)
        self._contradicts_s = [math.nan] * len(_CHAIN)
        self._farther = [False] * len(_CHAIN)

    def update(self, time_s: float, predicted: Gaussian, seen: Observation) -> Doubt | None:
        """Return what is to be taken to the other side, if anything."""
        points = predicted.mean[:COORDINATES].reshape(POINT_COUNT, 3)
        due = []
        for row, (segment, upper, lower, _) in enumerate(_CHAIN):
            vector = points[lower] - points[upper]
            misfit = self._misfit(vector, seen, segment)
            # Doubt that asks for the other direction is another one.
            farther = (
                float((seen.directions[segment] - vector / _length(vector)) @ points[lower]) > 0
            )
            if farther != self._farther[row]:
                self._farther[row] = farther
                self._doubtful_s[row] = self._contradicts_s[row] = math.nan
            self._doubtful_s[row] = _since(self._doubtful_s[row], time_s, misfit > DOUBT_SD)
            since_s = _since(self._contradicts_s[row], time_s, misfit > self._p.mirror_sd)
            self._contradicts_s[row] = since_s
            if time_s - since_s >= self._p.mirror_after_s:
                due.append(row)
        if not due:
            return None
        doubt = Doubt(tuple(due), min(self._doubtful_s[row] for row in due))
        for row in due:
            self._doubtful_s[row] = self._contradicts_s[row] = math.nan
        return doubt

    def taken(self, predicted: Gaussian, seen: Observation, doubt: Doubt) -> Gaussian:
        """Return a prediction with the doubtful segments on the other side."""
        points = predicted.mean[:COORDINATES].reshape(POINT_COUNT, 3).copy()
        return self._taken(predicted, points, seen, doubt.rows)

    def _misfit(self, vector: FloatArray, seen: Observation, segment: Segment) -> float:
        off = vector / _length(vector) - seen.directions[segment]
        return float(np.sqrt(((off / seen.direction_sd[segment]) ** 2).sum()))

    def _taken(
        self, predicted: Gaussian, points: FloatArray, seen: Observation, due: tuple[int, ...]
    ) -> Gaussian:
        moved: set[Point] = set()
        uncertain: set[Point] = set()
        for row, (segment, upper, lower, hanging) in enumerate(_CHAIN):
            vector = points[lower] - points[upper]
            # A shin whose knee was moved may contradict only now.
            follows = upper in moved and self._misfit(vector, seen, segment) > self._p.mirror_sd
            if row not in due and not follows:
                continue
            sight = points[lower] / _length(points[lower])
            at = points[upper] + _length(vector) * seen.directions[segment]
            wanted = float(sight @ at)
            points[lower] = sight * wanted
            moved.add(lower)
            uncertain.update((lower, *hanging))
        mean, cov = predicted.mean.copy(), predicted.covariance.copy()
        mean[:COORDINATES] = points.ravel()
        for point in uncertain:
            along = np.outer(points[point], points[point]) / float(points[point] @ points[point])
            place = slice(3 * point, 3 * point + 3)
            cov[place, place] += self._p.mirror_depth_sd_m**2 * along
            speed = slice(UNKNOWN_COUNT + 3 * point, UNKNOWN_COUNT + 3 * point + 3)
            cov[speed, speed] += _SPEED_SD_M_S**2 * along
        return Gaussian(mean, cov)


def _length(vector: FloatArray) -> float:
    return max(math.sqrt(float(vector @ vector)), 1e-3)


def _since(since_s: float, time_s: float, still: bool) -> float:
    """Return since when something is so: NaN where it is not."""
    if not still:
        return math.nan
    return time_s if math.isnan(since_s) else since_s
