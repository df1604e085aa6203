"""Reps from one number over time. All durations are seconds of video time.

A value that is NaN is a gap: up to `GAP_S` it is bridged, longer it ends what was going on without
counting it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

GAP_S = 0.45
# At the top a longer gap is bridged when the value is there again after it: nobody lowers a leg and
# lifts it again within this time without one frame on the way.
TOP_GAP_S = 1.0
HOLD_DIP_S = 0.5
WAIT_S = 20.0
# Nobody leaves a hold and is back in it within this; it is the pose model that wavers (a leg behind
# the other one jumps by 20 degrees for a frame or two); heuristic.
FLICKER_S = 0.3
# A lift counts as having turned when it came back from its peak by this fraction of its travel.
BAND = 0.15
# The top is reached when the peak has not risen by more than this fraction of travel for SETTLE_S.
SETTLE_S = 0.3
SETTLE = 0.04
MIN_REST_S = 0.1
# Back at rest, or turned into the next rep without reaching rest: the value fell below this
# fraction of the travel (leave at 30 %, enter at 70 % of the range).
LEAVE = 0.3

RepPhase = Literal["unknown", "rest", "up", "top", "down", "turn"]


Direction = Literal["outward", "inward"]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A moment with its phase, given once the phase is certain (some tenths of a second late).

    `key` is what the caller handed in with the value.
    """

    key: int
    phase: RepPhase


@dataclass(frozen=True, slots=True)
class RepMovement:
    """A finished movement: from rest over its top and back.

    `best` is the value nearest or past the target; hold_s the time within the target. Pulses and
    circles have a size; circles a direction, and at its change the turns done before it. Times are
    those of frames; what was crossed between two of them is in `up_s` and `down_s`. `rested_s` is
    how long it was at rest before it; NaN where it did not come from rest. `cut`: the recording
    began in its middle.
    """

    start_s: float
    top_start_s: float
    top_s: float
    top_end_s: float
    end_s: float
    best: float
    hold_s: float
    size: float = math.nan
    turns: float = math.nan
    direction: Direction | None = None
    left_rest_s: float = math.nan
    reached_top_s: float = math.nan
    left_top_s: float = math.nan
    back_s: float = math.nan
    rested_s: float = math.nan
    cut: bool = False

    @property
    def up_s(self) -> float:
        """Seconds from leaving rest to the top; NaN of what has neither."""
        return self.reached_top_s - self.left_rest_s

    @property
    def down_s(self) -> float:
        """Seconds from the end of the top back to rest; NaN of what has neither."""
        return self.back_s - self.left_top_s

    @property
    def rep_s(self) -> float:
        """Seconds from start to end."""
        return self.end_s - self.start_s

    @property
    def down_over_up(self) -> float:
        """Lowering time over lifting time, NaN where it was up at once."""
        return self.down_s / self.up_s if self.up_s > 0 else math.nan


@dataclass(frozen=True, slots=True)
class Steps:
    """The smallest steps of a value that mean something, in its unit.

    Attributes
    ----------
    band : float
        The top's band is at least this wide.
    settle : float
        A travel of less than this counts as this much, where the top settles.
    leave : float
        A top that is the end of the movement is left for good when the value fell by this much:
        less is a wavering top, and counting it would miss the movement that continues.
    """

    band: float
    settle: float
    leave: float


DEGREES = Steps(band=4.0, settle=1.0, leave=15.0)
TRUNK_LENGTHS = Steps(band=0.04, settle=0.01, leave=0.15)


