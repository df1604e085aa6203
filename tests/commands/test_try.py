"""`formcheck try`: what it says, draws and ends with."""

from __future__ import annotations

import cv2
import pytest

from formcheck.io.specs import parse_spec, spec_paths
from tests.support.command_runs import Run

PLAIN = spec_paths()["knee_drive"].read_text(encoding="utf-8").split("[[examples]]")[0]
KNEE_LOW = """
[[examples]]
name = "the knee stays low"
moments = [
  { at_s = 2 }, { at_s = 3.5, thigh_left = 60, knee_left = 70 },
  { at_s = 5.5 }, { at_s = 7, thigh_left = 0, knee_left = 0 }, { at_s = 8 },
]
expect = { reps = {}, attempts = { left = 1 }, faults = ["knee_height"] }
"""


@pytest.fixture
def spec_file(tmp_path):
    """A knee drive of one check, with an example."""
    first = PLAIN.split("[[checks]]")
    path = tmp_path / "mine.toml"
    text = "[[checks]]".join(first[:2]).replace('id = "knee_drive"', 'id = "mine"')
    path.write_text(text + KNEE_LOW, encoding="utf-8")
    return path


def test_the_figure_does_the_examples_and_what_they_leave_out(spec_file, tmp_path, capsys):
    run = Run(capsys, "try", spec_file, "--out", tmp_path)
    assert (run.code, run.err) == (0, "")
    assert run.out.splitlines() == [
        "Knee drive (mine)",
        "ok        the knee stays low: reps: none, attempts: left 1; "
        "knee_height “Drive the knee up to hip height”",
        "ok        clean: reps: left 1",
        f"Picture: {tmp_path / 'mine.try.png'}",
    ]
    picture = cv2.imread(str(tmp_path / "mine.try.png"))
    assert picture.shape[0] > 500
    assert picture.shape[1] > 700


def test_what_was_not_expected_ends_with_1(spec_file, tmp_path, capsys):
    text = spec_file.read_text(encoding="utf-8").replace("attempts = { left = 1 }", "attempts = {}")
    spec_file.write_text(text, encoding="utf-8")
    run = Run(capsys, "try", spec_file, "--out", tmp_path)
    assert run.code == 1
    assert run.out.splitlines()[1] == (
        "differs   the knee stays low: reps: none, attempts: left 1; knee_height “Drive the knee "
        "up to hip height”; attempts: left 1, expected none"
    )


def test_derived_examples_are_printed_to_be_kept(spec_file, tmp_path, capsys):
    before = spec_file.read_text(encoding="utf-8")
    run = Run(capsys, "try", spec_file, "--print-examples")
    assert (run.code, run.err) == (0, "")
    spec = parse_spec((before + "\n" + run.out).encode(), "mine.toml")
    assert [example.name for example in spec.examples] == ["the knee stays low", "clean"]
    assert list(tmp_path.glob("*.png")) == []


def test_bad_input_is_one_sentence(spec_file, tmp_path, capsys):
    run = Run(capsys, "try", "knee_drve")
    assert (run.code, run.out) == (1, "")
    assert run.err.startswith("There is no exercise 'knee_drve'; did you mean 'knee_drive'?")
    run = Run(capsys, "try", spec_file, "--out", spec_file)
    assert (run.code, run.out) == (1, "")
    assert len(run.err.splitlines()) == 1
    spec_file.write_text("id = 3", encoding="utf-8")
    run = Run(capsys, "try", spec_file)
    assert run.code == 1
    assert "mine.toml: id: 3 is not a text" in run.err
