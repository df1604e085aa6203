"""Pulses and circles from numbers alone: noise, gaps, tempo, and what is neither."""

from __future__ import annotations

import math
import random

import pytest

from formcheck.core.judge.cycles import CirclePhases, PulsePhases
from formcheck.core.judge.reps import RepMovement, RepPhases
from formcheck.core.measure.smoothing import SPEED_S, SpeedMeter

NAN = math.nan


def pulses_of(values, size: float = 6.0, fps: float = 30.0) -> list[RepMovement]:
    phases, found = PulsePhases(size), []
    for key, value in enumerate(values):
        _, movement = phases.update(key, key / fps, value)
        found += [movement] if movement else []
    _, movement = phases.finish(len(values) / fps)
    return found + ([movement] if movement else [])


def waves(count: int, period_s: float, size: float, fps: float = 30.0, rest_s: float = 1.0):
    """From rest at 10 up by `size` and back, so many times."""
    return [
        10 + (size * (1 - math.cos(2 * math.pi * (t - rest_s) / period_s)) / 2
              if rest_s <= t <= rest_s + count * period_s else 0)
        for t in (n / fps for n in range(round((2 * rest_s + count * period_s + 1.5) * fps)))
    ]  # fmt: skip


@pytest.mark.parametrize("fps", [10.0, 24.0, 30.0, 60.0])
@pytest.mark.parametrize("period_s", [0.5, 1.0, 4.0])
def test_pulses_of_any_tempo_and_rate(fps, period_s):
    found = pulses_of(waves(7, period_s, 15, fps), fps=fps)
    assert len(found) == 7
    assert found[3].size == pytest.approx(15, abs=2 if fps == 10 else 1)
    assert found[3].rep_s == pytest.approx(period_s, rel=0.3)


def test_pulses_that_go_down_first_are_counted_as_well():
    found = pulses_of([-value for value in waves(5, 1.0, 15)])
    assert len(found) == 5
    assert found[2].best == pytest.approx(-25, abs=0.5)


def test_pulses_about_a_middle():
    """A tilt back, forward, back, forward from neutral: two rounds, whichever way is first."""
    for sign in (1, -1):
        values = [0.0] * 30 + [
            sign * 8 * math.sin(2 * math.pi * n / 120) for n in range(240)
        ] + [0.0] * 60  # fmt: skip
        assert len(pulses_of(values, size=7)) == 2


def test_moving_into_position_is_no_way_there():
    """Arms come down to the mat and rest there; then twenty pulses up, none of them lost."""
    into = [40 - n for n in range(30)] + [10.0] * 75
    phases, found = PulsePhases(6, max_s=2), []
    for key, value in enumerate(into + waves(20, 0.6, 15)):
        _, movement = phases.update(key, key / 30, value)
        found += [movement] if movement else []
    assert len(found) == 20
    assert all(movement.best > 20 for movement in found)


def test_pulses_in_noise():
    noise = random.Random(4)
    values = [value + noise.gauss(0, 0.8) for value in waves(10, 0.8, 14)]
    assert len(pulses_of(values)) == 10


def test_noise_is_no_pulse():
    noise = random.Random(5)
    assert pulses_of([noise.gauss(10, 0.7) for _ in range(900)]) == []


def test_a_slow_drift_is_no_pulse():
    # The program refuses what takes longer than the spec's max_s; here the drift alone never ends.
    assert pulses_of([n / 60 for n in range(1800)]) == []


def test_short_gaps_are_bridged_and_long_ones_are_not():
    values = waves(6, 1.0, 15)
    short = [NAN if 60 <= n < 70 else value for n, value in enumerate(values)]
    assert len(pulses_of(short)) == 6
    long = [NAN if 45 <= n < 105 else value for n, value in enumerate(values)]
    assert len(pulses_of(long)) < 6


# -- circles -----------------------------------------------------------------------------------


