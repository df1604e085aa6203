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
from formcheck.core.messages import ENGLISH, SUMMARY
from formcheck.core.spec.exercise import ExerciseSpec

if TYPE_CHECKING:
    from formcheck.core.judge.summary import Summary

# Of what could not be judged for more than this share it is not said for how long.
MOST = 0.9


def describe(summary: Summary, spec: ExerciseSpec) -> Iterator[str]:
    """Give the lines of a summary: what was counted, what went wrong, what was not judged."""
    if spec.kind == "timed":
        # The whole result: there is nothing else to say about it, and never a score.
        yield SUMMARY.done.format(times=by_side_text(summary.totals.timed_s, minutes_text))
        yield SUMMARY.timed_not_assessed.format(reason=SUMMARY.timed)
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
        yield SUMMARY.detected.format(percent=percent_text(summary.detected))


def _counted(summary: Summary, spec: ExerciseSpec) -> Iterator[str]:
    totals = summary.totals
    if spec.kind == "hold":
        times = by_side_text(totals.hold_s, lambda held_s: value_text(held_s, "s"))
        yield SUMMARY.held.format(times=times)
        return
    yield SUMMARY.counted.format(reps=by_side_text(totals.reps, ENGLISH.counted_reps))
    longest_s = max((rep.hold_s for rep in summary.reps), default=0.0)
    if spec.dose.hold_target_s and summary.reps:
        yield SUMMARY.longest_hold.format(
            longest=value_text(longest_s, "s"), target_s=spec.dose.hold_target_s
        )
    if any(totals.attempts.values()):
        attempts = by_side_text(totals.attempts, lambda n: count_text(n, SUMMARY.attempt))
        yield SUMMARY.missed.format(attempts=attempts)


def _tested(results: Sequence[SelfTestResult]) -> Iterator[str]:
    if not results:
        yield SUMMARY.nothing_measured
    for result in results:
        name = result.name if result.side == "both" else f"{result.name}, {result.side}"
        unsure = "; ".join(result.not_assessed)
        if math.isnan(result.value):
            yield SUMMARY.not_measured.format(name=name, reasons=unsure)
            continue
        value = value_text(result.value, result.unit)
        sentences = [SUMMARY.measured.format(name=name, value=value)]
        if result.reading:
            reading = capitalised(result.reading).removesuffix(".")
            text = SUMMARY.near_border if result.near_border else SUMMARY.reading
            sentences.append(text.format(reading=reading, source=result.source))
        if result.invalid_because:
            broken = "; ".join(result.invalid_because)
            sentences.append(SUMMARY.not_valid.format(reasons=broken))
        elif result.not_assessed:
            sentences.append(SUMMARY.validity_unknown.format(reasons=unsure))
        yield " ".join(sentences)


def _faults(summary: Summary) -> Iterator[str]:
    if not summary.faults:
        if any(summary.totals.reps.values()) or any(summary.totals.hold_s.values()):
            yield SUMMARY.no_faults
        return
    grouped: dict[tuple[str, str], list[Fault]] = defaultdict(list)
    for fault in summary.faults:
        grouped[fault.check, fault.side].append(fault)
    for (_check, side), faults in grouped.items():
        worst = max(faults, key=lambda fault: abs(fault.worst - fault.limit))
        text = SUMMARY.fault if side == "both" else SUMMARY.fault_of_side
        yield text.format(
            cue=worst.cue,
            times=times_text(len(faults)),
            side=side,
            first=value_text(faults[0].start_s, "s"),
            missed=missed_text(worst.worst, worst.limit, worst.unit),
        )


def _not_assessed(summary: Summary, spec: ExerciseSpec) -> Iterator[str]:
    # Two checks may have one cue: to a person they are one.
    lines: dict[tuple[str, str], str] = {}
    for item in summary.not_assessed:
        in_part = item.seconds < MOST * item.of_s
        text = SUMMARY.not_assessed_for if in_part else SUMMARY.not_assessed
        what = _check_name(spec, item.check)
        line = text.format(what=what, reason=item.reason, seconds=item.seconds, of_s=item.of_s)
        lines.setdefault((what, item.reason), line)
    yield from lines.values()


def _check_name(spec: ExerciseSpec, check_id: str) -> str:
    cues = {check.id: check.cue for check in spec.checks}
    return f"“{cues[check_id]}”" if check_id in cues else check_id
