"""Which pose model a command measures with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from formcheck.spec_model import ExerciseSpec

ModelOption = Annotated[
    str | None,
    typer.Option(
        help="Pose model: a name of 'formcheck models', two of them (full+heavy: slower, more "
        "exact), or a .task file."
    ),
]


def model_for(spec: ExerciseSpec, asked: str | None) -> str:
    """Return the model to measure an exercise with; tell where a better one could be fetched."""
    from formcheck import model_store

    if asked is not None:
        return asked
    is_test = spec.kind == "test"
    name = model_store.name_for(self_test=is_test)
    if is_test and name == model_store.default_name():
        typer.echo(
            f"measured with the model '{name}' alone; once 'formcheck models fetch heavy' has been "
            "run, self-tests are measured with both, which is more exact",
            err=True,
        )
    return name
