"""What may import what: the rooms of `pyproject.toml`'s contracts, a pure core, a quick start."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

import formcheck

PACKAGE = Path(formcheck.__file__).parent
PROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"
CONTRACTS = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
HEAVY = ("cv2", "mediapipe", "av", "numpy", "pydantic", "jinja2", "plotly", "matplotlib")


def module_name(path: Path) -> str:
    parts = ("formcheck", *path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


TREES = {
    module_name(path): ast.parse(path.read_text(encoding="utf-8"), str(path))
    for path in sorted(PACKAGE.rglob("*.py"))
}
CORE = sorted(name for name in TREES if name.startswith("formcheck.core"))


def imports(tree: ast.AST) -> set[str]:
    """All modules imported anywhere in a file, in functions too."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports say the whole name"
            assert node.module is not None
            found.add(node.module)
            # `from formcheck.commands import live` imports a module as well.
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def tops(tree: ast.AST) -> set[str]:
    return {name.split(".")[0] for name in imports(tree)}


@pytest.mark.parametrize("contract", [contract["id"] for contract in CONTRACTS])
def test_the_contract_is_kept(contract, capsys):
    kept = lint_imports(
        config_filename=str(PROJECT), limit_to_contracts=(contract,), no_cache=True
    )
    assert kept == 0, capsys.readouterr().out


def test_no_contract_has_an_exception():
    assert not [contract["id"] for contract in CONTRACTS if "ignore_imports" in contract]


@pytest.mark.parametrize("name", CORE)
def test_the_core_needs_numpy_and_pydantic_and_nothing_else(name):
    third = tops(TREES[name]) - set(sys.stdlib_module_names) - {"formcheck"}
    assert third <= {"numpy", "pydantic"}


@pytest.mark.parametrize("name", CORE)
def test_the_core_opens_and_prints_nothing(name):
    calls = {
        node.func.id
        for node in ast.walk(TREES[name])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert calls.isdisjoint({"open", "print", "input", "exec", "eval", "__import__"})


def test_nothing_of_the_package_imports_tests_or_ground_truth():
    for name, tree in TREES.items():
        assert tops(tree).isdisjoint({"tests", "groundtruth", "benchmarks", "pytest"}), name


def loaded_by(statement: str, among: tuple[str, ...]) -> str:
    code = f"import sys; {statement}; print([m for m in {among!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.strip()


def test_the_command_line_starts_without_anything_heavy():
    assert loaded_by("import formcheck.cli", HEAVY) == "[]"


def test_the_package_itself_is_light():
    assert loaded_by("import formcheck", HEAVY) == "[]"


def test_importing_the_core_imports_no_edge():
    edges = ("cv2", "mediapipe", "av", "typer", "rich")
    core = "import formcheck.core.judge.session, formcheck.core.coach.plan"
    assert loaded_by(core, edges) == "[]"


def test_there_are_no_import_cycles_at_the_top_of_modules():
    """Imports under TYPE_CHECKING and in functions are no cycles when the program runs."""
    graph = {}
    for name, tree in TREES.items():
        body = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        graph[name] = (imports(ast.Module(body, [])) & TREES.keys()) - {name, "formcheck"}
    done: set[str] = set()

    def walk(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, " -> ".join((*way, name))
        if name not in done:
            for other in sorted(graph[name]):
                walk(other, (*way, name))
            done.add(name)

    for name in sorted(graph):
        walk(name, ())
