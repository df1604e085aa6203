"""Few drawing tools on top of OpenCV: TrueType text, dark panels, arcs, dashed rays.

All of them draw into the frame they are given; sizes are pixels, colours are in the channel order
of the frame.
"""

from __future__ import annotations

import functools
import math
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
Colour = tuple[int, int, int]
XY = tuple[float, float]
Points = npt.NDArray[np.int32]

DIGIT_HEIGHT = 0.75  # height of a digit of OpenCV's built-in font, in parts of its size
_PANEL = 18  # a grey, so that it is the same in both orders of the channels
_SHIFT = 4  # cv2 draws at 1/16 pixel with this
_FAR = float(1 << 20)
_UNBOUNDED = (1 << 15, 1 << 15)


class Box(NamedTuple):
    """Where a panel is, pixels, and how round its corners are."""

    left: int
    top: int
    right: int
    bottom: int
    radius: int


class Pen:
    """Writes text in OpenCV's built-in TrueType font (Latin with accents, ``°``, arrows)."""

    def __init__(self) -> None:
        self._face = cv2.FontFace("sans")
        # The same few texts come again in every frame.
        self.width = functools.lru_cache(maxsize=2048)(self._width)

    def _width(self, text: str, size: int, weight: int = 600) -> int:
        """Return the width of a text in pixels."""
        return int(cv2.getTextSize(_UNBOUNDED, text, (0, 0), self._face, size, weight)[2])

    def write(
        self,
        image: Image,
        text: str,
        at: XY,
        colour: Colour,
        size: int,
        *,
        weight: int = 600,
        align: str = "left",
    ) -> None:
        """Write a line of text with its baseline at ``at``; align is left, center or right."""
        x, y = at
        if align != "left":
            width = self.width(text, size, weight)
            x -= width / 2 if align == "center" else width
        cv2.putText(image, text, (round(x), round(y)), colour, self._face, size, weight)

    def wrap(self, text: str, size: int, width: int) -> list[str]:
        """Break a text into lines that are at most ``width`` pixels wide where words allow it."""
        lines: list[str] = []
        for word in text.split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.width(longer, size) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines


def scaled(image: Image, scale: float) -> Image:
    """Return a larger or smaller copy."""
    return cv2.resize(image, None, fx=scale, fy=scale).astype(np.uint8, copy=False)


def mirrored(image: Image, into: Image | None = None) -> Image:
    """Return a copy as a mirror shows it, in `into` where that has the same shape."""
    if into is not None and into.shape == image.shape:
        cv2.flip(image, 1, dst=into)
        return into
    return cv2.flip(image, 1).astype(np.uint8, copy=False)


def mirrored_swapped(image: Image, into: Image | None = None) -> Image:
    """Return a copy as a mirror shows it and with the channels the other way round (RGB to BGR).

    A row that is read from its end, byte by byte, is both: one pass over the frame, not two.
    """
    if into is None or into.shape != image.shape:
        into = np.empty(image.shape, np.uint8)
    height = image.shape[0]
    cv2.flip(np.ascontiguousarray(image).reshape(height, -1), 1, dst=into.reshape(height, -1))
    return into


