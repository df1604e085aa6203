"""Where the numbers of a spec come from: ids of publications, and a remark.

``source = "S0, S3: thigh level; tolerance heuristic"`` names the publications `S0` and `S3`; what
comes after the colon is a remark for people. "heuristic" stands where nothing was published.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from formcheck.core.spec.fields import Model, Text
from formcheck.errors import did_you_mean

HEURISTIC = "heuristic"
NO_PUBLICATION = "no published source; kept until there is a better one"
_OLD_WORDS = {"own": HEURISTIC}


class Source(Model):
    """One publication."""

    id: Annotated[str, Field(pattern=r"^[A-Z][A-Za-z0-9 ]*$", max_length=40)] = Field(
        description="Its name in specs: a capital letter first, then letters, digits and spaces."
    )
    title: Text = Field(description='Its title, or "unknown".')
    by: Text = Field(description="Publisher, or authors and journal; say where it is unknown.")
    year: Annotated[int, Field(strict=True, ge=1800, le=2200)] | Literal["unknown"] = Field(
        description='The year, or "unknown".'
    )
    address: Text = Field(description='Link or DOI, or "unknown".')

    @property
    def whole(self) -> str:
        """Title, publisher, year and address as one line."""
        year = "year unknown" if self.year == "unknown" else str(self.year)
        address = "address unknown" if self.address == "unknown" else self.address
        title = "title unknown" if self.title == "unknown" else f"“{self.title}”"
        return f"{title}, {self.by}, {year}, {address}"


class SourceFile(Model):
    """What a ``sources.toml`` holds."""

    sources: tuple[Source, ...] = Field(description="The publications.")


def ids_of(source: str) -> tuple[str, ...]:
    """Return what a source names: the ids before the colon, in order."""
    return tuple(part.strip() for part in source.partition(":")[0].split(","))


def remark_of(source: str) -> str:
    """Return what a source says after the colon, an empty text for nothing."""
    return source.partition(":")[2].strip()


def sources_in(item: BaseModel, where: str = "") -> Iterator[tuple[str, str]]:
    """Give every source in a spec, routine or programme with the way to it."""
    for name in type(item).model_fields:
        value = getattr(item, name, None)
        here = f"{where} -> {name}" if where else name
        if name == "source" and isinstance(value, str):
            yield here, value
        elif isinstance(value, BaseModel):
            yield from sources_in(value, here)
        elif isinstance(value, tuple):
            for number, part in enumerate(value, 1):
                if isinstance(part, BaseModel):
                    name_of = getattr(part, "id", None)
                    label = f"'{name_of}'" if name_of else str(number)
                    yield from sources_in(part, f"{here} {label}")


def unknown_sources(cited: Iterable[tuple[str, str]], known: Mapping[str, Source]) -> list[str]:
    """Return one line for each id that is in no ``sources.toml``, with the way to it."""
    lines = []
    for where, source in cited:
        for name in ids_of(source):
            if name == HEURISTIC or name in known:
                continue
            near = _OLD_WORDS.get(name) or next(
                (item for item in known if re.match(rf"{re.escape(item)}\b", name)), None
            )
            mend = f"; did you mean '{near}'?" if near else did_you_mean(name, [*known, HEURISTIC])
            short = name if len(name) <= 50 else name[:47] + "..."
            there = f"; there are {', '.join(known)} and {HEURISTIC}"
            lines.append(f"{where}: '{short}' is no source{mend or there}")
    return lines


def reference_list(cited: Iterable[str], known: Mapping[str, Source]) -> list[tuple[str, str]]:
    """Return id and whole text of what is cited, each once, in the order of `known`.

    Parameters
    ----------
    cited : iterable of str
        Sources as specs have them.
    known : mapping of str to Source
    """
    names = {name for source in cited for name in ids_of(source)}
    rows = [(name, source.whole) for name, source in known.items() if name in names]
    return [*rows, (HEURISTIC, NO_PUBLICATION)] if HEURISTIC in names else rows
