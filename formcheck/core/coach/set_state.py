"""Where a set is: a plain value that the flow changes and the screen reads."""

from __future__ import annotations

from dataclasses import dataclass, field

from formcheck.core.coach.display import SetPhase
from formcheck.core.events import CountSide
from formcheck.core.judge.session import SideChoice


@dataclass(slots=True)
class SetState:
    """Where a set is.

    Attributes
    ----------
    sets, set_number : int
        How many there are, and which one is on, from 1.
    side : {"left", "right", "alternate"} or None
        The side that is counted alone.
    phase : str
    since_s : float
        Since when it is in this phase.
    countdown : int
        The number that was said last.
    done_sides : set of str
        Sides that have done their part.
    ended_because : str
        Why it ended short of its dose, in words; empty where it did not.
    """

    sets: int
    set_number: int
    side: SideChoice | None
    phase: SetPhase = "framing"
    since_s: float = 0.0
    countdown: int = 0
    done_sides: set[CountSide] = field(default_factory=set)
    ended_because: str = ""

    def begin(self, now: float) -> None:
        """Begin a set."""
        self.phase, self.since_s = "framing", now
        self.done_sides.clear()
        self.ended_because = ""

    def enter(self, phase: SetPhase, now: float) -> None:
        """Go to a phase, where it is not in it already."""
        if phase != self.phase:
            self.phase, self.since_s = phase, now

    @property
    def is_before_work(self) -> bool:
        """Whether the person is still getting into position."""
        return self.phase in {"framing", "setup", "countdown"}

    @property
    def is_at_work(self) -> bool:
        """Whether what is done counts as work."""
        return self.phase in {"work", "switch"}

    @property
    def is_between_sets(self) -> bool:
        """Whether no session is on: at rest, or all done."""
        return self.phase in {"rest", "done"}
