"""Clips for trials: made smaller, or repeated without encoding them again."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av


def small_clip(source: Path, target: Path, fps: float, width: int) -> None:
    """Write a clip again with fewer and smaller pictures."""
    with av.open(str(source)) as given, av.open(str(target), "w") as made:
        first = given.streams.video[0]
        height = round(first.height * width / first.width / 2) * 2
        stream: Any = made.add_stream(
            "libx264", rate=Fraction(fps).limit_denominator(1000), options={"bf": "0", "crf": "23"}
        )
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        number = 0
        for picture in given.decode(video=0):
            if float(picture.time or 0.0) < number / fps - 1e-6:
                continue
            frame = picture.reformat(width=width, height=height, format="yuv420p")
            frame.pts, frame.time_base = number, 1 / Fraction(fps).limit_denominator(1000)
            made.mux(stream.encode(frame))
            number += 1
        made.mux(stream.encode(None))


def repeat_clip(source: Path, target: Path, seconds: float) -> int:
    """Join a clip with itself by copying packets until it lasts long enough; return how often."""
    with av.open(str(source)) as given:
        packets = [
            (bytes(p), p.pts, p.dts, p.duration or 0, p.is_keyframe)
            for p in given.demux(video=0)
            if p.pts is not None and p.dts is not None
        ]
        template = given.streams.video[0]
        base = template.time_base
        assert base is not None
        length = max(pts + duration for _, pts, _, duration, _ in packets)
        times = max(1, round(seconds / float(length * base)))
        with av.open(str(target), "w") as made:
            stream = made.add_stream_from_template(template)
            for turn in range(times):
                for data, pts, dts, duration, is_key in packets:
                    packet = av.Packet(data)
                    packet.pts, packet.dts = pts + turn * length, dts + turn * length
                    packet.duration, packet.time_base = duration, base
                    packet.is_keyframe, packet.stream = is_key, stream
                    made.mux(packet)
    return times
