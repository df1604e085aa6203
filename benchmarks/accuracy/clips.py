"""How wrong is formcheck?  Compare it with rendered people whose angles are known.

Every clip of a subset is built (or found in the cache), its landmarks are recorded once, and
the program is run through its public door: ``formcheck analyze``.  A change of the code is
scored again without rendering or inference; only new clips cost time.

Angles are compared between the first and the last repetition (or within the hold), where the
whole person is in the picture.  In side view ``near`` and ``far`` legs are told apart: they
are different problems.  The figures are optimistic (no cloth physics, a tidy room): they
compare versions of a program with each other, they are not clinical accuracy.

    python -m benchmarks accuracy --subset core --json accuracy.json
"""

from __future__ import annotations

import os
import shlex
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.accuracy.program import Analysis, BenchmarkError, analyze, record_poses
from benchmarks.accuracy.scores import POSITION_EXERCISE, Scores, side_differences
from benchmarks.common import parser_of, today, write_json
from formcheck.estimate.models import name_for
from formcheck.io.specs import load_spec
from groundtruth.build import BuiltClip, build, default_cache_dir, truth_of
from groundtruth.takes import CORE, Take, takes

HOLD_SLACK_S = 1.5
"""Holds further off than this are listed."""


def score(
    clips: list[BuiltClip],
    cache_dir: Path,
    program: list[str],
    model: str | None,
    jobs: int,
    *,
    here: bool = False,
) -> dict[str, Any]:
    """Run the program on every clip and return the figures.

    Without `model`, each clip is measured with the one that the program would choose. With `here`,
    recordings are analysed in this process by the same function as the command's.
    """
    scores = Scores()
    errors: dict[str, str] = {}

    def run(clip: BuiltClip) -> list[tuple[str, Analysis]]:
        take = clip.take
        is_test = load_spec(exercises_of(take)[0]).kind == "test"
        name = model or name_for(self_test=is_test)
        poses = record_poses(clip, cache_dir, program, name)
        return [
            (exercise, analyze(poses, exercise, [] if here else program))
            for exercise in exercises_of(take)
        ]

    with ThreadPoolExecutor(jobs) as pool:
        pending = [(clip, pool.submit(run, clip)) for clip in clips]
        for clip, future in pending:
            try:
                results = future.result()
            except BenchmarkError as error:
                errors[clip.take.name] = str(error)
                continue
            truth, events = truth_of(clip)
            for exercise, analysis in results:
                if clip.take.motion in POSITION_EXERCISE:
                    scores.add_sweep(clip.take, analysis, truth)
                elif "test" in analysis.summary:
                    scores.add_test(clip.take, analysis, truth, events)
                elif events["exercise"] == "-":
                    scores.add_negative(clip.take, exercise, analysis)
                else:
                    scores.add_exercise(clip.take, analysis, truth, events)
    models = {
        "model": model or name_for(self_test=False),
        "self_test_model": model or name_for(self_test=True),
    }
    return scores.as_json() | models | {"errors": errors}


def exercises_of(take: Take) -> tuple[str, ...]:
    """Return the exercises a clip is analysed as; a negative is tried as several."""
    if take.motion in POSITION_EXERCISE:
        return (POSITION_EXERCISE[take.motion][1],)
    exercise = take.exercise
    return CORE if exercise == "-" else (exercise,)


def main(argv: list[str] | None = None) -> int:
    """Run the benchmark from the command line."""
    parser = parser_of(__doc__)
    subset_help = "core, sweeps, negatives, all, a motion; several with commas"
    parser.add_argument("--subset", default="core", help=subset_help)
    parser.add_argument("--bodies", choices=("score", "tune", "all"), default="score")
    parser.add_argument("--cache", type=Path, default=default_cache_dir())
    parser.add_argument("--model", help="default: as the program chooses")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--formcheck", help="the program; default: the one on the path")
    parser.add_argument("--here", action="store_true", help="analyse in this process: faster")
    parser.add_argument("--built-only", action="store_true", help="score what is in the cache")
    options = parser.parse_args(argv)
    program = options.formcheck or shutil.which("formcheck")
    if program is None:
        parser.error("formcheck is not on the path; name it with --formcheck")
    wanted = [take for subset in options.subset.split(",") for take in takes(subset)]
    chosen = [t for t in wanted if options.bodies in ("all", *t.subsets)]
    clips = build(chosen, options.cache, jobs=options.jobs, built_only=options.built_only)
    words = shlex.split(program)
    scores = score(clips, options.cache, words, options.model, options.jobs, here=options.here)
    scores |= {"date": today(), "cores": os.cpu_count()}
    scores |= {"subset": options.subset, "bodies": options.bodies, "clips": len(clips)}
    write_json(options.json, scores)
    print_table(scores)
    return 1 if scores["errors"] else 0


def print_table(scores: dict[str, Any]) -> None:
    """Print the figures for people."""
    print(f"{'angle':34} {'view':8} {'MAE':>6} {'bias':>6} {'frames':>7}")
    for name, views in scores["angles"].items():
        for view, f in views.items():
            if f["n"]:
                print(f"{name:34} {view:8} {f['mae_deg']:6.1f} {f['bias_deg']:6.1f} {f['n']:7d}")
    reps, holds, faults = scores["reps"], scores["holds"], scores["faults"]
    print(f"reps: {reps['exact']} of {reps['clips']} clips exact, {reps['off_by_one']} within one")
    print(f"holds: {holds['n']} held, largest error {holds['max_error_s']} s")
    print(
        f"faults: {faults['tp']} found, {faults['fp']} false alarms, {faults['fn']} missed "
        f"(precision {faults['precision']}, recall {faults['recall']})"
    )
    n = scores["negatives"]
    print(
        f"negatives: {n['minutes']} min, {n['reps']} reps, {n['attempts']} attempts, "
        f"{n['hold_s']} s held and {n['faults']} faults counted"
    )
    for position, figures in scores["pelvis"].items():
        print(f"pelvis, {position}: {figures}")
    for row in scores["per_clip"]:
        if row.get("false_alarms") or row.get("missed") or _miscounted(row):
            print(f"  {row['clip']} {row.get('exercise', '')}".rstrip())
            for key in ("reps", "true_reps", "attempts", "true_attempts", "hold_s", "true_hold_s"):
                if row.get(key):
                    print(f"      {key} {row[key]}")
            for key in ("false_alarms", "missed", "not_assessed"):
                if row.get(key):
                    print(f"      {key}: {'; '.join(row[key])}")
    for name, message in scores.get("errors", {}).items():
        print(f"  not scored: {name}: {message}")


def _miscounted(row: dict[str, Any]) -> bool:
    if "true_reps" in row:
        return row["reps"] != row["true_reps"] or row["attempts"] != row["true_attempts"]
    if "true_hold_s" in row:
        return any(
            abs(d) > HOLD_SLACK_S for d in side_differences(row["hold_s"], row["true_hold_s"])
        )
    return bool(row.get("exercise") and (row.get("reps") or row.get("hold_s")))
