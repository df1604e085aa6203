"""Small videos made on the spot, so that no test needs a file of somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt

WIDTH, HEIGHT = 96, 64


def corner_picture(width: int = WIDTH, height: int = HEIGHT) -> npt.NDArray[np.uint8]:
    """Grey, with a red top left corner, a green top right one and a blue bottom left one."""
    picture = np.full((height, width, 3), 90, dtype=np.uint8)
    picture[:16, :16] = (255, 0, 0)
    picture[:16, -16:] = (0, 255, 0)
    picture[-16:, :16] = (0, 0, 255)
    return picture


def corner_colours(image: npt.NDArray[np.uint8]) -> str:
    """Name the corners of a picture, reading order: r, g, b or - for grey."""
    names = ""
    for corner in (image[4, 4], image[4, -5], image[-5, 4], image[-5, -5]):
        strongest = int(np.argmax(corner))
        names += "rgb"[strongest] if int(corner[strongest]) - int(np.median(corner)) > 60 else "-"
    return names


def make_video(
    path: Path,
    times_s: Sequence[float],
    *,
    picture: npt.NDArray[np.uint8] | None = None,
    rotation: int = 0,
    hflip: bool = False,
    sample_aspect: Fraction | None = None,
    index_first: bool = False,
    gop: int = 12,
) -> Path:
    """Write an H.264 video with pictures at the given times."""
    image = corner_picture() if picture is None else picture
    options = {"movflags": "+faststart"} if index_first else {}
    with av.open(str(path), "w", options=options) as container:
        stream: Any = container.add_stream("libx264", rate=30, options={"bf": "0"})
        stream.width, stream.height, stream.pix_fmt = image.shape[1], image.shape[0], "yuv420p"
        stream.codec_context.time_base = Fraction(1, 30_000)
        stream.codec_context.gop_size = gop
        if sample_aspect is not None:
            stream.codec_context.sample_aspect_ratio = sample_aspect
        if rotation or hflip:
            stream.set_display_rotation(rotation, hflip=hflip)
        for time_s in times_s:
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame.pts, frame.time_base = round(time_s * 30_000), Fraction(1, 30_000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def make_sound(path: Path) -> Path:
    """Write a file with sound and no picture."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("aac", rate=44_100)
        for index in range(20):
            samples = np.zeros((1, 1024), dtype=np.float32)
            frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
            frame.sample_rate, frame.pts = 44_100, index * 1024
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
