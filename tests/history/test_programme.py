"""What is due today and what may be made harder, from made-up histories."""

import dataclasses
from datetime import UTC, date, datetime, timedelta

import pytest

from formcheck.commands.programme import part_line, step_line
from formcheck.core.spec.programme import Programme
from formcheck.errors import SpecError, UnknownNameError
from formcheck.history import SessionRecord, SideRecord
from formcheck.history.programme import parts_today, steps
from formcheck.io.package_data import data_folder
from formcheck.io.programmes import load_programme, programme_paths, programme_schema

MONDAY = date(2026, 11, 16)
PROGRAMME = Programme.model_validate(
    {
        "id": "x", "name": "x", "summary": "x", "source": "heuristic",
        "parts": [{"routine": "daily", "times_a_week": 7, "source": "heuristic"},
                  {"routine": "gym", "times_a_week": 2, "at_most": 3, "rest_days": 1,
                   "source": "heuristic"}],
        "progressions": [{"exercise": "standing_march", "next": "Band.", "source": "heuristic"}],
    }
)  # fmt: skip
EXERCISES = {"daily": ["breathe", "standing_march"], "gym": ["raise", "bug", "lift"]}


def session(day, exercise="standing_march", *, reps=10, faults=0, pain=None, sharp=False):
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    sides = tuple(SideRecord(side, reps, 0, 0.0, 0.0, faults) for side in ("left", "right"))
    return SessionRecord(
        f"{day}-{exercise}", "me", at, exercise, exercise.title(), "camera 0", 60.0, pain, None,
        sides, (), sharp,
    )  # fmt: skip


def gym(day, **changes):
    return [session(day, name, **changes) for name in EXERCISES["gym"][:2]]


def states(sessions, today):
    return {
        part.part.routine: part.state for part in parts_today(PROGRAMME, EXERCISES, sessions, today)
    }


def test_all_is_due_for_somebody_new():
    assert states([], MONDAY) == {"daily": "due", "gym": "due"}


def test_half_of_a_routine_s_exercises_is_the_routine():
    assert states([session(MONDAY)], MONDAY) == {"daily": "done", "gym": "due"}
    assert states([session(MONDAY, "raise")], MONDAY)["gym"] == "due"
    assert states(gym(MONDAY), MONDAY)["gym"] == "done"


def test_day_of_rest_after_strength():
    assert states(gym(MONDAY), MONDAY + timedelta(days=1))["gym"] == "rest"


@pytest.mark.parametrize(("days_later", "state"), [(2, "free"), (3, "due"), (6, "due"), (7, "due")])
def test_twice_a_week_is_spread_over_the_week(days_later, state):
    assert states(gym(MONDAY), MONDAY + timedelta(days=days_later))["gym"] == state


def test_enough_for_this_week_starts_anew_on_monday():
    done = gym(MONDAY) + gym(MONDAY + timedelta(days=3))
    assert states(done, MONDAY + timedelta(days=5))["gym"] == "free"
    assert states(done, MONDAY + timedelta(days=7))["gym"] == "due"


@pytest.mark.parametrize("how", [{"pain": 4}, {"sharp": True}])
def test_routine_with_an_exercise_that_hurt_is_left_out_for_two_days(how):
    sessions = [*gym(MONDAY - timedelta(days=1)), session(MONDAY, "lift", **how)]
    for days, state in ((0, "pain"), (2, "pain"), (3, "due")):
        assert states(sessions, MONDAY + timedelta(days=days))["gym"] == state
    later_good = [*sessions, session(MONDAY + timedelta(days=1), "lift")]
    assert states(later_good, MONDAY + timedelta(days=2))["gym"] != "pain"


def test_little_pain_leaves_nothing_out():
    assert states(gym(MONDAY, pain=3), MONDAY + timedelta(days=3))["gym"] == "due"


def days_of(count, **changes):
    return [session(MONDAY + timedelta(days=day), **changes) for day in range(count)]


def only_step(sessions, today=MONDAY + timedelta(days=4)):
    (step,) = steps(PROGRAMME, sessions, today)
    return step


