"""Specs as files: the only module that knows TOML.

Every problem of a file is reported at once, one line each, with the way to it:
``standing_march.toml: checks 'knee_height' -> measurement: 'thigh_elevaton' is not defined; did you
mean 'thigh_elevation'?``
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from formcheck.core.measure.kinds import REGISTRY
from formcheck.core.spec.cross_checks import problems
from formcheck.core.spec.exercise import RULES, ExerciseSpec
from formcheck.errors import SpecError, UnknownNameError, did_you_mean
from formcheck.io.package_data import data_folder
from formcheck.io.plugins import load_plugins

MAX_BYTES = 200_000
_MOST_DOTS = 200
NAME = re.compile(r"[a-z][a-z0-9_]*")
Table = TypeVar("Table", bound=BaseModel)


def spec_folder() -> Path:
    """Return the folder of the specs that come with formcheck."""
    return data_folder("exercise_specs")


def spec_paths() -> dict[str, Path]:
    """Return the files of all exercises by id: formcheck's own, then those of other packages."""
    own = {path.stem: path for path in sorted(spec_folder().glob("*.toml"))}
    return own | {name: path for name, path in load_plugins().specs.items() if name not in own}


def load_spec(name_or_path: str | Path) -> ExerciseSpec:
    """Load an exercise by id, or from a .toml file.

    Raises
    ------
    UnknownNameError
        If no exercise has that id and no such file exists.
    SpecError
        If the file is wrong; one line for each problem.
    """
    text = str(name_or_path)
    known = spec_paths()
    if text in known:
        return read_spec(known[text])
    path = Path(text)
    if path.suffix == ".toml":
        return read_spec(path)
    raise UnknownNameError(
        f"There is no exercise '{text}'{did_you_mean(text, known)} "
        "`formcheck exercises` lists them all."
        if did_you_mean(text, known)
        else f"There is no exercise '{text}'; `formcheck exercises` lists them all."
    )


def read_spec(path: Path) -> ExerciseSpec:
    """Read and check one spec file."""
    return parse_spec(read_bytes(path), path.name, path.parent)


def read_bytes(path: Path) -> bytes:
    """Return what is in a spec file; raises SpecError where it cannot be read."""
    try:
        with path.open("rb") as file:
            # One byte more than is allowed is enough to know that it is too large.
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise SpecError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise SpecError(f"{path}: is a folder, not a spec file") from None
    except OSError as error:
        raise SpecError(f"{path}: cannot be read ({error.strerror})") from None


def parse_spec(raw: bytes, file: str, folder: Path | None = None) -> ExerciseSpec:
    """Parse and check the text of a spec.

    Parameters
    ----------
    raw : bytes
    file : str
        Its name in messages.
    folder : Path, optional
        Where its base may lie, if it is a variant of an exercise that formcheck does not have.
    """
    load_plugins()
    data = _toml(raw, file, "an exercise spec")
    if isinstance(data.get("variant_of"), str):
        data = _with_base(data, file, folder)
    spec = _validated(data, file, ExerciseSpec)
    found = problems(spec, REGISTRY)
    if found:
        raise SpecError("\n".join(f"{file}: {line}" for line in found))
    return spec


def _with_base(data: dict[str, Any], file: str, folder: Path | None) -> dict[str, Any]:
    """Return a variant's keys over those of its base; a key that is given replaces it whole."""
    name = data["variant_of"]
    known = spec_paths()
    beside = folder / f"{name}.toml" if folder is not None and NAME.fullmatch(name) else None
    path = beside if beside is not None and beside.is_file() else known.get(name)
    if path is None:
        raise SpecError(
            f"{file}: variant_of: there is no exercise '{name}'{did_you_mean(name, known)}"
        )
    base = _toml(read_bytes(path), path.name, "an exercise spec")
    if "variant_of" in base:
        raise SpecError(
            f"{file}: variant_of: '{name}' is a variant itself; name its base "
            f"'{base['variant_of']}'"
        )
    if data.keys() & {"kind", *RULES}:
        # Another way of counting takes the place of the base's.
        base = {key: value for key, value in base.items() if key not in RULES}
    return base | data


def parse_table(raw: bytes, file: str, model: type[Table], what: str) -> Table:
    """Parse TOML text into a model; all problems are reported together.

    Parameters
    ----------
    raw : bytes
    file : str
        Its name in messages.
    model : type
    what : str
        What the file should be ("an exercise spec"), for messages.

    Raises
    ------
    SpecError
        One line for each problem, with the way to the item.
    """
    return _validated(_toml(raw, file, what), file, model)


def _toml(raw: bytes, file: str, what: str) -> dict[str, Any]:
    if len(raw) > MAX_BYTES:
        raise SpecError(f"{file}: is larger than {MAX_BYTES} bytes, so it is not {what}")
    for number, line in enumerate(raw.splitlines(), start=1):
        # The time that a dotted key takes to parse grows with the square of its parts.
        if line.count(b".") > _MOST_DOTS:
            raise SpecError(
                f"{file}: line {number} has {line.count(b'.')} dots, so it is not {what}"
            )
    try:
        return tomllib.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise SpecError(f"{file}: is not UTF-8 text (byte {error.start})") from None
    except (ValueError, RecursionError) as error:
        # A plain ValueError is Python's limit for the digits of a number.
        raise SpecError(f"{file}: is not valid TOML: {_one_line(error)}") from None


def _validated(data: dict[str, Any], file: str, model: type[Table]) -> Table:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        lines = _lines(error, data, model)
        raise SpecError("\n".join(f"{file}: {line}" for line in lines)) from None


