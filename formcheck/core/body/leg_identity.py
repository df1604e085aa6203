"""Which leg is which: left–right swaps are corrected, frames with merged legs are refused.

In side views the pose model swaps the legs in 5–12 % of moving frames, and in some it puts both
knees between the two legs (rendered marches, docs/accuracy.md); these are separated again. Two
hypotheses are followed from frame to frame, "as labelled" and "exchanged"; each predicts where
knees and ankles go next, and the one whose prediction fits better over time is believed. Where
neither fits, the frame says nothing about the legs. Legs side by side look the same either way:
there the model's own labels win.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, replace

import numpy as np

from formcheck.core.body.knees import ON_FLOOR
from formcheck.core.pose import FloatArray, Landmark, Pose, hips_and_trunk

_LEFT = np.array([23, 25, 27, 29, 31])
_RIGHT = np.array([24, 26, 28, 30, 32])
# Motion is judged on knees and ankles: hips lie on one another in side views, feet flutter.
_KNEE_ANKLE_LEFT = [int(Landmark.LEFT_KNEE), int(Landmark.LEFT_ANKLE)]
_KNEE_ANKLE_RIGHT = [int(Landmark.RIGHT_KNEE), int(Landmark.RIGHT_ANKLE)]
_HIPS = [int(Landmark.LEFT_HIP), int(Landmark.RIGHT_HIP)]

# Spread of the prediction error in trunk lengths: a part that does not depend on time and one that
# grows with the time between frames.
SPREAD, SPREAD_PER_S = 0.05, 1.0
# One joint's misfit counts at most this much, so that a single wild frame decides nothing.
MISFIT_CAP = 6.0
# Labels change only where legs seem to jump: where legs pass one another closely, both hypotheses
# fit, and nothing must be decided. A hypothesis goes on from the other one at this cost, so that no
# lead, however old, outweighs more than this.
CHANGE_COST = 8.0
# After merged legs the labels are as likely to be swapped as not.
CHANGE_COST_AFTER_MERGE = 1.0
# Price of believing "exchanged", by whether knees and ankles are apart (further than APART).
EXCHANGED_COST_PER_S = 3.0
TOGETHER_COST_PER_S = 80.0
APART = 0.18
# The first frames of all are no surer than those that follow them.
FIRST_S, FIRST_COST_PER_S = 0.6, 40.0
# A frame whose four joints miss the better prediction by more than this in all, and the other one
# not by much more, is refused, until frames agree with one another again for AGREE_S, and never for
# longer than COAST_S.
REFUSE_MISFIT = 8.0
UNCLEAR_MISFIT = 11.0
AGREE_MISFIT = 4.0
AGREE_S = 0.13
COAST_S = 1.0
# A thigh shorter than this fraction of its length lies between the two legs.
SHORT_THIGH = 0.78
MERGED_MISFIT = 3.0
# Joints lie between the legs where knees that were WIDE (thigh lengths) apart are seen at less than
# this fraction of their distance, while their sum stays (MOVED, of the change of the difference).
CLEAR = 0.8
WIDE = 0.45
# Or where the ankles were so far apart from knees that are together: one shin goes up, one down.
TOGETHER, ANKLES_WIDE = 0.25, 0.9
MOVED = 1.1
# A shin that stood still in the last two frames (in trunk lengths a second) and is seen there
# again, off by at most this fraction of how far merging would move it, was not merged.
STANDS_PER_S, STANDS = 0.6, 0.5
# Two thighs in line look like one: nothing can be separated where the mean knee is this far out.
IN_LINE = 0.92
# Frames that agree for this long are believed all the same.
BETWEEN_AGREE_S = 0.35
# Separated legs that the last ones do not lead to are no answer; nor does one frame decide much.
SEPARATED_MISFIT = 16.0
# Share of a thigh: that far below the hip is a knee that bears.
HANGING = 0.6
FOLLOW = 0.1
# Velocity carries a prediction on for this long, and follows within VELOCITY_MEMORY_S.
CARRY_S = 0.05
VELOCITY_MEMORY_S = 0.03
FORGET_S = 0.5
# Legs that are again, with the same labels, where they were within BACK_S (knees and ankles within
# NEAR trunk lengths) are named as they were then: what was in between is the model's, if the middle
# of the knees, which merging does not move, kept within STEADY. A step moves it more.
BACK_S, NEAR, STEADY = 0.5, 0.1, 0.15
# Only where the knees are further apart than this, trunk lengths.
KNEES_APART = 0.4


@dataclass(slots=True)
class _Path:
    """One hypothesis: the legs' joints (4, 2) in trunk lengths, their velocity, cost so far."""

    points: FloatArray
    velocity: FloatArray
    cost: float

    def expected(self, since_s: float) -> FloatArray:
        """Return where the joints should be some seconds later."""
        return self.points + self.velocity * min(since_s, CARRY_S)


