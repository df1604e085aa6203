"""What the filter reports of one frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from formcheck.core.pose import FloatArray


@dataclass(frozen=True, slots=True)
class BodyState:
    """The body in one frame; never changed once reported.

    Attributes
    ----------
    time_s : float
        Time of the frame in the video.
    points_m : array, shape (10, 3)
        The points of `skeleton.Point` in the camera's axes (x right, y down, z away), metres.
    values_deg : mapping of str to float
        Angles by name (`ANGLE_NAMES`), degrees. ``knee_flexion_*``, ``thigh_trunk_angle_*``,
        ``thigh_to_vertical_*`` and ``trunk_to_vertical``: the angle between two segments or a
        segment and the vertical, 0 in line, 0-180. ``thigh_trunk_flexion_*``: thigh against trunk
        about the hips' line, 0 in line, positive to the front; ``thigh_elevation_*``: thigh against
        the vertical about that line, 0 hanging, 90 level, positive to the front;
        ``shin_lean_*``: 0 vertical, positive with the knee in front of the ankle;
        ``trunk_lean_sagittal``: 0 upright, positive forward; all -180-180.
    sd_deg : mapping of str to float
        Standard deviation of each angle by what the filter knows, degrees.
    camera_pitch_deg, camera_roll_deg : float
        What the filter took for the camera's pitch (positive: looks down) and roll (the true
        vertical is turned clockwise in the image by this).
    measured : bool
        False where the frame itself showed nobody: bridged.
    exchanged : bool
        True where left and right leg were exchanged against the network's names.
    """

    time_s: float
    points_m: FloatArray
    values_deg: Mapping[str, float]
    sd_deg: Mapping[str, float]
    camera_pitch_deg: float
    camera_roll_deg: float
    measured: bool
    exchanged: bool
