"""From the change of the trunk's outline to degrees: the fitted numbers.

Degrees for each trunk length that the outline moves outwards at a tenth of the trunk. Fitted by
`benchmarks/pelvis.py` on rendered people (tuning bodies), see docs/pelvis.md for how well they hold
on others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from formcheck.pose import FloatArray

Posture = Literal["standing", "kneeling", "lying", "lying_arms_up"]

TENTH = 0.1
POSTERIOR_TENTHS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
ANTERIOR_TENTHS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Where the outline is used, along the line hips (0) – shoulders (1)."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Coefficients for one posture.

    Attributes
    ----------
    tilt, lumbar : array, shape (F,)
        Of the pelvis's tilt against the line hips–shoulders, and of the lumbar curve: posterior
        tenths, then anterior ones (0: not used in this posture).
    back_only : array, shape (2, P)
        The same two from the posterior tenths alone.
    """

    tilt: FloatArray
    lumbar: FloatArray
    back_only: FloatArray


def _fit(
    tilt: tuple[float, ...], lumbar: tuple[float, ...], *back_only: tuple[float, ...]
) -> Fit:
    return Fit(np.array(tilt), np.array(lumbar), np.array(back_only))


# fmt: off
FITS: dict[Posture, Fit] = {
    "standing": _fit(
        (229, -34, -46, -22, -38, -16, -21, -11, -45, 108, 0, -12, 84, 64, 50, -4, -84),
        (300, -81, -68, -27, -59, -13, -35, -32, -44, 170, 0, -1, 118, 59, 64, 16, -126),
        (358, -148, -98, 13, -77, -23, -57, -9, -46, 117),
        (476, -236, -144, 23, -114, -22, -87, -25, -47, 190),
    ),
    "kneeling": _fit(
        (222, -94, 26, -51, -77, -30, -61, -57, 33, 84, 0, 1, 22, 44, 42, -13, -91),
        (286, -139, 22, -72, -97, -41, -89, -74, 46, 128, 0, 9, 35, 46, 67, -17, -134),
        (253, -121, 14, -70, -80, -41, -71, -67, 69, 106),
        (329, -178, 3, -96, -102, -59, -105, -88, 99, 163),
    ),
    "lying": _fit(
        (-3, -5, -25, -30, -46, 67, -103, -54, -70, 105, 0, 210, 104, -255, -48, 0, 0),
        (-7, 2, -38, -39, -84, 114, -137, -68, -82, 169, 0, 330, 92, -314, -51, 0, 0),
        (2, -14, -29, -54, -131, 163, -145, -123, -68, 219),
        (0, -8, -47, -73, -213, 262, -203, -180, -71, 309),
    ),
    "lying_arms_up": _fit(
        (-3, -5, -25, -30, -46, 67, -103, -54, -70, 105, 0, 210, 104, -255, -48, 0, 0),
        (-7, 2, -38, -39, -84, 114, -137, -68, -82, 169, 0, 330, 92, -314, -51, 0, 0),
        (2, -14, -29, -54, -131, 163, -145, -123, -68, 219),
        (0, -8, -47, -73, -213, 262, -203, -180, -71, 309),
    ),
}
# fmt: on
