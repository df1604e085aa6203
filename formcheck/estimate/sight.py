"""How sharp and how bright the person in a frame is, measured on the person alone."""

from __future__ import annotations

import math

import cv2
import numpy as np

from formcheck.capture.frame import ImageArray
from formcheck.core.pose import FloatArray

# The model sees a person about so large; blur that is gone at that size does no harm.
_SIZE_PX = 200
_WITHIN_PX = 6
_AROUND = 0.05
# Of the strongest edge; what is weaker than a few grey levels is noise.
_STRONG, _LEAST = 0.35, 8
_NOT_SEEN = (math.nan, math.nan)


def sharpness_and_light(image: ImageArray, points_px: FloatArray) -> tuple[float, float]:
    """Measure a person's part of a frame.

    Parameters
    ----------
    image : array, shape (H, W, 3)
    points_px : array, shape (33, 2)
        The person's landmarks in it.

    Returns
    -------
    tuple of float
        Sharpness: which part of a strong edge's height lies within one pixel of six, once the
        person is as large as the model sees them; 0.17 for none, 0.5 to 1 for sharp edges. NaN
        where there is no edge. And the mean grey level, 0 to 255. In single precision, as a
        recording holds them.

    Notes
    -----
    Differences count only where they are strong, so noise makes no frame sharp.
    """
    height, width = image.shape[:2]
    (x0, y0), (x1, y1) = points_px.min(axis=0).tolist(), points_px.max(axis=0).tolist()
    reach = max(x1 - x0, y1 - y0)
    if not 1 < reach < 100 * max(width, height):
        return _NOT_SEEN
    edge = _AROUND * reach
    rows = slice(max(0, int(y0 - edge)), max(0, int(y1 + edge)))
    columns = slice(max(0, int(x0 - edge)), max(0, int(x1 + edge)))
    person = image[rows, columns]
    scale = min(1.0, _SIZE_PX / reach)
    size = (round(person.shape[1] * scale), round(person.shape[0] * scale))
    if min(size) <= _WITHIN_PX + 1:
        return _NOT_SEEN
    if scale < 1:
        person = cv2.resize(person, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    grey = cv2.cvtColor(person, cv2.COLOR_RGB2GRAY)
    light = float(np.float32(cv2.mean(grey)[0]))
    return _sharpness(grey), light


def _sharpness(grey: cv2.typing.MatLike) -> float:
    both = [_edges(grey), _edges(cv2.transpose(grey))]
    least = max(_LEAST, _STRONG * max(int(whole.max()) for _, whole in both))
    steepest = height = 0
    for best, whole in both:
        strong = whole > least
        steepest += int(best[strong].sum())
        height += int(whole[strong].sum())
    return float(np.float32(steepest / height)) if height else math.nan


def _edges(grey: cv2.typing.MatLike) -> tuple[cv2.typing.MatLike, cv2.typing.MatLike]:
    """Return the steepest step within each few pixels of a line, and the difference over them."""
    steps = cv2.absdiff(grey[:, 1:], grey[:, :-1])
    count = grey.shape[1] - _WITHIN_PX
    best = steps[:, :count].copy()
    for at in range(1, _WITHIN_PX):
        best = cv2.max(best, steps[:, at : at + count])
    return best, cv2.absdiff(grey[:, _WITHIN_PX:], grey[:, :-_WITHIN_PX])
