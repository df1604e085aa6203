"""Which foot rests: told from how fast its ankle moves in the image.

A camera sees depth badly, and a foot on the floor is the one point whose depth does not change for
seconds. All that is learned of it in that time counts, and so do the knees and hips above it.
"""

from __future__ import annotations

import math

import numpy as np

from formcheck.core.body.filter3d.observation import Observation
from formcheck.core.body.filter3d.parameters import FilterParameters
from formcheck.core.body.filter3d.skeleton import Point
from formcheck.core.pose import FloatArray

# Speeds are averaged over this time: landmarks jitter.
SPEED_MEMORY_S = 0.1
_ANKLES = [int(Point.LEFT_ANKLE), int(Point.RIGHT_ANKLE)]


class Feet:
    """Follows the speed of both ankles in the image."""

    def __init__(self, parameters: FilterParameters) -> None:
        self._p = parameters
        self._last: tuple[float, FloatArray] | None = None
        self._velocity = np.zeros((2, 2))

    def update(self, time_s: float, seen: Observation, trunk_px: float) -> FloatArray:
        """Return how much each foot moves: 0 rests, 1 moves freely; shape (2,), left first.

        Parameters
        ----------
        trunk_px : float
            Length of the trunk, not foreshortened, pixels.
        """
        ankles = seen.image_px[_ANKLES]
        if self._last is None:
            self._last = (time_s, ankles)
            return np.ones(2)
        dt_s = time_s - self._last[0]
        if dt_s > 0:
            new = 1.0 - math.exp(-dt_s / SPEED_MEMORY_S)
            now = (ankles - self._last[1]) / (dt_s * trunk_px)
            self._velocity += new * (now - self._velocity)
        self._last = (time_s, ankles)
        speed = np.sqrt((self._velocity**2).sum(axis=1))
        p = self._p
        moves = (speed - p.rest_below) / (p.moves_above - p.rest_below)
        moves = np.where(np.isfinite(seen.image_factor[_ANKLES]), moves.clip(0.0, 1.0), 1.0)
        return np.asarray(moves)
