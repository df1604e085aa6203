"""What all benchmarks share: where things are, who measured, and how figures are written down."""

from __future__ import annotations

import argparse
import datetime
import json
import math
import os
import platform
import resource
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "samples"
GOLDEN = ROOT / "tests" / "golden"
PROGRAM = [sys.executable, "-m", "formcheck"]
"""The command line, as the interpreter that runs the benchmark has it."""

Figures = dict[str, Any]


def parser_without_json(doc: str | None) -> argparse.ArgumentParser:
    """Return a parser that shows a module's docstring."""
    return argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter
    )


def parser_of(doc: str | None) -> argparse.ArgumentParser:
    """Return the same that also knows `--json FILE`."""
    parser = parser_without_json(doc)
    add_json(parser)
    return parser


def add_json(parser: argparse.ArgumentParser) -> None:
    """Let a command line say where figures are written."""
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write the figures to this file, too"
    )


def write_json(path: Path | None, figures: Any, **how: Any) -> None:
    """Write figures where a file was asked for; whole or not at all."""
    if path is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(path.name + ".part")
    scratch.write_text(json.dumps(figures, indent=1, **how) + "\n", encoding="utf-8")
    scratch.replace(path)


def today() -> str:
    """Return the date, as it is written with figures."""
    return datetime.date.today().isoformat()


def machine() -> Figures:
    """Return on what, on what version and when figures are taken."""
    names = Path("/proc/cpuinfo")
    lines = names.read_text(encoding="utf-8").splitlines() if names.exists() else []
    models = (line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return {
        "cpu": next(models, platform.processor()),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "commit": commit.stdout.strip(),
        "date": today(),
    }


def memory_mb(pid: int | str = "self") -> float:
    """Return the resident memory of a process now."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="utf-8").split()[1])
    return pages * resource.getpagesize() / 1e6


def rmse(errors: np.ndarray) -> float:
    """Return the root mean square of some errors."""
    return math.sqrt(float(np.mean(np.square(errors))))


def wilson(good: int, of: int) -> tuple[float, float]:
    """Return the 95 % confidence interval of a proportion (Wilson's score interval).

    Parameters
    ----------
    good, of : int

    Returns
    -------
    tuple of float
        From and to, 0…1; (0, 1) of nothing.

    References
    ----------
    E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209-212.
    """
    if of == 0:
        return 0.0, 1.0
    z, p = 1.96, good / of
    middle = (p + z * z / (2 * of)) / (1 + z * z / of)
    half = z * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return max(0.0, middle - half), min(1.0, middle + half)


def percentile_ms(values_s: list[float], percent: float) -> float:
    """Return a percentile of some seconds in milliseconds; NaN of none."""
    return 1000 * float(np.percentile(values_s, percent)) if values_s else math.nan


def link_from(page: Path | None, figures: Path) -> str:
    """Return a Markdown link to a file of figures, as it is seen from a page."""
    folder = Path() if page is None else page.resolve().parent
    target = Path(os.path.relpath(figures.resolve(), folder.resolve())).as_posix()
    return f"[{figures.name}]({target})"


def between_markers(text: str, begin: str, end: str, lines: Iterable[str]) -> str:
    """Return a page with the lines between its markers; `begin` may be how its marker starts."""
    head, _, rest = text.partition(begin)
    marker, _, rest = rest.partition("-->")
    _, found, tail = rest.partition(end)
    if not found:
        raise ValueError(f"no section between {begin!r} and {end!r}")
    return f"{head}{begin}{marker}-->\n" + "\n".join(lines) + f"\n{end}{tail}"


def sound_into_nothing(folder: Path) -> dict[str, str]:
    """Return settings with which ALSA plays into nothing, so that a voice works without a card."""
    settings = folder / "asound.conf"
    settings.write_text("pcm.!default { type null }\nctl.!default { type null }\n", "utf-8")
    return {"ALSA_CONFIG_PATH": str(settings)}
