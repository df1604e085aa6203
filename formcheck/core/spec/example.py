"""What an example of a spec says: joint angles at times, and what must come of them."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from formcheck.core.spec.fields import Degrees, Model, Name, Seconds, Text

SeenFrom = Literal["left", "right", "front"]
CountedSide = Literal["left", "right", "both"]
Count = Annotated[int, Field(strict=True, ge=0, le=1000)]
Angle = Degrees | None


class Moment(Model):
    """The stick figure at one time: what is not given stays as it was."""

    at_s: Seconds = Field(description="When, seconds from the start.")
    thigh_left: Angle = Field(None, description="Thigh against the trunk: 0 in line, + in front.")
    thigh_right: Angle = Field(None, description="The same, right.")
    knee_left: Angle = Field(None, description="Bend of the knee: 0 straight.")
    knee_right: Angle = Field(None, description="The same, right.")
    foot_left: Angle = Field(None, description="Foot against the shin: 90 flat, 0 pointed.")
    foot_right: Angle = Field(None, description="The same, right.")
    arm_left: Angle = Field(None, description="Arm against the trunk: 0 alongside, 180 overhead.")
    arm_right: Angle = Field(None, description="The same, right.")
    elbow_left: Angle = Field(None, description="Bend of the elbow: 0 straight.")
    elbow_right: Angle = Field(None, description="The same, right.")
    lean: Angle = Field(None, description="Trunk forward, against the line it stands on.")
    sway: Angle = Field(None, description="Trunk to the person's right.")
    hip_list: Angle = Field(None, description="Left side of the pelvis up.")
    spread: Angle = Field(None, description="Thighs away from the middle.")
    curl: Angle = Field(None, description="Head toward the front.")
    twist: Angle = Field(None, description="Shoulders turned to the person's left.")
    lying: Angle = Field(None, description="Body tipped back: 0 upright, 90 on the back.")

    @property
    def angles(self) -> dict[str, float]:
        """The angles that are given, by name."""
        given = self.model_dump(exclude={"at_s"}, exclude_none=True)
        return {name: float(value) for name, value in given.items()}


class Expected(Model):
    """What must be counted, and which faults must be reported: these and no others."""

    reps: dict[CountedSide, Count] | None = Field(
        None, description="Reps by side; a side that is not named has none."
    )
    attempts: dict[CountedSide, Count] | None = Field(
        None, description="Attempts that fell short of the target, by side."
    )
    holds: dict[CountedSide, Count] | None = Field(None, description="Holds by side.")
    values: dict[Name, tuple[Degrees, Degrees]] | None = Field(
        None, description="Numbers of a self-test: the least and the greatest that is right."
    )
    faults: tuple[Name, ...] = Field((), description="Checks whose faults are reported.")


class Example(Model):
    """A movement of the stick figure with its result: a spec tries itself with it."""

    name: Text = Field(description="What is done, in a few words.")
    seen_from: SeenFrom | None = Field(
        None,
        description="Which side of the person the camera sees; by default the left one, or the "
        "front where the exercise is seen from there.",
    )
    moments: tuple[Moment, ...] = Field(
        min_length=1,
        description="Joint angles at times, straight lines between them; it begins in the plain "
        "start position.",
    )
    expect: Expected = Field(description="What must come of it.")

    @model_validator(mode="after")
    def _times_rise(self) -> Example:
        times = [moment.at_s for moment in self.moments]
        for before, after in pairwise(times):
            if after <= before:
                raise ValueError(f"moments: {after:g} s does not come after {before:g} s")
        if times[-1] > MOST_S:
            raise ValueError(f"moments: it takes {times[-1]:g} s; at most {MOST_S:g}")
        return self


MOST_S = 300.0
