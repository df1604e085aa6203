"""The body as a least-squares problem: residuals of one frame and their derivatives."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from formcheck.core.body.filter3d.observation import Observation
from formcheck.core.body.filter3d.parameters import FilterParameters
from formcheck.core.body.filter3d.skeleton import (
    BONE_OF_SEGMENT,
    BONE_SEGMENTS,
    DIRECTED_COUNT,
    INCIDENCE,
    POINT_COUNT,
    Bone,
    Point,
    Segment,
    cross,
)
from formcheck.core.body.filter3d.unknowns import (
    COORDINATES,
    FLOOR,
    LOG_FOCAL,
    PITCH,
    ROLL,
    UNKNOWN_COUNT,
    down,
    down_derivatives,
)
from formcheck.core.pose import FloatArray

# Rows of the residual vector.
_IMAGE = slice(0, 2 * POINT_COUNT)
_DIRECTION = slice(_IMAGE.stop, _IMAGE.stop + 3 * DIRECTED_COUNT)
_BONE = slice(_DIRECTION.stop, _DIRECTION.stop + len(BONE_SEGMENTS))
_PRIOR = slice(_BONE.stop, _BONE.stop + 10)
_FLOOR = slice(_PRIOR.stop, _PRIOR.stop + 2)
_ROWS = _FLOOR.stop

# Points nearer to the camera than this are behind it.
_NEAREST_M = 0.2
_SHORTEST_M = 1e-3

_S = Segment
_THIGHS = [int(_S.LEFT_THIGH), int(_S.RIGHT_THIGH)]
_SHINS = [int(_S.LEFT_SHIN), int(_S.RIGHT_SHIN)]
_EYE3 = np.eye(3)
_ANKLES = [int(Point.LEFT_ANKLE), int(Point.RIGHT_ANKLE)]
_TWO = np.arange(2)
_THREE = np.arange(3)
_POINT_X = 3 * np.arange(POINT_COUNT)
_IMAGE_X = 2 * np.arange(POINT_COUNT)
_IMAGE_Y = _IMAGE_X + 1
_BONE_ROWS = np.arange(_BONE.start, _BONE.stop)
_DIRECTED_INCIDENCE = INCIDENCE[:DIRECTED_COUNT, None, :, None]
_DIRECTED_TURNED = np.ascontiguousarray(INCIDENCE[:DIRECTED_COUNT].T)
_BONE_INCIDENCE = INCIDENCE[BONE_SEGMENTS, :, None]


@dataclass(frozen=True, slots=True)
class _Rows:
    """Residuals, their derivatives and their information (1 / variance), filled part by part."""

    residual: FloatArray
    jacobian: FloatArray
    info: FloatArray

    @staticmethod
    def empty() -> _Rows:
        return _Rows(np.zeros(_ROWS), np.zeros((_ROWS, UNKNOWN_COUNT)), np.zeros(_ROWS))


@dataclass(frozen=True, slots=True)
class _Segments:
    """Segments of the body at one place: unit vectors (13, 3) and lengths (13,).

    ``turn`` is the derivative of the directed ones' unit vectors by their vectors, (9, 3, 3).
    """

    units: FloatArray
    lengths: FloatArray
    turn: FloatArray

    @staticmethod
    def of(points: FloatArray) -> _Segments:
        vectors = INCIDENCE @ points
        lengths = np.maximum(np.sqrt((vectors * vectors).sum(axis=1)), _SHORTEST_M)
        units = vectors / lengths[:, None]
        unit = units[:DIRECTED_COUNT]
        turn = _EYE3 - unit[:, :, None] * unit[:, None, :]
        turn /= lengths[:DIRECTED_COUNT, None, None]
        return _Segments(units, lengths, turn)


class BodyModel:
    """Residuals of a frame under given parameters."""

    def __init__(self, parameters: FilterParameters) -> None:
        p = parameters
        self._p = p
        within = np.array(p.length_within_sd_m) / np.array(p.length_m)
        self._bone_info = within[BONE_OF_SEGMENT] ** -2
        self._prior_info = np.array(
            [
                *([p.shin_sideways_sd**-2] * 2),
                *([p.abduction_sd**-2] * 2),
                p.hips_trunk_sd**-2,
                *([p.hips_shoulders_sd**-2] * 3),
                *([p.hyperextension_sd**-2] * 2),
            ]
        )
        self._sin_limit = math.sin(math.radians(p.hyperextension_deg))
        self._trunk_m = p.length_m[Bone.FLANK]
        self._bone_columns = COORDINATES + BONE_OF_SEGMENT

    def normal(
        self, x: FloatArray, seen: Observation, worth: float, bias_m: FloatArray | None = None
    ) -> tuple[FloatArray, FloatArray]:
        """Return the normal equations of a frame's measurements at ``x``.

        Parameters
        ----------
        x : array, shape (UNKNOWN_COUNT,)
        seen : Observation
        worth : float
            What part of an independent frame this one is, 0-1.
        bias_m : array, shape (10, 3), optional
            From each point to what the network marks as it, metres, camera axes.

        Returns
        -------
        matrix : array, shape (UNKNOWN_COUNT, UNKNOWN_COUNT)
        vector : array, shape (UNKNOWN_COUNT,)
            Half the negative gradient of the cost: a step solves ``matrix @ step = vector``.
        """
        rows = self.rows(x, seen, bias_m)
        weighted = rows.jacobian.T * (worth * rows.info)
        return weighted @ rows.jacobian, -(weighted @ rows.residual)

    def rows(self, x: FloatArray, seen: Observation, bias_m: FloatArray | None = None) -> _Rows:
        """Return all residuals with derivatives and robust weights."""
        points = x[:COORDINATES].reshape(POINT_COUNT, 3)
        segments = _Segments.of(points)
        rows = _Rows.empty()
        self._image(x, points if bias_m is None else points + bias_m, seen, rows)
        self._directions(segments, seen, rows)
        self._bones(x, segments, rows)
        self._priors(segments, rows)
        self._floor(x, points, rows)
        return rows

    def image_misfit(self, x: FloatArray, seen: Observation) -> FloatArray:
        """Return how far each landmark is from where its point is seen, in sd; NaN unseen, (10,).

        Parameters
        ----------
        x : array, shape (UNKNOWN_COUNT,)
        seen : Observation
        """
        points = x[:COORDINATES].reshape(POINT_COUNT, 3)
        scale = math.exp(x[LOG_FOCAL]) / np.maximum(points[:, 2], _NEAREST_M)
        off = points[:, :2] * scale[:, None] - seen.image_px
        sd = seen.image_factor * (self._p.landmark_sd * self._trunk_m * scale[:2].mean())
        misfit = np.sqrt((off * off).sum(axis=1)) / sd
        return np.where(np.isfinite(sd), misfit, np.nan)

    def _image(self, x: FloatArray, marked: FloatArray, seen: Observation, rows: _Rows) -> None:
        """Landmarks against perspective projections."""
        p = self._p
        depth = np.maximum(marked[:, 2], _NEAREST_M)
        scale = math.exp(x[LOG_FOCAL]) / depth
        image = marked[:, :2] * scale[:, None]
        off = image - seen.image_px
        rows.residual[_IMAGE] = off.ravel()
        inverse_sd = 1.0 / (seen.image_factor * (p.landmark_sd * self._trunk_m * scale[:2].mean()))
        square = (off * off).sum(axis=1) * inverse_sd * inverse_sd
        weight = inverse_sd * inverse_sd * (p.student_nu + 2.0) / (p.student_nu + square)
        rows.info[_IMAGE] = np.repeat(weight, 2)
        jacobian = rows.jacobian
        jacobian[_IMAGE_X, _POINT_X] = scale
        jacobian[_IMAGE_Y, _POINT_X + 1] = scale
        jacobian[_IMAGE_X, _POINT_X + 2] = -image[:, 0] / depth
        jacobian[_IMAGE_Y, _POINT_X + 2] = -image[:, 1] / depth
        jacobian[_IMAGE, LOG_FOCAL] = image.ravel()

    def _directions(self, segments: _Segments, seen: Observation, rows: _Rows) -> None:
        """Directions of the world landmarks."""
        off = segments.units[:DIRECTED_COUNT] - seen.directions
        rows.residual[_DIRECTION] = off.ravel()
        inverse = 1.0 / seen.direction_sd
        inverse *= inverse
        square = (off * off * inverse).sum(axis=1)
        nu = self._p.student_nu
        rows.info[_DIRECTION] = (inverse * ((nu + 3.0) / (nu + square))[:, None]).ravel()
        by_points = segments.turn[:, :, None, :] * _DIRECTED_INCIDENCE
        rows.jacobian[_DIRECTION, :COORDINATES] = by_points.reshape(-1, COORDINATES)

    def _bones(self, x: FloatArray, segments: _Segments, rows: _Rows) -> None:
        """Lengths against this person's, as a proportion.

        In metres a smaller body would fit better and better: nothing but the lengths themselves
        says how large it is.
        """
        lengths = segments.lengths[BONE_SEGMENTS]
        rows.residual[_BONE] = np.log(lengths) - x[self._bone_columns]
        rows.info[_BONE] = self._bone_info
        relative = (segments.units[BONE_SEGMENTS] / lengths[:, None])[:, None, :]
        by_points = relative * _BONE_INCIDENCE
        rows.jacobian[_BONE, :COORDINATES] = by_points.reshape(-1, COORDINATES)
        rows.jacobian[_BONE_ROWS, self._bone_columns] = -1.0

    def _priors(self, segments: _Segments, rows: _Rows) -> None:
        """What bodies do: all in terms of unit vectors, chained to points at the end."""
        units = segments.units
        thigh, shin = units[_THIGHS], units[_SHINS]
        hips, shoulders, trunk = units[_S.HIPS], units[_S.SHOULDERS], units[_S.TRUNK]
        by_unit = np.zeros((10, DIRECTED_COUNT, 3))
        out = rows.residual[_PRIOR]
        # The shin stays in the plane of the thigh across the hips' line: (shin . axis), where the
        # axis is the hips' line made square to the thigh.
        c1, c2, c3 = shin @ hips, thigh @ hips, (shin * thigh).sum(axis=1)
        root = 1.0 / np.sqrt(np.maximum(1.0 - c2 * c2, 0.05))
        out[0:2] = (c1 - c2 * c3) * root
        by_c2 = (-c3 * root + (c1 - c2 * c3) * c2 * root**3)[:, None]
        by_unit[_TWO, _SHINS] = (hips - c2[:, None] * thigh) * root[:, None]
        by_unit[_TWO, _THIGHS] = by_c2 * hips - (c2 * root)[:, None] * shin
        by_unit[0:2, _S.HIPS] = shin * root[:, None] + by_c2 * thigh
        # Abduction: thigh along the hips' line.
        out[2:4] = c2
        by_unit[_TWO + 2, _THIGHS] = hips
        by_unit[2:4, _S.HIPS] = thigh
        # Hips square to the trunk, shoulders along the hips.
        out[4] = hips @ trunk
        by_unit[4, _S.HIPS] = trunk
        by_unit[4, _S.TRUNK] = hips
        out[5:8] = shoulders - hips
        by_unit[_THREE + 5, _S.SHOULDERS] = _EYE3
        by_unit[_THREE + 5, _S.HIPS] = -_EYE3
        # The sine of hyperextension, where there is more of it than the limit.
        across = cross(thigh, shin)
        beyond = across @ hips - self._sin_limit
        out[8:10] = np.maximum(beyond, 0.0)
        bent = (beyond > 0.0)[:, None]
        by_unit[_TWO + 8, _THIGHS] = bent * cross(shin, hips[None])
        by_unit[_TWO + 8, _SHINS] = bent * cross(hips[None], thigh)
        by_unit[8:10, _S.HIPS] = bent * across
        rows.info[_PRIOR] = self._prior_info
        unit = units[:DIRECTED_COUNT]
        along = (by_unit * unit).sum(axis=2, keepdims=True)
        by_vector = (by_unit - along * unit) / segments.lengths[:DIRECTED_COUNT, None]
        by_points = (_DIRECTED_TURNED @ by_vector).reshape(-1, COORDINATES)
        rows.jacobian[_PRIOR, :COORDINATES] = by_points

    def _floor(self, x: FloatArray, points: FloatArray, rows: _Rows) -> None:
        """Ankles on the floor, or above it; never below. Over their distance, as bones are."""
        gravity = down(x[PITCH], x[ROLL])
        ankles = points[_ANKLES]
        distance = np.maximum(ankles[:, 2], _NEAREST_M)
        below = ankles @ gravity - x[FLOOR]
        rows.residual[_FLOOR] = below / distance
        raised = np.minimum(below, 0.0) / self._p.floor_sd_m
        rows.info[_FLOOR] = (distance / self._p.floor_sd_m) ** 2 / (1.0 + raised * raised)
        jacobian = rows.jacobian
        for row, ankle in enumerate(_ANKLES):
            by_point = gravity / distance[row]
            by_point[2] -= below[row] / distance[row] ** 2
            jacobian[_FLOOR.start + row, 3 * ankle : 3 * ankle + 3] = by_point
        turned = ankles @ down_derivatives(x[PITCH], x[ROLL]).T
        jacobian[_FLOOR, PITCH : ROLL + 1] = turned / distance[:, None]
        jacobian[_FLOOR, FLOOR] = -1.0 / distance
