"""When a side, or a whole set, has done its part; and when waiting for more leads nowhere."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from formcheck.core.coach.presenter import time_target_s
from formcheck.core.coach.set_state import SetState
from formcheck.core.events import CountSide, FrameResult
from formcheck.core.spec.exercise import ExerciseSpec

# A frame that came later than this was no time at work: a pause, a lost camera.
LONGEST_STEP_S = 1.0
# A set must end also for anyone who does not get there: a side is over after as many tries that
# missed the target as reps are asked for (and at least so many), a set after so long with nothing
# new counted while a person is seen: at work, and before it began.
LEAST_MISSES = 5
STALLED_AFTER_S, NEVER_BEGAN_AFTER_S = 120.0, 300.0
_SIDES: tuple[CountSide, ...] = ("left", "right", "both")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is done.

    Attributes
    ----------
    what : {"half", "given_up", "side_done", "set_done"}
        Half of the time is over; the target was missed too often; one side of several has done its
        part; the set is done.
    side : str or None
        The side that has done its part.
    misses : int
        How often the target was missed, where that is why.
    """

    what: Literal["half", "given_up", "side_done", "set_done"]
    side: CountSide | None = None
    misses: int = 0


class DoseWatch:
    """Compares what one set has counted with its dose.

    Parameters
    ----------
    spec : ExerciseSpec
    reps : int or None
        Reps of a side (or of all together, where the dose is one for the set).
    start_s : float

    Attributes
    ----------
    worked_s : float
        Seconds at work, pauses left out.
    """

    def __init__(self, spec: ExerciseSpec, reps: int | None, start_s: float) -> None:
        self._spec = spec
        self._reps = reps
        self._target_s = time_target_s(spec)
        self._is_shared = spec.kind == "reps" and spec.dose.per == "set"
        self.worked_s, self._seen_s = 0.0, start_s

    def time_passes(self, now: float, *, at_work: bool) -> None:
        """Add the time since the frame before, where it was work."""
        if at_work:
            self.worked_s += min(now - self._seen_s, LONGEST_STEP_S)
        self._seen_s = now

    def verdicts(self, result: FrameResult, done_sides: Collection[CountSide]) -> Iterator[Verdict]:
        """Give what follows from a frame, where some sides have done their part before."""
        if self._target_s is not None:
            if self.worked_s >= self._target_s:
                yield Verdict("set_done")
            elif self.worked_s >= self._target_s / 2 and self._spec.sides != "both":
                yield Verdict("half")
        elif self._is_shared:
            yield from self._of_all_sides(result)
        else:
            yield from self._of_each_side(result, done_sides)

    def _of_all_sides(self, result: FrameResult) -> Iterator[Verdict]:
        misses = sum(result.counts.attempts.values())
        if self._reps and sum(result.counts.reps.values()) >= self._reps:
            yield Verdict("set_done")
        elif self._reps and misses >= max(LEAST_MISSES, self._reps):
            yield Verdict("given_up", misses=misses)
            yield Verdict("set_done")

    def _of_each_side(
        self, result: FrameResult, done_sides: Collection[CountSide]
    ) -> Iterator[Verdict]:
        done = set(done_sides)
        sides = [side for side in _SIDES if side in result.counts.reps]
        for side in sides:
            missed = self._is_given_up(result, side)
            if side in done or not (missed or self._is_done(result, side)):
                continue
            done.add(side)
            if missed:
                yield Verdict("given_up", side, result.counts.attempts[side])
            yield Verdict("side_done" if set(sides) - done else "set_done", side)

    def _is_done(self, result: FrameResult, side: CountSide) -> bool:
        if self._spec.kind == "hold":
            target = self._spec.dose.hold_target_s
            return target is not None and result.counts.hold_s.get(side, 0.0) >= target - 1e-6
        return bool(self._reps) and result.counts.reps[side] >= (self._reps or 0)

    def _is_given_up(self, result: FrameResult, side: CountSide) -> bool:
        """Whether a side has missed its target so often that waiting for more leads nowhere."""
        if self._spec.kind != "reps" or not self._reps or self._is_done(result, side):
            return False
        return result.counts.attempts.get(side, 0) >= max(LEAST_MISSES, self._reps)


class StallWatch:
    """Notices that nothing more is counted in a set, though a person is there.

    Parameters
    ----------
    spec : ExerciseSpec
    start_s : float
    """

    def __init__(self, spec: ExerciseSpec, start_s: float) -> None:
        self._counts_something = spec.kind in {"reps", "hold"}
        self._is_by_time = time_target_s(spec) is not None
        self._progress, self._stalled_s, self._seen_s = (0, 0, 0.0), 0.0, start_s

    def update(self, result: FrameResult, state: SetState) -> bool:
        """Return whether it is time to go on without what is missing."""
        now, counts = result.time_s, result.counts
        step_s = min(now - self._seen_s, LONGEST_STEP_S)
        self._seen_s = now
        if not (state.is_before_work or state.is_at_work):
            return False
        if not self._counts_something or (self._is_by_time and state.is_at_work):
            return False
        done = (
            sum(counts.reps.values()), sum(counts.attempts.values()),
            round(sum(counts.hold_s.values()), 1),
        )  # fmt: skip
        if done != self._progress:
            self._progress, self._stalled_s = done, 0.0
        elif result.pose.detected:
            self._stalled_s += step_s
        began = state.is_at_work or any(done)
        return self._stalled_s >= (STALLED_AFTER_S if began else NEVER_BEGAN_AFTER_S)
