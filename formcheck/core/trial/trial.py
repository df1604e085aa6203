"""Tries a spec: its own examples, and those that are derived where it has none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from formcheck.core.spec.exercise import ExerciseSpec
from formcheck.core.trial.derive import Derived, derive
from formcheck.core.trial.figure import START, Figure
from formcheck.core.trial.motion import motion_of
from formcheck.core.trial.run import Outcome, run_example

Verdict = Literal["as expected", "not as expected", "not shown"]


@dataclass(frozen=True)
class Trial:
    """One example with what came of it.

    Attributes
    ----------
    name : str
    check : str or None
        The check that a derived example breaks.
    outcome : Outcome or None
        None where there is no example.
    verdict : {"as expected", "not as expected", "not shown"}
        Not shown: the figure cannot do it, which says nothing against the spec.
    why : tuple of str
        What differs, or why it is not shown.
    derived : bool
        Whether the example was derived and is not the spec's own.
    """

    name: str
    check: str | None
    outcome: Outcome | None
    verdict: Verdict
    why: tuple[str, ...] = ()
    derived: bool = False


def try_spec(spec: ExerciseSpec) -> Iterator[Trial]:
    """Do the examples of a spec, then a derived one for each check that none of them breaks.

    Parameters
    ----------
    spec : ExerciseSpec

    Yields
    ------
    Trial
    """
    for example in spec.examples:
        outcome = run_example(spec, example)
        misses = tuple(outcome.misses())
        yield Trial(
            example.name, None, outcome, "not as expected" if misses else "as expected", misses
        )
    broken = {check for example in spec.examples for check in example.expect.faults}
    clean = any(not example.expect.faults for example in spec.examples)
    for item in derive(spec, clean=not clean, leave_out=broken):
        yield _done(spec, item)


def _done(spec: ExerciseSpec, item: Derived) -> Trial:
    name = f"breaks {item.check}" if item.check else "clean"
    if item.example is None:
        return Trial(name, item.check, None, "not shown", (item.reason,), derived=True)
    outcome = run_example(spec, item.example)
    if item.check is None:
        misses = tuple(outcome.misses())
        verdict: Verdict = "not as expected" if misses else "as expected"
        return Trial(name, None, outcome, verdict, misses, derived=True)
    if item.check in outcome.faults:
        # Others that come with it are told, but nobody asked the figure to keep them all.
        expect = item.example.expect.model_copy(update={"faults": outcome.faults})
        example = item.example.model_copy(update={"expect": expect})
        outcome = replace(outcome, example=example)
        return Trial(name, item.check, outcome, "as expected", derived=True)
    unseen = [u.reason for u in outcome.summary.not_assessed if u.check == item.check]
    reason = unseen[0] if unseen else "the stick figure tried, and no fault was reported"
    return Trial(name, item.check, outcome, "not shown", (reason,), derived=True)


def picture_figures(spec: ExerciseSpec) -> tuple[Figure, Figure]:
    """Return the figure at the start and in the middle of the movement, for a how-to picture."""
    examples = [*spec.examples, *(d.example for d in derive(spec, leave_out=None) if d.example)]
    if not examples:
        return START[spec.position], START[spec.position]
    motion = motion_of(spec, examples[0])
    start = motion.at(0.0)
    figures = [figure for _, figure in motion.moments]
    return start, max(figures, key=lambda figure: _distance(start, figure))


def _distance(one: Figure, other: Figure) -> float:
    names = Figure.__dataclass_fields__
    return sum(abs(float(getattr(one, name) - getattr(other, name))) for name in names)


def examples_toml(trials: list[Trial]) -> str:
    """Return derived examples as TOML, to be put into the spec."""
    lines: list[str] = []
    for trial in trials:
        if trial.outcome is None or not trial.derived or trial.verdict != "as expected":
            continue
        example = trial.outcome.example
        lines += ["[[examples]]", f'name = "{example.name}"', f'seen_from = "{example.seen_from}"']
        lines.append("moments = [")
        for moment in example.moments:
            angles = "".join(f", {name} = {value:g}" for name, value in moment.angles.items())
            lines.append(f"  {{ at_s = {moment.at_s:g}{angles} }},")
        lines.append("]")
        lines += [f"expect = {_inline(example.expect.model_dump(exclude_none=True))}", ""]
    return "\n".join(lines)


def _inline(value: object) -> str:
    if isinstance(value, dict):
        inside = ", ".join(f"{key} = {_inline(item)}" for key, item in value.items())
        return f"{{ {inside} }}"
    if isinstance(value, tuple | list):
        return f"[{', '.join(_inline(item) for item in value)}]"
    return f'"{value}"' if isinstance(value, str) else f"{value}"
