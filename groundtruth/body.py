"""People made of a mesh and a skeleton: load one, pose it, stand it on the floor."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

from groundtruth.contacts import Contact, ContactSolver, as_contact
from groundtruth.joint_angles import JointAngles, Placement
from groundtruth.kinematics import Skeleton, named_joints
from groundtruth.regions import contact_regions
from groundtruth.skeleton import BONES, FACE_CLASSES

__all__ = ["BODY_NAMES", "CONTACT_NAMES", "Body", "Contact", "PosedBody", "load_body"]

BODY_FILE = Path(__file__).parent / "data" / "bodies.npz"
FITTING_FILE = Path(__file__).parent / "data" / "fitting_people.npz"
BODY_NAMES: tuple[str, ...] = ("b1", "b2", "b3", "b4", "b5", "b6", "b7", "b8")
FITTING_NAMES: tuple[str, ...] = tuple(f"t{number}" for number in range(1, 13))
"""More people, for fitting the measurement of the back: no clip shows them, none is judged."""
HEAVY_CARRYING_DEG = {"b3": 11.0, "b4": 11.0, "b8": 9.0, "t3": 10.0, "t9": 9.0, "t11": 12.0}
"""Wide trunks push hanging arms further out than the usual 6 degrees."""

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
class PosedBody:
    """One body in one pose.

    Attributes
    ----------
    body
        Whose pose it is.
    vertices
        (V, 3) mesh in the world frame, metres.
    joints
        Joint name to (3,) world position in metres: ``pelvis`` (between the hips),
        ``shoulders`` (between them), ``lumbar``, ``thorax``, ``neck``, ``head``, and with
        ``_left`` / ``_right``: ``hip``, ``knee``, ``ankle``, ``toe``, ``shoulder``, ``elbow``,
        ``wrist``.
    angles
        The angles after contacts were solved: these, not the requested ones, are the truth.
    placement
        The placement after contacts were solved, `Placement.height_m` filled in.
    contact_points_m
        Contact name to the (3,) world point where the part touches.
    gaps_m
        Contact name to the height left between the part and its surface; near 0 when solved.
    """

    body: Body
    vertices: np.ndarray
    joints: dict[str, np.ndarray]
    angles: JointAngles
    placement: Placement
    contact_points_m: dict[str, np.ndarray] = field(default_factory=dict)
    gaps_m: dict[str, float] = field(default_factory=dict)


class Body:
    """A person: rest mesh, bones, skin weights, what each face is made of.

    Attributes
    ----------
    name
        One of `BODY_NAMES`.
    rest_vertices
        (V, 3) metres, feet on the floor, limbs not yet straightened.
    quads, quad_class
        (Q, 4) vertex indices and (Q,) index into `groundtruth.skeleton.FACE_CLASSES`.
    quad_hem, hem_m
        (Q,) index into `groundtruth.skeleton.HEMS` of the garment end nearest to a face, and
        (V, H) signed distance of the vertices from each, metres, positive above it.
    weights
        (V, B) skin weights, rows sum to 1.
    skeleton
        Bone heads and forward kinematics.
    regions
        Contact name to vertex indices.
    """

    def __init__(  # noqa: PLR0917
        self,
        name: str,
        rest_vertices: np.ndarray,
        heads: np.ndarray,
        weights: np.ndarray,
        quads: np.ndarray,
        quad_class: np.ndarray,
        quad_hem: np.ndarray,
        hem_m: np.ndarray,
        regions: dict[str, np.ndarray],
    ) -> None:
        self.name = name
        self.rest_vertices = rest_vertices
        self.weights = weights
        self.quads = quads
        self.quad_class = quad_class
        self.quad_hem = quad_hem
        self.hem_m = hem_m
        self.regions = regions
        self.skeleton = Skeleton(heads, HEAVY_CARRYING_DEG.get(name, 6.0))
        homogeneous = np.concatenate([rest_vertices, np.ones((len(rest_vertices), 1))], axis=1)
        self._region = {
            key: (weights[rows].astype(float), homogeneous[rows]) for key, rows in regions.items()
        }

    @property
    def stature_m(self) -> float:
        """Standing height in metres, hair included."""
        return float(np.ptp(self.rest_vertices[:, 2]))

    @property
    def leg_length_m(self) -> float:
        """Hip to ankle with a straight knee, metres."""
        segments = self.skeleton.segment_m
        return segments["upperleg_left"] + segments["lowerleg_left"]

    def skin(
        self, rotations: np.ndarray, heads: np.ndarray, rows: np.ndarray | None = None
    ) -> np.ndarray:
        """Blend the bones' motions into vertices (N, 3); `rows` picks some of them."""
        moves = heads - np.einsum("bij,bj->bi", rotations, self.skeleton.heads)
        matrices = np.concatenate([rotations, moves[:, :, None]], axis=2).reshape(len(BONES), 12)
        weights = self.weights if rows is None else self.weights[rows]
        rest = self.rest_vertices if rows is None else self.rest_vertices[rows]
        blended = (weights @ matrices.astype(np.float32)).reshape(-1, 3, 4)
        return np.einsum("vij,vj->vi", blended[:, :, :3], rest) + blended[:, :, 3]

    def region_heights(self, region: str, rotations: np.ndarray, heads: np.ndarray) -> np.ndarray:
        """Return the heights (N,) of a contact region's vertices; cheaper than `skin`."""
        weights, rest = self._region[region]
        row = rotations[:, 2]
        shift = heads[:, 2] - np.einsum("bj,bj->b", row, self.skeleton.heads)
        return np.einsum("vi,vi->v", weights @ np.concatenate([row, shift[:, None]], axis=1), rest)

    def pose(
        self,
        angles: JointAngles,
        placement: Placement = Placement(),  # noqa: B008 (frozen)
        contacts: tuple[Contact | str | tuple[str, float], ...] = ("any",),
    ) -> PosedBody:
        """Pose the body and bring its contacts to their surfaces.

        The first contact sets the height (with several of the same kind, the lowest does).
        The others are reached by the joint that a person would use, and the angle really
        taken is in the result:

        ==================================  ==============================================
        other contacts                      what moves
        ==================================  ==============================================
        ``sacrum`` + ``thorax`` (lying)     root pitch, so that both touch
        ``foot_*``                          sole laid flat by the ankle; hip and knee together
                                            (the shin keeps its slope); with `Contact.at_m`
                                            hip flexion, abduction and knee reach the place
        ``toes_*``                          ankle, toes laid flat; with `Contact.at_m` hip
                                            and knee, the ankle kept
        ``instep_*``, ``toes_*`` of a leg   knee (the shin is lowered to the floor)
        whose knee is a contact
        ``heel_*``, ``instep_*``,           hip flexion
        ``knee_*``
        ``head`` (lying)                    neck
        ``hand_*``                          shoulder flexion
        ==================================  ==============================================

        Parameters
        ----------
        angles, placement
            What is wanted.
        contacts
            `Contact`, a bare name (on the floor) or ``(name, surface_m)``.
        """
        wanted = tuple(as_contact(item) for item in contacts)
        solver = ContactSolver(self, angles, placement, wanted)
        if wanted:
            solver.solve()
        rotations, heads = solver.bones()
        return PosedBody(
            body=self,
            vertices=self.skin(rotations, heads),
            joints=named_joints(heads),
            angles=solver.angles,
            placement=solver.placement,
            contact_points_m={c.name: solver.point(c.name) for c in wanted},
            gaps_m={c.name: solver.lowest_m(c.name) - c.surface_m for c in wanted},
        )


