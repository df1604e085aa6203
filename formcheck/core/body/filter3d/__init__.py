"""A body of ten points in space, filtered through time from one camera's landmarks.

`BodyFilter` takes poses and gives `BodyState`, each with angles and their standard deviations,
`FilterParameters.lag_s` later; `shadow` does so for a whole recording. How exact it is, and where
it is not: ``docs/body_filter.md``.
"""

from formcheck.core.body.filter3d.angles import ANGLE_NAMES
from formcheck.core.body.filter3d.body_filter import BodyFilter
from formcheck.core.body.filter3d.landmark_bias import LandmarkBias
from formcheck.core.body.filter3d.parameters import FilterParameters
from formcheck.core.body.filter3d.shadow import ShadowTable, shadow
from formcheck.core.body.filter3d.skeleton import Point
from formcheck.core.body.filter3d.state import BodyState

__all__ = [
    "ANGLE_NAMES",
    "BodyFilter",
    "BodyState",
    "FilterParameters",
    "LandmarkBias",
    "Point",
    "ShadowTable",
    "shadow",
]
