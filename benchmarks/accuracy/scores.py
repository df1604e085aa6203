"""The figures of `python -m benchmarks accuracy`, collected clip by clip."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks.accuracy.comparing import (
    angle_errors,
    count_by_side,
    invalidates,
    match_faults,
    pelvis_errors,
    rep_hold_errors_s,
    true_test_value,
)
from benchmarks.accuracy.program import Analysis
from benchmarks.common import rmse
from groundtruth.takes import Take

POSITION_EXERCISE = {
    "pelvis_sweep_standing": ("standing", "standing_march"),
    "pelvis_sweep_half_kneeling": ("half_kneeling", "half_kneeling_hip_flexor_stretch"),
    "pelvis_sweep_supine": ("supine", "supine_pelvic_tilts"),
}
"""Position and exercise of each pelvis sweep."""


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
            difference = side_differences(said, true_reps)
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
            errors_s = side_differences(said_s, dict(true_s))
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


def side_differences(said: dict[str, Any], true: dict[str, Any]) -> list[Any]:
    """Return what was said minus what is true, a side each."""
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
    return _rounded(rmse(errors)) if errors.size else None


def _mean_size(errors_s: list[float]) -> float | None:
    return _rounded(sum(map(abs, errors_s)) / len(errors_s)) if errors_s else None


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None


def _rounded(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 2)
