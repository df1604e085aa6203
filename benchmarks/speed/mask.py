"""What does the mask cost?  The same pictures with and without it, in turn, one by one.

    python -m benchmarks speed mask clip_640x480.mp4 clip_1280x720.mp4

Only the pose model and the outline are timed, not the reading of the video. Counted is the
processor's time, which other work on the machine disturbs less than the clock's; the model runs
on one core.
"""

from __future__ import annotations

import itertools
import json
import time
from pathlib import Path
from statistics import median

from benchmarks.common import machine, parser_of, write_json
from formcheck.capture.frame import Frame
from formcheck.capture.video_file import VideoFile
from formcheck.estimate import models as model_store
from formcheck.estimate.mediapipe import PoseEstimator

WARM_UP = 20


def cost_of(clip: Path, model: Path, pictures: int, rounds: int) -> dict[str, object]:
    """Return median milliseconds of processor time a picture: without, with, differences."""
    with VideoFile(clip) as video:
        frames = list(itertools.islice(video, pictures))
    height, width = frames[0].image_rgb.shape[:2]
    taken: dict[bool, list[float]] = {False: [], True: []}
    span_s = frames[-1].time_s + 0.04
    with PoseEstimator(model) as plain, PoseEstimator(model, with_mask=True) as masked:
        for number in range(rounds):
            for i, frame in enumerate(frames):
                shown = Frame(frame.time_s + number * span_s, frame.image_rgb)
                # Who is first changes from picture to picture: the second has a warm cache.
                for estimator in (plain, masked) if i % 2 else (masked, plain):
                    began = time.process_time()
                    estimator.estimate(shown)
                    taken[estimator is masked].append(1000 * (time.process_time() - began))
    without, with_mask = taken[False][WARM_UP:], taken[True][WARM_UP:]
    return {
        "size_px": [width, height],
        "pictures": len(without),
        "without_ms": round(median(without), 2),
        "with_ms": round(median(with_mask), 2),
        "mask_ms": round(median(b - a for a, b in zip(without, with_mask, strict=True)), 2),
    }


def main(argv: list[str] | None = None) -> None:
    parser = parser_of(__doc__)
    parser.add_argument("clips", type=Path, nargs="+")
    parser.add_argument("--model", type=Path, help="a .task file; default: the program's model")
    parser.add_argument("--pictures", type=int, default=150)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args(argv)
    model = args.model or model_store.load().path
    found = []
    for clip in args.clips:
        found.append(cost_of(clip, model, args.pictures, args.rounds))
        print(json.dumps(found[-1]), flush=True)
    write_json(args.json, {"machine": machine(), "clips": found})
