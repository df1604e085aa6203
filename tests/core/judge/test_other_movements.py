"""Who does something else is neither counted nor corrected; how fast they move changes nothing."""

from __future__ import annotations

import math

import pytest

from formcheck.core.trial.figure import HALF_KNEELING, STANDING, SUPINE, Figure
from tests.support.sessions import Motion, march, play

STANDING_LIFTS = ("standing_march", "knee_drive", "banded_hip_flexion")


def wave(t: float, period_s: float, phase: float = 0.0) -> float:
    """Return 0…1…0 over each period, 0 at its start."""
    return 0.5 - 0.5 * math.cos(2 * math.pi * (t / period_s - phase))


def high_knees(lift_s: float, top: float = 92.0) -> Motion:
    """One knee after the other, each lift so long, without a rest between."""

    def at(t: float) -> Figure:
        number, into = divmod(t, lift_s)
        thigh = top * wave(into, lift_s)
        if int(number) % 2:
            return STANDING.but(thigh_right=thigh, knee_right=1.2 * thigh)
        return STANDING.but(thigh_left=thigh, knee_left=1.2 * thigh)

    return at


def quiet(summary) -> bool:
    totals = summary.totals
    counted = sum(totals.reps.values()) + sum(totals.attempts.values())
    held_s = sum(totals.hold_s.values())
    return counted == 0 and held_s <= 1.0 and not any(f.severity == "fault" for f in summary.faults)


# From the side, where legs hide one another, faster ones than 0.5 s are not followed yet.
@pytest.mark.parametrize(
    ("lift_s", "turn_deg"),
    [(0.4, 45), (0.4, 0), (0.6, 90), (0.6, 45), (0.6, 0), (1.2, 90), (1.2, 0)],
)
def test_high_knees_count_at_any_pace_and_from_anywhere(lift_s: float, turn_deg: float) -> None:
    motion = high_knees(lift_s)
    _, summary = play(
        "standing_march", lambda t: motion(t - 0.5).but(turn_deg=turn_deg) if t > 0.5 else
        STANDING.but(turn_deg=turn_deg), 0.5 + 8 * lift_s + 0.3,
    )  # fmt: skip
    assert summary.totals.reps == {"left": 4, "right": 4}


def test_lifts_far_below_the_target_are_attempts() -> None:
    _, summary = play("standing_march", high_knees(1.2, top=56), 8 * 1.2)
    assert summary.totals.reps == {"left": 0, "right": 0}
    assert summary.totals.attempts == {"left": 4, "right": 4}


def squats(t: float) -> Figure:
    bend = 95 * wave(t, 2.5)
    return STANDING.but(
        thigh_left=bend,
        thigh_right=bend,
        knee_left=1.1 * bend,
        knee_right=1.1 * bend,
        lean=bend / 3,
    )


def sits_with_a_knee_up(t: float) -> Figure:
    return STANDING.but(thigh_left=100, knee_left=80, thigh_right=80, knee_right=85)


def kicks_with_a_straight_knee(t: float) -> Figure:
    return STANDING.but(thigh_left=85 * wave(t, 1.5), knee_left=8)


def walks_on_the_spot(t: float) -> Figure:
    left, right = 28 * wave(t, 1.0), 28 * wave(t, 1.0, 0.5)
    return STANDING.but(
        thigh_left=left, knee_left=2 * left, thigh_right=right, knee_right=2 * right
    )


@pytest.mark.parametrize("turn_deg", [90, 45, 0])
@pytest.mark.parametrize(
    "motion", [squats, sits_with_a_knee_up, kicks_with_a_straight_knee, walks_on_the_spot]
)
def test_these_are_no_lifts_of_somebody_who_stands(motion: Motion, turn_deg: float) -> None:
    for exercise in (*STANDING_LIFTS, "single_leg_stance_knee_hold"):
        _, summary = play(exercise, lambda t: motion(t).but(turn_deg=turn_deg), 8)
        assert quiet(summary), exercise


def test_a_leg_that_swings_forward_is_no_lunge() -> None:
    """The knee bends as far, but the hips do not sink."""

    def swings(t: float) -> Figure:
        way = wave(t, 1.5) if t > 1.5 else 0.0
        if not way:
            return STANDING
        return STANDING.but(thigh_left=60 * way, knee_left=70 * way, thigh_right=-8, knee_right=32)

    for exercise in ("reverse_lunge", "split_squat"):
        _, summary = play(exercise, swings, 8)
        assert quiet(summary), exercise


def sit_ups(t: float) -> Figure:
    """The hips straighten on the way down, too."""
    up = wave(t, 3.0)
    return SUPINE.but(
        lying_deg=90 - 65 * up, thigh_left=30 + 65 * up, thigh_right=30 + 65 * up,
        knee_left=90, knee_right=90,
    )  # fmt: skip


def test_a_sit_up_is_no_bridge() -> None:
    _, summary = play("glute_bridge", sit_ups, 9)
    assert quiet(summary)


def flutter_kicks(t: float) -> Figure:
    """Both legs hover and go in turns."""
    left, right = 10 + 22 * wave(t, 1.3), 10 + 22 * wave(t, 1.3, 0.5)
    return SUPINE.but(thigh_left=left, thigh_right=right, knee_left=5, knee_right=5)


def cycling(t: float) -> Figure:
    left, right = 55 + 50 * wave(t, 1.6), 55 + 50 * wave(t, 1.6, 0.5)
    return SUPINE.but(thigh_left=left, thigh_right=right, knee_left=90, knee_right=90, arm_left=90)


@pytest.mark.parametrize("motion", [flutter_kicks, cycling])
def test_legs_that_go_in_turns_are_no_single_leg_lifts(motion: Motion) -> None:
    for exercise in ("lying_leg_raise", "single_leg_raise", "dead_bug", "psoas_march_supine"):
        _, summary = play(exercise, motion, 8)
        assert quiet(summary), exercise


def test_knees_drawn_in_and_stretched_out_are_no_straight_leg_lowering() -> None:
    def pulls_in(t: float) -> Figure:
        way = wave(t, 3.0)
        thigh, knee = 20 + 90 * way, 5 + 105 * way
        return SUPINE.but(thigh_left=thigh, thigh_right=thigh, knee_left=knee, knee_right=knee)

    for exercise in ("double_straight_leg_lower", "double_leg_stretch"):
        _, summary = play(exercise, pulls_in, 9)
        assert quiet(summary), exercise


def test_faults_of_a_movement_that_is_none_are_left_out() -> None:
    """Half-way up for good: it never comes back, so nothing was done wrong."""

    def at(t: float) -> Figure:
        return march(up=0.7, hold=60, top=70)(t).but(lean=20 if t > 2.5 else 0)

    _, summary = play("standing_march", at, 8)
    assert summary.totals.attempts == {"left": 0, "right": 0}
    assert quiet(summary)


def test_a_half_kneeling_stretch_is_held_from_the_front() -> None:
    held = HALF_KNEELING.but(thigh_left=-10, knee_left=80, thigh_right=95, knee_right=95)
    for turn_deg in (90, 30, 0):
        _, summary = play(
            "half_kneeling_hip_flexor_stretch", lambda t, way=turn_deg: held.but(turn_deg=way), 5
        )
        assert summary.totals.hold_s["left"] == pytest.approx(5.0, abs=0.6), turn_deg
        assert summary.totals.hold_s["right"] == 0.0
