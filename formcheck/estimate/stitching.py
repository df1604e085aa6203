"""Puts the tracks of a video's pieces together again: each picture once, in order.

A piece that did not find in its seconds of warming up what the piece before it saw there is tracked
again, with the whole of the piece before it to warm up. That too depends on nothing but the video.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import closing

from formcheck.capture.video_file import Frame
from formcheck.core.pose import Pose
from formcheck.estimate.segments import COMPARED_S, Piece, joins

Tracked = tuple[Frame | None, Pose]
"""A picture, where there is one, with what was found in it."""

TrackPiece = Callable[[Piece], Generator[Tracked]]
"""Gives the pictures of a piece, those for warming up included, in order."""


def stitched(pieces: Sequence[Piece], track: TrackPiece) -> Generator[Tracked]:
    """Give the pictures of all pieces that count.

    Parameters
    ----------
    pieces : sequence of Piece
        As `formcheck.estimate.segments.plan` gives them.
    track : callable
        Tracks one piece.
    """
    end: deque[Pose] = deque()
    for number, piece in enumerate(pieces):
        with closing(track(piece)) as tracked:
            first, warm_up = _warmed_up(tracked, piece)
            if joins(end, warm_up) or number == 0:
                yield from _kept(first, tracked, end)
                continue
        with closing(track(piece.after_all_of(pieces[number - 1]))) as tracked:
            first, _ = _warmed_up(tracked, piece)
            yield from _kept(first, tracked, end)


def _warmed_up(tracked: Generator[Tracked], piece: Piece) -> tuple[Tracked | None, list[Pose]]:
    """Return the first picture that counts, and the poses before it that are compared."""
    warm_up: list[Pose] = []
    for frame, pose in tracked:
        if pose.time_s >= piece.start_s:
            return (frame, pose), warm_up
        if pose.time_s >= piece.start_s - COMPARED_S:
            warm_up.append(pose)
    return None, warm_up


def _kept(
    first: Tracked | None, tracked: Generator[Tracked], end: deque[Pose]
) -> Generator[Tracked]:
    """Give the pictures, and keep the last poses in `end`."""
    if first is None:
        return
    end.clear()
    for frame, pose in _chain(first, tracked):
        end.append(pose)
        while end[0].time_s < pose.time_s - COMPARED_S:
            end.popleft()
        yield frame, pose


def _chain(first: Tracked, rest: Generator[Tracked]) -> Generator[Tracked]:
    yield first
    yield from rest
