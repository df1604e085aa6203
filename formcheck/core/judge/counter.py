"""What counts one kind of exercise for one side: the protocol, and what all counters share."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Self

from formcheck.core.events import CountSide, Event, PhaseEntered, SelfTestResult
from formcheck.core.judge.moment import Moment
from formcheck.core.judge.quantities import Quantities
from formcheck.core.judge.readiness import Readiness
from formcheck.core.judge.side_checks import MOVING, SideChecks
from formcheck.core.spec.exercise import Check, ExerciseSpec
from formcheck.core.spec.fields import Leg

# Start bounds may be missed by this much (degrees, as `give` of a hold) before it counts as another
# movement.
START_MARGIN = 10.0


@dataclass(frozen=True, slots=True)
class SideParts:
    """What a counter works with: its spec and side, and the other parts of that side's judge."""

    spec: ExerciseSpec
    side: CountSide
    quantities: Quantities
    readiness: Readiness
    checks: SideChecks


class Counter(ABC):
    """Counts what an exercise is about (reps, holds, seconds), and says when its checks are judged.

    Attributes
    ----------
    phase : str
        ``setup`` until the start position was held, then its own.
    reps, attempts : int
    shown : tuple of str and {"working", "other"}, or None
        The measurement that the exercise is about, and of which leg.
    target : float or None
        Its target, in the measurement's unit.
    needs_start : bool
        False where it runs without anybody in the start position.
    """

    needs_start: ClassVar[bool] = True

    def __init__(self, parts: SideParts) -> None:
        self._spec, self._side = parts.spec, parts.side
        self._quantities, self._readiness = parts.quantities, parts.readiness
        self._checks = parts.checks
        self.phase = "setup"
        self.reps = self.attempts = 0
        self.shown: tuple[str, Leg] | None = None
        self.target: float | None = None

    @abstractmethod
    def update(self, m: Moment) -> list[Event]:
        """Take one moment; return what happened."""

    def leave(self, time_s: float) -> list[Event]:
        """The start position was left, or the recording is over: end what is open."""
        return self._checks.phase_over(time_s)

    def finish(self, time_s: float) -> list[Event]:
        """End of the recording."""
        return self.leave(time_s)

    @property
    def busy(self) -> bool:
        """True while a movement or hold is under way."""
        return self.phase in MOVING

    @property
    def hold_now_s(self) -> float | None:
        """Seconds of the hold that is on; None without one."""
        return None

    @property
    def total_hold_s(self) -> float:
        """Seconds held in finished and running holds."""
        return 0.0

    @property
    def timed_s(self) -> float | None:
        """Seconds that an exercise done by time runs; None for all others."""
        return None

    @property
    def movement_start_s(self) -> float:
        """When the movement under way left rest; NaN without one that a leg can be given."""
        return math.nan

    @property
    def in_mid_movement(self) -> bool:
        """Whether the recording began in the middle of the movement that is under way."""
        return False

    def exchange_movement(self, other: Self) -> None:  # noqa: B027, most have none to give
        """Give the movement that is under way to the other leg, and take that one's."""

    def legs_occluded(self, m: Moment) -> bool:
        """Whether the legs are not known in this moment and cannot have moved."""
        return False

    def self_test_results(self) -> list[SelfTestResult]:
        """Return the numbers of a self-test so far; none where this side did nothing."""
        return []

    # -- for derived counters --------------------------------------------------------------------

    def _enter(self, phase: str, time_s: float) -> list[Event]:
        phase = "setup" if phase == "unknown" else phase
        if phase == self.phase:
            return []
        if phase in MOVING and self.phase not in MOVING:
            self._checks.movement_begins()
        self.phase = phase
        started = self._readiness.ready or not self.needs_start
        return [PhaseEntered(time_s, self._side, phase)] if started else []

    def _judge(self, phase: str, m: Moment) -> list[Event]:
        """Hand one moment to the checks of its phase."""
        in_place = self._readiness.ready and self._in_place(m)
        return self._checks.update(
            phase, m, lambda check: in_place and self._is_judged(check, phase, m)
        )

    def _in_place(self, m: Moment) -> bool:
        """Whether the person is in position."""
        return m.in_position

    def _is_judged(self, check: Check, phase: str, m: Moment) -> bool:
        if check.during == "exercise":
            return self._is_set_up(m)
        return check.during == phase

    def _is_set_up(self, m: Moment) -> bool:
        """Whether the start bounds still hold, more or less (feet a long step apart)."""
        return self._readiness.missed_start(m, START_MARGIN) is None
