"""``formcheck programme``: what is due today, and what may be made harder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from formcheck.commands._references import show_references
from formcheck.commands._terminal import out

if TYPE_CHECKING:
    from formcheck.history import SessionRecord
    from formcheck.history.programme import PartToday, ProgressionStatus


def programme(
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="A programme, or the path of a .toml file.")
    ] = "runner",
    person: Annotated[str | None, typer.Option("--person", "-p", help="Whose history.")] = None,
) -> None:
    """See what is due today in a programme over weeks.

    Progress is suggested from your own clean reps; never after pain of 4 or more, or a stop for
    sharp pain.
    """
    from datetime import datetime

    from formcheck.core.spec.sources import sources_in
    from formcheck.history import DEFAULT_PERSON
    from formcheck.history.programme import parts_today, steps
    from formcheck.io.programmes import load_programme

    plan, exercises = load_programme(name)
    sessions = _sessions(person or DEFAULT_PERSON)
    today = datetime.now().astimezone().date()
    console = out()
    console.print(f"[bold]{plan.name}[/bold]")
    for part in parts_today(plan, exercises, sessions, today):
        console.print(f"  {part_line(part)}", markup=False)
    told = [step_line(step) for step in steps(plan, sessions, today)]
    if told:
        console.print("\n[bold]What comes next[/bold]")
        for line in told:
            console.print(f"  {line}", markup=False)
    show_references((text for _, text in sources_in(plan)), plan.sources)


def _sessions(person: str) -> list[SessionRecord]:
    from formcheck.commands._around import is_first_session
    from formcheck.history import History

    if is_first_session(person):
        return []
    with History() as kept:
        return kept.sessions(person)


def part_line(part: PartToday) -> str:
    """Return what a routine is today, in one line."""
    most = part.part.at_most
    wanted = f"{part.wanted} to {most}" if most and most > part.wanted else f"{part.wanted}"
    week = f"{part.done_days} of {wanted} this week"
    words = {
        "due": f"due: formcheck routine {part.part.routine}",
        "done": "done today",
        "free": "not needed today",
        "rest": "rest today",
        "pain": f"leave it out today: {part.because} hurt last time",
    }
    return f"{part.part.routine}: {words[part.state]} ({week})"


def step_line(step: ProgressionStatus) -> str:
    """Return how far a progression is, in one line."""
    from formcheck.io.specs import load_spec

    progression = step.progression
    name = load_spec(progression.exercise).name
    if step.held_back is not None:
        return f"{name}: nothing harder now, after {step.held_back}"
    if step.suggested:
        follow = f" (formcheck live {progression.next_exercise})"
        return f"{name}: {progression.next}{follow if progression.next_exercise else ''}"
    return f"{name}: {step.good_sessions} of {progression.sessions} clean sessions in a row"
