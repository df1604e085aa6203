"""``formcheck history``: what was done, how it goes, and what is kept about whom."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from formcheck.commands._terminal import out
from formcheck.errors import SettingError, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from formcheck.history import History, SessionRecord

app = typer.Typer(
    help="See what was done and how it develops; keep, export or delete it.",
    invoke_without_command=True,
    rich_markup_mode=None,
)
PersonOption = Annotated[
    str | None,
    typer.Option("--person", "-p", help="Whose history; needed only if there are several."),
]
DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--db", help="History file or database URL; by default the one in your data folder."
    ),
]


@app.callback()
def history(  # noqa: PLR0917 - Typer makes options of parameters
    context: typer.Context,
    person: PersonOption = None,
    exercise: Annotated[
        str | None, typer.Option("--exercise", "-e", help="Only this exercise (its id).")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Show so many sessions.")] = 20,
    everything: Annotated[bool, typer.Option("--all", help="Show all sessions.")] = False,
    html: Annotated[
        Path | None, typer.Option(help="Write it as a page with trends instead.")
    ] = None,
    db: DatabaseOption = None,
) -> None:
    """Show the latest sessions with small plots of how they go."""
    if context.invoked_subcommand is not None:
        return
    from formcheck.history import History

    with History(db) as kept:
        if not kept.people():
            out().print(
                "Nothing is kept yet. `formcheck history add CLIP.formcheck.json` keeps a session.",
                markup=False,
            )
            return
        whose = _whose(kept, person)
        sessions = kept.sessions(whose, exercise=exercise)
    if html is not None:
        from formcheck.history.page import render_history
        from formcheck.io.atomic import write_text

        write_text(html, render_history(whose, sessions, _now().date()))
        out().print(f"history of {whose}: {html}", markup=False)
        return
    _print_history(whose, sessions, None if everything else limit)


@app.command()
def people(db: DatabaseOption = None) -> None:
    """List everybody in the history."""
    from formcheck.history import History

    with History(db) as kept:
        for name, count in kept.people():
            out().print(f"{name}: {count} session{'' if count == 1 else 's'}", markup=False)


@app.command()
def add(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="*.formcheck.json files.")],
    person: PersonOption = None,
    pain: Annotated[int | None, typer.Option(help="Pain, 0 (none) to 10 (the worst).")] = None,
    note: Annotated[str | None, typer.Option(help="A note.")] = None,
    db: DatabaseOption = None,
) -> None:
    """Keep the results of analysed clips, with the time their files were written."""
    from datetime import UTC, datetime

    from formcheck.history import DEFAULT_PERSON, History
    from formcheck.io.result_file import read_results
    from formcheck.report.files import spec_of

    read = [(path, read_results(path)) for path in files]
    with History(db) as kept:
        for path, results in read:
            spec = spec_of(results.exercise)
            at = datetime.fromtimestamp(path.stat().st_mtime, UTC).astimezone()
            key = kept.add(
                results.to_json(),
                recorded_at=at,
                person=person or DEFAULT_PERSON,
                exercise_name=spec.name if spec else None,
                pain=pain,
                note=note,
            )
            out().print(f"kept {key[:8]}: {path.name}", markup=False)


@app.command()
def note(
    session: Annotated[str, typer.Argument(help="The session's id, as the list shows it.")],
    text: Annotated[str | None, typer.Argument(help="The note.")] = None,
    pain: Annotated[int | None, typer.Option(help="Pain, 0 (none) to 10 (the worst).")] = None,
    db: DatabaseOption = None,
) -> None:
    """Write a note or a pain score to a session."""
    from formcheck.history import History

    if text is None and pain is None:
        raise SettingError("nothing to write: give a text, --pain, or both")
    with History(db) as kept:
        key = kept.describe(session, pain=pain, note=text)
    out().print(f"written to {key[:8]}", markup=False)


@app.command()
def export(
    person: Annotated[str, typer.Argument(help="Whose history.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The JSON file to write.")],
    db: DatabaseOption = None,
) -> None:
    """Write everything that is kept about a person into one JSON file."""
    import json

    from formcheck.history import History
    from formcheck.io.atomic import write_text

    with History(db) as kept:
        found = kept.export_person(person)
    write_text(output, json.dumps(found, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
    count = len(found["sessions"])
    out().print(f"{count} session{'' if count == 1 else 's'} of {person}: {output}", markup=False)


@app.command()
def delete(
    person: Annotated[str, typer.Argument(help="Whose history.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    db: DatabaseOption = None,
) -> None:
    """Delete everything that is kept about a person. It cannot be brought back."""
    from formcheck.history import History
    from formcheck.history.back_profile import profile_path
    from formcheck.live.routine_state import kept_states

    # What lies beside the history belongs to the usual one.
    beside = [] if db is not None else [*kept_states(person), profile_path(person)]
    beside = [path for path in beside if path.is_file()]
    with History(db) as kept:
        count = dict(kept.people()).get(person, 0 if beside else None)
        if count is not None and not yes:
            typer.confirm(f"Delete {person} with {count} sessions for good?", abort=True)
        # Somebody who stopped in a first routine has no history yet.
        deleted = 0 if count == 0 and beside else kept.delete_person(person)
    for path in beside:
        path.unlink(missing_ok=True)
    out().print(f"deleted: {person} with {deleted} sessions", markup=False)


def _whose(kept: History, person: str | None) -> str:
    from formcheck.history import DEFAULT_PERSON

    if person is not None:
        return person
    names = [name for name, _ in kept.people()]
    if len(names) == 1:
        return names[0]
    if DEFAULT_PERSON in names:
        return DEFAULT_PERSON
    raise UnknownNameError(f"say whose history with --person: {', '.join(names)}")


def _now() -> datetime:
    from datetime import datetime

    return datetime.now().astimezone()


def _print_history(person: str, sessions: Sequence[SessionRecord], limit: int | None) -> None:
    from rich.table import Table
    from rich.text import Text

    from formcheck.history.page import day_text
    from formcheck.history.trends import side_text, streak, tests_text

    console = out()
    days = streak((session.recorded_at.date() for session in sessions), _now().date())
    count = len(sessions)
    line = f"{person}: {count} session{'' if count == 1 else 's'}"
    if days.longest > 1:
        line += f", {days.current} day{'' if days.current == 1 else 's'} in a row"
        line += f" (the most so far: {days.longest})"
    console.print(Text(line, style="bold"))
    _print_trends(sessions)
    shown = sessions if limit is None else sessions[:limit]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("id", "when", "exercise", "left", "right", "faults", "pain", "note"):
        table.add_column(title, justify="right" if title in ("faults", "pain") else "left")
    for session in shown:
        sides = {side.side: side_text(side) for side in session.sides}
        note = "; ".join(part for part in (tests_text(session), session.note or "") if part)
        table.add_row(
            session.id[:8],
            f"{day_text(session.recorded_at)} {session.recorded_at:%H:%M}",
            Text(session.exercise_name),
            sides.get("left", sides.get("both", "–")),
            sides.get("right", "–"),
            str(sum(side.faults for side in session.sides)),
            "–" if session.pain is None else str(session.pain),
            Text(note),
        )
    console.print(table)
    if len(shown) < count:
        console.print(f"{count - len(shown)} older ones: --all shows them", style="dim")


def _print_trends(sessions: Sequence[SessionRecord]) -> None:
    from rich.table import Table
    from rich.text import Text

    from formcheck.core.formatting import value_text
    from formcheck.history.trends import sparkline, trends
    from formcheck.report.names import side_word

    table = Table(box=None, pad_edge=False, show_header=False)
    for trend in trends(sessions):
        for side, points in sorted(trend.points.items()):
            values = [value for _, value in points]
            if len(values) < 2:
                continue
            first, last = (value_text(value, trend.unit) for value in (values[0], values[-1]))
            what = trend.title if side == "both" else f"{trend.title}, {side_word(side)}"
            table.add_row(Text(trend.exercise), Text(what), sparkline(values), f"{first} → {last}")
    if table.row_count:
        out().print(table)
        out().print()
