"""What a flow gives back for each frame, and what it can be told: plain values."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal

from formcheck.core.coach.display import Cue, Display
from formcheck.core.events import FrameResult

Command = Literal[
    "quit", "stop_pain", "pause", "side", "restart", "next", "skip", "back", "neutral"
]
SayingKind = Literal["count", "hold", "cue", "good", "hint", "countdown", "set"]

SUMMARY_SHOWN_S = 20.0
LETTERS_A_SECOND = 13.0  # heuristic: a calm voice; the next sentence must not fall into this one


@dataclass(frozen=True, slots=True)
class Saying:
    """Something to say (or to sound) now; worthless half a second later."""

    kind: SayingKind
    text: str
    time_s: float


@dataclass(frozen=True, slots=True)
class FlowStep:
    """What follows from one frame: what to show, what to say, and whether it is over.

    ``result`` is None where no session saw the frame: at rest, paused by key, after the last set.
    """

    display: Display
    says: tuple[Saying, ...] = ()
    result: FrameResult | None = None
    finished: bool = False

    def with_problem(self, problem: str | None, time_s: float) -> FlowStep:
        """Return the step with a problem of the camera as what is shown; None leaves it as is."""
        if problem is None:
            return self
        cue = Cue(problem, "warning", None, time_s)
        return dataclasses.replace(self, display=dataclasses.replace(self.display, cue=cue))
