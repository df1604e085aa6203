"""Programmes as files: found by name, read, checked against the routines they name."""

from __future__ import annotations

import json
from pathlib import Path

from formcheck.core.spec.programme import Programme
from formcheck.errors import FormcheckError, SpecError, UnknownNameError, did_you_mean
from formcheck.io.package_data import data_folder
from formcheck.io.routines import load_plan
from formcheck.io.specs import parse_table, read_bytes, spec_paths

DEFAULT = "runner"


def programme_paths() -> dict[str, Path]:
    """Return the files of all programmes that come with formcheck, by id."""
    return {path.stem: path for path in sorted(data_folder("programmes").glob("*.toml"))}


def load_programme(name_or_path: str) -> tuple[Programme, dict[str, list[str]]]:
    """Load a programme by id or from a file, with the exercises of each of its routines.

    Raises
    ------
    UnknownNameError
        If no programme has that id and no such file exists.
    SpecError
        If the file is wrong; one line for each problem.
    """
    known = programme_paths()
    if name_or_path in known:
        path = known[name_or_path]
    elif name_or_path.endswith(".toml"):
        path = Path(name_or_path)
    else:
        near = did_you_mean(name_or_path, known)
        raise UnknownNameError(
            f"There is no programme '{name_or_path}'{near or '; there are: ' + ', '.join(known)}"
        )
    programme = parse_table(read_bytes(path), path.name, Programme, "a programme")
    exercises: dict[str, list[str]] = {}
    problems = []
    for number, part in enumerate(programme.parts, start=1):
        routine = part.routine
        if routine.endswith(".toml"):
            routine = str(path.parent / routine)
        try:
            exercises[part.routine] = [step.spec.id for step in load_plan(routine).steps]
        except FormcheckError as error:
            problems.append(f"parts {number} -> routine: {error}")
    specs = spec_paths()
    for number, progression in enumerate(programme.progressions, start=1):
        for key in ("exercise", "next_exercise"):
            exercise = getattr(progression, key)
            if exercise is not None and exercise not in specs:
                problems.append(
                    f"progressions {number} -> {key}: '{exercise}' is no exercise"
                    f"{did_you_mean(exercise, specs)}"
                )
    if problems:
        raise SpecError("\n".join(f"{path.name}: {line}" for line in problems))
    return programme, exercises


def programme_schema() -> str:
    """Return the JSON Schema of a programme, for editors."""
    schema = Programme.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "formcheck programme"
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
