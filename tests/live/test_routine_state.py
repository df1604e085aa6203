"""What is kept of a routine: exactly once, whenever the process ends."""

import dataclasses
import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from formcheck.capture.frame import SourceInfo
from formcheck.core.events import Counts
from formcheck.errors import OutputError
from formcheck.history import History
from formcheck.io.results import to_json_object
from formcheck.live import routine_state
from formcheck.live.routine_state import (
    RoutineKeeper,
    keep_in_history,
    may_go_on,
    new_state,
    read_state,
    state_path,
)
from tests.support.display_data import standing
from tests.support.routine_flows import ONE_SET, Run, plan_of
from tests.support.set_flows import MARCH

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
INFO = SourceInfo("camera 0", 12.0, 30.0, 1280, 720)


@pytest.fixture
def own_history(tmp_path, monkeypatch):
    monkeypatch.setenv("FORMCHECK_HISTORY", str(tmp_path / "history.sqlite"))
    return tmp_path


def keeper_of(plan, saved, path, **options):
    keeper = RoutineKeeper(path, saved, plan, clock=lambda: NOW, **options)
    keeper.results_of = lambda summary: to_json_object(summary, INFO, None)
    return keeper


def run_until(plan, phase, **options):
    path = state_path(plan.id, "me")
    saved = read_state(path) or new_state(plan, "me", NOW)
    keeper = keeper_of(plan, saved, path, **options)
    run = Run(plan, start=saved.start(), earlier=saved.tallies())
    with keeper:
        for _ in range(3000):
            run.take(run.flow.update(standing(run.now)))
            run.now = round(run.now + 0.1, 6)
            keeper.note(run.flow.progress)
            if run.step.display.phase == phase:
                break
        run.go(6)
        keeper.note(run.flow.progress)
        if not run.flow.is_over:
            run.flow.command("quit")
            keeper.note(run.flow.progress)
    return run, keeper


def reps_in_history():
    with History() as kept:
        total = {"left": 0, "right": 0}
        for session in kept.sessions():
            for side in session.sides:
                total[side.side] += side.reps
        return total, len(kept.sessions())


def test_finished_routine_is_in_the_history_and_leaves_no_state(own_history):
    plan = plan_of(ONE_SET)
    run, keeper = run_until(plan, "done")
    assert run.flow.is_over
    assert keeper.problem is None
    assert reps_in_history() == ({"left": 2, "right": 2}, 1)
    assert not state_path("mine", "me").exists()


def test_interrupted_twice_nothing_is_lost_and_nothing_counted_twice(own_history):
    plan = plan_of({**MARCH, "dose": {"sets": 2, "reps": 4, "per": "side", "rest_s": 5}})
    done = {"left": 0, "right": 0}
    for phase in ("work", "work", "done"):
        run, _ = run_until(plan, phase)
        for part in run.flow.progress.parts:
            for side, count in part.summary.totals.reps.items():
                done[side] += count
        assert reps_in_history()[0] == done
    assert min(done.values()) == 8
    assert not state_path("mine", "me").exists()


def reps_by_exercise():
    with History() as kept:
        found = Counter()
        for session in kept.sessions():
            for side in session.sides:
                found[session.exercise, side.side] += side.reps
        return found


def test_stopped_in_the_third_of_four_exercises_each_is_kept_once(own_history):
    """The first two are done, the third is half done, the fourth not begun."""
    dose = {"sets": 1, "reps": 4, "per": "side"}
    names = ("first", "second", "third", "fourth")
    plan = plan_of(*({**MARCH, "id": name, "dose": dose} for name in names))
    path = state_path(plan.id, "me")
    keeper = keeper_of(plan, new_state(plan, "me", NOW), path)
    run = Run(plan)
    with keeper:
        while len(run.sessions) < 3 or sum(run.sessions[-1].reps.values()) < 4:
            run.go(0.1)
            keeper.note(run.flow.progress)
            assert run.now < 400
        run.flow.command("quit")
        keeper.note(run.flow.progress)
    part = reps_by_exercise()
    whole = {(name, side): 4 for name in names for side in ("left", "right")}
    assert [part[key] for key in whole if key[0] in {"first", "second"}] == [4] * 4
    assert part["third", "left"] + part["third", "right"] == 4
    assert not [key for key in part if key[0] == "fourth"]
    assert read_state(path).step == 2

    again, _ = run_until(plan, "done")
    assert again.flow.is_over
    assert [session.spec.id for session in again.sessions] == ["third", "fourth"]
    assert reps_by_exercise() == whole
    assert again.flow.summary_lines() == ["March: left 4 reps, right 4 reps"] * 4
    assert not path.exists()


