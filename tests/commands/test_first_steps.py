"""What a newcomer sees: `formcheck` alone, the list of exercises, names, the end of the demo."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from formcheck.commands import demo
from formcheck.io.specs import load_spec, spec_paths
from tests.support.command_runs import Run


def test_formcheck_alone_says_what_to_do_first(capsys: pytest.CaptureFixture[str]) -> None:
    run = Run(capsys)
    assert (run.code, run.err) == (0, "")
    assert run.out == (
        "formcheck watches hip-flexor exercises and tells you what to correct. To begin:\n"
        "  formcheck demo                         see it work on a sample clip\n"
        "  formcheck exercises                    find an exercise\n"
        "  formcheck live EXERCISE                do it in front of the camera\n"
        "  formcheck analyze VIDEO -e EXERCISE    analyse a video; "
        "all commands: formcheck --help\n"
    )


def test_the_demo_ends_with_what_happened_where_it_lies_and_what_is_next(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(demo, "analyze", lambda *given, **how: asked.append((given, how)))
    run = Run(capsys, "demo", "--output-dir", tmp_path)
    assert run.code == 0
    ((sources, exercise), how) = asked[0]  # type: ignore[misc]
    assert [Path(source).name for source in sources] == ["standing_march.mp4"]
    assert (exercise, how) == ("standing_march", {"output_dir": str(tmp_path)})
    assert run.out == (
        "\nThis was a rendered person on a sample clip; your own videos are analysed in the same "
        "way.\n"
        f"Open in a browser: {tmp_path / 'standing_march.report.html'}\n"
        "Next, in front of your camera: formcheck live standing_march\n"
        "Or a video of your own:        formcheck analyze VIDEO -e standing_march\n"
        "Other exercises:               formcheck exercises\n"
    )


def test_the_list_is_grouped_and_fits_80_columns(capsys: pytest.CaptureFixture[str]) -> None:
    lines = Run(capsys, "exercises").out.splitlines()
    assert max(map(len, lines)) <= 80
    titles = [line for line in lines if re.match(r"\S", line)]
    assert titles == [
        "Stretch",
        "Strength",
        "Pilates",
        "Self-tests (formcheck test NAME)",
        "The camera sees you from the side, or from the front where it is said.",
        "How to do one: formcheck exercises NAME. In front of it: formcheck live NAME.",
    ]
    assert lines[:6] == [
        "Stretch",
        "  Ball release                         ball_release",
        "  Couch stretch                        couch_stretch",
        "  Diaphragmatic breathing              diaphragmatic_breathing",
        "  Half-kneeling hip flexor stretch     half_kneeling_hip_flexor_stretch",
        "  Half-kneeling hip flexor stretch,    half_kneeling_hip_flexor_stretch_pre_run",
    ]
    assert "    before a run" in lines
    assert "  Half-kneeling side bend (front)      half_kneeling_side_bend" in lines
    for name in spec_paths():
        assert sum(line.endswith(f" {name}") for line in lines) == 1, name


@pytest.mark.parametrize("name", spec_paths())
def test_every_exercise_is_in_a_group_of_its_own_choice(name: str) -> None:
    spec = load_spec(name)
    assert spec.kind == "test" or spec.group is not None, "say its group (CONTRIBUTING.md, step 1)"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Standing march", "standing_march"),
        ("standing-march", "standing_march"),
        ("Hip flexion against a band", "banded_hip_flexion"),
        ("Self-test: Thomas test", "thomas_test"),
        ("Hip extension in half-kneeling", "tightness_half_kneeling"),
    ],
)
def test_exercises_are_found_by_name(
    capsys: pytest.CaptureFixture[str], text: str, name: str
) -> None:
    run = Run(capsys, "exercises", text)
    assert run.code == 0
    assert run.out.splitlines()[0].endswith(f" ({name})")


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("march", "; did you mean 'psoas_march_supine' or 'standing_march'? "),
        ("lunge", "; did you mean 'low_lunge', 'low_lunge_dynamic' or 'reverse_lunge'? "),
        ("Standing mach", "; did you mean 'standing_march'? "),
        ("zzz", "; "),
    ],
)
def test_near_exercises_are_named(capsys: pytest.CaptureFixture[str], text: str, near: str) -> None:
    run = Run(capsys, "exercises", text)
    assert (run.code, run.out) == (1, "")
    assert run.err == (
        f"There is no exercise '{text}'{near}`formcheck exercises` lists them all.\n"
    )


def test_the_help_says_what_each_command_is_for(capsys: pytest.CaptureFixture[str]) -> None:
    out = Run(capsys, "--help").out
    names = re.findall(r"│ ([a-z][a-z-]+) +[A-Z]", out)
    assert " ".join(names) == (
        "demo exercises live routine test programme desk-break analyze report poses export "
        "check-spec try doctor history models"
    )
    for line in (
        "See formcheck work: analyse a sample clip and make its report.",
        "Do an exercise in front of a camera: it counts, gives cues and sums up.",
        "Find every problem in exercise specs, in one round.",
        "See what is due today in a programme over weeks.",
    ):
        words = line.split()
        assert re.search(r"[\s│]+".join(map(re.escape, words)), out), line
