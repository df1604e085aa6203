"""Guided calibration of the lower back: relax, arch, tuck.

It learns how far this person can go either way and how steadily they are seen, so that a change can
be told as a share of the own range, and a person (or a shirt) on whom nothing can be seen is found
before the exercise. It cannot know true degrees: those stay the fit's, with its error.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Literal

Step = Literal["relax", "arch", "tuck", "done"]

# How long each position must last, and how long one step is waited for (own figures).
HOLD_S, PATIENCE_S = 1.0, 12.0
# Within this share of the furthest point somebody is still holding it.
HELD = 0.8
# An extreme this close to neutral is none: the fit's own error (docs/pelvis.md).
LEAST_DEG = 5.0

PROMPTS: dict[Step, str] = {
    "relax": "Stand as you always do",
    "arch": "Arch your lower back and stay",
    "tuck": "Tuck your tail under and stay",
    "done": "Your range is learned",
}


@dataclass(frozen=True, slots=True)
class OwnRange:
    """What one person can do.

    Attributes
    ----------
    arch_deg, tuck_deg : float
        Furthest lumbar change held either way (tuck is negative); NaN where not reached.
    noise_deg : float
        Spread of the value while standing still (standard deviation).
    """

    arch_deg: float
    tuck_deg: float
    noise_deg: float

    @property
    def usable(self) -> bool:
        """Whether both ways were seen, well above the noise."""
        least = max(LEAST_DEG, 3 * self.noise_deg)
        return self.arch_deg >= least and self.tuck_deg <= -least

    def error_deg(self, fit_error_deg: float) -> float:
        """Return the error bar of one value: the fit's error and this person's noise together."""
        return math.hypot(fit_error_deg, self.noise_deg)

    def share(self, lumbar_change_deg: float) -> float:
        """Return a change as a share of the own range: 1 = full arch, −1 = full tuck."""
        limit = self.arch_deg if lumbar_change_deg >= 0 else -self.tuck_deg
        return lumbar_change_deg / limit if limit > 0 else math.nan

    def to_dict(self) -> dict[str, float]:
        """Return it as a profile keeps it."""
        return asdict(self)

    @staticmethod
    def from_dict(data: dict[str, float]) -> OwnRange:
        """Return it as a profile kept it."""
        return OwnRange(*(float(data[name]) for name in ("arch_deg", "tuck_deg", "noise_deg")))


class GuidedRange:
    """Takes one value after another and leads through the steps.

    Examples
    --------
    >>> guide = GuidedRange()
    >>> guide.update(0.0, 0.2)
    'relax'
    """

    def __init__(self) -> None:
        self.step: Step = "relax"
        self._began_s: float | None = None
        self._held_from: float | None = None
        self._still: list[float] = []
        self._furthest = 0.0
        self._found: dict[Step, float] = {}

    @property
    def result(self) -> OwnRange | None:
        """What was learned; None before the end."""
        if self.step != "done":
            return None
        return OwnRange(
            self._found.get("arch", math.nan),
            self._found.get("tuck", math.nan),
            self._found.get("relax", math.nan),
        )

    def update(self, time_s: float, lumbar_change_deg: float) -> Step:
        """Take the next value (NaN where unknown); return the step that is on."""
        if self.step == "done":
            return self.step
        if self._began_s is None:
            self._began_s = time_s
        if not math.isnan(lumbar_change_deg):
            if self.step == "relax":
                self._relax(time_s, lumbar_change_deg)
            else:
                self._reach(time_s, lumbar_change_deg)
        if self._began_s is not None and time_s - self._began_s >= PATIENCE_S:
            self._next()
        return self.step

    def _relax(self, time_s: float, value: float) -> None:
        if self._held_from is None:
            self._held_from = time_s
        self._still.append(value)
        if time_s - self._held_from >= HOLD_S:
            mean = sum(self._still) / len(self._still)
            squares = sum((v - mean) ** 2 for v in self._still) / len(self._still)
            self._found["relax"] = math.sqrt(squares)
            self._next()

    def _reach(self, time_s: float, value: float) -> None:
        way = value if self.step == "arch" else -value
        if way < max(LEAST_DEG, HELD * self._furthest):
            self._held_from = None
            return
        self._furthest = max(self._furthest, way)
        if self._held_from is None:
            self._held_from = time_s
        if time_s - self._held_from >= HOLD_S:
            # What was held, not the overshoot on the way.
            self._found[self.step] = math.copysign(self._furthest * (1 + HELD) / 2, value)
            self._next()

    def _next(self) -> None:
        following: dict[Step, Step] = {"relax": "arch", "arch": "tuck", "tuck": "done"}
        self.step = following[self.step]
        self._began_s = self._held_from = None
        self._furthest = 0.0
