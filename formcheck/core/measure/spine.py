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
from dataclasses import replace

import numpy as np

from formcheck.core.body.body import BackReading, Body
from formcheck.core.body.tracker import Tracked
from formcheck.core.measure.sagittal import trunk_lean_sagittal_deg
from formcheck.core.measure.spine_change import (
    BackNeutral,
    change_deg,
    from_usual_deg,
    middle_of,
    posture_of,
    trunk_lies,
)
from formcheck.core.measure.spine_fit import POSTERIOR_TENTHS, Posture
from formcheck.core.measure.trunk_shape import (
    Trunk,
    blur_of_back,
    contrast_of,
    nearest_arm,
    overhead,
    thighs_deg,
    trunk_shape,
)
from formcheck.core.pose import FloatArray, Side
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
# Edges more blurred than this (trunk lengths; clear ones: 0.02–0.03) fill the hollow of the back:
# the error on rendered people in grey before a grey wall is then 7–10 degrees.
MOST_BLUR = 0.075
# Where a tenth of the edge shows less of a step than this in the image (0–1), the mask follows
# something else: the error on rendered people is then 9 degrees and more.
LEAST_CONTRAST = 0.022
STILL_S = 0.3
# Neutrals of the fitted people differ from the middle one by 8 degrees (standard deviation, read as
# if it were one person's change), 99 of 100 by less than 20: beyond, a person arches or tucks
# already, or the mask shows something else.
MOST_UNUSUAL_DEG = 20.0
# Someone whose outline moved by more than this many degrees is not showing a neutral.
STILL_DEG = 6.0
# Rocking slowly holds its ends still, too: a neutral is also near the middle of what was seen in
# the last seconds at the start, moments in which it could not be measured included.
SEEN_S, MOST_OFF_DEG = 3.0, 10.0


def needs_outline(spec: ExerciseSpec) -> bool:
    """Return whether a spec uses a measurement that is taken from the outline of the back."""
    return any(name in NAMES for _, name in spec.measurements())


def pelvis_tilt_change_deg(body: Body, side: Side) -> float:
    """Tilt of the pelvis against the person's own neutral: anterior (top forward) positive.

    Side view, from the outline of the trunk. Heuristic, fitted on rendered people
    (docs/pelvis.md).
    """
    return body.back.tilt_change_deg if body.back else math.nan


def lumbar_change_deg(body: Body, side: Side) -> float:
    """Curve of the lower back against the person's own neutral: arch positive, rounding negative.

    Side view, from the outline of the trunk. Heuristic, fitted on rendered people
    (docs/pelvis.md).
    """
    return body.back.lumbar_change_deg if body.back else math.nan


def why_unknown(body: Body) -> str | None:
    """Return why the pelvis cannot be measured on a body, or None."""
    return body.back.reason if body.back else NO_OUTLINE


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
        lean = trunk_lean_sagittal_deg(body, body.view.near_side)
        trunk = Trunk(shape, thighs_deg(body), lean, overhead(body))
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
        if trunk_lies(body) and posture_of(body) == "lying":
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
        if not trunk_lies(body) and nearest_arm(body, outline, "back") < ARM_BEHIND:
            return ARM_IN_FRONT
        return None

    def _trouble_with_neutral(self, body: Body) -> str | None:
        neutral = self.neutral
        if neutral is None or neutral.near_side != body.view.near_side:
            return self._why_none
        if trunk_lies(body):
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
        neutral = BackNeutral(posture, near, middle_of(rows), body.pose.outline)
        both = np.array([change_deg(row, neutral) for _, row in rows])
        if not np.ptp(both, axis=0).max() <= STILL_DEG:
            rows.popleft()
            self._why_none = NO_NEUTRAL
        elif not neutral.is_flat and abs(from_usual_deg(neutral)) > MOST_UNUSUAL_DEG:
            rows.popleft()
            # No neutral is near what nobody's neutral is.
            self._seen.clear()
            self._why_none = NOT_RELAXED
        elif abs(change_deg(middle_of(self._seen), neutral)[1]) > MOST_OFF_DEG:
            rows.popleft()
            self._why_none = NO_NEUTRAL
        else:
            self._neutral[self._of] = neutral
            self._forget_start()
