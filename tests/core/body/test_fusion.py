"""Two networks that look at the same pictures."""

from __future__ import annotations

import dataclasses
import itertools
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.capture.frame import Frame
from formcheck.capture.video_file import VideoFile
from formcheck.core.body.fusion import HIP_LINE_SHARE, SECOND_S_SHARE, merged
from formcheck.core.body.leg_identity import exchange_legs
from formcheck.core.pose import Landmark, Pose
from formcheck.core.trial.figure import STANDING
from formcheck.errors import ModelError
from formcheck.estimate import models as model_store
from formcheck.estimate.models import PoseModel
from formcheck.estimate.pair import PairedEstimator
from formcheck.estimate.segment_tracking import load_estimator

LIFTED = STANDING.but(thigh_left=70, knee_left=80)
NOBODY = Pose.missing(0.0, (1280, 720))


def _moved(pose: Pose, across: float, down: float) -> Pose:
    landmarks = pose.landmarks + np.array([across, down, 0.0, 0.0])
    return dataclasses.replace(pose, landmarks=landmarks)


def _with_outline(pose: Pose, *stations: float) -> Pose:
    return dataclasses.replace(pose, outline=np.array(stations))


small = st.floats(-0.02, 0.02)


@given(small, small)
def test_points_lie_between_the_two_nearer_to_the_second(across: float, down: float) -> None:
    first = LIFTED.pose(0.0)
    both = merged(first, _moved(first, across, down))
    expected = first.landmarks[:, :2] + SECOND_S_SHARE * np.array([across, down])
    assert np.allclose(both.landmarks[:, :2], expected, atol=1e-6)


@given(small, small)
def test_where_the_picture_s_edge_is_changes_nothing(across: float, down: float) -> None:
    first, second = LIFTED.pose(0.0), STANDING.but(thigh_left=64, knee_left=85).pose(0.0)
    moved = merged(_moved(first, across, down), _moved(second, across, down))
    assert np.allclose(
        moved.landmarks, _moved(merged(first, second), across, down).landmarks, atol=1e-6
    )


def test_which_hip_is_lower_from_the_front_is_mostly_the_first_one_s_to_say() -> None:
    """The numbers that make a drop of the pelvis of it were made with the first one."""

    def slope(pose: Pose) -> float:
        left, right = pose.landmarks[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP], 1]
        return float(left - right)

    for figure, share in ((STANDING.but(turn_deg=0), HIP_LINE_SHARE), (STANDING, SECOND_S_SHARE)):
        first = figure.pose(0.0)
        landmarks = first.landmarks.copy()
        landmarks[Landmark.LEFT_HIP, 1] += 0.01
        second = dataclasses.replace(first, landmarks=landmarks)
        both = merged(first, second)
        assert slope(both) == pytest.approx(
            (1 - share) * slope(first) + share * slope(second), abs=1e-6
        )
        # Where the pelvis is is said by both as ever.
        hips = both.landmarks[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP], 1].mean()
        level = first.landmarks[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP], 1].mean()
        assert hips == pytest.approx(level + SECOND_S_SHARE * 0.005, abs=1e-6)


def test_two_that_agree_are_believed() -> None:
    pose = LIFTED.pose(0.0)
    assert np.allclose(merged(pose, pose).landmarks, pose.landmarks, atol=1e-6)


def test_of_legs_that_they_call_differently_those_further_apart_are_believed() -> None:
    wide, narrow = LIFTED.pose(0.0), STANDING.but(thigh_left=60, knee_left=70).pose(0.0)
    legs = slice(Landmark.LEFT_KNEE, None)
    for first, second in ((wide, exchange_legs(narrow)), (exchange_legs(narrow), wide)):
        both = merged(first, _moved(second, 0.001, 0.0))
        believed = wide if first is wide else _moved(wide, 0.001, 0.0)
        assert np.allclose(both.landmarks[legs, :2], believed.landmarks[legs, :2])


def test_a_network_that_lays_the_legs_together_is_not_asked_about_them() -> None:
    clear = LIFTED.pose(0.0)
    landmarks = clear.landmarks.copy()
    legs = slice(Landmark.LEFT_KNEE, None)
    both_legs = (
        landmarks[Landmark.LEFT_KNEE :: 2, :2] + landmarks[Landmark.RIGHT_KNEE :: 2, :2]
    ) / 2
    landmarks[Landmark.LEFT_KNEE :: 2, :2] = landmarks[Landmark.RIGHT_KNEE :: 2, :2] = both_legs
    landmarks[legs, 3] = 0.7
    unsure = dataclasses.replace(clear, landmarks=landmarks)
    assert np.array_equal(merged(clear, unsure).landmarks[legs], clear.landmarks[legs])
    # Where they lie is the clear one's, but how well they are seen is always the first one's.
    both = merged(unsure, clear).landmarks[legs]
    assert np.array_equal(both[:, :2], clear.landmarks[legs, :2])
    assert np.array_equal(both[:, 3], unsure.landmarks[legs, 3])


def test_legs_that_lie_on_one_another_are_both_s() -> None:
    first = STANDING.pose(0.0)
    both = merged(first, exchange_legs(_moved(first, 0.01, 0.0)))
    assert np.abs(both.landmarks - first.landmarks)[Landmark.LEFT_KNEE :, 0].min() > 0.005