@dataclass(slots=True)
class _Place:
    """Where legs that are apart were, as labelled, how they were named, and whether they left."""

    time_s: float
    legs: FloatArray
    exchanged: bool
    left: bool = False


@dataclass(frozen=True, slots=True)
class LegVerdict:
    """Whether the legs' labels are exchanged in a frame, and whether it can be used at all.

    Attributes
    ----------
    exchanged, usable : bool
    separated : FloatArray or None
        (4, 2) left knee, left ankle, right knee, right ankle in pixels, where the model had put
        them between the legs.
    wrong_since_s : float
        Where the verdict changed while the labels did not, it was wrong before: since this time;
        what one leg began then belongs to the other. Otherwise NaN.
    """

    exchanged: bool
    usable: bool
    separated: FloatArray | None = None
    wrong_since_s: float = math.nan


def exchange_legs(pose: Pose) -> Pose:
    """Return the pose with left and right leg exchanged (hips to feet)."""
    order = np.arange(33)
    order[_LEFT], order[_RIGHT] = _RIGHT, _LEFT
    return replace(pose, landmarks=pose.landmarks[order], world=pose.world[order])


def separate(before: FloatArray, points: FloatArray, thigh: float, shin: float) -> FloatArray:
    """Return where knees and ankles are when the model has put them between the two legs.

    Unsure which leg is which, the model answers with a weighted mean of both answers: the left knee
    lies at w A + (1 - w) B and the right one at (1 - w) A + w B. Their sum is that of the true
    knees whatever w is, and both thighs are equally long: two equations for two knees (own; on
    rendered marches in black tights the sum is 0.1 trunk lengths off where the knees are 0.35 off).
    The leg that stands is left where it was, the other one follows by `FOLLOW`. Of who kneels both
    bear, and are left where they were.

    Parameters
    ----------
    before : FloatArray
        (4, 2) knee and ankle of the left leg, then of the right, last known.
    points : FloatArray
        (4, 2) the same in this frame, from the point between the hips, in the same unit.
    thigh, shin : float
        This person's lengths.

    Returns
    -------
    FloatArray
        (4, 2) the two legs, left one first.
    """
    if _kneels(before, thigh) or _shins_apart(before, thigh):
        return before
    stands, lifted = (0, 2) if before[1, 1] > before[3, 1] else (2, 0)
    standing_ankle, knee_before = before[stands + 1], before[lifted]
    both_knees, both_ankles = points[0] + points[2], points[1] + points[3]
    knee = both_knees / 2
    gap = thigh * thigh - float(knee @ knee)
    if gap > 0:
        aside = _as_long(np.array([-knee[1], knee[0]]), math.sqrt(gap))
        knee = min((knee + aside, knee - aside), key=lambda way: math.dist(way, knee_before))
    knee = _as_long(knee_before + FOLLOW * (knee - knee_before), thigh)
    ankle = knee + _as_long(both_ankles - standing_ankle - knee, shin)
    legs = before.copy()
    legs[lifted : lifted + 2] = knee, ankle
    return legs


def _kneels(legs: FloatArray, thigh: float) -> bool:
    """Return whether a thigh hangs down to a knee that is as low as both feet."""
    lowest = legs[[0, 2], 1].max()
    return bool(lowest > HANGING * thigh and lowest > legs[[1, 3], 1].max() - ON_FLOOR * thigh)


