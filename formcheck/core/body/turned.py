"""Whether the whole picture lies on its side or upside down, and poses turned upright.

A camera hung sideways whose file does not say so shows everybody lying, also those who do an
exercise that nobody can do lying down.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from formcheck.core.pose import Pose, hips_and_trunk
from formcheck.core.spec.fields import Position

Turn = Literal[0, 90, 180, 270]
"""Clockwise, degrees."""

LYING: frozenset[Position] = frozenset({"supine", "supine_edge", "prone"})
# Own figures: people who get up from the floor before they begin are upright for more than this.
_LEAST_SHARE = 0.9
_LEAST_S = 1.0
# How much the trunk must point one way rather than across it.
_CLEARLY = 1.2
_LONGEST_STEP_S = 0.5


class TurnWatch:
    """Watches which way the trunk points; for exercises that are done upright.

    Parameters
    ----------
    position : Position
        The exercise's; where it is done lying, nothing is found.
    """

    def __init__(self, position: Position) -> None:
        self._upright = position not in LYING
        self._seconds: dict[Turn, float] = {0: 0.0, 90: 0.0, 180: 0.0, 270: 0.0}
        self._last_s: float | None = None

    def update(self, pose: Pose) -> None:
        """Take the next pose."""
        last_s, self._last_s = self._last_s, pose.time_s
        if last_s is None or not pose.detected or not self._upright:
            return
        turn = _turn_that_rights(pose)
        if turn is not None:
            self._seconds[turn] += min(pose.time_s - last_s, _LONGEST_STEP_S)

    @property
    def turn(self) -> Turn:
        """How far the picture must be turned clockwise for the person to be upright."""
        found: Turn = max(self._seconds, key=lambda turn: self._seconds[turn])
        seconds, total = self._seconds[found], sum(self._seconds.values())
        return found if seconds >= max(_LEAST_S, _LEAST_SHARE * total) else 0


def turned(pose: Pose, turn: Turn) -> Pose:
    """Return a pose as it would be seen in the picture turned clockwise."""
    if turn == 0:
        return pose
    width, height = pose.size_px
    landmarks, world = pose.landmarks.copy(), pose.world.copy()
    x, y = pose.landmarks[:, 0], pose.landmarks[:, 1]
    across, down = pose.world[:, 0], pose.world[:, 1]
    if turn == 180:
        landmarks[:, 0], landmarks[:, 1] = 1 - x, 1 - y
        world[:, 0], world[:, 1] = -across, -down
        return replace(pose, landmarks=landmarks, world=world)
    # Clockwise, what was above is to the right.
    landmarks[:, 0], landmarks[:, 1] = (1 - y, x) if turn == 90 else (y, 1 - x)
    world[:, 0], world[:, 1] = (-down, across) if turn == 90 else (down, -across)
    # z is in widths of the picture.
    landmarks[:, 2] *= width / height
    return replace(pose, size_px=(height, width), landmarks=landmarks, world=world)


def _turn_that_rights(pose: Pose) -> Turn | None:
    _, (x, y) = hips_and_trunk(pose.points_px.tolist())
    if abs(y) > _CLEARLY * abs(x):
        return 0 if y < 0 else 180
    if abs(x) > _CLEARLY * abs(y):
        return 270 if x > 0 else 90
    return None
