"""What the history keeps of a session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from formcheck.errors import SettingError
from formcheck.io.result_file import ResultFile, parse_results

MAX_NOTE = 2000
MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class SideRecord:
    """What one side did in a session.

    Attributes
    ----------
    side : str
        ``left``, ``right`` or ``both``.
    reps, attempts, faults : int
    hold_s, longest_hold_s : float
    measurement : str or None
        Full name of what the exercise is about (``thigh_elevation_max_deg``).
    average : float or None
        Its mean over the reps.
    """

    side: str
    reps: int
    attempts: int
    hold_s: float
    longest_hold_s: float
    faults: int
    measurement: str | None = None
    average: float | None = None


@dataclass(frozen=True, slots=True)
class SelfTest:
    """One value of a self-test.

    Attributes
    ----------
    measure : str
        Full name of what was measured, with its unit (``hip_extension_deg``).
    side : str
    value : float
    unit : str
    valid : bool or None
        False for a try that broke the protocol; None where a condition of it could not be seen:
        no fault, and no valid value either.
    felt : str or None
        Where the person felt it.
    """

    measure: str
    side: str
    value: float
    unit: str
    valid: bool | None = True
    felt: str | None = None


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """One session.

    Attributes
    ----------
    id : str
    person : str
    recorded_at : datetime
        With a time zone: the day counts where the person was.
    exercise, exercise_name : str
    source : str
        File name or camera.
    duration_s : float or None
    pain : int or None
        0 (none) to 10 (worst).
    note : str or None
    sides : tuple of SideRecord
    tests : tuple of SelfTest
    sharp_pain : bool
        It was stopped for sharp pain.
    """

    id: str
    person: str
    recorded_at: datetime
    exercise: str
    exercise_name: str
    source: str
    duration_s: float | None
    pain: int | None
    note: str | None
    sides: tuple[SideRecord, ...]
    tests: tuple[SelfTest, ...] = ()
    sharp_pain: bool = False


def side_records(results: ResultFile) -> tuple[SideRecord, ...]:
    """Return what each side did."""
    totals = results.totals
    records = []
    for side, count in totals.reps.items():
        reps = [rep for rep in results.reps if rep.side == side]
        name = next((name for rep in reps for name in rep.measurements), None)
        values = [rep.measurements.get(name) for rep in reps] if name else []
        known = [value for value in values if value is not None]
        held_s = (hold.hold_s for hold in results.holds if hold.side == side)
        records.append(
            SideRecord(
                side=side,
                reps=count,
                attempts=totals.attempts.get(side, 0),
                hold_s=totals.hold_s.get(side) or 0.0,
                longest_hold_s=max(held_s, default=0.0),
                faults=sum(1 for fault in results.faults if fault.side == side),
                measurement=name,
                average=sum(known) / len(known) if known else None,
            )
        )
    return tuple(records)


def is_worth_keeping(results: Mapping[str, Any]) -> bool:
    """Return whether anything was done, from a `*.formcheck.json`."""
    totals = parse_results(results).totals
    return any(any(done.values()) for done in (totals.reps, totals.attempts, totals.hold_s))


def checked_pain(pain: int | None) -> int | None:
    """Return a pain score; refuses what is not 0 to 10."""
    if pain is not None and not 0 <= pain <= 10:
        raise SettingError(f"pain is {pain}; it goes from 0 (none) to 10 (the worst)")
    return pain


def checked_note(note: str | None) -> str | None:
    """Return a note without control characters; refuses very long ones."""
    if note is None:
        return None
    text = "".join(c if c.isprintable() or c == "\n" else " " for c in note).strip()
    if len(text) > MAX_NOTE:
        raise SettingError(f"the note has {len(text)} characters; at most {MAX_NOTE} are kept")
    return text or None


def checked_name(name: str) -> str:
    """Return a person's name in one line; refuses empty and very long ones."""
    text = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    if not text:
        raise SettingError("a person needs a name")
    if len(text) > MAX_NAME:
        raise SettingError(f"the name has {len(text)} characters; at most {MAX_NAME} are kept")
    return text
