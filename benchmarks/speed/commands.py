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

import contextlib
import hashlib
import json
import os
import shlex
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from benchmarks.common import SAMPLES, Figures, machine, parser_of, write_json
from benchmarks.robustness.loopback import dask_cluster, s3_client, s3_server

SAMPLE = SAMPLES / "standing_march.mp4"
# JSON only needs no mask with this one; the march asks for the mask. Both run on the same pictures.
WITHOUT_MASK, WITH_MASK = "glute_bridge", "standing_march"
BARE_S = 20
# Minutes of the clip of the slower runs; long enough to be cut.
SHORTER = 4.5
FILES, DIFFERENT, FILE_S, BROKEN = 200, 20, 1.5, 5
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
_LOAD = """
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
        command = [*self.prefix, sys.executable, "-m", "formcheck", "analyze", "--no-report"]
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
    return interleaved(
        bench, {"json, one process": (min(minutes, SHORTER), plain)}, mask=False
    )


def part_video(bench: Bench, minutes: float) -> Figures:
    video = ("-e", WITHOUT_MASK, "--workers", 2)
    return interleaved(
        bench, {"video, two processes": (min(minutes, SHORTER), video)}, mask=False
    )


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
        load = [*bench.prefix, sys.executable, "-c", _LOAD, bench.model]
        theirs.append(_timed(load, bench.shut))
        show_help = [*bench.prefix, sys.executable, "-m", "formcheck", "--help"]
        help_s.append(_timed(show_help, dict(os.environ)))
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
        command = [sys.executable, "-m", "formcheck", "poses", str(SAMPLE), "-o", str(poses)]
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


def part_local(bench: Bench, _minutes: float) -> Figures:
    common = ("-e", WITHOUT_MASK, "--no-video", "--output-dir", bench.output())
    seconds, _ = bench.analyze(short_clips(bench), *common, "--workers", 2)
    return {"batch_local_s": [seconds]}


def part_cluster(bench: Bench, _minutes: float) -> Figures:
    with cluster_and_bucket(bench, short_clips(bench)) as (address, environment, _):
        os.environ.update(environment)
        common = ("-e", WITHOUT_MASK, "--no-video", "--output-dir", "s3://clinic/out")
        seconds, _ = bench.analyze("s3://clinic/in/", "--cluster", address, *common)
    return {"batch_cluster_s": [seconds]}


def part_lost(bench: Bench, _minutes: float) -> Figures:
    folder = short_clips(bench)
    common = ["-e", WITHOUT_MASK, "--no-video", "--no-report"]
    with cluster_and_bucket(bench, folder) as (address, environment, workers):
        os.environ.update(environment)
        s3 = s3_client(environment)
        for number in range(BROKEN):
            s3.put_object(Bucket="clinic", Key=f"in/broken{number}.mp4", Body=b"no video" * 100)
        command = [sys.executable, "-m", "formcheck", "analyze", "s3://clinic/in/"]
        command += ["--cluster", address, "--output-dir", "s3://clinic/lost", *common]
        log = (bench.work / "lost.log").open("w+")
        running = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        while len(names(s3, "lost/", ".json")) < FILES // 2:
            time.sleep(0.5)
        workers[0].send_signal(signal.SIGKILL)
        killed_at = len(names(s3, "lost/", ".json"))
        code = running.wait()
        log.seek(0)
        said = log.read()
        log.close()
        done = names(s3, "lost/", ".json")
        before = stamps(s3, "lost/")
        start = time.perf_counter()
        again = subprocess.run(command, capture_output=True, text=True, check=False)
        again_s = time.perf_counter() - start
        after = stamps(s3, "lost/")
    return {
        "lost_worker": {
            "killed_when_done": killed_at,
            "exit_code": code,
            "results": len(done),
            "results_once": len(set(done)) == len(done) == FILES,
            "broken_listed": sum("is not a video" in line for line in said.splitlines()),
            "told_done": said.count("results:") + said.count("done before"),
            "again_done_before": again.stdout.count("done before"),
            "again_recomputed": sum(before.get(key) != stamp for key, stamp in after.items()),
            "again_s": again_s,
        }
    }


def part_equal(bench: Bench, minutes: float) -> Figures:
    """Compare whole result files; a cut clip with the mask, because that is the harder case."""
    clip = make_clip(bench.work / f"march-4.5min-{LENGTH_FPS}fps.mp4", 270, fps=LENGTH_FPS)
    sums = {}
    for workers in (1, 2):
        folder = bench.output()
        bench.analyze(clip, "-e", WITH_MASK, "--no-video", "--workers", workers,
                      "--output-dir", folder)  # fmt: skip
        sums[f"workers {workers}"] = checksums(folder)
    with cluster_and_bucket(bench, None) as (address, environment, _):
        os.environ.update(environment)
        s3 = s3_client(environment)
        s3.upload_file(str(clip), "clinic", f"in/{clip.name}")
        bench.analyze(f"s3://clinic/in/{clip.name}", "-e", WITH_MASK, "--no-video",
                      "--cluster", address, "--output-dir", "s3://clinic/out")  # fmt: skip
        folder = bench.output()
        for name in names(s3, "out/", ""):
            s3.download_file("clinic", f"out/{name}", str(folder / name))
        sums["cluster"] = checksums(folder)
    found = json.loads((folder / f"{clip.stem}.formcheck.json").read_text())
    same = len({json.dumps(one, sort_keys=True) for one in sums.values()}) == 1
    return {"equal": {"same": same, "sha256": sums, "reps": found["totals"]["reps"]}}


def short_clips(bench: Bench) -> Path:
    """Return a folder with the short clips; some are the same under several names."""
    folder = bench.work / "short"
    folder.mkdir(exist_ok=True)
    for number in range(FILES):
        path = folder / f"clip{number:03}.mp4"
        if path.exists():
            continue
        if number < DIFFERENT:
            make_clip(path, FILE_S, start_s=0.5 * number)
        else:
            shutil.copy(folder / f"clip{number % DIFFERENT:03}.mp4", path)
    return folder


@contextlib.contextmanager
def cluster_and_bucket(bench: Bench, folder: Path | None) -> Iterator[tuple[str, Any, Any]]:
    """Run the servers, with the clips in the bucket."""
    with (
        s3_server(bench.work / "s3.log") as environment,
        dask_cluster(2, environment, bench.work / "dask.log") as cluster,
    ):
        s3 = s3_client(environment)
        s3.create_bucket(Bucket="clinic")
        for path in sorted(folder.iterdir()) if folder else ():
            s3.upload_file(str(path), "clinic", f"in/{path.name}")
        yield cluster.address, environment, cluster.workers


def stamps(s3: Any, prefix: str) -> dict[str, str]:
    """Return when each object was last written."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket="clinic", Prefix=prefix)
    return {
        item["Key"]: f"{item['LastModified']} {item['ETag']}"
        for page in pages
        for item in page.get("Contents", [])
    }


def names(s3: Any, prefix: str, suffix: str) -> list[str]:
    return [key.removeprefix(prefix) for key in stamps(s3, prefix) if key.endswith(suffix)]


def checksums(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}


def _timed(command: list[str], environment: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=environment)
    return time.perf_counter() - start


PARTS: dict[str, Callable[[Bench, float], Figures]] = {
    name.removeprefix("part_"): value for name, value in globals().items()
    if name.startswith("part_")
}  # fmt: skip

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
        batch_frames = round(FILES * FILE_S * 30)
        figures = figures | {
            "batch_efficiency": local / cluster,
            "batch": {
                "files": FILES,
                "seconds_each": FILE_S,
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
        short_clips(bench)
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
