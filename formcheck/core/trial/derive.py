"""Examples of a spec that brings none: a clean movement, and one that breaks each check.

The figure finds joint angles that keep the spec's bounds (`pose_finder`) and moves between them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from formcheck.core.measure.kinds import REGISTRY
from formcheck.core.spec.example import Example, Expected, Moment
from formcheck.core.spec.exercise import Check, Circle, ExerciseSpec, Pulse
from formcheck.core.trial.figure import START, Figure
from formcheck.core.trial.key_poses import KeyPoses
from formcheck.core.trial.moves import (
    MOVE_S,
    Moments,
    Timing,
    after,
    between,
    circles,
    movement,
    pulses,
    there_and_back,
    timing_of,
)
from formcheck.core.trial.pose_finder import NO_OUTLINE

LEAST_DEG = 0.25
NO_POSE = "the stick figure finds no pose that breaks it and keeps the rest"
OUTLINE = "it needs the outline of the trunk, which a stick figure does not have"
# The formula takes off what a lifted knee does to the pose model's hips, and here nothing is done.
PELVIS = "from the front the pose model's hips follow a lifted knee, and a stick figure's do not"


@dataclass(frozen=True)
class Derived:
    """An example that was derived, or why there is none.

    Attributes
    ----------
    check : str or None
        The check that it breaks; None for the clean movement.
    example : Example or None
    reason : str
        Why there is none.
    """

    check: str | None
    example: Example | None
    reason: str = ""


def derive(
    spec: ExerciseSpec, *, clean: bool = True, leave_out: Collection[str] | None = ()
) -> list[Derived]:
    """Return a clean example of a spec, then one that breaks each check.

    Parameters
    ----------
    spec : ExerciseSpec
    clean : bool
        Whether the clean one is wanted.
    leave_out : collection of str, optional
        Checks that need no example; None: all.
    """
    checks = [c for c in spec.checks if leave_out is not None and c.id not in leave_out]
    if spec.kind == "timed":
        return [Derived(None, None, "it is done by time, and nothing is judged")]
    named = (name for way, name in spec.measurements() if not way.startswith(("checks", "test")))
    if NO_OUTLINE & set(named):
        none = [Derived(None, None, OUTLINE)] if clean else []
        return [*none, *(Derived(check.id, None, OUTLINE) for check in checks)]
    if not clean and not checks:
        return []
    poses, timing = KeyPoses(spec), timing_of(spec)
    first = [_clean(poses, timing)] if clean else []
    return [*first, *(_broken(poses, timing, check) for check in checks)]


def _clean(poses: KeyPoses, timing: Timing) -> Derived:
    """Return the movement as it should be."""
    moments = movement(poses, poses.main, timing)
    side = "both" if poses.alike else "left"
    expect: dict[str, dict[str, int]] = {}
    rule = poses.spec.rep_rule
    if isinstance(rule, Pulse | Circle):
        expect = {"reps": {side: 2 if isinstance(rule, Circle) else 3}}
    elif poses.spec.rep is not None:
        switch = poses.spec.rep.ends == "top"
        expect = {"reps": {"left": 1, "right": 1} if switch else {side: 1}}
    elif poses.spec.kind == "hold":
        expect = {"holds": {side: 1}}
    example = _example(poses, "clean", moments, Expected.model_validate(expect))
    return Derived(None, example)


def _broken(poses: KeyPoses, timing: Timing, check: Check) -> Derived:
    """Return a movement that breaks a check, the rest as it should be."""
    if check.measurement in NO_OUTLINE:
        return Derived(check.id, None, OUTLINE)
    if check.measurement in ("pelvis_drop", "pelvis_list"):
        return Derived(check.id, None, PELVIS)
    if check.view is not None and check.view != poses.spec.view:
        poses = poses.turned("front" if check.view == "front" else "left", check)
    elif check.leg == "other" and not REGISTRY[check.measurement].far_side:
        # The camera has to see the leg that is judged: the one that does not work.
        poses = poses.turned("right", None)
    moments = _breaking(poses, timing, check)
    if moments is None:
        return Derived(check.id, None, NO_POSE)
    expect = Expected(faults=(check.id,))
    return Derived(check.id, _example(poses, f"breaks {check.id}", moments, expect))


def _breaking(poses: KeyPoses, timing: Timing, check: Check) -> Moments | None:
    low, high = check.at_least, check.at_most
    if check.of in ("value", "reached"):
        return _missing(poses, timing, check)
    if check.of in ("hold_s", "kept_s"):
        short = check.for_s if check.of == "kept_s" else low
        hold_s = 0.3 * short if short else 1.5 * (high or 1.0) + 1.0
        return movement(poses, poses.main, replace(timing, hold_s=max(0.35, hold_s)))
    quick = 0.35 if low is not None else 2.5
    if check.of in ("up_s", "rep_s", "speed"):
        faster = 0.2 if check.of == "speed" else quick
        brisk = Timing(faster * timing.up_s, timing.hold_s, faster * timing.down_s)
        if check.of == "rep_s":
            brisk = replace(brisk, hold_s=faster * timing.hold_s, beat_s=quick * timing.beat_s)
        return movement(poses, poses.main, brisk)
    if check.of == "down_s":
        return movement(poses, poses.main, replace(timing, down_s=quick * timing.down_s))
    if check.of == "down_over_up":
        down_s = 0.5 * (low or 1.0) * timing.up_s if low is not None else 2.0 * (high or 1.0)
        return movement(poses, poses.main, replace(timing, down_s=down_s))
    rule = poses.spec.rep_rule
    if check.of == "size" and isinstance(rule, Pulse | Circle):
        limit = 0.75 * low if low is not None else 1.7 * (high or rule.size)
        return movement(poses, poses.main, timing, size=limit / rule.size)
    if check.of == "turns" and isinstance(rule, Circle):
        return circles(poses, rule, poses.main, timing, (1.3, -1.3))
    return None


def _missing(poses: KeyPoses, timing: Timing, check: Check) -> Moments | None:
    """Return a movement with the values of a check missed in its phase."""
    long_s = check.for_s + 1.6
    bad = poses.missing(check)
    if bad is None:
        return None
    if check.during in ("rest", "exercise"):
        moments = there_and_back(poses, [(poses.main, timing.hold_s)], timing)
        return moments + after(moments, (MOVE_S, bad), (long_s, bad), (MOVE_S, poses.rest))
    rule = poses.spec.rep_rule
    if isinstance(rule, Pulse):
        return pulses(poses, rule, [poses.main, bad], timing, 1.3)
    if isinstance(rule, Circle):
        return movement(poses, bad, timing)
    if check.during == "up":
        mid = between(poses.rest, bad)
        moments = there_and_back(poses, [(mid, long_s), (poses.main, timing.hold_s)], timing)
        return moments
    drifts = poses.spec.kind in ("hold", "test") or check.after_s or check.relative_to == "best"
    if drifts and poses.spec.kind != "test":
        clean_s = 2.5 + check.after_s
        return there_and_back(
            poses, [(poses.main, clean_s), (bad, long_s), (poses.main, 1.0)], timing
        )
    if drifts:
        return there_and_back(poses, [(poses.main, timing.hold_s), (bad, long_s)], timing)
    return there_and_back(poses, [(bad, max(timing.hold_s, long_s))], timing)


def _example(poses: KeyPoses, name: str, moments: Moments, expect: Expected) -> Example:
    plain = START[poses.spec.position].but(turn_deg=poses.turn)
    before, given = plain, []
    for time_s, figure in moments:
        # What moves by less is the search's own noise; it is left where it was.
        changes = {}
        for key in Figure.__dataclass_fields__:
            value = round(getattr(figure, key), 1) + 0.0
            if key != "turn_deg" and abs(value - getattr(before, key)) > LEAST_DEG:
                changes["lying" if key == "lying_deg" else key] = value
        given.append(Moment(at_s=round(time_s, 2), **changes))
        before = before.but(
            **{"lying_deg" if key == "lying" else key: v for key, v in changes.items()}
        )
    return Example(
        name=name,
        seen_from=poses.seen_from,
        moments=tuple(given),
        expect=expect,
    )
