"""A long video in pieces: the plan, the seams, the same to the digit with any number of workers."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Generator
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from formcheck.batch.analyze import Job, Outputs, analyze
from formcheck.capture.frame import Frame
from formcheck.capture.segment import WHOLE, Segment
from formcheck.capture.video_file import VideoFile
from formcheck.core.pose import Pose
from formcheck.errors import SourceError
from formcheck.estimate import segments as cuts
from formcheck.estimate.models import PoseModel
from formcheck.estimate.segments import (
    WARM_UP_S,
    TrackedFrame,
    joins,
    plan,
    segments_of,
    stitched,
)
from formcheck.estimate.track import open_pose_track
from formcheck.io.specs import load_spec

MINUTE = 60
FPS = 30


def _plan(length_s: float, *, key_every_s: float = 2.0) -> tuple[Segment, ...]:
    times = list(range(round(length_s * FPS)))
    keys = [t for t in times if t % round(key_every_s * FPS) == 0]
    return plan(times, keys, Fraction(1, FPS), 0.0)


@pytest.mark.parametrize(
    ("minutes", "count"), [(0.1, 1), (3.9, 1), (4.1, 5), (7.9, 5), (10, 9), (60, 33)]
)
def test_a_long_video_is_cut_into_a_power_of_two_and_one_is_halved(
    minutes: float, count: int
) -> None:
    assert len(_plan(minutes * MINUTE)) == count


def test_the_pieces_hold_every_picture_once() -> None:
    pieces = _plan(10 * MINUTE)
    assert pieces[0].start_s == -math.inf
    assert pieces[-1].end_s == math.inf
    for before, after in itertools.pairwise(pieces):
        assert before.end_s == after.start_s


def test_all_but_the_outer_pieces_are_equally_long_and_decoding_begins_where_it_can() -> None:
    pieces = _plan(10 * MINUTE, key_every_s=2.0)
    starts_s = [piece.start_s for piece in pieces[1:]]
    assert np.diff([0, *starts_s, 600]) == pytest.approx([37.5, *[75] * 7, 37.5], abs=2.0)
    for piece in pieces[1:]:
        assert piece.key_time is not None
        assert piece.key_time % (2 * FPS) == 0
        assert piece.warm_s == pytest.approx(piece.key_time / FPS)
        assert piece.start_s == pytest.approx(piece.warm_s + WARM_UP_S)


def test_where_pictures_to_begin_with_are_rare_there_are_fewer_pieces() -> None:
    assert len(_plan(10 * MINUTE, key_every_s=200)) == 3
    assert _plan(10 * MINUTE, key_every_s=1000) == (Segment(-math.inf, -math.inf, math.inf),)


@pytest.mark.parametrize("spoil", ["no time", "twice the same", "a clock that begins anew"])
def test_an_odd_clock_is_not_cut(spoil: str) -> None:
    times: list[int | None] = list(range(10 * MINUTE * FPS))
    if spoil == "no time":
        times[1000] = None
    elif spoil == "twice the same":
        times[1000] = 999
    else:
        times[9000:] = range(-9000, 0)
    keys = [t for t in times if t is not None and t % 60 == 0]
    assert plan(times, keys, Fraction(1, FPS), 0.0) == (WHOLE,)


def test_pictures_stored_out_of_order_are_no_odd_clock() -> None:
    times = [t for group in range(0, 10 * MINUTE * FPS, 3) for t in (group, group + 2, group + 1)]
    assert len(plan(times, list(range(0, len(times), 60)), Fraction(1, FPS), 0.0)) == 9


def _person(time_s: float, *, x: float = 0.5) -> Pose:
    landmarks = np.full((33, 4), 0.5)
    landmarks[:, 0] = x
    landmarks[11:13, 1], landmarks[23:25, 1] = 0.2, 0.5
    landmarks[25:27, 1], landmarks[27:29, 1] = 0.7, 0.9
    landmarks[11:33:2, 0] += 0.01
    return Pose(time_s, (100, 100), landmarks, np.zeros((33, 3)))


def test_seams_join_where_the_same_person_is_in_the_same_place() -> None:
    before = [_person(i / 10) for i in range(10)]
    assert joins(before, [_person(pose.time_s, x=0.51) for pose in before])
    assert not joins(before, [_person(pose.time_s, x=0.6) for pose in before])
    missing = [Pose.missing(pose.time_s, (100, 100)) for pose in before]
    assert joins(missing, missing)
    assert not joins(before, missing)
    assert joins(before, [*missing[:2], *before[2:]])
    assert not joins(before, [*missing[:3], *before[3:]])


def test_exchanged_legs_are_no_other_person() -> None:
    before = [_person(i / 10) for i in range(10)]
    order = list(range(33))
    order[23:] = [24, 23, 26, 25, 28, 27, 30, 29, 32, 31]
    swapped = [
        dataclasses.replace(pose, landmarks=pose.landmarks[order], world=pose.world[order])
        for pose in before
    ]
    assert joins(before, swapped)


class _FakeTracker:
    """Tracks pieces; what it finds depends on how long it has been running, as the real one."""

    def __init__(self, lost_after_restart_s: float = 0.0) -> None:
        self.tracked: list[Segment] = []
        self._lost_s = lost_after_restart_s

    def __call__(self, piece: Segment) -> Generator[TrackedFrame]:
        self.tracked.append(piece)
        begin_s = max(piece.warm_s, 0.0)
        for i in range(400):
            time_s = i / 10
            if piece.warm_s <= time_s < piece.end_s:
                lost = 0 < time_s - begin_s < self._lost_s and begin_s > 0
                yield None, Pose.missing(time_s, (100, 100)) if lost else _person(time_s)


PIECES = (
    Segment(-math.inf, -math.inf, 10.0),
    Segment(7.0, 10.0, 20.0, 70),
    Segment(17.0, 20.0, math.inf, 170),
)


def test_every_picture_comes_once_and_in_order() -> None:
    tracker = _FakeTracker()
    times = [pose.time_s for _, pose in stitched(PIECES, tracker)]
    assert times == [i / 10 for i in range(400)]
    assert tracker.tracked == list(PIECES)


def test_a_piece_that_lost_the_person_is_tracked_again_from_the_piece_before() -> None:
    tracker = _FakeTracker(lost_after_restart_s=5.0)
    found = [pose for _, pose in stitched(PIECES, tracker)]
    assert [pose.time_s for pose in found] == [i / 10 for i in range(400)]
    assert all(pose.detected for pose in found if pose.time_s < 20)
    again = [Segment(-math.inf, 10.0, 20.0), Segment(7.0, 20.0, math.inf, 70)]
    assert tracker.tracked == [PIECES[0], PIECES[1], again[0], PIECES[2], again[1]]


# Everything below really reads a file, and really starts processes.


@pytest.fixture
def short_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cuts, "LONG_S", 8.0)
    monkeypatch.setattr(cuts, "LEAST_SEGMENT_S", 2.0)
    monkeypatch.setattr(cuts, "WARM_UP_S", 1.5)


def _changing_video(path: Path, seconds: float = 20, fps: int = 15) -> Path:
    """Write a video in which every picture is another one."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("libx264", rate=fps, options={"bf": "2"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.gop_size = 10
        for i in range(round(seconds * fps)):
            image = np.full((48, 64, 3), 40, dtype=np.uint8)
            image[:, : 1 + i % 64] = (i * 7) % 200
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


