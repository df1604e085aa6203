"""The course of a live session, hands-free: frame, get ready, count, rest, next set, summary.

A pure state machine over poses and times. It owns one `Session` a set; what it returns is the
`Display` to draw and what to say. Pausing, countdowns and rests never change what the session
counts: the same poses give the same counts offline.
"""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from formcheck.core.coach.display import Cue, Display, HoldShown, SetPhase
from formcheck.core.coach.gestures import RaisedArm
from formcheck.core.coach.presenter import Presenter, shown_of, time_target_s
from formcheck.core.events import Counts, CountSide, FrameResult, HoldTick, RepCompleted
from formcheck.core.judge.session import SideChoice
from formcheck.core.judge.summary import Summary
from formcheck.core.messages import Messages
from formcheck.core.pose import Pose, other_side
from formcheck.core.spec.exercise import ExerciseSpec

Command = Literal[
    "quit", "stop_pain", "pause", "side", "restart", "next", "skip", "back", "neutral"
]
SayingKind = Literal["count", "hold", "cue", "good", "hint", "countdown", "set"]

COUNTDOWN_S = 3.0
GONE_AFTER_S = 2.0  # a person hidden for shorter is no pause
SWITCH_SHOWN_S = 4.0
SUMMARY_SHOWN_S = 20.0
NEUTRAL_SHOWN_S = 3.0
PEOPLE_SHOWN_S = 4.0
HINT_AGAIN_S = 6.0
# A picture that came later than this was no time at work: a pause, a lost camera.
LONGEST_STEP_S = 1.0
# A set must end also for whoever does not get there: a side is over after as many tries that missed
# the target as reps are asked for (and at least so many), a set after so long with nothing new
# counted while somebody is seen: at work, and before it began.
LEAST_MISSES = 5
STALLED_AFTER_S, NEVER_BEGAN_AFTER_S = 120.0, 300.0
DARK_BELOW = 35.0  # mean grey level 0–255; own: a room at dusk through a webcam
_AT_REST = ("setup", "rest")


class SessionLike(Protocol):
    """The part of `formcheck.core.judge.session.Session` that the flow uses."""

    def update(self, pose: Pose) -> FrameResult:
        """Take the next pose."""
        ...

    def finish(self) -> Summary:
        """End the session."""
        ...

    @property
    def has_neutral(self) -> bool:
        """Whether the person's own neutral of the lower back was learned."""
        ...

    def relearn_neutral(self) -> None:
        """Forget it and learn another."""
        ...


@dataclass(frozen=True, slots=True)
class Saying:
    """Something to say (or to sound) now; worthless half a second later."""

    kind: SayingKind
    text: str
    time_s: float


@dataclass(frozen=True, slots=True)
class FlowStep:
    """What follows from one frame: what to show, what to say, and whether it is over.

    ``result`` is None where no session saw the frame: at rest, paused by key, after the last set.
    """

    display: Display
    says: tuple[Saying, ...] = ()
    result: FrameResult | None = None
    finished: bool = False

    def with_problem(self, problem: str | None, time_s: float) -> FlowStep:
        """Return the step with a problem of the camera as what is shown; None leaves it as is."""
        if problem is None:
            return self
        cue = Cue(problem, "warning", None, time_s)
        return dataclasses.replace(self, display=dataclasses.replace(self.display, cue=cue))


class ContinuedSession:
    """A session that goes on with a set begun before: its counts start where that one stopped.

    Its summary has only what is new, so that nothing is kept twice.
    """

    def __init__(self, session: SessionLike, before: Counts) -> None:
        self._session, self._before = session, before

    def update(self, pose: Pose) -> FrameResult:
        """Take the next pose."""
        result = self._session.update(pose)
        counts = sum_of(self._before, result.counts)
        held = self._before.hold_s.get(result.side or "", 0.0)
        hold_s = None if result.hold_s is None else result.hold_s + held
        events = tuple(
            dataclasses.replace(
                event, hold_s=event.hold_s + self._before.hold_s.get(event.side, 0.0)
            )
            if isinstance(event, HoldTick)
            else event
            for event in result.events
        )
        return dataclasses.replace(result, counts=counts, hold_s=hold_s, events=events)

    def finish(self) -> Summary:
        """End the session."""
        return self._session.finish()

    @property
    def has_neutral(self) -> bool:
        """Whether the person's own neutral of the lower back was learned."""
        return self._session.has_neutral

    def relearn_neutral(self) -> None:
        """Forget it and learn another."""
        self._session.relearn_neutral()


