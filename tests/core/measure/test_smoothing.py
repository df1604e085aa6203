import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.core.measure.smoothing import MedianSmoother
from tests.support.stick_figure import times

NAN = math.nan


def smooth(moments) -> list[float]:
    smoother = MedianSmoother()
    return [smoother.update(t, {"x": v})["x"] for t, v in moments]


def test_a_spike_of_one_frame_is_gone():
    values = [10.0] * 10 + [80.0] + [10.0] * 10
    assert smooth([(n / 30, v) for n, v in enumerate(values)]) == [10.0] * 21


@pytest.mark.parametrize("fps", [15, 30, 60, 120])
def test_it_lags_by_less_than_a_twentieth_of_a_second_and_half_a_frame(fps):
    for t, value in zip(times(2, fps), smooth([(t, 100 * t) for t in times(2, fps)]), strict=True):
        assert 100 * t - value <= 100 * (0.05 + 0.5 / fps) + 1e-6


def test_unknown_stays_unknown_and_does_not_pull_others():
    values = smooth([(n / 30, NAN if n == 5 else 7.0) for n in range(10)])
    assert math.isnan(values[5])
    assert [v for n, v in enumerate(values) if n != 5] == [7.0] * 9


def test_slow_cameras_are_not_smoothed():
    moments = [(n / 8, float(n % 3)) for n in range(20)]
    assert smooth(moments) == [v for _, v in moments]


@given(st.lists(st.floats(-180, 180), min_size=1, max_size=60))
def test_it_invents_nothing(values):
    for n, value in enumerate(smooth([(n / 30, v) for n, v in enumerate(values)])):
        recent = values[max(0, n - 3) : n + 1]
        assert min(recent) <= value <= max(recent)
