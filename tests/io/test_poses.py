from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from formcheck.core.pose import Pose
from formcheck.errors import SourceError
from formcheck.io import poses as pose_recording
from formcheck.io.poses import PoseRecording

SIZE = (640, 480)


def _pose(time_s: float, seed: int, outline: bool = False) -> Pose:
    random = np.random.default_rng(seed)

    def single(*shape: int) -> Any:
        return random.normal(size=shape).astype(np.float32).astype(np.float64)

    return Pose(time_s, SIZE, single(33, 4), single(33, 3), single(7) if outline else None)


def _arrays(frames: int = 3) -> dict[str, Any]:
    return {
        "time_s": np.arange(frames) / 30,
        "landmarks": np.zeros((frames, 33, 4), dtype=np.float32),
        "world": np.zeros((frames, 33, 3), dtype=np.float32),
        "size_px": np.array(SIZE),
        "fps": np.array(30.0),
    }


def _same(a: Pose, b: Pose) -> bool:
    return (
        a.time_s == b.time_s
        and a.size_px == b.size_px
        and np.array_equal(a.landmarks, b.landmarks, equal_nan=True)
        and np.array_equal(a.world, b.world, equal_nan=True)
        and (a.outline is None) == (b.outline is None)
        and (a.outline is None or np.array_equal(a.outline, b.outline))  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("outline", [False, True])
def test_what_is_read_is_what_was_written_to_the_last_bit(tmp_path: Path, outline: bool) -> None:
    poses = [_pose(0.0, 1, outline), Pose.missing(1 / 3, SIZE), _pose(2 / 3, 2, outline)]
    written = PoseRecording(poses, SIZE, 29.97, ("full", "4eaa"), ("the video is cut off",))
    path = tmp_path / "a.poses.npz"
    pose_recording.write(path, written)
    read = pose_recording.read(path)
    assert all(_same(a, b) for a, b in zip(poses, read, strict=True))
    assert (read.size_px, read.fps, read.model, read.warnings) == (
        SIZE,
        29.97,
        ("full", "4eaa"),
        ("the video is cut off",),
    )
    assert not read.poses[1].detected
    assert read.duration_s == pytest.approx(2 / 3 + 1 / 29.97)


def test_how_many_people_were_in_the_picture_is_read_back(tmp_path: Path) -> None:
    poses = [replace(_pose(i / 30, i), people=people) for i, people in enumerate((1, 3, 2))]
    path = tmp_path / "a.poses.npz"
    pose_recording.write(path, PoseRecording(poses, SIZE, 30.0))
    assert [pose.people for pose in pose_recording.read(path)] == [1, 3, 2]


def test_the_five_plain_arrays_are_enough(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", **_arrays())
    read = pose_recording.read(tmp_path / "a.npz")
    assert (len(read.poses), read.model, read.warnings) == (3, None, ())
    assert read.poses[0].landmarks.dtype == np.float64


def _object_array() -> Any:
    return np.array([{"a": 1}], dtype=object)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"world": None},
            "{path} is not a pose recording: the array 'world' is missing "
            "(it has fps, landmarks, size_px, time_s)",
        ),
        (
            {"landmarks": np.zeros((3, 17, 3))},
            "{path}: 'landmarks' should have shape (3, 33, 4), but has (3, 17, 3)",
        ),
        ({"time_s": np.array([0, 2, 1.0])}, "{path}: 'time_s' must rise from frame to frame"),
        ({"time_s": np.array([0, np.nan, 1])}, "{path}: 'time_s' must rise from frame to frame"),
        (
            {"time_s": np.array([])},
            "{path}: 'time_s' should be a list of times, but has shape (0,)",
        ),
        ({"time_s": np.array(["a"])}, "{path}: 'time_s' should hold numbers, but holds <U1"),
        (
            {"size_px": np.array([0, 5])},
            "{path}: 'size_px' should be width and height in pixels, but is [0 5]",
        ),
        ({"fps": np.array(0)}, "{path}: 'fps' should be pictures a second, but is 0"),
        ({"fps": np.array(np.nan)}, "{path}: 'fps' should be pictures a second, but is nan"),
        ({"fps": np.array([30, 30])}, "{path}: 'fps' should be pictures a second, but is [30 30]"),
        (
            {"outline": np.zeros((2, 7))},
            "{path}: 'outline' should have one row for each of 3 frames, but has shape (2, 7)",
        ),
        (
            {"model": np.array(["full"])},
            "{path}: 'model' should be a name and a sha256, but is ('full',)",
        ),
        ({"warnings": np.zeros(2)}, "{path}: 'warnings' should hold texts, but holds float64"),
    ],
)
def test_arrays_that_are_wrong(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    arrays = {k: v for k, v in {**_arrays(), **changes}.items() if v is not None}
    path = tmp_path / "a.poses.npz"
    np.savez(path, **arrays)
    with pytest.raises(SourceError) as caught:
        pose_recording.read(path)
    assert str(caught.value) == message.format(path=path)


def test_a_frame_is_known_whole_or_not_at_all(tmp_path: Path) -> None:
    arrays = _arrays()
    arrays["landmarks"][1, 5, 0] = np.nan
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(SourceError, match="only some numbers are finite"):
        pose_recording.read(tmp_path / "a.npz")


def test_pickles_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "evil.npz"
    np.savez(path, allow_pickle=True, **{**_arrays(), "size_px": _object_array()})
    with pytest.raises(SourceError, match="is a damaged pose recording: Object arrays cannot"):
        pose_recording.read(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "{path} does not exist"),
        (b"", "{path} is not a pose recording (no .npz file); make one with 'formcheck poses'"),
        (b"text", "{path} is not a pose recording (no .npz file); make one with 'formcheck poses'"),
    ],
)
def test_files_that_are_no_recording(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "a.poses.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SourceError) as caught:
        pose_recording.read(path)
    assert str(caught.value) == message.format(path=path)


def test_every_damaged_byte_is_an_error_or_harmless(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez_compressed(path, **_arrays())
    whole = path.read_bytes()
    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        try:
            pose_recording.read(path)
        except SourceError:
            continue
    for at in range(0, len(whole), 31):
        path.write_bytes(whole[:at])
        with pytest.raises(SourceError):
            pose_recording.read(path)
