"""Routines to lead through, step by step."""

from formcheck.core.coach.plan import Plan, PlannedStep
from formcheck.core.coach.routine_flow import RoutineFlow
from tests.support.display_data import standing
from tests.support.set_flows import MARCH, ScriptedSession, spec_of

FPS = 10
PLACE = ("side", "hip height")


def plan_of(*bases, moves=(), ready_s=5.0):
    steps = tuple(
        PlannedStep(spec_of(base), None, PLACE, number in moves, ready_s)
        for number, base in enumerate(bases)
    )
    return Plan("mine", "My routine", steps)


class Run:
    """Drives a routine with a person who is always there, unless told otherwise.

    `session` makes the session of each set from the spec and the time; after the first set it is
    `later` that does.
    """

    def __init__(self, plan, *, now=0.0, session=ScriptedSession, later=None, **options):
        self.plan, self.now = plan, now
        self.session, self.later = session, later or session
        self.sessions = []
        self.flow = RoutineFlow(plan, self.new_session, **options)
        self.phases, self.said, self.finished, self.step = [], [], False, None
        self.seen = []

    def new_session(self, spec, side):
        make = self.later if self.sessions else self.session
        self.sessions.append(make(spec, self.now))
        return self.sessions[-1]

    def go(self, seconds, pose=standing):
        for _ in range(round(seconds * FPS)):
            if self.finished:
                break
            self.take(self.flow.update(pose(self.now)))
            self.now = round(self.now + 1 / FPS, 6)
        return self

    def until(self, phase, pose=standing, *, within=200):
        for _ in range(within * FPS):
            self.go(1 / FPS, pose)
            if self.step.display.phase == phase:
                return self
        raise AssertionError(f"{phase} never came; it is {self.step.display.phase}")

    def take(self, step):
        self.step, self.finished = step, step.finished
        name = (self.flow.progress.step, step.display.phase)
        if not self.phases or self.phases[-1] != name:
            self.phases.append(name)
        self.said += [(round(s.time_s, 1), s.text) for s in step.says]

    def texts(self):
        return [text for _, text in self.said]


ONE_SET = {**MARCH, "dose": {"sets": 1, "reps": 2, "per": "side"}}
