"""Bring a posed body's contacts to their surfaces, and say which angles that took.

The asked-for angles are kept wherever the contacts leave them free; what has to give is in
the table of `groundtruth.body.Body.pose`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from groundtruth.joint_angles import JointAngles, Placement
from groundtruth.kinematics import named_joints, rot_x, rot_z
from groundtruth.skeleton import BONES

if TYPE_CHECKING:
    from groundtruth.body import Body

TOLERANCE_M = 0.0005
POINT_BAND_M = 0.01
"""Vertices this close to the lowest one are the part that touches."""
SWEEPS = 3
"""Rounds over all contacts; a foot moved by its own solution may free another part a little."""

_BONE = {name: i for i, name in enumerate(BONES)}
_LIMIT_DEG = {
    "knee_flexion": (0.0, 150.0),
    "ankle_dorsiflexion": (-60.0, 45.0),
    "neck_flexion": (-35.0, 60.0),
}


@dataclass(frozen=True, slots=True)
class Contact:
    """A part of the body that rests on a level surface.

    Attributes
    ----------
    name
        One of `groundtruth.body.CONTACT_NAMES`.
    surface_m
        Height of the surface: 0 the floor, a seat, a step, a block.
    at_m
        World (x, y) where the part has to stay, or ``None``.  Only for ``foot_*`` and
        ``toes_*``: the leg is solved to reach it (take it from
        `groundtruth.body.PosedBody.contact_points_m` of an earlier frame).
    """

    name: str
    surface_m: float = 0.0
    at_m: tuple[float, float] | None = None


def as_contact(item: Contact | str | tuple[str, float]) -> Contact:
    """Return `item` as a `Contact`; a bare name rests on the floor."""
    if isinstance(item, Contact):
        return item
    if isinstance(item, str):
        return Contact(item)
    return Contact(item[0], item[1])


def _side(name: str) -> str:
    return name.rpartition("_")[2]


class ContactSolver:
    """One body, one pose, and the contacts it has to meet."""

    def __init__(
        self,
        body: Body,
        angles: JointAngles,
        placement: Placement,
        contacts: tuple[Contact, ...],
    ) -> None:
        self.body = body
        self.angles = angles
        self.placement = placement
        self.contacts = contacts
        self.names = {contact.name for contact in contacts}
        self._posed_for: tuple[int, int] = (0, 0)
        self._keep_alive: tuple[JointAngles, Placement] | None = None
        self._rotations = np.empty(0)
        self._heads = np.empty(0)
        height_m = placement.height_m if placement.height_m is not None else 1.0
        self.mid_hip = np.array([placement.x_m, placement.y_m, height_m])

    # -- the pose as it stands -------------------------------------------------------------
    def overrides(self) -> dict[str, np.ndarray]:
        """World rotations of the soles (or toes) that lie flat."""
        flat: dict[str, np.ndarray] = {}
        for name in self.names:
            part, _, side = name.rpartition("_")
            if part not in ("foot", "toes") or f"knee_{side}" in self.names:
                continue
            _, shank = self.body.skeleton.leg(self.angles, self.placement, side)
            left = shank[:, 0]
            level = rot_z(float(np.degrees(np.arctan2(left[1], left[0]))))
            flat[f"toes_{side}"] = level
            if part == "foot":
                flat[f"foot_{side}"] = level
        return flat

    def bones(self) -> tuple[np.ndarray, np.ndarray]:
        """Rotations (B, 3, 3) and heads (B, 3) of the pose as it stands."""
        # Moving the whole body needs no new kinematics, and most steps of the solver only do
        # that or ask again; frozen angles make identity enough to tell.
        if self._posed_for != (id(self.angles), id(self.placement)):
            self._rotations, self._heads = self.body.skeleton.forward(
                self.angles, self.placement, np.zeros(3), self.overrides()
            )
            self._posed_for = (id(self.angles), id(self.placement))
            self._keep_alive = (self.angles, self.placement)
        return self._rotations, self._heads + self.mid_hip

    def region(self, name: str) -> np.ndarray:
        """(N, 3) world positions of a contact's vertices."""
        return self.body.skin(*self.bones(), self.body.regions[name])

    def lowest_m(self, name: str) -> float:
        """Height of the lowest vertex of a contact."""
        return float(self.body.region_heights(name, *self.bones()).min())

    def point(self, name: str) -> np.ndarray:
        """(3,) world point where a contact touches."""
        part, _, side = name.rpartition("_")
        joint = {"foot": "ankle", "toes": "toe", "knee": "knee"}.get(part)
        if joint is not None:
            # A joint's shadow moves smoothly; the lowest vertices jump from one to the next.
            head = named_joints(self.bones()[1])[f"{joint}_{side}"]
            return np.array([head[0], head[1], self.lowest_m(name)])
        points = self.region(name)
        lowest_m = points[:, 2].min()
        return points[points[:, 2] < lowest_m + POINT_BAND_M].mean(axis=0)

    # -- solving ---------------------------------------------------------------------------
    def solve(self) -> None:
        """Meet the contacts, first the one that sets the height."""
        first = self.contacts[0]
        for sweep in range(SWEEPS):
            before = (self.angles, self.placement, self.mid_hip.copy())
            self._lie_level()
            self._set_height(first)
            self._anchor()
            for contact in self.contacts[1:]:
                self._meet(contact)
            if first.at_m is not None and _side(first.name) in ("left", "right"):
                self._slide(first)
            unchanged = self.angles == before[0] and np.allclose(
                self.mid_hip, before[2], atol=TOLERANCE_M
            )
            if sweep and unchanged:
                break
        self._set_height(first)
        self._read_flat_angles()
        self.placement = self.placement.with_(height_m=float(self.mid_hip[2]))

    def _lie_level(self) -> None:
        """Pitch the whole body so that rib cage and sacrum both touch.

        Without this the pelvis tilt of a lying person leaks into the lean of the trunk.
        """
        surfaces = {c.name: c.surface_m for c in self.contacts}
        chest = "thorax" if "thorax" in surfaces else "shoulders"
        if chest not in surfaces or "sacrum" not in surfaces:
            return

        def gap(pitch_deg: float) -> float:
            self.placement = self.placement.with_(pitch_deg=pitch_deg)
            return (self.lowest_m(chest) - surfaces[chest]) - (
                self.lowest_m("sacrum") - surfaces["sacrum"]
            )

        start = self.placement.pitch_deg
        _secant(gap, start, start - 40.0, start + 40.0)

    def _set_height(self, first: Contact) -> None:
        if self.placement.height_m is not None:
            return
        part, _, _ = first.name.rpartition("_")
        kin = [
            c
            for c in self.contacts
            if c.name == first.name
            or (c.name.rpartition("_")[0] == part and part and c.at_m is None)
        ]
        gap_m = min(self.lowest_m(c.name) - c.surface_m for c in kin)
        self.mid_hip[2] -= gap_m

    def _anchor(self) -> None:
        anchor = self.placement.anchor
        first = self.contacts[0]
        if first.at_m is not None:
            self._slide(first)
        elif anchor == "pelvis":
            self.mid_hip[:2] = self.placement.x_m, self.placement.y_m
        else:
            shift = np.array([self.placement.x_m, self.placement.y_m]) - self.point(anchor)[:2]
            self.mid_hip[:2] += shift

    def _slide(self, contact: Contact) -> None:
        assert contact.at_m is not None
        self.mid_hip[:2] += np.array(contact.at_m) - self.point(contact.name)[:2]

    def _meet(self, contact: Contact) -> None:
        part, _, side = contact.name.rpartition("_")
        if not part:
            part = contact.name
        kneeling = f"knee_{side}" in self.names
        if part in ("foot", "toes") and contact.at_m is not None:
            self._reach(contact, side, part)
        elif part in ("foot", "toes", "instep") and kneeling:
            self._turn(contact, f"knee_flexion_{side}_deg")
        elif part == "foot":
            self._bend_leg(contact, side)
        elif part == "toes":
            self._turn(contact, f"ankle_dorsiflexion_{side}_deg")
        elif part in ("heel", "instep", "knee"):
            self._turn(contact, f"hip_flexion_{side}_deg")
        elif part == "hand":
            self._turn(contact, f"shoulder_flexion_{side}_deg")
        elif part == "head":
            self._turn(contact, "neck_flexion_deg")

    def _turn(self, contact: Contact, angle: str, span_deg: float = 45.0) -> None:
        """Turn one joint until the contact's lowest point is on its surface."""
        stem = angle.removesuffix("_deg").removesuffix("_left").removesuffix("_right")
        low, high = _LIMIT_DEG.get(stem, (-180.0, 200.0))
        start = getattr(self.angles, angle)

        def gap(value_deg: float) -> float:
            self.angles = self.angles.with_(**{angle: value_deg})
            return self.lowest_m(contact.name) - contact.surface_m

        _secant(gap, start, max(low, start - span_deg), min(high, start + span_deg))

    def _ankle_over_sole_m(self, side: str) -> float:
        """Height of the ankle over a flat sole; the foot is rigid, so that of the rest pose."""
        rest = self.body.rest_vertices[self.body.regions[f"foot_{side}"]]
        return float(self.body.skeleton.heads[_BONE[f"foot_{side}"], 2] - rest[:, 2].min())

    def _bend_leg(self, contact: Contact, side: str) -> None:
        """Bring a flat foot to its surface with hip and knee, the shin keeping its slope."""
        hip_z = named_joints(self.bones()[1])[f"hip_{side}"][2]
        wanted = contact.surface_m + self._ankle_over_sole_m(side) - hip_z
        base = self.angles
        hip, knee = f"hip_flexion_{side}_deg", f"knee_flexion_{side}_deg"
        hip_deg, knee_deg = getattr(base, hip), getattr(base, knee)

        def gap(more_deg: float) -> float:
            self.angles = base.with_(**{hip: hip_deg + more_deg, knee: knee_deg + more_deg})
            vector, _ = self.body.skeleton.leg(self.angles, self.placement, side)
            return float(vector[2]) - wanted

        _secant(gap, 0.0, max(-60.0, -knee_deg), 60.0)

    def _reach(self, contact: Contact, side: str, part: str) -> None:
        """Put a planted foot, or the ball of one, where it has to stay."""
        assert contact.at_m is not None
        for _ in range(1 if part == "foot" else 4):
            joints = named_joints(self.bones()[1])
            ankle = joints[f"ankle_{side}"]
            if part == "foot":
                z = contact.surface_m + self._ankle_over_sole_m(side)
                target = np.array([*contact.at_m, z])
            else:
                toe = joints[f"toe_{side}"]
                toe_z = toe[2] - self.lowest_m(contact.name) + contact.surface_m
                target = np.array([*contact.at_m, toe_z]) + ankle - toe
            self.angles = self.body.skeleton.reach(
                self.angles, self.placement, side, target - joints[f"hip_{side}"]
            )

    def _read_flat_angles(self) -> None:
        """Write the ankle and toe angles that flat soles have taken into the angles."""
        flat = self.overrides()
        for side in ("left", "right"):
            if f"toes_{side}" not in flat:
                continue
            _, shank = self.body.skeleton.leg(self.angles, self.placement, side)
            if f"foot_{side}" in flat:
                forward = shank.T @ -flat[f"foot_{side}"][:, 1]
                dorsiflexion_deg = float(np.degrees(np.arctan2(forward[2], -forward[1])))
                changes = {
                    f"ankle_dorsiflexion_{side}_deg": dorsiflexion_deg,
                    f"toe_extension_{side}_deg": 0.0,
                }
            else:
                dorsiflexion_deg = getattr(self.angles, f"ankle_dorsiflexion_{side}_deg")
                foot = shank @ rot_x(-dorsiflexion_deg)
                forward = foot.T @ -flat[f"toes_{side}"][:, 1]
                changes = {
                    f"toe_extension_{side}_deg": float(
                        np.degrees(np.arctan2(forward[2], -forward[1]))
                    )
                }
            self.angles = self.angles.with_(**changes)


def _secant(
    gap: Callable[[float], float], start: float, low: float, high: float, most: int = 10
) -> None:
    """Find the zero of a smooth gap near `start` within limits; leaves the best one applied."""
    x0, f0 = start, gap(start)
    best = (abs(f0), x0)
    if best[0] < TOLERANCE_M:
        return
    x1 = float(np.clip(x0 + 2.0, low, high))
    if x1 == x0:
        x1 = float(np.clip(x0 - 2.0, low, high))
    f1 = gap(x1)
    for _ in range(most):
        best = min(best, (abs(f1), x1))
        if abs(f1) < TOLERANCE_M or f1 == f0:
            break
        step = np.clip(-f1 * (x1 - x0) / (f1 - f0), -20.0, 20.0)
        x0, f0 = x1, f1
        x1 = float(np.clip(x1 + step, low, high))
        if x1 == x0:
            break
        f1 = gap(x1)
    best = min(best, (abs(f1), x1))
    if best[1] != x1:
        gap(best[1])
