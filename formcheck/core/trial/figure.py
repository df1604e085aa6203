"""A person of sticks: poses from joint angles, so that what must be measured is known.

Built in three dimensions (metres; frame x to the right, y down, z away from the camera) and
projected without perspective, so an angle in the person's own plane is exact from the side.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from formcheck.core.pose import SIDES, FloatArray, Landmark, Pose, landmark_of
from formcheck.core.spec.fields import Position
from formcheck.core.trial.model_landmarks import as_the_model_sees

TRUNK_M, THIGH_M, SHIN_M, ARM_M = 0.5, 0.42, 0.42, 0.28
HIP_HALF_M, SHOULDER_HALF_M = 0.1, 0.18
SIZE = (1280, 720)


@dataclass(frozen=True)
class Figure:
    """Joint angles in degrees; by default a person who stands with the left side to the camera.

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
        """Return the figure with other angles."""
        return replace(self, **changes)

    def points(self) -> dict[Landmark, FloatArray]:
        """Landmarks in metres about the middle of the hips."""
        turn, lying = math.radians(self.turn_deg), math.radians(self.lying_deg)
        left = np.array([math.cos(turn), 0.0, -math.sin(turn)])
        ahead = np.array([-math.sin(turn), 0.0, -math.cos(turn)])
        above = np.array([0.0, -1.0, 0.0])
        up = above * math.cos(lying) - ahead * math.sin(lying)
        front = ahead * math.cos(lying) + above * math.sin(lying)

        def way(angle_deg: float) -> FloatArray:
            """Direction in the sagittal plane: 0 down, 90 to the front."""
            a = math.radians(angle_deg)
            return -up * math.cos(a) + front * math.sin(a)

        def aside(direction: FloatArray, angle_deg: float) -> FloatArray:
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
        points: dict[Landmark, FloatArray] = {
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
        """Return the figure in a frame: its hips at `x`, its lowest point at `floor`.

        Both are fractions of the frame. Its landmarks lie where the pose model puts those of
        such joints.
        """
        joints = self.joints(
            time_s, size=size, px_per_m=px_per_m, x=x, floor=floor, visibility=visibility,
            far_visibility=far_visibility, hidden=hidden,
        )  # fmt: skip
        return as_the_model_sees(joints)

    def joints(
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
        """Return the figure in a frame with its landmarks at the joint centres."""
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
        return Pose(time_s, size, landmarks, world)


STANDING = Figure()
HALF_KNEELING = Figure(
    thigh_left=2.0, knee_left=92.0, foot_left=0.0, thigh_right=88.0, knee_right=88.0
)  # left knee on the floor
SUPINE = Figure(lying_deg=90.0, thigh_left=60, thigh_right=60, knee_left=90, knee_right=90)
SEATED = Figure(thigh_left=85, thigh_right=85, knee_left=85, knee_right=85)
START: dict[Position, Figure] = {
    "standing": STANDING,
    "lunge": Figure(
        thigh_left=60, knee_left=62, thigh_right=-32, knee_right=30, foot_right=55, lean=0
    ),
    "half_kneeling": HALF_KNEELING,
    "kneeling": Figure(
        thigh_left=2, knee_left=92, foot_left=0, thigh_right=2, knee_right=92, foot_right=0
    ),
    "wall_kneeling": HALF_KNEELING.but(knee_left=150.0, foot_left=30.0),
    "seated": SEATED,
    "long_sitting": Figure(thigh_left=90, thigh_right=90),
    "supine": SUPINE,
    "supine_edge": SUPINE.but(thigh_left=0.0, knee_left=75.0, thigh_right=110.0, knee_right=120.0),
    "prone": Figure(lying_deg=-90.0, foot_left=20, foot_right=20),
}
"""Each position, the working side left: it kneels, is in front in a lunge, hangs at the edge."""


def swapped(figure: Figure) -> Figure:
    """Return the figure with left and right limbs exchanged, seen from where it was."""
    changes = {}
    for name in ("thigh", "knee", "foot", "arm", "elbow"):
        changes[f"{name}_left"] = getattr(figure, f"{name}_right")
        changes[f"{name}_right"] = getattr(figure, f"{name}_left")
    return replace(figure, **changes)


def other_facing(figure: Figure) -> Figure:
    """Return the same movement with left and right exchanged, seen from the other side."""
    return replace(
        swapped(figure),
        turn_deg=-figure.turn_deg,
        sway=-figure.sway,
        twist=-figure.twist,
        hip_list=-figure.hip_list,
    )
