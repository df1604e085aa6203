"""A set ends also for whoever does not reach its target, and only what was done is counted."""

from __future__ import annotations

import dataclasses

import pytest

from formcheck.core.coach.dose_watch import LEAST_MISSES, NEVER_BEGAN_AFTER_S, STALLED_AFTER_S
from formcheck.core.messages import Messages
from formcheck.io.languages import load_messages
from tests.support.display_data import standing
from tests.support.routine_flows import Run as RoutineRun
from tests.support.routine_flows import plan_of
from tests.support.set_flows import MARCH, STRETCH, Run, ScriptedSession, nobody

ONE_SIDE = {**MARCH, "sides": "each", "dose": {"sets": 1, "reps": 2, "per": "side"}}
SHARED = {**MARCH, "dose": {"sets": 1, "reps": 3, "per": "set"}}


class MissingSession(ScriptedSession):
    """Left misses its target every `every` seconds and right does; `left` counts from then on."""

    misses = ("left",)
    most = 1000

    def update(self, pose):
        result = super().update(pose)
        reps = dict(self.reps)
        attempts = {"left": 0, "right": 0}
        for side in self.misses:
            attempts[side] = min(self.most, reps[side])
            reps[side] = 0
        self.last = dataclasses.replace(
            result, counts=dataclasses.replace(result.counts, reps=reps, attempts=attempts)
        )
        return self.last


class AllMissing(MissingSession):
    misses = ("left", "right")


class OneMiss(AllMissing):
    most = 1


def test_side_that_misses_its_target_is_over_and_the_other_goes_on():
    run = Run(ONE_SIDE, session=MissingSession).go(200)
    assert run.finished
    (summary,) = run.flow.summaries
    assert summary.totals.reps["left"] == 0
    assert summary.totals.attempts["left"] == LEAST_MISSES
    assert summary.totals.reps["right"] >= 2
    assert Messages().given_up.format(count=LEAST_MISSES) in run.texts("set")


def test_all_missed_ends_the_set_and_says_why_on_the_screen():
    again = {**SHARED, "dose": {**SHARED["dose"], "sets": 2, "rest_s": 15}}
    run = Run(again, session=AllMissing)
    while "rest" not in run.phases:
        run.go(1)
        assert run.now < 100
    reason = Messages().given_up.format(count=LEAST_MISSES)
    assert run.step.display.lines == (reason, "Set 2 of 2")
    run.go(100)
    assert run.finished
    assert reason in run.step.display.lines
    assert run.step.display.headline != Messages().well_done
    assert all(sum(s.totals.reps.values()) == 0 for s in run.flow.summaries)


def test_misses_fewer_than_the_reps_asked_for_end_nothing():
    asked = {**SHARED, "dose": {"sets": 1, "reps": 20, "per": "set"}}
    run = Run(asked, session=AllMissing).go(5 + 2 * 19)
    assert run.step.display.phase == "work"
    run.go(4)
    assert run.step.display.phase == "done"


@pytest.mark.parametrize(("pose", "ends"), [(standing, True), (nobody, False)])
def test_set_without_progress_ends_where_somebody_is_there(pose, ends):
    run = Run(MARCH, session=OneMiss, sets=1).go(12)
    assert run.step.display.phase == "work"
    run.go(STALLED_AFTER_S + 5, pose)
    assert (run.step.display.phase == "done") == ends
    assert (Messages().stalled in run.texts("set")) == ends


def test_set_that_never_begins_ends_much_later():
    run = Run(STRETCH, script={"ready_at": 1e9})
    run.go(NEVER_BEGAN_AFTER_S - 2)
    assert run.step.display.phase == "setup"
    run.go(4)
    assert run.step.display.phase == "done"


def test_steady_reps_are_progress():
    run = Run({**MARCH, "dose": {"sets": 1, "reps": 100, "per": "side"}}, script={"every": 50.0})
    run.go(4 * STALLED_AFTER_S)
    assert run.step.display.phase == "work"


def test_pause_is_no_lack_of_progress():
    run = Run(MARCH, session=OneMiss, sets=1).go(12)
    run.flow.command("pause")
    run.go(2 * STALLED_AFTER_S)
    assert run.step.display.phase == "paused"


def test_routine_goes_on_after_an_exercise_that_cannot_be_done():
    run = RoutineRun(plan_of(SHARED, SHARED), session=AllMissing, later=ScriptedSession)
    run.until("work")
    run.until("intro")
    reason = Messages().given_up.format(count=LEAST_MISSES)
    assert run.flow.progress.step == 1
    assert run.step.display.cue.text == reason
    assert any(text.startswith(f"{reason}. Next:") for text in run.texts())
    run.go(200)
    assert run.finished
    assert [sum(p.summary.totals.reps.values()) for p in run.flow.progress.parts] == [0, 3]


def test_last_exercise_that_cannot_be_done_is_explained_on_the_last_screen():
    run = RoutineRun(plan_of(SHARED), session=AllMissing)
    run.until("done")
    reason = Messages().given_up.format(count=LEAST_MISSES)
    assert run.step.display.lines == ("March: –", reason)
    assert f"{reason}. {Messages().routine_done}" in run.texts()


def test_german_says_it_in_german():
    words = load_messages("de")
    assert words.given_up != Messages().given_up
    assert "5" in words.given_up.format(count=5)
    assert words.stalled != Messages().stalled
