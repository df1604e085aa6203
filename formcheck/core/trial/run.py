"""An example done by the stick figure: what was counted and reported, against what it expects."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from formcheck.core.events import CountSide, FaultStarted
from formcheck.core.judge.session import Session
from formcheck.core.judge.summary import Summary
from formcheck.core.spec.example import Example
from formcheck.core.spec.exercise import ExerciseSpec
from formcheck.core.trial.motion import Motion, motion_of

_BySide = Mapping[Any, int]


@dataclass(frozen=True)
class Outcome:
    """What came of an example.

    Attributes
    ----------
    spec : ExerciseSpec
    example : Example
    motion : Motion
    summary : Summary
    started : tuple of FaultStarted
        The faults, as they became certain.
    not_ready : str or None
        What the figure was told to do to get into position, where it never was.
    """

    spec: ExerciseSpec
    example: Example
    motion: Motion
    summary: Summary
    started: tuple[FaultStarted, ...]
    not_ready: str | None

    @property
    def faults(self) -> tuple[str, ...]:
        """The checks that reported a fault, each once, in the order in which they began."""
        return tuple(dict.fromkeys(fault.check for fault in self.summary.faults))

    @property
    def holds(self) -> Mapping[CountSide, int]:
        """Holds by side."""
        return dict(Counter(hold.side for hold in self.summary.holds))

    def counted_text(self) -> str:
        """Return what was counted or measured, in one line."""
        totals, summary = self.summary.totals, self.summary
        if self.spec.kind == "test":
            return "; ".join(
                f"{test.name} {test.side} {test.value:.1f} {test.unit}"
                for test in summary.self_tests or ()
            )
        if self.spec.kind == "hold":
            longest = max((hold.hold_s for hold in summary.holds), default=0.0)
            return f"holds: {_sides(self.holds)}" + (f" ({longest:.0f} s)" if longest else "")
        attempts = _counts(totals.attempts)
        short = f", attempts: {_sides(attempts)}" if attempts else ""
        return f"reps: {_sides(totals.reps)}{short}"

    def misses(self) -> list[str]:
        """Return how it differs from what the example expects, a sentence each."""
        expect = self.example.expect
        totals = self.summary.totals
        found = []
        counted: dict[str, tuple[_BySide | None, _BySide]] = {
            "reps": (expect.reps, totals.reps),
            "attempts": (expect.attempts, totals.attempts),
            "holds": (expect.holds, self.holds),
        }
        for what, (wanted, got) in counted.items():
            if wanted is not None and _counts(wanted) != _counts(got):
                found.append(f"{what}: {_sides(got)}, expected {_sides(wanted)}")
        for name, (low, high) in (expect.values or {}).items():
            values = [t.value for t in self.summary.self_tests or () if t.id == name]
            if not any(low <= value <= high for value in values):
                shown = ", ".join(f"{value:.1f}" for value in values if not math.isnan(value))
                found.append(f"{name}: {shown or 'not measured'}, expected {low:g} to {high:g}")
        missing = sorted(set(expect.faults) - set(self.faults))
        extra = sorted(set(self.faults) - set(expect.faults))
        if missing:
            found.append(f"no fault of {', '.join(missing)}")
        if extra:
            found.append(f"unexpected fault of {', '.join(extra)}")
        if found and self.not_ready:
            found.append(f"it was never in position: {self.not_ready}")
        return found


def run_example(spec: ExerciseSpec, example: Example) -> Outcome:
    """Let the stick figure do an example, frame by frame as a camera would see it."""
    motion = motion_of(spec, example)
    session = Session(spec, roll_deg=0.0)
    started: list[FaultStarted] = []
    ready, message = False, None
    for pose in motion.poses():
        result = session.update(pose)
        started += [event for event in result.events if isinstance(event, FaultStarted)]
        ready = ready or result.ready
        message = message or result.message
    why = None if ready else message
    return Outcome(spec, example, motion, session.finish(), tuple(started), why)


def _counts(by_side: Mapping[Any, float]) -> dict[str, float]:
    return {side: count for side, count in by_side.items() if count}


def _sides(by_side: Mapping[Any, float]) -> str:
    counts = _counts(by_side)
    if not counts:
        return "none"
    return ", ".join(
        f"{count:g}" if side == "both" else f"{side} {count:g}" for side, count in counts.items()
    )
