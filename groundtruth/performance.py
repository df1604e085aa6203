"""Let a body perform a motion script: key poses, smooth movement, planted feet.

A performance is compiled once for a body, because where a foot lands and which angle lays a
sole flat depends on the body.  After that every moment can be asked for in any order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from groundtruth.body import Contact, PosedBody
from groundtruth.contacts import POINT_BAND_M
from groundtruth.joint_angles import ANGLE_NAMES, JointAngles, Placement
from groundtruth.motions.script import (
    OTHER_SIDE,
    Fault,
    Motion,
    MotionError,
    PoseSpec,
    named_pose,
    sequence,
)
from groundtruth.truth import thigh_trunk_flexion_deg

STEP_S = 0.56
"""Seconds of one walking step: a relaxed indoor pace."""
TURN_STEP_DEG = 60.0
TURN_STEP_S = 0.38
CLEAN_HOLD_S = 4.5
"""How long a hold is held well before its mistake begins."""


class Poseable(Protocol):
    """What a performance needs of a body."""

    def pose(
        self, angles: JointAngles, placement: Placement, contacts: tuple[Contact, ...]
    ) -> PosedBody:
        """Pose the body, see `groundtruth.body.Body.pose`."""
        ...


@dataclass(frozen=True, slots=True)
class Rep:
    """One repetition as it was performed."""

    side: str
    start_s: float
    top_s: float
    end_s: float
    hold_s: float
    counts: str = "rep"
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class Hold:
    """One hold as it was performed."""

    side: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class FaultInterval:
    """When a mistake was there."""

    check: str
    side: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class _Key:
    """A key pose on the time line, and how it is reached from the one before."""

    time_s: float
    values: np.ndarray
    velocity: np.ndarray
    contacts: tuple[str, ...]
    anchor: str
    anchor_xy: tuple[float, float]
    side: str
    through: bool


_PLACEMENT_VALUES = ("heading_deg", "pitch_deg", "roll_deg")


@dataclass(frozen=True, slots=True)
class Manner:
    """How a person does it: the clean variation between people and days.

    Attributes
    ----------
    tempo
        Factor on all durations; above 1 is slower.
    sway_deg
        Amplitude of the slow sway in standing.
    unevenness
        Relative scatter of the durations, and degrees of scatter of the key angles over 100.
    seed
        Everything random comes from it.
    yaw_deg, lean_deg
        Constant offset of heading and root pitch.
    """

    tempo: float = 1.0
    sway_deg: float = 0.5
    unevenness: float = 0.05
    seed: int = 0
    yaw_deg: float = 0.0
    lean_deg: float = 0.0


class Performance:
    """A motion performed by a body.

    Parameters
    ----------
    body
        Who does it.
    motion
        What is done.
    fault
        The mistake made, or ``None`` for a clean performance.
    sides
        The working side of each repetition or hold.
    heading_deg
        Working side to heading in the exercise.
    walk_in_deg, walk_out_deg
        Heading of the walk in and out.
    manner
        Tempo, sway, scatter and seed.
    intro
        Whether the person walks in and out, or is filmed in position only.
    """

    def __init__(
        self,
        body: Poseable,
        motion: Motion,
        *,
        fault: Fault | None = None,
        sides: Sequence[str] | None = None,
        heading_deg: dict[str, float] | float = 0.0,
        walk_in_deg: float = 0.0,
        walk_out_deg: float = 0.0,
        manner: Manner = Manner(),
        intro: bool = True,
    ) -> None:
        self.body = body
        self.motion = motion
        self.fault = fault
        self.manner = manner
        self.reps: list[Rep] = []
        self.holds: list[Hold] = []
        self.faults: list[FaultInterval] = []
        self._worked: list[tuple[float, float]] = []
        self._rng = np.random.default_rng(manner.seed)
        self._phase = np.random.default_rng(manner.seed + 1).uniform(0, 2 * math.pi, 8)
        self._keys: list[_Key] = []
        self._pins: dict[str, np.ndarray] = {}
        self._shift = np.zeros(2)
        self._heading_by_side = heading_deg
        self._walk_in_deg, self._walk_out_deg = walk_in_deg, walk_out_deg
        self._intro = intro
        sides = tuple(sides if sides is not None else motion.sides) or ("left",)
        self._heading = self._exercise_heading(sides[0])
        if motion.kind == "reps":
            self._perform_reps(sides)
        elif motion.kind == "hold":
            self._perform_holds(sides)
        else:
            self._perform_steps(sides[0])

    # -- what is asked for ------------------------------------------------------------------

    @property
    def duration_s(self) -> float:
        """Length of the take."""
        return self._keys[-1].time_s

    @property
    def span_s(self) -> tuple[float, float] | None:
        """From the first repetition or hold to the last; ``None`` where there is neither."""
        if not self._worked:
            return None
        return self._worked[0][0], self._worked[-1][1]

    def posed_at(self, time_s: float) -> PosedBody:
        """Return the body at a moment of the take."""
        keys = self._keys
        time_s = min(max(time_s, 0.0), self.duration_s)
        index = 1
        while index < len(keys) - 1 and keys[index].time_s <= time_s:
            index += 1
        before, after = keys[index - 1], keys[index]
        values = _quintic(before, after, time_s)
        return self._pose(values, after, contacts=after.contacts, time_s=time_s)

    # -- the scripts ------------------------------------------------------------------------

    def _perform_reps(self, sides: Sequence[str]) -> None:
        motion, fault = self.motion, self.fault
        assert motion.start is not None
        assert motion.top is not None
        self._pin(self._top(motion, sides[0], faulty=fault is not None and fault.whole), sides[0])
        self._enter(sides[0])
        clean = 0 if fault is None or fault.whole else min(2, len(set(sides)) + 0)
        reversed_from = motion.reversed_from
        if fault is not None and fault.reversed_from is not None:
            clean = reversed_from = fault.reversed_from
        start = motion.start
        self._to(start, sides[0], 0.7)
        self._centre()
        self._stay(1.5)
        for number, side in enumerate(sides):
            faulty = fault is not None and number >= clean
            self._rep(side, faulty, reversed_from is not None and number >= reversed_from)
        self._leave(sides[-1])

    def _rep(self, side: str, faulty: bool, reverse: bool = False) -> None:
        motion, fault = self.motion, self.fault
        assert motion.start is not None
        timing = motion.timing
        if faulty and fault is not None:
            timing = replace(timing, **fault.timing)
        top = self._top(motion, side, faulty)
        start = motion.start.changed(fault.start) if faulty and fault else motion.start
        top = self._scattered(top, side)
        contacts = top.bound_moving(side)
        anchor = top.bound_anchor(side)
        way_up, way_down = motion.way_up, motion.way_down
        if faulty and fault:
            way_up, way_down = fault.way_up or way_up, fault.way_down or way_down
        if reverse:
            way_up, way_down = way_down[::-1], way_up[::-1]
        begin_s = self._now
        self._run(way_up, side)
        # What is not held, and leads on, is passed through.
        passing = timing.hold_s == 0.0 and bool(way_down)
        self._to(top, side, timing.rise_s, contacts=contacts, anchor=anchor, through=passing)
        top_s = self._now
        # How long a position is held is the dose, whatever the tempo of the movement.
        scatter_s = self._rng.uniform(0.0, 0.3)
        if timing.hold_s > 0.0:
            self._stay(timing.hold_s + scatter_s, exact=True)
        hold_end_s = self._now
        self._run(way_down, side)
        if way_down:
            contacts, anchor = start.bound_contacts(side), start.bound_anchor(side)
        self._to(start, side, timing.lower_s, contacts=contacts, anchor=anchor)
        end_s = self._now
        self._worked.append((begin_s, end_s))
        counts = fault.counts if faulty and fault else "rep"
        if counts in ("rep", "attempt"):
            hold_s = hold_end_s - top_s
            middle_s = (top_s + hold_end_s) / 2
            self.reps.append(Rep(side, begin_s, middle_s, end_s, hold_s, counts, reverse))
        first = not self.faults
        if faulty and fault and (first or fault.reversed_from is None):
            self.faults.append(
                FaultInterval(
                    fault.check, side, (begin_s + top_s) / 2, (hold_end_s + end_s) / 2
                )
            )
        self._stay(timing.rest_s)

    def _perform_holds(self, sides: Sequence[str]) -> None:
        for number, side in enumerate(sides):
            whole = self.fault is not None and self.fault.whole
            self._pins.clear()
            self._pin(self._top(self.motion, side, whole), side)
            if number == 0:
                self._enter(side)
            else:
                # The person turns round so that the stretched leg stays near the camera.
                self._run(sequence(f"leave_{self.motion.position}")[:-2], sides[number - 1])
                self._turn(self._exercise_heading(side))
                self._walk(1)
                for step in sequence(f"enter_{self.motion.position}"):
                    if "to" in step:
                        self._run((step,), side)
            self._hold(side, first=number == 0)
        self._leave(sides[-1])

    def _hold(self, side: str, first: bool) -> None:
        motion, fault = self.motion, self.fault
        assert motion.start is not None
        assert motion.top is not None
        timing = motion.timing
        if fault:
            timing = replace(timing, **fault.timing)
        whole = fault is not None and fault.whole
        self._to(motion.start, side, 0.6)
        if first:
            self._centre()
        self._stay(1.5)
        top = self._scattered(self._top(motion, side, whole), side)
        contacts, anchor = top.bound_moving(side), top.bound_anchor(side)
        self._to(top, side, timing.rise_s, contacts=contacts, anchor=anchor)
        start_s = self._now
        fault_s = start_s if whole else None
        end_s = None
        if fault is not None and not whole:
            self._stay(min(CLEAN_HOLD_S, timing.hold_s / 2), exact=True)
            before_s = self._now
            wrong = top.changed(fault.top)
            self._to(wrong, side, 1.2, contacts=contacts, anchor=anchor)
            fault_s = (before_s + self._now) / 2
            if fault.counts == "until_fault":
                end_s = fault_s
            self._stay(timing.hold_s - CLEAN_HOLD_S - 1.2, exact=True)
        else:
            self._stay(timing.hold_s, exact=True)
        lower_s = self._now
        self._to(motion.start, side, timing.lower_s, contacts=contacts, anchor=anchor)
        self._worked.append((start_s, lower_s))
        if fault is None or fault.counts != "nothing":
            self.holds.append(Hold(side, start_s, end_s if end_s is not None else lower_s))
        if fault is not None and fault_s is not None:
            self.faults.append(FaultInterval(fault.check, side, fault_s, lower_s))
        self._stay(timing.rest_s)

    def _perform_steps(self, side: str) -> None:
        self._enter(side)
        self._centre()
        for _ in range(self.motion.repeat):
            self._run(self.motion.steps, side)
        self._leave(side)

    def _enter(self, side: str) -> None:
        position = self.motion.position
        steps = sequence(f"enter_{position}") if self._intro else ()
        if steps and "walk" in steps[0]:
            self._heading = self._walk_in_deg
            self._begin(named_pose("step"), "right")
        elif steps:
            self._begin(named_pose("standing"), side)
        else:
            poses = [step for step in self.motion.steps if "to" in step]
            default = self._step_pose(poses[0]) if poses else named_pose("standing")
            first = self.motion.start or default
            self._begin(first, side)
        self._run(steps, side)

    def _leave(self, side: str) -> None:
        if self._intro:
            self._run(sequence(f"leave_{self.motion.position}"), side)

    def _run(self, steps: Sequence[dict[str, Any]], side: str) -> None:
        for step in steps:
            if "walk" in step:
                self._walk(int(step["walk"]))
            elif "turn" in step:
                self._turn(self._turn_target(step["turn"], side))
            elif "stay" in step:
                self._stay(float(step["stay"]))
            elif "to" in step:
                side_of_step = step.get("side", side)
                pose = self._step_pose(step)
                anchor = _bound(step["on"], side_of_step) if "on" in step else None
                contacts = None
                if "contacts" in step:
                    contacts = tuple(_bound(text, side_of_step) for text in step["contacts"])
                self._to(
                    pose,
                    side_of_step,
                    float(step["s"]),
                    anchor=anchor,
                    contacts=contacts,
                    through=bool(step.get("through", False)),
                )
            else:
                raise MotionError(f"{self.motion.name}: step {step!r} says nothing to do")

    def _step_pose(self, step: dict[str, Any]) -> PoseSpec:
        if step["to"] == "start":
            assert self.motion.start is not None
            pose = self.motion.start
        elif step["to"] == "top":
            assert self.motion.top is not None
            pose = self.motion.top
        else:
            pose = named_pose(step["to"])
        return pose.changed(step["add"]) if "add" in step else pose

    def _turn_target(self, target: str | float, side: str) -> float:
        if target == "in":
            return self._exercise_heading(side)
        if target == "out":
            return self._walk_out_deg
        return self._heading + float(target)

    def _exercise_heading(self, side: str) -> float:
        by_side = self._heading_by_side
        heading = by_side if isinstance(by_side, int | float) else by_side[side]
        return heading + self.manner.yaw_deg

    # -- the moves --------------------------------------------------------------------------

    @property
    def _now(self) -> float:
        return self._keys[-1].time_s

    def _begin(self, pose: PoseSpec, side: str) -> None:
        key = _Key(
            time_s=0.0,
            values=np.zeros(len(ANGLE_NAMES) + len(_PLACEMENT_VALUES)),
            velocity=np.zeros(len(ANGLE_NAMES) + len(_PLACEMENT_VALUES)),
            contacts=pose.bound_contacts(side),
            anchor=pose.bound_anchor(side),
            anchor_xy=(0.0, 0.0),
            side=side,
            through=False,
        )
        self._keys = [replace(key, values=self._solved(pose, side, key))]

    def _walk(self, count: int) -> None:
        first = "left" if self._keys[-1].side == "right" else "right"
        side = first
        for _ in range(count):
            carrying = OTHER_SIDE[side]
            anchor = f"foot_{carrying}"
            half_s = STEP_S / 2
            self._to(named_pose("passing"), carrying, half_s, ("any",), anchor, through=True)
            self._to(named_pose("step"), side, half_s, ("any",), anchor, through=True)
            side = carrying
        landed = OTHER_SIDE[side]
        self._to(named_pose("standing"), landed, STEP_S * 0.9, ("any",), f"foot_{landed}")

    def _turn(self, target_deg: float) -> None:
        delta = (target_deg - self._heading + 180.0) % 360.0 - 180.0
        count = math.ceil(abs(delta) / TURN_STEP_DEG - 1e-6)
        side = "left" if delta > 0 else "right"
        for _ in range(count):
            anchor = f"foot_{OTHER_SIDE[side]}"
            self._heading += delta / count / 2
            pose = named_pose("shuffle")
            self._to(pose, side, TURN_STEP_S / 2, ("any",), anchor, through=True)
            self._heading += delta / count / 2
            self._to(named_pose("standing"), side, TURN_STEP_S / 2, ("any",), anchor)
            side = OTHER_SIDE[side]

    def _stay(self, seconds: float, *, exact: bool = False) -> None:
        if seconds <= 0.0:
            return
        last = self._keys[-1]
        span = seconds if exact else self._lasting(seconds)
        contacts = last.contacts
        self._keys.append(
            replace(last, time_s=last.time_s + span, contacts=contacts, through=False)
        )

    def _to(
        self,
        pose: PoseSpec,
        side: str,
        seconds: float,
        contacts: tuple[str, ...] | None = None,
        anchor: str | None = None,
        *,
        through: bool = False,
    ) -> None:
        last = self._keys[-1]
        bound = pose.bound_contacts(side)
        if contacts is None:
            # On the way between two positions the lowest point of the body is on the floor.
            contacts = bound if bound == last.contacts else ("any",)
        anchor = anchor or pose.bound_anchor(side)
        anchor_xy = self._anchor_xy(last, last.contacts, anchor)
        key = _Key(
            time_s=last.time_s + self._lasting(seconds),
            values=last.values,
            velocity=np.zeros_like(last.values),
            contacts=contacts,
            anchor=anchor,
            anchor_xy=anchor_xy,
            side=side,
            through=through,
        )
        self._keys.append(replace(key, values=self._solved(pose, side, key)))
        self._soften(len(self._keys) - 2)
        if bound != contacts and not through:
            # What follows rests on the contacts of the pose itself.
            last = self._keys[-1]
            own_anchor = pose.bound_anchor(side)
            settled = replace(
                last,
                time_s=last.time_s + 1e-6,
                contacts=bound,
                anchor=own_anchor,
                anchor_xy=self._anchor_xy(last, bound, own_anchor),
                through=False,
            )
            self._keys.append(settled)

    def _soften(self, index: int) -> None:
        """Give a key that is passed through the mean velocity of its two neighbours."""
        if index < 1 or not self._keys[index].through:
            return
        before, key, after = self._keys[index - 1], self._keys[index], self._keys[index + 1]
        velocity = (after.values - before.values) / (after.time_s - before.time_s)
        self._keys[index] = replace(key, velocity=velocity)

    def _lasting(self, seconds: float) -> float:
        scatter = 1.0 + self.manner.unevenness * float(np.clip(self._rng.normal(), -2, 2))
        return seconds * self.manner.tempo * scatter

    # -- poses ------------------------------------------------------------------------------

    def _top(self, motion: Motion, side: str, faulty: bool) -> PoseSpec:
        assert motion.top is not None
        return motion.top.changed(self.fault.top) if faulty and self.fault else motion.top

    def _scattered(self, pose: PoseSpec, side: str) -> PoseSpec:
        scatter_deg = 100.0 * self.manner.unevenness * 0.3
        change = float(np.clip(self._rng.normal(), -2, 2)) * scatter_deg
        if pose.thigh_trunk_flexion_deg is not None:
            return pose
        name = "hip_flexion_work_deg"
        return pose.changed({name: change}) if name in pose.angles else pose

    def _pin(self, reference: PoseSpec, side: str) -> None:
        """Remember where the pinned contacts stand in the reference pose."""
        pinned = [c for c in reference.bound_contacts(side) if c.endswith(" pinned")]
        start = self.motion.start
        if not pinned or start is None:
            return
        # A bridge is planted as the person lies; a lunge as it is held at its depth.
        if reference.thigh_trunk_flexion_deg is not None:
            reference = start
        contacts = tuple(c.removesuffix(" pinned") for c in reference.bound_contacts(side))
        anchor = reference.bound_anchor(side)
        placement = Placement(pitch_deg=reference.pitch_deg, anchor=anchor)
        posed = self.body.pose(reference.joint_angles(side), placement, _contacts(contacts))
        base = contact_point(posed, anchor)[:2]
        for contact in pinned:
            name = contact.split()[0]
            self._pins[name] = contact_point(posed, name)[:2] - base

    def _solved(self, pose: PoseSpec, side: str, key: _Key) -> np.ndarray:
        """Return the values of a key pose after its contacts were solved."""
        angles = pose.joint_angles(side)
        values = _to_values(angles, self._heading, pose.pitch_deg + self._lean(pose), 0.0)
        contacts = pose.bound_contacts(side)
        key = replace(key, anchor_xy=key.anchor_xy)
        if pose.thigh_trunk_flexion_deg is not None:
            pitch = self._pitch_for(values, key, contacts, side, pose.thigh_trunk_flexion_deg)
            values[len(ANGLE_NAMES) + 1] = pitch
        posed = self._pose(values, key, contacts=contacts)
        solved = posed.placement
        return _to_values(posed.angles, self._heading, solved.pitch_deg, solved.roll_deg)

    def _lean(self, pose: PoseSpec) -> float:
        return self.manner.lean_deg if pose.pitch_deg == 0.0 else 0.0

    def _pitch_for(
        self,
        values: np.ndarray,
        key: _Key,
        contacts: tuple[str, ...],
        side: str,
        wanted_deg: float,
    ) -> float:
        """Bisect the root pitch for the wanted angle between thigh and trunk."""
        work = "left" if side == "both" else side
        low, high = -140.0, -90.0
        values = values.copy()
        for _ in range(12):
            middle = (low + high) / 2
            values[len(ANGLE_NAMES) + 1] = middle
            posed = self._pose(values, key, contacts=contacts)
            # Hips lower (pitch nearer to lying) means more flexion.
            if thigh_trunk_flexion_deg(posed, work) > wanted_deg:
                high = middle
            else:
                low = middle
        return (low + high) / 2

    def _pose(
        self,
        values: np.ndarray,
        key: _Key,
        contacts: tuple[str, ...],
        time_s: float | None = None,
    ) -> PosedBody:
        n = len(ANGLE_NAMES)
        values = values if time_s is None else self._swayed(values, time_s)
        angles = JointAngles(**dict(zip(ANGLE_NAMES, values[:n].tolist(), strict=True)))
        heading, pitch, roll = values[n:].tolist()
        shift = self._shift
        placement = Placement(
            heading_deg=heading,
            pitch_deg=pitch,
            roll_deg=roll,
            x_m=key.anchor_xy[0] - shift[0],
            y_m=key.anchor_xy[1] - shift[1],
            anchor=key.anchor,
        )
        pins = self._pinned_at(heading, placement)
        return self.body.pose(angles, placement, _contacts(contacts, pins))

    def _pinned_at(self, heading_deg: float, placement: Placement) -> dict[str, np.ndarray]:
        turn = math.radians(heading_deg)
        rotation = np.array(
            [[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]]
        )
        base = np.array([placement.x_m, placement.y_m])
        return {name: base + rotation @ offset for name, offset in self._pins.items()}

    def _anchor_xy(
        self, key: _Key, contacts: tuple[str, ...], anchor: str
    ) -> tuple[float, float]:
        """Return where `anchor` is at a key, before the take is centred."""
        posed = self._pose(key.values, key, contacts=contacts)
        point = posed.joints["pelvis"] if anchor == "pelvis" else contact_point(posed, anchor)
        x_m, y_m = (point[:2] + self._shift).tolist()
        return x_m, y_m

    def _swayed(self, values: np.ndarray, time_s: float) -> np.ndarray:
        """Add breathing, and sway while upright."""
        values = values.copy()
        upright = abs(values[len(ANGLE_NAMES) + 1]) < 20.0
        p = self._phase
        waves = {
            "thorax_flexion_deg": -0.7 * math.sin(2 * math.pi * 0.24 * time_s + p[0]),
            "neck_flexion_deg": 0.8 * math.sin(2 * math.pi * 0.09 * time_s + p[1]),
        }
        if upright:
            sway = self.manner.sway_deg
            waves["trunk_side_bend_deg"] = sway * math.sin(2 * math.pi * 0.17 * time_s + p[2])
            waves["trunk_rotation_deg"] = sway * math.sin(2 * math.pi * 0.13 * time_s + p[3])
            for number, side in enumerate(("left", "right")):
                wave = 2 * sway * math.sin(2 * math.pi * 0.21 * time_s + p[4 + number])
                waves[f"shoulder_flexion_{side}_deg"] = wave
            values[len(ANGLE_NAMES) + 1] += (
                0.6 * sway * math.sin(2 * math.pi * 0.31 * time_s + p[6])
            )
        for name, wave in waves.items():
            values[ANGLE_NAMES.index(name)] += wave
        return values

    def _centre(self) -> None:
        """Move the whole take so that the person is now over the origin of the room."""
        last = self._keys[-1]
        posed = self._pose(last.values, last, contacts=last.contacts)
        if self.motion.centre == "pelvis":
            self._shift = self._shift + posed.joints["pelvis"][:2]
            return
        points = np.array([posed.joints[name][:2] for name in _EXTENT_JOINTS])
        self._shift = self._shift + (points.min(axis=0) + points.max(axis=0)) / 2


_EXTENT_JOINTS = (
    "head",
    "pelvis",
    "knee_left",
    "knee_right",
    "ankle_left",
    "ankle_right",
)


def contact_point(posed: PosedBody, name: str) -> np.ndarray:
    """Return where a part of a posed body touches, as `ContactSolver.point` sees it."""
    part, _, side = name.rpartition("_")
    joint = {"foot": "ankle", "toes": "toe", "knee": "knee"}.get(part)
    points = posed.vertices[posed.body.regions[name]]
    lowest_m = points[:, 2].min()
    if joint is not None:
        head = posed.joints[f"{joint}_{side}"]
        return np.array([head[0], head[1], lowest_m])
    return points[points[:, 2] < lowest_m + POINT_BAND_M].mean(axis=0)


def _contacts(
    texts: tuple[str, ...], pins: dict[str, np.ndarray] | None = None
) -> tuple[Contact, ...]:
    found = []
    for text in texts:
        name, *rest = text.split()
        surface_m, at_m = 0.0, None
        for word in rest:
            if word == "pinned":
                at = (pins or {}).get(name)
                at_m = None if at is None else (float(at[0]), float(at[1]))
            else:
                surface_m = float(word)
        found.append(Contact(name, surface_m, at_m))
    return tuple(found)


def _bound(name: str, side: str) -> str:
    work = "left" if side == "both" else side
    return name.replace("_work", f"_{work}").replace("_other", f"_{OTHER_SIDE[work]}")


def _to_values(
    angles: JointAngles, heading_deg: float, pitch_deg: float, roll_deg: float
) -> np.ndarray:
    numbers = [getattr(angles, name) for name in ANGLE_NAMES]
    return np.array([*numbers, heading_deg, pitch_deg, roll_deg], dtype=float)


def _quintic(before: _Key, after: _Key, time_s: float) -> np.ndarray:
    """Interpolate with given velocities and no acceleration at the ends.

    Between two stops this is the minimum-jerk movement of people.
    """
    span = after.time_s - before.time_s
    if span <= 0.0:
        return after.values
    u = (time_s - before.time_s) / span
    blend = u**3 * (10 + u * (-15 + 6 * u))
    leaving = u - u**3 * (6 - u * (8 - 3 * u))
    arriving = u**3 * (-4 + u * (7 - 3 * u))
    return (
        before.values
        + blend * (after.values - before.values)
        + span * (leaving * before.velocity + arriving * after.velocity)
    )
