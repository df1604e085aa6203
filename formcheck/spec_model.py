"""What an exercise spec says: frozen pydantic models, every unknown key refused."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Leg = Literal["working", "other"]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Text = Annotated[str, Field(min_length=1, max_length=600)]
Degrees = Annotated[float, Field(strict=True, ge=-1000, le=1000, allow_inf_nan=False)]
Seconds = Annotated[float, Field(strict=True, ge=0, le=3600, allow_inf_nan=False)]
Position = Literal["standing", "half_kneeling", "kneeling", "seated", "supine", "prone"]


class Model(BaseModel):
    """Base of all spec tables: immutable, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Bound(Model):
    """A measurement with a lower or an upper limit (or both)."""

    measurement: Name = Field(description="Name of a measurement kind, e.g. thigh_elevation.")
    leg: Leg = Field(
        "working",
        description="Which leg (or arm) a sided measurement is taken from: the working side, as "
        "exercises.md defines it, or the other one.",
    )
    at_least: Degrees | None = Field(None, description="Lower limit, in the measurement's unit.")
    at_most: Degrees | None = Field(None, description="Upper limit, in the measurement's unit.")

    @model_validator(mode="after")
    def _has_limit(self) -> Bound:
        if self.at_least is None and self.at_most is None:
            raise ValueError("give at_least, at_most or both")
        if (
            self.at_least is not None
            and self.at_most is not None
            and self.at_least >= self.at_most
        ):
            raise ValueError(f"at_least {self.at_least:g} is not below at_most {self.at_most:g}")
        return self


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
    rest_s: Seconds = Field(30, description="Rest between sets, seconds.")
    source: Text = Field("own", description="Where the dose comes from (S0–S3 or own).")

    @property
    def hold_target_s(self) -> float | None:
        """The shortest hold that fulfils the dose, seconds."""
        if isinstance(self.hold_s, tuple):
            return self.hold_s[0]
        return self.hold_s


class SetUp(Model):
    """How to place the camera and the body."""

    camera: Text = Field(description="Where the camera stands and what it must see.")
    near_leg: Literal["any", "working"] = Field(
        "any", description="Which leg must be nearer the camera."
    )
    steps: tuple[Text, ...] = Field((), description="How to do it, step by step.")


class Rep(Model):
    """What one repetition is: a measurement that leaves rest, passes the top and comes back.

    Rising reps use rest_below < top_above <= target; falling ones rest_above > top_below >= target.
    """

    measurement: Name = Field(description="The measurement that goes up and down.")
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
    source: Text = Field("own", description="Where the numbers come from.")

    @property
    def rising(self) -> bool:
        """True where the top is above the rest."""
        return self.top_above is not None

    @model_validator(mode="after")
    def _ordered(self) -> Rep:
        up = (self.rest_below, self.top_above)
        down = (self.rest_above, self.top_below)
        if all(v is not None for v in up) and all(v is None for v in down):
            assert self.rest_below is not None
            assert self.top_above is not None
            if not self.rest_below + 8 <= self.top_above <= self.target:
                raise ValueError(
                    "rest_below, top_above and target must rise, the first two by at least 8"
                )
        elif all(v is not None for v in down) and all(v is None for v in up):
            assert self.rest_above is not None
            assert self.top_below is not None
            if not self.rest_above - 8 >= self.top_below >= self.target:
                raise ValueError(
                    "rest_above, top_below and target must fall, the first two by at least 8"
                )
        else:
            raise ValueError(
                "give rest_below and top_above (rising) or rest_above and top_below (falling)"
            )
        return self


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
    min_s: Seconds = Field(1.0, description="Shorter ones are not holds.")
    source: Text = Field("own", description="Where the numbers come from.")


class Check(Bound):
    """A bound that must not be missed for longer than for_s while a phase lasts."""

    id: Name = Field(description="Name of the check, used in results.")
    during: Literal["rep", "up", "top", "down", "rest", "hold", "exercise"] = Field(
        description="When it is judged: a phase of the rep, the whole rep, the hold, or the whole "
        "exercise once the start position was held."
    )
    of: Literal["value", "hold_s", "down_s", "up_s"] = Field(
        "value",
        description="What is judged: the measurement's value frame by frame, or the seconds held "
        "at the top, lowering or lifting (then measurement names what the rep is about).",
    )
    relative_to: Literal["zero", "neutral", "best"] = Field(
        "zero",
        description="What the limit is measured from: zero, the person's own value in the start "
        "position, or the best value in this phase so far.",
    )
    for_s: Seconds = Field(0.3, description="It must last this long.")
    after_s: Seconds = Field(
        0,
        description="Judged only once the bound was kept this long without a break: something can "
        "be lost only after it was there.",
    )
    view: Literal["side", "front"] | None = Field(
        None, description="The view it needs, where it is another than the exercise's."
    )
    cue: Annotated[str, Field(min_length=1, max_length=60)] = Field(
        description="What to say: short enough to be spoken in two seconds."
    )
    why: str = Field("", max_length=400, description="Why it matters, for the report.")
    severity: Literal["info", "warning", "fault"] = Field("fault", description="How bad it is.")
    source: Text = Field(description="Where the limit comes from (S0–S3, a paper, or own).")


class ExerciseSpec(Model):
    """One exercise, as a physiotherapist would write it down."""

    id: Name = Field(description="The exercise's name on the command line and in results.")
    name: Text = Field(description="Its name for people.")
    summary: Text = Field(description="One sentence: what it is and what it is for.")
    kind: Literal["reps", "hold"] = Field(description="What counts.")
    view: Literal["side", "front"] = Field(description="Where the camera must see it from.")
    also_from: tuple[Literal["front", "oblique"], ...] = Field(
        (),
        description="Other views in which it still counts; what they do not show is not assessed.",
    )
    position: Position = Field(description="The start position.")
    sides: Literal["alternate", "each", "both"] = Field(
        description="alternate: left and right in turn; each: one side, then the other; both: the "
        "exercise has no side."
    )
    dose: Dose
    setup: SetUp
    start: tuple[Bound, ...] = Field(
        (), description="Bounds that make up the start position, beside the position itself."
    )
    rep: Rep | None = Field(None, description="For kind = reps.")
    hold: HoldRule | None = Field(None, description="For kind = hold.")
    checks: tuple[Check, ...] = Field((), description="What can go wrong.")
    safety: tuple[Text, ...] = Field((), description="What to know before doing it.")
    source: Text = Field(description="Where the exercise comes from.")

    @model_validator(mode="after")
    def _kind_has_rule(self) -> ExerciseSpec:
        wanted = "rep" if self.kind == "reps" else "hold"
        if getattr(self, wanted) is None:
            raise ValueError(f"kind is '{self.kind}' but there is no [{wanted}] table")
        unwanted = "hold" if wanted == "rep" else "rep"
        if getattr(self, unwanted) is not None:
            raise ValueError(f"kind is '{self.kind}', so the [{unwanted}] table has no use")
        return self

    @property
    def main_measurement(self) -> str:
        """The measurement kind that the exercise is about."""
        rule = self.rep or self.hold
        assert rule is not None
        return rule.measurement
