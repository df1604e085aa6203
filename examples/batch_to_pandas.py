"""A folder of clips into one table of reps: who did how many, how high, with which faults.

    pip install pandas
    python examples/batch_to_pandas.py FOLDER standing_march reps.csv

A clip that cannot be read is named and left out; the others go on.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

import formcheck as fc

SUFFIXES = {".mp4", ".mov", ".mkv", ".avi", ".webm", ".npz"}


def main(folder: str, exercise: str) -> pd.DataFrame:
    """Return one row a rep of all clips in a folder, with the clip's name."""
    tables = {}
    for clip in sorted(Path(folder).iterdir()):
        if clip.suffix.lower() not in SUFFIXES:
            continue
        try:
            tables[clip.name] = fc.analyze(clip, exercise=exercise).reps
        except fc.FormcheckError as error:
            print(f"left out: {error}", file=sys.stderr)
    return pd.concat(tables, names=["clip", "rep"]).reset_index() if tables else pd.DataFrame()


if __name__ == "__main__":
    reps = main(*sys.argv[1:3])
    print(reps.to_string())
    if len(sys.argv) > 3:
        reps.to_csv(sys.argv[3], index=False)
