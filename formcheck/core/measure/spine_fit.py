"""From the change of the trunk's outline to degrees: the fitted numbers.

Fitted by `python -m benchmarks fit pelvis` on rendered people, none of whom is judged;
docs/pelvis.md says how well the numbers hold on others.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from formcheck.core.pose import FloatArray

Posture = Literal["standing", "kneeling", "lying", "lying_arms_up"]
FitName = Posture | Literal["kneeling_loose"]

TENTH = 0.1
POSTERIOR_TENTHS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
ANTERIOR_TENTHS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Where the outline is used, along the line hips (0) – shoulders (1)."""
FEATURES = len(POSTERIOR_TENTHS) + len(ANTERIOR_TENTHS) + 2
"""Numbers that one frame is judged by: both outlines, the thighs' angle, the trunk's lean."""
BEND_AT_DEG = 20.0


@dataclass(frozen=True)
class Angle:
    """How one angle follows from a change of the trunk.

    Attributes
    ----------
    weights : array, shape (FEATURES,)
        Degrees for each trunk length that the outline moves outwards (posterior tenths, then
        anterior ones), for each degree that both thighs flex against the trunk, and for each degree
        that the trunk line leans forward. 0: not used.
    curve : tuple of float
        The weighted sum p becomes ``a·p + b·p²/20 + c·p³/400``: an outline does not change evenly.
    """

    weights: FloatArray
    curve: tuple[float, float, float]

    @cached_property
    def used(self) -> npt.NDArray[np.bool_]:
        """Which features are used (FEATURES,)."""
        used: npt.NDArray[np.bool_] = np.abs(self.weights) > 0
        return used

    @cached_property
    def _furthest(self) -> float:
        """Where the curve would turn back: beyond it changes cannot be distinguished."""
        a, b, c = self.curve
        # a + 2 b x + 3 c x² = 0, in units of 20 degrees, on the side that comes first.
        inside = b * b - 3 * a * c
        if c >= 0 or inside < 0:
            return 3 * BEND_AT_DEG
        root = math.sqrt(inside)
        return min(abs((-b + s * root) / (3 * c)) for s in (1, -1)) * BEND_AT_DEG

    def sum_of(self, change: FloatArray) -> float:
        """Return the weighted sum of a change (FEATURES,); NaN where a used one is unknown."""
        return float(change[self.used] @ self.weights[self.used])

    def of(self, change: FloatArray) -> float:
        """Return the angle (degrees) of a change (FEATURES,); NaN where a used one is unknown."""
        x = min(max(self.sum_of(change), -self._furthest), self._furthest) / BEND_AT_DEG
        a, b, c = self.curve
        return BEND_AT_DEG * (a * x + b * x**2 + c * x**3)


@dataclass(frozen=True, slots=True)
class Fit:
    """What holds in one posture.

    Attributes
    ----------
    tilt, lumbar : Angle
        Of the pelvis's tilt against the line hips–shoulders, and of the lumbar curve.
    without_front : tuple of Angle, optional
        The same two where the front cannot be seen (an arm before it); None where the back alone
        tells nothing.
    """

    tilt: Angle
    lumbar: Angle
    without_front: tuple[Angle, Angle] | None


def _angle(
    back: Sequence[float], front: Sequence[float], thighs: float, lean: float, *curve: float
) -> Angle:
    a, b, c = curve
    weights = np.zeros(FEATURES)
    weights[: len(back)] = back
    weights[len(POSTERIOR_TENTHS) :][: len(front)] = front
    weights[-2:] = thighs, lean
    return Angle(weights, (a, b, c))


