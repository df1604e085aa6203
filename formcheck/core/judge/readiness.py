"""Whether the person is in the start position of an exercise, and their own values there."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from statistics import median

from formcheck.core.body.body import Body
from formcheck.core.events import CountSide
from formcheck.core.judge.moment import Moment
from formcheck.core.judge.quantities import Quantities
from formcheck.core.measure.positions import drift_across, framing_trouble, position_trouble
from formcheck.core.pose import Side
from formcheck.core.spec.exercise import ExerciseSpec

READY_S = 0.3
# The position may be left for this long (a stumble, a hidden joint) before all is set back.
UNREADY_S = 1.5
# Hips that went further than this many trunk lengths within DRIFT_S are walking, not starting.
DRIFT = 0.9
DRIFT_S = 0.8
# Over less time less is walking (a recording may begin with it), but this fraction may be sway.
DRIFT_LEAST = 0.3
NEUTRAL_S = 0.6
# Someone whose trunk and thighs moved by more than this is not showing a neutral position.
STILL_DEG = 8.0
# In a front view the thigh's angle comes from an arc cosine that is wild near zero: there the
# height of the knees (in trunk lengths) shows whether somebody moves.
_STILL = {
    "trunk_lean_sagittal_deg": STILL_DEG,
    "trunk_lean_frontal_deg": STILL_DEG,
    "knee_height_left": 0.06,
    "knee_height_right": 0.06,
}
_STILL_SIDE = {"thigh_elevation_left_deg": STILL_DEG, "thigh_elevation_right_deg": STILL_DEG}
# Before anything began, start bounds may be missed by this much (degrees, as `give` of a hold);
# then the start is lost, and was only passed on the way down.
START_KEPT_MARGIN = 5.0
NOT_AT_START = "get into the start position"


class Readiness:
    """Whether the start position was held, and what is missing.

    Parameters
    ----------
    spec : ExerciseSpec
    side : {"left", "right", "both"}
    quantities : Quantities
        Of that side; it gets the person's own values in the start position.

    Attributes
    ----------
    ready, in_position : bool
        The start position was held and not left; the person is in position at this moment.
    since_s : float
        Since when it was held.
    message : str or None
        What is missing.
    from_the_first : bool
        A recording need not begin in the start position: whether it began in the middle of a
        movement, and nothing was wrong since.
    """

    def __init__(self, spec: ExerciseSpec, side: CountSide, quantities: Quantities) -> None:
        self._spec, self._side, self._quantities = spec, side, quantities
        self.ready = False
        self.since_s = math.nan
        self.message: str | None = None
        self.in_position = False
        self.from_the_first = True
        self._began_s: float | None = None
        self._good_since: float | None = None
        self._last_good_s = math.nan
        self._recent: deque[Body] = deque()
        self._values: deque[tuple[float, Mapping[str, float]]] = deque()

    def update(self, m: Moment, *, begun: bool, busy: bool, in_mid_movement: bool = False) -> None:
        """Take one moment.

        Parameters
        ----------
        m : Moment
        begun : bool
            Whether any side did anything since the start position was held.
        busy : bool
            Whether a movement or hold of this side is under way.
        in_mid_movement : bool
            Whether it is one in the middle of which the recording began.
        """
        time_s = m.time_s
        if m.restarted:
            self.ready, self._good_since = False, None
            self.from_the_first, self._began_s = True, None
            self._recent.clear()
            self._values.clear()
        if self._began_s is None and m.body is not None:
            self._began_s = time_s
        reason = None if m.occluded else self._reason(m, in_mid_movement=in_mid_movement)
        self._remember(m.body)
        self.in_position = reason is None
        if self.in_position and self.ready and not begun:
            reason = self.missed_start(m, START_KEPT_MARGIN)
        if reason is None:
            self._last_good_s = time_s
            if self._good_since is None:
                self._good_since = time_s
            if not self.ready and time_s - self._good_since >= READY_S:
                self.ready, self.since_s = True, self._good_since
                self._quantities.neutral.clear()
            if not (self._quantities.neutral and busy):
                self._learn_neutral(time_s, m.values)
            return
        self.message = reason
        if not self.ready:
            # Whether it begins in the middle of a movement is known once the first pose was judged.
            unseen = m.body is None or framing_trouble(m.body, self._spec) is not None
            first = self._began_s in (None, time_s)
            self.from_the_first &= unseen or first or in_mid_movement
            self._good_since = None
            self._values.clear()
        elif time_s - self._last_good_s > UNREADY_S:
            self.ready = False
            self._good_since = None
            self._values.clear()

    def missed_start(self, m: Moment, margin: float = 0.0) -> str | None:
        """Return what to do about the first bound of the start position that is missed."""
        for bound in self._spec.start:
            if self._quantities.missed(bound, m, margin):
                return bound.cue or NOT_AT_START
        return None

    def _reason(self, m: Moment, *, in_mid_movement: bool) -> str | None:
        """Return why this moment is none of the position; before it is ready, of the start."""
        body = m.body
        if body is None:
            alone = "stay alone in the picture" if m.other_person else "step into the picture"
            return m.unfit or alone
        spec = self._spec
        reason = framing_trouble(body, spec)
        if reason:
            return reason
        working: Side = body.view.near_side if self._side == "both" else self._side
        # In the middle of a movement, not in the start of a hold.
        may_pass = self.ready or (self.from_the_first and spec.hold is None)
        passes = spec.passes if may_pass else ()
        reason = position_trouble(body, spec.position, working, passes)
        if reason or self.ready:
            return reason
        if self._walks(body):
            return "stay in one place for a moment"
        if self.from_the_first and in_mid_movement:
            return None
        for bound in spec.start:
            value, reason = self._quantities.value(bound.measurement, bound.leg, m)
            if math.isnan(value):
                return reason
        return self.missed_start(m)

    def _walks(self, body: Body) -> bool:
        if not self._recent:
            return False
        before = self._recent[0]
        fraction = (body.pose.time_s - before.pose.time_s) / DRIFT_S
        return drift_across(body, before) > DRIFT * max(fraction, DRIFT_LEAST)

    def _remember(self, body: Body | None) -> None:
        if body is None:
            self._recent.clear()
            return
        self._recent.append(body)
        while self._recent[0].pose.time_s < body.pose.time_s - DRIFT_S:
            self._recent.popleft()

    def _learn_neutral(self, time_s: float, values: Mapping[str, float]) -> None:
        """Keep the person's own values once they stayed still in the start position.

        What could not be seen then (the person still turned to the camera) is kept the next time
        that they stay still there.
        """
        neutral = self._quantities.neutral
        unknown = [n for n, v in values.items() if math.isnan(neutral.get(n, math.nan))]
        if neutral and all(math.isnan(values[name]) for name in unknown):
            return
        rows = self._values
        rows.append((time_s, values))
        while rows[0][0] < time_s - NEUTRAL_S:
            rows.popleft()
        if not self.ready or time_s - rows[0][0] < READY_S - 1e-9:
            return
        from_side = not math.isnan(values["trunk_lean_sagittal_deg"])
        for name, most in (_STILL | (_STILL_SIDE if from_side else {})).items():
            known = [row[name] for _, row in rows if not math.isnan(row[name])]
            if known and max(known) - min(known) > most:
                return
        again = bool(neutral)
        for name in unknown:
            known = [row[name] for _, row in rows if not math.isnan(row[name])]
            # The first neutral takes what there is; a later one must have been seen throughout.
            enough = len(known) == len(rows) if again else bool(known)
            neutral[name] = median(known) if enough else math.nan
        rows.clear()
