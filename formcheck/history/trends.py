"""How things go over time: trends by exercise and side, self-tests, streaks. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from formcheck.core.formatting import UNKNOWN, capitalised, count_text, value_text
from formcheck.history.records import SessionRecord, SideRecord
from formcheck.report.names import MeasurementName, side_word, words_of

_BARS = "▁▂▃▄▅▆▇█"


@dataclass(slots=True)
class Trend:
    """One quantity of one exercise over time.

    Attributes
    ----------
    exercise, title : str
        The exercise's name, and what the quantity is called.
    unit : str
        As in the result files (``deg``, ``s``), or an empty string for a count.
    points : dict of str to list of (datetime, float)
        By side, oldest first.
    self_test : bool
    """

    exercise: str
    title: str
    unit: str
    points: dict[str, list[tuple[datetime, float]]] = field(default_factory=dict)
    self_test: bool = False


@dataclass(frozen=True, slots=True)
class Streak:
    """Days in a row with a session: now, and the most there ever were."""

    current: int
    longest: int


def trends(sessions: Iterable[SessionRecord]) -> list[Trend]:
    """Return how each exercise went, by side.

    Parameters
    ----------
    sessions : iterable of SessionRecord
        In any order.

    Returns
    -------
    list of Trend
        For each exercise: what it is about (mean of the reps), then the longest hold or the reps;
        self-tests first. Only valid attempts of a self-test count.
    """
    found: dict[tuple[str, str], Trend] = {}
    for session in sorted(sessions, key=lambda item: item.recorded_at):
        for title, unit, side, value, test in _quantities(session):
            trend = found.setdefault(
                (session.exercise, title),
                Trend(session.exercise_name, title, unit, self_test=test),
            )
            trend.points.setdefault(side, []).append((session.recorded_at, value))
    return sorted(found.values(), key=lambda trend: (not trend.self_test, trend.exercise))


def _quantities(session: SessionRecord) -> Iterator[tuple[str, str, str, float, bool]]:
    """Give what is followed over time: title, unit, side, value, whether it is a self-test."""
    best: dict[tuple[str, str], float] = {}
    for test in session.tests:
        if test.valid:
            key = (test.measure, test.side)
            best[key] = max(test.value, best.get(key, test.value))
    for (measure, tested_side), value in best.items():
        name = MeasurementName.parse(measure)
        yield name.label, name.unit, tested_side, value, True
    for record in session.sides:
        if record.average is not None and record.measurement is not None:
            name = MeasurementName.parse(record.measurement)
            yield f"{name.label}, average", name.unit, record.side, record.average, False
        if record.longest_hold_s > 0:
            yield "Longest hold", "s", record.side, record.longest_hold_s, False
        if record.reps > 0:
            yield "Reps", "", record.side, float(record.reps), False


def streak(days: Iterable[date], today: date) -> Streak:
    """Return the days in a row with a session.

    The current streak still stands where the last session was yesterday: today is not over.
    """
    ordered = sorted(set(days))
    longest = run = 0
    previous: date | None = None
    for day in ordered:
        run = run + 1 if previous is not None and day - previous == timedelta(days=1) else 1
        longest, previous = max(longest, run), day
    alive = previous is not None and previous >= today - timedelta(days=1)
    return Streak(run if alive else 0, longest)


def sparkline(values: Sequence[float], width: int = 24) -> str:
    """Return values as a line of small bars, the latest `width` of them."""
    shown = list(values)[-width:]
    if not shown:
        return ""
    low, high = min(shown), max(shown)
    if high - low < 1e-9:
        return _BARS[3] * len(shown)
    top = len(_BARS) - 1
    return "".join(_BARS[round(top * (value - low) / (high - low))] for value in shown)


def side_text(side: SideRecord) -> str:
    """Return what a side did in a few words, e.g. ``9 reps, 1 not full``; a dash for nothing."""
    parts = []
    if side.hold_s > 0 and not side.reps:
        parts.append(f"held {side.hold_s:.0f} s")
    if side.reps:
        parts.append(count_text(side.reps, "rep"))
    if side.attempts:
        parts.append(f"{side.attempts} not full")
    return ", ".join(parts) or UNKNOWN


_VALIDITY = {True: "", False: " (not valid)", None: " (not all of it seen)"}


def tests_text(session: SessionRecord) -> str:
    """Return a session's self-test values in words; an empty string without any."""
    return "; ".join(
        f"{capitalised(words_of(MeasurementName.parse(test.measure).base))}"
        f"{', ' + side_word(test.side) if test.side != 'both' else ''}: "
        f"{value_text(test.value, test.unit)}{_VALIDITY[test.valid]}"
        for test in session.tests
    )
