"""Poses in order, from a video or from a recording of one: what the offline commands read."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from formcheck._runtime import garbage
from formcheck.capture.video_file import Frame, Part, Reading, SourceInfo, VideoFile
from formcheck.core.pose import Pose
from formcheck.estimate import models as model_store
from formcheck.estimate.models import Model, Progress
from formcheck.estimate.pair import PairedEstimator
from formcheck.estimate.prefetch import ReadAhead, in_bulk, read_ahead
from formcheck.estimate.segments import Piece
from formcheck.estimate.stitching import Tracked, stitched
from formcheck.estimate.workers import Estimator, LoadEstimator, PieceWorkers, TrackerSettings
from formcheck.io import poses as pose_recording
from formcheck.io.poses import PoseRecording

RECORDING_SUFFIX = ".npz"
# Poses handed on at once where nobody waits for their pictures.
_AT_ONCE = 16


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


def load_estimator(model: Model, with_outline: bool) -> Estimator:
    """Load MediaPipe's estimator, or two where two models are to look together."""
    # Imported here: recordings need none of it.
    from formcheck.estimate.mediapipe import PoseEstimator

    if model.second_path is None:
        return PoseEstimator(model.path, with_mask=with_outline)
    with ExitStack() as loaded:
        first, second = (
            loaded.enter_context(PoseEstimator(path, with_mask=with_outline))
            for path in (model.path, model.second_path)
        )
        loaded.pop_all()
    return PairedEstimator(first, second)


@contextmanager
def open_pose_track(
    path: Path,
    *,
    model: str | None = None,
    with_outline: bool = False,
    with_pictures: bool = True,
    workers: int = 1,
    progress: Progress | None = None,
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
        Give the pictures with their poses, too. Without, `PoseTrack.read` may leave them out.
    workers : int
        Track so many pieces of a long video at once, each in a process of its own. The poses are
        the same whatever their number.
    progress : callable, optional
        Told about the fetching of the model, if it must be fetched.
    load : callable
        Loads what finds the poses.
    """
    if is_recording(path):
        yield _track_of_recording(path, pose_recording.read(path), with_outline)
        return
    with ExitStack() as open_things:
        video = open_things.enter_context(VideoFile(path))
        # Before the library is loaded: loading it shuts the way to the network.
        found = model_store.load(model, progress)
        parts = video.parts()
        settings = TrackerSettings(path, found, with_outline, with_pictures, parts[0], load)
        warnings: list[str] = []
        if len(parts) == 1:
            pairs = _tracked(settings, video, warnings)
        elif workers == 1:
            pairs = _in_turn(settings, video, parts, warnings)
        else:
            pairs = _side_by_side(settings, video, parts, workers, warnings)
            if with_pictures:
                pairs = _with_pictures(pairs, path)
        pairs = open_things.enter_context(closing(pairs))
        yield PoseTrack(video.info, found, True, lambda: pairs, warnings)


def track_piece(settings: TrackerSettings, piece: Piece, reading: Reading) -> Generator[Tracked]:
    """Give the pictures of a piece with their poses, those for warming up included.

    What was met while reading is added to `reading` at the end.
    """
    part = replace(settings.beginning, piece=piece)
    with VideoFile(settings.path, part) as video:
        yield from _estimated(settings, video)
        reading.add(video.reading)


def _estimated(settings: TrackerSettings, video: VideoFile) -> Generator[Tracked]:
    with settings.load(settings.model, settings.with_outline) as estimator:
        # Three things at once: decoding here, looking for the person there, and what the caller
        # does. The second takes longest, so it does nothing else.
        frames = read_ahead((frame, estimator.prepare(frame)) for frame in video)
        with closing(frames):
            found = ((frame, estimator.find(ready)) for frame, ready in frames)
            if settings.with_pictures or settings.with_outline:
                with closing(read_ahead(found)) as pairs:
                    for frame, one in pairs:
                        yield frame, estimator.pose(one)
            else:
                poses = ((None, estimator.pose(one)) for _, one in found)
                with closing(read_ahead(in_bulk(poses, _AT_ONCE))) as some:
                    for bulk in some:
                        yield from bulk


def _tracked(
    settings: TrackerSettings, video: VideoFile, warnings: list[str]
) -> Generator[Tracked]:
    """Track a video in one piece."""
    yield from _estimated(settings, video)
    warnings += video.warnings


def _in_turn(
    settings: TrackerSettings, video: VideoFile, parts: tuple[Part, ...], warnings: list[str]
) -> Generator[Tracked]:
    """Track the pieces one after the other, here.

    While one is tracked, the model is loaded for the next one, which then warms up; but not where
    pictures are wanted, as two such tracks take 600 MB.
    """
    pieces = [part.piece for part in parts]
    following = dict(itertools.pairwise(pieces))
    readings: dict[float, Reading] = {}
    begun: dict[Piece, ReadAhead[list[Tracked]]] = {}

    def begin(piece: Piece) -> ReadAhead[list[Tracked]]:
        # A piece that is tracked again is read again, and counts once.
        readings[piece.start_s] = Reading()
        tracked = track_piece(settings, piece, readings[piece.start_s])
        return ReadAhead(_in_bulk(tracked, piece)).begin()

    def track(piece: Piece) -> Generator[Tracked]:
        with closing(begun.pop(piece) if piece in begun else begin(piece)) as some:
            after = None if settings.with_pictures else following.get(piece)
            if after is not None:
                begun[after] = begin(after)
            for bulk in some:
                yield from bulk

    try:
        yield from stitched(pieces, track)
    finally:
        for ahead in begun.values():
            ahead.close()
    warnings += video.warnings_about(Reading.together(readings.values()))


def _in_bulk(tracked: Generator[Tracked], piece: Piece) -> Generator[list[Tracked]]:
    """Give what is tracked of a piece, little by little, but its warming up at once.

    Nobody needs the pictures of the warming up, and so many would fill memory.
    """
    bulk: list[Tracked] = []
    with closing(tracked):
        for frame, pose in tracked:
            if pose.time_s < piece.start_s:
                bulk.append((None, pose))
                continue
            bulk.append((frame, pose))
            if frame is not None or len(bulk) >= _AT_ONCE:
                yield bulk
                bulk = []
    yield bulk


def _side_by_side(
    settings: TrackerSettings,
    video: VideoFile,
    parts: tuple[Part, ...],
    workers: int,
    warnings: list[str],
) -> Generator[Tracked]:
    """Track the pieces in processes of their own; without the pictures."""
    pieces = [part.piece for part in parts]
    with PieceWorkers(min(workers, len(pieces)), settings, pieces) as pool:
        yield from stitched(pieces, pool.track)
        warnings += video.warnings_about(Reading.together(pool.readings.values()))


def _with_pictures(poses: Generator[Tracked], path: Path) -> Generator[Tracked]:
    """Read the video once more, for the pictures of poses that come from elsewhere."""
    # The model, with which all is loaded, is loaded elsewhere.
    garbage.look_as_usual()
    with closing(poses), VideoFile(path) as video, closing(read_ahead(_each(video))) as frames:
        frame = next(frames, None)
        for _, pose in poses:
            while frame is not None and frame.time_s < pose.time_s:
                frame = next(frames, None)
            same = frame is not None and frame.time_s == pose.time_s
            yield frame if same else None, pose


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