# fmt: off
FITS: dict[FitName, Fit] = {
    "standing": Fit(
        # left out one by one: [2.7, 3.8] degrees, 1578 of 1680 frames; then the curves were raised
        # by 8 %: frames that the program refuses had been among those that were fitted
        _angle(
            (169, 50, -70, -138, -26, -22, -15, -21, -57, 100),
            (),
            0.052, 0.000, 1.20, 0.00, -0.18,
        ),
        _angle(
            (196, 65, -97, -211, -35, -26, -21, -37, -67, 171),
            (),
            0.060, 0.000, 1.20, 0.01, -0.11,
        ),
        None,
    ),
    "kneeling": Fit(
        # left out one by one: [1.4, 1.7] degrees, 1622 of 1635 frames
        _angle(
            (174, 1, -19, -67, -84, -62, -63, 1, 27, 77),
            (),
            0.020, 0.000, 1.06, -0.01, -0.09,
        ),
        _angle(
            (195, 6, -31, -106, -121, -95, -83, 12, 54, 127),
            (),
            0.027, 0.000, 1.06, -0.01, -0.04,
        ),
        None,
    ),
    "kneeling_loose": Fit(
        # left out one by one: [2.0, 2.6] degrees, 1952 of 2490 frames
        _angle(
            (53, 134, 4, -37, -43, -46, -57, -30, -15, 48),
            (0, 17, 57, -13, 180, 25, -204),
            -0.014, 0.000, 1.12, -0.01, -0.19,
        ),
        _angle(
            (35, 176, -3, -59, -64, -67, -68, -37, 1, 92),
            (0, 31, 73, -3, 231, 42, -278),
            -0.010, 0.000, 1.12, -0.01, -0.10,
        ),
        # left out one by one: [2.6, 3.5] degrees, 2477 of 2490 frames
        (
            _angle(
                (48, 170, -32, -80, -56, -61, -94, -59, 9, 88),
                (),
                0.008, 0.000, 1.18, -0.01, -0.27,
            ),
            _angle(
                (30, 229, -53, -124, -85, -91, -121, -77, 33, 146),
                (),
                0.019, 0.000, 1.18, -0.01, -0.14,
            ),
        ),
    ),
    "lying": Fit(
        # left out one by one: [2.4, 2.8] degrees, 885 of 885 frames
        _angle(
            (),
            (3, 196, 144, -174, -12, 154, -177),
            -0.005, -1.726, 1.17, 0.04, -0.24,
        ),
        _angle(
            (),
            (44, 266, 181, -220, -21, 214, -270),
            -0.029, -1.947, 1.15, 0.03, -0.11,
        ),
        None,
    ),
    "lying_arms_up": Fit(
        # left out one by one: [2.0, 2.7] degrees, 828 of 960 frames
        _angle(
            (83, 26, -3, -16, -34, -57, -52, 1, 21, 63),
            (28, 145, 93, -157, -8, 0, 0),
            0.032, -0.745, 1.11, 0.01, -0.16,
        ),
        _angle(
            (102, 29, -8, -29, -54, -74, -67, 7, 31, 102),
            (47, 208, 116, -210, -14, 0, 0),
            0.033, -0.831, 1.10, 0.01, -0.08,
        ),
        # left out one by one: [2.9, 4.1] degrees, 952 of 960 frames
        (
            _angle(
                (95, -10, -17, -52, -64, -72, -103, -75, 24, 172),
                (),
                0.057, -0.628, 1.20, 0.02, -0.29,
            ),
            _angle(
                (119, -23, -33, -81, -91, -94, -141, -104, 33, 258),
                (),
                0.067, -0.676, 1.20, 0.01, -0.15,
            ),
        ),
    ),
}

USUAL: dict[Posture, tuple[float, ...]] = {
    "standing": (
        0.267, 0.241, 0.198, 0.177, 0.182, 0.195, 0.208, 0.219, 0.230, 0.229,
        0.310, 0.280, 0.272, 0.271, 0.273, 0.246, 0.202,
    ),
    "kneeling": (
        0.294, 0.266, 0.224, 0.201, 0.202, 0.210, 0.216, 0.223, 0.239, 0.242,
        0.290, 0.261, 0.267, 0.275, 0.280, 0.252, 0.206,
    ),
    "lying": (
        0.386, 0.377, 0.356, 0.333, 0.310, 0.293, 0.281, 0.277, 0.265, 0.258,
        0.233, 0.239, 0.245, 0.258, 0.256, 0.219, 0.167,
    ),
    "lying_arms_up": (
        0.276, 0.263, 0.246, 0.235, 0.240, 0.255, 0.275, 0.283, 0.296, 0.299,
        0.206, 0.204, 0.210, 0.223, 0.236, 0.237, 0.336,
    ),
}
# fmt: on
"""Neutral shape of the middle one of the fitted people: posterior tenths, then anterior ones."""