@cache
def _arrays(file: Path) -> dict[str, np.ndarray]:
    with np.load(file) as archive:
        return {key: archive[key] for key in archive.files}


@cache
def load_body(name: str) -> Body:
    """Load one of `BODY_NAMES` or `FITTING_NAMES` from the committed files."""
    if name not in BODY_NAMES + FITTING_NAMES:
        raise ValueError(f"no body called {name!r}; there are {', '.join(BODY_NAMES)}")
    data = _arrays(BODY_FILE)
    own = data if name in BODY_NAMES else _arrays(FITTING_FILE)
    rest = (own[f"vertices_{name}"] * float(own["position_step_m"])).astype(np.float32)
    raw = data["bone_weight"].astype(np.float32)
    weights = np.zeros((len(rest), len(BONES)), dtype=np.float32)
    np.put_along_axis(weights, data["bone_index"].astype(int), raw, axis=1)
    weights /= weights.sum(axis=1, keepdims=True)
    quads, quad_class = data["quads"].astype(np.int32), data["quad_class"]
    solid = np.ones(len(rest), dtype=bool)
    solid[quads[quad_class == FACE_CLASSES.index("long_hair")]] = False
    # Regions are chosen on this body's own rest pose, so that they follow its proportions.
    heads = own[f"heads_{name}"]
    regions = contact_regions(rest, heads, weights.argmax(axis=1), solid)
    hem_m = data["hem_m"] * np.float32(data["hem_step_m"])
    return Body(name, rest, heads, weights, quads, quad_class, data["quad_hem"], hem_m, regions)
