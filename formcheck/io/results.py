"""The result files: ``*.formcheck.json`` and ``*.frames.csv``.

The JSON, key by key (a number that is unknown is null or left out, never NaN):

schema, formcheck_version
    Version of this layout (1), and of the program.
exercise
    Id of the spec.
partial
    True where the analysis was interrupted: everything below speaks of the part before.
source
    path (file name), duration_s, fps, width and height (upright, pixels).
model
    name and sha256 of the pose model; null for a recording that does not say.
view, near_side
    As seen in most frames: side, front, back or oblique; left or right.
totals
    reps, attempts and hold_s by side: left and right, or both; timed_s for timed exercises.
reps
    side, start_s, top_s, end_s, hold_s; measurements by name; ids of the checks at fault; of
    circles their direction (outward or inward).
attempts
    Reps that missed their target: side, start_s, top_s, best, target, unit.
holds
    side, start_s, end_s, hold_s (without the gaps), faults.
faults
    check, side, start_s, end_s, worst, worst_s (when it was worst), limit, unit, severity, cue.
not_assessed
    check, reason, seconds.
test
    For self-tests only: note ("not a diagnosis") and results, one for each side and number: side,
    id, name, value (null where it was not seen), unit, at_s, valid (null: not assessed),
    invalid_because, not_assessed, reading, source, near_border (closer to another range than its
    error).
measurements
    For each: min, max, mean, and coverage (share of frames in which it was known).
quality
    detected (share of frames with a person), repaired (share of frames in which left and right
    were exchanged back), warnings (sentences).
"""

from __future__ import annotations

import contextlib
import csv
import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from formcheck._version import __version__
from formcheck.core.events import FrameResult, SelfTestResult
from formcheck.errors import OutputError, reason_of
from formcheck.io import atomic as atomic_files

if TYPE_CHECKING:
    from formcheck.capture.frame import SourceInfo
    from formcheck.core.judge.summary import Summary
    from formcheck.estimate.models import PoseModel

SCHEMA = 1
LEADING_COLUMNS = ("time_s", "phase", "side", "detected", "repaired")

_TIME_DIGITS = 3
# A hundredth of a degree is far below what landmarks can tell, and keeps the files readable.
_VALUE_DIGITS = 2
_SHARE_DIGITS = 4


def to_json_object(
    summary: Summary,
    source: SourceInfo,
    model: PoseModel | None,
    *,
    partial: bool = False,
    warnings: Iterable[str] = (),
) -> dict[str, Any]:
    """Return the results as an object for `json.dumps`.

    Parameters
    ----------
    summary : Summary
        What the session came to.
    source : SourceInfo
        The video or recording.
    model : PoseModel or None
        The pose model behind the landmarks, where known.
    partial : bool
        Whether the analysis was interrupted.
    warnings : iterable of str
        Sentences about the source, put before those of the session.
    """
    totals = summary.totals
    found: dict[str, Any] = {
        "schema": SCHEMA,
        "formcheck_version": __version__,
        "exercise": summary.exercise,
        "partial": partial,
        "source": {
            # What is no UTF-8 cannot stand in a JSON file; what is one is read so in any locale.
            "path": source.path.encode("utf-8", "surrogateescape").decode("utf-8", "replace"),
            "duration_s": _seconds(source.duration_s),
            "fps": _number(source.fps, 3),
            "width": source.width,
            "height": source.height,
        },
        "model": None if model is None else {"name": model.name, "sha256": model.sha256},
        "view": summary.view,
        "near_side": summary.near_side,
        "totals": {
            "reps": dict(totals.reps),
            "attempts": dict(totals.attempts),
            "hold_s": {side: _seconds(value) for side, value in totals.hold_s.items()},
        },
        "reps": [
            {
                "side": rep.side,
                "start_s": _seconds(rep.start_s),
                "top_s": _seconds(rep.top_s),
                "end_s": _seconds(rep.end_s),
                "hold_s": _seconds(rep.hold_s),
                "measurements": {name: _value(value) for name, value in rep.measurements.items()},
                "faults": list(rep.faults),
            }
            for rep in summary.reps
        ],
        "attempts": [
            {
                "side": attempt.side,
                "start_s": _seconds(attempt.start_s),
                "top_s": _seconds(attempt.top_s),
                "best": _value(attempt.best),
                "target": _value(attempt.target),
                "unit": attempt.unit,
            }
            for attempt in summary.attempts
        ],
        "holds": [
            {
                "side": hold.side,
                "start_s": _seconds(hold.start_s),
                "end_s": _seconds(hold.end_s),
                "hold_s": _seconds(hold.hold_s),
                "faults": list(hold.faults),
            }
            for hold in summary.holds
        ],
        "faults": [
            {
                "check": fault.check,
                "side": fault.side,
                "start_s": _seconds(fault.start_s),
                "end_s": _seconds(fault.end_s),
                "worst": _value(fault.worst),
                "worst_s": _seconds(fault.worst_s),
                "limit": _value(fault.limit),
                "unit": fault.unit,
                "severity": fault.severity,
                "cue": fault.cue,
            }
            for fault in summary.faults
        ],
        "not_assessed": [
            {"check": item.check, "reason": item.reason, "seconds": _seconds(item.seconds)}
            for item in summary.not_assessed
        ],
        "measurements": {
            name: {
                "min": _value(found.min),
                "max": _value(found.max),
                "mean": _value(found.mean),
                "coverage": _number(found.coverage, _SHARE_DIGITS),
            }
            for name, found in sorted(summary.measurements.items())
        },
        "quality": {
            "detected": _number(summary.detected, _SHARE_DIGITS),
            "repaired": _number(summary.repaired / max(summary.frames, 1), _SHARE_DIGITS),
            "warnings": [*warnings, *summary.warnings],
        },
    }
    # Keys of some kinds of exercise only.
    if totals.timed_s:
        found["totals"]["timed_s"] = {side: _seconds(s) for side, s in totals.timed_s.items()}
    for row, rep in zip(found["reps"], summary.reps, strict=True):
        if rep.direction is not None:
            row["direction"] = rep.direction
    if summary.self_tests is not None:
        found["test"] = {
            "note": summary.self_test_note,
            "results": [_self_test(result) for result in summary.self_tests],
        }
    return found


