"""A take's results as one page that opens from disk without a network."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from formcheck.core.measure.kinds import REGISTRY
from formcheck.core.spec.exercise import ExerciseSpec
from formcheck.errors import OutputError
from formcheck.io.frames import FrameTable
from formcheck.io.how_to import picture_uri
from formcheck.report.charts import (
    MIN_COVERAGE,
    chart_data,
    limit_text,
    span_data,
    wanted_bases,
)
from formcheck.report.client import (
    client_summary,
    dose_text,
    measured_text,
    reading_text,
    validity_text,
)
from formcheck.report.plotly_bundle import csp_hash, plotly_bundle
from formcheck.report.wording import (
    UNKNOWN,
    MeasurementName,
    capitalised,
    measurement_label,
    number_text,
    side_word,
    time_text,
    title_of,
    unit_sign,
    value_text,
)

if TYPE_CHECKING:
    import jinja2

_TEMPLATES = Path(__file__).parent / "templates"
_SEVERITY_WORDS = {"fault": "To mend", "warning": "To watch", "info": "Note"}
_VIEW_WORDS = {
    "side": "seen from the side",
    "front": "seen from the front",
    "back": "seen from behind",
    "oblique": "seen at an angle",
}
SOURCE_WORDS = {
    "S0": "“10 psoas exercises for runners”",
    "S1": "“10 essential psoas stretches”",
    "S2": "“Psoas for runners: pilates mat”",
    "S3": "“Know your psoas”",
    "own": "formcheck's own",
}


@dataclass(frozen=True, slots=True)
class ReportInput:
    """Everything a report is made of.

    Attributes
    ----------
    results : mapping
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

    results: Mapping[str, Any]
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
        "duration": _known(results["source"].get("duration_s")) or _last_time(report.frames),
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
        dose=dose_text(spec) if spec else "",
        how_to=spec.setup.steps if spec else (),
        safety=spec.safety if spec else (),
        picture=picture_uri(spec) if spec else None,
        charts=data["charts"],
        rep_table=_rep_table(results),
        holds=_holds(results),
        tests=_tests(results),
        sides=_sides_table(results),
        ranges=_ranges(results, spec),
        faults=_faults(report),
        not_assessed=_not_assessed(results),
        warnings=_warnings(results),
        sources=_sources(spec),
        checks=_checks(spec),
        method=_method(results),
    )


def render_page(
    template: str,
    *,
    script: str,
    data: Mapping[str, Any],
    charts: object = True,
    **context: Any,
) -> str:
    """Return a page from one of our templates with our scripts and styles inside.

    Parameters
    ----------
    template, script : str
        File names in ``templates/``.
    data : mapping
        What the script works on, JSON-ready.
    charts : object
        The charts of the page; where there are none, the chart library is left out.
    **context
        What the template is filled with.
    """
    bundle = plotly_bundle() if charts else None
    environment = _environment()
    code = (_TEMPLATES / script).read_text(encoding="utf-8")
    common = (_TEMPLATES / "charts.js").read_text(encoding="utf-8")
    style = (_TEMPLATES / "page.css").read_text(encoding="utf-8")
    own_script = f"{common}\n{code}"
    return environment.get_template(template).render(
        data=data,
        style=style,
        own_script=own_script,
        script_hashes=[csp_hash(own_script)] + ([bundle.csp_hash] if bundle else []),
        bundle=bundle,
        charts=charts,
        **context,
    )


@functools.cache
def _environment() -> jinja2.Environment:
    try:
        import jinja2
    except ImportError as error:
        raise OutputError(
            "reports need two more packages: pip install 'formcheck[report]'"
        ) from error
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["seconds"] = time_text
    return environment


def _warnings(results: Mapping[str, Any]) -> list[str]:
    early = ["The analysis was stopped early; this is the part before."]
    texts = early if results.get("partial") else []
    return [*texts, *(capitalised(text) for text in results["quality"].get("warnings", []))]


