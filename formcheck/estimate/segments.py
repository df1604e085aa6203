"""Splits a long video into segments that are tracked side by side, and stitches their tracks.

The pose model's tracker remembers: where the person was, and a few moments of smoothing. So a
segment is not begun at its first frame but some seconds before, and what comes of this warm-up is
only compared with the end of the segment before. A segment that did not find in its warm-up what
the one before it saw there is tracked again, with the whole of the one before it as its warm-up.

All of it depends on nothing but the video. One process that works on the segments one after the
other splits at the same places as many that share them; that is why the number of workers cannot
change a result.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from fractions import Fraction
from itertools import pairwise

import numpy as np

from formcheck.capture.frame import Frame
from formcheck.capture.segment import WHOLE, Segment
from formcheck.capture.timestamps import FALLS_BACK_S, MOST_GAP_S
from formcheck.capture.video_file import VideoFile
from formcheck.core.pose import Landmark, Pose

# Heuristic. A shorter video gains less than the start of a second process costs.
LONG_S = 240.0
LEAST_SEGMENT_S = 60.0
# MediaPipe's smoothing forgets within 0.3 s, and a person who lies is looked for after 0.5 s.
WARM_UP_S = 2.0

# Two tracks of one person are within 0.03 of the trunk's length of each other after half a second
# (measured on the samples); another person or a turned image makes several times as much.
COMPARED_S = 1.0
_SAME_PART_OF_TRUNK = 0.12
_SAME_SHARE = 0.8
_PAIRS = (
    (Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER),
    (Landmark.LEFT_HIP, Landmark.RIGHT_HIP),
    (Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE),
    (Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE),
)

TrackedFrame = tuple[Frame | None, Pose]
"""A frame, where there is one, with what was found in it."""

TrackSegment = Callable[[Segment], Generator[TrackedFrame]]
"""Gives the frames of a segment, those of its warm-up included, in order."""


def segments_of(video: VideoFile) -> tuple[Segment, ...]:
    """Return the segments in which a file is tracked; one for all that is not long."""
    if video.declared_s is not None and video.declared_s < LONG_S:
        return (WHOLE,)
    times, keys, unit_s = video.stored_times()
    origin_s = video.beginning.origin_s
    if unit_s is None or origin_s is None:
        return (WHOLE,)
    return plan(times, keys, unit_s, origin_s)


def plan(
    times: Sequence[int | None], keys: Sequence[int], unit_s: Fraction, origin_s: float
) -> tuple[Segment, ...]:
    """Return the segments into which a video is split; one where it is short or its clock is odd.

    Parameters
    ----------
    times : sequence of int or None
        Presentation times of the stored frames, in their order in the file.
    keys : sequence of int
        Those of the frames from which decoding can begin.
    unit_s : Fraction
        The unit of these times, in seconds.
    origin_s : float
        Time of the first frame, in seconds of the same clock.

    Returns
    -------
    tuple of Segment
        In order; together they hold every frame once. A power of two of them, so that two, four
        or eight workers get the same amount of work; but one of these is halved, and its halves are
        the first and the last: what draws and encodes behind the workers, segment after segment,
        then has half a segment left when they are done, and not a whole one.
    """
    known = [time for time in times if time is not None]
    if len(known) < max(len(times), 2) or len(set(known)) < len(known):
        return (WHOLE,)
    latest = np.maximum.accumulate(np.asarray(known, dtype=np.int64))
    # Where the clock began anew or jumps, a time later in the file is not what it says.
    ahead = np.diff(np.sort(np.asarray(known, dtype=np.int64)))
    if np.max(latest - known) * float(unit_s) > FALLS_BACK_S:
        return (WHOLE,)
    if np.max(ahead) * float(unit_s) > MOST_GAP_S:
        return (WHOLE,)
    first, length_s = min(known), float((max(known) - min(known)) * unit_s)
    if length_s < LONG_S:
        return (WHOLE,)
    count = 1 << int(math.log2(length_s / LEAST_SEGMENT_S))
    keys = sorted(keys)
    starts: list[tuple[float, int]] = []
    for number in range(count):
        wanted = first + ((number + 0.5) * length_s / count - WARM_UP_S) / float(unit_s)
        at = bisect_right(keys, wanted) - 1
        # Where frames to begin with are rare, two segments may want the same one.
        if at > 0 and keys[at] not in [key for _, key in starts]:
            # Calculated as the frame's own time is: the two must be the same to the last digit.
            starts.append((float(keys[at] * unit_s) - origin_s, keys[at]))
    edges_s = [-math.inf, *(warm_s + WARM_UP_S for warm_s, _ in starts), math.inf]
    begins: list[tuple[float, int | None]] = [(-math.inf, None), *starts]
    return tuple(
        Segment(warm_s, start_s, end_s, key)
        for (warm_s, key), (start_s, end_s) in zip(begins, pairwise(edges_s), strict=True)
    )


def joins(before: Sequence[Pose], warm_up: Sequence[Pose]) -> bool:
    """Return True where a segment found the same person in the same pose as the segment before it.

    Parameters
    ----------
    before, warm_up : sequence of Pose
        The end of the one before, and what was found in the same frames in its warm-up; rising
        times. Frames that only one of them has are left out.
    """
    times_s = [pose.time_s for pose in before]
    same = total = 0
    for pose in warm_up:
        at = bisect_left(times_s, pose.time_s)
        if at < len(times_s) and times_s[at] == pose.time_s:
            total += 1
            same += _is_same(before[at], pose)
    return same >= _SAME_SHARE * total


def _is_same(a: Pose, b: Pose) -> bool:
    if not a.detected or not b.detected:
        return a.detected == b.detected
    # In the middle between left and right: which leg is which changes in any track, and is put
    # right later (`formcheck.core.body.leg_identity`).
    middles, others = (pose.points_px[np.asarray(_PAIRS)].mean(axis=1) for pose in (a, b))
    trunk_px = float(np.hypot(*(middles[0] - middles[1])))
    apart_px = np.hypot(*(middles - others).T)
    return float(np.median(apart_px)) <= _SAME_PART_OF_TRUNK * trunk_px


def stitched(segments: Sequence[Segment], track: TrackSegment) -> Generator[TrackedFrame]:
    """Give the frames of all segments that count.

    Parameters
    ----------
    segments : sequence of Segment
        As `plan` gives them.
    track : callable
        Tracks one segment.
    """
    end: deque[Pose] = deque()
    for number, segment in enumerate(segments):
        with closing(track(segment)) as tracked:
            first, warm_up = _warmed_up(tracked, segment)
            if joins(end, warm_up) or number == 0:
                yield from _kept(first, tracked, end)
                continue
        with closing(track(segment.after_all_of(segments[number - 1]))) as tracked:
            first, _ = _warmed_up(tracked, segment)
            yield from _kept(first, tracked, end)


def _warmed_up(
    tracked: Generator[TrackedFrame], segment: Segment
) -> tuple[TrackedFrame | None, list[Pose]]:
    """Return the first frame that counts, and the poses before it that are compared."""
    warm_up: list[Pose] = []
    for frame, pose in tracked:
        if pose.time_s >= segment.start_s:
            return (frame, pose), warm_up
        if pose.time_s >= segment.start_s - COMPARED_S:
            warm_up.append(pose)
    return None, warm_up


def _kept(
    first: TrackedFrame | None, tracked: Generator[TrackedFrame], end: deque[Pose]
) -> Generator[TrackedFrame]:
    """Give the frames, and keep the last poses in `end`."""
    if first is None:
        return
    end.clear()
    for frame, pose in _chain(first, tracked):
        end.append(pose)
        while end[0].time_s < pose.time_s - COMPARED_S:
            end.popleft()
        yield frame, pose


def _chain(first: TrackedFrame, rest: Generator[TrackedFrame]) -> Generator[TrackedFrame]:
    yield first
    yield from rest
