"""A session's summary in words a person understands."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from formcheck.core.events import Fault, SelfTestResult
from formcheck.core.spec.exercise import ExerciseSpec

if TYPE_CHECKING:
    from formcheck.core.judge.summary import Summary

TIMED = "it is done by time and feeling, so there is no score"
# Of what could not be judged for more than this share it is not said for how long.
MOST = 0.9
_UNIT_SIGNS = {"deg": "°", "deg/s": "°/s", "s": " s", "ratio": "", "ratio/s": " a second"}


def describe(summary: Summary, spec: ExerciseSpec) -> Iterator[str]:
    """Give the lines of a summary: what was counted, what went wrong, what was not judged."""
    if spec.kind == "timed":
        # The whole result: there is nothing else to say about it, and never a score.
        yield f"Done: {_by_side(summary.totals.timed_s, minutes_text)}."
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
        yield f"Somebody was found in {100 * summary.detected:.0f} % of the frames."


def _counted(summary: Summary, spec: ExerciseSpec) -> Iterator[str]:
    totals = summary.totals
    if spec.kind == "hold":
        yield f"Held: {_by_side(totals.hold_s, lambda s: f'{s:.1f} s')}."
        return
    yield f"Counted: {_by_side(totals.reps, lambda n: _count(n, 'rep'))}."
    longest_s = max((rep.hold_s for rep in summary.reps), default=0.0)
    if spec.dose.hold_target_s and summary.reps:
        yield f"Longest hold: {longest_s:.1f} s (asked for: {spec.dose.hold_target_s:g} s)."
    if any(totals.attempts.values()):
        attempts = _by_side(totals.attempts, lambda number: _count(number, "attempt"))
        yield f"Did not reach the target: {attempts}."


def _tested(results: Sequence[SelfTestResult]) -> Iterator[str]:
    if not results:
        yield "Nothing was measured."
    for result in results:
        where = "" if result.side == "both" else f", {result.side}"
        if math.isnan(result.value):
            yield f"{result.name}{where}: not measured ({'; '.join(result.not_assessed)})."
            continue
        unit = _UNIT_SIGNS.get(result.unit, f" {result.unit}")
        text = f"{result.name}{where}: {_figure(result.value)}{unit}."
        if result.reading:
            border = ", near the border of this range" if result.near_border else ""
            reading = result.reading[:1].upper() + result.reading[1:].removesuffix(".")
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
        unit = _UNIT_SIGNS.get(worst.unit, f" {worst.unit}")
        bound = "at most" if worst.worst > worst.limit else "at least"
        yield (
            f"{worst.cue}: {_times(len(faults))}{where}, first at {faults[0].start_s:.1f} s "
            f"(worst {_figure(worst.worst)}{unit}, {bound} {_figure(worst.limit)}{unit} asked for)."
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


def _by_side(values: Mapping[str, float], text: object) -> str:
    assert callable(text)
    if set(values) == {"both"}:
        return str(text(values["both"]))
    return ", ".join(f"{text(value)} {side}" for side, value in values.items())


def _count(number: float, noun: str) -> str:
    return f"{number:g} {noun}" if number == 1 else f"{number:g} {noun}s"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def minutes_text(seconds: float) -> str:
    """Return a time as people say it: ``5 min 20 s``."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _figure(value: float) -> str:
    return f"{round(value, 1):g}" if abs(value) < 10 else f"{value:.0f}"
