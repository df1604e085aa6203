"""A file's own clock, put in order."""

from __future__ import annotations

from fractions import Fraction


class FrameClock:
    """Turns presentation times into seconds since the first picture, always rising."""

    def __init__(self, step_s: float, origin_s: float | None = None) -> None:
        self.dropped = 0
        self.origin_s = origin_s
        self._step_s = step_s
        self._offset_s = origin_s
        self._last_s: float | None = None

    def time_of(self, pts: int | None, time_base: Fraction | None) -> float | None:
        """Return the picture's time, or None for a second picture of the same time."""
        last_s = self._last_s
        following_s = 0.0 if last_s is None else last_s + self._step_s
        if pts is None or time_base is None:
            time_s = following_s
        else:
            raw_s = float(pts * time_base)
            if self._offset_s is None:
                self.origin_s = self._offset_s = raw_s - following_s
            time_s = raw_s - self._offset_s
            if last_s is not None and time_s < last_s - 1.0:
                # The clock began anew, as in recordings that were joined: go on from here.
                self._offset_s = raw_s - following_s
                time_s = following_s
        if last_s is not None and time_s <= last_s:
            self.dropped += 1
            return None
        self._last_s = time_s
        return time_s
