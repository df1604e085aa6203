"""Movements between key poses: there and back, pulses, circles, and how long they take."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from formcheck.core.spec.exercise import Circle, ExerciseSpec, Pulse
from formcheck.core.trial.figure import Figure, swapped
from formcheck.core.trial.key_poses import KeyPoses
from formcheck.core.trial.pose_finder import Wish, find_pose, value_of

# Seconds of a movement that is nobody's in particular; heuristic.
READY_S, MOVE_S, HOLD_S, END_S = 2.0, 1.4, 0.9, 1.2
MOST_HOLD_S = 8.0
# A pulse or circle is so much larger than what counts.
AMPLY = 1.3
Moments = list[tuple[float, Figure]]


@dataclass(frozen=True)
class Timing:
    """How long a movement takes, seconds: up, held, down; half a pulse."""

    up_s: float = MOVE_S
    hold_s: float = HOLD_S
    down_s: float = 1.5 * MOVE_S
    beat_s: float = 0.6


def timing_of(spec: ExerciseSpec) -> Timing:
    """Return how long a clean movement takes, by the dose and the checks of times."""
    timing = Timing()
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
    return Timing(up_s, hold_s, slower_s, beat_s)


def movement(poses: KeyPoses, main: Figure, timing: Timing, *, size: float = AMPLY) -> Moments:
    """Return the exercise's movement through a main pose, `size` times what counts."""
    rule = poses.spec.rep_rule
    if isinstance(rule, Pulse):
        return pulses(poses, rule, [main], timing, size)
    if isinstance(rule, Circle):
        return circles(poses, rule, main, timing, (size, size))
    return there_and_back(poses, [(main, timing.hold_s)], timing)


def there_and_back(
    poses: KeyPoses, tops: Sequence[tuple[Figure, float]], timing: Timing
) -> Moments:
    """Return start, rest, the tops one after another, and back."""
    moments: Moments = [(0.0, poses.start), (READY_S, poses.start)]
    if poses.rest != poses.start:
        moments += after(moments, (MOVE_S, poses.rest), (0.4, poses.rest))
    first = True
    for figure, hold_s in tops:
        moments += after(moments, (timing.up_s if first else 0.6, figure), (hold_s, figure))
        first = False
    if poses.spec.rep is not None and poses.spec.rep.ends == "top":
        # The legs switch: the other one comes in.
        last = tops[-1][0]
        other = swapped(last).but(twist=-last.twist, sway=-last.sway)
        moments += after(moments, (timing.up_s, other), (timing.hold_s, other))
    home = poses.rest if poses.spec.kind == "reps" else poses.start
    return moments + after(moments, (timing.down_s, home), (END_S, home))


def pulses(
    poses: KeyPoses, rule: Pulse, centres: Sequence[Figure], timing: Timing, size: float
) -> Moments:
    """Return three pulses about each centre."""
    moments: Moments = [(0.0, poses.start), (READY_S, poses.start)]
    moments += after(moments, (MOVE_S, centres[0]), (1.5, centres[0]))
    for centre in centres:
        here = value_of(centre, rule.measurement, "left")
        found: list[tuple[Figure, float]] = []
        for sign in (1.0, -1.0):
            there = here + sign * size * rule.size
            wish = Wish(rule.measurement, "left", there - 0.02, there + 0.02)
            wishes = [wish, *(poses.main_wishes(None) if centre is centres[0] else ())]
            found.append(find_pose(centre, wishes, both_alike=poses.alike))
        away = min(found, key=lambda pair: pair[1])[0]
        for _ in range(3):
            moments += after(moments, (timing.beat_s, centre), (timing.beat_s, away))
        moments += after(moments, (timing.beat_s, centre))
    return moments + after(moments, (END_S + 1.0, centres[0]))


def circles(
    poses: KeyPoses, rule: Circle, main: Figure, timing: Timing, sizes: tuple[float, float]
) -> Moments:
    """Return two circles outward, or with the second size negative, then two inward."""
    centre = [value_of(main, kind, "left") for kind in (rule.along, rule.across)]
    wishes = poses.main_wishes(None)
    points = 12

    def at(turn: float, size: float) -> Figure:
        angle = 2 * math.pi * turn
        along = centre[0] + size * rule.size * (math.cos(angle) - 1.0)
        across = centre[1] + size * rule.size * math.sin(angle)
        return poses.find(
            main,
            [
                *wishes,
                Wish(rule.along, "left", along - 0.1, along + 0.1),
                Wish(rule.across, "left", across - 0.1, across + 0.1),
            ],
        )

    moments: Moments = [(0.0, poses.start), (READY_S, poses.start)]
    moments += after(moments, (MOVE_S, main), (0.8, main))
    step_s = max(2.4, 1.3 * rule.min_s, timing.up_s) / points
    way = -1.0 if rule.direction == "inward" else 1.0
    ring = [at(number / points, abs(sizes[0])) for number in range(points)]
    turns = [*range(1, 2 * points + 1)]
    for number in turns:
        moments += after(moments, (step_s, ring[int(way * number) % points]))
    if sizes[1] < 0:
        for number in turns:
            moments += after(moments, (step_s, ring[int(-way * number) % points]))
    return moments + after(moments, (END_S, main))


def after(moments: Moments, *steps: tuple[float, Figure]) -> Moments:
    """Return the moments that come after others: so long later, which figure."""
    time_s, out = moments[-1][0], []
    for lasts_s, figure in steps:
        time_s += max(0.05, lasts_s)
        out.append((time_s, figure))
    return out


def between(one: Figure, other: Figure) -> Figure:
    """Return the figure half-way."""
    return Figure(
        **{
            name: (getattr(one, name) + getattr(other, name)) / 2
            for name in Figure.__dataclass_fields__
        }
    )
