"""The body turned side on: angles of the sagittal plane from wherever the camera stands."""

from __future__ import annotations

import math

import pytest

from formcheck.core.measure.kinds import REGISTRY, measure, measure_side_on
from formcheck.core.pose import Landmark
from formcheck.core.trial.figure import STANDING
from tests.support.stick_figure import body_of

LIFTED = STANDING.but(thigh_left=85, knee_left=95, thigh_right=-5, knee_right=5, lean=4)
NAMES = (
    "knee_flexion_left_deg",
    "thigh_elevation_left_deg",
    "thigh_elevation_right_deg",
    "thigh_trunk_flexion_left_deg",
    "trunk_lean_sagittal_deg",
)


@pytest.mark.parametrize("turn_deg", [0, 35, 145, 180, -35, -145])
def test_angles_are_those_of_a_camera_at_the_side(turn_deg: float) -> None:
    """Off by no more than what the network's typical lean is taken to be (up to 9 degrees)."""
    from_side, _ = measure(body_of(LIFTED.but(turn_deg=math.copysign(90, turn_deg)).pose()))
    turned = measure_side_on(body_of(LIFTED.but(turn_deg=turn_deg).pose()))
    for name in NAMES:
        off = (turned[name] - from_side[name] + 180) % 360 - 180
        assert off == pytest.approx(0, abs=14), name


def test_a_front_foot_is_ahead_whichever_way_the_person_faces() -> None:
    for turn_deg in (0, 40, 140, 180):
        values = measure_side_on(body_of(LIFTED.but(turn_deg=turn_deg).pose()))
        assert values["foot_ahead_left"] > 0.3
        assert values["foot_ahead_right"] < -0.3


def test_what_is_hidden_stays_hidden() -> None:
    body = body_of(LIFTED.but(turn_deg=0).pose(hidden=[Landmark.LEFT_KNEE]))
    values = measure_side_on(body)
    assert math.isnan(values["knee_flexion_left_deg"])
    assert not math.isnan(values["knee_flexion_right_deg"])


def test_it_is_there_to_count_by_and_not_to_judge_by() -> None:
    body = body_of(LIFTED.but(turn_deg=0).pose())
    values, reasons = measure(body)
    assert math.isnan(values["knee_flexion_left_deg"])
    assert reasons["knee_flexion_left_deg"] == "turn so that the camera sees you from the side"
    assert not REGISTRY["pelvis_drop"].side_on
    assert "pelvis_drop_left_deg" not in measure_side_on(body)
