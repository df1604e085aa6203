"""A stick figure does the exercises: what a spec expects comes of it, and what is wrong is told."""

from __future__ import annotations

import math
import tomllib

import pytest

from formcheck.core.spec.exercise import ExerciseSpec
from formcheck.core.trial.derive import NO_POSE, OUTLINE
from formcheck.core.trial.figure import START, Figure
from formcheck.core.trial.motion import motion_of
from formcheck.core.trial.pose_finder import Wish, find_pose, value_of
from formcheck.core.trial.run import run_example
from formcheck.core.trial.sketch import svg_of
from formcheck.core.trial.trial import Trial, examples_toml, picture_figures, try_spec
from formcheck.io.specs import load_spec, parse_spec, spec_paths

WITH_EXAMPLES = [
    (name, number)
    for name in spec_paths()
    for number in range(len(load_spec(name).examples))
]


@pytest.mark.parametrize(("name", "number"), WITH_EXAMPLES)
def test_the_examples_of_every_spec_come_out_as_expected(name, number):
    spec = load_spec(name)
    assert run_example(spec, spec.examples[number]).misses() == []


def without_examples(name: str) -> ExerciseSpec:
    return load_spec(name).model_copy(update={"examples": ()})


def tried(name: str) -> dict[str, Trial]:
    return {trial.check or "clean": trial for trial in try_spec(without_examples(name))}


def test_examples_are_derived_where_a_spec_has_none():
    trials = tried("reverse_lunge")
    assert {name: trial.verdict for name, trial in trials.items()} == {
        "clean": "as expected", "depth_short": "as expected", "front_knee": "as expected",
        "trunk_lean": "as expected", "rear_hip": "as expected",
    }  # fmt: skip
    outcome = trials["clean"].outcome
    assert outcome is not None
    assert outcome.summary.totals.reps == {"left": 1, "right": 0}
    assert outcome.faults == ()
    assert all(trial.derived for trial in trials.values())


def test_what_no_figure_can_show_is_said_with_the_reason():
    trials = tried("thomas_test")
    assert trials["clean"].verdict == "as expected"
    assert (trials["lumbar_arch"].verdict, trials["lumbar_arch"].why) == ("not shown", (OUTLINE,))
    assert NO_POSE.startswith("the stick figure finds no pose")
    timed = tried("ball_release")
    assert timed["clean"].why == ("it is done by time, and nothing is judged",)
    tilt = tried("supine_pelvic_tilts")
    assert {trial.verdict for trial in tilt.values()} == {"not shown"}


@pytest.mark.slow
@pytest.mark.parametrize("name", spec_paths())
def test_every_exercise_is_done_clean_by_the_figure(name):
    """Or the figure cannot do it at all; it never does something else than the spec counts."""
    clean = tried(name)["clean"]
    assert clean.verdict in ("as expected", "not shown"), clean.why


def test_derived_examples_are_good_examples():
    spec = without_examples("glute_bridge")
    text = examples_toml(list(try_spec(spec)))
    path = spec_paths()["glute_bridge"]
    again = parse_spec(
        (path.read_text(encoding="utf-8").split("[[examples]]")[0] + text).encode(), "x.toml"
    )
    assert len(again.examples) == len(tomllib.loads(text)["examples"]) == 4
    for example in again.examples:
        assert run_example(again, example).misses() == []


MARCH = load_spec("standing_march")


def march_with(text: str) -> ExerciseSpec:
    plain = spec_paths()["standing_march"].read_text(encoding="utf-8").split("[[examples]]")[0]
    return parse_spec((plain + text).encode(), "x.toml")


LIFT = """
[[examples]]
name = "lift"
moments = [
  { at_s = 2 },
  { at_s = 3.5, thigh_left = %s, knee_left = 80 },
  { at_s = 7.5 },
  { at_s = 9, thigh_left = 0, knee_left = 0 },
  { at_s = 10 },
]
expect = %s
"""


@pytest.mark.parametrize(("thigh", "expect", "misses"), [
    (88, "{ reps = { left = 1 }, attempts = {} }", []),
    (88, "{ reps = { right = 2 } }", ["reps: left 1, expected right 2"]),
    (88, "{ faults = ['trunk_lean'] }", ["no fault of trunk_lean"]),
    (60, "{ reps = { left = 1 } }",
     ["reps: none, expected left 1", "unexpected fault of knee_height"]),
    (60, "{ attempts = { left = 1 }, reps = {}, faults = ['knee_height'] }", []),
    (88, "{ holds = { left = 1 } }", ["holds: none, expected left 1"]),
])  # fmt: skip
def test_what_differs_is_said(thigh, expect, misses):
    spec = march_with(LIFT % (thigh, expect))
    assert run_example(spec, spec.examples[0]).misses() == misses


def test_who_never_was_in_position_is_told_why():
    spec = march_with(
        '[[examples]]\nname = "x"\nmoments = [{ at_s = 0, lying = 90 }, { at_s = 3 }]\n'
        "expect = { reps = { left = 1 } }\n"
    )
    assert run_example(spec, spec.examples[0]).misses() == [
        "reps: none, expected left 1", "it was never in position: stand upright",
    ]  # fmt: skip


def test_angles_that_are_not_given_stay():
    spec = march_with(LIFT % (88, "{}"))
    motion = motion_of(spec, spec.examples[0])
    assert motion.at(0.0) == START["standing"]
    assert motion.at(2.75).thigh_left == pytest.approx(44)
    assert motion.at(6.0) == motion.at(3.5)
    assert motion.duration_s == 10


def test_a_pose_is_found_that_keeps_its_wishes_and_moves_little():
    wishes = [Wish("thigh_elevation", "left", 85, 90), Wish("knee_flexion", "left", 40, 50)]
    figure, miss = find_pose(Figure(), wishes)
    assert miss < 0.2
    assert 84 < value_of(figure, "thigh_elevation", "left") < 91
    assert abs(figure.lean) < 3
    assert abs(figure.thigh_right) < 3
    assert math.isnan(value_of(figure, "lumbar_change", "left")), "a figure has no outline"
    _, miss = find_pose(Figure(), [Wish("thigh_elevation", "left", 175, 180)])
    assert miss > 2, "no thigh goes there"


def test_a_picture_shows_start_and_end_and_its_title_is_no_markup():
    start, end = picture_figures(MARCH)
    assert (start.thigh_left, end.thigh_left > 80) == (0, True)
    picture = svg_of((start, end), title="<b>March & co</b>")
    assert "<title>&lt;b&gt;March &amp; co&lt;/b&gt;</title>" in picture
    assert picture.count("<circle") == 2
