"""How often Python looks for garbage: seldom while the program loads, and not at its end."""

from __future__ import annotations

import gc

# Own figure. Loading the program makes some hundred thousand objects that stay; to look through
# them for garbage after every 700, as Python does, takes a twentieth of a second of it.
OBJECTS_BEFORE_A_LOOK = 50_000

_usual: tuple[int, int, int] | None = None


def look_seldom() -> None:
    """Look for garbage seldom, until `look_as_usual`."""
    global _usual  # noqa: PLW0603
    if _usual is None:
        _usual = gc.get_threshold()
        gc.set_threshold(OBJECTS_BEFORE_A_LOOK)


def look_as_usual() -> None:
    """Look for garbage as before `look_seldom`, but not among what is loaded by now.

    Pictures are garbage at times (PyAV ties some to their side data in a circle), and an hour of
    them filled memory. Where `look_seldom` was not called, as in other people's programs, it does
    nothing.
    """
    global _usual  # noqa: PLW0603
    if _usual is not None:
        gc.freeze()
        gc.set_threshold(*_usual)
        _usual = None


def look_no_more() -> None:
    """Look through nothing when the program ends: it would take as long as at the start."""
    gc.freeze()
