"""What is to be said, collected until a step takes it; scripts that are read out."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable

from formcheck.core.coach.step import LETTERS_A_SECOND, Saying, SayingKind

HINT_AGAIN_S = 6.0


class Sayings:
    """What is to be said with the next step.

    Attributes
    ----------
    now_s : float
        The time at which things are said; the flow keeps it up to date.
    """

    def __init__(self, now_s: float = 0.0) -> None:
        self.now_s = now_s
        self._pending: list[Saying] = []
        self._said_s: dict[str, float] = {}
        self._script: list[tuple[float, Saying]] = []

    def say(self, kind: SayingKind, text: str) -> None:
        """Say something now."""
        self._pending.append(Saying(kind, text, self.now_s))

    def say_once(self, key: str, kind: SayingKind, text: str) -> None:
        """Say something unless the same key was said since `forget`."""
        if key not in self._said_s:
            self._said_s[key] = self.now_s
            self.say(kind, text)

    def say_sometimes(self, kind: SayingKind, text: str) -> None:
        """Say something unless the same was said a moment ago."""
        if self.now_s - self._said_s.get(text, -math.inf) >= HINT_AGAIN_S:
            self._said_s[text] = self.now_s
            self.say(kind, text)

    def forget(self) -> None:
        """Take everything as not said yet."""
        self._said_s.clear()

    def read_out(self, texts: Iterable[str], from_s: float) -> None:
        """Say these one after the other from now on, each when the one before is over."""
        self._script, at_s = [], from_s
        for text in texts:
            kind: SayingKind = "set" if at_s == from_s else "hint"
            self._script.append((at_s, Saying(kind, text, at_s)))
            at_s += 1.0 + len(text) / LETTERS_A_SECOND

    def stop_reading(self) -> None:
        """Leave out what was not read out yet."""
        self._script = []

    def greet(self, greeting: str) -> None:
        """Put a sentence before the first one that is still to be read out."""
        if greeting and self._script:
            text = f"{greeting}. {self._script[0][1].text}"
            self._script[0] = (self.now_s, Saying("set", text, self.now_s))

    def read_on(self) -> None:
        """Say what is due of what is read out."""
        while self._script and self._script[0][0] <= self.now_s:
            saying = self._script.pop(0)[1]
            self._pending.append(dataclasses.replace(saying, time_s=self.now_s))

    def take(self) -> tuple[Saying, ...]:
        """Return what is to be said now, once."""
        says, self._pending = tuple(self._pending), []
        return says
