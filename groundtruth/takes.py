"""Which takes there are: motions and mistakes, spread over people, sides, looks and cameras.

The full product would be thousands of clips.  Instead a running number steps through bodies,
near sides, tempos, looks and cameras with strides that have no common factor, as in a Latin
square: every mistake is seen on some body, every body from each side, in each look.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from groundtruth.motions.script import (
    OTHER_SIDE,
    Fault,
    Motion,
    MotionError,
    load_motion,
    motion_names,
)
from groundtruth.performance import Manner, Performance, Poseable

TUNING_BODIES = ("b1", "b3", "b5", "b7")
SCORING_BODIES = ("b2", "b4", "b6", "b8")
"""Thresholds are tuned on the first and judged on the second: they are different people."""

CORE = (
    "standing_march",
    "knee_drive",
    "half_kneeling_hip_flexor_stretch",
    "glute_bridge",
)
SWEEPS = ("pelvis_sweep_standing", "pelvis_sweep_half_kneeling", "pelvis_sweep_supine")
TEMPOS = (1.0, 0.88, 1.15)
NEAR_SIDES = ("left", "right")
SMALL_PX, LARGE_PX = (640, 480), (1280, 720)
LARGE_TAKES = ("standing_march", "dead_bug")
"""Motions of which one take is filmed in 720p at 30 frames a second."""
FAULT_REPS = 4
"""Repetitions of a take with a mistake: the first ones are clean, the rest are not."""

_SIDEWAYS_DEG = {
    "side": {"left": 0.0, "right": 180.0},
    "oblique": {"left": 0.0, "right": 120.0},
    "front": {"left": 0.0, "right": 0.0},
}
"""Heading that turns a side to the camera, which stands to the left of heading 0."""


@dataclass(frozen=True, slots=True)
class Take:
    """One clip to be rendered.

    Attributes
    ----------
    name
        Unique, and the file name of the clip.
    motion, check
        The motion script, and the check whose mistake is made (``None``: clean).
    body, look, camera
        Who, dressed how, filmed from which position of `view`.
    view
        ``side``, ``front`` or ``oblique``.
    near
        Side of the person next to the camera in side view.
    manner
        Tempo, scatter, offsets, seed.
    passer_by
        A second body that walks past behind, or ``None``.
    timing
        Seconds that replace those of the motion.
    subsets
        What the take belongs to.
    """

    name: str
    motion: str
    check: str | None
    body: str | None
    view: str
    near: str
    look: str
    camera: str
    light: str = "day"
    distance_m: float | None = None
    manner: Manner = field(default_factory=Manner)
    size_px: tuple[int, int] = SMALL_PX
    fps: float = 15.0
    intro: bool = True
    sides: tuple[str, ...] | None = None
    walk_in_deg: float = 0.0
    walk_out_deg: float = 0.0
    passer_by: str | None = None
    timing: tuple[tuple[str, float], ...] | None = None
    subsets: frozenset[str] = frozenset()

    @property
    def tuning(self) -> bool:
        """Whether the person belongs to those whom thresholds are tuned on."""
        return self.body in TUNING_BODIES

    @property
    def exercise(self) -> str:
        """Exercise that is done; ``-`` where none is."""
        return load_motion(self.motion).exercise if self.motion else "-"

    @property
    def forgiven(self) -> tuple[str, ...]:
        """Checks that may rightly speak too, because the mistake brings theirs with it."""
        return load_motion(self.motion).fault(self.check).also if self.check else ()

    def perform(self, body: Poseable) -> Performance:
        """Let a body perform the take."""
        motion = load_motion(self.motion)
        if self.timing:
            motion = replace(motion, timing=replace(motion.timing, **dict(self.timing)))
        return Performance(
            body,
            motion,
            fault=motion.fault(self.check) if self.check else None,
            sides=self.sides,
            heading_deg=self.headings(motion),
            walk_in_deg=self.walk_in_deg,
            walk_out_deg=self.walk_out_deg,
            manner=self.manner,
            intro=self.intro,
        )

    def headings(self, motion: Motion) -> dict[str, float]:
        """Return the heading for each working side."""
        headings = _SIDEWAYS_DEG[self.view]
        by_side = {"both": headings[self.near]}
        for side in ("left", "right"):
            near = {"work": side, "other": OTHER_SIDE[side]}.get(motion.near, self.near)
            by_side[side] = headings[near]
        return by_side


def takes(subset: str = "all") -> tuple[Take, ...]:
    """Return the takes of a subset, in the order in which they are worth building.

    Subsets are ``core`` (four exercises), ``sweeps``, ``negatives``, ``library`` (every
    exercise), ``samples``, ``all``, and the name of any motion.
    """
    chosen = [take for take in _all_takes() if subset == "all" or subset in take.subsets]
    if not chosen:
        raise ValueError(f"no takes in subset {subset!r}; there are {', '.join(subset_names())}")
    return tuple(chosen)


def subset_names() -> tuple[str, ...]:
    """Return the names of all the subsets."""
    return tuple(sorted({name for take in _all_takes() for name in take.subsets} | {"all"}))


LOOKS = (
    "red_shirt",
    "teal_tights",
    "white_shirt",
    "purple_tights",
    "black_kit",
    "orange_long_sleeves",
    "grey_sweats",
    "green_shirt",
)
CAMERAS = ("tripod", "table", "laptop")
FLOOR_CAMERAS = ("tripod_low", "laptop_low")
"""Stands for upright people, and for people on the floor."""
LIGHTS = ("day", "lamp", "day", "back_window", "day", "dim")


def _cameras(motion: Motion) -> tuple[str, ...]:
    return FLOOR_CAMERAS if motion.position in ("supine", "prone") else CAMERAS


def _all_takes() -> Iterator[Take]:
    numbered = {}
    for name in motion_names():
        motion = load_motion(name)
        if motion.exercise == "-":
            continue
        if motion.number is None or motion.number in numbered:
            raise MotionError(
                f"{name}.toml: number = {motion.number} must be given and be its own; "
                f"the next free one is {max(numbered, default=-1) + 1}"
            )
        numbered[motion.number] = motion
    for number in sorted(numbered):
        motion = numbered[number]
        yield from _exercise_takes(motion, number, in_full=motion.name in CORE)
    yield from _sweep_takes()
    yield from _negative_takes()
    yield from _sample_takes()


def _exercise_takes(motion: Motion, number: int, *, in_full: bool) -> Iterator[Take]:
    """Give the takes of one exercise.

    Those `in_full` walk in and out in every take and are filmed at 15 frames a second.  Of the
    others the first clean take walks in and out; the rest is filmed in position, at the rate
    that their movement needs, so that the whole library is built within an hour.
    """
    subsets = frozenset(
        {motion.name, "library", "core" if motion.name in CORE else "later"}
    )
    variants: list[tuple[str, str | None]] = [("clean", None), ("clean", None)]
    variants += [(fault.check, fault.check) for fault in motion.faults]
    for people in (SCORING_BODIES, TUNING_BODIES):
        for index, (label, check) in enumerate(variants):
            if index == 1 and people is TUNING_BODIES:
                continue
            k = 7 * number + index + (0 if people is SCORING_BODIES else 2)
            fault = motion.fault(check) if check else None
            view = fault.view if fault and fault.view else motion.view
            near = NEAR_SIDES[(k + k // 4) % 2]
            body = people[k % 4]
            cameras = _cameras(motion)
            large = index == 1 and motion.name in LARGE_TAKES
            take = Take(
                name=f"{motion.name}-{label}-{body}-{view}-{near}",
                motion=motion.name,
                check=check,
                body=body,
                view=view,
                near=near,
                look=LOOKS[(k + k // 4 + 1) % len(LOOKS)],
                camera=cameras[(k // 2 + k // 4) % len(cameras)],
                manner=Manner(tempo=TEMPOS[(k + k // 4) % len(TEMPOS)], seed=1000 + k),
                size_px=LARGE_PX if large else SMALL_PX,
                fps=30.0 if large else 15.0,
                sides=_sides_in_full(motion, check, index, near),
                walk_in_deg=_walk_in_deg(view, k, large),
                walk_out_deg=_walk_out_deg(view, k, large),
                light=LIGHTS[(k + k // 4) % len(LIGHTS)],
                subsets=subsets | {"tune" if people is TUNING_BODIES else "score"},
            )
            yield take if in_full else _lighter(take, motion, fault, index)


def _sides_in_full(
    motion: Motion, check: str | None, index: int, near: str
) -> tuple[str, ...] | None:
    if motion.kind == "reps" and check:
        return motion.sides[: FAULT_REPS if len(set(motion.sides)) > 1 else 3]
    if motion.kind == "hold" and (check or index == 1):
        return (near,) if len(set(motion.sides)) > 1 else motion.sides[:1]
    return None


HOLD_FPS, REP_FPS = 8.0, 10.0
"""Frames a second of the exercises that are not filmed in full."""
AHEAD_FACING = {"behind": 0.0, "front": 180.0}


def _lighter(take: Take, motion: Motion, fault: Fault | None, index: int) -> Take:
    """Return a take with what its exercise does not need left out."""
    sides = motion.sides
    if fault is not None:
        if fault.seen is not None and len(set(sides)) > 1:
            sides = (take.near if fault.seen == "work" else OTHER_SIDE[take.near],) * 3
        reps = FAULT_REPS if len(set(sides)) > 1 else 3
        sides = sides[: reps if fault.reps is None else fault.reps]
    if motion.kind == "hold" and (fault or index == 1) and len(set(sides)) > 1:
        sides = (take.near,)
    if set(sides) == {"left"}:
        # One side only: the one that the exercise has next to the camera.
        other = OTHER_SIDE[take.near]
        sides = tuple(other if motion.near == "other" else take.near for _ in sides)
    large = take.size_px == LARGE_PX
    fps = motion.fps or (HOLD_FPS if motion.kind == "hold" else REP_FPS)
    take = replace(take, sides=sides, intro=index == 0, fps=take.fps if large else fps)
    if motion.enter_from is None:
        return take
    heading_deg = take.headings(motion)[sides[0]]
    walk_in_deg = heading_deg + AHEAD_FACING[motion.enter_from]
    return replace(take, walk_in_deg=walk_in_deg, walk_out_deg=walk_in_deg + 180.0)


def _walk_in_deg(view: str, k: int, wide: bool = False) -> float:
    """Return a heading along the picture, so that people enter at its edge.

    The room is deep enough for a wide picture on one side only.
    """
    if view == "side":
        return 180.0 if wide else (180.0, 0.0)[k % 2]
    return 150.0 if view == "oblique" else (90.0, -90.0)[k % 2]


def _walk_out_deg(view: str, k: int, wide: bool = False) -> float:
    if view == "side":
        return 0.0 if wide else (0.0, 180.0)[k // 2 % 2]
    return -30.0 if view == "oblique" else (90.0, -90.0)[k // 2 % 2]


SWEEP_VARIANTS = (
    ("straight", 0.0, 0.0, None),
    ("yaw", 8.0, 0.0, None),
    ("lean", 0.0, 5.0, None),
    ("loose", -8.0, -5.0, "loose_blue_shirt"),
)


def _sweep_takes() -> Iterator[Take]:
    for variant, yaw, lean, look in SWEEP_VARIANTS:
        for m, name in enumerate(SWEEPS):
            # Lying people do not lean: they lie a little askew.
            lying = bool(lean) and name == "pelvis_sweep_supine"
            yaw_deg, lean_deg = (-8.0, 0.0) if lying else (yaw, lean)
            for b, body in enumerate(sorted((*TUNING_BODIES, *SCORING_BODIES))):
                near = NEAR_SIDES[(b + m) % 2]
                subset = "tune" if body in TUNING_BODIES else "score"
                yield Take(
                    name=f"{name}-{variant}-{body}-side-{near}",
                    motion=name,
                    check=None,
                    body=body,
                    view="side",
                    near=near,
                    look=look or LOOKS[(b + m) % len(LOOKS)],
                    camera=_cameras_of_sweep(name)[(b // 2) % len(_cameras_of_sweep(name))],
                    manner=Manner(
                        tempo=1.0, unevenness=0.0, seed=50 + b, yaw_deg=yaw_deg, lean_deg=lean_deg
                    ),
                    sides=(near,),
                    intro=False,
                    subsets=frozenset({"sweeps", name, f"sweeps-{variant}", subset}),
                )


def _cameras_of_sweep(name: str) -> tuple[str, ...]:
    # Measuring the back's outline wants the camera at its height, not on the floor.
    return ("tripod_low", "laptop_low") if name.endswith("supine") else ("tripod", "table")


NEGATIVES: tuple[tuple[str, float], ...] = (
    ("negative_idle_standing", 4.0),
    ("negative_arm_swings", 7.5),
    ("negative_squats", 7.5),
    ("negative_walking", 7.5),
    ("negative_sitting_down", 5.0),
    ("negative_picking_up", 7.5),
    ("negative_lying_still", 3.0),
    ("negative_half_kneeling_rest", 7.5),
)
"""Motions in which nobody exercises, with a frame rate that is enough to see them move."""

NEGATIVE_VIEWS = ("side", "front", "oblique", "side")
NEGATIVES_FACING = ("negative_idle_standing", "negative_squats", "negative_lying_still")
"""Those that the people kept for scoring also do facing the camera."""


def _negative_takes() -> Iterator[Take]:
    # Round by round, so that a part of them already has every kind.
    for turn, view in enumerate(NEGATIVE_VIEWS):
        for m, (name, fps) in enumerate(NEGATIVES):
            body = (SCORING_BODIES, TUNING_BODIES)[turn % 2][(turn * 3 + m) % 4]
            yield _negative_take(name, fps, body, turn, m)
        body = SCORING_BODIES[turn]
        yield Take(
            name=f"empty_room-{turn}",
            motion="",
            check=None,
            body=None,
            view=view,
            near="left",
            look=LOOKS[turn % len(LOOKS)],
            camera=CAMERAS[turn % len(CAMERAS)],
            manner=Manner(seed=3500 + turn),
            fps=5.0,
            subsets=frozenset({"negatives", "empty_room", "score" if turn % 2 == 0 else "tune"}),
        )
        yield Take(
            name=f"passer_by-{body}-{view}",
            motion="negative_idle_standing",
            check=None,
            body=body,
            view=view,
            near="left",
            look=LOOKS[turn % len(LOOKS)],
            camera=CAMERAS[0],
            manner=Manner(seed=3600 + turn),
            fps=5.0,
            sides=("left",),
            passer_by=TUNING_BODIES[turn],
            walk_in_deg=_walk_in_deg(view, turn),
            walk_out_deg=_walk_out_deg(view, turn),
            subsets=frozenset({"negatives", "passer_by", "score"}),
        )


    for m, (name, fps) in enumerate(NEGATIVES):
        if name in NEGATIVES_FACING:
            turn = len(NEGATIVE_VIEWS)
            yield _negative_take(name, fps, SCORING_BODIES[(turn * 3 + m) % 4], turn, m)


def _negative_take(name: str, fps: float, body: str, turn: int, m: int) -> Take:
    k = turn * 3 + m
    view = (*NEGATIVE_VIEWS, "front")[turn]
    near = NEAR_SIDES[(k + turn) % 2]
    cameras = _cameras(load_motion(name))
    return Take(
        name=f"{name}-{body}-{view}-{near}-{turn}",
        motion=name,
        check=None,
        body=body,
        view=view,
        near=near,
        look=LOOKS[(k + 1) % len(LOOKS)],
        camera=cameras[k % len(cameras)],
        manner=Manner(tempo=TEMPOS[k % len(TEMPOS)], seed=3000 + k),
        fps=fps,
        sides=(near,),
        walk_in_deg=_walk_in_deg(view, k),
        walk_out_deg=_walk_out_deg(view, k),
        light=LIGHTS[(k + 1) % len(LIGHTS)],
        subsets=frozenset({"negatives", name, _people_of(body)}),
    )


def _sample_takes() -> Iterator[Take]:
    """Give the clips that come with the program: short, in position, near and well lit."""
    for motion, check, sides, body, near, look, stand, distance_m, seed, timing in (
        ("standing_march", None, ("left", "right"), "b2", "left", "teal_tights", "tripod", 2.7, 4,
         (("rest_s", 0.6),)),
        ("half_kneeling_hip_flexor_stretch", None, ("right",), "b6", "right", "green_shirt",
         "table", 2.5, 13, (("hold_s", 6.0),)),
        ("glute_bridge", None, ("both",), "b4", "left", "purple_tights", "tripod_low", 2.3, 22,
         (("rest_s", 0.8),)),
        ("knee_drive", "trunk_lean_back", ("left", "right", "left"), "b8", "right", "red_shirt",
         "tripod", 2.7, 31, (("hold_s", 1.3),)),
    ):
        yield Take(
            name=f"sample-{motion}" + (f"-{check}" if check else ""),
            motion=motion,
            check=check,
            body=body,
            view="side",
            near=near,
            look=look,
            camera=stand,
            distance_m=distance_m,
            manner=Manner(tempo=0.92, seed=seed),
            size_px=LARGE_PX,
            fps=30.0,
            intro=False,
            sides=sides,
            timing=timing,
            subsets=frozenset({"samples", "score"}),
        )


def _people_of(body: str) -> str:
    return "tune" if body in TUNING_BODIES else "score"
