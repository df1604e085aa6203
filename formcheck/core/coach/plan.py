"""A routine made ready to be done: each step with its exercise, dose and camera place. Pure.

The camera's place is the view that the exercise needs and the height at which it stands; where the
routine leaves the order free, steps with the same place come together, and the camera moves as
often as there are places, less one: no order needs fewer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from formcheck.core.judge.session import SideChoice
from formcheck.core.spec.exercise import Dose, ExerciseSpec
from formcheck.core.spec.routine import Routine, RoutineStep
from formcheck.core.spec.sources import Source

GET_READY_S = 12.0  # heuristic: a sentence is read, a mat is reached
CAMERA_MOVES_S = 30.0  # heuristic: to the camera and back
FIRST_S = 20.0  # heuristic: also to walk from the keyboard into the frame
LEAST_HOLD_S = 3.0

Item = TypeVar("Item")
CameraPlace = tuple[str, Literal["floor", "hip height"]]


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One exercise of a plan.

    Attributes
    ----------
    spec : ExerciseSpec
        With this routine's dose.
    side : {"left", "right", "alternate"} or None
        As for a session.
    place : tuple or None
        View and height of the camera; None before it is needed.
    camera_moves : bool
        True where the camera's place is another than before (false for the first).
    get_ready_s : float
        Time before it begins by itself.
    note : str
    """

    spec: ExerciseSpec
    side: SideChoice | None
    place: CameraPlace | None
    camera_moves: bool
    get_ready_s: float
    note: str = ""

    @property
    def sets(self) -> int:
        """Sets to do."""
        return self.spec.dose.sets


@dataclass(frozen=True, slots=True)
class Plan:
    """A routine ready to be done."""

    id: str
    name: str
    steps: tuple[PlannedStep, ...]
    safety: tuple[str, ...] = ()
    source: str = ""
    sources: tuple[Source, ...] = ()

    @property
    def fingerprint(self) -> str:
        """What the plan asks for, as text: another dose or order is another fingerprint."""
        return "; ".join(
            f"{step.spec.id} {step.spec.kind} {step.side or ''} "
            f"{step.spec.dose.model_dump_json(exclude={'source'})}"
            for step in self.steps
        )


def make_plan(
    routine: Routine,
    load: Callable[[str], ExerciseSpec],
    *,
    shorten: float = 1.0,
) -> Plan:
    """Return the plan of a routine.

    Parameters
    ----------
    routine : Routine
    load : callable
        Gives the spec of an exercise's id or path.
    shorten : float
        Every dose times this (0–1], to try a routine out: at least one set, one rep, three seconds.
    """
    pairs = [(step, load(step.exercise)) for step in routine.steps]
    if routine.order == "free":
        pairs = together(pairs, lambda pair: camera_place(pair[1]))
    steps: list[PlannedStep] = []
    for step, spec in pairs:
        place = camera_place(spec) or (steps[-1].place if steps else None)
        before = next((step.place for step in reversed(steps) if step.place), None)
        moves = before is not None and place != before
        usual = FIRST_S if not steps else CAMERA_MOVES_S if moves else GET_READY_S
        ready_s = usual if step.get_ready_s is None else step.get_ready_s
        dosed = spec.model_copy(update={"dose": dose_of(step, spec.dose, shorten)})
        steps.append(PlannedStep(dosed, step.side, place, moves, ready_s * shorten, step.note))
    return Plan(
        routine.id, routine.name, tuple(steps), routine.safety, routine.source, routine.sources
    )


def camera_place(spec: ExerciseSpec) -> CameraPlace | None:
    """Return where the camera must stand for an exercise; None where it is not needed."""
    if spec.kind == "timed":
        return None
    lying = spec.position in {"supine", "prone"}
    return spec.view, "floor" if lying else "hip height"


def together(items: Sequence[Item], place_of: Callable[[Item], CameraPlace | None]) -> list[Item]:
    """Return the items with those of one place together, places and items as they first came."""
    places = list(dict.fromkeys(place_of(item) for item in items))
    return [item for place in places for item in items if place_of(item) == place]


def dose_of(step: RoutineStep, own: Dose, shorten: float = 1.0) -> Dose:
    """Return the dose of a step: what it says, else the exercise's own, shortened."""
    given: dict[str, object] = {
        name: getattr(step, name)
        for name in ("sets", "reps", "hold_s", "rest_s", "duration_s")
        if getattr(step, name) is not None and name in Dose.model_fields
    }
    dose = own.model_copy(update=given)
    if shorten >= 1.0:
        return dose
    changes: dict[str, object] = {
        "rest_s": dose.rest_s * shorten,
        "sets": max(1, math.ceil(dose.sets * shorten)),
    }
    if dose.reps is not None:
        changes["reps"] = max(1, math.ceil(dose.reps * shorten))
    hold = dose.hold_s
    # The hold at the top of a rep is how it is done and not how much.
    if dose.duration_s is not None:
        longest = dose.duration_s[1] if isinstance(dose.duration_s, tuple) else dose.duration_s
        changes["duration_s"] = max(LEAST_HOLD_S, round(longest * shorten, 1))
    if hold is not None and dose.reps is None:
        seconds = hold if isinstance(hold, tuple) else (hold, hold)
        short = tuple(max(LEAST_HOLD_S, round(value * shorten, 1)) for value in seconds)
        changes["hold_s"] = short if isinstance(hold, tuple) else short[0]
    return dose.model_copy(update=changes)
