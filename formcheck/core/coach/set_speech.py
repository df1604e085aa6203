"""What is said during a set: counts, seconds, pace, cues, and what has just become known."""

from __future__ import annotations

import math

from formcheck.core.coach.display import Display
from formcheck.core.coach.sayings import Sayings
from formcheck.core.coach.step import SayingKind
from formcheck.core.events import FrameResult, HoldTick, RepCompleted
from formcheck.core.messages import Messages
from formcheck.core.spec.exercise import ExerciseSpec

NEUTRAL_SHOWN_S = 3.0
PEOPLE_SHOWN_S = 4.0


class SetSpeech:
    """Says what a set gives to say.

    Parameters
    ----------
    spec : ExerciseSpec
    words : Messages
    sayings : Sayings
        Takes what is said.

    Attributes
    ----------
    several_until_s, neutral_until_s : float
        How long to show that there are several people, and that the neutral was learned.
    """

    def __init__(self, spec: ExerciseSpec, words: Messages, sayings: Sayings) -> None:
        self._spec, self._words, self._sayings = spec, words, sayings
        self._pace: str | None = None
        self._had_neutral, self._cue_said_s = False, -math.inf
        self.several_until_s = self.neutral_until_s = -math.inf

    def begin_set(self) -> None:
        """Say again what is said once a set."""
        self._sayings.forget()
        self._had_neutral, self._cue_said_s = False, -math.inf
        self.neutral_until_s = -math.inf

    def forget_neutral(self) -> None:
        """Say that another neutral is to be learned, and again when it is."""
        self._had_neutral = False
        self._sayings.say("hint", self._words.neutral_again)

    def neutral(self, has_neutral: bool) -> None:
        """Say when the lower back's neutral was learned: from then on it is judged."""
        if has_neutral and not self._had_neutral:
            self._sayings.say("good", self._words.neutral_learned)
            self.neutral_until_s = self._sayings.now_s + NEUTRAL_SHOWN_S
        self._had_neutral = has_neutral

    def several_people(self, result: FrameResult) -> None:
        """Say once a set that there are several people in the image."""
        if result.pose.people > 1:
            self.several_until_s = result.time_s + PEOPLE_SHOWN_S
            self._sayings.say_once("several people", "hint", self._words.several_people)

    def at_work(self, result: FrameResult, display: Display) -> None:
        """Say what happened in a frame, and its cue."""
        for event in result.events:
            if isinstance(event, RepCompleted):
                self._sayings.say("count", str(result.counts.reps[event.rep.side]))
            elif isinstance(event, HoldTick) and result.hold_target_s:
                self._hold(event.hold_s, result.hold_target_s)
        self._say_pace(result)
        self._say_cue(display)

    def _hold(self, hold_s: float, target_s: float) -> None:
        words = self._words
        if self._spec.kind == "reps":
            if hold_s >= target_s > hold_s - 1:
                self._sayings.say("hold", words.lower)
            return
        left = round(target_s - hold_s)
        if left == 10 and target_s > 15:
            self._sayings.say("hold", words.ten_seconds_left)
        elif left == round(target_s / 2) and target_s >= 30:
            self._sayings.say("hold", words.half)
        elif left in {1, 2, 3}:
            self._sayings.say("hold", str(left))
        elif left == 0:
            self._sayings.say("hold", words.hold_done)

    def _say_pace(self, result: FrameResult) -> None:
        say = result.pace.say if result.pace is not None else None
        if say != self._pace:
            self._pace = say
            if say is not None:
                self._sayings.say("hint", self._words.phrase(say))

    def _say_cue(self, display: Display) -> None:
        cue = display.cue
        if cue is None or cue.said_s <= self._cue_said_s:
            return
        if cue.tone == "info" and cue.check is None:
            return  # the pace, which is said by itself
        self._cue_said_s = cue.said_s
        kind: SayingKind = "cue"
        if cue.tone in {"good", "framing"}:
            kind = "good" if cue.tone == "good" else "hint"
        self._sayings.say(kind, cue.text)
