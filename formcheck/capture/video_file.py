"""Frames of a video file with their true times, however variable its frame rate."""

from __future__ import annotations

import os
import struct
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from formcheck._runtime import process
from formcheck.capture.frame import FALLBACK_FPS, Frame, Releasing, SourceInfo
from formcheck.capture.segment import WHOLE, Beginning, Segment
from formcheck.capture.timestamps import FrameClock, Gap, recorded_at
from formcheck.capture.upright import Upright
from formcheck.core.body.turned import Turn
from formcheck.errors import SourceError, reason_of

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream


# Recorders and cutters leave up to a few frames between the declared and the real end.
_CUT_OFF_S = 0.5
# 8K is 33 million. A frame takes three bytes a pixel, and several are held at once.
_MOST_PIXELS = 50_000_000
# Already finding out what is in a file decodes a frame.
_OPTIONS = {"protocol_whitelist": "file", "max_pixels": str(_MOST_PIXELS)}
_SLOW_MOTION_FPS = 100
_LEAST_SIDE_PX = 16
_UNKNOWN = Beginning()
_LONGEST_S = 30 * 24 * 3600.0
# AVFMT_NOTIMESTAMPS of FFmpeg: bare streams of H.264 and the like.
_NO_TIMES = 0x80
# How the annotated video tells what it is, whatever it is called later.
ANNOTATED = "annotated by formcheck"
CHANGED = (
    "size, shape or turn of the pictures change after {seconds:.1f} s; all are shown at the size "
    "of the first, with black edges where they do not fill it"
)
# More would only fill memory: each holds frames of its own.
_DECODER_THREADS = 4


@dataclass(slots=True)
class DecodeStats:
    """What was met while a file or a segment of it was read.

    Attributes
    ----------
    damaged : int
        Pieces of data that could not be decoded.
    dropped : int
        Frames left out because of their time.
    broke_off : bool
        Whether the file ends in the middle of its data.
    end_s : float
        Time of the last frame.
    changed_s : float or None
        When size or shape of the frames first changed.
    gap : Gap or None
        The first jump of the times that was cut.
    grew : bool
        Whether the file was written to while it was read.
    """

    damaged: int = 0
    dropped: int = 0
    broke_off: bool = False
    end_s: float = 0.0
    changed_s: float | None = None
    gap: Gap | None = None
    grew: bool = False

    def add(self, other: DecodeStats) -> None:
        """Take what was met in another segment of the file, too."""
        self.damaged += other.damaged
        self.dropped += other.dropped
        self.broke_off = self.broke_off or other.broke_off
        self.end_s = max(self.end_s, other.end_s)
        self.gap, self.grew = self.gap or other.gap, self.grew or other.grew
        self.changed_s = min(
            (s for s in (self.changed_s, other.changed_s) if s is not None), default=None
        )

    @staticmethod
    def together(stats: Iterable[DecodeStats]) -> DecodeStats:
        """Return what was met in all segments."""
        total = DecodeStats()
        for one in stats:
            total.add(one)
        return total


