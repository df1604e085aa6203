"""One pose out of two looks at the same picture, by two networks.

Two networks err differently. How far away a point is and how well it is seen are the first one's to
say, because what follows (the turn of the trunk, the least visibility) was made with its ways:
``heavy`` is far less sure of a leg behind the other one than ``full`` is. Where the points lie in
the picture is said by both, and more by the second; but where they disagree about which leg is the
left one, a mean of both would be no leg at all, and the first is believed, whose ways
`formcheck.sides` knows.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formcheck.pose import FloatArray, Landmark, Pose
from formcheck.sides import exchange_legs

# Own figures, tried with 0.5, 0.7 and 1, and with 0.5 to 1, on rendered people (docs/two_looks.md):
# it matters little which of the latter.
SECOND_S_SHARE = 0.7
CLEARLY_NEARER = 0.75
# Own figure: two looks whose hips are further apart than this share of the trunk are at two people.
SAME_PERSON = 0.5

_KNEES_TO_FEET = slice(Landmark.LEFT_KNEE, Landmark.RIGHT_FOOT_INDEX + 1)
_HIPS = [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]
_SHOULDERS = [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]


def merged(first: Pose, second: Pose) -> Pose:
    """Return the pose that two looks at one picture come to.

    Parameters
    ----------
    first : Pose
        Says which leg is which, how far away the points are and how well they are seen.
    second : Pose
        Of the same picture: same time and size.

    Returns
    -------
    Pose
        x, y and outline are weighted means; the rest is the first look's, and so are the legs
        where the two exchange left and right. The other pose where only one of them found
        somebody; the first where they saw two different people.
    """
    if not second.detected or (first.detected and not _is_same_person(first, second)):
        return first
    if not first.detected:
        return second
    landmarks = first.landmarks.copy()
    landmarks[:, :2] = _mean(first.landmarks[:, :2], second.landmarks[:, :2])
    if _legs_exchanged(first, second):
        landmarks[_KNEES_TO_FEET] = first.landmarks[_KNEES_TO_FEET]
    return replace(first, landmarks=landmarks, outline=_outline(first.outline, second.outline))


def _is_same_person(first: Pose, second: Pose) -> bool:
    trunk_px = np.hypot(*(_middle(first, _SHOULDERS) - _middle(first, _HIPS)))
    apart_px = np.hypot(*(_middle(first, _HIPS) - _middle(second, _HIPS)))
    return bool(apart_px <= SAME_PERSON * trunk_px)


def _middle(pose: Pose, landmarks: list[Landmark]) -> FloatArray:
    middle: FloatArray = pose.points_px[landmarks].mean(axis=0)
    return middle


def _legs_exchanged(first: Pose, second: Pose) -> bool:
    """Return whether one of them calls the leg left that is the right one to the other."""
    exchanged_px = _legs_apart_px(first, exchange_legs(second))
    return exchanged_px < CLEARLY_NEARER * _legs_apart_px(first, second)


def _legs_apart_px(first: Pose, second: Pose) -> float:
    apart_px = (first.points_px - second.points_px)[_KNEES_TO_FEET]
    return float(np.hypot(*apart_px.T).sum())


def _outline(first: FloatArray | None, second: FloatArray | None) -> FloatArray | None:
    if first is None or second is None:
        return second if first is None else first
    # A station that only one of them saw is as that one saw it.
    return _mean(
        np.where(np.isnan(first), second, first), np.where(np.isnan(second), first, second)
    )


def _mean(first: FloatArray, second: FloatArray) -> FloatArray:
    mean = (1 - SECOND_S_SHARE) * first + SECOND_S_SHARE * second
    # Single precision is what a recording holds; rounding here makes a replay equal the run.
    return mean.astype(np.float32).astype(np.float64)
