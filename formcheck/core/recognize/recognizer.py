"""Which exercise is it? The one whose own rules explain most of what the person does.

Nothing is fitted here: every exercise counts what it sees by its own spec (position, what moves
from where to where, which leg bears, what keeps still), and the one that accounts for most of the
recording is it. So what tells exercises apart is written where a physiotherapist can read it, and
an exercise that is added is recognized without training.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise

from formcheck.core.events import Attempt, Event, HoldEnded, RepCompleted
from formcheck.core.judge.observer import Observation, Observer
from formcheck.core.judge.side import SideJudge, exchange_movements, make_judges
from formcheck.core.pose import Pose
from formcheck.core.spec.exercise import ExerciseSpec

# Less of the time in which a person was detected than this, and less than `LEAST_S`, shows nothing.
LEAST, LEAST_S = 0.1, 1.0
# An attempt speaks for an exercise half as much as a rep.
ATTEMPT = 0.5
# Two exercises that explain the same time but for this fraction cannot be told apart by it.
ALIKE = 0.1


@dataclass(frozen=True, slots=True)
class Explained:
    """How much of a recording one exercise explains.

    Attributes
    ----------
    exercise : str
    fraction : float
        Of the time in which a person was detected, 0…1: its reps and holds, and attempts by half.
    reps, attempts : int
    hold_s : float
    """

    exercise: str
    fraction: float
    reps: int
    attempts: int
    hold_s: float


@dataclass(frozen=True, slots=True)
class Recognized:
    """What was recognized.

    Attributes
    ----------
    exercise : str or None
        None where no exercise of the library explains enough of it.
    confidence : float
        How much more it explains than the next one that is another movement, 0…1.
    alike : tuple of str
        Exercises that explain it as well: the same movement (a march, a knee drive).
    explained : tuple of Explained
        Every exercise that explains something, best first.
    """

    exercise: str | None
    confidence: float
    alike: tuple[str, ...] = ()
    explained: tuple[Explained, ...] = ()


@dataclass(slots=True)
class _Movement:
    """A rep, an attempt or a hold: when, of which side, and how much it speaks for its exercise."""

    side: str
    start_s: float
    end_s: float
    weight: float


@dataclass
class _Candidate:
    """One exercise, and what it has counted so far."""

    spec: ExerciseSpec
    judges: list[SideJudge]
    begun: bool = False
    movements: list[_Movement] = field(default_factory=list)

    def update(self, key: int, time_s: float, seen: Observation) -> None:
        if not math.isnan(seen.tracked.wrong_since_s):
            exchange_movements(self.judges, seen.tracked.wrong_since_s)
        for judge in self.judges:
            self._take(judge.update(key, time_s, seen, begun=self.begun))
        self.begun = any(
            judge.ready and (self.begun or judge.counter.busy) for judge in self.judges
        )

    def finish(self, time_s: float) -> None:
        for judge in self.judges:
            self._take(judge.finish(time_s))

    def _take(self, events: Iterable[Event]) -> None:
        for event in events:
            match event:
                case RepCompleted(rep=rep):
                    self._add(rep.side, rep.start_s, rep.end_s, 1.0)
                case Attempt():
                    self._add(event.side, event.start_s, event.time_s, ATTEMPT)
                case HoldEnded(hold=hold):
                    self._add(hold.side, hold.start_s, hold.start_s + hold.hold_s, 1.0)

    def _add(self, side: str, start_s: float, end_s: float, weight: float) -> None:
        self.movements.append(_Movement(side, start_s, end_s, weight))

    def explained_s(self) -> float:
        """Seconds that are explained; of two sides at once only once."""
        total_s = reached_s = 0.0
        for m in sorted(self.movements, key=lambda m: m.start_s):
            total_s += m.weight * max(0.0, m.end_s - max(m.start_s, reached_s))
            reached_s = max(reached_s, m.end_s)
        return total_s

    def order(self) -> float:
        """How well the order of the sides fits, 0…1: in turns, or one side again and again."""
        sides = [m.side for m in sorted(self.movements, key=lambda m: m.end_s)]
        if len(sides) < 2 or self.spec.sides == "both":
            return 1.0
        changes = sum(a != b for a, b in pairwise(sides)) / (len(sides) - 1)
        return changes if self.spec.sides == "alternate" else 1.0 - changes


class Recognizer:
    """Recognizes an exercise from one pose after another.

    Parameters
    ----------
    specs : iterable of ExerciseSpec
        The exercises that it may be; those that only run by time, and self-tests, are left out.
        Where two explain a recording equally well, the first is named.

    Examples
    --------
    >>> recognizer = Recognizer(library)                           # doctest: +SKIP
    >>> for pose in poses:                                         # doctest: +SKIP
    ...     recognizer.update(pose)
    >>> recognizer.finish().exercise                               # doctest: +SKIP
    'standing_march'
    """

    def __init__(self, specs: Iterable[ExerciseSpec]) -> None:
        self._observer = Observer()
        self._candidates = [
            _Candidate(spec, make_judges(spec))
            for spec in specs
            if spec.kind in ("reps", "hold")
        ]
        self._key = 0
        self._last_s = 0.0
        self._detected_s = 0.0

    def update(self, pose: Pose) -> None:
        """Take the next pose; times must rise."""
        seen = self._observer.update(pose)
        if self._key and pose.detected:
            self._detected_s += pose.time_s - self._last_s
        self._last_s = pose.time_s
        for candidate in self._candidates:
            candidate.update(self._key, pose.time_s, seen)
        self._key += 1

    def finish(self) -> Recognized:
        """Return what it was; the recording is over."""
        found = []
        for candidate in self._candidates:
            candidate.finish(self._last_s)
            seconds = candidate.explained_s()
            if seconds <= 0:
                continue
            counters = [judge.counter for judge in candidate.judges]
            explained = Explained(
                candidate.spec.id,
                seconds / max(self._detected_s, 1e-9),
                sum(counter.reps for counter in counters),
                sum(counter.attempts for counter in counters),
                sum(counter.total_hold_s for counter in counters),
            )
            found.append(explained)
        found.sort(key=lambda e: -e.fraction)
        if not found or found[0].fraction < max(LEAST, LEAST_S / max(self._detected_s, 1e-9)):
            return Recognized(None, 0.0, explained=tuple(found))
        best = found[0]
        alike = [e for e in found if e.fraction >= (1 - ALIKE) * best.fraction]
        first = min(alike, key=self._rank)
        others = [e for e in found if e not in alike]
        rest = others[0].fraction if others else 0.0
        return Recognized(
            first.exercise,
            1.0 - rest / best.fraction,
            tuple(e.exercise for e in alike if e is not first),
            tuple(replace(e, fraction=min(1.0, e.fraction)) for e in found),
        )

    def _rank(self, explained: Explained) -> tuple[float, int]:
        """Order among exercises that explain the same: the order of sides, then the library's."""
        ids = [candidate.spec.id for candidate in self._candidates]
        place = ids.index(explained.exercise)
        return -self._candidates[place].order(), place


def recognize(poses: Iterable[Pose], specs: Iterable[ExerciseSpec]) -> Recognized:
    """Return which exercise a recording shows."""
    recognizer = Recognizer(specs)
    for pose in poses:
        recognizer.update(pose)
    return recognizer.finish()
