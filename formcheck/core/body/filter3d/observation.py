"""What one pose says about the ten points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.core.body.filter3d.parameters import FilterParameters
from formcheck.core.body.filter3d.skeleton import (
    DIRECTED_COUNT,
    INCIDENCE,
    LANDMARK_OF_POINT,
)
from formcheck.core.pose import FloatArray, Pose

# Landmarks outside the image are extrapolated by the network: a small margin, then not used.
OUTSIDE = 0.03
# World landmarks nearer to one another than this (metres) have no direction.
SHORTEST_M = 0.02


@dataclass(frozen=True, slots=True)
class Observation:
    """The measurements of one frame.

    Attributes
    ----------
    image_px : array, shape (10, 2)
        Landmarks from the middle of the image, pixels, x to the right, y down.
    image_factor : array, shape (10,)
        By how much a landmark is less certain than one in plain view; inf where it is not seen.
    directions : array, shape (9, 3)
        Unit vectors of the directed segments, bias of the network taken off.
    direction_sd : array, shape (9, 3)
        Their standard deviations; inf where the segment has no direction.
    world_m : array, shape (10, 3)
        World landmarks, metres.
    """

    image_px: FloatArray
    image_factor: FloatArray
    directions: FloatArray
    direction_sd: FloatArray
    world_m: FloatArray


class Observer:
    """Turns poses into observations."""

    def __init__(self, parameters: FilterParameters) -> None:
        p = parameters
        self._hidden = p.hidden_factor
        self._factors = np.repeat(np.array(p.landmark_factors, dtype=np.float64), 2)
        rows = (p.thigh_sd, p.thigh_sd, p.shin_sd, p.shin_sd, p.hips_sd, p.shoulders_sd)
        self._direction_sd = p.direction_factor * np.array(
            [*rows, p.foot_sd, p.foot_sd, p.trunk_sd], dtype=np.float64
        )
        self._bias = np.zeros((DIRECTED_COUNT, 3))
        self._bias[:, 2] = [
            *(p.thigh_bias_z, p.thigh_bias_z, p.shin_bias_z, p.shin_bias_z),
            *(0.0, 0.0, 0.0, 0.0, p.trunk_bias_z),
        ]
        # A segment is as hidden as the more hidden of its ends.
        self._ends = [np.flatnonzero(row) for row in INCIDENCE[:DIRECTED_COUNT]]
        width = max(len(ends) for ends in self._ends)
        self._end_table = np.array([np.resize(ends, width) for ends in self._ends])

    def observe(self, pose: Pose) -> Observation | None:
        """Return what a pose measures; None where nobody is seen or it has no extent."""
        if not pose.detected:
            return None
        marks = pose.landmarks[LANDMARK_OF_POINT].astype(np.float64)
        world_m = pose.world[LANDMARK_OF_POINT].astype(np.float64)
        if not (np.isfinite(marks).all() and np.isfinite(world_m).all()):
            return None
        size_px = np.array(pose.size_px, dtype=np.float64)
        at = marks[:, :2]
        hidden = 1.0 + self._hidden * (1.0 - marks[:, 3].clip(0.0, 1.0)) ** 2
        unseen = (marks[:, 3] <= 0.0) | ((at < -OUTSIDE) | (at > 1.0 + OUTSIDE)).any(axis=1)
        vectors = (INCIDENCE @ world_m)[:DIRECTED_COUNT]
        lengths = np.sqrt((vectors * vectors).sum(axis=1))
        if lengths.min() < SHORTEST_M:
            if lengths.max() < SHORTEST_M:
                return None
            lengths = np.maximum(lengths, SHORTEST_M)
        directions = vectors / lengths[:, None] - self._bias
        directions /= np.sqrt((directions * directions).sum(axis=1))[:, None]
        masked = (marks[:, 3] <= 0.0)[self._end_table].any(axis=1)
        sd = self._direction_sd * hidden[self._end_table].max(axis=1)[:, None]
        sd[masked] = np.inf
        return Observation(
            (at - 0.5) * size_px,
            np.where(unseen, np.inf, self._factors * hidden),
            directions,
            sd,
            world_m,
        )
