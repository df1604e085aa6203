"""Poses in order, from a video or from a recording of one: what the offline commands read."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from formcheck import model_store, pose_recording
from formcheck.model_store import Model, Progress
from formcheck.pose import Pose
from formcheck.pose_recording import PoseRecording
from formcheck.read_ahead import read_ahead
from formcheck.video_source import Frame, SourceInfo, VideoFile

RECORDING_SUFFIX = ".npz"


@dataclass(frozen=True, slots=True)
class PoseTrack:
    """A source that is open.

    Attributes
    ----------
    info : SourceInfo
    model : Model or None
        The pose model behind the landmarks; None for a recording that does not say.
    has_pictures : bool
        False for a recording.
    read : callable
        Gives each frame with its pose, once; the frame is None for a recording.
    warnings : list of str
        Complete when all has been read.
    """

    info: SourceInfo
    model: Model | None
    has_pictures: bool
    read: Callable[[], Iterator[tuple[Frame | None, Pose]]]
    warnings: list[str]


def is_recording(path: Path) -> bool:
    """Return True where the name says that a file is a pose recording."""
    return path.suffix.lower() == RECORDING_SUFFIX


@contextmanager
def open_pose_track(
    path: Path,
    *,
    model: str | None = None,
    with_outline: bool = False,
    progress: Progress | None = None,
) -> Iterator[PoseTrack]:
    """Open a video or a pose recording; closed at the end of the block.

    Parameters
    ----------
    path : Path
    model : str, optional
        Name or path of the pose model, for videos.
    with_outline : bool
        Also give the outline of the back (a recording has it or not). Sampling it in a video costs
        up to half as much again, and changes nothing in the landmarks.
    progress : callable, optional
        Told about the fetching of the model, if it must be fetched.
    """
    if is_recording(path):
        yield _track_of_recording(path, pose_recording.read(path), with_outline)
        return
    with ExitStack() as open_things:
        video = open_things.enter_context(VideoFile(path))
        # Before the library is loaded: loading it shuts the way to the network.
        found = model_store.load(model, progress)
        from formcheck.pose_estimator import PoseEstimator

        estimator = open_things.enter_context(PoseEstimator(found.path, with_mask=with_outline))
        # Three things at once: decoding here, estimating there, and what the caller does.
        frames = open_things.enter_context(closing(read_ahead(_each(video))))
        estimates = read_ahead((frame, estimator.estimate(frame)) for frame in frames)
        pairs = open_things.enter_context(closing(estimates))
        yield PoseTrack(video.info, found, True, lambda: pairs, video.warnings)


def _each(video: VideoFile) -> Generator[Frame]:
    yield from video


def _track_of_recording(path: Path, recording: PoseRecording, with_outline: bool) -> PoseTrack:
    width, height = recording.size_px
    model = recording.model
    poses = recording.poses
    if not with_outline:
        # The same poses as the video would give: else a recording would be measured in more ways.
        poses = [replace(pose, outline=None) for pose in poses]
    return PoseTrack(
        SourceInfo(path.name, recording.duration_s, recording.fps, width, height),
        None if model is None else Model(model[0], path, model[1]),
        False,
        lambda: ((None, pose) for pose in poses),
        list(recording.warnings),
    )