def test_results_name_the_routine(own_history):
    run_until(plan_of(ONE_SET), "done")
    with History() as kept:
        (session,) = kept.sessions()
        routine = kept.results_of(session.id)["routine"]
    assert (routine["id"], routine["step"], routine["set"]) == ("mine", 1, 1)


def test_killed_between_state_and_history_is_put_right(own_history, monkeypatch):
    plan = plan_of(ONE_SET)
    with monkeypatch.context() as broken:
        broken.setattr(routine_state, "keep_in_history", lambda *_: None)
        run_until(plan, "done")
    path = state_path("mine", "me")
    saved = read_state(path)
    assert [part.kept for part in saved.parts] == [False]
    keep_in_history(path, saved)
    # Killed again, before it was noted as kept: the history takes an id once.
    saved.parts[0].kept = False
    keep_in_history(path, saved)
    assert reps_in_history() == ({"left": 2, "right": 2}, 1)


def test_history_that_refuses_is_told_and_the_state_has_all(own_history, monkeypatch):
    monkeypatch.setenv("FORMCHECK_HISTORY", str(own_history / "history.sqlite"))
    (own_history / "history.sqlite").mkdir()
    _, keeper = run_until(plan_of(ONE_SET), "done")
    path = state_path("mine", "me")
    assert keeper.problem.startswith("not yet in the history: ")
    assert keeper.problem.endswith(
        f"; the next `formcheck routine mine` tries again ({path} has it)"
    )
    assert read_state(path).parts[0].results["totals"]["reps"] == {"left": 2, "right": 2}
    with pytest.raises(OutputError):
        keep_in_history(path, read_state(path))


def test_without_history_only_the_place_is_kept(own_history):
    plan = plan_of(ONE_SET, ONE_SET)
    run_until(plan, "work", history=False)
    assert not (own_history / "history.sqlite").exists()
    assert read_state(state_path("mine", "me")).step == 0


def test_state_goes_there_and_back(own_history):
    plan = plan_of(ONE_SET)
    saved = new_state(plan, "me", NOW)
    path = state_path(plan.id, "me")
    keeper = keeper_of(plan, saved, path)
    counts = Counts({"left": 1, "right": 2}, {"left": 0, "right": 1}, {"left": 1.5, "right": 0.0})
    progress = dataclasses.replace(saved.start(), set_number=2, carried=counts, skipped=(3,))
    keeper.keep(progress)
    assert read_state(path).start() == progress


@pytest.mark.parametrize("text", ["", "{", "[]", '{"layout": 9}', "\x00"])
def test_damaged_state_is_none(tmp_path, text):
    path = tmp_path / "s.json"
    path.write_text(text, encoding="utf-8")
    assert read_state(path) is None
    assert read_state(tmp_path / "missing.json") is None


def test_who_may_go_on():
    plan = plan_of(ONE_SET, ONE_SET)
    fresh = new_state(plan, "me", NOW)
    assert not may_go_on(fresh, plan, NOW)
    begun = fresh.model_copy(update={"step": 1})
    assert may_go_on(begun, plan, NOW + timedelta(hours=5))
    assert not may_go_on(begun, plan, NOW + timedelta(hours=7))
    assert not may_go_on(begun, plan_of(ONE_SET, MARCH), NOW)
    assert not may_go_on(fresh.model_copy(update={"step": 2}), plan, NOW)


def test_state_file_holds_no_name_and_is_private(own_history):
    path = state_path("pre_run", "Zoë/../x")
    assert path.parent == own_history / "routines"
    assert path.name.startswith("pre_run-")
    assert "Zo" not in path.name
    run_until(plan_of(ONE_SET, ONE_SET), "work")
    assert path.parent.stat().st_mode & 0o077 == 0
    assert json.loads(state_path("mine", "me").read_text())["layout"] == 1
