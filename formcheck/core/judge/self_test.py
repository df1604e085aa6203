"""Numbers of a self-test: what was reached, whether it means something, and what ranges say.

A number and a plain reading, never a diagnosis. All durations are seconds of video time.
"""

from __future__ import annotations

import collections
import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from formcheck.core.events import CountSide, Event, SelfTestResult
from formcheck.core.judge.checks import SECONDS_ERROR, excess
from formcheck.core.judge.counter import Counter, SideParts
from formcheck.core.judge.moment import Moment
from formcheck.core.measure.kinds import REGISTRY
from formcheck.core.spec.exercise import Quantity, Reading, SelfTestRule, SelfTestValue
from formcheck.core.spec.fields import Position

NOT_A_DIAGNOSIS = "This is a number to compare with your own next one. It is not a diagnosis."
# Moments further apart than this are no unbroken stretch of time.
GAP_S = 0.3
# A dip out of the range that is over this soon does not end the time near the greatest value.
DIP_S = 0.5
# More than this fraction of the time without sight of a condition: it is not assessed.
UNSEEN_FRACTION = 0.2
# In a self-test a pose that lasts is judged across moments in which the model confuses the legs.
POSITION_GAP_S = 0.4
BY_AND_LARGE_S = 0.3
NOT_SEEN = "the movement was not seen"


@dataclass(frozen=True, slots=True)
class Reached:
    """A value and when it was reached; NaN where there was none."""

    value: float = math.nan
    at_s: float = math.nan


class ValueWatch:
    """Collects one number of a self-test.

    Parameters
    ----------
    rule : SelfTestValue
    """

    def __init__(self, rule: SelfTestValue) -> None:
        self.rule = rule
        self._recent: deque[tuple[float, float]] = deque()
        self._all: list[tuple[float, float]] = []
        self._since_s = self._last_s = math.nan
        self._stillest = math.inf
        self._best = Reached()
        self._looked_s = 0.0
        self._unseen_s: dict[str, float] = {}
        self._why_unknown: collections.Counter[str] = collections.Counter()

    def update(
        self,
        time_s: float,
        value: float,
        *,
        counts: bool,
        unseen: Sequence[str] = (),
        why_unknown: str | None = None,
    ) -> None:
        """Take one moment.

        Parameters
        ----------
        time_s, value : float
            NaN where unknown.
        counts : bool
            False where a condition is known to be missed.
        unseen : sequence of str
            Conditions that could not be seen, with the reason.
        why_unknown : str, optional
            The reason where the value is not known.
        """
        if not counts or math.isnan(value):
            self._recent.clear()
            if counts and why_unknown:
                self._why_unknown[why_unknown] += 1
            return
        step_s = time_s - self._last_s
        if not step_s <= GAP_S:
            self._recent.clear()
            step_s = 0.0
        self._last_s = time_s
        self._looked_s += step_s
        for what in unseen:
            self._unseen_s[what] = self._unseen_s.get(what, 0.0) + step_s
        recent = self._recent
        if not recent:
            self._since_s = time_s
        recent.append((time_s, value))
        # One moment from before stays, so that the moments span for_s and not just under it.
        while len(recent) > 1 and recent[1][0] <= time_s - self.rule.for_s + 1e-9:
            recent.popleft()
        if self.rule.take == "seconds_near_greatest":
            self._all.append((time_s, value))
        if time_s - self._since_s >= self.rule.for_s - 1e-9:
            self._take(time_s, [v for _, v in recent])

    def _take(self, time_s: float, values: list[float]) -> None:
        best = self._best.value
        if self.rule.take == "steady":
            spread = max(values) - min(values)
            if spread < self._stillest:
                self._stillest, self._best = spread, Reached(median(values), time_s)
        elif self.rule.take == "least":
            if not max(values) >= best:
                self._best = Reached(max(values), time_s)
        elif not min(values) <= best:
            self._best = Reached(min(values), time_s)

    def reached(self) -> Reached:
        """Return the number so far, with the sign in which it is reported."""
        found = self._best
        if self.rule.take == "seconds_near_greatest":
            found = self._longest(self.rule.share * found.value) if found.value > 0 else Reached()
            return found
        sign = -1.0 if self.rule.flip else 1.0
        return Reached(sign * found.value, found.at_s)

    def _longest(self, least: float) -> Reached:
        """Return the longest time above a value; short dips and gaps belong to it."""
        above = [time_s for time_s, value in self._all if value >= least]
        best, start_s = Reached(0.0, above[0]), above[0]
        for before, now in pairwise(above):
            if now - before > DIP_S:
                start_s = now
            if now - start_s > best.value:
                best = Reached(now - start_s, now)
        return best

    def why_none(self) -> str:
        """Return why there is no number, where there is none."""
        return max(self._why_unknown, key=self._why_unknown.__getitem__, default=NOT_SEEN)

    def unseen(self) -> tuple[str, ...]:
        """Return the conditions that could not be seen for too much of the time."""
        most = UNSEEN_FRACTION * self._looked_s
        return tuple(what for what, seconds in self._unseen_s.items() if seconds > most)