def sum_of(one: Counts, other: Counts) -> Counts:
    """Return two counts together."""
    return Counts(
        reps={k: v + one.reps.get(k, 0) for k, v in other.reps.items()},
        attempts={k: v + one.attempts.get(k, 0) for k, v in other.attempts.items()},
        hold_s={k: v + one.hold_s.get(k, 0.0) for k, v in other.hold_s.items()},
    )


class LiveFlow:
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
    ended_because : str
        Why the latest set ended short of its dose, in words; empty where it did not.
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
        self._new_session = new_session
        self._side = side
        self._reps = reps if reps is not None else spec.dose.reps
        self._sets = sets if sets is not None else spec.dose.sets
        self._rest_s = rest_s if rest_s is not None else spec.dose.rest_s
        self._words = words or Messages()
        self._arm = RaisedArm()
        self._set_number = self._first_set = first_set
        self._carried = carried
        self._phase: SetPhase = "framing"
        self._since_s = self._now_s = self._seen_s = start_s
        self._countdown_said = 0
        self._done_sides: set[CountSide] = set()
        self._said: dict[str, float] = {}
        self._pace: str | None = None
        self._worked_s, self._worked_at_s = 0.0, start_s
        self._progress, self._stalled_s, self._watched_s = (0, 0, 0.0), 0.0, start_s
        self._several_until_s = -math.inf
        self._had_neutral, self._neutral_until_s = False, -math.inf
        self._cue_said_s = -math.inf
        self._pending: list[Saying] = []
        self._paused_by_key = False
        self.summaries: list[Summary] = []
        self.stopped_for_pain = False
        self.ended_because = ""
        self._session: SessionLike | None = None
        self._result: FrameResult | None = None
        self._last_display: Display | None = None
        self._start_set(start_s)

    @property
    def is_over(self) -> bool:
        """Whether all sets are done (or it was ended)."""
        return self._phase == "done"

    @property
    def set_number(self) -> int:
        """The set that is on or comes next, from 1."""
        return self._set_number + (self._phase == "rest")

    @property
    def counts(self) -> Counts | None:
        """What is done of the set that is on; None before its first picture and between sets."""
        return self._result.counts if self._result is not None else None

    # -- what comes in ------------------------------------------------------------------------

    def update(self, pose: Pose, *, brightness: float | None = None) -> FlowStep:
        """Take the pose of one frame; brightness is the picture's mean grey level, 0–255."""
        now = self._now_s = pose.time_s
        if pose.detected:
            self._seen_s = now
        raised = self._arm.update(pose)
        if self._phase in {"rest", "done"}:
            return self._between_sets(now, raised)
        if self._paused_by_key:
            return self._step(self._plain(now, "paused", self._words.press_p))
        assert self._session is not None
        result = self._result = self._session.update(pose)
        if self._phase in {"work", "switch"}:
            self._worked_s += min(now - self._worked_at_s, LONGEST_STEP_S)
        self._worked_at_s = now
        display = self._presenter.update(result, worked_s=self._worked_s, note=self._note())
        self._tell_neutral()
        if result.pose.people > 1:
            self._several_until_s = now + PEOPLE_SHOWN_S
            self._say_once("several people", "hint", self._words.several_people)
        if self._phase in {"framing", "setup", "countdown"}:
            self._before_work(result, brightness)
        if self._phase in {"work", "switch", "paused"}:
            self._at_work(result, display)
        self._watch_progress(result)
        if self._phase in {"rest", "done"}:
            return dataclasses.replace(self._between_sets(now, raised=False), result=result)
        self._last_display = self._decorate(display, result, brightness)
        return self._step(self._last_display, result)

    def tick(self, time_s: float, problem: str | None = None) -> FlowStep:
        """Let time pass without a picture; problem says why there is none."""
        now = self._now_s = max(time_s, self._now_s)
        if self._phase in {"rest", "done"}:
            return self._between_sets(now, raised=False)
        # The count stays on the screen: it is what the person wants to know to be safe.
        display = self._last_display or self._plain(now, self._phase, "")
        display = dataclasses.replace(display, time_s=now, joint=None, hold=None)
        if problem is not None:
            self._say_sometimes("hint", problem)
        return self._step(display).with_problem(problem, now)

    def command(self, command: Command) -> FlowStep | None:
        """Obey a key; returns the last step where that ends everything."""
        now = self._now_s
        if command in {"quit", "stop_pain"}:
            self.stopped_for_pain = self.stopped_for_pain or command == "stop_pain"
            self._end_set()
            self._phase = "done"
            return self._step(self._summary_display(now), finished=True)
        if command == "pause":
            self._paused_by_key = not self._paused_by_key
        elif command == "side" and self.spec.sides != "both":
            self._side = "left" if self._side == "right" else "right"
            self._say("set", self._words.switch_to.format(side=self._words.side(self._side)))
            self._start_set(now)
        elif command == "restart":
            self._say("set", self._words.restarted)
            self._start_set(now)
        elif command == "neutral" and self._session is not None:
            self._session.relearn_neutral()
            self._had_neutral = False
            self._say("hint", self._words.neutral_again)
        elif command == "next":
            if self._phase == "rest":
                self._next_set(now)
            elif self._phase != "done":
                self._finish_set(now)
        return None

    # -- the phases ---------------------------------------------------------------------------

    def _before_work(self, result: FrameResult, brightness: float | None) -> None:
        now = result.time_s
        if not result.ready:
            self._enter("setup" if result.pose.detected else "framing", now)
            self._countdown_said = 0
            hint = self._framing_hint(result, brightness)
            if hint and now - self._since_s > 1.0:
                self._say_sometimes("hint", hint)
            return
        wrong_side = self._wrong_side(result)
        if wrong_side:
            self._say_sometimes("hint", wrong_side)
        if self._phase != "countdown":
            self._enter("countdown", now)
        # Who begins at once is not made to wait, and is not robbed of a rep.
        moves = self.spec.kind in {"reps", "hold"} and result.phase not in _AT_REST
        started = moves or any(result.counts.reps.values())
        left = COUNTDOWN_S - (now - self._since_s)
        if left <= 1e-9 or started:
            self._say("countdown", self._words.go)
            self._enter("work", now)
            return
        number = math.ceil(left - 1e-9)
        if number != self._countdown_said:
            self._countdown_said = number
            self._say("countdown", str(number))

    def _tell_neutral(self) -> None:
        """Say when the lower back's neutral was learned: from then on it is judged."""
        assert self._session is not None
        has = self._session.has_neutral
        if has and not self._had_neutral:
            self._say("good", self._words.neutral_learned)
            self._neutral_until_s = self._now_s + NEUTRAL_SHOWN_S
        self._had_neutral = has

    def _at_work(self, result: FrameResult, display: Display) -> None:
        now = result.time_s
        if self._phase == "switch" and now - self._since_s >= SWITCH_SHOWN_S:
            self._enter("work", now)
        # What is done by time and feeling may be done lying under the picture.
        gone = self.spec.kind != "timed" and now - self._seen_s >= GONE_AFTER_S
        if gone and self._phase != "paused":
            self._enter("paused", now)
            self._say("set", self._words.paused)
        elif self._phase == "paused" and not gone and result.ready:
            self._enter("work", now)
            self._say("set", self._words.go_on)
        if self._phase == "paused":
            return
        self._say_events(result)
        self._say_pace(result)
        self._say_cue(display)
        self._watch_dose(result)

    def _watch_dose(self, result: FrameResult) -> None:
        """Switch sides or end the set when a side, or every side, has done its part."""
        now = result.time_s
        target_s = time_target_s(self.spec)
        if target_s is not None:
            if self._worked_s >= target_s:
                self._finish_set(now)
            elif self._worked_s >= target_s / 2 and self.spec.sides != "both":
                self._say_once("half", "set", self._words.switch)
            return
        every: tuple[CountSide, ...] = ("left", "right", "both")
        sides = [side for side in every if side in result.counts.reps]
        if self._is_shared():
            misses = sum(result.counts.attempts.values())
            if self._reps and sum(result.counts.reps.values()) >= self._reps:
                self._finish_set(now)
            elif self._reps and misses >= max(LEAST_MISSES, self._reps):
                self._tell_end(self._words.given_up.format(count=misses))
                self._finish_set(now)
            return
        for side in sides:
            missed = self._is_given_up(result, side)
            if side not in self._done_sides and (missed or self._is_done(result, side)):
                self._done_sides.add(side)
                if missed:
                    self._tell_end(self._words.given_up.format(count=result.counts.attempts[side]))
                missing = [s for s in sides if s not in self._done_sides]
                if not missing:
                    self._finish_set(now)
                elif self.spec.sides == "each" and side != "both":
                    self._enter("switch", now)
                    self._say("set", self._switch_text(other_side(side)))

    def _switch_text(self, side: CountSide) -> str:
        words = self._words
        text = words.turn_round if self.spec.setup.near_leg == "working" else words.switch_to
        return text.format(side=words.side(side))

    def _is_shared(self) -> bool:
        """Whether the dose is one number for all sides together."""
        return self.spec.kind == "reps" and self.spec.dose.per == "set"

    def _is_done(self, result: FrameResult, side: CountSide) -> bool:
        if self.spec.kind == "hold":
            target = self.spec.dose.hold_target_s
            return target is not None and result.counts.hold_s.get(side, 0.0) >= target - 1e-6
        return bool(self._reps) and result.counts.reps[side] >= (self._reps or 0)

    def _is_given_up(self, result: FrameResult, side: CountSide) -> bool:
        """Whether a side has missed its target so often that waiting for more leads nowhere."""
        if self.spec.kind != "reps" or not self._reps or self._is_done(result, side):
            return False
        return result.counts.attempts.get(side, 0) >= max(LEAST_MISSES, self._reps)

    def _watch_progress(self, result: FrameResult) -> None:
        """End a set in which nothing more is counted, though somebody is there."""
        now, counts = result.time_s, result.counts
        step_s = min(now - self._watched_s, LONGEST_STEP_S)
        self._watched_s = now
        if self._phase not in {"framing", "setup", "countdown", "work", "switch"}:
            return
        by_time = time_target_s(self.spec) is not None and self._phase in {"work", "switch"}
        if self.spec.kind not in {"reps", "hold"} or by_time:
            return
        done = (
            sum(counts.reps.values()), sum(counts.attempts.values()),
            round(sum(counts.hold_s.values()), 1),
        )  # fmt: skip
        if done != self._progress:
            self._progress, self._stalled_s = done, 0.0
        elif result.pose.detected:
            self._stalled_s += step_s
        began = self._phase in {"work", "switch"} or any(done)
        if self._stalled_s >= (STALLED_AFTER_S if began else NEVER_BEGAN_AFTER_S):
            self._tell_end(self._words.stalled)
            self._finish_set(now)

    def _tell_end(self, text: str) -> None:
        """Say why it goes on although the dose was not reached."""
        self.ended_because = text
        self._say("set", text)

    def _between_sets(self, now: float, raised: bool) -> FlowStep:
        if self._phase == "done":
            over = raised or now - self._since_s >= SUMMARY_SHOWN_S
            return self._step(self._summary_display(now), finished=over)
        left = self._rest_s - (now - self._since_s)
        if raised or left <= 0:
            self._next_set(now)
            return self._step(self._plain(now, "framing", ""))
        if left <= 10 < self._rest_s:
            self._say_once("ten", "hold", self._words.ten_seconds_left)
        display = self._plain(now, "rest", self._words.raise_arm_next)
        ring = HoldShown(math.ceil(left), self._rest_s, left=True)
        following = self._words.set_of.format(number=self._set_number + 1, count=self._sets)
        lines = tuple(text for text in (self.ended_because, following) if text)
        return self._step(
            dataclasses.replace(display, headline=self._words.rest, lines=lines, hold=ring)
        )

    # -- sets ---------------------------------------------------------------------------------

    def _start_set(self, now: float) -> None:
        self._session = self._new_session(self._side)
        if self._carried is not None and self._set_number == self._first_set:
            self._session = ContinuedSession(self._session, self._carried)
        self._presenter = Presenter(
            shows=shown_of(self.spec),
            rep_target=self._reps,
            time_target_s=time_target_s(self.spec),
            words=self._words,
        )
        self._result = None
        self._last_display = None
        self._done_sides.clear()
        self._said.clear()
        self._worked_s, self._worked_at_s = 0.0, now
        self._progress, self._stalled_s, self._watched_s = (0, 0, 0.0), 0.0, now
        self.ended_because = ""
        self._had_neutral, self._neutral_until_s = False, -math.inf
        self._cue_said_s = -math.inf
        self._paused_by_key = False
        self._phase, self._since_s = "framing", now
        self._seen_s = now

    def _end_set(self) -> None:
        if self._session is not None and self._result is not None:
            self.summaries.append(self._session.finish())
        self._session = self._result = None

    def _finish_set(self, now: float) -> None:
        self._end_set()
        self._said.clear()
        if self._set_number >= self._sets:
            self._enter("done", now)
            if not self.ended_because:
                self._say("set", self._words.well_done)
            return
        self._enter("rest", now)
        seconds = self._words.rest_for.format(seconds=round(self._rest_s))
        self._say("set", f"{self._words.set_done}. {seconds}")

    def _next_set(self, now: float) -> None:
        self._set_number += 1
        self._say("set", self._words.next_set)
        self._start_set(now)

    def _enter(self, phase: SetPhase, now: float) -> None:
        if phase != self._phase:
            self._phase, self._since_s = phase, now

    # -- what goes out ------------------------------------------------------------------------

    def _decorate(self, display: Display, result: FrameResult, brightness: float | None) -> Display:
        """Add what only the flow knows to what the presenter shows."""
        words = self._words
        if display.phase != self._phase:
            display = dataclasses.replace(display, phase=self._phase)
        several = None
        if display.time_s < self._several_until_s:
            several = Cue(words.several_people, "framing", None, display.time_s)
            display = dataclasses.replace(display, cue=display.cue or several)
        if display.cue is None and display.time_s < self._neutral_until_s:
            learned = Cue(words.neutral_learned, "good", None, display.time_s)
            display = dataclasses.replace(display, cue=learned)
        if self._phase in {"framing", "setup"}:
            hint = self._framing_hint(result, brightness)
            cue = display.cue
            # The presenter's own hint is the steadier one; it knows nothing of light and sides.
            own = hint in {words.too_dark, self._wrong_side(result)}
            if hint and (cue is None or cue.tone != "framing" or own):
                cue = Cue(hint, "framing", None, self._since_s)
            return dataclasses.replace(
                display,
                big="",  # nothing is counted yet, and the silhouette needs the room
                guide=self.spec.position if hint else None,
                cue=cue,
                joint=None,
                framing=hint or None,
            )
        if self._phase == "countdown":
            return dataclasses.replace(
                display, headline=str(self._countdown_said), cue=several, joint=None
            )
        if self._phase == "switch":
            done = [s for s in ("left", "right") if s in self._done_sides]
            text = self._switch_text("right" if "left" in done else "left")
            return dataclasses.replace(
                display, headline=words.switch, lines=(), cue=Cue(text, "info", None, self._since_s)
            )
        if self._phase == "paused":
            return dataclasses.replace(
                display, headline=words.paused, joint=None,
                cue=Cue(display.framing or words.come_back, "framing", None, self._since_s),
            )  # fmt: skip
        return display

    def _framing_hint(self, result: FrameResult, brightness: float | None) -> str:
        if brightness is not None and brightness < DARK_BELOW and not result.ready:
            return self._words.too_dark
        wrong_side = self._wrong_side(result)
        if wrong_side:
            return wrong_side
        if result.message is not None:
            return self._words.phrase(result.message)
        return "" if result.pose.detected else self._words.step_in

    def _wrong_side(self, result: FrameResult) -> str:
        """Return what to do where the leg that is to be judged is away from the camera."""
        side: str | None = self._side
        if side is None and len(self._done_sides) == 1 and "both" not in self._done_sides:
            side = "right" if "left" in self._done_sides else "left"
        asked = self.spec.setup.near_leg == "working" and side in {"left", "right"}
        if not asked or result.view != "side" or result.near_side in {None, side}:
            return ""
        return self._words.turn_side.format(side=self._words.side(side))

    def _plain(self, now: float, phase: SetPhase, hint: str) -> Display:
        """Return what is shown where no session result is at hand."""
        counts = self._presenter.update(self._result).counts if self._result else ()
        headline = self._words.paused if phase == "paused" else ""
        return Display(
            time_s=now, phase=phase, movement="", side=None, near_side=None, counts=counts,
            note=self._note(), headline=headline,
            cue=Cue(hint, "info", None, self._since_s) if hint else None,
        )  # fmt: skip

    def _note(self) -> str:
        if self._sets < 2:
            return ""
        return self._words.set_of.format(number=self._set_number, count=self._sets)

    def _summary_display(self, now: float) -> Display:
        lines = tuple(summary_lines(self.spec, self.summaries, self._words))
        if self.ended_because:
            lines = (*lines, self.ended_because)
        headline = self._words.set_done if self.ended_because else self._words.well_done
        display = self._plain(now, "done", self._words.raise_arm_end)
        return dataclasses.replace(display, headline=headline, lines=lines, note="", counts=())

    def _say_events(self, result: FrameResult) -> None:
        words = self._words
        for event in result.events:
            if isinstance(event, RepCompleted):
                self._say("count", str(result.counts.reps[event.rep.side]))
            elif isinstance(event, HoldTick):
                self._say_hold(event, result.hold_target_s, words)

    def _say_pace(self, result: FrameResult) -> None:
        say = result.pace.say if result.pace is not None else None
        if say != self._pace:
            self._pace = say
            if say is not None:
                self._say("hint", self._words.phrase(say))

    def _say_hold(self, tick: HoldTick, target_s: float | None, words: Messages) -> None:
        if not target_s:
            return
        if self.spec.kind == "reps":
            if tick.hold_s >= target_s > tick.hold_s - 1:
                self._say("hold", words.lower)
            return
        left = round(target_s - tick.hold_s)
        if left == 10 and target_s > 15:
            self._say("hold", words.ten_seconds_left)
        elif left == round(target_s / 2) and target_s >= 30:
            self._say("hold", words.half)
        elif left in {1, 2, 3}:
            self._say("hold", str(left))
        elif left == 0:
            self._say("hold", words.hold_done)

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
        self._say(kind, cue.text)

    def _say(self, kind: SayingKind, text: str) -> None:
        self._pending.append(Saying(kind, text, self._now_s))

    def _say_once(self, key: str, kind: SayingKind, text: str) -> None:
        if key not in self._said:
            self._said[key] = self._now_s
            self._say(kind, text)

    def _say_sometimes(self, kind: SayingKind, text: str) -> None:
        if self._now_s - self._said.get(text, -math.inf) >= HINT_AGAIN_S:
            self._said[text] = self._now_s
            self._say(kind, text)

    def _step(
        self, display: Display, result: FrameResult | None = None, *, finished: bool = False
    ) -> FlowStep:
        says, self._pending = tuple(self._pending), []
        return FlowStep(display, says, result, finished)


