"""Masks of a trunk whose outline is known, for tests of what is measured on it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from formcheck.core.pose import Landmark, Pose

Profile = Callable[[np.ndarray], np.ndarray]


def back_profile(hollow: float = 0.05, thickness: float = 0.22, slope: float = 0.0) -> Profile:
    """Offset of a back from the line hips–shoulders: a hollow between seat and thorax."""

    def offset(along: np.ndarray) -> np.ndarray:
        inside = np.clip((along - 0.05) / 0.6, 0.0, 1.0)
        return thickness - hollow * np.sin(np.pi * inside) ** 2 + slope * along

    return offset


def belly_profile(thickness: float = 0.2) -> Profile:
    """Offset of a flat front."""
    return lambda along: np.full_like(along, thickness)


def landmarks_of(
    hips_px: tuple[float, float], shoulders_px: tuple[float, float], size_px: tuple[int, int]
) -> np.ndarray:
    """Landmarks of which only hips and shoulders are meant; arms reach forward out of the way."""
    points = np.tile(np.array(hips_px), (33, 1))
    shoulders = np.array(shoulders_px)
    points[:11] = shoulders + 0.3 * (shoulders - np.array(hips_px))
    points[[Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]] = shoulders
    landmarks = np.ones((33, 4))
    landmarks[:, :2] = points / size_px
    return landmarks


def trunk_mask(
    right_of_trunk: Profile,
    left_of_trunk: Profile,
    hips_px: tuple[float, float] = (320.0, 300.0),
    shoulders_px: tuple[float, float] = (320.0, 180.0),
    size_px: tuple[int, int] = (640, 480),
) -> np.ndarray:
    """Soft-edged mask (H, W) of a trunk; "right" is the screen's, for someone upright."""
    width, height = size_px
    y, x = np.mgrid[0:height, 0:width] + 0.5
    hips, shoulders = np.array(hips_px), np.array(shoulders_px)
    up = shoulders - hips
    length = float(np.hypot(*up))
    up = up / length
    across = np.array([-up[1], up[0]])
    dx, dy = x - hips[0], y - hips[1]
    along = (dx * up[0] + dy * up[1]) / length
    out = (dx * across[0] + dy * across[1]) / length
    edge = np.minimum(right_of_trunk(along) - out, out + left_of_trunk(along)) * length
    ends = np.minimum(along + 0.6, 1.3 - along) * length
    mask: np.ndarray = np.clip(np.minimum(edge, ends) / 2 + 0.5, 0.0, 1.0).astype(np.float32)
    return mask


def trunk_pose(
    outline: np.ndarray | None, landmarks: np.ndarray, *, time_s: float = 0.0,
    size_px: tuple[int, int] = (640, 480),
) -> Pose:
    """Pose with an outline."""
    return Pose(time_s, size_px, landmarks, np.zeros((33, 3)), outline)
