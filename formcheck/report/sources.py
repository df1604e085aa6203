"""What an exercise and its limits rest on, and how a recording was measured."""

from __future__ import annotations

import re

from formcheck.core.formatting import capitalised, percent_text
from formcheck.core.measure.kinds import REGISTRY
from formcheck.core.spec.exercise import ExerciseSpec
from formcheck.core.spec.sources import reference_list, sources_in
from formcheck.io.result_file import ResultFile
from formcheck.io.sources import known_sources
from formcheck.report.charts import limit_text
from formcheck.report.names import MeasurementName, measurement_label, title_of


def check_rows(spec: ExerciseSpec | None) -> list[dict[str, str]]:
    """Return each check with its limit in words and where the limit is from."""
    return [
        {
            "name": title_of(check.id),
            "what": capitalised(measurement_label(check.measurement)),
            "limit": limit_text(check),
            "source": source_text(check.source),
        }
        for check in (spec.checks if spec else ())
    ]


def source_rows(spec: ExerciseSpec | None) -> list[tuple[str, str]]:
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


def reference_rows(spec: ExerciseSpec | None) -> list[tuple[str, str]]:
    """Return the publications that a spec names, whole."""
    if spec is None:
        return []
    rows = reference_list((text for _, text in sources_in(spec)), known_sources(spec.sources))
    return [(name, capitalised(text)) for name, text in rows]


def source_text(source: str) -> str:
    """Return a spec's source for people: ``deg`` becomes ``°``."""
    return capitalised(re.sub(r"(?<=\d) deg\b", "°", source))


def method_sentences(results: ResultFile) -> list[str]:
    """Return how it was measured, with the errors that belong to it."""
    model = results.model
    source = results.source
    sentences = [
        f"Measured with formcheck {results.formcheck_version}"
        + (f" and the MediaPipe pose model “{model.name}”." if model and model.name else "."),
    ]
    if source.fps and source.width and source.height:
        sentences.append(
            f"Video: {source.width} × {source.height} pixels, {source.fps:.3g} frames per second."
        )
    detected = results.quality.detected
    if detected is not None:
        sentences.append(f"A person was detected in {percent_text(detected)} of the frames.")
    errors = sorted(
        {
            MeasurementName.parse(name).base
            for name in results.measurements
            if MeasurementName.parse(name).base in REGISTRY
        }
    )
    worst = max(
        (REGISTRY[base].error for base in errors if REGISTRY[base].unit == "deg"), default=0
    )
    if worst:
        sentences.append(
            f"Angles are measured in the image plane; expect errors of up to about "
            f"{worst:g}° or more where the camera does not stand square to the movement."
        )
    sentences.append("These are observations for training, not a medical diagnosis.")
    return sentences
