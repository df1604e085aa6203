"""Draws a `Display` and the skeleton on a picture.

Style in the constructor, data in the call; the picture given is never changed. Made to be read from
three metres and with colour-blind eyes: colours are Okabe and Ito's, and none is the only sign of
anything (a fault also has a triangle and a sentence, praise a tick, the far side a thinner line).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from formcheck.core.coach.display import Cue, Display, HoldShown, MarkedJoint, Tone
from formcheck.core.coach.presenter import Presenter
from formcheck.core.events import FrameResult
from formcheck.core.formatting import value_text
from formcheck.core.pose import SIDES, Pose, Side, landmark_of
from formcheck.core.spec.exercise import ExerciseSpec
from formcheck.draw import paint
from formcheck.draw.paint import DIGIT_HEIGHT, XY, Colour, Image, Pen
from formcheck.draw.silhouette import draw_guide

Bone = tuple[int, int]

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
_TONE_COLOUR: dict[Tone, str] = {
    "framing": "sky",
    "info": "sky",
    "warning": "orange",
    "fault": "vermillion",
    "good": "green",
}

_LIMBS = (
    ("shoulder", "elbow"),
    ("elbow", "wrist"),
    ("shoulder", "hip"),
    ("hip", "knee"),
    ("knee", "ankle"),
    ("ankle", "heel"),
    ("heel", "foot_index"),
    ("ankle", "foot_index"),
)
_BONES: dict[Side, list[Bone]] = {
    side: [(landmark_of(side, a), landmark_of(side, b)) for a, b in _LIMBS] for side in SIDES
}
_ACROSS: list[Bone] = [
    (landmark_of("left", j), landmark_of("right", j)) for j in ("shoulder", "hip")
]
_JOINTS = {
    side: [
        landmark_of(side, joint) for joint in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
    ]
    for side in SIDES
}
_LEAST_COUNT_HEIGHT = 0.12  # of the picture's height: readable from three metres
_FAINT_BELOW = 0.5  # visibility; MediaPipe's own drawing leaves such points out


class Overlay:
    """Draws what a person should see.

    Parameters
    ----------
    channels : {"rgb", "bgr"}
        Channel order of the pictures returned (PyAV: rgb; a cv2 window: bgr).
    given : {"rgb", "bgr"}, optional
        Channel order of the pictures given; by default the same.
    count_height : float
        Height of the large number in parts of the picture's height.
    picture_of : callable
        Gives the how-to picture of an exercise (RGB) by its id, None where it has none.

    Examples
    --------
    >>> import formcheck as fc
    >>> session = fc.Session(fc.load_spec("standing_march"))
    >>> overlay = fc.Overlay()
    >>> with fc.open_poses("clip.mp4", images=True) as poses:           # doctest: +SKIP
    ...     for pose in poses:
    ...         result = session.update(pose)
    ...         picture = overlay.draw_result(poses.image, result, session.spec)
    """

    def __init__(
        self,
        channels: Literal["rgb", "bgr"] = "rgb",
        *,
        given: Literal["rgb", "bgr"] | None = None,
        count_height: float = 0.14,
        picture_of: Callable[[str], Image | None] = lambda _exercise: None,
    ) -> None:
        self._channels = channels
        self._swapped = given not in {None, channels}
        self._picture_of = picture_of
        self._picture: tuple[str, tuple[int, int], Image | None] | None = None
        self._palette = {
            name: rgb if channels == "rgb" else (rgb[2], rgb[1], rgb[0])
            for name, rgb in PALETTE.items()
        }
        self._count_height = count_height
        self._pen = Pen()
        self._panels: dict[str, _Panel] = {}
        self._presenter: tuple[ExerciseSpec, Presenter] | None = None

    def draw_result(self, image: Image, result: FrameResult, spec: ExerciseSpec) -> Image:
        """Return a copy of a picture with what a person should see of its result.

        Parameters
        ----------
        image : array, shape (H, W, 3), uint8
        result : FrameResult
            Of this picture; one after the other, as a cue stays for some seconds.
        spec : ExerciseSpec
            The exercise, for its targets.
        """
        if self._presenter is None or self._presenter[0] is not spec:
            self._presenter = (spec, Presenter.for_spec(spec))
        display = self._presenter[1].update(result)
        return self.draw(image, display, result.pose, faint=result.repaired)

    def draw(
        self,
        image: Image,
        display: Display,
        pose: Pose | None,
        *,
        mirrored: bool = False,
        faint: bool = False,
        scale: float = 1.0,
        into: Image | None = None,
    ) -> Image:
        """Return a copy of the picture with everything drawn on it.

        Parameters
        ----------
        image : array, shape (H, W, 3), uint8
            The unmirrored picture.
        display : Display
            What to show, in pixels of the unmirrored picture.
        pose : Pose or None
            The skeleton; None draws none.
        mirrored : bool
            Show the picture as a mirror does. Text stays readable, left stays the person's left.
        faint : bool
            Draw the whole skeleton faint (its sides were repaired in this frame).
        scale : float
            Enlarge the picture first, so that text on a small one is sharp.
        into : array, optional
            Take this for the mirrored copy where it has the shape: fresh memory for each picture
            costs more than what is drawn on it.
        """
        canvas = self.canvas(image, mirrored=mirrored, scale=scale, into=into)
        self.draw_on(canvas, display, pose, mirrored=mirrored, faint=faint, scale=scale)
        return canvas

    def canvas(
        self, image: Image, *, mirrored: bool = False, scale: float = 1.0, into: Image | None = None
    ) -> Image:
        """Return the copy of a picture that `draw` draws on; its parameters are those of `draw`."""
        canvas = paint.scaled(image, scale) if scale != 1.0 else image
        if self._swapped and mirrored:
            return paint.mirrored_swapped(canvas, into)
        if mirrored:
            return paint.mirrored(canvas, into)
        return canvas[:, :, ::-1].copy() if self._swapped else canvas.copy()

    def draw_on(
        self,
        canvas: Image,
        display: Display,
        pose: Pose | None,
        *,
        mirrored: bool = False,
        faint: bool = False,
        scale: float = 1.0,
    ) -> None:
        """Draw everything on what `canvas` gave; the parameters are those of `draw`."""
        scene = _Scene(
            canvas, self._palette, self._pen, mirrored=mirrored, scale=scale, panels=self._panels
        )
        if display.phase == "intro" or (display.phase == "paused" and display.picture):
            scene.card(display, self._how_to(display.picture, scene.picture_room()))
            return
        if display.guide is not None:
            draw_guide(canvas, display.guide, self._palette["sky"], toward_right=mirrored)
        if pose is not None and pose.detected:
            scene.skeleton(pose, display.near_side, faint=faint)
        if display.joint is not None:
            scene.joint(display.joint)
        if display.big:
            scene.count(display, self._count_height)
        if display.hold is not None:
            scene.hold_ring(display.hold)
        if display.headline:
            scene.headline(display.headline, display.lines)
        if display.cue is not None:
            scene.banner(display.cue)

    def _how_to(self, exercise: str | None, room: tuple[int, int]) -> Image | None:
        """Return the picture of an exercise in the picture's channels, made to fit the room."""
        if exercise is None:
            return None
        if self._picture is None or self._picture[:2] != (exercise, room):
            found = self._picture_of(exercise)
            if found is not None:
                found = found if self._channels == "rgb" else found[:, :, ::-1].copy()
                found = paint.scaled(found, min(room[0] / found.shape[1], room[1] / found.shape[0]))
            self._picture = (exercise, room, found)
        return self._picture[2]


