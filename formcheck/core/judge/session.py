"""One set of one exercise: poses in, one `FrameResult` a pose out.

Live and offline use the same object. It knows no clock and no files: time is the poses' own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, get_args

from formcheck.core.events import (
    ActiveFault,
    Counts,
    Event,
    FrameResult,
    NotAssessed,
    ReadyChanged,
    SelfTestResult,
)
from formcheck.core.judge.observer import Observer
from formcheck.core.judge.pace import Pacer
from formcheck.core.judge.side import SideJudge, exchange_movements, make_judges
from formcheck.core.judge.summary import Summary, SummaryBuilder, Unassessed
from formcheck.core.pose import Pose
from formcheck.core.spec.exercise import ExerciseSpec
from formcheck.errors import SettingError

SideChoice = Literal["left", "right", "alternate"]
_SEVERITY = {"fault": 0, "warning": 1, "info": 2}


def require_side(side: str | None) -> None:
    """Raise SettingError where a side is none that can be counted alone."""
    if side is not None and side not in get_args(SideChoice):
        raise SettingError(
            f"side should be 'left', 'right' or 'alternate', but is {side!r}; "
            "leave it out to count what the exercise asks for"
        )


class Session:
    """Counts reps and holds and finds faults of one exercise.

    Parameters
    ----------
    spec : ExerciseSpec
    side : {"left", "right", "alternate"}, optional
        Count only this side; by default what the spec says.
    roll_deg : float, optional
        Known roll of the camera: the vertical of the image is turned clockwise by this. Not given,
        it is learned from the person while they stand (`formcheck.core.body.camera_roll`).

    Raises
    ------
    SettingError
        Where there is no such side.

    Examples
    --------
    >>> import formcheck as fc
    >>> session = fc.Session(fc.load_spec("standing_march"))
    >>> with fc.open_poses("clip.poses.npz") as poses:
    ...     results = [session.update(pose) for pose in poses]
    >>> session.finish().totals.reps
    {'left': 3, 'right': 3}
    """

    def __init__(
        self, spec: ExerciseSpec, *, side: SideChoice | None = None, roll_deg: float | None = None
    ) -> None:
        require_side(side)
        self.spec = spec
        self._judges = make_judges(spec, side)
        self._observer = Observer(roll_deg)
        self._summary = SummaryBuilder(spec)
        self._pacer = Pacer(spec.pace)
        self._ready = self._begun = False
        # What was reported as not assessed, with the reason.
        self._reported: set[tuple[str, str]] = set()
        self._key = 0
        self._last: FrameResult | None = None

    def update(self, pose: Pose) -> FrameResult:
        """Take the next pose (`Pose.missing` where nobody was detected).

        Times must rise. Returns values, phase and events of this frame; events may concern
        moments up to some tenths of a second before.
        """
        at_start = any(judge.ready and not judge.counter.busy for judge in self._judges)
        seen = self._observer.update(pose, at_start=at_start)
        tracked = seen.tracked
        if not math.isnan(tracked.wrong_since_s):
            exchange_movements(self._judges, tracked.wrong_since_s)
        events: list[Event] = []
        for judge in self._judges:
            events += judge.update(self._key, pose.time_s, seen, begun=self._begun)
        self._begun = any(
            judge.ready and (self._begun or judge.counter.busy) for judge in self._judges
        )
        self._key += 1
        events = self._once(self._ready_events(pose.time_s) + events)
        lead = self._lead()
        counts = self._counts()
        reps = sum(counts.reps.values())
        result = FrameResult(
            time_s=pose.time_s,
            pose=tracked.pose,
            values=seen.values,
            reasons=seen.reasons,
            phase=lead.counter.phase if self._ready else "setup",
            side=lead.side if lead.counter.busy else None,
            events=tuple(events),
            counts=counts,
            hold_s=lead.counter.hold_now_s,
            hold_target_s=self.spec.dose.hold_target_s,
            active_faults=self._active_faults(),
            ready=self._ready,
            message=None if self._ready else lead.message,
            joint=lead.joint,
            joint_target=lead.counter.target,
            view=tracked.body.view.name if tracked.body else None,
            near_side=tracked.body.view.near_side if tracked.body else None,
            repaired=tracked.repaired,
            pace=self._pacer.update(pose.time_s, reps, running=self._ready),
        )
        self._summary.add(result, tracked.unfit)
        self._last = result
        return result

    @property
    def has_neutral(self) -> bool:
        """Whether the person's own neutral of the lower back was learned."""
        return self._observer.back.neutral is not None

    def relearn_neutral(self) -> None:
        """Forget the neutral; the next still moment in the start position gives another."""
        self._observer.back.relearn()

    def finish(self) -> Summary:
        """End the session: close what is open and return the summary."""
        events: list[Event] = []
        time_s = self._last.time_s if self._last else 0.0
        for judge in self._judges:
            events += judge.finish(time_s)
        return self._summary.build(
            self._once(events),
            self._counts(),
            unassessed=self._unassessed(),
            self_tests=self.self_test_results(),
            learned_roll_deg=self._observer.vertical.learned_deg,
        )

    def _ready_events(self, time_s: float) -> list[Event]:
        ready = any(judge.ready for judge in self._judges)
        if ready == self._ready:
            return []
        self._ready = ready
        return [ReadyChanged(time_s, ready, None if ready else self._lead().message)]

    def _lead(self) -> SideJudge:
        """Return the side at work: the one whose movement has gone furthest."""
        return max(self._judges, key=lambda judge: judge.prominence)

    def _counts(self) -> Counts:
        counters = {judge.side: judge.counter for judge in self._judges}
        timed = {side: counter.timed_s for side, counter in counters.items()}
        return Counts(
            reps={side: counter.reps for side, counter in counters.items()},
            attempts={side: counter.attempts for side, counter in counters.items()},
            hold_s={side: counter.total_hold_s for side, counter in counters.items()},
            timed_s={side: timed_s for side, timed_s in timed.items() if timed_s is not None},
        )

    def self_test_results(self) -> tuple[SelfTestResult, ...]:
        """Return the numbers of a self-test so far, for each side that did something."""
        return tuple(result for judge in self._judges for result in judge.self_test_results())

    def _active_faults(self) -> tuple[ActiveFault, ...]:
        faults = [fault for judge in self._judges for fault in judge.active_faults()]
        return tuple(sorted(faults, key=lambda fault: _SEVERITY[fault.severity]))

    def _unassessed(self) -> tuple[Unassessed, ...]:
        """Return what could not be judged, the seconds of both sides together."""
        found: dict[tuple[str, str], Unassessed] = {}
        for item in (item for judge in self._judges for item in judge.unassessed()):
            key = item.check, item.reason
            found[key] = found[key].together(item) if key in found else item
        return tuple(found.values())

    def _once(self, events: Sequence[Event]) -> list[Event]:
        """Leave out the second "not assessed" for the same reason from the other side."""
        out: list[Event] = []
        for event in events:
            if isinstance(event, NotAssessed):
                key = (event.check, event.reason)
                if key in self._reported:
                    continue
                self._reported.add(key)
            out.append(event)
        return out
