"""Somebody does another exercise than the one that was chosen.

What is counted and said then?  Each exercise's clean take is run under every other exercise's
spec.  Listed are what was counted falsely, and faults that were shown for longer than `SHOWN_S`
in one piece while nothing said that the position does not match (nobody in the wrong exercise
may be corrected for long).

The takes are rendered clips, or (``--ideal``, much faster) the true joints of the same
performances as `ideal_landmarks.py` makes them.

    python -m benchmarks accuracy crossings --ideal --json cross_test.json
"""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.accuracy.ideal import performed
from benchmarks.accuracy.program import record_poses
from benchmarks.common import parser_of, write_json
from formcheck.core.events import FrameResult
from formcheck.core.judge.session import Session
from formcheck.core.pose import Pose
from formcheck.estimate.models import default_name
from formcheck.io.poses import read
from formcheck.io.specs import load_spec, spec_paths
from groundtruth.build import build, default_cache_dir
from groundtruth.takes import Take, takes

SHOWN_S = 3.0
"""Faults that are shown for longer than this in the wrong exercise are listed."""
IDEAL_FPS = 6.0


@dataclass(frozen=True)
class Crossing:
    """What one clean take gave under the spec of another exercise."""

    performed: str
    chosen: str
    reps: int
    attempts: int
    hold_s: float
    long_faults: list[str] = field(default_factory=list)


class ShownWatch:
    """The longest time for which each fault was shown without a word on the position."""

    def __init__(self) -> None:
        self._since_s: dict[str, float] = {}
        self.longest_s: dict[str, float] = defaultdict(float)

    def update(self, result: FrameResult) -> None:
        """Take what is shown in one frame."""
        active = result.active_faults if result.message is None else ()
        now = {f"{fault.check} {fault.side}" for fault in active}
        self._since_s = {name: self._since_s.get(name, result.time_s) for name in now}
        for name, since_s in self._since_s.items():
            self.longest_s[name] = max(self.longest_s[name], result.time_s - since_s)

    def long(self) -> list[str]:
        """Return the faults that were shown for too long."""
        return [f"{name} {s:.1f} s" for name, s in self.longest_s.items() if s > SHOWN_S]


def clean_takes(people: str) -> list[Take]:
    """Return the first clean take of each exercise by a person kept for scoring (or tuning)."""
    first: dict[str, Take] = {}
    for take in takes("library"):
        if take.check is None and people in take.subsets:
            first.setdefault(take.exercise, take)
    return list(first.values())


def cross(poses: Iterable[Pose], done: str, names: Iterable[str]) -> list[Crossing]:
    """Run one recording under every spec but its own."""
    poses = list(poses)
    found = []
    for name in names:
        spec = load_spec(name)
        if done in (name, spec.variant_of) or spec.kind == "timed":
            continue
        session, shown = Session(spec), ShownWatch()
        for pose in poses:
            shown.update(session.update(pose))
        totals = session.finish().totals
        found.append(
            Crossing(
                done,
                name,
                sum(totals.reps.values()),
                sum(totals.attempts.values()),
                round(sum(totals.hold_s.values()), 1),
                shown.long(),
            )
        )
    return found


def _cross_ideal(take: Take, cache_dir: Path, names: Iterable[str]) -> list[Crossing]:
    return cross(performed(take, cache_dir, IDEAL_FPS).poses, take.exercise, names)


def _cross_clip(recording: Path, take: Take, names: Iterable[str]) -> list[Crossing]:
    return cross(read(recording), take.exercise, names)


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


def main(argv: list[str] | None = None) -> int:
    """Run all the crossings."""
    parser = parser_of(__doc__)
    parser.add_argument("--cache", type=Path, default=default_cache_dir())
    parser.add_argument("--program", default=shutil.which("formcheck") or "formcheck")
    parser.add_argument("--model", default=default_name())
    parser.add_argument("--people", choices=("score", "tune"), default="score")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--built-only", action="store_true", help="leave out what is not rendered")
    parser.add_argument("--ideal", action="store_true", help="true joints instead of clips")
    parser.add_argument("--performed", nargs="*", help="only takes of these exercises")
    parser.add_argument("--chosen", nargs="*", help="only under these specs")
    options = parser.parse_args(argv)
    chosen = [
        take
        for take in clean_takes(options.people)
        if not options.performed or take.exercise in options.performed
    ]
    names = options.chosen or list(spec_paths())
    with ProcessPoolExecutor(options.jobs) as pool:
        if options.ideal:
            futures = [pool.submit(_cross_ideal, take, options.cache, names) for take in chosen]
        else:
            clips = build(chosen, options.cache, jobs=options.jobs, built_only=options.built_only)
            chosen = [clip.take for clip in clips]
            program = options.program.split()
            recordings = [
                record_poses(clip, options.cache, program, options.model) for clip in clips
            ]
            futures = [
                pool.submit(_cross_clip, recording, take, names)
                for recording, take in zip(recordings, chosen, strict=True)
            ]
        found = [crossing for future in futures for crossing in future.result()]
    print(table(found) + "\n")
    faults = sum(bool(crossing.long_faults) for crossing in found)
    print(f"{len(chosen)} takes, {len(found)} crossings, {faults} with a fault over {SHOWN_S:g} s")
    write_json(options.json, [asdict(c) for c in found])
    return 0
