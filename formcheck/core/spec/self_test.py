"""What a self-test reports and asks."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import Field, model_validator

from formcheck.core.spec.fields import Degrees, Model, Name, Text
from formcheck.core.spec.quantities import Bound, Quantity
from formcheck.core.spec.sources import HEURISTIC


class Reading(Model):
    """What a range of a test's value means, in plain words."""

    at_least: Degrees | None = Field(None, description="The range's lower end.")
    at_most: Degrees | None = Field(None, description="The range's upper end.")
    text: Text = Field(description="What it means, plainly, without a diagnosis.")
    source: Text = Field(
        description="Who published the range (an id of sources.toml), or heuristic."
    )

    @property
    def range(self) -> tuple[float, float]:
        """Lower and upper end, infinite where there is none."""
        low = -math.inf if self.at_least is None else self.at_least
        return low, math.inf if self.at_most is None else self.at_most

    @model_validator(mode="after")
    def _has_range(self) -> Reading:
        low, high = self.range
        if math.isinf(low) and math.isinf(high):
            raise ValueError("give at_least, at_most or both")
        if low >= high:
            raise ValueError(f"at_least {low:g} is not below at_most {high:g}")
        return self


class SelfTestValue(Quantity):
    """One number that a self-test reports for each side."""

    id: Name = Field(description="Its name in results and in the history.")
    name: Text = Field(description="Its name for people.")
    take: Literal["greatest", "least", "steady", "seconds_near_greatest"] = Field(
        description="What is reported: the greatest or least value that was kept for for_s, the "
        "middle value of the stillest for_s, or the longest time near the greatest value."
    )
    share: Annotated[float, Field(strict=True, gt=0, lt=1)] = Field(
        0.8, description="For seconds_near_greatest: above this share of the greatest value."
    )
    flip: bool = Field(
        False, description="Report it with the opposite sign (extension instead of flexion)."
    )
    for_s: Annotated[float, Field(strict=True, gt=0, le=60)] = Field(
        0.5, description="It must be kept this long, seconds."
    )
    when: tuple[Bound, ...] = Field(
        (), description="Only moments in which none of these is missed are looked at."
    )
    readings: tuple[Reading, ...] = Field(
        (), description="What ranges of the reported value mean, with their sources."
    )


class Question(Model):
    """Something a self-test asks the person afterwards."""

    id: Name = Field(description="Its name in the history.")
    text: Text = Field(description="The question.")
    choices: tuple[Text, ...] = Field((), description="Answers to choose from; none: free text.")


class SelfTestRule(Model):
    """What a self-test reports. It gives numbers and plain readings, never a diagnosis."""

    values: tuple[SelfTestValue, ...] = Field(
        min_length=1, description="The numbers, each side's own."
    )
    questions: tuple[Question, ...] = Field((), description="What the person is asked afterwards.")
    note: str = Field("", max_length=400, description="A sentence shown with the result.")
    source: Text = Field(HEURISTIC, description="Where what is said of the whole test comes from.")

    @property
    def measurement(self) -> str:
        """The measurement that is shown."""
        return self.values[0].measurement
