"""How a trunk has changed from the person's own neutral, in degrees of pelvis and lower back."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

import numpy as np

from formcheck.core.body.body import Body
from formcheck.core.body.posture import lies, trunk_tilt_deg
from formcheck.core.geometry import wrap_deg
from formcheck.core.measure.spine_fit import FITS, USUAL, FitName, Posture
from formcheck.core.measure.trunk_shape import Trunk, hollow_of, nearest_arm
from formcheck.core.pose import FloatArray, Side

# An arm on the floor beside the trunk is nearer than this to the lower edge of the silhouette: the
# arm and the floor make that edge, not the back, so it is another measure.
ARM_ON_FLOOR = 0.2
# In close clothes the lower back lies inside the upper one by 0.01–0.1 trunk lengths at neutral, in
# shirts that span half of its hollow or more by −0.04 to 0.015 (rendered people; nine of ten told
# apart). Standing the error doubles in those; kneeling, what is doubtful is read by numbers of its
# own, and a plain shirt not at all: it reads as three quarters of the change, with 5 to 15 degrees.
CLOSE_HOLLOW = 0.01
LEAST_HOLLOW: dict[Posture, float] = {"standing": CLOSE_HOLLOW, "kneeling": 0.0}
# What an arm that goes beyond the head adds to tilt and lower back when lying, degrees: near arm
# against far arm in the clean dead bugs of the four tuning people (b1 10, b3 1, b5 4, b7 −1).
ARM_OVERHEAD_DEG = (2.0, 3.8)
# A trunk lies for the spine's fits so far from upright, and also upside down (a high bridge).
LYING_FROM_DEG = 50.2


@dataclass(frozen=True, slots=True)
class BackNeutral:
    """A person's own neutral: the shape of the trunk in the start position.

    Attributes
    ----------
    posture : {"standing", "kneeling", "lying", "lying_arms_up"}
    near_side : {"left", "right"}
    trunk : Trunk
    outline : array, shape (K,)
        The outline itself, to know an arm that comes behind it.
    """

    posture: Posture
    near_side: Side
    trunk: Trunk
    outline: FloatArray

    @property
    def is_flat(self) -> bool:
        """True where no hollow of the back is seen, so that it cannot change: a loose shirt."""
        least = LEAST_HOLLOW.get(self.posture, -math.inf)
        return hollow_of(self.trunk.shape) < least

    @property
    def fit(self) -> FitName:
        """Which of the fitted numbers hold for this person, posture and shirt."""
        if self.posture == "kneeling" and hollow_of(self.trunk.shape) < CLOSE_HOLLOW:
            return "kneeling_loose"
        return self.posture


def trunk_lies(body: Body) -> bool:
    """Return whether the fits of lying people hold."""
    return lies(trunk_tilt_deg(body), from_deg=LYING_FROM_DEG, head_down=True)


def posture_of(body: Body) -> Posture:
    """Return the posture that decides which fit holds."""
    if trunk_lies(body):
        assert body.pose.outline is not None
        arm = nearest_arm(body, body.pose.outline, "back")
        return "lying" if arm < ARM_ON_FLOOR else "lying_arms_up"
    # Standing hips are a leg's length above the floor, kneeling ones a thigh's.
    hip_height = (body.height_px(body.hips) - body.floor_height_px) / body.trunk_px
    return "standing" if hip_height > 1.05 else "kneeling"


def change_deg(now: Trunk, neutral: BackNeutral) -> tuple[float, float]:
    """Return the change of the pelvis's tilt (in the room) and of the lumbar curve, degrees.

    What the shape tells is the tilt against the trunk line; where that line leans, the pelvis tilts
    with it. Where the front is not known, then or now, the back alone has to do; NaN where that
    tells nothing.
    """
    then, fit = neutral.trunk, FITS[neutral.fit]
    leant = wrap_deg(now.lean_deg - then.lean_deg)
    change = np.concatenate([now.shape - then.shape, [now.thighs_deg - then.thighs_deg, leant]])
    tilt, lumbar = fit.tilt.of(change), fit.lumbar.of(change)
    if math.isnan(tilt + lumbar) and fit.without_front is not None:
        tilt, lumbar = (angle.of(change) for angle in fit.without_front)
    if neutral.posture == "lying_arms_up":
        raised = now.overhead - then.overhead
        tilt, lumbar = tilt - raised * ARM_OVERHEAD_DEG[0], lumbar - raised * ARM_OVERHEAD_DEG[1]
    return leant + tilt, lumbar


def from_usual_deg(neutral: BackNeutral) -> float:
    """Return how far a neutral is from that of the middle one of the fitted people, degrees.

    Bodies differ by more than half of what one body changes, so it only tells the impossible.
    """
    change = np.append(neutral.trunk.shape - USUAL[neutral.posture], [0.0, 0.0])
    fit = FITS[neutral.posture]
    whole = fit.lumbar.sum_of(change)
    if math.isnan(whole) and fit.without_front is not None:
        return fit.without_front[1].sum_of(change)
    return whole


def middle_of(rows: Iterable[tuple[float, Trunk]]) -> Trunk:
    """Return the median of some moments."""
    trunks = [trunk for _, trunk in rows]
    return Trunk(
        np.median([trunk.shape for trunk in trunks], axis=0),
        median(trunk.thighs_deg for trunk in trunks),
        median(trunk.lean_deg for trunk in trunks),
        median(trunk.overhead for trunk in trunks),
    )
