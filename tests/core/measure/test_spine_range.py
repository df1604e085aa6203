from __future__ import annotations

import math

import pytest

from formcheck.core.measure.spine_range import PATIENCE_S, GuidedRange, OwnRange


def play(value_at, seconds: float = 60.0) -> GuidedRange:
    guide = GuidedRange()
    for frame in range(round(seconds * 15)):
        if guide.update(frame / 15, value_at(frame / 15, guide.step)) == "done":
            break
    return guide


def test_relax_arch_tuck() -> None:
    goal = {"relax": 0.0, "arch": 20.0, "tuck": -15.0}
    guide = play(lambda t, step: goal[step] + (0.3 if round(15 * t) % 2 else -0.3))
    assert guide.result is not None
    assert guide.result.arch_deg == pytest.approx(20, abs=3)
    assert guide.result.tuck_deg == pytest.approx(-15, abs=3)
    assert guide.result.noise_deg == pytest.approx(0.3, abs=0.05)
    assert guide.result.usable


def test_a_back_that_cannot_be_seen_gives_an_unusable_range_in_the_end() -> None:
    guide = play(lambda _t, _step: math.nan, 3 * PATIENCE_S + 1)
    assert guide.result is not None
    assert not guide.result.usable


def test_somebody_who_barely_moves_has_no_range() -> None:
    guide = play(lambda _t, step: {"relax": 0.0, "arch": 3.0, "tuck": -3.0}[step])
    assert guide.result is not None
    assert not guide.result.usable


def test_a_swing_that_is_not_held_is_not_a_range() -> None:
    guide = GuidedRange()
    for frame in range(15 * 5):
        t = frame / 15
        guide.update(t, 20 * math.sin(2 * math.pi * t) if guide.step != "relax" else 0.0)
    assert guide.step == "arch"


def test_shares_errors_and_a_round_trip() -> None:
    own = OwnRange(20.0, -10.0, 3.0)
    assert own.share(10.0) == pytest.approx(0.5)
    assert own.share(-10.0) == pytest.approx(-1.0)
    assert own.error_deg(4.0) == pytest.approx(5.0)
    assert OwnRange.from_dict(own.to_dict()) == own
    assert not OwnRange(20.0, -10.0, 6.0).usable
