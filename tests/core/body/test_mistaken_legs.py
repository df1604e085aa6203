"""Legs that were taken for one another for a while: whose movement it was after all."""

from __future__ import annotations

import dataclasses
import math

import pytest

from formcheck.core.body.leg_identity import LegSides, LegVerdict, exchange_legs
from formcheck.core.body.tracker import Tracker
from formcheck.core.judge.session import Session
from formcheck.core.pose import Pose
from formcheck.core.trial.figure import STANDING
from tests.support.patterns import spec_of
from tests.support.stick_figure import curve, times

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
    return [legs.update(pose.time_s, pose, TRUNK_PX) for pose in poses]


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
    poses = [STANDING.but(thigh_left=curve(t, ((1, 0), (2, 80), (3, 0)))).pose(t) for t in times(4)]
    assert all(math.isnan(verdict.wrong_since_s) for verdict in _verdicts(poses))


@pytest.mark.parametrize("fps", [10, 30])
@pytest.mark.parametrize("right_too", [False, True])
@pytest.mark.parametrize("from_s", [0.0, 64.0])
def test_a_lift_belongs_to_the_leg_that_it_was_after_all(
    monkeypatch: pytest.MonkeyPatch, fps: float, right_too: bool, from_s: float
) -> None:
    """The left leg is taken for the right one as it sets out, until it is up."""

    def update(_legs: LegSides, time_s: float, _pose: Pose, *_sizes: float) -> LegVerdict:
        if 1.0 <= time_s < 2.5:
            return LegVerdict(True, True)
        first = 2.5 <= time_s < 2.5 + 0.9 / fps
        return LegVerdict(False, True, None, 1.0 if first else math.nan)

    monkeypatch.setattr(LegSides, "update", update)
    session = Session(spec_of(LIFT, position="standing", sides="each"))
    for t in times(5, fps=fps):
        left = curve(t, ((1, 0), (1.8, 80), (3, 80), (3.8, 0)))
        # Already on its way before: that movement stays its own.
        right = curve(t, ((0.5, 0), (1, 78), (3.2, 78), (4, 0))) if right_too else 0.0
        figure = STANDING.but(thigh_left=left, knee_left=left, thigh_right=right, knee_right=right)
        session.update(figure.pose(from_s + t))
    assert session.finish().totals.reps == {"left": 1, "right": int(right_too)}


def test_since_when_they_were_mistaken_is_a_time_of_the_poses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A camera's clock does not begin at zero, as a file's does."""

    def update(_legs: LegSides, time_s: float, _pose: Pose, *_sizes: float) -> LegVerdict:
        return LegVerdict(False, True, None, 1.0 if time_s > 1.9 else math.nan)

    monkeypatch.setattr(LegSides, "update", update)
    tracker = Tracker()
    found = [tracker.update(STANDING.pose(64.0 + t)).wrong_since_s for t in times(2.05, fps=10)]
    assert {value for value in found if not math.isnan(value)} == {65.0}


# Left knee and ankle, right knee and ankle from between the hips, pixels: what the pose model gave
# of two rendered people (own), 8 and 10 pictures a second.
KNEELING = (
    (77, 0, 109, 71, 4, 91, -85, 82),
    (77, 1, 109, 71, 4, 91, -85, 82),
    (77, 2, 68, 66, 4, 91, -85, 82),
    (9, 68, -57, 67, 76, 50, 66, 74),  # exchanged, and not where any leg is
    (75, 3, 104, 68, 7, 88, -81, 80),
    *[(77, -1, 107, 70, 1, 90, -87, 82)] * 8,
)
LUNGE = (
    (-9, 65, -64, 96, 45, 47, 37, 116),
    (22, 61, -13, 109, 29, 55, -4, 106),  # both between the legs
    (19, 61, -14, 110, 36, 52, 32, 111),
    (6, 61, -43, 109, 43, 47, 37, 112),
    (-5, 61, -64, 94, 45, 46, 38, 114),
    (14, 61, -30, 107, 45, 46, 20, 108),
    (24, 60, -11, 110, 27, 54, -5, 105),
    (20, 61, -19, 111, 33, 53, 14, 104),
    (6, 61, -44, 109, 43, 47, 36, 111),
    *[(-8, 61, -62, 94, 45, 46, 39, 115)] * 8,
)


def _seen(legs_px: tuple[float, ...], time_s: float) -> Pose:
    pose = STANDING.pose(time_s)
    landmarks = pose.landmarks.copy()
    width, height = pose.size_px
    hips = landmarks[[23, 24], :2].mean(axis=0)
    for joint, x, y in zip((25, 27, 26, 28), legs_px[::2], legs_px[1::2], strict=True):
        landmarks[joint, :2] = hips[0] + x / width, hips[1] + y / height
    return dataclasses.replace(pose, landmarks=landmarks)


@pytest.mark.parametrize("mirror", [1, -1])
@pytest.mark.parametrize(("track", "fps", "lengths_px"), [
    (KNEELING, 8, (99, 77, 77)), (LUNGE, 10, (84, 63, 63)),
])  # fmt: skip
def test_legs_that_are_back_where_they_were_keep_their_names(track, fps, lengths_px, mirror):
    before = [track[0]] * 10
    legs = LegSides()
    verdicts = [
        legs.update(
            n / fps,
            _seen(tuple(mirror * v if i % 2 == 0 else v for i, v in enumerate(row)), n / fps),
            *lengths_px,
        )
        for n, row in enumerate([*before, *track])
    ]
    assert not any(verdict.exchanged for verdict in verdicts[-8:])
