"""Bounds that must last: values in a phase become faults, or "not assessed" with a reason."""

from __future__ import annotations

import math
from dataclasses import dataclass

from formcheck.core.events import (
    ActiveFault,
    CountSide,
    Fault,
    FaultEnded,
    FaultStarted,
    NotAssessed,
)
from formcheck.core.spec.exercise import Bound, Check

GAP_S = 0.3
# Seconds in which a bound is kept go on over moments that could not be seen, up to this long.
KEPT_GAP_S = 1.0
# A fault that comes back within this time is the same one.
MERGE_S = 0.5
# What could not be judged is reported when it lasted this long ...
NOT_ASSESSED_S = 0.5
# ... and, in the summary, when it was more than this fraction of the time it applied.
NOT_ASSESSED_FRACTION = 0.2
# Seconds that a frame can be off at both ends of a phase.
SECONDS_ERROR = 0.25
START_NOT_STILL = "the start position was not held still"

CheckEvent = FaultStarted | FaultEnded | NotAssessed


def excess(bound: Bound, value: float, margin: float = 0.0) -> float:
    """Return by how much a value misses a bound that is wider by `margin`; ≤ 0 where it holds."""
    over = -math.inf
    if bound.at_least is not None:
        over = max(over, bound.at_least - margin - value)
    if bound.at_most is not None:
        over = max(over, value - bound.at_most - margin)
    return over


def missed_limit(bound: Bound, value: float) -> float:
    """Return the limit nearest to being missed by a value."""
    if bound.at_least is not None and (bound.at_most is None or value < bound.at_least):
        return bound.at_least
    assert bound.at_most is not None
    return bound.at_most


@dataclass(slots=True)
class _Run:
    start_s: float
    last_bad_s: float
    worst: float
    worst_s: float
    reported: bool = False


@dataclass(slots=True)
class _Gathered:
    """What a check of a whole phase has seen of it so far."""

    start_s: float
    end_s: float
    best: float = math.nan
    best_s: float = math.nan
    kept_s: float = 0.0
    kept_at_s: float = math.nan
    reason: str = ""