class VideoFile(Releasing):
    """A video file.

    Parameters
    ----------
    path : Path
        Any file that PyAV (FFmpeg) can decode.
    segment : Segment
        Give only the frames of one segment of it, those of its warm-up included.
    beginning : Beginning
        What the file's first frame told; needed for every segment but the first.
    turn : int
        Turn the frames clockwise by this, beside what the file says.

    Attributes
    ----------
    stats : DecodeStats
        Complete when all frames have been given. Of a segment it tells what belongs to the
        segment itself, so that those of all segments add up to the file's.

    Raises
    ------
    SourceError
        When the file is missing, is no video, or not one frame of it can be decoded.
    """

    def __init__(
        self,
        path: Path,
        segment: Segment = WHOLE,
        beginning: Beginning = _UNKNOWN,
        *,
        turn: Turn = 0,
    ) -> None:
        import av

        self.warnings: list[str] = []
        self.stats = DecodeStats()
        self._path = path
        self._segment = segment
        self._origin_s = beginning.origin_s
        self._bytes = _require_file(path)
        try:
            # "file:" and the whitelist keep a playlist dressed as a video from opening addresses.
            self._container: InputContainer = av.open(f"file:{path}", options=_OPTIONS)
        except (av.FFmpegError, OSError, ValueError) as error:
            raise SourceError(_cannot_open(path, error)) from error
        try:
            _require_no_photo(self._container, path)
            _require_foreign(self._container, path)
            self._stream = _picture_stream(self._container, path)
            self._stream.thread_type = "AUTO"
            self._stream.codec_context.thread_count = min(_DECODER_THREADS, process.usable_cores())
            self._has_no_times = bool(self._container.format.flags & _NO_TIMES)
            self._fps = _fps(self._stream, self._has_no_times)
            self._upright = Upright(self._stream, turn, beginning.canvas)
            self._go_to(segment.key_time)
            self._pictures = self._decode()
            self._first = next(self._pictures, None)
            if self._first is None:
                raise SourceError(_nothing_decoded(self._stream, path))
        except BaseException:
            self._container.close()
            raise
        self.info = SourceInfo(
            path.name,
            _duration_s(self._container, self._stream),
            self._fps,
            *self._upright.shown,
        )

    def __iter__(self) -> Iterator[Frame]:
        """Give the frames from the start; once only."""
        if self._first is None:
            return
        frame, self._first = self._first, None
        yield frame
        for frame in self._pictures:
            yield frame
        self.stats.grew = _bytes(self._path) > self._bytes
        if self._segment == WHOLE:
            self.warnings += self.warnings_about(self.stats)

    def warnings_about(self, stats: DecodeStats) -> list[str]:
        """Return what a person should know about how the whole file was read."""
        warnings = []
        if stats.damaged:
            warnings.append(f"{_count(stats.damaged, 'piece')} of the video cannot be decoded")
        if stats.dropped:
            warnings.append(
                f"{_count(stats.dropped, 'picture')} with the time of the one before left out"
            )
        if stats.changed_s is not None:
            warnings.append(CHANGED.format(seconds=stats.changed_s))
        if self._has_no_times:
            warnings.append(
                f"the file has no times: {self.info.fps:g} pictures a second are assumed"
            )
        if self._fps >= _SLOW_MOTION_FPS:
            warnings.append(
                f"the video has {self._fps:.0f} frames a second; if it plays slower than it was "
                "filmed, say how much with --speed"
            )
        if stats.gap is not None:
            warnings.append(str(stats.gap))
        if stats.grew:
            warnings.append(
                "the file was still being written while it was read; analyse it again when it is "
                "whole"
            )
        declared_s, end_s = self.declared_s, stats.end_s + 1 / self.info.fps
        if stats.gap is None and declared_s is not None and end_s < declared_s - _CUT_OFF_S:
            warnings.append(
                f"the video is cut off: it should last {declared_s:.1f} s, "
                f"but can be read only up to {end_s:.1f} s"
            )
        elif stats.broke_off:
            warnings.append(f"the video is damaged at its end, after {end_s:.1f} s")
        return warnings

    @property
    def beginning(self) -> Beginning:
        """What the first frame of the file told."""
        return Beginning(self._origin_s, self._upright.canvas)

    @property
    def recorded_at(self) -> str | None:
        """When it was filmed, as the file says (ISO 8601)."""
        return recorded_at(self._container.metadata, self._stream.metadata)

    @property
    def slowed(self) -> float:
        """How many times slower it plays than it was filmed, as phones write it down; 1: no."""
        told = self._container.metadata.get("com.android.capture.fps", "")
        try:
            factor = float(told) / self._fps
        except ValueError:
            return 1.0
        return float(round(factor)) if 1.9 <= factor <= 100 else 1.0

    @property
    def declared_s(self) -> float | None:
        """How long the frames should last, where the file says it of them.

        Matroska only tells the length of the whole, which the sound may decide.
        """
        if self._stream.duration is None and len(self._container.streams) > 1:
            return None
        return self.info.duration_s

    def stored_times(self) -> tuple[list[int | None], list[int], Fraction | None]:
        """Return the times of all stored frames, those to begin decoding with, and their unit.

        The file is read through once for it, without decoding anything.
        """
        return _stored_times(self._path)

    def close(self) -> None:
        """Release the file."""
        self._pictures.close()
        self._container.close()

    def _decode(self) -> Generator[Frame]:
        import av

        segment, stats = self._segment, self.stats
        clock = FrameClock(1 / self._fps, self._origin_s)
        last_s = 0.0
        for packet in self._packets():
            try:
                pictures = packet.decode()
            except av.FFmpegError:
                stats.damaged += self._belongs(packet)
                continue
            for picture in pictures:
                # What files without times are read with is made up by the reader: 25 a second.
                pts = None if self._has_no_times else picture.pts
                time_s = clock.time_of(pts, picture.time_base or self._stream.time_base)
                stats.gap = clock.gap
                if time_s is None:
                    stats.dropped += segment.start_s <= last_s < segment.end_s
                    continue
                last_s = time_s
                if time_s >= segment.end_s:
                    return
                self._upright.look(picture, time_s)
                if time_s < segment.warm_s:
                    continue
                self._origin_s = clock.origin_s if self._origin_s is None else self._origin_s
                stats.end_s = time_s
                image = self._upright.image(picture, time_s)
                if stats.changed_s is None:
                    stats.changed_s = self._upright.changed_s
                yield Frame(time_s, image)

    def _go_to(self, key_time: int | None) -> None:
        """Begin at a frame from which decoding can begin, or before it."""
        import av

        if key_time is None:
            return
        try:
            self._container.seek(key_time, stream=self._stream)
            first = next(self._container.demux(self._stream))
            if first.pts is None or first.pts > key_time:
                self._container.seek(0, stream=self._stream)
            else:
                # The packet that was looked at must come again.
                self._container.seek(key_time, stream=self._stream)
        except av.FFmpegError:
            self._container.seek(0)

    def _belongs(self, packet: Any) -> bool:
        """Return True where a packet is of the segment itself, not of what is around it."""
        segment = self._segment
        if segment == WHOLE:
            return True
        time = packet.pts if packet.pts is not None else packet.dts
        if time is None or self._origin_s is None:
            return False
        time_s = float(time * packet.time_base) - self._origin_s
        return segment.start_s <= time_s < segment.end_s

    def _packets(self) -> Iterator[Any]:
        """Give the packets up to the end, or up to where the file breaks off."""
        import av

        try:
            yield from self._container.demux(self._stream)
        except av.EOFError:
            return
        except av.FFmpegError:
            self.stats.broke_off = True


