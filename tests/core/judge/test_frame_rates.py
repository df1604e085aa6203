"""Counts do not depend on how many pictures a second a camera gives, nor on which get lost."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.core.judge.session import Session
from formcheck.core.pose import Pose
from formcheck.io.specs import load_spec
from tests.support.march_data import march
from tests.support.resampling import even_times, jittered_times, resampled, with_losses

# One lift a side.
MARCH = [pose for pose in march() if pose.time_s < 9.2]
LONGEST_GAP_S = 0.3


def counts(poses: list[Pose], exercise: str) -> dict[str, int]:
    session = Session(load_spec(exercise))
    for pose in poses:
        session.update(pose)
    return session.finish().totals.reps


@settings(max_examples=10)
@given(
    fps=st.floats(10, 120),
    jitter=st.booleans(),
    lost=st.floats(0, 0.5),
    seed=st.integers(0, 1000),
)
def test_a_march_is_counted_at_any_rate(fps: float, jitter: bool, lost: float, seed: int) -> None:
    start_s, end_s = MARCH[0].time_s, MARCH[-1].time_s
    times = jittered_times(start_s, end_s, fps, seed) if jitter else even_times(start_s, end_s, fps)
    times = with_losses(times, lost, seed, LONGEST_GAP_S)
    assert counts(resampled(MARCH, times), "standing_march") == {"left": 1, "right": 1}
