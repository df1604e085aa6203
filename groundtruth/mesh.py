"""Small mesh helpers in numpy: normals, triangles, boxes."""

from __future__ import annotations

import numpy as np


def quad_triangles(quads: np.ndarray) -> np.ndarray:
    """Split (Q, 4) quads into (2 Q, 3) triangles, the two of a quad one after the other."""
    return quads[:, [0, 1, 2, 0, 2, 3]].reshape(-1, 3)


def vertex_normals(vertices: np.ndarray, quads: np.ndarray) -> np.ndarray:
    """Smooth outward unit normals (V, 3), weighted by face area."""
    corners = vertices[quads]
    faces = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
    flat = quads.ravel()
    normals = np.stack(
        [
            np.bincount(flat, np.repeat(faces[:, axis], 4), minlength=len(vertices))
            for axis in range(3)
        ],
        axis=1,
    )
    return normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)


def box(
    low: tuple[float, float, float], high: tuple[float, float, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Return (24, 3) vertices and (24, 3) outward normals of a box, four per face in order."""
    corners = np.array([low, high], dtype=float)
    vertices, normals = [], []
    for axis in range(3):
        u, v = (axis + 1) % 3, (axis + 2) % 3
        for end, sign in ((0, -1.0), (1, 1.0)):
            ring = [(0, 0), (1, 0), (1, 1), (0, 1)]
            for iu, iv in ring if end else ring[::-1]:
                point = np.empty(3)
                point[axis], point[u], point[v] = corners[end, axis], corners[iu, u], corners[iv, v]
                vertices.append(point)
                normal = np.zeros(3)
                normal[axis] = sign
                normals.append(normal)
    return np.array(vertices), np.array(normals)
