"""What comes before and after a session in front of the camera: safety text and pain."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from formcheck.core.messages import Messages
    from formcheck.live.session import Flow


def with_safety(flow: Flow, person: str, words: Messages, also: Sequence[str] = ()) -> Flow:
    """Return the flow, behind the safety text where it is the person's first session."""
    from formcheck.core.coach.safety_text import FIRST_SESSION, NO_DIAGNOSIS, TITLE
    from formcheck.live.safety_flow import SafetyFirst

    if not is_first_session(person):
        return flow
    typer.echo(f"{TITLE}:")
    for line in (*FIRST_SESSION, *also, NO_DIAGNOSIS):
        typer.echo(f"  {line}")
    return SafetyFirst(flow, (*FIRST_SESSION, *also), words)


def is_first_session(person: str) -> bool:
    """Return whether the history has nothing of this person; it is not made by asking."""
    from pathlib import Path

    from formcheck.errors import FormcheckError
    from formcheck.history import History
    from formcheck.history.database import default_address

    address = default_address()
    if "://" not in address and not Path(address).is_file():
        return True
    try:
        with History() as kept:
            return dict(kept.people()).get(person, 0) == 0
    except FormcheckError:
        return True  # better once too often


def ask_pain(given: int | None) -> int | None:
    """Return the pain score: as given, or asked for where a person sits at the terminal."""
    from formcheck.history.records import checked_pain

    if given is not None or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return checked_pain(given)
    while True:
        text = input("Pain now, 0 (none) to 10 (the worst); Enter leaves it out: ").strip()
        if not text:
            return None
        if text.isdecimal() and int(text) <= 10:
            return int(text)


def ask(question: str, choices: Sequence[str], given: str | None) -> str | None:
    """Return an answer: as given, or asked for where a person sits at the terminal."""
    if given is not None or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return given
    typer.echo(question)
    for number, choice in enumerate(choices, start=1):
        typer.echo(f"  {number} {choice}")
    text = input("Number or your own words; Enter leaves it out: ").strip()
    if text.isdecimal() and 1 <= int(text) <= len(choices):
        return choices[int(text) - 1]
    return text or None


def tell_after_pain(pain: int | None, *, sharp: bool = False) -> None:
    """Print what is to be said after a pain score or a stop for sharp pain."""
    from formcheck.core.coach.safety_text import after_pain

    for line in after_pain(pain, sharp=sharp):
        typer.echo(line)


def keep_pain(session_ids: Sequence[str], pain: int | None, *, sharp: bool = False) -> None:
    """Write a pain score to sessions that are in the history."""
    from formcheck.history import History

    if not session_ids or (pain is None and not sharp):
        return
    with History() as kept:
        for key in session_ids:
            kept.describe(key, pain=pain, sharp_pain=True if sharp else None)
