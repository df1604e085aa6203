"""Change of pelvic tilt and lumbar curve, from the outline of the trunk.

Landmarks carry no sign of the pelvis; the outline does: when the pelvis tips forward and the lower
back arches, the hollow of the back deepens, the seat comes out and the lower belly drops. Bodies
and clothes differ far more than one body changes, so only the change from the person's own neutral
is measured: the outline in the start position, held still.

The way from outline to degrees is a weighted sum (`formcheck.core.measure.spine_fit`): the
outlines, averaged over tenths of the trunk, minus the same at neutral; with the thighs' angle, for
a lifted thigh moves the seat. That the outline is measured against the line hips–shoulders, and
over the trunk's length, makes it independent of place, size and mirror.

It is a change of shape, told in degrees. It is no diagnosis, and no absolute tilt.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from statistics import median
from typing import Literal

import numpy as np
import numpy.typing as npt

from formcheck.core.body.body import BackReading, Body
from formcheck.core.body.posture import lies, trunk_tilt_deg
from formcheck.core.body.tracker import Tracked
from formcheck.core.geometry import Vec, signed_angle_deg, sub, wrap_deg
from formcheck.core.measure.outline import STATIONS
from formcheck.core.measure.spine_fit import (
    ANTERIOR_TENTHS,
    FITS,
    POSTERIOR_TENTHS,
    TENTH,
    USUAL,
    FitName,
    Posture,
)
from formcheck.core.pose import SIDES, FloatArray, Side
from formcheck.core.spec.exercise import ExerciseSpec

NAMES = ("pelvis_tilt_change", "lumbar_change")
"""Kinds of measurement that need the outline."""

NO_OUTLINE = "no outline of the back was recorded: analyse the video itself"
NO_NEUTRAL = "hold the start position still, in clothes that stand out from the wall"
NOT_RELAXED = "relax your lower back, then hold the start position still"
BACK_HIDDEN = "the outline of your back cannot be seen"
UNCLEAR = "the outline of your back is unclear: more light, or clothes unlike the wall"
ARM_IN_FRONT = "an arm hides your back: hold your arms in front of you"
ARMS_MOVED = "keep your arms as they were in the start position"
LOOSE_SHIRT = "the hollow of your back cannot be seen: tuck the shirt in or wear a closer one"

# An arm whose bones are this near to an outline (in trunk lengths) makes it. Arms that hang beside
# a slim trunk come to 0.06–0.13 and do no harm (rendered people: 2–3 degrees of error).
ARM_BEHIND, ARM_BEFORE = 0.06, 0.06
# An arm that makes the outline moves it along, so it is held against the outline at neutral, too:
# elbows drawn back come nearer to it than this and read as 8–20 degrees of tuck.
ARM_BEHIND_NEUTRAL = 0.05
# An arm on the floor beside the trunk is nearer than this to the lower edge of the silhouette: the
# arm and the floor make that edge, not the back, so it is another measure.
ARM_ON_FLOOR = 0.2
# Where an arm matters, along the trunk.
BACK, FRONT = (0.12, 0.6), (0.35, 0.95)
# In close clothes the lower back lies inside the upper one by 0.01–0.1 trunk lengths at neutral, in
# shirts that span half of its hollow or more by −0.04 to 0.015 (rendered people; nine of ten told
# apart). Standing the error doubles in those; kneeling, what is doubtful is read by numbers of its
# own, and a plain shirt not at all: it reads as three quarters of the change, with 5 to 15 degrees.
CLOSE_HOLLOW = 0.01
LEAST_HOLLOW: dict[Posture, float] = {"standing": CLOSE_HOLLOW, "kneeling": 0.0}
# Edges more blurred than this (trunk lengths; clear ones: 0.02–0.03) fill the hollow of the back:
# the error on rendered people in grey before a grey wall is then 7–10 degrees.
MOST_BLUR = 0.075
# Where a tenth of the edge shows less of a step than this in the picture (0–1), the mask follows
# something else: the error on rendered people is then 9 degrees and more.
LEAST_CONTRAST = 0.022
# What an arm that goes beyond the head adds to tilt and lower back of who lies, degrees: near arm
# against far arm in the clean dead bugs of the four tuning people (b1 10, b3 1, b5 4, b7 −1).
ARM_OVERHEAD_DEG = (2.0, 3.8)
STILL_S = 0.3
# Neutrals of the fitted people differ from the middle one by 8 degrees (standard deviation, read as
# if it were one person's change), 99 of 100 by less than 20: beyond, somebody arches or tucks
# already, or the mask shows something else.
MOST_UNUSUAL_DEG = 20.0
# Someone whose outline moved by more than this many degrees is not showing a neutral.
STILL_DEG = 6.0
# Who rocks slowly holds its ends still too: a neutral is also near the middle of what was seen in
# the last seconds at the start, moments in which it could not be measured included.
SEEN_S, MOST_OFF_DEG = 3.0, 10.0


@dataclass(frozen=True, slots=True)
class Trunk:
    """What of one frame is compared with the neutral.

    Attributes
    ----------
    shape : array, shape (F,)
        As `trunk_shape` gives it.
    thighs_deg : float
        Mean angle between the thighs and the trunk line, flexed positive.
    lean_deg : float
        Lean of the trunk line, forward positive.
    overhead : float
        How far the arm at the camera points beyond the head: 0 square to the trunk, 1 in line.
    """

    shape: FloatArray
    thighs_deg: float
    lean_deg: float
    overhead: float = 0.0


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


def needs_outline(spec: ExerciseSpec) -> bool:
    """Return whether a spec uses a measurement that is taken from the outline of the back."""
    return any(name in NAMES for _, name in spec.measurements())


def pelvis_tilt_change_deg(body: Body, side: Side) -> float:
    """Tilt of the pelvis against the person's own neutral: anterior (top forward) positive.

    Side view, from the outline of the trunk. Source: own, fitted on rendered people
    (docs/pelvis.md).
    """
    return body.back.tilt_change_deg if body.back else math.nan


def lumbar_change_deg(body: Body, side: Side) -> float:
    """Curve of the lower back against the person's own neutral: arch positive, rounding negative.

    Side view, from the outline of the trunk. Source: own, fitted on rendered people
    (docs/pelvis.md).
    """
    return body.back.lumbar_change_deg if body.back else math.nan


def why_unknown(body: Body) -> str | None:
    """Return why the pelvis cannot be measured on a body, or None."""
    return body.back.reason if body.back else NO_OUTLINE


def _lies(body: Body) -> bool:
    return lies(trunk_tilt_deg(body), from_deg=50.2, head_down=True)


def posture_of(body: Body) -> Posture:
    """Return the posture that decides which fit holds."""
    if _lies(body):
        assert body.pose.outline is not None
        arm = nearest_arm(body, body.pose.outline, "back")
        return "lying" if arm < ARM_ON_FLOOR else "lying_arms_up"
    # Standing hips are a leg's length above the floor, kneeling ones a thigh's.
    hip_height = (body.height_px(body.hips) - body.floor_height_px) / body.trunk_px
    return "standing" if hip_height > 1.05 else "kneeling"


def _stations_of(tenths: tuple[float, ...]) -> npt.NDArray[np.intp]:
    """Return the stations (len(tenths), S) in each tenth of the trunk."""
    half = TENTH / 2 + 1e-9
    return np.array([np.flatnonzero(np.abs(STATIONS - tenth) <= half) for tenth in tenths])


_POSTERIOR, _ANTERIOR = _stations_of(POSTERIOR_TENTHS), _stations_of(ANTERIOR_TENTHS)


def trunk_shape(outline: FloatArray, turn_sign: float) -> FloatArray:
    """Return the two outlines, averaged over tenths of the trunk.

    Parameters
    ----------
    outline : array, shape (K,)
        As `formcheck.core.measure.outline.sample_outline` gives it.
    turn_sign : {1, -1}
        +1 where the left side is near the camera (`Body.turn_sign`).

    Returns
    -------
    array, shape (F,)
        Posterior offsets at `POSTERIOR_TENTHS`, then anterior ones at `ANTERIOR_TENTHS`, in trunk
        lengths; NaN where a part of the tenth was not seen.
    """
    half = len(STATIONS)
    # With the left side near, "up the trunk" turned clockwise on the screen points to the back.
    clockwise, other = outline[:half], outline[half : 2 * half]
    back, front = (clockwise, other) if turn_sign > 0 else (other, clockwise)
    # A mean, not a product with weights: one unknown station makes only its own tenth unknown.
    return np.concatenate([back[_POSTERIOR].mean(axis=1), front[_ANTERIOR].mean(axis=1)])


def blur_of_back(outline: FloatArray, turn_sign: float) -> float:
    """Return how blurred the mask's edge is at the back, trunk lengths; 0 where not recorded."""
    value = _clearness(outline, 0, turn_sign)
    return 0.0 if math.isnan(value) else value


