"""Measurements as a spec names them, and their limits."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from formcheck.core.spec.fields import Degrees, Leg, Model, Name


class Quantity(Model):
    """A measurement of one leg or arm, and what it is counted from."""

    measurement: Name = Field(description="Name of a measurement kind, e.g. thigh_elevation.")
    leg: Leg = Field(
        "working",
        description="Which leg (or arm) a sided measurement is taken from: the working side, as "
        "exercises.md defines it, or the other one.",
    )
    relative_to: Literal["zero", "neutral", "best"] = Field(
        "zero",
        description="What it is counted from: zero, the person's own value in the start position, "
        "or (checks only) the best value in this phase so far.",
    )


class Bound(Quantity):
    """A measurement with a lower or an upper limit (or both)."""

    at_least: Degrees | None = Field(None, description="Lower limit, in the measurement's unit.")
    at_most: Degrees | None = Field(None, description="Upper limit, in the measurement's unit.")

    @model_validator(mode="after")
    def _has_limit(self) -> Bound:
        if self.at_least is None and self.at_most is None:
            raise ValueError("give at_least, at_most or both")
        if self.at_least is not None and self.at_most is not None and self.at_least >= self.at_most:
            raise ValueError(f"at_least {self.at_least:g} is not below at_most {self.at_most:g}")
        return self


class StartBound(Bound):
    """A bound of the start position, and what to say to somebody who is not there yet."""

    cue: Annotated[str, Field(min_length=1, max_length=60)] | None = Field(
        None,
        description="What to do, as it is shown and said; without it: get into the start position.",
    )
