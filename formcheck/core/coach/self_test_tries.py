"""The tries of a self-test, and what they come to."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from formcheck.core.events import CountSide, SelfTestResult
from formcheck.core.formatting import value_text
from formcheck.core.judge.summary import Summary
from formcheck.core.messages import Messages
from formcheck.core.spec.exercise import ExerciseSpec, SelfTestValue


@dataclass(frozen=True, slots=True)
class Try:
    """One try of one side."""

    side: CountSide
    number: int
    results: tuple[SelfTestResult, ...]
    summary: Summary

    @property
    def counts(self) -> bool:
        """Whether something was measured, and no condition was seen to be broken."""
        return any(is_good(result) for result in self.results)


@dataclass(frozen=True, slots=True)
class Reached:
    """What all tries of a side came to for one number.

    Attributes
    ----------
    best : float
        The furthest in the direction that the test looks for; NaN without a valid try.
    typical : float
        The median of the valid attempts.
    best_result : SelfTestResult or None
    """

    value: SelfTestValue
    side: CountSide
    tries: int
    valid: int
    best: float
    typical: float
    best_result: SelfTestResult | None


def is_good(result: SelfTestResult) -> bool:
    """Whether a number was measured and its conditions were not seen to be broken."""
    return not math.isnan(result.value) and result.valid is not False


def more_is_further(value: SelfTestValue) -> bool:
    """Whether a greater reported number is the better one."""
    if value.take == "least":
        return value.flip
    return not value.flip or value.take == "seconds_near_greatest"


def reached(spec: ExerciseSpec, tries: Iterable[Try]) -> list[Reached]:
    """Return best and typical value of each number and side, in the order of the spec."""
    assert spec.test is not None
    all_tries = list(tries)
    sides = list(dict.fromkeys(one.side for one in all_tries))
    found = []
    for value in spec.test.values:
        for side in sides:
            results = [
                result
                for one in all_tries
                for result in one.results
                if one.side == side and result.id == value.id
            ]
            good = [result for result in results if is_good(result)]
            # What was seen in full says more than what was seen in part.
            good = [result for result in good if result.valid] or good
            best = None
            if good:
                choose = max if more_is_further(value) else min
                best = choose(good, key=lambda result: result.value)
            found.append(
                Reached(
                    value,
                    side,
                    len(results),
                    len(good),
                    best.value if best else math.nan,
                    median(result.value for result in good) if good else math.nan,
                    best,
                )
            )
    return found


def value_lines(spec: ExerciseSpec, tries: Sequence[Try], words: Messages) -> list[str]:
    """Return the numbers of tries, one line each: ``Hip extension: 12°``."""
    return [
        f"{words.phrase(result.name)}: {value_text(result.value, result.unit)}"
        for one in tries
        for result in one.results
        if not math.isnan(result.value)
    ]


def result_lines(spec: ExerciseSpec, tries: Iterable[Try], words: Messages) -> list[str]:
    """Return a line for each number and side: best and typical of the valid attempts."""
    lines = []
    for found in reached(spec, tries):
        what = words.phrase(found.value.name)
        name = f"{what}, {words.side(found.side)}" if found.side != "both" else what
        if found.best_result is None:
            lines.append(f"{name}: {words.no_valid_try}")
            continue
        unit = found.best_result.unit
        text = words.best_of.format(
            best=value_text(found.best, unit), typical=value_text(found.typical, unit)
        )
        lines.append(f"{name}: {text}")
    return lines
