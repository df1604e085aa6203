"""A person of sticks: poses from joint angles, so that tests know what must be measured.

Built in three dimensions (metres; picture x to the right, y down, z away from the camera) and
projected without perspective, so an angle in the person's own plane is exact from the side.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from formcheck.core.body.body import Body
from formcheck.core.body.joint_centres import at_joint_centres
from formcheck.core.body.view import ViewEstimator
from formcheck.core.geometry import rotate
from formcheck.core.pose import SIDES, Landmark, Pose, landmark_of
from groundtruth.model_landmarks import as_the_model_sees

TRUNK_M, THIGH_M, SHIN_M, ARM_M = 0.5, 0.42, 0.42, 0.28
HIP_HALF_M, SHOULDER_HALF_M = 0.1, 0.18
SIZE = (1280, 720)


@dataclass(frozen=True)
class Figure:
    """Joint angles in degrees; by default somebody who stands with the left side to the camera.

    ``thigh_*`` is the thigh against the trunk's own upright axis (positive to the front), so it is
    the thigh's elevation where `lying_deg` is 0. ``foot_*`` is the foot against the shin: 90 flat,
    0 pointed.
    """

    turn_deg: float = 90.0
    thigh_left: float = 0.0
    thigh_right: float = 0.0
    knee_left: float = 0.0
    knee_right: float = 0.0
    foot_left: float = 90.0
    foot_right: float = 90.0
    lean: float = 0.0
    sway: float = 0.0
    hip_list: float = 0.0
    spread: float = 0.0
    arm_left: float = 0.0
    arm_right: float = 0.0
    elbow_left: float = 0.0
    elbow_right: float = 0.0
    curl: float = 0.0
    twist: float = 0.0
    lying_deg: float = 0.0

    def but(self, **changes: float) -> Figure:
        return replace(self, **changes)

    def points(self) -> dict[Landmark, np.ndarray]:
        """Landmarks in metres about the middle of the hips."""
        turn, lying = math.radians(self.turn_deg), math.radians(self.lying_deg)
        left = np.array([math.cos(turn), 0.0, -math.sin(turn)])
        ahead = np.array([-math.sin(turn), 0.0, -math.cos(turn)])
        above = np.array([0.0, -1.0, 0.0])
        up = above * math.cos(lying) - ahead * math.sin(lying)
        front = ahead * math.cos(lying) + above * math.sin(lying)

        def way(angle_deg: float) -> np.ndarray:
            """Direction in the sagittal plane: 0 down, 90 to the front."""
            a = math.radians(angle_deg)
            return -up * math.cos(a) + front * math.sin(a)

        def aside(direction: np.ndarray, angle_deg: float) -> np.ndarray:
            """The direction tilted toward the person's left."""
            a = math.radians(angle_deg)
            return direction * math.cos(a) + left * math.sin(a)

        trunk = aside(way(180.0 - self.lean), -self.sway)
        hip_line = left * math.cos(math.radians(self.hip_list)) + up * math.sin(
            math.radians(self.hip_list)
        )
        neck = TRUNK_M * trunk
        # Turned to the person's left (positive), the left shoulder goes back.
        twist = math.radians(self.twist)
        shoulder_line = left * math.cos(twist) + way(-90.0 - self.lean) * math.sin(twist)
        points: dict[Landmark, np.ndarray] = {
            mark: neck + 0.2 * way(180.0 - self.lean - self.curl) for mark in Landmark
        }
        points[Landmark.NOSE] = points[Landmark.LEFT_EAR] + 0.1 * front
        for side in SIDES:
            out = 1.0 if side == "left" else -1.0
            thigh, knee, foot = (getattr(self, f"{n}_{side}") for n in ("thigh", "knee", "foot"))
            hip = out * HIP_HALF_M * hip_line
            at_knee = hip + THIGH_M * aside(way(thigh), out * self.spread)
            ankle = at_knee + SHIN_M * way(thigh - knee)
            sole = thigh - knee + foot
            shoulder = neck + out * SHOULDER_HALF_M * shoulder_line
            arm = getattr(self, f"arm_{side}") - self.lean
            at_elbow = shoulder + ARM_M * way(arm)
            wrist = at_elbow + ARM_M * way(arm + getattr(self, f"elbow_{side}"))
            points |= {
                landmark_of(side, "hip"): hip,
                landmark_of(side, "knee"): at_knee,
                landmark_of(side, "ankle"): ankle,
                landmark_of(side, "heel"): ankle + 0.04 * way(sole - 90.0),
                landmark_of(side, "foot_index"): ankle + 0.04 * way(sole - 90.0) + 0.15 * way(sole),
                landmark_of(side, "shoulder"): shoulder,
                landmark_of(side, "elbow"): at_elbow,
                landmark_of(side, "wrist"): wrist,
            }
            for hand in ("pinky", "index", "thumb"):
                points[landmark_of(side, hand)] = wrist
        return points

    def pose(
        self,
        time_s: float = 0.0,
        *,
        size: tuple[int, int] = SIZE,
        px_per_m: float = 300.0,
        x: float = 0.5,
        floor: float = 0.9,
        visibility: float = 0.95,
        far_visibility: float | None = None,
        hidden: Iterable[Landmark] = (),
    ) -> Pose:
        """The figure in a picture: its hips at `x`, its lowest point at `floor` (shares).

        Its landmarks lie where the pose model puts those of such joints.
        """
        points = self.points()
        world = np.array([points[mark] for mark in Landmark])
        low = max(point[1] for mark, point in points.items() if mark >= Landmark.LEFT_SHOULDER)
        origin = np.array([x * size[0], floor * size[1] - px_per_m * low])
        landmarks = np.empty((33, 4))
        landmarks[:, :2] = (origin + px_per_m * world[:, :2]) / size
        landmarks[:, 2] = px_per_m * world[:, 2] / size[0]
        landmarks[:, 3] = visibility
        if far_visibility is not None:
            far = "right" if math.sin(math.radians(self.turn_deg)) >= 0 else "left"
            for mark in Landmark:
                if mark.name.startswith(far.upper()):
                    landmarks[mark, 3] = far_visibility
        for mark in hidden:
            landmarks[mark, 3] = 0.0
        return as_the_model_sees(Pose(time_s, size, landmarks, world))


