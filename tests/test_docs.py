"""The documentation agrees with the code: its numbers, links, paths, commands and words.

A number that comes from the code is followed by a mark that names it:

    0.45 s<!-- formcheck.core.judge.reps.GAP_S -->
    4°<!-- spec standing_march.rep.tolerance -->

Entries of tables are named in brackets, checks of a spec by their id.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.__main__ import COMMANDS
from formcheck.cli import app
from formcheck.io.specs import load_spec

REPO = Path(__file__).resolve().parents[1]
PAGES = [
    *(REPO / name for name in ("README.md", "CONTRIBUTING.md", "PRIVACY.md", "SECURITY.md")),
    *sorted((REPO / "docs").rglob("*.md")),
    *(REPO / name / "README.md" for name in ("examples", "samples")),
]
MARKED = re.compile(
    r"(-?\d+(?: \d{3})*(?:\.\d+)?)(?:[°%]| ?\w+)?<!-- ((?:spec )?[a-z_]+\.[\w.\[\]]+) -->"
)
NO_LONGER_WRITTEN = (
    *("mended", "put right", "two looks", "told off", "told falsely", "told wrongly", "whoever"),
    *("of who ", "who kneels", "tuning people", "scoring people", "scoring bodies", "hip drop"),
    *("how exact", "more exact", "a mistake is", "mistakes told", "mistakes said", "own figure"),
    *("pictures a second", "for ever ", "stands still", "kept for scoring", "exchanged by"),
    *("goes on where", "asked for)", "lets go of", "nobody makes", "tucked"),
)


def lines() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
            yield f"{page.relative_to(REPO)}:{number}", line


def marks() -> Iterator[tuple[str, float, str]]:
    for where, line in lines():
        for number, name in MARKED.findall(line):
            yield where, float(number.replace(" ", "")), name


def valued(path: str) -> Any:
    """Return what a mark names: a module's constant, or an item of a spec."""
    steps = re.findall(r"[^.\[\]]+", path.removeprefix("spec "))
    if path.startswith("spec "):
        item: Any = load_spec(steps.pop(0))
    else:
        module = next(
            ".".join(steps[:end]) for end in range(len(steps), 0, -1) if _is_module(steps[:end])
        )
        item, steps = importlib.import_module(module), steps[module.count(".") + 1 :]
    for step in steps:
        if isinstance(item, tuple):
            item = next(one for one in item if one.id == step)
        elif hasattr(item, step):
            item = getattr(item, step)
        else:
            item = item[step]
    return item


def _is_module(steps: list[str]) -> bool:
    path = REPO.joinpath(*steps)
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


@pytest.mark.parametrize(("where", "number", "name"), list(marks()))
def test_a_number_is_that_of_the_code(where: str, number: float, name: str) -> None:
    assert number == pytest.approx(valued(name)), f"{where}: {name}"


def test_every_mark_follows_a_number() -> None:
    marked = sum(1 for _ in marks())
    found = sum(
        len(re.findall(r"<!-- (?:spec [a-z_]+\.|formcheck\.)", line))
        for where, line in lines()
        if not where.startswith("CONTRIBUTING")
    )
    assert marked == found > 40


def test_links_lead_somewhere() -> None:
    broken = []
    for where, line in lines():
        for target in re.findall(r"\]\(([^)\s]+)\)", line):
            if re.match(r"[a-z]+:", target):
                continue
            path, _, heading = target.partition("#")
            page = (
                (REPO / where.split(":")[0]).parent / path if path else REPO / where.split(":")[0]
            )
            if not page.exists() or (heading and heading not in headings(page)):
                broken.append(f"{where}: {target}")
    assert not broken, broken


def headings(page: Path) -> set[str]:
    """Return the names that links to a page's headings have."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_files_that_are_named_exist() -> None:
    named = re.compile(r"`((?:formcheck|tests|docs|benchmarks|exercise_specs|examples)/[\w./*-]+)`")
    missing = [
        f"{where}: {path}"
        for where, line in lines()
        for path in named.findall(line)
        if not list(REPO.glob(path)) and "my_exercise" not in path
    ]
    assert not missing, missing


def test_benchmarks_and_commands_that_are_named_exist() -> None:
    names = {command.name or command.callback.__name__ for command in app.registered_commands}
    names |= {group.name for group in app.registered_groups}
    unknown, in_code = [], False
    for where, line in lines():
        for name, kind in re.findall(r"python -m benchmarks ([a-z]\w*)(?: ([a-z][a-z-]+))?", line):
            kinds = COMMANDS[name].kinds if name in COMMANDS else {}
            if name not in COMMANDS or (kind and kinds and kind not in kinds):
                unknown.append(f"{where}: benchmarks {name} {kind}")
        in_code = not in_code if line.startswith("```") else in_code
        for name in re.findall(rf"{'^' if in_code else '`'}formcheck ([a-z][a-z-]+)", line):
            if name not in names:
                unknown.append(f"{where}: formcheck {name}")
    assert not unknown, unknown


def test_words_that_are_no_longer_written() -> None:
    """The words of `docs/glossary.md`; the glossary itself names those that it replaces."""
    found = [
        f"{where}: {phrase}"
        for where, line in lines()
        for phrase in NO_LONGER_WRITTEN
        if re.search(rf"\b{re.escape(phrase)}", line.lower() + " ")
        and not where.startswith("docs/glossary.md")
    ]
    assert not found, found
