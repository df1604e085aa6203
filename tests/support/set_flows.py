"""Sets to lead through, and a scripted session that needs no poses."""

from formcheck.core.coach.set_flow import SetFlow
from formcheck.core.events import Counts, HoldTick, RepCompleted
from formcheck.core.events import Rep as RepDone
from formcheck.core.judge.summary import SummaryBuilder
from formcheck.core.pose import Landmark, Pose
from formcheck.core.spec.exercise import ExerciseSpec
from tests.support.display_data import frame, standing

FPS = 10
MARCH = {
    "id": "march", "name": "March", "summary": "x", "kind": "reps", "view": "side",
    "position": "standing", "sides": "alternate",
    "dose": {"sets": 2, "reps": 2, "per": "side", "rest_s": 15}, "setup": {"camera": "x"},
    "source": "heuristic",
    "rep": {"measurement": "thigh_elevation", "rest_below": 25, "top_above": 60, "target": 85},
}  # fmt: skip
STRETCH = {
    **{k: v for k, v in MARCH.items() if k != "rep"}, "kind": "hold", "sides": "each",
    "position": "half_kneeling", "dose": {"sets": 1, "hold_s": 30, "per": "side"},
    "hold": {
        "measurement": "thigh_trunk_flexion",
        "bounds": [{"measurement": "thigh_trunk_flexion", "at_most": 0}],
    },
}  # fmt: skip


def spec_of(base, **changes):
    return ExerciseSpec.model_validate({**base, **changes})


class ScriptedSession:
    """Ready from `ready_at`; a rep of left and right in turn every `every` seconds after."""

    has_neutral = False

    def relearn_neutral(self):
        self.has_neutral = False

    def __init__(self, spec, start_s, *, ready_at=1.0, every=2.0, messages=None):
        self.builder = SummaryBuilder(spec)
        self.spec, self.start_s, self.ready_at, self.every = spec, start_s, ready_at, every
        self.messages = messages or {}
        self.reps = {"left": 0, "right": 0}
        self.hold = {"left": 0.0, "right": 0.0}
        self.updates = 0
        self.last_s = start_s

    def update(self, pose):
        self.updates += 1
        t = pose.time_s - self.start_s
        ready = t >= self.ready_at and pose.detected
        events = []
        hold_s = None
        side = None
        if self.spec.kind == "hold" and ready and t > self.ready_at + 4:
            side = "left" if self.hold["left"] < 30 else "right"
            before = self.hold[side]
            self.hold[side] += pose.time_s - self.last_s
            hold_s = self.hold[side]
            if int(hold_s) > int(before):
                events.append(HoldTick(pose.time_s, side, float(int(hold_s))))
        elif self.spec.kind == "reps" and ready:
            due = int((t - self.ready_at - 4) / self.every) if t > self.ready_at + 4 else 0
            if sum(self.reps.values()) < due:
                side = "left" if self.reps["left"] == self.reps["right"] else "right"
                self.reps[side] += 1
                rep = RepDone(side, pose.time_s - 1, pose.time_s - 0.5, pose.time_s, 0.2)
                events.append(RepCompleted(pose.time_s, rep))
        self.last_s = pose.time_s
        result = frame(
            pose.time_s, pose=pose, ready=ready, phase="rest" if ready else "setup", side=side,
            events=tuple(events), hold_s=hold_s, joint=None,
            hold_target_s=self.spec.dose.hold_target_s,
            counts=Counts(dict(self.reps), {"left": 0, "right": 0}, dict(self.hold)),
            message=None if ready else self.messages.get(round(t), "stand upright"),
        )  # fmt: skip
        self.builder.add(result)
        self.last = result
        return result

    def finish(self):
        return self.builder.build((), self.last.counts)


class Run:
    """Drives a flow with a person who stands there all the time, unless told otherwise.

    `session` makes the session of each set from the spec and the time.
    """

    def __init__(
        self, base=MARCH, *, script=None, brightness=None, session=ScriptedSession, **options
    ):
        self.spec = spec_of(base)
        self.now = 0.0
        self.sessions = []

        def new_session(side):
            self.sessions.append(session(self.spec, self.now, **(script or {})))
            return self.sessions[-1]

        self.flow = SetFlow(self.spec, new_session, **options)
        self.brightness = brightness
        self.phases, self.said, self.finished = [], [], False
        self.step = None

    def go(self, seconds, pose=None):
        for _ in range(round(seconds * FPS)):
            if self.finished:
                return self
            make = pose or standing
            self.take(self.flow.update(make(self.now), brightness=self.brightness))
            self.now = round(self.now + 1 / FPS, 6)
        return self

    def take(self, step):
        self.step = step
        if not self.phases or self.phases[-1] != step.display.phase:
            self.phases.append(step.display.phase)
        self.said += [(round(s.time_s, 1), s.kind, s.text) for s in step.says]
        self.finished = step.finished

    def texts(self, kind=None):
        return [text for _, k, text in self.said if kind in (None, k)]


def nobody(time_s):
    return Pose.missing(time_s, (640, 480))


def arm_up(time_s):
    pose = standing(time_s)
    for name, y in (("SHOULDER", 0.25), ("ELBOW", 0.12), ("WRIST", 0.0)):
        pose.landmarks[Landmark[f"LEFT_{name}"], 1] = y
    return pose
