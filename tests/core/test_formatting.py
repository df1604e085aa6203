"""Numbers with units: one way for each unit, wherever they are shown."""

from __future__ import annotations

import math

import pytest

from formcheck.core.formatting import (
    by_side_text,
    count_text,
    minutes_text,
    missed_text,
    number_text,
    percent_text,
    time_text,
    value_text,
)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (71.4, "deg", "71°"),
        (-5.2, "deg", "−5°"),
        (-0.3, "deg", "0°"),
        (1.94, "s", "1.9 s"),
        (0.127, "ratio", "0.13"),
        (-0.004, "ratio", "0.00"),
        (0.5, "ratio/s", "0.50 per s"),
        (89.6, "deg/s", "90°/s"),
        (12.34, "per_s", "12.3 per s"),
        (2, "turns", "2 turns"),
        (3, "cm", "3.0 cm"),
        (7.0, "", "7"),
        (math.nan, "deg", "–"),
        (None, "s", "–"),
    ],
)
def test_every_number_has_its_unit(value, unit, text):
    assert value_text(value, unit) == text


def test_a_number_alone_is_for_tables():
    assert [number_text(v, "deg") for v in (-5.2, math.nan)] == ["−5", "–"]


@pytest.mark.parametrize(
    ("worst", "limit", "unit", "text"),
    [
        (71.0, 80.0, "deg", "worst 71°, target ≥ 80°"),
        (0.22, 0.25, "ratio", "worst 0.22, target ≥ 0.25"),
        (-17.2, -9.0, "deg", "worst −17°, target ≥ −9°"),
        (12.0, 6.0, "deg", "worst 12°, target ≤ 6°"),
        (1.9, 3.0, "s", "worst 1.9 s, target ≥ 3.0 s"),
        # Rounded alike it would read as if nothing had been missed.
        (79.7, 80.0, "deg", "worst 79.7°, target ≥ 80.0°"),
        (0.249, 0.25, "ratio", "worst 0.249, target ≥ 0.250"),
    ],
)
def test_what_was_missed_and_by_how_much(worst, limit, unit, text):
    assert missed_text(worst, limit, unit) == text


def test_times_counts_and_proportions():
    assert [time_text(s) for s in (9.74, 59.96, None)] == ["9.7 s", "1:00.0 min", "–"]
    assert [minutes_text(s) for s in (20.4, 320)] == ["20 s", "5 min 20 s"]
    assert [count_text(n, "rep") for n in (0, 1, 3)] == ["0 reps", "1 rep", "3 reps"]
    assert [percent_text(p) for p in (0.968, None)] == ["97 %", "0 %"]


def test_numbers_by_side():
    def reps(count: float) -> str:
        return count_text(count, "rep")

    assert by_side_text({"left": 1, "right": 2}, reps) == "1 rep left, 2 reps right"
    assert by_side_text({"both": 3}, reps) == "3 reps"
