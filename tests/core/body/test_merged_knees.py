"""A knee that cannot be where the model put it is found again from hip, ankle and bones."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.core.body.knees import knee_between, knee_on_floor

NAN = math.nan


def test_the_front_knee_of_a_half_kneeling_person():
    """As measured on a rendered one (b8): the shin half as long as it is, the knee too low."""
    found = knee_between((0, 0), (-60, 22), (-65, 63), 85, 85)
    assert found == pytest.approx((-83, -20), abs=1)


def test_a_rear_knee_on_the_floor_that_was_seen_too_high():
    """Thigh hanging straight down, shin along the floor behind; the knee seen a quarter up."""
    assert knee_on_floor((0, 0), (0, 60), (-85, 85), 85, 85) == pytest.approx((0, 85), abs=1)


def test_a_knee_in_the_air_is_not_put_on_the_floor():
    """The near leg of a march, its thigh short because it is turned toward the camera."""
    assert knee_on_floor((0, 0), (55, 10), (60, 95), 85, 85) is None


def test_a_knee_that_can_be_as_it_was_seen_stays_on_the_floor():
    assert knee_on_floor((0, 0), (0, 78), (-85, 85), 85, 85) is None
    assert knee_on_floor((0, 0), (0, 60), (-85, 85), NAN, NAN) is None


def test_legs_that_can_be_as_they_were_seen_are_left_alone():
    bent = ((0, 0), (85, 0), (85, 85))
    assert knee_between(*bent, 85, 85) is None
    # Toward the camera both bones look short alike: a leg that goes out to the side.
    aside = ((0, 0), (0, 50), (0, 100))
    assert knee_between(*aside, 85, 85) is None
    # Lengths that nobody knows yet.
    assert knee_between((0, 0), (-60, 22), (-65, 63), NAN, NAN) is None


def test_an_ankle_out_of_reach_says_nothing_about_the_knee():
    assert knee_between((0, 0), (10, 20), (0, 170), 85, 85) is None


@given(
    turn=st.floats(0, 2 * math.pi),
    scale=st.floats(0.2, 20),
    mirror=st.sampled_from([1, -1]),
    shift=st.tuples(st.floats(-500, 500), st.floats(-500, 500)),
)
def test_it_turns_grows_and_moves_with_the_person(turn, scale, mirror, shift):
    def placed(point):
        x, y = mirror * point[0] * scale, point[1] * scale
        return (
            x * math.cos(turn) - y * math.sin(turn) + shift[0],
            x * math.sin(turn) + y * math.cos(turn) + shift[1],
        )

    hip, knee, ankle = (0, 0), (-60, 22), (-65, 63)
    plain = knee_between(hip, knee, ankle, 85, 85)
    moved = knee_between(*map(placed, (hip, knee, ankle)), 85 * scale, 85 * scale)
    assert moved == pytest.approx(placed(plain), abs=1e-6 * max(1, scale) * 100)
