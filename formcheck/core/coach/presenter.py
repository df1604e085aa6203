"""Decides what is shown, frame by frame, without drawing and without a clock."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

from formcheck.core.coach.cues import CueChooser, SteadyHint
from formcheck.core.coach.display import Cue, Display, HoldShown, SideCount
from formcheck.core.coach.joint_marker import JointMarker
from formcheck.core.events import CountSide, FrameResult
from formcheck.core.messages import Messages
from formcheck.core.spec.exercise import ExerciseSpec

Shows = Literal["reps", "hold", "time", "test"]


def shown_of(spec: ExerciseSpec) -> Shows:
    """Return what the large number of an exercise is."""
    kinds: dict[str, Shows] = {"reps": "reps", "hold": "hold", "timed": "time", "test": "test"}
    return kinds[spec.kind]


def time_target_s(spec: ExerciseSpec) -> float | None:
    """Return how long an exercise that is done by time lasts, both sides together."""
    duration = spec.dose.duration_s
    if duration is None or (spec.kind != "timed" and spec.dose.reps is not None):
        return None
    shortest = duration[0] if isinstance(duration, tuple) else duration
    two_sides = spec.sides != "both" and spec.dose.per == "side"
    return shortest * (2 if two_sides else 1)


def _timed_s(result: FrameResult) -> float:
    return max(result.counts.timed_s.values(), default=0.0)


class Presenter:
    """Decides what is shown, frame by frame.

    Parameters
    ----------
    shows : {"reps", "hold", "time", "test"}
        What the large number is: reps done, whole seconds of the hold, the time that is left, or
        nothing (the value of a self-test stands at its joint).
    rep_target : int, optional
        Reps a side in one set.
    time_target_s : float, optional
        Seconds of an exercise that is done by time.
    words : Messages
        The language.
    """

    def __init__(
        self,
        *,
        shows: Shows = "reps",
        rep_target: int | None = None,
        time_target_s: float | None = None,
        words: Messages | None = None,
    ) -> None:
        self._shows = shows
        self._held_s = 0.0
        self._last_side: CountSide | None = None
        self._counted: tuple[Mapping[str, int], Mapping[str, int]] | None = None
        self._shown_counts: tuple[SideCount, ...] = ()
        self._rep_target = rep_target
        self._time_target_s = time_target_s
        self._left_s = time_target_s or 0.0
        self._words = words or Messages()
        self._cues = CueChooser(self._words)
        self._hints = SteadyHint()
        self._marker = JointMarker()

    @classmethod
    def for_spec(cls, spec: ExerciseSpec, words: Messages | None = None) -> Presenter:
        """Return the presenter that fits an exercise."""
        return cls(
            shows=shown_of(spec),
            rep_target=spec.dose.reps,
            time_target_s=time_target_s(spec),
            words=words,
        )

    def update(
        self,
        result: FrameResult,
        *,
        worked_s: float | None = None,
        note: str = "",
    ) -> Display:
        """Return what to show for this frame.

        Parameters
        ----------
        result : FrameResult
        worked_s : float, optional
            Seconds at work, pauses left out; by default what the session counted.
        note : str
            A few words under the large number.
        """
        message = self._words.phrase(result.message) if result.message else None
        hint = self._hints.update(result.time_s, message)
        cue = self._cues.update(result)
        if hint is not None:
            cue = hint
        hold = None
        if result.hold_s is not None:
            hold = HoldShown(result.hold_s, result.hold_target_s)
        elif self._time_target_s is not None:
            done_s = _timed_s(result) if worked_s is None else worked_s
            self._left_s = max(0.0, self._time_target_s - done_s)
            hold = HoldShown(self._left_s, self._time_target_s, left=True)
        pace = self._words.phrase(result.pace.say) if result.pace is not None else ""
        if pace and cue is None and self._shows != "time":
            cue = Cue(pace, "info", None, result.time_s)
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
            headline=pace if self._shows == "time" else "",
            note=note,
        )

    def _counts(self, result: FrameResult) -> tuple[SideCount, ...]:
        reps, attempts = result.counts.reps, result.counts.attempts
        if (reps, attempts) == self._counted:
            return self._shown_counts
        self._counted = (reps, attempts)
        sides: tuple[CountSide, ...] = ("left", "right", "both")
        short = {"left": self._words.left_short, "right": self._words.right_short, "both": ""}
        self._shown_counts = tuple(
            SideCount(side, reps[side], self._rep_target, attempts.get(side, 0), short[side])
            for side in sides
            if side in reps
        )
        return self._shown_counts

    def _big_number(self, result: FrameResult, hold: HoldShown | None) -> tuple[str, str]:
        if self._shows == "test":
            return "", ""
        if self._shows == "time":
            left_s = math.ceil(self._left_s - 1e-6)
            return f"{left_s // 60}:{left_s % 60:02d}", ""
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
