"""The front door of the benchmarks: what it lists is there, and what is missing is said."""

from __future__ import annotations

import ast
import importlib
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from benchmarks import common
from benchmarks.__main__ import COMMANDS, main

ALL = {
    name if kind is None else f"{name} {kind}": command if kind is None else command.kinds[kind]
    for name, command in COMMANDS.items()
    for kind in (None, *command.kinds)
}


@pytest.fixture(autouse=True)
def own_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    # The door names the program in them, for the parsers behind it.
    monkeypatch.setattr(sys, "argv", ["benchmarks"])


def test_alone_it_lists_every_command_on_a_line_of_its_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([]) == 0
    lines = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()]
    for name, command in COMMANDS.items():
        assert [name, command.line] in lines


@pytest.mark.parametrize("name", ALL)
def test_every_kind_has_a_module_with_a_main(name: str) -> None:
    found = find_spec(ALL[name].module)
    if found is None:
        assert main(name.split()) == 1
        return
    assert found.origin is not None
    tree = ast.parse(Path(found.origin).read_text(encoding="utf-8"))
    mains = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "main"]
    assert [argument.arg for argument in mains[0].args.args] == ["argv"]


def test_a_package_that_is_missing_is_said_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_name: str) -> None:
        raise ModuleNotFoundError("No module named 'torch'", name="torch")

    monkeypatch.setattr(importlib, "import_module", fail)
    assert main(["accuracy", "--built-only"]) == 1
    assert capsys.readouterr().err == (
        "'accuracy' needs torch, which is not installed: pip install -e '.[groundtruth]'\n"
    )


def test_a_mistake_of_ours_is_no_missing_package(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_name: str) -> None:
        raise ImportError("cannot import name 'x'", name="formcheck.core")

    monkeypatch.setattr(importlib, "import_module", fail)
    with pytest.raises(ImportError, match="cannot import name"):
        main(["accuracy"])


def test_a_page_is_replaced_between_its_markers_only() -> None:
    page = "a\n<!-- x: begin. By a script. -->\nold\n<!-- x: end -->\nb\n"
    made = common.between_markers(page, "<!-- x: begin", "<!-- x: end -->", ["new", "lines"])
    assert made == "a\n<!-- x: begin. By a script. -->\nnew\nlines\n<!-- x: end -->\nb\n"
    with pytest.raises(ValueError, match="no section"):
        common.between_markers("a", "<!-- x: begin", "<!-- x: end -->", [])


def test_figures_are_linked_as_the_page_sees_them(tmp_path: Path) -> None:
    figures = tmp_path / "benchmarks" / "results" / "speed.json"
    link = common.link_from(tmp_path / "docs" / "scaling.md", figures)
    assert link == "[speed.json](../benchmarks/results/speed.json)"


def test_figures_are_written_whole(tmp_path: Path) -> None:
    common.write_json(None, {"a": 1})
    common.write_json(tmp_path / "new" / "f.json", {"a": 1})
    assert (tmp_path / "new" / "f.json").read_text() == '{\n "a": 1\n}\n'
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["f.json"]


@pytest.mark.parametrize(
    ("good", "of", "low", "high"),
    [(0, 0, 0.0, 1.0), (0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0), (5, 10, 0.237, 0.763)],
)
def test_wilsons_interval(good: int, of: int, low: float, high: float) -> None:
    assert common.wilson(good, of) == pytest.approx((low, high), abs=1e-3)


def test_the_readme_names_the_script_that_writes_its_table() -> None:
    text = (common.ROOT / "README.md").read_text(encoding="utf-8")
    assert "<!-- accuracy: begin. Written by benchmarks/accuracy/table.py " in text
    assert (common.ROOT / "benchmarks" / "accuracy" / "table.py").is_file()
