"""An exercise is added as CONTRIBUTING.md says, by the document alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from formcheck.core.judge.session import Session
from formcheck.core.trial.motion import motion_of
from formcheck.io.how_to import how_to_picture, picture_uri
from formcheck.io.specs import load_spec
from tests.support.command_runs import Run

RECIPE = (Path(__file__).resolve().parents[1] / "CONTRIBUTING.md").read_text(encoding="utf-8")
# Only what the schema asks for: no steps, no safety, no why, no German, no picture.
KNEE_CURL = """#:schema spec.schema.json
id = "standing_knee_curl"
name = "Standing knee curl"
summary = "Stand tall and bring one heel to the seat, the thigh stays where it is."
kind = "reps"
view = "side"
position = "standing"
sides = "each"
source = "heuristic"
dose = { sets = 2, reps = 10, per = "side" }

[setup]
camera = "At hip height, 3 m away, one side toward it."
near_leg = "working"

[rep]
measurement = "knee_flexion"
rest_below = 25
top_above = 60
target = 90
tolerance = 5
source = "heuristic: a square knee"
requires = [{ measurement = "thigh_elevation", at_most = 40 }]

[[checks]]
id = "heel_low"
measurement = "knee_flexion"
during = "top"
at_least = 90
cue = "Bring the heel closer to the seat"
source = "heuristic"

[[checks]]
id = "thigh_forward"
measurement = "thigh_elevation"
during = "top"
at_most = 20
cue = "Keep the thighs side by side"
source = "heuristic"

[[checks]]
id = "trunk_lean"
measurement = "trunk_lean_sagittal"
during = "rep"
relative_to = "neutral"
at_least = -9
at_most = 9
cue = "Stay tall, trunk still"
source = "heuristic"
"""


@pytest.fixture
def recipe_of_an_exercise() -> str:
    return RECIPE.split("## Add an exercise")[1].split("\n## ")[0]


def test_an_exercise_is_added_by_the_recipe_alone(recipe_of_an_exercise, tmp_path, capsys):
    steps = re.findall(r"^(\d)\. (.*)$", recipe_of_an_exercise, re.MULTILINE)
    assert [number for number, _ in steps] == list("123456")
    path = tmp_path / "standing_knee_curl.toml"
    path.write_text(KNEE_CURL, encoding="utf-8")

    assert "formcheck check-spec" in steps[3][1]
    run = Run(capsys, "check-spec", path)
    assert (run.code, run.err) == (0, "")
    assert run.out.splitlines() == [
        f"{path}: good (Standing knee curl)",
        "  not there: steps in [setup], how to do it",
        "  not there: safety, what to know before doing it",
        "  not there: why, in checks heel_low, thigh_forward, trunk_lean",
        "  said in English: [phrases] of messages/de.toml does not have "
        "'Bring the heel closer to the seat', 'Keep the thighs side by side'",
    ]

    assert "formcheck try" in steps[4][1]
    run = Run(capsys, "try", path, "--out", tmp_path)
    assert (run.code, run.err) == (0, "")
    assert run.out.splitlines() == [
        "Standing knee curl (standing_knee_curl)",
        "ok        clean: reps: left 1",
        "ok        breaks heel_low: reps: none, attempts: left 1; "
        "heel_low “Bring the heel closer to the seat”",
        "ok        breaks thigh_forward: reps: left 1; "
        "thigh_forward “Keep the thighs side by side”",
        "ok        breaks trunk_lean: reps: left 1; trunk_lean “Stay tall, trunk still”",
        f"Picture: {tmp_path / 'standing_knee_curl.try.png'}",
    ]

    assert "--print-examples >>" in steps[5][1]
    run = Run(capsys, "try", path, "--print-examples")
    path.write_text(KNEE_CURL + "\n" + run.out, encoding="utf-8")
    spec = load_spec(path)
    assert [example.expect.faults for example in spec.examples] == [
        (), ("heel_low",), ("thigh_forward",), ("trunk_lean",),
    ]  # fmt: skip
    run = Run(capsys, "try", path, "--out", tmp_path)
    assert run.code == 0
    assert run.out.count("ok ") == 4

    # From here on it is an exercise like any other.
    assert how_to_picture(spec) is None
    assert picture_uri(spec).startswith("data:image/svg+xml;base64,")
    session = Session(spec)
    for pose in motion_of(spec, spec.examples[0]).poses():
        session.update(pose)
    assert session.finish().totals.reps == {"left": 1, "right": 0}
