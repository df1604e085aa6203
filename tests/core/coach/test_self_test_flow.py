"""The course of a self-test, driven by scripted sessions; and with a stick figure and real ones."""

import dataclasses
import math

import pytest

from formcheck.commands.self_test import measure_name
from formcheck.core.coach.self_test_flow import MOST_TRIES, SelfTestFlow
from formcheck.core.coach.self_test_tries import is_good, more_is_further, reached, result_lines
from formcheck.core.events import SelfTestResult
from formcheck.core.judge.session import Session
from formcheck.core.messages import Messages
from formcheck.core.spec.exercise import SelfTestValue
from formcheck.core.trial.figure import HALF_KNEELING, STANDING
from formcheck.io.specs import load_spec
from tests.support.display_data import standing
from tests.support.set_flows import MARCH, ScriptedSession, arm_up, spec_of
from tests.support.stick_figure import curve

FPS = 10
TEST = {
    **{k: v for k, v in MARCH.items() if k not in {"rep", "dose"}}, "kind": "test",
    "id": "reach", "name": "Reach", "sides": "each", "dose": {"sets": 1},
    "test": {"values": [{"id": "reach", "name": "Reach", "measurement": "thigh_elevation",
                         "take": "greatest"}]},
}  # fmt: skip


class Trial(ScriptedSession):
    """A try that is over 5 s after it was ready, with the value it was given."""

    def __init__(self, spec, now, side, value, valid):
        super().__init__(spec, now)
        self.side, self.value, self.valid = side, value, valid

    def update(self, pose):
        result = super().update(pose)
        here = pose.time_s - self.start_s < self.ready_at + 8
        return dataclasses.replace(result, ready=result.ready and here)

    def finish(self):
        cue = ("Trunk upright, test again",) if self.valid is False else ()
        one = SelfTestResult(
            self.side, "reach", "Reach", self.value, "deg", 1.0, self.valid, invalid_because=cue
        )
        return dataclasses.replace(super().finish(), self_tests=(one,))


class Run:
    def __init__(self, outcomes, **options):
        self.spec = spec_of(TEST)
        self.outcomes, self.now, self.made = list(outcomes), 0.0, []
        self.flow = SelfTestFlow(self.spec, self.new_session, **options)
        self.phases, self.said, self.step, self.finished = [], [], None, False

    def new_session(self, side):
        value, valid = self.outcomes[len(self.made) % len(self.outcomes)]
        self.made.append(side)
        return Trial(self.spec, self.now, side, value, valid)

    def go(self, seconds, pose=standing):
        for _ in range(round(seconds * FPS)):
            if self.finished:
                break
            self.step = self.flow.update(pose(self.now))
            self.finished = self.step.finished
            phase = self.step.display.phase
            if not self.phases or self.phases[-1] != phase:
                self.phases.append(phase)
            self.said += [saying.text for saying in self.step.says]
            self.now = round(self.now + 1 / FPS, 6)
        return self


def test_three_tries_a_side_then_the_result():
    run = Run([(80.0, True), (90.0, True), (70.0, True)]).go(400)
    assert run.finished
    assert run.made == ["left"] * 3 + ["right"] * 3
    assert [one.counts for one in run.flow.tries] == [True] * 6
    assert run.step.display.lines == (
        "Reach, left: best 90°, typical 80°",
        "Reach, right: best 90°, typical 80°",
    )
    assert "That try counts. Relax" in run.said
    assert "That try counts. Now the right side" in run.said
    assert "First the left side" in run.said


def test_broken_try_is_said_repeated_and_never_the_best():
    run = Run([(99.0, False), (80.0, True)], tries=1, sides=("left",)).go(200)
    assert [one.counts for one in run.flow.tries] == [False, True]
    assert "That try does not count: Trunk upright, test again. Relax" in run.said
    assert run.step.display.lines == ("Reach, left: best 80°, typical 80°",)
    (found,) = reached(run.spec, run.flow.tries)
    assert (found.tries, found.valid, found.best) == (2, 1, 80.0)


