"""What an exercise spec says: frozen pydantic models, every unknown key refused."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from formcheck.core.spec.fields import Degrees, Leg, Model, Name, Position, Seconds, Text
from formcheck.core.spec.sources import HEURISTIC, Source


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
    source: Text = Field(HEURISTIC, description="Where the numbers come from.")


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
    source: Text = Field(HEURISTIC, description="Where the numbers come from.")

    @property
    def measurement(self) -> str:
        """The measurement that is shown."""
        return self.along

    @model_validator(mode="after")
    def _ordered(self) -> Circle:
        if self.least > self.size:
            raise ValueError(f"least {self.least:g} is above size {self.size:g}")
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


class Check(Bound):
    """A bound that must not be missed for longer than for_s while a phase lasts."""

    id: Name = Field(description="Name of the check, used in results.")
    during: Literal["rep", "up", "top", "down", "rest", "hold", "test", "exercise"] = Field(
        description="When it is judged: a phase of the rep, the whole rep, the hold, while a test "
        "measures, or the whole exercise once the start position was held."
    )
    of: Literal[
        "value",
        "speed",
        "reached",
        "kept_s",
        "hold_s",
        "up_s",
        "down_s",
        "rep_s",
        "down_over_up",
        "size",
        "turns",
    ] = Field(
        "value",
        description="What is judged. Frame by frame: the measurement's value, or its speed (per "
        "second, without sign). Once a rep: the best value that was reached in the phase, or the "
        "seconds in it for which the bound was kept, which must be for_s where it was kept at all. "
        "Once a rep too: the seconds held at the top, lifting, lowering or of "
        "the whole rep, lowering time over lifting time, the size of a pulse or circle, or the "
        "circles done when the direction changes (measurement then names what the rep is about).",
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
    invalidates: bool = Field(
        False, description="Missing it makes a self-test's result invalid: test again."
    )
    cue: Annotated[str, Field(min_length=1, max_length=60)] = Field(
        description="What to say: short enough to be spoken in two seconds."
    )
    why: str = Field("", max_length=400, description="Why it matters, for the report.")
    severity: Literal["info", "warning", "fault"] = Field("fault", description="How bad it is.")
    source: Text = Field(
        description="Where the limit comes from (ids of sources.toml, or heuristic)."
    )

    @property
    def gathered(self) -> bool:
        """True where one figure of each rep comes from the values of a phase."""
        return self.of in ("reached", "kept_s")

    @property
    def once_a_rep(self) -> bool:
        """True where it judges one figure of each rep, not every frame."""
        return self.of not in ("value", "speed")


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


RepRule = RepSpec | Pulse | Circle
# Tables of each kind: exactly one of them must be there.
_TABLES = {"reps": ("rep", "pulse", "circle"), "hold": ("hold",), "test": ("test",), "timed": ()}
RULES = tuple(name for names in _TABLES.values() for name in names)
"""Names of the tables that say what counts."""


class ExerciseSpec(Model):
    """One exercise, as a physiotherapist would write it down."""

    id: Name = Field(description="The exercise's name on the command line and in results.")
    name: Text = Field(description="Its name for people.")
    summary: Text = Field(description="One sentence: what it is and what it is for.")
    variant_of: Name | None = Field(
        None,
        description="Exercise that this is a variant of: keys that are not given here are its.",
    )
    kind: Literal["reps", "hold", "timed", "test"] = Field(description="What counts.")
    view: Literal["side", "front"] = Field(description="Where the camera must see it from.")
    also_from: tuple[Literal["side", "front", "oblique"], ...] = Field(
        (),
        description="Other views in which it still counts; what they do not show is not assessed.",
    )
    position: Position = Field(description="The start position.")
    passes: tuple[Position, ...] = Field(
        (), description="Positions that the movement passes through after the start position."
    )
    sides: Literal["alternate", "each", "both"] = Field(
        description="alternate: left and right in turn; each: one side, then the other; both: the "
        "exercise has no side."
    )
    dose: Dose
    pace: tuple[PaceStep, ...] = Field(
        (), description="Breathing or counting that is shown, step after step; never judged."
    )
    setup: SetUp
    start: tuple[StartBound, ...] = Field(
        (), description="Bounds that make up the start position, beside the position itself."
    )
    rep: RepSpec | None = Field(None, description="For kind = reps: over a top and back.")
    pulse: Pulse | None = Field(None, description="For kind = reps: there and back, anywhere.")
    circle: Circle | None = Field(None, description="For kind = reps: full turns.")
    hold: HoldRule | None = Field(None, description="For kind = hold.")
    test: SelfTestRule | None = Field(None, description="For kind = test.")
    checks: tuple[Check, ...] = Field((), description="What can go wrong.")
    safety: tuple[Text, ...] = Field((), description="What to know before doing it.")
    source: Text = Field(description="Where the exercise comes from.")
    sources: tuple[Source, ...] = Field(
        (), description="Publications that `source` names and sources.toml does not have."
    )

    @model_validator(mode="after")
    def _kind_has_rule(self) -> ExerciseSpec:
        trouble = self.kind_trouble()
        if trouble:
            raise ValueError(trouble)
        return self

    def kind_trouble(self) -> str | None:
        """Return how the tables of what counts do not go with the kind, None where they do."""
        wanted = _TABLES[self.kind]
        given = [name for name in RULES if getattr(self, name) is not None]
        if wanted and not set(wanted) & set(given):
            tables = " or ".join(f"[{name}]" for name in wanted)
            return f"kind is '{self.kind}' but there is no {tables} table"
        for name in given:
            if name not in wanted:
                return f"kind is '{self.kind}', so the [{name}] table has no use"
        if len(given) > 1:
            tables = " and ".join(f"[{name}]" for name in given)
            return f"{tables} cannot both say what a rep is; keep one"
        if self.kind == "timed" and self.dose.duration_s is None:
            return "kind is 'timed' but the dose has no duration_s"
        return None

    @property
    def rep_rule(self) -> RepRule | None:
        """What a rep is, where reps are counted."""
        return self.rep or self.pulse or self.circle

    @property
    def main_measurement(self) -> str | None:
        """The measurement kind that the exercise is about; None where it is only timed."""
        rule = self.rep_rule or self.hold or self.test
        return rule.measurement if rule else None

    def bounds(self) -> Iterator[tuple[str, Bound]]:
        """Give every bound with the way to it."""
        bound: Bound
        for number, bound in enumerate(self.start, 1):
            yield f"start {number}", bound
        for name in _TABLES["reps"]:
            for key in ("requires", "at_target", "begins", "or_at_top"):
                for number, bound in enumerate(getattr(getattr(self, name), key, ()), 1):
                    yield f"{name} -> {key} {number}", bound
        for number, bound in enumerate(self.hold.bounds if self.hold else (), 1):
            yield f"hold -> bounds {number}", bound
        for value in self.test.values if self.test else ():
            for number, bound in enumerate(value.when, 1):
                yield f"test -> values '{value.id}' -> when {number}", bound
        for check in self.checks:
            yield f"checks '{check.id}'", check

    def measurements(self) -> Iterator[tuple[str, str]]:
        """Give every measurement that is used, with the way to it; what it is about comes first."""
        for name in _TABLES["reps"]:
            rule = getattr(self, name)
            if isinstance(rule, Circle):
                yield f"{name} -> along", rule.along
                yield f"{name} -> across", rule.across
            elif rule is not None:
                yield f"{name} -> measurement", rule.measurement
        if self.hold is not None:
            yield "hold -> measurement", self.hold.measurement
        for value in self.test.values if self.test else ():
            yield f"test -> values '{value.id}' -> measurement", value.measurement
        for where, bound in self.bounds():
            yield f"{where} -> measurement", bound.measurement
