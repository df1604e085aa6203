"""The pose of a rendered person: joint angles, and where the body is in the room.

World frame: ``+z`` up, the floor is ``z = 0``, metres.  At ``heading_deg = 0`` the person
faces ``-y`` and their left is ``+x``.  All angles are degrees; all zero is relaxed standing
with straight legs, arms hanging.

Two frames matter for the signs.  The *placement* frame is the body as a whole, turned and
pitched in the room.  The *pelvis* frame is tilted in it by ``pelvis_*``.  Legs hang on the
pelvis and the spine stands on it, so a pelvis tilt alone carries both with it;
`tilt_pelvis` holds them still, as people do.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TypeVar

UPRIGHT_PITCH_DEG = 0.0
"""Root pitch of standing, kneeling and sitting."""
SUPINE_PITCH_DEG = -90.0
"""Root pitch of lying on the back: head towards the person's former back."""
PRONE_PITCH_DEG = 90.0
"""Root pitch of lying on the belly: head towards the person's former front."""


@dataclass(frozen=True, slots=True)
class JointAngles:
    """Angles of every joint that the motion scripts move (degrees).

    Attributes
    ----------
    pelvis_tilt_deg
        Pelvis against the placement frame, about the transverse axis; anterior positive.
    pelvis_list_deg
        Pelvis in the frontal plane; right side down positive.
    pelvis_yaw_deg
        Pelvis about the long axis; turned to the person's left positive.
    lumbar_extension_deg
        Arch of the lower back against the pelvis; arch positive, rounding negative.
    thorax_flexion_deg
        Curl of the upper back; curling up (chest towards pelvis) positive.
    trunk_side_bend_deg
        Spine in the frontal plane; bent to the person's right positive.
    trunk_rotation_deg
        Spine about its long axis; chest turned to the person's left positive.
    neck_flexion_deg
        Head and neck; chin towards chest positive.
    hip_flexion_left_deg, hip_flexion_right_deg
        Thigh against the PELVIS in the sagittal plane, signed: thigh to the front
        positive, extension negative.
    hip_abduction_left_deg, hip_abduction_right_deg
        Thigh away from the midline positive.
    hip_rotation_left_deg, hip_rotation_right_deg
        Thigh about its own axis; internal (knee cap inwards) positive.
    knee_flexion_left_deg, knee_flexion_right_deg
        Shank against thigh; straight 0, bent positive.
    ankle_dorsiflexion_left_deg, ankle_dorsiflexion_right_deg
        Foot against shank; toes up positive, pointed negative.
    toe_extension_left_deg, toe_extension_right_deg
        Toes against foot; bent up (standing on the ball of the foot) positive.
    shoulder_flexion_left_deg, shoulder_flexion_right_deg
        Upper arm against thorax in the sagittal plane: 0 hanging, 90 forward, 180 overhead,
        behind negative.
    shoulder_abduction_left_deg, shoulder_abduction_right_deg
        Upper arm away from the midline positive, in the plane that flexion has reached.
    shoulder_rotation_left_deg, shoulder_rotation_right_deg
        Upper arm about its own axis; internal (forearm across the body) positive.
    elbow_flexion_left_deg, elbow_flexion_right_deg
        Forearm against upper arm; straight 0, bent positive.
    """

    pelvis_tilt_deg: float = 0.0
    pelvis_list_deg: float = 0.0
    pelvis_yaw_deg: float = 0.0
    lumbar_extension_deg: float = 0.0
    thorax_flexion_deg: float = 0.0
    trunk_side_bend_deg: float = 0.0
    trunk_rotation_deg: float = 0.0
    neck_flexion_deg: float = 0.0

    hip_flexion_left_deg: float = 0.0
    hip_flexion_right_deg: float = 0.0
    hip_abduction_left_deg: float = 0.0
    hip_abduction_right_deg: float = 0.0
    hip_rotation_left_deg: float = 0.0
    hip_rotation_right_deg: float = 0.0
    knee_flexion_left_deg: float = 0.0
    knee_flexion_right_deg: float = 0.0
    ankle_dorsiflexion_left_deg: float = 0.0
    ankle_dorsiflexion_right_deg: float = 0.0
    toe_extension_left_deg: float = 0.0
    toe_extension_right_deg: float = 0.0

    shoulder_flexion_left_deg: float = 0.0
    shoulder_flexion_right_deg: float = 0.0
    shoulder_abduction_left_deg: float = 0.0
    shoulder_abduction_right_deg: float = 0.0
    shoulder_rotation_left_deg: float = 0.0
    shoulder_rotation_right_deg: float = 0.0
    elbow_flexion_left_deg: float = 0.0
    elbow_flexion_right_deg: float = 0.0

    def with_(self, **changes: float) -> JointAngles:
        """Return a copy with some angles replaced; unknown names raise ``TypeError``."""
        return replace(self, **changes)

    def mirrored(self) -> JointAngles:
        """Return the same pose with left and right exchanged."""
        values = {}
        for name in ANGLE_NAMES:
            value = getattr(self, name)
            if "_left_" in name:
                values[name.replace("_left_", "_right_")] = value
            elif "_right_" in name:
                values[name.replace("_right_", "_left_")] = value
            else:
                values[name] = -value if name in _SIDED_TRUNK_NAMES else value
        return JointAngles(**values)


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the body is in the room.

    Attributes
    ----------
    heading_deg
        Direction the person faces; 0 = ``-y``, positive turns to their left
        (counter-clockwise seen from above).
    pitch_deg
        Root pitch about the transverse axis; 0 upright, positive leans forward, 90 prone,
        -90 supine.
    roll_deg
        Root roll about the front-back axis; positive towards the person's right.
    x_m, y_m
        Floor position of the anchor.
    height_m
        Height of the pelvis origin over the floor; ``None`` solves it from the contacts.
    anchor
        What stands at (`x_m`, `y_m`): ``"pelvis"`` or a contact's name such as
        ``"foot_left"``.  A planted foot is an anchor.
    """

    heading_deg: float = 0.0
    pitch_deg: float = UPRIGHT_PITCH_DEG
    roll_deg: float = 0.0
    x_m: float = 0.0
    y_m: float = 0.0
    height_m: float | None = None
    anchor: str = "pelvis"

    def with_(self, **changes: float | str | None) -> Placement:
        """Return a copy with some fields replaced."""
        return replace(self, **changes)


ANGLE_NAMES: tuple[str, ...] = tuple(f.name for f in fields(JointAngles))
"""Names of all the angles, in declaration order."""

_SIDED_TRUNK_NAMES = frozenset(
    {"pelvis_list_deg", "pelvis_yaw_deg", "trunk_side_bend_deg", "trunk_rotation_deg"}
)

Blendable = TypeVar("Blendable", JointAngles, Placement)


def blend(a: Blendable, b: Blendable, w: float) -> Blendable:
    """Return the pose or placement a share `w` of the way from `a` to `b`.

    Numbers are interpolated linearly, so a heading that has to turn the short way round is
    the caller's business.  The anchor, and a height that one of the two leaves to be solved,
    are `a`'s for ``w < 1`` and `b`'s from 1 on.
    """
    values = {}
    for field in fields(a):
        va, vb = getattr(a, field.name), getattr(b, field.name)
        if isinstance(va, int | float) and isinstance(vb, int | float):
            values[field.name] = va + w * (vb - va)
        else:
            values[field.name] = vb if w >= 1.0 else va
    return type(a)(**values)


def tilt_pelvis(
    angles: JointAngles, anterior_deg: float, lumbar_per_tilt: float = 1.0
) -> JointAngles:
    """Tilt the pelvis by `anterior_deg` with the thighs, and the chest, held in space.

    Both hips flex by the same amount and the lower back arches by `lumbar_per_tilt` times
    as much; 1.0 leaves the chest where it was.
    """
    return replace(
        angles,
        pelvis_tilt_deg=angles.pelvis_tilt_deg + anterior_deg,
        lumbar_extension_deg=angles.lumbar_extension_deg + anterior_deg * lumbar_per_tilt,
        hip_flexion_left_deg=angles.hip_flexion_left_deg + anterior_deg,
        hip_flexion_right_deg=angles.hip_flexion_right_deg + anterior_deg,
    )
