"""Forward kinematics of the shared skeleton, in numpy.

All bone rotations are kept in world axes against the rest pose, so a bone needs no local frame
of its own.  A bone carries two rotations: the *clean* one, made of joint angles only, that its
children build on, and the *skin* one, which also undoes the rest pose (legs astride, arms
half-raised), so that zero angles give straight vertical limbs and the angle between two
segments is exactly the joint angle.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import cos, radians, sin

import numpy as np

from groundtruth.joint_angles import JointAngles, Placement
from groundtruth.skeleton import BONES, PARENTS

LUMBAR_SHARES = {"spine04": 0.40, "spine03": 0.35, "spine02": 0.25}
THORAX_SHARES = {"spine03": 0.15, "spine02": 0.40, "spine01": 0.45}
BEND_SHARES = {"spine04": 0.25, "spine03": 0.25, "spine02": 0.25, "spine01": 0.25}
NECK_SHARES = {"neck01": 0.3, "neck02": 0.2, "neck03": 0.2, "head": 0.3}

LEAST_LEVER = 0.3
"""Share of the leg's length that abduction is taken to act on at least."""
MOST_ABDUCTION_RAD = 0.8

SCAPULA_ONSET_DEG = 40.0
SCAPULA_SHARE = 0.25
"""Share of arm elevation past the onset that the shoulder girdle adds by rising."""

_INDEX = {name: i for i, name in enumerate(BONES)}
_PARENT_ROWS = np.maximum(PARENTS, 0)


def _levels() -> list[tuple[np.ndarray, np.ndarray, frozenset[str]]]:
    """Bones, their parents and their names at every depth under the root."""
    depth = np.zeros(len(BONES), dtype=int)
    for i, parent in enumerate(PARENTS[1:], start=1):
        depth[i] = depth[parent] + 1
    levels = []
    for d in range(1, depth.max() + 1):
        rows = np.flatnonzero(depth == d)
        levels.append((rows, _PARENT_ROWS[rows], frozenset(BONES[i] for i in rows)))
    return levels


_LEVELS = _levels()
SIDES = (("left", 1.0), ("right", -1.0))
"""Side names with the sign of their ``x`` (the person's left is +x)."""

JOINT_BONES = {
    "thorax": "spine01",
    "lumbar": "spine04",
    "neck": "neck01",
    "head": "head",
    **{
        f"{joint}_{side}": f"{bone}_{side}"
        for side, _ in SIDES
        for joint, bone in (
            ("hip", "upperleg01"),
            ("knee", "lowerleg01"),
            ("ankle", "foot"),
            ("toe", "toes"),
            ("shoulder", "upperarm01"),
            ("elbow", "lowerarm01"),
            ("wrist", "wrist"),
        )
    },
}


def rot_x(angle_deg: float) -> np.ndarray:
    """Rotation about +x (the person's left): positive turns up towards the front."""
    c, s = cos(radians(angle_deg)), sin(radians(angle_deg))
    return np.array([[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]])


def rot_y(angle_deg: float) -> np.ndarray:
    """Rotation about +y (the person's back): positive turns up towards the left."""
    c, s = cos(radians(angle_deg)), sin(radians(angle_deg))
    return np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])


