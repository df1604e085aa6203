"""From raw poses to a body one can measure: view, sides, sizes."""

from __future__ import annotations

from dataclasses import dataclass

from formcheck.body import Body
from formcheck.pose import Pose
from formcheck.view import ViewEstimator


@dataclass(frozen=True, slots=True)
class Tracked:
    """A pose after tracking; body is None where nobody (or not the person) is to be measured."""

    pose: Pose
    body: Body | None
    repaired: bool = False
    reason: str = "nobody is in the picture"


class Tracker:
    """Keeps what is known about the person from frame to frame."""

    def __init__(self, roll_deg: float = 0.0) -> None:
        self._view = ViewEstimator()
        self._roll_deg = roll_deg

    def update(self, pose: Pose) -> Tracked:
        """Take the next pose."""
        if not pose.detected:
            return Tracked(pose, None)
        view = self._view.update(pose)
        assert view is not None
        return Tracked(pose, Body(pose, view, self._roll_deg))
