"""One pose made ready for measuring: pixels, vertical, which way the person faces."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from formcheck.core.body.view import View
from formcheck.core.geometry import Vec, Vec3, length, mid, rotate, sub3
from formcheck.core.pose import Landmark, Pose, Side, hips_and_trunk, landmark_of

# Far legs of recorded side views read 0.2–0.5 while their place is still right, so only what the
# model all but denies is refused (../shared/real_people, 2026-11).
MIN_VISIBILITY = 0.12
# Landmarks outside the picture are extrapolated; a small margin keeps toes on the border.
OUTSIDE = 0.03


@dataclass(frozen=True, slots=True)
class BackReading:
    """What the outline says about one frame.

    Attributes
    ----------
    tilt_change_deg, lumbar_change_deg : float
        Change from neutral: pelvis tipped forward, lower back arched = positive. NaN unknown.
    reason : str or None
        Why they are unknown.
    """

    tilt_change_deg: float
    lumbar_change_deg: float
    reason: str | None = None


@dataclass(frozen=True)
class Body:
    """A detected pose with its context.

    Attributes
    ----------
    pose : Pose
        A pose in which somebody was found.
    view : View
    roll_deg : float
        How far the camera is rolled: the picture's true vertical is turned clockwise by this.
    thigh_px : float
        Learned length of this person's thigh, pixels; NaN unknown.
    heels_below : float
        How far this person's heels are seen below the ankles when they stand facing the camera,
        over the trunk's length: little by a camera at hip height, more by one on the floor; NaN
        unknown.
    back : BackReading, optional
        The pelvis and lower back against the person's own neutral, as
        `formcheck.core.measure.spine` read them from the outline; None where there is no outline.
    """

    pose: Pose
    view: View
    roll_deg: float = 0.0
    thigh_px: float = math.nan
    heels_below: float = math.nan
    back: BackReading | None = None

    @cached_property
    def _rows(self) -> list[list[float]]:
        rows: list[list[float]] = self.pose.landmarks.tolist()
        return rows

    @cached_property
    def _points(self) -> list[Vec]:
        # Each is asked for several times in a frame.
        width, height = self.pose.size_px
        return [(row[0] * width, row[1] * height) for row in self._rows]

    def point(self, landmark: int) -> Vec:
        """Return a landmark in pixels."""
        return self._points[landmark]

    def joint(self, side: Side, joint: str) -> Vec:
        """Return a joint of one side in pixels."""
        return self._points[landmark_of(side, joint)]

    @cached_property
    def _world_rows(self) -> list[list[float]]:
        rows: list[list[float]] = self.pose.world.tolist()
        return rows

    def world_point(self, side: Side, joint: str) -> Vec3:
        """Return a joint in space, metres (camera-aligned, depth from the model)."""
        x, y, z = self._world_rows[landmark_of(side, joint)]
        return (x, y, z)

    def across_trunk(self, joint: str) -> Vec:
        """Return the line from the right to the left joint, looked at along the trunk, metres.

        First component: across the trunk as it lies in the picture; second: away from the camera.
        """
        hips, shoulders = (
            [self.world_point(side, name) for side in ("left", "right")]
            for name in ("hip", "shoulder")
        )
        ex, ey = (sum(p[i] for p in shoulders) - sum(p[i] for p in hips) for i in (0, 1))
        norm = math.hypot(ex, ey)
        if not norm > 0:
            return (math.nan, math.nan)
        dx, dy, dz = sub3(self.world_point("left", joint), self.world_point("right", joint))
        return ((dy * ex - dx * ey) / norm, dz)

    def trouble(self, landmark: int) -> str | None:
        """Return why a landmark cannot be used, or None."""
        x, y, _, visibility = self._rows[landmark]
        if not (-OUTSIDE <= x <= 1 + OUTSIDE and -OUTSIDE <= y <= 1 + OUTSIDE):
            what = "out of the picture"
        elif visibility < MIN_VISIBILITY:
            what = "hidden"
        else:
            return None
        name = Landmark(landmark).name.lower().replace("_", " ").replace(" index", "")
        return f"the {name} is {what}"

    @property
    def turn_sign(self) -> float:
        """+1 where the left side is near the camera, −1 where the right one is.

        A turn that is clockwise on the screen is then flexion of the hip, in whatever direction
        the trunk lies.
        """
        return 1.0 if self.view.near_side == "left" else -1.0

    @cached_property
    def down(self) -> Vec:
        """Direction of gravity in the picture, unit vector."""
        return rotate((0.0, 1.0), self.roll_deg)

    @property
    def up(self) -> Vec:
        """Direction against gravity in the picture, unit vector."""
        return (-self.down[0], -self.down[1])

    @cached_property
    def _hips_and_trunk(self) -> tuple[Vec, Vec]:
        return hips_and_trunk(self._points)

    @property
    def hips(self) -> Vec:
        """Point between the hips, pixels."""
        return self._hips_and_trunk[0]

    @cached_property
    def shoulders(self) -> Vec:
        """Point between the shoulders, pixels."""
        return mid(self.point(Landmark.LEFT_SHOULDER), self.point(Landmark.RIGHT_SHOULDER))

    @property
    def trunk(self) -> Vec:
        """Vector from hips to shoulders, pixels."""
        return self._hips_and_trunk[1]

    @cached_property
    def trunk_px(self) -> float:
        """Length of the trunk in the picture, pixels."""
        return length(self.trunk)

    @cached_property
    def side_on(self) -> Body | None:
        """The body as a camera at its side would see it; None where that cannot be told."""
        from formcheck.core.body.side_on import side_on

        return self if self.view.name == "side" else side_on(self)

    def height_px(self, point: Vec) -> float:
        """Return how high a point is above the picture's origin along the vertical, pixels."""
        return -(point[0] * self.down[0] + point[1] * self.down[1])

    @cached_property
    def floor_height_px(self) -> float:
        """Height of the lowest foot or knee: the floor of someone standing or kneeling."""
        return min(
            self.height_px(self.joint(side, joint))
            for side in ("left", "right")
            for joint in ("knee", "ankle", "heel", "foot_index")
        )
