"""Runs formcheck for hours and watches its memory, handles and threads.

    python -m benchmarks.long_run file --hours 3 --fps 10 --width 640
    xvfb-run python -m benchmarks.long_run camera --hours 6 --speed-up 20

`file` analyses one long video (a sample clip, made smaller and repeated by copying its packets)
with the annotated video and the report, in a process of its own. `camera` leads a live session in
front of a loopback camera while the clock of the session runs faster than that of the wall.

Exit code 1 where something grew: the last tenth of the samples is compared with the second tenth
(the first is warming up).
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any

import av

# What a growing cache or a ragged heap may add; a leak of one picture a minute would pass neither.
MOST_GROWTH_MB = 40.0
MOST_GROWTH_COUNT = 2
ROOT = Path(__file__).resolve().parent.parent


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
            (bytes(p), p.pts, p.dts, p.duration, p.is_keyframe)
            for p in given.demux(video=0)
            if p.pts is not None
        ]
        template = given.streams.video[0]
        base = template.time_base
        assert base is not None
        length = max(pts + duration for _, pts, _, duration, _ in packets if pts is not None)
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


def run_file(given: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="formcheck-long-") as name:
        folder = Path(name)
        small_clip(given.clip, folder / "small.mp4", given.fps, given.width)
        turns = repeat_clip(folder / "small.mp4", folder / "long.mp4", given.hours * 3600)
        print(f"{turns} times {given.clip.name}, {given.fps:g} pictures a second", flush=True)
        command = [
            *(sys.executable, "-m", "formcheck", "analyze", str(folder / "long.mp4")),
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
        whole = process.returncode == 0 and pictures == rows == drawn
        return 0 if whole and outcome["flat"] else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    kinds = parser.add_subparsers(dest="kind", required=True)
    on_file = kinds.add_parser("file")
    on_file.add_argument("--clip", type=Path, default=ROOT / "samples" / "standing_march.mp4")
    on_file.add_argument("--exercise", default="standing_march")
    on_file.add_argument("--hours", type=float, default=3.0)
    on_file.add_argument("--fps", type=float, default=10.0)
    on_file.add_argument("--width", type=int, default=640)
    on_file.add_argument("--model")
    on_file.add_argument("--sample-s", type=float, default=2.0)
    on_file.add_argument("--log", type=Path, help="Every sample as it is taken.")
    on_file.set_defaults(run=run_file)
    given = parser.parse_args()
    run: Callable[[argparse.Namespace], int] = given.run
    return run(given)


if __name__ == "__main__":
    sys.exit(main())