def test_somebody_who_cannot_do_it_is_not_kept_at_it():
    run = Run([(99.0, False)], sides=("left",)).go(400)
    assert len(run.flow.tries) == MOST_TRIES
    assert run.step.display.lines == ("Reach, left: no valid try",)


def test_what_could_not_be_seen_counts_and_is_said():
    run = Run([(50.0, None)], tries=1, sides=("left",)).go(100)
    assert "Not everything could be seen" in run.said or run.flow.tries[0].counts
    assert run.step.display.lines == ("Reach, left: best 50°, typical 50°",)


def test_nothing_measured_is_no_try_that_counts():
    run = Run([(math.nan, None), (60.0, True)], tries=1, sides=("left",)).go(200)
    assert [one.counts for one in run.flow.tries] == [False, True]
    assert "Nothing was measured. Relax" in run.said


def test_raised_arm_begins_and_ends_a_try():
    run = Run([(60.0, True)], tries=1, sides=("left",)).go(1).go(1, arm_up).go(7)
    assert run.step.display.phase == "work"
    run.go(1, arm_up)
    assert run.step.display.phase == "done"


def test_keys():
    run = Run([(60.0, True)]).go(1)
    run.flow.command("next")
    run.go(8)
    assert run.step.display.phase == "work"
    run.flow.command("next")
    assert len(run.flow.tries) == 1
    run.flow.command("skip")
    run.go(0.5)
    assert "Now the right side" in run.said
    assert run.flow.command("stop_pain").finished
    assert run.flow.stopped_for_pain


def test_stop_in_a_try_keeps_the_tries_before():
    run = Run([(60.0, True)]).go(40)
    before = len(run.flow.tries)
    assert before
    assert run.flow.command("quit").finished
    assert len(run.flow.tries) in {before, before + 1}


@pytest.mark.parametrize(
    ("take", "flip", "more"),
    [("greatest", False, True), ("greatest", True, False), ("least", True, True),
     ("least", False, False), ("seconds_near_greatest", False, True)],
)  # fmt: skip
def test_which_way_is_further(take, flip, more):
    value = SelfTestValue(id="v", name="V", measurement="thigh_elevation", take=take, flip=flip)
    assert more_is_further(value) is more


def test_good_results():
    one = SelfTestResult("left", "v", "V", 3.0, "deg", 1.0, True)
    assert is_good(one)
    assert is_good(dataclasses.replace(one, valid=None))
    assert not is_good(dataclasses.replace(one, valid=False))
    assert not is_good(dataclasses.replace(one, value=math.nan))


def test_names_in_the_history():
    assert measure_name("hip_extension", "deg") == "hip_extension_deg"
    assert measure_name("held_s", "s") == "held_s"


def press_forward(start_s, extension_deg, lean=0.0):
    """Half-kneeling, hips pressed forward by so much, left knee down, then up and away."""

    def pose(time_s):
        t = time_s - start_s
        if t > 16:
            return STANDING.pose(time_s)
        press = curve(t, [(0, 0), (8, 0), (9.5, 1), (13, 1), (14, 0)])
        figure = HALF_KNEELING.but(thigh_left=2 - (extension_deg + 2) * press, lean=lean * press)
        return figure.pose(time_s)

    return pose


def test_stick_figure_through_the_real_session():
    spec = load_spec("tightness_half_kneeling")
    flow = SelfTestFlow(spec, lambda side: Session(spec, side=side), sides=("left",), tries=1)
    now, step = 0.0, None
    for lean in (25.0, 0.0):
        start_s = now + 9.0
        pose = press_forward(start_s, 12.0, lean)
        while now < start_s + 25:
            step = flow.update(pose(now))
            now += 1 / 30
            if step.display.phase == "done":
                break
    assert step.display.phase == "done"
    values = [
        (result.valid, round(result.value))
        for one in flow.tries
        for result in one.results
        if not math.isnan(result.value)
    ]
    assert values[-1][0] is not False
    assert abs(values[-1][1] - 12) <= 5
    assert [one.counts for one in flow.tries] == [False, True]
    assert result_lines(spec, flow.tries, Messages())[0].startswith("Hip extension, left: best 1")
