"""Repetitions as excursions: a value rises by so much, comes back by half of it, and counts once.

No exercise, start position or view is known here: it counts what moves. Which values of which
exercise mean a repetition is the caller's business.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Excursion:
    """One excursion, told when it is over.

    Attributes
    ----------
    start_s, peak_s, end_s : float
        Where it began to rise, its highest point, where it was back.
    height_deg : float
        From the lowest point before it to the highest.
    """

    start_s: float
    peak_s: float
    end_s: float
    height_deg: float


class ExcursionCounter:
    """Finds excursions in one value, as it comes.

    Parameters
    ----------
    least_deg : float
        Smaller ones are none.
    back : float
        What part of its height it must come down again.
    least_s : float
        Shorter ones, from the start to the end, are none.
    """

    def __init__(self, least_deg: float, back: float = 0.5, least_s: float = 0.3) -> None:
        self._least_deg = least_deg
        self._back = back
        self._least_s = least_s
        self._low = (math.nan, math.inf)
        self._high: tuple[float, float] | None = None

    def update(self, time_s: float, value_deg: float) -> Excursion | None:
        """Take the next value; return the excursion that has just ended, if one has."""
        if math.isnan(value_deg):
            return None
        if self._high is None:
            if value_deg <= self._low[1]:
                self._low = (time_s, value_deg)
            elif value_deg - self._low[1] >= self._least_deg:
                self._high = (time_s, value_deg)
            return None
        if value_deg > self._high[1]:
            self._high = (time_s, value_deg)
            return None
        height_deg = self._high[1] - self._low[1]
        if self._high[1] - value_deg < self._back * height_deg:
            return None
        found = Excursion(self._low[0], self._high[0], time_s, height_deg)
        self._low, self._high = (time_s, value_deg), None
        return found if time_s - found.start_s >= self._least_s else None
