"""What other packages add: kinds of measurement and exercise specs, through entry points.

Groups of entry points, and what each must name:

``formcheck.measurements``
    A `MeasurementKind`, or an iterable of them.
``formcheck.specs``
    The folder of its ``.toml`` specs: a package (its own folder), or a `Path` or text.

A package that is broken breaks nothing else: what it adds is left out, and `Plugins.problems` says
why (`formcheck doctor` shows it).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

from formcheck.core.measure.kinds import REGISTRY, MeasurementKind

MEASUREMENTS, SPECS = "formcheck.measurements", "formcheck.specs"


@dataclass(slots=True)
class Plugins:
    """What was found in other packages.

    Attributes
    ----------
    kinds : list of str
        Names of the kinds of measurement that were added.
    specs : dict of str to Path
        Files of exercise specs by id.
    problems : list of str
        One sentence for each thing that could not be used: package, entry point, why.
    """

    kinds: list[str] = field(default_factory=list)
    specs: dict[str, Path] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


@cache
def load_plugins() -> Plugins:
    """Find what other packages add, once; register their kinds of measurement."""
    found = Plugins()
    for group, take in ((MEASUREMENTS, _take_kinds), (SPECS, _take_specs)):
        for entry in entry_points(group=group):
            # A stranger's code may fail in any way, and must not take the program with it.
            try:
                take(found, entry.load())
            except Exception as error:
                found.problems.append(f"{_whose(entry)}: {_why(error)}")
    return found


def _take_kinds(found: Plugins, given: Any) -> None:
    for kind in given if isinstance(given, Iterable) else [given]:
        REGISTRY.register(kind)
        assert isinstance(kind, MeasurementKind)
        found.kinds.append(kind.name)


def _take_specs(found: Plugins, given: Any) -> None:
    folder = Path(next(iter(given.__path__))) if isinstance(given, ModuleType) else Path(given)
    if not folder.is_dir():
        raise ValueError(f"'{folder}' is not a folder of specs")
    for path in sorted(folder.glob("*.toml")):
        if path.stem in found.specs:
            raise ValueError(f"another package has an exercise '{path.stem}' already")
        found.specs[path.stem] = path


def _whose(entry: EntryPoint) -> str:
    package = entry.dist.name if entry.dist is not None else "unknown package"
    return f"{package}: entry point '{entry.name}' in {entry.group}"


def _why(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text if isinstance(error, ValueError) else f"{type(error).__name__}: {text}"