@dataclass(frozen=True, slots=True)
class _Panel:
    """A panel that was drawn: what it says, the shape of the picture, its place and its pixels."""

    says: Hashable
    size: tuple[int, ...]
    box: paint.Box
    image: Image


class _Scene:
    """One picture being drawn."""

    def __init__(
        self,
        canvas: Image,
        palette: dict[str, Colour],
        pen: Pen,
        *,
        mirrored: bool,
        scale: float,
        panels: dict[str, _Panel],
    ) -> None:
        self.canvas = canvas
        self.height, self.width = canvas.shape[:2]
        self.colour = palette
        self.pen = pen
        self.mirrored = mirrored
        self.scale = scale
        self.panels = panels
        # One hundredth of a side of a square of the same area as a 3:4 picture of this height or
        # width, so that text and lines have the same weight in portrait and landscape.
        self.unit = min(self.height, self.width * 1.25) / 100
        self.margin = round(2.6 * self.unit)

    def at(self, x: float, y: float) -> XY:
        """Return where a point of the unmirrored picture is drawn."""
        x, y = x * self.scale, y * self.scale
        return (self.width - 1 - x if self.mirrored else x), y

    def kept(self, name: str, says: Hashable, draw: Callable[[], paint.Box]) -> None:
        """Draw a panel as it was in the last picture where it says the same; else anew."""
        last = self.panels.get(name)
        if last is not None and (last.says, last.size) == (says, self.canvas.shape):
            paint.put(self.canvas, last.box, last.image)
            return
        box = draw()
        self.panels[name] = _Panel(says, self.canvas.shape, box, paint.keep(self.canvas, box))

    def skeleton(self, pose: Pose, near_side: str | None, *, faint: bool) -> None:
        """Draw the bones and joints, the near side over the far one and stronger."""
        points = pose.points_px * self.scale
        if self.mirrored:
            points[:, 0] = self.width - 1 - points[:, 0]
        ends, places = paint.all_fixed(points), points.tolist()
        finite = np.isfinite(points[:, 0] + points[:, 1]).tolist()
        clear = (pose.landmarks[:, 3] >= _FAINT_BELOW).tolist()
        grey = self.colour["grey"]
        across = [(a, b) for a, b in _ACROSS if finite[a] and finite[b]]
        self._bones(ends, across, grey, 0.5, least=1)
        near = near_side if near_side in SIDES else None
        order: tuple[Side, Side] = ("left", "right") if near == "right" else ("right", "left")
        for side in order:
            strong = not faint and side == (near or side)
            bones = [(a, b) for a, b in _BONES[side] if finite[a] and finite[b]]
            sure = [(a, b) for a, b in bones if strong and clear[a] and clear[b]]
            self._bones(ends, [bone for bone in bones if bone not in sure], grey, 0.4)
            self._bones(ends, sure, self.colour["white"], 0.85)
            for i in _JOINTS[side]:
                if not finite[i]:
                    continue
                bright = strong and clear[i]
                radius = (0.95 if bright else 0.5) * self.unit
                paint.ringed_disc(
                    self.canvas, tuple(places[i]), radius,
                    self.colour["sky"] if bright else grey, self.colour["black"],
                )  # fmt: skip

    def _bones(
        self, ends: paint.Points, bones: list[Bone], colour: Colour, weight: float, *,
        least: int = 2,
    ) -> None:  # fmt: skip
        """Draw bones, pairs of landmarks, with the dark edge that `_bone` has."""
        if not bones:
            return
        thickness = max(least, round(weight * self.unit))
        edge = thickness + max(2, thickness // 2)
        lines = ends[np.array(bones)]
        paint.lines(self.canvas, lines, self.colour["black"], edge, smooth=False)
        paint.lines(self.canvas, lines, colour, thickness)

    def _bone(self, a: XY, b: XY, colour: Colour, thickness: int) -> None:
        if not math.isfinite(a[0] + a[1] + b[0] + b[1]):
            return
        # A dark edge keeps white bones visible on a white wall.
        edge = thickness + max(2, thickness // 2)
        paint.line(self.canvas, a, b, self.colour["black"], edge, smooth=False)
        paint.line(self.canvas, a, b, colour, thickness)

    def joint(self, joint: MarkedJoint) -> None:
        vertex = self.at(*joint.vertex)
        main = self.colour["vermillion" if joint.fault else "sky"]
        label_toward = (0.0, -1.0)
        if joint.zero is not None and joint.moving is not None:
            zero, moving = self.at(*joint.zero), self.at(*joint.moving)
            # The limb at work stands out also where it is the far one.
            self._bone(vertex, moving, self.colour["white"], max(1, round(0.85 * self.unit)))
            radius = min(max(0.45 * math.dist(vertex, moving), 5 * self.unit), 11 * self.unit)
            label_toward = self._angle(joint, (vertex, zero, moving), radius, main)
        paint.ringed_disc(self.canvas, vertex, 1.15 * self.unit, main, self.colour["black"])
        if joint.fault:
            paint.disc(self.canvas, vertex, 2.4 * self.unit, main, max(1, round(0.5 * self.unit)))
        distance = 8.5 * self.unit
        self._tag(
            joint.text,
            (vertex[0] + label_toward[0] * distance, vertex[1] + label_toward[1] * distance),
            round(4.6 * self.unit),
            self.colour["white"],
            edge=main,
        )

    def _angle(
        self, joint: MarkedJoint, rays: tuple[XY, XY, XY], radius: float, main: Colour
    ) -> XY:
        """Draw the arc, its zero direction and its limit; return the direction for the label."""
        vertex, zero, moving = rays
        thin, thick = max(2, round(0.35 * self.unit)), max(3, round(0.9 * self.unit))
        start = _direction_deg(vertex, zero)
        turn = _shortest(_direction_deg(vertex, moving) - start)
        reach = (radius + 2.0 * self.unit) / max(1.0, math.dist(vertex, zero))
        paint.dashed(
            self.canvas, vertex, paint.along(vertex, zero, reach), self.colour["pale"], thin
        )
        if joint.limit_at is not None and joint.limit is not None:
            limit_at = self.at(*joint.limit_at)
            gap = _shortest(_direction_deg(vertex, limit_at) - start - turn)
            paint.arc(
                self.canvas, vertex, radius, (start + turn, start + turn + gap),
                self.colour["yellow"], thin,
            )  # fmt: skip
            scale = radius / max(1.0, math.dist(vertex, limit_at))
            inner, outer = (
                paint.along(vertex, limit_at, scale + part * self.unit * scale / radius)
                for part in (-1.8, 1.8)
            )
            paint.line(self.canvas, inner, outer, self.colour["black"], thick + 2, smooth=False)
            paint.line(self.canvas, inner, outer, self.colour["yellow"], thick)
            if abs(gap) > 4:
                self._tag(
                    value_text(joint.limit, joint.unit),
                    paint.along(vertex, limit_at, scale * (1 + 5.2 * self.unit / radius)),
                    round(3.0 * self.unit),
                    self.colour["yellow"],
                )
        paint.arc(
            self.canvas, vertex, radius, (start, start + turn), self.colour["black"], thick + 2,
            smooth=False,
        )  # fmt: skip
        paint.arc(self.canvas, vertex, radius, (start, start + turn), main, thick)
        taken = [start, start + 180, start + turn]
        if joint.limit_at is not None:
            taken.append(_direction_deg(vertex, self.at(*joint.limit_at)))
        free = math.radians(_middle_of_widest_gap(taken))
        return math.cos(free), math.sin(free)

    def _tag(
        self, text: str, centre: XY, size: int, colour: Colour, *, edge: Colour | None = None
    ) -> None:
        """Write a short text on a dark pill, pushed inside the picture."""
        width = self.pen.width(text, size) + size * 0.7
        height = size * 1.25
        x = min(max(centre[0], width / 2 + 2), self.width - width / 2 - 2)
        y = min(max(centre[1], height / 2 + 2), self.height - height / 2 - 2)
        left, top, right, bottom = x - width / 2, y - height / 2, x + width / 2, y + height / 2
        paint.panel(self.canvas, left, top, right, bottom, radius=round(height * 0.3))
        if edge is not None:
            paint.line(
                self.canvas, (left + height * 0.3, bottom), (right - height * 0.3, bottom), edge,
                max(2, size // 10),
            )  # fmt: skip
        baseline = y + size * DIGIT_HEIGHT / 2
        self.pen.write(self.canvas, text, (x, baseline), colour, size, align="center")

    def count(self, display: Display, count_height: float) -> None:
        """Draw the large number with its target, the side and the count of each side."""
        says = (display.big, display.big_target, display.side_text, display.note, display.counts)
        self.kept("count", (says, count_height), lambda: self._count(display, count_height))

    def _count(self, display: Display, count_height: float) -> paint.Box:
        small = round(4.2 * self.unit)
        pad = round(2.2 * self.unit)
        digits = count_height * self.height
        lines = [text for text in (_sides_line(display), display.note) if text]
        top_line = display.side_text.upper()
        # The ring's place stays free, so that neither has to move when a hold begins.
        room = self.width - 2 * self.margin - 2 * pad - 24.5 * self.unit
        big_width = self.pen.width(display.big, round(digits / DIGIT_HEIGHT), 700)
        if big_width > room:
            digits = max(_LEAST_COUNT_HEIGHT * self.height, digits * room / big_width)
        size = round(digits / DIGIT_HEIGHT)
        big_width = self.pen.width(display.big, size, 700)
        target, target_width = display.big_target, 0
        if target:
            target_width = self.pen.width(target, small)
            if big_width + pad + target_width > room:
                lines, target, target_width = [target, *lines], "", 0
        inner = max(
            [big_width + (target_width + pad if target_width else 0)]
            + [self.pen.width(text, small) for text in [*lines, top_line] if text]
        )
        left = top = self.margin
        head = small * 1.35 if top_line else 0.0
        bottom = top + pad + head + digits + len(lines) * small * 1.35 + pad
        box = paint.panel(
            self.canvas, left, top, left + inner + 2 * pad, bottom, radius=round(2 * self.unit)
        )
        y = top + pad
        if top_line:
            y += head
            self.pen.write(
                self.canvas, top_line, (left + pad, y - small * 0.45), self.colour["sky"], small,
                weight=700,
            )  # fmt: skip
        y += digits
        white = self.colour["white"]
        self.pen.write(self.canvas, display.big, (left + pad, y), white, size, weight=700)
        if target:
            at = (left + pad + big_width + pad, y)
            self.pen.write(self.canvas, target, at, self.colour["pale"], small)
        for text in lines:
            y += small * 1.35
            self.pen.write(
                self.canvas, text, (left + pad, y), self.colour["pale"], small, weight=500
            )
        return box

    def hold_ring(self, hold: HoldShown) -> None:
        """Draw the ring that fills as the hold's target is reached, seconds inside."""
        # Tenths show that a hold counts; a rest needs no such hurry.
        tenths = hold.seconds < 10 and not hold.left
        text = f"{hold.seconds:.1f}" if tenths else str(math.floor(hold.seconds))
        # The ring moves on every tenth of a second.
        says = (text, round(hold.seconds, 1), hold.fraction >= 1, hold.target_s, hold.left)
        self.kept("hold", says, lambda: self._hold_ring(hold, text))

    def _hold_ring(self, hold: HoldShown, text: str) -> paint.Box:
        radius = 10.5 * self.unit
        centre = (self.width - self.margin - radius - self.unit, self.margin + radius + self.unit)
        thick = max(4, round(2.1 * self.unit))
        box = radius + 1.6 * self.unit
        place = paint.panel(
            self.canvas, centre[0] - box, centre[1] - box, centre[0] + box, centre[1] + box,
            radius=round(box),
        )  # fmt: skip
        paint.disc(self.canvas, centre, radius - thick / 2, self.colour["grey"], max(2, thick // 3))
        done = hold.fraction >= 1.0 and not hold.left
        colour = self.colour["sky" if hold.left else "green" if done else "yellow"]
        if hold.fraction > 0:
            paint.arc(
                self.canvas, centre, radius - thick / 2, (-90, -90 + 360 * hold.fraction), colour,
                thick,
            )  # fmt: skip
        size = round(7.2 * self.unit)
        has_target = bool(hold.target_s)
        y = centre[1] + size * DIGIT_HEIGHT * (0.3 if has_target else 0.5)
        white = self.colour["white"]
        self.pen.write(self.canvas, text, (centre[0], y), white, size, weight=700, align="center")
        if has_target:
            small = round(3.2 * self.unit)
            at = (centre[0], y + small * 1.3)
            pale = self.colour["pale"]
            self.pen.write(self.canvas, f"/ {hold.target_s:g} s", at, pale, small, align="center")
        return place

    def banner(self, cue: Cue) -> None:
        """Draw the one sentence at the foot of the picture."""
        self.kept("banner", (cue.text, cue.tone), lambda: self._banner(cue))

    def _banner(self, cue: Cue) -> paint.Box:
        size = round(5.2 * self.unit)
        icon = round(5.6 * self.unit)
        pad = round(2.2 * self.unit)
        room = self.width - 2 * self.margin - icon - 4 * pad
        lines = self.pen.wrap(cue.text, size, room)
        if len(lines) > 2:  # a long sentence gets smaller rather than taller
            size = round(size * 0.8)
            lines = self.pen.wrap(cue.text, size, room)
        text_width = max(self.pen.width(text, size) for text in lines)
        width = icon + text_width + 3.4 * pad
        height = max(icon, len(lines) * size * 1.25) + 1.6 * pad
        left = (self.width - width) / 2
        bottom = self.height - self.margin
        top = bottom - height
        radius = round(1.8 * self.unit)
        box = paint.panel(self.canvas, left, top, left + width, bottom, radius=radius)
        colour = self.colour[_TONE_COLOUR[cue.tone]]
        self._icon(cue.tone, (left + pad + icon / 2, (top + bottom) / 2), icon / 2, colour)
        first = (top + bottom) / 2 - (len(lines) - 1) * size * 1.25 / 2 + size * 0.36
        x = left + icon + 2 * pad
        for i, text in enumerate(lines):
            at = (x, first + i * size * 1.25)
            self.pen.write(self.canvas, text, at, self.colour["white"], size)
        return box

    def _icon(self, tone: Tone, centre: XY, radius: float, colour: Colour) -> None:
        """Draw the sign that says by its shape what the colour says: !, tick or dot."""
        x, y = centre
        white = self.colour["white"]
        thick = max(2, round(radius * 0.26))
        if tone in {"fault", "warning"}:
            corners = [
                (x + radius * 1.1 * math.cos(a), y + radius * 0.15 + radius * 1.1 * math.sin(a))
                for a in (-math.pi / 2, math.pi / 6, 5 * math.pi / 6)
            ]
            paint.polygon(self.canvas, corners, colour)
            paint.line(self.canvas, (x, y - radius * 0.42), (x, y + radius * 0.12), white, thick)
            paint.disc(self.canvas, (x, y + radius * 0.42), thick * 0.62, white)
            return
        paint.disc(self.canvas, centre, radius * 0.95, colour)
        if tone == "good":
            a, b = (x - radius * 0.42, y + radius * 0.05), (x - radius * 0.1, y + radius * 0.38)
            paint.line(self.canvas, a, b, white, thick)
            paint.line(self.canvas, b, (x + radius * 0.45, y - radius * 0.35), white, thick)
        else:
            paint.disc(self.canvas, (x, y - radius * 0.42), thick * 0.62, white)
            paint.line(self.canvas, (x, y - radius * 0.05), (x, y + radius * 0.48), white, thick)

    def picture_room(self) -> tuple[int, int]:
        """Return the width and height that a how-to picture has on the card."""
        return round(self.width * 0.40), round(self.height * 0.56)

    def card(self, display: Display, picture: Image | None) -> None:
        """Draw what comes next: name, dose and steps to the left, its picture to the right."""
        paint.dim(self.canvas)
        small, pad = round(4.4 * self.unit), round(4 * self.unit)
        room_w, room_h = self.picture_room()
        pictured = picture is not None or display.guide is not None
        text_room = self.width - (room_w + 3 * pad if pictured else 2 * pad)
        y = float(pad + small)
        sky, white, pale = (self.colour[name] for name in ("sky", "white", "pale"))
        self.pen.write(self.canvas, display.note.upper(), (pad, y), sky, small, weight=700)
        size = round(8.6 * self.unit)
        names = self.pen.wrap(display.headline, size, text_room)
        while size > small and (
            len(names) > 2 or max(self.pen.width(t, size, 700) for t in names) > text_room
        ):
            size = round(size * 0.9)
            names = self.pen.wrap(display.headline, size, text_room)
        y += small * 0.6
        for text in names:
            y += size * 1.15
            self.pen.write(self.canvas, text, (pad, y), white, size, weight=700)
        y += small * 0.5
        foot = self.height - 24 * self.unit
        for number, line in enumerate(text for text in display.lines if text):
            weight, colour = (700, self.colour["yellow"]) if number == 0 else (500, pale)
            small = round((4.4 if number == 0 else 3.7) * self.unit)
            wrapped = self.pen.wrap(line, small, text_room)
            if y + len(wrapped) * small * 1.3 > foot:
                break  # a step that does not fit is spoken all the same
            y += small * 0.35
            for text in wrapped:
                y += small * 1.3
                self.pen.write(self.canvas, text, (pad, y), colour, small, weight=weight)
        if pictured:
            self._how_to(picture, display.guide, (self.width - pad - room_w, pad, room_w, room_h))
        if display.hold is not None:
            self._seconds_left(display.hold, self.width - pad, pad + room_h)
        if display.framing:
            hint = round(3.2 * self.unit)
            at = (pad, self.height - 20.4 * self.unit)
            self.pen.write(self.canvas, display.framing, at, sky, hint, weight=500)
        if display.cue is not None:
            self.banner(display.cue)

    def _how_to(
        self, picture: Image | None, guide: str | None, box: tuple[int, int, int, int]
    ) -> None:
        left, top, width, height = box
        region = self.canvas[top : top + height, left : left + width]
        if picture is None:
            paint.panel(self.canvas, left, top, left + width, top + height, radius=round(self.unit))
            if guide is not None:
                draw_guide(region, guide, self.colour["sky"], toward_right=self.mirrored)
            return
        high, wide = picture.shape[:2]
        y, x = max(0, (height - high) // 2), max(0, (width - wide) // 2)
        target = region[y : y + high, x : x + wide]
        target[:] = picture[: target.shape[0], : target.shape[1]]

    def _seconds_left(self, hold: HoldShown, right: float, top: float) -> None:
        """Draw a large number of seconds at the foot of the picture's place."""
        size = round(13 * self.unit)
        y = top + size * 1.15
        text = str(math.ceil(hold.seconds))
        self.pen.write(
            self.canvas, text, (right, y), self.colour["white"], size, weight=700, align="right"
        )
        width = self.pen.width("00", size, 700) + 2 * self.unit
        thick = max(4, round(1.2 * self.unit))
        end = right - width
        start = end - 26 * self.unit
        line_y = y - size * 0.26
        paint.line(self.canvas, (start, line_y), (end, line_y), self.colour["grey"], thick)
        if hold.fraction > 0:
            there = (start + (end - start) * hold.fraction, line_y)
            paint.line(self.canvas, (start, line_y), there, self.colour["sky"], thick)

    def headline(self, text: str, lines: tuple[str, ...]) -> None:
        """Draw a large word or number in the middle, with lines of text under it."""
        self.kept("headline", (text, lines), lambda: self._headline(text, lines))

    def _fitted(
        self, lines: tuple[str, ...], size: int, height: float, width: float
    ) -> tuple[tuple[str, ...], int]:
        """Return lines and their size so that the picture holds them beside what is there already.

        They get a little smaller first, then longer ones are broken, then they get as small as it
        takes.
        """
        room = round(self.width - 2 * self.margin - width)
        tall = self.height - 2 * self.margin - height
        least = round(size * 0.8)
        while size > least and max((self.pen.width(t, size) for t in lines), default=0) > room:
            size -= 1
        while True:
            broken = tuple(part for line in lines for part in self.pen.wrap(line, size, room))
            if len(broken) * size * 1.5 <= tall or size <= 1:
                return broken, size
            size -= 1

    def _headline(self, text: str, lines: tuple[str, ...]) -> paint.Box:
        size = round((26 if len(text) <= 2 else 10) * self.unit)
        small = round(4.8 * self.unit)
        pad = round(4 * self.unit)
        while size > small and self.pen.width(text, size, 700) > self.width - 4 * self.margin:
            size = round(size * 0.9)
        lines, small = self._fitted(lines, small, size * 0.8 + 2 * pad, 2 * pad)
        widths = [self.pen.width(text, size, 700)] + [self.pen.width(t, small) for t in lines]
        width = max(widths) + 2 * pad
        height = size * 0.8 + len(lines) * small * 1.5 + 2 * pad
        left, top = (self.width - width) / 2, (self.height - height) / 2
        radius = round(3 * self.unit)
        box = paint.panel(self.canvas, left, top, left + width, top + height, radius=radius)
        y = top + pad + size * 0.77
        middle = self.width / 2
        white = self.colour["white"]
        self.pen.write(self.canvas, text, (middle, y), white, size, weight=700, align="center")
        for i, extra in enumerate(lines):
            at = (middle, y + (i + 1) * small * 1.5)
            pale = self.colour["pale"]
            self.pen.write(self.canvas, extra, at, pale, small, align="center")
        return box


def _sides_line(display: Display) -> str:
    """Return the count of each side in one line: ``L 3 · R 2``."""
    shown = [c for c in display.counts if c.side != "both"]
    if len(shown) < 2:
        return ""
    return "   ".join(
        f"{c.side_short} {c.done}" + (f"/{c.target}" if c.target else "") for c in shown
    )


def _direction_deg(start: XY, end: XY) -> float:
    return math.degrees(math.atan2(end[1] - start[1], end[0] - start[0]))


def _middle_of_widest_gap(directions_deg: list[float]) -> float:
    """Return the direction that is furthest from all of these; of equal ones the upper."""
    taken = sorted(direction % 360 for direction in directions_deg)
    gaps = [
        (after - before, (before + after) / 2)
        for before, after in itertools.pairwise([*taken, taken[0] + 360])
    ]
    # The bonus for "up" keeps the label from jumping between two gaps of nearly the same width.
    return max(gaps, key=lambda gap: gap[0] - 15 * math.sin(math.radians(gap[1])))[1]


def _shortest(degrees: float) -> float:
    """Return the same turn as -180–180."""
    return (degrees + 180) % 360 - 180
