"""The pace of an exercise: breathing or counting, step after step. It is shown, never judged."""

from __future__ import annotations

import math
from collections.abc import Sequence

from formcheck.core.events import PaceNow
from formcheck.core.spec.exercise import PaceStep


class Pacer:
    """Goes through the steps of a pace, by seconds or by reps, again and again.

    Parameters
    ----------
    steps : sequence of PaceStep
    """

    def __init__(self, steps: Sequence[PaceStep]) -> None:
        self._steps = steps
        # Length of a whole round, where it is one of time alone.
        self._round_s = sum(step.s or math.nan for step in steps)
        self._stop()

    def _stop(self) -> None:
        self._number = 0
        self._since_s: float | None = None
        self._since_reps = 0

    def update(self, time_s: float, reps: int, *, running: bool) -> PaceNow | None:
        """Return the step that is on; None while the exercise does not run.

        Parameters
        ----------
        time_s : float
        reps : int
            Reps done so far.
        running : bool
            False sets the pace back to its first step.
        """
        if not self._steps:
            return None
        if not running:
            self._stop()
            return None
        if self._since_s is None:
            self._since_s, self._since_reps = time_s, reps
        if time_s - self._since_s > self._round_s:
            self._since_s += (time_s - self._since_s) // self._round_s * self._round_s
        step = self._steps[self._number]
        while (done := self._done(step, time_s, reps)) >= 1.0:
            self._since_s += step.s or 0.0
            if step.reps is not None:
                self._since_s = time_s
                self._since_reps += step.reps
            else:
                self._since_reps = reps
            self._number = (self._number + 1) % len(self._steps)
            step = self._steps[self._number]
        return PaceNow(step.say, done)

    def _done(self, step: PaceStep, time_s: float, reps: int) -> float:
        if step.reps is not None:
            return (reps - self._since_reps) / step.reps
        assert step.s is not None
        assert self._since_s is not None
        return (time_s - self._since_s) / step.s
