"""Finds the exercises of a routine in a long recording, by what was done and in which order. Pure.

Every exercise's own session watches the whole recording: what it counts is the evidence. The
recording is then cut into as many pieces as the routine has steps, in its order, so that the
evidence inside the pieces explains most. An exercise that was left out gets no piece.

How much evidence is worth, seconds (heuristic): a rep or hold counts with its length up to the
dose, a quarter beyond it; a rep on the wrong turn (the same side twice in an alternating exercise,
sides mixed in one done side by side) counts half; an attempt half; a pause before a step a tenth.
That is what tells a march from knee drives when the order alone leaves it open.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from formcheck.core.coach.plan import PlannedStep
from formcheck.core.events import Attempt, CountSide, FrameResult, HoldEnded, RepCompleted
from formcheck.core.judge.session import Session
from formcheck.core.pose import Pose
from formcheck.core.spec.exercise import ExerciseSpec

BEYOND_DOSE = 0.25
WRONG_TURN = 0.5
ATTEMPT_S = 1.0
# Being in the start position says a little too; it settles where the cut falls between two.
IN_POSITION = 0.02
# From one exercise to the next takes longer than from rep to rep.
PAUSE, LONGEST_PAUSE_S = 0.1, 15.0
LEAST_GAP_S = 0.5
MOST_CUTS = 400


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something an exercise's session saw: a rep, a hold, an attempt, or time in position."""

    start_s: float
    end_s: float
    kind: str
    side: CountSide


@dataclass(frozen=True, slots=True)
class Piece:
    """The piece of the recording that belongs to one step.

    Attributes
    ----------
    step : int
        From 0.
    from_s, to_s : float
        The cut: everything between belongs to the step, getting ready and rests too.
    start_s, end_s : float
        First and last movement that counted.
    """

    step: int
    from_s: float
    to_s: float
    start_s: float
    end_s: float


class Watch:
    """Watches a recording for the exercises of a plan.

    Parameters
    ----------
    steps : sequence of PlannedStep
    """

    def __init__(self, steps: Sequence[PlannedStep]) -> None:
        self._steps = tuple(steps)
        self._keys = [_key(step.spec) for step in steps]
        specs = {_key(step.spec): step.spec for step in steps}
        self._sessions = {key: Session(spec) for key, spec in specs.items()}
        self._seen: dict[str, list[Evidence]] = {key: [] for key in specs}
        self._ready_since: dict[str, float | None] = dict.fromkeys(specs)
        self._from_s: float | None = None
        self._to_s = 0.0

    def update(self, pose: Pose) -> None:
        """Take the next pose."""
        self._from_s = pose.time_s if self._from_s is None else self._from_s
        self._to_s = pose.time_s
        for key, session in self._sessions.items():
            result = session.update(pose)
            self._seen[key] += _evidence(result)
            since = self._ready_since[key]
            if result.ready and since is None:
                self._ready_since[key] = pose.time_s
            elif not result.ready and since is not None:
                self._seen[key].append(Evidence(since, pose.time_s, "position", "both"))
                self._ready_since[key] = None

    def finish(self) -> list[Piece]:
        """End the recording and return its pieces, in order."""
        for key, session in self._sessions.items():
            summary = session.finish()
            known = {(item.start_s, item.side) for item in self._seen[key] if item.kind == "hold"}
            self._seen[key] += [
                Evidence(hold.start_s, hold.end_s, "hold", hold.side)
                for hold in summary.holds
                if (hold.start_s, hold.side) not in known
            ]
            since = self._ready_since[key]
            if since is not None:
                self._seen[key].append(Evidence(since, self._to_s, "position", "both"))
            self._seen[key].sort(key=lambda item: item.end_s)
        evidence = [self._seen[key] for key in self._keys]
        return split(self._steps, evidence, self._from_s or 0.0, self._to_s)


def _key(spec: ExerciseSpec) -> str:
    """Return what tells two sessions apart: the dose does not change what is counted."""
    return spec.id


def _evidence(result: FrameResult) -> Iterable[Evidence]:
    for event in result.events:
        if isinstance(event, RepCompleted):
            yield Evidence(event.rep.start_s, event.rep.end_s, "rep", event.rep.side)
        elif isinstance(event, Attempt):
            yield Evidence(event.start_s, event.time_s, "attempt", event.side)
        elif isinstance(event, HoldEnded):
            hold = event.hold
            yield Evidence(hold.start_s, hold.end_s, "hold", hold.side)


def split(
    steps: Sequence[PlannedStep],
    evidence: Sequence[Sequence[Evidence]],
    from_s: float,
    to_s: float,
) -> list[Piece]:
    """Return the pieces of a recording.

    Parameters
    ----------
    steps : sequence of PlannedStep
    evidence : sequence of sequence of Evidence
        What each step's exercise saw in the whole recording.
    from_s, to_s : float
        First and last moment of the recording.
    """
    cuts, widths = _cuts(evidence, from_s, to_s)
    pauses = [PAUSE * min(width, LONGEST_PAUSE_S) for width in widths]
    count = len(cuts)
    best = [0.0] * count
    came_from: list[list[int]] = []
    for step, items in zip(steps, evidence, strict=True):
        # A step that was left out begins and ends at the same cut.
        now, back = list(best), list(range(count))
        for first in range(count):
            before = best[first] + pauses[first]
            for last, gain in _gains(step, items, cuts, first):
                if before + gain > now[last] + 1e-9:
                    now[last], back[last] = before + gain, first
        best = now
        came_from.append(back)
    # Earlier cuts are as good as later ones where nothing follows.
    at = max(range(count), key=lambda i: (best[i], i))
    pieces: list[Piece] = []
    for number in range(len(steps) - 1, -1, -1):
        first = came_from[number][at]
        piece = _piece(number, evidence[number], cuts[first], cuts[at])
        if piece is not None:
            pieces.append(piece)
        at = first
    return _stretched(pieces[::-1], from_s, to_s)


