"""A file's own clock, put in order: the one place that decides when a frame was taken.

The times of a file begin anywhere, may be missing, stand still, fall back where recordings were
joined, or jump ahead by hours. What comes out begins at zero and rises, and what was done to it is
told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction

# A clock that falls back further than decoders give frames out of order began anew.
FALLS_BACK_S = 0.3
# Heuristic. A camera that films only while something moves leaves gaps, too; longer ones are
# cut to what still ends whatever was going on.
MOST_GAP_S = 60.0
CUT_TO_S = 2.0


@dataclass(frozen=True, slots=True)
class Gap:
    """A jump ahead that was cut: after which time, and how long it was, seconds."""

    after_s: float
    length_s: float

    def __str__(self) -> str:
        """Return it as a sentence."""
        hours, rest = divmod(round(self.length_s), 3600)
        length = f"{hours}:{rest // 60:02}:{rest % 60:02} h" if hours else f"{self.length_s:.0f} s"
        return (
            f"the times of the pictures jump ahead by {length} after {self.after_s:.1f} s; "
            f"counted as a gap of {CUT_TO_S:.0f} s"
        )


class FrameClock:
    """Turns presentation times into seconds since the first frame, always rising.

    Parameters
    ----------
    step_s : float
        The usual time from one frame to the next, for frames without one of their own.
    origin_s : float, optional
        Time of the first frame by the file's clock, where reading does not begin with it.

    Attributes
    ----------
    dropped : int
        Frames left out, because they have the time of the one before.
    gap : Gap or None
        The first jump ahead that was cut.
    """

    def __init__(self, step_s: float, origin_s: float | None = None) -> None:
        self.dropped = 0
        self.gap: Gap | None = None
        self.origin_s = origin_s
        self._step_s = step_s
        self._offset_s = origin_s
        self._last_s: float | None = None

    def time_of(self, pts: int | None, time_base: Fraction | None) -> float | None:
        """Return the frame's time, or None for a second frame of the same time."""
        last_s = self._last_s
        following_s = 0.0 if last_s is None else last_s + self._step_s
        if pts is None or time_base is None:
            time_s = following_s
        else:
            raw_s = float(pts * time_base)
            if self._offset_s is None:
                self.origin_s = self._offset_s = raw_s - following_s
            time_s = raw_s - self._offset_s
            if last_s is not None and time_s < last_s - FALLS_BACK_S:
                # The clock began anew, as in recordings that were joined: go on from here.
                self._offset_s = raw_s - following_s
                time_s = following_s
            elif last_s is not None and time_s > last_s + MOST_GAP_S:
                self.gap = self.gap or Gap(last_s, time_s - last_s)
                time_s = last_s + CUT_TO_S
                self._offset_s = raw_s - time_s
        if last_s is not None and time_s <= last_s:
            self.dropped += 1
            return None
        self._last_s = time_s
        return time_s


# Apple's has the place's own time zone; the other is UTC.
_DATES = ("com.apple.quicktime.creationdate", "creation_time", "date", "DATE_RECORDED")
_FIRST_YEAR = 1990


def recorded_at(*metadata: Mapping[str, str]) -> str | None:
    """Return when a video was filmed (ISO 8601 with a time zone), as its file says.

    Parameters
    ----------
    *metadata : mapping of str to str
        Of the file and its stream. Clocks that were never set (1904, 1970) say nothing.
    """
    for name in _DATES:
        for told in metadata:
            try:
                found = datetime.fromisoformat(told.get(name, ""))
            except ValueError:
                continue
            found = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
            if found.year >= _FIRST_YEAR:
                return found.isoformat()
    return None
