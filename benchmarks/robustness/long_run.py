"""Runs formcheck for hours and watches its memory, handles and threads.

    python -m benchmarks robustness long-run file --hours 3 --fps 10 --width 640
    xvfb-run -a python -m benchmarks robustness long-run camera --hours 6 --speed-up 12

`file` analyses one long video (a sample clip, made smaller and repeated by copying its packets)
with the annotated video and the report, in a process of its own. `camera` runs `formcheck live`,
one session after another in one process, in front of a loopback camera whose clip and whose
timetable of losses run faster than the wall clock, and so does the clock of that process.

Exit code 1 where something grew: the last tenth of the samples is compared with the second tenth
(the first is warming up).
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import av

from benchmarks.common import (
    PROGRAM,
    ROOT,
    SAMPLES,
    add_json,
    parser_without_json,
    sound_into_nothing,
    write_json,
)
from benchmarks.robustness.clips import repeat_clip, small_clip

# So often the camera is lost: it closes what is open and answers 503.
LOST_EVERY_S = 1800.0
# Wall clock; whoever lost the camera tries again after one such second.
LOST_FOR_WALL_S = 0.5

# What a growing cache or a ragged heap may add; a leak of one picture a minute would pass neither.
MOST_GROWTH_MB = 40.0
MOST_GROWTH_COUNT = 2


@dataclass
class Watch:
    """Samples memory, handles and threads of a process while it works."""

    every_s: float
    rows: list[tuple[float, float, int, int]] = field(default_factory=list)

    def sample(self, pid: int, began: float) -> None:
        """Take one sample; nothing where the process is gone."""
        try:
            status = Path(f"/proc/{pid}/status").read_text()
            handles = len(os.listdir(f"/proc/{pid}/fd"))
        except OSError:
            return
        values = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
        if "VmRSS" not in values:
            return
        rss_mb = int(values["VmRSS"].split()[0]) / 1024
        self.rows.append((time.monotonic() - began, rss_mb, handles, int(values["Threads"])))

    def growth(self) -> dict[str, Any]:
        """Return the second and the last tenth, and what lies between them."""
        tenth = max(1, len(self.rows) // 10)
        early, late = self.rows[tenth : 2 * tenth] or self.rows[:1], self.rows[-tenth:]
        names = ("memory_mb", "handles", "threads")
        found = {
            name: (median(r[i] for r in early), median(r[i] for r in late))
            for i, name in enumerate(names, start=1)
        }
        return {
            "samples": len(self.rows),
            "wall_s": round(self.rows[-1][0]),
            "most_memory_mb": round(max(row[1] for row in self.rows)),
            **{name: [round(a, 1), round(b, 1)] for name, (a, b) in found.items()},
            "flat": found["memory_mb"][1] - found["memory_mb"][0] <= MOST_GROWTH_MB
            and found["handles"][1] - found["handles"][0] <= MOST_GROWTH_COUNT
            and found["threads"][1] - found["threads"][0] <= MOST_GROWTH_COUNT,
        }


def run_file(given: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="formcheck-long-") as name:
        folder = Path(name)
        small_clip(given.clip, folder / "small.mp4", given.fps, given.width)
        turns = repeat_clip(folder / "small.mp4", folder / "long.mp4", given.hours * 3600)
        print(f"{turns} times {given.clip.name}, {given.fps:g} frames a second", flush=True)
        command = [
            *(*PROGRAM, "analyze", str(folder / "long.mp4")),
            *("-e", given.exercise, "--output-dir", str(folder / "out"), "--json"),
            *(["--model", given.model] if given.model else []),
        ]
        watch, began = Watch(given.sample_s), time.monotonic()
        log = given.log.open("w") if given.log else None
        with (folder / "results.json").open("w") as results:
            process = subprocess.Popen(command, stdout=results, cwd=ROOT)
            while process.poll() is None:
                watch.sample(process.pid, began)
                if log and watch.rows:
                    print(*watch.rows[-1], file=log, flush=True)
                time.sleep(watch.every_s)
        found = json.loads((folder / "results.json").read_text())
        with (folder / "out" / "long.frames.csv").open(newline="") as file:
            rows = sum(1 for _ in csv.reader(file)) - 1
        with av.open(str(folder / "out" / "long.formcheck.mp4")) as made:
            drawn = sum(1 for p in made.demux(video=0) if p.pts is not None)
        with av.open(str(folder / "long.mp4")) as long:
            pictures = sum(1 for p in long.demux(video=0) if p.pts is not None)
        outcome = {
            "exit_code": process.returncode,
            "hours": round(found["source"]["duration_s"] / 3600, 3),
            "turns": turns,
            "pictures": pictures,
            "rows": rows,
            "drawn": drawn,
            "totals": found["totals"],
            **watch.growth(),
        }
        print(json.dumps(outcome, indent=1))
        write_json(given.json, outcome)
        whole = process.returncode == 0 and pictures == rows == drawn
        return 0 if whole and outcome["flat"] else 1


def run_camera(given: argparse.Namespace) -> int:
    from benchmarks.robustness.mjpeg_server import Clip, MjpegServer

    clip = Clip(given.clip, width=given.width, both_sides=True)
    clip.times = [time_s / given.speed_up for time_s in clip.times]
    clip.length_s /= given.speed_up
    length_wall_s = given.hours * 3600 / given.speed_up
    every_wall_s = LOST_EVERY_S / given.speed_up
    losses = [
        ("cut", number * every_wall_s, LOST_FOR_WALL_S)
        for number in range(1, int(length_wall_s / every_wall_s) + 1)
        if number * every_wall_s < length_wall_s - 10
    ]
    print(
        f"{given.hours:g} h in {length_wall_s:.0f} s: {given.fps:g} pictures a second of "
        f"{given.clip.name} and of its mirror image, {len(losses)} losses of the camera",
        flush=True,
    )
    with (
        tempfile.TemporaryDirectory(prefix="formcheck-long-") as name,
        MjpegServer(clip, fps=given.fps * given.speed_up, faults=losses) as server,
    ):
        folder = Path(name)
        command = [
            *(sys.executable, "-m", "benchmarks.robustness.fast_clock_live", server.address),
            *("--exercise", given.exercise, "--speed-up", str(given.speed_up)),
            *("--model", given.model, "--outcome", str(folder / "outcome.json")),
        ]
        settings = {**os.environ, "FORMCHECK_HISTORY": str(folder / "history.sqlite")}
        settings |= sound_into_nothing(folder)
        watch, began, told = Watch(given.sample_s), time.monotonic(), 0
        log = given.log.open("w") if given.log else None
        with (folder / "said.txt").open("w") as said:
            process = subprocess.Popen(
                command, cwd=ROOT, env=settings, stdin=subprocess.DEVNULL, stdout=said, stderr=said
            )
            # The hours are counted from the first picture on, not from the loading of modules.
            while process.poll() is None:
                watch.sample(process.pid, began)
                if log and watch.rows:
                    print(*watch.rows[-1], file=log, flush=True)
                worked_s = given.speed_up * (time.monotonic() - (server.began or time.monotonic()))
                if worked_s >= given.hours * 3600:
                    process.send_signal(signal.SIGTERM)
                    process.wait(timeout=120)
                    break
                if worked_s >= told * 1800:
                    told += 1
                    _, memory_mb, handles, threads = watch.rows[-1]
                    print(
                        f"{worked_s / 3600:5.2f} h  {memory_mb:6.1f} MB  {handles:3d} handles  "
                        f"{threads:3d} threads",
                        flush=True,
                    )
                time.sleep(watch.every_s)
        text = (folder / "said.txt").read_text()
        if process.returncode != 0 or not (folder / "outcome.json").exists():
            print(f"exit code {process.returncode}: {text[-2000:]}")
            return 1
        outcome = {
            "hours": round(worked_s / 3600, 3),
            **json.loads((folder / "outcome.json").read_text()),
            "losses_tried": len(losses),
            "kept": kept_in(folder / "history.sqlite"),
            **watch.growth(),
        }
        print(json.dumps(outcome, indent=1))
        write_json(given.json, outcome)
        whole = (
            set(outcome["exit_codes"]) <= {0, 3}
            and outcome["exit_codes"][-1] == 3
            and outcome["losses"] == len(losses)
            and outcome["pictures_seen"] > 0
        )
        return 0 if whole and outcome["flat"] else 1


def kept_in(history: Path) -> dict[str, float]:
    """Return what the history has of all sessions."""
    from formcheck.history import History

    if not history.exists():
        return {"sets": 0, "hold_s": 0.0}
    with History(history) as kept:
        sessions = kept.sessions()
    held_s = sum(side.hold_s for session in sessions for side in session.sides)
    return {"sets": len(sessions), "hold_s": round(held_s, 1)}


def main(argv: list[str] | None = None) -> int:
    parser = parser_without_json(__doc__)
    kinds = parser.add_subparsers(dest="kind", required=True)
    on_file = kinds.add_parser("file")
    on_file.add_argument("--clip", type=Path, default=SAMPLES / "standing_march.mp4")
    on_file.add_argument("--exercise", default="standing_march")
    on_file.add_argument("--hours", type=float, default=3.0)
    on_file.add_argument("--fps", type=float, default=10.0)
    on_file.add_argument("--width", type=int, default=640)
    on_file.add_argument("--model")
    on_file.add_argument("--sample-s", type=float, default=2.0)
    on_file.add_argument("--log", type=Path, help="Every sample as it is taken.")
    on_file.set_defaults(run=run_file)
    stretch = "half_kneeling_hip_flexor_stretch"
    on_camera = kinds.add_parser("camera")
    on_camera.add_argument("--clip", type=Path, default=SAMPLES / f"{stretch}.mp4")
    on_camera.add_argument("--exercise", default=stretch)
    on_camera.add_argument("--hours", type=float, default=6.0)
    on_camera.add_argument("--speed-up", type=float, default=12.0)
    on_camera.add_argument("--fps", type=float, default=2.0, help="By the fast clock.")
    on_camera.add_argument("--width", type=int, default=320)
    on_camera.add_argument("--model", default="lite")
    on_camera.add_argument("--sample-s", type=float, default=1.0)
    on_camera.add_argument("--log", type=Path, help="Every sample as it is taken.")
    on_camera.set_defaults(run=run_camera)
    for kind in (on_file, on_camera):
        add_json(kind)
    given = parser.parse_args(argv)
    run: Callable[[argparse.Namespace], int] = given.run
    return run(given)