def reading_of(
    readings: Sequence[Reading], value: float, error: float
) -> tuple[Reading | None, bool]:
    """Return what a value means, and whether it is within its error of another range.

    Parameters
    ----------
    readings : sequence of Reading
    value, error : float

    Returns
    -------
    Reading or None
        The range that the value is in; at a border that two share, the upper one.
    bool
    """
    inside = [r for r in readings if r.range[0] <= value <= r.range[1]]
    if not inside:
        return None, False
    own = max(inside, key=lambda r: r.range[0])
    near = any(r is not own and r.range[0] - error < value < r.range[1] + error for r in readings)
    return own, near


def result_of(
    watch: ValueWatch,
    side: CountSide,
    position: Position,
    broken: Sequence[str],
    unseen: Sequence[str],
) -> SelfTestResult:
    """Return a number with its reading and its validity.

    Parameters
    ----------
    watch : ValueWatch
    side : {"left", "right", "both"}
    position : str
        Of the test, as errors differ between positions.
    broken : sequence of str
        Conditions of the whole test that were missed, as cues.
    unseen : sequence of str
        Conditions of the whole test that could not be assessed, with the reason.
    """
    rule, found, kind = watch.rule, watch.reached(), REGISTRY[watch.rule.measurement]
    in_seconds = rule.take == "seconds_near_greatest"
    error = SECONDS_ERROR if in_seconds else kind.error_in.get(position, kind.error)
    reading, near_border = reading_of(rule.readings, found.value, error)
    not_assessed = [watch.why_none()] if math.isnan(found.value) else []
    not_assessed += dict.fromkeys((*unseen, *watch.unseen()))
    return SelfTestResult(
        side=side,
        id=rule.id,
        name=rule.name,
        value=found.value,
        unit="s" if in_seconds else kind.unit,
        at_s=found.at_s,
        valid=False if broken else None if not_assessed else True,
        reading=reading.text if reading else None,
        source=reading.source if reading else None,
        near_border=near_border,
        invalid_because=tuple(broken),
        not_assessed=tuple(not_assessed),
    )


class SelfTestCounter(Counter):
    """Measures the numbers of a self-test."""

    def __init__(self, parts: SideParts, rule: SelfTestRule) -> None:
        super().__init__(parts)
        self._position = parts.spec.position
        self._values = [ValueWatch(value) for value in rule.values]
        # What an attempt that broke the protocol came to, by and large: reported, as not valid.
        self._by_and_large = [
            ValueWatch(value.model_copy(update={"for_s": min(value.for_s, BY_AND_LARGE_S)}))
            for value in rule.values
        ]
        self._in_position_s = -math.inf
        self.shown = (rule.values[0].measurement, rule.values[0].leg)

    def update(self, m: Moment) -> list[Event]:
        """Take one moment; return what happened."""
        if m.in_position:
            self._in_position_s = m.time_s
        measuring, ready = False, self._readiness.ready
        for watch, by_and_large in zip(self._values, self._by_and_large, strict=True):
            value, reason = self._quantities.relative(watch.rule, m, judged=True)
            seen = [
                (bound, *self._quantities.relative(bound, m, judged=True))
                for bound in watch.rule.when
            ]
            missed = [bound for bound, v, _ in seen if excess(bound, v) > 0]
            in_place = ready and m.in_position
            # A leg that does nothing makes no attempt, not even one that broke the protocol.
            attempted = not any(_is_of(bound, watch.rule) for bound in missed)
            by_and_large.update(m.time_s, value, counts=in_place and attempted and not m.separated)
            counts = in_place and not missed
            unseen = [
                f"{REGISTRY[b.measurement].label}: {why}" for b, v, why in seen if math.isnan(v)
            ]
            watch.update(m.time_s, value, counts=counts, unseen=unseen, why_unknown=reason)
            measuring |= counts and not math.isnan(value)
        events = self._enter(("test" if measuring else "rest") if ready else "setup", m.time_s)
        return events + self._judge(self.phase, m)

    def _in_place(self, m: Moment) -> bool:
        """Whether the person is in position, or was a moment ago."""
        return m.in_position or m.time_s - self._in_position_s <= POSITION_GAP_S

    def self_test_results(self) -> list[SelfTestResult]:
        """Return the numbers so far; none where this side did nothing."""
        conditions = self._checks.conditions()
        missed = self._checks.missed_at_all()
        broken = [w.check.cue for w in conditions if w.check.id in missed]
        values = self._values
        if _measured_nothing(values):
            values = self._by_and_large
            if not broken or _measured_nothing(values):
                return []
        unseen = [
            f"{REGISTRY[w.check.measurement].label}: {found[0]}"
            for w in conditions
            if (found := w.unassessed()) is not None
        ]
        return [result_of(watch, self._side, self._position, broken, unseen) for watch in values]


def _measured_nothing(watches: Sequence[ValueWatch]) -> bool:
    return all(math.isnan(watch.reached().value) for watch in watches)


def _is_of(bound: Quantity, value: Quantity) -> bool:
    """Whether both are about the same measurement of the same leg."""
    return (bound.measurement, bound.leg) == (value.measurement, value.leg)
