"""Backs whose hollow is known, as bodies and outlines."""

from __future__ import annotations

import math

import numpy as np

from formcheck.core.body.body import Body
from formcheck.core.body.tracker import Tracked
from formcheck.core.body.view import View
from formcheck.core.measure.outline import sample_outline
from formcheck.core.measure.spine import BackWatch
from formcheck.core.pose import Landmark, Pose
from tests.support.trunk_masks import back_profile, belly_profile, landmarks_of, trunk_mask

SIZE = (640, 480)
HIPS, SHOULDERS = (320.0, 260.0), (320.0, 150.0)
# Facing the picture's left: the left side is near and the back lies to the right.
LEFT_NEAR = View(90.0, 2.0, "side", "left")


def outline_of(hollow: float = 0.06, hips=HIPS, shoulders=SHOULDERS, mirrored=False) -> np.ndarray:
    back, belly = back_profile(hollow), belly_profile()
    right, left = (belly, back) if mirrored else (back, belly)
    mask = trunk_mask(right, left, hips, shoulders, SIZE)
    return sample_outline(mask, landmarks_of(hips, shoulders, SIZE), SIZE)


def body_of(
    outline: np.ndarray | None, *, time_s=0.0, view=LEFT_NEAR, hips=HIPS, shoulders=SHOULDERS,
    elbow=None,
) -> Body:
    landmarks = landmarks_of(hips, shoulders, SIZE)
    front = -1 if view.near_side == "left" else 1
    trunk = math.dist(hips, shoulders)
    for mark in ("ELBOW", "WRIST"):
        for side in ("LEFT", "RIGHT"):
            # Arms stretched forward, well away from the trunk.
            reach = elbow or (shoulders[0] + front * trunk, shoulders[1] - 0.2 * trunk)
            landmarks[Landmark[f"{side}_{mark}"], :2] = np.array(reach) / SIZE
    for mark, drop in (("KNEE", 0.9), ("ANKLE", 1.7), ("HEEL", 1.8), ("FOOT_INDEX", 1.8)):
        for side in ("LEFT", "RIGHT"):
            point = (hips[0], hips[1] + drop * trunk)
            landmarks[Landmark[f"{side}_{mark}"], :2] = np.array(point) / SIZE
    return Body(Pose(time_s, SIZE, landmarks, np.zeros((33, 3)), outline), view)


def read(watch: BackWatch, body: Body, *, at_start=False):
    tracked = watch.update(Tracked(body.pose, body), at_start=at_start)
    assert tracked.body is not None
    return tracked.body.back


def taught(outline: np.ndarray, **where) -> BackWatch:
    watch = BackWatch()
    for frame in range(8):
        read(watch, body_of(outline, time_s=frame / 15, **where), at_start=True)
    assert watch.neutral is not None
    return watch
