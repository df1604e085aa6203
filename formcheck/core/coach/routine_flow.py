"""The course of a routine, hands-free: what comes next, each exercise, the summary. Pure.

A state machine over poses and times like `LiveFlow`, which leads through each exercise. It gives
the same `FlowStep`s, so the same window and voice show them. Where it stands is a plain value
(`Progress`); kept, it lets the routine go on after an interruption.
"""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from formcheck.core.coach.display import Cue, Display, HoldShown, SetPhase
from formcheck.core.coach.dose import short_dose
from formcheck.core.coach.gestures import RAISED_FOR_S, ArmMenu, RaisedArm
from formcheck.core.coach.plan import Plan, PlannedStep
from formcheck.core.coach.set_flow import (
    SUMMARY_SHOWN_S,
    Command,
    FlowStep,
    LiveFlow,
    Saying,
    SessionLike,
)
from formcheck.core.events import Counts, FrameResult
from formcheck.core.judge.session import SideChoice
from formcheck.core.judge.summary import Summary
from formcheck.core.messages import Messages
from formcheck.core.pose import Pose
from formcheck.core.spec.exercise import ExerciseSpec

NewSession = Callable[[ExerciseSpec, SideChoice | None], SessionLike]

SKIP_AFTER_S, REPEAT_AFTER_S = 3.0, 6.0
LETTERS_A_SECOND = 13.0  # own: a calm voice; the next sentence must not fall into this one
MOST_LINES = 4
REASON_SHOWN_S = 5.0  # own: why the exercise before ended short, before the camera's place again


