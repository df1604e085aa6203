"""Parts of `python -m benchmarks speed` about many clips: a pool, and Dask workers with S3."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.common import PROGRAM, Figures
from benchmarks.robustness.loopback import dask_cluster, s3_client, s3_server
from benchmarks.speed.bench import LENGTH_FPS, WITH_MASK, WITHOUT_MASK, Bench, make_clip

FILES, DIFFERENT, FILE_S, BROKEN = 200, 20, 1.5, 5


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
        command = [*PROGRAM, "analyze", "s3://clinic/in/"]
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