def contrast_of(
    outline: FloatArray, turn_sign: float, direction: Literal["back", "front"]
) -> float:
    """Return how well the picture shows the edge, 0–1; 1 where not recorded."""
    value = _clearness(outline, 2, turn_sign if direction == "back" else -turn_sign)
    return 1.0 if math.isnan(value) else value


def _clearness(outline: FloatArray, first: int, turn_sign: float) -> float:
    # Recordings made before these numbers were kept end with the outline.
    kept = outline[2 * len(STATIONS) :]
    place = first + (0 if turn_sign > 0 else 1)
    return float(kept[place]) if place < len(kept) else math.nan


def hollow_of(shape: FloatArray) -> float:
    """Return how far the lower back lies inside the upper one, trunk lengths.

    Mean posterior offset at 0.7–0.9 of the trunk, less that at 0.2–0.4. A shirt that hangs from the
    shoulder blades, or a mask that has taken some of the wall, leaves nothing of it.
    """
    return float(shape[_UPPER].mean() - shape[_LOWER].mean())


_LOWER, _UPPER = slice(2, 5), slice(7, 10)


def lean_deg(body: Body) -> float:
    """Return the lean of the line hips–shoulders from upright, forward positive, −180…180°."""
    return -body.turn_sign * signed_angle_deg((-body.down[0], -body.down[1]), body.trunk)