class FakeEstimator:
    """Finds somebody where the picture is bright, with a memory as the real one's."""

    def __init__(self, _model: PoseModel, _with_outline: bool) -> None:
        self._x: float | None = None

    def __enter__(self) -> FakeEstimator:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def prepare(self, frame: Frame) -> Frame:
        return frame

    def pose(self, found: Pose) -> Pose:
        return found

    def find(self, frame: Frame) -> Pose:
        x = float(frame.image_rgb.mean()) / 255
        self._x = x if self._x is None else 0.7 * self._x + 0.3 * x
        pose = _person(frame.time_s, x=float(np.float32(self._x)))
        return dataclasses.replace(pose, size_px=frame.image_rgb.shape[1::-1])


class DyingEstimator(FakeEstimator):
    """Stands for a process that the system kills."""

    def find(self, frame: Frame) -> Pose:
        if frame.time_s > 12:
            import os

            os._exit(9)
        return super().find(frame)


class FailingEstimator(FakeEstimator):
    def find(self, frame: Frame) -> Pose:
        if frame.time_s > 12:
            raise SourceError("no more")
        return super().find(frame)


def _poses(path: Path, load: Any, workers: int, *, pictures: bool = False) -> list[TrackedFrame]:
    with open_pose_track(
        path, model=str(path), workers=workers, with_pictures=pictures, load=load
    ) as track:
        return list(track.read())


@pytest.fixture
def video(tmp_path: Path) -> Path:
    # The model is not looked into by a fake: any file named so will do.
    path = _changing_video(tmp_path / "long.task.mp4")
    (tmp_path / "long.task").write_bytes(b"")
    return path