def _self_test(result: SelfTestResult) -> dict[str, Any]:
    return {
        "side": result.side,
        "id": result.id,
        "name": result.name,
        "value": _value(result.value),
        "unit": result.unit,
        "at_s": _seconds(result.at_s),
        "valid": result.valid,
        "invalid_because": list(result.invalid_because),
        "not_assessed": list(result.not_assessed),
        "reading": result.reading,
        "source": result.source,
        "near_border": result.near_border,
    }


def to_json_text(results: Any) -> str:
    """Return results as JSON text; refuses NaN, which is no JSON."""
    return json.dumps(results, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def write_json(path: Path, results: Mapping[str, Any]) -> None:
    """Write a ``*.formcheck.json``, whole or not at all."""
    atomic_files.write_text(path, to_json_text(results))


class FramesTable:
    """Writes one row a frame as it comes, so that the length of a video costs no memory.

    Columns: time_s, phase, side, detected and repaired (1 or 0), then every measurement with its
    unit in its name; empty where unknown. The file appears under its name only when the block ends
    well; a block that fails leaves nothing.

    Parameters
    ----------
    path : Path
        The ``*.frames.csv`` to write.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._files = contextlib.ExitStack()
        self._names: tuple[str, ...] | None = None

    def __enter__(self) -> Self:
        temporary = self._files.enter_context(atomic_files.writing(self._path))
        try:
            self._file = temporary.open("w", encoding="utf-8", newline="")
        except OSError as error:
            self._abandon(error)
            raise self._refused(error) from error
        self._writer = csv.writer(self._file, lineterminator="\n")
        return self

    def add(self, result: FrameResult) -> None:
        """Append a frame."""
        if self._names is None:
            # Every frame of a session has the same measurements.
            self._names = tuple(result.values)
            self._write([*LEADING_COLUMNS, *self._names])
        self._write(
            [
                f"{result.time_s:.6f}",
                result.phase,
                result.side or "",
                int(result.pose.detected),
                int(result.repaired),
                *(_cell(result.values.get(name, math.nan)) for name in self._names),
            ]
        )

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            with contextlib.suppress(OSError):
                self._file.close()
            self._abandon(error)
            return
        try:
            self._finish()
        except OutputError as failed:
            self._abandon(failed)
            raise
        self._files.close()

    def _finish(self) -> None:
        if self._names is None:
            self._write(LEADING_COLUMNS)
        try:
            self._file.close()
        except OSError as error:
            raise self._refused(error) from error

    def _write(self, cells: Iterable[str | int]) -> None:
        try:
            self._writer.writerow(cells)
        except OSError as error:
            raise self._refused(error) from error

    def _abandon(self, error: BaseException) -> None:
        # Given the failure, `writing` removes the unfinished file instead of naming it; it must not
        # take a failure of something else for its own.
        with contextlib.suppress(OutputError):
            self._files.__exit__(type(error), error, error.__traceback__)

    def _refused(self, error: OSError) -> OutputError:
        return OutputError(f"{self._path} cannot be written: {reason_of(error)}")


def _cell(value: float) -> str:
    # Rounded first: adding zero then turns -0.0 into 0.0.
    return f"{round(value, 3) + 0.0:.3f}" if math.isfinite(value) else ""


def _seconds(value: float | None) -> float | None:
    return None if value is None else _number(value, _TIME_DIGITS)


def _value(value: float) -> float | None:
    return _number(value, _VALUE_DIGITS)


def _number(value: float, digits: int) -> float | None:
    # Adding zero turns -0.0, which a rounded small angle becomes, into 0.0.
    return round(float(value), digits) + 0.0 if math.isfinite(value) else None
