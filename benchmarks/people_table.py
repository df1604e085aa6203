"""Write the figures of `python -m benchmarks people` into README.

    python -m benchmarks people table FIGURES.json README.md

What stands between the two marks is replaced; no figure is typed by hand.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.common import between_markers, link_from, parser_without_json, wilson

BEGIN, END = "<!-- people: begin.", "<!-- people: end -->"
VIEWS = ("side", "oblique", "front", "mixed", "other")


def section(figures: dict[str, Any], source: str) -> Iterator[str]:
    """Yield the lines of the README's section: by view, then all, then other movements."""
    counted = [row for row in figures["positives"] if row["exact"] is not None]
    negatives = figures["negatives"]
    commit = f", commit `{figures['commit']}`" if figures.get("commit") else ""
    yield (
        f"{figures['date']}{commit}; {len(counted)} recordings of real people, counted by eye, and "
        f"{len(negatives)} of other movements. All figures: {source}."
    )
    yield ""
    yield (
        "The rules were changed with these recordings in view, so expect less on people whom the "
        "program has never met: an earlier version was exact on 10 of 22 such recordings, and said "
        "something in 11 of 17 of other movements."
    )
    yield ""
    yield "| view | recordings | counted correctly | 95 % interval | within one |"
    yield "|---|--:|--:|--:|--:|"
    groups = [(view, [row for row in counted if row["view"] == view]) for view in VIEWS]
    for name, rows in [*groups, ("all", counted)]:
        if rows:
            right = sum(bool(row["exact"]) for row in rows)
            near = sum(bool(row["within_one"]) for row in rows)
            yield (
                f"| {name} | {len(rows)} | {right} ({100 * right / len(rows):.0f} %) "
                f"| {_interval(right, len(rows))} | {near} |"
            )
    if negatives:
        wrong = sum(bool(row["said"]) for row in negatives)
        yield ""
        yield (
            f"In {wrong} of {len(negatives)} recordings of other movements (95 % interval "
            f"{_interval(wrong, len(negatives))}), each analysed as every exercise, something was "
            "counted, held or reported as a fault."
        )


def _interval(part: int, of: int) -> str:
    low, high = wilson(part, of)
    return f"{100 * low:.0f}–{100 * high:.0f} %"


def main(argv: list[str] | None = None) -> int:
    """Write the section."""
    parser = parser_without_json(__doc__)
    parser.add_argument("figures", type=Path)
    parser.add_argument("page", type=Path)
    given = parser.parse_args(argv)
    figures = json.loads(given.figures.read_text(encoding="utf-8"))
    page = given.page.read_text(encoding="utf-8")
    made = section(figures, link_from(given.page, given.figures))
    given.page.write_text(between_markers(page, BEGIN, END, made), encoding="utf-8")
    return 0
