"""One person in one frame, as landmarks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal

import numpy as np
import numpy.typing as npt

from formcheck.core.geometry import Vec, mid, sub

FloatArray = npt.NDArray[np.float64]
Side = Literal["left", "right"]
SIDES: tuple[Side, Side] = ("left", "right")

LANDMARK_COUNT = 33


def other_side(side: Side) -> Side:
    """Return the opposite side."""
    return "right" if side == "left" else "left"


class Landmark(IntEnum):
    """The 33 landmarks of MediaPipe Pose, in its order (left = the person's own left)."""

    NOSE = 0
    LEFT_EYE_INNER = 1
    LEFT_EYE = 2
    LEFT_EYE_OUTER = 3
    RIGHT_EYE_INNER = 4
    RIGHT_EYE = 5
    RIGHT_EYE_OUTER = 6
    LEFT_EAR = 7
    RIGHT_EAR = 8
    MOUTH_LEFT = 9
    MOUTH_RIGHT = 10
    LEFT_SHOULDER = 11
    RIGHT_SHOULDER = 12
    LEFT_ELBOW = 13
    RIGHT_ELBOW = 14
    LEFT_WRIST = 15
    RIGHT_WRIST = 16
    LEFT_PINKY = 17
    RIGHT_PINKY = 18
    LEFT_INDEX = 19
    RIGHT_INDEX = 20
    LEFT_THUMB = 21
    RIGHT_THUMB = 22
    LEFT_HIP = 23
    RIGHT_HIP = 24
    LEFT_KNEE = 25
    RIGHT_KNEE = 26
    LEFT_ANKLE = 27
    RIGHT_ANKLE = 28
    LEFT_HEEL = 29
    RIGHT_HEEL = 30
    LEFT_FOOT_INDEX = 31
    RIGHT_FOOT_INDEX = 32


_BY_JOINT: dict[tuple[Side, str], Landmark] = {
    (side, mark.name.removeprefix(f"{side}_".upper()).lower()): mark
    for mark in Landmark
    for side in SIDES
    if mark.name.startswith(side.upper())
}


def landmark_of(side: Side, joint: str) -> Landmark:
    """Return the landmark of a joint on one side, e.g. ``landmark_of("left", "knee")``."""
    return _BY_JOINT[side, joint]


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """The landmarks of one person in one frame of video.

    Attributes
    ----------
    time_s : float
        Time of the frame in the video (capture time in a live session), seconds.
    size_px : tuple of int
        Width and height of the upright picture, pixels.
    landmarks : array, shape (33, 4)
        x and y divided by the picture's width and height (0–1 inside, y down), z in the same scale
        as x (smaller = nearer the camera), visibility 0–1. All NaN where nobody was found.
    world : array, shape (33, 3)
        Metres, origin between the hips, camera-aligned: x to the picture's right, y down, z away
        from the camera. All NaN where nobody was found.
    outline : array, shape (K,), optional
        Samples of the body's outline along the trunk taken from the segmentation mask, as
        `formcheck.core.measure.outline` defines them; None where the mask was not asked for.
    people : int
        How many people were in the picture, where that was looked at: when somebody is found anew.
        The one nearest the middle is measured.
    sharpness : float
        How sharp the person's edges are in the picture, from about 0.2 to 1; NaN where nobody
        looked (`formcheck.estimate.sight`).
    light : float
        Mean grey level of the person's part of the picture, 0 to 255; NaN where nobody looked.

    Examples
    --------
    >>> import formcheck as fc
    >>> with fc.open_poses("clip.poses.npz") as poses:
    ...     pose = list(poses)[100]
    >>> pose.detected, pose.landmarks.shape, pose.points_px.shape
    (True, (33, 4), (33, 2))
    >>> fc.Pose.missing(0.5, (640, 480)).detected
    False
    """

    time_s: float
    size_px: tuple[int, int]
    landmarks: FloatArray
    world: FloatArray
    outline: FloatArray | None = None
    people: int = 1
    sharpness: float = math.nan
    light: float = math.nan
    # Asked for a dozen times a frame.
    _points_px: FloatArray | None = field(default=None, init=False, repr=False)

    @staticmethod
    def missing(time_s: float, size_px: tuple[int, int]) -> Pose:
        """Return the pose of a frame in which nobody was found."""
        return Pose(
            time_s,
            size_px,
            np.full((LANDMARK_COUNT, 4), np.nan),
            np.full((LANDMARK_COUNT, 3), np.nan),
        )

    @property
    def detected(self) -> bool:
        """True where a person was found."""
        return not math.isnan(self.landmarks[0, 0])

    @property
    def points_px(self) -> FloatArray:
        """Landmarks in pixels, shape (33, 2); not to be written to."""
        if self._points_px is None:
            points_px = self.landmarks[:, :2] * np.asarray(self.size_px, dtype=np.float64)
            points_px.flags.writeable = False
            object.__setattr__(self, "_points_px", points_px)
            return points_px
        return self._points_px


def hips_and_trunk(points_px: Sequence[Vec]) -> tuple[Vec, Vec]:
    """Return the point between the hips and the vector from there to the shoulders, pixels.

    Parameters
    ----------
    points_px : sequence of (x, y)
        All landmarks.
    """
    hips = mid(points_px[Landmark.LEFT_HIP], points_px[Landmark.RIGHT_HIP])
    shoulders = mid(points_px[Landmark.LEFT_SHOULDER], points_px[Landmark.RIGHT_SHOULDER])
    return hips, sub(shoulders, hips)
