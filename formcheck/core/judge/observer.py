"""What is seen of a person in each frame, whatever exercise they do: poses in, values out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from formcheck.core.body.camera_roll import Vertical
from formcheck.core.body.joint_centres import at_joint_centres
from formcheck.core.body.picture_quality import PictureQuality
from formcheck.core.body.tracker import Tracked, Tracker
from formcheck.core.measure.kinds import measure, measure_side_on, missing_values
from formcheck.core.measure.smoothing import MedianSmoother
from formcheck.core.measure.spine import BackWatch
from formcheck.core.pose import Pose


@dataclass(frozen=True, slots=True)
class Observation:
    """One frame.

    Attributes
    ----------
    tracked : Tracked
        The person, with the landmarks at the joint centres.
    values : mapping of str to float
        What can be judged, by full name; NaN where it cannot be, with its reason in `reasons`.
    counted : mapping of str to float
        What can be counted by: the same from the side; from elsewhere with the angles of the
        sagittal plane as the landmarks in space show them.
    reasons : mapping of str to str
    """

    tracked: Tracked
    values: Mapping[str, float]
    counted: Mapping[str, float]
    reasons: Mapping[str, str]


class Observer:
    """Follows a person and measures them, frame by frame.

    Parameters
    ----------
    roll_deg : float, optional
        Known roll of the camera; not given, it is learned from a standing person.

    Attributes
    ----------
    back : BackWatch
        What is known of the lower back's neutral.
    """

    def __init__(self, roll_deg: float | None = None) -> None:
        self._quality = PictureQuality()
        self._tracker = Tracker(roll_deg)
        self.back = BackWatch()
        self._smoother, self._side_on_smoother = MedianSmoother(), MedianSmoother()

    @property
    def vertical(self) -> Vertical:
        """The camera's roll."""
        return self._tracker.vertical

    def update(self, pose: Pose, *, at_start: bool = False) -> Observation:
        """Take the next pose; `at_start` where the person is in the start position, at rest."""
        unfit = self._quality.update(pose)
        # What such a picture shows is not to be learned from, either.
        tracked = self._tracker.update(pose) if unfit is None else _unfit(pose, unfit)
        # The outline of the back was fitted on the landmarks as the model gives them.
        tracked = _at_joint_centres(self.back.update(tracked, at_start=at_start))
        body = tracked.body
        values, reasons = missing_values(tracked.reason) if body is None else measure(body)
        if not math.isnan(tracked.wrong_since_s):
            self._smoother.exchange_legs()
        values = self._smoother.update(pose.time_s, values)
        if body is None or body.view.name == "side":
            return Observation(tracked, values, values, reasons)
        side_on = self._side_on_smoother.update(pose.time_s, measure_side_on(body))
        return Observation(tracked, values, values | side_on, reasons)


def _unfit(pose: Pose, reason: str) -> Tracked:
    return Tracked(pose, None, reason=reason, unfit=reason)


def _at_joint_centres(tracked: Tracked) -> Tracked:
    if tracked.body is None:
        return tracked
    body = at_joint_centres(tracked.body)
    return replace(tracked, pose=body.pose, body=body)