def thighs_deg(body: Body) -> float:
    """Return the mean angle of thighs and trunk line: 0 in line, flexed positive, −120…240°."""
    down = (-body.trunk[0], -body.trunk[1])
    both = 0.0
    for side in SIDES:
        thigh = sub(body.joint(side, "knee"), body.joint(side, "hip"))
        angle = body.turn_sign * signed_angle_deg(down, thigh)
        both += angle + 360.0 if angle < -120.0 else angle
    return both / 2


def overhead(body: Body) -> float:
    """Return how far the arm at the camera points beyond the head, 0–1."""
    shoulder, elbow = (
        _in_trunk(body, body.joint(body.view.near_side, joint)) for joint in ("shoulder", "elbow")
    )
    arm = math.dist(shoulder, elbow)
    return max(0.0, (elbow[0] - shoulder[0]) / arm) if arm > 0 else 0.0


def change_deg(now: Trunk, neutral: BackNeutral) -> tuple[float, float]:
    """Return the change of the pelvis's tilt (in the room) and of the lumbar curve, degrees.

    What the shape tells is the tilt against the trunk line; where that line leans, the pelvis tilts
    with it. Where the front is not known, then or now, the back alone has to do; NaN where that
    tells nothing.
    """
    then, fit = neutral.trunk, FITS[neutral.fit]
    leant = wrap_deg(now.lean_deg - then.lean_deg)
    change = np.concatenate(
        [now.shape - then.shape, [now.thighs_deg - then.thighs_deg, leant]]
    )
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


