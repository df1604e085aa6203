"""Are arching and tucking told, and only these?  Every rendered take whose spec looks for them.

The takes of all exercises with a check on the outline of the back are run through the session
(recorded once, in the cache of `python -m benchmarks accuracy`). Mistakes that the script makes are
found or missed; whatever else those checks say is false. Everything else that happens in a take
is none of this table's business.

    python -m benchmarks accuracy pelvis-faults --built-only --json pelvis_faults.json

The figures are optimistic (no cloth physics, a tidy room): they compare versions of a program
with each other.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.accuracy.comparing import match_faults
from benchmarks.accuracy.program import record_poses, recording_of
from benchmarks.common import PROGRAM, parser_of, write_json
from formcheck.core.judge.session import Session
from formcheck.core.measure.spine import NAMES, needs_outline
from formcheck.core.spec.exercise import ExerciseSpec
from formcheck.io.poses import read
from formcheck.io.specs import load_spec
from groundtruth.build import BuiltClip, build, default_cache_dir, truth_of
from groundtruth.takes import Take, takes

NAMED = (
    "standing_march",
    "half_kneeling_hip_flexor_stretch",
    "dead_bug",
    "double_straight_leg_lower",
    "lying_leg_raise",
)
"""Exercises whose arches and tucks are asked for by name; the others are shown beside them."""


@dataclass
class Row:
    """What was said of one take's arches and tucks."""

    take: str
    exercise: str
    check: str | None
    scoring: bool
    found: int
    missed: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    lumbar_rmse_deg: float | None = None
    measured: float = 0.0


@cache
def spec_of(exercise: str) -> ExerciseSpec:
    """Return a spec, read once."""
    return load_spec(exercise)


@cache
def checks_of(exercise: str) -> frozenset[str]:
    """Return the checks of an exercise that say "arched" or "tucked" (or "not tucked")."""
    found = spec_of(exercise).checks
    return frozenset(c.id for c in found if c.measurement in NAMES and not c.once_a_rep)


def is_looked_for(take: Take) -> bool:
    """Return whether a take is of an exercise that looks for arching or tucking."""
    if take.exercise == "-" or take.motion.startswith("pelvis_sweep"):
        return False
    return needs_outline(spec_of(take.exercise)) and bool(checks_of(take.exercise))


def row_of(clip: BuiltClip, recording: Path) -> Row:
    """Run one take and compare what is said with what was done."""
    take = clip.take
    arrays, events = truth_of(clip)
    mine = checks_of(take.exercise)
    session = Session(spec_of(take.exercise))
    times, lumbar = [], []
    for pose in read(recording):
        result = session.update(pose)
        times.append(pose.time_s)
        lumbar.append(result.values.get("lumbar_change_deg", math.nan))
    summary = session.finish()
    said = [asdict(fault) for fault in summary.faults if fault.check in mine]
    true = [mistake for mistake in events["faults"] if mistake["check"] in mine]
    found, false, missed = match_faults(said, true, take.forgiven)
    rmse, measured = _error(np.array(times), np.array(lumbar), arrays, events)
    return Row(
        take.name,
        take.exercise,
        take.check if take.check in mine else None,
        "score" in take.subsets,
        found,
        [f"{m['side']} {m['start_s']:.1f}-{m['end_s']:.1f} s" for m in missed],
        [f"{f['check']} {f['start_s']:.1f}-{f['end_s']:.1f} s ({f['worst']:.0f})" for f in false],
        [f"{n.check}: {n.reason}" for n in summary.not_assessed if n.check in mine],
        rmse,
        measured,
    )


def _error(
    time_s: np.ndarray, lumbar: np.ndarray, arrays: dict[str, np.ndarray], events: dict[str, Any]
) -> tuple[float | None, float]:
    """Return the error of the lower back's change (its mean left out), and the share measured.

    Which moment the program took for neutral is not known here: a constant is no error of shape.
    """
    spans = [(r["start_s"], r["end_s"]) for r in (*events["reps"], *events["holds"])]
    if not spans or not len(time_s):
        return None, 0.0
    start_s, end_s = min(s for s, _ in spans), max(e for _, e in spans)
    names = arrays["angle_names"].tolist()
    true = np.interp(
        time_s, arrays["time_s"], arrays["angles_deg"][:, names.index("lumbar_extension_deg")]
    )
    during = (time_s >= start_s) & (time_s <= end_s)
    known = during & np.isfinite(lumbar)
    if not known.any():
        return None, 0.0
    error = lumbar[known] - true[known]
    return round(float(np.std(error)), 1), round(float(known.sum() / during.sum()), 2)


def totals(rows: Iterable[Row]) -> dict[str, Any]:
    """Return the counts over some takes."""
    rows = list(rows)
    found, missed = sum(r.found for r in rows), sum(len(r.missed) for r in rows)
    false = sum(len(r.false) for r in rows)
    return {
        "takes": len(rows),
        "found": found,
        "missed": missed,
        "false": false,
        "recall": round(found / (found + missed), 3) if found + missed else None,
        "precision": round(found / (found + false), 3) if found + false else None,
    }


def summarised(rows: list[Row]) -> dict[str, dict[str, Any]]:
    """Return the table: fault takes by exercise, and the takes without an arch or tuck."""
    table: dict[str, dict[str, Any]] = {}
    for people, wanted in (("scoring", True), ("tuning", False)):
        some = [r for r in rows if r.scoring == wanted]
        for exercise in sorted({r.exercise for r in some if r.check}):
            own = [r for r in some if r.exercise == exercise and r.check]
            table[f"{people}: {exercise} {own[0].check}"] = totals(own)
        table[f"{people}: all with an arch or tuck"] = totals(r for r in some if r.check)
        table[f"{people}: those asked for by name"] = totals(
            r for r in some if r.check and r.exercise in NAMED
        )
        table[f"{people}: clean"] = totals(r for r in some if "-clean-" in r.take)
        table[f"{people}: other mistakes"] = totals(
            r for r in some if not r.check and "-clean-" not in r.take
        )
    return table


def main(argv: list[str] | None = None) -> int:
    """Run the benchmark from the command line."""
    parser = parser_of(__doc__)
    parser.add_argument("--cache", type=Path, default=default_cache_dir())
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--built-only", action="store_true", help="leave out what is not rendered")
    parser.add_argument("--recorded-only", action="store_true", help="and what is not recorded")
    parser.add_argument("--only", help="part of the take's name")
    options = parser.parse_args(argv)
    chosen = [t for t in takes("all") if is_looked_for(t) and (options.only or "") in t.name]
    built_only = options.built_only or options.recorded_only
    rows = []
    for clip in build(chosen, options.cache, jobs=options.jobs, built_only=built_only):
        recording = recording_of(clip, options.cache, "full")
        if not recording.is_file():
            if options.recorded_only:
                continue
            recording = record_poses(clip, options.cache, PROGRAM, "full")
        rows.append(row := row_of(clip, recording))
        print(
            f"{row.take:62} found {row.found} missed {row.missed} false {row.false} "
            f"rmse {row.lumbar_rmse_deg} measured {row.measured} {row.unknown}",
            flush=True,
        )
    table = summarised(rows)
    for name, figures in table.items():
        print(f"{name:58} {figures}")
    write_json(options.json, {"table": table, "takes": [asdict(row) for row in rows]})
    return 0
