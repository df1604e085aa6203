"""Tracks one segment of a video: reads, looks and makes poses at the same time."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack, closing

from formcheck.capture.segment import Segment
from formcheck.capture.video_file import DecodeStats, VideoFile
from formcheck.estimate.estimator import ANYBODY, Estimator, TrackerSettings, Wanted
from formcheck.estimate.models import PoseModel
from formcheck.estimate.pair import PairedEstimator
from formcheck.estimate.prefetch import in_bulk, read_ahead
from formcheck.estimate.segments import TrackedFrame

# Poses handed on at once where nobody waits for their frames.
AT_ONCE = 16


def load_estimator(model: PoseModel, with_outline: bool, wanted: Wanted = ANYBODY) -> Estimator:
    """Load MediaPipe's estimator, or the two of a two-model ensemble."""
    # Imported here: recordings need none of it.
    from formcheck.estimate.mediapipe import PoseEstimator

    if model.second_path is None:
        return PoseEstimator(model.path, with_mask=with_outline, wanted=wanted)
    with ExitStack() as loaded:
        first, second = (
            loaded.enter_context(PoseEstimator(path, with_mask=with_outline, wanted=wanted))
            for path in (model.path, model.second_path)
        )
        loaded.pop_all()
    return PairedEstimator(first, second)


def track_segment(
    settings: TrackerSettings, segment: Segment, stats: DecodeStats
) -> Generator[TrackedFrame]:
    """Give the frames of a segment with their poses, those of its warm-up included.

    What was met while reading is added to `stats` at the end.
    """
    with VideoFile(settings.path, segment, settings.beginning, turn=settings.turn) as video:
        yield from estimated(settings, video)
        stats.add(video.stats)


def estimated(settings: TrackerSettings, video: VideoFile) -> Generator[TrackedFrame]:
    """Give the frames of an open file with their poses."""
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
                with closing(read_ahead(in_bulk(poses, AT_ONCE))) as some:
                    for bulk in some:
                        yield from bulk
