"""The trunk of one frame as the spine is judged by: its outline by tenths, thighs, lean and arms.

All of it in the trunk's own coordinates, so that place, size and mirror do not matter.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from formcheck.core.body.body import Body
from formcheck.core.body.posture import thigh_trunk_flexion_deg
from formcheck.core.geometry import Vec
from formcheck.core.measure.outline import STATIONS
from formcheck.core.measure.spine_fit import ANTERIOR_TENTHS, POSTERIOR_TENTHS, TENTH
from formcheck.core.pose import SIDES, FloatArray

# Where an arm matters, along the trunk.
BACK, FRONT = (0.12, 0.6), (0.35, 0.95)


@dataclass(frozen=True, slots=True)
class Trunk:
    """What of one frame is compared with the neutral.

    Attributes
    ----------
    shape : array, shape (F,)
        As `trunk_shape` gives it.
    thighs_deg : float
        Mean angle between the thighs and the trunk line, flexed positive.
    lean_deg : float
        Lean of the trunk line, forward positive.
    overhead : float
        How far the arm at the camera points beyond the head: 0 square to the trunk, 1 in line.
    """

    shape: FloatArray
    thighs_deg: float
    lean_deg: float
    overhead: float = 0.0


def _stations_of(tenths: tuple[float, ...]) -> npt.NDArray[np.intp]:
    """Return the stations (len(tenths), S) in each tenth of the trunk."""
    half = TENTH / 2 + 1e-9
    return np.array([np.flatnonzero(np.abs(STATIONS - tenth) <= half) for tenth in tenths])


_POSTERIOR, _ANTERIOR = _stations_of(POSTERIOR_TENTHS), _stations_of(ANTERIOR_TENTHS)
_LOWER, _UPPER = slice(2, 5), slice(7, 10)


def trunk_shape(outline: FloatArray, turn_sign: float) -> FloatArray:
    """Return the two outlines, averaged over tenths of the trunk.

    Parameters
    ----------
    outline : array, shape (K,)
        As `formcheck.core.measure.outline.sample_outline` gives it.
    turn_sign : {1, -1}
        +1 where the left side is near the camera (`Body.turn_sign`).

    Returns
    -------
    array, shape (F,)
        Posterior offsets at `POSTERIOR_TENTHS`, then anterior ones at `ANTERIOR_TENTHS`, in trunk
        lengths; NaN where a part of the tenth was not seen.
    """
    half = len(STATIONS)
    # With the left side near, "up the trunk" turned clockwise on the screen points to the back.
    clockwise, other = outline[:half], outline[half : 2 * half]
    back, front = (clockwise, other) if turn_sign > 0 else (other, clockwise)
    # A mean, not a product with weights: one unknown station makes only its own tenth unknown.
    return np.concatenate([back[_POSTERIOR].mean(axis=1), front[_ANTERIOR].mean(axis=1)])


def blur_of_back(outline: FloatArray, turn_sign: float) -> float:
    """Return how blurred the mask's edge is at the back, trunk lengths; 0 where not recorded."""
    value = _clearness(outline, 0, turn_sign)
    return 0.0 if math.isnan(value) else value


def contrast_of(
    outline: FloatArray, turn_sign: float, direction: Literal["back", "front"]
) -> float:
    """Return how well the frame shows the edge, 0–1; 1 where not recorded."""
    value = _clearness(outline, 2, turn_sign if direction == "back" else -turn_sign)
    return 1.0 if math.isnan(value) else value


def _clearness(outline: FloatArray, first: int, turn_sign: float) -> float:
    # Recordings made before these numbers were kept end with the outline.
    kept = outline[2 * len(STATIONS) :]
    place = first + (0 if turn_sign > 0 else 1)
    return float(kept[place]) if place < len(kept) else math.nan


def hollow_of(shape: FloatArray) -> float:
    """Return how far the lower back lies inside the upper one, trunk lengths.

    Mean posterior offset at 0.7–0.9 of the trunk, less that at 0.2–0.4. A shirt that hangs from the
    shoulder blades, or a mask that has taken some of the wall, leaves nothing of it.
    """
    return float(shape[_UPPER].mean() - shape[_LOWER].mean())


def thighs_deg(body: Body) -> float:
    """Return the mean angle of thighs and trunk line: 0 in line, flexed positive, −120…240°."""
    return sum(thigh_trunk_flexion_deg(body, side) for side in SIDES) / 2


def overhead(body: Body) -> float:
    """Return how far the arm at the camera points beyond the head, 0–1."""
    shoulder, elbow = (
        _in_trunk(body, body.joint(body.view.near_side, joint)) for joint in ("shoulder", "elbow")
    )
    arm = math.dist(shoulder, elbow)
    return max(0.0, (elbow[0] - shoulder[0]) / arm) if arm > 0 else 0.0


def nearest_arm(body: Body, outline: FloatArray, direction: Literal["back", "front"]) -> float:
    """Return how far inside an outline of the trunk the nearest arm is, trunk lengths.

    The arms' bones are compared with the outline in the trunk's own coordinates: negative where a
    bone is outside it, infinite where no arm is at that height.
    """
    sign, reach = (1.0, BACK) if direction == "back" else (-1.0, FRONT)
    half = len(STATIONS)
    edge = outline[:half] if body.turn_sign * sign > 0 else outline[half : 2 * half]
    nearest = math.inf
    for side in SIDES:
        shoulder, elbow, wrist = (
            _in_trunk(body, body.joint(side, joint)) for joint in ("shoulder", "elbow", "wrist")
        )
        for a, b in ((shoulder, elbow), (elbow, wrist)):
            for share in (0.25, 0.5, 0.75, 1.0):
                along, behind = a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])
                if reach[0] <= along <= reach[1]:
                    station = round((along - STATIONS[0]) / (STATIONS[1] - STATIONS[0]))
                    nearest = min(nearest, float(edge[station]) - sign * behind)
    return nearest


def _in_trunk(body: Body, point: Vec) -> Vec:
    """Return how far up the trunk and how far behind its line a point is, in trunk lengths."""
    x, y = point[0] - body.hips[0], point[1] - body.hips[1]
    ux, uy = body.trunk
    size = body.trunk_px**2
    if not size > 0:
        return math.nan, math.nan
    behind = body.turn_sign * (-x * uy + y * ux) / size
    return (x * ux + y * uy) / size, behind
