"""Writes what the documentation takes from the code: what a result file holds.

python docs/generate.py            writes docs/result.schema.json and the tables of docs/files.md
python docs/generate.py --check    only says whether they are up to date (exit code 1: no)
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from formcheck.io.result_file import result_schema

DOCS = Path(__file__).parent
BEGIN = "<!-- Written by docs/generate.py from formcheck/io/result_file.py; edit those. -->\n"
END = "<!-- End of what docs/generate.py writes. -->\n"


def generated() -> dict[Path, str]:
    """Return what each file should contain."""
    schema = result_schema()
    page = DOCS / "files.md"
    before, rest = page.read_text(encoding="utf-8").split(BEGIN)
    _old, after = rest.split(END)
    tables = "\n".join(_tables(json.loads(schema)))
    return {
        DOCS / "result.schema.json": schema,
        page: f"{before}{BEGIN}\n{tables}\n{END}{after}",
    }


def _tables(schema: dict[str, Any]) -> Iterator[str]:
    """Give the lines: one table for the whole, then one for each kind of entry in it."""
    yield from _table(schema)
    entries = schema["$defs"]
    for key, inside in schema["properties"].items():
        for name in _entries_of(inside):
            yield from _entry(f"`{key}`", entries[name])
            for lower, deeper in entries[name]["properties"].items():
                for below in _entries_of(deeper):
                    yield from _entry(f"`{key}` → `{lower}`", entries[below])


def _entry(title: str, entry: dict[str, Any]) -> Iterator[str]:
    yield f"### {title}"
    yield ""
    yield entry["description"]
    yield ""
    yield from _table(entry)


def _table(entry: dict[str, Any]) -> Iterator[str]:
    yield "| key | value | what |"
    yield "|---|---|---|"
    for key, inside in entry["properties"].items():
        yield f"| `{key}` | {_kind(inside)} | {inside.get('description', '')} |"
    yield ""


def _entries_of(inside: Any) -> list[str]:
    """Return the names of the entries that a value consists of."""
    if isinstance(inside, list):
        return [name for item in inside for name in _entries_of(item)]
    if not isinstance(inside, dict):
        return []
    if "$ref" in inside:
        return [inside["$ref"].rsplit("/", 1)[-1]]
    return [name for value in inside.values() for name in _entries_of(value)]


def _kind(inside: dict[str, Any]) -> str:
    """Return what a value is, in words."""
    if "anyOf" in inside:
        return " or ".join(_kind(choice) for choice in inside["anyOf"])
    if "$ref" in inside:
        return "object"
    if "enum" in inside:
        return ", ".join(f"`{choice}`" for choice in inside["enum"])
    if "const" in inside:
        return f"`{inside['const']}`"
    if inside["type"] == "array":
        return f"list of {_kind(inside['items'])}s"
    if inside["type"] == "object":
        by_side = "patternProperties" in inside
        values = (
            next(iter(inside["patternProperties"].values()))
            if by_side
            else inside["additionalProperties"]
        )
        return f"{_kind(values)} by {'side' if by_side else 'name'}"
    words = {"integer": "integer", "number": "number", "string": "text", "boolean": "boolean",
             "null": "`null`"}  # fmt: skip
    return words[inside["type"]]


def main() -> int:
    """Write the files, or say which are out of date."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    only_check = parser.parse_args().check
    stale = [
        path for path, text in generated().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]  # fmt: skip
    if only_check:
        for path in stale:
            print(f"{path} is out of date: run python docs/generate.py", file=sys.stderr)
        return 1 if stale else 0
    for path in stale:
        path.write_text(generated()[path], encoding="utf-8")
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
