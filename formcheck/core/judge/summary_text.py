"""A session's summary in words a person understands."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from formcheck.core.events import Fault, SelfTestResult
from formcheck.core.formatting import (
    by_side_text,
    capitalised,
    count_text,
    minutes_text,
    missed_text,
    percent_text,
    times_text,
    value_text,
)
from formcheck.core.spec.exercise import ExerciseSpec

if TYPE_CHECKING:
    from formcheck.core.judge.summary import Summary

TIMED = "it is done by time and feeling, so there is no score"
# Of what could not be judged for more than this share it is not said for how long.
MOST = 0.9


def describe(summary: Summary, spec: ExerciseSpec) -> Iterator[str]:
    """Give the lines of a summary: what was counted, what went wrong, what was not judged."""
    if spec.kind == "timed":
        # The whole result: there is nothing else to say about it, and never a score.
        yield f"Done: {by_side_text(summary.totals.timed_s, minutes_text)}."
        yield f"Not assessed: {TIMED}."
        return
    if summary.self_tests is not None:
        yield from _tested(summary.self_tests)
        yield summary.self_test_note
    else:
        yield from _counted(summary, spec)
    yield from _faults(summary)
    yield from _not_assessed(summary, spec)
    # Below that the summary has a warning of its own.
    if 0.9 <= summary.detected < 0.995:
        yield f"Somebody was found in {percent_text(summary.detected)} of the frames."


def _counted(summary: Summary, spec: ExerciseSpec) -> Iterator[str]:
    totals = summary.totals
    if spec.kind == "hold":
        yield f"Held: {by_side_text(totals.hold_s, lambda s: value_text(s, 's'))}."
        return
    yield f"Counted: {by_side_text(totals.reps, lambda n: count_text(n, 'rep'))}."
    longest_s = max((rep.hold_s for rep in summary.reps), default=0.0)
    if spec.dose.hold_target_s and summary.reps:
        longest = value_text(longest_s, "s")
        yield f"Longest hold: {longest} (asked for: {spec.dose.hold_target_s:g} s)."
    if any(totals.attempts.values()):
        attempts = by_side_text(totals.attempts, lambda n: count_text(n, "attempt"))
        yield f"Did not reach the target: {attempts}."


def _tested(results: Sequence[SelfTestResult]) -> Iterator[str]:
    if not results:
        yield "Nothing was measured."
    for result in results:
        where = "" if result.side == "both" else f", {result.side}"
        if math.isnan(result.value):
            yield f"{result.name}{where}: not measured ({'; '.join(result.not_assessed)})."
            continue
        text = f"{result.name}{where}: {value_text(result.value, result.unit)}."
        if result.reading:
            border = ", near the border of this range" if result.near_border else ""
            reading = capitalised(result.reading).removesuffix(".")
            text += f" {reading}{border} ({result.source})."
        if result.invalid_because:
            text += f" Not valid: {'; '.join(result.invalid_because)}."
        elif result.not_assessed:
            text += f" Whether it is valid was not assessed ({'; '.join(result.not_assessed)})."
        yield text


def _faults(summary: Summary) -> Iterator[str]:
    if not summary.faults:
        if any(summary.totals.reps.values()) or any(summary.totals.hold_s.values()):
            yield "No faults seen."
        return
    grouped: dict[tuple[str, str], list[Fault]] = defaultdict(list)
    for fault in summary.faults:
        grouped[fault.check, fault.side].append(fault)
    for (_check, side), faults in grouped.items():
        worst = max(faults, key=lambda fault: abs(fault.worst - fault.limit))
        where = "" if side == "both" else f", {side}"
        yield (
            f"{worst.cue}: {times_text(len(faults))}{where}, "
            f"first at {value_text(faults[0].start_s, 's')} "
            f"({missed_text(worst.worst, worst.limit, worst.unit)})."
        )


def _not_assessed(summary: Summary, spec: ExerciseSpec) -> Iterator[str]:
    # Two checks may have one cue: to a person they are one.
    lines: dict[tuple[str, str], str] = {}
    for item in summary.not_assessed:
        in_part = item.seconds < MOST * item.of_s
        where = f" for {item.seconds:.0f} of {item.of_s:.0f} s" if in_part else ""
        name = _check_name(spec, item.check)
        lines.setdefault((name, item.reason), f"Not assessed{where}: {name} ({item.reason}).")
    yield from lines.values()


def _check_name(spec: ExerciseSpec, check_id: str) -> str:
    cues = {check.id: check.cue for check in spec.checks}
    return f"“{cues[check_id]}”" if check_id in cues else check_id
