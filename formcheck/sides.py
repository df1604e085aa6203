"""Left and right legs kept apart: exchanged labels are put right.

In side views the pose model exchanges the legs in 5–12 % of moving frames (rendered marches,
../shared/groundtruth.md). Two hypotheses are followed from frame to frame, "as labelled" and
"exchanged"; each predicts where knees and ankles go next, and the one whose prediction fits better
over time is believed. A small price on "exchanged" lets the model's own labels win in the long run.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.pose import FloatArray, Landmark, Pose

_LEFT = np.array([23, 25, 27, 29, 31])
_RIGHT = np.array([24, 26, 28, 30, 32])
# Motion is judged on knees and ankles: hips lie on one another in side views, feet flutter.
_KNEE_ANKLE_LEFT = [int(Landmark.LEFT_KNEE), int(Landmark.LEFT_ANKLE)]
_KNEE_ANKLE_RIGHT = [int(Landmark.RIGHT_KNEE), int(Landmark.RIGHT_ANKLE)]
_HIPS = [int(Landmark.LEFT_HIP), int(Landmark.RIGHT_HIP)]

# Spread of the prediction error in trunk lengths: a part that does not depend on time and one that
# grows with the time between frames.
SPREAD, SPREAD_PER_S = 0.04, 0.6
# One joint's misfit counts at most this much, so that a single wild frame decides nothing.
MISFIT_CAP = 6.0
EXCHANGED_COST_PER_S = 6.0
# Labels change only where legs seem to jump: where legs pass one another closely, both hypotheses
# fit, and nothing must be decided.
CHANGE_COST = 8.0
VELOCITY_MEMORY_S = 0.08
SCALE_DECAY = 0.995
FORGET_S = 0.5


@dataclass(slots=True)
class _Path:
    """One hypothesis: the legs' joints (4, 2) in trunk lengths, their velocity, cost so far."""

    points: FloatArray
    velocity: FloatArray
    cost: float


def exchange_legs(pose: Pose) -> Pose:
    """Return the pose with left and right leg exchanged (hips to feet)."""
    order = np.arange(33)
    order[_LEFT], order[_RIGHT] = _RIGHT, _LEFT
    return Pose(pose.time_s, pose.size_px, pose.landmarks[order], pose.world[order], pose.outline)


class LegSides:
    """Follows both hypotheses and says which one holds in each frame."""

    def __init__(self) -> None:
        self._paths: dict[bool, _Path] = {}
        self._last_s = 0.0
        self._trunk_px = 0.0

    def update(self, pose: Pose, trunk_px: float) -> bool:
        """Return True where left and right leg are exchanged in this pose."""
        if not trunk_px > 0:
            return False
        # A trunk that leans toward the camera looks shorter; the scale follows it only slowly.
        self._trunk_px = max(trunk_px, self._trunk_px * SCALE_DECAY)
        points_px = pose.points_px
        points = (points_px - points_px[_HIPS].mean(axis=0)) / self._trunk_px
        as_labelled = points[_KNEE_ANKLE_LEFT + _KNEE_ANKLE_RIGHT]
        exchanged = points[_KNEE_ANKLE_RIGHT + _KNEE_ANKLE_LEFT]
        dt = pose.time_s - self._last_s
        self._last_s = pose.time_s
        if not self._paths or not 0 < dt <= FORGET_S:
            zero = np.zeros((4, 2))
            self._paths = {
                False: _Path(as_labelled, zero, 0.0),
                True: _Path(exchanged, zero, 2 * MISFIT_CAP),
            }
            return False
        new = {
            state: self._extend(observed, dt, state)
            for state, observed in ((False, as_labelled), (True, exchanged))
        }
        least = min(path.cost for path in new.values())
        for path in new.values():
            # Bounded, so that an old lead does not outweigh what is seen now.
            path.cost = min(path.cost - least, 4 * MISFIT_CAP)
        self._paths = new
        return new[True].cost < new[False].cost

    def _extend(self, observed: FloatArray, dt: float, exchanged: bool) -> _Path:
        spread = SPREAD + SPREAD_PER_S * dt
        best: _Path | None = None
        best_cost = np.inf
        for state, path in self._paths.items():
            miss = observed - (path.points + path.velocity * dt)
            misfit = np.minimum((miss * miss).sum(axis=1) / (spread * spread), MISFIT_CAP)
            cost = path.cost + float(misfit.sum()) + (CHANGE_COST if state != exchanged else 0.0)
            if cost < best_cost:
                best, best_cost = path, cost
        assert best is not None
        weight = min(1.0, dt / (VELOCITY_MEMORY_S + dt))
        measured = (observed - best.points) / dt
        velocity = best.velocity + weight * (measured - best.velocity)
        price = EXCHANGED_COST_PER_S * dt if exchanged else 0.0
        return _Path(observed, velocity, best_cost + price)
