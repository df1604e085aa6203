"""The publications that a spec, a routine or a programme rests on, for the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from formcheck.commands._terminal import out

if TYPE_CHECKING:
    from formcheck.core.spec.sources import Source


def show_references(cited: Iterable[str], own: Iterable[Source]) -> None:
    """List what is cited, whole; `own` are the publications that the file brings itself."""
    from rich.markup import escape

    from formcheck.core.spec.sources import reference_list
    from formcheck.io.sources import known_sources

    rows = reference_list(cited, known_sources(own))
    if not rows:
        return
    console = out()
    console.print("\n[bold]Sources[/bold]")
    for name, text in rows:
        console.print(f"  {escape(name)}: {escape(text)}", soft_wrap=True, highlight=False)
