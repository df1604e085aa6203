"""The annotated video: every frame with what the person should have seen, as H.264 in an mp4."""

from __future__ import annotations

import contextlib
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from formcheck.capture.frame import LONGEST_SIDE, Frame, SourceInfo
from formcheck.capture.video_file import ANNOTATED
from formcheck.core.events import FrameResult
from formcheck.core.spec.exercise import ExerciseSpec
from formcheck.draw import primitives
from formcheck.draw.overlay import Overlay
from formcheck.draw.primitives import Image
from formcheck.draw.sound import Sound
from formcheck.errors import OutputError, reason_of
from formcheck.io.atomic import writing

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.video.frame import VideoFrame

# The clock of MPEG: fine enough for any camera's times, variable rates included.
_TIME_BASE = Fraction(1, 90_000)
ENCODER_THREADS = 2
# How the colours are told: OpenCV makes them with BT.601's matrix, six times as fast as FFmpeg.
_BT601_MATRIX, _BT709, _LIMITED_RANGE = 6, 1, 1


class AnnotatedVideoWriter:
    """Writes the frames of one analysis with everything drawn on them.

    The file appears under its name only when the block ends well; a block that fails leaves
    nothing. Where no frame was written there is no file.

    Parameters
    ----------
    path : Path
        The mp4 to write.
    info : SourceInfo
        The source, for its frame rate.
    spec : ExerciseSpec
        The exercise, for its targets.
    sound : Sound, optional
        What is heard with it.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """

    def __init__(
        self, path: Path, info: SourceInfo, spec: ExerciseSpec, *, sound: Sound | None = None
    ) -> None:
        self._spec = spec
        self._overlay = Overlay("rgb")
        self._video = VideoWriter(path, fps=info.fps, comment=ANNOTATED, sound=sound)

    def write(self, frame: Frame, result: FrameResult) -> None:
        """Draw one frame's result on its frame and append it."""
        picture = self._overlay.draw_result(frame.image_rgb, result, self._spec)
        self._video.write(picture, frame.time_s)

    def __enter__(self) -> Self:
        self._video.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._video.__exit__(kind, error, trace)


class VideoWriter:
    """Writes RGB images with their true times as H.264 that any browser plays.

    Parameters
    ----------
    path : Path
        The mp4 to write, whole or not at all.
    fps : float
        The usual rate: a hint for the encoder and the length of the last frame. The times of the
        frames decide when they are shown.
    comment : str
        What the file says of itself.
    sound : Sound, optional
        What is heard with it.
    """

    def __init__(
        self, path: Path, *, fps: float, comment: str = "", sound: Sound | None = None
    ) -> None:
        self._comment = comment
        self._sound = sound
        self._path = path
        self._fps = fps if 1 <= fps <= 1000 else 30.0
        self._files = contextlib.ExitStack()
        self._container: OutputContainer | None = None
        self._stream: Any = None
        self._last_pts = -1

    def __enter__(self) -> Self:
        return self

    def write(self, image_rgb: Image, time_s: float) -> None:
        """Append one frame, shown from time_s on; left out if it is not later than the last.

        Raises
        ------
        OutputError
            When the file cannot be written.
        """
        import av

        pts = round(time_s / _TIME_BASE)
        if pts <= self._last_pts:
            return
        try:
            if self._container is None:
                self._open(image_rgb.shape[1], image_rgb.shape[0])
            assert self._container is not None
            frame = _video_frame(image_rgb, (self._stream.width, self._stream.height))
            frame.pts, frame.time_base = pts, _TIME_BASE
            frame.duration = round(1 / self._fps / _TIME_BASE)
            self._last_pts = pts
            self._container.mux(self._stream.encode(frame))
            if self._sound is not None:
                self._sound.write_until(time_s)
        except av.FFmpegError as error:
            raise self._refused(error) from error

    def _open(self, width: int, height: int) -> None:
        import av

        temporary = self._files.enter_context(writing(self._path))
        # The index in front lets a browser start before it has the whole file.
        container = av.open(str(temporary), "w", format="mp4", options={"movflags": "+faststart"})
        self._container = container
        stream = container.add_stream(
            "libx264",
            rate=Fraction(self._fps).limit_denominator(1001),
            # Motion to the half pixel, not the quarter: a fifth less work, a twentieth more bytes.
            options={"preset": "veryfast", "crf": "23", "x264-params": "subme=1"},
        )
        scale = min(1.0, LONGEST_SIDE / max(width, height))
        # H.264 in 4:2:0 needs even sides.
        stream.width = max(2, int(width * scale) // 2 * 2)
        stream.height = max(2, int(height * scale) // 2 * 2)
        stream.pix_fmt = "yuv420p"
        stream.time_base = _TIME_BASE
        context = stream.codec_context
        context.time_base = _TIME_BASE
        # The encoder's output depends on the number of its threads: the same on every machine.
        context.thread_type = "AUTO"
        context.thread_count = ENCODER_THREADS
        context.color_primaries = context.color_trc = _BT709
        context.colorspace = _BT601_MATRIX
        context.color_range = _LIMITED_RANGE
        self._stream = stream
        if self._comment:
            container.metadata["comment"] = self._comment
        if self._sound is not None:
            self._sound.begin(container)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self._abandon(kind, error, trace)
            return
        try:
            self._finish()
        except BaseException as failed:
            self._abandon(type(failed), failed, failed.__traceback__)
            raise
        self._files.close()

    def _finish(self) -> None:
        import av

        if self._container is None:
            return
        try:
            self._container.mux(self._stream.encode(None))
            if self._sound is not None:
                self._sound.finish(self._last_pts * float(_TIME_BASE) + 1 / self._fps)
            self._container.close()
        except av.FFmpegError as error:
            raise self._refused(error) from error

    def _abandon(
        self,
        kind: type[BaseException],
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        import av

        if self._container is not None:
            with contextlib.suppress(av.FFmpegError):
                self._container.close()
        # Given the failure, `writing` removes the unfinished file instead of naming it; what it may
        # raise about its own clean-up must not hide the failure.
        with contextlib.suppress(OutputError):
            self._files.__exit__(kind, error, trace)

    def _refused(self, error: Exception) -> OutputError:
        reason = reason_of(error) if isinstance(error, OSError) else str(error)
        return OutputError(f"{self._path} cannot be written: {reason}")


def _video_frame(image_rgb: Image, size: tuple[int, int]) -> VideoFrame:
    import av

    frame = av.VideoFrame(*size, "yuv420p")
    values = primitives.yuv420(image_rgb, size).reshape(-1)
    # By hand: PyAV's own way in takes only heights that 4 divides.
    for plane in frame.planes:
        lines = np.frombuffer(memoryview(plane), dtype=np.uint8)
        lines = lines[: plane.height * plane.line_size].reshape(plane.height, plane.line_size)
        count = plane.width * plane.height
        lines[:, : plane.width] = values[:count].reshape(plane.height, plane.width)
        values = values[count:]
    return frame
