"""The publications that come with formcheck: ``exercise_specs/sources.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache

from formcheck.core.spec.sources import Source, SourceFile
from formcheck.io.package_data import data_folder

SOURCES_FILE = "sources.toml"


@cache
def shipped_sources() -> dict[str, Source]:
    """Return the publications of ``sources.toml`` by id."""
    path = data_folder("exercise_specs") / SOURCES_FILE
    file = SourceFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    return {source.id: source for source in file.sources}


def known_sources(own: Iterable[Source] = ()) -> dict[str, Source]:
    """Return by id the publications of ``sources.toml`` and those that a file brings itself."""
    return shipped_sources() | {source.id: source for source in own}
