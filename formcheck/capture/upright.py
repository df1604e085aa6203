"""Pictures as a player shows them: square pixels, turned and mirrored as the file declares.

Angles are measured in the picture's plane, so a circle in front of the camera must be a circle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from formcheck.capture.frame import LONGEST_SIDE, ImageArray

if TYPE_CHECKING:
    from av.video.frame import VideoFrame
    from av.video.reformatter import VideoReformatter
    from av.video.stream import VideoStream

_MATRIX_ONE = 1 << 16


def square_pixel_size(picture: VideoFrame, stream: VideoStream) -> tuple[int, int]:
    """Return the width and height at which a circle in the picture is a circle."""
    ratio = stream.sample_aspect_ratio
    if not ratio or ratio <= 0 or ratio == 1:
        return picture.width, picture.height
    # Even, because the annotated video needs it.
    return 2 * round(picture.width * ratio / 2), picture.height


def no_larger(size: tuple[int, int]) -> tuple[int, int]:
    """Return the size at which pictures are given."""
    scale = min(1.0, LONGEST_SIDE / max(size))
    return size if scale == 1.0 else (round(size[0] * scale), round(size[1] * scale))


def display_matrix(picture: VideoFrame) -> npt.NDArray[np.int32] | None:
    """Return how a picture lies, as `turned` takes it; None where the file does not say."""
    # PyAV's stubs call the mapping by the name of its items.
    side_data: Any = picture.side_data
    matrix = side_data.get("DISPLAYMATRIX")
    return None if matrix is None else np.frombuffer(bytes(matrix), dtype=np.int32)


def upright(
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
