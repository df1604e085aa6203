"""From an example to poses: the stick figure moves in straight lines between its moments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from formcheck.core.pose import Pose
from formcheck.core.spec.example import Example, SeenFrom
from formcheck.core.spec.exercise import ExerciseSpec
from formcheck.core.trial.figure import START, Figure

FPS = 30.0
TURN_DEG: dict[SeenFrom, float] = {"left": 90.0, "right": -90.0, "front": 0.0}


def seen_from(spec: ExerciseSpec, example: Example) -> SeenFrom:
    """Return which side of the person the camera sees."""
    return example.seen_from or ("front" if spec.view == "front" else "left")


@dataclass(frozen=True)
class Motion:
    """A figure over time.

    Attributes
    ----------
    moments : tuple of (float, Figure)
        Times rise; before the first and after the last it is still.
    """

    moments: tuple[tuple[float, Figure], ...]

    @property
    def duration_s(self) -> float:
        """When it ends."""
        return self.moments[-1][0]

    def at(self, time_s: float) -> Figure:
        """Return the figure at a time."""
        times = [time for time, _ in self.moments]
        names = list(Figure.__dataclass_fields__)
        return Figure(
            **{
                name: float(np.interp(time_s, times, [getattr(f, name) for _, f in self.moments]))
                for name in names
            }
        )

    def poses(self) -> Iterator[Pose]:
        """Give the poses, `FPS` a second."""
        for number in range(round(self.duration_s * FPS) + 1):
            time_s = number / FPS
            yield self.at(time_s).pose(time_s)


def motion_of(spec: ExerciseSpec, example: Example) -> Motion:
    """Return the motion of an example.

    Parameters
    ----------
    spec : ExerciseSpec
        Its position is where the figure begins.
    example : Example
    """
    figure = START[spec.position].but(turn_deg=TURN_DEG[seen_from(spec, example)])
    moments = []
    for moment in example.moments:
        angles = moment.angles
        if "lying" in angles:
            angles["lying_deg"] = angles.pop("lying")
        figure = figure.but(**angles)
        moments.append((moment.at_s, figure))
    return Motion(tuple(moments))
