"""Makes a result file of a session's summary, and writes it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from formcheck._version import __version__
from formcheck.core.events import Attempt, Counts, Fault, Hold, Rep, SelfTestResult
from formcheck.core.judge.summary import Range, Summary
from formcheck.io import atomic as atomic_files
from formcheck.io.result_file import (
    LARGEST,
    SCHEMA,
    AttemptEntry,
    FaultEntry,
    HoldEntry,
    ModelEntry,
    QualityEntry,
    RangeEntry,
    RepEntry,
    ResultFile,
    RoutineEntry,
    SelfTestEntry,
    SelfTestsEntry,
    SourceEntry,
    TotalsEntry,
    UnassessedEntry,
)

if TYPE_CHECKING:
    from formcheck.capture.frame import SourceInfo

_TIME_DIGITS = 3
# A hundredth of a degree is far below what landmarks can tell, and keeps the files readable.
_VALUE_DIGITS = 2
_SHARE_DIGITS = 4


class NamedModel(Protocol):
    """A pose model, as far as results name it."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def sha256(self) -> str:
        """The hash of its file."""


def result_file(
    summary: Summary,
    source: SourceInfo,
    model: NamedModel | None,
    *,
    partial: bool = False,
    warnings: Iterable[str] = (),
    settings: str | None = None,
    routine: RoutineEntry | None = None,
) -> ResultFile:
    """Return the results of a session.

    Parameters
    ----------
    summary : Summary
        What the session came to.
    source : SourceInfo
        The video or recording.
    model : NamedModel or None
        The pose model behind the landmarks, where known.
    partial : bool
        Whether the analysis was interrupted.
    warnings : iterable of str
        Sentences about the source, put before those of the session.
    settings : str, optional
        By which a later run knows whether the results are what it would come to.
    routine : RoutineEntry, optional
        Where in a routine it belongs.
    """
    found = ResultFile(
        schema=SCHEMA,
        formcheck_version=__version__,
        exercise=summary.exercise,
        partial=partial,
        source=SourceEntry(
            # What is no UTF-8 cannot stand in a JSON file; what is one is read so in any locale.
            path=source.path.encode("utf-8", "surrogateescape").decode("utf-8", "replace"),
            duration_s=_seconds(source.duration_s),
            fps=_number(source.fps, 3),
            width=source.width,
            height=source.height,
        ),
        model=None if model is None else ModelEntry(name=model.name, sha256=model.sha256),
        view=summary.view,
        near_side=summary.near_side,
        totals=_totals(summary.totals),
        reps=tuple(_rep(rep) for rep in summary.reps),
        attempts=tuple(_attempt(attempt) for attempt in summary.attempts),
        holds=tuple(_hold(hold) for hold in summary.holds),
        faults=tuple(_fault(fault) for fault in summary.faults),
        not_assessed=tuple(
            UnassessedEntry(check=item.check, reason=item.reason, seconds=_seconds(item.seconds))
            for item in summary.not_assessed
        ),
        measurements={name: _range(found) for name, found in sorted(summary.measurements.items())},
        quality=QualityEntry(
            detected=_number(summary.detected, _SHARE_DIGITS),
            repaired=_number(summary.repaired / max(summary.frames, 1), _SHARE_DIGITS),
            warnings=(*warnings, *summary.warnings),
        ),
    )
    # Keys of some results only: left out of the others, not null.
    some: dict[str, Any] = {"settings": settings, "routine": routine}
    if summary.self_tests is not None:
        some["test"] = SelfTestsEntry(
            note=summary.self_test_note,
            results=tuple(_self_test(result) for result in summary.self_tests),
        )
    return found.model_copy(update={key: value for key, value in some.items() if value is not None})


def to_json_object(
    summary: Summary,
    source: SourceInfo,
    model: NamedModel | None,
    *,
    partial: bool = False,
    warnings: Iterable[str] = (),
) -> dict[str, Any]:
    """Return the results of a session as an object for `json.dumps`; see `result_file`."""
    return result_file(summary, source, model, partial=partial, warnings=warnings).to_json()


def to_json_text(results: Any) -> str:
    """Return results as JSON text; refuses NaN, which is no JSON."""
    return json.dumps(results, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def write_json(path: Path, results: Mapping[str, Any]) -> None:
    """Write a ``*.formcheck.json``, whole or not at all."""
    atomic_files.write_text(path, to_json_text(results))


def _totals(counts: Counts) -> TotalsEntry:
    entry = TotalsEntry(
        reps=dict(counts.reps),
        attempts=dict(counts.attempts),
        hold_s={side: _seconds(held_s) for side, held_s in counts.hold_s.items()},
    )
    if not counts.timed_s:
        return entry
    return entry.model_copy(
        update={"timed_s": {side: _seconds(s) for side, s in counts.timed_s.items()}}
    )


def _rep(rep: Rep) -> RepEntry:
    entry = RepEntry(
        side=rep.side,
        start_s=_seconds(rep.start_s),
        top_s=_seconds(rep.top_s),
        end_s=_seconds(rep.end_s),
        hold_s=_seconds(rep.hold_s),
        measurements={name: _value(value) for name, value in rep.measurements.items()},
        faults=rep.faults,
    )
    if rep.direction is None:
        return entry
    return entry.model_copy(update={"direction": rep.direction})


def _attempt(attempt: Attempt) -> AttemptEntry:
    return AttemptEntry(
        side=attempt.side,
        start_s=_seconds(attempt.start_s),
        top_s=_seconds(attempt.top_s),
        best=_value(attempt.best),
        target=_value(attempt.target),
        unit=attempt.unit,
    )


def _hold(hold: Hold) -> HoldEntry:
    return HoldEntry(
        side=hold.side,
        start_s=_seconds(hold.start_s),
        end_s=_seconds(hold.end_s),
        hold_s=_seconds(hold.hold_s),
        faults=hold.faults,
    )


def _fault(fault: Fault) -> FaultEntry:
    return FaultEntry(
        check=fault.check,
        side=fault.side,
        start_s=_seconds(fault.start_s),
        end_s=_seconds(fault.end_s),
        worst=_value(fault.worst),
        worst_s=_seconds(fault.worst_s),
        limit=_value(fault.limit),
        unit=fault.unit,
        severity=fault.severity,
        cue=fault.cue,
    )


def _range(found: Range) -> RangeEntry:
    return RangeEntry(
        min=_value(found.min),
        max=_value(found.max),
        mean=_value(found.mean),
        coverage=_number(found.coverage, _SHARE_DIGITS),
    )


def _self_test(result: SelfTestResult) -> SelfTestEntry:
    return SelfTestEntry(
        side=result.side,
        id=result.id,
        name=result.name,
        value=_value(result.value),
        unit=result.unit,
        at_s=_seconds(result.at_s),
        valid=result.valid,
        invalid_because=result.invalid_because,
        not_assessed=result.not_assessed,
        reading=result.reading,
        source=result.source,
        near_border=result.near_border,
    )


def _seconds(value: float | None) -> float | None:
    return None if value is None else _number(value, _TIME_DIGITS)


def _value(value: float) -> float | None:
    return _number(value, _VALUE_DIGITS)


def _number(value: float, digits: int) -> float | None:
    # Adding zero turns -0.0, which a rounded small angle becomes, into 0.0.
    value = float(value)
    known = math.isfinite(value) and abs(value) <= LARGEST
    return round(value, digits) + 0.0 if known else None
