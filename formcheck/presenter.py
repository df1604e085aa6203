"""Decides what is shown, frame by frame, without drawing and without a clock."""

from __future__ import annotations

import math
from typing import Literal

from formcheck.cues import CueChooser, SteadyHint
from formcheck.display import Display, HoldShown, SideCount
from formcheck.events import CountSide, FrameResult
from formcheck.joint_marker import JointMarker
from formcheck.spec_model import ExerciseSpec
from formcheck.words import Words


class Presenter:
    """Decides what is shown, frame by frame.

    Parameters
    ----------
    shows : {"reps", "hold"}
        What the large number is: reps done, or whole seconds of the hold.
    rep_target : int, optional
        Reps a side in one set.
    words : Words
        The language.
    """

    def __init__(
        self,
        *,
        shows: Literal["reps", "hold"] = "reps",
        rep_target: int | None = None,
        words: Words | None = None,
    ) -> None:
        self._shows = shows
        self._held_s = 0.0
        self._last_side: CountSide | None = None
        self._rep_target = rep_target
        self._words = words or Words()
        self._cues = CueChooser(self._words)
        self._hints = SteadyHint()
        self._marker = JointMarker()

    @classmethod
    def for_spec(cls, spec: ExerciseSpec, words: Words | None = None) -> Presenter:
        """Return the presenter that fits an exercise."""
        return cls(
            shows="hold" if spec.kind == "hold" else "reps",
            rep_target=spec.dose.reps,
            words=words,
        )

    def update(self, result: FrameResult) -> Display:
        """Return what to show for this frame."""
        message = self._words.phrase(result.message) if result.message else None
        hint = self._hints.update(result.time_s, message)
        cue = self._cues.update(result)
        if hint is not None:
            cue = hint
        hold = None
        if result.hold_s is not None:
            hold = HoldShown(result.hold_s, result.hold_target_s)
        if result.side is not None:
            self._last_side = result.side
        big, big_target = self._big_number(result, hold)
        return Display(
            time_s=result.time_s,
            phase="work" if result.ready else "setup",
            movement=result.phase,
            side=result.side,
            near_side=result.near_side,
            side_text=self._words.side(self._last_side),
            counts=self._counts(result),
            big=big,
            big_target=big_target,
            hold=hold,
            cue=cue,
            joint=self._marker.update(result),
            framing=hint.text if hint is not None else None,
        )

    def _counts(self, result: FrameResult) -> tuple[SideCount, ...]:
        reps, attempts = result.counts.reps, result.counts.attempts
        sides: tuple[CountSide, ...] = ("left", "right", "both")
        short = {"left": self._words.left_short, "right": self._words.right_short, "both": ""}
        return tuple(
            SideCount(side, reps[side], self._rep_target, attempts.get(side, 0), short[side])
            for side in sides
            if side in reps
        )

    def _big_number(self, result: FrameResult, hold: HoldShown | None) -> tuple[str, str]:
        if self._shows == "hold":
            if hold is not None:
                self._held_s = hold.seconds
            seconds = self._held_s
            target_s = result.hold_target_s
            target = f"{target_s:g} {self._words.seconds}" if target_s else ""
            # The tolerance keeps 9.999999 (a sum of frame times) from reading 9.
            return str(math.floor(seconds + 1e-6)), self._of(target)
        reps = result.counts.reps
        # Between two reps no side is at work; the number must not jump to another meaning then.
        side = self._last_side or "both"
        if side not in reps:
            return str(sum(reps.values())), ""
        done, target = reps[side], str(self._rep_target or "")
        return str(done), self._of(target)

    def _of(self, target: str) -> str:
        return self._words.target.format(target=target) if target else ""
