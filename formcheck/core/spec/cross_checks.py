"""Cross-checks of a spec that its types cannot express, all reported together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Set
from itertools import pairwise
from typing import Protocol

from formcheck.core.spec.exercise import RULES, Check, ExerciseSpec, Quantity
from formcheck.errors import did_you_mean

# The phases of each way of counting; checks of others would never be judged.
_PHASES = {
    "rep": ("rep", "up", "top", "down", "rest"),
    "pulse": ("rep", "up", "down", "rest"),
    "circle": ("rep", "rest"),
    "hold": ("hold", "rest"),
    "test": ("test",),
}
# Rest and top of a rep are at least this far apart.
LEAST_TRAVEL = {"deg": 8.0, "ratio": 0.12}
# What can be judged once a rep, by the way of counting.
_ONCE_A_REP = {
    "rep": ("reached", "kept_s", "hold_s", "up_s", "down_s", "rep_s", "down_over_up"),
    "pulse": ("reached", "kept_s", "rep_s", "size"),
    "circle": ("reached", "kept_s", "rep_s", "size", "turns"),
}


class KindFacts(Protocol):
    """What a spec has to know of a kind of measurement; those of `core.measure.kinds` have it."""

    @property
    def unit(self) -> str:
        """``deg``, ``ratio`` or ``per_s``."""

    @property
    def views(self) -> Set[str]:
        """Views in which it holds."""

    @property
    def only_change(self) -> bool:
        """True where the value itself means nothing and only its change does."""


Kinds = Mapping[str, KindFacts]


def problems(spec: ExerciseSpec, kinds: Kinds, unread: Collection[str] = ()) -> list[str]:
    """Find what is wrong in a spec beyond its types.

    Parameters
    ----------
    spec : ExerciseSpec
    kinds : mapping of str to KindFacts
        The kinds of measurement that there are, by name: a registry.
    unread : collection of str
        Keys whose value is not what was written, as that is wrong: nothing is said that leans on
        them.

    Returns
    -------
    list of str
        Every problem, each a line with the way to the item; empty where the spec is right.
    """
    leans_on = {"kind", "dose", "dose.duration_s", *RULES}
    trouble = None if leans_on & set(unread) else spec.kind_trouble()
    checks = () if trouble or "kind" in unread else _checks(spec, unread)
    return [
        *([trouble] if trouble else ()),
        *_measurements(spec, kinds),
        *(() if _within("rep", unread) else _rep(spec, kinds)),
        *_references(spec, kinds),
        *_ids(spec),
        *(() if _within("checks", unread) else _examples(spec)),
        *checks,
        *_test_ids(spec),
        *(() if _within("test", unread) else _test_readings(spec)),
        *(_view(spec, kinds) if "view" not in unread else ()),
    ]


def _within(table: str, unread: Collection[str]) -> bool:
    """Return whether something in a table could not be read."""
    return any(key.startswith(f"{table}.") for key in unread)


def _rep(spec: ExerciseSpec, kinds: Kinds) -> Iterator[str]:
    """Rest and top further apart than noise; a change counted from neutral."""
    rule = spec.rep
    kind = kinds.get(rule.measurement) if rule else None
    if rule is None or kind is None:
        return
    least = LEAST_TRAVEL["ratio" if kind.unit == "ratio" else "deg"]
    if abs(rule.top - rule.rest) < least - 1e-9:
        names = ("rest_below", "top_above") if rule.rising else ("rest_above", "top_below")
        yield f"rep: {names[0]} and {names[1]} must be at least {least:g} apart, for noise"
    if kind.only_change and rule.relative_to == "zero":
        yield (
            f"rep: only the change of '{rule.measurement}' can be measured; "
            'add relative_to = "neutral"'
        )


def _measurements(spec: ExerciseSpec, kinds: Kinds) -> Iterator[str]:
    for where, name in spec.measurements():
        if name not in kinds:
            yield f"{where}: '{name}' is not defined{did_you_mean(name, kinds)}"
    circle = spec.circle
    if circle is not None and {circle.along, circle.across} <= kinds.keys():
        units = kinds[circle.along].unit, kinds[circle.across].unit
        if units[0] != units[1]:
            yield (
                f"circle -> across: '{circle.across}' is in {units[1]}, but '{circle.along}' in "
                f"{units[0]}; a radius needs one unit"
            )


def _references(spec: ExerciseSpec, kinds: Kinds) -> Iterator[str]:
    """What values are counted from must exist where they are needed."""
    named: list[tuple[str, Quantity]] = list(spec.bounds())
    named += [(f"test -> values '{v.id}'", v) for v in (spec.test.values if spec.test else ())]
    for where, item in named:
        if item.relative_to == "best" and not isinstance(item, Check):
            yield f"{where} -> relative_to: 'best' is for checks; use 'neutral' or 'zero'"
        if where.startswith("start ") and item.relative_to != "zero":
            yield f"{where} -> relative_to: neutral is learned in the start position; use 'zero'"
        kind = kinds.get(item.measurement)
        if kind is not None and kind.only_change and item.relative_to == "zero":
            mend = "take it out" if where.startswith("start ") else 'add relative_to = "neutral"'
            yield f"{where}: only the change of '{item.measurement}' can be measured; {mend}"


def _ids(spec: ExerciseSpec) -> Iterator[str]:
    for name, count in Counter(check.id for check in spec.checks).items():
        if count > 1:
            yield f"checks '{name}' -> id: is used {count} times"


def _examples(spec: ExerciseSpec) -> Iterator[str]:
    """What an example expects must be something that the exercise has."""
    checks = {check.id for check in spec.checks}
    values = {value.id for value in spec.test.values} if spec.test else set()
    for number, example in enumerate(spec.examples, 1):
        where = f"examples {number} -> expect"
        for name in getattr(getattr(example, "expect", None), "faults", ()):
            if name not in checks:
                yield f"{where} -> faults: there is no check '{name}'{did_you_mean(name, checks)}"
        for name in getattr(getattr(example, "expect", None), "values", None) or ():
            if name not in values:
                yield f"{where} -> values: there is no value '{name}'{did_you_mean(name, values)}"


def _checks(spec: ExerciseSpec, unread: Collection[str]) -> Iterator[str]:
    if spec.kind == "timed" and spec.checks:
        yield "checks: kind is 'timed', where nothing is judged; take them out"
        return
    way = next((n for n in _PHASES if getattr(spec, n, None) is not None or n in unread), None)
    for check in spec.checks if way else ():
        yield from _check(spec, way or "", check, f"checks '{check.id}'")


def _check(spec: ExerciseSpec, way: str, check: Check, where: str) -> Iterator[str]:
    if check.during not in (*_PHASES[way], "exercise"):
        if spec.kind == "reps" and check.during in ("hold", "test"):
            use = "top" if way == "rep" else "rep"
            yield f"{where} -> during: '{check.during}' needs kind = '{check.during}'; use '{use}'"
        elif spec.kind == "reps":
            yield f"{where} -> during: a [{way}] has no '{check.during}'; use 'rep'"
        else:
            needs = check.during if check.during in ("hold", "test") else "reps"
            yield f"{where} -> during: '{check.during}' needs kind = '{needs}'; use '{spec.kind}'"
    if check.once_a_rep and spec.kind != "reps":
        yield f"{where} -> of: '{check.of}' needs kind = 'reps'"
    elif check.once_a_rep and check.of not in _ONCE_A_REP[way]:
        there = ", ".join(f"'{name}'" for name in _ONCE_A_REP[way])
        yield f"{where} -> of: a [{way}] has no '{check.of}'; there is: {there}"
    if check.gathered and check.during not in ("rep", "up", "top", "down"):
        yield f"{where} -> of: '{check.of}' needs a part of the rep; use during = 'rep'"
    if check.gathered and check.relative_to == "best":
        yield f"{where} -> relative_to: '{check.of}' is of zero or neutral"
    if check.of == "speed" and check.relative_to != "zero":
        yield f"{where} -> relative_to: a speed is counted from zero; take it out"
    if check.invalidates and spec.kind != "test":
        yield f"{where} -> invalidates: needs kind = 'test'"


def _test_ids(spec: ExerciseSpec) -> Iterator[str]:
    values = spec.test.values if spec.test else ()
    for name, count in Counter(value.id for value in values).items():
        if count > 1:
            yield f"test -> values '{name}' -> id: is used {count} times"


def _test_readings(spec: ExerciseSpec) -> Iterator[str]:
    for value in spec.test.values if spec.test else ():
        ranges = sorted(reading.range for reading in value.readings)
        for (_, high), (low, _) in pairwise(ranges):
            if low < high:
                yield (
                    f"test -> values '{value.id}' -> readings: two of them hold between {low:g} "
                    f"and {high:g}; ranges may touch but not overlap"
                )


def _view(spec: ExerciseSpec, kinds: Kinds) -> Iterator[str]:
    """A check that can never be assessed in the view it asks for is a mistake in the spec."""
    for check in spec.checks:
        kind = kinds.get(check.measurement)
        view = check.view or spec.view
        if kind is not None and view not in kind.views and (check.gathered or not check.once_a_rep):
            other = "front" if view == "side" else "side"
            yield (
                f"checks '{check.id}' -> view: '{check.measurement}' cannot be seen from the "
                f'{view}; add view = "{other}"'
            )
