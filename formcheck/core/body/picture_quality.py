"""Whether a picture can be judged at all: focus, light, size of the person, pictures a second.

The pose model places its landmarks in any picture; in a blurred or dark one it exchanges the legs
and bends the back. What cannot be judged is not assessed, with the reason; it is never a fault.
"""

from __future__ import annotations

import math
from collections import deque
from statistics import median

from formcheck.core.pose import Pose

OUT_OF_FOCUS = "the picture is out of focus"
TOO_DARK = "the picture is too dark"
TOO_SMALL = "you are too small in the picture: come nearer"
TOO_FEW = "there are only {rate} frames a second"

# Heuristic, from `benchmarks robustness sight`: sharp clips of real people read 0.41 to 0.67,
# rendered ones 0.54 to 0.60; from 0.33 down the legs of who kneels are exchanged. Once it was less,
# it must be somewhat more again, so that it does not go to and fro.
LEAST_SHARPNESS, SHARPER_BY = 0.35, 0.03
# Mean grey level on the person, 0 to 255.
LEAST_LIGHT = 24.0
# How far the landmarks reach, of the picture as it came.
LEAST_REACH_PX = 70.0
# Slower than this and a leg may have been up between two pictures.
LEAST_RATE = 7.0
# Judged by the middle of so many pictures: one blurred by a quick movement is no lack of focus.
_PICTURES = 9
_LEAST_GAPS = 4


class PictureQuality:
    """Watches the pictures that come.

    Poses without these values (recordings of an older program, landmarks of somebody else) are
    judged by their times alone.
    """

    def __init__(self) -> None:
        self._sharpness: deque[float] = deque(maxlen=_PICTURES)
        self._light: deque[float] = deque(maxlen=_PICTURES)
        self._reach_px: deque[float] = deque(maxlen=_PICTURES)
        self._gaps_s: deque[float] = deque(maxlen=_PICTURES)
        self._last_s: float | None = None
        self._blurred = False

    def update(self, pose: Pose) -> str | None:
        """Take the next pose; return why its picture cannot be judged, or None."""
        if self._last_s is not None:
            self._gaps_s.append(pose.time_s - self._last_s)
        self._last_s = pose.time_s
        if len(self._gaps_s) >= _LEAST_GAPS and (gap_s := median(self._gaps_s)) > 1 / LEAST_RATE:
            return TOO_FEW.format(rate=max(1, round(1 / gap_s)))
        if not pose.detected or math.isnan(pose.light):
            return None
        self._light.append(pose.light)
        if median(self._light) < LEAST_LIGHT:
            return TOO_DARK
        self._reach_px.append(_reach_px(pose))
        if median(self._reach_px) < LEAST_REACH_PX:
            return TOO_SMALL
        if not math.isnan(pose.sharpness):
            self._sharpness.append(pose.sharpness)
        if self._sharpness:
            least = LEAST_SHARPNESS + (SHARPER_BY if self._blurred else 0.0)
            self._blurred = median(self._sharpness) < least
        return OUT_OF_FOCUS if self._blurred else None


def _reach_px(pose: Pose) -> float:
    points = pose.points_px
    return float((points.max(axis=0) - points.min(axis=0)).max())
