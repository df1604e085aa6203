"""Write the figures of `python -m benchmarks accuracy` as a page for people.

    python -m benchmarks accuracy table FIGURES.json --page docs/accuracy.md
    python -m benchmarks accuracy table FIGURES.json --readme README.md

No figure is typed by hand: all of them, the date and the machine come from the JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.common import between_markers, link_from, parser_without_json

BEGIN, END = "<!-- accuracy: begin.", "<!-- accuracy: end -->"
CAVEAT = (
    "These are **rendered people** with known joint angles (tidy rooms, no cloth physics). The "
    "figures are optimistic: they compare versions of the program; they are not clinical accuracy."
)
FEW = 300
"""Angles with fewer frames are left out of the short table."""


def page(figures: dict[str, Any], source: str) -> Iterator[str]:
    """Yield the lines of the whole page."""
    yield "# Accuracy on rendered people"
    yield ""
    yield f"Written by `python -m benchmarks accuracy table` from {source}; do not edit by hand."
    yield ""
    yield CAVEAT
    yield ""
    yield origin(figures)
    yield ""
    yield from counts(figures)
    yield ""
    yield "## Angles"
    yield ""
    yield (
        "Error between the first and the last repetition, or within the hold. In a side view "
        "`near` is the leg at the camera. Views in which a measurement is not used are listed "
        "too: they show why."
    )
    yield ""
    yield from angles(figures, few=1)
    yield ""
    yield "## Clips with a difference"
    yield ""
    yield from failing(figures["per_clip"])


def short(figures: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of the README's section."""
    yield f"{origin(figures)} In full, with every clip that fails: [accuracy](docs/accuracy.md)."
    yield ""
    yield from counts(figures)
    yield ""
    yield from angles(figures, few=FEW, view="side")


def origin(figures: dict[str, Any]) -> str:
    """Return the sentence on when and on what the figures were taken."""
    commit = f", commit `{figures['commit']}`" if figures.get("commit") else ""
    model = f"model `{figures['model']}`"
    if figures.get("self_test_model", figures["model"]) != figures["model"]:
        model += f" (self-tests: `{figures['self_test_model']}`)"
    return (
        f"{figures['date']}, {figures['cores']} cores, no GPU, {model}"
        f"{commit}; {figures['clips']} clips of the held-out set, some of which were inspected "
        "during development."
    )


def counts(figures: dict[str, Any]) -> Iterator[str]:
    """Yield the table of counts, holds, faults and negatives."""
    reps, holds, faults = figures["reps"], figures["holds"], figures["faults"]
    yield "| what | figure |"
    yield "|---|---|"
    yield f"| clips with all repetitions counted correctly | {reps['exact']} of {reps['clips']} |"
    yield f"| within one repetition per side | {reps['off_by_one']} of {reps['clips']} |"
    if reps.get("hold_n"):
        yield f"| time held at the top, mean error | {reps['hold_mae_s']} s |"
    if holds["n"]:
        yield (
            f"| stretches: mean and largest error of the time held | {holds['mae_s']} s, "
            f"{holds['max_error_s']} s ({holds['n']} holds) |"
        )
    yield (
        f"| faults | {faults['tp']} reported, {faults['fn']} missed, {faults['fp']} false alarms "
        f"(precision {faults['precision']}, recall {faults['recall']}) |"
    )
    n = figures["negatives"]
    if n.get("clips"):
        yield (
            f"| {n['minutes']} minutes of other movements, each analysed as four exercises | "
            f"{n['reps']} repetitions, {n['attempts']} attempts, {n['hold_s']} s held, "
            f"{n['faults']} false faults |"
        )
    else:
        yield "| other movements | not scored in this run |"


def angles(figures: dict[str, Any], few: int, view: str | None = None) -> Iterator[str]:
    """Yield the table of angles."""
    yield "| angle | view | mean error | bias | frames |"
    yield "|---|---|--:|--:|--:|"
    for name, views in figures["angles"].items():
        for seen_from, f in views.items():
            if f["n"] >= few and view in (None, seen_from):
                label = name.removesuffix("_deg").replace("_", " ")
                yield (
                    f"| {label} | {seen_from} | {f['mae_deg']:.1f}° | {f['bias_deg']:+.1f}° "
                    f"| {f['n']} |"
                )


def failing(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Yield a table row for every clip whose result differs from what was performed."""
    yield "| clip | difference |"
    yield "|---|---|"
    for row in rows:
        if wrong := list(_wrong(row)):
            tried = f" as {row['exercise']}" if "exercise" in row else ""
            yield f"| {row['clip']}{tried} | {'; '.join(wrong)} |"


def _wrong(row: dict[str, Any]) -> Iterator[str]:
    if "exercise" in row:
        for key in ("reps", "attempts", "hold_s"):
            if row.get(key):
                yield f"{key} {row[key]}"
    for key in ("reps", "attempts"):
        if f"true_{key}" in row and row[key] != row[f"true_{key}"]:
            yield f"{key} {_sides(row[key])} instead of {_sides(row[f'true_{key}'])}"
    if "true_hold_s" in row:
        said, true = row["hold_s"], row["true_hold_s"]
        if any(abs(said.get(s, 0.0) - true.get(s, 0.0)) > 1.0 for s in {*said, *true}):
            yield f"held {_sides(said, ' s')} instead of {_sides(true, ' s')}"
    for key in ("missed", "false_alarms"):
        if row.get(key):
            yield f"{key.replace('_', ' ')}: {', '.join(row[key])}"


def _sides(values: dict[str, float], unit: str = "") -> str:
    return ", ".join(f"{s} {round(v, 1)}{unit}" for s, v in sorted(values.items())) or "none"


def main(argv: list[str] | None = None) -> int:
    """Print the page or write it, or write the README's section."""
    parser = parser_without_json(__doc__)
    parser.add_argument("figures", type=Path)
    parser.add_argument("--page", type=Path, help="write the page there instead of printing it")
    parser.add_argument("--readme", type=Path, help="write its section instead of the page")
    options = parser.parse_args(argv)
    figures = json.loads(options.figures.read_text(encoding="utf-8"))
    if options.readme:
        text = options.readme.read_text(encoding="utf-8")
        text = between_markers(text, BEGIN, END, short(figures))
        options.readme.write_text(text, encoding="utf-8")
        return 0
    lines = page(figures, link_from(options.page, options.figures))
    if options.page:
        options.page.write_text("\n".join(lines) + "\n", encoding="utf-8")
    else:
        print("\n".join(lines))
    return 0
