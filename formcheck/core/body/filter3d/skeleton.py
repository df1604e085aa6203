"""The ten points of the body filter and the segments between them.

Axes everywhere: the camera's own, in metres, x to the right of the image, y down, z away from the
camera, origin in the camera.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from formcheck.core.pose import FloatArray, Landmark


class Point(IntEnum):
    """The ten points, in the order in which the filter keeps them."""

    LEFT_HIP = 0
    RIGHT_HIP = 1
    LEFT_KNEE = 2
    RIGHT_KNEE = 3
    LEFT_ANKLE = 4
    RIGHT_ANKLE = 5
    LEFT_SHOULDER = 6
    RIGHT_SHOULDER = 7
    LEFT_TOE = 8
    RIGHT_TOE = 9


POINT_COUNT = len(Point)

LANDMARK_OF_POINT = np.array(
    [
        Landmark.LEFT_HIP,
        Landmark.RIGHT_HIP,
        Landmark.LEFT_KNEE,
        Landmark.RIGHT_KNEE,
        Landmark.LEFT_ANKLE,
        Landmark.RIGHT_ANKLE,
        Landmark.LEFT_SHOULDER,
        Landmark.RIGHT_SHOULDER,
        Landmark.LEFT_FOOT_INDEX,
        Landmark.RIGHT_FOOT_INDEX,
    ],
    dtype=np.intp,
)


class Segment(IntEnum):
    """Vectors between points, from the first named to the second.

    The first nine have a direction that the world landmarks measure, all but the trunk a length
    that stays this person's own.
    """

    LEFT_THIGH = 0  # hip to knee
    RIGHT_THIGH = 1
    LEFT_SHIN = 2  # knee to ankle
    RIGHT_SHIN = 3
    HIPS = 4  # left hip to right hip
    SHOULDERS = 5  # left shoulder to right shoulder
    LEFT_FOOT = 6  # ankle to toe
    RIGHT_FOOT = 7
    TRUNK = 8  # middle of the hips to middle of the shoulders
    LEFT_FLANK = 9  # hip to the shoulder of the same side
    RIGHT_FLANK = 10
    LEFT_DIAGONAL = 11  # left hip to right shoulder
    RIGHT_DIAGONAL = 12


SEGMENT_COUNT = len(Segment)
DIRECTED_COUNT = 9  # segments whose direction is measured: the first ones


class Bone(IntEnum):
    """Lengths of this person that the filter learns; both sides share one."""

    THIGH = 0
    SHIN = 1
    HIPS = 2
    SHOULDERS = 3
    FOOT = 4
    FLANK = 5
    DIAGONAL = 6


BONE_COUNT = len(Bone)

# Segments with a length of their own, and which length that is.
BONE_SEGMENTS = np.array([0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12], dtype=np.intp)
BONE_OF_SEGMENT = np.array([0, 0, 1, 1, 2, 3, 4, 4, 5, 5, 6, 6], dtype=np.intp)

_ENDS: tuple[tuple[tuple[Point, ...], tuple[Point, ...]], ...] = (
    ((Point.LEFT_HIP,), (Point.LEFT_KNEE,)),
    ((Point.RIGHT_HIP,), (Point.RIGHT_KNEE,)),
    ((Point.LEFT_KNEE,), (Point.LEFT_ANKLE,)),
    ((Point.RIGHT_KNEE,), (Point.RIGHT_ANKLE,)),
    ((Point.LEFT_HIP,), (Point.RIGHT_HIP,)),
    ((Point.LEFT_SHOULDER,), (Point.RIGHT_SHOULDER,)),
    ((Point.LEFT_ANKLE,), (Point.LEFT_TOE,)),
    ((Point.RIGHT_ANKLE,), (Point.RIGHT_TOE,)),
    ((Point.LEFT_HIP, Point.RIGHT_HIP), (Point.LEFT_SHOULDER, Point.RIGHT_SHOULDER)),
    ((Point.LEFT_HIP,), (Point.LEFT_SHOULDER,)),
    ((Point.RIGHT_HIP,), (Point.RIGHT_SHOULDER,)),
    ((Point.LEFT_HIP,), (Point.RIGHT_SHOULDER,)),
    ((Point.RIGHT_HIP,), (Point.LEFT_SHOULDER,)),
)


def _incidence() -> FloatArray:
    matrix = np.zeros((SEGMENT_COUNT, POINT_COUNT))
    for row, (starts, ends) in enumerate(_ENDS):
        for start in starts:
            matrix[row, start] -= 1.0 / len(starts)
        for end in ends:
            matrix[row, end] += 1.0 / len(ends)
    matrix.flags.writeable = False
    return matrix


# Segment vectors = INCIDENCE @ points: shape (13, 10).
INCIDENCE = _incidence()


def cross(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return the cross products of two stacks of vectors, each of shape (K, 3) or (1, 3).

    `numpy.cross` does the same at five times the cost for arrays this small.
    """
    aa, bb = np.concatenate([a, a], axis=1), np.concatenate([b, b], axis=1)
    out: FloatArray = aa[:, 1:4] * bb[:, 2:5] - aa[:, 2:5] * bb[:, 1:4]
    return out
