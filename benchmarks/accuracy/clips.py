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

import csv
import json
import math
import os
import shlex
import shutil
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import parser_of, today, write_json
from formcheck import analyze as analyze_here
from formcheck.errors import FormcheckError
from formcheck.estimate.models import name_for
from formcheck.io.specs import load_spec
from groundtruth.build import BuiltClip, build, default_cache_dir, truth_of
from groundtruth.takes import CORE, Take, takes

FAULT_SLACK_S = 1.0
"""A fault may be reported this much before or after the mistake and still mean it."""
HOLD_SLACK_S = 1.5
"""Holds further off than this are listed."""
IN_PICTURE = 0.95
"""Share of the joints that has to be inside the picture for an angle to be compared."""
NEUTRAL_S = 0.8
"""The sweeps begin with the person's own neutral for this long."""
POSITION_EXERCISE = {
    "pelvis_sweep_standing": ("standing", "standing_march"),
    "pelvis_sweep_half_kneeling": ("half_kneeling", "half_kneeling_hip_flexor_stretch"),
    "pelvis_sweep_supine": ("supine", "supine_pelvic_tilts"),
}
CHANGE_OF = {
    "pelvis_tilt_change_deg": ("pelvis_pitch_deg", "tilt_rmse_deg"),
    "lumbar_change_deg": ("lumbar_extension_deg", "lumbar_rmse_deg"),
}
SIDES = ("left", "right")


class BenchmarkError(RuntimeError):
    """The program could not be run on a clip."""


@dataclass
class Sums:
    """Running error sums of one quantity."""

    errors: list[np.ndarray] = field(default_factory=list)

    def add(self, errors: np.ndarray) -> None:
        """Add errors (reported minus true)."""
        if errors.size:
            self.errors.append(errors)

    def all(self) -> np.ndarray:
        """Return every error."""
        return np.concatenate(self.errors) if self.errors else np.zeros(0)


@dataclass(frozen=True)
class Analysis:
    """What the program said about a clip."""

    summary: dict[str, Any]
    time_s: np.ndarray
    columns: dict[str, np.ndarray]


# -- running the program --------------------------------------------------------------------


def record_poses(clip: BuiltClip, cache_dir: Path, program: list[str], model: str) -> Path:
    """Record the landmarks of a clip once for each clip and model."""
    path = cache_dir / "poses" / model / f"{clip.path.stem}.poses.npz"
    if path.is_file():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name("part-" + path.name)
    command = [*program, "poses", str(clip.path), "-o", str(scratch)]
    _run(command if model == "full" else [*command, "--model", model])
    scratch.replace(path)
    return path


def analyze(source: Path, exercise: str, program: list[str], side: str | None = None) -> Analysis:
    """Run ``formcheck analyze`` and read what it wrote."""
    with tempfile.TemporaryDirectory() as folder:
        command = [*program, "analyze", str(source), "--exercise", exercise]
        command += ["--output-dir", folder, "--no-video", "--no-report"]
        if program:
            _run([*command, "--side", side] if side else command)
        else:
            _analyze_here(source, exercise, folder, side)
        summary_path = next(Path(folder).glob("*.formcheck.json"), None)
        frames_path = next(Path(folder).glob("*.frames.csv"), None)
        if summary_path is None or frames_path is None:
            raise BenchmarkError(f"{source.name}: no results were written")
        summary = json.loads(summary_path.read_text(encoding="utf-8"))
        with frames_path.open(newline="", encoding="utf-8") as lines:
            rows = list(csv.DictReader(lines))
    columns = {
        name: np.array([_number(row[name]) for row in rows])
        for name in (rows[0] if rows else {})
        if name.endswith("_deg")
    }
    return Analysis(summary, np.array([_number(row["time_s"]) for row in rows]), columns)


def _analyze_here(source: Path, exercise: str, folder: str, side: str | None) -> None:
    """Do what the command does, without the second that its start takes."""
    try:
        analyze_here(source, exercise, output_dir=folder, side=side)
    except FormcheckError as error:
        raise BenchmarkError(str(error)) from error


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        tail = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise BenchmarkError(f"{' '.join(command[:3])}: exit {done.returncode}: {' '.join(tail)}")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


# -- comparing ------------------------------------------------------------------------------


def angle_errors(
    analysis: Analysis, truth: dict[str, np.ndarray], span_s: tuple[float, float], take: Take
) -> dict[str, np.ndarray]:
    """Return errors in degrees by measurement, near and far leg told apart in side view."""
    found: dict[str, list[np.ndarray]] = defaultdict(list)
    index, valid = _same_moments(analysis, truth, span_s)
    names = truth["angle_names"].tolist()
    for name, values in analysis.columns.items():
        if name not in names or name in CHANGE_OF:
            continue
        true = truth["angles_deg"][index, names.index(name)]
        # Angles past straight up or down are the same on either side of the circle.
        errors = ((values - true)[valid] + 180.0) % 360.0 - 180.0
        found[_leg_name(name, take)].append(errors[np.isfinite(errors)])
    return {name: np.concatenate(parts) for name, parts in found.items()}


