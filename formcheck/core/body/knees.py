"""A knee that the model has put where the bones do not reach: found again from hip and ankle.

Of a bent leg behind the other one (the front leg in half-kneeling) the model often gets hip and
foot right and the knee a third of a thigh too low: the shin then looks half as long as the person's
shins are, while the thigh does not. Of the leg in front it may put a knee on the floor too high. A
leg that points toward the camera looks short in both bones alike and is left alone.
"""

from __future__ import annotations

import math

from formcheck.core.geometry import Vec

# A bone shorter than this share of its length, and than this share of the other one's.
SHORT, SHORTER = 0.72, 0.8
# The same for a thigh above a knee that belongs on the floor, where nothing else can be meant.
SHORT_ABOVE_FLOOR, SHORTER_ABOVE_FLOOR = 0.8, 0.88
# Shares of a thigh: that far at most above the foot is a knee on the floor.
ON_FLOOR = 0.3
# Both bones in line: the knee could be on either side.
REACH = 0.97


def knee_between(hip: Vec, knee: Vec, ankle: Vec, thigh_px: float, shin_px: float) -> Vec | None:
    """Return where the knee is when it cannot be where it was seen; None where it can.

    Parameters
    ----------
    hip, knee, ankle : tuple of float
        Points in the picture, pixels.
    thigh_px, shin_px : float
        The person's lengths in this view; NaN where they are not known.

    Returns
    -------
    tuple of float or None
        The point at both bones' lengths from hip and ankle, on the side on which the knee was seen.
    """
    if not (thigh_px > 0 and shin_px > 0):
        return None
    thigh, shin = math.dist(hip, knee) / thigh_px, math.dist(knee, ankle) / shin_px
    if not min(thigh, shin) < min(SHORT, SHORTER * max(thigh, shin)):
        return None
    return _reached(hip, knee, ankle, thigh_px, shin_px)


def knee_on_floor(hip: Vec, knee: Vec, ankle: Vec, thigh_px: float, shin_px: float) -> Vec | None:
    """Return where the knee of a leg that kneels is when it was seen too high; else None.

    Parameters and what is returned are those of `knee_between`.
    """
    if not (thigh_px > 0 and shin_px > 0):
        return None
    thigh, shin = math.dist(hip, knee) / thigh_px, math.dist(knee, ankle) / shin_px
    if not thigh < min(SHORT_ABOVE_FLOOR, SHORTER_ABOVE_FLOOR * shin):
        return None
    place = _reached(hip, knee, ankle, thigh_px, shin_px)
    return place if place and place[1] > ankle[1] - ON_FLOOR * thigh_px else None


def _reached(hip: Vec, knee: Vec, ankle: Vec, thigh_px: float, shin_px: float) -> Vec | None:
    """Return the point at both bones' lengths from hip and ankle, on the knee's side."""
    reach = math.dist(hip, ankle)
    if not abs(thigh_px - shin_px) < reach < REACH * (thigh_px + shin_px):
        return None
    along = (thigh_px**2 - shin_px**2 + reach**2) / (2 * reach)
    aside = math.sqrt(max(thigh_px**2 - along**2, 0.0))
    ux, uy = (ankle[0] - hip[0]) / reach, (ankle[1] - hip[1]) / reach
    ways = [
        (hip[0] + along * ux - sign * aside * uy, hip[1] + along * uy + sign * aside * ux)
        for sign in (1, -1)
    ]
    return min(ways, key=lambda way: math.dist(way, knee))
