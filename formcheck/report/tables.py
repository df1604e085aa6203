"""The tables of a report: reps, holds, self-test, left against right, range of motion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from formcheck.core.formatting import (
    UNKNOWN,
    capitalised,
    known,
    number_text,
    percent_text,
    unit_sign,
    value_text,
)
from formcheck.core.spec.exercise import ExerciseSpec
from formcheck.io.result_file import RangeEntry, ResultFile
from formcheck.report.charts import MIN_COVERAGE, wanted_bases
from formcheck.report.client import reading_text, validity_text
from formcheck.report.names import MeasurementName, measurement_label, side_word, title_of
from formcheck.report.sources import source_text


def rep_table(results: ResultFile) -> dict[str, Any]:
    """Return the rep-by-rep table: heads and rows."""
    names = list(dict.fromkeys(name for rep in results.reps for name in rep.measurements))
    parsed = [MeasurementName.parse(name) for name in names]
    rows: list[dict[str, Any]] = [
        {
            "number": str(number),
            "side": capitalised(", ".join(filter(None, (side_word(rep.side), rep.direction)))),
            "start_s": rep.start_s,
            "end_s": rep.end_s,
            "lasted": number_text(rep.end_s - rep.start_s, "s"),
            "hold": number_text(rep.hold_s, "s"),
            "values": [
                number_text(rep.measurements.get(full), name.unit)
                for full, name in zip(names, parsed, strict=True)
            ],
            "faults": ", ".join(title_of(check) for check in rep.faults) or "none seen",
        }
        for number, rep in enumerate(results.reps, 1)
    ]
    for attempt in results.attempts:
        best, target = (value_text(v, attempt.unit) for v in (attempt.best, attempt.target))
        rows.append(
            {
                "number": "not full",
                "side": capitalised(side_word(attempt.side)),
                "start_s": attempt.start_s,
                "end_s": attempt.top_s,
                "lasted": UNKNOWN,
                "hold": UNKNOWN,
                "values": [number_text(attempt.best, attempt.unit)] + [UNKNOWN] * (len(names) - 1)
                if names
                else [],
                "faults": f"Reached {best}, the target is {target}",
            }
        )
    rows.sort(key=lambda row: row["start_s"])
    heads = [
        f"{name.label} ({sign})" if (sign := unit_sign(name.unit).strip()) else name.label
        for name in parsed
    ]
    return {"heads": heads, "rows": rows}


def holds_table(results: ResultFile) -> list[dict[str, Any]]:
    """Return one row a hold."""
    return [
        {
            "number": number,
            "side": capitalised(side_word(hold.side)),
            "start_s": hold.start_s,
            "end_s": hold.end_s,
            "hold": number_text(hold.hold_s, "s"),
            "faults": [title_of(check) for check in hold.faults],
        }
        for number, hold in enumerate(results.holds, 1)
    ]


def tests_table(results: ResultFile) -> dict[str, Any] | None:
    """Return the numbers of a self-test with their readings; None where it is none."""
    test = results.test
    if test is None:
        return None
    rows = [
        {
            "what": row.name,
            "side": capitalised(side_word(row.side)),
            "value": value_text(row.value, row.unit),
            "at_s": row.at_s,
            "reading": reading_text(row),
            "source": source_text(row.source) if row.source else "",
            "valid": validity_text(row),
        }
        for row in test.results
    ]
    return {"note": test.note, "rows": rows}


def sides_table(results: ResultFile) -> list[dict[str, str]]:
    """Return left against right: counts, holds and the means of the reps."""
    totals = results.totals
    if results.test is not None:
        return []
    if "left" not in totals.reps or "right" not in totals.reps:
        return []
    rows = []
    if any(totals.reps.values()) or not any(totals.hold_s.values()):
        rows.append(
            {
                "what": "Reps",
                "left": str(totals.reps["left"]),
                "right": str(totals.reps["right"]),
                "difference": _difference(totals.reps, "", 0),
            }
        )
    if any(totals.attempts.values()):
        rows.append(
            {
                "what": "Did not reach the target",
                "left": str(totals.attempts.get("left", 0)),
                "right": str(totals.attempts.get("right", 0)),
                "difference": _difference(totals.attempts, "", 0),
            }
        )
    if any(totals.hold_s.values()):
        rows.append(_sided_row("Held in all", totals.hold_s, "s"))
    means: dict[str, dict[str, list[float]]] = {}
    for rep in results.reps:
        for name, value in [("", rep.hold_s), *rep.measurements.items()]:
            if value is not None:
                means.setdefault(name, {}).setdefault(rep.side, []).append(value)
    for name, sides in means.items():
        average = {side: sum(values) / len(values) for side, values in sides.items()}
        if name:
            parsed = MeasurementName.parse(name)
            rows.append(_sided_row(f"{parsed.label}, average", average, parsed.unit))
        elif any(average.values()):
            rows.append(_sided_row("Held at the top, average", average, "s"))
    return rows


def _sided_row(what: str, values: Mapping[str, float | None], unit: str) -> dict[str, str]:
    return {
        "what": what,
        "left": value_text(values.get("left"), unit),
        "right": value_text(values.get("right"), unit),
        "difference": _difference(values, unit),
    }


def _difference(
    values: Mapping[str, float | None] | Mapping[str, int], unit: str, digits: int | None = None
) -> str:
    left, right = known(values.get("left")), known(values.get("right"))
    if left is None or right is None:
        return UNKNOWN
    text = value_text(abs(left - right), unit, digits).strip()
    if not any(character in "123456789" for character in text):
        return "alike"
    return f"{text} more on the {'left' if left > right else 'right'}"


def ranges_table(results: ResultFile, spec: ExerciseSpec | None) -> list[dict[str, Any]]:
    """Return the range of motion table: one row a measurement, left and right beside each other.

    What the exercise is about comes first (``main``), the rest after it.
    """
    by_base: dict[str, dict[str, RangeEntry]] = {}
    units: dict[str, str] = {}
    for full_name, stats in results.measurements.items():
        if _span(stats) is None or (stats.coverage or 0.0) < MIN_COVERAGE:
            continue
        name = MeasurementName.parse(full_name)
        by_base.setdefault(name.base, {})[name.side or "both"] = stats
        units[name.base] = name.unit
    rows: list[dict[str, Any]] = []
    shown = wanted_bases(spec)
    for base, sides in sorted(by_base.items(), key=lambda item: item[0] not in shown):
        unit = units[base]
        spans = {side: _span(stats) for side, stats in sides.items()}
        rows.append(
            {
                "what": capitalised(measurement_label(base)),
                "main": base in shown or spec is None,
                **{side: _range_text(sides.get(side), unit) for side in ("left", "right", "both")},
                "difference": _difference(spans, unit) if "both" not in sides else UNKNOWN,
                "coverage": " / ".join(
                    percent_text(sides[side].coverage)
                    for side in ("left", "right", "both")
                    if side in sides
                ),
            }
        )
    return rows


def _span(stats: RangeEntry) -> float | None:
    return None if stats.min is None or stats.max is None else stats.max - stats.min


def _range_text(stats: RangeEntry | None, unit: str) -> str:
    if stats is None:
        return ""
    low, high = value_text(stats.min, unit), value_text(stats.max, unit)
    return f"{low} to {high} ({value_text(_span(stats), unit)})"
