"""A recorded march of the stick figure: poses for tests that need no pictures."""

from __future__ import annotations

import numpy as np

from formcheck.core.pose import Pose
from formcheck.core.trial.figure import SIZE, Figure
from formcheck.io.poses import PoseRecording
from tests.support.stick_figure import curve, times

REPS_EACH_SIDE = 2
_LIFT = [(0.0, 0.0), (0.8, 92.0), (1.8, 92.0), (2.6, 0.0), (3.2, 0.0)]
_STILL_S, _REP_S = 2.0, 3.2


def march() -> PoseRecording:
    """Return a march: still for two seconds, then left and right in turn, twice."""
    poses = []
    for time_s in times(_STILL_S + 2 * REPS_EACH_SIDE * _REP_S + 1):
        number, within = divmod(time_s - _STILL_S, _REP_S)
        lift = curve(within, _LIFT) if 0 <= number < 2 * REPS_EACH_SIDE else 0.0
        left = number % 2 == 0
        figure = Figure(
            thigh_left=lift if left else 0.0,
            thigh_right=0.0 if left else lift,
            knee_left=lift if left else 0.0,
            knee_right=0.0 if left else lift,
        )
        poses.append(_in_single_precision(figure.pose(time_s)))
    return PoseRecording(poses, SIZE, 30.0)


def _in_single_precision(pose: Pose) -> Pose:
    landmarks = pose.landmarks.astype(np.float32).astype(np.float64)
    world = pose.world.astype(np.float32).astype(np.float64)
    return Pose(pose.time_s, pose.size_px, landmarks, world)
