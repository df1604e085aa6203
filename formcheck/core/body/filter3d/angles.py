"""Angles of a body of ten points, with their derivatives."""

from __future__ import annotations

import numpy as np

from formcheck.core.body.filter3d.skeleton import (
    INCIDENCE,
    POINT_COUNT,
    SEGMENT_COUNT,
    Segment,
    cross,
)
from formcheck.core.body.filter3d.unknowns import (
    COORDINATES,
    PITCH,
    ROLL,
    UNKNOWN_COUNT,
    down,
    down_derivatives,
)
from formcheck.core.pose import FloatArray

_S = Segment
_DOWN = SEGMENT_COUNT  # gravity as one more direction after the segments

# name: (from, sign, to, sign) turned about the hips' line; counted against the turn where the last
# is -1. Positive: knee bent, thigh to the front, trunk forward, knee in front of the ankle.
_TURNS: dict[str, tuple[int, float, int, float]] = {
    "thigh_trunk_flexion_left_deg": (_S.TRUNK, -1.0, _S.LEFT_THIGH, 1.0),
    "thigh_trunk_flexion_right_deg": (_S.TRUNK, -1.0, _S.RIGHT_THIGH, 1.0),
    "thigh_elevation_left_deg": (_DOWN, 1.0, _S.LEFT_THIGH, 1.0),
    "thigh_elevation_right_deg": (_DOWN, 1.0, _S.RIGHT_THIGH, 1.0),
    "shin_lean_left_deg": (_DOWN, 1.0, _S.LEFT_SHIN, -1.0),
    "shin_lean_right_deg": (_DOWN, 1.0, _S.RIGHT_SHIN, -1.0),
    "trunk_lean_sagittal_deg": (_DOWN, -1.0, _S.TRUNK, -1.0),
}
# name: (one, sign, other): the angle between two vectors, whatever way it is turned, 0-180.
_BETWEEN: dict[str, tuple[int, float, int]] = {
    "knee_flexion_left_deg": (_S.LEFT_THIGH, 1.0, _S.LEFT_SHIN),
    "knee_flexion_right_deg": (_S.RIGHT_THIGH, 1.0, _S.RIGHT_SHIN),
    "thigh_trunk_angle_left_deg": (_S.TRUNK, -1.0, _S.LEFT_THIGH),
    "thigh_trunk_angle_right_deg": (_S.TRUNK, -1.0, _S.RIGHT_THIGH),
    "thigh_to_vertical_left_deg": (_DOWN, 1.0, _S.LEFT_THIGH),
    "thigh_to_vertical_right_deg": (_DOWN, 1.0, _S.RIGHT_THIGH),
    "trunk_to_vertical_deg": (_DOWN, -1.0, _S.TRUNK),
}

ANGLE_NAMES: tuple[str, ...] = (*_TURNS, *_BETWEEN)

_TURN_FROM = np.array([row[0] for row in _TURNS.values()], dtype=np.intp)
_TURN_FROM_SIGN = np.array([row[1] for row in _TURNS.values()])[:, None]
_TURN_TO = np.array([row[2] for row in _TURNS.values()], dtype=np.intp)
_TURN_SIGN = np.array([row[3] for row in _TURNS.values()])
_ONE = np.array([row[0] for row in _BETWEEN.values()], dtype=np.intp)
_ONE_SIGN = np.array([row[1] for row in _BETWEEN.values()])[:, None]
_OTHER = np.array([row[2] for row in _BETWEEN.values()], dtype=np.intp)
_TURN_ROWS = np.arange(len(_TURNS))
_BETWEEN_ROWS = np.arange(len(_TURNS), len(ANGLE_NAMES))
_SMALLEST = 1e-9


def angles_rad(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return all angles and their derivatives.

    Parameters
    ----------
    x : array, shape (UNKNOWN_COUNT,)
        Unknowns of `model`.

    Returns
    -------
    angles : array, shape (14,)
        Radians, in the order of `ANGLE_NAMES`.
    derivatives : array, shape (14, UNKNOWN_COUNT)
        Radians per metre for points, per radian for pitch and roll.
    """
    points = x[:COORDINATES].reshape(POINT_COUNT, 3)
    vectors = INCIDENCE @ points
    lengths = np.maximum(np.sqrt((vectors * vectors).sum(axis=1)), 1e-3)
    units = np.vstack([vectors / lengths[:, None], down(x[PITCH], x[ROLL])])
    hips = units[_S.HIPS]
    by_unit = np.zeros((len(ANGLE_NAMES), SEGMENT_COUNT + 1, 3))

    a, b = units[_TURN_FROM] * _TURN_FROM_SIGN, units[_TURN_TO]
    across = cross(a, b)
    a_hips, b_hips = a @ hips, b @ hips
    sine = across @ hips
    cosine = (a * b).sum(axis=1) - a_hips * b_hips
    norm = _TURN_SIGN / np.maximum(sine * sine + cosine * cosine, _SMALLEST)
    ds, dc = (cosine * norm)[:, None], (sine * norm)[:, None]
    by_unit[_TURN_ROWS, _TURN_FROM] = _TURN_FROM_SIGN * (
        ds * cross(b, hips[None]) - dc * (b - b_hips[:, None] * hips)
    )
    by_unit[_TURN_ROWS, _TURN_TO] = ds * cross(hips[None], a) - dc * (a - a_hips[:, None] * hips)
    by_unit[_TURN_ROWS, _S.HIPS] = ds * across + dc * (a * b_hips[:, None] + b * a_hips[:, None])
    turned = _TURN_SIGN * np.arctan2(sine, cosine)

    one, other = units[_ONE] * _ONE_SIGN, units[_OTHER]
    across = cross(one, other)
    sine = np.sqrt((across * across).sum(axis=1))
    cosine = (one * other).sum(axis=1)
    between = np.arctan2(sine, cosine)
    divide = -1.0 / np.maximum(sine, _SMALLEST)[:, None]
    by_unit[_BETWEEN_ROWS, _ONE] = _ONE_SIGN * (divide * (other - cosine[:, None] * one))
    by_unit[_BETWEEN_ROWS, _OTHER] = divide * (one - cosine[:, None] * other)

    derivatives = np.zeros((len(ANGLE_NAMES), UNKNOWN_COUNT))
    segment = units[:SEGMENT_COUNT]
    by_segment = by_unit[:, :SEGMENT_COUNT]
    along = (by_segment * segment).sum(axis=2, keepdims=True)
    by_vector = (by_segment - along * segment) / lengths[:, None]
    by_points = INCIDENCE.T @ by_vector
    derivatives[:, :COORDINATES] = by_points.reshape(len(ANGLE_NAMES), COORDINATES)
    gravity = by_unit[:, _DOWN] @ down_derivatives(x[PITCH], x[ROLL]).T
    derivatives[:, PITCH : ROLL + 1] = gravity
    return np.concatenate([turned, between]), derivatives
