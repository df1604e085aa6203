"""The ring that fills as a hold reaches its target."""

from __future__ import annotations

import math

from formcheck.core.coach.display import HoldShown
from formcheck.draw import primitives
from formcheck.draw.primitives import DIGIT_HEIGHT, Box
from formcheck.draw.scene import Scene


class HoldRingAnnotator:
    """Draws the ring of a hold, or of a rest that runs out, with its seconds inside.

    Parameters
    ----------
    colour, done_colour, rest_colour : str
        Colours by their names in the palette.
    """

    def __init__(
        self, *, colour: str = "yellow", done_colour: str = "green", rest_colour: str = "sky"
    ) -> None:
        self._colour, self._done_colour, self._rest_colour = colour, done_colour, rest_colour

    def draw(self, scene: Scene, hold: HoldShown) -> None:
        """Draw the ring."""
        # Tenths show that a hold counts; a rest needs no such hurry.
        tenths = hold.seconds < 10 and not hold.left
        text = f"{hold.seconds:.1f}" if tenths else str(math.floor(hold.seconds))
        # The ring moves on every tenth of a second.
        says = (text, round(hold.seconds, 1), hold.fraction >= 1, hold.target_s, hold.left)
        scene.kept("hold", says, lambda: self._panel(scene, hold, text))

    def _panel(self, scene: Scene, hold: HoldShown, text: str) -> Box:
        radius = 10.5 * scene.unit
        centre = (
            scene.width - scene.margin - radius - scene.unit,
            scene.margin + radius + scene.unit,
        )
        thick = max(4, round(2.1 * scene.unit))
        box = radius + 1.6 * scene.unit
        place = primitives.panel(
            scene.canvas, centre[0] - box, centre[1] - box, centre[0] + box, centre[1] + box,
            radius=round(box),
        )  # fmt: skip
        primitives.disc(
            scene.canvas, centre, radius - thick / 2, scene.colour["grey"], max(2, thick // 3)
        )
        done = hold.fraction >= 1.0 and not hold.left
        name = self._done_colour if done else self._colour
        colour = scene.colour[self._rest_colour if hold.left else name]
        if hold.fraction > 0:
            primitives.arc(
                scene.canvas, centre, radius - thick / 2, (-90, -90 + 360 * hold.fraction), colour,
                thick,
            )  # fmt: skip
        size = round(7.2 * scene.unit)
        has_target = bool(hold.target_s)
        y = centre[1] + size * DIGIT_HEIGHT * (0.3 if has_target else 0.5)
        white = scene.colour["white"]
        scene.pen.write(scene.canvas, text, (centre[0], y), white, size, weight=700, align="center")
        if has_target:
            small = round(3.2 * scene.unit)
            at = (centre[0], y + small * 1.3)
            pale = scene.colour["pale"]
            scene.pen.write(scene.canvas, f"/ {hold.target_s:g} s", at, pale, small, align="center")
        return place
