from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from formcheck.capture.geometry import TURNS, Facts, layout_of, pixel_aspect_of
from formcheck.capture.upright import laid_out, letterboxed, turned
from formcheck.core.body.turned import Turn
from tests.support.video_data import corner_colours, corner_picture

ONE = 1 << 16


def matrix(a: float, b: float, c: float, d: float) -> tuple[int, ...]:
    return (*(round(ONE * v) for v in (a, b, 0, c, d, 0, 0, 0)), 1 << 30)


EIGHT = {
    (1, 0, 0, 1): "rgb-",
    (-1, 0, 0, 1): "gr-b",
    (1, 0, 0, -1): "b-rg",
    (-1, 0, 0, -1): "-bgr",
    (0, 1, -1, 0): "br-g",
    (0, -1, 1, 0): "g-rb",
    (0, 1, 1, 0): "rbg-",
    (0, -1, -1, 0): "-gbr",
}


@pytest.mark.parametrize(("way", "corners"), EIGHT.items())
def test_obeys_all_eight_ways_to_lie(way: tuple[int, ...], corners: str) -> None:
    layout = layout_of(Facts((96, 64), matrix=matrix(*way)))
    assert corner_colours(laid_out(corner_picture(), layout)) == corners
    assert layout.tilt_deg == 0


@pytest.mark.parametrize(("way", "corners"), EIGHT.items())
@pytest.mark.parametrize("turn", TURNS)
def test_turns_besides_as_asked(way: tuple[int, ...], corners: str, turn: Turn) -> None:
    declared = laid_out(corner_picture(), layout_of(Facts((96, 64), matrix=matrix(*way))))
    both = laid_out(corner_picture(), layout_of(Facts((96, 64), matrix=matrix(*way), turn=turn)))
    assert np.array_equal(both, turned(declared, turn))
    assert corner_colours(both) == corner_colours(np.rot90(declared, -turn // 90))


@pytest.mark.parametrize("degrees", [5.0, -30.0, 44.0, 50.0, 100.0, 170.0])
@pytest.mark.parametrize("mirrored", [False, True])
def test_a_tilted_matrix_turns_what_was_level(degrees: float, *, mirrored: bool) -> None:
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    across = -1.0 if mirrored else 1.0
    layout = layout_of(Facts((200, 200), matrix=matrix(across * cos, across * sin, -sin, cos)))
    picture = np.zeros((200, 200, 3), np.uint8)
    picture[96:104] = 255
    shown = laid_out(picture, layout)
    y, x = np.nonzero(shown[..., 0] > 128)
    level, upright = np.var(x), np.var(y)
    covariance = float(np.mean((x - x.mean()) * (y - y.mean())))
    found = 0.5 * math.degrees(math.atan2(2 * covariance, level - upright))
    wanted = math.degrees(math.atan2(across * sin, across * cos))
    assert (found - wanted + 90) % 180 - 90 == pytest.approx(0, abs=0.5)


def test_the_scale_of_a_matrix_is_no_tilt() -> None:
    layout = layout_of(Facts((96, 64), matrix=matrix(0, 2.0, -1.4, 0)))
    assert (layout.is_transposed, layout.tilt_deg, layout.canvas) == (True, 0, (64, 96))
    assert layout_of(Facts((96, 64), matrix=(0,) * 9)).canvas == (96, 64)


@pytest.mark.parametrize("size", [(720, 576), (1440, 1080), (640, 360), (3840, 2161), (95, 63)])
@pytest.mark.parametrize(
    "aspect", [Fraction(16, 15), Fraction(64, 45), Fraction(4, 3), Fraction(1)]
)
@pytest.mark.parametrize("turn", TURNS)
def test_a_circle_is_a_circle(size: tuple[int, int], aspect: Fraction, turn: Turn) -> None:
    layout = layout_of(Facts(size, aspect, turn=turn))
    across = layout.scaled[0] / size[0]
    down = layout.scaled[1] / size[1]
    assert across / down == pytest.approx(float(aspect), rel=1.2 / min(size[0], 1080))
    assert max(layout.canvas) <= 1920
    assert layout.at == (0, 0)
    # The same again is not scaled again.
    assert layout_of(Facts(size, aspect, turn=turn), layout.canvas) == layout


@pytest.mark.parametrize(
    ("facts", "scaled", "at"),
    [
        (Facts((720, 576), Fraction(64, 45)), (768, 432), (0, 72)),
        (Facts((360, 480)), (432, 576), (168, 0)),
        (Facts((1920, 1080)), (768, 432), (0, 72)),
        (Facts((1920, 1080), turn=90), (576, 324), (222, 0)),
    ],
)
def test_another_shape_is_put_on_the_first_ones_canvas(
    facts: Facts, scaled: tuple[int, int], at: tuple[int, int]
) -> None:
    layout = layout_of(facts, (768, 576))
    assert (layout.canvas, layout.scaled, layout.at) == ((768, 576), scaled, at)


def test_letterboxing_keeps_the_shape() -> None:
    shown = letterboxed(corner_picture(96, 64), (200, 200))
    assert shown.shape == (200, 200, 3)
    assert not shown[:30].any()
    assert not shown[-30:].any()
    assert corner_colours(shown[34:166]) == "rgb-"


@pytest.mark.parametrize("declared", [None, Fraction(0), Fraction(1, 255), Fraction(255), -1])
def test_an_impossible_pixel_is_square(declared: Fraction | None) -> None:
    assert pixel_aspect_of(declared) == 1