@pytest.mark.usefixtures("short_pieces")
def test_the_segments_of_a_file_give_what_the_whole_gives(video: Path) -> None:
    with VideoFile(video) as whole:
        segments, beginning = segments_of(whole), whole.beginning
        expected = {frame.time_s: frame.image_rgb for frame in whole}
    assert len(segments) == 8
    times = []
    for segment in segments:
        with VideoFile(video, segment, beginning) as opened:
            assert opened.info == whole.info
            frames = list(opened)
        assert frames[0].time_s == max(segment.warm_s, 0.0)
        for frame in frames:
            assert np.array_equal(frame.image_rgb, expected[frame.time_s])
        times += [frame.time_s for frame in frames if frame.time_s >= segment.start_s]
    assert times == list(expected)


def test_a_short_file_has_one_segment(video: Path) -> None:
    with VideoFile(video) as whole:
        assert segments_of(whole) == (WHOLE,)


@pytest.mark.usefixtures("short_pieces")
def test_the_same_to_the_digit_with_any_number_of_workers(video: Path) -> None:
    alone = _poses(video, FakeEstimator, 1)
    assert len(alone) == 300
    for workers in (2, 3):
        shared = _poses(video, FakeEstimator, workers)
        assert [pose.time_s for _, pose in shared] == [pose.time_s for _, pose in alone]
        for (_, a), (_, b) in zip(alone, shared, strict=True):
            assert np.array_equal(a.landmarks, b.landmarks)


@pytest.mark.usefixtures("short_pieces")
def test_pictures_come_with_the_poses_of_several_workers(video: Path) -> None:
    alone = _poses(video, FakeEstimator, 1, pictures=True)
    shared = _poses(video, FakeEstimator, 2, pictures=True)
    for (a, pose), (b, _) in zip(alone, shared, strict=True):
        assert a is not None
        assert b is not None
        assert a.time_s == b.time_s == pose.time_s
        assert np.array_equal(a.image_rgb, b.image_rgb)


@pytest.mark.parametrize("workers", [1, 2])
def test_what_is_wrong_with_a_cut_video_is_told_once(
    video: Path, workers: int, request: pytest.FixtureRequest
) -> None:
    content = bytearray(video.read_bytes())
    with av.open(str(video)) as container:
        packets = [p for p in container.demux(video=0) if p.size]
    # In the middle of a piece, and in a picture on which others build.
    bad = next(p for p in packets[140:] if p.is_keyframe)
    content[bad.pos : bad.pos + bad.size] = bytes(bad.size)
    video.write_bytes(bytes(content))
    with VideoFile(video) as uncut:
        list(uncut)
    assert uncut.warnings[0] == "1 piece of the video cannot be decoded"
    request.getfixturevalue("short_pieces")
    with open_pose_track(
        video, model=str(video), workers=workers, with_pictures=False, load=FakeEstimator
    ) as track:
        list(track.read())
    assert track.warnings == uncut.warnings


@pytest.mark.usefixtures("short_pieces")
def test_a_process_that_dies_is_told(video: Path) -> None:
    with pytest.raises(SourceError) as caught:
        _poses(video, DyingEstimator, 2)
    assert str(caught.value) == (
        f"{video}: a process that tracked a part of it died (out of memory?)"
    )


@pytest.mark.usefixtures("short_pieces")
@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_is_the_same_in_any_process(video: Path, workers: int) -> None:
    with pytest.raises(SourceError, match="no more"):
        _poses(video, FailingEstimator, workers)


@pytest.mark.usefixtures("short_pieces")
def test_stopping_early_leaves_no_process(video: Path) -> None:
    import multiprocessing

    with (
        open_pose_track(
            video, model=str(video), workers=2, with_pictures=False, load=FakeEstimator
        ) as track,
        closing(track.read()) as poses,  # type: ignore[type-var]
    ):
        next(poses)
    assert multiprocessing.active_children() == []


@pytest.mark.slow
@pytest.mark.model
@pytest.mark.usefixtures("model_path")
def test_the_real_model_gives_the_same_files_with_two_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cuts, "LONG_S", 8.0)
    monkeypatch.setattr(cuts, "LEAST_SEGMENT_S", 3.0)
    monkeypatch.setattr(cuts, "WARM_UP_S", 2.0)
    clip = Path(__file__).resolve().parents[2] / "samples" / "standing_march.mp4"
    with VideoFile(clip) as opened:
        assert len(segments_of(opened)) > 1
    texts = []
    for workers in (1, 2):
        folder = tmp_path / str(workers)
        folder.mkdir()
        outputs = Outputs.of(clip, folder)
        spec = load_spec("standing_march")
        analyze(Job(clip, spec, outputs, video=False, workers=workers))
        texts.append((outputs.json.read_bytes(), outputs.frames.read_bytes()))
    assert texts[0] == texts[1]
