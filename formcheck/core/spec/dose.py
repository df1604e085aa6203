"""How much of an exercise, at which pace, and how it is set up."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from formcheck.core.spec.fields import Model, Seconds, Text
from formcheck.core.spec.sources import HEURISTIC


class Dose(Model):
    """How much: sets, reps, hold."""

    sets: Annotated[int, Field(strict=True, ge=1, le=20)] = Field(
        1, description="Sets in one session."
    )
    reps: Annotated[int, Field(strict=True, ge=1, le=200)] | None = Field(
        None, description="Reps in one set."
    )
    per: Literal["side", "set"] = Field("set", description="Whether reps and holds are per side.")
    hold_s: Seconds | tuple[Seconds, Seconds] | None = Field(
        None, description="Seconds of one hold, or the shortest and the longest."
    )
    duration_s: Seconds | tuple[Seconds, Seconds] | None = Field(
        None,
        description="Seconds of an exercise that is done by time, or the shortest and the longest.",
    )
    rest_s: Seconds = Field(30, description="Rest between sets, seconds.")
    source: Text = Field(
        HEURISTIC, description="Where the dose comes from (ids of sources.toml, or heuristic)."
    )

    @property
    def hold_target_s(self) -> float | None:
        """The shortest hold that fulfils the dose, seconds."""
        if isinstance(self.hold_s, tuple):
            return self.hold_s[0]
        return self.hold_s


class PaceStep(Model):
    """One step of the pace that is shown: so many seconds, or so many reps."""

    say: Annotated[str, Field(min_length=1, max_length=40)] = Field(
        description="What to do in it, e.g. Breathe in."
    )
    s: Annotated[float, Field(strict=True, ge=0.5, le=120)] | None = Field(
        None, description="How long it lasts, seconds."
    )
    reps: Annotated[int, Field(strict=True, ge=1, le=100)] | None = Field(
        None, description="How many reps it lasts, instead of seconds."
    )

    @model_validator(mode="after")
    def _one_length(self) -> PaceStep:
        if (self.s is None) == (self.reps is None):
            raise ValueError("give s or reps, one of the two")
        return self


class SetUp(Model):
    """How to place the camera and the body."""

    camera: Text = Field(description="Where the camera stands and what it must see.")
    near_leg: Literal["any", "working"] = Field(
        "any", description="Which leg must be nearer the camera."
    )
    steps: tuple[Text, ...] = Field((), description="How to do it, step by step.")
