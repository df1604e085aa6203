"""Pictures of people in a room, quickly and the same every time.

The room of a scene is drawn once.  A frame then copies the part of it that the people cover,
draws them over it at twice the size with the room's depth, averages down, and darkens the
room's pixels by two masks: the people as seen by the light (cast shadow) and from above
(where they touch the floor).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from functools import cache

import cv2
import numpy as np

from groundtruth.body import Body, PosedBody
from groundtruth.cameras import FAR_M, NEAR_M, Camera
from groundtruth.clothing import LOOSE_DROP_M, dressed_vertices
from groundtruth.gl_canvas import GL, Canvas, Geometry, Target, copy
from groundtruth.looks import LOOKS, Look
from groundtruth.mesh import quad_triangles, vertex_normals
from groundtruth.skeleton import FACE_CLASSES, HEM_SIDES, HEMS
from groundtruth.studio import Light, Scene, prop_mesh, room_mesh

OVERSAMPLE = 2
MASK_PX = 256
MASK_CENTRE_M = (0.0, 0.0)
MASK_HALF_M = 3.2
"""Half the side of the floor area that shadows are kept for."""
TOUCH_FADE_M = 0.22
"""A part this high over the floor leaves no contact shadow."""
LAMP_HEIGHT_M = 2.4
NOISE_FRAMES = 7
KEPT_ROOMS = 4
MARGIN_PX = 3

Dressed = tuple[PosedBody, Look]
Part = tuple[int, int] | None
"""Range of indices of a geometry, or all of it."""


HEAD_AND_HANDS = ("skin", "lips", "brows", "eye", "iris")
HAIR = ("short_hair", "long_hair")
BARE, CLOTHED, SHEET = range(3)
"""Layers in the order they are drawn: fine mesh, coarse mesh, open sheets."""


class _Surface:
    """A body's mesh with a vertex for every colour it borders on.

    Attributes
    ----------
    closed, sheets, coarse
        Ranges of indices: what may be drawn from its outer side only, what is seen from both
        sides, and what is enough for a shadow.
    """

    def __init__(self, body: Body, hidden: tuple[str, ...], *, loose: bool) -> None:
        shown = ~np.isin(body.quad_class, [FACE_CLASSES.index(name) for name in hidden])
        layer = np.full(len(FACE_CLASSES), CLOTHED)
        layer[[FACE_CLASSES.index(name) for name in HEAD_AND_HANDS]] = BARE
        layer[[FACE_CLASSES.index(name) for name in HAIR]] = SHEET
        rows = np.flatnonzero(shown)
        rows = rows[np.argsort(layer[body.quad_class[rows]], kind="stable")]
        quads, classes, hems = body.quads[rows], body.quad_class[rows], body.quad_hem[rows]
        bare, clothed, _ = (6 * int((layer[classes] == kind).sum()) for kind in range(3))
        self.closed = (0, bare + clothed)
        self.sheets = (bare + clothed, 6 * len(quads))
        self.coarse = (bare, 6 * len(quads))
        above, below = classes.astype(np.int64), classes.astype(np.int64)
        for number, name in enumerate(HEMS):
            if name:
                upper, lower = (FACE_CLASSES.index(c) for c in HEM_SIDES[name])
                ends = (hems == number) & np.isin(classes, (upper, lower))
                above[ends], below[ends] = upper, lower
        hems = np.where(above == below, 0, hems).astype(np.int64)
        kind = (hems * len(FACE_CLASSES) + above) * len(FACE_CLASSES) + below
        kinds = len(HEMS) * len(FACE_CLASSES) ** 2
        unique, index = np.unique(
            quads.astype(np.int64) * kinds + kind[:, None], return_inverse=True
        )
        self.source, kind = unique // kinds, unique % kinds
        self.below = kind % len(FACE_CLASSES)
        self.above = kind // len(FACE_CLASSES) % len(FACE_CLASSES)
        self.geometry = Geometry(quad_triangles(index.reshape(quads.shape)))
        self.data = np.zeros((len(unique), 14), dtype=np.float32)
        hem = kind // len(FACE_CLASSES) ** 2
        self.data[:, 13] = body.hem_m[self.source, hem]
        if loose:
            self.data[hem == HEMS.index("waist"), 13] += LOOSE_DROP_M

    def upload(self, vertices: np.ndarray, quads: np.ndarray, colours: np.ndarray) -> None:
        self.data[:, 0:3] = vertices[self.source]
        self.data[:, 3:6] = vertex_normals(vertices, quads)[self.source]
        self.data[:, 6:9] = colours[self.above]
        self.data[:, 10:13] = colours[self.below]
        self.geometry.upload(self.data)


class _Room:
    """A scene without people: its picture, its depth, and where its pixels lie in the masks."""

    def __init__(self, renderer: Renderer, scene: Scene) -> None:
        camera, light = scene.camera, scene.lighting()
        size = (OVERSAMPLE * camera.width_px, OVERSAMPLE * camera.height_px)
        self.large = Target(*size)
        self.large.bind()
        GL.glClearColor(0.0, 0.0, 0.0, 0.0)
        GL.glClear(GL.GL_COLOR_BUFFER_BIT | GL.GL_DEPTH_BUFFER_BIT)
        renderer.shade(camera, light, renderer.canvas.room_shading)
        room, props = Geometry(), Geometry()
        room.upload(room_mesh(scene).buffer())
        room.draw()
        if scene.props:
            props.upload(prop_mesh(scene).buffer())
            props.draw()
        small = renderer.small(camera)
        box_px = (0, 0, camera.width_px, camera.height_px)
        copy(self.large, small, box_px, depth=False)
        picture = small.read(*box_px)[:, :, :3]
        points = _world_points(camera, self.large.read_depth()[::OVERSAMPLE, ::OVERSAMPLE])
        towards = np.array(light.towards) / np.linalg.norm(light.towards)
        self.cast_index = _mask_index(points, towards)
        # The lamp hangs below the ceiling, which therefore gets no shadow.
        self.cast_index[points[:, :, 2] > LAMP_HEIGHT_M] = 0
        self.touch_index = _mask_index(points, np.array([0.0, 0.0, -1.0]))
        self.on_floor = (points[:, :, 2] < 0.02).astype(np.float32)
        cast = renderer.masks([(props, None)], towards)[0] if scene.props else None
        self.shade = np.ones(picture.shape[:2], dtype=np.float32)
        if cast is not None:
            # Furniture throws its shadow on the floor only; on itself it would be wrong.
            self.shade -= light.shadow * 0.8 * cast.ravel()[self.cast_index] * self.on_floor
        self.picture = np.clip(picture * self.shade[:, :, None], 0, 255).astype(np.float32)
        self.noise = _noise_bank(scene.seed, light.noise_sigma, picture.shape)

    def delete(self) -> None:
        self.large.delete()


class Renderer:
    """Draws people in scenes; keeps the last few rooms.  One per process."""

    def __init__(self) -> None:
        self.canvas = Canvas()
        self._rooms: OrderedDict[Scene, _Room] = OrderedDict()
        self._targets: dict[tuple[int, int, str], Target] = {}
        self._surfaces: dict[tuple[int, tuple[str, ...], int, bool], _Surface] = {}
        GL.glEnable(GL.GL_DEPTH_TEST)
        GL.glDisable(GL.GL_CULL_FACE)
        GL.glDisable(GL.GL_DITHER)

    def small(self, camera: Camera) -> Target:
        """Return the target of the camera's own size."""
        return self._target(camera.width_px, camera.height_px, "small")

    def _target(self, width: int, height: int, use: str) -> Target:
        key = (width, height, use)
        if key not in self._targets:
            self._targets[key] = Target(width, height)
        return self._targets[key]

    def shade(self, camera: Camera, light: Light, program: int) -> None:
        """Set up a shading program for a camera and a light."""
        tint = np.array([1.0 + light.warmth, 1.0, 1.0 - light.warmth])
        self.canvas.use(
            program,
            clip=camera.clip_matrix(),
            towards=np.array(light.towards) / np.linalg.norm(light.towards),
            eye=np.array(camera.position_m),
            key=light.key * tint,
            ambient=light.ambient * tint,
        )

    def masks(
        self, things: Sequence[tuple[Geometry, Part]], towards: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Cast-shadow and touch mask (MASK_PX, MASK_PX) of some geometry, 0-1, blurred."""
        target = self._target(MASK_PX, MASK_PX, "mask")
        target.bind()
        GL.glDisable(GL.GL_DEPTH_TEST)
        GL.glColorMask(True, True, True, True)
        GL.glClearColor(0.0, 0.0, 0.0, 0.0)
        GL.glClear(GL.GL_COLOR_BUFFER_BIT)
        area = np.array([*MASK_CENTRE_M, MASK_HALF_M, MASK_HALF_M])
        GL.glColorMask(True, False, False, False)
        self.canvas.use(self.canvas.masking, towards=towards, area=area, fade=0.0)
        for thing, part in things:
            thing.draw(part)
        GL.glColorMask(False, True, False, False)
        GL.glEnable(GL.GL_BLEND)
        GL.glBlendEquation(GL.GL_MAX)
        straight_down = np.array([0.0, 0.0, -1.0])
        self.canvas.use(self.canvas.masking, towards=straight_down, area=area, fade=TOUCH_FADE_M)
        for thing, part in things:
            thing.draw(part)
        GL.glDisable(GL.GL_BLEND)
        GL.glColorMask(True, True, True, True)
        GL.glEnable(GL.GL_DEPTH_TEST)
        both = target.read(0, 0, MASK_PX, MASK_PX)[:, :, :2].astype(np.float32) / 255
        cast = cv2.blur(cv2.blur(np.ascontiguousarray(both[:, :, 0]), (5, 5)), (5, 5))
        touch = cv2.blur(cv2.blur(np.ascontiguousarray(both[:, :, 1]), (3, 3)), (3, 3))
        return cast, touch

    def _room(self, scene: Scene) -> _Room:
        if scene in self._rooms:
            self._rooms.move_to_end(scene)
        else:
            self._rooms[scene] = _Room(self, scene)
            if len(self._rooms) > KEPT_ROOMS:
                self._rooms.popitem(last=False)[1].delete()
        return self._rooms[scene]

    def _surface(self, body: Body, look: Look, number: int) -> _Surface:
        # All bodies share one topology, so surfaces are told apart by what they hide only,
        # and by their place in the picture, since each holds its own vertices.
        loose = look.looseness_m > 0
        key = (len(body.quads), look.hidden_classes(), number, loose)
        if key not in self._surfaces:
            self._surfaces[key] = _Surface(body, look.hidden_classes(), loose=loose)
        return self._surfaces[key]

    def render(self, scene: Scene, people: Sequence[Dressed], frame_number: int = 0) -> np.ndarray:
        """Draw a frame.

        Parameters
        ----------
        scene
            Room and camera.
        people
            Posed bodies, each with its look; none is an empty room.
        frame_number
            Chooses the noise.

        Returns
        -------
        (height_px, width_px, 3) uint8 RGB.
        """
        self.canvas.make_current()
        room = self._room(scene)
        picture = room.picture
        if people:
            picture = self._with_people(scene, room, people)
        noise = room.noise[frame_number % NOISE_FRAMES]
        return np.clip(picture + noise, 0, 255).astype(np.uint8)

    def _with_people(self, scene: Scene, room: _Room, people: Sequence[Dressed]) -> np.ndarray:
        camera, light = scene.camera, scene.lighting()
        surfaces = []
        boxes = []
        for number, (posed, look) in enumerate(people):
            vertices = dressed_vertices(posed, look)
            surface = self._surface(posed.body, look, number)
            surface.upload(vertices, posed.body.quads, look.class_colours())
            surfaces.append(surface)
            boxes.append(_box_px(camera, vertices))
        outlines = [(surface.geometry, surface.coarse) for surface in surfaces]
        towards = np.array(light.towards) / np.linalg.norm(light.towards)
        cast, touch = self.masks(outlines, towards)
        dark = light.shadow * cast.ravel()[room.cast_index]
        dark = np.maximum(dark, 0.6 * touch.ravel()[room.touch_index] * room.on_floor)
        factor = 1.0 - dark
        picture = room.picture * factor[:, :, None]

        boxes = [box_px for box_px in boxes if box_px is not None]
        if not boxes:
            return picture
        x0, y0 = (min(b[k] for b in boxes) for k in (0, 1))
        x1, y1 = (max(b[k] + b[k + 2] for b in boxes) for k in (0, 1))
        w, h = x1 - x0, y1 - y0
        large = self._target(room.large.width, room.large.height, "large")
        k = OVERSAMPLE
        copy(room.large, large, (k * x0, k * y0, k * w, k * h), depth=True)
        large.bind()
        self.shade(camera, light, self.canvas.person_shading)
        for surface in surfaces:
            GL.glEnable(GL.GL_CULL_FACE)
            surface.geometry.draw(surface.closed)
            GL.glDisable(GL.GL_CULL_FACE)
            surface.geometry.draw(surface.sheets)
        small = self.small(camera)
        copy(large, small, (x0, y0, w, h), depth=False)
        drawn = small.read(x0, y0, w, h).astype(np.float32)
        # Where a person covers part of a pixel, only the room's share is in shadow.
        area = (slice(y0, y1), slice(x0, x1))
        clear = 1.0 - drawn[:, :, 3:] / 255
        room_share = clear * (room.shade[area] * factor[area])[:, :, None]
        picture[area] = drawn[:, :, :3] - _room_colour(room, area) * (clear - room_share)
        return picture


def _room_colour(room: _Room, area: tuple[slice, slice]) -> np.ndarray:
    return room.picture[area] / np.maximum(room.shade[area], 0.05)[:, :, None]


def _world_points(camera: Camera, depth: np.ndarray) -> np.ndarray:
    """World position (H, W, 3) that each pixel shows, from window depth."""
    away = 2 * NEAR_M * FAR_M / (FAR_M + NEAR_M - (2 * depth - 1) * (FAR_M - NEAR_M))
    rows, columns = np.mgrid[0 : camera.height_px, 0 : camera.width_px] + 0.5
    local = np.stack(
        [
            (columns - camera.width_px / 2) / camera.focal_px * away,
            -(rows - camera.height_px / 2) / camera.focal_px * away,
            -away,
        ],
        axis=-1,
    )
    return local @ camera.axes() + camera.position_m


def _mask_index(points: np.ndarray, towards: np.ndarray) -> np.ndarray:
    """Flat index (H, W) of the mask pixel that a world point falls into along a light."""
    hit = points[:, :, :2] - towards[:2] / towards[2] * points[:, :, 2:]
    share = (hit - MASK_CENTRE_M) / MASK_HALF_M
    # Past the edge of the mask there is nobody: those pixels read its (empty) rim.
    cell = np.clip(((share + 1) / 2 * MASK_PX).astype(np.int64), 0, MASK_PX - 1)
    return ((MASK_PX - 1 - cell[:, :, 1]) * MASK_PX + cell[:, :, 0]).astype(np.int32)


def _box_px(camera: Camera, vertices: np.ndarray) -> tuple[int, int, int, int] | None:
    """Pixel rectangle (x, y, width, height) round some vertices; None if out of the picture."""
    pixels = camera.project(vertices[::3])
    in_front = pixels[:, 2] > NEAR_M
    if not in_front.any():
        return None
    if not in_front.all():
        return (0, 0, camera.width_px, camera.height_px)
    low = np.floor(pixels[:, :2].min(axis=0)).astype(int) - MARGIN_PX
    high = np.ceil(pixels[:, :2].max(axis=0)).astype(int) + MARGIN_PX
    low = np.maximum(low, 0)
    high = np.minimum(high, (camera.width_px, camera.height_px))
    if (high <= low).any():
        return None
    return (int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1]))


def _noise_bank(seed: int, sigma: float, shape: tuple[int, ...]) -> np.ndarray:
    """A few noise pictures to go round; drawing fresh ones would cost more than the person."""
    generator = np.random.default_rng(seed)
    noise = generator.normal(0.0, sigma, (NOISE_FRAMES, *shape[:2], 3))
    return noise.astype(np.float32)


@cache
def shared_renderer() -> Renderer:
    """Return this process's renderer."""
    return Renderer()


def render_frame(
    scene: Scene,
    posed: PosedBody | None,
    look: Look | str = "red_shirt",
    *,
    others: Sequence[Dressed] = (),
    frame_number: int = 0,
) -> np.ndarray:
    """Draw one frame of one person, and whoever else is there.

    Parameters
    ----------
    scene
        Room and camera.
    posed
        The person, or ``None`` for an empty room.
    look
        A `Look`, or a key of `groundtruth.looks.LOOKS`.
    others
        More people with their looks.
    frame_number
        Chooses the noise; the same number gives the same picture.

    Returns
    -------
    (height_px, width_px, 3) uint8 RGB.
    """
    worn = LOOKS[look] if isinstance(look, str) else look
    people = [*([(posed, worn)] if posed is not None else []), *others]
    return shared_renderer().render(scene, people, frame_number)
