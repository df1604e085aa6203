"""``formcheck check-spec``: find what is wrong in spec files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from formcheck.commands._terminal import out
from formcheck.errors import FormcheckError


def check_spec(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Specs (.toml).")],
) -> None:
    """Check exercise specs; every problem of every file is told at once."""
    from formcheck.io.specs import read_spec

    wrong = False
    for path in files:
        try:
            spec = read_spec(path)
        except FormcheckError as error:
            wrong = True
            typer.echo(str(error), err=True)
        else:
            out().print(f"{path}: good ({spec.name})", markup=False)
    if wrong:
        raise typer.Exit(1)
