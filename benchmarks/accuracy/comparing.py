"""Compares what the program said about a clip with what is true of it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np

from benchmarks.accuracy.program import Analysis
from formcheck.io.specs import load_spec
from groundtruth.takes import Take

FAULT_SLACK_S = 1.0
"""A fault may be reported this much before or after the mistake and still mean it."""
IN_PICTURE = 0.95
"""Fraction of the joints that has to be inside the picture for an angle to be compared."""
NEUTRAL_S = 0.8
"""The sweeps begin with the person's own neutral for this long."""
CHANGE_OF = {
    "pelvis_tilt_change_deg": ("pelvis_pitch_deg", "tilt_rmse_deg"),
    "lumbar_change_deg": ("lumbar_extension_deg", "lumbar_rmse_deg"),
}
SIDES = ("left", "right")


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
