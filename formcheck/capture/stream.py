"""Frames of a stream (rtsp://…, http://…), as they come.

Read by the same library as files, and made upright by the same code: what a stream says about its
pixels, its turn and its colours is heard, too.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING

from formcheck.capture.frame import (
    FALLBACK_FPS,
    Frame,
    ImageArray,
    Releasing,
    SourceInfo,
    as_they_come,
)
from formcheck.capture.upright import Upright
from formcheck.core.body.turned import Turn
from formcheck.errors import SourceError

if TYPE_CHECKING:
    from av.container import InputContainer

_TIMEOUT_S = (10.0, 10.0)
# Over UDP, which FFmpeg tries first, frames of a wireless camera come torn.
_OPTIONS = {"rtsp": {"rtsp_transport": "tcp"}, "rtsps": {"rtsp_transport": "tcp"}}
_MOST_PIXELS = 50_000_000


class Stream(Releasing):
    """A stream by its address.

    Times are those of arrival, seconds since the first frame. `clock` can be replaced in tests.

    Parameters
    ----------
    address : str
    turn : int
        Turn the frames clockwise by this, beside what the stream says.
    """

    def __init__(
        self,
        address: str,
        *,
        turn: Turn = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        import av

        self.warnings: list[str] = []
        self._clock = clock
        self._name = hide_password(address)
        scheme = address.partition("://")[0]
        try:
            self._container: InputContainer = av.open(
                address, timeout=_TIMEOUT_S, options=_OPTIONS.get(scheme, {})
            )
        except (av.FFmpegError, OSError, ValueError) as error:
            raise SourceError(_cannot_open(self._name)) from error
        try:
            stream = self._container.streams.best("video")
            if stream is None or stream.codec_context is None:
                raise SourceError(_cannot_open(self._name))
            assert isinstance(stream, av.VideoStream)
            self._stream = stream
            # Whole frames in several threads would each come some frames late.
            stream.thread_type = "SLICE"
            stream.codec_context.options = {"max_pixels": str(_MOST_PIXELS)}
            self._upright = Upright(stream, turn)
            self._images = self._decode()
            self._first = next(self._images, None)
            if self._first is None:
                raise SourceError(_cannot_open(self._name))
        except BaseException:
            self._container.close()
            raise
        self.info = SourceInfo(self._name, None, _fps(stream), *self._upright.shown)

    def __iter__(self) -> Iterator[Frame]:
        """Give the frames as they come, until there are no more."""
        return as_they_come(
            self._first, lambda: next(self._images, None), self._clock, self._name, self.warnings
        )

    def close(self) -> None:
        """Hang up."""
        self._images.close()
        self._container.close()

    def _decode(self) -> Generator[ImageArray]:
        import av

        try:
            for packet in self._container.demux(self._stream):
                try:
                    pictures = packet.decode()
                except av.FFmpegError:
                    continue
                for picture in pictures:
                    yield self._upright.image(picture, self._clock())
        except (av.FFmpegError, OSError):
            # It hung up, or nothing came for too long; whoever watches opens it again.
            return


def is_stream(address: str) -> bool:
    """Return True for an address such as ``rtsp://…`` or ``http://…``."""
    return re.match(r"^(rtsp|rtsps|rtmp|http|https|udp|tcp)://", address) is not None


def hide_password(address: str) -> str:
    """Return a stream's address without the name and password in it."""
    return re.sub(r"(?<=://)[^/@]*@", "", address)


def _cannot_open(name: str) -> str:
    return f"the stream {name} cannot be opened; does it play in a browser or in VLC?"


def _fps(stream: object) -> float:
    for rate in (getattr(stream, name) for name in ("average_rate", "guessed_rate")):
        if rate and 1 <= rate <= 240:
            return float(rate)
    return FALLBACK_FPS
