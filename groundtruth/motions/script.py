"""Read the motion scripts (TOML beside this file) into plain values."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

from groundtruth.joint_angles import ANGLE_NAMES, JointAngles, tilt_pelvis

MOTIONS_DIR = Path(__file__).parent
POSES_FILE = "poses.toml"

OTHER_SIDE = {"left": "right", "right": "left"}


class MotionError(ValueError):
    """A motion script is wrong; the message names the file, the item and the value."""


@dataclass(frozen=True, slots=True)
class PoseSpec:
    """A key pose before it is bound to a side and a body.

    Attributes
    ----------
    angles
        Angle name to degrees.  ``_work`` and ``_other`` stand for the working side and the
        other; angles of the trunk without a side are written for a left working side.
    rock_pelvis_deg, lumbar_per_tilt
        Anterior pelvic tilt with thighs held in space, see `tilt_pelvis`.
    pitch_deg
        Root pitch of the placement.
    thigh_trunk_flexion_deg
        Where given, the root pitch is solved until the working thigh has this angle to the
        trunk (bridges, where only that angle is known and the feet stay planted).
    contacts
        ``name``, ``name height`` or ``name pinned``.
    moving
        What rests on the way into and out of the pose, where that is less than `contacts`
        (a foot set back is in the air until it lands).
    anchor
        The contact that does not slide.
    """

    angles: dict[str, float] = field(default_factory=dict)
    rock_pelvis_deg: float = 0.0
    lumbar_per_tilt: float = 1.0
    pitch_deg: float = 0.0
    thigh_trunk_flexion_deg: float | None = None
    contacts: tuple[str, ...] = ("any",)
    moving: tuple[str, ...] | None = field(default=None, repr=False)
    anchor: str = "pelvis"

    def changed(self, changes: dict[str, Any]) -> PoseSpec:
        """Return the pose with numbers of `changes` added and everything else replaced."""
        angles = dict(self.angles)
        plain: dict[str, Any] = {}
        for name, value in changes.items():
            if name in ("contacts", "moving", "anchor", "lumbar_per_tilt"):
                plain[name] = tuple(value) if name in ("contacts", "moving") else value
            elif name in ("rock_pelvis_deg", "pitch_deg", "thigh_trunk_flexion_deg"):
                plain[name] = (getattr(self, name) or 0.0) + value
            else:
                angles[name] = angles.get(name, 0.0) + value
        return replace(self, angles=angles, **plain)

    def joint_angles(self, side: str) -> JointAngles:
        """Return the angles with `side` (``left``, ``right`` or ``both``) at work."""
        bound = {bind_side(name, "left"): value for name, value in self.angles.items()}
        angles = JointAngles(**bound)
        if self.rock_pelvis_deg:
            angles = tilt_pelvis(angles, self.rock_pelvis_deg, self.lumbar_per_tilt)
        return angles.mirrored() if side == "right" else angles

    def bound_contacts(self, side: str) -> tuple[str, ...]:
        """Return the contacts with `side` at work."""
        return tuple(_bind_contact(contact, side) for contact in self.contacts)

    def bound_moving(self, side: str) -> tuple[str, ...]:
        """Return what rests while the pose is entered or left, with `side` at work."""
        moving = self.contacts if self.moving is None else self.moving
        return tuple(_bind_contact(contact, side) for contact in moving)

    def bound_anchor(self, side: str) -> str:
        """Return the anchor with `side` at work."""
        return _bind_contact(self.anchor, side)


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of one repetition at tempo 1."""

    rise_s: float = 1.0
    hold_s: float = 0.0
    lower_s: float = 1.0
    rest_s: float = 0.8


@dataclass(frozen=True, slots=True)
class AngleBound:
    """Limits of one true angle; ``_work`` and ``_other`` in its name stand for the sides."""

    angle: str
    at_least: float = -math.inf
    at_most: float = math.inf


