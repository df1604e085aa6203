"""The filter beside today's measurements: angles of a whole recording, for comparison."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from formcheck.core.body.filter3d.angles import ANGLE_NAMES
from formcheck.core.body.filter3d.body_filter import BodyFilter
from formcheck.core.body.filter3d.parameters import FilterParameters
from formcheck.core.body.filter3d.state import BodyState
from formcheck.core.pose import FloatArray, Pose


@dataclass(frozen=True, slots=True, eq=False)
class ShadowTable:
    """Angles over time; one row a reported frame.

    Attributes
    ----------
    time_s : array, shape (N,)
        Time of the frames in the video, rising; frames without a person are left out.
    values_deg : mapping of str to array, shape (N,)
        By the names of `ANGLE_NAMES`.
    sd_deg : mapping of str to array, shape (N,)
        Their standard deviations.
    measured : array of bool, shape (N,)
        False where a frame was bridged.
    exchanged : array of bool, shape (N,)
        True where left and right leg were exchanged against the network's names.
    """

    time_s: FloatArray
    values_deg: Mapping[str, FloatArray]
    sd_deg: Mapping[str, FloatArray]
    measured: npt.NDArray[np.bool_]
    exchanged: npt.NDArray[np.bool_]


def shadow(
    poses: Iterable[Pose],
    parameters: FilterParameters | None = None,
    focal_px: float | None = None,
) -> ShadowTable:
    """Return what the filter reports of poses, causally: each frame by itself `lag_s` later.

    Parameters
    ----------
    poses : iterable of Pose
        In order of time.
    parameters : FilterParameters, optional
    focal_px : float, optional
        Focal length in pixels, where it is known.
    """
    body_filter = BodyFilter(parameters, focal_px)
    states: list[BodyState] = []
    for pose in poses:
        states += body_filter.update(pose)
    states += body_filter.finish()
    return ShadowTable(
        np.array([state.time_s for state in states], dtype=np.float64),
        {name: np.array([s.values_deg[name] for s in states]) for name in ANGLE_NAMES},
        {name: np.array([s.sd_deg[name] for s in states]) for name in ANGLE_NAMES},
        np.array([state.measured for state in states], dtype=np.bool_),
        np.array([state.exchanged for state in states], dtype=np.bool_),
    )