STANDING = Figure()
HALF_KNEELING = Figure(
    thigh_left=2.0, knee_left=92.0, foot_left=0.0, thigh_right=88.0, knee_right=88.0
)  # left knee on the floor
SUPINE = Figure(lying_deg=90.0, thigh_left=60, thigh_right=60, knee_left=90, knee_right=90)


def body_of(
    pose: Pose,
    *,
    roll_deg: float = 0.0,
    thigh_px: float = math.nan,
    heels_below: float = math.nan,
) -> Body:
    """The pose as one frame alone shows it."""
    view = ViewEstimator().update(pose)
    assert view is not None
    return at_joint_centres(Body(pose, view, roll_deg, thigh_px, heels_below))


def other_facing(figure: Figure) -> Figure:
    """The same movement with left and right exchanged, seen from the other side."""
    swapped = {}
    for name in ("thigh", "knee", "foot", "arm", "elbow"):
        swapped[f"{name}_left"] = getattr(figure, f"{name}_right")
        swapped[f"{name}_right"] = getattr(figure, f"{name}_left")
    return replace(
        figure,
        **swapped,
        turn_deg=-figure.turn_deg,
        sway=-figure.sway,
        twist=-figure.twist,
        hip_list=-figure.hip_list,
    )


_SWAP = np.arange(33)
for _mark in Landmark:
    if "LEFT" in _mark.name:
        _other = Landmark[_mark.name.replace("LEFT", "RIGHT")]
        _SWAP[_mark], _SWAP[_other] = _other, _mark


def mirrored(pose: Pose) -> Pose:
    """The picture mirrored: a person's left leg becomes a right one."""
    landmarks, world = pose.landmarks[_SWAP].copy(), pose.world[_SWAP].copy()
    landmarks[:, 0] = 1.0 - landmarks[:, 0]
    world[:, 0] *= -1.0
    return Pose(pose.time_s, pose.size_px, landmarks, world)


def rolled(pose: Pose, roll_deg: float) -> Pose:
    """The picture turned clockwise about its middle."""
    size = np.asarray(pose.size_px, dtype=float)
    landmarks, world = pose.landmarks.copy(), pose.world.copy()
    for mark in Landmark:
        x, y = rotate(tuple(landmarks[mark, :2] * size - size / 2), roll_deg)
        landmarks[mark, :2] = (np.array([x, y]) + size / 2) / size
        world[mark, :2] = rotate((world[mark, 0], world[mark, 1]), roll_deg)
    return Pose(pose.time_s, pose.size_px, landmarks, world)


def curve(time_s: float, points: Iterable[tuple[float, float]]) -> float:
    """Straight lines through (time, value) points."""
    times, values = zip(*points, strict=True)
    return float(np.interp(time_s, times, values))


def times(duration_s: float, fps: float = 30.0) -> Iterator[float]:
    """Frame times from 0 up to and with the duration."""
    for number in range(round(duration_s * fps) + 1):
        yield number / fps
