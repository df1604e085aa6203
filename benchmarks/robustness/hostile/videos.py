"""Videos: mutated containers, wrong headers, absurd sizes and rates."""

from __future__ import annotations

import io
import random
import struct
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np

from benchmarks.robustness.hostile.accidents import MOST_FRAMES, mutated, noise
from formcheck.capture.video_file import VideoFile
from formcheck.draw.video import VideoWriter


def _encoded(
    kind: str, codec: str, size: tuple[int, int] = (64, 48), pictures: int = 10, **how: Any
) -> bytes:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=kind) as container:
        stream: Any = container.add_stream(codec, rate=how.get("rate", 30))
        stream.width, stream.height = size
        stream.pix_fmt = how.get("pix_fmt", "yuv420p")
        sound = container.add_stream("aac", rate=44_100) if how.get("sound") else None
        base = how.get("time_base", Fraction(1, 30))
        stream.codec_context.time_base = base
        for index in range(pictures):
            picture = np.full((size[1], size[0], 3), (index * 20) % 256, dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(
                format=stream.pix_fmt
            )
            frame.pts, frame.time_base = how.get("pts", lambda i: i)(index), base
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if sound is not None:
            _write_sound(container, sound)
    return buffer.getvalue()


def _write_sound(container: Any, stream: Any) -> None:
    for index in range(20):
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        frame.sample_rate, frame.pts, frame.time_base = 44_100, index * 1024, Fraction(1, 44_100)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def _sound_only() -> bytes:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        _write_sound(container, container.add_stream("aac", rate=44_100))
    return buffer.getvalue()


def _with_size(data: bytes, old: tuple[int, int], new: tuple[int, int]) -> bytes:
    """Replace a width and height wherever a header has them, in the usual widths of a number."""
    most = {"H": 65_535, "I": 2**32 - 1}
    for order in (">H", ">I", "<H", "<I"):
        was = b"".join(struct.pack(order, side) for side in old)
        now = b"".join(struct.pack(order, min(side, most[order[1]])) for side in new)
        data = data.replace(was, now)
    return data


@cache
def _base_videos() -> tuple[bytes, ...]:
    return (
        _encoded("mp4", "libx264"),
        _encoded("matroska", "libx264"),
        _encoded("mpegts", "libx264"),
        _encoded("avi", "mpeg4"),
        _encoded("mov", "mjpeg", pix_fmt="yuvj420p"),
        _encoded("webm", "libvpx"),
        _encoded("flv", "flv"),
        _encoded("mp4", "libx264", sound=True),
        _encoded("gif", "gif", pix_fmt="rgb8"),
    )


SPECIAL_VIDEOS: dict[str, Callable[[], bytes]] = {
    "sound only": _sound_only,
    "no bytes": lambda: b"",
    "one picture": lambda: _encoded("mp4", "libx264", pictures=1),
    "no picture at all": lambda: _encoded("mp4", "libx264", pictures=0),
    "two pixels": lambda: _encoded("mp4", "libx264", (2, 2)),
    "a line": lambda: _encoded("mp4", "libx264", (4096, 2), 3),
    "a column": lambda: _encoded("mp4", "libx264", (2, 4096), 3),
    "10000 x 10000": lambda: _encoded("mp4", "mjpeg", (10_000, 10_000), 2, pix_fmt="yuvj420p"),
    "16000 x 16000 in few bytes": lambda: _encoded(
        "mov", "png", (16_000, 16_000), 1, pix_fmt="rgb24"
    ),
    "header says 60000 x 60000": lambda: _with_size(
        _encoded("mp4", "libx264"), (64, 48), (60_000, 60_000)
    ),
    "avi header says 60000 x 60000": lambda: _with_size(
        _encoded("avi", "mpeg4"), (64, 48), (60_000, 60_000)
    ),
    "100000 frames a second": lambda: _encoded(
        "mp4", "libx264", rate=100_000, time_base=Fraction(1, 100_000)
    ),
    "one picture in three years": lambda: _encoded(
        "matroska", "libx264", time_base=Fraction(1, 1), pts=lambda i: i * 10_000_000
    ),
    "one picture a day": lambda: _encoded(
        "matroska", "libx264", time_base=Fraction(1, 1), pts=lambda i: i * 86_400
    ),
    "no times": lambda: _encoded("h264", "libx264"),
    "no times, mjpeg": lambda: _encoded("mjpeg", "mjpeg", pix_fmt="yuvj420p"),
    "no times, mpeg4": lambda: _encoded("m4v", "mpeg4"),
    "times that jump": lambda: _encoded(
        "matroska", "mjpeg", pix_fmt="yuvj420p", pts=lambda i: i * i * 1000
    ),
    "a codec that nobody knows": lambda: _encoded("mp4", "libx264").replace(b"avc1", b"zzz1"),
    "a playlist": lambda: b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
    "a list of files": lambda: b"ffconcat version 1.0\nfile /etc/passwd\n",
    "a page": lambda: b"<!doctype html><video src=x>",
    "a text": lambda: b"walking the dog\n" * 100,
    "a picture": lambda: _encoded("image2pipe", "png", pictures=1, pix_fmt="rgb24"),
    "two videos in one": lambda: _base_videos()[1] + _base_videos()[0],
    "transport streams of two sizes": lambda: (
        _encoded("mpegts", "libx264") + _encoded("mpegts", "libx264", (128, 96))
    ),
}


def make_video(chance: random.Random, folder: Path) -> Path:
    """Write a video that went through something."""
    number = chance.randrange(12)
    suffix = chance.choice((".mp4", ".mkv", ".avi", ".mov", ".webm", ".ts"))
    path = folder / f"v{suffix}"
    if number == 0:
        path.write_bytes(noise(chance))
    elif number == 1:
        one, two = chance.sample(_base_videos(), 2)
        cut = chance.randrange(len(one))
        path.write_bytes(one[:cut] + two[chance.randrange(len(two)) :])
    else:
        path.write_bytes(mutated(chance, chance.choice(_base_videos())))
    return path


def check_video(path: Path) -> str:
    """Read a video and write what came of it."""
    with VideoFile(path) as video:
        if video.info.width * video.info.height > 1_000_000:
            for _ in zip(video, range(2), strict=False):
                pass
            return "read"
        with VideoWriter(path.with_name("out.mp4"), fps=video.info.fps) as writer:
            for frame, _ in zip(video, range(MOST_FRAMES), strict=False):
                writer.write(frame.image_rgb, frame.time_s)
    return "read"
