"""How fast it is, side by side with the bare loop that a programmer would write.

    python -m benchmarks speed --json speed.json [--parts bare,video,...] [--work FOLDER]

Every part adds its own keys to the JSON, so that a run may be split into several quiet hours; each
takes less than six minutes on two cores:

json     bare loop against `analyze` with JSON only, with two processes
one      the same with one process
video    bare loop against `analyze` with the annotated video, two processes
mask     bare loop against `analyze` with the mask, two processes
live     what a live session adds to each picture
startup  start to first frame, against importing MediaPipe and loading the model
length   1, 10 and 60 minutes: time and memory
local    many short clips in a local pool
cluster  the same by Dask workers, with sources and results on S3; name both parts several times,
         in turn, for medians
lost     the same with a worker killed and broken files, and again
equal    the same clip with one process, two, and on the cluster

The bare loop is OpenCV read, colour conversion, `detect_for_video`, nothing else. It is run before
and after every other measurement; ratios are against the median. Its frames a second leave out its
start-up, those of formcheck include it: they are wall time of the whole command.
"""

from __future__ import annotations

import json
import os
import shlex
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.common import PROGRAM, Figures, machine, parser_of, write_json
from benchmarks.speed import batches
from benchmarks.speed.bench import (
    LENGTH_FPS,
    LOAD,
    SAMPLE,
    WITH_MASK,
    WITHOUT_MASK,
    Bench,
    make_clip,
    timed,
)

# Minutes of the clip of the slower runs; long enough to be split.
SHORTER = 4.5


def interleaved(
    bench: Bench, runs: dict[str, tuple[float, tuple[object, ...]]], *, mask: bool
) -> Figures:
    """Measure the runs one after the other, each with bare loops around it.

    A run is the clip's length in minutes, and the arguments.
    """
    clip = make_clip(bench.work / "march-4.5min.mp4", 270)
    bare = [bench.bare(clip)]
    bare_mask = []
    found: Figures = {}
    for name, (minutes, arguments) in runs.items():
        clip = make_clip(bench.work / f"march-{minutes:g}min.mp4", 60 * minutes)
        seconds, memory = bench.analyze(clip, *arguments, "--output-dir", bench.output())
        frames = round(60 * minutes * 30)
        found[name] = {
            "minutes": minutes,
            "fps": frames / seconds,
            "seconds": seconds,
            "peak_mb": memory,
        }
        bare.append(bench.bare(clip))
        if mask:
            bare_mask.append(bench.bare(clip, mask=True))
        print(name, found[name], "bare", bare[-1], flush=True)
    middle = statistics.median(bare)
    for one in found.values():
        one["ratio"] = one["fps"] / middle
    return {"bare": bare, "bare_mask": bare_mask, "runs": found}


def part_json(bench: Bench, minutes: float) -> Figures:
    plain = ("-e", WITHOUT_MASK, "--no-video", "--workers", 2)
    return interleaved(bench, {"json, two processes": (minutes, plain)}, mask=False)


def part_one(bench: Bench, minutes: float) -> Figures:
    plain = ("-e", WITHOUT_MASK, "--no-video")
    return interleaved(bench, {"json, one process": (min(minutes, SHORTER), plain)}, mask=False)


def part_video(bench: Bench, minutes: float) -> Figures:
    video = ("-e", WITHOUT_MASK, "--workers", 2)
    return interleaved(bench, {"video, two processes": (min(minutes, SHORTER), video)}, mask=False)


def part_mask(bench: Bench, minutes: float) -> Figures:
    mask = ("-e", WITH_MASK, "--no-video", "--workers", 2)
    return interleaved(bench, {"mask, two processes": (min(minutes, SHORTER), mask)}, mask=True)


def part_startup(bench: Bench, _minutes: float, rounds: int = 7) -> Figures:
    clip = make_clip(bench.work / "one-frame.mp4", 1 / 30)
    ours, theirs, help_s = [], [], []
    for _ in range(rounds):
        ours.append(
            bench.analyze(
                *(clip, "-e", WITHOUT_MASK, "--no-video", "--output-dir", bench.output())
            )[0]
        )
        load = [*bench.prefix, sys.executable, "-c", LOAD, bench.model]
        theirs.append(timed(load, bench.shut))
        show_help = [*bench.prefix, *PROGRAM, "--help"]
        help_s.append(timed(show_help, dict(os.environ)))
    first, load = statistics.median(ours), statistics.median(theirs)
    return {
        "startup_ratio": first / load,
        "startup": {
            "one_frame_s": first,
            "import_and_load_s": load,
            "help_s": statistics.median(help_s),
        },
    }


def part_live(bench: Bench, _minutes: float) -> Figures:
    from benchmarks.speed.live import measured
    from formcheck.io import poses as pose_recording

    poses = bench.work / "march.poses.npz"
    if not poses.exists():
        command = [*PROGRAM, "poses", str(SAMPLE), "-o", str(poses)]
        subprocess.run(command, check=True)
    found = measured(list(pose_recording.read(poses)), WITH_MASK, (1280, 720), rounds=4)
    inference_ms = statistics.median(_inference_ms(bench))
    return {
        "live_added_ms": found["all"],
        "live_parts_ms": found,
        "live_inference_ms": inference_ms,
    }


