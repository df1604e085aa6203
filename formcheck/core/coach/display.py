"""What is shown to the person, as a plain value.

`formcheck.core.coach.presenter.Presenter` turns each `FrameResult` into a `Display`. A window, an
annotated video or a page draws it; nothing here draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from formcheck.core.events import CountSide
from formcheck.core.formatting import value_text

SetPhase = Literal[
    "intro", "framing", "setup", "countdown", "work", "paused", "switch", "rest", "done"
]
Tone = Literal["framing", "info", "warning", "fault", "good"]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class SideCount:
    """Reps done by one side, with the set's target (None where there is none)."""

    side: CountSide
    done: int
    target: int | None
    attempts: int = 0
    side_short: str = ""


@dataclass(frozen=True, slots=True)
class HoldShown:
    """A hold that is on: seconds so far and the fraction of the target reached (0–1).

    ``left`` means that it is the rest between two sets and the seconds are those that are left.
    """

    seconds: float
    target_s: float | None
    left: bool = False

    @property
    def fraction(self) -> float:
        """How much of the target is reached, 0–1; 0 where there is no target."""
        if not self.target_s:
            return 0.0
        return min(1.0, max(0.0, self.seconds / self.target_s))


@dataclass(frozen=True, slots=True)
class Cue:
    """The one sentence on the screen.

    A new ``said_s`` means a new occasion: that is when a voice speaks it.
    """

    text: str
    tone: Tone
    check: str | None
    said_s: float


@dataclass(frozen=True, slots=True)
class MarkedJoint:
    """The joint to look at, in pixels of the unmirrored frame.

    The arc runs around ``vertex`` from the direction of ``zero`` (where the angle would be 0) to
    that of ``moving``; ``limit_at`` is the same for the limit. Those are None for a measurement
    that is no angle of the frame: then only its value is written at the vertex.
    """

    measurement: str
    value: float
    limit: float | None
    unit: str
    vertex: Point
    zero: Point | None
    moving: Point | None
    limit_at: Point | None
    fault: bool

    @property
    def text(self) -> str:
        """The value as written at the joint."""
        return value_text(self.value, self.unit)


@dataclass(frozen=True, slots=True)
class Display:
    """All that one frame shows beside the skeleton.

    Attributes
    ----------
    time_s : float
        Video time.
    phase : str
        Where in the set the person is: framing, setup, countdown, work, paused, switch, rest, done;
        intro before an exercise of a routine.
    movement : str
        Phase of the movement as the session names it.
    side, near_side : str or None
        Side at work; side nearer the camera.
    side_text : str
        The side at work as a word.
    counts : tuple of SideCount
        Each side's count, left first.
    big, big_target : str
        The large number and the small text beside it ("of 10"); empty for none.
    hold : HoldShown or None
        The hold ring.
    cue : Cue or None
        One sentence: a framing hint, the worst fault's cue, or praise.
    joint : MarkedJoint or None
        The joint to draw an angle at.
    framing : str or None
        What must change before anything can be measured.
    headline : str
        A word or number over the middle of the frame ("3", "Rest 25 s"); empty for none.
    lines : tuple of str
        Lines under the headline (summary of the set).
    guide : str or None
        Posture of the silhouette to step into: standing, kneeling, seated, lying.
    note : str
        A small line under the count ("Set 1 of 3").
    picture : str or None
        Id of the exercise whose picture to show; where it has none, the silhouette of ``guide``.
    """

    time_s: float
    phase: SetPhase
    movement: str
    side: CountSide | None
    near_side: str | None
    side_text: str = ""
    counts: tuple[SideCount, ...] = ()
    big: str = ""
    big_target: str = ""
    hold: HoldShown | None = None
    cue: Cue | None = None
    joint: MarkedJoint | None = None
    framing: str | None = None
    headline: str = ""
    lines: tuple[str, ...] = ()
    guide: str | None = None
    note: str = ""
    picture: str | None = None
