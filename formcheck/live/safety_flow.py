"""A card with the safety text before a first session, then whatever follows. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from formcheck.core.coach.display import Cue, Display, HoldShown
from formcheck.core.coach.gestures import RaisedArm
from formcheck.core.coach.safety_text import TITLE
from formcheck.core.coach.step import LETTERS_A_SECOND, Command, FlowStep, Saying, SayingKind
from formcheck.core.messages import Messages
from formcheck.core.pose import Pose

if TYPE_CHECKING:
    from formcheck.live.session import Flow

SHOWN_S = 20.0


class SafetyFirst:
    """Shows and says the safety text, then leads on to another flow.

    It goes on by itself, at once with a raised arm or the key for next. The other flow gets the
    same poses from then on, with times that begin at its own 0.
    """

    def __init__(self, flow: Flow, lines: Sequence[str], words: Messages | None = None) -> None:
        self._flow, self._words = flow, words or Messages()
        self._lines = tuple(self._words.phrase(line) for line in lines)
        self._over = False
        self._began_s: float | None = None
        self._now_s = 0.0
        self._arm = RaisedArm()
        at = 0.0
        self._script: list[tuple[float, str]] = []
        for text in self._lines:
            self._script.append((at, text))
            at += 1.0 + len(text) / LETTERS_A_SECOND

    def update(self, pose: Pose, *, brightness: float | None = None) -> FlowStep:
        """Take the pose of one frame."""
        if not self._over:
            self._over = self._arm.update(pose)
            return self._card(pose.time_s)
        return self._flow.update(pose, brightness=brightness)

    def tick(self, time_s: float, problem: str | None = None) -> FlowStep:
        """Let time pass without a frame."""
        if not self._over:
            return self._card(time_s).with_problem(problem, time_s)
        return self._flow.tick(time_s, problem)

    def command(self, command: Command) -> FlowStep | None:
        """Obey a key."""
        if self._over or command in {"quit", "stop_pain"}:
            return self._flow.command(command)
        self._over = command == "next"
        return None

    def _card(self, now: float) -> FlowStep:
        if self._began_s is None:
            self._began_s = now
        waited_s = now - self._began_s
        if waited_s >= SHOWN_S:
            self._over = True
        says = []
        while self._script and self._script[0][0] <= waited_s:
            kind: SayingKind = "set" if len(self._script) == len(self._lines) else "hint"
            says.append(Saying(kind, self._script.pop(0)[1], now))
        display = Display(
            time_s=now, phase="intro", movement="", side=None, near_side=None,
            headline=self._words.phrase(TITLE), lines=("", *self._lines),
            cue=Cue(self._words.raise_arm_next, "info", None, self._began_s),
            hold=HoldShown(math.ceil(max(0.0, SHOWN_S - waited_s)), SHOWN_S, left=True),
        )  # fmt: skip
        return FlowStep(display, tuple(says))
