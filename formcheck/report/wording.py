"""Words for what the result files call by name: no raw ids, no NaN, a unit with every number."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from formcheck.core.measure.kinds import REGISTRY

UNKNOWN = "–"
_UNIT_SIGNS = {
    "deg": "°",
    "s": " s",
    "ratio": " %",
    "per_s": " per s",
    "deg_per_s": " °/s",
    "deg/s": " °/s",
    "ratio/s": " % a second",
    "turns": " turns",
}
_UNIT_WORDS = {
    "deg": "degrees",
    "s": "seconds",
    "ratio": "per cent",
    "per_s": "per second",
    "deg_per_s": "degrees per second",
    "deg/s": "degrees per second",
    "ratio/s": "per cent a second",
}
_STATS = {
    "max": "highest",
    "min": "lowest",
    "mean": "average",
    "range": "range",
    "peak": "highest",
    "top": "at the top",
    "end": "at the end",
    "start": "at the start",
    "size": "there and back",
    "radius": "radius",
}
# What plus and minus mean, for people: positive, negative (docs/measurement.md has the signs).
_DIRECTIONS = {
    "trunk_lean_sagittal": ("forward", "back"),
    "trunk_lean_frontal": ("to the right", "to the left"),
    "shoulder_slope": ("lower on the right", "lower on the left"),
    "pelvis_list": ("lower on the right", "lower on the left"),
    "pelvis_drop": ("lower", "higher"),
    "shin_lean": ("forward", "back"),
    "knee_over_ankle": ("in front", "behind"),
    "pelvis_tilt_change": ("tipped forward", "tucked under"),
    "lumbar_change": ("arched", "rounded"),
    "thigh_above_level": ("above level", "below level"),
    "leg_above_level": ("above level", "below level"),
    "trunk_above_level": ("above level", "below level"),
    "foot_ahead": ("in front", "behind"),
    "thigh_ahead": ("in front", "behind"),
    "trunk_side_bend": ("to this side", "to the other side"),
    "trunk_rotation": ("to this side", "to the other side"),
    "leg_abduction": ("outward", "inward"),
    "knee_inward": ("inward", "outward"),
    "ankle_dorsiflexion": ("toes up", "toes down"),
}
_SIDE_WORDS = {"left": "left", "right": "right", "both": "both sides"}
_ABBREVIATIONS = {"rom": "range of motion", "com": "centre of mass"}


@dataclass(frozen=True, slots=True)
class MeasurementName:
    """A column name taken apart.

    Attributes
    ----------
    base : str
        Without side, statistic and unit, e.g. ``knee_flexion``.
    side, stat : str or None
        ``left``/``right``; ``max``, ``min``, ...
    unit : str
        ``deg``, ``s``, ``per_s``, ``deg_per_s`` or ``ratio``.
    """

    base: str
    side: str | None
    stat: str | None
    unit: str

    @staticmethod
    @lru_cache(maxsize=1024)
    def parse(full_name: str) -> MeasurementName:
        """Take a full name apart, e.g. ``thigh_elevation_left_max_deg``."""
        rest, unit = full_name, "ratio"
        for suffix in ("deg_per_s", "per_s", "deg", "ratio", "s"):
            if rest.endswith(f"_{suffix}"):
                rest, unit = rest.removesuffix(f"_{suffix}"), suffix
                break
        side = stat = None
        for _ in range(2):
            stem, _, last = rest.rpartition("_")
            if stem and rest not in REGISTRY and last in ("left", "right") and side is None:
                rest, side = stem, last
            elif stem and rest not in REGISTRY and last in _STATS and stat is None:
                rest, stat = stem, last
        return MeasurementName(rest, side, stat, unit)

    @property
    def label(self) -> str:
        """What a person calls it, e.g. ``Knee bend, highest``."""
        words = capitalised(measurement_label(self.base))
        return f"{words}, {_STATS[self.stat]}" if self.stat else words


def measurement_label(base: str) -> str:
    """Return what a person calls a measurement, in lower case."""
    kind = REGISTRY.get(base)
    return kind.label if kind is not None else words_of(base)


def measurement_unit(base: str) -> str:
    """Return the unit of a kind of measurement."""
    kind = REGISTRY.get(base)
    return kind.unit if kind is not None else "deg"


def words_of(identifier: str) -> str:
    """Return an id as words, e.g. ``hold_short`` as ``hold short``."""
    return " ".join(_ABBREVIATIONS.get(word, word) for word in identifier.split("_") if word)


def capitalised(text: str) -> str:
    """Return the text with its first letter in upper case, the rest untouched."""
    return text[:1].upper() + text[1:]


def title_of(identifier: str) -> str:
    """Return an id as a heading, e.g. ``Hold short``."""
    return capitalised(words_of(identifier))


def side_word(side: str | None) -> str:
    """Return the word for a side; an empty string for none."""
    return _SIDE_WORDS.get(side or "", "")


def unit_sign(unit: str) -> str:
    """Return what stands behind a number of this unit, with its space."""
    return _UNIT_SIGNS.get(unit, f" {unit}")


def unit_word(unit: str) -> str:
    """Return the unit's name, in the plural."""
    return _UNIT_WORDS.get(unit, unit)