def _stored_times(path: Path) -> tuple[list[int | None], list[int], Fraction | None]:
    """Return the times of all stored frames, those to begin decoding with, and their unit."""
    import av

    times: list[int | None] = []
    keys: list[int] = []
    with av.open(f"file:{path}", options=_OPTIONS) as container:
        stream = _picture_stream(container, path)
        unit = stream.time_base
        try:
            for packet in container.demux(stream):
                if packet.size:
                    times.append(packet.pts)
                    if packet.is_keyframe and packet.pts is not None:
                        keys.append(packet.pts)
        except av.FFmpegError:
            # Where the file breaks off; what can be read of it is known by now.
            return times, keys, unit
    return times, keys, unit


def _picture_stream(container: InputContainer, path: Path) -> VideoStream:
    import av.stream

    # The cover picture of a song is a video stream too.
    cover = av.stream.Disposition.attached_pic | av.stream.Disposition.timed_thumbnails
    streams = [s for s in container.streams.video if not s.disposition & cover]
    known = [s for s in streams if s.codec_context is not None]
    if known and container.format.name != "tty":
        # The one that a player plays: of several, size and marks of the file decide.
        best = container.streams.best("video")
        stream = next((s for s in known if best is not None and s.index == best.index), known[0])
        _require_usable_size(container, stream, path)
        return stream
    if streams and not known:
        raise SourceError(
            f"{path} has pictures in a format that cannot be decoded here; export it as MP4 (H.264)"
        )
    if container.streams.audio:
        raise SourceError(f"{path} has no picture, only sound; formcheck needs a video")
    raise SourceError(f"{path} is not a video")


def _nothing_decoded(stream: VideoStream, path: Path) -> str:
    if stream.width:
        return (
            f"{path} is damaged: not one picture in it can be decoded; "
            "copy or export the video again"
        )
    # Where the size is told by the picture alone, a refused one leaves it unknown.
    return (
        f"{path} is damaged, or its pictures have more than {_MOST_PIXELS // 1_000_000} million "
        "pixels: not one can be decoded; export a smaller copy"
    )


