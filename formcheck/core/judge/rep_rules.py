"""What a rep is: over a top and back, there and back, or a full turn."""

from __future__ import annotations

import math
from typing import ClassVar, Self

from formcheck.core.judge.counter import SideParts
from formcheck.core.judge.cycles import CirclePhases, PulsePhases
from formcheck.core.judge.moment import Moment
from formcheck.core.judge.movements import MovementCounter, Step
from formcheck.core.judge.reps import DEGREES, FLICKER_S, TRUNK_LENGTHS, RepMovement, RepPhases
from formcheck.core.spec.exercise import Bound, Circle, Pulse, RepSpec

# `begins` is looked at from so long before a movement left rest until so long after it.
BEGINS_BEFORE_S, BEGINS_AFTER_S = 0.4, 0.3
BEGINS_S = BEGINS_BEFORE_S + BEGINS_AFTER_S


class RepCounter(MovementCounter):
    """Counts movements that leave rest, pass a top and come back."""

    _required_in: ClassVar[tuple[str, ...]] = ("top",)

    def __init__(self, parts: SideParts, rule: RepSpec) -> None:
        super().__init__(parts, rule)
        self._rule = rule
        self.target = rule.target
        sign = 1 if rule.rising else -1
        self._phases = RepPhases(
            rule.rest,
            rule.top,
            rule.target - sign * rule.tolerance,
            sign,
            ends_at_top=rule.ends == "top",
            least_s=rule.min_s,
            steps=TRUNK_LENGTHS if self._unit == "ratio" else DEGREES,
        )

    @property
    def hold_now_s(self) -> float | None:
        """Seconds held so far at the top of the movement under way; None elsewhere."""
        at_top = self.phase == "top" and self._readiness.ready
        return self._phases.hold_s if at_top else None

    @property
    def movement_start_s(self) -> float:
        """When the movement under way left rest; NaN at rest."""
        return self._phases.start_s

    @property
    def in_mid_movement(self) -> bool:
        """Whether the recording began in the middle of the movement that is under way."""
        return self._phases.is_cut

    def exchange_movement(self, other: Self) -> None:
        """Give the movement that is under way to the other leg, and take that one's."""
        super().exchange_movement(other)
        self._phases, other._phases = other._phases, self._phases

    def _look(self, m: Moment) -> tuple[bool, Step]:
        if m.restarted:
            self._phases.begin_anew()
        value, _ = self._quantities.value(self._rule.measurement, "working", m)
        if self._rule.relative_to == "neutral":
            name = self._quantities.name_of(self._rule.measurement, "working", m)
            value -= self._quantities.neutral.get(name, math.nan)
        step = self._phases.update(m.key, m.time_s, value)
        return not math.isnan(value), step

    def _end(self, time_s: float) -> Step:
        return self._phases.finish(time_s)

    def _figure(self, mv: RepMovement) -> tuple[str, float]:
        return ("max" if self._rule.rising else "min"), mv.best

    def _missed_target(self, mv: RepMovement) -> tuple[float, float] | None:
        return (mv.best, self._rule.target) if self._misses(mv.best) else None

    def _has_reached(self, mv: RepMovement | None) -> bool:
        return not self._misses(self._phases.best if mv is None else mv.best)

    def _misses(self, best: float) -> bool:
        """Whether the best value of a movement is too far from its target to count."""
        rule = self._rule
        return (1 if rule.rising else -1) * (best - rule.target) < -rule.tolerance

    def _required(self, *, reached: bool) -> tuple[Bound, ...]:
        return self._rule.requires + (self._rule.at_target if reached else ())

    def _note(self, phase: str, m: Moment) -> None:
        rule = self._rule
        if rule.begins:
            self._note_beginning(phase, m)
        if rule.or_at_top and phase == "top":
            self._under_way.held_at_top += self._quantities.all_held(rule.or_at_top, m) is True

    def _note_beginning(self, phase: str, m: Moment) -> None:
        """Keep whether `begins` held, from shortly before to shortly after it left rest."""
        way = self._under_way
        if phase == "up" and math.isnan(way.left_rest_s):
            way.left_rest_s = m.time_s
        if m.time_s - way.left_rest_s > BEGINS_AFTER_S or phase not in ("rest", "up"):
            return
        held = self._quantities.all_held(self._rule.begins, m)
        if held is not None:
            way.beginning.append((m.time_s, held))
        while way.beginning and way.beginning[0][0] < m.time_s - BEGINS_S:
            way.beginning.popleft()

    def _is_ours(self) -> bool:
        """Whether `begins` held, or `or_at_top`: it is this exercise's movement and this leg's."""
        if not self._rule.begins:
            return True
        way = self._under_way
        held = [kept for _, kept in way.beginning]
        begun = bool(held) and 2 * sum(held) >= len(held)
        return begun or way.required_seen < 2 * way.held_at_top

    def _is_settled_later(self) -> bool:
        return bool(self._rule.or_at_top) and not self._is_ours()

    def _wavers(self, mv: RepMovement) -> bool:
        # Legs that switch need longer to come back than a model that wavers.
        return self._rule.ends == "top" and mv.rested_s < FLICKER_S


class PulseCounter(MovementCounter):
    """Counts what goes there and back."""

    def __init__(self, parts: SideParts, rule: Pulse) -> None:
        super().__init__(parts, rule)
        self._rule = rule
        self._phases = PulsePhases(rule.size, rule.max_s)

    def _look(self, m: Moment) -> tuple[bool, Step]:
        value, _ = self._quantities.value(self._rule.measurement, "working", m)
        return not math.isnan(value), self._phases.update(m.key, m.time_s, value)

    def _end(self, time_s: float) -> Step:
        return self._phases.finish(time_s)

    def _figure(self, mv: RepMovement) -> tuple[str, float]:
        return "size", mv.size


class CircleCounter(MovementCounter):
    """Counts full turns in the plane of two measurements."""

    def __init__(self, parts: SideParts, rule: Circle) -> None:
        super().__init__(parts, rule)
        self._rule = rule
        self._phases = CirclePhases(rule.least, rule.size)

    def _look(self, m: Moment) -> tuple[bool, Step]:
        along, _ = self._quantities.value(self._rule.along, "working", m)
        across, _ = self._quantities.value(self._rule.across, "working", m)
        known = not (math.isnan(along) or math.isnan(across))
        return known, self._phases.update(m.key, m.time_s, along, across)

    def _end(self, time_s: float) -> Step:
        return self._phases.finish(time_s)

    def _figure(self, mv: RepMovement) -> tuple[str, float]:
        return "radius", mv.size

    def _missed_target(self, mv: RepMovement) -> tuple[float, float] | None:
        return (mv.size, self._rule.size) if mv.size < self._rule.size else None

    def _goes_right_way(self, mv: RepMovement) -> bool:
        asked_for = self._rule.direction
        return asked_for == "either" or mv.direction in (None, asked_for)

    def _discard(self) -> None:
        self._phases.forget_turns()