def _wide(legs: FloatArray, thigh: float) -> bool:
    """Return whether the knees are apart."""
    return math.dist(legs[0], legs[2]) > WIDE * thigh


def _shins_apart(legs: FloatArray, thigh: float) -> bool:
    """Return whether knees are together and ankles are not."""
    knees, ankles = math.dist(legs[0], legs[2]), math.dist(legs[1], legs[3])
    return knees < TOGETHER * thigh and ankles > ANKLES_WIDE * thigh


def _clear(seen: FloatArray, apart: FloatArray) -> float:
    """Return how far legs are apart, as a fraction of what they should be; −1 is swapped."""
    return float(((seen[:2] - seen[2:]) * apart).sum() / (apart * apart).sum())


def _as_long(arrow: FloatArray, size: float) -> FloatArray:
    norm = math.hypot(arrow[0], arrow[1])
    return arrow * (size / norm) if norm > 0 and size > 0 else arrow


def _misfit(miss: FloatArray, since_s: float) -> FloatArray:
    """Return how badly four joints fit that miss their places by (…, 4, 2) trunk lengths."""
    spread = SPREAD + SPREAD_PER_S * since_s
    squares = (miss * miss).sum(axis=-1) / (spread * spread)
    return np.asarray(np.minimum(squares, MISFIT_CAP).sum(axis=-1))


