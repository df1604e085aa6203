"""What may import what, read from the source: the core stays pure, the command line starts fast."""

from __future__ import annotations

import ast
import functools
import subprocess
import sys
from pathlib import Path

import pytest

import formcheck

PACKAGE = Path(formcheck.__file__).parent
PURE = {
    "formcheck.core.geometry",
    "formcheck.core.pose",
    "formcheck.core.events",
    "formcheck.core.body.view",
    "formcheck.core.body.body",
    "formcheck.core.measure.kinds",
    "formcheck.core.measure.outline",
    "formcheck.core.measure.spine",
    "formcheck.core.measure.spine_fit",
    "formcheck.core.measure.spine_range",
    "formcheck.core.measure.positions",
    "formcheck.core.measure.smoothing",
    "formcheck.core.judge.reps",
    "formcheck.core.judge.cycles",
    "formcheck.core.judge.pace",
    "formcheck.core.judge.self_test",
    "formcheck.core.judge.checks",
    "formcheck.core.judge.side",
    "formcheck.core.judge.session",
    "formcheck.core.judge.summary",
    "formcheck.core.body.leg_identity",
    "formcheck.core.spec.exercise",
    "formcheck.core.spec.cross_checks",
    "formcheck.core.body.tracker",
    "formcheck.core.body.fusion",
    "formcheck.errors",
}
EDGES = ("cv2", "mediapipe", "av", "typer", "rich", "platformdirs", "jinja2", "plotly", "tomllib")
CLOCKS = ("time", "datetime", "sched", "threading", "asyncio", "calendar")
FILES = ("pathlib", "os", "io", "shutil", "tempfile", "glob", "subprocess", "socket", "urllib")
HEAVY = ("cv2", "mediapipe", "av", "numpy", "pydantic", "jinja2", "plotly", "matplotlib")
READERS_OF_TOML = {"formcheck.io.specs", "formcheck.estimate.models", "formcheck.io.languages"}


def module_name(path: Path) -> str:
    parts = ("formcheck", *path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


TREES = {
    module_name(path): ast.parse(path.read_text(encoding="utf-8"), str(path))
    for path in sorted(PACKAGE.rglob("*.py"))
}


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


def own(tree: ast.AST) -> set[str]:
    return {name for name in imports(tree) if name in TREES and name != "formcheck"}


def test_the_pure_modules_exist():
    assert TREES.keys() >= PURE


@pytest.mark.parametrize("name", sorted(PURE))
def test_pure_modules_know_no_camera_clock_or_file(name):
    tree = TREES[name]
    assert tops(tree).isdisjoint({*EDGES, *CLOCKS, *FILES})
    calls = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and hasattr(n.func, "id")}
    assert calls.isdisjoint({"open", "print", "input", "exec", "eval", "__import__"})


@pytest.mark.parametrize("name", sorted(PURE))
def test_pure_modules_import_only_the_standard_library_numpy_pydantic_and_each_other(name):
    tree = TREES[name]
    third = tops(tree) - set(sys.stdlib_module_names) - {"formcheck"}
    allowed = {"pydantic"} if name == "formcheck.core.spec.exercise" else {"numpy"}
    assert third <= allowed
    # Whatever else of ours is imported has to be pure as well.
    assert own(tree) <= PURE | pure_by_import()


@functools.cache
def pure_by_import() -> frozenset[str]:
    """Modules of ours that import neither edges, clocks nor files, themselves or by others."""
    pure = set()
    for name in TREES:
        seen, todo = set(), {name}
        while todo:
            now = todo.pop()
            seen.add(now)
            todo |= own(TREES[now]) - seen
        if all(tops(TREES[n]).isdisjoint({*EDGES, *CLOCKS, *FILES}) for n in seen):
            pure.add(name)
    return frozenset(pure)


def importers(top: str) -> set[str]:
    return {name for name, tree in TREES.items() if top in tops(tree)}


def test_one_module_knows_mediapipe():
    assert importers("mediapipe") == {"formcheck.estimate.mediapipe"}


def test_few_modules_know_toml():
    assert importers("tomllib") <= READERS_OF_TOML | {
        name for name in TREES if name.startswith("formcheck.routine")
    }
    assert "formcheck.io.specs" in importers("tomllib")


def test_nothing_of_the_package_imports_tests_or_ground_truth():
    for name, tree in TREES.items():
        assert tops(tree).isdisjoint({"tests", "groundtruth", "benchmarks", "pytest"}), name


def test_the_command_line_starts_without_anything_heavy():
    code = f"import sys, formcheck.cli; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def test_importing_the_core_imports_no_edge():
    code = (
        "import sys, formcheck.core.judge.session, formcheck.core.spec.cross_checks; "
        "print([m for m in ('cv2', 'mediapipe', 'av', 'typer', 'rich') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def test_there_are_no_import_cycles_at_the_top_of_modules():
    """Imports under TYPE_CHECKING and in functions are no cycles when the program runs."""
    graph = {}
    for name, tree in TREES.items():
        top = ast.Module([n for n in tree.body if not isinstance(n, ast.If)], [])
        body = [n for n in top.body if isinstance(n, ast.Import | ast.ImportFrom)]
        graph[name] = own(ast.Module(body, [])) - {name}
    done: set[str] = set()

    def walk(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, " -> ".join((*way, name))
        if name not in done:
            for other in sorted(graph[name]):
                walk(other, (*way, name))
            done.add(name)

    for name in sorted(graph):
        walk(name, ())
