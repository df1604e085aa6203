"""Fit `LOW_KNEE` and `LOW_KNEE_LEVEL`: how far too low a lifted knee is seen from the front.

    python -m benchmarks fit front-thigh

On the clips of `python -m benchmarks accuracy front-thigh` that nothing is scored on, without those
of a camera on the floor.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from benchmarks.accuracy.front_thigh import ON_THE_FLOOR, Row, evenly, fitted_people
from benchmarks.common import Figures, parser_of, write_json
from groundtruth.build import default_cache_dir


def fit(rows: list[Row]) -> tuple[float, float]:
    """Return `LOW_KNEE` and `LOW_KNEE_LEVEL`: least squares of the knee's drop."""
    matrix, wanted = [], []
    for clips in evenly(rows).values():
        for clip in clips:
            for row in clip:
                weight = 1.0 / math.sqrt(len(clip))
                matrix.append((weight * row.slope, weight * row.level))
                off = math.cos(math.radians(row.before_deg)) - math.cos(math.radians(row.true_deg))
                wanted.append(weight * off)
    slope, level = np.linalg.lstsq(np.array(matrix), np.array(wanted), rcond=None)[0]
    return float(slope), float(level)


def figures(folder: Path) -> Figures:
    """Return the fitted numbers by name."""
    by_camera = fitted_people(folder)
    higher = [row for name, rows in by_camera.items() if name != ON_THE_FLOOR for row in rows]
    slope, level = fit(higher)
    return {"LOW_KNEE": round(slope, 3), "LOW_KNEE_LEVEL": round(level, 3)}


def main(argv: list[str] | None = None) -> int:
    """Print the numbers."""
    parser = parser_of(__doc__)
    parser.add_argument("--folder", type=Path, default=default_cache_dir() / "front_thigh")
    options = parser.parse_args(argv)
    found = figures(options.folder)
    print(", ".join(found), "=", ", ".join(f"{value:.3f}" for value in found.values()))
    write_json(options.json, found)
    return 0