class CheckWatch:
    """Watches one check for one side.

    Parameters
    ----------
    check : Check
    side : str
    measurement : str
        Full name of the value that is watched.
    unit : str
    error : float
        The measurement's own error: a bound missed by less is not a fault.
    """

    def __init__(
        self, check: Check, side: CountSide, measurement: str, unit: str, error: float
    ) -> None:
        self.check, self.side, self.measurement = check, side, measurement
        self.unit, self._error = unit, error
        self._run: _Run | None = None
        self._best = self._kept_from = math.nan
        self._last_s: float | None = None
        self._reported_reasons: set[str] = set()
        self.unknown_s: dict[str, float] = {}
        self.judged_s = 0.0
        self._value = math.nan
        self._gathered: _Gathered | None = None

    def active_fault(self) -> ActiveFault | None:
        """Return the fault that is on, if any."""
        if self._run is None or not self._run.reported:
            return None
        return self._active(self._value)

    def _active(self, value: float) -> ActiveFault:
        c = self.check
        limit = c.for_s if c.of == "kept_s" else missed_limit(c, value)
        return ActiveFault(
            c.id, self.side, self.measurement, value, limit, self.unit, c.severity, c.cue
        )

    def update(
        self, time_s: float, value: float, reason: str | None, neutral: float = math.nan
    ) -> list[CheckEvent]:
        """Take one moment of the phase in which the check is judged.

        Parameters
        ----------
        time_s, value : float
            NaN where unknown, with its reason.
        reason : str or None
        neutral : float
            The person's own value in the start position, for ``relative_to = "neutral"``.
        """
        step_s = 0.0 if self._last_s is None else min(max(time_s - self._last_s, 0.0), GAP_S)
        self._last_s = time_s
        value, reason = self._relative(value, reason, neutral)
        if math.isnan(value):
            return self._unknown(time_s, step_s, reason or "it could not be measured")
        self.judged_s += step_s
        self._value = value
        over = excess(self.check, value)
        run = self._run
        if run is not None and time_s - run.last_bad_s > MERGE_S:
            events = self.leave(time_s)
            run = None
        else:
            events = []
        bad = over > (0.0 if run and run.reported else self._error)
        if not self._kept_long_enough(time_s, bad):
            return events
        if bad:
            if run is None:
                run = self._run = _Run(time_s, time_s, value, time_s)
            elif not run.reported and time_s - run.last_bad_s > GAP_S:
                run.start_s, run.worst, run.worst_s = time_s, value, time_s
            run.last_bad_s = time_s
            if over > excess(self.check, run.worst):
                run.worst, run.worst_s = value, time_s
            if not run.reported and time_s - run.start_s >= self.check.for_s:
                run.reported = True
                events.append(self._started(time_s, run))
        return events

    def _kept_long_enough(self, time_s: float, bad: bool) -> bool:
        """Whether the bound was kept for the check's `after_s` before it was first missed."""
        if self.check.after_s == 0 or self._run is not None:
            return True
        if math.isnan(self._kept_from):
            self._kept_from = time_s
        enough = time_s - self._kept_from >= self.check.after_s
        if bad and not enough:
            self._kept_from = time_s
            self._best = math.nan
        return enough

    def _relative(
        self, value: float, reason: str | None, neutral: float
    ) -> tuple[float, str | None]:
        if self.check.relative_to == "neutral":
            if math.isnan(neutral):
                return math.nan, reason or START_NOT_STILL
            return value - neutral, reason
        if self.check.relative_to == "best" and not math.isnan(value):
            better = max if self.check.at_least is not None else min
            self._best = value if math.isnan(self._best) else better(self._best, value)
            return value - self._best, reason
        return value, reason

    def _unknown(self, time_s: float, step_s: float, reason: str) -> list[CheckEvent]:
        self.unknown_s[reason] = self.unknown_s.get(reason, 0.0) + step_s
        events: list[CheckEvent] = []
        if self._run is not None and time_s - self._run.last_bad_s > GAP_S:
            events += self.leave(time_s)
        if self.unknown_s[reason] >= NOT_ASSESSED_S and reason not in self._reported_reasons:
            self._reported_reasons.add(reason)
            events.append(NotAssessed(time_s, self.check.id, reason))
        return events

    def leave(self, time_s: float) -> list[CheckEvent]:
        """The phase ended: end the fault that is on."""
        run, self._run = self._run, None
        if run is None or not run.reported:
            return []
        return [FaultEnded(time_s, self._fault(run, run.last_bad_s))]

    def phase_over(self, time_s: float) -> list[CheckEvent]:
        """The phase is over for good: the next one starts with a new best value."""
        self._best = self._kept_from = math.nan
        self._last_s = None
        return self.leave(time_s)

    def judge_once(
        self, time_s: float, value: float, start_s: float, end_s: float, at_s: float
    ) -> list[CheckEvent]:
        """Judge a value that there is once a rep, such as the seconds held at the top.

        Parameters
        ----------
        time_s, value : float
        start_s, end_s : float
            The part of the movement that it is about.
        at_s : float
            When the value was reached; of a duration, when it was over.
        """
        self.judged_s += max(end_s - start_s, 0.0)
        over = excess(self.check, value) > self._error
        return self._once(time_s, value, start_s, end_s, at_s) if over else []

    def _once(
        self, time_s: float, value: float, start_s: float, end_s: float, at_s: float
    ) -> list[CheckEvent]:
        run = _Run(start_s, end_s, value, at_s, reported=True)
        return [self._started(time_s, run), FaultEnded(time_s, self._fault(run, end_s))]

    def gather(self, time_s: float, value: float, reason: str | None, neutral: float) -> None:
        """Take one moment of the phase of a check that judges the phase as a whole."""
        value, reason = self._relative(value, reason, neutral)
        seen = self._gathered = self._gathered or _Gathered(time_s, time_s)
        seen.end_s = time_s
        if math.isnan(value):
            seen.reason = reason or seen.reason
            return
        if math.isnan(seen.best) or excess(self.check, value) < excess(self.check, seen.best):
            seen.best, seen.best_s = value, time_s
        if excess(self.check, value) > 0:
            seen.kept_at_s = math.nan
            return
        since_s = time_s - seen.kept_at_s
        seen.kept_s += since_s if since_s <= KEPT_GAP_S else 0.0
        seen.kept_at_s = time_s

    def forget_gathered(self) -> None:
        """The phase was no movement that counts, or the next one begins."""
        self._gathered = None

    def judge_gathered(self, time_s: float) -> list[CheckEvent]:
        """Judge the phase of a finished movement: what was reached in it, or for how long."""
        seen, self._gathered = self._gathered, None
        if seen is None:
            return []
        if math.isnan(seen.best):
            lasted_s = seen.end_s - seen.start_s
            return self._unknown(time_s, lasted_s, seen.reason or "it could not be measured")
        if self.check.of == "reached":
            return self.judge_once(time_s, seen.best, seen.start_s, seen.end_s, seen.best_s)
        if excess(self.check, seen.best) > 0:
            return []  # never kept at all: that is another check's to say
        self.judged_s += seen.end_s - seen.start_s
        if seen.kept_s >= self.check.for_s - self._error:
            return []
        return self._once(time_s, seen.kept_s, seen.start_s, seen.end_s, seen.end_s)

    def _started(self, time_s: float, run: _Run) -> FaultStarted:
        a = self._active(run.worst)
        return FaultStarted(
            time_s, a.check, a.side, run.start_s, a.value, a.limit, a.unit, a.severity, a.cue
        )

    def _fault(self, run: _Run, end_s: float) -> Fault:
        a = self._active(run.worst)
        return Fault(
            a.check, a.side, run.start_s, end_s, a.value, a.limit, a.unit, a.severity, a.cue,
            run.worst_s,
        )  # fmt: skip

    def unassessed(self) -> tuple[str, float] | None:
        """Return the main reason and the seconds, where too much could not be judged."""
        unknown_s = sum(self.unknown_s.values())
        if unknown_s < NOT_ASSESSED_S or unknown_s < NOT_ASSESSED_FRACTION * (
            unknown_s + self.judged_s
        ):
            return None
        return max(self.unknown_s, key=self.unknown_s.__getitem__), unknown_s
