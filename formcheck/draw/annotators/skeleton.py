"""The skeleton: bones and joints, the near side stronger than the far one."""

from __future__ import annotations

import numpy as np

from formcheck.core.pose import SIDES, Pose, Side, landmark_of
from formcheck.draw import primitives
from formcheck.draw.primitives import Colour, Points
from formcheck.draw.scene import Scene

Bone = tuple[int, int]

_LIMBS = (
    ("shoulder", "elbow"),
    ("elbow", "wrist"),
    ("shoulder", "hip"),
    ("hip", "knee"),
    ("knee", "ankle"),
    ("ankle", "heel"),
    ("heel", "foot_index"),
    ("ankle", "foot_index"),
)
_BONES: dict[Side, list[Bone]] = {
    side: [(landmark_of(side, a), landmark_of(side, b)) for a, b in _LIMBS] for side in SIDES
}
_ACROSS: list[Bone] = [
    (landmark_of("left", j), landmark_of("right", j)) for j in ("shoulder", "hip")
]
_JOINTS = {
    side: [
        landmark_of(side, joint) for joint in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
    ]
    for side in SIDES
}
_FAINT_BELOW = 0.5  # visibility; MediaPipe's own drawing leaves such points out


class SkeletonAnnotator:
    """Draws the bones and joints, the near side over the far one and stronger.

    Parameters
    ----------
    bones, joints, faint : str
        Colours by their names in the palette; ``faint`` is that of the far side and of what the
        model is not sure of.
    weight, faint_weight : float
        How thick bones are, in units of the scene.
    """

    def __init__(
        self,
        *,
        bones: str = "white",
        joints: str = "sky",
        faint: str = "grey",
        weight: float = 0.85,
        faint_weight: float = 0.4,
    ) -> None:
        self._bones_colour, self._joints_colour, self._faint_colour = bones, joints, faint
        self._weight, self._faint_weight = weight, faint_weight

    def draw(self, scene: Scene, pose: Pose, near_side: str | None, *, faint: bool) -> None:
        """Draw the skeleton of a pose.

        Parameters
        ----------
        scene : Scene
        pose : Pose
        near_side : str or None
            The side that is drawn stronger; both where it is not known.
        faint : bool
            Draw all of it faint.
        """
        points = pose.points_px * scene.scale
        if scene.mirrored:
            points[:, 0] = scene.width - 1 - points[:, 0]
        ends, places = primitives.all_fixed(points), points.tolist()
        finite = np.isfinite(points[:, 0] + points[:, 1]).tolist()
        clear = (pose.landmarks[:, 3] >= _FAINT_BELOW).tolist()
        grey = scene.colour[self._faint_colour]
        across = [(a, b) for a, b in _ACROSS if finite[a] and finite[b]]
        _bones(scene, ends, across, grey, 0.5, least=1)
        near = near_side if near_side in SIDES else None
        order: tuple[Side, Side] = ("left", "right") if near == "right" else ("right", "left")
        for side in order:
            strong = not faint and side == (near or side)
            bones = [(a, b) for a, b in _BONES[side] if finite[a] and finite[b]]
            sure = [(a, b) for a, b in bones if strong and clear[a] and clear[b]]
            unsure = [bone for bone in bones if bone not in sure]
            _bones(scene, ends, unsure, grey, self._faint_weight)
            _bones(scene, ends, sure, scene.colour[self._bones_colour], self._weight)
            for i in _JOINTS[side]:
                if not finite[i]:
                    continue
                bright = strong and clear[i]
                radius = (0.95 if bright else 0.5) * scene.unit
                primitives.ringed_disc(
                    scene.canvas, tuple(places[i]), radius,
                    scene.colour[self._joints_colour] if bright else grey, scene.colour["black"],
                )  # fmt: skip


def _bones(
    scene: Scene, ends: Points, bones: list[Bone], colour: Colour, weight: float, *,
    least: int = 2,
) -> None:  # fmt: skip
    """Draw bones, pairs of landmarks, with the dark edge that keeps them visible on any wall."""
    if not bones:
        return
    thickness = max(least, round(weight * scene.unit))
    edge = thickness + max(2, thickness // 2)
    lines = ends[np.array(bones)]
    primitives.lines(scene.canvas, lines, scene.colour["black"], edge, smooth=False)
    primitives.lines(scene.canvas, lines, colour, thickness)