def rot_z(angle_deg: float) -> np.ndarray:
    """Rotation about +z (up): positive turns the front towards the left."""
    c, s = cos(radians(angle_deg)), sin(radians(angle_deg))
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def rotation_between(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Smallest rotation that turns direction `start` into `end` ((3,) each)."""
    a, b = start / np.linalg.norm(start), end / np.linalg.norm(end)
    axis, c = np.cross(a, b), float(a @ b)
    k = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    return np.eye(3) + k + k @ k / (1.0 + c)


def placement_rotation(placement: Placement) -> np.ndarray:
    """Rotation (3, 3) of the body as a whole in the room."""
    return rot_z(placement.heading_deg) @ rot_x(placement.pitch_deg) @ rot_y(-placement.roll_deg)


def pelvis_rotation(angles: JointAngles, placement: Placement) -> np.ndarray:
    """Rotation (3, 3) of the pelvis in the room."""
    return (
        placement_rotation(placement)
        @ rot_z(angles.pelvis_yaw_deg)
        @ rot_y(-angles.pelvis_list_deg)
        @ rot_x(angles.pelvis_tilt_deg)
    )


def hip_rotation(angles: JointAngles, side: str, sign: float) -> np.ndarray:
    """Rotation (3, 3) of a thigh against the pelvis; flexion first, so it stays sagittal."""
    return (
        rot_x(-getattr(angles, f"hip_flexion_{side}_deg"))
        @ rot_y(-sign * getattr(angles, f"hip_abduction_{side}_deg"))
        @ rot_z(-sign * getattr(angles, f"hip_rotation_{side}_deg"))
    )


def shoulder_rotation(angles: JointAngles, side: str, sign: float) -> np.ndarray:
    """Rotation (3, 3) of an upper arm against the thorax."""
    return (
        rot_x(-getattr(angles, f"shoulder_flexion_{side}_deg"))
        @ rot_y(-sign * getattr(angles, f"shoulder_abduction_{side}_deg"))
        @ rot_z(-sign * getattr(angles, f"shoulder_rotation_{side}_deg"))
    )


def spine_rotations(angles: JointAngles) -> dict[str, np.ndarray]:
    """Rotation (3, 3) of every spine and neck bone against its parent."""
    steps: dict[str, np.ndarray] = {}
    for bone in ("spine04", "spine03", "spine02", "spine01"):
        flexion_deg = (
            THORAX_SHARES.get(bone, 0.0) * angles.thorax_flexion_deg
            - LUMBAR_SHARES.get(bone, 0.0) * angles.lumbar_extension_deg
        )
        bend = BEND_SHARES[bone]
        steps[bone] = (
            rot_z(bend * angles.trunk_rotation_deg)
            @ rot_y(-bend * angles.trunk_side_bend_deg)
            @ rot_x(flexion_deg)
        )
    for bone, share in NECK_SHARES.items():
        steps[bone] = rot_x(share * angles.neck_flexion_deg)
    return steps


class Skeleton:
    """Bone heads of one person at rest, and the rotations that straighten the limbs.

    Parameters
    ----------
    heads
        (B, 3) rest positions of the bones' heads, metres, in the order of `BONES`.
    carrying_deg
        How far hanging arms stand off the trunk, so that they clear the hips.
    """

    def __init__(self, heads: np.ndarray, carrying_deg: float = 6.0) -> None:
        self.heads = np.asarray(heads, dtype=float)
        self.offsets = self.heads - self.heads[_PARENT_ROWS]
        self.mid_hip = (
            self.heads[_INDEX["upperleg01_left"]] + self.heads[_INDEX["upperleg01_right"]]
        ) / 2
        down = np.array([0.0, 0.0, -1.0])
        self.straighten: dict[str, np.ndarray] = {}
        self.segment_m: dict[str, float] = {}
        for side, sign in SIDES:
            for upper, lower, end, followers in (
                ("upperleg", "lowerleg", "foot", ()),
                ("upperarm", "lowerarm", "wrist", ("wrist",)),
            ):
                top, middle, tip = (
                    self.heads[_INDEX[f"{bone}_{side}"]]
                    for bone in (f"{upper}01", f"{lower}01", end)
                )
                first = rotation_between(middle - top, down)
                # Straighten the lower segment from where the upper one has taken it, so that
                # the forearm is not twisted against its elbow.
                second = rotation_between(first @ (tip - middle), down) @ first
                if upper == "upperarm":
                    first = rot_y(-sign * carrying_deg) @ first
                    second = rot_y(-sign * carrying_deg) @ second
                for bone in (f"{upper}01", f"{upper}02"):
                    self.straighten[f"{bone}_{side}"] = first
                for bone in (f"{lower}01", f"{lower}02", *followers):
                    self.straighten[f"{bone}_{side}"] = second
                self._straighten = np.stack(
                    [self.straighten.get(bone, np.eye(3)) for bone in BONES]
                )
                self.segment_m[f"{upper}_{side}"] = float(np.linalg.norm(middle - top))
                self.segment_m[f"{lower}_{side}"] = float(np.linalg.norm(tip - middle))

    def forward(
        self,
        angles: JointAngles,
        placement: Placement,
        mid_hip_m: np.ndarray,
        clean_overrides: Mapping[str, np.ndarray] | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Pose the bones.

        Parameters
        ----------
        angles, placement
            The pose; positions in `placement` are not read.
        mid_hip_m
            (3,) world position of the point between the hips.
        clean_overrides
            Bone name to a (3, 3) world rotation that replaces what the angles give (a sole
            laid flat on the floor).

        Returns
        -------
        rotations
            (B, 3, 3) world rotation of every bone against rest, for skinning.
        heads
            (B, 3) world positions of the bones' heads, metres.
        """
        overrides = clean_overrides or {}
        steps = spine_rotations(angles)
        for side, sign in SIDES:
            steps[f"upperleg01_{side}"] = hip_rotation(angles, side, sign)
            steps[f"lowerleg01_{side}"] = rot_x(getattr(angles, f"knee_flexion_{side}_deg"))
            steps[f"foot_{side}"] = rot_x(-getattr(angles, f"ankle_dorsiflexion_{side}_deg"))
            steps[f"toes_{side}"] = rot_x(-getattr(angles, f"toe_extension_{side}_deg"))
            upper_arm = shoulder_rotation(angles, side, sign)
            elevation_deg = np.degrees(np.arccos(np.clip(upper_arm[2, 2], -1.0, 1.0)))
            raised_deg = SCAPULA_SHARE * max(0.0, float(elevation_deg) - SCAPULA_ONSET_DEG)
            girdle = rot_y(-sign * raised_deg)
            steps[f"clavicle_{side}"] = girdle
            # The arm's angle is against the thorax, so the girdle's own rise is taken out.
            steps[f"upperarm01_{side}"] = girdle.T @ upper_arm
            steps[f"lowerarm01_{side}"] = rot_x(-getattr(angles, f"elbow_flexion_{side}_deg"))

        turns = np.broadcast_to(np.eye(3), (len(BONES), 3, 3)).copy()
        for bone, step in steps.items():
            turns[_INDEX[bone]] = step
        clean = np.empty((len(BONES), 3, 3))
        clean[0] = pelvis_rotation(angles, placement)
        # Level by level: one call for all bones of a depth is what makes this quick.
        for level, parents, names in _LEVELS:
            clean[level] = clean[parents] @ turns[level]
            for bone in names & overrides.keys():
                clean[_INDEX[bone]] = overrides[bone]
        skin = clean @ self._straighten
        arms = np.einsum("bij,bj->bi", skin[_PARENT_ROWS], self.offsets)
        heads = np.empty((len(BONES), 3))
        heads[0] = mid_hip_m + clean[0] @ (self.heads[0] - self.mid_hip)
        for level, parents, _ in _LEVELS:
            heads[level] = heads[parents] + arms[level]
        return skin, heads

    def leg(
        self, angles: JointAngles, placement: Placement, side: str
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return hip-to-ankle vector (3,) in the room, and the shank's world rotation (3, 3)."""
        sign = 1.0 if side == "left" else -1.0
        thigh = pelvis_rotation(angles, placement) @ hip_rotation(angles, side, sign)
        shank = thigh @ rot_x(getattr(angles, f"knee_flexion_{side}_deg"))
        vector = -self.segment_m[f"upperleg_{side}"] * thigh[:, 2]
        return vector - self.segment_m[f"lowerleg_{side}"] * shank[:, 2], shank

    def reach(
        self, angles: JointAngles, placement: Placement, side: str, hip_to_ankle: np.ndarray
    ) -> JointAngles:
        """Solve hip flexion, hip abduction and knee flexion that put the ankle in a place.

        Parameters
        ----------
        hip_to_ankle
            (3,) wanted vector in the room, metres; a leg too short points at it, straight.
        """
        sign = 1.0 if side == "left" else -1.0
        thigh_m = self.segment_m[f"upperleg_{side}"]
        shank_m = self.segment_m[f"lowerleg_{side}"]
        distance_m = float(np.linalg.norm(hip_to_ankle))
        cosine = (distance_m**2 - thigh_m**2 - shank_m**2) / (2 * thigh_m * shank_m)
        knee_deg = float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))
        bent = rot_x(knee_deg) @ np.array([0.0, 0.0, -shank_m]) + [0.0, 0.0, -thigh_m]
        turn = rot_z(-sign * getattr(angles, f"hip_rotation_{side}_deg"))
        wx, wy, wz = turn @ bent
        ux, uy, uz = pelvis_rotation(angles, placement).T @ hip_to_ankle
        # x is untouched by flexion: wx cos(b) + wz sin(b) = ux, with wz < 0.
        # With the heel near the seat abduction hardly moves the foot sideways: wz runs to 0,
        # and the exact answer would throw the thigh out.  A foot a little off is better.
        radius = max(float(np.hypot(wx, wz)), LEAST_LEVER * (thigh_m + shank_m))
        beta = np.arctan2(wx, max(-wz, radius / 2)) - np.arcsin(np.clip(ux / radius, -1.0, 1.0))
        beta = np.clip(beta, -MOST_ABDUCTION_RAD, MOST_ABDUCTION_RAD)
        # Now turn (wy, wz') to (uy, uz) about x; flexion turns by minus its angle.
        wz_bent = -wx * np.sin(beta) + wz * np.cos(beta)
        flexion = np.arctan2(wz_bent, wy) - np.arctan2(uz, uy)
        flexion_deg = float((np.degrees(flexion) + 180.0) % 360.0 - 180.0)
        return angles.with_(
            **{
                f"hip_flexion_{side}_deg": flexion_deg,
                f"hip_abduction_{side}_deg": float(-sign * np.degrees(beta)),
                f"knee_flexion_{side}_deg": knee_deg,
            }
        )


def named_joints(heads: np.ndarray) -> dict[str, np.ndarray]:
    """Joint name to (3,) world position, from bone heads (B, 3)."""
    joints = {name: heads[_INDEX[bone]] for name, bone in JOINT_BONES.items()}
    joints["pelvis"] = (joints["hip_left"] + joints["hip_right"]) / 2
    joints["shoulders"] = (joints["shoulder_left"] + joints["shoulder_right"]) / 2
    return joints
