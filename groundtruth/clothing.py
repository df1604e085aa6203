"""A shirt that does not cling: it stands off the waist and spans the hollow of the back."""

from __future__ import annotations

import numpy as np

from groundtruth.body import Body, PosedBody
from groundtruth.looks import Look
from groundtruth.mesh import vertex_normals
from groundtruth.skeleton import BONES, FACE_CLASSES

_BONE = {name: i for i, name in enumerate(BONES)}
_PROFILE_STEPS = 24
_MIDLINE_M = 0.05
"""Vertices this close to the middle give the depth of the hollow."""


LOOSE_DROP_M = 0.11
"""How far a loose shirt hangs over the shorts, below the waist."""


def hem_height_m(body: Body) -> float:
    """Height of a loose shirt's hem in the rest pose: about the hips."""
    return float(body.skeleton.heads[_BONE["spine04"], 2]) - LOOSE_DROP_M - 0.01


def shirt_rows(body: Body) -> np.ndarray:
    """Vertices of a loose shirt's trunk; it ends over the buttocks, below the back's hollow."""
    classes = [FACE_CLASSES.index(name) for name in ("torso", "shorts")]
    rows = np.unique(body.quads[np.isin(body.quad_class, classes)])
    return rows[body.rest_vertices[rows, 2] > hem_height_m(body)]


def dressed_vertices(posed: PosedBody, look: Look) -> np.ndarray:
    """Return the (V, 3) vertices of a posed body with `look`'s shirt on, metres."""
    if look.looseness_m <= 0 and look.bridge <= 0:
        return posed.vertices
    vertices = posed.vertices.copy()
    body, rows = posed.body, shirt_rows(posed.body)
    normals = vertex_normals(vertices, body.quads)[rows]
    rest = body.rest_vertices[rows]
    hem_z = hem_height_m(body)
    chest_z = body.skeleton.heads[_BONE["spine01"], 2]
    share = np.clip((rest[:, 2] - hem_z) / (chest_z - hem_z), 0.0, 1.0)
    shirt = vertices[rows] + (look.looseness_m * (1.0 - share) ** 0.7)[:, None] * normals
    if look.bridge > 0:
        shirt = _span_hollow(posed, rows, shirt, normals, look.bridge)
    vertices[rows] = shirt
    return vertices


def _span_hollow(
    posed: PosedBody, rows: np.ndarray, shirt: np.ndarray, normals: np.ndarray, bridge: float
) -> np.ndarray:
    """Move the back of the shirt a share of the way to the chord over the hollow."""
    joints = posed.joints
    up = joints["neck"] - joints["pelvis"]
    up = up / np.linalg.norm(up)
    left = joints["hip_left"] - joints["hip_right"]
    back = np.cross(up, left / np.linalg.norm(left))
    # With x to the left and z up, z cross x is y: the person's back.
    back /= np.linalg.norm(back)
    local = shirt - joints["pelvis"]
    along, depth = local @ up, local @ back
    facing = np.clip((normals @ back - 0.1) / 0.5, 0.0, 1.0)
    middle = (np.abs(posed.body.rest_vertices[rows, 0]) < _MIDLINE_M) & (facing > 0.3)
    if middle.sum() < 6:
        return shirt
    edges = np.linspace(along[middle].min(), along[middle].max(), _PROFILE_STEPS)
    order = np.argsort(along[middle])
    profile = np.interp(edges, along[middle][order], depth[middle][order])
    chord = _upper_hull(edges, profile)
    hollow = np.interp(along, edges, chord - profile)
    return shirt + (bridge * hollow * facing)[:, None] * back


def _upper_hull(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Upper convex hull of a profile, sampled at its own points."""
    keep: list[int] = []
    for i in range(len(x)):
        while len(keep) >= 2:
            a, b = keep[-2], keep[-1]
            if (y[b] - y[a]) * (x[i] - x[a]) <= (y[i] - y[a]) * (x[b] - x[a]):
                keep.pop()
            else:
                break
        keep.append(i)
    return np.interp(x, x[keep], y[keep])
