"""Where a routine is and what was done of it: plain values, to be kept and gone on from."""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import dataclass

from formcheck.core.events import Counts
from formcheck.core.judge.summary import Summary
from formcheck.core.messages import Messages


@dataclass(frozen=True, slots=True)
class Part:
    """What was done of one set without a break: a whole set, or the part before or after one."""

    step: int
    set_number: int
    summary: Summary


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a routine is.

    Attributes
    ----------
    step : int
        The exercise that is on or comes next, from 0; the number of steps when all is done.
    set_number : int
        Its set, from 1.
    carried : Counts or None
        What is done of that set and is already in `parts`; only after a stop in the middle of it.
    parts : tuple of Part
        All that was done in this run, in order.
    skipped : tuple of int
        Steps that were left out.
    """

    step: int = 0
    set_number: int = 1
    carried: Counts | None = None
    parts: tuple[Part, ...] = ()
    skipped: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """What an exercise came to, for the summary on the screen."""

    reps: dict[str, int] = dataclasses.field(default_factory=dict)
    hold_s: dict[str, float] = dataclasses.field(default_factory=dict)
    cues: int = 0

    def plus(self, other: Tally) -> Tally:
        """Return both together."""
        reps, held = Counter(self.reps), Counter(self.hold_s)
        reps.update(other.reps)
        held.update(other.hold_s)
        return Tally(dict(reps), dict(held), self.cues + other.cues)

    @classmethod
    def of(cls, summary: Summary) -> Tally:
        """Return what a summary comes to."""
        return cls(
            dict(summary.totals.reps),
            dict(summary.totals.hold_s),
            sum(fault.severity != "info" for fault in summary.faults),
        )


def tally_text(tally: Tally, words: Messages) -> str:
    """Return what was done in a few words: ``left 10 reps, right 10 reps · 2 cues``."""
    done = [
        f"{words.side(side)} {words.counted_reps(count)}".strip()
        for side, count in tally.reps.items()
        if count
    ]
    done += [
        words.held.format(side=words.side(side), seconds=round(seconds)).strip()
        for side, seconds in tally.hold_s.items()
        if round(seconds) and not tally.reps.get(side)
    ]
    text = ", ".join(done) or "–"
    return f"{text} · {words.counted_cues(tally.cues)}" if tally.cues else text
