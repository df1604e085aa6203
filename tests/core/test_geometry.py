import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.core.geometry import (
    cross,
    dot,
    length,
    mid,
    rotate,
    signed_angle_deg,
    sub,
    wrap_deg,
)

numbers = st.floats(-2000, 2000)
vectors = st.tuples(numbers, numbers)
arrows = vectors.filter(lambda v: length(v) > 1e-3)
angles = st.floats(-179.0, 179.0)


def test_sub_is_the_way_from_the_second_to_the_first():
    assert sub((5.0, 7.0), (2.0, 3.0)) == (3.0, 4.0)
    assert length((3.0, 4.0)) == 5.0
    assert mid((0.0, 2.0), (4.0, 6.0)) == (2.0, 4.0)
    assert dot((1.0, 2.0), (3.0, 4.0)) == 11.0


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ((0.0, -1.0), (1.0, 0.0), 90.0),  # from up to right: clockwise on the screen
        ((0.0, -1.0), (-1.0, 0.0), -90.0),
        ((1.0, 0.0), (1.0, 1.0), 45.0),  # from right to right-and-down: clockwise
        ((2.0, 0.0), (7.0, 0.0), 0.0),
    ],
)
def test_signed_angle_is_positive_clockwise_on_the_screen(a, b, expected):
    assert signed_angle_deg(a, b) == pytest.approx(expected)
    assert math.copysign(1.0, cross(a, b) or 1.0) == math.copysign(1.0, expected)


def test_opposite_vectors_are_half_a_turn_apart():
    assert abs(signed_angle_deg((0.0, 1.0), (0.0, -1.0))) == 180.0


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ((0.0, 0.0), (1.0, 0.0)),
        ((1.0, 0.0), (0.0, 0.0)),
        ((math.nan, 0.0), (1.0, 0.0)),
        ((math.inf, 0.0), (1.0, 0.0)),
    ],
)
def test_an_angle_with_nothing_is_nan(a, b):
    assert math.isnan(signed_angle_deg(a, b))


@given(arrows, angles)
def test_rotating_turns_by_the_angle_and_keeps_the_length(a, angle):
    turned = rotate(a, angle)
    assert length(turned) == pytest.approx(length(a))
    assert signed_angle_deg(a, turned) == pytest.approx(angle, abs=1e-6)


@given(arrows, arrows, angles)
def test_turning_both_vectors_keeps_their_angle(a, b, angle):
    before = signed_angle_deg(a, b)
    after = signed_angle_deg(rotate(a, angle), rotate(b, angle))
    assert wrap_deg(after - before) == pytest.approx(0.0, abs=1e-5)


@given(arrows, arrows)
def test_angles_are_antisymmetric_and_flip_in_a_mirror(a, b):
    there = signed_angle_deg(a, b)
    assert abs(wrap_deg(there + signed_angle_deg(b, a))) == pytest.approx(0.0, abs=1e-6)
    mirrored = signed_angle_deg((-a[0], a[1]), (-b[0], b[1]))
    assert abs(wrap_deg(there + mirrored)) == pytest.approx(0.0, abs=1e-6)


@given(arrows, arrows, st.floats(0.01, 100), st.floats(0.01, 100))
def test_angles_do_not_know_lengths(a, b, p, q):
    scaled = signed_angle_deg((p * a[0], p * a[1]), (q * b[0], q * b[1]))
    assert abs(wrap_deg(scaled - signed_angle_deg(a, b))) == pytest.approx(0.0, abs=1e-6)


@given(st.floats(-100_000, 100_000))
def test_wrap_keeps_the_direction_and_the_range(angle):
    wrapped = wrap_deg(angle)
    assert -180.0 <= wrapped <= 180.0
    assert math.cos(math.radians(wrapped)) == pytest.approx(math.cos(math.radians(angle)), abs=1e-6)
    assert math.sin(math.radians(wrapped)) == pytest.approx(math.sin(math.radians(angle)), abs=1e-6)


@pytest.mark.parametrize(
    ("angle", "expected"), [(190, -170), (-190, 170), (360, 0), (540, -180), (0, 0), (179, 179)]
)
def test_wrap_by_hand(angle, expected):
    assert wrap_deg(angle) == expected