def spec_schema() -> str:
    """Return the JSON Schema of a spec, for editors."""
    schema = ExerciseSpec.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "formcheck exercise spec"
    # A variant has from its base what it does not say.
    schema["anyOf"] = [
        {"required": schema.pop("required")},
        {"required": ["id", "name", "variant_of"]},
    ]
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _lines(error: ValidationError, data: dict[str, Any], root: type[BaseModel]) -> Iterator[str]:
    told = set()
    for item in error.errors():
        if item["type"] == "too_short" and item["input"]:
            continue  # pydantic counts only the good items; what is wrong with the others is told
        where, model, choice_of = _breadcrumb(item["loc"], data, root)
        if choice_of is not None:
            if where in told:
                continue
            told.add(where)
            value, field = choice_of
            what = f"{_short(value)} does not fit; it is: {field}"
        else:
            what = _what(item, model)
        yield f"{where}: {what}" if where else what


def _what(item: ErrorDetails, model: type[BaseModel] | None) -> str:
    """Return what is wrong with one item."""
    value, kind = item.get("input"), item["type"]
    if kind == "extra_forbidden":
        fields = list(model.model_fields) if model else []
        return f"unknown key{did_you_mean(str(item['loc'][-1]), fields)}"
    if kind == "too_short":
        return "is empty; give at least one"
    if kind == "string_too_short":
        return "is empty; give a text"
    if kind == "string_too_long":
        most = item["ctx"]["max_length"]
        return f"{_short(value)} has {len(str(value))} characters; make it {most} at most"
    if kind in _OUT_OF_RANGE:
        size, words, key = _OUT_OF_RANGE[kind]
        return f"{_short(value)} is too {size}; it must be {words} {item['ctx'][key]:g}"
    if kind == "missing":
        return "is missing"
    if kind == "value_error":
        return str(item["ctx"]["error"]) if "ctx" in item else item["msg"]
    if kind == "literal_error":
        expected = str(item["ctx"]["expected"])
        near = did_you_mean(str(value), re.findall("'([^']*)'", expected))
        return f"{_short(value)} is not one of {expected}{near}"
    if kind == "string_pattern_mismatch":
        return f"{_short(value)} must be small letters, digits and _, with a letter first"
    if kind in _NOT_A:
        quoted = kind in {"float_type", "int_type"} and isinstance(value, str)
        is_number = quoted and re.fullmatch(r"-?\d+(\.\d+)?", value)
        mend = f"; write {value}, without the quotes" if is_number else ""
        return f"{_short(value)} is not {_NOT_A[kind]}{mend}"
    return f"{_short(value)}: {item['msg'][0].lower()}{item['msg'][1:]}"


_OUT_OF_RANGE = {
    "greater_than": ("small", "more than", "gt"),
    "greater_than_equal": ("small", "at least", "ge"),
    "less_than": ("large", "less than", "lt"),
    "less_than_equal": ("large", "at most", "le"),
}
_NOT_A = {
    "float_type": "a number",
    "finite_number": "a number",
    "int_type": "a whole number",
    "string_type": "a text",
    "tuple_type": "a list",
    "model_type": "a table",
    "model_attributes_type": "a table",
}


def _short(value: Any) -> str:
    text = f"'{value}'" if isinstance(value, str) else json.dumps(value, default=str)
    return text if len(text) <= 60 else text[:57] + "..."


def _breadcrumb(
    loc: tuple[int | str, ...], data: Any, root: type[BaseModel]
) -> tuple[str, type[BaseModel] | None, tuple[Any, str] | None]:
    """Return the way to an item in words and the model that holds its last key.

    The third is there where the item can be of several types and is none of them: its value and
    what it should be.
    """
    parts: list[str] = []
    model: type[BaseModel] | None = root
    holder, key = model, ""
    for depth, step in enumerate(loc):
        if isinstance(step, int):
            data = data[step] if isinstance(data, list) and step < len(data) else None
            name = data.get("id") if isinstance(data, dict) else None
            label = f"'{name}'" if isinstance(name, str) else str(step + 1)
            parts[-1:] = [f"{parts[-1]} {label}" if parts else label]
            continue
        if not isinstance(data, dict):  # pydantic's name of one of several types
            field = holder.model_fields.get(key) if holder else None
            return " -> ".join(parts), model, (data, (field and field.description) or "another")
        data = data.get(step)
        holder, key = model, step
        if depth < len(loc) - 1 and model is not None:
            model = _model_of(model, step) or model
        if depth == len(loc) - 1 or step in _KEYS:
            parts.append(step)
    return " -> ".join(parts), model, None


_KEYS = {
    "parts",
    "progressions",
    "rep",
    "hold",
    "checks",
    "start",
    "dose",
    "setup",
    "bounds",
    "requires",
    "begins",
    "or_at_top",
    "at_target",
    "hold_s",
    "duration_s",
    "steps",
    "safety",
    "passes",
    "also_from",
    "pace",
    "pulse",
    "circle",
    "test",
    "values",
    "when",
    "readings",
    "questions",
    "choices",
}


def _model_of(model: type[BaseModel], key: str) -> type[BaseModel] | None:
    field = model.model_fields.get(key)
    if field is None:
        return None
    stack: list[Any] = [field.annotation]
    while stack:
        item = stack.pop()
        if isinstance(item, type) and issubclass(item, BaseModel):
            return item
        stack.extend(getattr(item, "__args__", ()))
    return None
