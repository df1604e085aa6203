"""Taking single-frame spikes out of values, by video time (never by frame count)."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from statistics import median

# MediaPipe smooths its landmarks already (One-Euro), so only outliers are left to remove: a median
# over a tenth of a second lags by half of that.
WINDOW_S = 0.1


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
        out = {}
        for name, value in values.items():
            if math.isnan(value):
                out[name] = value
                continue
            known = [v for _, row in recent if not math.isnan(v := row[name])]
            out[name] = median(known) if len(known) > 2 else value
        return out

    def reset(self) -> None:
        """Forget the past (after a cut or another person)."""
        self._recent.clear()
