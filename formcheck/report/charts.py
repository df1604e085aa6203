"""What the page's curves show: values, target bands, reps and faults over time."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from formcheck.core.formatting import capitalised, unit_sign, unit_word, value_text
from formcheck.core.messages import ENGLISH
from formcheck.core.pose import FloatArray
from formcheck.core.spec.exercise import Check, ExerciseSpec
from formcheck.io.frames import FrameTable
from formcheck.io.result_file import HoldEntry, RepEntry, ResultFile
from formcheck.report.names import (
    MeasurementName,
    directed_text,
    direction_of,
    measurement_label,
    measurement_unit,
    side_word,
    sign_note,
    words_of,
)

# More points than a curve has pixels only make the page heavy.
MAX_POINTS = 2400
# heuristic: a glimpse while turning round is no curve, and no range of motion.
MIN_COVERAGE = 0.05
MIN_MAIN_COVERAGE = 0.2
# A ratio moves within 0 to 1, so its curve needs finer steps and less room around it.
_CURVE_DIGITS = {"ratio": 3}
_HOVER_DIGITS = {"ratio": 2}
_LEAST_ROOM = {"ratio": 0.02}


def chart_data(frames: FrameTable, spec: ExerciseSpec | None) -> list[dict[str, Any]]:
    """Return one chart for each kind of measurement, the exercise's own first.

    Parameters
    ----------
    frames : FrameTable
    spec : ExerciseSpec or None

    Returns
    -------
    list of dict
        JSON-ready: ``id``, ``title``, ``unit``, ``main`` (shown without asking), ``series`` (each
        ``name``, ``side``, ``t``, ``y``), ``band`` (``from``, ``to``, ``text``), ``lines`` (each
        ``y``, ``text``) and ``alt``, the chart in words.
    """
    groups: dict[str, list[tuple[MeasurementName, FloatArray]]] = {}
    for full_name, values in frames.values.items():
        name = MeasurementName.parse(full_name)
        known = np.isfinite(values).mean() if len(values) else 0.0
        if known >= MIN_COVERAGE and name.stat is None and name.unit != "s":
            groups.setdefault(name.base, []).append((name, values))
    shown = wanted_bases(spec)
    order = [base for base in shown if base in groups]
    order += [base for base in groups if base not in shown]
    charts = [_chart(base, groups[base], frames.time_s, spec) for base in order]
    for chart in charts:
        known = max(np.isfinite(values).mean() for _, values in groups[chart["id"]])
        chart["main"] = bool(known >= MIN_MAIN_COVERAGE) and (chart["id"] in shown or spec is None)
    return charts


def wanted_bases(spec: ExerciseSpec | None) -> list[str]:
    """Return what the exercise is about and judged by, in this order."""
    if spec is None:
        return []
    first = [spec.main_measurement] if spec.main_measurement else []
    first += [value.measurement for value in spec.test.values] if spec.test else []
    first += [spec.circle.across] if spec.circle else []
    return list(dict.fromkeys([*first, *(check.measurement for check in spec.checks)]))


def _chart(
    base: str,
    parts: list[tuple[MeasurementName, FloatArray]],
    time_s: FloatArray,
    spec: ExerciseSpec | None,
) -> dict[str, Any]:
    unit = parts[0][0].unit
    title = capitalised(measurement_label(base))
    checks = [check for check in (spec.checks if spec else ()) if check.measurement == base]
    return {
        "id": base,
        "title": title,
        "unit": unit_sign(unit).strip(),
        "unitWord": unit_word(unit),
        "digits": _HOVER_DIGITS.get(unit, 1),
        "room": _LEAST_ROOM.get(unit, 2),
        "series": [
            {
                "name": capitalised(side_word(name.side)) or title,
                "side": name.side or "both",
                **_points(time_s, values, unit),
            }
            for name, values in parts
        ],
        "band": _band(base, checks, spec),
        "lines": _target_lines(base, spec, unit),
        "notes": list(
            dict.fromkeys(note for note in [*_limit_sentences(checks), sign_note(base)] if note)
        ),
        "alt": _in_words(title, parts),
    }


def _points(time_s: FloatArray, values: FloatArray, unit: str) -> dict[str, Any]:
    """Return a curve's points; long ones keep the least and greatest value of every step."""
    keep = np.arange(len(time_s))
    if len(keep) > MAX_POINTS:
        step = math.ceil(2 * len(keep) / MAX_POINTS)
        kept: list[int] = []
        for start in range(0, len(keep), step):
            part = values[start : start + step]
            if np.isfinite(part).any():
                ends = {int(np.nanargmin(part)), int(np.nanargmax(part))}
                kept += [start + index for index in sorted(ends)]
            else:
                kept.append(start)
        keep = np.asarray(kept)
    return {
        "t": [round(float(time), 3) for time in time_s[keep]],
        "y": [
            round(float(value), _CURVE_DIGITS.get(unit, 1)) if math.isfinite(value) else None
            for value in values[keep]
        ],
    }


