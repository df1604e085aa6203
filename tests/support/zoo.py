"""A zoo of video files: one small clip, written in every way that people's programs write them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
WIDTH, HEIGHT, FPS, COUNT = 160, 96, 15, 24
TIMES = [i / FPS for i in range(COUNT)]


def picture(index: int) -> Picture:
    """A picture with a corner of each colour, and a bar that moves from picture to picture."""
    image = np.full((HEIGHT, WIDTH, 3), 110, np.uint8)
    image[:24, :32] = (220, 30, 30)
    image[:24, -32:] = (30, 200, 30)
    image[-24:, :32] = (40, 40, 220)
    image[40:60, 8 + 6 * index : 16 + 6 * index] = 235
    return image


PICTURES = [picture(i) for i in range(COUNT)]


@dataclass(frozen=True)
class Clip:
    """How to write the pictures.

    `times` are those written; `shape` is applied to each picture before it is written.
    """

    codec: str = "libx264"
    pixels: str = "yuv420p"
    times: Sequence[float] = tuple(TIMES)
    shape: Callable[[Picture], Picture] = lambda image: image
    aspect: Fraction | None = None
    rotation: int = 0
    hflip: bool = False
    matrix: Sequence[int] | None = None
    options: dict[str, str] = field(default_factory=dict)
    container: dict[str, str] = field(default_factory=dict)
    format: str | None = None
    rate: int = FPS
    gop: int = 8
    sound_s: float = 0.0
    sound_codec: str = "aac"
    colours: tuple[int, int, int] | None = None
    metadata: dict[str, str] = field(default_factory=dict)


def write(path: Path, clip: Clip, pictures: Sequence[Picture] = PICTURES) -> Path:
    """Write a clip."""
    with av.open(str(path), "w", format=clip.format, options=clip.container) as container:
        container.metadata.update(clip.metadata)
        stream: Any = container.add_stream(clip.codec, rate=clip.rate, options=clip.options)
        first = clip.shape(pictures[0])
        stream.width, stream.height, stream.pix_fmt = first.shape[1], first.shape[0], clip.pixels
        context = stream.codec_context
        context.gop_size = clip.gop
        # These know no other times than those of their rate.
        coarse = path.suffix == ".avi" or clip.codec in ("mpeg4", "gif", "libsvtav1", "wmv2")
        context.time_base = Fraction(1, FPS if coarse else 30_000)
        if clip.aspect is not None:
            context.sample_aspect_ratio = clip.aspect
        if clip.rotation or clip.hflip:
            stream.set_display_rotation(clip.rotation, hflip=clip.hflip)
        if clip.matrix is not None:
            stream.set_display_matrix(clip.matrix)
        if clip.colours is not None:
            context.color_primaries, context.color_trc, context.colorspace = clip.colours
        sound: Any = None
        if clip.sound_s:
            sound = container.add_stream(clip.sound_codec, rate=48_000)
        for image, time_s in zip(pictures, clip.times, strict=False):
            shaped = np.ascontiguousarray(clip.shape(image))
            frame = av.VideoFrame.from_ndarray(shaped, format="rgb24")
            frame.pts, frame.time_base = round(time_s / context.time_base), context.time_base
            container.mux(stream.encode(frame))
        if sound is not None:
            _add_sound(container, sound, clip.sound_s)
        container.mux(stream.encode(None))
    return path


def _add_sound(container: Any, stream: Any, seconds: float) -> None:
    step = 1024
    for index in range(int(seconds * 48_000 / step)):
        wave = np.sin(np.arange(step) * 0.06)[None].astype(np.float32) * 0.3
        frame = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 48_000, index * step
        frame.time_base = Fraction(1, 48_000)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def joined(path: Path, *parts: Path) -> Path:
    """Write several streams one after the other into one file, as `cat` does."""
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    return path


def remuxed(
    path: Path,
    source: Path,
    *,
    shift_s: float = 0.0,
    skip: int = 0,
    format: str | None = None,
    rotation: int | None = None,
) -> Path:
    """Copy the packets of a file, from the packet `skip` on, with other times."""
    with av.open(str(source)) as given, av.open(str(path), "w", format=format) as container:
        old = given.streams.video[0]
        new: Any = container.add_stream_from_template(old)
        if rotation is not None:
            new.set_display_rotation(rotation)
        for number, packet in enumerate(given.demux(old)):
            if packet.dts is None or number < skip:
                continue
            shift = round(shift_s / packet.time_base)
            packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
            packet.stream = new
            container.mux(packet)
    return path


def squeezed(factor: float) -> Callable[[Picture], Picture]:
    """Return what makes pictures narrower: as stored with pixels that are not square."""

    def shape(image: Picture) -> Picture:
        width = 2 * round(image.shape[1] / factor / 2)
        return np.asarray(cv2.resize(image, (width, image.shape[0])), np.uint8)

    return shape


def rotated(quarter_turns: int) -> Callable[[Picture], Picture]:
    """Return what turns pictures counter-clockwise."""
    return lambda image: np.rot90(image, quarter_turns)


def scaled(width: int, height: int) -> Callable[[Picture], Picture]:
    """Return what makes pictures of another size."""
    return lambda image: np.asarray(cv2.resize(image, (width, height)), np.uint8)


def compared(shown: Picture, wanted: Picture) -> float:
    """Return the mean difference of two pictures in grey levels; of another size, scaled."""
    if shown.shape != wanted.shape:
        shown = np.asarray(cv2.resize(shown, wanted.shape[1::-1]), np.uint8)
    return float(np.abs(shown.astype(float) - wanted).mean())
