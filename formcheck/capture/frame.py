"""One frame with its time, and what all sources of frames have in common.

Every source is a context manager and an iterator of `Frame`; leaving the block releases the file or
the device, whatever happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
import numpy.typing as npt

ImageArray = npt.NDArray[np.uint8]
FALLBACK_FPS = 30.0
# The model looks at 256 pixels across a person, and an annotated video is not larger either: to
# convert the whole of a 4K frame would be work for nothing.
LONGEST_SIDE = 1920


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: seconds since the first frame, and RGB pixels of shape (height, width, 3).

    Frames of a file are no longer than `LONGEST_SIDE`.
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
        Average frames a second.
    width, height : int
        Size of the upright image, pixels.
    """

    path: str
    duration_s: float | None
    fps: float
    width: int
    height: int


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

    def __exit__(self, *_: object) -> None:
        """Release the source."""
        ...


class Releasing:
    """What is closed at the end of its block."""

    def close(self) -> None:
        """Release what is held."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def as_they_come(
    first: ImageArray | None,
    following: Callable[[], ImageArray | None],
    clock: Callable[[], float],
    name: str,
    warnings: list[str],
) -> Iterator[Frame]:
    """Give what a camera or a stream shows as frames, by the clock, until there is no more."""
    if first is None:
        return
    image: ImageArray | None = first
    start, last_s = clock(), -1.0
    while image is not None:
        time_s = max(clock() - start, 0.0)
        if time_s > last_s:
            yield Frame(time_s, image)
            last_s = time_s
        image = following()
    warnings.append(f"{name} gave no more pictures after {max(last_s, 0):.1f} s")
