"""Spikes taken out of values, and their speed, by video time (never by frame count)."""

from __future__ import annotations

import functools
import math
from collections import deque
from collections.abc import Mapping
from typing import TypeVar

# MediaPipe smooths its landmarks already (One-Euro), so only outliers are left to remove: a median
# over a tenth of a second lags by half of that.
WINDOW_S = 0.1
# Speed is what a value changed over this time, so that noise of a degree is 5 degrees a second.
SPEED_S = 0.2


T = TypeVar("T")


def of_other_leg(by_name: Mapping[str, T]) -> dict[str, T]:
    """Return what is kept by a measurement's name with the legs swapped."""
    return {_other_leg(name): value for name, value in by_name.items()}


@functools.cache
def _other_leg(name: str) -> str:
    parts = name.split("_")
    return "_".join({"left": "right", "right": "left"}.get(part, part) for part in parts)


class MedianSmoother:
    """Running median of each named value over the last `window_s` seconds."""

    def __init__(self, window_s: float = WINDOW_S) -> None:
        self._window_s = window_s
        self._recent: deque[tuple[float, Mapping[str, float]]] = deque()

    def update(self, time_s: float, values: Mapping[str, float]) -> dict[str, float]:
        """Return the smoothed values; one that is NaN now stays NaN."""
        recent = self._recent
        recent.append((time_s, values))
        while recent[0][0] < time_s - self._window_s - 1e-9:
            recent.popleft()
        if len(recent) < 3:
            return dict(values)
        rows = [row for _, row in recent]
        out = {}
        for name, latest in values.items():
            value = latest
            if not math.isnan(value):
                known = sorted([v for row in rows if (v := row[name]) == v])
                half = len(known) // 2
                if half:
                    odd = len(known) % 2
                    value = known[half] if odd else (known[half - 1] + known[half]) / 2
            out[name] = value
        return out

    def exchange_legs(self) -> None:
        """Give each leg the other's past (they were taken for one another)."""
        self._recent = deque((time_s, of_other_leg(row)) for time_s, row in self._recent)


class SpeedMeter:
    """How fast a value changes, per second, without sign."""

    def __init__(self) -> None:
        self._recent: deque[tuple[float, float]] = deque()

    def update(self, time_s: float, value: float) -> float:
        """Return the speed over the last `SPEED_S`; NaN until the value was seen for so long."""
        recent = self._recent
        if math.isnan(value):
            recent.clear()
            return math.nan
        recent.append((time_s, value))
        while len(recent) > 1 and recent[1][0] <= time_s - SPEED_S + 1e-9:
            recent.popleft()
        first_s, first = recent[0]
        if time_s - first_s < SPEED_S - 1e-9:
            return math.nan
        return abs(value - first) / (time_s - first_s)
