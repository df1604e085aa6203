"""Numbers of a self-test: what was reached, whether it means something, and what ranges say.

A number and a plain reading, never a diagnosis. All durations are seconds of video time.
"""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from formcheck.core.events import CountSide, SelfTestResult
from formcheck.core.measure.kinds import REGISTRY
from formcheck.core.spec.exercise import Reading, SelfTestValue
from formcheck.core.spec.fields import Position

NOT_A_DIAGNOSIS = "This is a number to compare with your own next one. It is not a diagnosis."
# Moments further apart than this are no unbroken stretch of time.
GAP_S = 0.3
# A dip out of the range that is over this soon does not end the time near the greatest value.
DIP_S = 0.5
# More than this share of the time without sight of a condition: it is not assessed.
UNSEEN_SHARE = 0.2
# Seconds that a frame can be off at both ends of a phase.
SECONDS_ERROR = 0.25
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
        self._why_unknown: Counter[str] = Counter()

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
        most = UNSEEN_SHARE * self._looked_s
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
