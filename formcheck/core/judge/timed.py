"""Exercises that are done by time: nothing is counted, nothing is judged."""

from __future__ import annotations

from typing import ClassVar

from formcheck.core.events import Event
from formcheck.core.judge.counter import Counter, SideParts
from formcheck.core.judge.moment import Moment


class TimedCounter(Counter):
    """Lets the time run from the first frame on, whether or not a person is seen."""

    needs_start: ClassVar[bool] = False

    def __init__(self, parts: SideParts) -> None:
        super().__init__(parts)
        self._began_s: float | None = None
        self._timed_s = 0.0

    def update(self, m: Moment) -> list[Event]:
        """Take one moment."""
        if self._began_s is None:
            self._began_s = m.time_s
        self._timed_s = m.time_s - self._began_s
        return self._enter("timed", m.time_s)

    @property
    def busy(self) -> bool:
        """True from the first frame on."""
        return self.phase == "timed"

    @property
    def timed_s(self) -> float:
        """Seconds since the first frame."""
        return self._timed_s
