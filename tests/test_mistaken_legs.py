"""Legs that were taken for one another for a while: whose movement it was after all."""

from __future__ import annotations

import math

import pytest
from stick_figure import STANDING, curve, times
from test_patterns import spec_of

from formcheck.pose import Pose
from formcheck.session import Session
from formcheck.sides import LegSides, LegVerdict, exchange_legs

LIFT = """
[rep]
measurement = "thigh_elevation"
rest_below = 20
top_above = 40
target = 60
"""
TRUNK_PX = 150.0


def _verdicts(poses: list[Pose]) -> list[LegVerdict]:
    legs = LegSides()
    return [legs.update(pose, TRUNK_PX) for pose in poses]


def test_a_change_of_mind_tells_since_when_the_legs_were_mistaken() -> None:
    figure = STANDING.but(thigh_left=40, knee_left=40)
    # The model's labels jump after a second and stay so; nothing moves.
    poses = [
        figure.pose(t) if t < 0.99 else exchange_legs(figure.pose(t)) for t in times(12, fps=10)
    ]
    verdicts = _verdicts(poses)
    changes = [i for i in range(1, 121) if verdicts[i].exchanged != verdicts[i - 1].exchanged]
    assert changes[0] == 10
    assert len(changes) == 2
    # The labels jumped there: nothing was wrong before.
    assert math.isnan(verdicts[changes[0]].wrong_since_s)
    assert verdicts[changes[1]].wrong_since_s == pytest.approx(1.0)
    told = [i for i, verdict in enumerate(verdicts) if not math.isnan(verdict.wrong_since_s)]
    assert told == [changes[1]]


def test_legs_that_are_known_are_never_thought_over() -> None:
    poses = [
        STANDING.but(thigh_left=curve(t, ((1, 0), (2, 80), (3, 0)))).pose(t) for t in times(4)
    ]
    assert all(math.isnan(verdict.wrong_since_s) for verdict in _verdicts(poses))


@pytest.mark.parametrize("fps", [10, 30])
@pytest.mark.parametrize("right_too", [False, True])
def test_a_lift_belongs_to_the_leg_that_it_was_after_all(
    monkeypatch: pytest.MonkeyPatch, fps: float, right_too: bool
) -> None:
    """The left leg is taken for the right one as it sets out, until it is up."""

    def update(_legs: LegSides, pose: Pose, *_sizes: float) -> LegVerdict:
        if 1.0 <= pose.time_s < 2.5:
            return LegVerdict(True, True)
        first = 2.5 <= pose.time_s < 2.5 + 0.9 / fps
        return LegVerdict(False, True, None, 1.0 if first else math.nan)

    monkeypatch.setattr(LegSides, "update", update)
    session = Session(spec_of(LIFT, position="standing", sides="each"))
    for t in times(5, fps=fps):
        left = curve(t, ((1, 0), (1.8, 80), (3, 80), (3.8, 0)))
        # Already on its way before: that movement stays its own.
        right = curve(t, ((0.5, 0), (1, 78), (3.2, 78), (4, 0))) if right_too else 0.0
        figure = STANDING.but(thigh_left=left, knee_left=left, thigh_right=right, knee_right=right)
        session.update(figure.pose(t))
    assert session.finish().totals.reps == {"left": 1, "right": int(right_too)}
