"""Tracks the segments of one video in several processes at once."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
from collections import deque
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Self

from formcheck._runtime.interruption import end_with_parent
from formcheck._runtime.process import share_cores, usable_cores
from formcheck.capture.segment import Segment
from formcheck.capture.video_file import DecodeStats
from formcheck.core.pose import Pose
from formcheck.errors import SourceError
from formcheck.estimate.estimator import TrackerSettings
from formcheck.estimate.segment_tracking import track_segment
from formcheck.estimate.segments import TrackedFrame

# Some seconds of video: few enough messages, and the first one comes soon.
_SENT_AT_ONCE = 60
_PATIENCE_S = 5.0


@dataclass(slots=True)
class _Received:
    """What came of a segment so far."""

    poses: deque[Pose]
    over: bool = False


class SegmentWorkers:
    """Processes that track segments ahead of the one that is asked for.

    Parameters
    ----------
    count : int
        How many processes.
    settings : TrackerSettings
    segments : sequence of Segment
        All segments in order. They are begun in this order, and only as far ahead as there are
        processes, so that the length of a video costs no memory.

    Attributes
    ----------
    stats : dict of float to DecodeStats
        How each finished segment was read, by its start; one that was tracked again counts once.
    """

    def __init__(self, count: int, settings: TrackerSettings, segments: Sequence[Segment]) -> None:
        self.stats: dict[float, DecodeStats] = {}
        self._settings = settings
        self._ahead = count + 1
        self._waiting = deque(segments)
        self._wanted: Segment | None = None
        self._begun: dict[Segment, _Received] = {}
        self._idle: list[Connection] = []
        self._busy: dict[Connection, Segment] = {}
        self._processes: list[BaseProcess] = []
        # A fresh interpreter each: MediaPipe's threads do not survive a fork.
        context = multiprocessing.get_context("spawn")
        for _ in range(count):
            ours, theirs = context.Pipe()
            given = (theirs, settings, usable_cores() <= count)
            process = context.Process(target=_work, args=given, daemon=True)
            process.start()
            theirs.close()
            self._processes.append(process)
            self._idle.append(ours)

    def __enter__(self) -> Self:
        self._hand_out()
        return self

    def __exit__(self, *_: object) -> None:
        for connection in (*self._idle, *self._busy):
            connection.close()
        for process in self._processes:
            # Whoever waits for work sees the closed pipe and ends by itself.
            process.terminate()
        for process in self._processes:
            process.join(_PATIENCE_S)
            if process.is_alive():
                process.kill()
                process.join()

    def track(self, segment: Segment) -> Generator[TrackedFrame]:
        """Give the poses of a segment, those of its warm-up included, as they come."""
        self._wanted = segment
        if segment not in self._begun and segment not in self._waiting:
            self._waiting.appendleft(segment)
        self._hand_out()
        try:
            while True:
                received = self._begun.get(segment)
                if received is None or not (received.poses or received.over):
                    self._receive()
                elif received.poses:
                    yield None, received.poses.popleft()
                else:
                    return
        finally:
            self._begun.pop(segment, None)
            for connection, busy_with in self._busy.items():
                if busy_with == segment:
                    # Not wanted to its end: what still comes of it is thrown away.
                    with contextlib.suppress(OSError):
                        connection.send(None)

    def _hand_out(self) -> None:
        """Give work to those who have none."""
        while self._idle and self._waiting:
            if len(self._begun) >= self._ahead and self._waiting[0] != self._wanted:
                return
            connection, segment = self._idle.pop(), self._waiting.popleft()
            self._begun[segment] = _Received(deque())
            self._busy[connection] = segment
            connection.send(segment)

    def _receive(self) -> None:
        """Take what has come from any process; wait for it if nothing has."""
        for connection in wait(list(self._busy)):
            assert isinstance(connection, Connection)
            segment = self._busy[connection]
            try:
                message = connection.recv()
            except (EOFError, OSError) as error:
                raise SourceError(
                    f"{self._settings.path}: a process that tracked a part of it died "
                    "(out of memory?)"
                ) from error
            if isinstance(message, BaseException):
                raise message
            received = self._begun.get(segment)
            if isinstance(message, DecodeStats):
                if received is not None:
                    self.stats[segment.start_s] = message
                self._idle.append(connection)
                del self._busy[connection]
                if received is not None:
                    received.over = True
                self._hand_out()
            elif received is not None:
                received.poses.extend(message)


def _work(connection: Connection, settings: TrackerSettings, shares_cores: bool) -> None:
    """Track the segments that come, until the connection is closed."""
    if shares_cores:
        share_cores()
    # Ctrl-C reaches every process of the terminal; only the first one decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    with contextlib.suppress(EOFError, OSError):
        while True:
            segment = connection.recv()
            if segment is None:
                # Said of the segment before, which was finished by then.
                continue
            stats = DecodeStats()
            try:
                with contextlib.closing(track_segment(settings, segment, stats)) as tracked:
                    chunk = []
                    for _, pose in tracked:
                        chunk.append(pose)
                        if len(chunk) == _SENT_AT_ONCE:
                            connection.send(chunk)
                            chunk = []
                            if connection.poll():
                                # Not wanted any more.
                                connection.recv()
                                break
                connection.send(chunk)
                connection.send(stats)
            except (EOFError, OSError):
                raise
            except Exception as error:
                connection.send(error)
                return