def shown_value(value: float, unit: str) -> float:
    """Return the number that is shown: shares become per cent."""
    return value * 100.0 if unit in ("ratio", "ratio/s") else value


def value_text(value: object, unit: str, digits: int | None = None) -> str:
    """Return a number with its unit, or a dash where it is unknown."""
    if not isinstance(value, (int, float)) or not math.isfinite(value):
        return UNKNOWN
    if digits is None:
        digits = 1 if unit in ("s", "per_s") else 0
    shown = round(shown_value(float(value), unit), digits) + 0.0
    return f"{shown:.{digits}f}".replace("-", "−") + unit_sign(unit)


def direction_of(base: str, value: float) -> str:
    """Return the word for a value's sign, e.g. ``back`` for a trunk lean of −20°; may be empty."""
    if base not in _DIRECTIONS or value == 0:
        return ""
    return _DIRECTIONS[base][0 if value > 0 else 1]


def sign_note(base: str) -> str:
    """Return what a curve's signs mean, as a sentence; empty where there is nothing to say."""
    if base not in _DIRECTIONS:
        return ""
    above, below = _DIRECTIONS[base]
    return f"Above zero: {above}; below zero: {below}."


def directed_text(value: object, unit: str, base: str) -> str:
    """Return a number with its unit and, where its sign has one, a word: ``20° back``."""
    if not isinstance(value, (int, float)) or not math.isfinite(value):
        return UNKNOWN
    word = direction_of(base, value)
    return f"{value_text(abs(value), unit)} {word}" if word else value_text(value, unit)


def known(value: object) -> float | None:
    """Return a number, or None for what is none or not finite."""
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else None


def number_text(value: object, unit: str) -> str:
    """Return a number alone, for table columns whose head names the unit."""
    return value_text(value, unit).removesuffix(unit_sign(unit))


def time_text(time_s: object) -> str:
    """Return a time in the video, e.g. ``9.7 s`` or ``1:02.4 min``."""
    if not isinstance(time_s, (int, float)) or not math.isfinite(time_s):
        return UNKNOWN
    tenths = round(float(time_s) * 10)
    minutes, tenths = divmod(tenths, 600)
    if minutes:
        return f"{minutes}:{tenths // 10:02d}.{tenths % 10} min"
    return f"{tenths / 10:.1f} s"


def count_text(count: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun, e.g. ``1 rep`` or ``3 reps``."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def times_text(count: int) -> str:
    """Return how often, e.g. ``once`` or ``3 times``."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def joined(parts: Iterable[str]) -> str:
    """Return parts as in a sentence: ``a, b and c``."""
    items = list(parts)
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + " and " + items[-1]
