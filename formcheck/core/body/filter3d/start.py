"""Where the ten points are, told from a single pose."""

from __future__ import annotations

import numpy as np

from formcheck.core.body.filter3d.kalman import STATE_COUNT, Gaussian, Slow
from formcheck.core.body.filter3d.observation import Observation
from formcheck.core.body.filter3d.parameters import FilterParameters
from formcheck.core.body.filter3d.skeleton import POINT_COUNT, Bone, Point, Segment
from formcheck.core.body.filter3d.unknowns import (
    COORDINATES,
    FLOOR,
    LENGTHS,
    LOG_FOCAL,
    PITCH,
    ROLL,
    UNKNOWN_COUNT,
)
from formcheck.core.pose import FloatArray

# How uncertain the first guess is: each point, the distance of the whole body, speeds. Wide enough
# to be forgotten within some frames.
POINT_SD_M = 0.15
DISTANCE_SD = 0.2
SPEED_SD_M_S = 1.0
KNOWN_FOCAL_SD = 0.005
_FARTHEST_M = 30.0


def shape_of(seen: Observation, length_m: FloatArray) -> FloatArray:
    """Return the body with given lengths along the measured directions, shape (10, 3), metres.

    Origin between the hips.
    """
    d = seen.directions
    points = np.zeros((POINT_COUNT, 3))
    trunk_m = length_m[Bone.FLANK]
    half_hips = d[Segment.HIPS] * (length_m[Bone.HIPS] / 2)
    half_shoulders = d[Segment.SHOULDERS] * (length_m[Bone.SHOULDERS] / 2)
    shoulders = d[Segment.TRUNK] * trunk_m
    for side, sign in ((0, -1.0), (1, 1.0)):
        hip = sign * half_hips
        knee = hip + d[Segment.LEFT_THIGH + side] * length_m[Bone.THIGH]
        ankle = knee + d[Segment.LEFT_SHIN + side] * length_m[Bone.SHIN]
        points[Point.LEFT_HIP + side] = hip
        points[Point.LEFT_KNEE + side] = knee
        points[Point.LEFT_ANKLE + side] = ankle
        points[Point.LEFT_TOE + side] = ankle + d[Segment.LEFT_FOOT + side] * length_m[Bone.FOOT]
        points[Point.LEFT_SHOULDER + side] = shoulders + sign * half_shoulders
    return points


def place(shape_m: FloatArray, seen: Observation, focal_px: float) -> FloatArray:
    """Return how far a body must be moved so that it is seen where it is, shape (3,), metres."""
    weight = 1.0 / seen.image_factor
    at = seen.image_px / focal_px
    rows = np.zeros((POINT_COUNT, 2, 3))
    rows[:, 0, 0] = rows[:, 1, 1] = 1.0
    rows[:, :, 2] = -at
    right = at * shape_m[:, 2:3] - shape_m[:, :2]
    rows *= weight[:, None, None]
    right = right * weight[:, None]
    found, *_ = np.linalg.lstsq(rows.reshape(-1, 3), right.ravel(), rcond=None)
    return np.asarray(found, dtype=np.float64)


def usual(size_px: tuple[int, int], p: FilterParameters, focal_px: float | None) -> Slow:
    """Return what is known of persons and cameras before anything is seen."""
    known = focal_px is not None
    focal = focal_px if focal_px is not None else p.focal_over_longer_side * max(size_px)
    mean, variance, drift = np.zeros((3, UNKNOWN_COUNT))
    mean[LENGTHS] = np.log(p.length_m)
    mean[LOG_FOCAL] = np.log(focal)
    mean[FLOOR] = np.nan
    variance[LENGTHS] = np.square(np.array(p.length_sd_m) / p.length_m)
    variance[PITCH] = np.radians(p.pitch_sd_deg) ** 2
    variance[ROLL] = np.radians(p.roll_sd_deg) ** 2
    variance[LOG_FOCAL] = (KNOWN_FOCAL_SD if known else p.focal_log_sd) ** 2
    drift[FLOOR] = p.floor_drift_m**2
    slow = slice(COORDINATES, UNKNOWN_COUNT)
    return Slow(mean[slow], variance[slow], p.memory_s, drift[slow])


def first_guess(
    seen: Observation, size_px: tuple[int, int], p: FilterParameters, focal_px: float | None
) -> Gaussian | None:
    """Return the state before the first frame is taken in; None where it makes no body."""
    length_m = np.array(p.length_m)
    slow = usual(size_px, p, focal_px)
    shape_m = shape_of(seen, length_m)
    moved = place(shape_m, seen, float(np.exp(slow.usual[LOG_FOCAL - COORDINATES])))
    points = shape_m + moved
    if not (np.isfinite(points).all() and points[:, 2].min() > 0.3 and moved[2] < _FARTHEST_M):
        return None
    mean = np.zeros(STATE_COUNT)
    mean[:COORDINATES] = points.ravel()
    mean[COORDINATES:UNKNOWN_COUNT] = slow.usual
    mean[FLOOR] = points[[Point.LEFT_ANKLE, Point.RIGHT_ANKLE], 1].max()
    variance = np.empty(STATE_COUNT)
    variance[:COORDINATES] = POINT_SD_M**2
    variance[COORDINATES:UNKNOWN_COUNT] = slow.variance
    variance[FLOOR] = p.floor_start_sd_m**2
    variance[UNKNOWN_COUNT:] = SPEED_SD_M_S**2
    cov = np.diag(variance)
    # The whole body nearer or farther along the lines of sight.
    cov[:COORDINATES, :COORDINATES] += DISTANCE_SD**2 * np.outer(points.ravel(), points.ravel())
    return Gaussian(mean, cov)
