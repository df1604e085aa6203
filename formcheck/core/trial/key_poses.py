"""The figures that a movement goes through: the start, rest, and the top, hold or measured pose."""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from dataclasses import replace

from formcheck.core.pose import Side
from formcheck.core.spec.example import SeenFrom
from formcheck.core.spec.exercise import Check, Circle, ExerciseSpec, Pulse, Quantity, RepSpec
from formcheck.core.trial.figure import START, Figure, swapped
from formcheck.core.trial.motion import TURN_DEG
from formcheck.core.trial.pose_finder import NATURAL, Wish, find_pose, value_of
from formcheck.core.trial.wishes import Wishes, seen_together

# In scales of the pose finder: found well, and well enough where nothing better is.
GOOD, FAIR = 0.5, 2.0
# What a spec wants kept still is in a clean movement; heuristic.
STILL_WITHIN_DEG = 3.0
# Phases that have begun with the movement, or before.
LASTING = ("rep", "rest", "exercise")
# A leg that is lifted hangs from its knee, where nothing else is asked for.
LIFTS = ("thigh_elevation", "thigh_trunk_flexion", "knee_height")


class KeyPoses:
    """Finds the poses of an exercise, its left side working.

    Parameters
    ----------
    spec : ExerciseSpec

    Attributes
    ----------
    start, rest, main : Figure
        In the start position; at rest; at the top, in the hold, or while a test measures.
    """

    def __init__(self, spec: ExerciseSpec) -> None:
        self.spec = spec
        self.alike = spec.sides == "both"
        self.turn = TURN_DEG["front" if spec.view == "front" else "left"]
        self.start = self._start()
        self.wishes = Wishes(spec, self.start)
        self.rest = self.find(self.start, self.rest_wishes())
        wishes, home = self.main_wishes(None), self.rest
        if self.turn == TURN_DEG["front"]:
            # What the front does not show (how far a knee bends) is counted all the same.
            from_side = self.find(home.but(turn_deg=TURN_DEG["left"]), wishes)
            home = from_side.but(turn_deg=self.turn)
        self.main = self.find(home, wishes)

    @property
    def seen_from(self) -> SeenFrom:
        """Which side of the person the camera sees."""
        return next(side for side, turn in TURN_DEG.items() if turn == self.turn)

    def turned(self, seen_from: SeenFrom, check: Check | None) -> KeyPoses:
        """Return the same figures before a camera elsewhere; with a check, in that check's view."""
        other = copy.copy(self)
        other.turn = TURN_DEG[seen_from]
        for name in ("start", "rest", "main"):
            setattr(other, name, getattr(self, name).but(turn_deg=other.turn))
        if check is not None:
            other.spec = _seen_in(self.spec, check)
        other.wishes = Wishes(other.spec, other.start)
        return other

    def missing(self, check: Check) -> Figure | None:
        """Return a pose that misses a check in its phase and keeps the rest; None without one."""
        at_rest = check.during in ("rest", "exercise")
        home = self.rest if at_rest else self.main
        wishes = self.rest_wishes() if at_rest else self.main_wishes(check)
        poses = []
        for wish in self.wishes.miss(check, self.main):
            # The same measurement's other bounds give way first: it may have to leave them, too.
            kept = [
                replace(w, weight=0.4 * w.weight)
                if (w.kind, w.side) == (wish.kind, wish.side)
                else w
                for w in wishes
            ]
            poses.append(find_pose(home, [*kept, wish], both_alike=self.alike, thorough=True))
        poses = [pose for pose in poses if pose[1] < GOOD] or [
            pose for pose in poses if pose[1] < FAIR
        ]
        return min(poses, key=lambda pose: pose[1])[0] if poses else None

    def find(self, near: Figure, wishes: Sequence[Wish]) -> Figure:
        """Return the figure near another one that keeps wishes best."""
        return find_pose(near, wishes, both_alike=self.alike, thorough=True)[0]

    def rest_wishes(self) -> list[Wish]:
        """Return what holds at rest."""
        rule = self.spec.rep
        wishes = self.wishes.of(self.spec.start)
        wishes += self.wishes.of(seen_together(self.spec, *LASTING), weight=0.3)
        if rule is None:
            return wishes
        if "other_leg" in rule.keeps_still:
            # It is already where the top asks it to be.
            wishes += self.wishes.of(bound for bound in rule.requires if bound.leg == "other")
        low, high = (-math.inf, rule.rest - 3) if rule.rising else (rule.rest + 3, math.inf)
        if abs(rule.top - rule.rest) < 3:  # a ratio
            low, high = (-math.inf, rule.rest) if rule.rising else (rule.rest, math.inf)
        item = Quantity(measurement=rule.measurement, relative_to=rule.relative_to)
        wish = self.wishes.between(item, low, high)
        return [*wishes, *([wish] if wish else []), *self.wishes.of(rule.begins)]

    def main_wishes(self, broken: Check | None) -> list[Wish]:
        """Return what holds at the top, in the hold, or while a test measures."""
        spec, of = self.spec, self.wishes.of
        phases = {"reps": ("rep", "up", "top", "down"), "hold": ("hold",), "test": ("test",)}
        checks = [
            check for check in seen_together(spec, *phases.get(spec.kind, ()), "exercise")
            if broken is None or check.id != broken.id
        ]  # fmt: skip
        wishes = of(checks, weight=0.6)
        same = None if broken is None else broken.measurement
        if spec.rep is not None:
            rule = spec.rep
            past = self.wishes.error(Quantity(measurement=rule.measurement))
            aim = rule.target + past if rule.rising else rule.target - past
            low, high = (aim, math.inf) if rule.rising else (-math.inf, aim)
            item = Quantity(measurement=rule.measurement, relative_to=rule.relative_to)
            # What breaks the check on the rep's own measurement is an attempt that falls short.
            if same == rule.measurement and broken is not None and broken.leg == "working":
                little = 0.1 * abs(rule.target - rule.top)
                low, high = (rule.top + little, math.inf) if rule.rising else (
                    -math.inf, rule.top - little,
                )  # fmt: skip
            wishes += [w for w in [self.wishes.between(item, low, high)] if w]
            wishes += of((*rule.requires, *rule.at_target, *rule.or_at_top))
            wishes += self._kept_still(rule)
            if spec.position == "standing" and rule.measurement in LIFTS:
                wishes.append(Wish("shin_lean", "left", -8.0, 8.0, NATURAL))
        elif isinstance(spec.rep_rule, Pulse | Circle):
            wishes += of(spec.rep_rule.requires)
        elif spec.hold is not None:
            wishes += of(spec.hold.bounds)
        elif spec.test is not None:
            for value in spec.test.values:
                wishes += of(value.when)
                ranges = sorted(reading.range for reading in value.readings)
                edge = next((high for _, high in ranges if high < math.inf), None)
                if edge is not None and value.take != "seconds_near_greatest":
                    sign = -1.0 if value.flip else 1.0
                    past = 3 * self.wishes.error(value)
                    low, high = sorted((sign * (edge + past), sign * (edge + 2 * past)))
                    wishes += [w for w in [self.wishes.between(value, low, high, weight=0.5)] if w]
        return wishes

    def _kept_still(self, rule: RepSpec) -> list[Wish]:
        """Return that what keeps still is where it is at rest."""
        still: list[tuple[str, Side]] = []
        if "other_leg" in rule.keeps_still:
            still.append(("thigh_trunk_flexion", "right"))
        if "trunk" in rule.keeps_still:
            still += [("trunk_above_level", "left"), ("trunk_lean_sagittal", "left")]
        at_rest = [(kind, side, value_of(self.rest, kind, side)) for kind, side in still]
        return [
            Wish(kind, side, value - STILL_WITHIN_DEG, value + STILL_WITHIN_DEG)
            for kind, side, value in at_rest
            if not math.isnan(value)
        ]

    def _start(self) -> Figure:
        plain = START[self.spec.position].but(turn_deg=self.turn)
        found = []
        lasting = [c for c in seen_together(self.spec, *LASTING) if c.relative_to == "zero"]
        for figure in (plain, swapped(plain)):
            wishes = Wishes(self.spec, figure).of(self.spec.start)
            wishes += Wishes(self.spec, figure).of(lasting, weight=0.3)
            found.append(find_pose(figure, wishes, both_alike=self.alike))
        return min(found, key=lambda pair: round(pair[1], 1))[0]


def _seen_in(spec: ExerciseSpec, check: Check) -> ExerciseSpec:
    """Return the exercise as it is seen in another view: only that view's checks remain."""
    checks = tuple(
        other.model_copy(update={"view": None}) if other.view == check.view else other
        for other in spec.checks
        if other.view == check.view
    )
    return spec.model_copy(update={"view": check.view, "checks": checks})
