"""The course of a self-test: several tries a side, each said to count or not; the result. Pure.

A try is one `SetFlow` with one session of one side. It is over when the person leaves the start
position, raises an arm, or its time is up.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from typing import Literal

from formcheck.core.coach.display import Cue, Display, HoldShown, Tone
from formcheck.core.coach.gestures import RaisedArm
from formcheck.core.coach.sayings import Sayings
from formcheck.core.coach.self_test_tries import Try, result_lines, value_lines
from formcheck.core.coach.set_flow import SetFlow
from formcheck.core.coach.set_session import SessionLike
from formcheck.core.coach.step import SUMMARY_SHOWN_S, Command, FlowStep
from formcheck.core.events import CountSide
from formcheck.core.judge.session import SideChoice
from formcheck.core.messages import Messages
from formcheck.core.pose import Pose
from formcheck.core.spec.exercise import ExerciseSpec

TRIES = 3
# A body that warms up makes later tries look better; more than this is exercise and no test.
MOST_TRIES = 5
INTRO_S, BETWEEN_S = 15.0, 8.0
TRY_S, LONG_TRY_S = 30.0, 120.0  # the second one for tests of how long
LEFT_FOR_S = 1.5
LEAST_TRY_S = 2.0


class SelfTestFlow:
    """Leads one person through the tries of a self-test.

    Parameters
    ----------
    spec : ExerciseSpec
        Of kind ``test``.
    new_session : callable
        Gives a fresh session for a side; called once a try.
    sides : sequence of {"left", "right"}
        In this order; one side of an exercise without sides is ``both``.
    tries : int
        Valid tries a side; those that do not count are repeated, up to `MOST_TRIES` in all.
    words : Messages
    """

    def __init__(
        self,
        spec: ExerciseSpec,
        new_session: Callable[[SideChoice | None], SessionLike],
        *,
        sides: Sequence[SideChoice] = ("left", "right"),
        tries: int = TRIES,
        words: Messages | None = None,
    ) -> None:
        assert spec.test is not None
        self.spec = spec
        self._new_session = new_session
        self._words = words or Messages()
        self._sides: list[SideChoice | None] = [None] if spec.sides == "both" else list(sides)
        self._wanted = tries
        self._at = 0
        self._number = 1
        self.tries: list[Try] = []
        self._phase: Literal["intro", "try", "done"] = "intro"
        self._flow: SetFlow | None = None
        self._sayings = Sayings()
        self._since_s = 0.0
        self.stopped_for_pain = False
        self._ready_s: float | None = None
        self._left_s: float | None = None
        self._arm = RaisedArm()
        longest = any(value.take == "seconds_near_greatest" for value in spec.test.values)
        self._try_s = LONG_TRY_S if longest else TRY_S
        self._prepare(0.0)

    @property
    def _now_s(self) -> float:
        return self._sayings.now_s

    @property
    def is_over(self) -> bool:
        """Whether every side has had its tries."""
        return self._phase == "done"

    # -- what comes in ------------------------------------------------------------------------

    def update(self, pose: Pose, *, brightness: float | None = None) -> FlowStep:
        """Take the pose of one frame; brightness is the frame's mean grey level, 0–255."""
        self._sayings.now_s = pose.time_s
        raised = self._arm.update(pose)
        if self._phase == "done":
            return self._done_step(over=raised or self._waited_s() >= SUMMARY_SHOWN_S)
        if self._flow is None:
            if raised or self._waited_s() >= self._wait_s():
                self._begin()
                assert self._flow is not None
                return self._flow.tick(self._now_s)
            return self._step(self._intro())
        step = self._flow.update(pose, brightness=brightness)
        step = dataclasses.replace(
            step, display=dataclasses.replace(step.display, note=self._note())
        )
        return self._watch(step, raised)

    def tick(self, time_s: float, problem: str | None = None) -> FlowStep:
        """Let time pass without a frame; problem says why there is none."""
        self._sayings.now_s = max(time_s, self._now_s)
        if self._flow is not None:
            return self._flow.tick(time_s, problem)
        if self._phase == "done":
            return self._done_step(over=self._waited_s() >= SUMMARY_SHOWN_S)
        return self._step(self._intro()).with_problem(problem, self._now_s)

    def command(self, command: Command) -> FlowStep | None:
        """Obey a key; returns the last step where that ends everything."""
        if command in {"quit", "stop_pain"}:
            self.stopped_for_pain = self.stopped_for_pain or command == "stop_pain"
            self._end_try()
            self._phase = "done"
            return self._done_step(over=True)
        if self._phase == "done":
            return self._done_step(over=True) if command == "next" else None
        if command == "skip":
            self._end_try()
            self._next_side()
        elif self._flow is None:
            if command == "next":
                self._begin()
        elif command == "next":
            self._end_try()
            self._after_try()
        elif command != "side":
            self._flow.command(command)
        return None

    # -- from try to try ----------------------------------------------------------------------

    @property
    def _side(self) -> SideChoice | None:
        return self._sides[self._at]

    def _prepare(self, now: float) -> None:
        self._flow, self._phase, self._since_s = None, "intro", now
        words = self._words
        texts: list[str] = []
        if self._number == 1:
            if not self.tries:
                texts.append(words.phrase(self.spec.name))
            if self._side is not None:
                first = words.side_first if self._at == 0 else self._switch_words()
                texts.append(first.format(side=words.side(self._side)))
            if not self.tries:
                texts += [words.phrase(text) for text in self.spec.setup.steps]
        else:
            texts = [words.relax]
        self._sayings.read_out(texts, now)

    def _switch_words(self) -> str:
        near = self.spec.setup.near_leg == "working"
        return self._words.turn_round if near else self._words.switch_to

    def _wait_s(self) -> float:
        return INTRO_S if self._number == 1 else BETWEEN_S

    def _begin(self) -> None:
        self._phase = "try"
        self._sayings.stop_reading()
        self._ready_s = self._left_s = None
        self._flow = SetFlow(
            self.spec,
            self._new_session,
            side=self._side,
            sets=1,
            words=self._words,
            start_s=self._now_s,
        )

    def _watch(self, step: FlowStep, raised: bool) -> FlowStep:
        """End the try when its time has come."""
        result, now = step.result, self._now_s
        if result is None or step.display.phase not in {"work", "paused"}:
            return step
        if self._ready_s is None:
            self._ready_s = now
        on_s = now - self._ready_s
        self._left_s = None if result.ready else (now if self._left_s is None else self._left_s)
        has_left = self._left_s is not None and now - self._left_s >= LEFT_FOR_S
        if (has_left and on_s >= LEAST_TRY_S) or raised or on_s >= self._try_s:
            self._end_try()
            self._after_try()
            following = self._done_step() if self.is_over else self._step(self._intro())
            return dataclasses.replace(following, result=result)
        return step

    def _end_try(self) -> None:
        flow, self._flow = self._flow, None
        if flow is None or self._ready_s is None:
            return
        flow.command("quit")
        for summary in flow.summaries:
            side: CountSide = "both"
            if self._side in {"left", "right"}:
                side = "left" if self._side == "left" else "right"
            results = tuple(r for r in summary.self_tests or () if r.side == side)
            self.tries.append(Try(side, self._number, results, summary))

    def _after_try(self) -> None:
        last = self.tries[-1] if self.tries else None
        mine = [one for one in self.tries if last is not None and one.side == last.side]
        text, _ = self._verdict(last)
        if sum(one.counts for one in mine) >= self._wanted or self._number >= MOST_TRIES:
            self._next_side(text)
            return
        self._number += 1
        self._prepare(self._now_s)
        self._sayings.greet(text)

    def _next_side(self, greeting: str = "") -> None:
        self._number = 1
        self._at += 1
        if self._at >= len(self._sides):
            self._phase, self._since_s, self._flow = "done", self._now_s, None
            self._sayings.say("set", self._words.well_done)
            return
        self._prepare(self._now_s)
        self._sayings.greet(greeting)

    def _verdict(self, one: Try | None) -> tuple[str, Tone]:
        """Return whether a try counts, in words."""
        words = self._words
        if one is None:
            return words.try_nothing, "warning"
        broken = [cue for result in one.results for cue in result.invalid_because]
        if not broken and all(math.isnan(result.value) for result in one.results):
            return words.try_nothing, "warning"
        if not one.counts:
            because = f": {words.phrase(broken[0])}" if broken else ""
            return f"{words.try_again}{because}", "warning"
        if any(result.valid is None for result in one.results):
            return words.try_unseen, "info"
        return words.try_counts, "good"

    # -- what goes out ------------------------------------------------------------------------

    def _waited_s(self) -> float:
        return self._now_s - self._since_s

    def _note(self) -> str:
        text = self._words.try_of.format(number=self._number, count=self._wanted)
        side = self._words.side(self._side)
        return f"{side} · {text}" if side else text

    def _intro(self) -> Display:
        words = self._words
        self._sayings.read_on()
        place = words.place_camera.format(place=words.phrase(self.spec.setup.camera))
        cue = Cue(place, "info", None, self._since_s)
        if self.tries and self._number > 1:
            text, tone = self._verdict(self.tries[-1])
            cue = Cue(text, tone, None, self._since_s)
        lines = [words.phrase(text) for text in self.spec.setup.steps]
        if self.tries:
            mine = [one for one in self.tries if one.side in {self._side, "both"}]
            lines = [*(value_lines(self.spec, mine[-1:], words)), *lines]
        else:
            lines = ["", *lines]
        left_s = max(0.0, self._wait_s() - self._waited_s())
        return Display(
            time_s=self._now_s, phase="intro", movement="", side=None, near_side=None,
            headline=words.phrase(self.spec.name), lines=tuple(lines), cue=cue,
            hold=HoldShown(math.ceil(left_s), self._wait_s(), left=True),
            guide=self.spec.position, picture=self.spec.id, note=self._note(),
            framing=words.raise_arm_next,
        )  # fmt: skip

    def _done_step(self, *, over: bool = False) -> FlowStep:
        words = self._words
        display = Display(
            time_s=self._now_s, phase="done", movement="", side=None, near_side=None,
            headline=words.well_done, lines=tuple(result_lines(self.spec, self.tries, words)),
            cue=Cue(words.raise_arm_end, "info", None, self._since_s),
        )  # fmt: skip
        return self._step(display, finished=over)

    def _step(self, display: Display, *, finished: bool = False) -> FlowStep:
        return FlowStep(display, self._sayings.take(), None, finished)
