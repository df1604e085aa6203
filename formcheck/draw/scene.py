"""One image being drawn on, with what all annotators share: scale, colours, text, panels."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from formcheck.draw import primitives
from formcheck.draw.primitives import DIGIT_HEIGHT, XY, Box, Colour, Image, Pen

# RGB. Okabe & Ito, Color Universal Design (2008).
PALETTE: dict[str, Colour] = {
    "white": (255, 255, 255),
    "pale": (205, 210, 214),
    "grey": (140, 148, 154),
    "black": (12, 14, 16),
    "orange": (230, 159, 0),
    "sky": (86, 180, 233),
    "green": (0, 158, 115),
    "yellow": (240, 228, 66),
    "vermillion": (213, 94, 0),
}


@dataclass(frozen=True, slots=True)
class _Panel:
    """A panel that was drawn: what it says, the shape of the frame, its place and its pixels."""

    says: Hashable
    size: tuple[int, ...]
    box: Box
    image: Image


@dataclass(frozen=True, slots=True)
class Tools:
    """What stays from one frame to the next.

    Attributes
    ----------
    palette : dict of str to tuple of int
        Colours by name, in the channel order of the frames.
    pen : Pen
    """

    palette: dict[str, Colour]
    pen: Pen = field(default_factory=Pen)
    _panels: dict[str, _Panel] = field(default_factory=dict)

    @classmethod
    def for_channels(cls, *, bgr: bool) -> Tools:
        """Return tools for frames of this channel order."""
        return cls({name: rgb[::-1] if bgr else rgb for name, rgb in PALETTE.items()})

    def kept(self, canvas: Image, name: str, says: Hashable, draw: Callable[[], Box]) -> None:
        """Draw a panel as it was in the last frame where it says the same; else anew."""
        last = self._panels.get(name)
        if last is not None and (last.says, last.size) == (says, canvas.shape):
            primitives.put(canvas, last.box, last.image)
            return
        box = draw()
        self._panels[name] = _Panel(says, canvas.shape, box, primitives.keep(canvas, box))


class Scene:
    """One image being drawn on.

    Parameters
    ----------
    canvas : array, shape (H, W, 3), uint8
        Drawn into.
    tools : Tools
    mirrored : bool
        The canvas shows the frame as a mirror does.
    scale : float
        The canvas is larger than the frame by this.

    Attributes
    ----------
    unit : float
        One hundredth of a side of a square of the same area as a 3:4 frame of this height or
        width, so that text and lines have the same weight in portrait and landscape.
    margin : int
        What stays free at the edges, pixels.
    """

    def __init__(
        self, canvas: Image, tools: Tools, *, mirrored: bool = False, scale: float = 1.0
    ) -> None:
        self.canvas = canvas
        self.height, self.width = canvas.shape[:2]
        self.colour = tools.palette
        self.pen = tools.pen
        self.mirrored = mirrored
        self.scale = scale
        self._tools = tools
        self.unit = min(self.height, self.width * 1.25) / 100
        self.margin = round(2.6 * self.unit)

    def at(self, x: float, y: float) -> XY:
        """Return where a point of the unmirrored frame is drawn."""
        x, y = x * self.scale, y * self.scale
        return (self.width - 1 - x if self.mirrored else x), y

    def kept(self, name: str, says: Hashable, draw: Callable[[], Box]) -> None:
        """Draw a panel as it was in the last frame where it says the same; else anew."""
        self._tools.kept(self.canvas, name, says, draw)

    def tag(
        self, text: str, centre: XY, size: int, colour: Colour, *, edge: Colour | None = None
    ) -> None:
        """Write a short text on a dark pill, pushed inside the frame."""
        width = self.pen.width(text, size) + size * 0.7
        height = size * 1.25
        x = min(max(centre[0], width / 2 + 2), self.width - width / 2 - 2)
        y = min(max(centre[1], height / 2 + 2), self.height - height / 2 - 2)
        left, top, right, bottom = x - width / 2, y - height / 2, x + width / 2, y + height / 2
        primitives.panel(self.canvas, left, top, right, bottom, radius=round(height * 0.3))
        if edge is not None:
            primitives.line(
                self.canvas, (left + height * 0.3, bottom), (right - height * 0.3, bottom), edge,
                max(2, size // 10),
            )  # fmt: skip
        baseline = y + size * DIGIT_HEIGHT / 2
        self.pen.write(self.canvas, text, (x, baseline), colour, size, align="center")
