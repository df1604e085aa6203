"""How-to pictures for the screen: RGB arrays instead of files."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import cv2
import numpy as np

from formcheck.core.spec.exercise import ExerciseSpec
from formcheck.core.trial.trial import picture_figures
from formcheck.draw.contact_sheet import draw_figure
from formcheck.draw.primitives import Image
from formcheck.io.how_to import how_to_picture

_WIDTH, _HEIGHT = 526, 216  # as the files have it


def pictures_of(specs: Iterable[ExerciseSpec]) -> Callable[[str], Image | None]:
    """Return what gives the picture of an exercise by its id; None for one that is not known.

    They are made at once: to draw one can take seconds, and nothing may wait while people move.
    """
    pictures = {spec.id: picture_of(spec) for spec in specs}
    return pictures.get


def picture_of(spec: ExerciseSpec) -> Image:
    """Return the how-to picture of an exercise (RGB); without a file the stick figure."""
    path = how_to_picture(spec)
    found = None if path is None else cv2.imread(str(path), cv2.IMREAD_COLOR)
    if found is not None:
        return cv2.cvtColor(found, cv2.COLOR_BGR2RGB).astype(np.uint8, copy=False)
    image = np.full((_HEIGHT, _WIDTH, 3), 255, np.uint8)
    half = _WIDTH // 2
    for number, figure in enumerate(picture_figures(spec)):
        draw_figure(image, figure, (number * half, 12, (number + 1) * half, _HEIGHT - 16))
    return image
