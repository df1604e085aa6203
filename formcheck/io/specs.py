"""Specs as files: the only module that knows TOML.

Every problem of a file is reported at once, one line each, with the way to it:
``standing_march.toml: checks 'knee_height' -> measurement: 'thigh_elevaton' is not defined; did you
mean 'thigh_elevation'?``
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from formcheck.core.measure.kinds import REGISTRY
from formcheck.core.spec.cross_checks import problems
from formcheck.core.spec.exercise import RULES, ExerciseSpec
from formcheck.core.spec.sources import sources_in, unknown_sources
from formcheck.errors import SpecError, UnknownNameError, did_you_mean
from formcheck.io.package_data import data_folder
from formcheck.io.plugins import load_plugins
from formcheck.io.sources import SOURCES_FILE, known_sources
from formcheck.io.spec_problems import partial, problem_lines

MAX_BYTES = 200_000
_MOST_DOTS = 200
_MOST_NEAR = 4
NAME = re.compile(r"[a-z][a-z0-9_]*")
Table = TypeVar("Table", bound=BaseModel)


def spec_folder() -> Path:
    """Return the folder of the specs that come with formcheck."""
    return data_folder("exercise_specs")


def spec_paths() -> dict[str, Path]:
    """Return the files of all exercises by id: formcheck's own, then those of other packages."""
    files = sorted(spec_folder().glob("*.toml"))
    own = {path.stem: path for path in files if path.name != SOURCES_FILE}
    return own | {name: path for name, path in load_plugins().specs.items() if name not in own}


def load_spec(name_or_path: str | Path) -> ExerciseSpec:
    """Load an exercise by id or name, or from a .toml file.

    Parameters
    ----------
    name_or_path : str or Path
        An id (``standing_march``), a name (``Standing march``; case, spaces and hyphens do not
        matter), or the path of a spec that ends in ``.toml``.

    Returns
    -------
    ExerciseSpec

    Raises
    ------
    UnknownNameError
        If no exercise has that id and no such file exists.
    SpecError
        If the file is wrong; one line for each problem.

    Examples
    --------
    >>> import formcheck as fc
    >>> spec = fc.load_spec("standing_march")
    >>> spec.name, spec.kind, spec.view
    ('Standing march', 'reps', 'side')
    """
    text = str(name_or_path)
    known = spec_paths()
    if text in known:
        return read_spec(known[text])
    path = Path(text)
    if path.suffix == ".toml":
        return read_spec(path)
    ids = _ids_by_name(known)
    wanted = _plain(text)
    if wanted in ids:
        return read_spec(known[ids[wanted]])
    near = _near(wanted, ids)
    raise UnknownNameError(
        f"There is no exercise '{text}'; did you mean {near}? `formcheck exercises` lists them all."
        if near
        else f"There is no exercise '{text}'; `formcheck exercises` lists them all."
    )


def _plain(name: str) -> str:
    """Return a name without case, spaces and signs, as ids are written."""
    return re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")


def _ids_by_name(known: Mapping[str, Path]) -> dict[str, str]:
    """Return the id of each exercise by its plain name and by its id."""
    ids: dict[str, str] = {}
    for name, path in known.items():
        try:
            title = _toml(read_bytes(path), path.name, "an exercise spec").get("name")
        except SpecError:  # of another package: it is found by its id and says there what is wrong
            continue
        if isinstance(title, str):
            ids[_plain(title)] = name
            ids[_plain(title).removeprefix("self_test_")] = name
    return ids | {name: name for name in known}


def _near(wanted: str, ids: Mapping[str, str]) -> str:
    """Return the ids whose names have all words in them, or are spelt nearly so; '' without."""
    words = [word for word in wanted.split("_") if word]
    with_words = [i for name, i in ids.items() if words and all(w in name for w in words)]
    found = with_words or [ids[n] for n in difflib.get_close_matches(wanted, list(ids), n=1)]
    *others, last = [f"'{name}'" for name in sorted(set(found))[:_MOST_NEAR]] or [""]
    return f"{', '.join(others)} or {last}" if others else last


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
    return _checked(data, file, ExerciseSpec)


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
    # Examples show the exercise whose file they are in: a variant may expect something else.
    base.pop("examples", None)
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
    return _checked(_toml(raw, file, what), file, model)


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


def _checked(data: dict[str, Any], file: str, model: type[Table]) -> Table:
    """Return the item; all its problems come in one round."""
    lines: list[str] = []
    unread: frozenset[str] = frozenset()
    try:
        item = model.model_validate(data)
    except ValidationError as error:
        lines = list(problem_lines(error, data, model))
        # What can be read of it is checked all the same: nobody corrects a file line by line.
        item, unread, more = partial(data, model)
        lines += [line for line in more if line not in lines]
    found = problems(item, REGISTRY, unread) if isinstance(item, ExerciseSpec) else []
    found += unknown_sources(sources_in(item), known_sources(getattr(item, "sources", ())))
    lines += [line for line in found if line not in lines]
    if lines:
        raise SpecError("\n".join(f"{file}: {line}" for line in lines))
    return item


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
