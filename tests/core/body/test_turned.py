from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.core.body.turned import Turn, TurnWatch, turned
from formcheck.core.pose import Pose
from formcheck.core.trial.figure import STANDING, SUPINE

TURNS: tuple[Turn, ...] = (0, 90, 180, 270)


def seen(*poses: Pose, position: str = "standing", fps: float = 30) -> Turn:
    watch = TurnWatch(position)  # type: ignore[arg-type]
    for number, pose in enumerate(poses):
        watch.update(replace(pose, time_s=number / fps))
    return watch.turn


@pytest.mark.parametrize("turn", TURNS)
def test_turned_four_ways_and_back(turn: Turn) -> None:
    pose = STANDING.pose()
    there = turned(pose, turn)
    assert there.size_px == (pose.size_px if turn in (0, 180) else pose.size_px[::-1])
    back = turned(there, (360 - turn) % 360)  # type: ignore[arg-type]
    assert np.allclose(back.landmarks, pose.landmarks)
    assert np.allclose(back.world, pose.world)
    assert seen(*[turned(pose, turn)] * 60) == (360 - turn) % 360


def test_a_clockwise_turn_brings_the_top_to_the_right() -> None:
    pose = STANDING.pose()
    head = turned(pose, 90).points_px[0]
    assert head[0] == pytest.approx(pose.size_px[1] - pose.points_px[0, 1])
    assert head[1] == pytest.approx(pose.points_px[0, 0])
    assert turned(pose, 90).world[0] == pytest.approx(
        (-pose.world[0, 1], pose.world[0, 0], pose.world[0, 2])
    )


def test_less_than_a_second_says_nothing() -> None:
    assert seen(*[turned(STANDING.pose(), 90)] * 20) == 0


def test_who_gets_up_from_the_floor_is_not_turned() -> None:
    lying, standing = turned(STANDING.pose(), 90), STANDING.pose()
    assert seen(*[lying] * 90, *[standing] * 30) == 0


def test_who_lies_for_the_exercise_is_not_turned() -> None:
    assert seen(*[SUPINE.pose()] * 90, position="supine") == 0
    assert seen(*[Pose.missing(0, (640, 360))] * 90) == 0