class LegSides:
    """Follows both hypotheses and says which one holds in each frame."""

    def __init__(self) -> None:
        self._paths: dict[bool, _Path] = {}
        self._last_s = 0.0
        self._last_used_s = self._began_s = self._changed_s = 0.0
        self._raw: deque[FloatArray] = deque(maxlen=2)
        self._placed: deque[tuple[float, FloatArray]] = deque(maxlen=2)
        self._agree_from_s = 0.0
        self._after_merge = False
        self._places: deque[_Place] = deque()

    def update(
        self,
        time_s: float,
        pose: Pose,
        trunk_px: float,
        thigh_px: float = math.nan,
        shin_px: float = math.nan,
    ) -> LegVerdict:
        """Take the next pose.

        Parameters
        ----------
        time_s : float
        pose : Pose
        trunk_px : float
            Length of the person's trunk in this picture, foreshortening left out.
        thigh_px, shin_px : float
            Length that this person's thighs and shins have in this picture, foreshortening
            included; NaN where it is not known.
        """
        if not trunk_px > 0:
            return LegVerdict(False, True)
        points_px = pose.points_px
        hips_px, _ = hips_and_trunk(points_px.tolist())
        points = (points_px - hips_px) / trunk_px
        seen = {
            False: points[_KNEE_ANKLE_LEFT + _KNEE_ANKLE_RIGHT],
            True: points[_KNEE_ANKLE_RIGHT + _KNEE_ANKLE_LEFT],
        }
        dt = time_s - self._last_s
        self._last_s = time_s
        if not self._paths or not 0 < dt <= FORGET_S:
            return self._begin(seen, time_s)
        since_s = time_s - self._last_used_s
        agree_s = self._agreeing_s(seen[False], time_s, dt)
        named = self._named_there(seen[False], time_s)
        if named not in {None, self._exchanged()}:
            return self._as_there(seen, time_s)
        misfits = self._misfits(seen, since_s)
        state = self._exchanged()
        # Going on as believed, and the labels changing now.
        kept, changed = misfits[state][state], misfits[state][not state]
        unclear = min(kept, changed) > REFUSE_MISFIT and abs(kept - changed) < UNCLEAR_MISFIT
        merged = (
            min(kept, changed) > MERGED_MISFIT
            and self._shortest_thigh(points_px) < SHORT_THIGH * thigh_px
        )
        thigh, shin = thigh_px / trunk_px, shin_px / trunk_px
        legs_px = points_px[_KNEE_ANKLE_LEFT + _KNEE_ANKLE_RIGHT]
        between = agree_s < BETWEEN_AGREE_S and self._is_between(
            seen[False], since_s, thigh, legs_px, trunk_px
        )
        if between and self._follow_merged(seen[False], thigh, shin, since_s):
            legs = self._paths[self._exchanged()].points
            self._last_used_s, self._after_merge = time_s, _shins_apart(legs, thigh)
            return LegVerdict(self._exchanged(), True, legs * trunk_px + hips_px)
        if ((unclear and agree_s < AGREE_S) or merged or between) and since_s < COAST_S:
            return LegVerdict(self._exchanged(), False)
        was_exchanged = self._exchanged()
        # Whether the frame before this one was taken as it was.
        taken = bool(self._placed) and time_s - self._placed[-1][0] < 1.5 * dt
        self._last_used_s = time_s
        price = self._price(seen[False]) * dt
        if time_s - self._began_s < FIRST_S:
            price += FIRST_COST_PER_S * dt
        steps = {state: self._best_step(misfits, state) for state in seen}
        self._paths = {
            state: self._extend(path, seen[state], since_s, cost + (price if state else 0.0))
            for state, (path, cost) in steps.items()
        }
        least = min(path.cost for path in self._paths.values())
        for path in self._paths.values():
            path.cost -= least
        self._placed.append((time_s, legs_px))
        self._after_merge = False
        if named not in {None, self._exchanged()}:
            return self._as_there(seen, time_s)
        self._keep_place(seen[False], time_s)
        if self._exchanged() == was_exchanged:
            return LegVerdict(was_exchanged, True)
        going_on = taken and self._goes_on(seen[False], dt)
        wrong_since_s, self._changed_s = self._changed_s, time_s
        return LegVerdict(not was_exchanged, True, None, wrong_since_s if going_on else math.nan)

    def _keep_place(self, seen: FloatArray, time_s: float) -> None:
        if math.dist(seen[0], seen[2]) > KNEES_APART:
            self._places.append(_Place(time_s, seen, self._exchanged()))

    def _named_there(self, seen: FloatArray, time_s: float) -> bool | None:
        """Return whether legs were exchanged in the latest place they left and are back at."""
        while self._places and time_s - self._places[0].time_s > BACK_S + 1e-9:
            self._places.popleft()
        if not self._places:
            return None
        gone = seen - np.array([place.legs for place in self._places])
        middle = np.hypot(*(gone[:, 0] + gone[:, 2]).T / 2)
        near = np.hypot(gone[..., 0], gone[..., 1]).max(axis=1) < NEAR
        named = None
        for place, is_near in zip(self._places, near.tolist(), strict=True):
            if is_near and place.left:
                named = place.exchanged
            place.left |= not is_near
        steady = (middle < STEADY).tolist()
        self._places = deque(p for p, kept in zip(self._places, steady, strict=True) if kept)
        return named

    def _as_there(self, seen: dict[bool, FloatArray], time_s: float) -> LegVerdict:
        """Name the legs the other way: as in the place that they are back at."""
        exchanged = not self._exchanged()
        self._after_merge = False
        self._last_used_s = self._changed_s = time_s
        self._paths = {
            state: _Path(seen[state], np.zeros((4, 2)), 0.0 if state == exchanged else math.inf)
            for state in seen
        }
        self._keep_place(seen[False], time_s)
        return LegVerdict(exchanged, True)

    def _goes_on(self, seen: FloatArray, dt: float) -> bool:
        """Return whether legs that are apart are, as labelled, where they were a frame before."""
        if np.abs(seen[:2] - seen[2:]).max() <= APART:
            return False
        moved = np.hypot(*(seen - self._raw[0]).T).max()
        exchanged = np.hypot(*(seen - self._raw[0][[2, 3, 0, 1]]).T).max()
        return bool(moved < SPREAD + SPREAD_PER_S * dt and moved < exchanged)

    def _is_between(
        self,
        seen: FloatArray,
        since_s: float,
        thigh: float,
        legs_px: FloatArray,
        trunk_px: float,
    ) -> bool:
        """Return whether both legs' joints lie between the two legs, where these are known."""
        expected = self._paths[self._exchanged()].expected(since_s)
        apart = expected[:2] - expected[2:]
        knees_apart = _wide(expected, thigh)
        if not (knees_apart or _shins_apart(expected, thigh)):
            return False
        clear = _clear(seen, apart)
        middle = (seen[0] + seen[2]) / 2
        if abs(clear) >= CLEAR or (knees_apart and math.hypot(*middle) > IN_LINE * thigh):
            return False
        # A leg that moves by itself changes the sum as much as the difference.
        moved = seen[:2] + seen[2:] - expected[:2] - expected[2:]
        closed = seen[:2] - seen[2:] - math.copysign(1.0, clear) * apart
        if not float(np.linalg.norm(moved)) < MOVED * float(np.linalg.norm(closed)):
            return False
        # Merged legs would both be away from their places, by half of what is missing between them.
        shift_px = (1 - abs(clear)) / 2 * trunk_px * np.hypot(apart[:, 0], apart[:, 1])
        return not self._stands(legs_px, shift_px, trunk_px)

    def _stands(self, legs_px: FloatArray, shift_px: FloatArray, trunk_px: float) -> bool:
        """Return whether a shin that stood still is seen there again, off by less than a shift."""
        if len(self._placed) < 2:
            return False
        (first_s, first), (last_s, last) = self._placed
        for one in (slice(0, 2), slice(2, 4)):
            speed = np.linalg.norm(last[one] - first[one], axis=1) / (last_s - first_s)
            if speed.max() > STANDS_PER_S * trunk_px:
                continue
            for other in (slice(0, 2), slice(2, 4)):
                gone_px = np.linalg.norm(legs_px[other] - last[one], axis=1)
                if (gone_px < STANDS * shift_px).all():
                    return True
        return False

    def _follow_merged(self, seen: FloatArray, thigh: float, shin: float, since_s: float) -> bool:
        """Carry both hypotheses on where the model put the joints between the legs.

        False where the believed one does not lead there.
        """
        apart = {
            state: separate(path.points, seen, thigh, shin) for state, path in self._paths.items()
        }
        state = self._exchanged()
        if self._misfit(self._paths[state], apart[state], since_s) > SEPARATED_MISFIT:
            return False
        self._paths = {
            state: _Path(apart[state], np.zeros((4, 2)), path.cost)
            for state, path in self._paths.items()
        }
        return True

    def _begin(self, seen: dict[bool, FloatArray], time_s: float) -> LegVerdict:
        zero = np.zeros((4, 2))
        self._paths = {
            False: _Path(seen[False], zero, 0.0),
            True: _Path(seen[True], zero, 2 * MISFIT_CAP),
        }
        self._last_used_s = self._began_s = self._agree_from_s = self._changed_s = time_s
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
        return float(_misfit(seen - path.expected(since_s), since_s))

    def _misfits(self, seen: dict[bool, FloatArray], since_s: float) -> list[list[float]]:
        """Return how badly each path (first index) fits each reading of the joints (second)."""
        expected = np.array([self._paths[state].expected(since_s) for state in (False, True)])
        misfits: list[list[float]] = _misfit(
            np.array([seen[False], seen[True]]) - expected[:, np.newaxis], since_s
        ).tolist()
        return misfits

    def _best_step(self, misfits: list[list[float]], exchanged: bool) -> tuple[_Path, float]:
        """Return the path that explains a state best, and its cost."""
        change_cost = CHANGE_COST_AFTER_MERGE if self._after_merge else CHANGE_COST
        costs = {
            state: path.cost
            + misfits[state][exchanged]
            + (change_cost if state != exchanged else 0.0)
            for state, path in self._paths.items()
        }
        best = min(costs, key=costs.__getitem__)
        return self._paths[best], costs[best]

    def _extend(self, path: _Path, seen: FloatArray, since_s: float, cost: float) -> _Path:
        if self._after_merge:
            return _Path(seen, np.zeros((4, 2)), cost)
        weight = since_s / (VELOCITY_MEMORY_S + since_s)
        velocity = path.velocity + weight * ((seen - path.points) / since_s - path.velocity)
        return _Path(seen, velocity, cost)
