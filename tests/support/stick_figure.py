"""What tests do with a person of sticks (`formcheck.core.trial.figure`)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import numpy as np

from formcheck.core.body.body import Body
from formcheck.core.body.joint_centres import at_joint_centres
from formcheck.core.body.view import ViewEstimator
from formcheck.core.geometry import rotate
from formcheck.core.pose import Landmark, Pose


def body_of(
    pose: Pose,
    *,
    roll_deg: float = 0.0,
    thigh_px: float = math.nan,
    heels_below: float = math.nan,
) -> Body:
    """The pose as one frame alone shows it."""
    view = ViewEstimator().update(pose.time_s, pose)
    assert view is not None
    return at_joint_centres(Body(pose, view, roll_deg, thigh_px, heels_below))


_SWAP = np.arange(33)
for _mark in Landmark:
    if "LEFT" in _mark.name:
        _other = Landmark[_mark.name.replace("LEFT", "RIGHT")]
        _SWAP[_mark], _SWAP[_other] = _other, _mark


def mirrored(pose: Pose) -> Pose:
    """The picture mirrored: a person's left leg becomes a right one."""
    landmarks, world = pose.landmarks[_SWAP].copy(), pose.world[_SWAP].copy()
    landmarks[:, 0] = 1.0 - landmarks[:, 0]
    world[:, 0] *= -1.0
    return Pose(pose.time_s, pose.size_px, landmarks, world)


def rolled(pose: Pose, roll_deg: float) -> Pose:
    """The picture turned clockwise about its middle."""
    size = np.asarray(pose.size_px, dtype=float)
    landmarks, world = pose.landmarks.copy(), pose.world.copy()
    for mark in Landmark:
        x, y = rotate(tuple(landmarks[mark, :2] * size - size / 2), roll_deg)
        landmarks[mark, :2] = (np.array([x, y]) + size / 2) / size
        world[mark, :2] = rotate((world[mark, 0], world[mark, 1]), roll_deg)
    return Pose(pose.time_s, pose.size_px, landmarks, world)


def curve(time_s: float, points: Iterable[tuple[float, float]]) -> float:
    """Straight lines through (time, value) points."""
    times, values = zip(*points, strict=True)
    return float(np.interp(time_s, times, values))


def times(duration_s: float, fps: float = 30.0) -> Iterator[float]:
    """Frame times from 0 up to and with the duration."""
    for number in range(round(duration_s * fps) + 1):
        yield number / fps
