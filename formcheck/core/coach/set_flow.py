"""The course of a live session, hands-free: frame, get ready, count, rest, next set, summary.

A pure state machine over poses and times. It owns one `Session` a set; what it returns is the
`Display` to draw and what to say. Pausing, countdowns and rests never change what the session
counts: the same poses give the same counts offline.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

from formcheck.core.coach.display import Display
from formcheck.core.coach.dose_watch import DoseWatch, StallWatch
from formcheck.core.coach.gestures import RaisedArm
from formcheck.core.coach.presenter import Presenter, shown_of, time_target_s
from formcheck.core.coach.sayings import Sayings
from formcheck.core.coach.set_screen import SetScreen
from formcheck.core.coach.set_session import ContinuedSession, SessionLike
from formcheck.core.coach.set_speech import SetSpeech
from formcheck.core.coach.set_state import SetState
from formcheck.core.coach.step import SUMMARY_SHOWN_S, Command, FlowStep
from formcheck.core.events import Counts, FrameResult
from formcheck.core.judge.session import SideChoice
from formcheck.core.judge.summary import Summary
from formcheck.core.messages import Messages
from formcheck.core.pose import Pose, other_side
from formcheck.core.spec.exercise import ExerciseSpec

COUNTDOWN_S = 3.0
GONE_AFTER_S = 2.0  # a person hidden for shorter is no pause
SWITCH_SHOWN_S = 4.0
_AT_REST = ("setup", "rest")


class SetFlow:
    """Leads one person through the sets of one exercise.

    Parameters
    ----------
    spec : ExerciseSpec
    new_session : callable
        Gives a fresh session for a side choice; called once a set.
    side : {"left", "right", "alternate"}, optional
        Count only this side.
    reps, sets : int, optional
        Instead of the spec's dose.
    words : Messages
        The language.
    start_s : float
        The time at which it begins.
    first_set : int
        Begin with this set; the ones before are done.
    carried : Counts, optional
        What was done of that set before an interruption; it counts toward the dose, and no summary
        has it again.

    Attributes
    ----------
    summaries : list of Summary
        Of the sets that are over.
    stopped_for_pain : bool
    """

    def __init__(
        self,
        spec: ExerciseSpec,
        new_session: Callable[[SideChoice | None], SessionLike],
        *,
        side: SideChoice | None = None,
        reps: int | None = None,
        sets: int | None = None,
        rest_s: float | None = None,
        words: Messages | None = None,
        start_s: float = 0.0,
        first_set: int = 1,
        carried: Counts | None = None,
    ) -> None:
        self.spec = spec
        self.summaries: list[Summary] = []
        self.stopped_for_pain = False
        self._new_session = new_session
        self._reps = reps if reps is not None else spec.dose.reps
        self._rest_s = rest_s if rest_s is not None else spec.dose.rest_s
        self._words = words or Messages()
        self._first_set, self._carried = first_set, carried
        self._arm = RaisedArm()
        self._state = SetState(sets if sets is not None else spec.dose.sets, first_set, side)
        self._sayings = Sayings(start_s)
        self._speech = SetSpeech(spec, self._words, self._sayings)
        self._screen = SetScreen(spec, self._words, self._state, self._speech)
        self._session: SessionLike | None = None
        self._result: FrameResult | None = None
        self._last_display: Display | None = None
        self._seen_s, self._paused_by_key = start_s, False
        self._start_set(start_s)

    @property
    def is_over(self) -> bool:
        """Whether all sets are done (or it was ended)."""
        return self._state.phase == "done"

    @property
    def set_number(self) -> int:
        """The set that is on or comes next, from 1."""
        return self._state.set_number + (self._state.phase == "rest")

    @property
    def counts(self) -> Counts | None:
        """What is done of the set that is on; None before its first frame and between sets."""
        return self._result.counts if self._result is not None else None

    @property
    def ended_because(self) -> str:
        """Why the latest set ended short of its dose, in words; empty where it did not."""
        return self._state.ended_because

    # -- what comes in ------------------------------------------------------------------------

    def update(self, pose: Pose, *, brightness: float | None = None) -> FlowStep:
        """Take the pose of one frame; brightness is the frame's mean grey level, 0–255."""
        now = self._sayings.now_s = pose.time_s
        state = self._state
        if pose.detected:
            self._seen_s = now
        raised = self._arm.update(pose)
        if state.is_between_sets:
            return self._between_sets(now, raised)
        if self._paused_by_key:
            return self._paused(now)
        assert self._session is not None
        result = self._result = self._session.update(pose)
        self._dose.time_passes(now, at_work=state.is_at_work)
        display = self._presenter.update(
            result, worked_s=self._dose.worked_s, note=self._screen.note()
        )
        self._speech.neutral(self._session.has_neutral)
        self._speech.several_people(result)
        if state.is_before_work:
            self._before_work(result, brightness)
        if state.is_at_work or state.phase == "paused":
            self._at_work(result, display)
        if self._stall.update(result, state):
            self._end_short(self._words.stalled)
            self._finish_set(now)
        if state.is_between_sets:
            return dataclasses.replace(self._between_sets(now, raised=False), result=result)
        self._last_display = self._screen.of_frame(display, result, brightness)
        return self._step(self._last_display, result)

    def tick(self, time_s: float, problem: str | None = None) -> FlowStep:
        """Let time pass without a frame; problem says why there is none."""
        now = self._sayings.now_s = max(time_s, self._sayings.now_s)
        if self._state.is_between_sets:
            return self._between_sets(now, raised=False)
        # The count stays on the screen: it is what the person wants to know to be safe.
        display = self._last_display or self._screen.without_frame(now, self._state.phase, "")
        display = dataclasses.replace(display, time_s=now, joint=None, hold=None)
        if problem is not None:
            self._sayings.say_sometimes("hint", problem)
        return self._step(display).with_problem(problem, now)

    def command(self, command: Command) -> FlowStep | None:
        """Obey a key; returns the last step where that ends everything."""
        now, state = self._sayings.now_s, self._state
        if command in {"quit", "stop_pain"}:
            self.stopped_for_pain = self.stopped_for_pain or command == "stop_pain"
            self._end_set()
            state.phase = "done"
            return self._step(self._screen.summary(now, self.summaries), finished=True)
        if command == "pause":
            self._paused_by_key = not self._paused_by_key
        elif command == "side" and self.spec.sides != "both":
            state.side = "left" if state.side == "right" else "right"
            side = self._words.side(state.side)
            self._sayings.say("set", self._words.switch_to.format(side=side))
            self._start_set(now)
        elif command == "restart":
            self._sayings.say("set", self._words.restarted)
            self._start_set(now)
        elif command == "neutral" and self._session is not None:
            self._session.relearn_neutral()
            self._speech.forget_neutral()
        elif command == "next":
            if state.phase == "rest":
                self._next_set(now)
            elif state.phase != "done":
                self._finish_set(now)
        return None

    # -- the phases ---------------------------------------------------------------------------

    def _before_work(self, result: FrameResult, brightness: float | None) -> None:
        now, state = result.time_s, self._state
        if not result.ready:
            state.enter("setup" if result.pose.detected else "framing", now)
            state.countdown = 0
            hint = self._screen.framing_hint(result, brightness)
            if hint and now - state.since_s > 1.0:
                self._sayings.say_sometimes("hint", hint)
            return
        wrong_side = self._screen.wrong_side(result)
        if wrong_side:
            self._sayings.say_sometimes("hint", wrong_side)
        state.enter("countdown", now)
        # Anyone who begins at once is not made to wait, and is not robbed of a rep.
        moves = self.spec.kind in {"reps", "hold"} and result.phase not in _AT_REST
        started = moves or any(result.counts.reps.values())
        left = COUNTDOWN_S - (now - state.since_s)
        if left <= 1e-9 or started:
            self._sayings.say("countdown", self._words.go)
            state.enter("work", now)
            return
        number = math.ceil(left - 1e-9)
        if number != state.countdown:
            state.countdown = number
            self._sayings.say("countdown", str(number))

    def _at_work(self, result: FrameResult, display: Display) -> None:
        now, state = result.time_s, self._state
        if state.phase == "switch" and now - state.since_s >= SWITCH_SHOWN_S:
            state.enter("work", now)
        # What is done by time and feeling may be done lying under the frame.
        gone = self.spec.kind != "timed" and now - self._seen_s >= GONE_AFTER_S
        if gone and state.phase != "paused":
            state.enter("paused", now)
            self._sayings.say("set", self._words.paused)
        elif state.phase == "paused" and not gone and result.ready:
            state.enter("work", now)
            self._sayings.say("set", self._words.go_on)
        if state.phase == "paused":
            return
        self._speech.at_work(result, display)
        self._compare_with_dose(result)

    def _compare_with_dose(self, result: FrameResult) -> None:
        """Switch sides or end the set when a side, or every side, has done its part."""
        now, state = result.time_s, self._state
        for verdict in self._dose.verdicts(result, state.done_sides):
            if verdict.what == "half":
                self._sayings.say_once("half", "set", self._words.switch)
            elif verdict.what == "given_up":
                self._end_short(self._words.given_up.format(count=verdict.misses))
            elif verdict.side is not None:
                state.done_sides.add(verdict.side)
            if verdict.what == "set_done":
                self._finish_set(now)
            elif verdict.what == "side_done" and self.spec.sides == "each":
                following = other_side("left" if verdict.side == "left" else "right")
                state.enter("switch", now)
                self._sayings.say("set", self._screen.switch_text(following))

    def _end_short(self, text: str) -> None:
        """Say why it goes on although the dose was not reached."""
        self._state.ended_because = text
        self._sayings.say("set", text)

    def _paused(self, now: float) -> FlowStep:
        counts = self._presenter.update(self._result).counts if self._result else ()
        return self._step(self._screen.without_frame(now, "paused", self._words.press_p, counts))

    def _between_sets(self, now: float, raised: bool) -> FlowStep:
        waited_s = now - self._state.since_s
        if self._state.phase == "done":
            over = raised or waited_s >= SUMMARY_SHOWN_S
            return self._step(self._screen.summary(now, self.summaries), finished=over)
        left = self._rest_s - waited_s
        if raised or left <= 0:
            self._next_set(now)
            return self._step(self._screen.without_frame(now, "framing", ""))
        if left <= 10 < self._rest_s:
            self._sayings.say_once("ten", "hold", self._words.ten_seconds_left)
        return self._step(self._screen.rest(now, left, self._rest_s))

    # -- sets ---------------------------------------------------------------------------------

    def _start_set(self, now: float) -> None:
        self._session = self._new_session(self._state.side)
        if self._carried is not None and self._state.set_number == self._first_set:
            self._session = ContinuedSession(self._session, self._carried)
        self._presenter = Presenter(
            shows=shown_of(self.spec),
            rep_target=self._reps,
            time_target_s=time_target_s(self.spec),
            words=self._words,
        )
        self._dose = DoseWatch(self.spec, self._reps, now)
        self._stall = StallWatch(self.spec, now)
        self._result = None
        self._last_display = None
        self._paused_by_key = False
        self._seen_s = now
        self._speech.begin_set()
        self._state.begin(now)

    def _end_set(self) -> None:
        if self._session is not None and self._result is not None:
            self.summaries.append(self._session.finish())
        self._session = self._result = None

    def _finish_set(self, now: float) -> None:
        state = self._state
        self._end_set()
        self._sayings.forget()
        if state.set_number >= state.sets:
            state.enter("done", now)
            if not state.ended_because:
                self._sayings.say("set", self._words.well_done)
            return
        state.enter("rest", now)
        seconds = self._words.rest_for.format(seconds=round(self._rest_s))
        self._sayings.say("set", f"{self._words.set_done}. {seconds}")

    def _next_set(self, now: float) -> None:
        self._state.set_number += 1
        self._sayings.say("set", self._words.next_set)
        self._start_set(now)

    def _step(
        self, display: Display, result: FrameResult | None = None, *, finished: bool = False
    ) -> FlowStep:
        return FlowStep(display, self._sayings.take(), result, finished)
