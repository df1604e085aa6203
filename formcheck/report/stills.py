"""Small pictures of moments of a video, as data URIs for a page."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from pathlib import Path

import av
import av.error

STILL_WIDTH_PX = 360
MAX_STILLS = 8


def grab_stills(video: Path, times_s: Iterable[float]) -> dict[float, str]:
    """Return the video's picture at each time.

    Parameters
    ----------
    video : Path
    times_s : iterable of float
        Seconds of video time; at most the first `MAX_STILLS` different ones are used.

    Returns
    -------
    dict of float to str
        JPEG data URIs by time. A moment that cannot be decoded is left out: a report without a
        picture is still a report.
    """
    wanted = sorted(list(dict.fromkeys(times_s))[:MAX_STILLS])
    stills: dict[float, str] = {}
    try:
        with av.open(str(video)) as container:
            stream = container.streams.video[0]
            for time_s in wanted:
                picture = _picture_at(container, stream, time_s)
                if picture is not None:
                    data = base64.b64encode(_jpeg(picture)).decode("ascii")
                    stills[time_s] = f"data:image/jpeg;base64,{data}"
    except (OSError, av.error.FFmpegError, IndexError, ValueError):
        return stills
    return stills


def _picture_at(
    container: av.container.InputContainer, stream: av.VideoStream, time_s: float
) -> av.VideoFrame | None:
    """Return the last frame that is not later than the time."""
    start_s = float((stream.start_time or 0) * (stream.time_base or 0))
    container.seek(int((time_s + start_s) * av.time_base), backward=True)
    latest = None
    for frame in container.decode(stream):
        if latest is not None and frame.time is not None and frame.time - start_s > time_s + 1e-6:
            break
        latest = frame
    return latest


def _jpeg(frame: av.VideoFrame) -> bytes:
    width = min(STILL_WIDTH_PX, frame.width) // 2 * 2
    height = max(2, round(frame.height * width / frame.width / 2) * 2)
    encoder = av.CodecContext.create("mjpeg", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height = width, height
    encoder.pix_fmt = "yuvj420p"
    encoder.time_base = frame.time_base or encoder.time_base
    encoder.options = {"qmin": "4", "qmax": "6"}
    small = frame.reformat(width=width, height=height, format="yuvj420p")
    packets = [*encoder.encode(small), *encoder.encode(None)]
    return b"".join(bytes(packet) for packet in packets)