class RepPhases:
    """Phases of a movement that leaves rest, passes a top and comes back.

    Parameters
    ----------
    rest, top, hold_from : float
        Limits, rising: at rest below `rest`, an attempt above `top`, held above `hold_from`.
        Falling movements use ``sign=-1`` with the limits as they are.
    sign : {1, -1}
    ends_at_top : bool
        A movement is finished once it leaves its top, not only back at rest.
    least_s : float
        One that leaves its top sooner wavers on the way up, and continues.
    steps : Steps
        For the value's unit.
    """

    def __init__(
        self,
        rest: float,
        top: float,
        hold_from: float,
        sign: int = 1,
        *,
        ends_at_top: bool = False,
        least_s: float = 0.0,
        steps: Steps = DEGREES,
    ) -> None:
        self._steps = steps
        self._sign, self._ends_at_top, self._least_s = sign, ends_at_top, least_s
        self._rest, self._top, self._hold_from = sign * rest, sign * top, sign * hold_from
        self.phase: RepPhase = "unknown"
        # A recording may begin in the middle of a movement: when it began, until the first value.
        self._began_s: float | None = None
        self._is_first = True
        self._waiting: list[tuple[int, float, float]] = []
        self._rest_since: float | None = None
        self._rest_before: float | None = None
        # How long the rest was from which the movement under way began.
        self._rested_s = math.nan
        # Time and value of the last moment that was known; NaN after none.
        self._last = (math.nan, math.nan)
        self._begin()

    def _begin(self) -> None:
        self._start_s = math.nan
        self._peak = -math.inf
        self._peak_s = math.nan
        self._settle_from = (-math.inf, math.nan)
        self._top_start_s = self._top_end_s = math.nan
        self._left_rest_s = self._reached_top_s = self._left_top_s = math.nan
        self._before = (math.nan, math.nan)
        self._hold_s = 0.0
        self._held_s = -math.inf
        self._dipped = False
        self._low = math.inf
        self._given = self._began_unseen = self._is_cut = False

    @property
    def start_s(self) -> float:
        """When the movement under way left rest; NaN at rest."""
        return math.nan if self.phase in {"unknown", "rest"} else self._start_s

    @property
    def best(self) -> float:
        """Best value of the movement under way, NaN at rest."""
        return self._sign * self._peak if math.isfinite(self._peak) else math.nan

    @property
    def is_cut(self) -> bool:
        """Whether the recording began in the middle of the movement under way."""
        return self._is_cut

    @property
    def hold_s(self) -> float:
        """Seconds held so far in the movement under way."""
        return self._hold_s

    def _band_limit(self) -> float:
        travel = self._peak - self._rest
        return self._peak - max(BAND * travel, self._steps.band)

    def _ended_at_top(self, time_s: float, x: float) -> bool:
        """Return whether a movement that ends at its top has ended now."""
        left = x < self._peak - max(LEAVE * (self._peak - self._rest), self._steps.leave)
        return self._ends_at_top and left and not self._wavers(time_s)

    def _wavers(self, time_s: float) -> bool:
        """Return whether it is too soon for a movement that ends at its top to have ended."""
        return self._ends_at_top and time_s - self._start_s < self._least_s

    def _flush(self, phase: RepPhase | None = None) -> list[Labelled]:
        """Label the waiting moments: those within the band of the peak are the top."""
        limit = self._band_limit()
        out = []
        reached = not math.isnan(self._top_start_s)
        for key, time_s, value in self._waiting:
            if phase is not None:
                label: RepPhase = phase
            elif value >= limit:
                label, reached = "top", True
                if math.isnan(self._top_start_s):
                    self._top_start_s = time_s
                    self._reached_top_s = _crossed_s(self._before, (time_s, value), limit)
                self._top_end_s, self._left_top_s = time_s, math.nan
            else:
                label = "down" if reached else "up"
                if reached and math.isnan(self._left_top_s):
                    self._left_top_s = _crossed_s(self._before, (time_s, value), limit)
            self._before = (time_s, value)
            out.append(Labelled(key, label))
        self._waiting.clear()
        return out

    def update(
        self, key: int, time_s: float, value: float
    ) -> tuple[list[Labelled], RepMovement | None]:
        """Take one value; return moments whose phase is now certain, and a finished movement."""
        if self._began_s is None:
            self._began_s = time_s
        step_s = time_s - self._last[0]
        x = self._sign * value
        # At rest a gap hides no more than when the next movement began.
        stays = self.phase == "rest" or (self._peak >= self._top and not x < self._top)
        labelled = self.interrupt() if step_s > (TOP_GAP_S if stays else GAP_S) + 1e-9 else []
        if math.isnan(value):
            return labelled, None
        more, movement = self._step(key, time_s, x)
        self._last = (time_s, x)
        return labelled + more, movement

    def begin_anew(self) -> list[Labelled]:
        """Another recording begins (a cut, another person)."""
        labelled = self.interrupt()
        self._began_s, self._is_first = None, True
        return labelled

    def interrupt(self) -> list[Labelled]:
        """Forget the movement under way (nobody in view, or a long gap)."""
        labelled = self._flush("unknown") if self.phase != "rest" else self._flush("rest")
        self.phase = "unknown"
        self._rest_since = None
        self._last = (math.nan, math.nan)
        self._begin()
        return labelled

    def _step(self, key: int, time_s: float, x: float) -> tuple[list[Labelled], RepMovement | None]:
        assert self._began_s is not None
        is_first = self._is_first and time_s - self._began_s <= TOP_GAP_S
        self._is_first = False
        if self.phase in ("unknown", "rest"):
            return self._at_rest(key, time_s, x, is_cut=is_first), None
        if x >= self._hold_from:
            # Short dips belong to the hold, and so do moments in which nothing could be seen.
            since_s = time_s - self._held_s
            self._hold_s += since_s if since_s <= (HOLD_DIP_S if self._dipped else TOP_GAP_S) else 0
            self._held_s, self._dipped = time_s, False
        else:
            self._dipped = True
        if x > self._peak:
            self._peak, self._peak_s = x, time_s
        if x <= self._rest:
            return self._back_at_rest(key, time_s, x)
        if self.phase == "down":
            return self._going_down(key, time_s, x)
        self._waiting.append((key, time_s, x))
        if self._peak >= self._top and x < self._band_limit():
            self.phase = "down"
            labelled = self._flush()
            return labelled, self._movement(time_s) if self._ended_at_top(time_s, x) else None
        travel = max(self._peak - self._rest, self._steps.settle)
        if self._peak - self._settle_from[0] > SETTLE * travel:
            self._settle_from = (self._peak, time_s)
        settled = time_s - self._settle_from[1] >= SETTLE_S
        if self._peak >= self._top and (settled or self.phase == "top"):
            self.phase = "top"
            return self._flush(), None
        if time_s - self._start_s > WAIT_S:
            # Half-way up for so long is no lift whose top is still to come.
            return self._flush("up"), None
        return [], None

    def _at_rest(
        self, key: int, time_s: float, x: float, *, is_cut: bool
    ) -> list[Labelled]:
        if x <= self._rest:
            if self._rest_since is None:
                self._rest_since = time_s
            if self.phase == "unknown" and time_s - self._rest_since >= MIN_REST_S:
                self.phase = "rest"
            self._start_s = time_s
            return [Labelled(key, self.phase)]
        self._rested_s = math.nan if self._rest_since is None else time_s - self._rest_since
        self._rest_before, self._rest_since = self._rest_since, None
        if self.phase == "unknown" and not is_cut:
            return [Labelled(key, "unknown")]
        start_s = self._start_s
        self._begin()
        self._is_cut = is_cut
        self._start_s = start_s if math.isfinite(start_s) else time_s
        self._left_rest_s = _crossed_s(self._last, (time_s, x), self._rest)
        self._before = self._last
        self._began_unseen = not is_cut and time_s - self._last[0] > GAP_S + 1e-9
        self.phase = "up"
        self._peak, self._peak_s = x, time_s
        self._settle_from = (x, time_s)
        self._waiting.append((key, time_s, x))
        return []

    def _back_at_rest(
        self, key: int, time_s: float, x: float
    ) -> tuple[list[Labelled], RepMovement | None]:
        labelled = self._flush("up" if self._peak < self._top else None)
        if math.isnan(self._left_top_s):
            self._left_top_s = _crossed_s(self._last, (time_s, x), self._band_limit())
        reached = self._peak >= self._top
        back_s = _crossed_s(self._last, (time_s, x), self._rest)
        movement = self._movement(time_s, back_s) if reached else None
        self.phase = "rest"
        # What never came to the top was a waver of the rest.
        waver = not reached and self._rest_before is not None
        self._rest_since = self._rest_before if waver else time_s
        self._begin()
        self._start_s = time_s
        labelled.append(Labelled(key, "rest"))
        return labelled, movement

    def _going_down(
        self, key: int, time_s: float, x: float
    ) -> tuple[list[Labelled], RepMovement | None]:
        if x >= self._band_limit():
            # Back up before it ever came near rest: the same rep continues.
            self.phase = "top"
            self._waiting.append((key, time_s, x))
            return self._flush(), None
        if not self._given and self._ended_at_top(time_s, x):
            return [Labelled(key, "down")], self._movement(time_s)
        if not self._wavers(time_s):
            self._low = min(self._low, x)
        travel = self._peak - self._rest
        rises = x > self._low + max(self._steps.leave, LEAVE * travel)
        if self._low < self._rest + LEAVE * travel and rises:
            # It came most of the way back and rises again: the next rep without a full rest.
            movement = self._movement(time_s)
            self._begin()
            self._rested_s = math.nan
            self._start_s = self._left_rest_s = time_s
            self._before = (time_s, x)
            self._peak, self._peak_s = x, time_s
            self._settle_from = (x, time_s)
            self.phase = "up"
            self._waiting.append((key, time_s, x))
            return [], movement
        return [Labelled(key, "down")], None

    def finish(self, time_s: float) -> tuple[list[Labelled], RepMovement | None]:
        """End of the recording: a movement that was more than half-way back counts."""
        half_back = self._low < self._rest + 0.5 * (self._peak - self._rest)
        reached = self._peak >= self._top
        labelled = self._flush(None if reached else "up")
        over = self._ends_at_top and reached and self.phase in ("up", "top")
        over = over or (self.phase == "down" and half_back)
        movement = self._movement(time_s) if over else None
        self._begin()
        self.phase = "unknown"
        return labelled, movement

    def _movement(self, end_s: float, back_s: float | None = None) -> RepMovement | None:
        """Return the movement under way, once."""
        if self._given:
            return None
        self._given = True
        # What began while nothing was seen may be somebody else's leg that passes by; a top that is
        # seen for a while is not.
        if self._began_unseen and not self._top_end_s - self._top_start_s >= SETTLE_S - 1e-9:
            return None
        return RepMovement(
            start_s=self._start_s,
            top_start_s=self._top_start_s,
            top_s=self._peak_s,
            top_end_s=self._top_end_s,
            end_s=end_s,
            best=self._sign * self._peak,
            hold_s=self._hold_s,
            left_rest_s=self._left_rest_s,
            reached_top_s=self._reached_top_s,
            left_top_s=self._left_top_s,
            back_s=end_s if back_s is None else back_s,
            rested_s=self._rested_s,
            cut=self._is_cut,
        )


def _crossed_s(before: tuple[float, float], after: tuple[float, float], limit: float) -> float:
    """Return when a value that is known at two times crossed a limit, going straight between them.

    The later time where the earlier value is not known or on the same side.
    """
    (from_s, start), (to_s, end) = before, after
    if not (start < limit <= end or end <= limit < start):
        return to_s
    return from_s + (to_s - from_s) * (limit - start) / (end - start)
