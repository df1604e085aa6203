"""A long recording of a routine, put together from clips, through `analyze --routine`.

    python -m benchmarks robustness long-routine ROUTINE.toml CLIP.mp4... --work FOLDER

The clips, each with its `.truth.npz` beside it (or in --truth), are put one after another into one
video; those of something else (negatives) belong to no exercise. Given pose recordings instead
(`formcheck poses CLIP`), one recording is made of them, and the pose model is not needed again.
Compared are, for each exercise: where its first true movement begins and its last one ends, the
reps and the seconds held.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from benchmarks.common import PROGRAM, Figures, parser_of, today, write_json
from formcheck.io.poses import PoseRecording, read, write
from groundtruth.build import with_true_holds
from groundtruth.takes import takes
from groundtruth.truth import load_truth

CLOCK = 90_000


def events_of(path: Path) -> dict[str, Any]:
    """Return what happens in a clip; its holds are those of the true angles."""
    arrays, events = load_truth(path)
    take = next((take for take in takes("all") if take.name == events["take"]), None)
    return events if take is None else with_true_holds(arrays, events, take)


def stitch(clips: list[Path], target: Path) -> list[dict[str, Any]]:
    """Write one video of all clips; return what is true of each, in its time."""
    truths = []
    now_s = 0.0
    with av.open(str(target), "w") as out:
        stream: Any = out.add_stream("libx264", rate=30, options={"crf": "18", "preset": "fast"})
        stream.width, stream.height, stream.pix_fmt = 640, 480, "yuv420p"
        stream.codec_context.time_base = Fraction(1, CLOCK)
        for clip in clips:
            began_s = now_s
            with av.open(str(clip)) as source:
                rate = float(source.streams.video[0].average_rate or 15)
                for picture in source.decode(video=0):
                    at_s = began_s + float(picture.time or 0.0)
                    frame = picture.reformat(width=640, height=480, format="yuv420p")
                    frame.pts, frame.time_base = round(at_s * CLOCK), Fraction(1, CLOCK)
                    out.mux(stream.encode(frame))
                    now_s = at_s + 1 / rate
            truth = events_of(clip.with_suffix(".truth.npz"))
            truths.append({**truth, "clip": clip.name, "began_s": began_s, "ended_s": now_s})
        out.mux(stream.encode(None))
    return truths


def join(recordings: list[Path], target: Path, truth_in: Path) -> list[dict[str, Any]]:
    """Write one pose recording of all; return what is true of each, in its time."""
    truths, poses = [], []
    now_s, size = 0.0, (640, 480)
    for path in recordings:
        recording = read(path)
        began_s, size = now_s, recording.size_px
        poses += [replace(pose, time_s=pose.time_s + began_s) for pose in recording.poses]
        now_s = poses[-1].time_s + 1 / recording.fps
        name = path.name.removesuffix(".poses.npz")
        truth = events_of(truth_in / f"{name}.truth.npz")
        truths.append({**truth, "clip": name, "began_s": began_s, "ended_s": now_s})
    write(target, PoseRecording(poses, size, len(poses) / now_s))
    return truths


def true_exercises(truths: list[dict[str, Any]], order: list[str]) -> list[dict[str, Any]]:
    """Return the truth of each exercise: its clips together."""
    found = []
    for name in order:
        row: dict[str, Any] = {
            "exercise": name,
            "reps": defaultdict(int),
            "hold_s": defaultdict(float),
        }
        times = []
        for truth in truths:
            if truth["exercise"] != name or not truth["clip"].startswith(name):
                continue
            for kind in ("reps", "holds"):
                for item in truth[kind]:
                    times += [truth["began_s"] + item["start_s"], truth["began_s"] + item["end_s"]]
                    if kind == "reps":
                        row["reps"][item["side"]] += 1
                    else:
                        row["hold_s"][item["side"]] += item["end_s"] - item["start_s"]
        row["start_s"], row["end_s"] = min(times), max(times)
        found.append(row)
    return found


def main(argv: list[str] | None = None) -> None:
    parser = parser_of(__doc__)
    parser.add_argument("routine", type=Path)
    parser.add_argument("clips", type=Path, nargs="+")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--truth", type=Path, help="Folder of the truth, for pose recordings.")
    parser.add_argument("--option", action="append", default=[])
    given = parser.parse_args(argv)
    given.work.mkdir(parents=True, exist_ok=True)
    if given.truth is not None:
        video = given.work / "long.poses.npz"
        truths = join(given.clips, video, given.truth)
    else:
        video = given.work / "long.mp4"
        truths = stitch(given.clips, video)
    length_s = truths[-1]["ended_s"]
    print(f"{len(given.clips)} clips, {length_s:.0f} s = {length_s / 60:.1f} min", flush=True)
    command = [
        *PROGRAM, "analyze", str(video), "--routine", str(given.routine),
        "--json", *given.option,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    found = json.loads(done.stdout)
    order = [row["exercise"] for row in found["exercises"] + found["not_found"]]
    worst_s, wrong = 0.0, 0
    rows: list[Figures] = []
    for truth in true_exercises(truths, list(dict.fromkeys(order))):
        row = next((r for r in found["exercises"] if r["exercise"] == truth["exercise"]), None)
        if row is None:
            print(f"{truth['exercise']}: NOT FOUND")
            wrong += 1
            continue
        off = [row[edge] - truth[edge] for edge in ("start_s", "end_s")]
        worst_s = max(worst_s, *(abs(value) for value in off))
        reps, held = row["totals"]["reps"], row["totals"]["hold_s"]
        print(
            f"{truth['exercise']}: {row['start_s']:.1f} to {row['end_s']:.1f} s "
            f"(off by {off[0]:+.1f} and {off[1]:+.1f}); reps {reps}, true {dict(truth['reps'])}; "
            f"held {held}, true { {k: round(v, 1) for k, v in truth['hold_s'].items()} }"
        )
        rows.append({"exercise": row["exercise"], "off_s": off, "reps": reps, "hold_s": held,
                     "true_reps": truth["reps"], "true_hold_s": truth["hold_s"]})  # fmt: skip
        wrong += any(reps.get(side, 0) != count for side, count in truth["reps"].items())
    print(f"boundaries off by at most {worst_s:.1f} s; exercises with a wrong count: {wrong}")
    figures = {"date": today(), "length_s": length_s, "worst_off_s": worst_s, "wrong": wrong}
    write_json(given.json, figures | {"exercises": rows})
