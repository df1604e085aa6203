"""The table of every frame, ``*.frames.csv``: written row by row, read back as columns."""

from __future__ import annotations

import contextlib
import csv
import math
import sys
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from formcheck.core.events import FrameResult
from formcheck.core.pose import FloatArray
from formcheck.errors import OutputError, SourceError, reason_of
from formcheck.io import atomic as atomic_files

TIME_COLUMN = "time_s"
FLAG_COLUMNS = ("detected", "repaired")
_LEADING_COLUMNS = (TIME_COLUMN, "phase", "side", *FLAG_COLUMNS)


@dataclass(frozen=True, slots=True)
class FrameTable:
    """One row a frame.

    Attributes
    ----------
    time_s : array, shape (N,)
        Video time, seconds, never falling.
    values : mapping of str to array, shape (N,)
        Number columns by full name (``knee_flexion_left_deg``), NaN where unknown.
    texts : mapping of str to tuple of str
        Every other column (``phase``, ``side``, ...).
    flags : mapping of str to array, shape (N,)
        Columns that are 1 or 0: whether a person was detected, whether left and right were swapped.
    """

    time_s: FloatArray
    values: Mapping[str, FloatArray]
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    flags: Mapping[str, FloatArray] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.time_s)

    @property
    def rate_hz(self) -> float:
        """Frames a second, from the middle step of time; 0 where there are fewer than two rows."""
        if len(self.time_s) < 2:
            return 0.0
        step_s = float(np.median(np.diff(self.time_s)))
        return 1.0 / step_s if step_s > 0 else 0.0


def read_frames_csv(path: Path) -> FrameTable:
    """Read a ``*.frames.csv``.

    Parameters
    ----------
    path : Path

    Returns
    -------
    FrameTable
        A column is numeric when every cell that is not empty is a number; empty cells become NaN.

    Raises
    ------
    SourceError
        Where the file cannot be read or has no usable ``time_s`` column.
    """
    try:
        header, columns = _columns(path)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceError(f"{path}: cannot be read as a table of frames: {error}") from error
    values: dict[str, FloatArray] = {}
    texts: dict[str, tuple[str, ...]] = {}
    for name, column in zip(header, columns, strict=True):
        if isinstance(column, array):
            values[name] = np.array(column, dtype=np.float64)
        else:
            texts[name] = tuple(column)
    time_s = values.pop(TIME_COLUMN, None)
    if time_s is None or bool(np.isnan(time_s).any()):
        raise SourceError(f"{path}: column '{TIME_COLUMN}' must be a number in every row")
    flags = {name: values.pop(name) for name in FLAG_COLUMNS if name in values}
    # A column without a single cell (no side was ever at work) is no measurement.
    for name in [name for name in ("phase", "side") if name in values]:
        texts[name] = ("",) * len(values.pop(name))
    return FrameTable(time_s, values, texts, flags)


def _columns(path: Path) -> tuple[list[str], list[array[float] | list[str]]]:
    """Return the header and each column: numbers, or texts where one cell is no number.

    Row by row and as plain numbers: the table of a video of hours has tens of millions of cells.
    """
    rows = _rows(path)
    header = next(rows, [])
    if TIME_COLUMN not in header:
        raise SourceError(f"{path}: is not a table of frames (no column '{TIME_COLUMN}')")
    columns: list[array[float] | list[str]] = [array("d") for _ in header]
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise SourceError(
                f"{path}: row {number} has {len(row)} cells, the header has {len(header)}"
            )
        for index, cell in enumerate(row):
            column = columns[index]
            if isinstance(column, list):
                column.append(sys.intern(cell))
                continue
            try:
                column.append(float(cell) if cell.strip() else math.nan)
            except ValueError:
                columns[index] = [sys.intern(r[index]) for r in islice(_rows(path), 1, number)]
    return header, columns


def _rows(path: Path) -> Iterator[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        yield from (row for row in csv.reader(file) if row and not row[0].startswith("#"))


class FramesWriter:
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
            self._write([*_LEADING_COLUMNS, *self._names])
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
            self._write(_LEADING_COLUMNS)
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
