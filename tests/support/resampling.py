"""Recorded poses as another camera would have given them: other rates, jitter, lost pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from formcheck.core.body.leg_identity import exchange_legs
from formcheck.core.pose import Landmark, Pose

_KNEES_AND_ANKLES = [
    Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE, Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE,
]  # fmt: skip


def even_times(start_s: float, end_s: float, fps: float) -> np.ndarray:
    """Times of a camera that keeps its rate."""
    return np.arange(start_s, end_s, 1 / fps)


def jittered_times(start_s: float, end_s: float, fps: float, seed: int) -> np.ndarray:
    """Times of a camera whose pictures come up to 45 % of a step early or late."""
    times = even_times(start_s, end_s, fps)
    late = np.random.default_rng(seed).uniform(-0.45, 0.45, len(times)) / fps
    return np.unique(np.clip(times + late, start_s, end_s))


def with_losses(times: np.ndarray, share: float, seed: int, longest_s: float) -> np.ndarray:
    """Leave out this share of the pictures, but never so many in a row that a longer gap arises."""
    wanted = np.random.default_rng(seed).random(len(times)) >= share
    kept = [times[0]]
    for index in range(1, len(times)):
        following = times[min(index + 1, len(times) - 1)]
        if wanted[index] or following - kept[-1] > longest_s:
            kept.append(times[index])
    return np.array(kept)


def resampled(poses: Sequence[Pose], times: np.ndarray) -> list[Pose]:
    """Return the poses at other times, interpolated linearly; without outlines.

    Where the model exchanged the legs from one pose to the next, the legs go on smoothly and the
    labels jump half-way: a faster camera would have seen that, and not knees that change places.
    """
    known = np.array([pose.time_s for pose in poses])
    made = []
    for time_s in times:
        index = int(np.clip(np.searchsorted(known, time_s, "right") - 1, 0, len(poses) - 2))
        made.append(_between(poses[index], poses[index + 1], float(time_s)))
    return made


def _between(before: Pose, after: Pose, time_s: float) -> Pose:
    share = min(max((time_s - before.time_s) / (after.time_s - before.time_s), 0.0), 1.0)
    if not (before.detected and after.detected):
        return replace(before if share < 0.5 else after, time_s=time_s, outline=None)
    exchanged = exchange_legs(after)
    jumped = _apart(before, exchanged) < _apart(before, after)
    if jumped:
        after = exchanged
    mixed = Pose(
        time_s,
        before.size_px,
        (1 - share) * before.landmarks + share * after.landmarks,
        (1 - share) * before.world + share * after.world,
    )
    return exchange_legs(mixed) if jumped and share >= 0.5 else mixed


def _apart(one: Pose, two: Pose) -> float:
    way = one.points_px[_KNEES_AND_ANKLES] - two.points_px[_KNEES_AND_ANKLES]
    return float(np.hypot(way[:, 0], way[:, 1]).sum())
