"""Hand-made poses and frame results for the tests of what is shown."""

from __future__ import annotations

import math

import numpy as np

from formcheck.core.events import ActiveFault, Counts, FrameResult
from formcheck.core.pose import Landmark, Pose

SIZE = (640, 480)
# Standing, seen from the left, facing the picture's left.
_STANDING = {
    "nose": (0.46, 0.12), "shoulder": (0.50, 0.25), "elbow": (0.51, 0.38), "wrist": (0.49, 0.50),
    "hip": (0.50, 0.52), "knee": (0.50, 0.70), "ankle": (0.50, 0.88), "heel": (0.51, 0.90),
    "foot_index": (0.45, 0.91),
}  # fmt: skip


def standing(time_s: float = 0.0, *, left_thigh_deg: float = 0.0, size=SIZE) -> Pose:
    """A standing person whose left thigh is lifted to the front by so many degrees."""
    landmarks = np.full((33, 4), 0.5)
    landmarks[:, 3] = 0.99
    for side in ("LEFT", "RIGHT"):
        for name, (x, y) in _STANDING.items():
            if name != "nose":
                landmarks[Landmark[f"{side}_{name.upper()}"], :2] = x, y
    hip = landmarks[Landmark.LEFT_HIP, :2] * size
    length = 0.18 * size[1]
    a = math.radians(left_thigh_deg)
    knee = hip + length * np.array([-math.sin(a), math.cos(a)])
    landmarks[Landmark.LEFT_KNEE, :2] = knee / size
    landmarks[Landmark.LEFT_ANKLE, :2] = (knee + np.array([0, length])) / size
    return Pose(time_s, size, landmarks, np.zeros((33, 3)))


def fault(**changes) -> ActiveFault:
    base = {
        "check": "knee_height", "side": "left", "measurement": "thigh_elevation_left_deg",
        "value": 60.0, "limit": 80.0, "unit": "deg", "severity": "fault", "cue": "Lift the knee",
    }  # fmt: skip
    return ActiveFault(**{**base, **changes})


def frame(time_s: float, *, left: int = 0, right: int = 0, **changes) -> FrameResult:
    """A frame result of a march; everything can be changed."""
    base = {
        "pose": standing(time_s, left_thigh_deg=60), "values": {"thigh_elevation_left_deg": 60.0},
        "reasons": {}, "phase": "top", "side": "left", "events": (), "ready": True,
        "counts": Counts({"left": left, "right": right}, {"left": 0, "right": 0}, {}),
        "joint": "thigh_elevation_left_deg", "joint_target": 85.0, "near_side": "left",
    }  # fmt: skip
    return FrameResult(time_s=time_s, **{**base, **changes})
