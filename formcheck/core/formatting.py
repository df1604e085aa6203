"""Numbers as people read them, the same way everywhere.

The summary in the terminal, the reports, the history and what is drawn over the image take their
numbers from here: a unit with every number, no NaN, and as many digits as the unit deserves. Units
are named as in the result files (``deg``, ``s``, ``ratio``, …).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

UNKNOWN = "–"
_MINUS = "−"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Unit:
    """What stands behind a number (with its space), the unit's name, and the digits shown."""

    sign: str
    word: str
    digits: int


_UNITS: Mapping[str, _Unit] = {
    "": _Unit("", "", 0),
    "deg": _Unit("°", "degrees", 0),
    "s": _Unit(" s", "seconds", 1),
    "ratio": _Unit("", "", 2),
    "per_s": _Unit(" per s", "per second", 1),
    "deg_per_s": _Unit("°/s", "degrees per second", 0),
    "deg/s": _Unit("°/s", "degrees per second", 0),
    "ratio/s": _Unit(" per s", "per second", 2),
    "turns": _Unit(" turns", "turns", 0),
}


def _unit(unit: str) -> _Unit:
    return _UNITS.get(unit) or _Unit(f" {unit}", unit, 1)


def unit_sign(unit: str) -> str:
    """Return what stands behind a number of this unit, with its space; a ratio has none."""
    return _unit(unit).sign


def unit_word(unit: str) -> str:
    """Return the unit's name, in the plural; a ratio has none."""
    return _unit(unit).word


def known(value: object) -> float | None:
    """Return a number, or None for what is none or not finite."""
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else None


def number_text(value: object, unit: str, digits: int | None = None) -> str:
    """Return a number alone, for a table whose head names the unit; a dash where it is unknown."""
    number = known(value)
    if number is None:
        return UNKNOWN
    if digits is None:
        digits = _unit(unit).digits
    # Adding zero turns the -0.0 that a rounded -0.3 becomes into 0.0.
    return f"{round(number, digits) + 0.0:.{digits}f}".replace("-", _MINUS)


def value_text(value: object, unit: str, digits: int | None = None) -> str:
    """Return a number with its unit: ``71°``, ``1.9 s``, ``0.22``; a dash where it is unknown."""
    text = number_text(value, unit, digits)
    return text if text == UNKNOWN else text + unit_sign(unit)


def pair_text(one: float, other: float, unit: str) -> tuple[str, str]:
    """Return two different values so that they read differently: with one digit more if need be."""
    texts = value_text(one, unit), value_text(other, unit)
    if texts[0] != texts[1] or one == other:
        return texts
    digits = _unit(unit).digits + 1
    return value_text(one, unit, digits), value_text(other, unit, digits)


def missed_text(worst: float, limit: float, unit: str) -> str:
    """Return what was measured against what was wanted: ``worst 71°, target ≥ 80°``."""
    shown, wanted = pair_text(worst, limit, unit)
    return f"worst {shown}, target {'≤' if worst > limit else '≥'} {wanted}"


def time_text(time_s: object) -> str:
    """Return a time in the video, e.g. ``9.7 s`` or ``1:02.4 min``."""
    seconds = known(time_s)
    if seconds is None:
        return UNKNOWN
    tenths = round(seconds * 10)
    minutes, tenths = divmod(tenths, 600)
    if minutes:
        return f"{minutes}:{tenths // 10:02d}.{tenths % 10} min"
    return f"{tenths / 10:.1f} s"


def minutes_text(seconds: float) -> str:
    """Return a time as people say it: ``5 min 20 s``."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def percent_text(fraction: object) -> str:
    """Return a proportion in whole per cent, e.g. ``97 %``; what is unknown counts as none."""
    return f"{100 * (known(fraction) or 0.0):.0f} %"


def count_text(count: float, one: str, many: str | None = None) -> str:
    """Return a number with its noun, e.g. ``1 rep`` or ``3 reps``."""
    return f"{count:g} {one if count == 1 else many or one + 's'}"


def times_text(count: int) -> str:
    """Return how often, e.g. ``once`` or ``3 times``."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def by_side_text(values: Mapping[str, _T], text: Callable[[_T], str]) -> str:
    """Return numbers by side, e.g. ``3 reps left, 2 reps right``."""
    if set(values) == {"both"}:
        return text(values["both"])
    return ", ".join(f"{text(value)} {side}" for side, value in values.items())


def joined(parts: Iterable[str]) -> str:
    """Return parts as in a sentence: ``a, b and c``."""
    items = list(parts)
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + " and " + items[-1]


def capitalised(text: str) -> str:
    """Return the text with its first letter in upper case, the rest untouched."""
    return text[:1].upper() + text[1:]
