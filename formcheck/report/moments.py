"""What went wrong as moments of the video, and what could not be judged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from formcheck.core.formatting import capitalised, value_text
from formcheck.core.messages import SEVERITIES
from formcheck.core.spec.exercise import ExerciseSpec
from formcheck.io.result_file import FaultEntry, ResultFile
from formcheck.report.client import measured_text
from formcheck.report.names import measurement_label, side_word, title_of


def fault_moments(
    results: ResultFile, spec: ExerciseSpec | None, stills: Mapping[float, str]
) -> list[dict[str, Any]]:
    """Return each fault with its words, its limit and its picture (`stills` by `still_time`)."""
    checks = {check.id: check for check in spec.checks} if spec else {}
    moments = []
    for fault in results.faults:
        check = checks.get(fault.check)
        moments.append(
            {
                "title": fault.cue or title_of(fault.check),
                "name": title_of(fault.check),
                "side": side_word(fault.side),
                "severity": fault.severity,
                "severity_word": SEVERITIES.get(fault.severity, SEVERITIES["info"]),
                "start_s": fault.start_s,
                # A check of seconds (held, lowered) has its length in what was measured.
                "lasted": value_text(fault.end_s - fault.start_s, "s") if fault.unit != "s" else "",
                "measured": measured_text(fault, check),
                "label": measurement_label(check.measurement)
                if check is not None and not check.once_a_rep
                else "",
                "why": check.why if check is not None else "",
                "still": stills.get(still_time(fault)),
            }
        )
    return moments


def still_time(fault: FaultEntry) -> float:
    """Return the moment of a fault that its picture shows: the middle."""
    return round((fault.start_s + fault.end_s) / 2, 3)


def not_assessed_rows(results: ResultFile) -> list[dict[str, str]]:
    """Return what could not be judged, why, and for how long."""
    return [
        {
            "name": title_of(item.check),
            "reason": capitalised(item.reason),
            "seconds": value_text(item.seconds, "s"),
        }
        for item in results.not_assessed
    ]
