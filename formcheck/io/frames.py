"""The per-frame table of one take, as `clip.frames.csv` holds it."""

from __future__ import annotations

import csv
import math
import sys
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np

from formcheck.core.pose import FloatArray
from formcheck.errors import SourceError

TIME_COLUMN = "time_s"
FLAG_COLUMNS = ("detected", "repaired")


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
        Columns that are 1 or 0: whether somebody was found, whether left and right were exchanged.
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
