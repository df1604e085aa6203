"""What a whole session comes to."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from formcheck.core.events import (
    Attempt,
    Counts,
    Event,
    Fault,
    FaultEnded,
    FrameResult,
    Hold,
    HoldEnded,
    Rep,
    RepCompleted,
    SelfTestResult,
)
from formcheck.core.formatting import number_text, percent_text, value_text
from formcheck.core.judge.self_test import NOT_A_DIAGNOSIS
from formcheck.core.judge.summary_text import describe
from formcheck.core.messages import SUMMARY
from formcheck.core.spec.exercise import ExerciseSpec

# Anyone in position for less than this fraction, with nothing counted, is told why; heuristic.
SELDOM_READY = 0.5


@dataclass(frozen=True, slots=True)
class Unassessed:
    """A check that could not be judged for so many seconds of those it should have been, and why.

    `of_s` are all the seconds; NaN where they were not counted.
    """

    check: str
    reason: str
    seconds: float
    of_s: float = math.nan

    def together(self, other: Unassessed) -> Unassessed:
        """Return both sides' seconds of one check and reason added up."""
        seconds, of_s = self.seconds + other.seconds, self.of_s + other.of_s
        return Unassessed(self.check, self.reason, seconds, of_s)


@dataclass(slots=True)
class Range:
    """Least, greatest and mean value, and the fraction of frames in which it was known."""

    min: float = math.inf
    max: float = -math.inf
    total: float = 0.0
    known: int = 0
    frames: int = 0

    def add(self, value: float) -> None:
        """Take one value (NaN = unknown)."""
        self.frames += 1
        if math.isnan(value):
            return
        self.known += 1
        self.total += value
        self.min = min(self.min, value)
        self.max = max(self.max, value)

    @property
    def mean(self) -> float:
        """Mean of the known values, NaN without any."""
        return self.total / self.known if self.known else math.nan

    @property
    def coverage(self) -> float:
        """Fraction of frames in which it was known."""
        return self.known / self.frames if self.frames else 0.0


@dataclass(frozen=True, slots=True)
class Summary:
    """The result of a session.

    Attributes
    ----------
    exercise : str
    view, near_side : str or None
        As seen in most frames.
    totals : Counts
    reps, attempts, holds, faults : tuple
        In the order in which they ended.
    not_assessed : tuple of Unassessed
    measurements : dict of str to Range
        By full name; only those known at least once.
    detected : float
        Fraction of frames in which a person was detected.
    frames, repaired : int
        All frames, and those in which left and right were exchanged back.
    warnings : tuple of str
        Sentences about the quality of the recording.
    self_tests : tuple of SelfTestResult
        The numbers of a self-test, each side's own; None where the exercise is none.
    self_test_note : str
        What to know about them; it ends with "It is not a diagnosis."
    spec : ExerciseSpec or None
        What was judged by; it gives the sentences their names.

    Examples
    --------
    >>> import formcheck as fc
    >>> summary = fc.analyze("clip.poses.npz", exercise="standing_march").summary
    >>> print(summary)
    Standing march
    Counted: 3 reps left, 3 reps right.
    ...
    >>> summary.totals.attempts, [fault.check for fault in summary.faults]
    ({'left': 0, 'right': 0}, [])
    """

    exercise: str
    view: str | None
    near_side: str | None
    totals: Counts
    reps: tuple[Rep, ...]
    attempts: tuple[Attempt, ...]
    holds: tuple[Hold, ...]
    faults: tuple[Fault, ...]
    not_assessed: tuple[Unassessed, ...]
    measurements: dict[str, Range]
    detected: float
    frames: int
    repaired: int
    warnings: tuple[str, ...] = ()
    self_tests: tuple[SelfTestResult, ...] | None = None
    self_test_note: str = ""
    spec: ExerciseSpec | None = field(default=None, repr=False, compare=False)

    def __str__(self) -> str:
        """Return the summary in sentences, a line each; the exercise's name is the first."""
        if self.spec is None:
            return repr(self)
        notes = (f"Note: {warning}" for warning in self.warnings)
        return "\n".join([self.spec.name, *describe(self, self.spec), *notes])


E = TypeVar("E")


def _of(kind: type[E], events: Iterable[Event]) -> Iterator[E]:
    return (event for event in events if isinstance(event, kind))


