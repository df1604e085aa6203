"""What a session says: events, and the result of one frame.

Events are returned, never called back. Times are seconds of video time. A *side* is ``left``,
``right``, or ``both`` for exercises without a side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from formcheck.core.pose import Pose

CountSide = Literal["left", "right", "both"]
Severity = Literal["info", "warning", "fault"]


@dataclass(frozen=True, slots=True)
class PhaseEntered:
    """A side's movement entered a phase: setup, rest, up, top, down, turn, hold, test or timed."""

    time_s: float
    side: CountSide
    phase: str


@dataclass(frozen=True, slots=True)
class Rep:
    """One counted repetition; a circle has a direction (``outward`` or ``inward``)."""

    side: CountSide
    start_s: float
    top_s: float
    end_s: float
    hold_s: float
    measurements: Mapping[str, float] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    direction: str | None = None


@dataclass(frozen=True, slots=True)
class RepCompleted:
    """A rep was counted."""

    time_s: float
    rep: Rep


@dataclass(frozen=True, slots=True)
class Attempt:
    """A movement that began as a rep and missed its target."""

    time_s: float
    side: CountSide
    start_s: float
    top_s: float
    best: float
    target: float
    unit: str


@dataclass(frozen=True, slots=True)
class Hold:
    """One hold; ``hold_s`` leaves out the gaps in which it was interrupted."""

    side: CountSide
    start_s: float
    end_s: float
    hold_s: float
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HoldTick:
    """A hold is on: seconds so far (given once for each full second)."""

    time_s: float
    side: CountSide
    hold_s: float


@dataclass(frozen=True, slots=True)
class HoldEnded:
    """A hold ended."""

    time_s: float
    hold: Hold


@dataclass(frozen=True, slots=True)
class Fault:
    """A bound of a check was missed for long enough, from start_s to end_s.

    The value farthest out is `worst`, seen at `worst_s`.
    """

    check: str
    side: CountSide
    start_s: float
    end_s: float
    worst: float
    limit: float
    unit: str
    severity: Severity
    cue: str
    worst_s: float


@dataclass(frozen=True, slots=True)
class FaultStarted:
    """A fault became certain at time_s (it began at start_s)."""

    time_s: float
    check: str
    side: CountSide
    start_s: float
    value: float
    limit: float
    unit: str
    severity: Severity
    cue: str


@dataclass(frozen=True, slots=True)
class FaultEnded:
    """A fault ended."""

    time_s: float
    fault: Fault


@dataclass(frozen=True, slots=True)
class NotAssessed:
    """A check could not be judged, with the reason; given once for each reason."""

    time_s: float
    check: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReadyChanged:
    """The person got into position (ready) or left it; message says what is missing."""

    time_s: float
    ready: bool
    message: str | None


Event = (
    PhaseEntered
    | RepCompleted
    | Attempt
    | HoldTick
    | HoldEnded
    | FaultStarted
    | FaultEnded
    | NotAssessed
    | ReadyChanged
)


@dataclass(frozen=True, slots=True)
class SelfTestResult:
    """One number of a self-test for one side. It is no diagnosis.

    Attributes
    ----------
    side : {"left", "right", "both"}
    id, name : str
        Of the number, as the spec has it.
    value : float
        NaN where it was not seen; `not_assessed` says why.
    unit : str
    at_s : float
        When it was reached, NaN without a value.
    valid : bool or None
        Whether the conditions were kept; None where they could not all be assessed.
    reading, source : str or None
        The value in plain words, and who published the range.
    near_border : bool
        True where the value is nearer to another range than its own error.
    invalid_because : tuple of str
        What broke the conditions, as cues.
    not_assessed : tuple of str
        What could not be seen, with the reason.
    """

    side: CountSide
    id: str
    name: str
    value: float
    unit: str
    at_s: float
    valid: bool | None
    reading: str | None = None
    source: str | None = None
    near_border: bool = False
    invalid_because: tuple[str, ...] = ()
    not_assessed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PaceNow:
    """The step of the pace that is on, and how much of it is over (0–1)."""

    say: str
    fraction: float


@dataclass(frozen=True, slots=True)
class Counts:
    """Totals so far, by side (``left``/``right`` or ``both``).

    `timed_s` is there only for exercises that are done by time.
    """

    reps: Mapping[str, int]
    attempts: Mapping[str, int]
    hold_s: Mapping[str, float]
    timed_s: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ActiveFault:
    """A fault that is on in this frame, with what is needed to show it."""

    check: str
    side: CountSide
    measurement: str
    value: float
    limit: float
    unit: str
    severity: Severity
    cue: str


@dataclass(frozen=True, slots=True)
class FrameResult:
    """What a session knows after one frame.

    Attributes
    ----------
    time_s : float
        Video time.
    pose : Pose
        The pose after tracking (left and right repaired), NaN where nobody was found.
    values : mapping of str to float
        Measurements by full name (``knee_flexion_left_deg``), NaN where unknown.
    reasons : mapping of str to str
        For each value that is NaN, why.
    phase : str
        ``setup`` until the start position was held, then the phase of the leading side.
    side : {"left", "right", "both"} or None
        The side at work now.
    events : tuple of Event
        What happened in this frame.
    counts : Counts
        Totals so far.
    hold_s : float or None
        Seconds of the hold that is on (of a hold exercise or at the top of a rep), else None.
    hold_target_s : float or None
        What the spec asks for.
    active_faults : tuple of ActiveFault
        Faults that are on, worst first.
    ready : bool
        True once the start position was held; nothing counts before.
    message : str or None
        What the person should change to be measured ("turn so that the camera sees your side").
    joint : str or None
        Full name of the measurement that the exercise is about for the side at work
        (``thigh_elevation_left_deg``), to be drawn at its joint.
    joint_target : float or None
        Its target, in the measurement's unit.
    view, near_side : str or None
        ``side``, ``front``, ``back`` or ``oblique``; the side nearer the camera.
    repaired : bool
        True where left and right were exchanged in this frame.
    pace : PaceNow or None
        What to breathe or count now, where the spec has a pace.

    Examples
    --------
    >>> import formcheck as fc
    >>> session = fc.Session(fc.load_spec("standing_march"))
    >>> with fc.open_poses("clip.poses.npz") as poses:
    ...     results = [session.update(pose) for pose in poses]
    >>> results[-1].counts.reps
    {'left': 3, 'right': 3}
    >>> [type(event).__name__ for result in results for event in result.events][:2]
    ['ReadyChanged', 'PhaseEntered']
    >>> max(result.values["thigh_elevation_left_deg"] for result in results[90:120]) > 80
    True
    """

    time_s: float
    pose: Pose
    values: Mapping[str, float]
    reasons: Mapping[str, str]
    phase: str
    side: CountSide | None
    events: tuple[Event, ...]
    counts: Counts
    hold_s: float | None = None
    hold_target_s: float | None = None
    active_faults: tuple[ActiveFault, ...] = ()
    ready: bool = False
    message: str | None = None
    joint: str | None = None
    joint_target: float | None = None
    view: str | None = None
    near_side: str | None = None
    repaired: bool = False
    pace: PaceNow | None = None
