"""The library of exercises is whole: every exercise of the brief, each with what it needs."""

from __future__ import annotations

import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from formcheck.core.spec.exercise import Check, ExerciseSpec
from formcheck.io.how_to import how_to_picture, picture_uri
from formcheck.io.languages import load_messages
from formcheck.io.specs import load_spec, spec_paths

REPO = Path(__file__).resolve().parents[3]
MOTIONS = REPO / "groundtruth" / "motions"

STRETCHES = (
    "half_kneeling_hip_flexor_stretch", "half_kneeling_side_bend", "low_lunge", "thomas_stretch",
    "standing_hip_flexor_stretch", "couch_stretch", "standing_pelvic_tilt", "glute_bridge",
    "knee_to_chest", "supported_psoas_stretch", "warrior_i", "single_leg_stance_knee_hold",
)  # fmt: skip
STRENGTH = (
    "standing_march", "knee_drive", "step_up_knee_drive", "seated_leg_raise", "lying_leg_raise",
    "single_leg_raise", "dead_bug", "psoas_march_supine", "banded_hip_flexion", "reverse_lunge",
    "split_squat", "roll_up", "leg_circles", "hundred", "single_leg_stretch",
    "double_leg_stretch", "single_straight_leg_stretch", "double_straight_leg_lower",
    "criss_cross", "supine_pelvic_tilts",
)  # fmt: skip
TIMED = ("ball_release", "diaphragmatic_breathing")
TESTS = ("tightness_half_kneeling", "weakness_knee_lift", "thomas_test", "seated_hold")
VARIANTS = (
    "half_kneeling_hip_flexor_stretch_pre_run", "low_lunge_dynamic", "lying_leg_raise_both",
)  # fmt: skip
OF_THE_BRIEF = {*STRETCHES, *STRENGTH, *TIMED, *TESTS, *VARIANTS}


def of_kind(*kinds: str) -> list[str]:
    """What there is, whoever added it; variants are done as their base is."""
    found = {name: load_spec(name) for name in spec_paths()}
    return [name for name, spec in found.items() if spec.kind in kinds and not spec.variant_of]


def filmed(*kinds: str) -> list[str]:
    """Those that a rendered person performs; the others try themselves with examples."""
    return [name for name in of_kind(*kinds) if (MOTIONS / f"{name}.toml").is_file()]


def specs() -> list[ExerciseSpec]:
    return [load_spec(name) for name in spec_paths()]


def checks() -> list[Check]:
    return [check for spec in specs() for check in spec.checks]


def test_every_exercise_and_self_test_of_the_brief_is_there():
    assert len((*STRETCHES, *STRENGTH)) == 32
    assert spec_paths().keys() >= OF_THE_BRIEF
    assert {*filmed("reps", "hold")} >= {*STRETCHES, *STRENGTH}
    assert {*filmed("timed")} >= {*TIMED}
    assert {*filmed("test")} >= {*TESTS}


@pytest.mark.parametrize("name", of_kind("reps", "hold", "test"))
def test_what_nobody_performs_tries_itself(name):
    assert name in filmed("reps", "hold", "test") or load_spec(name).examples, (
        f"say with [[examples]] what it is: formcheck try {name} --print-examples"
    )


def performed(name: str) -> set[str]:
    script = tomllib.loads((MOTIONS / f"{name}.toml").read_text(encoding="utf-8"))
    return {fault["check"] for fault in script["faults"]}


@pytest.mark.parametrize("name", filmed("reps", "hold"))
def test_every_exercise_has_mistakes_that_are_performed_and_checked(name):
    checked = {check.id for check in load_spec(name).checks}
    assert performed(name), "say with a rendered person what can go wrong"
    assert performed(name) <= checked, "a mistake is named after the check that has to speak"


@pytest.mark.parametrize("name", filmed("test"))
def test_every_way_to_spoil_a_self_test_is_performed(name):
    assert {check.id for check in load_spec(name).checks if check.invalidates} <= performed(name)


@pytest.mark.parametrize("name", of_kind("timed"))
def test_what_is_only_timed_is_never_judged(name):
    spec = load_spec(name)
    assert spec.checks == ()
    assert spec.pace, "pacing is what it offers"


def test_set_ups_say_where_the_camera_stands():
    for spec in specs():
        if spec.kind == "timed":
            assert "camera is not needed" in spec.setup.camera
            continue
        assert re.search(r"\d( to \d)? m away", spec.setup.camera), spec.id
        assert re.search(r"height|floor", spec.setup.camera), spec.id
        steps = len(spec.setup.steps)
        least = 3 if spec.id in OF_THE_BRIEF and not spec.id.endswith("_dynamic") else 0
        assert least <= steps <= 4, spec.id


def test_cues_can_be_spoken_in_two_seconds_in_both_languages():
    german = load_messages("de")
    started = [bound for spec in specs() for bound in spec.start if bound.cue]
    for item in (*checks(), *started):
        for cue in (item.cue, german.phrase(item.cue)):
            assert len(cue) <= 60
            assert len(cue.split()) <= 11, cue
            assert not cue.endswith("."), cue


def test_self_tests_read_every_value_and_can_be_invalid():
    for name in of_kind("test"):
        spec = load_spec(name)
        assert spec.test is not None
        assert any(check.invalidates for check in spec.checks), "say when to test again"
        for value in spec.test.values:
            ranges = sorted(reading.range for reading in value.readings)
            assert ranges[0][0] == -float("inf"), f"{name}: no reading below {ranges[0][0]}"
            assert ranges[-1][1] == float("inf"), f"{name}: no reading above {ranges[-1][1]}"
            for (_, end), (begin, _) in pairwise(ranges):
                assert begin <= end, f"{name}: nothing is said between {end} and {begin}"


def test_routines_name_exercises_that_are_there():
    for path in sorted((REPO / "routines").glob("*.toml")):
        for step in tomllib.loads(path.read_text(encoding="utf-8"))["steps"]:
            assert step["exercise"] in spec_paths(), f"{path.name}: {step['exercise']}"


def test_pictures_are_small_and_those_of_the_brief_are_there():
    assert all(how_to_picture(load_spec(name)) for name in OF_THE_BRIEF)
    total = 0
    for path in filter(None, map(how_to_picture, specs())):
        assert path.read_bytes()[8:12] == b"WEBP"
        total += path.stat().st_size
    assert total < 2_000_000


def test_the_picture_of_a_variant_is_that_of_its_base():
    base = how_to_picture(load_spec("half_kneeling_hip_flexor_stretch"))
    assert how_to_picture(load_spec("half_kneeling_hip_flexor_stretch_pre_run")) == base
    mine = load_spec("glute_bridge").model_copy(update={"id": "mine"})
    assert how_to_picture(mine) is None
    assert picture_uri(mine).startswith("data:image/svg+xml;base64,"), "the stick figure"
