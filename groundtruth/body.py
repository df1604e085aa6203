"""People made of a mesh and a skeleton: load one, pose it, stand it on the floor."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from groundtruth.joint_angles import JointAngles, Placement

BODY_NAMES: tuple[str, ...] = ("b1", "b2", "b3", "b4", "b5", "b6", "b7", "b8")

CONTACT_NAMES: tuple[str, ...] = (
    "any",
    "sit",
    "thorax",
    "shoulders",
    "sacrum",
    "head",
    *(
        f"{part}_{side}"
        for part in ("foot", "toes", "heel", "instep", "knee", "hand")
        for side in ("left", "right")
    ),
)
"""Parts that can rest on a surface.

``any`` is the lowest point of the whole body (getting up and down); ``sit`` the seat;
``thorax`` the back of the rib cage, ``shoulders`` its upper part (bridges); ``foot`` a flat
sole, ``toes`` the ball of the foot, ``instep`` the top of the foot.
"""


@dataclass(frozen=True, slots=True)
class Contact:
    """A part of the body that rests on a level surface.

    Attributes
    ----------
    name
        One of `CONTACT_NAMES`.
    surface_m
        Height of the surface: 0 the floor, a seat, a step, a block.
    at_m
        World (x, y) where the part has to stay, or ``None``.  Only for feet: the leg is
        solved to reach it (take it from `PosedBody.contact_points_m` of an earlier frame).
    """

    name: str
    surface_m: float = 0.0
    at_m: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class PosedBody:
    """One body in one pose.

    Attributes
    ----------
    vertices
        (V, 3) mesh in the world frame, metres.
    joints
        Joint name to (3,) world position in metres: ``pelvis`` (between the hips),
        ``sacrum``, ``lumbar``, ``thorax``, ``neck``, ``head``, and with ``_left`` / ``_right``:
        ``hip``, ``knee``, ``ankle``, ``toe``, ``shoulder``, ``elbow``, ``wrist``.
    angles
        The angles after contacts were solved: these, not the requested ones, are the truth.
    placement
        The placement after contacts were solved, `Placement.height_m` filled in.
    contact_points_m
        Contact name to the (3,) world point of the part (centre of its lowest vertices).
    gaps_m
        Contact name to the height left between the part and its surface; near 0 when solved.
    """

    vertices: np.ndarray
    joints: dict[str, np.ndarray]
    angles: JointAngles
    placement: Placement
    contact_points_m: dict[str, np.ndarray] = field(default_factory=dict)
    gaps_m: dict[str, float] = field(default_factory=dict)


class Body:
    """A person: rest mesh, bones, skin weights, garments."""

    name: str
    height_m: float

    def pose(
        self,
        angles: JointAngles,
        placement: Placement = Placement(),
        contacts: tuple[Contact | str | tuple[str, float], ...] = ("any",),
    ) -> PosedBody:
        """Pose the body and bring its contacts to their surfaces.

        The first contact sets the height (with several of the same kind, the lowest does).
        The others are reached by the joint that a person would use, and the angle really
        taken is in the result:

        ==================================  ==============================================
        second contact                      what moves
        ==================================  ==============================================
        ``sacrum`` / ``thorax`` (lying)     root pitch, so that both touch
        ``foot_*``                          sole laid flat by the ankle; hip and knee together
                                            (the shin keeps its slope); with `Contact.at_m`
                                            hip flexion, abduction and knee reach the place
        ``toes_*``                          ankle; toes laid flat
        ``instep_*``, ``toes_*`` of a leg   knee (the shin is lowered to the floor)
        whose knee is a contact
        ``heel_*`` (lying)                  hip
        ``head`` (lying)                    neck
        ``hand_*``                          shoulder flexion
        ==================================  ==============================================
        """
        raise NotImplementedError


def load_body(name: str) -> Body:
    """Load one of `BODY_NAMES` from the committed body file."""
    raise NotImplementedError
