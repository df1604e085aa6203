"""Pictures with their times: from a video file, a camera, or a stream.

Every source is a context manager and an iterator of `Frame`; leaving the block releases the file or
the device, whatever happened. Files give the true times of their pictures (variable frame rates
stay right), upright and with square pixels, because angles are measured in the picture's plane.
"""

from __future__ import annotations

import math
import os
import re
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

import numpy as np
import numpy.typing as npt

from formcheck._runtime import process
from formcheck.capture.segment import WHOLE, Beginning, Segment
from formcheck.errors import SourceError, reason_of

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.reformatter import VideoReformatter
    from av.video.stream import VideoStream

ImageArray = npt.NDArray[np.uint8]

FALLBACK_FPS = 30.0
# Recorders and cutters leave up to a few frames between the declared and the real end.
_CUT_OFF_S = 0.5
_STREAM_TIMEOUT_S = (10.0, 10.0)
_MATRIX_ONE = 1 << 16
_MATRIX_EVERY_S = 1.0
# 8K is 33 million. A picture takes three bytes a pixel, and several are held at once.
_MOST_PIXELS = 50_000_000
# The model looks at 256 pixels across a person, and an annotated video is not larger either: to
# convert the whole of a 4K picture would be work for nothing.
LONGEST_SIDE = 1920
_UNKNOWN = Beginning()
# More would only fill memory: each holds pictures of its own.
_DECODER_THREADS = 4


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture: seconds since the first picture, and RGB pixels of shape (height, width, 3).

    Pictures of a file are no longer than `LONGEST_SIDE`.
    """

    time_s: float
    image_rgb: ImageArray


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What is known about a source before it is read.

    Attributes
    ----------
    path : str
        The file's name, the camera's number or the stream's address.
    duration_s : float or None
        Declared length; None for a live source.
    fps : float
        Average pictures a second.
    width, height : int
        Size of the upright picture, pixels.
    """

    path: str
    duration_s: float | None
    fps: float
    width: int
    height: int


@dataclass(slots=True)
class DecodeStats:
    """What was met while a file or a segment of it was read.

    Attributes
    ----------
    damaged : int
        Pieces of data that could not be decoded.
    dropped : int
        Pictures left out because of their time.
    broke_off : bool
        Whether the file ends in the middle of its data.
    end_s : float
        Time of the last picture.
    """

    damaged: int = 0
    dropped: int = 0
    broke_off: bool = False
    end_s: float = 0.0

    def add(self, other: DecodeStats) -> None:
        """Take what was met in another segment of the file, too."""
        self.damaged += other.damaged
        self.dropped += other.dropped
        self.broke_off = self.broke_off or other.broke_off
        self.end_s = max(self.end_s, other.end_s)

    @staticmethod
    def together(stats: Iterable[DecodeStats]) -> DecodeStats:
        """Return what was met in all segments."""
        total = DecodeStats()
        for one in stats:
            total.add(one)
        return total


class VideoSource(Protocol):
    """What all sources have in common."""

    info: SourceInfo
    warnings: list[str]

    def __iter__(self) -> Iterator[Frame]:
        """Give the frames, each later than the one before."""
        ...

    def __enter__(self) -> Self:
        """Return the source itself."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Release the source."""
        ...


