"""A stretch of a video file that is read on its own, and what only the beginning can tell."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a video that is tracked on its own.

    Attributes
    ----------
    warm_s : float
        Video time from which on frames are looked at.
    start_s, end_s : float
        The frames that count are those with start_s <= time < end_s.
    key_time : int or None
        Presentation time, in the stream's own unit, of the frame from which to decode; None for
        the beginning of the file.
    """

    warm_s: float
    start_s: float
    end_s: float
    key_time: int | None = None

    def after_all_of(self, before: Segment) -> Segment:
        """Return this segment with the whole of the one before it as its warm-up."""
        return replace(self, warm_s=before.warm_s, key_time=before.key_time)


WHOLE = Segment(-math.inf, -math.inf, math.inf)


@dataclass(frozen=True, slots=True)
class Beginning:
    """What only the beginning of a file can tell; every segment of it is read with the same.

    Attributes
    ----------
    origin_s : float or None
        Time of the file's first frame by the file's own clock; None where reading begins with it.
    canvas : tuple of int or None
        Width and height at which frames are given; None for that of the first frame.
    """

    origin_s: float | None = None
    canvas: tuple[int, int] | None = None
