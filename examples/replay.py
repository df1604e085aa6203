"""Landmarks once, judged many times: a recording under one exercise after the other.

    formcheck poses clip.mp4 -o clip.poses.npz      # the slow part, once
    python examples/replay.py clip.poses.npz standing_march knee_drive

A recording gives the same results to the digit as the video it came from.
"""

from __future__ import annotations

import sys

import formcheck as fc


def main(recording: str, *exercises: str) -> list[fc.Summary]:
    """Return what a recording comes to under each exercise."""
    summaries = []
    for exercise in exercises:
        session = fc.Session(fc.load_spec(exercise))
        with fc.open_poses(recording, spec=session.spec) as poses:
            for pose in poses:
                for event in session.update(pose).events:
                    print(f"{event.time_s:7.2f} s  {type(event).__name__}")
        summaries.append(session.finish())
    return summaries


if __name__ == "__main__":
    for summary in main(*sys.argv[1:]):
        print(summary)
