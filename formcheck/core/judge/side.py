"""The judge of one side of an exercise: its readiness, its checks and what it counts."""

from __future__ import annotations

import math
from collections.abc import Sequence

from formcheck.core.body.tracker import OTHER_PERSON, Tracked
from formcheck.core.events import ActiveFault, CountSide, Event, SelfTestResult
from formcheck.core.judge.counter import Counter, SideParts
from formcheck.core.judge.holds import HoldCounter
from formcheck.core.judge.moment import Moment
from formcheck.core.judge.observer import Observation
from formcheck.core.judge.quantities import Quantities
from formcheck.core.judge.readiness import Readiness
from formcheck.core.judge.rep_rules import CircleCounter, PulseCounter, RepCounter
from formcheck.core.judge.self_test import SelfTestCounter
from formcheck.core.judge.side_checks import SideChecks
from formcheck.core.judge.summary import Unassessed
from formcheck.core.judge.timed import TimedCounter
from formcheck.core.measure.kinds import REGISTRY
from formcheck.core.measure.smoothing import SpeedMeter, of_other_leg
from formcheck.core.messages import SUMMARY
from formcheck.core.pose import SIDES, landmark_of
from formcheck.core.spec.exercise import ExerciseSpec

# A left-right swap begins as one of the legs sets out, or a bit later.
CONFUSED_S = 0.15


class SideJudge:
    """The state of one side (or of ``both``).

    Parameters
    ----------
    spec : ExerciseSpec
    side : {"left", "right", "both"}
    """

    def __init__(self, spec: ExerciseSpec, side: CountSide) -> None:
        self.side = side
        self._quantities = Quantities(side, lenient=spec.hold is not None)
        self._readiness = Readiness(spec, side, self._quantities)
        self._checks = SideChecks(spec, side, self._quantities)
        self.counter = _counter(
            SideParts(spec, side, self._quantities, self._readiness, self._checks)
        )
        self._meters = {
            REGISTRY[check.measurement].full_name(leg): SpeedMeter()
            for check in spec.checks
            for leg in SIDES
            if check.of == "speed"
        }
        self._now: Moment | None = None

    @property
    def ready(self) -> bool:
        """True while the start position was held and not left, or where none is needed."""
        return self._readiness.ready or not self.counter.needs_start

    @property
    def message(self) -> str | None:
        """What is missing to be ready."""
        return self._readiness.message

    @property
    def prominence(self) -> tuple[bool, bool, bool]:
        """Order in which sides are shown."""
        return (self.counter.busy and self.ready, self.ready, self._readiness.in_position)

    @property
    def joint(self) -> str | None:
        """Full name of the measurement that the exercise is about."""
        if self._now is None or self.counter.shown is None:
            return None
        return self._quantities.name_of(*self.counter.shown, self._now)

    def active_faults(self) -> list[ActiveFault]:
        """Return the faults that are on."""
        return self._checks.active_faults()

    def unassessed(self) -> list[Unassessed]:
        """Return what could not be judged so far, for too long."""
        if (timed_s := self.counter.timed_s) is not None:
            return [Unassessed("exercise", SUMMARY.timed, timed_s)]
        return [Unassessed(*found) for found in self._checks.unassessed()]

    def self_test_results(self) -> list[SelfTestResult]:
        """Return the numbers of a self-test so far; none where this side did nothing."""
        return self.counter.self_test_results()

    def update(
        self,
        key: int,
        time_s: float,
        seen: Observation,
        *,
        begun: bool,
    ) -> list[Event]:
        """Take one moment; return what happened.

        `begun` says whether any side did anything since the start position was held.
        """
        m = self._now = self._moment(key, time_s, seen)
        counter, events = self.counter, []
        if counter.needs_start:
            was_ready = self._readiness.ready
            self._readiness.update(
                m, begun=begun, busy=counter.busy, in_mid_movement=counter.in_mid_movement
            )
            m.in_position = self._readiness.in_position
            if was_ready and not self._readiness.ready:
                events += counter.leave(time_s)
        return events + counter.update(m)

    def _moment(self, key: int, time_s: float, seen: Observation) -> Moment:
        tracked, values, last = seen.tracked, seen.values, self._now
        body = tracked.body
        near_side = body.view.near_side if body else (last.near_side if last else None)
        m = Moment(
            key,
            time_s,
            values,
            seen.reasons,
            body,
            near_side,
            since_s=time_s - last.time_s if last else 0.0,
            restarted=tracked.restarted,
            other_person=tracked.reason == OTHER_PERSON,
            unfit=tracked.unfit,
            separated=tracked.separated,
            knee_seen=self._knee_visibility(tracked),
            speeds={
                name: meter.update(time_s, values[name]) for name, meter in self._meters.items()
            },
            side_on=None if seen.counted is values else seen.counted,
        )
        m.occluded = self.counter.legs_occluded(m)
        return m

    def _knee_visibility(self, tracked: Tracked) -> float:
        if self.side == "both":
            return 1.0
        return float(tracked.pose.landmarks[landmark_of(self.side, "knee"), 3])

    def exchange_speeds(self) -> None:
        """Give each leg's speed the other's past."""
        self._meters = of_other_leg(self._meters)

    def finish(self, time_s: float) -> list[Event]:
        """End of the recording."""
        return self.counter.finish(time_s)


def _counter(parts: SideParts) -> Counter:
    """Return what counts the exercise of a spec."""
    spec = parts.spec
    if spec.rep is not None:
        return RepCounter(parts, spec.rep)
    if spec.pulse is not None:
        return PulseCounter(parts, spec.pulse)
    if spec.circle is not None:
        return CircleCounter(parts, spec.circle)
    if spec.hold is not None:
        return HoldCounter(parts, spec.hold)
    if spec.test is not None:
        return SelfTestCounter(parts, spec.test)
    return TimedCounter(parts)


def exchange_movements(judges: Sequence[SideJudge], since_s: float) -> None:
    """Give each leg the movement that the other began since left and right were swapped.

    Movements that had begun before are left to the leg that began them; what was counted and
    reported stays.
    """
    for judge in judges:
        judge.exchange_speeds()
    starts_s = [judge.counter.movement_start_s for judge in judges]
    known_s = [start_s for start_s in starts_s if not math.isnan(start_s)]
    if len(judges) < len(SIDES) or not known_s or min(known_s) < since_s - CONFUSED_S:
        return
    judges[0].counter.exchange_movement(judges[1].counter)


def make_judges(spec: ExerciseSpec, side: str | None = None) -> list[SideJudge]:
    """Return the judges of a spec: one for each side, or one for both."""
    if spec.kind == "timed" and side in SIDES:
        return [SideJudge(spec, side)]
    if spec.sides == "both" or spec.kind == "timed":
        return [SideJudge(spec, "both")]
    return [SideJudge(spec, s) for s in SIDES if side in (None, "alternate", s)]
