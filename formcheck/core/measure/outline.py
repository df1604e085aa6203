"""The outline of the trunk, sampled from the segmentation mask.

Landmarks do not show the lower back; its outline does. At fixed stations along the line from the
hips to the shoulders the mask is walked outwards, square to that line and to both sides, until it
ends. That is all that is kept of the mask: a few hundred bytes a frame, which a recording holds and
a replay measures again (`formcheck.core.measure.spine`).

Only the stations are looked at, never the whole frame.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from formcheck.core.geometry import Vec
from formcheck.core.pose import FloatArray, hips_and_trunk

# Places along the line hips (0) – shoulders (1). Below 0 is the seat, 0.2–0.5 the lower back.
FIRST, LAST, STEP = -0.3, 1.0, 0.025
STATIONS: FloatArray = np.round(np.arange(FIRST, LAST + STEP / 2, STEP), 4)
# How far out the outline is looked for, and in which steps, in trunk lengths. A step is about the
# size of one pixel of the network's own 256 × 256 mask for a person who fills the frame.
REACH, STRIDE = 0.6, 0.0125
INSIDE = 0.5
# A mask that is sure of itself falls from 0.8 to 0.2 within two of its own pixels.
SURE, UNSURE = 0.8, 0.2
JUDGED: slice = slice(14, 39)
"""Stations whose edge is judged: 0.05 to 0.65 of the trunk, where the hollow of the back lies."""
# Where the frame is compared on both sides of the edge, in trunk lengths away from it.
BESIDE: FloatArray = np.array([0.02, 0.035, 0.05])
LENGTH = 2 * len(STATIONS) + 4

Grid = npt.NDArray[np.float32]

_OUT: FloatArray = np.arange(0.0, REACH + STRIDE / 2, STRIDE)
_SIDES: FloatArray = np.array([1.0, -1.0])
# Where the mask is read, from the hips: along the trunk, and away from it to one side, then the
# other; (sides × stations, steps), trunk lengths.
_ALONG, _AWAY = (
    np.array(grid, dtype=np.float32).reshape(2 * len(STATIONS), -1)
    for grid in np.broadcast_arrays(STATIONS[None, :, None], _SIDES[:, None, None] * _OUT)
)


def sample_outline(
    mask: npt.NDArray[np.floating],
    landmarks: FloatArray,
    size_px: tuple[int, int],
    image_rgb: npt.NDArray[np.uint8] | None = None,
) -> FloatArray:
    """Sample the outline of the trunk.

    Parameters
    ----------
    mask : array, shape (H, W)
        How surely each pixel belongs to the person, 0–1; of any size, it covers the frame.
    landmarks : array, shape (33, 4)
        x and y divided by the frame's width and height.
    size_px : tuple of int
        Width and height of the frame, pixels.
    image_rgb : array, shape (height, width, 3), optional
        The frame, to tell whether the edge can be seen in it.

    Returns
    -------
    array, shape (LENGTH,)
        Distance of the outline from the line hips–shoulders, over the trunk's length: first to the
        side that lies clockwise of "up the trunk" on the screen (the image's right for someone
        upright), at each of `STATIONS`, then to the other side. NaN where the line is not on the
        person, or the outline is further away than `REACH` or outside the frame. Then two
        numbers that say how blurred the edge is on either side: the way from 0.8 to 0.2 of the
        mask, in trunk lengths, that nine tenths of the `JUDGED` stations stay under. At last two
        that say how well the frame shows it: the step of the brightest-changing colour across the
        edge (0–1) that nine tenths of them exceed; NaN without a frame.

    Notes
    -----
    The outline is where the mask crosses 0.5, interpolated between samples: finer than the mask's
    pixels. Heuristic.
    """
    width, height = size_px
    points = landmarks[:, :2] * (width, height)
    hips, (up_x, up_y) = hips_and_trunk(points.tolist())
    if not math.hypot(up_x, up_y) > 1.0:
        return np.full(LENGTH, np.nan)
    rows, columns = mask.shape
    wide, high = columns / width, rows / height
    # A quarter turn clockwise of (x, y) is (-y, x), the screen's y down.
    x = np.float32(hips[0] * wide - 0.5) + np.float32(up_x * wide) * _ALONG
    y = np.float32(hips[1] * high - 0.5) + np.float32(up_y * high) * _ALONG
    x -= np.float32(up_y * wide) * _AWAY
    y += np.float32(up_x * high) * _AWAY
    inside = _bilinear(mask, x, y)
    edge = _first_exit(inside, INSIDE)
    contrast = np.full(2, np.nan)
    if image_rgb is not None:
        judged = edge.reshape(2, -1)[:, JUDGED]
        along = STATIONS[JUDGED]
        contrast = _contrast(image_rgb, hips, (up_x, up_y), along, judged)
    return np.concatenate([edge, _blur(inside), contrast])


def _bilinear(mask: npt.NDArray[np.floating], x: Grid, y: Grid) -> FloatArray:
    """Return the mask between its pixels; NaN outside."""
    rows, columns = mask.shape
    # The outer half of a border pixel is still frame.
    unknown = (x < -0.5) | (x > columns - 0.5) | (y < -0.5) | (y > rows - 0.5)
    column = np.clip(x.astype(np.int32), 0, columns - 2)
    row = np.clip(y.astype(np.int32), 0, rows - 2)
    fx, fy = np.clip(x - column, 0, 1), np.clip(y - row, 0, 1)
    # One number for row and column: taken in a third of the time that two need.
    flat, first = mask.reshape(-1), row * columns + column
    upper = flat.take(first) * (1 - fx) + flat.take(first + 1) * fx
    lower = flat.take(first + columns) * (1 - fx) + flat.take(first + columns + 1) * fx
    return np.where(unknown, np.nan, upper * (1 - fy) + lower * fy)


def _first_exit(inside: FloatArray, level: float) -> FloatArray:
    """Return where each row first falls under a level, in trunk lengths; NaN where it does not."""
    is_out = ~(inside >= level)
    first = is_out.argmax(axis=1)
    rows = np.arange(len(inside))
    after, before = inside[rows, first], inside[rows, np.maximum(first - 1, 0)]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = (before - level) / (before - after)
    # `first` is 0 where the line itself is off the person, and where the mask never ends.
    return np.where(first > 0, (first - 1 + share) * STRIDE, np.nan)


def _contrast(
    image_rgb: npt.NDArray[np.uint8],
    hips: Vec,
    up: Vec,
    along: FloatArray,
    edge: FloatArray,
) -> FloatArray:
    """Return how far the colours change across the edge on both sides (2,); NaN where unseen.

    A mask that cannot tell clothes from the wall follows whatever edge is near: the frame of a
    frame, a skirting board. Between those there is no step in the image along its outline.
    """
    height, width = image_rgb.shape[:2]
    # (in or out, away, sides, stations)
    out = edge + np.stack([-BESIDE, BESIDE])[:, :, None, None]
    out = out * _SIDES[:, None]
    x = hips[0] + along * up[0] - out * up[1]
    y = hips[1] + along * up[1] + out * up[0]
    with np.errstate(invalid="ignore"):
        seen = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    column, row = (np.where(seen, value, 0).astype(np.intp) for value in (x, y))
    colours = image_rgb.reshape(-1, 3).take(row * width + column, axis=0)
    means = colours.sum(axis=1, dtype=np.float64) / len(BESIDE)
    step = np.abs(means[0] - means[1]).max(axis=-1) / 255
    step[~seen.all(axis=(0, 1))] = np.nan
    contrast = np.full(2, np.nan)
    for side, values in enumerate(step):
        known = np.sort(values[np.isfinite(values)])
        if len(known) > len(values) // 2:
            contrast[side] = known[int(0.1 * (len(known) - 1))]
    return contrast


def _blur(inside: FloatArray) -> FloatArray:
    """Return how blurred the edge is on both sides (2,); NaN where too little of it is seen."""
    judged = inside.reshape(2, len(STATIONS), -1)[:, JUDGED].reshape(-1, inside.shape[1])
    widths = _first_exit(judged, UNSURE) - _first_exit(judged, SURE)
    out = np.full(2, np.nan)
    for side, width in enumerate(widths.reshape(2, -1)):
        known = np.sort(width[np.isfinite(width)])
        if len(known) > len(width) // 2:
            out[side] = known[int(0.9 * (len(known) - 1))]
    return out
