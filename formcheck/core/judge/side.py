"""One side of an exercise: its position, its reps or hold, its checks."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from formcheck.core.body.body import Body
from formcheck.core.body.occlusion import Planted
from formcheck.core.body.tracker import OTHER_PERSON, Tracked
from formcheck.core.events import (
    ActiveFault,
    Attempt,
    CountSide,
    Event,
    FaultEnded,
    Hold,
    HoldEnded,
    HoldTick,
    PhaseEntered,
    Rep,
    RepCompleted,
    SelfTestResult,
)
from formcheck.core.judge.checks import CheckEvent, CheckWatch, excess
from formcheck.core.judge.cycles import CirclePhases, PulsePhases
from formcheck.core.judge.reps import (
    FLICKER_S,
    HoldPhases,
    HoldSpan,
    Labelled,
    RepMovement,
    RepPhases,
)
from formcheck.core.judge.self_test import SECONDS_ERROR, ValueWatch, result_of
from formcheck.core.measure.kinds import FAR_SIDE, REGISTRY
from formcheck.core.measure.positions import drift_across, framing_trouble, position_trouble
from formcheck.core.measure.smoothing import SPEED_S, SpeedMeter, of_other_leg
from formcheck.core.pose import SIDES, Side, landmark_of, other_side
from formcheck.core.spec.exercise import (
    Bound,
    Check,
    Circle,
    ExerciseSpec,
    Pulse,
    Quantity,
    RepRule,
    RepSpec,
)

READY_S = 0.3
# The position may be left for this long (a stumble, a hidden joint) before all is set back.
UNREADY_S = 1.5
# Hips that went further than this many trunk lengths within DRIFT_S are walking, not starting.
DRIFT = 0.9
DRIFT_S = 0.8
# Over less time less is walking (a recording may begin with it), but this share may be sway.
DRIFT_LEAST = 0.3
NEUTRAL_S = 0.6
# Someone whose trunk and thighs moved by more than this is not showing a neutral position.
STILL_DEG = 8.0
# In a front view the thigh's angle comes from an arc cosine that is wild near zero: there the
# height of the knees (in trunk lengths) tells whether somebody moves.
_STILL = {
    "trunk_lean_sagittal_deg": STILL_DEG,
    "trunk_lean_frontal_deg": STILL_DEG,
    "knee_height_left": 0.06,
    "knee_height_right": 0.06,
}
_STILL_SIDE = {"thigh_elevation_left_deg": STILL_DEG, "thigh_elevation_right_deg": STILL_DEG}
_MOVING = ("up", "top", "down", "turn")
_REP_PHASES = {"rep": _MOVING, "up": ("up",), "top": ("top",), "down": ("down",)}
# `begins` is looked at from so long before a movement left rest until so long after it.
BEGINS_BEFORE_S, BEGINS_AFTER_S = 0.4, 0.3
# Of a leg that a standing person lifts, the knee is seen at least this well (visibility) at least
# once: 0.58 and more in rendered and recorded people. Where somebody walks past behind, the model
# takes their leg for the far one, at 0.45.
KNEE_SEEN = 0.5
BEGINS_S = BEGINS_BEFORE_S + BEGINS_AFTER_S
# Start bounds may be missed by this much (degrees, as `give` of a hold) before somebody is taken to
# do something else.
START_GIVE = 10.0
# And by this much before anything began; then it is lost, and was only passed on the way down.
START_KEPT_GIVE = 5.0
NOT_AT_START = "get into the start position"
NO_NEUTRAL = "the start position was not held still"
# Lowering over lifting time of half a second each, both off by half a frame.
RATIO_ERROR = 0.15
# In a self-test a pose that lasts is judged across moments in which the model mistakes the legs.
POSITION_GAP_S = 0.4
WHATEVER_S = 0.3
# Legs are taken for one another as one of them sets out, or a bit later.
CONFUSED_S = 0.15


@dataclass(slots=True)
class _Moment:
    time_s: float
    values: Mapping[str, float]
    reasons: Mapping[str, str]
    near_side: Side | None
    in_position: bool
    other_person: bool
    mended: bool = False
    knee_seen: float = 1.0
    speeds: Mapping[str, float] = field(default_factory=dict)
    planted: bool = False


@dataclass(slots=True)
class _UnderWay:
    """What was seen of the movement that is under way: whether it is this exercise's, this leg's.

    Moments of the top in all, with position and `requires`, and with `or_at_top`; when it left rest
    and whether `begins` held in the moments around; how long the value was not sure, and how well
    the knee was seen at best; and the moments that are judged once it is known whose it is.
    """

    required_seen: int = 0
    required_held: int = 0
    told_at_top: int = 0
    left_rest_s: float = math.nan
    beginning: deque[tuple[float, bool]] = field(default_factory=deque)
    unsure_s: float = 0.0
    knee_seen: float = 0.0
    waiting: list[tuple[str, _Moment]] = field(default_factory=list)


class Readiness:
    """Whether the start position was held, and what is missing."""

    def __init__(self, spec: ExerciseSpec, side: CountSide) -> None:
        self._spec, self._side = spec, side
        self.ready = False
        self.since_s = math.nan
        self.message: str | None = None
        self.in_position = False
        self._good_since: float | None = None
        self._last_good_s = math.nan
        self._recent: deque[Body] = deque()
        self._values: deque[tuple[float, Mapping[str, float]]] = deque()
        self.neutral: dict[str, float] = {}

    def update(
        self, time_s: float, tracked: Tracked, unit: SideUnit, m: _Moment, *, begun: bool
    ) -> None:
        """Take one moment; `begun` says whether anything was done since the start was held."""
        body = tracked.body
        if tracked.restarted:
            self.ready, self._good_since = False, None
            self._recent.clear()
            self._values.clear()
        trouble = None if m.planted else self._trouble(body, unit, m)
        self._remember(body)
        self.in_position = trouble is None
        if self.in_position and self.ready and not begun:
            trouble = unit.start_trouble(m, START_KEPT_GIVE)
        if trouble is None:
            self._last_good_s = time_s
            if self._good_since is None:
                self._good_since = time_s
            if not self.ready and time_s - self._good_since >= READY_S:
                self.ready, self.since_s = True, self._good_since
                self.neutral.clear()
            if not (self.neutral and unit.busy):
                self._learn_neutral(time_s, m.values)
            return
        self.message = trouble
        if not self.ready:
            self._good_since = None
            self._values.clear()
        elif time_s - self._last_good_s > UNREADY_S:
            self.ready = False
            self._good_since = None
            self._values.clear()

    def _trouble(self, body: Body | None, unit: SideUnit, m: _Moment) -> str | None:
        if body is None:
            return "stay alone in the picture" if m.other_person else "step into the picture"
        spec = self._spec
        trouble = framing_trouble(body, spec)
        if trouble:
            return trouble
        working: Side = body.view.near_side if self._side == "both" else self._side
        passes = spec.passes if self.ready else ()
        trouble = position_trouble(body, spec.position, working, passes)
        if trouble or self.ready:
            return trouble
        if self._walks(body):
            return "stay in one place for a moment"
        for bound in spec.start:
            value, reason = unit.value_of(bound.measurement, bound.leg, m)
            if math.isnan(value):
                return reason
        return unit.start_trouble(m)

    def _walks(self, body: Body) -> bool:
        if not self._recent:
            return False
        before = self._recent[0]
        share = (body.pose.time_s - before.pose.time_s) / DRIFT_S
        return drift_across(body, before) > DRIFT * max(share, DRIFT_LEAST)

    def _remember(self, body: Body | None) -> None:
        if body is None:
            self._recent.clear()
            return
        self._recent.append(body)
        while self._recent[0].pose.time_s < body.pose.time_s - DRIFT_S:
            self._recent.popleft()

    def _learn_neutral(self, time_s: float, values: Mapping[str, float]) -> None:
        """Keep the person's own values once they stayed still in the start position.

        What could not be seen then (somebody still turned to the camera) is kept the next time
        that they stay still there.
        """
        unknown = [n for n, v in values.items() if math.isnan(self.neutral.get(n, math.nan))]
        if self.neutral and all(math.isnan(values[name]) for name in unknown):
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
        again = bool(self.neutral)
        for name in unknown:
            known = [row[name] for _, row in rows if not math.isnan(row[name])]
            # The first neutral takes what there is; a later one must have been seen throughout.
            enough = len(known) == len(rows) if again else bool(known)
            self.neutral[name] = median(known) if enough else math.nan
        rows.clear()


class SideUnit:
    """The state of one side (or of ``both``)."""

    def __init__(self, spec: ExerciseSpec, side: CountSide) -> None:
        self.spec, self.side = spec, side
        self.reps = self.attempts = 0
        self._done_hold_s = 0.0
        self.timed_s = 0.0
        self._began_s: float | None = None
        self.phase = "setup"
        self._readiness = Readiness(spec, side)
        self._moments: dict[int, _Moment] = {}
        self._ticks = 0
        self._now: _Moment | None = None
        self._rep = _rep_phases(spec)
        self._hold = HoldPhases(spec.hold.enter_s, spec.hold.gap_s) if spec.hold else None
        self._planted = Planted(spec.position)
        self._values = [ValueWatch(value) for value in spec.test.values] if spec.test else []
        # What a try that broke the protocol came to, by and large: kept with it, as not valid.
        self._whatever = [
            ValueWatch(w.rule.model_copy(update={"for_s": min(w.rule.for_s, WHATEVER_S)}))
            for w in self._values
        ]
        self._in_position_s = -math.inf
        self._drifts = self._is_out = False
        # Whether the last movement was counted, as a rep or as an attempt.
        self._counted = False
        self._meters = {
            REGISTRY[check.measurement].full_name(leg): SpeedMeter()
            for check in spec.checks
            for leg in SIDES
            if check.of == "speed"
        }
        self.watches = [self._watch(check) for check in spec.checks]
        self._under_way = _UnderWay()
        self._fault_log: list[tuple[str, float, float]] = []

    def _watch(self, check: Check) -> CheckWatch:
        kind = REGISTRY[check.measurement]
        name = kind.full_name(None if self.side == "both" else self._leg(check.leg, "left"))
        unit = {"deg": "deg", "ratio": "ratio", "per_s": "deg/s"}[kind.unit]
        # What a position adds is there at the start as well, and cancels.
        in_position = kind.error_in if check.relative_to == "zero" else {}
        error = in_position.get(self.spec.position, kind.error)
        match check.of:
            case "value" | "reached":
                return CheckWatch(check, self.side, name, unit, error)
            case "speed":
                return CheckWatch(check, self.side, name, f"{unit}/s", error / SPEED_S / 2)
            case "size":
                # Both ends of a movement are off the same way, so its size is off by less.
                return CheckWatch(check, self.side, name, unit, error / 2)
            case "turns":
                return CheckWatch(check, self.side, check.of, "turns", 0.0)
            case "down_over_up":
                return CheckWatch(check, self.side, check.of, "ratio", RATIO_ERROR)
        return CheckWatch(check, self.side, check.of, "s", SECONDS_ERROR)

    # -- values -------------------------------------------------------------------------------

    def _leg(self, leg: str, near_side: Side) -> Side:
        working: Side = near_side if self.side == "both" else self.side
        return working if leg == "working" else other_side(working)

    def value_of(self, measurement: str, leg: str, m: _Moment) -> tuple[float, str | None]:
        """Return a measurement of the working or other leg, NaN with its reason."""
        kind = REGISTRY[measurement]
        name = kind.full_name(self._leg(leg, m.near_side or "left"))
        value = m.values[name]
        return value, m.reasons.get(name)

    def _name_of(self, item: Quantity, m: _Moment) -> str:
        kind = REGISTRY[item.measurement]
        return kind.full_name(self._leg(item.leg, m.near_side or "left"))

    def _relative_value(self, item: Quantity, m: _Moment) -> tuple[float, str | None]:
        """Return a value counted from what the spec says, NaN with its reason."""
        value, reason = self.value_of(item.measurement, item.leg, m)
        if item.relative_to == "neutral" and not math.isnan(value):
            value -= self._neutral(item, m)
            reason = NO_NEUTRAL if math.isnan(value) else None
        return value, reason

    def _neutral(self, item: Quantity, m: _Moment) -> float:
        return self._readiness.neutral.get(self._name_of(item, m), math.nan)

    def _judged_value(self, check: Check, m: _Moment) -> tuple[float, str]:
        """Return what a check judges in a moment; NaN without a reason: nothing to judge yet."""
        kind = REGISTRY[check.measurement]
        leg = self._leg(check.leg, m.near_side or "left")
        value, reason = self.value_of(check.measurement, check.leg, m)
        in_side_view = self.spec.view == "side" and "side" in kind.views
        if kind.sided and in_side_view and not kind.far_side and leg != m.near_side:
            return math.nan, reason or FAR_SIDE
        if check.of == "speed" and not math.isnan(value):
            return m.speeds[self._name_of(check, m)], ""
        return value, reason or ""

    # -- state shown --------------------------------------------------------------------------

    @property
    def ready(self) -> bool:
        """True while the start position was held and not left; timed exercises need none."""
        return self._readiness.ready or self.spec.kind == "timed"

    @property
    def message(self) -> str | None:
        """What is missing to be ready."""
        return self._readiness.message

    @property
    def busy(self) -> bool:
        """True while a movement or hold is under way."""
        return self.phase in (*_MOVING, "hold", "timed")

    @property
    def movement_start_s(self) -> float:
        """When the rep under way left rest; NaN at rest, and where something else is counted."""
        return self._rep.start_s if isinstance(self._rep, RepPhases) else math.nan

    @property
    def prominence(self) -> tuple[bool, bool, bool]:
        """Order in which sides are shown."""
        return (self.busy and self.ready, self.ready, self._readiness.in_position)

    @property
    def total_hold_s(self) -> float:
        """Seconds held in finished and running holds."""
        running = self._hold.hold_s if self._hold and self._hold.on else 0.0
        return self._done_hold_s + running

    @property
    def hold_now_s(self) -> float | None:
        """Seconds of the hold that is on."""
        if self._hold is not None:
            return self._hold.hold_s if self._hold.on else None
        at_top = self._rep is not None and self.phase == "top" and self.ready
        return self._rep.hold_s if self._rep and at_top else None

    @property
    def joint(self) -> str | None:
        """Full name of the measurement that the exercise is about."""
        if self._now is None:
            return None
        name = self.spec.main_measurement
        if name is None:
            return None
        rule = self.spec.hold or (self.spec.test and self.spec.test.values[0])
        leg = rule.leg if rule else "working"
        kind = REGISTRY[name]
        return kind.full_name(self._leg(leg, self._now.near_side or "left"))

    @property
    def joint_target(self) -> float | None:
        """Target of that measurement."""
        if self.spec.rep is not None:
            return self.spec.rep.target
        rule = self.spec.hold
        for bound in rule.bounds if rule else ():
            assert rule is not None
            if (bound.measurement, bound.leg) == (rule.measurement, rule.leg):
                return bound.at_least if bound.at_least is not None else bound.at_most
        return None

    def active_faults(self) -> list[ActiveFault]:
        """Return the faults that are on."""
        return [fault for watch in self.watches if (fault := watch.active_fault())]

    # -- one moment ---------------------------------------------------------------------------

    def update(
        self,
        key: int,
        time_s: float,
        tracked: Tracked,
        values: Mapping[str, float],
        reasons: Mapping[str, str],
        *,
        begun: bool,
    ) -> list[Event]:
        """Take one moment; return what happened.

        `begun` says whether any side did anything since the start position was held.
        """
        if self.spec.kind == "timed":
            return self._update_timed(time_s)
        body = tracked.body
        near = body.view.near_side if body else (self._now.near_side if self._now else None)
        speeds = {name: meter.update(time_s, values[name]) for name, meter in self._meters.items()}
        since_s = time_s - self._now.time_s if self._now else 0.0
        m = self._now = _Moment(
            time_s,
            values,
            reasons,
            near,
            False,
            tracked.reason == OTHER_PERSON,
            tracked.mended,
            self._knee_visibility(tracked),
            speeds,
            self._planted.holds(time_s, body, mended=tracked.mended),
        )
        was_ready = self.ready
        self._readiness.update(time_s, tracked, self, m, begun=begun)
        m.in_position = self._readiness.in_position
        if m.in_position:
            self._in_position_s = time_s
        events: list[Event] = []
        if was_ready and not self.ready:
            events += self._leave_all(time_s)
        if self._rep is not None:
            events += self._update_rep(key, m, since_s)
        else:
            events += self._update_hold(m, body) if self._hold else self._update_test(m)
        return events

    def exchange_movement(self, other: SideUnit) -> None:
        """Give the movement that is under way to the other leg, and take that one's."""
        self.phase, other.phase = other.phase, self.phase
        self._rep, other._rep = other._rep, self._rep
        self._moments, other._moments = other._moments, self._moments
        self._under_way, other._under_way = other._under_way, self._under_way

    def exchange_speeds(self) -> None:
        """Give each leg's speed the other's past."""
        self._meters = of_other_leg(self._meters)

    def _knee_visibility(self, tracked: Tracked) -> float:
        if self.side == "both":
            return 1.0
        return float(tracked.pose.landmarks[landmark_of(self.side, "knee"), 3])

    def _update_timed(self, time_s: float) -> list[Event]:
        """Time runs, whoever is seen: nothing is judged."""
        if self._began_s is None:
            self._began_s = time_s
        self.timed_s = time_s - self._began_s
        return self._enter("timed", time_s)

    def _update_rep(self, key: int, m: _Moment, since_s: float) -> list[Event]:
        rule = self.spec.rep_rule
        assert self._rep is not None
        assert rule is not None
        value, _ = self.value_of(rule.measurement, "working", m)
        if isinstance(self._rep, CirclePhases):
            assert isinstance(rule, Circle)
            across, _ = self.value_of(rule.across, "working", m)
            value += 0.0 * across  # NaN where either is unknown
            labelled, movement = self._rep.update(key, m.time_s, value, across)
        else:
            if isinstance(rule, RepSpec) and rule.relative_to == "neutral":
                name = REGISTRY[rule.measurement].full_name(
                    self._leg("working", m.near_side or "left")
                )
                value -= self._readiness.neutral.get(name, math.nan)
            labelled, movement = self._rep.update(key, m.time_s, _scale_of(rule) * value)
        if math.isnan(value) or m.mended:
            self._under_way.unsure_s += since_s
        self._under_way.knee_seen = max(self._under_way.knee_seen, m.knee_seen)
        if not math.isnan(value):  # unknown moments get no phase, so nobody would fetch them
            self._moments[key] = m
        return self._after_rep_step(labelled, movement, m.time_s)

    def _after_rep_step(
        self, labelled: list[Labelled], movement: RepMovement | None, time_s: float
    ) -> list[Event]:
        events: list[Event] = []
        moments = [(item.phase, self._moments.pop(item.key)) for item in labelled]
        reached = self._has_reached(movement)
        for phase, moment in moments:
            self._note_beginning(phase, moment)
            self._note_required(phase, moment, reached)
        waiting = self._under_way.waiting
        told_later = self.spec.rep is not None and bool(self.spec.rep.or_at_top)
        waits = told_later and not self._is_ours()
        if not waits:
            for earlier in waiting:
                events += self._judge(*earlier)
            waiting.clear()
        for phase, moment in moments:
            events += self._enter(phase, moment.time_s)
            if waits and phase in _MOVING:
                waiting.append((phase, moment))
            else:
                events += self._judge(phase, moment)
        if movement is not None:
            events += self._finish_movement(movement, time_s)
            self._under_way = _UnderWay()
        elif moments and moments[-1][0] == "rest":
            # Who only moved about (to lie down) must not speak against the first movement.
            way = self._under_way
            way.unsure_s = way.knee_seen = 0.0
            way.required_seen = way.required_held = way.told_at_top = 0
            if not math.isnan(way.left_rest_s):  # it came back without having been a movement
                way.left_rest_s = math.nan
                way.beginning.clear()
                way.waiting.clear()
        return events

    def _enter(self, phase: str, time_s: float) -> list[Event]:
        phase = "setup" if phase == "unknown" else phase
        if phase == self.phase:
            return []
        if phase in _MOVING and self.phase not in _MOVING:
            for watch in self.watches:
                watch.forget_gathered()
        self.phase = phase
        return [PhaseEntered(time_s, self.side, phase)] if self.ready else []

    def _judge(self, phase: str, m: _Moment) -> list[Event]:
        """Hand one moment to the checks of its phase."""
        events: list[Event] = []
        for watch in self.watches:
            check = watch.check
            if check.once_a_rep:
                if check.gathered and phase in _REP_PHASES[check.during]:
                    self._gather(watch, m)
                continue
            if self.ready and self._is_in_place(m) and self._is_judged(check, phase, m):
                value, reason = self._judged_value(check, m)
                unsure = m.mended or not m.in_position
                if unsure and "knee" in REGISTRY[check.measurement].joints:
                    continue  # parted legs are good to count by, not to judge by
                if reason or not math.isnan(value):
                    neutral = self._neutral(check, m)
                    events += self._log(watch.update(m.time_s, value, reason, neutral))
            else:
                events += self._log(watch.phase_over(m.time_s))
        return events

    def _is_in_place(self, m: _Moment) -> bool:
        """Whether somebody is in position; in a self-test, whether they were a moment ago."""
        lately = self.spec.kind == "test" and m.time_s - self._in_position_s <= POSITION_GAP_S
        return m.in_position or lately

    def _gather(self, watch: CheckWatch, m: _Moment) -> None:
        """Keep one moment for a check that judges a phase as a whole."""
        value, reason = self._judged_value(watch.check, m)
        if not (m.mended and "knee" in REGISTRY[watch.check.measurement].joints):
            watch.gather(m.time_s, value, reason, self._neutral(watch.check, m))

    def start_trouble(self, m: _Moment, give: float = 0.0) -> str | None:
        """Return what to do about the first bound of the start position that is missed."""
        for bound in self.spec.start:
            if self._bound_missed(bound, m, give):
                return bound.cue or NOT_AT_START
        return None

    def _is_set_up(self, m: _Moment) -> bool:
        """Whether somebody still is as they have to be at the start (feet a long step apart)."""
        busy = self._hold is not None and self._hold.on
        return busy or self.start_trouble(m, START_GIVE) is None

    def _is_judged(self, check: Check, phase: str, m: _Moment) -> bool:
        if check.during == "exercise":
            return self._is_set_up(m)
        if self._rep is not None and phase in _MOVING:
            # Only a movement that reached its top, as this exercise, can have faults: the moments
            # on the way up are handed over once that is certain.
            return self._is_this_exercise() and phase in _REP_PHASES.get(check.during, ())
        if self._is_out or (self._drifts and check.relative_to != "best"):
            return False  # out of the hold, or on the way: only the way is to be told
        return check.during == phase

    def _log(self, events: Sequence[CheckEvent]) -> Sequence[CheckEvent]:
        """Note the faults that ended, for the rep or hold they belong to."""
        for event in events:
            if isinstance(event, FaultEnded):
                f = event.fault
                self._fault_log.append((f.check, f.start_s, f.end_s))
        return events

    def _faults_between(self, start_s: float, end_s: float) -> tuple[str, ...]:
        names = [c for c, a, b in self._fault_log if a <= end_s and b >= start_s]
        names += [
            fault.check for watch in self.watches if (fault := watch.active_fault()) is not None
        ]
        return tuple(dict.fromkeys(names))

    def _finish_movement(self, mv: RepMovement, time_s: float) -> list[Event]:
        rule = self.spec.rep_rule
        assert rule is not None
        mv = replace(mv, best=mv.best / _scale_of(rule))
        counted_before, self._counted = self._counted, False
        long_enough = rule.min_s <= mv.rep_s <= rule.max_s
        # A recording may begin in the middle of a set: ready by the end of the movement is enough,
        # as position and requires are asked for at its top as well.
        began_ready = self.ready and self._readiness.since_s <= mv.end_s
        other_way = isinstance(rule, Circle) and rule.direction not in {
            "either", mv.direction or rule.direction
        }  # fmt: skip
        if not (long_enough and began_ready and self._is_this_exercise()) or other_way:
            if isinstance(self._rep, CirclePhases):
                self._rep.forget_turns()
            return []
        if self.spec.position == "standing" and self._under_way.knee_seen < KNEE_SEEN:
            return []
        # Legs that switch need longer to come back than a model that wavers.
        self._counted = True
        ends_at_top = isinstance(rule, RepSpec) and rule.ends == "top"
        if ends_at_top and counted_before and mv.rested_s < FLICKER_S:
            return []
        unit = REGISTRY[rule.measurement].unit
        events: list[Event] = []
        if (missed := _missed_target(rule, mv)) is not None:
            self.attempts += 1
            best, target = missed
            for watch in self.watches:
                if watch.check.gathered:
                    events += self._log(watch.judge_gathered(time_s))
                elif watch.check.once_a_rep and watch.check.of == "size":
                    events += self._log(self._judge_movement(watch, mv, time_s))
            attempt = Attempt(time_s, self.side, mv.start_s, mv.top_s, best, target, unit)
            return [*events, attempt]
        for watch in self.watches:
            if watch.check.gathered:
                events += self._log(watch.judge_gathered(time_s))
            elif watch.check.once_a_rep:
                events += self._log(self._judge_movement(watch, mv, time_s))
        self.reps += 1
        name, value = _figure_of(rule, mv)
        rep = Rep(
            self.side, mv.start_s, mv.top_s, mv.end_s, mv.hold_s,
            {f"{rule.measurement}_{name}{'_deg' if unit == 'deg' else ''}": value},
            self._faults_between(mv.start_s, mv.end_s),
            mv.direction,
        )  # fmt: skip
        return [*events, RepCompleted(time_s, rep)]

    def _judge_movement(
        self, watch: CheckWatch, mv: RepMovement, time_s: float
    ) -> list[CheckEvent]:
        """Judge the one figure of a movement that a check is about."""
        value: float = getattr(mv, watch.check.of)
        if math.isnan(value):
            return []
        if watch.check.of == "hold_s" and watch.check.at_least is not None:
            # Who stays at a top that only just counts is within its error, and is told of that.
            value = max(value, mv.top_end_s - mv.top_start_s)
            # Moments in which the legs could not be told apart may have been held as well.
            short_s = watch.check.at_least - SECONDS_ERROR - value
            if 0 < short_s <= self._under_way.unsure_s:
                return []
        start_s, end_s = {
            "hold_s": (mv.top_start_s, mv.top_end_s),
            "down_s": (mv.top_end_s, mv.end_s),
            "down_over_up": (mv.top_end_s, mv.end_s),
            "up_s": (mv.start_s, mv.top_start_s),
        }.get(watch.check.of, (mv.start_s, mv.end_s))
        at_s = mv.top_s if watch.check.of == "size" else end_s
        return watch.judge_once(time_s, value, start_s, end_s, at_s)

    def _has_reached(self, movement: RepMovement | None) -> bool:
        """Whether a movement, or the one that is under way, has come to its target."""
        rule = self.spec.rep
        if rule is None:
            return True
        assert isinstance(self._rep, RepPhases)
        best = movement.best if movement is not None else self._rep.best
        return not _misses(rule, best / _scale_of(rule))

    def _note_required(self, phase: str, m: _Moment, reached: bool) -> None:
        """Count the moments at the top (of a pulse or circle: all) in which `requires` held."""
        rule = self.spec.rep_rule
        assert rule is not None
        if phase in (("top",) if isinstance(rule, RepSpec) else _MOVING):
            self._under_way.required_seen += 1
            bounds = rule.requires
            if isinstance(rule, RepSpec) and reached:
                bounds += rule.at_target
            self._under_way.required_held += m.in_position and not any(
                self._bound_missed(bound, m) for bound in bounds
            )
            if isinstance(rule, RepSpec) and rule.or_at_top:
                self._under_way.told_at_top += self._holds(rule.or_at_top, m) is True

    def _note_beginning(self, phase: str, m: _Moment) -> None:
        """Keep whether `begins` held, from shortly before to shortly after it left rest."""
        rule = self.spec.rep
        if rule is None or not rule.begins:
            return
        way = self._under_way
        if phase == "up" and math.isnan(way.left_rest_s):
            way.left_rest_s = m.time_s
        if m.time_s - way.left_rest_s > BEGINS_AFTER_S or phase not in ("rest", "up"):
            return
        held = self._holds(rule.begins, m)
        if held is not None:
            way.beginning.append((m.time_s, held))
        while way.beginning and way.beginning[0][0] < m.time_s - BEGINS_S:
            way.beginning.popleft()

    def _holds(self, bounds: Sequence[Bound], m: _Moment) -> bool | None:
        """Whether all bounds hold; None where one of them cannot be seen."""
        if any(math.isnan(self._relative_value(bound, m)[0]) for bound in bounds):
            return None
        return not any(self._bound_missed(bound, m) for bound in bounds)

    def _is_ours(self) -> bool:
        """Whether `begins` held, or `or_at_top`: it is this exercise's movement and this leg's."""
        if self.spec.rep is None or not self.spec.rep.begins:
            return True
        way = self._under_way
        held = [kept for _, kept in way.beginning]
        begun = bool(held) and 2 * sum(held) >= len(held)
        return begun or way.required_seen < 2 * way.told_at_top

    def _is_this_exercise(self) -> bool:
        """Whether it is ours, and position and `requires` held in most of the top."""
        way = self._under_way
        return self._is_ours() and 0 < way.required_seen <= 2 * way.required_held

    def _update_hold(self, m: _Moment, body: Body | None) -> list[Event]:
        rule = self.spec.hold
        assert rule is not None
        assert self._hold is not None
        give = rule.give if self._hold.on else 0.0
        holding = self._holding(give, m)
        if m.mended and holding is False:
            holding = None  # parted legs are good to count by, not to end a hold by
        events: list[Event] = []
        # Who holds is also nearly holding: only who does not is looked at again.
        lets_go = self._hold.on and rule.let_go > give
        nearly = lets_go and bool(holding or self._holding(rule.let_go, m))
        span = self._hold.update(m.time_s, holding, nearly=nearly)
        self._drifts = nearly and holding is False
        self._is_out = lets_go and not nearly and holding is False
        if span is not None:
            events += self._finish_hold(span, m.time_s)
        if not self._hold.on:
            self._planted.forget()
        elif holding:
            self._planted.confirm(m.time_s, body, mended=m.mended)
        phase = "hold" if self._hold.on else "rest"
        events += self._enter(phase if self.ready else "setup", m.time_s)
        events += self._judge(self.phase, m)
        if self._hold.on and int(self._hold.hold_s) > self._ticks:
            self._ticks = int(self._hold.hold_s)
            events.append(HoldTick(m.time_s, self.side, self._hold.hold_s))
        return events

    def _update_test(self, m: _Moment) -> list[Event]:
        measuring = False
        for watch, whatever in zip(self._values, self._whatever, strict=True):
            value, reason = self._relative_value(watch.rule, m)
            seen = [(bound, *self._relative_value(bound, m)) for bound in watch.rule.when]
            missed = [bound for bound, v, _ in seen if excess(bound, v) > 0]
            in_place = self.ready and m.in_position
            # A leg that does nothing is no try, not even one that broke the protocol.
            tried = not any(_is_of(bound, watch.rule) for bound in missed)
            whatever.update(m.time_s, value, counts=in_place and tried and not m.mended)
            counts = in_place and not missed
            unseen = [
                f"{REGISTRY[b.measurement].label}: {why}" for b, v, why in seen if math.isnan(v)
            ]
            watch.update(m.time_s, value, counts=counts, unseen=unseen, why_unknown=reason)
            measuring |= counts and not math.isnan(value)
        events = self._enter(("test" if measuring else "rest") if self.ready else "setup", m.time_s)
        return events + self._judge(self.phase, m)

    def self_test_results(self) -> list[SelfTestResult]:
        """Return the numbers of a self-test so far; none where this side did nothing."""
        conditions = [watch for watch in self.watches if watch.check.invalidates]
        missed = {name for name, _, _ in self._fault_log}
        missed |= {fault.check for fault in self.active_faults()}
        broken = [w.check.cue for w in conditions if w.check.id in missed]
        values = self._values
        if _measured_nothing(values):
            values = self._whatever
            if not broken or _measured_nothing(values):
                return []
        unseen = [
            f"{REGISTRY[w.check.measurement].label}: {found[0]}"
            for w in conditions
            if (found := w.unassessed()) is not None
        ]
        return [
            result_of(watch, self.side, self.spec.position, broken, unseen)
            for watch in values
        ]

    def _holding(self, give: float, m: _Moment) -> bool | None:
        """Whether the hold's bounds hold; None where they cannot be seen."""
        assert self.spec.hold is not None
        bounds = self.spec.hold.bounds
        if not (self.ready or m.in_position):
            # In position but not ready yet, it counts from here once it is.
            return False
        if m.planted:
            return True
        if any(self._bound_missed(bound, m, give) for bound in bounds):
            return False
        if m.in_position and all(self._bound_holds(bound, give, m) for bound in bounds):
            return True
        unseen = any(math.isnan(self._relative_value(bound, m)[0]) for bound in bounds)
        return None if unseen else False

    def _bound_missed(self, bound: Bound, m: _Moment, give: float = 0.0) -> bool:
        """Whether a bound is known to be missed: what cannot be seen excludes nothing."""
        value, _ = self._relative_value(bound, m)
        return not math.isnan(value) and not self._bound_holds(bound, give, m)

    def _bound_holds(self, bound: Bound, give: float, m: _Moment) -> bool:
        value, _ = self._relative_value(bound, m)
        if REGISTRY[bound.measurement].unit != "deg":
            give /= 50.0
        return not math.isnan(value) and excess(bound, value, give) <= 0

    def _finish_hold(self, span: HoldSpan, time_s: float) -> list[Event]:
        assert self.spec.hold is not None
        self._ticks = 0
        if span.hold_s < self.spec.hold.min_s:
            return []
        self._done_hold_s += span.hold_s
        faults = self._faults_between(span.start_s, span.end_s)
        hold = Hold(self.side, span.start_s, span.end_s, span.hold_s, faults)
        return [HoldEnded(time_s, hold)]

    def _leave_all(self, time_s: float) -> list[Event]:
        events: list[Event] = []
        for watch in self.watches:
            events += self._log(watch.phase_over(time_s))
        if self._hold is not None and (span := self._hold.end()) is not None:
            events += self._finish_hold(span, time_s)
        return events

    def finish(self, time_s: float) -> list[Event]:
        """End of the recording."""
        events: list[Event] = []
        if self._rep is not None:
            labelled, movement = self._rep.finish(time_s)
            events += self._after_rep_step(labelled, movement, time_s)
        return events + self._leave_all(time_s)


