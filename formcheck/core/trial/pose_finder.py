"""Finds joint angles of the stick figure that keep bounds: the inverse of measuring.

A small Levenberg–Marquardt search with numeric derivatives: each bound that is missed pulls, and
each angle that leaves where it was pulls back a little, so that as little as possible moves.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from formcheck.core.body.body import Body
from formcheck.core.body.view import View, ViewName
from formcheck.core.measure.kinds import REGISTRY
from formcheck.core.pose import FloatArray, Side
from formcheck.core.trial.figure import THIGH_M, Figure

NATURAL = 0.1
"""Weight of a wish that nobody asked for: it does not count as missed."""
NO_OUTLINE = frozenset({"pelvis_tilt_change", "lumbar_change"})
"""Kinds that need the outline of a trunk, which no stick figure has."""

# Degrees that each angle may take, and how stiff it is: what moves last is stiffest. Heuristic.
_LIMITS: dict[str, tuple[float, float, float]] = {
    "thigh": (-45.0, 145.0, 1.0),
    "knee": (0.0, 150.0, 1.0),
    "foot": (0.0, 120.0, 2.0),
    "arm": (-60.0, 185.0, 2.0),
    "elbow": (0.0, 145.0, 2.0),
    "lean": (-50.0, 75.0, 3.0),
    "sway": (-40.0, 40.0, 3.0),
    "hip_list": (-25.0, 25.0, 3.0),
    "spread": (-10.0, 50.0, 2.0),
    "curl": (-15.0, 75.0, 2.0),
    "twist": (-60.0, 60.0, 3.0),
    "lying_deg": (-120.0, 130.0, 4.0),
}
_PAIRED = ("thigh", "knee", "foot", "arm", "elbow")
# A miss of one scale pulls as much as ten of a loose angle's 10 degrees; heuristic.
_SCALE = {"deg": 3.0, "ratio": 0.04, "per_s": 3.0}
_STIFFNESS = 0.004
UPRIGHT_BELOW_DEG = 45.0
FOUND = 0.2
_STEP_DEG, _ROUNDS, _UNKNOWN_MISS = 0.5, 60, 4.0
_PX_PER_M = 300.0


@dataclass(frozen=True)
class Wish:
    """A measurement that should lie between two values, and how much it matters.

    Attributes
    ----------
    kind : str
    side : {"left", "right"}
    low, high : float
    weight : float
    """

    kind: str
    side: Side
    low: float
    high: float
    weight: float = 1.0


def value_of(figure: Figure, kind: str, side: Side) -> float:
    """Return what a figure truly measures, NaN where this view does not show it."""
    return _value(_body(figure), kind, side)


def find_pose(
    start: Figure, wishes: Sequence[Wish], *, both_alike: bool = False, thorough: bool = False
) -> tuple[Figure, float]:
    """Return a figure that keeps the wishes, and by how much it misses them at worst.

    Parameters
    ----------
    start : Figure
        Where the search begins, and what it stays near to.
    wishes : sequence of Wish
    both_alike : bool
        Left and right limbs move together.
    thorough : bool
        Searches from other limbs' positions too, where the first search does not succeed.

    Returns
    -------
    Figure
    float
        Worst miss, in scales of its unit (3 degrees, 0.04 of the trunk); nothing below `FOUND`.
    """
    best, miss = _search(start, start, wishes, both_alike=both_alike)
    bent = [
        start.but(thigh_left=start.thigh_left + bend, knee_left=min(150.0, start.knee_left + bend))
        for bend in (40.0, 80.0)
    ]
    # From the front an arm that is lifted forward says nothing until it points up.
    elsewhere = [start.but(arm_left=165.0), *bent]
    for begin in elsewhere if thorough else ():
        if miss < FOUND:
            break
        other, other_miss = _search(begin, start, wishes, both_alike=both_alike)
        if other_miss < miss:
            best, miss = other, other_miss
    return best, miss


def _search(
    begin: Figure, home: Figure, wishes: Sequence[Wish], *, both_alike: bool
) -> tuple[Figure, float]:
    names = _free(both_alike)
    low, high, stiff = (
        np.array([_LIMITS[_limb(group[0])][i] for group in names]) for i in range(3)
    )
    if abs(home.lying_deg) < UPRIGHT_BELOW_DEG:
        stiff[names.index(("lying_deg",))] *= 8.0  # whoever stands does not tip over as a whole

    def figure_of(angles: FloatArray) -> Figure:
        changes = {
            name: float(angle) for group, angle in zip(names, angles, strict=True) for name in group
        }
        return begin.but(**changes)

    def misses(angles: FloatArray) -> FloatArray:
        body = _body(figure_of(angles))
        return np.array([_miss(body, wish) for wish in wishes])

    def residuals(angles: FloatArray) -> FloatArray:
        pull = math.sqrt(_STIFFNESS) * stiff * (angles - at_home) / 10.0
        return np.concatenate([misses(angles), pull])

    at_home = np.array([getattr(home, group[0]) for group in names])
    angles = np.clip(np.array([getattr(begin, group[0]) for group in names]), low, high)
    now = residuals(angles)
    damping = 1.0
    for _ in range(_ROUNDS):
        slopes = np.empty((len(now), len(angles)))
        for column in range(len(angles)):
            moved = angles.copy()
            sign = -1.0 if moved[column] + _STEP_DEG > high[column] else 1.0
            moved[column] += sign * _STEP_DEG
            slopes[:, column] = (residuals(moved) - now) / (sign * _STEP_DEG)
        square = slopes.T @ slopes
        step = np.linalg.solve(
            square + damping * (np.diag(np.diag(square)) + 1e-9 * np.eye(len(angles))),
            -slopes.T @ now,
        )
        there = np.clip(angles + np.clip(step, -25.0, 25.0), low, high)
        after = residuals(there)
        if after @ after < now @ now:
            small = float(np.max(np.abs(there - angles))) < 0.02
            angles, now, damping = there, after, max(1e-4, damping / 3.0)
            if small:
                break
        else:
            damping *= 4.0
            if damping > 1e6:
                break
    asked = np.array([wish.weight > NATURAL for wish in wishes], dtype=bool)
    worst = float(np.max(np.abs(misses(angles)[asked]), initial=0.0)) if wishes else 0.0
    return figure_of(angles), worst


def _free(both_alike: bool) -> list[tuple[str, ...]]:
    groups: list[tuple[str, ...]] = []
    for name in _LIMITS:
        if name not in _PAIRED:
            groups.append((name,))
        elif both_alike:
            groups.append((f"{name}_left", f"{name}_right"))
        else:
            groups += [(f"{name}_left",), (f"{name}_right",)]
    return groups


def _limb(name: str) -> str:
    return name.removesuffix("_left").removesuffix("_right")


def _miss(body: Body, wish: Wish) -> float:
    if body.view.name not in REGISTRY[wish.kind].views:
        return 0.0  # another view shows it
    value = _value(body, wish.kind, wish.side)
    if math.isnan(value):
        return wish.weight * _UNKNOWN_MISS
    scale = _SCALE[REGISTRY[wish.kind].unit]
    if value < wish.low:
        return wish.weight * (value - wish.low) / scale
    return wish.weight * max(0.0, value - wish.high) / scale


def _value(body: Body, kind: str, side: Side) -> float:
    if kind in NO_OUTLINE or body.view.name not in REGISTRY[kind].views:
        return math.nan
    return REGISTRY[kind].compute(body, side)


def _body(figure: Figure) -> Body:
    """Return the figure as a camera without error sees it."""
    turn = figure.turn_deg
    name: ViewName = "side" if abs(abs(turn) - 90.0) < 45.0 else "front"
    near: Side = "left" if turn >= 0 else "right"
    return Body(
        figure.joints(px_per_m=_PX_PER_M), View(turn, 0.0, name, near), 0.0, THIGH_M * _PX_PER_M
    )

