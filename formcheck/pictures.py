"""How-to pictures of exercises, which lie beside their specs."""

from __future__ import annotations

import cv2
import numpy as np

from formcheck.package_files import data_folder
from formcheck.paint import Image


def picture_of(exercise: str) -> Image | None:
    """Return the how-to picture of an exercise (RGB), None where it has none."""
    folder = data_folder("exercise_specs") / "pictures"
    for suffix in (".png", ".jpg"):
        path = folder / f"{exercise}{suffix}"
        if path.is_file():
            found = cv2.imread(str(path), cv2.IMREAD_COLOR)
            if found is not None:
                return cv2.cvtColor(found, cv2.COLOR_BGR2RGB).astype(np.uint8, copy=False)
    return None
