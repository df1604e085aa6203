"""Choose the few takes that CI checks, and write them as small pose recordings.

    python -m groundtruth.golden --recordings DIR --output tests/golden
    python -m groundtruth.golden --gaps                  # after the program has changed

Landmarks are rounded to a grid finer than their own error (1/8192 of the picture), so that
they compress to a third.  ``expected.json`` is the truth of the takes as they were performed,
never what the program happens to say; where the two differ today, ``known_gaps.json`` says so
(written with ``--gaps``, to be read by people and to be made shorter).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from groundtruth.build import clip_of, default_cache_dir, truth_of
from groundtruth.takes import takes

GOLDEN = (
    "standing_march-clean-b2",
    "standing_march-knee_height-b6",
    "standing_march-trunk_lean-b2",
    "standing_march-pelvis_drop-b6",
    "knee_drive-clean-b8",
    "knee_drive-trunk_lean_back-b6",
    "half_kneeling_hip_flexor_stretch-clean-b8",
    "half_kneeling_hip_flexor_stretch-trunk_lean-b4",
    "glute_bridge-clean-b4",
    "glute_bridge-hips_low-b8",
    "negative_squats-b6",
    "negative_walking-b8",
)
"""How the names of the chosen takes begin."""
NEGATIVE_TRIED_AS = "standing_march"
GRID = {"xy": 8192, "z": 512, "visibility": 64, "world": 1024, "outline": 1024}
"""Steps per unit that each kind of number is rounded to."""


def shrink(source: Path, target: Path) -> None:
    """Write a recording with its numbers on a coarser grid."""
    with np.load(source, allow_pickle=False) as data:
        arrays = {name: data[name] for name in data.files}
    landmarks = arrays["landmarks"]
    landmarks[..., :2] = _rounded(landmarks[..., :2], GRID["xy"])
    landmarks[..., 2] = _rounded(landmarks[..., 2], GRID["z"])
    landmarks[..., 3] = _rounded(landmarks[..., 3], GRID["visibility"])
    arrays["landmarks"] = landmarks.astype(np.float32)
    for name in ("world", "outline"):
        if name in arrays:
            arrays[name] = _rounded(arrays[name], GRID[name]).astype(np.float32)
    np.savez_compressed(target, **arrays)


def _rounded(values: np.ndarray, steps: int) -> np.ndarray:
    return np.round(values * steps) / steps


def expectation(events: dict[str, Any], forgiven: tuple[str, ...]) -> dict[str, Any]:
    """Return what has to come out of a take, from what was performed."""
    reps = Counter(rep["side"] for rep in events["reps"] if rep["counts"] == "rep")
    attempts = Counter(rep["side"] for rep in events["reps"] if rep["counts"] == "attempt")
    hold_s: dict[str, float] = {}
    for hold in events["holds"]:
        hold_s[hold["side"]] = round(hold_s.get(hold["side"], 0.0) + hold["hold_s"], 2)
    # Somebody who does something else must not count as marching.
    negative = events["exercise"] == "-"
    return {
        "exercise": NEGATIVE_TRIED_AS if negative else events["exercise"],
        "reps": dict(sorted(reps.items())),
        "attempts": dict(sorted(attempts.items())),
        "hold_s": hold_s,
        "faults": sorted({f"{f['check']} {f['side']}" for f in events["faults"]}),
        "may_also_say": sorted(forgiven),
    }


def verdict(path: Path, exercise: str) -> dict[str, Any]:
    """Return what the program says of a recording, in the form of an expectation."""
    from formcheck.core.judge.session import Session
    from formcheck.io.poses import read
    from formcheck.io.specs import load_spec

    session = Session(load_spec(exercise))
    for pose in read(path):
        session.update(pose)
    summary = session.finish()
    totals = summary.totals
    return {
        "reps": {side: n for side, n in sorted(totals.reps.items()) if n},
        "attempts": {side: n for side, n in sorted(totals.attempts.items()) if n},
        "hold_s": {side: round(s, 2) for side, s in sorted(totals.hold_s.items()) if s},
        "faults": sorted({f"{f.check} {f.side}" for f in summary.faults}),
    }


def differences(said: dict[str, Any], expected: dict[str, Any], slack_s: float) -> dict[str, Any]:
    """Return the parts of what was said that are not what was performed."""
    gaps = {key: said[key] for key in ("reps", "attempts") if said[key] != expected[key]}
    sides = {*said["hold_s"], *expected["hold_s"]}
    if expected["hold_s"] or expected["exercise"].endswith("stretch"):
        off_s = [abs(said["hold_s"].get(s, 0.0) - expected["hold_s"].get(s, 0.0)) for s in sides]
        if max(off_s, default=0.0) > slack_s:
            gaps["hold_s"] = said["hold_s"]
    surplus = {
        fault
        for fault in said["faults"]
        if fault not in expected["faults"] and fault.split()[0] not in expected["may_also_say"]
    }
    if missed := sorted(set(expected["faults"]) - set(said["faults"])):
        gaps["missed"] = missed
    if surplus:
        gaps["false_alarms"] = sorted(surplus)
    return gaps


HOLD_SLACK_S = 1.5
"""A hold begins and ends within the movement into it and out of it."""


def main(arguments: list[str] | None = None) -> int:
    """Write the recordings and what is expected of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=Path, default=default_cache_dir())
    parser.add_argument("--recordings", type=Path, help="write anew from these landmarks")
    parser.add_argument("--output", type=Path, default=Path("tests/golden"))
    parser.add_argument("--gaps", action="store_true", help="note where the program differs now")
    options = parser.parse_args(arguments)
    if options.recordings:
        options.output.mkdir(parents=True, exist_ok=True)
        write_recordings(options.cache, options.recordings, options.output)
    if options.gaps:
        write_gaps(options.output)
    return 0


def write_recordings(cache_dir: Path, recordings: Path, output: Path) -> None:
    """Write the small recordings and the truth of them."""
    expected: dict[str, Any] = {}
    for take in takes("all"):
        if not take.name.startswith(GOLDEN):
            continue
        clip = clip_of(take, cache_dir)
        source = recordings / f"{clip.path.stem}.poses.npz"
        if not source.is_file():
            print(f"not recorded yet: {take.name}")
            continue
        target = output / f"{take.name}.poses.npz"
        shrink(source, target)
        _, events = truth_of(clip)
        expected[take.name] = expectation(events, take.forgiven)
        print(f"{take.name}: {target.stat().st_size // 1024} kB")
    _write(output / "expected.json", expected)


def write_gaps(output: Path) -> None:
    """Note where the program does not say what was performed."""
    gaps: dict[str, Any] = {}
    expected = json.loads((output / "expected.json").read_text(encoding="utf-8"))
    for name, truth in expected.items():
        said = verdict(output / f"{name}.poses.npz", truth["exercise"])
        if gap := differences(said, truth, HOLD_SLACK_S):
            gaps[name] = gap
        print(f"{name}: {gap or 'as performed'}")
    _write(output / "known_gaps.json", gaps)


def _write(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