def test_progress_after_three_clean_sessions_in_a_row():
    assert not only_step(days_of(2)).suggested
    assert only_step(days_of(3)).suggested
    assert only_step(days_of(3, faults=1)).suggested  # nine of ten are clean
    assert not only_step(days_of(3, faults=2)).suggested


def test_sloppy_session_starts_the_row_anew():
    sessions = [*days_of(3), session(MONDAY + timedelta(days=3), faults=5)]
    assert only_step(sessions).good_sessions == 0


@pytest.mark.parametrize("how", [{"pain": 4}, {"pain": 10}, {"sharp": True}])
def test_nothing_is_pushed_after_pain(how):
    own = only_step([*days_of(3), session(MONDAY + timedelta(days=3), **how)])
    assert (own.suggested, own.good_sessions) == (False, 0)
    other = [*days_of(3), session(MONDAY + timedelta(days=3), "lift", **how)]
    step = only_step(other)
    assert not step.suggested
    assert step.held_back.endswith("on 19 Nov (Lift)")
    assert only_step(other, MONDAY + timedelta(days=10)).suggested


def test_exercise_never_done_is_not_spoken_of():
    assert steps(PROGRAMME, [session(MONDAY, "lift")], MONDAY) == []


def test_lines():
    parts = parts_today(PROGRAMME, EXERCISES, gym(MONDAY), MONDAY + timedelta(days=1))
    assert [part_line(part) for part in parts] == [
        "daily: due: formcheck routine daily (0 of 7 this week)",
        "gym: rest today (1 of 2 to 3 this week)",
    ]
    assert step_line(only_step(days_of(2))) == "Standing march: 2 of 3 clean sessions in a row"
    assert step_line(only_step(days_of(3))) == "Standing march: Band."
    held = [*days_of(3), session(MONDAY + timedelta(days=3), "lift", pain=6)]
    assert step_line(only_step(held)) == (
        "Standing march: nothing harder now, after pain 6 of 10 on 19 Nov (Lift)"
    )


@pytest.mark.parametrize("name", sorted(programme_paths()))
def test_shipped_programmes_load(name):
    programme, exercises = load_programme(name)
    assert programme.id == name
    assert all(exercises.values())


def test_mistakes_all_at_once(tmp_path):
    path = tmp_path / "p.toml"
    path.write_text(
        'id = "p"\nname = "p"\nsummary = "p"\nsource = "heuristic"\n'
        '[[parts]]\nroutine = "pre_runn"\ntimes_a_week = 2\nsource = "heuristic"\n'
        '[[progressions]]\nexercise = "knee_drve"\nnext = "x"\nsource = "heuristic"\n',
        encoding="utf-8",
    )
    with pytest.raises(SpecError) as caught:
        load_programme(str(path))
    assert str(caught.value).splitlines() == [
        "p.toml: parts 1 -> routine: There is no routine 'pre_runn'; did you mean 'pre_run'? "
        "`formcheck routine` lists them all.",
        "p.toml: progressions 1 -> exercise: 'knee_drve' is no exercise; "
        "did you mean 'knee_drive'?",
    ]
    with pytest.raises(UnknownNameError, match=r"did you mean 'runner'\?"):
        load_programme("runer")


def test_week_that_cannot_be(tmp_path):
    path = tmp_path / "p.toml"
    path.write_text(
        'id = "p"\nname = "p"\nsummary = "p"\nsource = "heuristic"\n'
        '[[parts]]\nroutine = "pre_run"\ntimes_a_week = 5\nrest_days = 1\nsource = "heuristic"\n',
        encoding="utf-8",
    )
    with pytest.raises(SpecError) as caught:
        load_programme(str(path))
    assert str(caught.value) == (
        "p.toml: parts 1: times_a_week 5 with 1 rest days does not fit into a week"
    )


def test_schema_beside_the_programmes_is_the_model_s():
    text = (data_folder("programmes") / "programme.schema.json").read_text(encoding="utf-8")
    assert text == programme_schema()


def test_results_are_values():
    (part, _) = parts_today(PROGRAMME, EXERCISES, [], MONDAY)
    with pytest.raises(dataclasses.FrozenInstanceError):
        part.state = "done"