def _inference_ms(bench: Bench, pictures: int = 150) -> list[float]:
    """Return what the pose model takes for each picture: how fast the machine is at the time."""
    from itertools import islice

    from formcheck.capture.video_file import VideoFile
    from formcheck.estimate.mediapipe import PoseEstimator

    taken = []
    with VideoFile(SAMPLE) as video, PoseEstimator(Path(bench.model)) as estimator:
        for frame in islice(video, pictures):
            began = time.perf_counter()
            estimator.estimate(frame)
            taken.append(1000 * (time.perf_counter() - began))
    return taken


def part_length(bench: Bench, _minutes: float) -> Figures:
    fps = LENGTH_FPS
    found: dict[str, Figures] = {}
    for minutes in (1, 10, 60):
        clip = make_clip(bench.work / f"march-{minutes}min-{fps}fps.mp4", 60 * minutes, fps=fps)
        seconds, memory = bench.analyze(
            *(clip, "-e", WITHOUT_MASK, "--no-video", "--workers", 2),
            *("--output-dir", bench.output()),
        )
        found[str(minutes)] = {"seconds": seconds, "peak_mb": memory}
        print(minutes, "min", found[str(minutes)], flush=True)
    one, ten, sixty = (found[minutes]["seconds"] for minutes in ("1", "10", "60"))
    return {
        "length_scaling": sixty / (6 * ten),
        # Without what a start costs, which is more of the shorter clips.
        "length_scaling_without_start": (sixty - one) / 59 / ((ten - one) / 9),
        "length": {"clip_fps": fps, "workers": 2, "minutes": found},
    }


PARTS: dict[str, Callable[[Bench, float], Figures]] = {
    "json": part_json,
    "one": part_one,
    "video": part_video,
    "mask": part_mask,
    "startup": part_startup,
    "live": part_live,
    "length": part_length,
    "local": batches.part_local,
    "cluster": batches.part_cluster,
    "lost": batches.part_lost,
    "equal": batches.part_equal,
}

BATCHES = ("local", "cluster")


def summed_up(figures: Figures) -> Figures:
    """Return the figures with the named keys that several parts or runs go into."""
    runs: dict[str, list[Figures]] = {}
    bare: list[float] = []
    for one in figures.get("rounds", []):
        bare += one["bare"]
        for name, run in one["runs"].items():
            runs.setdefault(name, []).append(run)

    def middle(name: str, key: str) -> float | None:
        return statistics.median(run[key] for run in runs[name]) if name in runs else None

    local_s, cluster_s = figures.get("batch_local_s"), figures.get("batch_cluster_s")
    if local_s and cluster_s:
        local, cluster = statistics.median(local_s), statistics.median(cluster_s)
        batch_frames = round(batches.FILES * batches.FILE_S * 30)
        figures = figures | {
            "batch_efficiency": local / cluster,
            "batch": {
                "files": batches.FILES,
                "seconds_each": batches.FILE_S,
                "local_fps": batch_frames / local,
                "cluster_fps": batch_frames / cluster,
            },
        }
    peaks = [run["peak_mb"] for several in runs.values() for run in several]
    peaks += [one["peak_mb"] for one in figures.get("length", {}).get("minutes", {}).values()]
    return figures | {
        "bare_fps": statistics.median(bare) if bare else None,
        "analyze_fps": middle("json, two processes", "fps"),
        "analyze_fps_one_process": middle("json, one process", "fps"),
        "ratio_json": middle("json, two processes", "ratio"),
        "ratio_json_one_process": middle("json, one process", "ratio"),
        "ratio_video": middle("video, two processes", "ratio"),
        "ratio_mask": middle("mask, two processes", "ratio"),
        "peak_mb": max(peaks) if peaks else None,
    }


def _earlier(path: Path | None) -> Figures:
    """Return the figures of parts that were measured before."""
    found: Figures = {}
    if path is not None and path.exists():
        found = json.loads(path.read_text(encoding="utf-8"))
    return found


def main(argv: list[str] | None = None) -> None:
    parser = parser_of(__doc__)
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--work", type=Path, default=Path("speed-work"))
    parser.add_argument("--prefix", default="", help="put before every measured command")
    parser.add_argument("--make", action="store_true", help="only make the clips")
    given = parser.parse_args(argv)
    given.work.mkdir(parents=True, exist_ok=True)
    bench = Bench(given.work.resolve(), shlex.split(given.prefix))
    if given.make:
        make_clip(bench.work / f"march-{given.minutes:g}min.mp4", 60 * given.minutes)
        make_clip(bench.work / "march-4.5min.mp4", 270)
        for minutes in (1, 10, 60):
            path = bench.work / f"march-{minutes}min-{LENGTH_FPS}fps.mp4"
            make_clip(path, 60 * minutes, fps=LENGTH_FPS)
        batches.short_clips(bench)
        return
    figures = _earlier(given.json)
    figures["machine"] = machine()
    # A window that is opened after PyAV was loaded waits for ever (docs/trust.md): it comes first.
    for name in sorted(given.parts.split(","), key=lambda name: name != "live"):
        found = PARTS[name](bench, given.minutes)
        if "runs" in found:
            figures.setdefault("rounds", []).append(found)
        elif name in BATCHES:
            figures |= {key: [*figures.get(key, []), *one] for key, one in found.items()}
        else:
            figures |= found
        figures = summed_up(figures)
        write_json(given.json, figures)
        print(json.dumps({k: v for k, v in found.items() if k != "runs"}), flush=True)
