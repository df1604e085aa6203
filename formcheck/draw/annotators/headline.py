"""A large word or number in the middle of the frame, with lines of text under it."""

from __future__ import annotations

from formcheck.draw import primitives
from formcheck.draw.primitives import Box
from formcheck.draw.scene import Scene


class HeadlineAnnotator:
    """Draws a headline with its lines.

    Parameters
    ----------
    colour, lines_colour : str
        Colours by their names in the palette.
    """

    def __init__(self, *, colour: str = "white", lines_colour: str = "pale") -> None:
        self._colour, self._lines_colour = colour, lines_colour

    def draw(self, scene: Scene, text: str, lines: tuple[str, ...]) -> None:
        """Draw the panel with the headline."""
        scene.kept("headline", (text, lines), lambda: self._panel(scene, text, lines))

    def _panel(self, scene: Scene, text: str, lines: tuple[str, ...]) -> Box:
        size = round((26 if len(text) <= 2 else 10) * scene.unit)
        small = round(4.8 * scene.unit)
        pad = round(4 * scene.unit)
        while size > small and scene.pen.width(text, size, 700) > scene.width - 4 * scene.margin:
            size = min(size - 1, round(size * 0.9))
        lines, small = _fitted(scene, lines, small, size * 0.8 + 2 * pad, 2 * pad)
        widths = [scene.pen.width(text, size, 700)] + [scene.pen.width(t, small) for t in lines]
        width = max(widths) + 2 * pad
        height = size * 0.8 + len(lines) * small * 1.5 + 2 * pad
        left, top = (scene.width - width) / 2, (scene.height - height) / 2
        radius = round(3 * scene.unit)
        box = primitives.panel(scene.canvas, left, top, left + width, top + height, radius=radius)
        y = top + pad + size * 0.77
        middle = scene.width / 2
        white = scene.colour[self._colour]
        scene.pen.write(scene.canvas, text, (middle, y), white, size, weight=700, align="center")
        for i, extra in enumerate(lines):
            at = (middle, y + (i + 1) * small * 1.5)
            pale = scene.colour[self._lines_colour]
            scene.pen.write(scene.canvas, extra, at, pale, small, align="center")
        return box


def _fitted(
    scene: Scene, lines: tuple[str, ...], size: int, height: float, width: float
) -> tuple[tuple[str, ...], int]:
    """Return lines and their size so that the frame holds them beside what is there already.

    They get a little smaller first, then longer ones are broken, then they get as small as it
    takes.
    """
    room = round(scene.width - 2 * scene.margin - width)
    tall = scene.height - 2 * scene.margin - height
    least = round(size * 0.8)
    while size > least and max((scene.pen.width(t, size) for t in lines), default=0) > room:
        size -= 1
    while True:
        broken = tuple(part for line in lines for part in scene.pen.wrap(line, size, room))
        if len(broken) * size * 1.5 <= tall or size <= 1:
            return broken, size
        size -= 1
