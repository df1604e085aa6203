"""The stick figure's examples as one picture: a row each, the moments of it side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from formcheck.core.trial.figure import Figure
from formcheck.core.trial.sketch import HEAD_M, Part, joint_in, sketch_of
from formcheck.draw import primitives
from formcheck.draw.primitives import Colour, Image, Pen

_WHITE, _INK, _SOFT = (255, 255, 255), (43, 52, 64), (110, 118, 128)
_FLOOR = (205, 210, 216)
_GOOD, _BAD, _NEUTRAL = (32, 128, 72), (200, 48, 40), (140, 110, 20)
_COLOURS: dict[Part, Colour] = {
    "far": (154, 163, 173),
    "trunk": (43, 52, 64),
    "near": (47, 111, 181),
}
_TILE, _HEAD, _FOOT, _MARGIN = 200, 58, 44, 18
_PX_PER_M = 108.0


@dataclass(frozen=True)
class Tile:
    """One moment.

    Attributes
    ----------
    figure : Figure
    caption : str
    marked : tuple of str, optional
        Side and joint that a fault is about.
    """

    figure: Figure
    caption: str
    marked: tuple[str, str] | None = None


@dataclass(frozen=True)
class Row:
    """One example: its name, what came of it, its moments."""

    title: str
    verdict: str
    good: bool | None
    tiles: tuple[Tile, ...] = ()


def contact_sheet(title: str, rows: Sequence[Row]) -> Image:
    """Draw a sheet.

    Parameters
    ----------
    title : str
    rows : sequence of Row

    Returns
    -------
    array, shape (H, W, 3)
        RGB.
    """
    across = max([4, *(len(row.tiles) for row in rows)])
    width = 2 * _MARGIN + across * _TILE
    heights = [_HEAD + (_TILE + _FOOT if row.tiles else 0) for row in rows]
    sheet = np.full((64 + sum(heights) + _MARGIN, width, 3), 255, np.uint8)
    pen = Pen()
    pen.write(sheet, title, (_MARGIN, 42), _INK, 26, weight=700)
    top = 64
    for row, height in zip(rows, heights, strict=True):
        _draw_row(sheet, pen, row, top)
        top += height
    return sheet


def _draw_row(sheet: Image, pen: Pen, row: Row, top: int) -> None:
    width = sheet.shape[1]
    primitives.line(sheet, (_MARGIN, top + 2), (width - _MARGIN, top + 2), _FLOOR, 1)
    pen.write(sheet, row.title, (_MARGIN, top + 24), _INK, 17, weight=700)
    colour = _NEUTRAL if row.good is None else _GOOD if row.good else _BAD
    lines = pen.wrap(row.verdict, 15, width - 2 * _MARGIN)
    text = lines[0] if len(lines) == 1 else f"{lines[0]} …"
    pen.write(sheet, text, (_MARGIN, top + 46), colour, 15, weight=500)
    for number, tile in enumerate(row.tiles):
        _draw_tile(sheet, pen, tile, (_MARGIN + number * _TILE, top + _HEAD))


def _draw_tile(sheet: Image, pen: Pen, tile: Tile, at: tuple[int, int]) -> None:
    left, top = at
    floor_y = top + _TILE - 8
    draw_figure(sheet, tile.figure, (left, top, left + _TILE, floor_y), tile.marked)
    colour = _BAD if tile.marked is not None else _SOFT
    for number, text in enumerate(pen.wrap(tile.caption, 13, _TILE - 12)[:2]):
        pen.write(sheet, text, (left + 6, floor_y + 22 + 17 * number), colour, 13, weight=500)


def draw_figure(
    image: Image,
    figure: Figure,
    box: tuple[int, int, int, int],
    marked: tuple[str, str] | None = None,
) -> None:
    """Draw a figure into a box (left, top, right, floor).

    Parameters
    ----------
    image : array, shape (H, W, 3)
        RGB; drawn into.
    figure : Figure
    box : tuple of int
    marked : tuple of str, optional
        Side and joint to put a ring around.
    """
    left, top, right, floor_y = box
    sketch = sketch_of(figure)
    x0, y0, x1, _ = sketch.box
    scale = min(_PX_PER_M * (floor_y - top) / (_TILE - 8), (right - left - 16) / (x1 - x0))
    scale = min(scale, (floor_y - top - 8) / -y0)
    middle = (left + right) / 2 - scale * (x0 + x1) / 2

    def px(point: tuple[float, float]) -> tuple[float, float]:
        return middle + scale * point[0], floor_y + scale * point[1]

    primitives.line(image, (left + 8, floor_y), (right - 8, floor_y), _FLOOR, 2)
    for part, line in sketch.lines:
        for start, end in pairwise(line):
            primitives.line(image, px(start), px(end), _COLOURS[part], 4)
    primitives.disc(image, px(sketch.head), scale * HEAD_M, _COLOURS["trunk"], 3)
    if marked is not None:
        primitives.disc(image, px(joint_in(figure, *marked)), 10, _BAD, 3)
