"""``formcheck exercises``: what can be checked."""

from __future__ import annotations

from typing import Annotated

import typer

from formcheck.commands._terminal import out


def exercises(
    exercise: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Show this one in full.")
    ] = None,
) -> None:
    """List the exercises, or show one: how to do it, where the camera stands, what is checked."""
    from formcheck.spec_files import load_spec

    if exercise is None:
        _list()
    else:
        _show(load_spec(exercise))


def _list() -> None:
    from rich.table import Table

    from formcheck.spec_files import load_spec, spec_paths

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("id", "name", "camera sees", "what counts"):
        table.add_column(title, no_wrap=title == "id")
    for name in spec_paths():
        spec = load_spec(name)
        table.add_row(spec.id, spec.name, f"the {spec.view}", spec.kind)
    out().print(table)


def _show(spec: object) -> None:
    from rich.markup import escape

    from formcheck.spec_model import ExerciseSpec

    assert isinstance(spec, ExerciseSpec)
    console = out()
    console.print(f"[bold]{escape(spec.name)}[/bold] ({spec.id})")
    console.print(escape(spec.summary))
    console.print(f"\n[bold]Camera[/bold]\n  {escape(spec.setup.camera)}")
    console.print("\n[bold]How to do it[/bold]")
    for number, step in enumerate(spec.setup.steps, start=1):
        console.print(f"  {number}. {escape(step)}")
    console.print("\n[bold]What is checked[/bold]")
    for check in spec.checks:
        view = f" (from the {check.view})" if check.view not in (None, spec.view) else ""
        console.print(f"  {escape(check.cue)}{view}")
        if check.why:
            console.print(f"    {escape(check.why)}", style="dim")
    for text in spec.safety:
        console.print(f"\n[bold]Safety:[/bold] {escape(text)}")
