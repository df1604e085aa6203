"""Imports other packages without parts of theirs that take long to load and are not used here."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any


@contextmanager
def left_out(*names: str) -> Iterator[None]:
    """Let whatever is imported in this block go without these modules.

    It gets stand-ins. Whoever uses one after the block, for example another program that shares
    this process, uses the module itself, which is loaded then.

    Parameters
    ----------
    names : str
        Full names; a package before its parts. One that is loaded already stays.
    """
    stand_ins = {name: _StandIn(name) for name in names if name not in sys.modules}
    sys.modules.update(stand_ins)
    for name, stand_in in stand_ins.items():
        package, _, part = name.rpartition(".")
        if package in stand_ins:
            setattr(stand_ins[package], part, stand_in)
    try:
        yield
    finally:
        for name, stand_in in stand_ins.items():
            if sys.modules.get(name) is stand_in:
                del sys.modules[name]


class _StandIn(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            # `from module import name`: something that may stand in an annotation.
            return type(name, (), {})
        return getattr(importlib.import_module(self.__name__), name)
