"""What the C library of Linux keeps of memory that was freed, kept small.

Each landmarker has threads of its own, and a long video is tracked in pieces (128 for three hours)
with landmarkers of their own. glibc gives threads up to eight heaps a core, each of which stays as
large as a thread ever made it. Three hours of small pictures needed 420 MB after 18 minutes and
490 MB after two hours; with two heaps 310 to 330 MB, flat.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys

HEAPS = 2
# Of glibc's malloc.h.
_M_ARENA_MAX = -8


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


def _tell_glibc(call: str, *values: int) -> None:
    if sys.platform.startswith("linux"):
        # No other C library has these calls.
        with contextlib.suppress(OSError, AttributeError):
            getattr(ctypes.CDLL(None), call)(*values)
