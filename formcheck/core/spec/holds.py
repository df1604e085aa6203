"""What one hold is."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from formcheck.core.spec.fields import Leg, Model, Name, Seconds, Text
from formcheck.core.spec.quantities import Bound
from formcheck.core.spec.sources import HEURISTIC


class HoldRule(Model):
    """What one hold is: all bounds at once, for long enough."""

    measurement: Name = Field(description="The measurement the hold is about, shown at its joint.")
    leg: Leg = Field("working", description="Side of that measurement.")
    bounds: tuple[Bound, ...] = Field(min_length=1, description="All must hold at once.")
    enter_s: Seconds = Field(0.5, description="They must hold this long before it counts.")
    gap_s: Seconds = Field(0.5, description="Gaps up to this long do not end the hold.")
    give: Annotated[float, Field(strict=True, ge=0, le=30)] = Field(
        5, description="Once on, degree bounds are this much wider (hysteresis)."
    )
    let_go: Annotated[float, Field(strict=True, ge=0, le=60)] = Field(
        0,
        description="Where bounds are missed by more than give, but by no more than this, the "
        "hold's clock stands still for up to six seconds, and its checks go on.",
    )
    min_s: Seconds = Field(1.0, description="Shorter ones are not holds.")
    source: Text = Field(HEURISTIC, description="Where the numbers come from.")

    @model_validator(mode="after")
    def _lets_go_after_giving(self) -> HoldRule:
        if 0 < self.let_go <= self.give:
            raise ValueError(
                f"let_go {self.let_go:g} is not above give {self.give:g}: the clock would never "
                "stand still"
            )
        return self
