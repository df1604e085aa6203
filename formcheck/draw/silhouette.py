"""The silhouette a person steps into before a set, drawn as a soft outline."""

from __future__ import annotations

import functools
from collections.abc import Mapping

import cv2
import numpy as np
import numpy.typing as npt

from formcheck.draw import primitives
from formcheck.draw.primitives import XY, Colour, Image

Pixels = npt.NDArray[np.intp]
# Body seen from the side, facing the image's left, in a box of 1 by 1 (x right, y down), as
# chains of joints. Drawn thick, then hollowed out, the chains make one outline.
_Body = Mapping[str, tuple[XY, ...]]
_BODIES: Mapping[str, tuple[float, _Body]] = {
    "standing": (
        0.38,
        {
            "head": ((0.46, 0.075),),
            "neck": ((0.47, 0.09), (0.52, 0.19)),
            "trunk": ((0.52, 0.20), (0.52, 0.50)),
            "arm": ((0.52, 0.22), (0.56, 0.37), (0.50, 0.50)),
            "leg": ((0.52, 0.52), (0.51, 0.73), (0.53, 0.94), (0.40, 0.965)),
        },
    ),
    "kneeling": (
        0.75,
        {
            "head": ((0.50, 0.10),),
            "neck": ((0.50, 0.12), (0.53, 0.25)),
            "trunk": ((0.53, 0.26), (0.54, 0.58)),
            "arm": ((0.53, 0.28), (0.57, 0.45), (0.42, 0.52)),
            "front": ((0.54, 0.60), (0.27, 0.63), (0.28, 0.93), (0.17, 0.95)),
            "rear": ((0.54, 0.60), (0.62, 0.92), (0.88, 0.93), (0.92, 0.88)),
        },
    ),
    "seated": (
        0.70,
        {
            "head": ((0.58, 0.10),),
            "neck": ((0.58, 0.12), (0.62, 0.25)),
            "trunk": ((0.62, 0.26), (0.64, 0.60)),
            "arm": ((0.62, 0.28), (0.68, 0.45), (0.58, 0.58)),
            "leg": ((0.64, 0.62), (0.34, 0.62), (0.34, 0.93), (0.20, 0.95)),
        },
    ),
    "lying": (
        2.6,
        {
            "head": ((0.06, 0.72),),
            "trunk": ((0.16, 0.78), (0.46, 0.80)),
            "arm": ((0.17, 0.82), (0.30, 0.92), (0.44, 0.94)),
            "leg": ((0.46, 0.80), (0.64, 0.36), (0.76, 0.90), (0.86, 0.92)),
        },
    ),
}
_POSTURES = {
    "half_kneeling": "kneeling",
    "supine": "lying",
    "prone": "lying",
    "sitting": "seated",
}


def draw_silhouette(
    image: Image, posture: str, colour: Colour, *, toward_right: bool = False
) -> None:
    """Draw the outline of a body in this posture where the person should be.

    Parameters
    ----------
    image : array
        Drawn into.
    posture : str
        standing, kneeling, seated or lying (half_kneeling, supine, prone, sitting are known too);
        any other name draws nothing.
    colour : tuple of int
        In the channel order of the frame.
    toward_right : bool
        The body faces the image's right.
    """
    posture = _POSTURES.get(posture, posture)
    if posture not in _BODIES:
        return
    rows, columns = _outline(posture, *image.shape[:2], toward_right)
    image[rows, columns] = colour


@functools.lru_cache(maxsize=8)
def _outline(posture: str, height: int, width: int, toward_right: bool) -> tuple[Pixels, Pixels]:
    """Return the rows and columns of the outline's pixels: the same ones in every frame."""
    aspect, chains = _BODIES[posture]
    tall = min(0.86 * height, 0.86 * width / aspect)
    wide = tall * aspect
    left, top = (width - wide) / 2, height * 0.95 - tall

    def place(point: XY) -> XY:
        x = 1 - point[0] if toward_right else point[0]
        return left + x * wide, top + point[1] * tall

    # The length of a body decides how thick it is, standing or lying.
    body_length = max(wide, tall)
    thickness = {"trunk": 0.105, "arm": 0.042, "head": 0.13, "neck": 0.045}
    mask = np.zeros((height, width), np.uint8)
    for grow, value in ((0.012, 255), (0.0, 0)):
        for name, chain in chains.items():
            wide_px = max(1, round((thickness.get(name, 0.06) + grow) * body_length))
            points = [place(p) for p in chain]
            pairs = zip(points, points[1:] or points, strict=False)
            for a, b in pairs:
                cv2.line(
                    mask, primitives.fixed(a), primitives.fixed(b), value, wide_px, cv2.LINE_AA, 4
                )
    rows, columns = np.nonzero(mask > 96)
    return rows, columns
