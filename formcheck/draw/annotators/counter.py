"""The large number: what is done, of how many, by which side."""

from __future__ import annotations

from formcheck.core.coach.display import Display
from formcheck.draw import primitives
from formcheck.draw.primitives import DIGIT_HEIGHT, Box
from formcheck.draw.scene import Scene

_LEAST_HEIGHT = 0.12  # of the frame's height: readable from three metres


class CounterAnnotator:
    """Draws the large number with its target, the side and the count of each side.

    Parameters
    ----------
    height : float
        Height of the number in parts of the frame's height.
    """

    def __init__(self, *, height: float = 0.14) -> None:
        self._height = height

    def draw(self, scene: Scene, display: Display) -> None:
        """Draw the panel with the number."""
        says = (display.big, display.big_target, display.side_text, display.note, display.counts)
        scene.kept("count", (says, self._height), lambda: self._panel(scene, display))

    def _panel(self, scene: Scene, display: Display) -> Box:
        small = round(4.2 * scene.unit)
        pad = round(2.2 * scene.unit)
        digits = self._height * scene.height
        lines = [text for text in (_sides_line(display), display.note) if text]
        top_line = display.side_text.upper()
        # The ring's place stays free, so that neither has to move when a hold begins.
        room = scene.width - 2 * scene.margin - 2 * pad - 24.5 * scene.unit
        big_width = scene.pen.width(display.big, round(digits / DIGIT_HEIGHT), 700)
        if big_width > room:
            digits = max(_LEAST_HEIGHT * scene.height, digits * room / big_width)
        size = round(digits / DIGIT_HEIGHT)
        big_width = scene.pen.width(display.big, size, 700)
        target, target_width = display.big_target, 0
        if target:
            target_width = scene.pen.width(target, small)
            if big_width + pad + target_width > room:
                lines, target, target_width = [target, *lines], "", 0
        inner = max(
            [big_width + (target_width + pad if target_width else 0)]
            + [scene.pen.width(text, small) for text in [*lines, top_line] if text]
        )
        left = top = scene.margin
        head = small * 1.35 if top_line else 0.0
        bottom = top + pad + head + digits + len(lines) * small * 1.35 + pad
        box = primitives.panel(
            scene.canvas, left, top, left + inner + 2 * pad, bottom, radius=round(2 * scene.unit)
        )
        y = top + pad
        if top_line:
            y += head
            scene.pen.write(
                scene.canvas, top_line, (left + pad, y - small * 0.45), scene.colour["sky"], small,
                weight=700,
            )  # fmt: skip
        y += digits
        white = scene.colour["white"]
        scene.pen.write(scene.canvas, display.big, (left + pad, y), white, size, weight=700)
        if target:
            at = (left + pad + big_width + pad, y)
            scene.pen.write(scene.canvas, target, at, scene.colour["pale"], small)
        for text in lines:
            y += small * 1.35
            scene.pen.write(
                scene.canvas, text, (left + pad, y), scene.colour["pale"], small, weight=500
            )
        return box


def _sides_line(display: Display) -> str:
    """Return the count of each side in one line: ``L 3 · R 2``."""
    shown = [c for c in display.counts if c.side != "both"]
    if len(shown) < 2:
        return ""
    return "   ".join(
        f"{c.side_short} {c.done}" + (f"/{c.target}" if c.target else "") for c in shown
    )
