"""How many cores there are, and whether this process has them for itself."""

from __future__ import annotations

import os

_shared = False


def usable() -> int:
    """Return on how many cores this process may run."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def share() -> None:
    """Say that as many processes like this one are at work as there are cores."""
    global _shared  # noqa: PLW0603
    _shared = True


def are_shared() -> bool:
    """Return True where `share` was said in this process."""
    return _shared
