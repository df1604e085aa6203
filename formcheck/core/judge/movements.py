"""Movements that count: what was seen of the one under way, and what a finished one comes to."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Self, get_args

from formcheck.core.events import Attempt, Event, Rep, RepCompleted
from formcheck.core.judge.counter import Counter, SideParts
from formcheck.core.judge.moment import Moment
from formcheck.core.judge.reps import Labelled, RepMovement
from formcheck.core.judge.side_checks import MOVING, REP_PHASES
from formcheck.core.measure.kinds import REGISTRY
from formcheck.core.spec.exercise import Bound, Check, RepRule
from formcheck.core.spec.fields import Leg

# Of a leg that a standing person lifts, the knee is seen at least this well (visibility) at least
# once: 0.58 and more in rendered and recorded people. Where somebody walks past behind, the model
# takes their leg for the far one, at 0.45.
KNEE_SEEN = 0.5
# What keeps still while a hip moves does so by less than this fraction of that hip's range; what
# moves by less than `STILL_DEG` is still in any case.
STILL, STILL_DEG = 0.5, 8.0
# Legs that go together keep their distance but for this fraction. A resting leg that sags along (by
# 60 to 70 %) does not: that is a fault of the same exercise.
TOGETHER = 0.25

Step = tuple[list[Labelled], RepMovement | None]


@dataclass(slots=True)
class UnderWay:
    """What was seen of the movement that is under way: whether it is this exercise's, this leg's.

    Moments of the top in all, with position and `requires`, and with `or_at_top`; moments of the
    whole movement, and those in position; in it the working hip's flexion, by how much it was ahead
    of the other one, and the trunk's slope; when it left rest
    and whether `begins` held in the moments around; how long the value was not sure, and how well
    the knee was seen at best; and the moments that are judged once it is known whose it is.
    """

    required_seen: int = 0
    required_held: int = 0
    moving_seen: int = 0
    moving_held: int = 0
    hip: list[float] = field(default_factory=list)
    against: list[float] = field(default_factory=list)
    trunk: list[float] = field(default_factory=list)
    held_at_top: int = 0
    left_rest_s: float = math.nan
    beginning: deque[tuple[float, bool]] = field(default_factory=deque)
    unsure_s: float = 0.0
    knee_seen: float = 0.0
    waiting: list[tuple[str, Moment]] = field(default_factory=list)

    def rested(self) -> None:
        """At rest: moving about before (to lie down) says nothing about what follows."""
        self.unsure_s = self.knee_seen = 0.0
        self.required_seen = self.required_held = self.held_at_top = 0
        self.moving_seen = self.moving_held = 0
        for values in (self.hip, self.against, self.trunk):
            values.clear()
        if not math.isnan(self.left_rest_s):  # it came back without having been a movement
            self.left_rest_s = math.nan
            self.beginning.clear()
            self.waiting.clear()


class MovementCounter(Counter):
    """Counts movements as reps or attempts; what one is, those derived from it say."""

    # Phases in which position and `requires` are asked for.
    _required_in: ClassVar[tuple[str, ...]] = MOVING

    def __init__(self, parts: SideParts, rule: RepRule) -> None:
        super().__init__(parts)
        self._any_rule = rule
        self._moments: dict[int, Moment] = {}
        self._under_way = UnderWay()
        # Whether the last movement was counted, as a rep or as an attempt.
        self._counted = False
        self.shown = (rule.measurement, "working")
        self._unit = REGISTRY[rule.measurement].unit

    # -- what a movement is ----------------------------------------------------------------------

    @abstractmethod
    def _look(self, m: Moment) -> tuple[bool, Step]:
        """Return whether the value is known in this moment, and what the phases say of it."""

    @abstractmethod
    def _end(self, time_s: float) -> Step:
        """Return what the phases say at the end of the recording."""

    @abstractmethod
    def _figure(self, mv: RepMovement) -> tuple[str, float]:
        """Return the figure that a rep is known by, with its name."""

    def _missed_target(self, mv: RepMovement) -> tuple[float, float] | None:
        """Return what a movement reached and should have, where it missed its target."""
        return None

    def _has_reached(self, mv: RepMovement | None) -> bool:
        """Whether a movement, or the one that is under way, has come to its target."""
        return True

    def _required(self, *, reached: bool) -> tuple[Bound, ...]:
        """Return the bounds that are asked for, of a movement that reached its target or not."""
        return self._any_rule.requires

    def _note(self, phase: str, m: Moment) -> None:
        """Keep what else shows whose movement it is."""

    def _is_ours(self) -> bool:
        """Whether it is this exercise's movement and this leg's, as far as is known."""
        return True

    def _is_settled_later(self) -> bool:
        """Whether it is not known yet whose movement it is, but may be at its top."""
        return False

    def _goes_right_way(self, mv: RepMovement) -> bool:
        return True

    def _wavers(self, mv: RepMovement) -> bool:
        """Whether a movement that would count is the pose model's wavering after the last one."""
        return False

    def _discard(self) -> None:
        """A movement did not count."""

    # -- one moment ------------------------------------------------------------------------------

    def update(self, m: Moment) -> list[Event]:
        """Take one moment; return what happened."""
        known, (labelled, movement) = self._look(m)
        way = self._under_way
        if not known or m.separated:
            way.unsure_s += m.since_s
        way.knee_seen = max(way.knee_seen, m.knee_seen)
        if known:  # unknown moments get no phase, so nobody would fetch them
            self._moments[m.key] = m
        return self._take(labelled, movement, m.time_s)

    def _take(
        self, labelled: list[Labelled], movement: RepMovement | None, time_s: float
    ) -> list[Event]:
        """Take the moments whose phase is known now, and the movement that ended."""
        events: list[Event] = []
        moments = [(item.phase, self._moments.pop(item.key)) for item in labelled]
        if moments:
            required = self._required(reached=self._has_reached(movement))
            for phase, moment in moments:
                self._note(phase, moment)
                if phase in MOVING:
                    self._note_moving(moment)
                if phase in self._required_in:
                    self._note_required(moment, required)
        waiting = self._under_way.waiting
        waits = self._is_settled_later()
        if not waits:
            for earlier in waiting:
                events += self._judge(*earlier)
            waiting.clear()
        for phase, moment in moments:
            events += self._enter(phase, moment.time_s)
            if waits and phase in MOVING:
                waiting.append((phase, moment))
            else:
                events += self._judge(phase, moment)
        if movement is not None:
            events += self._finish_movement(movement, time_s)
            self._under_way = UnderWay()
        elif moments and moments[-1][0] == "rest":
            self._under_way.rested()
        return events

    def _note_moving(self, m: Moment) -> None:
        way = self._under_way
        way.moving_seen += 1
        way.moving_held += m.in_position
        hip, other = (
            self._quantities.value("thigh_trunk_flexion", leg, m)[0] for leg in get_args(Leg)
        )
        trunk, _ = self._quantities.value("trunk_above_level", "working", m)
        for values, value in ((way.hip, hip), (way.against, hip - other), (way.trunk, trunk)):
            if not math.isnan(value):
                values.append(value)

    def _note_required(self, m: Moment, bounds: tuple[Bound, ...]) -> None:
        self._under_way.required_seen += 1
        kept = m.in_position and not any(self._quantities.missed(bound, m) for bound in bounds)
        self._under_way.required_held += kept

    def _is_judged(self, check: Check, phase: str, m: Moment) -> bool:
        if check.during == "exercise" or phase not in MOVING:
            return super()._is_judged(check, phase, m)
        if self.in_mid_movement:
            return False  # how it began was not seen
        # Only a movement that reached its top, as this exercise, can have faults: the moments on
        # the way up are handed over once that is certain.
        return phase in REP_PHASES.get(check.during, ()) and self._is_this_exercise()

    def _is_this_exercise(self) -> bool:
        """Whether it is ours: position, `requires` in most of the top, and what keeps still."""
        way = self._under_way
        stayed = way.moving_seen <= 2 * way.moving_held
        required = 0 < way.required_seen <= 2 * way.required_held
        return self._is_ours() and stayed and required and self._kept_still()

    def _kept_still(self) -> bool:
        """Whether what has to keep still did so, beside the hip that works."""
        parts = self._any_rule.keeps_still
        if not parts:
            return True
        way = self._under_way
        hip, against, trunk = (_range_of(v) for v in (way.hip, way.against, way.trunk))
        return not (
            ("both_legs" in parts and hip > STILL_DEG)
            or ("other_leg" in parts and against > hip + max(STILL_DEG, STILL * hip))
            or ("other_leg" in parts and against < TOGETHER * hip)
            or ("trunk" in parts and trunk > max(STILL_DEG, STILL * hip))
        )

    # -- a movement that ended -------------------------------------------------------------------

    def _finish_movement(self, mv: RepMovement, time_s: float) -> list[Event]:
        rule, readiness, way = self._any_rule, self._readiness, self._under_way
        counted_before, self._counted = self._counted, False
        # Of one that the recording cuts, half is enough.
        least_s = rule.min_s / 2 if mv.cut else rule.min_s
        long_enough = least_s <= mv.rep_s <= rule.max_s
        # A recording may begin in the middle of a set: ready by the end of the movement is enough,
        # as position and requires are asked for at its top as well.
        began_ready = readiness.ready and readiness.since_s <= mv.end_s
        began_ready |= mv.cut and readiness.from_the_first
        ours = long_enough and began_ready and self._is_this_exercise()
        if not (ours and self._goes_right_way(mv)):
            self._discard()
            return []
        if self._spec.position == "standing" and way.knee_seen < KNEE_SEEN:
            return []
        self._counted = True
        if counted_before and self._wavers(mv):
            return []
        return self._count(mv, time_s)

    def _count(self, mv: RepMovement, time_s: float) -> list[Event]:
        """Count a movement as an attempt or as a rep, and judge it as a whole.

        One that the recording began in the middle of is counted and not judged.
        """
        unsure_s = self._under_way.unsure_s
        if (missed := self._missed_target(mv)) is not None:
            self.attempts += 1
            best, target = missed
            attempt = Attempt(time_s, self._side, mv.start_s, mv.top_s, best, target, self._unit)
            judged = [] if mv.cut else self._checks.judge_attempt(mv, time_s, unsure_s)
            return [*judged, attempt]
        events = [] if mv.cut else self._checks.judge_rep(mv, time_s, unsure_s)
        self.reps += 1
        name, value = self._figure(mv)
        full_name = f"{self._any_rule.measurement}_{name}{'_deg' if self._unit == 'deg' else ''}"
        rep = Rep(
            self._side, mv.start_s, mv.top_s, mv.end_s, mv.hold_s,
            {full_name: value},
            self._checks.faults_between(mv.start_s, mv.end_s),
            mv.direction,
        )  # fmt: skip
        return [*events, RepCompleted(time_s, rep)]

    def finish(self, time_s: float) -> list[Event]:
        """End of the recording: a movement that is all but over counts."""
        events = self._take(*self._end(time_s), time_s)
        return events + self.leave(time_s)

    def exchange_movement(self, other: Self) -> None:
        """Give the movement that is under way to the other leg, and take that one's."""
        self.phase, other.phase = other.phase, self.phase
        self._moments, other._moments = other._moments, self._moments
        self._under_way, other._under_way = other._under_way, self._under_way


def _range_of(values: Sequence[float]) -> float:
    """Return from where to where values went, leaving out the outermost tenths (spikes)."""
    if not values:
        return 0.0
    ordered = sorted(values)
    tenth = len(ordered) // 10
    return ordered[-1 - tenth] - ordered[tenth]
