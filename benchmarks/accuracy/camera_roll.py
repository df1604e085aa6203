"""What does a camera that is not level change?  Recorded poses of rendered people, turned.

    python -m benchmarks accuracy camera-roll --subset core --json camera_roll.json

Each recording is turned about the picture's middle and analysed as it comes (the roll is learned
from the person standing) and with the roll taken for 0, and compared with the level one: the same
repetitions, the same faults, the largest difference of a hold. The back's outline is not turned and
so left out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from benchmarks.accuracy.program import recording_of
from benchmarks.common import parser_of, write_json
from formcheck.core.body.camera_roll import Vertical
from formcheck.core.judge.session import Session
from formcheck.core.pose import Pose
from formcheck.io.poses import read
from formcheck.io.specs import load_spec
from groundtruth.build import clip_of, default_cache_dir
from groundtruth.takes import takes

ROLLS_DEG = (0.0, 8.0, -8.0)


def turned(pose: Pose, roll_deg: float) -> Pose:
    """Return the pose in a picture turned clockwise about its middle, without an outline."""
    angle = math.radians(roll_deg)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    size = np.asarray(pose.size_px, dtype=float)
    landmarks, world = pose.landmarks.copy(), pose.world.copy()
    landmarks[:, :2] = ((landmarks[:, :2] * size - size / 2) @ turn.T + size / 2) / size
    world[:, :2] = world[:, :2] @ turn.T
    return replace(pose, landmarks=landmarks, world=world, outline=None)


def said(
    exercise: str, poses: Sequence[Pose], given_deg: float | None
) -> tuple[dict[str, int], list[float], list[str]]:
    """Return repetitions, seconds held on each side, and checks at fault."""
    session = Session(load_spec(exercise), roll_deg=given_deg)
    for pose in poses:
        session.update(pose)
    summary = session.finish()
    held_s = [summary.totals.hold_s[side] for side in sorted(summary.totals.hold_s)]
    return summary.totals.reps, held_s, sorted({fault.check for fault in summary.faults})


def learned_deg(poses: Sequence[Pose]) -> float:
    """Return the roll that is learned from a recording, 0 where none is."""
    vertical = Vertical()
    for pose in poses:
        vertical.update(pose.time_s, pose)
    return vertical.roll_deg


def main(argv: list[str] | None = None) -> int:
    """Print a row for each roll."""
    parser = parser_of(__doc__)
    parser.add_argument("--subset", default="core")
    options = parser.parse_args(argv)
    cache, rows = default_cache_dir(), []
    recordings = []
    for take in takes(options.subset):
        path = recording_of(clip_of(take, cache), cache, "full")
        if take.motion is not None and path.is_file():
            poses = [turned(pose, 0.0) for pose in read(path).poses]
            recordings.append((take.exercise, poses, said(take.exercise, poses, 0.0)))
    print(f"{'roll':>6}{'taken as':>10}{'clips':>7}{'reps same':>11}{'faults same':>13}"
          f"{'hold off by':>13}{'found within 2':>16}")  # fmt: skip
    for roll_deg in ROLLS_DEG:
        for given_deg in (None, 0.0):
            reps = faults = found = 0
            off_s = 0.0
            for exercise, poses, level in recordings:
                rolled = [turned(pose, roll_deg) for pose in poses]
                now = said(exercise, rolled, given_deg)
                reps += now[0] == level[0]
                faults += now[2] == level[2]
                off_s = max([off_s, *(abs(a - b) for a, b in zip(now[1], level[1], strict=True))])
                found += abs(learned_deg(rolled) - roll_deg) <= 2.0
            row = {
                "roll_deg": roll_deg,
                "taken_as": "learned" if given_deg is None else "0",
                "clips": len(recordings),
                "reps_same": reps,
                "faults_same": faults,
                "hold_off_s": round(off_s, 1),
                "found_within_2_deg": found,
            }
            rows.append(row)
            print(f"{roll_deg:6.0f}{row['taken_as']:>10}{len(recordings):7d}{reps:11d}{faults:13d}"
                  f"{off_s:11.1f} s{found:16d}")  # fmt: skip
    write_json(options.json, rows)
    return 0
