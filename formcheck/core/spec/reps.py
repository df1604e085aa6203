"""What one repetition is: over a top and back, there and back anywhere, or a full turn."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from formcheck.core.spec.fields import Degrees, Model, Name, Seconds, Text
from formcheck.core.spec.quantities import Bound
from formcheck.core.spec.sources import HEURISTIC

StillPart = Literal["other_leg", "both_legs", "trunk"]
_KEEPS_STILL: tuple[StillPart, ...] = Field(
    (),
    description="What moves by far less than the working hip meanwhile; where it moves as well, it "
    "is another exercise (legs in turns, a trunk that comes up).",
)


class RepSpec(Model):
    """What one repetition is: a measurement that leaves rest, passes the top and comes back.

    Rising reps use rest_below < top_above <= target; falling ones rest_above > top_below >= target.
    """

    measurement: Name = Field(description="The measurement that goes up and down.")
    relative_to: Literal["zero", "neutral"] = Field(
        "zero",
        description="What all its limits are counted from: zero, or the person's own value in the "
        "start position.",
    )
    rest_below: Degrees | None = Field(None, description="At rest under this (rising reps).")
    top_above: Degrees | None = Field(None, description="Above this it counts as an attempt.")
    rest_above: Degrees | None = Field(None, description="At rest over this (falling reps).")
    top_below: Degrees | None = Field(None, description="Below this it counts as an attempt.")
    target: Degrees = Field(description="Reached (within tolerance): it counts as a rep.")
    tolerance: Annotated[float, Field(strict=True, ge=0, le=45)] = Field(
        0, description="How far from the target still counts: the measurement's own error."
    )
    min_s: Seconds = Field(0.5, description="A rep takes at least this long.")
    max_s: Seconds = Field(60, description="A rep takes at most this long.")
    requires: tuple[Bound, ...] = Field(
        (), description="Bounds that must hold at the top; otherwise it is another movement."
    )
    keeps_still: tuple[StillPart, ...] = _KEEPS_STILL
    at_target: tuple[Bound, ...] = Field(
        (),
        description="Bounds asked for beside `requires` of a movement that reaches the target; one "
        "that does not is an attempt without them.",
    )
    begins: tuple[Bound, ...] = Field(
        (),
        description="Bounds that must hold as it leaves rest; otherwise it is another movement "
        "or the other side's.",
    )
    or_at_top: tuple[Bound, ...] = Field(
        (),
        description="Bounds that, held at the top, tell as much as `begins`: legs are mistaken for "
        "one another where they pass, seldom where they are far apart.",
    )
    ends: Literal["rest", "top"] = Field(
        "rest",
        description="When it counts: back at rest, or (where the legs switch) once it leaves the "
        "top.",
    )
    source: Text = Field(HEURISTIC, description="Where the numbers come from.")

    @property
    def rest(self) -> float:
        """The limit of rest, whichever way the rep goes."""
        rest = self.rest_below if self.rising else self.rest_above
        assert rest is not None
        return rest

    @property
    def top(self) -> float:
        """The limit of an attempt, whichever way the rep goes."""
        top = self.top_above if self.rising else self.top_below
        assert top is not None
        return top

    @property
    def rising(self) -> bool:
        """True where the top is above the rest."""
        return self.top_above is not None

    @property
    def bounds_by_key(self) -> dict[str, tuple[Bound, ...]]:
        """Its bounds under the keys of the spec."""
        return {
            "requires": self.requires,
            "at_target": self.at_target,
            "begins": self.begins,
            "or_at_top": self.or_at_top,
        }

    @property
    def measurements_by_key(self) -> dict[str, str]:
        """Its measurements under the keys of the spec."""
        return {"measurement": self.measurement}

    @model_validator(mode="after")
    def _begins_or_at_top(self) -> RepSpec:
        if self.or_at_top and not self.begins:
            raise ValueError("or_at_top without begins says nothing; give requires instead")
        return self

    @model_validator(mode="after")
    def _ordered(self) -> RepSpec:
        up = (self.rest_below, self.top_above)
        down = (self.rest_above, self.top_below)
        if all(v is not None for v in up) and all(v is None for v in down):
            assert self.rest_below is not None
            assert self.top_above is not None
            if not self.rest_below < self.top_above <= self.target:
                raise ValueError("rest_below, top_above and target must rise")
        elif all(v is not None for v in down) and all(v is None for v in up):
            assert self.rest_above is not None
            assert self.top_below is not None
            if not self.rest_above > self.top_below >= self.target:
                raise ValueError("rest_above, top_below and target must fall")
        else:
            raise ValueError(
                "give rest_below and top_above (rising) or rest_above and top_below (falling)"
            )
        return self


class Pulse(Model):
    """A rep that goes there and back by at least `size`, wherever it is centred."""

    measurement: Name = Field(description="The measurement that goes up and down.")
    size: Annotated[float, Field(strict=True, gt=0, le=180)] = Field(
        description="It rises and falls by at least this, in the measurement's unit."
    )
    min_s: Seconds = Field(0.2, description="A pulse takes at least this long.")
    max_s: Seconds = Field(30, description="A pulse takes at most this long.")
    requires: tuple[Bound, ...] = Field(
        (), description="Bounds that must hold meanwhile; otherwise it is another movement."
    )
    keeps_still: tuple[StillPart, ...] = _KEEPS_STILL
    source: Text = Field(HEURISTIC, description="Where the numbers come from.")

    @property
    def bounds_by_key(self) -> dict[str, tuple[Bound, ...]]:
        """Its bounds under the keys of the spec."""
        return {"requires": self.requires}

    @property
    def measurements_by_key(self) -> dict[str, str]:
        """Its measurements under the keys of the spec."""
        return {"measurement": self.measurement}


class Circle(Model):
    """A rep that is a full turn in the plane of two measurements."""

    along: Name = Field(description="First measurement: toward the head is up in the plane.")
    across: Name = Field(description="Second measurement: outward is to the side in the plane.")
    size: Annotated[float, Field(strict=True, gt=0, le=90)] = Field(
        description="Half the width, along the first measurement, of a circle that counts."
    )
    least: Annotated[float, Field(strict=True, gt=0, le=90)] = Field(
        description="Smaller than size but larger than this: an attempt. Below it: no circle; nor "
        "is a path of full size that encloses less than a circle of this radius."
    )
    direction: Literal["either", "outward", "inward"] = Field(
        "either",
        description="Which way counts: outward goes from the head's side out, down and in again.",
    )
    min_s: Seconds = Field(0.8, description="A circle takes at least this long.")
    max_s: Seconds = Field(30, description="A circle takes at most this long.")
    requires: tuple[Bound, ...] = Field(
        (), description="Bounds that must hold meanwhile; otherwise it is another movement."
    )
    keeps_still: tuple[StillPart, ...] = _KEEPS_STILL
    source: Text = Field(HEURISTIC, description="Where the numbers come from.")

    @property
    def measurement(self) -> str:
        """The measurement that is shown."""
        return self.along

    @property
    def bounds_by_key(self) -> dict[str, tuple[Bound, ...]]:
        """Its bounds under the keys of the spec."""
        return {"requires": self.requires}

    @property
    def measurements_by_key(self) -> dict[str, str]:
        """Its measurements under the keys of the spec."""
        return {"along": self.along, "across": self.across}

    @model_validator(mode="after")
    def _ordered(self) -> Circle:
        if self.least > self.size:
            raise ValueError(f"least {self.least:g} is above size {self.size:g}")
        return self


RepRule = RepSpec | Pulse | Circle
