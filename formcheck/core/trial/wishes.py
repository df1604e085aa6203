"""A spec's bounds as wishes of the stick figure, its left side working."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from formcheck.core.measure.kinds import REGISTRY
from formcheck.core.pose import Side
from formcheck.core.spec.exercise import Bound, Check, ExerciseSpec, Quantity
from formcheck.core.trial.figure import Figure
from formcheck.core.trial.pose_finder import NO_OUTLINE, Wish, value_of

# Values that are kept or missed are so far beyond the limit, in errors of their kind; heuristic.
CLEARLY, PLAINLY_MISSED = 1.2, 1.6


@dataclass(frozen=True)
class Wishes:
    """Turns bounds into wishes.

    Attributes
    ----------
    spec : ExerciseSpec
    neutral : Figure
        The figure in the start position: what neutral is.
    """

    spec: ExerciseSpec
    neutral: Figure

    def of(self, bounds: Iterable[Bound], *, weight: float = 1.0) -> list[Wish]:
        """Return the wishes that keep bounds clearly; those that no figure shows are left out."""
        return [wish for bound in bounds if (wish := self.keep(bound, weight=weight)) is not None]

    def keep(self, bound: Bound, *, weight: float = 1.0) -> Wish | None:
        """Return the wish that keeps a bound clearly."""
        low, high = _limits(bound)
        room = min(CLEARLY * self.error(bound), (high - low) / 3)
        return self.between(bound, low + room, high - room, weight=weight)

    def miss(self, bound: Bound, best: Figure) -> list[Wish]:
        """Return the wishes that miss a bound plainly: below it, or above it.

        Parameters
        ----------
        bound : Bound
        best : Figure
            What "best" is counted from.
        """
        low, high = _limits(bound)
        past = PLAINLY_MISSED * self.error(bound)
        found = []
        if low > -math.inf:
            found.append(self.between(bound, -math.inf, low - past, best=best))
        if high < math.inf:
            found.append(self.between(bound, high + past, math.inf, best=best))
        return [wish for wish in found if wish is not None]

    def between(
        self,
        item: Quantity,
        low: float,
        high: float,
        *,
        best: Figure | None = None,
        weight: float = 1.0,
    ) -> Wish | None:
        """Return the wish that a measurement lies between two values; None where none shows it."""
        if item.measurement in NO_OUTLINE:
            return None
        side = side_of(item)
        origin = {"neutral": self.neutral, "best": best or self.neutral}.get(item.relative_to)
        zero = value_of(origin, item.measurement, side) if origin is not None else 0.0
        zero = 0.0 if math.isnan(zero) else zero
        return Wish(item.measurement, side, low + zero, high + zero, weight)

    def error(self, item: Quantity) -> float:
        """Return the typical error of a measurement in the start position of the exercise."""
        kind = REGISTRY[item.measurement]
        return kind.error_in.get(self.spec.position, kind.error)


def side_of(item: Quantity) -> Side:
    """Return the side of a measurement: the left one works."""
    return "left" if item.leg == "working" else "right"


def seen_together(spec: ExerciseSpec, *phases: str) -> Iterator[Check]:
    """Give the checks of the exercise's own view that judge values in some phases."""
    for check in spec.checks:
        if (
            check.during in phases
            and check.view in (None, spec.view)
            and (check.gathered or check.of == "value")
        ):
            yield check


def _limits(bound: Bound) -> tuple[float, float]:
    low = -math.inf if bound.at_least is None else bound.at_least
    return low, math.inf if bound.at_most is None else bound.at_most
