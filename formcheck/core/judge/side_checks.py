"""The checks of one side: which moment each of them sees, and the faults they gave."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from formcheck.core.events import ActiveFault, CountSide, Event, FaultEnded
from formcheck.core.judge.checks import SECONDS_ERROR, CheckEvent, CheckWatch
from formcheck.core.judge.moment import Moment
from formcheck.core.judge.quantities import Quantities
from formcheck.core.judge.reps import RepMovement
from formcheck.core.measure.kinds import FAR_SIDE, REGISTRY
from formcheck.core.measure.smoothing import SPEED_S
from formcheck.core.spec.exercise import Check, ExerciseSpec

MOVING = ("up", "top", "down", "turn")
REP_PHASES = {"rep": MOVING, "up": ("up",), "top": ("top",), "down": ("down",)}
"""Phases of a movement by what a check's `during` says."""
# Lowering over lifting time of half a second each, both off by half a frame.
RATIO_ERROR = 0.15


class _Figure(NamedTuple):
    """A number of a movement: its value, the time that it is about, when it was reached."""

    value: Callable[[RepMovement], float]
    start_s: Callable[[RepMovement], float] = lambda mv: mv.start_s
    end_s: Callable[[RepMovement], float] = lambda mv: mv.end_s
    at_s: Callable[[RepMovement], float] = lambda mv: mv.end_s


_FIGURES = {
    "hold_s": _Figure(
        lambda mv: mv.hold_s,
        lambda mv: mv.top_start_s,
        lambda mv: mv.top_end_s,
        lambda mv: mv.top_end_s,
    ),
    "up_s": _Figure(
        lambda mv: mv.up_s,
        end_s=lambda mv: mv.top_start_s,
        at_s=lambda mv: mv.top_start_s,
    ),
    "down_s": _Figure(lambda mv: mv.down_s, lambda mv: mv.top_end_s),
    "down_over_up": _Figure(lambda mv: mv.down_over_up, lambda mv: mv.top_end_s),
    "rep_s": _Figure(lambda mv: mv.rep_s),
    "size": _Figure(lambda mv: mv.size, at_s=lambda mv: mv.top_s),
    "turns": _Figure(lambda mv: mv.turns),
}
"""Figures of a movement by what a check's `of` says."""


