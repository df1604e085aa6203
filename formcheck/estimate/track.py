"""Poses in order, from a video or from a recording of one: what the offline commands read."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from formcheck._runtime import process
from formcheck.capture.frame import Frame, SourceInfo
from formcheck.capture.segment import Segment
from formcheck.capture.video_file import DecodeStats, VideoFile
from formcheck.core.body.turned import Turn, turned
from formcheck.core.pose import Pose
from formcheck.estimate import models as model_store
from formcheck.estimate.estimator import ANYBODY, LoadEstimator, TrackerSettings, Wanted
from formcheck.estimate.models import FetchProgress, PoseModel
from formcheck.estimate.prefetch import ReadAhead, read_ahead
from formcheck.estimate.segment_tracking import AT_ONCE, estimated, load_estimator, track_segment
from formcheck.estimate.segments import TrackedFrame, segments_of, stitched
from formcheck.estimate.workers import SegmentWorkers
from formcheck.io import poses as pose_recording
from formcheck.io.poses import PoseRecording

RECORDING_SUFFIX = ".npz"


@dataclass(frozen=True, slots=True)
class PoseTrack:
    """A source that is open.

    Attributes
    ----------
    info : SourceInfo
    model : PoseModel or None
        The pose model behind the landmarks; None for a recording that does not say.
    has_pictures : bool
        False for a recording.
    read : callable
        Gives each frame with its pose, once; the frame is None for a recording.
    warnings : list of str
        Complete when all has been read.
    origin_s : float or None
        Time of a video's first frame by its own clock; None where sound would not fit.
    recorded_at : str or None
        When it was filmed, as the file says (ISO 8601).
    speed : float
        So many times faster than it plays are its times.
    """

    info: SourceInfo
    model: PoseModel | None
    has_pictures: bool
    read: Callable[[], Iterator[tuple[Frame | None, Pose]]]
    warnings: list[str]
    origin_s: float | None = None
    recorded_at: str | None = None
    speed: float = 1.0


@dataclass(frozen=True, slots=True)
class Reading:
    """How a source is to be read, where it does not say so itself.

    Attributes
    ----------
    turn : int
        Its frame is turned clockwise by this.
    speed : float, optional
        It plays so many times slower than it was filmed; by default what the file says.
    wanted : Wanted
        Which of several people is followed.
    """

    turn: Turn = 0
    speed: float | None = None
    wanted: Wanted = ANYBODY


AS_IT_IS = Reading()
SLOWED = (
    "the file says that it plays {speed:g} times slower than it was filmed; the times are those of "
    "the movement (--speed 1: as it plays)"
)


def is_recording(path: Path) -> bool:
    """Return True where the name says that a file is a pose recording."""
    return path.suffix.lower() == RECORDING_SUFFIX


@contextmanager
def open_pose_track(
    path: Path,
    *,
    model: str | None = None,
    with_outline: bool = False,
    with_pictures: bool = True,
    workers: int = 1,
    reading: Reading = AS_IT_IS,
    progress: FetchProgress | None = None,
    load: LoadEstimator = load_estimator,
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
    with_pictures : bool
        Give the frames with their poses, too. Without, `PoseTrack.read` may leave them out.
    workers : int
        Track so many segments of a long video at once, each in a process of its own. The poses are
        the same whatever their number.
    reading : Reading
        How it is to be read, where it does not say so itself.
    progress : callable, optional
        Told about the fetching of the model, if it must be fetched.
    load : callable
        Loads what finds the poses.
    """
    if is_recording(path):
        track = _track_of_recording(path, pose_recording.read(path), with_outline)
        yield _timed(_turned(track, reading.turn), reading.speed or 1.0)
        return
    if reading.wanted != ANYBODY and load is load_estimator:
        load = partial(load_estimator, wanted=reading.wanted)
    with ExitStack() as open_things:
        video = open_things.enter_context(VideoFile(path, turn=reading.turn))
        # Before the library is loaded: loading it shuts the way to the network.
        found = model_store.load(model, progress)
        segments = segments_of(video)
        settings = TrackerSettings(
            *(path, found, with_outline, with_pictures, video.beginning, load),
            turn=reading.turn,
        )
        warnings: list[str] = []
        if len(segments) == 1:
            pairs = _tracked(settings, video, warnings)
        elif workers == 1:
            pairs = _in_turn(settings, video, segments, warnings)
        else:
            pairs = _side_by_side(settings, video, segments, workers, warnings)
            if with_pictures:
                pairs = _with_pictures(pairs, path, reading.turn)
        pairs = open_things.enter_context(closing(pairs))
        origin_s = video.beginning.origin_s
        track = PoseTrack(
            *(video.info, found, True, lambda: pairs, warnings, origin_s),
            recorded_at=video.recorded_at,
        )
        speed = reading.speed
        if speed is None and video.slowed > 1:
            speed = video.slowed
            warnings.append(SLOWED.format(speed=speed))
        yield _timed(track, speed or 1.0)


