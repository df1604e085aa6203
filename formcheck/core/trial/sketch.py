"""The stick figure as lines: for a page (SVG) and for whoever draws pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from formcheck.core.pose import SIDES, Landmark, landmark_of
from formcheck.core.trial.figure import Figure

Part = Literal["far", "trunk", "near"]
XY = tuple[float, float]
HEAD_M = 0.1
_LIMBS = (("shoulder", "elbow", "wrist"), ("hip", "knee", "ankle", "heel", "foot_index", "ankle"))
_GREY, _DARK, _BLUE = "#9aa3ad", "#2b3440", "#2f6fb5"
_COLOURS: dict[Part, str] = {"far": _GREY, "trunk": _DARK, "near": _BLUE}


@dataclass(frozen=True)
class Sketch:
    """Lines in metres, x to the right, y down, the floor at 0, about the middle of the hips.

    Attributes
    ----------
    lines : tuple of (part, points)
        What is further away comes first.
    head : (float, float)
    """

    lines: tuple[tuple[Part, tuple[XY, ...]], ...]
    head: XY

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom."""
        points = [point for _, line in self.lines for point in line]
        points += [(self.head[0] - HEAD_M, self.head[1] - HEAD_M)]
        points += [(self.head[0] + HEAD_M, self.head[1] + HEAD_M)]
        xs, ys = zip(*points, strict=True)
        return min(xs), min(ys), max(xs), max(ys)


def sketch_of(figure: Figure) -> Sketch:
    """Return a figure as lines."""
    points = figure.points()
    floor = max(float(point[1]) for mark, point in points.items() if mark >= 11)

    def at(mark: Landmark) -> XY:
        return float(points[mark][0]), float(points[mark][1]) - floor

    lines: list[tuple[Part, tuple[XY, ...]]] = []
    order = sorted(SIDES, key=lambda side: -float(points[landmark_of(side, "hip")][2]))
    for side in order:
        part: Part = "far" if side == order[0] else "near"
        for limb in _LIMBS:
            lines.append((part, tuple(at(landmark_of(side, joint)) for joint in limb)))
    girdles = [
        tuple(at(landmark_of(side, joint)) for side in SIDES) for joint in ("shoulder", "hip")
    ]
    (shoulders, hips) = (_middle(*pair) for pair in girdles)
    ears = _middle(at(Landmark.LEFT_EAR), at(Landmark.RIGHT_EAR))
    trunk: list[tuple[Part, tuple[XY, ...]]] = [("trunk", (hips, shoulders, ears))]
    trunk += [("trunk", pair) for pair in girdles]
    half = len(_LIMBS)
    return Sketch((*lines[:half], *trunk, *lines[half:]), ears)


def joint_in(figure: Figure, side: str, joint: str) -> XY:
    """Return where a joint is in the sketch of a figure; "both" is the left one."""
    points = figure.points()
    floor = max(float(point[1]) for mark, point in points.items() if mark >= 11)
    at = points[landmark_of("right" if side == "right" else "left", joint)]
    return float(at[0]), float(at[1]) - floor


def svg_of(figures: Sequence[Figure], *, title: str) -> str:
    """Return figures side by side as an SVG frame.

    Parameters
    ----------
    figures : sequence of Figure
    title : str
        What they show, for people who cannot see it.
    """
    scale, margin = 200.0, 24.0
    parts: list[str] = []
    x, height = margin, 0.0
    sketches = [sketch_of(figure) for figure in figures]
    top = min(sketch.box[1] for sketch in sketches)
    for sketch in sketches:
        left, _, right, _ = sketch.box
        dx, dy = x - scale * left, margin - scale * top
        for part, line in sketch.lines:
            path = " ".join(f"{dx + scale * px:.1f},{dy + scale * py:.1f}" for px, py in line)
            parts.append(f'<polyline points="{path}" stroke="{_COLOURS[part]}"/>')
        cx, cy = dx + scale * sketch.head[0], dy + scale * sketch.head[1]
        parts.append(
            f'<circle cx="{cx:.1f}" cy="{cy:.1f}" r="{scale * HEAD_M:.1f}" stroke="{_DARK}"/>'
        )
        x += scale * (right - left) + 2 * margin
        height = margin - scale * top
    width, height = x - margin, height + margin
    floor = f'<path d="M0,{height - margin:.1f}H{width:.1f}" stroke="{_GREY}" stroke-width="2"/>'
    safe = title.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}"><title>{safe}</title>{floor}'
        '<g fill="none" stroke-width="9" stroke-linecap="round" stroke-linejoin="round">'
        f"{''.join(parts)}</g></svg>\n"
    )


def _middle(one: XY, other: XY) -> XY:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2