class SideChecks:
    """The checks of a spec for one side.

    Parameters
    ----------
    spec : ExerciseSpec
    side : {"left", "right", "both"}
    quantities : Quantities
        Of that side.
    """

    def __init__(self, spec: ExerciseSpec, side: CountSide, quantities: Quantities) -> None:
        self._spec, self._side, self._quantities = spec, side, quantities
        self._watches = [self._watch(check) for check in spec.checks]
        self._ended: list[tuple[str, float, float]] = []

    def _watch(self, check: Check) -> CheckWatch:
        kind = REGISTRY[check.measurement]
        both = self._side == "both"
        name = kind.full_name(None if both else self._quantities.side_of(check.leg, None))
        unit = {"deg": "deg", "ratio": "ratio", "per_s": "deg/s"}[kind.unit]
        # What a position adds is there at the start as well, and cancels.
        in_position = kind.error_in if check.relative_to == "zero" else {}
        error = in_position.get(self._spec.position, kind.error)
        match check.of:
            case "value" | "reached":
                return CheckWatch(check, self._side, name, unit, error)
            case "speed":
                return CheckWatch(check, self._side, name, f"{unit}/s", error / SPEED_S / 2)
            case "size":
                # Both ends of a movement are off the same way, so its size is off by less.
                return CheckWatch(check, self._side, name, unit, error / 2)
            case "turns":
                return CheckWatch(check, self._side, check.of, "turns", 0.0)
            case "down_over_up":
                return CheckWatch(check, self._side, check.of, "ratio", RATIO_ERROR)
        return CheckWatch(check, self._side, check.of, "s", SECONDS_ERROR)

    def update(self, phase: str, m: Moment, is_judged: Callable[[Check], bool]) -> list[Event]:
        """Hand one moment to the checks of its phase; to all others the phase is over.

        Parameters
        ----------
        phase : str
        m : Moment
        is_judged : callable
            Whether a check that looks at every frame is judged in this moment.
        """
        events: list[Event] = []
        for watch in self._watches:
            check = watch.check
            if check.once_a_rep:
                if check.gathered and phase in REP_PHASES[check.during]:
                    self._gather(watch, m)
            elif is_judged(check):
                events += self._judge(watch, m)
            else:
                events += self._log(watch.phase_over(m.time_s))
        return events

    def _judge(self, watch: CheckWatch, m: Moment) -> list[CheckEvent]:
        check = watch.check
        value, reason = self._value(check, m)
        unsure = m.separated or not m.in_position
        if unsure and "knee" in REGISTRY[check.measurement].joints:
            return []  # separated legs are good to count by, not to judge by
        if not reason and math.isnan(value):
            return []
        neutral = self._quantities.neutral_of(check, m)
        return self._log(watch.update(m.time_s, value, reason, neutral))

    def _gather(self, watch: CheckWatch, m: Moment) -> None:
        """Keep one moment for a check that judges a phase as a whole."""
        check = watch.check
        if m.separated and "knee" in REGISTRY[check.measurement].joints:
            return
        value, reason = self._value(check, m)
        watch.gather(m.time_s, value, reason, self._quantities.neutral_of(check, m))

    def _value(self, check: Check, m: Moment) -> tuple[float, str]:
        """Return what a check judges in a moment; NaN without a reason: nothing to judge yet."""
        kind = REGISTRY[check.measurement]
        side = self._quantities.side_of(check.leg, m.near_side)
        value, reason = self._quantities.value(check.measurement, check.leg, m, judged=True)
        in_side_view = self._spec.view == "side" and "side" in kind.views
        if kind.sided and in_side_view and not kind.far_side and side != m.near_side:
            return math.nan, reason or FAR_SIDE
        if check.of == "speed" and not math.isnan(value):
            return m.speeds[kind.full_name(side)], ""
        return value, reason or ""

    def movement_begins(self) -> None:
        """Forget what was gathered before."""
        for watch in self._watches:
            watch.forget_gathered()

    def judge_rep(self, mv: RepMovement, time_s: float, unsure_s: float) -> list[Event]:
        """Judge the figures of a movement that counts as a rep.

        Parameters
        ----------
        mv : RepMovement
        time_s : float
            Now.
        unsure_s : float
            Seconds of the movement in which the value was not sure.
        """
        events: list[Event] = []
        for watch in self._watches:
            if watch.check.gathered:
                events += self._log(watch.judge_gathered(time_s))
            elif watch.check.once_a_rep:
                events += self._log(self._judge_figure(watch, mv, time_s, unsure_s))
        return events

    def judge_attempt(self, mv: RepMovement, time_s: float, unsure_s: float) -> list[Event]:
        """Judge what a movement that missed its target can be judged by: no durations."""
        events: list[Event] = []
        for watch in self._watches:
            if watch.check.gathered:
                events += self._log(watch.judge_gathered(time_s))
            elif watch.check.of == "size":
                events += self._log(self._judge_figure(watch, mv, time_s, unsure_s))
        return events

    def _judge_figure(
        self, watch: CheckWatch, mv: RepMovement, time_s: float, unsure_s: float
    ) -> list[CheckEvent]:
        """Judge the one figure of a movement that a check is about."""
        check, figure = watch.check, _FIGURES[watch.check.of]
        value = figure.value(mv)
        if math.isnan(value):
            return []
        if check.of == "hold_s" and check.at_least is not None:
            # A top that only just counts is within its error; another check reports that.
            value = max(value, mv.top_end_s - mv.top_start_s)
            # Moments in which the legs were confused may have been held as well.
            short_s = check.at_least - SECONDS_ERROR - value
            if 0 < short_s <= unsure_s:
                return []
        start_s, end_s, at_s = figure.start_s(mv), figure.end_s(mv), figure.at_s(mv)
        return watch.judge_once(time_s, value, start_s, end_s, at_s)

    def phase_over(self, time_s: float) -> list[Event]:
        """End all faults that are on: the position was left, or the recording is over."""
        return [e for watch in self._watches for e in self._log(watch.phase_over(time_s))]

    def _log(self, events: list[CheckEvent]) -> list[CheckEvent]:
        """Note the faults that ended, for the rep or hold they belong to."""
        for event in events:
            if isinstance(event, FaultEnded):
                f = event.fault
                self._ended.append((f.check, f.start_s, f.end_s))
        return events

    def active_faults(self) -> list[ActiveFault]:
        """Return the faults that are on."""
        return [fault for watch in self._watches if (fault := watch.active_fault())]

    def faults_between(self, start_s: float, end_s: float) -> tuple[str, ...]:
        """Return the checks with a fault that was on between two times, or is on now."""
        names = [check for check, a, b in self._ended if a <= end_s and b >= start_s]
        names += [fault.check for fault in self.active_faults()]
        return tuple(dict.fromkeys(names))

    def missed_at_all(self) -> set[str]:
        """Return the checks with a fault so far."""
        return {name for name, _, _ in self._ended} | {f.check for f in self.active_faults()}

    def conditions(self) -> Iterable[CheckWatch]:
        """Return the checks that make a self-test's result invalid where they are missed."""
        return [watch for watch in self._watches if watch.check.invalidates]

    def unassessed(self) -> Iterator[tuple[str, str, float, float]]:
        """Give check, main reason, seconds and all seconds, where too much was not judged."""
        for watch in self._watches:
            found = watch.unassessed()
            if found is not None:
                reason, unknown_s = found
                yield watch.check.id, reason, unknown_s, unknown_s + watch.judged_s
