"""``formcheck models``: the pose models on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from formcheck.commands._terminal import bars, out

app = typer.Typer(
    help="See the pose models, or fetch one for work without a network.",
    invoke_without_command=True,
    rich_markup_mode=None,
)


@app.callback()
def models(context: typer.Context) -> None:
    """See the pose models, or fetch one for work without a network."""
    if context.invoked_subcommand is None:
        list_models()


@app.command("list")
def list_models() -> None:
    """List the pose models and whether they are on this machine."""
    from rich.table import Table

    from formcheck.estimate import models as model_store

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("name", "size", "here", "note"):
        table.add_column(title)
    for entry in model_store.manifest().values():
        here = "yes" if model_store.is_present(entry.name) else "no"
        table.add_row(entry.name, f"{entry.bytes / 1e6:.1f} MB", here, entry.note)
    console = out()
    console.print(table)
    console.print(f"kept in {model_store.model_folder()}", markup=False)


@app.command()
def fetch(
    name: Annotated[
        str | None, typer.Argument(help="lite, full or heavy; full if left out.")
    ] = None,
) -> None:
    """Fetch a pose model now, so that later commands need no network."""
    from formcheck.estimate import models as model_store

    for one in (name or model_store.default_name()).split("+"):
        if model_store.is_present(one):
            entry = model_store.entry_of(one)
            told = f"{model_store.model_folder() / entry.file} is here and intact"
        else:
            with bars() as shown:
                model = model_store.fetch(one, shown.fetch)
            told = f"{model.path} fetched, sha256 correct"
        out().print(told, markup=False)
