"""What a programme over weeks says. Frozen, every unknown key refused."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from formcheck.core.spec.fields import Model, Name, Text
from formcheck.core.spec.sources import Source

_Times = Annotated[int, Field(strict=True, ge=1, le=7)]


class ProgrammePart(Model):
    """One routine and how often it is done."""

    routine: Text = Field(description="Routine id, or the path of a .toml file.")
    times_a_week: _Times = Field(description="At least so many days a week.")
    at_most: _Times | None = Field(None, description="At most so many; by default the same.")
    rest_days: Annotated[int, Field(strict=True, ge=0, le=6)] = Field(
        0, description="Days without it after each time."
    )
    source: Text = Field(description="Where this comes from (ids of sources.toml, or heuristic).")

    @model_validator(mode="after")
    def _fits_a_week(self) -> ProgrammePart:
        most = self.at_most or self.times_a_week
        if most < self.times_a_week:
            raise ValueError(f"at_most {most} is less than times_a_week {self.times_a_week}")
        if self.times_a_week * (1 + self.rest_days) > 7 + self.rest_days:
            raise ValueError(
                f"times_a_week {self.times_a_week} with {self.rest_days} rest days does not fit "
                "into a week"
            )
        return self


class Progression(Model):
    """What comes after an exercise once it goes well."""

    exercise: Name = Field(description="Exercise id.")
    next: Text = Field(description="What to do instead or in addition, for people.")
    next_exercise: Name | None = Field(None, description="Exercise id of what comes next.")
    sessions: Annotated[int, Field(strict=True, ge=1, le=20)] = Field(
        3, description="After so many sessions in a row that went well (heuristic)."
    )
    clean_share: Annotated[float, Field(strict=True, ge=0.5, le=1)] = Field(
        0.9, description="Share of the reps without a fault in each of them (heuristic)."
    )
    source: Text = Field(description="Where it comes from (ids of sources.toml, or heuristic).")


class Programme(Model):
    """Routines over the week, and how to go on from there."""

    id: Name = Field(description="The programme's name on the command line.")
    name: Text = Field(description="Its name for people.")
    summary: Text = Field(description="One sentence: what it is.")
    source: Text = Field(description="Where it comes from (ids of sources.toml, or heuristic).")
    sources: tuple[Source, ...] = Field(
        (), description="Publications that `source` names and sources.toml does not have."
    )
    parts: tuple[ProgrammePart, ...] = Field(description="Routines and how often.")
    progressions: tuple[Progression, ...] = Field((), description="What comes next, and when.")
