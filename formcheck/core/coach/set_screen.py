"""What the screen shows during a set beside what the presenter makes of its frames."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

from formcheck.core.coach.display import Cue, Display, HoldShown, SetPhase, SideCount
from formcheck.core.coach.set_speech import SetSpeech
from formcheck.core.coach.set_state import SetState
from formcheck.core.coach.set_summary import summary_lines
from formcheck.core.events import CountSide, FrameResult
from formcheck.core.judge.summary import Summary
from formcheck.core.messages import Messages
from formcheck.core.spec.exercise import ExerciseSpec

DARK_BELOW = 35.0  # mean grey level 0–255; heuristic: a room at dusk through a webcam


class SetScreen:
    """Decides what only the course of the sets can tell: hints, countdown, switch, rest, summary.

    Parameters
    ----------
    spec : ExerciseSpec
    words : Messages
    state : SetState
        Where the set is; read, never changed.
    speech : SetSpeech
        Knows for how long what it said is shown.
    """

    def __init__(
        self, spec: ExerciseSpec, words: Messages, state: SetState, speech: SetSpeech
    ) -> None:
        self._spec, self._words, self._state, self._speech = spec, words, state, speech

    def of_frame(self, display: Display, result: FrameResult, brightness: float | None) -> Display:
        """Return what to show of a frame; brightness is the frame's mean grey level, 0–255."""
        state = self._state
        if display.phase != state.phase:
            display = dataclasses.replace(display, phase=state.phase)
        several = None
        if display.time_s < self._speech.several_until_s:
            several = Cue(self._words.several_people, "framing", None, display.time_s)
            display = dataclasses.replace(display, cue=display.cue or several)
        if display.cue is None and display.time_s < self._speech.neutral_until_s:
            learned = Cue(self._words.neutral_learned, "good", None, display.time_s)
            display = dataclasses.replace(display, cue=learned)
        if state.phase in {"framing", "setup"}:
            return self._getting_into_position(display, result, brightness)
        if state.phase == "countdown":
            return dataclasses.replace(
                display, headline=str(state.countdown), cue=several, joint=None
            )
        if state.phase == "switch":
            done = [s for s in ("left", "right") if s in state.done_sides]
            text = self.switch_text("right" if "left" in done else "left")
            cue = Cue(text, "info", None, state.since_s)
            return dataclasses.replace(display, headline=self._words.switch, lines=(), cue=cue)
        if state.phase == "paused":
            text = display.framing or self._words.come_back
            cue = Cue(text, "framing", None, state.since_s)
            return dataclasses.replace(display, headline=self._words.paused, joint=None, cue=cue)
        return display

    def _getting_into_position(
        self, display: Display, result: FrameResult, brightness: float | None
    ) -> Display:
        hint, cue = self.framing_hint(result, brightness), display.cue
        # The presenter's own hint is the steadier one; it knows nothing of light and sides.
        own = hint in {self._words.too_dark, self.wrong_side(result)}
        if hint and (cue is None or cue.tone != "framing" or own):
            cue = Cue(hint, "framing", None, self._state.since_s)
        return dataclasses.replace(
            display,
            big="",  # nothing is counted yet, and the silhouette needs the room
            guide=self._spec.position if hint else None,
            cue=cue,
            joint=None,
            framing=hint or None,
        )

    def framing_hint(self, result: FrameResult, brightness: float | None) -> str:
        """Return what must change before anything can be measured; empty where nothing must."""
        if brightness is not None and brightness < DARK_BELOW and not result.ready:
            return self._words.too_dark
        wrong_side = self.wrong_side(result)
        if wrong_side:
            return wrong_side
        if result.message is not None:
            return self._words.phrase(result.message)
        return "" if result.pose.detected else self._words.step_in

    def wrong_side(self, result: FrameResult) -> str:
        """Return what to do where the leg that is to be judged is away from the camera."""
        done = self._state.done_sides
        side: str | None = self._state.side
        if side is None and len(done) == 1 and "both" not in done:
            side = "right" if "left" in done else "left"
        asked = self._spec.setup.near_leg == "working" and side in {"left", "right"}
        if not asked or result.view != "side" or result.near_side in {None, side}:
            return ""
        return self._words.turn_side.format(side=self._words.side(side))

    def switch_text(self, side: CountSide) -> str:
        """Return what to say where this side comes next."""
        words = self._words
        text = words.turn_round if self._spec.setup.near_leg == "working" else words.switch_to
        return text.format(side=words.side(side))

    def note(self) -> str:
        """Return which set it is, where there are several."""
        if self._state.sets < 2:
            return ""
        return self._words.set_of.format(number=self._state.set_number, count=self._state.sets)

    def without_frame(
        self, now: float, phase: SetPhase, hint: str, counts: tuple[SideCount, ...] = ()
    ) -> Display:
        """Return what is shown where no session result is at hand."""
        return Display(
            time_s=now, phase=phase, movement="", side=None, near_side=None, counts=counts,
            note=self.note(), headline=self._words.paused if phase == "paused" else "",
            cue=Cue(hint, "info", None, self._state.since_s) if hint else None,
        )  # fmt: skip

    def rest(self, now: float, left_s: float, rest_s: float) -> Display:
        """Return what is shown between two sets."""
        state, words = self._state, self._words
        following = words.set_of.format(number=state.set_number + 1, count=state.sets)
        return dataclasses.replace(
            self.without_frame(now, "rest", words.raise_arm_next),
            headline=words.rest,
            lines=tuple(text for text in (state.ended_because, following) if text),
            hold=HoldShown(math.ceil(left_s), rest_s, left=True),
        )

    def summary(self, now: float, summaries: Sequence[Summary]) -> Display:
        """Return what is shown when all sets are done."""
        words, because = self._words, self._state.ended_because
        lines = summary_lines(self._spec, summaries, words)
        return dataclasses.replace(
            self.without_frame(now, "done", words.raise_arm_end),
            headline=words.set_done if because else words.well_done,
            lines=(*lines, because) if because else tuple(lines),
            note="",
        )
