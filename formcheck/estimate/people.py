"""Who of several people is meant, and how the others are kept out of the picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from formcheck.capture.frame import Frame, ImageArray
from formcheck.core.body.same_person import is_same_in_one_frame
from formcheck.core.geometry import length
from formcheck.core.pose import FloatArray, Landmark, hips_and_trunk
from formcheck.estimate.estimator import Wanted

# People whose trunk looks smaller than this share of the largest one are far behind, or on a
# poster.
BYSTANDER = 0.5
# Where the others stand is painted over to this many trunk lengths around their landmarks.
PAINTED_AROUND = 0.3

_HIPS = [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]


@dataclass(frozen=True, slots=True)
class Detection:
    """What MediaPipe found in one picture, in the coordinates of the picture as it was."""

    landmarks: FloatArray
    world: FloatArray
    mask: npt.NDArray[np.float32] | None
    quarter_turns: int = 0


def lies_as(quarter_turns: int, detection: Detection, frame: Frame) -> bool:
    """Return True where the person lies as a picture turned so far was tried for.

    Turned by one quarter it is tried for people whose trunk is level, by two for those who are seen
    upside down; an "upright" person found in one is a mistake.
    """
    _, (across, down) = hips_and_trunk(_points_px(detection, frame.image_rgb).tolist())
    if quarter_turns == 2:
        return down > abs(across)
    return quarter_turns == 0 or abs(across) > abs(down)


def _points_px(detection: Detection, image: ImageArray) -> FloatArray:
    height, width = image.shape[:2]
    points_px: FloatArray = detection.landmarks[:, :2] * (width, height)
    return points_px


def people_in(found: list[Detection], frame: Frame) -> list[Detection]:
    """Return those who may be meant: each once, without people far behind."""
    sizes = [length(hips_and_trunk(_points_px(one, frame.image_rgb).tolist())[1]) for one in found]
    people: list[Detection] = []
    for one, size in zip(found, sizes, strict=True):
        near = size >= BYSTANDER * max(sizes)
        if near and not any(is_same(one, other, frame) for other in people):
            people.append(one)
    return people


def _is_level(one: Detection, frame: Frame) -> bool:
    _, (across, down) = hips_and_trunk(_points_px(one, frame.image_rgb).tolist())
    return abs(across) > abs(down)


def is_there(people: list[Detection], wanted: Wanted, frame: Frame) -> bool:
    """Return whether who is meant may be among these people."""
    if wanted.at is not None:
        return len(people) > 1
    return wanted.lies is None or any(_is_level(one, frame) == wanted.lies for one in people)


def meant(people: list[Detection], wanted: Wanted, frame: Frame) -> Detection:
    """Return the person who is meant: of those who lie or stand as they should, the one there."""
    if wanted.at is None and wanted.lies is not None:
        people = [one for one in people if _is_level(one, frame) == wanted.lies] or people
    target = {"left": 0.0, "right": 1.0}.get(wanted.at or "middle", 0.5)
    return min(people, key=lambda one: abs(one.landmarks[_HIPS, 0].mean() - target))


def is_same(one: Detection, other: Detection, frame: Frame) -> bool:
    """Return whether two detections in one picture are of one person."""
    return is_same_in_one_frame(*(_points_px(d, frame.image_rgb) for d in (one, other)))


def paint_over(image: ImageArray, other: Detection, keep: Detection | None = None) -> None:
    """Make a person's place in the picture grey, as far as the one to keep does not stand there."""
    margin = PAINTED_AROUND * length(hips_and_trunk(_points_px(other, image).tolist())[1])

    def box(one: Detection, around: float) -> tuple[slice, slice]:
        points = _points_px(one, image)
        (x0, y0), (x1, y1) = points.min(axis=0) - around, points.max(axis=0) + around
        return slice(max(0, int(y0)), max(0, int(y1))), slice(max(0, int(x0)), max(0, int(x1)))

    if keep is None:
        image[box(other, margin)] = 128
        return
    kept = box(keep, 0.5 * margin)
    untouched = image[kept].copy()
    image[box(other, margin)] = 128
    image[kept] = untouched
