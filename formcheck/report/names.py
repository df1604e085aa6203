"""What people call the things that result files call by name: no raw ids."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from formcheck.core.formatting import UNKNOWN, capitalised, known, value_text
from formcheck.core.measure.kinds import REGISTRY
from formcheck.core.messages import ABBREVIATIONS, DIRECTIONS, SIDES, STATISTICS


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
            elif stem and rest not in REGISTRY and last in STATISTICS and stat is None:
                rest, stat = stem, last
        return MeasurementName(rest, side, stat, unit)

    @property
    def label(self) -> str:
        """What a person calls it, e.g. ``Knee bend, highest``."""
        words = capitalised(measurement_label(self.base))
        return f"{words}, {STATISTICS[self.stat]}" if self.stat else words


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
    return " ".join(ABBREVIATIONS.get(word, word) for word in identifier.split("_") if word)


def title_of(identifier: str) -> str:
    """Return an id as a heading, e.g. ``Hold short``."""
    return capitalised(words_of(identifier))


def side_word(side: str | None) -> str:
    """Return the word for a side; an empty string for none."""
    return SIDES.get(side or "", "")


def direction_of(base: str, value: float) -> str:
    """Return the word for a value's sign, e.g. ``back`` for a trunk lean of −20°; may be empty."""
    if base not in DIRECTIONS or value == 0:
        return ""
    return DIRECTIONS[base][0 if value > 0 else 1]


def sign_note(base: str) -> str:
    """Return what a curve's signs mean, as a sentence; empty where there is nothing to say."""
    if base not in DIRECTIONS:
        return ""
    above, below = DIRECTIONS[base]
    return f"Above zero: {above}; below zero: {below}."


def directed_text(value: object, unit: str, base: str) -> str:
    """Return a number with its unit and, where its sign has one, a word: ``20° back``."""
    number = known(value)
    if number is None:
        return UNKNOWN
    word = direction_of(base, number)
    return f"{value_text(abs(number), unit)} {word}" if word else value_text(number, unit)
