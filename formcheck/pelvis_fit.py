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

Posture = Literal["standing", "kneeling", "lying"]

TENTH = 0.1
POSTERIOR_TENTHS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
ANTERIOR_TENTHS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Where the outline is used, along the line hips (0) – shoulders (1)."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Coefficients for one posture.

    Attributes
    ----------
    tilt : array, shape (F,)
        Of the pelvis's tilt against the line hips–shoulders.
    lumbar : array, shape (F,)
        Of the lumbar curve.
    """

    tilt: FloatArray
    lumbar: FloatArray


# fmt: off
FITS: dict[Posture, Fit] = {
    "standing": Fit(
        tilt=np.array((228.2, -35.6, -37.8, -31.8, -35.0, -12.0, -23.5, -10.4, -38.1, 100.6, -20.1, 9.1, 96.7, 39.7, 50.3, -9.9, -69.8)),
        lumbar=np.array((298.5, -80.1, -58.0, -41.0, -54.9, -8.2, -38.1, -29.6, -33.5, 158.7, -33.7, 37.2, 130.1, 27.9, 66.9, 3.7, -104.7)),
    ),
}
FITS["kneeling"] = FITS["lying"] = FITS["standing"]
# fmt: on