def _require_no_photo(container: InputContainer, path: Path) -> None:
    name = container.format.name
    with path.open("rb") as file:
        start = file.read(12)
    is_heif = start[4:8] == b"ftyp" and start[8:12] in (b"heic", b"heix", b"mif1", b"avif")
    # The readers of single images: "png_pipe", "jpeg_pipe", ... and "image2".
    if name.endswith("_pipe") or name == "image2" or is_heif:
        raise SourceError(f"{path} is a photo; formcheck needs a video")


def _require_foreign(container: InputContainer, path: Path) -> None:
    if container.metadata.get("comment") == ANNOTATED:
        raise SourceError(
            f"{path} is an annotated video that formcheck wrote itself; analyse the video it was "
            "made of"
        )


def _require_usable_size(container: InputContainer, stream: VideoStream, path: Path) -> None:
    """Refuse frames that would fill the memory, before one is decoded."""
    width, height = stream.width or 0, stream.height or 0
    if not width and stream.codec_context.name == "mjpeg":
        # Beyond its limit the decoder tells no size, but the first image has it in its header.
        packet = next(container.demux(stream), None)
        width, height = _jpeg_size(bytes(packet)) if packet is not None else (0, 0)
    if 0 < min(width, height) < _LEAST_SIDE_PX:
        raise SourceError(
            f"{path} has pictures of {width} × {height} pixels, too small to see anybody"
        )
    if width * height > _MOST_PIXELS:
        raise SourceError(
            f"{path} has pictures of {width} × {height} pixels, too large to be read "
            f"(at most {_MOST_PIXELS // 1_000_000} million pixels); make a smaller copy"
        )
    # Frames in the middle may be larger than the header says; the decoder refuses these.
    stream.codec_context.options = {"max_pixels": str(_MOST_PIXELS)}


def _jpeg_size(image: bytes) -> tuple[int, int]:
    """Return width and height that a JPEG's frame header names (ITU T.81, B.2.2), 0 without one."""
    place = 2
    while place + 9 <= len(image) and image[place] == 0xFF:
        marker, length = image[place + 1], int.from_bytes(image[place + 2 : place + 4], "big")
        if 0xC0 <= marker <= 0xC3:
            height, width = struct.unpack(">HH", image[place + 5 : place + 9])
            return width, height
        place += 2 + length
    return 0, 0


def _bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _require_file(path: Path) -> int:
    """Return a file's size; raise SourceError where it cannot be read."""
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        raise SourceError(f"{path} does not exist") from None
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {reason_of(error)}") from error
    if path.is_dir():
        raise SourceError(f"{path} is a folder, not a video")
    if not os.access(path, os.R_OK):
        raise SourceError(f"{path} cannot be read: no permission")
    if size == 0:
        raise SourceError(f"{path} is empty (0 bytes); copy or record it again")
    return size


def _cannot_open(path: Path, error: Exception) -> str:
    if isinstance(error, PermissionError):
        return f"{path} cannot be read: no permission"
    with path.open("rb") as file:
        start = file.read(12)
    if start[4:8] in (b"ftyp", b"moov", b"mdat", b"free", b"wide", b"skip"):
        return (
            f"{path} is an incomplete video: its index is missing, as in a recording or copy that "
            "was cut off; copy or export it again"
        )
    return f"{path} is not a video that can be read"


def _duration_s(container: InputContainer, stream: VideoStream) -> float | None:
    if stream.duration is not None and stream.time_base is not None:
        declared_s = float(stream.duration * stream.time_base)
    else:
        declared_s = container.duration / 1e6 if container.duration else 0.0
        # Matroska tells the time of the end, whenever the beginning is.
        if "matroska" in container.format.name and (container.start_time or 0) > 0:
            declared_s -= container.start_time / 1e6
    # Damaged files declare anything; nobody films for a month without end.
    return declared_s if 0 < declared_s < _LONGEST_S else None


def _fps(stream: VideoStream, has_no_times: bool) -> float:
    told = stream.codec_context.framerate if has_no_times else None
    for rate in (told, stream.average_rate, stream.guessed_rate, stream.base_rate):
        if rate and 1 <= rate <= 1000:
            return float(rate)
    return FALLBACK_FPS


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
