"""Where the network marks joints, against where they are, in the body's own frame.

Learned from people whose joints are known (rendered ones); none is learned yet, so the filter runs
without. A bias in the image would differ from view to view; in the body's frame it is one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.core.body.filter3d.skeleton import INCIDENCE, POINT_COUNT, Segment, cross
from formcheck.core.body.filter3d.unknowns import COORDINATES
from formcheck.core.pose import FloatArray

KIND_COUNT, FUNCTION_COUNT, AXIS_COUNT = 5, 6, 3
_KIND = np.array([0, 0, 1, 1, 2, 2, 3, 3, 4, 4], dtype=np.intp)
_SIDE = np.array([-1.0, 1.0] * 5)


@dataclass(frozen=True, slots=True, eq=False)
class LandmarkBias:
    """A learned table of offsets.

    Attributes
    ----------
    table : array, shape (5, 6, 3)
        By landmark (hip, knee, ankle, shoulder, toe), by function (1, sin a, 1 - cos a, and the
        same times nearness), along (outward of that side, up the trunk, to the front); trunk
        lengths. ``a`` is the hip's flexion for hips and shoulders, the knee's for the others;
        nearness is how far that side is turned to the camera, -1 to 1.
    """

    table: FloatArray

    def __post_init__(self) -> None:
        if self.table.shape != (KIND_COUNT, FUNCTION_COUNT, AXIS_COUNT):
            raise ValueError(f"table must have the shape (5, 6, 3), but has {self.table.shape}")

    def offsets_m(self, x: FloatArray) -> FloatArray:
        """Return from each point to what the network marks as it, camera axes, metres, (10, 3)."""
        points = x[:COORDINATES].reshape(POINT_COUNT, 3)
        vectors = INCIDENCE @ points
        units = vectors / np.maximum(np.sqrt((vectors**2).sum(axis=1)), 1e-3)[:, None]
        trunk_m = float(np.sqrt((vectors[Segment.TRUNK] ** 2).sum()))
        right, up = units[Segment.HIPS], units[Segment.TRUNK]
        right = right - (right @ up) * up
        right = right / max(float(np.sqrt(right @ right)), 1e-3)
        front = cross(up[None], right[None])[0]
        thigh, shin = units[:2], units[2:4]
        hip = np.arctan2(thigh @ front, -(thigh @ up))
        knee = np.arccos(np.clip((thigh * shin).sum(axis=1), -1.0, 1.0))
        bend = np.concatenate([hip, knee, knee, hip, knee])
        sight = points.mean(axis=0)
        nearness = -_SIDE * float(right @ sight) / max(float(np.sqrt(sight @ sight)), 1e-3)
        base = np.stack([np.ones(POINT_COUNT), np.sin(bend), 1.0 - np.cos(bend)], axis=1)
        functions = np.concatenate([base, base * nearness[:, None]], axis=1)
        along = np.einsum("pf,pfa->pa", functions, self.table[_KIND]) * trunk_m
        axes = np.stack([right, up, front])
        along[:, 0] *= _SIDE
        offsets: FloatArray = along @ axes
        return offsets