@dataclass(frozen=True, slots=True)
class Part:
    """What was done of one set without a break: a whole set, or the part before or after one."""

    step: int
    set_number: int
    summary: Summary


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a routine is.

    Attributes
    ----------
    step : int
        The exercise that is on or comes next, from 0; the number of steps when all is done.
    set_number : int
        Its set, from 1.
    carried : Counts or None
        What is done of that set and is already in `parts`; only after a stop in the middle of it.
    parts : tuple of Part
        All that was done in this run, in order.
    skipped : tuple of int
        Steps that were left out.
    """

    step: int = 0
    set_number: int = 1
    carried: Counts | None = None
    parts: tuple[Part, ...] = ()
    skipped: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """What an exercise came to, for the summary on the screen."""

    reps: dict[str, int] = dataclasses.field(default_factory=dict)
    hold_s: dict[str, float] = dataclasses.field(default_factory=dict)
    cues: int = 0

    def plus(self, other: Tally) -> Tally:
        """Return both together."""
        reps, held = Counter(self.reps), Counter(self.hold_s)
        reps.update(other.reps)
        held.update(other.hold_s)
        return Tally(dict(reps), dict(held), self.cues + other.cues)

    @classmethod
    def of(cls, summary: Summary) -> Tally:
        """Return what a summary comes to."""
        return cls(
            dict(summary.totals.reps),
            dict(summary.totals.hold_s),
            sum(fault.severity != "info" for fault in summary.faults),
        )


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
        self._flow: LiveFlow | None = None
        self._taken = 0
        self._now_s = self._since_s = 0.0
        self.stopped_for_pain = False
        self._paused_s = 0.0
        self._paused = False
        self._ended_because = ""
        self._menu = self._new_menu()
        self._arm = RaisedArm()
        self._script: list[tuple[float, Saying]] = []
        self._pending: list[Saying] = []
        self._prepare(0.0)

    @property
    def is_over(self) -> bool:
        """Whether every step is done or left out."""
        return self.progress.step >= len(self.plan.steps)

    # -- what comes in ------------------------------------------------------------------------

    def update(self, pose: Pose, *, brightness: float | None = None) -> FlowStep:
        """Take the pose of one frame; brightness is the picture's mean grey level, 0–255."""
        self._now_s = pose.time_s
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
        """Let time pass without a picture; problem says why there is none."""
        self._now_s = max(time_s, self._now_s)
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
        self._script = []
        if self.is_over:
            done = self._words.routine_done
            self._say(f"{self._ended_because}. {done}" if self._ended_because else done)
            return
        planned = self._planned
        words = self._words
        name = words.next_exercise.format(name=words.phrase(planned.spec.name))
        texts = [f"{greeting}. {name}" if greeting else name, short_dose(planned.spec, words)]
        if planned.camera_moves:
            place = words.phrase(planned.spec.setup.camera)
            texts.append(words.move_camera.format(place=place))
        texts += [words.phrase(text) for text in (planned.note, *planned.spec.setup.steps) if text]
        at = now
        for text in texts:
            self._script.append((at, Saying("set" if at == now else "hint", text, at)))
            at += 1.0 + len(text) / LETTERS_A_SECOND

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
        self._script = []
        self._ended_because = ""
        self._taken = 0
        self._flow = LiveFlow(
            planned.spec,
            lambda side: self._new_session(planned.spec, side),
            side=planned.side,
            words=self._words,
            start_s=self._now_s,
            first_set=self.progress.set_number,
            carried=self.progress.carried,
        )

    def _after(self, flow: LiveFlow, step: FlowStep) -> FlowStep:
        """Take what the exercise came to in this frame; go on where it is over."""
        self._take_summaries(flow)
        if flow.is_over:
            self._ended_because = flow.ended_because
            self._go_to(self.progress.step + 1, flow.ended_because or self._words.well_done)
            following = self._done_step() if self.is_over else self._waiting_step()
            return dataclasses.replace(following, result=step.result)
        display = dataclasses.replace(step.display, note=self._note(step.display.note))
        pending, self._pending = self._pending, []
        return dataclasses.replace(step, display=display, says=(*pending, *step.says))

    def _take_summaries(self, flow: LiveFlow) -> None:
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
        while self._script and self._script[0][0] <= self._now_s and not self._paused:
            self._pending.append(dataclasses.replace(self._script.pop(0)[1], time_s=self._now_s))
        return self._step(self._intro(max(0.0, left_s)))

    def _intro(self, left_s: float) -> Display:
        planned, words = self._planned, self._words
        spec = planned.spec
        offers = {
            "begin": words.arm_begins, "skip": words.arm_skips, "repeat": words.arm_repeats,
        }  # fmt: skip
        offered = self._menu.offered
        camera = words.move_camera if planned.camera_moves else words.place_camera
        if offered is not None:
            cue = Cue(offers[offered], "good", None, self._since_s)
        elif self._paused:
            cue = Cue(words.press_p, "info", None, self._since_s)
        elif self._ended_because and self._waited_s() < REASON_SHOWN_S:
            cue = Cue(self._ended_because, "warning", None, self._since_s)
        else:
            text = camera.format(place=words.phrase(spec.setup.camera))
            cue = Cue(text, "warning" if planned.camera_moves else "info", None, self._since_s)
        texts = [words.phrase(text) for text in (planned.note, *spec.setup.steps) if text]
        return Display(
            time_s=self._now_s,
            phase="paused" if self._paused else "intro",
            movement="",
            side=None,
            near_side=None,
            headline=words.phrase(spec.name),
            lines=(short_dose(spec, words), *texts[:MOST_LINES]),
            hold=HoldShown(math.ceil(left_s), max(planned.get_ready_s, 1.0), left=True),
            cue=cue,
            guide=spec.position,
            picture=spec.id,
            note=self._note(""),
            framing=words.arm_menu,
        )

    def _note(self, set_note: str) -> str:
        where = self._words.exercise_of.format(
            number=self.progress.step + 1, count=len(self.plan.steps)
        )
        return f"{where} · {set_note}" if set_note else where

    def _done_step(self, *, over: bool = False) -> FlowStep:
        words = self._words
        headline = words.routine_done if self.is_over else words.go_on_later
        phase: SetPhase = "done"
        lines = self.summary_lines()
        if self.is_over and self._ended_because:
            lines.append(self._ended_because)
        display = Display(
            time_s=self._now_s, phase=phase, movement="", side=None, near_side=None,
            headline=headline, lines=tuple(lines),
            cue=Cue(words.raise_arm_end, "info", None, self._since_s) if self.is_over else None,
        )  # fmt: skip
        return self._step(display, finished=over)

    def summary_lines(self) -> list[str]:
        """Return a line for each exercise: what was done of it."""
        tallies = dict(self._earlier)
        for part in self.progress.parts:
            found = Tally.of(part.summary)
            tallies[part.step] = tallies.get(part.step, Tally()).plus(found)
        return [
            f"{self._words.phrase(step.spec.name)}: "
            + (
                tally_text(tallies[number], self._words)
                if number in tallies
                else self._words.skipped
            )
            for number, step in enumerate(self.plan.steps)
            if number in tallies or number in self.progress.skipped
        ]

    def _say(self, text: str) -> None:
        self._pending.append(Saying("set", text, self._now_s))

    def _step(
        self, display: Display, result: FrameResult | None = None, *, finished: bool = False
    ) -> FlowStep:
        says, self._pending = tuple(self._pending), []
        return FlowStep(display, says, result, finished)


def tally_text(tally: Tally, words: Messages) -> str:
    """Return what was done in a few words: ``left 10 reps, right 10 reps · 2 cues``."""
    done = [
        f"{words.side(side)} {words.counted_reps(count)}".strip()
        for side, count in tally.reps.items()
        if count
    ]
    done += [
        words.held.format(side=words.side(side), seconds=round(seconds)).strip()
        for side, seconds in tally.hold_s.items()
        if round(seconds) and not tally.reps.get(side)
    ]
    text = ", ".join(done) or "–"
    return f"{text} · {words.counted_cues(tally.cues)}" if tally.cues else text
