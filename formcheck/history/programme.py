"""What is due today, and what may be made harder, from what the history has. Pure.

Weeks begin on Monday. A routine counts as done on a day on which at least half of its exercises
were done. Nothing is suggested after pain of 4 or more or a stop for sharp pain, until a week has
passed; an exercise with such pain in its latest session is not due for two days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from formcheck.core.coach.safety_text import PAIN_HOLDS_BACK
from formcheck.core.spec.programme import Programme, ProgrammePart, Progression
from formcheck.history.records import SessionRecord

PAIN_LASTS = timedelta(days=7)
LEFT_OUT_FOR = timedelta(days=2)

State = Literal["due", "done", "free", "rest", "pain"]


@dataclass(frozen=True, slots=True)
class PartToday:
    """One routine today.

    Attributes
    ----------
    state : str
        ``due``; ``done`` today; ``free``: enough for this week, or not needed yet; ``rest``: a day
        of rest after the last time; ``pain``: one of its exercises hurt lately.
    done_days, wanted : int
        Days this week on which it was done, and at least wanted.
    because : str
        The exercise that hurt, for ``pain``.
    """

    part: ProgrammePart
    state: State
    done_days: int
    wanted: int
    because: str = ""


@dataclass(frozen=True, slots=True)
class ProgressionStatus:
    """A progression and whether it is time for it.

    Attributes
    ----------
    good_sessions : int
        Sessions in a row that went well, the latest ones.
    held_back : str or None
        Why it is not suggested although it went well.
    """

    progression: Progression
    good_sessions: int
    suggested: bool
    held_back: str | None = None


def hurt(session: SessionRecord) -> bool:
    """Whether a session had so much pain that nothing may be pushed after it."""
    return session.sharp_pain or (session.pain is not None and session.pain >= PAIN_HOLDS_BACK)


def parts_today(
    programme: Programme,
    exercises_of: Mapping[str, Sequence[str]],
    sessions: Iterable[SessionRecord],
    today: date,
) -> list[PartToday]:
    """Return each part of the programme with what it is today.

    Parameters
    ----------
    programme : Programme
    exercises_of : mapping of str to sequence of str
        The exercise ids of each routine.
    sessions : iterable of SessionRecord
        In any order; their day is that of where the person was.
    today : date
    """
    known = list(sessions)
    by_day: dict[date, set[str]] = {}
    for session in known:
        by_day.setdefault(session.recorded_at.date(), set()).add(session.exercise)
    return [_part_today(part, exercises_of[part.routine], known, by_day, today)
            for part in programme.parts]  # fmt: skip


def _part_today(
    part: ProgrammePart,
    exercises: Sequence[str],
    sessions: Sequence[SessionRecord],
    by_day: Mapping[date, set[str]],
    today: date,
) -> PartToday:
    wanted = set(exercises)
    days = sorted(
        day
        for day, done in by_day.items()
        if day <= today and 2 * len(done & wanted) >= len(wanted)
    )
    monday = today - timedelta(days=today.weekday())
    this_week = [day for day in days if day >= monday]
    count, least = len(this_week), part.times_a_week
    painful = _painful(wanted, sessions, today)
    if days and days[-1] == today:
        return PartToday(part, "done", count, least)
    if painful is not None:
        return PartToday(part, "pain", count, least, painful)
    if days and (today - days[-1]).days <= part.rest_days:
        return PartToday(part, "rest", count, least)
    days_left = 7 - today.weekday()
    still = least - count
    # Spread over the week: due where waiting would not leave room, or an even spread says so.
    needed = still * (1 + part.rest_days) - part.rest_days
    since = (today - days[-1]).days if days else 7
    due = still > 0 and (needed >= days_left or since >= 7 // least)
    return PartToday(part, "due" if due else "free", count, least)


def _painful(exercises: set[str], sessions: Sequence[SessionRecord], today: date) -> str | None:
    """Return the exercise whose latest session hurt, within the days that it is left out."""
    latest: dict[str, SessionRecord] = {}
    for session in sorted(sessions, key=lambda item: item.recorded_at):
        latest[session.exercise] = session
    for name in sorted(exercises & latest.keys()):
        session = latest[name]
        if hurt(session) and today - session.recorded_at.date() <= LEFT_OUT_FOR:
            return session.exercise_name
    return None


def steps(
    programme: Programme, sessions: Iterable[SessionRecord], today: date
) -> list[ProgressionStatus]:
    """Return the programme's progressions for exercises that were done, with what is suggested."""
    ordered = sorted(sessions, key=lambda item: item.recorded_at, reverse=True)
    pain = next((s for s in ordered if hurt(s) and today - s.recorded_at.date() < PAIN_LASTS), None)
    found = []
    for progression in programme.progressions:
        own = [session for session in ordered if session.exercise == progression.exercise]
        good = 0
        for session in own:
            if hurt(session) or clean_share(session) < progression.clean_share:
                break
            good += 1
        if not own:
            continue
        ready = good >= progression.sessions
        because = None
        if ready and pain is not None:
            day = pain.recorded_at.date()
            what = "a stop for sharp pain" if pain.sharp_pain else f"pain {pain.pain} of 10"
            because = f"{what} on {day.day} {day:%b} ({pain.exercise_name})"
        found.append(ProgressionStatus(progression, good, ready and because is None, because))
    return found


def clean_share(session: SessionRecord) -> float:
    """Return the fraction of clean reps of all that were begun, 0–1; 0 where none was done."""
    begun = sum(side.reps + side.attempts for side in session.sides)
    clean = sum(max(0, side.reps - side.faults) for side in session.sides)
    return clean / begun if begun else 0.0
