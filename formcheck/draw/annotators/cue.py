"""The one sentence at the foot of the frame, with a sign that says how it is meant."""

from __future__ import annotations

import math
from collections.abc import Mapping

from formcheck.core.coach.display import Cue, Tone
from formcheck.draw import primitives
from formcheck.draw.primitives import XY, Box, Colour
from formcheck.draw.scene import Scene

TONE_COLOURS: Mapping[Tone, str] = {
    "framing": "sky",
    "info": "sky",
    "warning": "orange",
    "fault": "vermillion",
    "good": "green",
}


class CueAnnotator:
    """Draws a cue with its sign.

    Parameters
    ----------
    colours : mapping of str to str
        The colour of each tone, by its name in the palette.
    """

    def __init__(self, *, colours: Mapping[Tone, str] = TONE_COLOURS) -> None:
        self._colours = colours

    def draw(self, scene: Scene, cue: Cue) -> None:
        """Draw the panel with the sentence."""
        scene.kept("banner", (cue.text, cue.tone), lambda: self._panel(scene, cue))

    def _panel(self, scene: Scene, cue: Cue) -> Box:
        size = round(5.2 * scene.unit)
        icon = round(5.6 * scene.unit)
        pad = round(2.2 * scene.unit)
        room = scene.width - 2 * scene.margin - icon - 4 * pad
        lines = scene.pen.wrap(cue.text, size, room)
        if len(lines) > 2:  # a long sentence gets smaller rather than taller
            size = round(size * 0.8)
            lines = scene.pen.wrap(cue.text, size, room)
        text_width = max(scene.pen.width(text, size) for text in lines)
        width = icon + text_width + 3.4 * pad
        height = max(icon, len(lines) * size * 1.25) + 1.6 * pad
        left = (scene.width - width) / 2
        bottom = scene.height - scene.margin
        top = bottom - height
        radius = round(1.8 * scene.unit)
        box = primitives.panel(scene.canvas, left, top, left + width, bottom, radius=radius)
        colour = scene.colour[self._colours[cue.tone]]
        _icon(scene, cue.tone, (left + pad + icon / 2, (top + bottom) / 2), icon / 2, colour)
        first = (top + bottom) / 2 - (len(lines) - 1) * size * 1.25 / 2 + size * 0.36
        x = left + icon + 2 * pad
        for i, text in enumerate(lines):
            at = (x, first + i * size * 1.25)
            scene.pen.write(scene.canvas, text, at, scene.colour["white"], size)
        return box


def _icon(scene: Scene, tone: Tone, centre: XY, radius: float, colour: Colour) -> None:
    """Draw the sign that says by its shape what the colour says: !, tick or dot."""
    x, y = centre
    white = scene.colour["white"]
    thick = max(2, round(radius * 0.26))
    if tone in {"fault", "warning"}:
        corners = [
            (x + radius * 1.1 * math.cos(a), y + radius * 0.15 + radius * 1.1 * math.sin(a))
            for a in (-math.pi / 2, math.pi / 6, 5 * math.pi / 6)
        ]
        primitives.polygon(scene.canvas, corners, colour)
        primitives.line(scene.canvas, (x, y - radius * 0.42), (x, y + radius * 0.12), white, thick)
        primitives.disc(scene.canvas, (x, y + radius * 0.42), thick * 0.62, white)
        return
    primitives.disc(scene.canvas, centre, radius * 0.95, colour)
    if tone == "good":
        a, b = (x - radius * 0.42, y + radius * 0.05), (x - radius * 0.1, y + radius * 0.38)
        primitives.line(scene.canvas, a, b, white, thick)
        primitives.line(scene.canvas, b, (x + radius * 0.45, y - radius * 0.35), white, thick)
    else:
        primitives.disc(scene.canvas, (x, y - radius * 0.42), thick * 0.62, white)
        primitives.line(scene.canvas, (x, y - radius * 0.05), (x, y + radius * 0.48), white, thick)
