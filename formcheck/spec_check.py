"""Cross-checks of a spec that its types cannot express, all reported together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from formcheck.errors import did_you_mean
from formcheck.measurements import REGISTRY
from formcheck.spec_model import Bound, Check, ExerciseSpec

_REP_PHASES = ("rep", "up", "top", "down")


def problems(spec: ExerciseSpec) -> list[str]:
    """Return every problem, each a line with the way to the item; empty where the spec is right."""
    return [*_measurements(spec), *_checks(spec), *_view(spec)]


def _bounds(spec: ExerciseSpec) -> Iterator[tuple[str, Bound]]:
    for number, bound in enumerate(spec.start, 1):
        yield f"start {number}", bound
    if spec.rep is not None:
        for number, bound in enumerate(spec.rep.requires, 1):
            yield f"rep -> requires {number}", bound
    if spec.hold is not None:
        for number, bound in enumerate(spec.hold.bounds, 1):
            yield f"hold -> bounds {number}", bound
    for check in spec.checks:
        yield f"checks '{check.id}'", check


def _measurements(spec: ExerciseSpec) -> Iterator[str]:
    named = [(where, bound.measurement) for where, bound in _bounds(spec)]
    named.append(("rep" if spec.rep else "hold", spec.main_measurement))
    for where, name in named:
        if name not in REGISTRY:
            yield f"{where} -> measurement: '{name}' is not defined{did_you_mean(name, REGISTRY)}"


def _checks(spec: ExerciseSpec) -> Iterator[str]:
    for name, count in Counter(check.id for check in spec.checks).items():
        if count > 1:
            yield f"checks '{name}' -> id: is used {count} times"
    for check in spec.checks:
        where = f"checks '{check.id}'"
        if spec.kind == "reps" and check.during == "hold":
            yield f"{where} -> during: 'hold' needs kind = 'hold'; use 'top'"
        if spec.kind == "hold" and check.during in _REP_PHASES:
            yield f"{where} -> during: '{check.during}' needs kind = 'reps'; use 'hold'"
        if check.of != "value" and spec.kind != "reps":
            yield f"{where} -> of: '{check.of}' needs kind = 'reps'"


def _view(spec: ExerciseSpec) -> Iterator[str]:
    """A check that can never be assessed in the view it asks for is a mistake in the spec."""
    for check in spec.checks:
        kind = REGISTRY.get(check.measurement)
        view = check.view or spec.view
        if kind is not None and view not in kind.views and check.of == "value":
            yield (
                f"checks '{check.id}' -> view: '{check.measurement}' cannot be seen from the "
                f"{view}; add view = \"{_other(check, view)}\""
            )


def _other(check: Check, view: str) -> str:
    return "front" if view == "side" else "side"
