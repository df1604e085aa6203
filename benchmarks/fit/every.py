"""Fit everything that the program has fitted: shifts of joints, the pelvis, thighs from the front.

    python -m benchmarks fit [--json FILE]

Each alone: `python -m benchmarks fit joint-centres|pelvis|front-thigh`, with options of its own.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from benchmarks.common import Figures, parser_of, write_json
from benchmarks.fit import front_thigh, joint_centres, pelvis

FITS = {"joint-centres": joint_centres, "pelvis": pelvis, "front-thigh": front_thigh}


def main(argv: list[str] | None = None) -> int:
    """Run all fits, one after the other."""
    options = parser_of(__doc__).parse_args(argv)
    found: Figures = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, module in FITS.items():
            print(f"{name}:")
            path = Path(folder) / f"{name}.json"
            module.main(["--json", str(path)])
            found[name] = json.loads(path.read_text(encoding="utf-8"))
    write_json(options.json, found)
    return 0
