"""The course of a routine, hands-free: what comes next, each exercise, the summary. Pure.

A state machine over poses and times like `SetFlow`, which leads through each exercise. It gives
the same `FlowStep`s, so the same window and voice show them. Where it stands is a plain value
(`Progress`); kept, it lets the routine go on after an interruption.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from formcheck.core.coach.display import Display
from formcheck.core.coach.dose import short_dose
from formcheck.core.coach.gestures import RAISED_FOR_S, ArmMenu, RaisedArm
from formcheck.core.coach.plan import Plan, PlannedStep
from formcheck.core.coach.routine_progress import Part, Progress, Tally
from formcheck.core.coach.routine_screen import RoutineScreen
from formcheck.core.coach.sayings import Sayings
from formcheck.core.coach.set_flow import SetFlow
from formcheck.core.coach.set_session import SessionLike
from formcheck.core.coach.step import SUMMARY_SHOWN_S, Command, FlowStep
from formcheck.core.events import Counts
from formcheck.core.judge.session import SideChoice
from formcheck.core.messages import Messages
from formcheck.core.pose import Pose
from formcheck.core.spec.exercise import ExerciseSpec

NewSession = Callable[[ExerciseSpec, SideChoice | None], SessionLike]

SKIP_AFTER_S, REPEAT_AFTER_S = 3.0, 6.0


class RoutineFlow:
    """Leads one person through a plan.

    Parameters
    ----------
    plan : Plan
    new_session : callable
        Gives a fresh session for a spec and a side choice; called once a set.
    words : Messages
    start : Progress
        Where to begin; its parts are not used.
    earlier : mapping of int to Tally
        What was done before an interruption, by step, for the summary.
    """

    def __init__(
        self,
        plan: Plan,
        new_session: NewSession,
        *,
        words: Messages | None = None,
        start: Progress | None = None,
        earlier: dict[int, Tally] | None = None,
    ) -> None:
        self.plan = plan
        self._new_session = new_session
        self._words = words or Messages()
        self.progress = dataclasses.replace(start or Progress(), parts=())
        self._earlier = dict(earlier or {})
        self._flow: SetFlow | None = None
        self._taken = 0
        self._sayings = Sayings()
        self._since_s = 0.0
        self.stopped_for_pain = False
        self._paused_s = 0.0
        self._paused = False
        self._ended_because = ""
        self._screen = RoutineScreen(plan, self._words)
        self._menu = self._new_menu()
        self._arm = RaisedArm()
        self._prepare(0.0)

    @property
    def _now_s(self) -> float:
        return self._sayings.now_s

    @property
    def is_over(self) -> bool:
        """Whether every step is done or left out."""
        return self.progress.step >= len(self.plan.steps)

    # -- what comes in ------------------------------------------------------------------------

    def update(self, pose: Pose, *, brightness: float | None = None) -> FlowStep:
        """Take the pose of one frame; brightness is the frame's mean grey level, 0–255."""
        self._sayings.now_s = pose.time_s
        if self.is_over:
            raised = self._arm.update(pose)
            return self._done_step(over=raised or self._waited_s() >= SUMMARY_SHOWN_S)
        if self._flow is not None:
            return self._after(self._flow, self._flow.update(pose, brightness=brightness))
        chosen = self._menu.update(pose)
        if chosen == "skip":
            self._skip()
        elif chosen == "repeat":
            self._repeat()
        elif chosen == "begin":
            self._begin()
        return self._waiting_step()

    def tick(self, time_s: float, problem: str | None = None) -> FlowStep:
        """Let time pass without a frame; problem says why there is none."""
        self._sayings.now_s = max(time_s, self._now_s)
        if self.is_over:
            return self._done_step(over=self._waited_s() >= SUMMARY_SHOWN_S)
        if self._flow is not None:
            return self._after(self._flow, self._flow.tick(time_s, problem))
        return self._waiting_step().with_problem(problem, self._now_s)

    def command(self, command: Command) -> FlowStep | None:
        """Obey a key; returns the last step where that ends everything."""
        if command in {"quit", "stop_pain"}:
            self.stopped_for_pain = self.stopped_for_pain or command == "stop_pain"
            return self._stop()
        if self.is_over:
            return self._done_step(over=True) if command == "next" else None
        if command == "skip":
            self._skip()
        elif command == "back":
            self._repeat()
        elif self._flow is not None:
            self._flow.command(command)
            self._take_summaries(self._flow)
            if self._flow.is_over:
                self._go_to(self.progress.step + 1)
        elif command == "next":
            self._begin()
        elif command == "pause":
            self._paused = not self._paused
            if self._paused:
                self._paused_s = self._now_s
            else:
                self._since_s += self._now_s - self._paused_s
        return None

    # -- from step to step --------------------------------------------------------------------

    def _prepare(self, now: float, greeting: str = "") -> None:
        """Show what comes next, and say it sentence by sentence."""
        self._flow = None
        self._since_s, self._paused = now, False
        self._menu = self._new_menu()
        self._sayings.stop_reading()
        if self.is_over:
            done = self._words.routine_done
            text = f"{self._ended_because}. {done}" if self._ended_because else done
            self._sayings.say("set", text)
            return
        planned = self._planned
        words = self._words
        name = words.next_exercise.format(name=words.phrase(planned.spec.name))
        texts = [f"{greeting}. {name}" if greeting else name, short_dose(planned.spec, words)]
        if planned.camera_moves:
            place = words.phrase(planned.spec.setup.camera)
            texts.append(words.move_camera.format(place=place))
        texts += [words.phrase(text) for text in (planned.note, *planned.spec.setup.steps) if text]
        self._sayings.read_out(texts, now)

    @staticmethod
    def _new_menu() -> ArmMenu:
        return ArmMenu(
            [(RAISED_FOR_S, "begin"), (SKIP_AFTER_S, "skip"), (REPEAT_AFTER_S, "repeat")]
        )

    @property
    def _planned(self) -> PlannedStep:
        return self.plan.steps[self.progress.step]

    def _begin(self) -> None:
        planned = self._planned
        self._sayings.stop_reading()
        self._ended_because = ""
        self._taken = 0
        self._flow = SetFlow(
            planned.spec,
            lambda side: self._new_session(planned.spec, side),
            side=planned.side,
            words=self._words,
            start_s=self._now_s,
            first_set=self.progress.set_number,
            carried=self.progress.carried,
        )

    def _after(self, flow: SetFlow, step: FlowStep) -> FlowStep:
        """Take what the exercise came to in this frame; go on where it is over."""
        self._take_summaries(flow)
        if flow.is_over:
            self._ended_because = flow.ended_because
            self._go_to(self.progress.step + 1, flow.ended_because or self._words.well_done)
            following = self._done_step() if self.is_over else self._waiting_step()
            return dataclasses.replace(following, result=step.result)
        display = dataclasses.replace(
            step.display, note=self._screen.note(self.progress.step, step.display.note)
        )
        return dataclasses.replace(step, display=display, says=(*self._sayings.take(), *step.says))

    def _take_summaries(self, flow: SetFlow) -> None:
        new = flow.summaries[self._taken :]
        if not new:
            if flow.set_number != self.progress.set_number and not flow.is_over:
                self._note_progress(flow.set_number)
            return
        parts = tuple(Part(self.progress.step, self.progress.set_number, s) for s in new)
        self._taken = len(flow.summaries)
        self.progress = dataclasses.replace(self.progress, parts=(*self.progress.parts, *parts))
        self._note_progress(flow.set_number)

    def _note_progress(self, set_number: int) -> None:
        self.progress = dataclasses.replace(self.progress, set_number=set_number, carried=None)

    def _end_exercise(self) -> Counts | None:
        """End the exercise that is on; return what was done of its set."""
        flow = self._flow
        if flow is None:
            return self.progress.carried
        counts = flow.counts or self.progress.carried
        set_number = flow.set_number
        flow.command("quit")
        self._take_summaries(flow)
        self.progress = dataclasses.replace(self.progress, set_number=set_number)
        self._flow = None
        return counts

    def _go_to(self, step: int, greeting: str = "") -> None:
        self.progress = dataclasses.replace(
            self.progress, step=max(0, step), set_number=1, carried=None
        )
        self._prepare(self._now_s, greeting)

    def _skip(self) -> None:
        self._end_exercise()
        skipped = (*self.progress.skipped, self.progress.step)
        self.progress = dataclasses.replace(self.progress, skipped=skipped)
        self._go_to(self.progress.step + 1, self._words.skipped)

    def _repeat(self) -> None:
        """Do this exercise again where it is on, else the one before."""
        was_on = self._flow is not None
        self._end_exercise()
        self._go_to(self.progress.step - (not was_on), self._words.once_more)

    def _stop(self) -> FlowStep:
        if not self.is_over:
            carried = self._end_exercise()
            self.progress = dataclasses.replace(self.progress, carried=carried)
        return self._done_step(over=True)

    # -- what goes out ------------------------------------------------------------------------

    def _waited_s(self) -> float:
        return (self._paused_s if self._paused else self._now_s) - self._since_s

    def _waiting_step(self) -> FlowStep:
        """Return what is shown before an exercise; begin it when its time has come."""
        if self._flow is not None:  # it was just begun by hand
            return self._flow.tick(self._now_s)
        if self.is_over:
            return self._done_step()
        left_s = self._planned.get_ready_s - self._waited_s()
        if left_s <= 0 and self._menu.offered is None and not self._paused:
            self._begin()
            assert self._flow is not None
            return self._flow.tick(self._now_s)
        if not self._paused:
            self._sayings.read_on()
        return self._step(self._intro(max(0.0, left_s)))

    def _intro(self, left_s: float) -> Display:
        return self._screen.intro(
            self._planned,
            self.progress.step,
            now=self._now_s,
            since_s=self._since_s,
            waited_s=self._waited_s(),
            left_s=left_s,
            offered=self._menu.offered,
            paused=self._paused,
            ended_because=self._ended_because,
        )

    def _done_step(self, *, over: bool = False) -> FlowStep:
        display = self._screen.done(
            self._now_s,
            self._since_s,
            self.summary_lines(),
            is_over=self.is_over,
            ended_because=self._ended_because,
        )
        return self._step(display, finished=over)

    def summary_lines(self) -> list[str]:
        """Return a line for each exercise: what was done of it."""
        return self._screen.summary_lines(self.progress, self._earlier)

    def _step(self, display: Display, *, finished: bool = False) -> FlowStep:
        return FlowStep(display, self._sayings.take(), None, finished)
