"""Ten points of one body in space, followed through time."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from formcheck.core.body.filter3d.angles import ANGLE_NAMES, angles_rad
from formcheck.core.body.filter3d.feet import Feet
from formcheck.core.body.filter3d.kalman import (
    Gaussian,
    Motion,
    Prediction,
    Step,
    motion,
    predict,
    smoothed_mean,
    smoothed_variance,
    unmeasured,
    update,
)
from formcheck.core.body.filter3d.landmark_bias import LandmarkBias
from formcheck.core.body.filter3d.leg_names import LegNames, Named
from formcheck.core.body.filter3d.mirror import Doubt, Mirror
from formcheck.core.body.filter3d.model import BodyModel
from formcheck.core.body.filter3d.observation import Observation, Observer
from formcheck.core.body.filter3d.parameters import FilterParameters
from formcheck.core.body.filter3d.skeleton import BONE_COUNT, POINT_COUNT, Bone, Point
from formcheck.core.body.filter3d.start import first_guess, usual
from formcheck.core.body.filter3d.state import BodyState
from formcheck.core.body.filter3d.unknowns import (
    COORDINATES,
    LENGTHS,
    LOG_FOCAL,
    PITCH,
    ROLL,
    UNKNOWN_COUNT,
)
from formcheck.core.pose import FloatArray, Pose

# Gauss-Newton steps in a frame: the prediction is near. Five and ten give the same to 0.1 degrees.
ITERATIONS = 2
FIRST_ITERATIONS = 12
# Image times are rounded: a frame is due this much early.
_SLACK_S = 1e-6
# Speed carries the place on for this long when legs are named: after a gap nobody knows.
CARRY_S = 0.1
# A frame contradicts what was predicted where half of its landmarks miss by more than this (sd).
LOST_SD = 6.0


@dataclass(frozen=True, slots=True)
class _Frame:
    """A frame that waits to be reported: enough to be filtered anew."""

    step: Step
    predicted: Prediction
    seen: Observation | None
    worth: float
    exchanged: bool


class BodyFilter:
    """Follows one person, some tenths of a second behind.

    Ten points with their speed, seven lengths of this person, pitch and roll of the camera and its
    focal length are estimated together (iterated extended Kalman filter), and each frame is
    reported once, `FilterParameters.lag_s` later, when the frames after it have spoken, too.

    Everything follows from the poses and their `time_s`: the same poses give the same states to the
    digit. Nobody, or somebody who is nowhere near the prediction, is bridged for
    `FilterParameters.gap_s`; after that, and after `reset`, it starts anew.

    Parameters
    ----------
    parameters : FilterParameters, optional
    focal_px : float, optional
        Focal length in pixels of the poses' image, where it is known.
    bias : LandmarkBias, optional
        Where the network marks joints instead of where they are.

    Examples
    --------
    >>> body_filter = BodyFilter()
    >>> for pose in poses:  # doctest: +SKIP
    ...     for state in body_filter.update(pose):
    ...         print(state.time_s, state.values_deg["knee_flexion_left_deg"])
    """

    def __init__(
        self,
        parameters: FilterParameters | None = None,
        focal_px: float | None = None,
        bias: LandmarkBias | None = None,
    ) -> None:
        self._p = p = parameters or FilterParameters()
        self._focal_px = focal_px
        self._bias = bias
        self._observer = Observer(p)
        self._model = BodyModel(p)
        factor = np.ones((POINT_COUNT, 1))
        factor[[Point.LEFT_KNEE, Point.RIGHT_KNEE]] = p.knee_acceleration
        factor[_FEET] = p.ankle_acceleration
        self._acceleration = np.repeat(p.acceleration * factor, 3, axis=1)
        self._forget()

    def _forget(self) -> None:
        self._feet = Feet(self._p)
        self._mirror = Mirror(self._p)
        self._names = LegNames(self._p, self._model)
        self._waiting: list[_Frame] = []
        self._reported: Step | None = None
        self._seen_s = math.nan

    @property
    def _last(self) -> Step | None:
        return self._waiting[-1].step if self._waiting else self._reported

    def update(self, pose: Pose) -> tuple[BodyState, ...]:
        """Take the next pose; return the states that are due, oldest first.

        At a steady frame rate that is none for `lag_s` and then one a frame; several where frames
        were lost.

        Parameters
        ----------
        pose : Pose
            Later than the one before; one that is not is passed over.
        """
        last = self._last
        if last is not None and pose.time_s <= last.time_s:
            return ()
        ended: tuple[BodyState, ...] = ()
        if last is not None and pose.time_s - self._seen_s > self._p.gap_s:
            ended, last = self.finish(), None
        seen = self._observer.observe(pose)
        named = None if last is None or seen is None else self._name(pose.time_s, last, seen)
        if named is not None and named.wrong:
            ended, last = self.finish(), None
        if last is not None:
            self._follow(pose, named, last)
        elif seen is not None:
            self._start(pose, seen)
        return (*ended, *self._due(pose.time_s - self._p.lag_s + _SLACK_S))

    def _name(self, time_s: float, last: Step, seen: Observation) -> Named:
        dt_s = time_s - last.time_s
        x = last.after.mean[:UNKNOWN_COUNT].copy()
        x[:COORDINATES] += min(dt_s, CARRY_S) * last.after.mean[UNKNOWN_COUNT:]
        return self._names.update(dt_s, x, seen)

    def _follow(self, pose: Pose, named: Named | None, last: Step) -> None:
        dt_s = pose.time_s - last.time_s
        seen = None if named is None else named.seen
        moved = self._motion(pose.time_s, last, seen)
        predicted = predict(last.after, pose.time_s, moved)
        if named is None or seen is None or self._is_other(predicted.state, seen):
            step = unmeasured(predicted)
            self._waiting.append(_Frame(step, predicted, None, 0.0, False))
            return
        self._seen_s = pose.time_s
        worth = min(1.0, dt_s / self._p.network_memory_s)
        step = self._solve(predicted, seen, worth, ITERATIONS)
        self._waiting.append(_Frame(step, predicted, seen, worth, named.exchanged))
        doubt = self._mirror.update(pose.time_s, predicted.state, seen)
        if doubt is not None:
            self._take_back(doubt)

    def _take_back(self, doubt: Doubt) -> None:
        """Filter anew from where a segment's depth became doubtful, with the other depth."""
        first = next(
            i
            for i, frame in enumerate(self._waiting)
            if frame.seen is not None and frame.step.time_s >= doubt.since_s
        )
        again, self._waiting[first:] = self._waiting[first:], []
        for frame in again:
            predicted = frame.predicted
            if frame is again[0] and frame.seen is not None:
                state = self._mirror.taken(predicted.state, frame.seen, doubt)
                predicted = replace(predicted, state=state)
            else:
                before = self._waiting[-1].step.after
                predicted = predict(before, predicted.time_s, predicted.moved)
            if frame.seen is None:
                step = unmeasured(predicted)
            else:
                step = self._solve(predicted, frame.seen, frame.worth, ITERATIONS)
            self._waiting.append(replace(frame, step=step, predicted=predicted))

    def finish(self) -> tuple[BodyState, ...]:
        """Return the states still waiting, and forget everything."""
        states = self._due(self._seen_s)
        self._forget()
        return states

    def reset(self) -> tuple[BodyState, ...]:
        """Start anew with the next pose; return what was waiting: somebody else is followed."""
        return self.finish()

    def _due(self, until_s: float) -> tuple[BodyState, ...]:
        """Report what is as old as that; frames after the last one seen wait for a next one."""
        states = []
        until_s = min(until_s, self._seen_s)
        while self._waiting and self._waiting[0].step.time_s <= until_s:
            states.append(self._report())
            self._reported = self._waiting.pop(0).step
        return tuple(states)

    def _report(self) -> BodyState:
        steps = [frame.step for frame in self._waiting]
        x = smoothed_mean(steps)[:UNKNOWN_COUNT]
        angles, rows = angles_rad(x)
        sd = np.sqrt(smoothed_variance(steps, rows))
        points_m = x[:COORDINATES].reshape(POINT_COUNT, 3).copy()
        points_m.flags.writeable = False
        return BodyState(
            steps[0].time_s,
            points_m,
            dict(zip(ANGLE_NAMES, np.degrees(angles).tolist(), strict=True)),
            dict(zip(ANGLE_NAMES, np.degrees(sd).tolist(), strict=True)),
            math.degrees(x[PITCH]),
            math.degrees(x[ROLL]),
            self._waiting[0].seen is not None,
            self._waiting[0].exchanged,
        )

    def _start(self, pose: Pose, seen: Observation) -> None:
        guess = first_guess(seen, pose.size_px, self._p, self._focal_px)
        if guess is None:
            return
        self._feet.update(pose.time_s, seen, self._trunk_px(guess.mean))
        self._slow = usual(pose.size_px, self._p, self._focal_px)
        still = np.zeros(COORDINATES)
        moved = motion(0.0, self._acceleration.ravel(), still, self._slow, 1.0)
        self._seen_s = pose.time_s
        predicted = Prediction(pose.time_s, moved, guess)
        step = self._solve(predicted, seen, 1.0, FIRST_ITERATIONS)
        self._waiting.append(_Frame(step, predicted, seen, 1.0, False))

    def _trunk_px(self, mean: FloatArray) -> float:
        distance_m = max(float(mean[2] + mean[5]) / 2, 0.2)
        return math.exp(mean[LOG_FOCAL]) * self._p.length_m[Bone.FLANK] / distance_m

    def _motion(self, time_s: float, last: Step, seen: Observation | None) -> Motion:
        acceleration = self._acceleration.copy()
        slowing = np.zeros((POINT_COUNT, 3))
        if seen is not None:
            moves = self._feet.update(time_s, seen, self._trunk_px(last.after.mean))
            moves = np.tile(moves, 2)[:, None]
            rest = (1.0 - moves) * self._p.rest_acceleration
            acceleration[_FEET] = moves * acceleration[_FEET] + rest
            slowing[_FEET] = (1.0 - moves) / self._p.rest_s
        dt_s = time_s - last.time_s
        size = self._size(last.after.mean[LENGTHS])
        return motion(dt_s, acceleration.ravel(), slowing.ravel(), self._slow, size)

    def _size(self, log_lengths: FloatArray) -> float:
        """Return by how much a body must be larger to be as large as is most probable.

        One camera does not see how large a body is, but the filter, which looks at each frame from
        where it happens to be, comes to believe it does: a squat of minutes would shrink.
        """
        off = self._slow.usual[:BONE_COUNT] - log_lengths
        info = 1.0 / self._slow.variance[:BONE_COUNT]
        return math.exp(float((info * off).sum() / info.sum()))

    def _is_other(self, predicted: Gaussian, seen: Observation) -> bool:
        """Return whether a frame shows something else than was predicted."""
        off = self._model.image_misfit(predicted.mean[:UNKNOWN_COUNT], seen)
        return bool(2 * np.count_nonzero(off > LOST_SD) > np.count_nonzero(np.isfinite(off)))

    def _solve(
        self, predicted: Prediction, seen: Observation, worth: float, iterations: int
    ) -> Step:
        mean = predicted.state.mean[:UNKNOWN_COUNT]
        cov = predicted.state.covariance[:UNKNOWN_COUNT, :UNKNOWN_COUNT]
        prior: FloatArray = np.linalg.inv(cov).astype(np.float64, copy=False)
        bias_m = None if self._bias is None else self._bias.offsets_m(mean)
        x = mean
        for _ in range(iterations):
            info, pull = self._model.normal(x, seen, worth, bias_m)
            x = x + np.linalg.solve(prior + info, pull - prior @ (x - mean))
        return update(predicted, prior, info, x)


_FEET = [
    int(Point.LEFT_ANKLE),
    int(Point.RIGHT_ANKLE),
    int(Point.LEFT_TOE),
    int(Point.RIGHT_TOE),
]
