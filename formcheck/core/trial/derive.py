"""Examples of a spec that brings none: a clean movement, and one that breaks each check.

The figure finds joint angles that keep the spec's bounds (`pose_finder`) and moves between them.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from formcheck.core.measure.kinds import REGISTRY
from formcheck.core.spec.example import Example, Expected, Moment, SeenFrom
from formcheck.core.spec.exercise import Check, Circle, ExerciseSpec, Pulse, Quantity
from formcheck.core.trial.figure import START, Figure, swapped
from formcheck.core.trial.motion import TURN_DEG
from formcheck.core.trial.pose_finder import NATURAL, NO_OUTLINE, Wish, find_pose, value_of
from formcheck.core.trial.wishes import Wishes, seen_together

# Seconds of a movement that is nobody's in particular; heuristic.
READY_S, MOVE_S, HOLD_S, END_S = 2.0, 1.4, 0.9, 1.2
MOST_HOLD_S = 8.0
LEAST_DEG = 0.25
# In scales of the pose finder: found well, and well enough where nothing better is.
GOOD, FAIR = 0.5, 2.0
# Phases that have begun with the movement, or before.
LASTING = ("rep", "rest", "exercise")
# A leg that is lifted hangs from its knee, where nothing else is asked for.
LIFTS = ("thigh_elevation", "thigh_trunk_flexion", "knee_height")
NO_POSE = "the stick figure finds no pose that breaks it and keeps the rest"
OUTLINE = "it needs the outline of the trunk, which a stick figure does not have"
# The formula takes off what a lifted knee does to the pose model's hips, and here nothing is done.
PELVIS = "from the front the pose model's hips follow a lifted knee, and a stick figure's do not"
Moments = list[tuple[float, Figure]]


@dataclass(frozen=True)
class Derived:
    """An example that was derived, or why there is none.

    Attributes
    ----------
    check : str or None
        The check that it breaks; None for the clean movement.
    example : Example or None
    reason : str
        Why there is none.
    """

    check: str | None
    example: Example | None
    reason: str = ""


@dataclass(frozen=True)
class _Timing:
    up_s: float = MOVE_S
    hold_s: float = HOLD_S
    down_s: float = 1.5 * MOVE_S
    beat_s: float = 0.6


def derive(
    spec: ExerciseSpec, *, clean: bool = True, leave_out: Collection[str] | None = ()
) -> list[Derived]:
    """Return a clean example of a spec, then one that breaks each check.

    Parameters
    ----------
    spec : ExerciseSpec
    clean : bool
        Whether the clean one is wanted.
    leave_out : collection of str, optional
        Checks that need no example; None: all.
    """
    checks = [c for c in spec.checks if leave_out is not None and c.id not in leave_out]
    if spec.kind == "timed":
        return [Derived(None, None, "it is done by time, and nothing is judged")]
    named = (name for way, name in spec.measurements() if not way.startswith(("checks", "test")))
    if NO_OUTLINE & set(named):
        first = [Derived(None, None, OUTLINE)] if clean else []
        return [*first, *(Derived(check.id, None, OUTLINE) for check in checks)]
    if not clean and not checks:
        return []
    maker = _Maker(spec)
    return [*([maker.clean()] if clean else []), *(maker.broken(check) for check in checks)]


class _Maker:
    def __init__(self, spec: ExerciseSpec) -> None:
        self.spec = spec
        self.alike = spec.sides == "both"
        self.turn = TURN_DEG["front" if spec.view == "front" else "left"]
        self.start = self._start()
        self.wishes = Wishes(spec, self.start)
        self.timing = self._timing()
        self.rest = self._find(self.start, self._rest_wishes())
        self.main = self._find(self.rest, self._main_wishes(None))

    # -- poses ---------------------------------------------------------------------------------

    def _start(self) -> Figure:
        plain = START[self.spec.position].but(turn_deg=self.turn)
        found = []
        lasting = [c for c in seen_together(self.spec, *LASTING) if c.relative_to == "zero"]
        for figure in (plain, swapped(plain)):
            wishes = Wishes(self.spec, figure).of(self.spec.start)
            wishes += Wishes(self.spec, figure).of(lasting, weight=0.3)
            found.append(find_pose(figure, wishes, both_alike=self.alike))
        return min(found, key=lambda pair: round(pair[1], 1))[0]

    def _find(self, near: Figure, wishes: Sequence[Wish]) -> Figure:
        return find_pose(near, wishes, both_alike=self.alike, thorough=True)[0]

    def _rest_wishes(self) -> list[Wish]:
        rule = self.spec.rep
        wishes = self.wishes.of(self.spec.start)
        wishes += self.wishes.of(seen_together(self.spec, *LASTING), weight=0.3)
        if rule is None:
            return wishes
        low, high = (-math.inf, rule.rest - 3) if rule.rising else (rule.rest + 3, math.inf)
        if abs(rule.top - rule.rest) < 3:  # a ratio
            low, high = (-math.inf, rule.rest) if rule.rising else (rule.rest, math.inf)
        item = Quantity(measurement=rule.measurement, relative_to=rule.relative_to)
        wish = self.wishes.between(item, low, high)
        return [*wishes, *([wish] if wish else []), *self.wishes.of(rule.begins)]

    def _main_wishes(self, broken: Check | None) -> list[Wish]:
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

    # -- the clean movement --------------------------------------------------------------------

    def clean(self) -> Derived:
        """Return the movement as it should be."""
        moments = self._movement(self.main, self.timing)
        side = "both" if self.alike else "left"
        expect: dict[str, dict[str, int]] = {}
        rule = self.spec.rep_rule
        if isinstance(rule, Pulse | Circle):
            expect = {"reps": {side: 2 if isinstance(rule, Circle) else 3}}
        elif self.spec.rep is not None:
            switch = self.spec.rep.ends == "top"
            expect = {"reps": {"left": 1, "right": 1} if switch else {side: 1}}
        elif self.spec.kind == "hold":
            expect = {"holds": {side: 1}}
        example = self._example("clean", moments, Expected.model_validate(expect))
        return Derived(None, example)

    def _movement(self, main: Figure, timing: _Timing, *, size: float = 1.3) -> Moments:
        rule = self.spec.rep_rule
        if isinstance(rule, Pulse):
            return self._pulses(rule, [main], timing, size)
        if isinstance(rule, Circle):
            return self._circles(rule, main, timing, (size, size))
        return self._there_and_back([(main, timing.hold_s)], timing)

    def _there_and_back(self, tops: Sequence[tuple[Figure, float]], timing: _Timing) -> Moments:
        """Return start, rest, the tops one after another, and back."""
        moments: Moments = [(0.0, self.start), (READY_S, self.start)]
        if self.rest != self.start:
            moments += _after(moments, (MOVE_S, self.rest), (0.4, self.rest))
        first = True
        for figure, hold_s in tops:
            moments += _after(moments, (timing.up_s if first else 0.6, figure), (hold_s, figure))
            first = False
        if self.spec.rep is not None and self.spec.rep.ends == "top":
            # The legs switch: the other one comes in.
            last = tops[-1][0]
            other = swapped(last).but(twist=-last.twist, sway=-last.sway)
            moments += _after(moments, (timing.up_s, other), (timing.hold_s, other))
        home = self.rest if self.spec.kind == "reps" else self.start
        return moments + _after(moments, (timing.down_s, home), (END_S, home))

    def _pulses(
        self, rule: Pulse, centres: Sequence[Figure], timing: _Timing, size: float
    ) -> Moments:
        """Return three pulses about each centre."""
        moments: Moments = [(0.0, self.start), (READY_S, self.start)]
        moments += _after(moments, (MOVE_S, centres[0]), (1.5, centres[0]))
        for centre in centres:
            here = value_of(centre, rule.measurement, "left")
            found: list[tuple[Figure, float]] = []
            for sign in (1.0, -1.0):
                there = here + sign * size * rule.size
                wish = Wish(rule.measurement, "left", there - 0.02, there + 0.02)
                wishes = [wish, *(self._main_wishes(None) if centre is centres[0] else ())]
                found.append(find_pose(centre, wishes, both_alike=self.alike))
            away = min(found, key=lambda pair: pair[1])[0]
            for _ in range(3):
                moments += _after(moments, (timing.beat_s, centre), (timing.beat_s, away))
            moments += _after(moments, (timing.beat_s, centre))
        return moments + _after(moments, (END_S + 1.0, centres[0]))

    def _circles(
        self, rule: Circle, main: Figure, timing: _Timing, sizes: tuple[float, float]
    ) -> Moments:
        """Return two circles outward, or with the second size negative, then two inward."""
        centre = [value_of(main, kind, "left") for kind in (rule.along, rule.across)]
        wishes = self._main_wishes(None)
        points = 12

        def at(turn: float, size: float) -> Figure:
            angle = 2 * math.pi * turn
            along = centre[0] + size * rule.size * (math.cos(angle) - 1.0)
            across = centre[1] + size * rule.size * math.sin(angle)
            return self._find(
                main,
                [
                    *wishes,
                    Wish(rule.along, "left", along - 0.1, along + 0.1),
                    Wish(rule.across, "left", across - 0.1, across + 0.1),
                ],
            )

        moments: Moments = [(0.0, self.start), (READY_S, self.start)]
        moments += _after(moments, (MOVE_S, main), (0.8, main))
        step_s = max(2.4, 1.3 * rule.min_s, timing.up_s) / points
        way = -1.0 if rule.direction == "inward" else 1.0
        ring = [at(number / points, abs(sizes[0])) for number in range(points)]
        turns = [*range(1, 2 * points + 1)]
        for number in turns:
            moments += _after(moments, (step_s, ring[int(way * number) % points]))
        if sizes[1] < 0:
            for number in turns:
                moments += _after(moments, (step_s, ring[int(-way * number) % points]))
        return moments + _after(moments, (END_S, main))

    def _timing(self) -> _Timing:
        """Return how long a clean movement takes, by the dose and the checks of times."""
        spec, timing = self.spec, _Timing()
        dose_s = spec.dose.hold_target_s or 0.0
        hold_s = max(timing.hold_s, min(MOST_HOLD_S, dose_s + 0.8))
        if spec.kind == "test":
            hold_s = 4.0 + max(value.for_s for value in spec.test.values) if spec.test else 4.0
        if spec.kind == "hold":
            hold_s = max(hold_s, 4.0)
        up_s, down_s, beat_s = timing.up_s, timing.down_s, timing.beat_s
        if spec.pulse is not None:
            beat_s = max(beat_s, 0.8 * spec.pulse.min_s)
        for check in spec.checks:
            low, high = check.at_least or 0.0, check.at_most or math.inf
            if check.of == "hold_s":
                hold_s = min(max(hold_s, low + 0.8), 0.7 * high)
            elif check.of == "kept_s":
                hold_s = max(hold_s, check.for_s + 0.8)
            elif check.of == "up_s":
                up_s = min(max(up_s, 1.4 * low), 0.7 * high)
            elif check.of == "down_s":
                down_s = min(max(down_s, 1.4 * low), 0.7 * high)
            elif check.of == "rep_s":
                up_s, down_s = max(up_s, 0.6 * low), max(down_s, 0.6 * low)
                beat_s = min(max(beat_s, 0.7 * low), 0.4 * high)
            elif check.of == "speed" and high < math.inf:
                up_s, down_s = 2.5 * up_s, 2.0 * down_s
        slower_s = max(down_s, 1.3 * up_s) if spec.kind == "reps" else down_s
        return _Timing(up_s, hold_s, slower_s, beat_s)

    # -- one check broken ----------------------------------------------------------------------

    def broken(self, check: Check) -> Derived:
        """Return a movement that breaks a check, the rest as it should be."""
        if check.measurement in NO_OUTLINE:
            return Derived(check.id, None, OUTLINE)
        if check.measurement in ("pelvis_drop", "pelvis_list"):
            return Derived(check.id, None, PELVIS)
        maker = self
        if check.view is not None and check.view != self.spec.view:
            maker = self._turned("front" if check.view == "front" else "left", check)
        elif check.leg == "other" and not REGISTRY[check.measurement].far_side:
            # The camera has to see the leg that is judged: the one that does not work.
            maker = self._turned("right", None)
        moments = maker._breaking(check)
        if moments is None:
            return Derived(check.id, None, NO_POSE)
        expect = Expected(faults=(check.id,))
        return Derived(check.id, maker._example(f"breaks {check.id}", moments, expect))

    def _turned(self, seen_from: SeenFrom, check: Check | None) -> _Maker:
        """Return the same figures before a camera elsewhere; with a check, in that check's view."""
        maker = copy.copy(self)
        maker.turn = TURN_DEG[seen_from]
        for name in ("start", "rest", "main"):
            setattr(maker, name, getattr(self, name).but(turn_deg=maker.turn))
        if check is not None:
            maker.spec = _seen_in(self.spec, check)
        maker.wishes = Wishes(maker.spec, maker.start)
        return maker

    def _breaking(self, check: Check) -> Moments | None:
        timing, low, high = self.timing, check.at_least, check.at_most
        if check.of in ("value", "reached"):
            return self._missing(check)
        if check.of in ("hold_s", "kept_s"):
            short = check.for_s if check.of == "kept_s" else low
            hold_s = 0.3 * short if short else 1.5 * (high or 1.0) + 1.0
            return self._movement(self.main, replace(timing, hold_s=max(0.35, hold_s)))
        quick = 0.35 if low is not None else 2.5
        if check.of in ("up_s", "rep_s", "speed"):
            faster = 0.2 if check.of == "speed" else quick
            brisk = _Timing(faster * timing.up_s, timing.hold_s, faster * timing.down_s)
            if check.of == "rep_s":
                brisk = replace(brisk, hold_s=faster * timing.hold_s, beat_s=quick * timing.beat_s)
            return self._movement(self.main, brisk)
        if check.of == "down_s":
            return self._movement(self.main, replace(timing, down_s=quick * timing.down_s))
        if check.of == "down_over_up":
            down_s = 0.5 * (low or 1.0) * timing.up_s if low is not None else 2.0 * (high or 1.0)
            return self._movement(self.main, replace(timing, down_s=down_s))
        rule = self.spec.rep_rule
        if check.of == "size" and isinstance(rule, Pulse | Circle):
            limit = 0.75 * low if low is not None else 1.7 * (high or rule.size)
            return self._movement(self.main, timing, size=limit / rule.size)
        if check.of == "turns" and isinstance(rule, Circle):
            return self._circles(rule, self.main, timing, (1.3, -1.3))
        return None

    def _missing(self, check: Check) -> Moments | None:
        """Return a movement with the values of a check missed in its phase."""
        timing, long_s = self.timing, check.for_s + 1.6
        at_rest = check.during in ("rest", "exercise")
        home = self.rest if at_rest else self.main
        wishes = self._rest_wishes() if at_rest else self._main_wishes(check)
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
        if not poses:
            return None
        bad = min(poses, key=lambda pose: pose[1])[0]
        if at_rest:
            moments = self._there_and_back([(self.main, timing.hold_s)], timing)
            return moments + _after(moments, (MOVE_S, bad), (long_s, bad), (MOVE_S, self.rest))
        rule = self.spec.rep_rule
        if isinstance(rule, Pulse):
            return self._pulses(rule, [self.main, bad], timing, 1.3)
        if isinstance(rule, Circle):
            return self._movement(bad, timing)
        if check.during == "up":
            mid = _between(self.rest, bad)
            moments = self._there_and_back([(mid, long_s), (self.main, timing.hold_s)], timing)
            return moments
        drifts = self.spec.kind in ("hold", "test") or check.after_s or check.relative_to == "best"
        if drifts and self.spec.kind != "test":
            clean_s = 2.5 + check.after_s
            return self._there_and_back(
                [(self.main, clean_s), (bad, long_s), (self.main, 1.0)], timing
            )
        if drifts:
            return self._there_and_back([(self.main, timing.hold_s), (bad, long_s)], timing)
        return self._there_and_back([(bad, max(timing.hold_s, long_s))], timing)

    def _example(self, name: str, moments: Moments, expect: Expected) -> Example:
        plain = START[self.spec.position].but(turn_deg=self.turn)
        before, given = plain, []
        for time_s, figure in moments:
            # What moves by less is the search's own noise; it is left where it was.
            changes = {}
            for key in Figure.__dataclass_fields__:
                value = round(getattr(figure, key), 1) + 0.0
                if key != "turn_deg" and abs(value - getattr(before, key)) > LEAST_DEG:
                    changes["lying" if key == "lying_deg" else key] = value
            given.append(Moment(at_s=round(time_s, 2), **changes))
            before = before.but(
                **{"lying_deg" if key == "lying" else key: v for key, v in changes.items()}
            )
        return Example(
            name=name,
            seen_from=next(side for side, turn in TURN_DEG.items() if turn == self.turn),
            moments=tuple(given),
            expect=expect,
        )


def _after(moments: Moments, *steps: tuple[float, Figure]) -> Moments:
    time_s, out = moments[-1][0], []
    for lasts_s, figure in steps:
        time_s += max(0.05, lasts_s)
        out.append((time_s, figure))
    return out


def _between(one: Figure, other: Figure) -> Figure:
    return Figure(
        **{
            name: (getattr(one, name) + getattr(other, name)) / 2
            for name in Figure.__dataclass_fields__
        }
    )


def _seen_in(spec: ExerciseSpec, check: Check) -> ExerciseSpec:
    """Return the exercise as it is seen in another view: only that view's checks remain."""
    checks = tuple(
        other.model_copy(update={"view": None}) if other.view == check.view else other
        for other in spec.checks
        if other.view == check.view
    )
    return spec.model_copy(update={"view": check.view, "checks": checks})