def circles_of(
    points, least: float = 4.0, fps: float = 30.0, size: float = 0.0
) -> list[RepMovement]:
    phases, found = CirclePhases(least, size), []
    for key, (x, y) in enumerate(points):
        _, movement = phases.update(key, key / fps, x, y)
        found += [movement] if movement else []
    _, movement = phases.finish(len(points) / fps)
    return found + ([movement] if movement else [])


def loops(
    count: float,
    radius: float = 10.0,
    period_s: float = 2.0,
    flat: float = 1.0,
    fps: float = 30.0,
    noise: float = 0.0,
):
    """Circles (ellipses where `flat` is not 1) that begin and end at rest."""
    random_ = random.Random(3)
    turn = 2 * math.pi / period_s * (1 if count > 0 else -1)
    last = abs(count) * period_s
    return [
        (radius * math.cos(turn * min(max(t - 1, 0), last)) + random_.gauss(0, noise),
         flat * radius * math.sin(turn * min(max(t - 1, 0), last)) + random_.gauss(0, noise))
        for t in (n / fps for n in range(round((last + 3) * fps)))
    ]  # fmt: skip


@pytest.mark.parametrize("fps", [10.0, 30.0, 60.0])
@pytest.mark.parametrize("period_s", [1.0, 2.0, 5.0])
@pytest.mark.parametrize(("count", "direction"), [(4, "outward"), (-4, "inward")])
def test_circles_of_any_tempo_and_rate(fps, period_s, count, direction):
    found = circles_of(loops(count, period_s=period_s, fps=fps), fps=fps)
    assert [movement.direction for movement in found] == [direction] * 4
    for movement in found:
        assert movement.size == pytest.approx(10, rel=0.15)


@pytest.mark.parametrize("flat", [0.5, 2.0])
def test_ellipses_are_as_large_as_along_the_first_axis(flat):
    found = circles_of(loops(3, flat=flat))
    assert len(found) == 3
    assert found[1].size == pytest.approx(10, rel=0.15)


def test_circles_whose_second_axis_is_seen_badly():
    """Depth comes out a third of what it is and trembles: as measured on a rendered leg (b6)."""
    noise = random.Random(8)
    path = [
        (x, 0.3 * y + noise.gauss(0, 1.5)) for x, y in loops(10, radius=20, period_s=2.0, fps=10.0)
    ]
    found = circles_of(path, fps=10.0)
    assert [movement.direction for movement in found] == ["outward"] * 10


def test_circles_in_noise():
    assert len(circles_of(loops(8, noise=0.7))) == 8


def test_noise_is_no_circle():
    noise = random.Random(6)
    assert circles_of([(noise.gauss(0, 1.2), noise.gauss(0, 1.2)) for _ in range(1800)]) == []


def test_three_quarters_of_a_circle_are_none():
    assert circles_of(loops(0.75)) == []


def test_a_swing_on_a_line_is_no_circle():
    noise = random.Random(7)
    line = [(10 * math.sin(n / 10), noise.gauss(0, 0.3)) for n in range(900)]
    assert circles_of(line) == []


def test_a_small_circle_needs_not_be_seen_round_and_has_no_direction():
    """A second axis of which nothing is left, as measured on a rendered leg (b2)."""
    found = circles_of(loops(4, radius=8, flat=0.05), size=9)
    assert [(movement.direction, round(movement.size)) for movement in found] == [(None, 8)] * 4
    assert circles_of(loops(4, radius=10, flat=0.05), size=9) == []


def test_circles_that_did_not_count_are_no_turns():
    out, back = loops(2), loops(-3)
    phases, turns = CirclePhases(4.0), []
    for key, (x, y) in enumerate(out[:-60] + back[30:]):
        _, movement = phases.update(key, key / 30, x, y)
        if movement is not None and movement.direction == "outward":
            phases.forget_turns()  # it was done on the way into position
        turns += [movement.turns] if movement else []
    assert len(turns) == 5
    assert all(math.isnan(turn) for turn in turns)


