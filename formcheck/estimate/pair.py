"""Two networks on the same frames, combined into one pose (two-model ensemble)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

from formcheck.capture.frame import Frame
from formcheck.core.body.fusion import merged
from formcheck.core.pose import Pose
from formcheck.estimate.estimator import Estimator


class PairedEstimator:
    """Finds the landmarks of one person with two estimators, frame after frame.

    It is used as `formcheck.estimate.mediapipe.PoseEstimator` is. The two look at the same time,
    where there are processors for it, so that it takes as long as the slower one.

    Parameters
    ----------
    first, second : Estimator
        As `formcheck.core.body.fusion.merged` takes their poses. Closed with this one.
    """

    def __init__(self, first: Estimator, second: Estimator) -> None:
        self._first, self._second = first, second
        # One thread throughout: an estimator's `find` is bound to one.
        self._beside = ThreadPoolExecutor(1, "second look")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._beside.shutdown()
        try:
            self._first.__exit__(kind, error, trace)
        finally:
            self._second.__exit__(kind, error, trace)

    def estimate(self, frame: Frame) -> Pose:
        """Return the pose in a frame; all NaN where nobody was found."""
        return self.pose(self.find(self.prepare(frame)))

    def prepare(self, frame: Frame) -> tuple[Any, Any]:
        """Return the frame as each of the two takes it."""
        return self._first.prepare(frame), self._second.prepare(frame)

    def find(self, prepared: tuple[Any, Any]) -> tuple[Any, Any]:
        """Look for the person in the next frame."""
        second = self._beside.submit(self._second.find, prepared[1])
        return self._first.find(prepared[0]), second.result()

    def pose(self, found: tuple[Any, Any]) -> Pose:
        """Return the pose that both come to; all NaN where nobody was found."""
        return merged(self._first.pose(found[0]), self._second.pose(found[1]))
