"""Where a webcam stands, and the exact pixel of every point."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

NEAR_M = 0.05
FAR_M = 25.0


@dataclass(frozen=True, slots=True)
class Camera:
    """A pinhole camera without distortion, level sideways.

    Attributes
    ----------
    position_m, target_m
        Where it is and what it looks at (world frame).
    vertical_fov_deg
        Opening angle from the lowest to the highest row.
    width_px, height_px
        Picture size.
    """

    position_m: tuple[float, float, float]
    target_m: tuple[float, float, float] = (0.0, 0.0, 0.85)
    vertical_fov_deg: float = 45.0
    width_px: int = 640
    height_px: int = 480

    @property
    def focal_px(self) -> float:
        """Focal length in pixels."""
        return self.height_px / 2 / float(np.tan(np.radians(self.vertical_fov_deg) / 2))

    def axes(self) -> np.ndarray:
        """Rows: right, up, backwards of the camera in the world, (3, 3)."""
        back = np.subtract(self.position_m, self.target_m)
        back = back / np.linalg.norm(back)
        right = np.cross([0.0, 0.0, 1.0], back)
        right /= np.linalg.norm(right)
        return np.stack([right, np.cross(back, right), back])

    def project(self, points: np.ndarray) -> np.ndarray:
        """Pixels of world points.

        Parameters
        ----------
        points
            (..., 3) metres.

        Returns
        -------
        (..., 3): x to the right and y down from the picture's upper left corner, in pixels,
        and the depth along the optical axis in metres (positive in front).
        """
        local = (np.asarray(points) - self.position_m) @ self.axes().T
        depth = -local[..., 2]
        x = self.width_px / 2 + self.focal_px * local[..., 0] / depth
        y = self.height_px / 2 - self.focal_px * local[..., 1] / depth
        return np.stack([x, y, depth], axis=-1)

    def clip_matrix(self) -> np.ndarray:
        """World to OpenGL clip coordinates, (4, 4), for column vectors."""
        axes = self.axes()
        view = np.eye(4)
        view[:3, :3] = axes
        view[:3, 3] = -axes @ self.position_m
        f = 2 * self.focal_px / self.height_px
        near, far = NEAR_M, FAR_M
        lens = np.zeros((4, 4))
        lens[0, 0] = f * self.height_px / self.width_px
        lens[1, 1] = f
        lens[2, 2] = (far + near) / (near - far)
        lens[2, 3] = 2 * far * near / (near - far)
        lens[3, 2] = -1.0
        return lens @ view

    def resized(self, width_px: int, height_px: int) -> Camera:
        """Return the same camera with another picture size (the vertical angle is kept)."""
        return replace(self, width_px=width_px, height_px=height_px)


VIEW_AZIMUTH_DEG = {"front": 0.0, "oblique30": 60.0, "side": 90.0}
"""Direction from the person (heading 0) to the camera: 0 in front, 90 to their left.

``oblique30`` is 30 degrees short of a true side view.
"""

STANDS: dict[str, tuple[float, float, float]] = {
    # name: height of the camera, distance, height looked at (metres)
    "tripod": (1.05, 3.3, 0.90),
    "table": (0.75, 3.2, 0.88),
    "laptop": (0.18, 3.0, 0.85),
    "tripod_low": (0.75, 2.9, 0.42),
    "laptop_low": (0.18, 2.8, 0.40),
}
"""Ways to set up a camera; the ``*_low`` ones frame a person on the floor."""


def camera(
    view: str = "side",
    stand: str = "tripod",
    *,
    azimuth_deg: float | None = None,
    centre_m: tuple[float, float] = (0.0, 0.0),
    distance_m: float | None = None,
    height_m: float | None = None,
    vertical_fov_deg: float = 45.0,
    width_px: int = 640,
    height_px: int = 480,
) -> Camera:
    """Set up a camera round a place on the floor.

    Parameters
    ----------
    view
        One of `VIEW_AZIMUTH_DEG`; `azimuth_deg` overrides it.
    stand
        One of `STANDS`; `distance_m` and `height_m` override it.
    centre_m
        (x, y) of the place looked at.
    """
    azimuth = VIEW_AZIMUTH_DEG[view] if azimuth_deg is None else azimuth_deg
    stand_height_m, stand_distance_m, look_m = STANDS[stand]
    away_m = stand_distance_m if distance_m is None else distance_m
    x = centre_m[0] + away_m * float(np.sin(np.radians(azimuth)))
    y = centre_m[1] - away_m * float(np.cos(np.radians(azimuth)))
    return Camera(
        position_m=(x, y, stand_height_m if height_m is None else height_m),
        target_m=(centre_m[0], centre_m[1], look_m),
        vertical_fov_deg=vertical_fov_deg,
        width_px=width_px,
        height_px=height_px,
    )
