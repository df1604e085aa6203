"""Left and right legs kept apart: exchanged labels are put right, mixed-up frames are refused.

In side views the pose model exchanges the legs in 5–12 % of moving frames, and in some it puts a
knee between the two legs (rendered marches, docs/accuracy.md). Two hypotheses are followed from
frame to frame, "as labelled" and "exchanged"; each predicts where knees and ankles go next, and the
one whose prediction fits better over time is believed. Where neither fits, the frame says nothing
about the legs. Legs side by side look the same either way: there the model's own labels win.
"""

from __future__ import annotations

import math
from collections import deque
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
SPREAD, SPREAD_PER_S = 0.04, 1.0
# One joint's misfit counts at most this much, so that a single wild frame decides nothing.
MISFIT_CAP = 6.0
# Labels change only where legs seem to jump: where legs pass one another closely, both hypotheses
# fit, and nothing must be decided.
CHANGE_COST = 8.0
# Price of believing "exchanged", by whether knees and ankles are apart (further than APART).
EXCHANGED_COST_PER_S = 2.0
TOGETHER_COST_PER_S = 80.0
APART = 0.25
# A frame whose four joints miss the better prediction by more than this in all, and the other one
# not by much more, is refused, until frames agree with one another again for AGREE_S, and never for
# longer than COAST_S.
REFUSE_MISFIT = 11.0
UNCLEAR_MISFIT = 11.0
AGREE_MISFIT = 3.0
AGREE_S = 0.2
COAST_S = 1.0
# A thigh shorter than this share of the person's own lies between the two legs.
SHORT_THIGH = 0.78
MIXED_MISFIT = 2.0
# Velocity carries a prediction on for this long, and follows within VELOCITY_MEMORY_S.
CARRY_S = 0.1
VELOCITY_MEMORY_S = 0.015
FORGET_S = 0.5


@dataclass(slots=True)
class _Path:
    """One hypothesis: the legs' joints (4, 2) in trunk lengths, their velocity, cost so far."""

    points: FloatArray
    velocity: FloatArray
    cost: float


