"""Which pose model a command measures with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from formcheck.core.spec.exercise import ExerciseSpec

ModelOption = Annotated[
    str | None,
    typer.Option(
        help="Pose model: a name of 'formcheck models', two of them (full+heavy: slower, more "
        "exact), or a .task file."
    ),
]


def model_for(spec: ExerciseSpec, asked: str | None) -> str:
    """Return the model to measure an exercise with."""
    from formcheck.estimate import models as model_store

    return asked or model_store.name_for(self_test=spec.kind == "test")


def tell_of_better_model(spec: ExerciseSpec, asked: str | None) -> None:
    """Say where a self-test could have been measured better than it was."""
    from formcheck.estimate import models as model_store

    name = model_store.default_name()
    if asked is None and spec.kind == "test" and model_for(spec, None) == name:
        typer.echo(
            f"Measured with the model '{name}' alone; once 'formcheck models fetch heavy' has been "
            "run, self-tests are measured with both, which is more exact.",
            err=True,
        )
