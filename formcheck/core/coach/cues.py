"""Which one sentence to show: the worst fault's cue, praise once corrected, a framing hint."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from formcheck.core.coach.display import Cue
from formcheck.core.events import (
    ActiveFault,
    CountSide,
    FaultStarted,
    FrameResult,
    RepCompleted,
    Severity,
)
from formcheck.core.messages import Messages

CUE_SHOWN_S = 2.0  # heuristic: a short sentence is read from 3 m in under two seconds
CUE_COOL_DOWN_S = 6.0  # heuristic: about two reps, so that the same fault is not named at every one
GOOD_SHOWN_S = 1.5  # heuristic
CORRECTED_AFTER_S = 0.7  # heuristic: within its bound for this long in the phase it was missed in
HINT_STEADY_S = 0.4  # heuristic: a framing hint of a frame or two is noise
HINT_SHOWN_S = 1.2  # heuristic

_RANK: dict[Severity, int] = {"info": 0, "warning": 1, "fault": 2}


@dataclass(slots=True)
class _OpenCue:
    """A cue that was given and is not yet known to be corrected."""

    check: str
    side: CountSide
    severity: Severity
    said_s: float
    movement: str
    last_on_s: float


@dataclass(slots=True)
class CueChooser:
    """One cue at a time: worst first, with a cool-down for each check, "good" when corrected.

    A fault that merely ends has not been corrected: leaving the top of a rep ends every check of
    the top. It is corrected when a later rep of that side is free of it, or when the value came
    back within its bound while the same phase went on.
    """

    words: Messages
    _open: _OpenCue | None = None
    _shown: Cue | None = None
    _shown_until_s: float = -math.inf
    _last_said_s: dict[str, float] = field(default_factory=dict)

    def update(self, result: FrameResult) -> Cue | None:
        """Return the cue to show in this frame."""
        now = result.time_s
        worst = self._pick(result)
        if worst is not None and self._may_say(worst, now):
            self._say(worst, result)
        elif self._open is not None:
            self._follow(self._open, result)
        if self._shown is not None and now >= self._shown_until_s - 1e-9:
            self._shown = None
        return self._shown

    def _pick(self, result: FrameResult) -> ActiveFault | FaultStarted | None:
        """Return the worst fault that has a cue and is not cooling down."""
        on = {(fault.check, fault.side) for fault in result.active_faults}
        # A fault judged at the end of a phase (a hold that was too short) is over at once.
        brief = (
            event
            for event in result.events
            if isinstance(event, FaultStarted) and (event.check, event.side) not in on
        )
        candidates: list[ActiveFault | FaultStarted] = [*result.active_faults, *brief]
        faults = [f for f in candidates if f.cue and not self._cooling(f.check, result.time_s)]
        # The session gives them worst first; max keeps the first among equals.
        return max(faults, key=lambda f: _RANK[f.severity], default=None)

    def _cooling(self, check: str, now: float) -> bool:
        return now - self._last_said_s.get(check, -math.inf) < CUE_COOL_DOWN_S - 1e-9

    def _may_say(self, fault: ActiveFault | FaultStarted, now: float) -> bool:
        if self._shown is None or now >= self._shown_until_s - 1e-9 or self._shown.tone == "good":
            return True
        if self._open is None or fault.check == self._open.check:
            return True  # the same one again: the cool-down has passed
        return _RANK[fault.severity] > _RANK[self._open.severity]

    def _say(self, fault: ActiveFault | FaultStarted, result: FrameResult) -> None:
        now = result.time_s
        self._last_said_s[fault.check] = now
        # A fault that is over at once cannot come back within its bound, only be absent next time.
        movement = result.phase if isinstance(fault, ActiveFault) else ""
        self._open = _OpenCue(fault.check, fault.side, fault.severity, now, movement, now)
        text = self.words.phrase(fault.cue)
        self._shown = Cue(text, fault.severity, fault.check, now)
        self._shown_until_s = now + CUE_SHOWN_S

    def _follow(self, cue: _OpenCue, result: FrameResult) -> None:
        now = result.time_s
        is_on = any(f.check == cue.check and f.side == cue.side for f in result.active_faults)
        if is_on:
            cue.last_on_s = now
            cue.movement = result.phase
            # Still wrong: the sentence stays, without being said again, up to a possible "good".
            if self._shown is not None and self._shown.check == cue.check:
                self._shown_until_s = max(self._shown_until_s, now + CORRECTED_AFTER_S + 0.1)
            return
        came_back = result.phase == cue.movement and now - cue.last_on_s >= CORRECTED_AFTER_S - 1e-9
        clean_rep = any(
            isinstance(event, RepCompleted)
            and event.rep.side == cue.side
            and event.rep.start_s >= cue.said_s
            and cue.check not in event.rep.faults
            for event in result.events
        )
        if came_back or clean_rep:
            self._open = None
            self._shown = Cue(self.words.good, "good", cue.check, now)
            self._shown_until_s = now + GOOD_SHOWN_S
        elif result.phase != cue.movement:
            cue.movement = ""  # the phase was left before the value came back


@dataclass(slots=True)
class SteadyHint:
    """A framing hint that neither flickers nor vanishes before it is read."""

    _text: str | None = None
    _since_s: float = 0.0
    _shown: Cue | None = None

    def update(self, now: float, text: str | None) -> Cue | None:
        """Return the hint to show, given the one that holds in this frame."""
        if text != self._text:
            self._text, self._since_s = text, now
        is_steady = now - self._since_s >= HINT_STEADY_S - 1e-9
        if self._shown is None:
            if text is not None and is_steady:
                self._shown = Cue(text, "framing", None, now)
        elif text != self._shown.text and is_steady and now - self._shown.said_s >= HINT_SHOWN_S:
            self._shown = Cue(text, "framing", None, now) if text is not None else None
        return self._shown
