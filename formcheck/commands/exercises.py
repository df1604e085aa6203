"""``formcheck exercises``: what can be checked."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Annotated

import typer

from formcheck.commands._references import show_references
from formcheck.commands._terminal import out

if TYPE_CHECKING:
    from formcheck.core.spec.exercise import ExerciseSpec, Reading


def exercises(
    exercise: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Show this one in full: its name or id.")
    ] = None,
) -> None:
    """Find an exercise: list all, or show one: how to do it, camera, what is checked."""
    from formcheck.io.specs import load_spec

    if exercise is None:
        _list()
    else:
        _show(load_spec(exercise))


GROUPS = {
    "stretch": "Stretch",
    "strength": "Strength",
    "pilates": "Pilates",
    "self-test": "Self-tests (formcheck test NAME)",
}
_ID_AT = 39  # the longest id ends before column 80


def _list() -> None:
    from formcheck.errors import SpecError
    from formcheck.io.specs import load_spec, spec_paths

    specs = []
    for name in spec_paths():
        try:
            specs.append(load_spec(name))
        except SpecError as error:  # of another package: the rest can be used all the same
            typer.echo(str(error), err=True)
    for group, title in GROUPS.items():
        listed = sorted((s for s in specs if s.listed_in == group), key=lambda spec: spec.name)
        if listed:
            typer.echo(title)
            for spec in listed:
                typer.echo("\n".join(_entry(spec)))
            typer.echo()
    typer.echo("The camera sees you from the side, or from the front where it is said.")
    typer.echo("How to do one: formcheck exercises NAME. In front of it: formcheck live NAME.")


def _entry(spec: ExerciseSpec) -> list[str]:
    """Return the lines of one exercise: its name, folded where it is long, then its id."""
    name = spec.name.removeprefix("Self-test: ")
    name = name[:1].upper() + name[1:] + (" (front)" if spec.view == "front" else "")
    first, *rest = textwrap.wrap(
        name, _ID_AT - 1, initial_indent="  ", subsequent_indent="    ", break_long_words=True
    )
    return [f"{first:<{_ID_AT}}{spec.id}", *rest]


def _range_text(reading: Reading) -> str:
    low, high = reading.at_least, reading.at_most
    if low is None:
        return f"up to {high:g}"
    return f"from {low:g}" if high is None else f"{low:g} to {high:g}"


def _show(spec: object) -> None:
    from rich.markup import escape

    from formcheck.core.formatting import capitalised
    from formcheck.core.judge.self_test import NOT_A_DIAGNOSIS
    from formcheck.core.messages import SUMMARY
    from formcheck.core.spec.exercise import ExerciseSpec
    from formcheck.core.spec.sources import sources_in
    from formcheck.io.how_to import how_to_picture

    assert isinstance(spec, ExerciseSpec)
    console = out()
    console.print(f"[bold]{escape(spec.name)}[/bold] ({spec.id})")
    console.print(escape(spec.summary))
    console.print(f"\n[bold]Camera[/bold]\n  {escape(spec.setup.camera)}")
    console.print("\n[bold]How to do it[/bold]")
    picture = how_to_picture(spec)
    drawn = f"none yet; `formcheck try {spec.id}` lets a stick figure do it"
    console.print(f"  Picture: {escape(str(picture or drawn))}", soft_wrap=True)
    for number, step in enumerate(spec.setup.steps, start=1):
        console.print(f"  {number}. {escape(step)}")
    if spec.pace:
        steps = ", ".join(
            f"{step.say} ({step.s:g} s)" if step.s is not None else f"{step.say} ({step.reps} reps)"
            for step in spec.pace
        )
        console.print(f"\n[bold]Pace[/bold]\n  {escape(steps)}")
    if spec.test is not None:
        console.print("\n[bold]What is measured[/bold]")
        for value in spec.test.values:
            console.print(f"  {escape(value.name)}")
            for reading in value.readings:
                text = f"    {_range_text(reading)}: {reading.text} ({reading.source})"
                console.print(escape(text), style="dim")
        console.print(escape(f"  {spec.test.note} {NOT_A_DIAGNOSIS}"))
    if spec.kind == "timed":
        console.print(f"\n[bold]Not assessed[/bold]\n  {capitalised(SUMMARY.timed)}.")
    else:
        console.print("\n[bold]What is checked[/bold]")
    for check in spec.checks:
        view = f" (from the {check.view})" if check.view not in (None, spec.view) else ""
        console.print(f"  {escape(check.cue)}{view}")
        if check.why:
            console.print(f"    {escape(check.why)}", style="dim")
        console.print(f"    Source: {escape(check.source)}", style="dim")
    for text in spec.safety:
        console.print(f"\n[bold]Safety:[/bold] {escape(text)}")
    show_references((text for _, text in sources_in(spec)), spec.sources)