@dataclass(frozen=True, slots=True)
class Held:
    """What makes a hold, or the held part of a repetition, true (`groundtruth.truth.held_spans`).

    Attributes
    ----------
    bounds
        All must be kept at once.
    enter_s
        They must be kept this long before it is a hold; it then counts from their start.
    gap_s
        Gaps up to this long do not end it, and do not count.
    give_deg
        Once it is a hold, the bounds are this much wider.
    on_floor
        Joints that have to be on the floor.
    """

    bounds: tuple[AngleBound, ...]
    enter_s: float = 0.0
    gap_s: float = 0.0
    give_deg: float = 0.0
    on_floor: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """A mistake a person would notice.

    Attributes
    ----------
    check
        Id of the check of the exercise's spec that has to speak.
    top, start
        What the mistake adds to the key poses.
    timing
        What it replaces in the timing.
    view
        Where the camera has to stand to see it; ``None`` is the view of the exercise.
    counts
        What a repetition (or hold) with this mistake still counts as: ``rep``, ``attempt``,
        ``nothing``, or ``until_fault`` (a hold up to the moment of the mistake).
    whole
        The mistake is there from the start; otherwise the take begins clean.
    way_up, way_down
        What replaces the ways of the motion, where there is any.
    reps
        Number of repetitions of the take; ``None`` leaves it to the take.
    reversed_from
        Replaces that of the motion; the mistake then begins with that repetition.
    seen
        ``work`` or ``other``: the leg that has to be next to the camera to be judged, where
        the sides alternate; the take then has one side only.
    also
        Checks that may rightly speak too, because the mistake brings theirs with it.
    """

    check: str
    top: dict[str, Any] = field(default_factory=dict)
    start: dict[str, Any] = field(default_factory=dict)
    timing: dict[str, float] = field(default_factory=dict)
    view: str | None = None
    counts: str = "rep"
    whole: bool = False
    also: tuple[str, ...] = ()
    # Not shown, and hashed only where they are given: clips from before them are still found.
    way_up: tuple[dict[str, Any], ...] = field(default=(), repr=False)
    way_down: tuple[dict[str, Any], ...] = field(default=(), repr=False)
    reps: int | None = field(default=None, repr=False)
    reversed_from: int | None = field(default=None, repr=False)
    seen: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Motion:
    """An exercise (start, top, timing, faults) or a free script (`steps`).

    Attributes
    ----------
    number
        Its place in the rotation of bodies, sides, looks and cameras (`groundtruth.takes`);
        written down, so that a motion that is added later moves no other.
    way_up, way_down
        Steps that a repetition passes between start and top, and back.
    reversed_from
        Repetitions from this number on run the ways backwards (circles the other way round).
    centre
        What is brought over the middle of the room: the ``extent`` of the body or its
        ``pelvis``, which furniture is placed by.
    enter_from
        ``behind`` or ``front`` of the exercise's heading where furniture is in the way;
        otherwise the take decides.
    fps
        Frames a second, where the take's own choice will not do.
    held
        Which true angles are a hold; changes no picture.
    """

    name: str
    exercise: str
    kind: str
    position: str
    view: str
    sides: tuple[str, ...]
    timing: Timing
    start: PoseSpec | None
    top: PoseSpec | None
    faults: tuple[Fault, ...] = ()
    steps: tuple[dict[str, Any], ...] = ()
    repeat: int = 1
    near: str = "either"
    props: tuple[dict[str, Any], ...] = ()
    held: Held | None = None
    number: int | None = None
    way_up: tuple[dict[str, Any], ...] = ()
    way_down: tuple[dict[str, Any], ...] = ()
    reversed_from: int | None = None
    centre: str = "extent"
    enter_from: str | None = None
    fps: float | None = None

    def fault(self, check: str) -> Fault:
        """Return the fault of a check; `MotionError` when the motion has none."""
        for fault in self.faults:
            if fault.check == check:
                return fault
        known = ", ".join(fault.check for fault in self.faults) or "none"
        raise MotionError(f"{self.name}: no fault {check!r}; it has {known}")


def motion_names() -> tuple[str, ...]:
    """Return the names of all the motions, sorted."""
    return tuple(
        sorted(p.stem for p in MOTIONS_DIR.glob("*.toml") if p.name != POSES_FILE)
    )


