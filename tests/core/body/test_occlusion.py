"""Holds of people on whose legs the pose model gives up for seconds, though they do not move."""

from __future__ import annotations

from dataclasses import replace

import pytest

from formcheck.core.body.occlusion import LONGEST_S
from formcheck.core.pose import Landmark, Pose
from tests.support.sessions import kneel, lost, play, poses_of, run

STRETCH = "half_kneeling_hip_flexor_stretch"
KNEES = (Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE)


def without_knees(poses: list[Pose], from_s: float, to_s: float) -> list[Pose]:
    return [lost(p, KNEES) if from_s < p.time_s < to_s else p for p in poses]


def moved(pose: Pose, by: float) -> Pose:
    """The whole person, aside by this share of the picture's width."""
    landmarks = pose.landmarks.copy()
    landmarks[:, 0] += by
    return replace(pose, landmarks=landmarks)


def held(poses: list[Pose]) -> list[float]:
    return [hold.hold_s for hold in run(STRETCH, poses)[1].holds if hold.side == "left"]


def test_a_hold_goes_on_while_the_legs_cannot_be_told_and_nothing_moves():
    _, seen = play(STRETCH, kneel(), 15)
    hidden = held(without_knees(poses_of(kneel(), 15), 5.0, 9.0))
    assert hidden == [pytest.approx(seen.totals.hold_s["left"], abs=0.05)]


def test_it_ends_where_hips_moved_meanwhile():
    poses = without_knees(poses_of(kneel(), 15), 5.0, 9.0)
    gone = [moved(p, 0.04) if 6.0 < p.time_s < 9.0 else p for p in poses]
    first, second = held(gone)
    assert first == pytest.approx(6.0 - 2.45, abs=0.15)
    assert second == pytest.approx(12.6 - 9.0, abs=0.3)


def test_it_is_not_believed_for_ever():
    poses = without_knees(poses_of(kneel(), 15), 3.0, 20.0)
    (hold,) = held(poses)
    assert hold == pytest.approx(3.0 - 2.45 + LONGEST_S, abs=0.15)


def test_no_hold_begins_without_the_legs():
    assert held(without_knees(poses_of(kneel(), 15), 0.0, 20.0)) == []
