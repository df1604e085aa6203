"""The table of frames as Parquet (needs the `parquet` extra)."""

from __future__ import annotations

from pathlib import Path

from formcheck.errors import OutputError
from formcheck.io.frames import TIME_COLUMN, FrameTable


def write_parquet(frames: FrameTable, path: Path) -> None:
    """Write a table of frames as Parquet, the same columns as the CSV.

    Raises
    ------
    OutputError
        Where pyarrow is not installed or the file cannot be written.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise OutputError(
            "Parquet needs one more package: pip install 'formcheck[parquet]'"
        ) from error
    columns = {TIME_COLUMN: frames.time_s, **frames.texts, **frames.flags, **frames.values}
    try:
        pyarrow.parquet.write_table(pyarrow.table(columns), path, compression="zstd")
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error}") from error
