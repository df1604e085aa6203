"""How the person is turned towards the camera."""

from __future__ import annotations

import cmath
import math
from dataclasses import dataclass
from typing import Literal

from formcheck.core.geometry import NAN, wrap_deg
from formcheck.core.pose import Pose, Side

ViewName = Literal["side", "front", "back", "oblique"]

# MediaPipe's world landmarks turn people toward the camera: true side views of recorded people read
# 45–100° (hips 48–98°, shoulders 55–100°; ../shared/real_people, 2026-11). So "side" is wide.
SIDE_FROM_DEG, SIDE_TO_DEG = 42.0, 138.0
FRONT_BELOW_DEG, BACK_ABOVE_DEG = 30.0, 150.0
SETTLE_S = 0.5
NEAR_SIDE_MARGIN_DEG = 20.0
# Shoulders further from the hips than this are turned on purpose. The legs go with the hips, and it
# is the legs that have to be seen from the side; heuristic.
TWIST_DEG = 18.0


@dataclass(frozen=True, slots=True)
class View:
    """How the person is turned.

    Attributes
    ----------
    turn_deg : float
        0 = facing the camera, 90 = left side toward it, −90 = right side toward it, ±180 = back.
    spread_deg : float
        How much the estimate moved lately: its uncertainty.
    name : {"side", "front", "back", "oblique"}
    near_side : {"left", "right"}
        The side nearer the camera (locked: it changes only on clear evidence).
    """

    turn_deg: float
    spread_deg: float
    name: ViewName
    near_side: Side


def turn_of(pose: Pose) -> float:
    """Return the turn of hips and shoulders about the trunk's long axis, degrees.

    Where the shoulders are turned against the hips, it is that of the hips.

    Parameters
    ----------
    pose : Pose

    Returns
    -------
    float
        0 = facing the camera, 90 = left side toward it, NaN where nobody was found. It holds for
        lying people too: sideways is taken across the trunk as it lies in the picture.

    Notes
    -----
    Heuristic; world landmarks decide the view only, never a verdict in degrees
    (docs/measurement.md).
    """
    w = pose.world
    ls, rs, lh, rh = w[11].tolist(), w[12].tolist(), w[23].tolist(), w[24].tolist()
    ex = (ls[0] + rs[0] - lh[0] - rh[0]) / 2
    ey = (ls[1] + rs[1] - lh[1] - rh[1]) / 2
    norm = math.hypot(ex, ey)
    if not norm > 0:
        return NAN
    px, py = -ey / norm, ex / norm
    turns = []
    for left, right in ((lh, rh), (ls, rs)):
        dx, dy, dz = right[0] - left[0], right[1] - left[1], right[2] - left[2]
        size = math.sqrt(dx * dx + dy * dy + dz * dz) or 1.0
        turns.append(complex(-(dx * px + dy * py) / size, dz / size))
    hips, shoulders = turns
    twist_deg = abs(math.degrees(cmath.phase(hips * shoulders.conjugate())))
    both = hips if twist_deg > TWIST_DEG else hips + shoulders
    return math.degrees(cmath.phase(both))


def name_of_turn(turn_deg: float, previous: ViewName | None = None) -> ViewName:
    """Return the view's name; the previous one is kept within 5° of a border."""
    give = 5.0 if previous is not None else 0.0
    turn = abs(turn_deg)
    low = SIDE_FROM_DEG - (give if previous == "side" else -give if previous else 0.0)
    high = SIDE_TO_DEG + (give if previous == "side" else -give if previous else 0.0)
    if low <= turn <= high:
        return "side"
    if turn < FRONT_BELOW_DEG + (give if previous == "front" else 0.0):
        return "front"
    if turn > BACK_ABOVE_DEG - (give if previous == "back" else 0.0):
        return "back"
    return "oblique"


class ViewEstimator:
    """Steady estimate of the view from one pose after another."""

    def __init__(self) -> None:
        self._cos = self._sin = 0.0
        self._spread = 45.0
        self._last_s: float | None = None
        self._name: ViewName | None = None
        self._near: Side | None = None

    def update(self, time_s: float, pose: Pose) -> View | None:
        """Return the view after this pose, None until somebody was seen."""
        turn = turn_of(pose)
        if not math.isnan(turn):
            weight = 1.0
            if self._last_s is not None:
                dt = min(max(time_s - self._last_s, 0.0), 1.0)
                weight = 1.0 - math.exp(-dt / SETTLE_S)
            angle = math.radians(turn)
            self._cos += weight * (math.cos(angle) - self._cos)
            self._sin += weight * (math.sin(angle) - self._sin)
            off = abs(wrap_deg(turn - math.degrees(math.atan2(self._sin, self._cos))))
            self._spread += weight * (off - self._spread)
            self._last_s = time_s
        if self._last_s is None:
            return None
        smooth = math.degrees(math.atan2(self._sin, self._cos))
        self._name = name_of_turn(smooth, self._name)
        margin = math.sin(math.radians(NEAR_SIDE_MARGIN_DEG))
        if self._near is None or (self._sin > margin) or (self._sin < -margin):
            self._near = "left" if self._sin >= 0 else "right"
        return View(smooth, self._spread, self._name, self._near)
