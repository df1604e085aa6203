"""Movements of the stick figure through a real session, told as a story."""

from __future__ import annotations

from collections.abc import Callable

from formcheck.core.events import (
    Attempt,
    FaultEnded,
    FaultStarted,
    FrameResult,
    HoldEnded,
    HoldTick,
    NotAssessed,
    PhaseEntered,
    ReadyChanged,
    RepCompleted,
)
from formcheck.core.judge.session import Session
from formcheck.core.judge.summary import Summary
from formcheck.core.pose import Pose
from formcheck.core.spec.exercise import ExerciseSpec
from formcheck.core.trial.figure import HALF_KNEELING, STANDING, Figure
from formcheck.io.specs import load_spec
from tests.support.stick_figure import curve, times

Motion = Callable[[float], Figure]


def told(event) -> str:
    """One event in words."""
    match event:
        case ReadyChanged(t, ready, message):
            return f"{t:.2f} ready" if ready else f"{t:.2f} not ready: {message}"
        case PhaseEntered(t, side, phase):
            return f"{t:.2f} {side} {phase}"
        case RepCompleted(t, rep):
            return f"{t:.2f} {rep.side} rep held {rep.hold_s:.1f} s {list(rep.faults)}"
        case Attempt(t, side, _, _, best, target, unit):
            return f"{t:.2f} {side} attempt {best:.0f} of {target:.0f} {unit}"
        case HoldTick(t, side, seconds):
            return f"{t:.2f} {side} holds {seconds:.1f}"
        case HoldEnded(t, hold):
            return f"{t:.2f} {hold.side} held {hold.hold_s:.1f} s {list(hold.faults)}"
        case FaultStarted(t, check, side, _, value, limit, unit, severity, cue):
            return f"{t:.2f} {side} {severity} {check} {value:.0f}/{limit:.0f} {unit}: {cue}"
        case FaultEnded(t, fault):
            return f"{t:.2f} {fault.side} end of {fault.check}, worst {fault.worst:.0f}"
        case NotAssessed(t, check, reason):
            return f"{t:.2f} {check} not assessed: {reason}"
    raise AssertionError(event)


def run(
    spec: str | ExerciseSpec, poses: list[Pose], **options
) -> tuple[list[FrameResult], Summary]:
    session = Session(load_spec(spec) if isinstance(spec, str) else spec, **options)
    return [session.update(pose) for pose in poses], session.finish()


def poses_of(motion: Motion, until: float, fps: float = 30.0, **picture) -> list[Pose]:
    return [motion(t).pose(t, **picture) for t in times(until, fps)]


def play(
    spec: str | ExerciseSpec, motion: Motion, until: float, **picture
) -> tuple[list[FrameResult], Summary]:
    return run(spec, poses_of(motion, until, **picture))


def story(results: list[FrameResult]) -> list[str]:
    return [told(event) for result in results for event in result.events]


def lift(t: float, start: float, top: float = 88.0, up: float = 0.7, hold: float = 3.3) -> float:
    moments = (start, start + up, start + up + hold, start + 2 * up + hold)
    return curve(t, tuple(zip(moments, (0.0, top, top, 0.0), strict=True)))


def march(**shape) -> Motion:
    """Left knee up at 1.5 s, right knee up at 7 s; done at 12 s."""

    def at(t: float) -> Figure:
        left, right = lift(t, 1.5, **shape), lift(t, 7.0, **shape)
        return STANDING.but(thigh_left=left, knee_left=left, thigh_right=right, knee_right=right)

    return at


def kneel(extension: float = -8.0, late: float | None = None, lean: float = 0.0) -> Motion:
    """Half-kneeling on the left knee; hips forward from 1.5 to 12 s (`late`: value from 8 s on)."""

    def at(t: float) -> Figure:
        end = extension if late is None else late
        steps = ((1.5, 8), (3, extension), (8, extension), (8.5, end), (12, end), (13.5, 20))
        rear = curve(t, ((0, 8), *steps))
        front = curve(t, ((0, 88), (1.5, 88), (3, 95), (12, 95), (13.5, 88)))
        forward = curve(t, ((0, 0), (5, 0), (5.5, lean), (7.5, lean), (8, 0)))
        return HALF_KNEELING.but(
            thigh_left=rear, knee_left=90 + rear, thigh_right=front, knee_right=front, lean=forward
        )

    return at


def lost(pose: Pose, marks) -> Pose:
    landmarks = pose.landmarks.copy()
    landmarks[list(marks), 3] = 0.0
    return Pose(pose.time_s, pose.size_px, landmarks, pose.world)