def yuv420(image_rgb: Image, size: tuple[int, int]) -> Image:
    """Return a frame in the colours of videos (BT.601, 16-235), planes one under the other.

    Parameters
    ----------
    image_rgb : array, shape (H, W, 3)
    size : tuple of int
        Even width and height. A frame larger by one loses its last column or row: that is
        invisible, and to scale by a fraction of a pixel would blur the whole.

    Returns
    -------
    array, shape (height * 3 / 2, width)
    """
    width, height = size
    if 0 <= image_rgb.shape[1] - width <= 1 and 0 <= image_rgb.shape[0] - height <= 1:
        fitting: cv2.typing.MatLike = image_rgb[:height, :width]
    else:
        fitting = cv2.resize(image_rgb, size, interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(fitting, cv2.COLOR_RGB2YUV_I420).astype(np.uint8, copy=False)


def dim(image: Image) -> None:
    """Darken a frame so that text on it is readable and what it shows is still seen."""
    cv2.convertScaleAbs(image, image, alpha=0.28, beta=6)


def panel(
    image: Image, left: float, top: float, right: float, bottom: float, *, radius: int = 0
) -> Box:
    """Fill a rectangle with round corners so that text on it is readable on any frame.

    Returns where it is: nothing of the frame is seen through it, so what is drawn on it can be
    kept and put there again (`keep`, `put`).
    """
    height, width = image.shape[:2]
    x0, y0 = max(0, round(left)), max(0, round(top))
    x1, y1 = min(width, round(right)), min(height, round(bottom))
    box = Box(x0, y0, max(x0, x1), max(y0, y1), radius)
    if x1 - x0 >= 2 and y1 - y0 >= 2:
        put(image, box, _dark(x1 - x0, y1 - y0))
    return box


def keep(image: Image, box: Box) -> Image:
    """Return a copy of what is drawn on a panel."""
    return image[box.top : box.bottom, box.left : box.right].copy()


def put(image: Image, box: Box, kept: Image) -> None:
    """Draw a panel as it was kept."""
    region = image[box.top : box.bottom, box.left : box.right]
    cv2.copyTo(kept, _round_mask(box.right - box.left, box.bottom - box.top, box.radius), region)


@functools.lru_cache(maxsize=64)
def _dark(width: int, height: int) -> Image:
    """Return a frame of a panel's colour."""
    return np.full((height, width, 3), _PANEL, np.uint8)


@functools.lru_cache(maxsize=256)
def _round_mask(width: int, height: int, radius: int) -> Image:
    """Return a rectangle with round corners, 255 inside."""
    mask = np.zeros((height, width), np.uint8)
    r = min(radius, (width - 1) // 2, (height - 1) // 2)
    cv2.rectangle(mask, (r, 0), (width - 1 - r, height - 1), 255, -1)
    cv2.rectangle(mask, (0, r), (width - 1, height - 1 - r), 255, -1)
    for x in (r, width - 1 - r):
        for y in (r, height - 1 - r):
            cv2.circle(mask, (x, y), r, 255, -1)
    return mask


def line(
    image: Image, start: XY, end: XY, colour: Colour, thickness: int, *, smooth: bool = True
) -> None:
    """Draw a line; one that is not smooth takes a third of the time."""
    kind = cv2.LINE_AA if smooth else cv2.LINE_8
    cv2.line(image, fixed(start), fixed(end), colour, thickness, kind, _SHIFT)


def lines(
    image: Image, ends: Points, colour: Colour, thickness: int, *, smooth: bool = True
) -> None:
    """Draw many lines of one kind: `ends` (N, 2, 2) are in cv2's fixed-point coordinates.

    Those that are not smooth take a third of the time.
    """
    kind = cv2.LINE_AA if smooth else cv2.LINE_8
    cv2.polylines(image, list(ends), False, colour, thickness, kind, _SHIFT)


def dashed(image: Image, start: XY, end: XY, colour: Colour, thickness: int) -> None:
    """Draw a dashed line; the dashes keep their length in relation to the thickness."""
    length = math.dist(start, end)
    dash = max(6.0, thickness * 4.0)
    dashes = []
    for i in range(0, math.ceil(length / dash), 2):
        a, b = i * dash / length, min(1.0, (i + 1) * dash / length)
        dashes.append((fixed(along(start, end, a)), fixed(along(start, end, b))))
    if dashes:
        lines(image, np.array(dashes, dtype=np.int32), colour, thickness)


def ringed_disc(image: Image, at: XY, radius: float, colour: Colour, edge: Colour) -> None:
    """Draw a filled circle with an edge around it, a third of its radius wide."""
    # The edge needs not be smooth, and so takes a third of the time.
    cv2.circle(image, fixed(at), round(radius * 1.3 * (1 << _SHIFT)), edge, -1, cv2.LINE_8, _SHIFT)
    disc(image, at, radius, colour)


def disc(image: Image, at: XY, radius: float, colour: Colour, thickness: int = -1) -> None:
    """Draw a circle, filled unless a thickness is given."""
    size = max(0, round(radius * (1 << _SHIFT)))  # frames of a few pixels leave no room
    cv2.circle(image, fixed(at), size, colour, thickness, cv2.LINE_AA, _SHIFT)


def arc(  # noqa: PLR0917
    image: Image,
    centre: XY,
    radius: float,
    span_deg: tuple[float, float],
    colour: Colour,
    thickness: int,
    *,
    smooth: bool = True,
) -> None:
    """Draw an arc from one angle to another, clockwise from the image's right (y points down)."""
    size = max(0, round(radius * (1 << _SHIFT)))  # frames of a few pixels leave no room
    kind = cv2.LINE_AA if smooth else cv2.LINE_8
    cv2.ellipse(
        image, fixed(centre), (size, size), 0, *span_deg, colour, thickness, kind, _SHIFT
    )  # fmt: skip


def polygon(image: Image, points: list[XY], colour: Colour) -> None:
    """Fill a convex polygon."""
    corners = np.array([fixed(p) for p in points], dtype=np.int32)
    cv2.fillConvexPoly(image, corners, colour, cv2.LINE_AA, _SHIFT)


def along(start: XY, end: XY, part: float) -> XY:
    """Return the point a part (0–1) of the way from start to end."""
    return start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1])


def fixed(at: XY) -> tuple[int, int]:
    """Return a point in cv2's fixed-point coordinates."""
    x, y = at
    # cv2 takes 32-bit numbers; a point far outside the frame must not wrap round.
    if not (-_FAR < x < _FAR and -_FAR < y < _FAR):
        x, y = max(-_FAR, min(_FAR, x)), max(-_FAR, min(_FAR, y))
    return int(x * 16 + 0.5), int(y * 16 + 0.5)


def all_fixed(points: npt.NDArray[np.float64]) -> Points:
    """Return many points (…, 2) as `fixed` does; those that are not finite are meaningless."""
    far = np.nan_to_num(np.clip(points, -_FAR, _FAR))
    return (far * 16 + 0.5).astype(np.int32)
