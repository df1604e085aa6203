"""One moment of one side, as the judge's parts see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from formcheck.core.body.body import Body
from formcheck.core.pose import Side


@dataclass(slots=True)
class Moment:
    """What is known of one frame.

    Attributes
    ----------
    key : int
        Number of the frame.
    time_s, since_s : float
        Video time, and how long after the moment before (0 for the first).
    values, reasons : mapping
        Measurements by full name, NaN where unknown; and why.
    body : Body or None
    near_side : {"left", "right"} or None
        The side nearer the camera; with nobody detected, the last one known.
    restarted, other_person : bool
        Another person is tracked from here on; somebody else is in the frame.
    unfit : str or None
        Why the picture cannot be judged, though somebody is in it.
    separated : bool
        The legs were merged and were separated again: good enough to count by, not to judge by.
    knee_seen : float
        Visibility of the working knee.
    speeds : mapping
        Of the values whose speed is checked, by full name.
    occluded : bool
        The legs cannot be seen, but they bear the person, who has not moved.
    in_position : bool
        The person is in the exercise's position; known once readiness has looked.
    side_on : mapping or None
        Where the person is not seen from the side: the values to count by, coarse ones among them
        (`formcheck.core.judge.observer.Observation.counted`).
    """

    key: int
    time_s: float
    values: Mapping[str, float]
    reasons: Mapping[str, str]
    body: Body | None = None
    near_side: Side | None = None
    since_s: float = 0.0
    restarted: bool = False
    other_person: bool = False
    unfit: str | None = None
    separated: bool = False
    knee_seen: float = 1.0
    speeds: Mapping[str, float] = field(default_factory=dict)
    occluded: bool = False
    in_position: bool = False
    side_on: Mapping[str, float] | None = None

    @property
    def counted(self) -> Mapping[str, float]:
        """The values to count by, whatever the view."""
        return self.values if self.side_on is None else self.side_on