@dataclass(frozen=True, slots=True)
class LegVerdict:
    """Whether the legs' labels are exchanged in a frame, and whether it can be used at all."""

    exchanged: bool
    usable: bool


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
        self._last_used_s = 0.0
        self._raw: deque[FloatArray] = deque(maxlen=2)
        self._agree_from_s = 0.0

    def update(self, pose: Pose, trunk_px: float, thigh_px: float = math.nan) -> LegVerdict:
        """Take the next pose.

        Parameters
        ----------
        pose : Pose
        trunk_px : float
            Length of the person's trunk in this picture, foreshortening left out.
        thigh_px : float
            Length that this person's thighs have in this picture, foreshortening included; NaN
            where it is not known.
        """
        if not trunk_px > 0:
            return LegVerdict(False, True)
        points_px = pose.points_px
        points = (points_px - points_px[_HIPS].mean(axis=0)) / trunk_px
        seen = {
            False: points[_KNEE_ANKLE_LEFT + _KNEE_ANKLE_RIGHT],
            True: points[_KNEE_ANKLE_RIGHT + _KNEE_ANKLE_LEFT],
        }
        dt = pose.time_s - self._last_s
        self._last_s = pose.time_s
        if not self._paths or not 0 < dt <= FORGET_S:
            return self._begin(seen, pose.time_s)
        since_s = pose.time_s - self._last_used_s
        steps = {state: self._best_step(points, since_s, state) for state, points in seen.items()}
        agree_s = self._agreeing_s(seen[False], pose.time_s, dt)
        kept, changed = self._misfits(seen, since_s)
        unclear = min(kept, changed) > REFUSE_MISFIT and abs(kept - changed) < UNCLEAR_MISFIT
        mixed = (
            min(kept, changed) > MIXED_MISFIT
            and self._shortest_thigh(points_px) < SHORT_THIGH * thigh_px
        )
        if ((unclear and agree_s < AGREE_S) or mixed) and since_s < COAST_S:
            return LegVerdict(self._exchanged(), False)
        self._last_used_s = pose.time_s
        price = self._price(seen[False]) * dt
        self._paths = {
            state: self._extend(path, seen[state], since_s, cost + (price if state else 0.0))
            for state, (path, cost) in steps.items()
        }
        least = min(path.cost for path in self._paths.values())
        for path in self._paths.values():
            # Bounded, so that an old lead does not outweigh what is seen now.
            path.cost = min(path.cost - least, 4 * MISFIT_CAP)
        return LegVerdict(self._exchanged(), True)

    def _begin(self, seen: dict[bool, FloatArray], time_s: float) -> LegVerdict:
        zero = np.zeros((4, 2))
        self._paths = {
            False: _Path(seen[False], zero, 0.0),
            True: _Path(seen[True], zero, 2 * MISFIT_CAP),
        }
        self._last_used_s = time_s
        return LegVerdict(False, True)

    @staticmethod
    def _shortest_thigh(points_px: FloatArray) -> float:
        thighs = points_px[[_KNEE_ANKLE_LEFT[0], _KNEE_ANKLE_RIGHT[0]]] - points_px[_HIPS]
        return float(np.hypot(thighs[:, 0], thighs[:, 1]).min())

    def _agreeing_s(self, points: FloatArray, time_s: float, dt: float) -> float:
        """Return for how long the frames, as labelled, have followed one another smoothly."""
        spread = SPREAD + SPREAD_PER_S * dt
        if len(self._raw) == 2:
            miss = points - (2 * self._raw[1] - self._raw[0])
            if float((miss * miss).sum()) / (spread * spread) > AGREE_MISFIT:
                self._agree_from_s = time_s
        self._raw.append(points)
        return time_s - self._agree_from_s

    def _exchanged(self) -> bool:
        return self._paths[True].cost < self._paths[False].cost

    @staticmethod
    def _price(points: FloatArray) -> float:
        """Return the price a second of "exchanged": high where the legs lie together."""
        apart = np.abs(points[:2] - points[2:]).max()
        return EXCHANGED_COST_PER_S if apart > APART else TOGETHER_COST_PER_S

    @staticmethod
    def _misfit(path: _Path, seen: FloatArray, since_s: float) -> float:
        """Return how badly a path's prediction fits the four joints: 0…4 × MISFIT_CAP."""
        spread = SPREAD + SPREAD_PER_S * since_s
        miss = seen - (path.points + path.velocity * min(since_s, CARRY_S))
        squares = (miss * miss).sum(axis=1) / (spread * spread)
        return float(np.minimum(squares, MISFIT_CAP).sum())

    def _misfits(self, seen: dict[bool, FloatArray], since_s: float) -> tuple[float, float]:
        """Return the misfit of going on as believed, and of the labels changing now."""
        state = self._exchanged()
        path = self._paths[state]
        return (
            self._misfit(path, seen[state], since_s),
            self._misfit(path, seen[not state], since_s),
        )

    def _best_step(
        self, seen: FloatArray, since_s: float, exchanged: bool
    ) -> tuple[_Path, float]:
        """Return the path that explains a state best, and its cost."""
        costs = {
            state: path.cost
            + self._misfit(path, seen, since_s)
            + (CHANGE_COST if state != exchanged else 0.0)
            for state, path in self._paths.items()
        }
        best = min(costs, key=costs.__getitem__)
        return self._paths[best], costs[best]

    @staticmethod
    def _extend(path: _Path, seen: FloatArray, since_s: float, cost: float) -> _Path:
        weight = since_s / (VELOCITY_MEMORY_S + since_s)
        velocity = path.velocity + weight * ((seen - path.points) / since_s - path.velocity)
        return _Path(seen, velocity, cost)