def _measured_nothing(watches: Sequence[ValueWatch]) -> bool:
    return all(math.isnan(watch.reached().value) for watch in watches)


def _is_of(bound: Quantity, value: Quantity) -> bool:
    """Whether both are about the same measurement of the same leg."""
    return (bound.measurement, bound.leg) == (value.measurement, value.leg)


def _rep_phases(spec: ExerciseSpec) -> RepPhases | PulsePhases | CirclePhases | None:
    """Return what counts the reps of a spec."""
    rule = spec.rep_rule
    if rule is None:
        return None
    if isinstance(rule, Pulse):
        return PulsePhases(rule.size, rule.max_s)
    if isinstance(rule, Circle):
        return CirclePhases(rule.least, rule.size)
    scale, sign = _scale_of(rule), 1 if rule.rising else -1
    return RepPhases(
        scale * rule.rest,
        scale * rule.top,
        scale * (rule.target - sign * rule.tolerance),
        sign,
        ends_at_top=rule.ends == "top",
        least_s=rule.min_s,
    )


def _scale_of(rule: RepRule) -> float:
    """Return what values are multiplied by, as the phases think in degrees or per cent."""
    in_shares = isinstance(rule, RepSpec) and REGISTRY[rule.measurement].unit == "ratio"
    return 100.0 if in_shares else 1.0