def nearest_arm(
    body: Body, outline: FloatArray, direction: Literal["back", "front"]
) -> float:
    """Return how far inside an outline of the trunk the nearest arm is, trunk lengths.

    The arms' bones are compared with the outline in the trunk's own coordinates: negative where a
    bone is outside it, infinite where no arm is at that height.
    """
    sign, reach = (1.0, BACK) if direction == "back" else (-1.0, FRONT)
    half = len(STATIONS)
    edge = outline[:half] if body.turn_sign * sign > 0 else outline[half : 2 * half]
    nearest = math.inf
    for side in SIDES:
        shoulder, elbow, wrist = (
            _in_trunk(body, body.joint(side, joint)) for joint in ("shoulder", "elbow", "wrist")
        )
        for a, b in ((shoulder, elbow), (elbow, wrist)):
            for share in (0.25, 0.5, 0.75, 1.0):
                along, behind = a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])
                if reach[0] <= along <= reach[1]:
                    station = round((along - STATIONS[0]) / (STATIONS[1] - STATIONS[0]))
                    nearest = min(nearest, float(edge[station]) - sign * behind)
    return nearest


def _in_trunk(body: Body, point: Vec) -> Vec:
    """Return how far up the trunk and how far behind its line a point is, in trunk lengths."""
    x, y = point[0] - body.hips[0], point[1] - body.hips[1]
    ux, uy = body.trunk
    size = body.trunk_px**2
    if size == 0:
        return math.nan, math.nan
    behind = body.turn_sign * (-x * uy + y * ux) / size
    return (x * ux + y * uy) / size, behind


