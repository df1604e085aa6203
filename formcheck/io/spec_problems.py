"""What is wrong in a spec, in words: the way to the item, its value and the likely fix."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator
from typing import Annotated, Any, TypeVar, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from formcheck.errors import did_you_mean

Table = TypeVar("Table", bound=BaseModel)
Loc = tuple[int | str, ...]


def problem_lines(
    error: ValidationError, data: dict[str, Any], root: type[BaseModel]
) -> Iterator[str]:
    """Give each problem that pydantic found as a line with the way to it."""
    told = set()
    for item in error.errors():
        if item["type"] == "too_short" and item["input"]:
            continue  # pydantic counts only good items; the problems of others are reported
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
    "examples",
    "moments",
    "expect",
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


# -- what can be read of a file that is wrong --------------------------------------------------


class _UnreadableError(Exception):
    """An item without something that it must have."""


# Stand in for what the whole spec must have and what is wrong; what they say is never checked.
_STAND_INS: dict[str, Any] = {
    "id": "unread", "name": "unread", "summary": "unread", "source": "heuristic",
    "kind": "reps", "view": "side", "position": "standing", "sides": "both",
}  # fmt: skip


def partial(data: dict[str, Any], model: type[Table]) -> tuple[Table, frozenset[str], list[str]]:
    """Build what can be read of a file that has problems, so that the rest is checked, too.

    Parameters
    ----------
    data : dict
    model : type

    Returns
    -------
    Table
        Without the items that cannot be read.
    frozenset of str
        Keys whose value is missing or not what was written (``view``, ``dose.duration_s``).
    list of str
        Problems of items whose single values are right, a line each.
    """
    reader = _PartialReader(data, model)
    item = reader.read(data, model, ())
    return item, frozenset(reader.unread), reader.lines


class _PartialReader:
    def __init__(self, data: dict[str, Any], root: type[BaseModel]) -> None:
        self._data, self._root = data, root
        self.unread: set[str] = set()
        self.lines: list[str] = []
        self._unsound: list[BaseModel] = []

    def read(self, data: dict[str, Any], model: type[Table], loc: Loc) -> Table:
        """Build one table from the values in it that are right."""
        values: dict[str, Any] = {}
        sound = True
        for name, field in model.model_fields.items():
            try:
                if name in data:
                    here = (*loc, name)
                    values[name] = self._value(data[name], field, here, _model_of(model, name))
                elif field.is_required():
                    raise _UnreadableError
            except _UnreadableError:
                if loc and field.is_required():
                    raise
                # Without a limit that was given wrongly, a table's own rules would miss a limit.
                sound = sound and field.default is not None
                self.unread.add(".".join(map(str, (*loc, name))))
                if not loc and field.is_required() and name in _STAND_INS:
                    values[name] = _STAND_INS[name]
        item = model.model_construct(**values)
        if not sound or not (loc and self._follows_its_rules(model, values, loc)):
            self._unsound.append(item)
        return item

    def _value(self, value: Any, field: FieldInfo, loc: Loc, nested: type[BaseModel] | None) -> Any:
        if nested is not None and isinstance(value, dict):
            return self.read(value, nested, loc)
        if nested is not None and isinstance(value, list):
            return tuple(self._items(value, nested, loc))
        try:
            allowed: Any = Annotated[field.annotation, field]
            return TypeAdapter(allowed).validate_python(value)
        except ValidationError:
            near = difflib.get_close_matches(str(value), map(str, get_args(field.annotation)), n=1)
            if near and isinstance(value, str):
                return near[0]
            raise _UnreadableError from None

    def _items(self, values: list[Any], nested: type[BaseModel], loc: Loc) -> Iterator[BaseModel]:
        for number, value in enumerate(values):
            if isinstance(value, dict):
                try:
                    yield self.read(value, nested, (*loc, number))
                except _UnreadableError:
                    self.unread.add(".".join(map(str, (*loc, number))))

    def _follows_its_rules(self, model: type[BaseModel], values: dict[str, Any], loc: Loc) -> bool:
        """Return what the table's own rules say of the values that are right, and note it."""
        sound = {name: self._sound(value) for name, value in values.items()}
        try:
            model.model_validate(sound)
        except ValidationError as error:
            for item in error.errors():
                if item["type"] == "value_error" and not item["loc"]:
                    where, _, _ = _breadcrumb(loc, self._data, self._root)
                    self.lines.append(f"{where}: {_what(item, model)}")
            self.unread.add(".".join(map(str, (*loc, "rules"))))
            return False
        return True

    def _sound(self, value: Any) -> Any:
        """Leave out items that break rules of their own: those are reported already."""
        if not isinstance(value, tuple):
            return value
        return tuple(v for v in value if not any(v is item for item in self._unsound))