def test_how_many_were_done_before_the_direction_changed():
    out, back = loops(3), loops(-2)
    found = circles_of(out[:-60] + back[30:])
    assert [movement.direction for movement in found] == ["outward"] * 3 + ["inward"] * 2
    assert [movement.turns for movement in found] == pytest.approx(
        [NAN, NAN, NAN, NAN, 3], nan_ok=True
    )


def test_one_circle_that_was_misread_is_no_change_of_direction():
    out, back = loops(3), loops(-1)
    found = circles_of(out[:-60] + back[30:-60] + out[30:])
    assert [movement.direction for movement in found] == [
        *["outward"] * 3, "inward", *["outward"] * 3,
    ]  # fmt: skip
    assert all(math.isnan(movement.turns) for movement in found)


def test_a_long_gap_ends_a_circle():
    points = [(NAN, NAN) if 60 <= n < 90 else point for n, point in enumerate(loops(1))]
    assert circles_of(points) == []


# -- switches and speed ------------------------------------------------------------------------


def switch_of(values) -> list[RepMovement]:
    phases, found = RepPhases(50, 85, 95, ends_at_top=True, least_s=0.5), []
    for key, value in enumerate(values):
        _, movement = phases.update(key, key / 30, value)
        found += [movement] if movement else []
    _, movement = phases.finish(len(values) / 30)
    return found + ([movement] if movement else [])


UP = [30.0] * 15 + [30 + 4 * n for n in range(20)] + [110.0] * 30


def test_a_movement_that_ends_at_its_top_is_given_once():
    (movement,) = switch_of([*UP, *reversed(UP)])
    assert movement.best == 110
    # It leaves the top at 3.2 s and is back at rest at 3.7 s.
    assert movement.end_s == pytest.approx(3.2, abs=0.1)
    # ... at the end of the recording too, and not again when it leaves the top twice.
    assert len(switch_of(UP)) == 1
    assert len(switch_of([*UP, *[90.0] * 10, *[110.0] * 20, *reversed(UP)])) == 1


def test_a_top_that_wavers_on_the_way_is_not_the_end_of_it():
    # Both knees pass one another: the knee that comes in wavers by 9 deg, then is pulled to 110.
    wavering = [*UP[:31], *[81.0] * 4, *[110.0] * 30]
    (movement,) = switch_of([*wavering, *reversed(UP)])
    assert movement.best == 110
    assert movement.hold_s == pytest.approx(61 / 30, abs=0.2)


def test_who_is_back_from_the_top_sooner_than_a_rep_may_take_is_still_on_the_way():
    # The model puts the knee where it will be, for a tenth of a second, and back between the legs.
    glimpsed = [*UP[:20], *[104.0] * 3, *[62.0] * 3, *[108.0] * 30]
    (movement,) = switch_of([*glimpsed, *reversed(UP)])
    assert movement.best == 110
    assert movement.hold_s == pytest.approx(61 / 30, abs=0.2)


def test_how_long_it_was_at_rest_before_a_movement_is_told():
    first, second = switch_of([*UP, *[45.0] * 6, *[110.0] * 30, *reversed(UP)])
    assert (first.rested_s, second.rested_s) == pytest.approx((21 / 30, 6 / 30), abs=0.06)


def test_speed_is_per_second_and_needs_its_time():
    meter = SpeedMeter()
    speeds = [meter.update(n / 30, 60 * n / 30) for n in range(12)]
    assert all(math.isnan(speed) for speed in speeds[: round(SPEED_S * 30)])
    assert speeds[-1] == pytest.approx(60)
    assert meter.update(0.5, 12 - 10 * (0.5 - 11 / 30)) >= 0
    assert math.isnan(meter.update(0.6, NAN))
    assert math.isnan(meter.update(0.7, 5))
