"""Settings of this process: its cores, what its C library keeps, how often Python collects garbage.

Each landmarker has threads of its own, and a long video is tracked in segments (128 for three
hours) with landmarkers of their own. glibc gives threads up to eight heaps a core, each of which
stays as large as a thread ever made it. Three hours of small frames needed 420 MB after 18
minutes and 490 MB after two hours; with two heaps 310 to 330 MB, flat.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import sys
from collections.abc import Iterator

HEAPS = 2
# Of glibc's malloc.h.
_M_ARENA_MAX = -8
# Heuristic. Loading the program makes some hundred thousand objects that stay; to look through
# them for garbage after every 700, as Python does, takes a twentieth of a second of it.
OBJECTS_BEFORE_COLLECTING = 50_000
# New objects after which a live session collects garbage, of which a frame leaves none; its
# usual 700 are made in one frame.
OBJECTS_BEFORE_COLLECTING_LIVE = 20_000

_cores_shared = False
_usual_thresholds: tuple[int, int, int] | None = None


def usable_cores() -> int:
    """Return on how many cores this process may run."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def share_cores() -> None:
    """Say that as many processes like this one are at work as there are cores."""
    global _cores_shared  # noqa: PLW0603
    _cores_shared = True


def cores_are_shared() -> bool:
    """Return True where `share_cores` was said in this process."""
    return _cores_shared


def share_heaps() -> None:
    """Let all threads of this process, and of those it starts, share two heaps.

    Call it before anything starts a thread (numpy does): after that glibc no longer listens.
    """
    os.environ.setdefault("MALLOC_ARENA_MAX", str(HEAPS))
    _tell_glibc("mallopt", _M_ARENA_MAX, HEAPS)


def return_freed_memory() -> None:
    """Give memory that was freed back to the system.

    glibc keeps it, in pieces that the next landmarker does not fit into.
    """
    _tell_glibc("malloc_trim", 0)


def collect_seldom() -> None:
    """Collect garbage seldom, until `collect_as_usual`."""
    global _usual_thresholds  # noqa: PLW0603
    if _usual_thresholds is None:
        _usual_thresholds = gc.get_threshold()
        gc.set_threshold(OBJECTS_BEFORE_COLLECTING)


def collect_as_usual() -> None:
    """Collect garbage as before `collect_seldom`, but not among what is loaded by now.

    Frames are garbage at times (PyAV ties some to their side data in a circle), and an hour of
    them filled memory. Where `collect_seldom` was not called, as in other people's programs, it
    does nothing.
    """
    global _usual_thresholds  # noqa: PLW0603
    if _usual_thresholds is not None:
        gc.freeze()
        gc.set_threshold(*_usual_thresholds)
        _usual_thresholds = None


@contextlib.contextmanager
def collecting_seldom() -> Iterator[None]:
    """Let Python look for cycles of dead objects seldom, and not among what is there already."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BEFORE_COLLECTING_LIVE, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def collect_no_more() -> None:
    """Look through nothing when the program ends: it would take as long as at the start."""
    gc.freeze()


def _tell_glibc(call: str, *values: int) -> None:
    if sys.platform.startswith("linux"):
        # No other C library has these calls.
        with contextlib.suppress(OSError, AttributeError):
            getattr(ctypes.CDLL(None), call)(*values)
