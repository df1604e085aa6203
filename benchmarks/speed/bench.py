"""What all parts of `python -m benchmarks speed` share: clips, the bare loop, the command."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

from benchmarks.common import PROGRAM, SAMPLES

SAMPLE = SAMPLES / "standing_march.mp4"
# JSON only needs no mask with this one; the march asks for the mask. Both run on the same pictures.
WITHOUT_MASK, WITH_MASK = "glute_bridge", "standing_march"
BARE_S = 20
# An hour at 30 pictures a second would take too long to wait for.
LENGTH_FPS = 2


def make_clip(path: Path, seconds: float, *, fps: int = 30, start_s: float = 0.0) -> Path:
    """Write the sample, again and again, as one H.264 clip of 720p.

    One turn is encoded; the others are its packets with later times, as each turn begins with a
    picture that needs no other.
    """
    import av

    if path.exists():
        return path
    with av.open(str(SAMPLE)) as source:
        pictures = [p.reformat(format="yuv420p") for p in source.decode(video=0)][:: 30 // fps]
    first, wanted = round(start_s * fps), round(seconds * fps)
    turn = min(len(pictures), wanted)
    temporary = path.with_name("making-" + path.name)
    with av.open(str(temporary), "w") as target:
        options = {"preset": "veryfast", "crf": "23", "bf": "0"}
        stream: Any = target.add_stream("libx264", rate=fps, options=options)
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuv420p"
        stream.codec_context.time_base = Fraction(1, fps)
        packets: list[Any] = []
        for number in range(turn):
            picture = pictures[(first + number) % len(pictures)]
            picture.pts, picture.time_base, picture.pict_type = number, Fraction(1, fps), 0
            packets += stream.encode(picture)
        packets += stream.encode(None)
        for number in range(wanted):
            made = packets[number % turn]
            packet = av.Packet(bytes(made))
            packet.stream, packet.time_base = stream, Fraction(1, fps)
            packet.pts = packet.dts = number
            packet.duration, packet.is_keyframe = 1, made.is_keyframe
            target.mux(packet)
    return temporary.replace(path)


_LARGEST = """
import os, sys
pid = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(pid, 0)
with open(sys.argv[1], "w") as file:
    file.write(str(usage.ru_maxrss))
sys.exit(os.waitstatus_to_exitcode(status))
"""

_BARE = """
import json, sys, time
import cv2, mediapipe as mp
from mediapipe.tasks.python import BaseOptions, vision
clip, model, seconds, mask = sys.argv[1], sys.argv[2], float(sys.argv[3]), sys.argv[4] == "mask"
landmarker = vision.PoseLandmarker.create_from_options(vision.PoseLandmarkerOptions(
    base_options=BaseOptions(model_asset_path=model), running_mode=vision.RunningMode.VIDEO,
    output_segmentation_masks=mask))
capture = cv2.VideoCapture(clip)
fps = capture.get(cv2.CAP_PROP_FPS)
count = 0
start = None
while count < seconds * fps:
    good, image = capture.read()
    if not good:
        break
    rgb = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
    picture = mp.Image(image_format=mp.ImageFormat.SRGB, data=rgb)
    landmarker.detect_for_video(picture, round(1000 * count / fps))
    count += 1
    # The first picture is detected, the others are tracked.
    start = time.perf_counter() if start is None else start
print(json.dumps((count - 1) / (time.perf_counter() - start)))
landmarker.close()
"""
LOAD = """
import sys
from mediapipe.tasks.python import BaseOptions, vision
vision.PoseLandmarker.create_from_options(vision.PoseLandmarkerOptions(
    base_options=BaseOptions(model_asset_path=sys.argv[1]),
    running_mode=vision.RunningMode.VIDEO)).close()
"""


class Bench:
    """What all parts share."""

    def __init__(self, work: Path, prefix: list[str]) -> None:
        from formcheck.estimate import models as model_store

        self.work = work
        self.prefix = prefix
        self.model = str(model_store.load().path)
        # The library's reports would be part of what is measured, and go nowhere.
        nowhere = "http://127.0.0.1:9"
        self.shut = {**os.environ, "https_proxy": nowhere, "HTTPS_PROXY": nowhere}

    def bare(self, clip: Path, *, mask: bool = False, seconds: float = BARE_S) -> float:
        """Return the frames a second of the bare loop."""
        command = [*self.prefix, sys.executable, "-c", _BARE, str(clip), self.model, str(seconds)]
        done = subprocess.run(
            [*command, "mask" if mask else "no"],
            check=True,
            capture_output=True,
            env=self.shut,
        )
        return float(json.loads(done.stdout))

    def analyze(self, *arguments: object, ok: tuple[int, ...] = (0,)) -> tuple[float, float]:
        """Run the command; return its seconds, and the memory of its largest process in MB."""
        command = [*self.prefix, *PROGRAM, "analyze", "--no-report"]
        memory = self.work / "memory.txt"
        start = time.perf_counter()
        with (self.work / "analyze.log").open("wb") as log:
            # Started by a small process of its own: Linux counts the memory of who forks, and this
            # one has had a clip's pictures in it.
            done = subprocess.run(
                [sys.executable, "-c", _LARGEST, memory, *command, "--again", *map(str, arguments)],
                stdout=log,
                stderr=subprocess.STDOUT,
                check=False,
            )
        seconds = time.perf_counter() - start
        if done.returncode not in ok:
            raise SystemExit((self.work / "analyze.log").read_text())
        return seconds, int(memory.read_text()) / 1024

    def output(self) -> Path:
        """Return an empty folder for results."""
        folder = self.work / "out"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder


def timed(command: list[str], environment: dict[str, str]) -> float:
    """Run a command; return its seconds."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=environment)
    return time.perf_counter() - start