def _tracked(
    settings: TrackerSettings, video: VideoFile, warnings: list[str]
) -> Generator[TrackedFrame]:
    """Track a video in one segment."""
    yield from estimated(settings, video)
    warnings += video.warnings


def _in_turn(
    settings: TrackerSettings, video: VideoFile, segments: tuple[Segment, ...], warnings: list[str]
) -> Generator[TrackedFrame]:
    """Track the segments one after the other, here.

    While one is tracked, the model is loaded for the next one, which then warms up; but not where
    frames are wanted, as two such tracks take 600 MB.
    """
    following = dict(itertools.pairwise(segments))
    stats: dict[float, DecodeStats] = {}
    begun: dict[Segment, ReadAhead[list[TrackedFrame]]] = {}

    def begin(segment: Segment) -> ReadAhead[list[TrackedFrame]]:
        # A segment that is tracked again is read again, and counts once.
        stats[segment.start_s] = DecodeStats()
        tracked = track_segment(settings, segment, stats[segment.start_s])
        return ReadAhead(_in_bulk(tracked, segment)).begin()

    def track(segment: Segment) -> Generator[TrackedFrame]:
        with closing(begun.pop(segment) if segment in begun else begin(segment)) as some:
            after = None if settings.with_pictures else following.get(segment)
            if after is not None:
                begun[after] = begin(after)
            for bulk in some:
                yield from bulk

    try:
        yield from stitched(segments, track)
    finally:
        for ahead in begun.values():
            ahead.close()
    warnings += video.warnings_about(DecodeStats.together(stats.values()))


def _in_bulk(tracked: Generator[TrackedFrame], segment: Segment) -> Generator[list[TrackedFrame]]:
    """Give what is tracked of a segment, little by little, but its warm-up at once.

    Nobody needs the frames of the warm-up, and so many would fill memory.
    """
    bulk: list[TrackedFrame] = []
    with closing(tracked):
        for frame, pose in tracked:
            if pose.time_s < segment.start_s:
                bulk.append((None, pose))
                continue
            bulk.append((frame, pose))
            if frame is not None or len(bulk) >= AT_ONCE:
                yield bulk
                bulk = []
    yield bulk


def _side_by_side(
    settings: TrackerSettings,
    video: VideoFile,
    segments: tuple[Segment, ...],
    workers: int,
    warnings: list[str],
) -> Generator[TrackedFrame]:
    """Track the segments in processes of their own; without the frames."""
    with SegmentWorkers(min(workers, len(segments)), settings, segments) as pool:
        yield from stitched(segments, pool.track)
        warnings += video.warnings_about(DecodeStats.together(pool.stats.values()))


def _with_pictures(
    poses: Generator[TrackedFrame], path: Path, turn: Turn
) -> Generator[TrackedFrame]:
    """Read the video once more, for the frames of poses that come from elsewhere."""
    # The model, with which all is loaded, is loaded elsewhere.
    process.collect_as_usual()
    with (
        closing(poses),
        VideoFile(path, turn=turn) as video,
        closing(read_ahead(_each(video))) as frames,
    ):
        frame = next(frames, None)
        for _, pose in poses:
            while frame is not None and frame.time_s < pose.time_s:
                frame = next(frames, None)
            same = frame is not None and frame.time_s == pose.time_s
            yield frame if same else None, pose


def _each(video: VideoFile) -> Generator[Frame]:
    yield from video


def _turned(track: PoseTrack, turn: Turn) -> PoseTrack:
    """Return a recording's track as in the image turned clockwise."""
    if turn == 0:
        return track
    info = track.info
    if turn != 180:
        info = replace(info, width=info.height, height=info.width)
    return replace(
        track, info=info, read=lambda: ((frame, turned(pose, turn)) for frame, pose in track.read())
    )


def _timed(track: PoseTrack, speed: float) -> PoseTrack:
    """Return a track with the times of the motion itself, so many times as fast as it plays."""
    if speed == 1:
        return track
    info, duration_s = track.info, track.info.duration_s
    duration_s = None if duration_s is None else duration_s / speed
    info = replace(info, duration_s=duration_s, fps=info.fps * speed)

    def read() -> Iterator[tuple[Frame | None, Pose]]:
        for frame, pose in track.read():
            time_s = pose.time_s / speed
            same = None if frame is None else replace(frame, time_s=time_s)
            yield same, replace(pose, time_s=time_s)

    return replace(track, info=info, read=read, origin_s=None, speed=speed)


def _track_of_recording(path: Path, recording: PoseRecording, with_outline: bool) -> PoseTrack:
    width, height = recording.size_px
    model = recording.model
    poses = recording.poses
    if not with_outline:
        # The same poses as the video would give: else a recording would be measured in more ways.
        poses = [replace(pose, outline=None) for pose in poses]
    return PoseTrack(
        SourceInfo(path.name, recording.duration_s, recording.fps, width, height),
        None if model is None else PoseModel(model[0], path, model[1]),
        False,
        lambda: ((None, pose) for pose in poses),
        list(recording.warnings),
    )
