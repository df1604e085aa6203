"""True joints turned into the landmarks that the pose model would have given for them."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from formcheck.core.body.body import Body
from formcheck.core.body.joint_centres import at_joint_centres
from formcheck.core.body.view import ViewEstimator
from formcheck.core.pose import FloatArray, Pose


def as_the_model_sees(joints: Pose) -> Pose:
    """Find the landmarks that `at_joint_centres` brings to the joints of a pose.

    Parameters
    ----------
    joints : Pose
        With its landmarks at the joint centres.

    Returns
    -------
    Pose
    """
    arrays = (np.asarray(array, dtype=np.float64) for array in (joints.landmarks, joints.world))
    landmarks = _seen(joints.size_px, *(array.tobytes() for array in arrays))
    return replace(joints, landmarks=landmarks.copy())


@lru_cache(maxsize=10_000)
def _seen(size_px: tuple[int, int], landmarks: bytes, world: bytes) -> FloatArray:
    # Kept, as it takes a millisecond and the same poses come again and again.
    at_joints = np.frombuffer(landmarks).reshape(33, 4)
    joints = Pose(0.0, size_px, at_joints, np.frombuffer(world).reshape(33, 3))
    view = ViewEstimator().update(joints.time_s, joints)
    if view is None:
        return at_joints
    seen = joints
    for _ in range(12):
        missed = at_joints - at_joint_centres(Body(seen, view)).pose.landmarks
        if np.nanmax(np.abs(missed), initial=0.0) < 1e-10:
            break
        seen = replace(seen, landmarks=seen.landmarks + missed)
    return seen.landmarks
