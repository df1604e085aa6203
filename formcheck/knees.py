"""A knee that the model has put where the bones do not reach: found again from hip and ankle.

Of a bent leg behind the other one (the front leg in half-kneeling) the model often gets hip and
foot right and the knee a third of a thigh too low: the shin then looks half as long as the person's
shins are, while the thigh does not. A leg that points toward the camera looks short in both bones
alike and is left alone.
"""

from __future__ import annotations

import math

from formcheck.geometry import Vec

# A bone shorter than this share of its length, and than this share of the other one's.
SHORT = 0.72
SHORTER = 0.8
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
    short, other = min(thigh, shin), max(thigh, shin)
    if not short < min(SHORT, SHORTER * other):
        return None
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
