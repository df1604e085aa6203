"""Frames as a player shows them: square pixels, turned and mirrored, all on one canvas.

What is to be done is decided by `formcheck.capture.geometry`; here it is done to the pixels, with
what PyAV tells of a frame. Files and streams both come through here.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from formcheck.capture.frame import ImageArray
from formcheck.capture.geometry import Facts, Layout, Size, layout_of, pixel_aspect_of
from formcheck.capture.tone import is_hdr, to_sdr
from formcheck.core.body.turned import Turn

if TYPE_CHECKING:
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_MATRIX_EVERY_S = 1.0


class Upright:
    """Makes the frames of one stream upright.

    Parameters
    ----------
    stream : VideoStream
    turn : int
        Turn them clockwise besides.
    canvas : tuple of int, optional
        Width and height of all frames; by default those of the first one.

    Attributes
    ----------
    canvas : tuple of int or None
        None before the first frame.
    shown : tuple of int
        Size of the first frame before it was made smaller.
    changed_s : float or None
        When size, shape of the pixels or turn first changed so that there are black edges.
    """

    def __init__(self, stream: VideoStream, turn: Turn = 0, canvas: Size | None = None) -> None:
        from av.video.reformatter import VideoReformatter

        self.canvas = canvas
        self.shown: Size = (0, 0)
        self.changed_s: float | None = None
        # One for all frames: it keeps the tables it has worked out.
        self._converter = VideoReformatter()
        self._stream = stream
        self._turn: Turn = turn
        # Where the container tells a shape of its own, players believe it and not the frames.
        coded = stream.codec_context.sample_aspect_ratio
        declared = stream.sample_aspect_ratio
        self._aspect = declared if declared and coded and declared != coded else None
        self._shape: Fraction | None = None
        self._matrix: tuple[int, ...] | None = None
        self._matrix_s: float | None = None
        self._facts: Facts | None = None
        self._layout: Layout | None = None

    def look(self, picture: VideoFrame, time_s: float) -> None:
        """Learn how the frames lie from now on; for frames that are not wanted, too.

        PyAV ties a frame to its side data in a circle, which keeps it in memory until the garbage
        is collected; so only some frames are asked. The first must be, whatever it is: after a
        cut it is no key frame.
        """
        last_s = self._matrix_s
        if last_s is None or (picture.key_frame and not 0 <= time_s - last_s < _MATRIX_EVERY_S):
            self._matrix, self._matrix_s = _display_matrix(picture), time_s

    def image(self, picture: VideoFrame, time_s: float) -> ImageArray:
        """Return a frame as a player shows it, shape (H, W, 3), RGB."""
        self.look(picture, time_s)
        size = (picture.width, picture.height)
        known = self._facts
        # The decoder's own state is ahead of the frames it gives: a change begins with a key
        # frame.
        if known is None or picture.key_frame or size != known.size:
            self._shape = self._aspect or self._stream.codec_context.sample_aspect_ratio
        facts = Facts(size, pixel_aspect_of(self._shape), self._matrix, self._turn)
        if facts != known or self._layout is None:
            self._facts, self._layout = facts, layout_of(facts, self.canvas)
            if self._layout.at != (0, 0) and self.changed_s is None:
                self.changed_s = time_s
            self.canvas = self._layout.canvas
            if self.shown == (0, 0):
                self.shown = self._layout.shown
        return self._laid_out(picture, self._layout)

    def _laid_out(self, picture: VideoFrame, layout: Layout) -> ImageArray:
        width, height = layout.scaled
        # One thread: else FFmpeg starts some for every frame, which costs more than they give.
        converted = self._converter.reformat(
            picture, width=width, height=height, format="rgb24", threads=1
        )
        plane = converted.planes[0]
        # The converter's own memory, without a copy; its lines may be longer than the frame's.
        lines = np.frombuffer(memoryview(plane), dtype=np.uint8).reshape(height, plane.line_size)
        image: ImageArray = lines[:, : 3 * width].reshape(height, width, 3)
        if is_hdr(picture.color_trc):
            image = to_sdr(image, picture.color_trc)
        return laid_out(image, layout)


def laid_out(image: ImageArray, layout: Layout) -> ImageArray:
    """Turn, mirror and place a frame that has its scaled size already.

    Parameters
    ----------
    image : array, shape (H, W, 3)
    layout : Layout

    Returns
    -------
    array, shape (H, W, 3)
        As large as the canvas; what the frame does not cover is black.
    """
    if layout.is_transposed:
        # The shown column comes from the row and the other way round.
        image = image.transpose(1, 0, 2)
    image = image[:: layout.down, :: layout.across]
    if layout.tilt_deg:
        image = _tilted(np.ascontiguousarray(image), layout.tilt_deg)
    height, width = image.shape[:2]
    if (width, height) == layout.canvas:
        return np.ascontiguousarray(image)
    sheet = np.zeros((layout.canvas[1], layout.canvas[0], 3), np.uint8)
    x, y = layout.at
    room = sheet[y : y + height, x : x + width]
    room[:] = image[: room.shape[0], : room.shape[1]]
    return sheet


def letterboxed(image: ImageArray, canvas: Size) -> ImageArray:
    """Return a frame of another size on a canvas, its shape kept."""
    import cv2

    height, width = image.shape[:2]
    layout = layout_of(Facts((width, height)), canvas)
    kind = cv2.INTER_AREA if layout.scaled[0] < width else cv2.INTER_LINEAR
    scaled = cv2.resize(image, layout.scaled, interpolation=kind).astype(np.uint8, copy=False)
    return laid_out(scaled, layout)


def turned(image: ImageArray, turn: Turn) -> ImageArray:
    """Return a frame turned clockwise."""
    return image if turn == 0 else np.ascontiguousarray(np.rot90(image, -turn // 90))


def _tilted(image: ImageArray, tilt_deg: float) -> ImageArray:
    import cv2

    height, width = image.shape[:2]
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -tilt_deg, 1.0)
    cos, sin = abs(turn[0, 0]), abs(turn[0, 1])
    size = (round(width * cos + height * sin), round(width * sin + height * cos))
    turn[:, 2] += ((size[0] - width) / 2, (size[1] - height) / 2)
    return cv2.warpAffine(image, turn, size).astype(np.uint8, copy=False)


def _display_matrix(picture: VideoFrame) -> tuple[int, ...] | None:
    """Return how a frame lies, as `Facts` takes it; None where the file does not say."""
    # PyAV's stubs call the mapping by the name of its items.
    side_data: Any = picture.side_data
    matrix = side_data.get("DISPLAYMATRIX")
    if matrix is None:
        return None
    numbers: npt.NDArray[np.int32] = np.frombuffer(bytes(matrix), dtype=np.int32)
    return tuple(numbers.tolist())
