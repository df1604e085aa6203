"""What a routine says: exercises in order with their doses. Frozen, every unknown key refused."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from formcheck.core.spec.fields import Model, Name, Seconds, Text
from formcheck.core.spec.sources import Source

MOST_STEPS = 40
_Reps = Annotated[int, Field(strict=True, ge=1, le=200)]


class RoutineStep(Model):
    """One exercise of a routine; a dose that is not given is the exercise's own."""

    exercise: Text = Field(
        description="Exercise id, or the path of a .toml spec beside the routine's file."
    )
    sets: Annotated[int, Field(strict=True, ge=1, le=20)] | None = Field(
        None, description="Sets, instead of the exercise's own."
    )
    reps: _Reps | None = Field(None, description="Reps in one set (for each side, where it has).")
    hold_s: Seconds | tuple[Seconds, Seconds] | None = Field(
        None, description="Seconds of one hold, or the shortest and the longest."
    )
    duration_s: Seconds | None = Field(
        None, description="Seconds, for exercises that only run for a time."
    )
    side: Literal["left", "right", "alternate"] | None = Field(
        None, description="Only this side; by default as the exercise says."
    )
    rest_s: Seconds | None = Field(None, description="Rest between its sets, seconds.")
    get_ready_s: Seconds | None = Field(
        None,
        description="Time to get ready before it; by default 12 s, 30 s with a new camera place.",
    )
    note: Annotated[str, Field(max_length=120)] = Field(
        "", description="One sentence shown with it (how this routine wants it done)."
    )


class Routine(Model):
    """Exercises done one after another."""

    id: Name = Field(description="The routine's name on the command line.")
    name: Text = Field(description="Its name for people.")
    summary: Text = Field(description="One sentence: what it is for.")
    order: Literal["fixed", "free"] = Field(
        "fixed",
        description="fixed: as written; free: those with the same camera place come together, so "
        "that the camera moves as seldom as possible.",
    )
    safety: tuple[Text, ...] = Field((), description="What to know before doing it.")
    source: Text = Field(description="Where it comes from (ids of sources.toml, or heuristic).")
    sources: tuple[Source, ...] = Field(
        (), description="Publications that `source` names and sources.toml does not have."
    )
    steps: tuple[RoutineStep, ...] = Field(description="The exercises, in order; at most 40.")

    @model_validator(mode="after")
    def _steps_fit(self) -> Routine:
        # Not as a limit of the field: pydantic would tell it of every list with a wrong item too.
        if not 1 <= len(self.steps) <= MOST_STEPS:
            raise ValueError(f"steps: has {len(self.steps)}, not 1 to {MOST_STEPS}")
        for number, step in enumerate(self.steps, start=1):
            if isinstance(step.hold_s, tuple) and step.hold_s[0] > step.hold_s[1]:
                shortest, longest = step.hold_s
                raise ValueError(
                    f"steps {number} -> hold_s: the shortest ({shortest:g}) is longer than the "
                    f"longest ({longest:g})"
                )
        return self