def _band(base: str, checks: Iterable[Check], spec: ExerciseSpec | None) -> dict[str, Any] | None:
    """Return the zone that the spec asks for."""
    low, high = -math.inf, math.inf
    fixed = [check for check in checks if check.of == "value" and check.relative_to == "zero"]
    bounds: list[Any] = [check for check in fixed if check.leg == "working"] or fixed
    if spec is not None and spec.hold is not None:
        bounds += [bound for bound in spec.hold.bounds if bound.measurement == base]
    for bound in bounds:
        if bound.at_least is not None:
            low = max(low, bound.at_least)
        if bound.at_most is not None:
            high = min(high, bound.at_most)
    if low >= high or (math.isinf(low) and math.isinf(high)):
        return None
    return {
        "from": None if math.isinf(low) else low,
        "to": None if math.isinf(high) else high,
    }


def _target_lines(base: str, spec: ExerciseSpec | None, unit: str) -> list[dict[str, Any]]:
    if spec is None or spec.rep is None or spec.rep.measurement != base:
        return []
    if spec.rep.relative_to != "zero":
        return []
    target = spec.rep.target
    return [{"y": target, "text": f"target {value_text(target, unit)}"}]


_DURING: Mapping[str, str] = {
    "rep": "during the rep",
    "up": "on the way up",
    "top": "at the top",
    "down": "on the way down",
    "rest": "at rest",
    "hold": "during the hold",
    "test": "while it is measured",
    "exercise": "throughout",
}
_FROM: Mapping[str, str] = {
    "zero": "",
    "neutral": " from the person's own start position",
    "best": " from the best value reached",
}
# What is judged instead of the value, and its unit where it is not the measurement's.
_FIGURES: Mapping[str, tuple[str, str | None]] = {
    "hold_s": ("Held at the top", "s"),
    "down_s": ("Lowering takes", "s"),
    "up_s": ("Lifting takes", "s"),
    "rep_s": ("The whole rep takes", "s"),
    "down_over_up": ("Lowering takes, against lifting,", "ratio"),
    "size": ("The size is", None),
    "turns": ("Before the direction changes", "turns"),
}


def limit_text(check: Check) -> str:
    """Return a check's limit as words, e.g. ``at least 80° at the top``."""
    figure, unit = _FIGURES.get(check.of, ("", None))
    unit = unit or measurement_unit(check.measurement) + ("/s" if check.of == "speed" else "")
    base = check.measurement if check.of in ("value", "reached", "kept_s") else ""
    low, high = check.at_least, check.at_most
    parts = []
    if low is not None and high is not None and low < 0 < high and direction_of(base, low):
        parts.append(f"at most {directed_text(low, unit, base)}")
        parts.append(f"{directed_text(high, unit, base)}")
    else:
        if low is not None:
            below = direction_of(base, low) and low < 0
            parts.append(f"at {'most' if below else 'least'} {directed_text(low, unit, base)}")
        if high is not None:
            parts.append(f"at most {directed_text(high, unit, base)}")
    text = " and ".join(parts)
    if figure:
        return f"{figure.lower()} {text}"
    during = _DURING.get(check.during, f"during {words_of(check.during)}")
    if check.gathered:
        reach = f"for {value_text(check.for_s, 's')}" if check.of == "kept_s" else "once"
        during = f"{reach} {during}"
    return f"{text}{_FROM.get(check.relative_to, '')} {during}"


def _limit_sentences(checks: Iterable[Check]) -> Iterable[str]:
    for check in checks:
        text = capitalised(limit_text(check))
        yield f"{text} (the other leg)." if check.leg == "other" else f"{text}."


def _in_words(title: str, parts: list[tuple[MeasurementName, FloatArray]]) -> str:
    """Return what the chart shows, for those who cannot see it."""
    sentences = []
    for name, values in parts:
        if not np.isfinite(values).any():
            continue
        low, high = float(np.nanmin(values)), float(np.nanmax(values))
        who = f"{side_word(name.side)} " if name.side else ""
        sentences.append(f"{who}from {value_text(low, name.unit)} to {value_text(high, name.unit)}")
    return f"{title} over time: {', '.join(sentences)}."


def span_data(results: ResultFile) -> dict[str, Any]:
    """Return reps, holds and faults as spans of time for the charts, JSON-ready."""
    counts: dict[str, int] = {}
    reps = []
    spans: tuple[RepEntry | HoldEntry, ...] = (*results.reps, *results.holds)
    for item in spans:
        side = item.side
        counts[side] = counts.get(side, 0) + 1
        letter = {"left": ENGLISH.left_short, "right": ENGLISH.right_short}.get(side, "")
        reps.append(
            {
                "from": item.start_s,
                "to": item.end_s,
                "side": side,
                "text": f"{letter}{counts[side]}",
            }
        )
    faults = [
        {
            "from": fault.start_s,
            "to": fault.end_s,
            "side": fault.side,
            "severity": fault.severity,
        }
        for fault in results.faults
    ]
    return {"reps": reps, "faults": faults}
