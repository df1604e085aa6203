"""What an exercise spec says: frozen pydantic models, every unknown key refused.

The whole spec; its tables are defined by subject in the modules beside this one, and can all be
had from here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field, model_validator

from formcheck.core.spec.checks import Check
from formcheck.core.spec.dose import Dose, PaceStep, SetUp
from formcheck.core.spec.example import Example
from formcheck.core.spec.fields import Leg, Model, Name, Position, Text
from formcheck.core.spec.holds import HoldRule
from formcheck.core.spec.quantities import Bound, Quantity, StartBound
from formcheck.core.spec.reps import Circle, Pulse, RepRule, RepSpec
from formcheck.core.spec.self_test import Question, Reading, SelfTestRule, SelfTestValue
from formcheck.core.spec.sources import Source

__all__ = [
    "RULES",
    "Bound",
    "Check",
    "Circle",
    "Dose",
    "ExerciseSpec",
    "HoldRule",
    "Leg",
    "PaceStep",
    "Position",
    "Pulse",
    "Quantity",
    "Question",
    "Reading",
    "RepRule",
    "RepSpec",
    "SelfTestRule",
    "SelfTestValue",
    "SetUp",
    "StartBound",
]

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
    group: Literal["stretch", "strength", "pilates"] | None = Field(
        None, description="Where lists of exercises show it; by default by its kind."
    )
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
    examples: tuple[Example, ...] = Field(
        (), description="Movements of the stick figure with what must come of them."
    )
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
        given = [name for name, table in self._tables() if table is not None]
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

    def _tables(self) -> Iterator[tuple[str, RepRule | HoldRule | SelfTestRule | None]]:
        """Give each table that says what counts, in the order of `RULES`."""
        yield from (("rep", self.rep), ("pulse", self.pulse), ("circle", self.circle))
        yield from (("hold", self.hold), ("test", self.test))

    def _rep_tables(self) -> Iterator[tuple[str, RepRule]]:
        for name, rule in (("rep", self.rep), ("pulse", self.pulse), ("circle", self.circle)):
            if rule is not None:
                yield name, rule

    @property
    def listed_in(self) -> Literal["stretch", "strength", "pilates", "self-test"]:
        """The group under which lists of exercises show it."""
        if self.kind == "test":
            return "self-test"
        return self.group or ("strength" if self.kind == "reps" else "stretch")

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
        for name, rule in self._rep_tables():
            for key, bounds in rule.bounds_by_key.items():
                for number, bound in enumerate(bounds, 1):
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
        for name, rule in self._rep_tables():
            for key, measurement in rule.measurements_by_key.items():
                yield f"{name} -> {key}", measurement
        if self.hold is not None:
            yield "hold -> measurement", self.hold.measurement
        for value in self.test.values if self.test else ():
            yield f"test -> values '{value.id}' -> measurement", value.measurement
        for where, bound in self.bounds():
            yield f"{where} -> measurement", bound.measurement
