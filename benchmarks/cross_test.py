"""Somebody does another exercise than the one that was chosen.

What is counted and said then?  Each exercise's clean take is run under every other exercise's
spec.  Listed are what was counted falsely, and faults that were shown for longer than `SHOWN_S`
in one piece (nobody in the wrong exercise may be corrected for long: the program has to say
that the position does not match).

    python benchmarks/cross_test.py --json cross_test.json
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.accuracy import record_poses
from formcheck.pose_recording import read
from formcheck.session import Session
from formcheck.spec_files import load_spec, spec_paths
from groundtruth.build import build, default_cache_dir
from groundtruth.takes import Take, takes

SHOWN_S = 3.0
"""Faults that last longer than this in the wrong exercise are listed."""


@dataclass(frozen=True)
class Crossing:
    """What one clean take gave under the spec of another exercise."""

    performed: str
    chosen: str
    reps: int
    attempts: int
    hold_s: float
    long_faults: list[str] = field(default_factory=list)


def clean_takes() -> list[Take]:
    """Return the first clean take of each exercise by a person kept for scoring."""
    first: dict[str, Take] = {}
    for take in takes("library"):
        if take.check is None and "score" in take.subsets:
            first.setdefault(take.exercise, take)
    return list(first.values())


def cross(recording: Path, performed: str, names: Iterable[str]) -> list[Crossing]:
    """Run one recording under every spec but its own."""
    track = read(recording)
    found = []
    for name in names:
        spec = load_spec(name)
        if performed in (name, spec.variant_of) or spec.kind == "timed":
            continue
        session = Session(spec)
        for pose in track:
            session.update(pose)
        summary = session.finish()
        long_faults = [
            f"{fault.check} {fault.end_s - fault.start_s:.1f} s"
            for fault in summary.faults
            if fault.end_s - fault.start_s > SHOWN_S
        ]
        found.append(
            Crossing(
                performed,
                name,
                sum(summary.totals.reps.values()),
                sum(summary.totals.attempts.values()),
                round(sum(summary.totals.hold_s.values()), 1),
                long_faults,
            )
        )
    return found


def table(found: list[Crossing]) -> str:
    """Return what was counted or shown falsely, as Markdown."""
    lines = ["| performed | chosen | reps | attempts | held (s) | faults over 3 s |"]
    lines.append("|---|---|---|---|---|---|")
    lines += [
        f"| {c.performed} | {c.chosen} | {c.reps or ''} | {c.attempts or ''} "
        f"| {c.hold_s or ''} | {', '.join(c.long_faults)} |"
        for c in found
        if c.reps or c.hold_s or c.long_faults
    ]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Run all the crossings."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=Path, default=default_cache_dir())
    parser.add_argument("--program", default=f"{sys.executable} -m formcheck")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--built-only", action="store_true", help="leave out what is not rendered")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    clips = build(clean_takes(), options.cache, jobs=options.jobs, built_only=options.built_only)
    names = list(spec_paths())
    program = options.program.split()
    recordings = [record_poses(clip, options.cache, program, "full") for clip in clips]
    with ProcessPoolExecutor(options.jobs) as pool:
        futures = [
            pool.submit(cross, recording, clip.take.exercise, names)
            for recording, clip in zip(recordings, clips, strict=True)
        ]
        found = [crossing for future in futures for crossing in future.result()]
    print(table(found))
    faults = sum(bool(crossing.long_faults) for crossing in found)
    print(f"{len(clips)} takes, {len(found)} crossings, {faults} with a fault over {SHOWN_S:g} s")
    if options.json:
        options.json.write_text(json.dumps([asdict(c) for c in found], indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
