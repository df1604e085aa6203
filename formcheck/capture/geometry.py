"""How a stored frame is shown: the one place that decides it, for files and streams.

What a file or stream says about its frames goes in, what to do with the pixels comes out: square
pixels, turned and mirrored as declared and as asked, on one canvas however the size changes. Angles
are measured in the image's plane, so a circle in front of the camera must be a circle.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from formcheck.capture.frame import LONGEST_SIDE
from formcheck.core.body.turned import Turn

Size = tuple[int, int]
TURNS: tuple[Turn, ...] = (0, 90, 180, 270)

# Players take a leftover of less for a rounding of the file's.
_LEAST_TILT_DEG = 1.0
# The ways a frame can lie on the screen without being tilted: shown x and y by stored x and y.
_Square = tuple[int, int, int, int]
_SQUARES: tuple[_Square, ...] = tuple(
    square for i in (1, -1) for j in (1, -1) for square in ((i, 0, 0, j), (0, i, j, 0))
)
_CLOCKWISE: dict[int, _Square] = {
    0: (1, 0, 0, 1),
    90: (0, -1, 1, 0),
    180: (-1, 0, 0, -1),
    270: (0, 1, -1, 0),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about a stored frame.

    Attributes
    ----------
    size : tuple of int
        Width and height as stored, pixels.
    pixel_aspect : Fraction
        Width of one pixel over its height.
    matrix : sequence of 9 int, optional
        ``a b u c d v x y w`` of the container: a point (x, y), y down, is shown at
        (a·x + c·y, b·x + d·y).
    turn : int
        Turned clockwise by this, besides, because a person said so.
    """

    size: Size
    pixel_aspect: Fraction = Fraction(1)
    matrix: tuple[int, ...] | None = None
    turn: Turn = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """What to do with the pixels of a frame, in this order.

    Attributes
    ----------
    scaled : tuple of int
        Scale to this width and height.
    is_transposed, across, down : bool, int, int
        Exchange rows and columns; then take columns and rows in this direction (1 or −1).
    tilt_deg : float
        Then turn clockwise about the middle, on a sheet that has room for it.
    at : tuple of int
        Then put its top left corner here on the canvas.
    canvas : tuple of int
        Width and height of all frames of the source.
    shown : tuple of int
        Width and height on a screen with room for it: before anything was made smaller.
    """

    scaled: Size
    is_transposed: bool
    across: int
    down: int
    tilt_deg: float
    at: tuple[int, int]
    canvas: Size
    shown: Size


def layout_of(facts: Facts, canvas: Size | None = None) -> Layout:
    """Return what to do with a frame.

    Parameters
    ----------
    facts : Facts
    canvas : tuple of int, optional
        Width and height of all frames of the source; by default this one decides.
    """
    square_px = _square_size(facts)
    square, tilt_deg = _lies(facts.matrix)
    a, c, b, d = _after(_CLOCKWISE[facts.turn], square)
    is_transposed = a == 0

    def placed(size: Size) -> Size:
        return _around((size[1], size[0]) if is_transposed else size, tilt_deg)

    shown = placed(square_px)
    scaled = _times(square_px, min(1.0, LONGEST_SIDE / max(shown)))
    if canvas is not None and placed(scaled) != canvas:
        room = min(have / need for have, need in zip(canvas, shown, strict=True))
        scaled = _times(square_px, room)
    width, height = placed(scaled)
    canvas = canvas or (width, height)
    at = (max(0, (canvas[0] - width) // 2), max(0, (canvas[1] - height) // 2))
    across, down = (c, b) if is_transposed else (a, d)
    return Layout(scaled, is_transposed, across, down, tilt_deg, at, canvas, shown)


def pixel_aspect_of(declared: Fraction | None) -> Fraction:
    """Return a declared pixel aspect, square where none is or it cannot be meant."""
    if not declared or not Fraction(1, 8) <= declared <= 8:
        return Fraction(1)
    return declared


def _square_size(facts: Facts) -> Size:
    """Return the width and height at which a circle in the image is a circle."""
    width, height = facts.size
    if facts.pixel_aspect == 1:
        return width, height
    # Even, because the annotated video needs it.
    return max(2, 2 * round(width * facts.pixel_aspect / 2)), height


def _lies(matrix: Sequence[int] | None) -> tuple[_Square, float]:
    """Return the nearest way to lie that is not tilted, and the clockwise tilt left."""
    if matrix is None:
        return _CLOCKWISE[0], 0.0
    a, b, c, d = (matrix[i] for i in (0, 1, 3, 4))
    # How long the columns are is the shape of the pixels, which is told elsewhere.
    wide, high = math.hypot(a, b), math.hypot(c, d)
    if not (wide > 0 and high > 0):
        return _CLOCKWISE[0], 0.0
    ax, bx, cx, dx = a / wide, b / wide, c / high, d / high

    def alike(square: _Square) -> float:
        return square[0] * ax + square[1] * cx + square[2] * bx + square[3] * dx

    best = max(_SQUARES, key=alike)
    # What is left once the frame lies like that: the matrix times the way back.
    p, q, r, s = best
    left = (ax * p + cx * q, ax * r + cx * s, bx * p + dx * q, bx * r + dx * s)
    tilt_deg = math.degrees(math.atan2(left[2] - left[1], left[0] + left[3]))
    return best, tilt_deg if abs(tilt_deg) >= _LEAST_TILT_DEG else 0.0


def _after(second: _Square, first: _Square) -> _Square:
    a, b, c, d = second
    p, q, r, s = first
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s)


def _around(size: Size, tilt_deg: float) -> Size:
    """Return the size of the upright sheet that holds a tilted frame."""
    if not tilt_deg:
        return size
    cos, sin = abs(math.cos(math.radians(tilt_deg))), abs(math.sin(math.radians(tilt_deg)))
    width, height = size
    return (round(width * cos + height * sin), round(width * sin + height * cos))


def _times(size: Size, scale: float) -> Size:
    return (
        size if scale == 1.0 else (max(1, round(size[0] * scale)), max(1, round(size[1] * scale)))
    )
