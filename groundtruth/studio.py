"""The room and what stands in it: floor, walls, mat, and things to sit, step and lie on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from groundtruth.cameras import Camera
from groundtruth.mesh import box

ROOM_LOW_M = (-2.7, -4.8)
ROOM_HIGH_M = (4.8, 2.3)
ROOM_HEIGHT_M = 2.7

MATERIALS = ("plain", "wood", "wall", "fabric", "carpet")
"""Procedural surface patterns that the shader knows, by index."""


@dataclass(frozen=True, slots=True)
class Prop:
    """A thing in the room.

    Attributes
    ----------
    kind
        ``mat``, ``chair`` (seat 0.45 m, no back), ``bench`` (0.45 m high; its long axis runs
        front to back), ``step`` (0.30 m), ``block`` (0.10 m), ``wall`` (2 m high panel), or
        ``shelf``.
    x_m, y_m
        Centre on the floor; for ``wall`` the middle of its front face.
    heading_deg
        As a person's: 0 faces ``-y``, positive turns left.
    height_m
        Overrides the height of the upper surface.
    """

    kind: str
    x_m: float = 0.0
    y_m: float = 0.0
    heading_deg: float = 0.0
    height_m: float | None = None


SURFACE_M = {"chair": 0.45, "bench": 0.45, "step": 0.30, "block": 0.10}
"""Height of the surface that a person can rest on, metres."""


@dataclass(frozen=True, slots=True)
class Light:
    """The room's light.

    Attributes
    ----------
    towards
        Direction the main light shines in (need not be of unit length).
    key, ambient
        Strength of the main light and of the light from everywhere.
    warmth
        0 neutral; positive reddish, negative bluish.
    shadow
        Darkness of shadows, 0-1.
    noise_sigma
        Standard deviation of the picture noise, 8-bit steps.
    """

    towards: tuple[float, float, float] = (-0.45, 0.65, -1.0)
    key: float = 0.62
    ambient: float = 0.52
    warmth: float = 0.0
    shadow: float = 0.42
    noise_sigma: float = 2.0


LIGHTS: dict[str, Light] = {
    "day": Light(),
    "lamp": Light(
        towards=(0.7, 0.5, -1.0), key=0.55, ambient=0.42, warmth=0.10, shadow=0.5, noise_sigma=2.5
    ),
    "dim": Light(
        towards=(-0.6, 0.3, -1.0),
        key=0.30,
        ambient=0.26,
        warmth=0.06,
        shadow=0.45,
        noise_sigma=4.0,
    ),
    "back_window": Light(
        towards=(0.45, -0.5, -1.0), key=0.55, ambient=0.62, warmth=-0.05, shadow=0.35
    ),
}


@dataclass(frozen=True, slots=True)
class Scene:
    """A room as one camera sees it; everything that stays the same through a clip.

    Attributes
    ----------
    camera
        See `groundtruth.cameras.camera`.
    props
        Furniture and mat.
    light
        Key of `LIGHTS`, or a `Light`.
    seed
        Chooses colours of the room and the noise.
    """

    camera: Camera
    props: tuple[Prop, ...] = ()
    light: str | Light = "day"
    seed: int = 0

    def lighting(self) -> Light:
        """Return the light itself, a named one turned with the camera.

        Otherwise a person lit from the front in one view would be dark in another.
        """
        if not isinstance(self.light, str):
            return self.light
        light = LIGHTS[self.light]
        away = np.subtract(self.camera.position_m, self.camera.target_m)
        turn = float(np.arctan2(away[0], -away[1]))
        x, y, z = light.towards
        c, s = float(np.cos(turn)), float(np.sin(turn))
        return replace(light, towards=(c * x - s * y, s * x + c * y, z))


@dataclass
class Mesh:
    """Triangles to draw: (N, 3) positions and normals, (N, 3) colours 0-1, (N,) material."""

    positions: list[np.ndarray] = field(default_factory=list)
    normals: list[np.ndarray] = field(default_factory=list)
    colours: list[np.ndarray] = field(default_factory=list)
    materials: list[np.ndarray] = field(default_factory=list)

    def add_box(
        self,
        low: tuple[float, float, float],
        high: tuple[float, float, float],
        colour: tuple[float, float, float],
        material: str = "plain",
        place: Prop | None = None,
    ) -> None:
        """Add a box, given in the frame of `place` if there is one."""
        vertices, normals = box(low, high)
        if place is not None:
            c, s = np.cos(np.radians(place.heading_deg)), np.sin(np.radians(place.heading_deg))
            turn = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
            vertices = vertices @ turn.T + (place.x_m, place.y_m, 0.0)
            normals = normals @ turn.T
        order = (np.arange(0, 24, 4)[:, None] + [0, 1, 2, 0, 2, 3]).ravel()
        self.positions.append(vertices[order])
        self.normals.append(normals[order])
        self.colours.append(np.tile(colour, (36, 1)))
        self.materials.append(np.full(36, MATERIALS.index(material)))

    def buffer(self) -> np.ndarray:
        """All attributes interleaved, (N, 14) float32: see `groundtruth.gl_canvas.Geometry`."""
        if not self.positions:
            return np.zeros((0, 14), dtype=np.float32)
        colours = np.concatenate(self.colours)
        return np.concatenate(
            [
                np.concatenate(self.positions),
                np.concatenate(self.normals),
                colours,
                np.concatenate(self.materials)[:, None],
                colours,
                np.ones((len(colours), 1)),
            ],
            axis=1,
        ).astype(np.float32)


_WALLS = ((0.82, 0.80, 0.76), (0.74, 0.79, 0.82), (0.84, 0.79, 0.72), (0.76, 0.80, 0.74))
_FLOORS = (
    ((0.64, 0.49, 0.35), "wood"),
    ((0.50, 0.37, 0.26), "wood"),
    ((0.58, 0.57, 0.55), "carpet"),
    ((0.74, 0.62, 0.47), "wood"),
)
_MATS = ((0.24, 0.34, 0.52), (0.50, 0.28, 0.44), (0.26, 0.44, 0.38), (0.32, 0.32, 0.35))
_ACCENTS = ((0.62, 0.30, 0.24), (0.22, 0.38, 0.52), (0.70, 0.58, 0.26), (0.34, 0.44, 0.34))


CEILING = (1.55, 1.54, 1.50)
"""Brighter than white: the light that walls throw up at it is not computed."""


def _pick(options: tuple, seed: int, stride: int):
    return options[(seed // stride) % len(options)]


def room_mesh(scene: Scene) -> Mesh:
    """Floor, walls and what hangs on them."""
    mesh = Mesh()
    wall = _pick(_WALLS, scene.seed, 1)
    floor, pattern = _pick(_FLOORS, scene.seed + 1, 1)
    accent = _pick(_ACCENTS, scene.seed, 2)
    (x0, y0), (x1, y1), top = ROOM_LOW_M, ROOM_HIGH_M, ROOM_HEIGHT_M
    thick = 0.1
    mesh.add_box((x0, y0, -thick), (x1, y1, 0.0), floor, pattern)
    mesh.add_box((x0, y1, 0.0), (x1, y1 + thick, top), wall, "wall")
    mesh.add_box((x0, y0 - thick, 0.0), (x1, y0, top), wall, "wall")
    mesh.add_box((x0 - thick, y0, 0.0), (x0, y1, top), wall, "wall")
    mesh.add_box((x1, y0, 0.0), (x1 + thick, y1, top), wall, "wall")
    mesh.add_box((x0, y0, top), (x1, y1, top + thick), CEILING)
    white = (0.90, 0.89, 0.86)
    mesh.add_box((x0, y1 - 0.015, 0.0), (x1, y1, 0.09), white)
    mesh.add_box((x0, y0, 0.0), (x0 + 0.015, y1, 0.09), white)
    # A picture and a shelf on the back wall, a picture and a cupboard on the left one: rooms
    # are not empty, and an empty one would make the person too easy to find.
    shift = 0.35 * ((scene.seed * 7) % 5 - 2) / 2
    mesh.add_box((-1.75 + shift, y1 - 0.03, 1.35), (-1.05 + shift, y1, 1.95), (0.2, 0.18, 0.16))
    mesh.add_box((-1.70 + shift, y1 - 0.035, 1.40), (-1.10 + shift, y1 - 0.03, 1.90), accent)
    mesh.add_box((1.15 + shift, y1 - 0.32, 0.0), (2.05 + shift, y1, 0.82), white)
    for k, height in enumerate((0.24, 0.16, 0.20, 0.13)):
        left = 1.25 + shift + 0.17 * k
        mesh.add_box(
            (left, y1 - 0.25, 0.82),
            (left + 0.11, y1 - 0.08, 0.82 + height),
            _ACCENTS[(k + scene.seed) % 4],
        )
    mesh.add_box((x0, -0.9, 1.3), (x0 + 0.03, -0.2, 1.9), _pick(_ACCENTS, scene.seed + 1, 1))
    mesh.add_box((x0, 0.7, 0.0), (x0 + 0.4, 1.6, 0.75), (0.52, 0.42, 0.33), "plain")
    return mesh


def prop_mesh(scene: Scene) -> Mesh:
    """Furniture and mats."""
    mesh = Mesh()
    for prop in scene.props:
        _add_prop(mesh, prop, scene.seed)
    return mesh


def _add_prop(mesh: Mesh, prop: Prop, seed: int) -> None:
    wood, grey, dark = (0.60, 0.46, 0.32), (0.42, 0.43, 0.46), (0.20, 0.20, 0.22)
    height = prop.height_m if prop.height_m is not None else SURFACE_M.get(prop.kind, 0.0)
    if prop.kind == "mat":
        # Thin on purpose: the floor that people rest on is z = 0.
        mesh.add_box(
            (-0.33, -0.95, 0.0), (0.33, 0.95, 0.003), _pick(_MATS, seed, 1), "fabric", prop
        )
    elif prop.kind == "chair":
        mesh.add_box((-0.22, -0.22, height - 0.04), (0.22, 0.22, height), wood, place=prop)
        for sx in (-0.20, 0.16):
            for sy in (-0.20, 0.16):
                mesh.add_box((sx, sy, 0.0), (sx + 0.04, sy + 0.04, height - 0.04), wood, place=prop)
    elif prop.kind == "bench":
        mesh.add_box((-0.28, -0.60, height - 0.10), (0.28, 0.60, height), dark, "fabric", prop)
        for sy in (-0.48, 0.42):
            mesh.add_box((-0.22, sy, 0.0), (0.22, sy + 0.06, height - 0.10), grey, place=prop)
    elif prop.kind == "step":
        mesh.add_box((-0.40, -0.20, 0.0), (0.40, 0.20, height), grey, place=prop)
        mesh.add_box((-0.39, -0.19, height), (0.39, 0.19, height + 0.001), dark, "fabric", prop)
    elif prop.kind == "block":
        mesh.add_box((-0.16, -0.08, 0.0), (0.16, 0.08, height), (0.36, 0.50, 0.60), place=prop)
    elif prop.kind == "wall":
        mesh.add_box(
            (-0.6, 0.0, 0.0), (0.6, 0.12, prop.height_m or 2.0), (0.70, 0.69, 0.66), "wall", prop
        )
    elif prop.kind == "shelf":
        mesh.add_box((-0.4, -0.15, 0.0), (0.4, 0.15, prop.height_m or 1.6), wood, place=prop)
    else:
        raise ValueError(f"no prop of kind {prop.kind!r}")