def summary_lines(spec: ExerciseSpec, summaries: list[Summary], words: Messages) -> list[str]:
    """Return the few lines shown at the end: what was done, what was missed, what to mend."""
    reps: Counter[str] = Counter()
    held: Counter[str] = Counter()
    attempts: Counter[str] = Counter()
    cues: Counter[str] = Counter()
    for summary in summaries:
        reps.update(summary.totals.reps)
        attempts.update(summary.totals.attempts)
        for side, seconds in summary.totals.hold_s.items():
            held[side] += round(seconds)
        cues.update(fault.cue for fault in summary.faults if fault.severity != "info")
    sides = list(reps)
    if spec.kind in {"timed", "test"}:
        done = []
    elif spec.kind == "hold":
        done = [words.held.format(side=words.side(s), seconds=held[s]).strip() for s in sides]
    else:
        done = [f"{words.side(s)} {words.counted_reps(reps[s])}".strip() for s in sides]
    lines = [words.phrase(", ".join(done))] if done else []
    if sum(attempts.values()):
        lines.append(words.not_full.format(count=sum(attempts.values())))
    for cue, count in cues.most_common(3):
        lines.append(words.times.format(count=count, cue=words.phrase(cue)))
    if not cues and any(reps.values() or held.values()):
        lines.append(words.no_faults)
    return lines
