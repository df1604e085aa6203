"""Pictures of a camera or a stream, as they come."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

import numpy as np

from formcheck.capture.frame import FALLBACK_FPS, Frame, ImageArray, Releasing, SourceInfo
from formcheck.errors import SourceError

_STREAM_TIMEOUT_S = (10.0, 10.0)


class Camera(Releasing):
    """A camera by its number (0 is the first), or a stream by its address.

    Times are those of arrival, seconds since the first picture. `clock` can be replaced in tests.

    Parameters
    ----------
    address : int or str
    asked : (int, int, float), optional
        Width, height and pictures a second to ask a camera for. Which of what it has it then
        gives is up to the camera: `info` says what came. A stream has its own.
    """

    def __init__(
        self,
        address: int | str,
        *,
        asked: tuple[int, int, float] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        import cv2

        self.warnings: list[str] = []
        self._clock = clock
        self._name = f"camera {address}" if isinstance(address, int) else hide_password(address)
        if isinstance(address, int):
            _quiet_opencv()
            self._capture = cv2.VideoCapture(address)
            if asked is not None and self._capture.isOpened():
                # Webcams give their large pictures at full rate only as JPEG.
                self._capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
                width, height, rate = asked
                self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
                self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
                self._capture.set(cv2.CAP_PROP_FPS, rate)
        else:
            open_ms, read_ms = (int(1000 * seconds) for seconds in _STREAM_TIMEOUT_S)
            self._capture = cv2.VideoCapture(
                address,
                cv2.CAP_FFMPEG,
                [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, open_ms, cv2.CAP_PROP_READ_TIMEOUT_MSEC, read_ms],
            )
        self._first = self._read() if self._capture.isOpened() else None
        if self._first is None:
            self._capture.release()
            raise SourceError(_no_camera(address, self._name))
        height, width = self._first.shape[:2]
        fps = float(self._capture.get(cv2.CAP_PROP_FPS))
        usable = np.isfinite(fps) and 1 <= fps <= 240
        self.info = SourceInfo(self._name, None, fps if usable else FALLBACK_FPS, width, height)

    def __iter__(self) -> Iterator[Frame]:
        """Give the frames as they come, until the camera gives no more."""
        if self._first is None:
            return
        image: ImageArray | None = self._first
        start = self._clock()
        last_s = -1.0
        while image is not None:
            time_s = max(self._clock() - start, 0.0)
            if time_s > last_s:
                yield Frame(time_s, image)
                last_s = time_s
            image = self._read()
        self.warnings.append(f"{self._name} gave no more pictures after {max(last_s, 0):.1f} s")

    def close(self) -> None:
        """Release the device."""
        self._capture.release()

    def _read(self) -> ImageArray | None:
        import cv2

        good, image = self._capture.read()
        return cv2.cvtColor(image, cv2.COLOR_BGR2RGB).astype(np.uint8, copy=False) if good else None


def is_stream(address: str) -> bool:
    """Return True for an address such as ``rtsp://…`` or ``http://…``."""
    return re.match(r"^(rtsp|rtsps|rtmp|http|https|udp|tcp)://", address) is not None


def hide_password(address: str) -> str:
    """Return a stream's address without the name and password in it."""
    return re.sub(r"(?<=://)[^/@]*@", "", address)


def open_camera(address: str, asked: tuple[int, int, float] | None = None) -> Camera:
    """Open a camera number or a stream address as the command line gives it."""
    if address.isdecimal():
        return Camera(int(address), asked=asked)
    if is_stream(address):
        return Camera(address)
    raise SourceError(
        f"'{address}' is neither a camera number (0, 1, …) nor a stream address (rtsp://…, http://…)"
    )


def _no_camera(address: int | str, name: str) -> str:
    if isinstance(address, int):
        return (
            f"{name} cannot be opened; is it connected, not in use by another program, and may "
            "this program use it?"
        )
    return f"the stream {name} cannot be opened; does it play in a browser or in VLC?"


def _quiet_opencv() -> None:
    # OpenCV writes a page of probing messages for a camera that is not there.
    import cv2

    if hasattr(cv2, "utils") and hasattr(cv2.utils, "logging"):
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