class _Releasing:
    def close(self) -> None:
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class VideoFile(_Releasing):
    """A video file.

    Parameters
    ----------
    path : Path
        Any file that PyAV (FFmpeg) can decode.
    segment : Segment
        Give only the pictures of one segment of it, those of its warm-up included.
    beginning : Beginning
        What the file's first picture told; needed for every segment but the first.

    Attributes
    ----------
    stats : DecodeStats
        Complete when all pictures have been given. Of a segment it tells what belongs to the
        segment itself, so that those of all segments add up to the file's.

    Raises
    ------
    SourceError
        When the file is missing, is no video, or not one picture of it can be decoded.
    """

    def __init__(
        self, path: Path, segment: Segment = WHOLE, beginning: Beginning = _UNKNOWN
    ) -> None:
        import av

        self.warnings: list[str] = []
        self.stats = DecodeStats()
        self._path = path
        self._segment = segment
        self._origin_s = beginning.origin_s
        self._size = beginning.size
        _require_file(path)
        try:
            # "file:" and the whitelist keep a playlist dressed as a video from opening addresses.
            self._container: InputContainer = av.open(
                f"file:{path}", options={"protocol_whitelist": "file"}
            )
        except (av.FFmpegError, OSError, ValueError) as error:
            raise SourceError(_cannot_open(path, error)) from error
        try:
            self._stream = _picture_stream(self._container, path)
            self._stream.thread_type = "AUTO"
            self._stream.codec_context.thread_count = min(_DECODER_THREADS, process.usable_cores())
            self._go_to(segment.key_time)
            self._pictures = self._decode()
            self._first = next(self._pictures, None)
            if self._first is None:
                raise SourceError(
                    f"{path} is damaged: not one picture in it can be decoded; "
                    "copy or export the video again"
                )
        except BaseException:
            self._container.close()
            raise
        self.info = SourceInfo(
            path.name,
            _duration_s(self._container, self._stream),
            _fps(self._stream),
            *self._upright_size(self._first.image_rgb),
        )

    def __iter__(self) -> Iterator[Frame]:
        """Give the frames from the start; once only."""
        if self._first is None:
            return
        frame, self._first = self._first, None
        yield frame
        for frame in self._pictures:
            yield frame
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
        declared_s, end_s = self.declared_s, stats.end_s + 1 / self.info.fps
        if declared_s is not None and end_s < declared_s - _CUT_OFF_S:
            warnings.append(
                f"the video is cut off: it should last {declared_s:.1f} s, "
                f"but can be read only up to {end_s:.1f} s"
            )
        elif stats.broke_off:
            warnings.append(f"the video is damaged at its end, after {end_s:.1f} s")
        return warnings

    @property
    def beginning(self) -> Beginning:
        """What the first picture of the file told."""
        return Beginning(self._origin_s, self._size)

    @property
    def declared_s(self) -> float | None:
        """How long the pictures should last, where the file says it of them.

        Matroska only tells the length of the whole, which the sound may decide.
        """
        if self._stream.duration is None and len(self._container.streams) > 1:
            return None
        return self.info.duration_s

    def stored_times(self) -> tuple[list[int | None], list[int], Fraction | None]:
        """Return the times of all stored pictures, those to begin decoding with, and their unit.

        The file is read through once for it, without decoding anything.
        """
        return _stored_times(self._path)

    def close(self) -> None:
        """Release the file."""
        self._pictures.close()
        self._container.close()

    def _decode(self) -> Generator[Frame]:
        import av
        from av.video.reformatter import VideoReformatter

        # One for all pictures: it keeps the tables it has worked out.
        converter = VideoReformatter()
        segment, stats = self._segment, self.stats
        clock = _FrameClock(1 / _fps(self._stream), self._origin_s)
        matrix, matrix_s, last_s = None, -math.inf, 0.0
        for packet in self._packets():
            try:
                pictures = packet.decode()
            except av.FFmpegError:
                stats.damaged += self._belongs(packet)
                continue
            for picture in pictures:
                time_s = clock.time_of(picture.pts, picture.time_base or self._stream.time_base)
                if time_s is None:
                    stats.dropped += segment.start_s <= last_s < segment.end_s
                    continue
                last_s = time_s
                if time_s >= segment.end_s:
                    return
                # PyAV ties a picture to its side data in a circle, which keeps it in memory until
                # the garbage is collected; so only some pictures are asked how they lie.
                if picture.key_frame and time_s - matrix_s >= _MATRIX_EVERY_S:
                    matrix, matrix_s = _display_matrix(picture), time_s
                if time_s < segment.warm_s:
                    continue
                # One size for all: joined recordings may change it in the middle.
                self._size = self._size or _square_pixel_size(picture, self._stream)
                self._origin_s = clock.origin_s if self._origin_s is None else self._origin_s
                stats.end_s = time_s
                yield Frame(time_s, _upright(picture, _no_larger(self._size), matrix, converter))

    def _go_to(self, key_time: int | None) -> None:
        """Begin at a picture from which decoding can begin, or before it."""
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

    def _upright_size(self, image: ImageArray) -> tuple[int, int]:
        """Return the size of the upright pictures before any were made smaller."""
        assert self._size is not None
        width, height = self._size
        is_turned = image.shape[1] != _no_larger(self._size)[0]
        return (height, width) if is_turned else (width, height)

    def _packets(self) -> Iterator[Any]:
        """Give the packets up to the end, or up to where the file breaks off."""
        import av

        try:
            yield from self._container.demux(self._stream)
        except av.EOFError:
            return
        except av.FFmpegError:
            self.stats.broke_off = True


class Camera(_Releasing):
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


class _FrameClock:
    """Turns presentation times into seconds since the first picture, always rising."""

    def __init__(self, step_s: float, origin_s: float | None = None) -> None:
        self.dropped = 0
        self.origin_s = origin_s
        self._step_s = step_s
        self._offset_s = origin_s
        self._last_s: float | None = None

    def time_of(self, pts: int | None, time_base: Fraction | None) -> float | None:
        """Return the picture's time, or None for a second picture of the same time."""
        last_s = self._last_s
        following_s = 0.0 if last_s is None else last_s + self._step_s
        if pts is None or time_base is None:
            time_s = following_s
        else:
            raw_s = float(pts * time_base)
            if self._offset_s is None:
                self.origin_s = self._offset_s = raw_s - following_s
            time_s = raw_s - self._offset_s
            if last_s is not None and time_s < last_s - 1.0:
                # The clock began anew, as in recordings that were joined: go on from here.
                self._offset_s = raw_s - following_s
                time_s = following_s
        if last_s is not None and time_s <= last_s:
            self.dropped += 1
            return None
        self._last_s = time_s
        return time_s


