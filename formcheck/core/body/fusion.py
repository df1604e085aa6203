"""One pose out of two looks at the same picture, by two networks.

Two networks err differently. How far away a point is and how well it is seen are the first one's to
say, because what follows (the turn of the trunk, the least visibility) was made with its ways:
``heavy`` is far less sure of a leg behind the other one than ``full`` is. Where the points lie in
the picture is said by both, and more by the second.

Of legs in side view a network that is unsure which one is the left one answers with a mean of both,
so that both legs lie in the middle. So where one of the two shows the legs clearly further apart,
that one is believed. Where they exchange the legs, a mean of both would be no leg at all, and the
one that shows them further apart is believed, be it by ever so little.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formcheck.core.body.leg_identity import exchange_legs
from formcheck.core.body.same_person import is_same_in_one_frame
from formcheck.core.geometry import Vec, cross, dot, length
from formcheck.core.pose import FloatArray, Landmark, Pose, hips_and_trunk

# Heuristic, tried on rendered people (docs/ensemble.md): how much the second counts; how much
# nearer swapped legs must be, and how much less apart those of an unsure network, in which it
# matters little how much; how far apart the others must be, for knees and ankles together, in trunk
# lengths.
SECOND_S_SHARE = 0.7
CLEARLY_NEARER = 0.75
CLEARLY_LESS_APART, LEAST_APART = 0.6, 0.3

# Facing the camera (hips this far apart, over the trunk) which hip is the lower one is read from a
# slope of few pixels, with numbers that are mostly the first one's: the two err differently.
FACING_FROM, HIP_LINE_SHARE = 0.25, 0.35

_HIPS = [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]
_KNEES_TO_FEET = slice(Landmark.LEFT_KNEE, Landmark.RIGHT_FOOT_INDEX + 1)
_LEFT_KNEE_ANKLE = [Landmark.LEFT_KNEE, Landmark.LEFT_ANKLE]
_RIGHT_KNEE_ANKLE = [Landmark.RIGHT_KNEE, Landmark.RIGHT_ANKLE]


def merged(first: Pose, second: Pose) -> Pose:
    """Return the pose that two looks at one picture come to.

    Parameters
    ----------
    first : Pose
        Says how far away the points are and how well they are seen.
    second : Pose
        Of the same picture: same time and size.

    Returns
    -------
    Pose
        x, y and outline are weighted means (of the legs those of one look where the other is
        unsure, or calls the other leg left); the rest is the first look's. The other pose where
        only one of them found somebody; the first where they saw two different people.
    """
    if not second.detected:
        return first
    if not first.detected:
        return second
    if not is_same_in_one_frame(first.points_px, second.points_px):
        return first
    landmarks = first.landmarks.copy()
    landmarks[:, :2] = _mean(first.landmarks[:, :2], second.landmarks[:, :2])
    _, trunk = hips_and_trunk(first.points_px.tolist())
    if _is_facing(first, trunk):
        middle = landmarks[_HIPS, :2].mean(axis=0)
        slant = _mean(_hip_line(first), _hip_line(second), HIP_LINE_SHARE) / 2
        landmarks[_HIPS, :2] = _single(np.array((middle + slant, middle - slant)))
    clearer = _with_clearer_legs(first, second, length(trunk))
    if clearer is not None:
        landmarks[_KNEES_TO_FEET, :2] = clearer.landmarks[_KNEES_TO_FEET, :2]
    return replace(first, landmarks=landmarks, outline=_outline(first.outline, second.outline))


def _hip_line(pose: Pose) -> FloatArray:
    """Return the line from the right hip to the left one, in the picture's own shares."""
    left, right = pose.landmarks[_HIPS, :2]
    line: FloatArray = left - right
    return line


def _is_facing(pose: Pose, trunk: Vec) -> bool:
    """Return whether the hips are apart across the trunk, not only along it."""
    left, right = pose.points_px[_HIPS]
    across = abs(cross(tuple((left - right).tolist()), trunk))
    return across > FACING_FROM * dot(trunk, trunk)


def _with_clearer_legs(first: Pose, second: Pose, trunk_px: float) -> Pose | None:
    """Return the look whose legs are to be believed alone; None where both are."""
    unsure, clear = sorted((first, second), key=_apart_px)
    is_clear = _apart_px(clear) > LEAST_APART * trunk_px
    less_apart = _apart_px(unsure) < CLEARLY_LESS_APART * _apart_px(clear)
    return clear if (is_clear and less_apart) or _legs_exchanged(first, second) else None


def _apart_px(pose: Pose) -> float:
    """Return how far the knees are apart, and the ankles."""
    apart_px = pose.points_px[_LEFT_KNEE_ANKLE] - pose.points_px[_RIGHT_KNEE_ANKLE]
    return float(np.hypot(*apart_px.T).sum())


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


def _mean(
    first: FloatArray, second: FloatArray, seconds_share: float = SECOND_S_SHARE
) -> FloatArray:
    mean = (1 - seconds_share) * first + seconds_share * second
    return _single(mean)


def _single(values: FloatArray) -> FloatArray:
    """Round to what a recording holds, so that a replay equals the run."""
    return values.astype(np.float32).astype(np.float64)
