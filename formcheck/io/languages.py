"""Reads the messages of another language from ``messages/*.toml``; English is in the code."""

from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path
from typing import Any

from formcheck.core.messages import ENGLISH, Messages
from formcheck.errors import SettingError, UnknownNameError, did_you_mean

_FOLDER = Path(__file__).parents[1] / "messages"


def languages() -> list[str]:
    """Return the languages there are, by their two letters."""
    return sorted({ENGLISH.language, *(path.stem for path in _FOLDER.glob("*.toml"))})


def load_messages(language: str) -> Messages:
    """Return the messages of a language.

    Raises
    ------
    UnknownNameError
        When there is no such language.
    SettingError
        When its file misses a text, has one too many, or changes a ``{place}``.
    """
    known = languages()
    if language not in known:
        raise UnknownNameError(
            f"language '{language}' is not known{did_you_mean(language, known)}; "
            f"there are: {', '.join(known)}"
        )
    if language == ENGLISH.language:
        return ENGLISH
    path = _FOLDER / f"{language}.toml"
    return parse_messages(tomllib.loads(path.read_text(encoding="utf-8")), path.name)


def parse_messages(data: dict[str, Any], file: str) -> Messages:
    """Check the texts of one language and return them; problems are reported together."""
    wanted = {field.name for field in dataclasses.fields(Messages)}
    problems = [
        f"{file}: '{name}' is missing" for name in sorted(wanted - data.keys() - {"phrases"})
    ]
    for name, text in data.items():
        if name not in wanted:
            problems.append(f"{file}: '{name}' is not a known text{did_you_mean(name, wanted)}")
        elif name == "phrases":
            if not _is_table_of_texts(text):
                problems.append(f"{file}: 'phrases' must be a table of texts")
        elif not isinstance(text, str):
            problems.append(f"{file}: '{name}' must be a text")
        elif _places(text) != _places(getattr(ENGLISH, name)):
            need = " and ".join(sorted(_places(getattr(ENGLISH, name)))) or "no {place}"
            problems.append(f"{file}: '{name}' must have {need}")
    if problems:
        raise SettingError("\n".join(problems))
    return Messages(**data)


def _places(text: str) -> set[str]:
    return {"{" + part.split("}")[0] + "}" for part in text.split("{")[1:]}


def _is_table_of_texts(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())
