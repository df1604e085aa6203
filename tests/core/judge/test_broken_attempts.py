"""Tries of a self-test that broke the protocol or were not seen in full: told, never valid."""

from __future__ import annotations

import dataclasses
import math
from datetime import UTC, datetime

import pytest

import formcheck.history.trends as history_trends
from formcheck.commands.self_test import kept_tests
from formcheck.core.coach.self_test_tries import Try, reached
from formcheck.core.events import SelfTestResult
from formcheck.core.measure.positions import TRUNK_LEANS
from formcheck.core.pose import Landmark, Pose
from formcheck.core.trial.figure import HALF_KNEELING, Figure
from formcheck.history import History, SelfTest
from formcheck.io.specs import load_spec
from tests.support.report_data import march_results
from tests.support.sessions import poses_of, run
from tests.support.stick_figure import curve

TEST = "tightness_half_kneeling"
KNEES = (Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE)


def press(lean: float):
    """Hips pressed forward to 12 degrees from 3 to 6 s, the trunk leaning all the time."""

    def at(t: float) -> Figure:
        thigh = curve(t, ((0, 5), (2, 5), (3, -12), (6, -12), (7, 5)))
        return HALF_KNEELING.but(
            thigh_left=thigh, knee_left=90 + thigh, thigh_right=90, knee_right=90, lean=lean,
        )  # fmt: skip

    return at


def results_of(poses: list[Pose]) -> list[SelfTestResult]:
    return [found for found in run(TEST, poses)[1].self_tests or () if found.side == "left"]


def flickering(pose: Pose) -> Pose:
    """From 1 s on every third frame without the knees."""
    if pose.time_s < 1 or round(pose.time_s * 30) % 3:
        return pose
    landmarks = pose.landmarks.copy()
    landmarks[list(KNEES), 3] = 0.0
    return dataclasses.replace(pose, landmarks=landmarks)


def test_who_leans_from_the_start_is_told_and_the_value_is_kept_as_not_valid():
    (found,) = results_of(poses_of(press(20), 8))
    assert found.valid is False
    assert found.invalid_because == ("Trunk upright, test again",)
    assert math.isfinite(found.value)
    (kept,) = kept_tests([Try("left", 1, (found,), None)], None)  # type: ignore[arg-type]
    assert (kept.value, kept.valid) == (found.value, False)


def test_the_lean_is_seen_though_the_knees_come_and_go():
    poses = [flickering(pose) for pose in poses_of(press(20), 8)]
    assert {found.invalid_because for found in results_of(poses)} == {
        ("Trunk upright, test again",)
    }


def test_an_upright_try_is_not_blamed_though_the_knees_come_and_go():
    poses = [flickering(pose) for pose in poses_of(press(0), 8)]
    assert {found.invalid_because for found in results_of(poses)} <= {()}


def test_where_only_the_trunk_is_out_of_the_position_that_is_said():
    results, _ = run(TEST, poses_of(lambda t: press(60)(0.0), 2))
    assert results[-1].message == TRUNK_LEANS


def a_result(value: float, valid: bool | None) -> SelfTestResult:
    return SelfTestResult("left", "hip_extension", "Hip extension", value, "deg", 1.0, valid)


def test_what_was_not_seen_in_full_is_never_kept_as_valid(tmp_path):
    tries = [
        Try("left", n, (a_result(value, valid),), None)  # type: ignore[arg-type]
        for n, (value, valid) in enumerate([(9.0, True), (14.0, None), (30.0, False)])
    ]
    tests = kept_tests(tries, None)
    assert [test.valid for test in tests] == [True, None, False]
    with History(tmp_path / "h.sqlite") as kept:
        nothing = march_results() | {"exercise": TEST, "reps": [], "faults": []}
        nothing["totals"] = {k: {"left": 0, "right": 0} for k in ("reps", "attempts", "hold_s")}
        kept.add(
            nothing, recorded_at=datetime(2026, 11, 26, tzinfo=UTC), exercise_name="x", tests=tests
        )
        (session,) = kept.sessions()
    assert session.tests == tuple(tests)
    assert "14° (not all of it seen)" in history_trends.tests_text(session)
    (trend,) = [trend for trend in history_trends.trends([session]) if trend.self_test]
    assert [value for points in trend.points.values() for _, value in points] == [9.0]


@pytest.mark.parametrize(
    ("outcomes", "best", "valid"),
    [([(9.0, True), (14.0, None)], 9.0, 1), ([(9.0, None), (14.0, None)], 14.0, 2)],
)
def test_best_is_of_tries_seen_in_full_where_there_are_any(outcomes, best, valid):
    tries = [
        Try("left", n, (a_result(*outcome),), None)  # type: ignore[arg-type]
        for n, outcome in enumerate(outcomes)
    ]
    (found,) = reached(load_spec(TEST), tries)
    assert (found.best, found.valid) == (best, valid)


def test_a_plain_value_is_valid_unless_said_otherwise():
    assert SelfTest("hip_extension_deg", "left", 5.0, "deg").valid is True
