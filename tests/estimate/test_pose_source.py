"""Poses from whatever there is: recordings here, a camera's by hand, videos with the model."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import numpy as np
import pytest

import formcheck as fc
from formcheck.capture.frame import Frame, SourceInfo
from formcheck.core.pose import Pose
from formcheck.errors import SourceError
from formcheck.estimate import pose_source
from formcheck.estimate.models import PoseModel
from formcheck.io import poses as pose_recording
from tests.support.march_data import march

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.poses.npz"
    pose_recording.write(path, march())
    return path


def test_a_recording_gives_its_poses_and_what_is_known_of_it(clip: Path) -> None:
    recording = march()
    with fc.open_poses(clip) as poses:
        assert (poses.name, poses.fps, poses.size_px) == (
            "clip.poses.npz", recording.fps, recording.size_px,
        )  # fmt: skip
        assert poses.duration_s == pytest.approx(recording.duration_s)
        times = [pose.time_s for pose in poses]
        assert poses.image is None
    assert times == [pose.time_s for pose in recording]


def test_a_recording_may_have_any_name_that_ends_in_npz(clip: Path) -> None:
    other = shutil.copy(clip, clip.with_name("anna.npz"))
    with fc.open_poses(str(other)) as poses:
        assert isinstance(next(poses), fc.Pose)


def test_the_loop_comes_to_what_the_analysis_comes_to(clip: Path) -> None:
    session = fc.Session(fc.load_spec("standing_march"))
    with fc.open_poses(clip, spec=session.spec) as poses:
        for pose in poses:
            session.update(pose)
    assert session.finish() == fc.analyze(clip, "standing_march").summary


def test_what_is_closed_gives_nothing_more(clip: Path) -> None:
    poses = fc.open_poses(clip)
    next(poses)
    poses.close()
    poses.close()
    assert list(poses) == []


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("gone.mp4", "gone.mp4 does not exist"),
        (Path("gone.npz"), "gone.npz does not exist"),
        (-1, "there is no camera -1; the first one is 0"),
        (
            "s3://clips/a.mp4",
            "s3://clips/a.mp4 is neither a file nor a stream's address (rtsp://…, http://…)",
        ),
        (
            2.5,
            "the source should be a file, a camera's number or a stream's address, but is 2.5",
        ),
    ],
)
def test_what_cannot_be_opened_is_said_in_one_sentence(source: Any, sentence: str) -> None:
    with pytest.raises(SourceError) as refused:
        fc.open_poses(source)
    assert str(refused.value) == sentence


class HandCamera:
    """Gives some pictures, a little later each, then goes away."""

    def __init__(self, count: int) -> None:
        self.info = SourceInfo("camera 0", None, 25.0, 64, 48)
        self.warnings: list[str] = []
        self.released = False
        self._count = count

    def __iter__(self) -> Iterator[Frame]:
        for number in range(self._count):
            time.sleep(0.02)
            yield Frame(number / 25, np.full((48, 64, 3), 50 + number, np.uint8))
        self.warnings.append("camera 0 gave no more pictures after 0.2 s")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.released = True


class Nobody:
    """An estimator that finds nobody."""

    def __init__(self) -> None:
        self.closed = False

    def estimate(self, frame: Frame) -> Pose:
        return Pose.missing(frame.time_s, (64, 48))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.closed = True


def test_a_camera_gives_its_newest_pictures_until_it_goes_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    camera, nobody = HandCamera(6), Nobody()
    monkeypatch.setattr(
        pose_source.model_store, "load", lambda name: PoseModel(name, Path("m"), "0")
    )
    monkeypatch.setattr(pose_source, "load_estimator", lambda model, with_outline: nobody)
    monkeypatch.setattr(pose_source, "open_camera", lambda address: camera)
    with fc.open_poses(0, images=True) as poses:
        assert (poses.name, poses.fps, poses.size_px) == ("camera 0", 25.0, (64, 48))
        assert poses.duration_s is None
        seen = []
        for pose in poses:
            assert poses.image is not None
            seen.append((pose.time_s, int(poses.image[0, 0, 0])))
        assert poses.warnings == ["camera 0 gave no more pictures after 0.2 s"]
    assert 0 < len(seen) <= 6
    assert seen == sorted(seen)
    assert camera.released
    assert nobody.closed


@pytest.mark.model
def test_a_video_gives_poses_with_their_pictures(model_path: Path) -> None:
    with fc.open_poses(SAMPLES / "glute_bridge.mp4", model=str(model_path), images=True) as poses:
        assert poses.size_px == (1280, 720)
        pose = next(poses)
        assert poses.image is not None
        assert poses.image.shape == (720, 1280, 3)
        assert pose.size_px == poses.size_px


@pytest.mark.model
def test_an_estimator_takes_plain_pictures(model_path: Path) -> None:
    with fc.PoseEstimator(str(model_path)) as estimator:
        pose = estimator.pose_in(np.zeros((48, 64, 3), np.uint8), 1.5)
    assert (pose.time_s, pose.size_px, pose.detected) == (1.5, (64, 48), False)
