"""Values of one side: of its working or other leg, counted from zero or from the own neutral."""

from __future__ import annotations

import math
from collections.abc import Sequence

from formcheck.core.events import CountSide
from formcheck.core.judge.checks import START_NOT_STILL, excess
from formcheck.core.judge.moment import Moment
from formcheck.core.measure.kinds import REGISTRY
from formcheck.core.pose import Side, other_side
from formcheck.core.spec.exercise import Bound, Quantity
from formcheck.core.spec.fields import Leg

# Margins are given in degrees: so many of them are a trunk length, for bounds in trunk lengths.
DEGREES_PER_TRUNK = 50.0
# Angles and trunk lengths to count by are off by so much where the person is not seen from the side
# (landmarks in space against the image of the same people from the side: 4 to 13 degrees).
COARSE_DEG, COARSE_TRUNKS = 12.0, 0.1


class Quantities:
    """Looks measurements up for one side.

    Parameters
    ----------
    side : {"left", "right", "both"}
        The working side; with ``both`` it is the one nearer the camera.
    lenient : bool
        True where bounds are what is counted (a hold): from where they are seen coarsely they are
        wider by that error. A rep goes far beyond its bounds.

    Attributes
    ----------
    neutral : dict of str to float
        The person's own values in the start position, by full name; readiness learns them.
    """

    def __init__(self, side: CountSide, *, lenient: bool = False) -> None:
        self._side, self._lenient = side, lenient
        # Asked for some dozen times a frame.
        self._names: dict[tuple[str, Side], str] = {}
        self.neutral: dict[str, float] = {}

    def side_of(self, leg: Leg, near_side: Side | None) -> Side:
        """Return which side the working or other leg is."""
        working: Side = (near_side or "left") if self._side == "both" else self._side
        return working if leg == "working" else other_side(working)

    def name_of(self, measurement: str, leg: Leg, m: Moment) -> str:
        """Return the full name of a measurement of the working or other leg."""
        key = measurement, self.side_of(leg, m.near_side)
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = REGISTRY[measurement].full_name(key[1])
        return name

    def value(
        self, measurement: str, leg: Leg, m: Moment, *, judged: bool = False
    ) -> tuple[float, str | None]:
        """Return a measurement of the working or other leg, NaN with its reason.

        It is one to count by, known in any view, where it is not one to be `judged`.
        """
        name = self.name_of(measurement, leg, m)
        return (m.values if judged else m.counted)[name], m.reasons.get(name)

    def relative(
        self, item: Quantity, m: Moment, *, judged: bool = False
    ) -> tuple[float, str | None]:
        """Return a value counted from what the spec says, NaN with its reason."""
        name = self.name_of(item.measurement, item.leg, m)
        value, reason = self.value(item.measurement, item.leg, m, judged=judged)
        if item.relative_to == "neutral" and not math.isnan(value):
            value -= self.neutral.get(name, math.nan)
            reason = START_NOT_STILL if math.isnan(value) else None
        return value, reason

    def neutral_of(self, item: Quantity, m: Moment) -> float:
        """Return the person's own value in the start position; NaN before it is known."""
        return self.neutral.get(self.name_of(item.measurement, item.leg, m), math.nan)

    def missed(self, bound: Bound, m: Moment, margin: float = 0.0) -> bool:
        """Whether a bound, wider by `margin`, is known to be missed: unknown excludes nothing."""
        return self._over(bound, m, margin) > 0

    def held(self, bound: Bound, m: Moment, margin: float = 0.0) -> bool:
        """Whether a bound, wider by `margin`, is known to hold."""
        return self._over(bound, m, margin) <= 0

    def _over(self, bound: Bound, m: Moment, margin: float) -> float:
        value, _ = self.relative(bound, m)
        if math.isnan(value):
            return math.nan
        kind = REGISTRY[bound.measurement]
        in_degrees = kind.unit == "deg"
        if not in_degrees:
            margin /= DEGREES_PER_TRUNK
        if self._lenient and m.side_on is not None and kind.side_on:
            margin += COARSE_DEG if in_degrees else COARSE_TRUNKS
        return excess(bound, value, margin)

    def unknown(self, bounds: Sequence[Bound], m: Moment) -> bool:
        """Whether one of the bounds cannot be seen."""
        return any(math.isnan(self.relative(bound, m)[0]) for bound in bounds)

    def all_held(self, bounds: Sequence[Bound], m: Moment) -> bool | None:
        """Whether all bounds hold; None where one of them cannot be seen."""
        if self.unknown(bounds, m):
            return None
        return not any(self.missed(bound, m) for bound in bounds)
