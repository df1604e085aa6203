"""Frames of a camera, as they come; and which camera or stream an address means."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np

from formcheck.capture.frame import (
    FALLBACK_FPS,
    Frame,
    ImageArray,
    Releasing,
    SourceInfo,
    as_they_come,
)
from formcheck.capture.stream import Stream, is_stream
from formcheck.capture.upright import turned
from formcheck.core.body.turned import Turn
from formcheck.errors import SourceError


class Camera(Releasing):
    """A camera by its number (0 is the first).

    Times are those of arrival, seconds since the first frame. `clock` can be replaced in tests.

    Parameters
    ----------
    number : int
    asked : (int, int, float), optional
        Width, height and frames a second to ask a camera for. Which of what it has it then
        gives is up to the camera: `info` says what came.
    turn : int
        Turn the frames clockwise by this: the camera hangs on its side or upside down.
    """

    def __init__(
        self,
        number: int,
        *,
        asked: tuple[int, int, float] | None = None,
        turn: Turn = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        import cv2

        self.warnings: list[str] = []
        self._clock = clock
        self._name = f"camera {number}"
        self._turn: Turn = turn
        _quiet_opencv()
        self._capture = cv2.VideoCapture(number)
        if asked is not None and self._capture.isOpened():
            # Webcams give their large frames at full rate only as JPEG.
            self._capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
            width, height, rate = asked
            self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
            self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
            self._capture.set(cv2.CAP_PROP_FPS, rate)
        self._first = self._read() if self._capture.isOpened() else None
        if self._first is None:
            self._capture.release()
            raise SourceError(
                f"{self._name} cannot be opened; is it connected, not in use by another program, "
                "and may this program use it?"
            )
        height, width = self._first.shape[:2]
        fps = float(self._capture.get(cv2.CAP_PROP_FPS))
        usable = np.isfinite(fps) and 1 <= fps <= 240
        self.info = SourceInfo(self._name, None, fps if usable else FALLBACK_FPS, width, height)

    def __iter__(self) -> Iterator[Frame]:
        """Give the frames as they come, until the camera gives no more."""
        return as_they_come(
            self._first, self._read, self._clock, self._name, self.warnings
        )

    def close(self) -> None:
        """Release the device."""
        self._capture.release()

    def _read(self) -> ImageArray | None:
        import cv2

        good, image = self._capture.read()
        if not good:
            return None
        return turned(
            cv2.cvtColor(image, cv2.COLOR_BGR2RGB).astype(np.uint8, copy=False), self._turn
        )


def open_camera(
    address: str, asked: tuple[int, int, float] | None = None, *, turn: Turn = 0
) -> Camera | Stream:
    """Open a camera number or a stream address as the command line gives it."""
    if address.isdecimal():
        return Camera(int(address), asked=asked, turn=turn)
    if is_stream(address):
        return Stream(address, turn=turn)
    raise SourceError(
        f"'{address}' is neither a camera number (0, 1, …) nor a stream address (rtsp://…, http://…)"
    )


def _quiet_opencv() -> None:
    # OpenCV writes a page of probing messages for a camera that is not there.
    import cv2

    if hasattr(cv2, "utils") and hasattr(cv2.utils, "logging"):
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
