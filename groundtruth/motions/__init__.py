"""Motion scripts: what a person does in a take, as short declarative files."""

from groundtruth.motions.script import (
    Fault,
    Motion,
    MotionError,
    PoseSpec,
    Timing,
    load_motion,
    motion_names,
    named_pose,
    sequence,
)

__all__ = [
    "Fault",
    "Motion",
    "MotionError",
    "PoseSpec",
    "Timing",
    "load_motion",
    "motion_names",
    "named_pose",
    "sequence",
]
