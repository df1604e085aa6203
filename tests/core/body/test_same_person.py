"""Several people in one recording: what was learned of one must not mislead for the next."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.core.body.same_person import OtherBody
from formcheck.core.body.tracker import Tracker
from formcheck.core.pose import SIDES, Pose, landmark_of
from formcheck.core.trial.figure import SIZE, STANDING, other_facing
from tests.support.sessions import march, poses_of, run
from tests.support.stick_figure import times

LONG, SHORT = 1.25, 0.8


def built(pose: Pose, thigh: float) -> Pose:
    """The same pose of somebody whose thighs are this much longer, down to the feet."""
    landmarks = pose.landmarks.copy()
    for side in SIDES:
        hip, knee = (landmarks[landmark_of(side, j), :2].copy() for j in ("hip", "knee"))
        longer = (thigh - 1) * (knee - hip)
        for joint in ("knee", "ankle", "heel", "foot_index"):
            landmarks[landmark_of(side, joint), :2] += longer
    return replace(pose, landmarks=landmarks)


def later(poses: list[Pose], by_s: float) -> list[Pose]:
    return [replace(pose, time_s=pose.time_s + by_s) for pose in poses]


def nobody(from_s: float, seconds: float) -> list[Pose]:
    return [Pose.missing(from_s + t, SIZE) for t in times(seconds)]


def still(seconds: float, thigh: float) -> list[Pose]:
    return [built(pose, thigh) for pose in poses_of(lambda _t: STANDING, seconds)]


def others_found(poses: list[Pose]) -> list[float]:
    watch = OtherBody()
    return [pose.time_s for pose in poses if watch.update(pose)]


def test_another_build_after_nobody_is_somebody_else_once():
    poses = still(3, LONG) + nobody(3, 2) + later(still(5, SHORT), 5)
    (at_s,) = others_found(poses)
    assert 6.0 <= at_s <= 6.2


def test_a_jump_is_as_good_as_nobody():
    aside = [replace(p, landmarks=p.landmarks + np.array([0.3, 0, 0, 0])) for p in still(3, SHORT)]
    assert len(others_found(still(3, LONG) + later(aside, 3))) == 1


@pytest.mark.parametrize("thigh", [1.0, 1.05])
def test_who_comes_back_is_the_same(thigh):
    assert others_found(still(3, 1.0) + nobody(3, 4) + later(still(3, thigh), 7)) == []


def test_nobody_becomes_another_before_the_camera_s_eyes():
    # As the model may see a turn or a step toward the camera.
    assert others_found(still(3, LONG) + later(still(3, SHORT), 3)) == []


def test_bent_legs_say_nothing():
    squat = [
        built(pose, SHORT)
        for pose in poses_of(
            lambda _t: STANDING.but(thigh_left=60, knee_left=90, thigh_right=60, knee_right=90), 4
        )
    ]
    assert others_found(still(3, LONG) + nobody(3, 2) + later(squat, 5)) == []


def test_the_next_person_is_counted_as_if_alone():
    alone = [built(pose, SHORT) for pose in poses_of(march(), 13)]
    before = still(4, LONG) + nobody(4, 3)
    _, expected = run("standing_march", alone)
    results, found = run("standing_march", before + later(alone, 7))
    assert found.totals == expected.totals
    assert [rep.start_s - 7 for rep in found.reps] == pytest.approx(
        [rep.start_s for rep in expected.reps], abs=0.05
    )
    assert results[-1].time_s == pytest.approx(20, abs=0.05)


def test_the_new_body_is_learned_anew():
    def restarts(poses: list[Pose]) -> list[float]:
        tracker = Tracker()
        return [pose.time_s for pose in poses if tracker.update(pose).restarted]

    before = still(3, LONG) + nobody(3, 2)
    (anew_s,) = restarts(before + later(still(3, SHORT), 5))
    assert 6 <= anew_s <= 6.2  # when the new one has stood straight for a second
    assert restarts(before + later(still(3, LONG), 5)) == []


def test_facing_the_other_way_is_the_same_body():
    turned = poses_of(lambda _t: other_facing(STANDING), 3)
    same = poses_of(lambda _t: STANDING, 3)
    assert others_found(same + nobody(3, 2) + later(turned, 5)) == []
