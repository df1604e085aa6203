"""A take's results as one page that opens from disk without a network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from formcheck.core.coach.dose import whole_dose
from formcheck.core.formatting import capitalised, time_text
from formcheck.core.messages import VIEWS
from formcheck.core.spec.exercise import ExerciseSpec
from formcheck.io.frames import FrameTable
from formcheck.io.how_to import picture_uri
from formcheck.io.result_file import ResultFile
from formcheck.report.charts import chart_data, span_data
from formcheck.report.client import client_summary
from formcheck.report.html import render_page
from formcheck.report.moments import fault_moments, not_assessed_rows
from formcheck.report.names import title_of
from formcheck.report.sources import check_rows, method_sentences, reference_rows, source_rows
from formcheck.report.tables import holds_table, ranges_table, rep_table, sides_table, tests_table


@dataclass(frozen=True, slots=True)
class ReportInput:
    """Everything a report is made of.

    Attributes
    ----------
    results : ResultFile
        A `*.formcheck.json`.
    frames : FrameTable
    spec : ExerciseSpec or None
        The exercise, where it is known here; without it bands, dose and sources are left out.
    title : str
        Usually the clip's file name.
    video_url : str or None
        Relative address of the video beside the page, or a data URI.
    stills : mapping of float to str
        JPEG data URIs by the time of the moment (see `grab_stills`).
    recorded_on : str or None
        When the clip was recorded, as text for people.
    """

    results: ResultFile
    frames: FrameTable
    spec: ExerciseSpec | None = None
    title: str = "Recording"
    video_url: str | None = None
    stills: Mapping[float, str] = field(default_factory=dict)
    recorded_on: str | None = None


def render_report(report: ReportInput) -> str:
    """Return the page of one take.

    Parameters
    ----------
    report : ReportInput

    Returns
    -------
    str
        HTML: scripts, styles and pictures inside; only the video lies beside it.
    """
    results, spec = report.results, report.spec
    data = {
        "duration": results.source.duration_s or _last_time(report.frames),
        "charts": chart_data(report.frames, spec),
        **span_data(results),
    }
    return render_page(
        "report.html.j2",
        script="report.js",
        data=data,
        report=report,
        heading=_heading(report),
        facts=_facts(report),
        summary=client_summary(results, spec),
        dose=whole_dose(spec) if spec else "",
        how_to=spec.setup.steps if spec else (),
        safety=spec.safety if spec else (),
        picture=picture_uri(spec) if spec else None,
        charts=data["charts"],
        rep_table=rep_table(results),
        holds=holds_table(results),
        tests=tests_table(results),
        sides=sides_table(results),
        ranges=ranges_table(results, spec),
        faults=fault_moments(results, spec, report.stills),
        not_assessed=not_assessed_rows(results),
        warnings=_warnings(results),
        sources=source_rows(spec),
        references=reference_rows(spec),
        checks=check_rows(spec),
        method=method_sentences(results),
    )


def _warnings(results: ResultFile) -> list[str]:
    early = ["The analysis was stopped early; this is the part before."]
    texts = early if results.partial else []
    return [*texts, *(capitalised(text) for text in results.quality.warnings)]


def _last_time(frames: FrameTable) -> float:
    return float(frames.time_s[-1]) if len(frames) else 0.0


def _heading(report: ReportInput) -> str:
    return report.spec.name if report.spec else title_of(report.results.exercise)


def _facts(report: ReportInput) -> list[str]:
    """Return the line under the heading."""
    source = report.results.source
    facts = [report.title]
    if report.recorded_on:
        facts.append(report.recorded_on)
    if source.duration_s is not None:
        facts.append(time_text(source.duration_s))
    facts.append(VIEWS.get(report.results.view or "", "view unknown"))
    near = report.results.near_side
    if near and report.results.view == "side":
        facts.append(f"{near} side nearer the camera")
    return facts