class BackWatch:
    """Learns the person's own neutral and reads each frame against it.

    The neutral is taken once, from the median shape of a still moment in the start position, and
    kept for as long as the same person shows the same side: standing up and coming back does not
    make a new one, `relearn` does.
    """

    def __init__(self) -> None:
        self._neutral: dict[tuple[Side, Posture], BackNeutral] = {}
        self._recent: deque[tuple[float, Trunk]] = deque()
        self._seen: deque[tuple[float, Trunk]] = deque()
        self._of: tuple[Side, Posture] | None = None
        self._why_none = NO_NEUTRAL

    @property
    def neutral(self) -> BackNeutral | None:
        """The neutral that is in use."""
        return self._neutral.get(self._of) if self._of else None

    def relearn(self) -> None:
        """Forget the neutral; the next still moment in the start position gives another one."""
        self._why_none = NO_NEUTRAL
        self._neutral.clear()
        self._forget_start()

    def _forget_start(self) -> None:
        self._recent.clear()
        self._seen.clear()

    def update(self, tracked: Tracked, *, at_start: bool) -> Tracked:
        """Take one frame; return it with its reading.

        Parameters
        ----------
        tracked : Tracked
        at_start : bool
            True while the person is in the start position and not yet moving.
        """
        if tracked.restarted:
            self.relearn()
            self._of = None
        body = tracked.body
        if body is None or body.pose.outline is None or body.view.name != "side":
            self._forget_start()
            return tracked
        return replace(tracked, body=replace(body, back=self._read(body, at_start)))

    def _read(self, body: Body, at_start: bool) -> BackReading:
        outline = body.pose.outline
        assert outline is not None
        shape = trunk_shape(outline, body.turn_sign)
        if nearest_arm(body, outline, "front") < ARM_BEFORE:
            shape[len(POSTERIOR_TENTHS) :] = np.nan
        trunk = Trunk(shape, thighs_deg(body), lean_deg(body), overhead(body))
        trouble = self._trouble_seen(body, outline, shape)
        if not at_start:
            self._forget_start()
        elif trouble in (None, ARM_IN_FRONT, UNCLEAR):
            self._see(body, trunk)
            if trouble is None and self._of not in self._neutral:
                self._learn(body, trunk)
        trouble = trouble or self._trouble_with_neutral(body)
        if trouble is not None:
            return BackReading(math.nan, math.nan, trouble)
        assert self.neutral is not None
        tilt, lumbar = change_deg(trunk, self.neutral)
        return BackReading(tilt, lumbar, BACK_HIDDEN if math.isnan(tilt) else None)

    @staticmethod
    def _trouble_seen(body: Body, outline: FloatArray, shape: FloatArray) -> str | None:
        if _lies(body) and posture_of(body) == "lying":
            # An arm and the floor make the lower edge, however sharp: belly and ribs tell more.
            seen = contrast_of(outline, body.turn_sign, "front")
            return UNCLEAR if seen < LEAST_CONTRAST else None
        if np.isnan(shape[: len(POSTERIOR_TENTHS)]).any():
            return BACK_HIDDEN
        if (
            blur_of_back(outline, body.turn_sign) > MOST_BLUR
            or contrast_of(outline, body.turn_sign, "back") < LEAST_CONTRAST
        ):
            return UNCLEAR
        if not _lies(body) and nearest_arm(body, outline, "back") < ARM_BEHIND:
            return ARM_IN_FRONT
        return None

    def _trouble_with_neutral(self, body: Body) -> str | None:
        neutral = self.neutral
        if neutral is None or neutral.near_side != body.view.near_side:
            return self._why_none
        if _lies(body):
            return None if posture_of(body) == neutral.posture else ARMS_MOVED
        # The bridge lifts lying people to less than 50 degrees from level, never to upright.
        if neutral.posture not in ("standing", "kneeling"):
            return BACK_HIDDEN
        if nearest_arm(body, neutral.outline, "back") < ARM_BEHIND_NEUTRAL:
            return ARM_IN_FRONT
        return LOOSE_SHIRT if neutral.is_flat else None

    def _see(self, body: Body, trunk: Trunk) -> None:
        of, time_s = (body.view.near_side, posture_of(body)), body.pose.time_s
        if self._of != of:
            self._forget_start()
            self._of = of
        self._seen.append((time_s, trunk))
        while time_s - self._seen[0][0] > SEEN_S:
            self._seen.popleft()

    def _learn(self, body: Body, trunk: Trunk) -> None:
        rows, time_s = self._recent, body.pose.time_s
        rows.append((time_s, trunk))
        if time_s - rows[0][0] < STILL_S - 1e-9:
            return
        assert self._of is not None
        assert body.pose.outline is not None
        near, posture = self._of
        neutral = BackNeutral(posture, near, _middle(rows), body.pose.outline)
        both = np.array([change_deg(row, neutral) for _, row in rows])
        if not np.ptp(both, axis=0).max() <= STILL_DEG:
            rows.popleft()
            self._why_none = NO_NEUTRAL
        elif not neutral.is_flat and abs(from_usual_deg(neutral)) > MOST_UNUSUAL_DEG:
            rows.popleft()
            # No neutral is near what nobody's neutral is.
            self._seen.clear()
            self._why_none = NOT_RELAXED
        elif abs(change_deg(_middle(self._seen), neutral)[1]) > MOST_OFF_DEG:
            rows.popleft()
            self._why_none = NO_NEUTRAL
        else:
            self._neutral[self._of] = neutral
            self._forget_start()


def _middle(rows: Iterable[tuple[float, Trunk]]) -> Trunk:
    """Return the median of some moments."""
    trunks = [trunk for _, trunk in rows]
    return Trunk(
        np.median([trunk.shape for trunk in trunks], axis=0),
        median(trunk.thighs_deg for trunk in trunks),
        median(trunk.lean_deg for trunk in trunks),
        median(trunk.overhead for trunk in trunks),
    )
