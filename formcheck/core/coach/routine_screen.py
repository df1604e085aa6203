"""What the screen shows before, between and after the exercises of a routine."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from formcheck.core.coach.display import Cue, Display, HoldShown
from formcheck.core.coach.dose import short_dose
from formcheck.core.coach.plan import Plan, PlannedStep
from formcheck.core.coach.routine_progress import Progress, Tally, tally_text
from formcheck.core.messages import Messages

MOST_LINES = 4
REASON_SHOWN_S = 5.0  # heuristic: why it ended short, before the camera's place again


class RoutineScreen:
    """Decides what is shown where no exercise is on.

    Parameters
    ----------
    plan : Plan
    words : Messages
    """

    def __init__(self, plan: Plan, words: Messages) -> None:
        self._plan, self._words = plan, words

    def intro(
        self,
        planned: PlannedStep,
        step: int,
        *,
        now: float,
        since_s: float,
        waited_s: float,
        left_s: float,
        offered: str | None,
        paused: bool,
        ended_because: str,
    ) -> Display:
        """Return the card before an exercise.

        Parameters
        ----------
        planned : PlannedStep
        step : int
            Its place in the plan, from 0.
        now, since_s, waited_s, left_s : float
            The time, since when the card is shown, for how long without pauses, and how long still.
        offered : str or None
            What lowering the raised arm would do now: begin, skip or repeat.
        paused : bool
        ended_because : str
            Why the exercise before ended short; empty where it did not.
        """
        words, spec = self._words, planned.spec
        offers = {
            "begin": words.arm_begins, "skip": words.arm_skips, "repeat": words.arm_repeats,
        }  # fmt: skip
        camera = words.move_camera if planned.camera_moves else words.place_camera
        if offered is not None:
            cue = Cue(offers[offered], "good", None, since_s)
        elif paused:
            cue = Cue(words.press_p, "info", None, since_s)
        elif ended_because and waited_s < REASON_SHOWN_S:
            cue = Cue(ended_because, "warning", None, since_s)
        else:
            text = camera.format(place=words.phrase(spec.setup.camera))
            cue = Cue(text, "warning" if planned.camera_moves else "info", None, since_s)
        texts = [words.phrase(text) for text in (planned.note, *spec.setup.steps) if text]
        return Display(
            time_s=now,
            phase="paused" if paused else "intro",
            movement="",
            side=None,
            near_side=None,
            headline=words.phrase(spec.name),
            lines=(short_dose(spec, words), *texts[:MOST_LINES]),
            hold=HoldShown(math.ceil(left_s), max(planned.get_ready_s, 1.0), left=True),
            cue=cue,
            guide=spec.position,
            picture=spec.id,
            note=self.note(step),
            framing=words.arm_menu,
        )

    def note(self, step: int, set_note: str = "") -> str:
        """Return which exercise it is, and which set of it."""
        where = self._words.exercise_of.format(number=step + 1, count=len(self._plan.steps))
        return f"{where} · {set_note}" if set_note else where

    def done(
        self,
        now: float,
        since_s: float,
        lines: Sequence[str],
        *,
        is_over: bool,
        ended_because: str,
    ) -> Display:
        """Return what is shown at the end, or where it was stopped."""
        words = self._words
        if is_over and ended_because:
            lines = [*lines, ended_because]
        return Display(
            time_s=now, phase="done", movement="", side=None, near_side=None,
            headline=words.routine_done if is_over else words.go_on_later, lines=tuple(lines),
            cue=Cue(words.raise_arm_end, "info", None, since_s) if is_over else None,
        )  # fmt: skip

    def summary_lines(self, progress: Progress, earlier: Mapping[int, Tally]) -> list[str]:
        """Return a line for each exercise: what was done of it, now and earlier."""
        tallies = dict(earlier)
        for part in progress.parts:
            found = Tally.of(part.summary)
            tallies[part.step] = tallies.get(part.step, Tally()).plus(found)
        return [
            f"{self._words.phrase(step.spec.name)}: "
            + (
                tally_text(tallies[number], self._words)
                if number in tallies
                else self._words.skipped
            )
            for number, step in enumerate(self._plan.steps)
            if number in tallies or number in progress.skipped
        ]
