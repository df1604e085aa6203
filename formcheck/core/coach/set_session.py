"""The session behind a set, also where the set goes on after an interruption."""

from __future__ import annotations

import dataclasses
from typing import Protocol

from formcheck.core.events import Counts, FrameResult, HoldTick
from formcheck.core.judge.summary import Summary
from formcheck.core.pose import Pose


class SessionLike(Protocol):
    """The part of `formcheck.core.judge.session.Session` that the flows use."""

    def update(self, pose: Pose) -> FrameResult:
        """Take the next pose."""
        ...

    def finish(self) -> Summary:
        """End the session."""
        ...

    @property
    def has_neutral(self) -> bool:
        """Whether the person's own neutral of the lower back was learned."""
        ...

    def relearn_neutral(self) -> None:
        """Forget it and learn another."""
        ...


class ContinuedSession:
    """A session that goes on with a set begun before: its counts start where that one stopped.

    Its summary has only what is new, so that nothing is kept twice.
    """

    def __init__(self, session: SessionLike, before: Counts) -> None:
        self._session, self._before = session, before

    def update(self, pose: Pose) -> FrameResult:
        """Take the next pose."""
        result = self._session.update(pose)
        counts = sum_of(self._before, result.counts)
        held = self._before.hold_s.get(result.side or "", 0.0)
        hold_s = None if result.hold_s is None else result.hold_s + held
        events = tuple(
            dataclasses.replace(
                event, hold_s=event.hold_s + self._before.hold_s.get(event.side, 0.0)
            )
            if isinstance(event, HoldTick)
            else event
            for event in result.events
        )
        return dataclasses.replace(result, counts=counts, hold_s=hold_s, events=events)

    def finish(self) -> Summary:
        """End the session."""
        return self._session.finish()

    @property
    def has_neutral(self) -> bool:
        """Whether the person's own neutral of the lower back was learned."""
        return self._session.has_neutral

    def relearn_neutral(self) -> None:
        """Forget it and learn another."""
        self._session.relearn_neutral()


def sum_of(one: Counts, other: Counts) -> Counts:
    """Return two counts together."""
    return Counts(
        reps={k: v + one.reps.get(k, 0) for k, v in other.reps.items()},
        attempts={k: v + one.attempts.get(k, 0) for k, v in other.attempts.items()},
        hold_s={k: v + one.hold_s.get(k, 0.0) for k, v in other.hold_s.items()},
    )
