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
        (165, 23, -24, -46, -30, -24, -25, -44, 2, 97, 0, -10, 80, 75, 46, 5, -96),
        (209, 1, -34, -71, -37, -30, -33, -81, 20, 155, 0, 2, 109, 77, 74, 28, -155),
        (279, -61, -98, -39, -31, -23, -62, -94, 5, 135),
        (368, -116, -144, -62, -40, -28, -88, -148, 23, 217),
    ),
    "kneeling": _fit(
        (94, -19, 132, -52, -51, -41, -86, -50, -1, 69, 0, 1, 115, 35, 80, 6, -205),
        (110, -33, 160, -76, -53, -58, -124, -70, 4, 109, 0, 6, 156, 35, 132, 12, -299),
        (99, -48, 167, -128, -30, -83, -158, -110, 72, 165),
        (113, -74, 209, -181, -26, -116, -226, -152, 108, 246),
    ),
    "lying": _fit(
        (51, 58, 51, -25, -38, 35, -26, 14, -14, -46, 2, 208, 53, -67, 68, 153, -304),
        (55, 65, 61, -31, -49, 51, -56, 44, -43, -43, 25, 299, 64, -131, 91, 268, -466),
        (71, 128, 90, -91, -66, 99, -214, 6, -159, 71),
        (83, 166, 118, -127, -92, 144, -332, 47, -263, 139),
    ),
    "lying_arms_up": _fit(
        (80, 37, -47, -61, -9, -77, -100, 22, 46, 45, 0, 172, -23, -98, -31, 0, 0),
        (101, 45, -68, -83, -18, -107, -130, 43, 57, 87, 0, 263, -50, -121, -46, 0, 0),
        (53, 50, -71, -71, -50, -89, -108, 14, 56, 108),
        (60, 56, -104, -101, -74, -133, -144, 33, 73, 175),
    ),
}
# fmt: on
