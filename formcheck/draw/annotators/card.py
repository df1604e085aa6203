"""What comes next, over the darkened frame: name, dose and steps, and how it looks."""

from __future__ import annotations

import math

from formcheck.core.coach.display import Display, HoldShown
from formcheck.draw import primitives
from formcheck.draw.annotators.cue import CueAnnotator
from formcheck.draw.primitives import Image
from formcheck.draw.scene import Scene
from formcheck.draw.silhouette import draw_silhouette


class CardAnnotator:
    """Draws the card before an exercise: words to the left, its frame to the right.

    Parameters
    ----------
    cue : CueAnnotator
        Draws the sentence at its foot.
    """

    def __init__(self, *, cue: CueAnnotator | None = None) -> None:
        self._cue = cue or CueAnnotator()

    def picture_room(self, scene: Scene) -> tuple[int, int]:
        """Return the width and height that a how-to picture has on the card."""
        return round(scene.width * 0.40), round(scene.height * 0.56)

    def draw(self, scene: Scene, display: Display, picture: Image | None) -> None:
        """Draw the card; without a frame the silhouette of the posture stands in its place."""
        primitives.dim(scene.canvas)
        small, pad = round(4.4 * scene.unit), round(4 * scene.unit)
        room_w, room_h = self.picture_room(scene)
        pictured = picture is not None or display.guide is not None
        text_room = scene.width - (room_w + 3 * pad if pictured else 2 * pad)
        y = float(pad + small)
        sky, white, pale = (scene.colour[name] for name in ("sky", "white", "pale"))
        scene.pen.write(scene.canvas, display.note.upper(), (pad, y), sky, small, weight=700)
        size = round(8.6 * scene.unit)
        names = scene.pen.wrap(display.headline, size, text_room)
        while size > small and (
            len(names) > 2 or max(scene.pen.width(t, size, 700) for t in names) > text_room
        ):
            size = min(size - 1, round(size * 0.9))
            names = scene.pen.wrap(display.headline, size, text_room)
        y += small * 0.6
        for text in names:
            y += size * 1.15
            scene.pen.write(scene.canvas, text, (pad, y), white, size, weight=700)
        y += small * 0.5
        foot = scene.height - 24 * scene.unit
        for number, line in enumerate(text for text in display.lines if text):
            weight, colour = (700, scene.colour["yellow"]) if number == 0 else (500, pale)
            small = round((4.4 if number == 0 else 3.7) * scene.unit)
            wrapped = scene.pen.wrap(line, small, text_room)
            if y + len(wrapped) * small * 1.3 > foot:
                break  # a step that does not fit is spoken all the same
            y += small * 0.35
            for text in wrapped:
                y += small * 1.3
                scene.pen.write(scene.canvas, text, (pad, y), colour, small, weight=weight)
        if pictured:
            _how_to(
                scene, picture, display.guide, (scene.width - pad - room_w, pad, room_w, room_h)
            )
        if display.hold is not None:
            _seconds_left(scene, display.hold, scene.width - pad, pad + room_h)
        if display.framing:
            hint = round(3.2 * scene.unit)
            at = (pad, scene.height - 20.4 * scene.unit)
            scene.pen.write(scene.canvas, display.framing, at, sky, hint, weight=500)
        if display.cue is not None:
            self._cue.draw(scene, display.cue)


def _how_to(
    scene: Scene, picture: Image | None, guide: str | None, box: tuple[int, int, int, int]
) -> None:
    left, top, width, height = box
    region = scene.canvas[top : top + height, left : left + width]
    if picture is None:
        primitives.panel(
            scene.canvas, left, top, left + width, top + height, radius=round(scene.unit)
        )
        if guide is not None:
            draw_silhouette(region, guide, scene.colour["sky"], toward_right=scene.mirrored)
        return
    high, wide = picture.shape[:2]
    y, x = max(0, (height - high) // 2), max(0, (width - wide) // 2)
    target = region[y : y + high, x : x + wide]
    target[:] = picture[: target.shape[0], : target.shape[1]]


def _seconds_left(scene: Scene, hold: HoldShown, right: float, top: float) -> None:
    """Draw a large number of seconds at the foot of the frame's place."""
    size = round(13 * scene.unit)
    y = top + size * 1.15
    text = str(math.ceil(hold.seconds))
    scene.pen.write(
        scene.canvas, text, (right, y), scene.colour["white"], size, weight=700, align="right"
    )
    width = scene.pen.width("00", size, 700) + 2 * scene.unit
    thick = max(4, round(1.2 * scene.unit))
    end = right - width
    start = end - 26 * scene.unit
    line_y = y - size * 0.26
    primitives.line(scene.canvas, (start, line_y), (end, line_y), scene.colour["grey"], thick)
    if hold.fraction > 0:
        there = (start + (end - start) * hold.fraction, line_y)
        primitives.line(scene.canvas, (start, line_y), there, scene.colour["sky"], thick)
