"""Holds: from one yes/no over time, and the bounds that make it. Durations are video seconds."""

from __future__ import annotations

import math
from dataclasses import dataclass

from formcheck.core.body.occlusion import Occlusion
from formcheck.core.events import Event, Hold, HoldEnded, HoldTick
from formcheck.core.judge.counter import Counter, SideParts
from formcheck.core.judge.moment import Moment
from formcheck.core.judge.reps import FLICKER_S
from formcheck.core.spec.exercise import Check, HoldRule

# A hold that is there again after so long without being seen was never interrupted.
UNSEEN_S = 2.0
# A hold that was paused, because the person drifts out of it, is over after this.
RELEASE_S = 6.0


@dataclass(frozen=True, slots=True)
class HoldSpan:
    """A finished hold: start, end, and the seconds in it without the gaps."""

    start_s: float
    end_s: float
    hold_s: float


class HoldPhases:
    """A hold from one yes/no over time, with a start that must last and gaps that are bridged."""

    def __init__(self, enter_s: float, gap_s: float) -> None:
        self._enter_s, self._gap_s = enter_s, gap_s
        self.on = False
        self.start_s = math.nan
        self.hold_s = 0.0
        self._since = math.nan
        self._last_true_s = math.nan
        self._last_s = math.nan
        self._broken = False

    def update(
        self, time_s: float, holding: bool | None, *, nearly: bool = False
    ) -> HoldSpan | None:
        """Take one moment (None = it could not be seen); return the hold that it ended, if any.

        Within the release margin (`nearly`) a hold stays on for `RELEASE_S`, but paused.
        """
        frames_missing = time_s - self._last_s > self._gap_s
        if holding is False or frames_missing:
            self._broken = True
        self._last_s = time_s
        gap_s = time_s - self._last_true_s
        broken_s = RELEASE_S if nearly else self._gap_s
        ended = self.end() if gap_s > (broken_s if self._broken else UNSEEN_S) else None
        if not holding:
            return ended
        if math.isnan(self._since):
            self._since = time_s
        elif self.on and (gap_s <= FLICKER_S or not self._broken):
            self.hold_s += gap_s
        self._last_true_s, self._broken = time_s, False
        if not self.on and time_s - self._since >= self._enter_s:
            self.on, self.start_s = True, self._since
            self.hold_s = time_s - self._since
        return ended

    def end(self) -> HoldSpan | None:
        """End what is going on; return it if it was a hold."""
        span = HoldSpan(self.start_s, self._last_true_s, self.hold_s) if self.on else None
        self.on = False
        self._since = self._last_true_s = self.start_s = math.nan
        self.hold_s = 0.0
        self._broken = False
        return span


class HoldCounter(Counter):
    """Counts the seconds in which all bounds of a hold are kept."""

    def __init__(self, parts: SideParts, rule: HoldRule) -> None:
        super().__init__(parts)
        self._rule = rule
        self._hold = HoldPhases(rule.enter_s, rule.gap_s)
        self._occlusion = Occlusion(parts.spec.position)
        self._done_s = 0.0
        self._ticks = 0
        # Within the release margin, the clock paused; or beyond it.
        self._drifts = self._is_out = False
        self.shown = (rule.measurement, rule.leg)
        self.target = _target_of(rule)

    @property
    def busy(self) -> bool:
        """True while a hold is on."""
        return self.phase == "hold"

    @property
    def hold_now_s(self) -> float | None:
        """Seconds of the hold that is on."""
        return self._hold.hold_s if self._hold.on else None

    @property
    def total_hold_s(self) -> float:
        """Seconds held in finished and running holds."""
        return self._done_s + (self._hold.hold_s if self._hold.on else 0.0)

    def legs_occluded(self, m: Moment) -> bool:
        """Whether the legs are not known in this moment and cannot have moved."""
        return self._occlusion.holds(m.time_s, m.body, separated=m.separated)

    def update(self, m: Moment) -> list[Event]:
        """Take one moment; return what happened."""
        rule = self._rule
        margin = rule.give if self._hold.on else 0.0
        holding = self._holding(margin, m)
        if m.separated and holding is False:
            holding = None  # separated legs are good to count by, not to end a hold by
        events: list[Event] = []
        # A hold is within the release margin, too: only what is none is looked at again.
        lets_go = self._hold.on and rule.let_go > margin
        nearly = lets_go and bool(holding or self._holding(rule.let_go, m))
        span = self._hold.update(m.time_s, holding, nearly=nearly)
        self._drifts = nearly and holding is False
        self._is_out = lets_go and not nearly and holding is False
        if span is not None:
            events += self._finish_hold(span, m.time_s)
        if not self._hold.on:
            self._occlusion.forget()
        elif holding:
            self._occlusion.confirm(m.time_s, m.body, separated=m.separated)
        phase = "hold" if self._hold.on else "rest"
        events += self._enter(phase if self._readiness.ready else "setup", m.time_s)
        events += self._judge(self.phase, m)
        if self._hold.on and int(self._hold.hold_s) > self._ticks:
            self._ticks = int(self._hold.hold_s)
            events.append(HoldTick(m.time_s, self._side, self._hold.hold_s))
        return events

    def _holding(self, margin: float, m: Moment) -> bool | None:
        """Whether the hold's bounds hold; None where they cannot be seen."""
        bounds, quantities = self._rule.bounds, self._quantities
        if not (self._readiness.ready or m.in_position):
            # In position but not ready yet, it counts from here once it is.
            return False
        if m.occluded:
            return True
        if any(quantities.missed(bound, m, margin) for bound in bounds):
            return False
        if m.in_position and all(quantities.held(bound, m, margin) for bound in bounds):
            return True
        return None if quantities.unknown(bounds, m) else False

    def leave(self, time_s: float) -> list[Event]:
        """End the faults and the hold that are on."""
        events = super().leave(time_s)
        if (span := self._hold.end()) is not None:
            events += self._finish_hold(span, time_s)
        return events

    def _finish_hold(self, span: HoldSpan, time_s: float) -> list[Event]:
        self._ticks = 0
        if span.hold_s < self._rule.min_s:
            return []
        self._done_s += span.hold_s
        faults = self._checks.faults_between(span.start_s, span.end_s)
        hold = Hold(self._side, span.start_s, span.end_s, span.hold_s, faults)
        return [HoldEnded(time_s, hold)]

    def _is_judged(self, check: Check, phase: str, m: Moment) -> bool:
        leaves = self._is_out or (self._drifts and check.relative_to != "best")
        if leaves and check.during != "exercise":
            return False  # out of the hold, or about to be: only that is to be reported
        return super()._is_judged(check, phase, m)

    def _is_set_up(self, m: Moment) -> bool:
        return self._hold.on or super()._is_set_up(m)


def _target_of(rule: HoldRule) -> float | None:
    """Return the limit of what a hold is about, where it has one."""
    for bound in rule.bounds:
        if (bound.measurement, bound.leg) == (rule.measurement, rule.leg):
            return bound.at_least if bound.at_least is not None else bound.at_most
    return None