def _square_pixel_size(picture: VideoFrame, stream: VideoStream) -> tuple[int, int]:
    """Return the width and height at which a circle in the picture is a circle."""
    ratio = stream.sample_aspect_ratio
    if not ratio or ratio <= 0 or ratio == 1:
        return picture.width, picture.height
    # Even, because the annotated video needs it.
    return 2 * round(picture.width * ratio / 2), picture.height


def _no_larger(size: tuple[int, int]) -> tuple[int, int]:
    """Return the size at which pictures are given."""
    scale = min(1.0, LONGEST_SIDE / max(size))
    return size if scale == 1.0 else (round(size[0] * scale), round(size[1] * scale))


def _stored_times(path: Path) -> tuple[list[int | None], list[int], Fraction | None]:
    """Return the times of all stored pictures, those to begin decoding with, and their unit."""
    import av

    times: list[int | None] = []
    keys: list[int] = []
    with av.open(f"file:{path}", options={"protocol_whitelist": "file"}) as container:
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


def _display_matrix(picture: VideoFrame) -> npt.NDArray[np.int32] | None:
    # PyAV's stubs call the mapping by the name of its items.
    side_data: Any = picture.side_data
    matrix = side_data.get("DISPLAYMATRIX")
    return None if matrix is None else np.frombuffer(bytes(matrix), dtype=np.int32)


def _upright(
    picture: VideoFrame,
    size: tuple[int, int],
    matrix: npt.NDArray[np.int32] | None,
    converter: VideoReformatter,
) -> ImageArray:
    """Return the picture as a player shows it: square pixels, turned and mirrored as declared."""
    # One thread: else FFmpeg starts some for every picture, which costs more than they give.
    converted = converter.reformat(
        picture, width=size[0], height=size[1], format="rgb24", threads=1
    )
    plane = converted.planes[0]
    # The converter's own memory, without a copy; its lines may be longer than the picture's.
    lines = np.frombuffer(memoryview(plane), dtype=np.uint8).reshape(size[1], plane.line_size)
    image: ImageArray = lines[:, : 3 * size[0]].reshape(size[1], size[0], 3)
    if matrix is not None:
        image = turned(image, matrix)
    return np.ascontiguousarray(image)


def turned(image: ImageArray, matrix: npt.NDArray[np.int32]) -> ImageArray:
    """Turn and mirror a picture as a display matrix says.

    Parameters
    ----------
    image : array, shape (H, W, 3)
    matrix : array, shape (9,)
        ``a b u c d v x y w`` of the container: a point (x, y) is shown at (a·x + c·y, b·x + d·y).
        Only quarter turns and mirrorings are obeyed; cameras write nothing else.

    Returns
    -------
    array, shape (H, W, 3) or (W, H, 3)
    """
    a, b, c, d = (round(int(matrix[i]) / _MATRIX_ONE) for i in (0, 1, 3, 4))
    if (abs(a), abs(b), abs(c), abs(d)) == (0, 1, 1, 0):
        # The shown column comes from the row and the other way round.
        image = image.transpose(1, 0, 2)
        across, down = c, b
    elif (abs(a), abs(b), abs(c), abs(d)) == (1, 0, 0, 1):
        across, down = a, d
    else:
        return image
    return image[:: down or 1, :: across or 1]


def _picture_stream(container: InputContainer, path: Path) -> VideoStream:
    import av.stream

    # The cover picture of a song is a video stream too.
    cover = av.stream.Disposition.attached_pic
    streams = [s for s in container.streams.video if not s.disposition & cover]
    known = [s for s in streams if s.codec_context is not None]
    if known and container.format.name != "tty":
        _require_usable_size(known[0], path)
        return known[0]
    if streams and not known:
        raise SourceError(
            f"{path} has pictures in a format that cannot be decoded here; export it as MP4 (H.264)"
        )
    if container.streams.audio:
        raise SourceError(f"{path} has no picture, only sound; formcheck needs a video")
    raise SourceError(f"{path} is not a video")


def _require_usable_size(stream: VideoStream, path: Path) -> None:
    """Refuse pictures that would fill the memory, before one is decoded."""
    width, height = stream.width or 0, stream.height or 0
    if width * height > _MOST_PIXELS:
        raise SourceError(
            f"{path} has pictures of {width} × {height} pixels, too large to be read "
            f"(at most {_MOST_PIXELS // 1_000_000} million pixels); make a smaller copy"
        )
    # Pictures in the middle may be larger than the header says; the decoder refuses these.
    stream.codec_context.options = {"max_pixels": str(_MOST_PIXELS)}


def _require_file(path: Path) -> None:
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
        return float(stream.duration * stream.time_base)
    return container.duration / 1e6 if container.duration else None


def _fps(stream: VideoStream) -> float:
    for rate in (stream.average_rate, stream.guessed_rate, stream.base_rate):
        if rate and 1 <= rate <= 1000:
            return float(rate)
    return FALLBACK_FPS


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


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
