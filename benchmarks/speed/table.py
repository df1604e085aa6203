"""Write the figures of `python -m benchmarks speed` into docs/scaling.md.

    python -m benchmarks speed table FIGURES.json docs/scaling.md

What stands between the two marks is replaced; no figure is typed by hand. The clinic and the
national programme are calculated here, from the measured figures and the assumptions below.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.common import between_markers, link_from, parser_without_json

BEGIN, END = "<!-- speed: begin", "<!-- speed: end -->"

# Assumptions (heuristic): replace them by your own.
CLINIC_CLIPS, CLINIC_MINUTES = 100, 2.0
NATION_SESSIONS, NATION_MINUTES = 1_000_000, 5.0
CLIP_FPS = 30
MB_A_MINUTE = 20.0
CORE_HOUR_EUR = 0.03
BUSY_FRACTION = 0.7

Figures = dict[str, Any]


def lines(figures: Figures, source: str) -> Iterator[str]:
    machine = figures["machine"]
    yield (
        f"Measured on {machine['date']} at commit {machine['commit']}: {machine['cpu']}, "
        f"{machine['cores']} cores, Python {machine['python']}; all figures: {source}."
    )
    yield from figures.get("notes", [])
    yield ""
    yield from table(figures)
    yield ""
    yield from paper(figures)


def table(figures: Figures) -> Iterator[str]:
    yield "| what | measured | goal |"
    yield "|---|---|---|"
    rows = [
        ("bare loop (OpenCV read, colours, `detect_for_video`), frames a second", "bare_fps", ""),
        ("JSON only, two processes, against the bare loop", "ratio_json", "at least 1.7"),
        ("JSON only, one process", "ratio_json_one_process", "at least 1.0"),
        ("annotated video, two processes", "ratio_video", "at least 1.2"),
        ("with the mask, two processes, against the bare loop without one", "ratio_mask", ""),
        ("start to first frame, against import and loading", "startup_ratio", "at most 1.3"),
        ("memory of the largest process, MB", "peak_mb", "under 600"),
        ("60 minutes, over six times 10 minutes", "length_scaling", "at most 1.05"),
        ("many clips on the cluster, against a local pool", "batch_efficiency", "at least 0.9"),
    ]
    for what, key, wanted in rows:
        value = figures.get(key)
        yield f"| {what} | {'not measured' if value is None else f'{value:.3g}'} | {wanted} |"
    live = figures.get("live_added_ms")
    if live:
        inference = figures.get("live_inference_ms")
        beside = f" (then {inference:.0f} ms)" if inference else ""
        yield (
            f"| live, added to each frame beside inference{beside}, ms | "
            f"median {live['median']:.1f}, 99th percentile {live['p99']:.1f} | median at most 4 |"
        )
    if "help_s" in figures.get("startup", {}):
        yield f"| `formcheck --help`, seconds | {figures['startup']['help_s']:.2f} | under 0.3 |"
    if "length" in figures:
        found = figures["length"]["minutes"]
        lengths = ", ".join(f"{m} min {v['seconds']:.0f} s, {v['peak_mb']:.0f} MB"
                         for m, v in found.items())  # fmt: skip
        yield f"| length, clips of {figures['length']['clip_fps']} fps | {lengths} | |"
    lost = figures.get("lost_worker")
    if lost:
        yield (
            f"| a worker killed after {lost['killed_when_done']} of 200 | {lost['results']} "
            f"results, {lost['broken_listed']} broken files listed | 200, 5 |"
        )
        yield (
            f"| run again | {lost['again_recomputed']} recomputed, "
            f"{lost['again_done_before']} found done | 0, 200 |"
        )
    if "equal" in figures:
        same = "identical files" if figures["equal"]["same"] else "they differ"
        yield f"| one process, two, and the cluster | {same} | identical |"


def paper(figures: Figures) -> Iterator[str]:
    """Calculate what many clips would take."""
    per_core = figures["analyze_fps"] / 2
    yield "### On paper"
    yield ""
    yield (
        f"From {per_core:.0f} frames a second and core (JSON only, both cores at work). "
        f"Assumed, to be replaced by your own: {CLIP_FPS} fps, "
        f"{MB_A_MINUTE:g} MB a minute of 720p, {CORE_HOUR_EUR:g} € a core hour, "
        f"machines busy {BUSY_FRACTION:.0%} of the time."
    )
    yield ""
    yield "| | a clinic | a national programme |"
    yield "|---|---|---|"
    clinic = _needs(CLINIC_CLIPS, CLINIC_MINUTES, per_core)
    nation = _needs(NATION_SESSIONS, NATION_MINUTES, per_core)
    yield (
        f"| a day | {CLINIC_CLIPS} clips of {CLINIC_MINUTES:g} min | "
        f"{NATION_SESSIONS:,} sessions of {NATION_MINUTES:g} min |"
    )
    for name, form in (
        ("core hours a day", "{core_hours:,.1f}"),
        ("cores, round the clock", "{cores:,.2f}"),
        ("on a machine of two cores, hours", "{two_core_hours:,.1f}"),
        ("cost a day, €", "{eur:,.2f}"),
        ("video in a day, TB", "{tb:,.3f}"),
        ("video in, on average, Gbit/s", "{gbit:,.2f}"),
        ("files written a second", "{files:,.1f}"),
    ):
        yield f"| {name} | {form.format(**clinic)} | {form.format(**nation)} |"


def _needs(count: int, minutes: float, per_core: float) -> dict[str, float]:
    core_hours = count * minutes * 60 * CLIP_FPS / per_core / 3600 / BUSY_FRACTION
    megabytes = count * minutes * MB_A_MINUTE
    return {
        "core_hours": core_hours,
        "cores": core_hours / 24,
        "two_core_hours": core_hours / 2,
        "eur": core_hours * CORE_HOUR_EUR,
        "tb": megabytes / 1e6,
        "gbit": megabytes * 8 / 1000 / 86_400,
        "files": 2 * count / 86_400,
    }


def main(argv: list[str] | None = None) -> None:
    parser = parser_without_json(__doc__)
    parser.add_argument("figures", type=Path)
    parser.add_argument("page", type=Path)
    given = parser.parse_args(argv)
    figures = json.loads(given.figures.read_text(encoding="utf-8"))
    page = given.page.read_text(encoding="utf-8")
    made = lines(figures, link_from(given.page, given.figures))
    given.page.write_text(between_markers(page, BEGIN, END, made), encoding="utf-8")
