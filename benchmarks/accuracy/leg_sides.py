"""How often are left and right leg exchanged?  Before and after tracking, on rendered people.

A frame is judged where the legs are apart (knees or ankles by 0.3 trunk lengths in the picture),
the person is in the picture, and the exercise is under way (half a second around it included).
Exchanged are legs that lie nearer to the true places of the other leg, by a quarter of what lies
between them. Frames in which the program says nothing about the legs are counted by themselves.

    python -m benchmarks accuracy leg-sides --subset library --json leg_sides.json

Only clips whose landmarks were recorded (`python -m benchmarks accuracy` does that) are looked at.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import numpy as np

from benchmarks.accuracy.program import recording_of
from benchmarks.common import parser_of, write_json
from formcheck.core.body.tracker import Tracker
from formcheck.core.pose import Landmark
from formcheck.io.poses import read
from groundtruth.build import clip_of, default_cache_dir, truth_of
from groundtruth.takes import takes

MARKS = [Landmark.LEFT_KNEE, Landmark.LEFT_ANKLE, Landmark.RIGHT_KNEE, Landmark.RIGHT_ANKLE]
JOINTS = ("knee_left", "ankle_left", "knee_right", "ankle_right")
APART, CLEARLY = 0.3, 0.25
AROUND_S = 0.5
IN_PICTURE = 0.9


def exchanged(seen_px: np.ndarray, true_px: np.ndarray, trunk_px: float) -> bool | None:
    """Return whether legs (4, 2), left knee first, are exchanged; None where it cannot be told."""
    between = np.linalg.norm(true_px[:2] - true_px[2:], axis=1)
    if between.max() < APART * trunk_px:
        return None
    kept = np.linalg.norm(seen_px - true_px, axis=1).sum()
    other = np.linalg.norm(seen_px - true_px[[2, 3, 0, 1]], axis=1).sum()
    if abs(kept - other) < CLEARLY * between.sum():
        return None
    return bool(other < kept)


def count(poses_path: Path, truth: dict[str, np.ndarray], span_s: tuple[float, float]) -> Counter:
    """Return the frames of a clip: ``judged``, ``raw``, ``left``, ``made`` and ``refused``."""
    names = truth["joint_names"].tolist()
    joints_px = truth["joints_px"]
    legs_px = joints_px[:, [names.index(name) for name in JOINTS]]
    ends_px = [
        joints_px[:, [names.index(f"{joint}_{side}") for side in ("left", "right")]].mean(axis=1)
        for joint in ("shoulder", "hip")
    ]
    trunks_px = np.linalg.norm(ends_px[0] - ends_px[1], axis=1)
    counts: Counter = Counter()
    tracker = Tracker()
    for pose, true_px, trunk_px, inside in zip(
        read(poses_path).poses, legs_px, trunks_px, truth["in_picture"], strict=False
    ):
        tracked = tracker.update(pose)
        under_way = span_s[0] - AROUND_S <= pose.time_s <= span_s[1] + AROUND_S
        if not (pose.detected and under_way and inside >= IN_PICTURE and trunk_px > 0):
            continue
        raw = exchanged(pose.points_px[MARKS], true_px, trunk_px)
        if raw is None:
            continue
        counts["judged"] += 1
        counts["raw"] += raw
        if tracked.body is None or not tracked.pose.landmarks[MARKS, 3].max() > 0:
            counts["refused"] += 1
            continue
        left = bool(exchanged(tracked.pose.points_px[MARKS], true_px, trunk_px))
        counts["left"] += left
        counts["made"] += left and not raw
    return counts


def main(argv: list[str] | None = None) -> int:
    """Print a table by exercise and view."""
    parser = parser_of(__doc__)
    parser.add_argument("--subset", default="library")
    parser.add_argument("--bodies", choices=("score", "tune", "all"), default="score")
    parser.add_argument("--model", default="full")
    options = parser.parse_args(argv)
    cache = default_cache_dir()
    rows: dict[str, Counter] = defaultdict(Counter)
    for take in takes(options.subset):
        clip = clip_of(take, cache)
        poses_path = recording_of(clip, cache, options.model)
        if not (poses_path.is_file() and clip.truth_path.is_file()):
            continue
        if options.bodies not in ("all", *take.subsets):
            continue
        truth, events = truth_of(clip)
        counts = count(poses_path, truth, tuple(events["span_s"]))
        for row in (f"{take.motion}, {take.view}", f"all, {take.view}"):
            rows[row].update(counts, clips=1)
    columns = ("clips", "judged", "raw", "left", "made", "refused")
    print(f"{'exercise, view':<42}" + "".join(f"{column:>8}" for column in columns))
    for name, row in sorted(rows.items()):
        told = max(1, row["judged"] - row["refused"])
        share = f"{100 * row['left'] / told:.2f} %"
        print(f"{name:<42}" + "".join(f"{row[column]:>8}" for column in columns) + f"{share:>9}")
    write_json(options.json, rows, sort_keys=True)
    return 0
