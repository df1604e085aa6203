"""Legs that the pose model mixed up are separated again."""

import math

import numpy as np
import pytest

from formcheck.core.body.leg_identity import FOLLOW, separate
from formcheck.core.pose import FloatArray

THIGH, SHIN = 0.8, 0.8


def _legs(lifted_deg: float) -> FloatArray:
    """Left leg lifted, its shin hanging; right leg standing; from the point between the hips."""
    angle = math.radians(lifted_deg)
    x, y = THIGH * math.sin(angle), THIGH * math.cos(angle)
    return np.array([[x, y], [x, y + SHIN], [0.0, THIGH], [0.0, THIGH + SHIN]])


def _mixed(legs: FloatArray, weight: float) -> FloatArray:
    """What the model says when it is unsure which leg is which."""
    return weight * legs + (1 - weight) * legs[[2, 3, 0, 1]]


@pytest.mark.parametrize("weight", [0.0, 0.3, 0.5, 0.8])
@pytest.mark.parametrize("lifted_deg", [60.0, 90.0, 110.0])
def test_a_leg_held_up_stays_where_it_is_however_the_labels_mix(
    weight: float, lifted_deg: float
) -> None:
    legs = _legs(lifted_deg)
    assert separate(legs, _mixed(legs, weight), THIGH, SHIN) == pytest.approx(legs, abs=1e-9)


def test_a_leg_that_moves_is_followed_by_its_share() -> None:
    before, now = _legs(90.0), _legs(80.0)
    again = separate(before, _mixed(now, 0.4), THIGH, SHIN)
    angle_deg = math.degrees(math.atan2(again[0, 0], again[0, 1]))
    assert angle_deg == pytest.approx(90.0 - FOLLOW * 10.0, abs=0.2)
    assert again[2:] == pytest.approx(before[2:])


def _kneeling(front_foot_x: float) -> FloatArray:
    """Left foot in front, right knee on the floor under the hip, its shin behind."""
    return np.array([[THIGH, 0.0], [front_foot_x, SHIN], [0.0, THIGH], [-SHIN, THIGH]])


def test_both_legs_of_who_kneels_stay_where_they_were() -> None:
    before = _kneeling(THIGH)
    seen = _mixed(_kneeling(THIGH + 0.1), 0.5)
    assert separate(before, seen, THIGH, SHIN) == pytest.approx(before)


def test_legs_with_the_knees_together_and_one_shin_up_stay_where_they_were() -> None:
    """Lying, one leg straight up, the other foot on the floor: only the ankles can be mixed."""
    before = np.array([[-0.5, -0.6], [-1.1, -1.2], [-0.5, -0.6], [-0.9, 0.0]])
    assert separate(before, _mixed(before, 0.4), THIGH, SHIN) == pytest.approx(before)


@pytest.mark.parametrize("scale", [0.5, 3.0])
@pytest.mark.parametrize("mirror", [1.0, -1.0])
def test_parting_does_not_depend_on_size_or_on_which_way_the_person_faces(
    scale: float, mirror: float
) -> None:
    before, seen = _legs(90.0), _mixed(_legs(75.0), 0.6)
    turn = scale * np.array([mirror, 1.0])
    other = separate(before * turn, seen * turn, THIGH * scale, SHIN * scale)
    assert other == pytest.approx(separate(before, seen, THIGH, SHIN) * turn, abs=1e-9)


def test_the_lengths_of_the_lifted_leg_are_the_persons_own() -> None:
    again = separate(_legs(90.0), _mixed(_legs(70.0), 0.5) * 0.9, THIGH, SHIN)
    assert np.hypot(*again[0]) == pytest.approx(THIGH)
    assert np.hypot(*(again[1] - again[0])) == pytest.approx(SHIN)
