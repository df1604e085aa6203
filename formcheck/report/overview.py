"""Many clips at a glance: one sortable page and one CSV, linking the single reports."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from formcheck.core.formatting import by_side_text, count_text, percent_text, time_text, value_text
from formcheck.core.spec.exercise import ExerciseSpec
from formcheck.io import atomic as atomic_files
from formcheck.io.result_file import ResultFile
from formcheck.report.client import client_summary
from formcheck.report.html import render_page
from formcheck.report.names import title_of

PAGE_NAME = "formcheck.overview.html"
CSV_NAME = "formcheck.overview.csv"
_SIDES = ("left", "right", "both")
_CSV_HEADS = (
    "clip",
    "exercise",
    "duration_s",
    *(f"reps_{side}" for side in _SIDES),
    *(f"attempts_{side}" for side in _SIDES),
    *(f"hold_{side}_s" for side in _SIDES),
    "faults",
    "warnings",
    "not_assessed",
    "detected_share",
    "to_work_on",
    "report",
    "problem",
)


@dataclass(frozen=True, slots=True)
class Take:
    """One clip of an overview.

    Attributes
    ----------
    name : str
        The clip's file name.
    results : ResultFile or None
        Its `*.formcheck.json`; None where it could not be analysed.
    spec : ExerciseSpec or None
    report : Path or None
        Its own page.
    problem : str
        Why there are no results.
    """

    name: str
    results: ResultFile | None
    spec: ExerciseSpec | None = None
    report: Path | None = None
    problem: str = ""


def write_overview(folder: Path, takes: Sequence[Take]) -> tuple[Path, Path]:
    """Write ``formcheck.overview.html`` and ``.csv`` into a folder; return their paths."""
    page, table = folder / PAGE_NAME, folder / CSV_NAME
    atomic_files.write_text(page, render_overview(takes, folder))
    atomic_files.write_text(table, overview_csv(takes, folder))
    return page, table


def render_overview(takes: Sequence[Take], folder: Path) -> str:
    """Return the page.

    Parameters
    ----------
    takes : sequence of Take
    folder : Path
        Where the page will lie; links are relative to it.
    """
    rows = [_row(take, folder) for take in takes]
    done = [row for row in rows if not row["problem"]]
    return render_page(
        "overview.html.j2",
        script="overview.js",
        charts=False,
        data={},
        rows=rows,
        count=count_text(len(rows), "clip"),
        reps=sum(row["reps_number"] for row in done),
        faults=sum(row["faults"] for row in done),
        failed=len(rows) - len(done),
        csv_name=CSV_NAME,
    )


def overview_csv(takes: Iterable[Take], folder: Path) -> str:
    """Return the table: one row a clip, units in the column names, empty where unknown."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(_CSV_HEADS)
    for take in takes:
        writer.writerow([_cell(value) for value in _csv_row(take, folder)])
    return buffer.getvalue()


def _csv_row(take: Take, folder: Path) -> list[object]:
    results = take.results
    if results is None:
        return [take.name, *[""] * (len(_CSV_HEADS) - 2), take.problem]
    totals = results.totals
    return [
        take.name,
        results.exercise,
        results.source.duration_s,
        *(
            counts.get(side)
            for counts in (totals.reps, totals.attempts, totals.hold_s)
            for side in _SIDES
        ),
        _count_severity(results, "fault"),
        _count_severity(results, "warning"),
        len(results.not_assessed),
        results.quality.detected,
        client_summary(results, take.spec).one_thing.text,
        _link(take.report, folder),
        take.problem,
    ]


def _cell(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return "'" + value
    return "" if value is None else value


def _count_severity(results: ResultFile, severity: str) -> int:
    return sum(1 for fault in results.faults if fault.severity == severity)


def _link(report: Path | None, folder: Path) -> str:
    if report is None:
        return ""
    relative = os.path.relpath(report.resolve(), folder.resolve())
    return "./" + quote(Path(relative).as_posix())


def _row(take: Take, folder: Path) -> dict[str, Any]:
    results = take.results
    if results is None:
        return {"name": take.name, "link": "", "problem": take.problem or "no results"}
    totals = results.totals
    summary = client_summary(results, take.spec)
    duration = results.source.duration_s
    faults = len(results.faults)
    return {
        "name": take.name,
        "link": _link(take.report, folder),
        "problem": "",
        "exercise": take.spec.name if take.spec else title_of(results.exercise),
        "duration": time_text(duration),
        "duration_s": duration or 0,
        "reps": _by_side(totals.reps, ""),
        "reps_number": sum(totals.reps.values()),
        "attempts_number": sum(totals.attempts.values()),
        "hold": _by_side(totals.hold_s, "s"),
        "hold_s": sum(value or 0 for value in totals.hold_s.values()),
        "faults": faults,
        "one": summary.one_thing.text,
        "unassessed": len(results.not_assessed),
        "detected": percent_text(results.quality.detected),
        "detected_share": results.quality.detected or 0,
    }


def _by_side(values: Mapping[str, Any], unit: str) -> str:
    """Return numbers by side, e.g. ``3 left, 2 right``; a dash where there are none."""
    if not any(values.values()):
        return "–"
    return by_side_text(values, lambda value: value_text(value, unit))
