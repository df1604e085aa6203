"""How-to pictures for the screen: RGB arrays instead of files."""

from __future__ import annotations

import cv2
import numpy as np

from formcheck.draw.primitives import Image
from formcheck.errors import FormcheckError
from formcheck.io.how_to import how_to_picture
from formcheck.io.specs import load_spec


def picture_of(exercise: str) -> Image | None:
    """Return the how-to picture of an exercise by its id (RGB), None where it has none."""
    try:
        path = how_to_picture(load_spec(exercise))
    except FormcheckError:
        return None  # somebody's own exercise, from a file elsewhere
    if path is None:
        return None
    found = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if found is None:
        return None
    return cv2.cvtColor(found, cv2.COLOR_BGR2RGB).astype(np.uint8, copy=False)
