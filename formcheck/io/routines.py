"""Routines as files: found by name, read, checked against the exercises they name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from formcheck.core.coach.plan import Plan, make_plan
from formcheck.core.spec.exercise import ExerciseSpec
from formcheck.core.spec.routine import Routine, RoutineStep
from formcheck.errors import FormcheckError, SpecError, UnknownNameError, did_you_mean
from formcheck.io.package_data import data_folder
from formcheck.io.specs import load_spec, parse_table, read_bytes, spec_paths


def routine_paths() -> dict[str, Path]:
    """Return the files of all routines that come with formcheck, by id."""
    return {path.stem: path for path in sorted(data_folder("routines").glob("*.toml"))}


def load_plan(name_or_path: str, *, shorten: float = 1.0) -> Plan:
    """Load a routine by id, or from a .toml file, with the exercises it names.

    Raises
    ------
    UnknownNameError
        If no routine has that id and no such file exists.
    SpecError
        If the file is wrong or names exercises that are not there; one line for each problem.
    """
    known = routine_paths()
    if name_or_path in known:
        path = known[name_or_path]
    elif name_or_path.endswith(".toml"):
        path = Path(name_or_path)
    else:
        near = did_you_mean(name_or_path, known)
        raise UnknownNameError(
            f"There is no routine '{name_or_path}'{near or ';'} `formcheck routine` lists them all."
        )
    return read_plan(path, shorten=shorten)


def read_plan(path: Path, *, shorten: float = 1.0) -> Plan:
    """Read and check one routine file."""
    routine = parse_table(read_bytes(path), path.name, Routine, "a routine")
    specs: dict[str, ExerciseSpec] = {}
    problems = []
    for number, step in enumerate(routine.steps, start=1):
        try:
            spec = specs[step.exercise] = _spec_of(step.exercise, path.parent)
        except UnknownNameError:
            near = did_you_mean(step.exercise, spec_paths())
            problems.append(
                f"steps {number} -> exercise: '{step.exercise}' is no exercise"
                f"{near or '; `formcheck exercises` lists them all'}"
            )
        except FormcheckError as error:
            problems.append(f"steps {number} -> exercise: {error}")
        else:
            problems += [f"steps {number} -> {text}" for text in _misfits(step, spec)]
    if problems:
        raise SpecError("\n".join(f"{path.name}: {line}" for line in problems))
    return make_plan(routine, lambda name: specs[name], shorten=shorten)


def routine_schema() -> str:
    """Return the JSON Schema of a routine, for editors."""
    schema = Routine.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "formcheck routine"
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _spec_of(exercise: str, folder: Path) -> ExerciseSpec:
    if exercise.endswith(".toml"):
        return load_spec(folder / exercise)
    return load_spec(exercise)


def _misfits(step: RoutineStep, spec: ExerciseSpec) -> Iterator[str]:
    """Give what a step asks of an exercise that has no such thing."""
    if step.reps is not None and spec.kind != "reps":
        yield f"reps: '{spec.id}' is not counted in reps (its kind is '{spec.kind}')"
    if step.hold_s is not None and spec.kind not in {"reps", "hold"}:
        yield f"hold_s: '{spec.id}' is not held (its kind is '{spec.kind}')"
    if step.duration_s is not None and spec.dose.duration_s is None:
        yield f"duration_s: '{spec.id}' is not done by time (its kind is '{spec.kind}')"
    if spec.kind == "test":
        yield f"exercise: '{spec.id}' is a self-test; `formcheck test {spec.id}` does it"
    if step.side is not None and spec.sides == "both":
        yield f"side: '{spec.id}' has no sides"
    if step.side == "alternate" and spec.kind == "hold":
        yield f"side: '{spec.id}' is held on one side, then the other, never alternating"
