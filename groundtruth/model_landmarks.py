"""True joints turned into the landmarks that the pose model would have given for them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formcheck.body import Body
from formcheck.joint_centres import at_joint_centres
from formcheck.pose import Pose
from formcheck.view import ViewEstimator


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
    view = ViewEstimator().update(joints)
    if view is None:
        return joints
    seen = joints
    for _ in range(12):
        missed = joints.landmarks - at_joint_centres(Body(seen, view)).pose.landmarks
        if np.nanmax(np.abs(missed), initial=0.0) < 1e-10:
            break
        seen = replace(seen, landmarks=seen.landmarks + missed)
    return seen
