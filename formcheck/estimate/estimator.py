"""What finds poses, and what a process needs to know to load it and to track with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Protocol, Self

from formcheck.capture.frame import Frame
from formcheck.capture.segment import Beginning
from formcheck.core.body.turned import Turn
from formcheck.core.pose import Pose
from formcheck.estimate.models import PoseModel


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of several people is followed.

    Attributes
    ----------
    at : {"left", "middle", "right"}, optional
        Where they are in the image; by default the one nearest the middle.
    lies : bool, optional
        Whether the exercise is done lying: who does as it is done comes before all others, unless
        `at` says who is meant.
    """

    at: Literal["left", "middle", "right"] | None = None
    lies: bool | None = None


ANYBODY = Wanted()


class Estimator(Protocol):
    """What finds poses: `formcheck.estimate.mediapipe.PoseEstimator`, or its stand-in in tests."""

    def estimate(self, frame: Frame) -> Pose:
        """Do what the others do, one after the other."""
        ...

    def prepare(self, frame: Frame) -> Any:
        """Return a frame as `find` takes it; in any thread, a few frames ahead."""
        ...

    def find(self, prepared: Any) -> Any:
        """Look at the next frame."""
        ...

    def pose(self, found: Any) -> Pose:
        """Return the pose in what was found, in any thread."""
        ...

    def __enter__(self) -> Self:
        """Return the estimator itself."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give back what it holds."""
        ...


LoadEstimator = Callable[[PoseModel, bool], Estimator]


@dataclass(frozen=True, slots=True)
class TrackerSettings:
    """What a process needs to know to track segments of a video.

    Attributes
    ----------
    path : Path
    model : PoseModel
    with_outline, with_pictures : bool
        What is given besides the landmarks.
    beginning : Beginning
        What only the beginning of the video can tell; the same for all segments.
    load : callable
        Loads the estimator: model and whether with the outline. It is sent to other processes.
    turn : int
        The frames are turned clockwise by this.
    """

    path: Path
    model: PoseModel
    with_outline: bool
    with_pictures: bool
    beginning: Beginning
    load: LoadEstimator
    turn: Turn = 0