def pelvis_errors(analysis: Analysis, truth: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return errors of the changes from the person's own neutral, by figure of the table."""
    found = {}
    names = truth["angle_names"].tolist()
    index, valid = _same_moments(analysis, truth, (0.0, math.inf))
    for column, (angle, figure) in CHANGE_OF.items():
        if column not in analysis.columns:
            continue
        true = truth["angles_deg"][:, names.index(angle)]
        true = true - np.median(true[truth["time_s"] <= NEUTRAL_S])
        errors = (analysis.columns[column] - true[index])[valid]
        found[figure] = errors[np.isfinite(errors)]
    return found


def _same_moments(
    analysis: Analysis, truth: dict[str, np.ndarray], span_s: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray]:
    times = truth["time_s"]
    index = np.abs(analysis.time_s[:, None] - times[None, :]).argmin(axis=1)
    step_s = float(np.median(np.diff(times))) if len(times) > 1 else 1.0
    valid = np.abs(times[index] - analysis.time_s) <= step_s
    valid &= truth["in_picture"][index] >= IN_PICTURE
    valid &= (analysis.time_s >= span_s[0]) & (analysis.time_s <= span_s[1])
    return index, valid


def _leg_name(name: str, take: Take) -> str:
    for side in SIDES:
        if f"_{side}_" in name:
            if take.view == "front":
                return name.replace(f"_{side}_", "_")
            leg = "near" if side == take.near else "far"
            return name.replace(f"_{side}_", f"_{leg}_")
    return name


def match_faults(
    said: list[dict[str, Any]], true: list[dict[str, Any]], forgiven: Iterable[str] = ()
) -> tuple[int, list[dict[str, Any]], list[dict[str, Any]]]:
    """Match reported faults with mistakes: same check, same side, overlapping in time.

    Returns
    -------
    tp
        Mistakes that were reported.
    false_alarms
        Reports without a mistake; not those of the checks in `forgiven`, which name what a
        mistake brings with it.
    missed
        Mistakes that nobody reported.
    """
    hit = [any(_means(report, mistake) for report in said) for mistake in true]
    false_alarms = [
        report
        for report in said
        if report["check"] not in forgiven and not any(_means(report, m) for m in true)
    ]
    missed = [mistake for mistake, was_hit in zip(true, hit, strict=True) if not was_hit]
    return sum(hit), false_alarms, missed


def _means(report: dict[str, Any], mistake: dict[str, Any]) -> bool:
    sides = {report.get("side") or "both", mistake["side"]}
    same_side = len(sides) == 1 or "both" in sides
    return (
        report["check"] == mistake["check"]
        and same_side
        and report["start_s"] <= mistake["end_s"] + FAULT_SLACK_S
        and report["end_s"] >= mistake["start_s"] - FAULT_SLACK_S
    )


def count_by_side(items: Iterable[dict[str, Any]]) -> dict[str, int]:
    """Return how many items each side has, without zeros."""
    counts: dict[str, int] = defaultdict(int)
    for item in items:
        counts[item["side"]] += 1
    return dict(counts)


def rep_hold_errors_s(said: list[dict[str, Any]], true: list[dict[str, Any]]) -> list[float]:
    """Return reported minus true seconds at the top, for repetitions found exactly once."""
    errors_s = []
    for rep in true:
        same = [r for r in said if r["side"] == rep["side"] and _meet(r, rep)]
        if rep["counts"] == "rep" and len(same) == 1:
            errors_s.append(same[0]["hold_s"] - rep["hold_s"])
    return errors_s


def _meet(one: dict[str, Any], two: dict[str, Any]) -> bool:
    return bool(one["start_s"] < two["end_s"] and two["start_s"] < one["end_s"])


def invalidates(exercise: str, check: str) -> bool:
    """Return whether a mistake makes the result of a self-test invalid, as its spec says."""
    return any(c.id == check and c.invalidates for c in load_spec(exercise).checks)


def true_test_value(
    name: str, side: str, truth: dict[str, np.ndarray], events: dict[str, Any]
) -> float | None:
    """Return what a self-test should have said; None where no true angle tells it."""
    begins, ends = events["span_s"]
    names = truth["angle_names"].tolist()
    inside = (truth["time_s"] >= begins) & (truth["time_s"] <= ends)

    def angle(kind: str) -> np.ndarray:
        return truth["angles_deg"][inside, names.index(f"{kind}_{side}_deg")]

    if not inside.any() or side not in SIDES:
        return None
    if name == "hip_extension":
        return -float(angle("thigh_trunk_flexion").min())
    if name == "knee_lift":
        return float(angle("thigh_elevation").max())
    if name == "thigh_below_level":
        return 90.0 - float(np.median(angle("thigh_elevation")))
    if name == "knee_bend":
        return float(np.median(angle("knee_flexion")))
    return None


# -- the table ------------------------------------------------------------------------------


class Scores:
    """Everything that goes into the table, collected clip by clip."""

    def __init__(self) -> None:
        self.angles: dict[tuple[str, str], Sums] = defaultdict(Sums)
        self.pelvis: dict[tuple[str, str], Sums] = defaultdict(Sums)
        self.clips = self.exact = self.off_by_one = 0
        self.attempts_exact = 0
        self.hold_errors_s: list[float] = []
        self.tp = self.fp = self.fn = 0
        self.negative_s: dict[str, float] = {}
        self.negative_reps = self.negative_attempts = self.negative_faults = 0
        self.negative_hold_s = 0.0
        self.rep_hold_errors_s: list[float] = []
        self.test_errors: dict[str, list[float]] = defaultdict(list)
        self.tests = self.tests_told_right = 0
        self.per_clip: list[dict[str, Any]] = []

    def add_exercise(
        self,
        take: Take,
        analysis: Analysis,
        truth: dict[str, np.ndarray],
        events: dict[str, Any],
    ) -> None:
        """Score a clip in which somebody exercises."""
        row = self._row(take, analysis)
        for name, errors in angle_errors(analysis, truth, tuple(events["span_s"]), take).items():
            self.angles[name, take.view].add(errors)
            row["angles"][name] = _figures(errors)
        totals = analysis.summary["totals"]
        if events["kind"] == "reps":
            true_reps = count_by_side(r for r in events["reps"] if r["counts"] == "rep")
            true_attempts = count_by_side(r for r in events["reps"] if r["counts"] == "attempt")
            said = {side: n for side, n in totals["reps"].items() if n}
            difference = _differences(said, true_reps)
            self.clips += 1
            self.exact += all(d == 0 for d in difference)
            self.off_by_one += all(abs(d) <= 1 for d in difference)
            said_attempts = {side: n for side, n in totals["attempts"].items() if n}
            self.attempts_exact += said_attempts == true_attempts
            self.rep_hold_errors_s += rep_hold_errors_s(analysis.summary["reps"], events["reps"])
            row |= {"reps": said, "true_reps": true_reps}
            row |= {"attempts": said_attempts, "true_attempts": true_attempts}
        if events["kind"] == "hold":
            true_s: dict[str, float] = defaultdict(float)
            for hold in events["holds"]:
                true_s[hold["side"]] += hold["hold_s"]
            said_s = {side: s for side, s in totals["hold_s"].items() if s}
            errors_s = _differences(said_s, dict(true_s))
            self.hold_errors_s += errors_s
            row |= {"hold_s": said_s, "true_hold_s": dict(true_s)}
        said_faults = analysis.summary["faults"]
        tp, alarms, missed = match_faults(said_faults, events["faults"], take.forgiven)
        self.tp += tp
        self.fp += len(alarms)
        self.fn += len(missed)
        row |= {"tp": tp, "false_alarms": _brief(alarms), "missed": _brief(missed)}
        row["not_assessed"] = sorted({n["check"] for n in analysis.summary["not_assessed"]})
        self.per_clip.append(row)

    def add_test(
        self,
        take: Take,
        analysis: Analysis,
        truth: dict[str, np.ndarray],
        events: dict[str, Any],
    ) -> None:
        """Score a self-test: its numbers, and whether a spoilt try was told (and no other)."""
        row = self._row(take, analysis)
        spoilt = take.check is not None and invalidates(take.exercise, take.check)
        results = analysis.summary["test"]["results"]
        for result in results:
            true = true_test_value(result["id"], result["side"], truth, events)
            shown = None if true is None else round(true, 1)
            row[result["id"]] = {"said": result["value"], "true": shown}
            if take.check is None and true is not None and result["value"] is not None:
                self.test_errors[result["id"]].append(result["value"] - true)
        said = any(result["valid"] is False for result in results)
        self.tests += 1
        self.tests_told_right += said == spoilt
        row |= {"spoilt": spoilt, "said_invalid": said}
        self.per_clip.append(row)

    def add_sweep(self, take: Take, analysis: Analysis, truth: dict[str, np.ndarray]) -> None:
        """Score a pelvis sweep: changes of pelvis and lower back from the own neutral."""
        position = POSITION_EXERCISE[take.motion][0]
        row = self._row(take, analysis)
        for figure, errors in pelvis_errors(analysis, truth).items():
            self.pelvis[position, figure].add(errors)
            row[figure] = _rmse(errors)
        self.per_clip.append(row)

    def add_negative(self, take: Take, exercise: str, analysis: Analysis) -> None:
        """Score a clip in which nobody does the exercise: all that is counted is wrong."""
        row = self._row(take, analysis) | {"exercise": exercise}
        totals = analysis.summary["totals"]
        row["reps"] = sum(totals["reps"].values())
        row["attempts"] = sum(totals["attempts"].values())
        row["hold_s"] = sum(totals["hold_s"].values())
        row["false_alarms"] = _brief(analysis.summary["faults"])
        self.negative_reps += row["reps"]
        self.negative_faults += len(analysis.summary["faults"])
        self.negative_attempts += row["attempts"]
        self.negative_hold_s += row["hold_s"]
        # A clip is tried under several exercises; its minutes count once.
        self.negative_s[take.name] = float(analysis.summary["source"]["duration_s"])
        self.per_clip.append(row)

    def as_json(self) -> dict[str, Any]:
        """Return the figures in the agreed form."""
        angles: dict[str, dict[str, Any]] = defaultdict(dict)
        for (name, view), sums in sorted(self.angles.items()):
            angles[name][view] = _figures(sums.all())
        pelvis: dict[str, dict[str, Any]] = defaultdict(dict)
        for (position, figure), sums in sorted(self.pelvis.items()):
            pelvis[position][figure] = _rmse(sums.all())
        return {
            "angles": dict(angles),
            "reps": {
                "clips": self.clips,
                "exact": self.exact,
                "off_by_one": self.off_by_one,
                "attempts_exact": self.attempts_exact,
                "hold_mae_s": _mean_size(self.rep_hold_errors_s),
                "hold_n": len(self.rep_hold_errors_s),
            },
            "holds": {
                "n": len(self.hold_errors_s),
                "mae_s": _mean_size(self.hold_errors_s),
                "max_error_s": _rounded(max(map(abs, self.hold_errors_s), default=math.nan)),
            },
            "faults": {
                "tp": self.tp,
                "fp": self.fp,
                "fn": self.fn,
                "precision": _ratio(self.tp, self.tp + self.fp),
                "recall": _ratio(self.tp, self.tp + self.fn),
            },
            "negatives": {
                "clips": len(self.negative_s),
                "minutes": _rounded(sum(self.negative_s.values()) / 60.0),
                "reps": self.negative_reps,
                "attempts": self.negative_attempts,
                "hold_s": _rounded(self.negative_hold_s),
                "faults": self.negative_faults,
            },
            "tests": {
                "clips": self.tests,
                "told_right": self.tests_told_right,
                "values": {
                    name: _figures(np.array(errors))
                    for name, errors in sorted(self.test_errors.items())
                },
            },
            "pelvis": dict(pelvis),
            "per_clip": self.per_clip,
        }

    def _row(self, take: Take, analysis: Analysis) -> dict[str, Any]:
        return {
            "clip": take.name,
            "body": take.body,
            "performed": take.exercise,
            "view": take.view,
            "detected": analysis.summary.get("quality", {}).get("detected"),
            "angles": {},
        }


def _brief(faults: list[dict[str, Any]]) -> list[str]:
    return [f"{f['check']} {f['side']} {f['start_s']:.1f}-{f['end_s']:.1f} s" for f in faults]


def _differences(said: dict[str, Any], true: dict[str, Any]) -> list[Any]:
    return [said.get(side, 0) - true.get(side, 0) for side in sorted({*said, *true})]


def _figures(errors: np.ndarray) -> dict[str, Any]:
    if not errors.size:
        return {"mae_deg": None, "bias_deg": None, "n": 0}
    return {
        "mae_deg": _rounded(float(np.abs(errors).mean())),
        "bias_deg": _rounded(float(errors.mean())),
        "n": int(errors.size),
    }


def _rmse(errors: np.ndarray) -> float | None:
    return _rounded(float(np.sqrt((errors**2).mean()))) if errors.size else None


def _mean_size(errors_s: list[float]) -> float | None:
    return _rounded(sum(map(abs, errors_s)) / len(errors_s)) if errors_s else None


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None


def _rounded(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 2)


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
        return any(abs(d) > HOLD_SLACK_S for d in _differences(row["hold_s"], row["true_hold_s"]))
    return bool(row.get("exercise") and (row.get("reps") or row.get("hold_s")))


# -- the command ----------------------------------------------------------------------------


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
    scores = score(
        clips, options.cache, words, options.model, options.jobs, here=options.here
    )
    scores |= {"date": today(), "cores": os.cpu_count()}
    scores |= {"subset": options.subset, "bodies": options.bodies, "clips": len(clips)}
    write_json(options.json, scores)
    print_table(scores)
    return 1 if scores["errors"] else 0
