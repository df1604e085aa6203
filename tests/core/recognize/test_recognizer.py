"""Which exercise it is, by what each exercise's own rules explain."""

from __future__ import annotations

import pytest

from formcheck.core.recognize.recognizer import recognize
from formcheck.core.trial.figure import STANDING, SUPINE, Figure
from formcheck.io.specs import load_spec
from tests.core.judge.test_other_movements import (
    flutter_kicks,
    high_knees,
    sits_with_a_knee_up,
    wave,
)
from tests.support.sessions import Motion, kneel, poses_of

LIBRARY = [
    load_spec(name)
    for name in (
        "standing_march",
        "knee_drive",
        "glute_bridge",
        "reverse_lunge",
        "lying_leg_raise",
        "dead_bug",
        "roll_up",
        "half_kneeling_hip_flexor_stretch",
        "diaphragmatic_breathing",
    )
]


def one_knee(t: float) -> Figure:
    thigh = 90 * wave(t, 1.5)
    return STANDING.but(thigh_right=thigh, knee_right=thigh)


def bridges(t: float) -> Figure:
    hip = 60 - 58 * wave(t, 3.0)
    return SUPINE.but(
        lying_deg=90 + (60 - hip) / 2.5,
        thigh_left=hip, thigh_right=hip, knee_left=hip + 65, knee_right=hip + 65,
    )  # fmt: skip


@pytest.mark.parametrize("turn_deg", [90, 40])
@pytest.mark.parametrize(
    ("motion", "exercise"),
    [
        (high_knees(0.8), "standing_march"),
        (one_knee, "knee_drive"),
        (bridges, "glute_bridge"),
        (kneel(), "half_kneeling_hip_flexor_stretch"),
        (sits_with_a_knee_up, None),
        (flutter_kicks, None),
        (lambda _t: STANDING, None),
    ],
    ids=["high knees", "one knee", "bridges", "kneeling", "sitting", "flutter kicks", "standing"],
)
def test_it_is_the_exercise_that_explains_most(
    motion: Motion, exercise: str | None, turn_deg: float
) -> None:
    found = recognize(poses_of(lambda t: motion(t).but(turn_deg=turn_deg), 9), LIBRARY)
    assert found.exercise == exercise
    assert (found.confidence > 0.3) == (exercise is not None)


def test_the_same_movement_of_another_exercise_is_named_beside_it() -> None:
    found = recognize(poses_of(high_knees(0.8), 9), LIBRARY)
    assert found.alike == ("knee_drive",)
    assert [explained.exercise for explained in found.explained][:2] == [
        "standing_march",
        "knee_drive",
    ]


def test_nobody_does_nothing() -> None:
    assert recognize([], LIBRARY).exercise is None