def _cuts(
    evidence: Sequence[Sequence[Evidence]], from_s: float, to_s: float
) -> tuple[list[float], list[float]]:
    """Return the moments at which one exercise can end and another begin, and how long it is still.

    No movement crosses them. Beginning and end of the recording are cuts too, of no length.
    """
    moves = sorted(
        (item.start_s, item.end_s)
        for items in evidence
        for item in items
        if item.kind != "position"
    )
    reached = from_s
    gaps: list[tuple[float, float]] = []
    for start, end in moves:
        if start - reached >= LEAST_GAP_S:
            gaps.append((start - reached, (start + reached) / 2))
        reached = max(reached, end)
    # Where there are too many, the widest are the likelier ones.
    kept = sorted((at, width) for width, at in sorted(gaps, reverse=True)[:MOST_CUTS])
    cuts = [from_s, *(at for at, _ in kept), to_s]
    return cuts, [0.0, *(width for _, width in kept), 0.0]


def _gains(
    step: PlannedStep, items: Sequence[Evidence], cuts: Sequence[float], first: int
) -> Iterable[tuple[int, float]]:
    """Give each later cut with what a piece from the first cut to it would explain."""
    tally = _Tally(step)
    begun = [item for item in items if item.end_s > cuts[first]]
    position = 0
    for last in range(first + 1, len(cuts)):
        while position < len(begun) and begun[position].end_s <= cuts[last]:
            item = begun[position]
            if item.kind != "position" and item.start_s >= cuts[first]:
                tally.add(item)
            position += 1
        ready_s = sum(
            max(0.0, min(item.end_s, cuts[last]) - max(item.start_s, cuts[first]))
            for item in items
            if item.kind == "position"
        )
        yield last, tally.worth + IN_POSITION * ready_s


class _Tally:
    """What the evidence so far is worth."""

    def __init__(self, step: PlannedStep) -> None:
        spec, dose = step.spec, step.spec.dose
        sides = 2 if spec.sides != "both" and step.side is None else 1
        self._spec = spec
        self._most_reps = math.inf
        if dose.reps is not None:
            self._most_reps = dose.sets * dose.reps * (sides if dose.per == "side" else 1)
        target = dose.hold_target_s
        self._most_hold_s = math.inf
        if spec.kind == "hold" and target is not None:
            longest = dose.hold_s[1] if isinstance(dose.hold_s, tuple) else target
            self._most_hold_s = dose.sets * longest * sides
        self._reps = 0
        self._hold_s = 0.0
        self._last: CountSide | None = None
        self._changes = 0
        self.worth = 0.0

    def add(self, item: Evidence) -> None:
        seconds = item.end_s - item.start_s
        if item.kind == "attempt":
            self.worth += ATTEMPT_S * 0.5
            return
        if item.kind == "hold":
            within = max(0.0, min(seconds, self._most_hold_s - self._hold_s))
            self._hold_s += seconds
            self.worth += within + BEYOND_DOSE * (seconds - within)
            return
        weight = 1.0 if self._reps < self._most_reps else BEYOND_DOSE
        self._reps += 1
        self.worth += seconds * weight * self._turn(item.side)

    def _turn(self, side: CountSide) -> float:
        """Return the weight of a rep of this side after those before it."""
        before, self._last = self._last, side
        if before is None or self._spec.sides == "both":
            return 1.0
        if self._spec.sides == "alternate":
            return 1.0 if side != before else WRONG_TURN
        # One change of sides in each set, and one from each set to the next.
        self._changes += side != before
        return 1.0 if self._changes < 2 * self._spec.dose.sets else WRONG_TURN


def _piece(number: int, items: Sequence[Evidence], from_s: float, to_s: float) -> Piece | None:
    """Return the piece between two cuts, None where nothing was done."""
    inside = [
        item
        for item in items
        if item.kind != "position" and item.start_s >= from_s and item.end_s <= to_s
    ]
    if not inside:
        return None
    start_s = min(item.start_s for item in inside)
    end_s = max(item.end_s for item in inside)
    return Piece(number, from_s, to_s, start_s, end_s)


def _stretched(pieces: list[Piece], from_s: float, to_s: float) -> list[Piece]:
    """Return the pieces without room between them: each begins where the one before ended."""
    edges = [from_s]
    for before, after in itertools.pairwise(pieces):
        edges.append((before.end_s + after.start_s) / 2)
    edges.append(to_s)
    return [
        Piece(piece.step, edges[i], edges[i + 1], piece.start_s, piece.end_s)
        for i, piece in enumerate(pieces)
    ]