@dataclass(slots=True)
class SummaryBuilder:
    """Collects frame results into a `Summary`."""

    spec: ExerciseSpec
    _events: list[Event] = field(default_factory=list)
    _ranges: dict[str, Range] = field(default_factory=dict)
    _views: Counter[str] = field(default_factory=Counter)
    _near: Counter[str] = field(default_factory=Counter)
    _frames: int = 0
    _detected: int = 0
    _repaired: int = 0
    _ready: int = 0
    _unfit: Counter[str] = field(default_factory=Counter)
    _people: tuple[int, float] = (1, 0.0)
    _messages: Counter[str] = field(default_factory=Counter)

    def add(self, result: FrameResult, unfit: str | None = None) -> None:
        """Take one frame's result, and why its picture could not be judged."""
        if unfit is not None:
            self._unfit[unfit] += 1
        self._events.extend(result.events)
        self._frames += 1
        self._detected += result.pose.detected
        self._repaired += result.repaired
        self._ready += result.ready
        self._people = max(self._people, (result.pose.people, -result.time_s))
        if result.message:
            self._messages[result.message] += 1
        if result.view is not None:
            self._views[result.view] += 1
        if result.near_side is not None:
            self._near[result.near_side] += 1
        for name, value in result.values.items():
            if name not in self._ranges:
                self._ranges[name] = Range()
            self._ranges[name].add(value)

    def build(
        self,
        last_events: Iterable[Event],
        counts: Counts,
        *,
        unassessed: Sequence[Unassessed] = (),
        self_tests: Sequence[SelfTestResult] = (),
        learned_roll_deg: float = 0.0,
    ) -> Summary:
        """Return the summary.

        Parameters
        ----------
        last_events : iterable of Event
            What happened as the session ended.
        counts : Counts
        unassessed : sequence of Unassessed
            What could not be judged, each check and reason once.
        self_tests : sequence of SelfTestResult
        learned_roll_deg : float
            Roll of the camera, where it was learned.
        """
        events = [*self._events, *last_events]
        found_nothing = not (
            self_tests or any(counts.reps.values()) or any(counts.attempts.values())
        )
        found_nothing = found_nothing and not any(counts.hold_s.values())
        return Summary(
            exercise=self.spec.id,
            view=self._most(self._views),
            near_side=self._most(self._near),
            totals=counts,
            reps=tuple(e.rep for e in events if isinstance(e, RepCompleted)),
            attempts=tuple(e for e in events if isinstance(e, Attempt)),
            holds=tuple(e.hold for e in events if isinstance(e, HoldEnded)),
            faults=tuple(self._faults(events)),
            not_assessed=tuple(unassessed),
            measurements={n: r for n, r in self._ranges.items() if r.known},
            detected=self._detected / self._frames if self._frames else 0.0,
            frames=self._frames,
            repaired=self._repaired,
            warnings=tuple(self._warnings(learned_roll_deg, found_nothing=found_nothing)),
            self_tests=tuple(self_tests) if self.spec.test else None,
            self_test_note=f"{self.spec.test.note} {NOT_A_DIAGNOSIS}".strip()
            if self.spec.test
            else "",
            spec=self.spec,
        )

    def _faults(self, events: Sequence[Event]) -> Iterator[Fault]:
        """Yield the faults; those of a movement that was none of this exercise are left out."""
        moved = [(e.rep.side, e.rep.start_s, e.rep.end_s) for e in _of(RepCompleted, events)]
        moved += [(e.side, e.start_s, e.time_s) for e in _of(Attempt, events)]
        always = {check.id for check in self.spec.checks if check.during == "exercise"}
        for event in _of(FaultEnded, events):
            f = event.fault
            within = any(
                side == f.side and start_s <= f.end_s and f.start_s <= end_s
                for side, start_s, end_s in moved
            )
            if self.spec.kind != "reps" or f.check in always or within:
                yield f

    @staticmethod
    def _most(counter: Counter[str]) -> str | None:
        return counter.most_common(1)[0][0] if counter else None

    def _warnings(self, learned_roll_deg: float, *, found_nothing: bool) -> list[str]:
        warnings: list[str] = []
        if self.spec.kind == "timed":
            return warnings
        if self._frames and self._detected == 0:
            warnings.append(SUMMARY.nobody)
        elif self._frames and self._detected < 0.9 * self._frames:
            unseen = percent_text(1 - self._detected / self._frames)
            warnings.append(SUMMARY.nobody_in.format(percent=unseen))
        for reason, frames in self._unfit.most_common():
            percent = percent_text(max(0.01, frames / self._frames))
            warnings.append(SUMMARY.unfit.format(reason=reason, percent=percent))
        why = self._most(self._messages)
        if self._detected and self._ready == 0:
            text = SUMMARY.never_ready_why if why else SUMMARY.never_ready
            warnings.append(text.format(why=why))
        elif found_nothing and 0 < self._ready < SELDOM_READY * self._frames:
            ready = percent_text(max(0.01, self._ready / self._frames))
            warnings.append(SUMMARY.seldom_ready.format(percent=ready, why=why))
        people, minus_time_s = self._people
        if people > 1:
            at = value_text(-minus_time_s, "s")
            warnings.append(SUMMARY.several_people.format(people=people, at=at))
        if learned_roll_deg:
            side = "left" if learned_roll_deg < 0 else "right"
            degrees = number_text(abs(learned_roll_deg), "deg")
            warnings.append(SUMMARY.camera_rolled.format(degrees=degrees, side=side))
        if self._repaired > 0.02 * max(self._frames, 1):
            repaired = percent_text(self._repaired / self._frames)
            warnings.append(SUMMARY.legs_repaired.format(percent=repaired))
        return warnings