def _known(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else None


def _last_time(frames: FrameTable) -> float:
    return float(frames.time_s[-1]) if len(frames) else 0.0


def _heading(report: ReportInput) -> str:
    return report.spec.name if report.spec else title_of(report.results["exercise"])


def _facts(report: ReportInput) -> list[str]:
    """Return the line under the heading."""
    source = report.results["source"]
    facts = [report.title]
    if report.recorded_on:
        facts.append(report.recorded_on)
    if _known(source.get("duration_s")) is not None:
        facts.append(time_text(source["duration_s"]))
    facts.append(_VIEW_WORDS.get(report.results.get("view") or "", "view unknown"))
    near = report.results.get("near_side")
    if near and report.results.get("view") == "side":
        facts.append(f"{near} side nearer the camera")
    return facts


def _rep_table(results: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rep-by-rep table: heads and rows."""
    names = list(dict.fromkeys(name for rep in results["reps"] for name in rep["measurements"]))
    parsed = [MeasurementName.parse(name) for name in names]
    rows = [
        {
            "number": str(number),
            "side": capitalised(
                ", ".join(filter(None, (side_word(rep["side"]), rep.get("direction"))))
            ),
            "start_s": rep["start_s"],
            "end_s": rep["end_s"],
            "lasted": number_text(rep["end_s"] - rep["start_s"], "s"),
            "hold": number_text(rep["hold_s"], "s"),
            "values": [
                number_text(rep["measurements"].get(full), name.unit)
                for full, name in zip(names, parsed, strict=True)
            ],
            "faults": ", ".join(title_of(check) for check in rep["faults"]) or "none seen",
        }
        for number, rep in enumerate(results["reps"], 1)
    ]
    for attempt in results.get("attempts", []):
        best, target = (value_text(attempt[key], attempt["unit"]) for key in ("best", "target"))
        rows.append(
            {
                "number": "not full",
                "side": capitalised(side_word(attempt["side"])),
                "start_s": attempt["start_s"],
                "end_s": attempt["top_s"],
                "lasted": UNKNOWN,
                "hold": UNKNOWN,
                "values": [number_text(attempt["best"], attempt["unit"])]
                + [UNKNOWN] * (len(names) - 1)
                if names
                else [],
                "faults": f"Reached {best}, the target is {target}",
            }
        )
    rows.sort(key=lambda row: row["start_s"])
    heads = [f"{name.label} ({unit_sign(name.unit).strip()})" for name in parsed]
    return {"heads": heads, "rows": rows}


def _holds(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "number": number,
            "side": capitalised(side_word(hold["side"])),
            "start_s": hold["start_s"],
            "end_s": hold["end_s"],
            "hold": number_text(hold["hold_s"], "s"),
            "faults": [title_of(check) for check in hold.get("faults", [])],
        }
        for number, hold in enumerate(results["holds"], 1)
    ]


def _tests(results: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the numbers of a self-test with their readings; None where it is none."""
    test = results.get("test")
    if test is None:
        return None
    rows = [
        {
            "what": row["name"],
            "side": capitalised(side_word(row["side"])),
            "value": value_text(row["value"], row["unit"]),
            "at_s": row["at_s"],
            "reading": reading_text(row),
            "source": source_text(row["source"]) if row["source"] else "",
            "valid": validity_text(row),
        }
        for row in test["results"]
    ]
    return {"note": test["note"], "rows": rows}


def _sides_table(results: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return left against right: counts, holds and the means of the reps."""
    totals = results["totals"]
    if results.get("test") is not None:
        return []
    if "left" not in totals["reps"] or "right" not in totals["reps"]:
        return []
    rows = []
    if any(totals["reps"].values()) or not any(totals["hold_s"].values()):
        rows.append(
            {
                "what": "Reps",
                "left": str(totals["reps"]["left"]),
                "right": str(totals["reps"]["right"]),
                "difference": _difference(totals["reps"], "", 0),
            }
        )
    if any(totals.get("attempts", {}).values()):
        rows.append(
            {
                "what": "Did not reach the target",
                "left": str(totals["attempts"].get("left", 0)),
                "right": str(totals["attempts"].get("right", 0)),
                "difference": _difference(totals["attempts"], "", 0),
            }
        )
    if any(totals["hold_s"].values()):
        rows.append(_sided_row("Held in all", totals["hold_s"], "s"))
    means: dict[str, dict[str, list[float]]] = {}
    for rep in results["reps"]:
        for name, value in [("", rep["hold_s"]), *rep["measurements"].items()]:
            if _known(value) is not None:
                means.setdefault(name, {}).setdefault(rep["side"], []).append(value)
    for name, sides in means.items():
        average = {side: sum(values) / len(values) for side, values in sides.items()}
        if name:
            parsed = MeasurementName.parse(name)
            rows.append(_sided_row(f"{parsed.label}, average", average, parsed.unit))
        elif any(average.values()):
            rows.append(_sided_row("Held at the top, average", average, "s"))
    return rows


def _sided_row(what: str, values: Mapping[str, float], unit: str) -> dict[str, str]:
    return {
        "what": what,
        "left": value_text(values.get("left"), unit),
        "right": value_text(values.get("right"), unit),
        "difference": _difference(values, unit),
    }


def _difference(values: Mapping[str, float], unit: str, digits: int | None = None) -> str:
    left, right = _known(values.get("left")), _known(values.get("right"))
    if left is None or right is None:
        return UNKNOWN
    text = value_text(abs(left - right), unit, digits).strip()
    if not any(character in "123456789" for character in text):
        return "alike"
    return f"{text} more on the {'left' if left > right else 'right'}"


def _ranges(results: Mapping[str, Any], spec: ExerciseSpec | None) -> list[dict[str, Any]]:
    """Return the range of motion table: one row a measurement, left and right beside each other.

    What the exercise is about comes first (``main``), the rest after it.
    """
    by_base: dict[str, dict[str, Mapping[str, Any]]] = {}
    units: dict[str, str] = {}
    for full_name, stats in results["measurements"].items():
        if _known(stats.get("min")) is None or _known(stats.get("max")) is None:
            continue
        if (_known(stats.get("coverage")) or 0.0) < MIN_COVERAGE:
            continue
        name = MeasurementName.parse(full_name)
        by_base.setdefault(name.base, {})[name.side or "both"] = stats
        units[name.base] = name.unit
    rows: list[dict[str, Any]] = []
    shown = wanted_bases(spec)
    for base, sides in sorted(by_base.items(), key=lambda item: item[0] not in shown):
        unit = units[base]
        spans = {side: stats["max"] - stats["min"] for side, stats in sides.items()}
        rows.append(
            {
                "what": capitalised(measurement_label(base)),
                "main": base in shown or spec is None,
                **{side: _range_text(sides.get(side), unit) for side in ("left", "right", "both")},
                "difference": _difference(spans, unit) if "both" not in sides else UNKNOWN,
                "coverage": " / ".join(
                    f"{100 * (_known(sides[side].get('coverage')) or 0):.0f} %"
                    for side in ("left", "right", "both")
                    if side in sides
                ),
            }
        )
    return rows


def _range_text(stats: Mapping[str, Any] | None, unit: str) -> str:
    if stats is None:
        return ""
    low, high = (value_text(stats[end], unit) for end in ("min", "max"))
    return f"{low} to {high} ({value_text(stats['max'] - stats['min'], unit)})"


def _faults(report: ReportInput) -> list[dict[str, Any]]:
    checks = {check.id: check for check in report.spec.checks} if report.spec else {}
    moments = []
    for fault in report.results["faults"]:
        check = checks.get(fault["check"])
        moments.append(
            {
                "title": fault["cue"] or title_of(fault["check"]),
                "name": title_of(fault["check"]),
                "side": side_word(fault["side"]),
                "severity": fault["severity"],
                "severity_word": _SEVERITY_WORDS.get(fault["severity"], "Note"),
                "start_s": fault["start_s"],
                # A check of seconds (held, lowered) has its length in what was measured.
                "lasted": value_text(fault["end_s"] - fault["start_s"], "s")
                if fault["unit"] != "s"
                else "",
                "measured": measured_text(fault, check),
                "label": measurement_label(check.measurement)
                if check is not None and not check.once_a_rep
                else "",
                "why": check.why if check is not None else "",
                "still": report.stills.get(still_time(fault)),
            }
        )
    return moments


def still_time(fault: Mapping[str, Any]) -> float:
    """Return the moment of a fault that its picture shows: the middle."""
    return round((float(fault["start_s"]) + float(fault["end_s"])) / 2, 3)


def _not_assessed(results: Mapping[str, Any]) -> list[dict[str, str]]:
    return [
        {
            "name": title_of(item["check"]),
            "reason": capitalised(item["reason"]),
            "seconds": value_text(item.get("seconds"), "s"),
        }
        for item in results["not_assessed"]
    ]


def _checks(spec: ExerciseSpec | None) -> list[dict[str, str]]:
    return [
        {
            "name": title_of(check.id),
            "what": capitalised(measurement_label(check.measurement)),
            "limit": limit_text(check),
            "source": source_text(check.source),
        }
        for check in (spec.checks if spec else ())
    ]


def _sources(spec: ExerciseSpec | None) -> list[tuple[str, str]]:
    """Return what each part of the exercise rests on."""
    if spec is None:
        return []
    rule = spec.rep_rule or spec.hold
    rows = [("The exercise", spec.source), ("The dose", spec.dose.source)]
    if rule is not None:
        rows.append(("What counts", rule.source))
    for value in spec.test.values if spec.test else ():
        sources = dict.fromkeys(reading.source for reading in value.readings)
        rows += [(f"What is usual: {value.name}", source) for source in sources]
    return [(what, source_text(source)) for what, source in rows]


def source_text(source: str) -> str:
    """Return a spec's source in words: its short names are spelt out, ``deg`` becomes ``°``."""
    text = re.sub(r"(?<=\d) deg\b", "°", source)
    words = re.sub(r"\b(S[0-3]|own)\b", lambda found: SOURCE_WORDS[found.group()], text)
    return capitalised(words)


def _method(results: Mapping[str, Any]) -> list[str]:
    """Return how it was measured, with the errors that belong to it."""
    model = results.get("model") or {}
    source = results["source"]
    sentences = [
        f"Measured with formcheck {results['formcheck_version']}"
        + (f" and the MediaPipe pose model “{model['name']}”." if model.get("name") else "."),
    ]
    if _known(source.get("fps")) and source.get("width") and source.get("height"):
        sentences.append(
            f"Video: {source['width']} × {source['height']} pixels, "
            f"{source['fps']:.3g} pictures per second."
        )
    detected = _known(results["quality"].get("detected"))
    if detected is not None:
        sentences.append(f"A person was found in {100 * detected:.0f} % of the pictures.")
    errors = sorted(
        {
            MeasurementName.parse(name).base
            for name in results["measurements"]
            if MeasurementName.parse(name).base in REGISTRY
        }
    )
    worst = max(
        (REGISTRY[base].error for base in errors if REGISTRY[base].unit == "deg"), default=0
    )
    if worst:
        sentences.append(
            f"Angles are taken in the plane of the picture; expect errors of up to about "
            f"{worst:g}° or more where the camera does not stand square to the movement."
        )
    sentences.append("These are observations for training, not a medical diagnosis.")
    return sentences