def test_the_first_says_how_far_away_the_points_are_and_how_well_seen() -> None:
    first = LIFTED.pose(0.0)
    deeper = dataclasses.replace(
        first, landmarks=first.landmarks + np.array([0, 0, 0.3, -0.4]), world=first.world + 0.2
    )
    both = merged(first, deeper)
    assert np.array_equal(both.landmarks[:, 2:], first.landmarks[:, 2:])
    assert np.array_equal(both.world, first.world)


def test_one_is_enough() -> None:
    pose = LIFTED.pose(0.0)
    assert merged(pose, NOBODY) is pose
    assert merged(NOBODY, pose) is pose
    assert not merged(NOBODY, NOBODY).detected


def test_somebody_else_is_not_mixed_in() -> None:
    first = LIFTED.pose(0.0)
    trunk = first.landmarks[Landmark.LEFT_HIP, 1] - first.landmarks[Landmark.LEFT_SHOULDER, 1]
    assert merged(first, _moved(first, 0.0, 0.4 * trunk)) is not first
    assert merged(first, _moved(first, 0.0, 0.6 * trunk)) is first


def test_a_station_of_the_outline_is_as_those_saw_it_who_saw_it() -> None:
    pose = LIFTED.pose(0.0)
    nan = float("nan")
    both = merged(_with_outline(pose, 0.1, nan, 0.3, nan), _with_outline(pose, 0.2, 0.5, nan, nan))
    assert both.outline == pytest.approx([0.17, 0.5, 0.3, nan], nan_ok=True)
    assert merged(_with_outline(pose, 0.1), pose).outline == pytest.approx([0.1])
    assert merged(pose, _with_outline(pose, 0.1)).outline == pytest.approx([0.1])
    assert merged(pose, pose).outline is None


class _Looking:
    """Stands for an estimator; notes what it was asked in which thread."""

    def __init__(self, pose: Pose) -> None:
        self.found_in: list[threading.Thread] = []
        self.closed = False
        self._pose = pose

    def __enter__(self) -> _Looking:
        return self

    def __exit__(self, *_: object) -> None:
        self.closed = True

    def estimate(self, frame: Frame) -> Pose:
        raise NotImplementedError

    def prepare(self, frame: Frame) -> Frame:
        return frame

    def find(self, prepared: Frame) -> Frame:
        self.found_in.append(threading.current_thread())
        return prepared

    def pose(self, found: Frame) -> Pose:
        return dataclasses.replace(self._pose, time_s=found.time_s)


class _Failing(_Looking):
    def find(self, prepared: Frame) -> Frame:
        raise ModelError("cannot look")

    def __exit__(self, *_: object) -> None:
        super().__exit__()
        raise ModelError("cannot close")


def _frame(time_s: float) -> Frame:
    return Frame(time_s, np.zeros((720, 1280, 3), np.uint8))


def test_each_of_a_pair_looks_in_a_thread_of_its_own() -> None:
    first, second = (_Looking(_moved(LIFTED.pose(0.0), x, 0.0)) for x in (0.0, 0.01))
    with PairedEstimator(first, second) as pair:
        poses = [pair.estimate(_frame(t)) for t in (0.0, 0.1, 0.2)]
    assert [pose.time_s for pose in poses] == [0.0, 0.1, 0.2]
    for pose in poses:
        assert np.allclose(pose.landmarks, merged(first._pose, second._pose).landmarks)
    assert set(first.found_in) == {threading.current_thread()}
    assert len(set(second.found_in)) == 1
    assert set(second.found_in) != set(first.found_in)
    assert first.closed
    assert second.closed


def test_what_one_of_a_pair_cannot_do_is_told_and_both_are_closed() -> None:
    first, second = _Failing(LIFTED.pose(0.0)), _Looking(LIFTED.pose(0.0))
    for pair in (PairedEstimator(first, second), PairedEstimator(second, first)):
        with pytest.raises(ModelError, match="cannot look"):
            pair.estimate(_frame(0.0))
        with pytest.raises(ModelError, match="cannot close"):
            pair.__exit__(None, None, None)
        assert first.closed
        assert second.closed
        first.closed = second.closed = False


@pytest.mark.usefixtures("model_path")
def test_two_real_models_look_at_a_video() -> None:
    if not model_store.is_present("lite"):
        pytest.skip("the lite model is not here; run 'formcheck models fetch lite'")
    sample = Path(__file__).parents[3] / "samples" / "standing_march.mp4"
    with VideoFile(sample) as video:
        frames = list(itertools.islice(video, 15))
    poses = {}
    for name in ("full", "lite", "full+lite"):
        with load_estimator(model_store.load(name), with_outline=True) as estimator:
            poses[name] = [estimator.estimate(frame) for frame in frames]
    for full, lite, both in zip(*poses.values(), strict=True):
        expected = merged(full, lite)
        assert full.detected
        assert np.array_equal(both.landmarks, expected.landmarks)
        assert np.array_equal(both.outline, expected.outline, equal_nan=True)


def test_a_second_model_that_is_none_is_told(model_path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.task"
    other.write_bytes(b"no model")
    with pytest.raises(ModelError) as caught:
        load_estimator(PoseModel("full+other", model_path, "", other), with_outline=False)
    assert str(caught.value) == (
        f"{other} is not a pose model that MediaPipe can load; give a pose_landmarker .task file"
    )