@cache
def load_motion(name: str) -> Motion:
    """Load a motion by name; `MotionError` says what is wrong with it."""
    path = MOTIONS_DIR / f"{name}.toml"
    if not path.is_file():
        raise MotionError(f"no motion {name!r}; there are {', '.join(motion_names())}")
    raw = _read(path)
    where = path.name
    known = {f.name for f in fields(Motion)} - {"name"}
    if unknown := sorted(set(raw) - known):
        raise MotionError(f"{where}: {unknown[0]!r} is not a key of a motion")
    try:
        timing = Timing(**raw.get("timing", {}))
        faults = tuple(_fault(fault) for fault in raw.get("faults", []))
        held = _held(raw["held"]) if "held" in raw else None
    except TypeError as error:
        raise MotionError(f"{where}: {error}") from error
    start, top = raw.get("start"), raw.get("top")
    return Motion(
        name=name,
        exercise=raw.get("exercise", "-"),
        kind=raw.get("kind", "free"),
        position=raw.get("position", "standing"),
        view=raw.get("view", "side"),
        sides=tuple(raw.get("sides", ())),
        timing=timing,
        start=_pose(start, f"{where}: start") if start is not None else None,
        top=_pose(top, f"{where}: top") if top is not None else None,
        faults=faults,
        steps=tuple(raw.get("steps", ())),
        repeat=raw.get("repeat", 1),
        near=raw.get("near", "either"),
        props=tuple(raw.get("props", ())),
        held=held,
        number=raw.get("number"),
        way_up=tuple(raw.get("way_up", ())),
        way_down=tuple(raw.get("way_down", ())),
        reversed_from=raw.get("reversed_from"),
        centre=raw.get("centre", "extent"),
        enter_from=raw.get("enter_from"),
        fps=raw.get("fps"),
    )


def _fault(raw: dict[str, Any]) -> Fault:
    lists = {name: tuple(raw[name]) for name in ("also", "way_up", "way_down") if name in raw}
    return Fault(**{**raw, **lists})


def _held(raw: dict[str, Any]) -> Held:
    bounds = tuple(AngleBound(**bound) for bound in raw["bounds"])
    return Held(**{**raw, "bounds": bounds, "on_floor": tuple(raw.get("on_floor", ()))})


@cache
def named_pose(name: str) -> PoseSpec:
    """Return a shared key pose of ``poses.toml``."""
    poses = _shared()["poses"]
    if name not in poses:
        raise MotionError(f"{POSES_FILE}: no pose {name!r}")
    return _pose(poses[name], f"{POSES_FILE}: poses.{name}")


def sequence(name: str) -> tuple[dict[str, Any], ...]:
    """Return a shared sequence of steps of ``poses.toml``."""
    sequences = _shared()["sequences"]
    if name not in sequences:
        raise MotionError(f"{POSES_FILE}: no sequence {name!r}")
    return tuple(sequences[name])


def bind_side(name: str, side: str) -> str:
    """Replace ``_work`` and ``_other`` in a name by the sides they stand for."""
    work = "left" if side == "both" else side
    return name.replace("_work", f"_{work}").replace("_other", f"_{OTHER_SIDE[work]}")


def _bind_contact(text: str, side: str) -> str:
    head, *rest = text.split(maxsplit=1)
    return " ".join([bind_side(head, side), *rest])


def _pose(raw: dict[str, Any], where: str) -> PoseSpec:
    raw = dict(raw)
    base = named_pose(raw.pop("like")) if "like" in raw else PoseSpec()
    angles = dict(base.angles)
    plain: dict[str, Any] = {}
    for name, value in raw.items():
        if name in ("contacts", "moving", "anchor"):
            plain[name] = value if name == "anchor" else tuple(value)
        elif name in _PLAIN_NUMBERS:
            plain[name] = float(value)
        elif bind_side(name, "left") in ANGLE_NAMES:
            angles[name] = float(value)
        else:
            raise MotionError(f"{where}: {name!r} is not an angle")
    return replace(base, angles=angles, **plain)


_PLAIN_NUMBERS = ("rock_pelvis_deg", "lumbar_per_tilt", "pitch_deg", "thigh_trunk_flexion_deg")


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise MotionError(f"{path.name}: {error}") from error


@cache
def _shared() -> dict[str, Any]:
    return _read(MOTIONS_DIR / POSES_FILE)
