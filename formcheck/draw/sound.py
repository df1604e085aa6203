"""The sound of a video, taken over into the annotated one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from av.container import OutputContainer

# What browsers play out of an mp4 is copied as it is; the rest becomes AAC.
_COPIED = ("aac", "mp3", "opus")


class Sound:
    """The sound of a source, from the time of its first frame on.

    Parameters
    ----------
    path : Path
        A video.
    origin_s : float
        Time of the first frame by the file's own clock.

    Notes
    -----
    Sound that cannot be read is left out: the frames are what is wanted. Silent sources have
    none, and then the annotated video has none.
    """

    def __init__(self, path: Path, origin_s: float) -> None:
        import av

        self._origin_s = origin_s
        self._files = contextlib.ExitStack()
        self._into: OutputContainer | None = None
        self._written: Any = None
        self._waiting: tuple[float, Any] | None = None
        self._stream: Any = None
        self._packets: Iterator[tuple[float, Any]] = iter(())
        with contextlib.suppress(av.FFmpegError, OSError, ValueError):
            source = self._files.enter_context(
                av.open(f"file:{path}", options={"protocol_whitelist": "file"})
            )
            self._stream = source.streams.best("audio")
            if self._stream is not None and self._stream.codec_context is None:
                self._stream = None
            self._source = source

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._files.close()

    def begin(self, container: OutputContainer) -> None:
        """Add the sound to a file whose first frame is still to come."""
        if self._stream is None:
            return
        self._into = container
        if self._stream.codec_context.name in _COPIED:
            self._written = container.add_stream_from_template(self._stream)
            self._packets = self._copied()
        else:
            rate = self._stream.codec_context.sample_rate
            self._written = container.add_stream("aac", rate=rate)
            self._written.layout = "stereo" if self._stream.codec_context.channels > 1 else "mono"
            self._packets = self._encoded(rate)

    def write_until(self, time_s: float) -> None:
        """Write what is heard up to a frame's time."""
        if self._into is None:
            return
        while True:
            waiting = self._waiting or next(self._packets, None)
            if waiting is None or waiting[0] > time_s:
                self._waiting = waiting
                return
            self._waiting = None
            self._into.mux(waiting[1])

    def finish(self, end_s: float) -> None:
        """Write the rest, as far as there are frames."""
        self.write_until(end_s)

    def _copied(self) -> Iterator[tuple[float, Any]]:
        import av

        with contextlib.suppress(av.FFmpegError):
            for packet in self._source.demux(self._stream):
                if packet.pts is None or not packet.size:
                    continue
                time_s = float(packet.pts * packet.time_base) - self._origin_s
                if time_s < 0:
                    continue
                packet.pts = packet.dts = round(time_s / packet.time_base)
                packet.stream = self._written
                yield time_s, packet

    def _encoded(self, rate: int) -> Iterator[tuple[float, Any]]:
        import av

        resampler = av.AudioResampler(format="fltp", layout=self._written.layout, rate=rate)
        encoder = self._written.codec_context
        with contextlib.suppress(av.FFmpegError):
            for frame in self._source.decode(self._stream):
                if frame.pts is None or frame.time_base is None:
                    continue
                time_s = float(frame.pts * frame.time_base) - self._origin_s
                if time_s < 0:
                    continue
                frame.pts, frame.time_base = round(time_s * rate), Fraction(1, rate)
                for sound in resampler.resample(frame):
                    for packet in encoder.encode(sound):
                        packet.stream = self._written
                        yield time_s, packet
            for packet in encoder.encode(None):
                packet.stream = self._written
                yield -1.0, packet
