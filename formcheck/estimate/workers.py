"""Tracks the pieces of one video in several processes at once."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from formcheck._runtime import cores
from formcheck._runtime.interruption import end_with_parent
from formcheck.capture.video_file import Frame, Part, Reading
from formcheck.core.pose import Pose
from formcheck.errors import SourceError
from formcheck.estimate.models import Model
from formcheck.estimate.segments import Piece
from formcheck.estimate.stitching import Tracked

# Some seconds of video: few enough messages, and the first one comes soon.
_SENT_AT_ONCE = 60
_PATIENCE_S = 5.0


class Estimator(Protocol):
    """What finds poses: `formcheck.estimate.mediapipe.PoseEstimator`, or its stand-in in tests."""

    def estimate(self, frame: Frame) -> Pose:
        """Do what the others do, one after the other."""
        ...

    def prepare(self, frame: Frame) -> Any:
        """Return a frame as `find` takes it; in any thread, a few frames ahead."""
        ...

    def find(self, prepared: Any) -> Any:
        """Look at the next frame."""
        ...

    def pose(self, found: Any) -> Pose:
        """Return the pose in what was found, in any thread."""
        ...

    def __enter__(self) -> Self:
        """Return the estimator itself."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give back what it holds."""
        ...


LoadEstimator = Callable[[Model, bool], Estimator]


@dataclass(frozen=True, slots=True)
class TrackerSettings:
    """What a process needs to know to track pieces of a video.

    Attributes
    ----------
    path : Path
    model : Model
    with_outline, with_pictures : bool
        What is given besides the landmarks.
    beginning : Part
        Any part of the video: what only its beginning can tell is the same in all.
    load : callable
        Loads the estimator: model and whether with the outline. It is sent to other processes.
    """

    path: Path
    model: Model
    with_outline: bool
    with_pictures: bool
    beginning: Part
    load: LoadEstimator


@dataclass(slots=True)
class _Received:
    """What came of a piece so far."""

    poses: deque[Pose]
    over: bool = False


class PieceWorkers:
    """Processes that track pieces ahead of the one that is asked for.

    Parameters
    ----------
    count : int
        How many processes.
    settings : TrackerSettings
    pieces : sequence of Piece
        All pieces in order. They are begun in this order, and only as far ahead as there are
        processes, so that the length of a video costs no memory.

    Attributes
    ----------
    readings : dict of float to Reading
        How each finished piece was read, by its start; one that was tracked again counts once.
    """

    def __init__(self, count: int, settings: TrackerSettings, pieces: Sequence[Piece]) -> None:
        self.readings: dict[float, Reading] = {}
        self._settings = settings
        self._ahead = count + 1
        self._waiting = deque(pieces)
        self._wanted: Piece | None = None
        self._begun: dict[Piece, _Received] = {}
        self._idle: list[Connection] = []
        self._busy: dict[Connection, Piece] = {}
        self._processes: list[BaseProcess] = []
        # A fresh interpreter each: MediaPipe's threads do not survive a fork.
        context = multiprocessing.get_context("spawn")
        for _ in range(count):
            ours, theirs = context.Pipe()
            given = (theirs, settings, cores.usable() <= count)
            process = context.Process(target=_work, args=given, daemon=True)
            process.start()
            theirs.close()
            self._processes.append(process)
            self._idle.append(ours)

    def __enter__(self) -> Self:
        self._hand_out()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
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

    def track(self, piece: Piece) -> Generator[Tracked]:
        """Give the poses of a piece, those for warming up included, as they come."""
        self._wanted = piece
        if piece not in self._begun and piece not in self._waiting:
            self._waiting.appendleft(piece)
        self._hand_out()
        try:
            while True:
                received = self._begun.get(piece)
                if received is None or not (received.poses or received.over):
                    self._receive()
                elif received.poses:
                    yield None, received.poses.popleft()
                else:
                    return
        finally:
            self._begun.pop(piece, None)
            for connection, busy_with in self._busy.items():
                if busy_with == piece:
                    # Not wanted to its end: what still comes of it is thrown away.
                    with contextlib.suppress(OSError):
                        connection.send(None)

    def _hand_out(self) -> None:
        """Give work to those who have none."""
        while self._idle and self._waiting:
            if len(self._begun) >= self._ahead and self._waiting[0] != self._wanted:
                return
            connection, piece = self._idle.pop(), self._waiting.popleft()
            self._begun[piece] = _Received(deque())
            self._busy[connection] = piece
            connection.send(piece)

    def _receive(self) -> None:
        """Take what has come from any process; wait for it if nothing has."""
        for connection in wait(list(self._busy)):
            assert isinstance(connection, Connection)
            piece = self._busy[connection]
            try:
                message = connection.recv()
            except (EOFError, OSError) as error:
                raise SourceError(
                    f"{self._settings.path}: a process that tracked a part of it died "
                    "(out of memory?)"
                ) from error
            if isinstance(message, BaseException):
                raise message
            received = self._begun.get(piece)
            if isinstance(message, Reading):
                if received is not None:
                    self.readings[piece.start_s] = message
                self._idle.append(connection)
                del self._busy[connection]
                if received is not None:
                    received.over = True
                self._hand_out()
            elif received is not None:
                received.poses.extend(message)


def _work(connection: Connection, settings: TrackerSettings, shares_cores: bool) -> None:
    """Track the pieces that come, until the connection is closed."""
    if shares_cores:
        cores.share()
    # Ctrl-C reaches every process of the terminal; only the first one decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    from formcheck.estimate.track import track_piece

    with contextlib.suppress(EOFError, OSError):
        while True:
            piece = connection.recv()
            if piece is None:
                # Said of the piece before, which was finished by then.
                continue
            reading = Reading()
            try:
                with contextlib.closing(track_piece(settings, piece, reading)) as tracked:
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
                connection.send(reading)
            except (EOFError, OSError):
                raise
            except Exception as error:
                connection.send(error)
                return
