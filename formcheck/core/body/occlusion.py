"""Legs that bear a person cannot move while hips and shoulders stay where they are.

For seconds on end the pose model may confuse the legs of a person who kneels still (it puts both
knees between them, and images that differ in nothing but their compression give other knees). What
it gives in such moments neither ends a hold nor makes one.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from formcheck.core.body.body import Body
from formcheck.core.geometry import Vec, length, sub
from formcheck.core.pose import Landmark
from formcheck.core.spec.fields import Position

# Both legs carry: none of them goes elsewhere without the hips.
BEARING: frozenset[Position] = frozenset({"half_kneeling", "kneeling", "wall_kneeling", "lunge"})
# Trunk lengths. In a rendered half-kneeling hold the hips moved by 0.015 at most while the legs
# were merged for 3 s, and by 0.1 and more when the person came out of it; heuristic.
MOVED = 0.05
# For longer than this without sight of the legs, the person may be elsewhere.
LONGEST_S = 6.0


class _Seen(NamedTuple):
    time_s: float
    hips: Vec
    shoulders: Vec
    trunk_px: float


class Occlusion:
    """Remembers where the person was when the legs were last seen apart.

    Parameters
    ----------
    position : str
        Of the exercise; where the legs are free to move, nothing is ever believed.
    """

    def __init__(self, position: Position) -> None:
        self._bearing = position in BEARING
        self._seen: _Seen | None = None

    def confirm(self, time_s: float, body: Body | None, *, separated: bool) -> None:
        """Note a moment in which the person was in the exercise, if the legs were seen in it."""
        if body is not None and self._bearing and _legs_known(body, separated=separated):
            self._seen = _Seen(time_s, body.hips, body.shoulders, body.trunk_px)

    def forget(self) -> None:
        """Know of no such moment any more."""
        self._seen = None

    def holds(self, time_s: float, body: Body | None, *, separated: bool) -> bool:
        """Return whether the legs are not known in this moment, and cannot have moved."""
        seen = self._seen
        if seen is None or body is None or _legs_known(body, separated=separated):
            return False
        if time_s - seen.time_s > LONGEST_S:
            return False
        moved = max(length(sub(body.hips, seen.hips)), length(sub(body.shoulders, seen.shoulders)))
        return math.isfinite(moved) and moved <= MOVED * seen.trunk_px


def _legs_known(body: Body, *, separated: bool) -> bool:
    knees = (Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE)
    return not separated and all(body.trouble(knee) is None for knee in knees)
