"""The joint to look at: its angle, the limit, and the value beside it."""

from __future__ import annotations

import itertools
import math

from formcheck.core.coach.display import MarkedJoint
from formcheck.core.formatting import value_text
from formcheck.draw import primitives
from formcheck.draw.primitives import XY, Colour
from formcheck.draw.scene import Scene


class JointAnnotator:
    """Draws a marked joint with its arc from zero, its limit and its value.

    Parameters
    ----------
    colour, fault_colour, limit_colour : str
        Colours by their names in the palette.
    """

    def __init__(
        self,
        *,
        colour: str = "sky",
        fault_colour: str = "vermillion",
        limit_colour: str = "yellow",
    ) -> None:
        self._colour, self._fault_colour, self._limit_colour = colour, fault_colour, limit_colour

    def draw(self, scene: Scene, joint: MarkedJoint) -> None:
        """Draw the joint."""
        vertex = scene.at(*joint.vertex)
        main = scene.colour[self._fault_colour if joint.fault else self._colour]
        label_toward = (0.0, -1.0)
        if joint.zero is not None and joint.moving is not None:
            zero, moving = scene.at(*joint.zero), scene.at(*joint.moving)
            # The limb at work stands out also where it is the far one.
            _bone(scene, vertex, moving, scene.colour["white"], max(1, round(0.85 * scene.unit)))
            radius = min(max(0.45 * math.dist(vertex, moving), 5 * scene.unit), 11 * scene.unit)
            label_toward = self._angle(scene, joint, (vertex, zero, moving), radius, main)
        primitives.ringed_disc(scene.canvas, vertex, 1.15 * scene.unit, main, scene.colour["black"])
        if joint.fault:
            primitives.disc(
                scene.canvas, vertex, 2.4 * scene.unit, main, max(1, round(0.5 * scene.unit))
            )
        distance = 8.5 * scene.unit
        scene.tag(
            joint.text,
            (vertex[0] + label_toward[0] * distance, vertex[1] + label_toward[1] * distance),
            round(4.6 * scene.unit),
            scene.colour["white"],
            edge=main,
        )

    def _angle(
        self, scene: Scene, joint: MarkedJoint, rays: tuple[XY, XY, XY], radius: float, main: Colour
    ) -> XY:
        """Draw the arc, its zero direction and its limit; return the direction for the label."""
        vertex, zero, moving = rays
        thin, thick = max(2, round(0.35 * scene.unit)), max(3, round(0.9 * scene.unit))
        start = _direction_deg(vertex, zero)
        turn = _shortest(_direction_deg(vertex, moving) - start)
        reach = (radius + 2.0 * scene.unit) / max(1.0, math.dist(vertex, zero))
        primitives.dashed(
            scene.canvas, vertex, primitives.along(vertex, zero, reach), scene.colour["pale"], thin
        )
        if joint.limit_at is not None and joint.limit is not None:
            limit_at = scene.at(*joint.limit_at)
            gap = _shortest(_direction_deg(vertex, limit_at) - start - turn)
            primitives.arc(
                scene.canvas, vertex, radius, (start + turn, start + turn + gap),
                scene.colour[self._limit_colour], thin,
            )  # fmt: skip
            scale = radius / max(1.0, math.dist(vertex, limit_at))
            inner, outer = (
                primitives.along(vertex, limit_at, scale + part * scene.unit * scale / radius)
                for part in (-1.8, 1.8)
            )
            primitives.line(
                scene.canvas, inner, outer, scene.colour["black"], thick + 2, smooth=False
            )
            primitives.line(scene.canvas, inner, outer, scene.colour[self._limit_colour], thick)
            if abs(gap) > 4:
                scene.tag(
                    value_text(joint.limit, joint.unit),
                    primitives.along(vertex, limit_at, scale * (1 + 5.2 * scene.unit / radius)),
                    round(3.0 * scene.unit),
                    scene.colour[self._limit_colour],
                )
        primitives.arc(
            scene.canvas, vertex, radius, (start, start + turn), scene.colour["black"], thick + 2,
            smooth=False,
        )  # fmt: skip
        primitives.arc(scene.canvas, vertex, radius, (start, start + turn), main, thick)
        taken = [start, start + 180, start + turn]
        if joint.limit_at is not None:
            taken.append(_direction_deg(vertex, scene.at(*joint.limit_at)))
        free = math.radians(_middle_of_widest_gap(taken))
        return math.cos(free), math.sin(free)


def _bone(scene: Scene, a: XY, b: XY, colour: Colour, thickness: int) -> None:
    if not math.isfinite(a[0] + a[1] + b[0] + b[1]):
        return
    # A dark edge keeps white bones visible on a white wall.
    edge = thickness + max(2, thickness // 2)
    primitives.line(scene.canvas, a, b, scene.colour["black"], edge, smooth=False)
    primitives.line(scene.canvas, a, b, colour, thickness)


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