def _missed_target(rule: RepRule, mv: RepMovement) -> tuple[float, float] | None:
    """Return what a movement reached and should have, where it missed its target."""
    if isinstance(rule, Circle):
        return (mv.size, rule.size) if mv.size < rule.size else None
    if isinstance(rule, Pulse):
        return None
    return (mv.best, rule.target) if _misses(rule, mv.best) else None


def _misses(rule: RepSpec, best: float) -> bool:
    """Whether the best value of a movement is too far from its target to count."""
    return (1 if rule.rising else -1) * (best - rule.target) < -rule.tolerance


def _figure_of(rule: RepRule, mv: RepMovement) -> tuple[str, float]:
    """Return the figure that a rep is known by: its peak, or how large it was."""
    if isinstance(rule, RepSpec):
        return ("max" if rule.rising else "min"), mv.best
    return ("radius" if isinstance(rule, Circle) else "size"), mv.size


def exchange_movements(units: Sequence[SideUnit], since_s: float) -> None:
    """Give each leg the movement that the other began since they were taken for one another.

    Movements that had begun before are left to the leg that began them; what was counted and said
    stays.
    """
    for unit in units:
        unit.exchange_speeds()
    known_s = [unit.movement_start_s for unit in units if not math.isnan(unit.movement_start_s)]
    if len(units) < len(SIDES) or not known_s or min(known_s) < since_s - CONFUSED_S:
        return
    units[0].exchange_movement(units[1])


def make_units(spec: ExerciseSpec, side: str | None = None) -> list[SideUnit]:
    """Return the units of a spec: one for each side, or one for both."""
    if spec.kind == "timed" and side in SIDES:
        return [SideUnit(spec, side)]
    if spec.sides == "both" or spec.kind == "timed":
        return [SideUnit(spec, "both")]
    return [SideUnit(spec, s) for s in SIDES if side in (None, "alternate", s)]
