"""Which leg is which: the network exchanges them, the body that is followed does not.

Each frame is compared with where the body was about to be, as the network names the legs and with
left and right exchanged. Depth helps here: two legs that lie on one another in the image seldom do
so in space. Where both fit alike the network's names stand. Nothing but the prediction is
remembered, so a wrong name does not outlive the moment in which the legs are side by side.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from formcheck.core.body.filter3d.model import BodyModel
from formcheck.core.body.filter3d.observation import Observation
from formcheck.core.body.filter3d.parameters import FilterParameters
from formcheck.core.body.filter3d.skeleton import DIRECTED_COUNT, INCIDENCE, POINT_COUNT, Segment
from formcheck.core.body.filter3d.unknowns import COORDINATES
from formcheck.core.pose import FloatArray

# Exchanged: hips, knees, ankles and toes, and the segments between them.
_POINTS = np.array([1, 0, 3, 2, 5, 4, 6, 7, 9, 8], dtype=np.intp)
_SEGMENTS = np.array([1, 0, 3, 2, 4, 5, 7, 6, 8], dtype=np.intp)
_LEG_POINTS = np.array([0, 1, 2, 3, 4, 5, 8, 9], dtype=np.intp)
_LEG_SEGMENTS = np.array([0, 1, 2, 3, 4, 6, 7], dtype=np.intp)
# Names that differ from the network's for longer than they agreed with it, but at least and at most
# so long: then the network is right and the beginning was wrong.
SHORTEST_S, LONGEST_S = 0.5, 5.0


def exchanged(seen: Observation) -> Observation:
    """Return what would have been seen with left and right leg exchanged."""
    directions = seen.directions[_SEGMENTS]
    directions[Segment.HIPS] *= -1.0
    return replace(
        seen,
        image_px=seen.image_px[_POINTS],
        image_factor=seen.image_factor[_POINTS],
        directions=directions,
        direction_sd=seen.direction_sd[_SEGMENTS],
        world_m=seen.world_m[_POINTS],
    )


@dataclass(frozen=True, slots=True)
class Named:
    """A frame with its legs named.

    Attributes
    ----------
    seen : Observation
    exchanged : bool
        True where the network's names were exchanged.
    wrong : bool
        True where that has been so for too long: what is followed has the wrong names.
    """

    seen: Observation
    exchanged: bool
    wrong: bool


class LegNames:
    """Names the legs of each frame."""

    def __init__(self, parameters: FilterParameters, model: BodyModel) -> None:
        self._p = parameters
        self._model = model
        self._kept_s = 0.0
        self._exchanged_s = 0.0

    def update(self, dt_s: float, x: FloatArray, seen: Observation) -> Named:
        """Name the legs of a frame.

        Parameters
        ----------
        dt_s : float
            Time since the frame before.
        x : array, shape (UNKNOWN_COUNT,)
            The unknowns as predicted for the frame.
        seen : Observation
        """
        other = exchanged(seen)
        lead = self._cost(x, seen) - self._cost(x, other)
        if lead <= self._p.exchange_nats:
            self._kept_s += dt_s
            self._exchanged_s = 0.0
            return Named(seen, False, False)
        self._exchanged_s += dt_s
        longest_s = min(max(self._kept_s, SHORTEST_S), LONGEST_S)
        return Named(other, True, self._exchanged_s > longest_s)

    def _cost(self, x: FloatArray, seen: Observation) -> float:
        """Return how badly legs fit the prediction, nats."""
        nu = self._p.student_nu
        image = self._model.image_misfit(x, seen)[_LEG_POINTS]
        image = image[np.isfinite(image)]
        vectors = (INCIDENCE @ x[:COORDINATES].reshape(POINT_COUNT, 3))[:DIRECTED_COUNT]
        units = vectors / np.sqrt((vectors * vectors).sum(axis=1))[:, None]
        off = ((units - seen.directions) / seen.direction_sd)[_LEG_SEGMENTS]
        cost = (nu + 2.0) / 2 * float(np.log1p(image * image / nu).sum())
        return cost + (nu + 3.0) / 2 * float(np.log1p((off * off).sum(axis=1) / nu).sum())
