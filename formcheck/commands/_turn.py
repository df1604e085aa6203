"""The option by which a camera that hangs on its side is turned."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from formcheck.core.body.turned import Turn


class TurnChoice(StrEnum):
    """How far to turn the picture clockwise."""

    none = "0"
    quarter = "90"
    half = "180"
    three_quarters = "270"


class TurnFound(StrEnum):
    """The same, or as the person shows it."""

    auto = "auto"
    none = "0"
    quarter = "90"
    half = "180"
    three_quarters = "270"


TurnOption = Annotated[
    TurnChoice,
    typer.Option(
        "--rotate",
        help="Turn the picture clockwise: the camera hangs on its side or upside down.",
    ),
]


def turn_chosen(choice: TurnChoice | TurnFound) -> Turn | None:
    """Return the turn that was asked for; None where it is to be found."""
    turns: dict[str, Turn] = {"0": 0, "90": 90, "180": 180, "270": 270}
    return turns.get(choice.value)
