"""The newest frame of a camera, read in a thread of its own.

Reading never waits for the code that uses the frames: a frame nobody took in time is dropped. A
camera that goes away is opened again and again; the times of its frames continue.
"""

from __future__ import annotations

import math
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Generic, Literal, Self, TypeVar

import numpy as np

from formcheck.capture.frame import Frame, ImageArray
from formcheck.capture.upright import letterboxed
from formcheck.errors import SourceError

Problem = Literal["lost", "black", "frozen"]
OpenSource = Callable[[], AbstractContextManager[Iterable[Frame]]]

LOST_AFTER_S = 1.0
RETRY_EVERY_S = 1.0
FROZEN_AFTER_S = 2.0
BLACK_AFTER_S = 1.0
BLACK_BELOW = 6.0  # mean grey level 0–255; even a covered camera has some noise
_SAMPLE_EVERY_PX = 16
# Half a second of frames: the rate of a webcam changes with the light.
_GAPS = 15
# Frames that were kept back somewhere come all at once; speeds are measured between them.
_LEAST_GAP_S = 1e-3
# A stream of 120 frames a second may show each frame of a slower camera several times. Taken
# for stillness between two jumps, that gave a rep too many; now and then one is let through, as
# a person drawn by a program may be quite still.
REPEATED_FOR_S = 0.2

T = TypeVar("T")


class Newest(Generic[T]):
    """Hands the newest value from one thread to another; older ones are lost."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._value: T | None = None
        self._number = 0

    def put(self, value: T) -> None:
        """Replace the value."""
        with self._changed:
            self._value = value
            self._number += 1
            self._changed.notify_all()

    def after(self, number: int, timeout_s: float) -> tuple[int, T] | None:
        """Wait for a value newer than this number; None when there was none in time."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._number > number, timeout_s):
                return None
            assert self._value is not None
            return self._number, self._value


@dataclass(frozen=True, slots=True)
class LiveFrame:
    """A frame with the seconds since the session began and its mean grey level, 0–255."""

    frame: Frame
    brightness: float


class CameraFeed:
    """Keeps the newest frame of a source and watches over the source.

    Parameters
    ----------
    open_source : callable
        Opens the camera or stream; called again after each loss. The first call is made at once,
        so that a camera that is not there is an error and not a wait.
    clock : callable
        Seconds, monotonic.
    work_clock : callable
        Seconds that the calling thread has worked. A frame came before it was decoded, and that
        is the camera thread's work: the frame's time is when it came.

    Raises
    ------
    SourceError
        When the first opening fails.

    Attributes
    ----------
    began_at : float
        When the session's time was 0, on the clock.
    frames, losses : int
        Frames that came, and how often the source went away.
    size_px : tuple of int
        Width and height of the frames: a camera that comes back with others is given the same.
    """

    def __init__(
        self,
        open_source: OpenSource,
        *,
        clock: Callable[[], float] = time.monotonic,
        work_clock: Callable[[], float] = time.thread_time,
    ) -> None:
        _quiet_decoders()
        self._open = open_source
        self._clock, self._work_clock = clock, work_clock
        self._gaps_s: deque[float] = deque(maxlen=_GAPS)
        self._first: AbstractContextManager[Iterable[Frame]] | None = open_source()
        self.began_at = clock()
        self._newest: Newest[LiveFrame] = Newest()
        self._watch = PictureWatch()
        self._last_at = self.began_at - _LEAST_GAP_S
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)
        self.frames = 0
        self.losses = 0
        self.size_px = (0, 0)
        self._passed_s = -math.inf

    def now_s(self) -> float:
        """Return the seconds since the session began."""
        return self._clock() - self.began_at

    def after(self, number: int, timeout_s: float) -> tuple[int, LiveFrame] | None:
        """Wait for a frame newer than this number; None when there was none in time."""
        return self._newest.after(number, timeout_s)

    @property
    def fps(self) -> float:
        """Frames a second that came so far."""
        return self.frames / max(self._last_at - self.began_at, 1e-3)

    @property
    def interval_s(self) -> float:
        """How long after one frame the next one comes, of late; NaN as long as none has."""
        gaps = sorted(self._gaps_s)
        return gaps[len(gaps) // 2] if gaps else math.nan

    @property
    def problem(self) -> Problem | None:
        """What is wrong with the frames now."""
        if self._clock() - self._last_at > LOST_AFTER_S:
            return "lost"
        return self._watch.problem

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        # A read that hangs in a driver cannot be interrupted; the thread is a daemon.
        self._thread.join(timeout=3)

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                source, self._first = self._first or self._open(), None
                with source as frames:
                    self._read(frames)
            except (SourceError, OSError):
                pass  # the problem is shown from the age of the last frame
            if not self._closing.is_set():
                self.losses += 1
                self._closing.wait(RETRY_EVERY_S)

    def _read(self, frames: Iterable[Frame]) -> None:
        for frame, decoded_s in self._decoded(frames):
            if self._closing.is_set():
                return
            now = max(self._clock() - decoded_s, self._last_at + _LEAST_GAP_S)
            if now - self._last_at < LOST_AFTER_S:
                self._gaps_s.append(now - self._last_at)
            self._last_at = now
            self.frames += 1
            image = frame.image_rgb
            size_px = (image.shape[1], image.shape[0])
            if self.size_px == (0, 0):
                self.size_px = size_px
            elif size_px != self.size_px:
                image = letterboxed(image, self.size_px)
            time_s = now - self.began_at
            brightness = self._watch.update(time_s, image)
            if self._watch.repeated and time_s - self._passed_s < REPEATED_FOR_S:
                continue
            self._passed_s = time_s
            self._newest.put(LiveFrame(Frame(time_s, image), brightness))

    def _decoded(self, frames: Iterable[Frame]) -> Iterator[tuple[Frame, float]]:
        """Give the frames, and how long this thread has worked for each."""
        iterator = iter(frames)
        while True:
            began_s = self._work_clock()
            frame = next(iterator, None)
            if frame is None:
                return
            yield frame, self._work_clock() - began_s


def _quiet_decoders() -> None:
    """Keep OpenCV and the FFmpeg in it from writing on the terminal; problems are shown instead."""
    import cv2

    # FFmpeg writes a line for each damaged frame, OpenCV one for each stream that is not there.
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


class PictureWatch:
    """Notices frames that are black or do not change any more.

    Attributes
    ----------
    problem : str or None
    repeated : bool
        Whether the latest frame is exactly the one before.
    """

    def __init__(self) -> None:
        self.problem: Problem | None = None
        self.repeated = False
        self._last: ImageArray | None = None
        self._whole: ImageArray | None = None
        self._changed_s = 0.0
        self._bright_s = 0.0

    def update(self, time_s: float, image: ImageArray) -> float:
        """Take one frame and return its mean grey level."""
        sample = image[::_SAMPLE_EVERY_PX, ::_SAMPLE_EVERY_PX]
        brightness = float(sample.mean())
        if brightness >= BLACK_BELOW or self._last is None:
            self._bright_s = time_s
        # A camera's noise changes something in every frame; equal ones are a stuck stream.
        same = self._last is not None and np.array_equal(sample, self._last)
        if not same:
            self._changed_s = time_s
            self._last = sample.copy()
        self.repeated = same and self._whole is not None and np.array_equal(image, self._whole)
        self._whole = image
        if time_s - self._bright_s > BLACK_AFTER_S:
            self.problem = "black"
        elif time_s - self._changed_s > FROZEN_AFTER_S:
            self.problem = "frozen"
        else:
            self.problem = None
        return brightness
