"""Frames of high dynamic range (HLG and PQ, as phones film) made ordinary ones.

Shown without it they are dark and flat. Each is taken back to light, the light of BT.2020 turned
into BT.709's, what is brighter than paper pressed together, and the rest encoded as usual. Source:
ITU-R BT.2100 (both curves), BT.2408 (white of paper: 203 cd/m²), BT.2087 (matrix); the shoulder is
a rational one in place of that of BT.2390.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from formcheck.capture.frame import ImageArray

# Their numbers in ISO/IEC 23091-2.
_PQ, _HLG = 16, 18
_WHITE_NITS, _PEAK_NITS = 203.0, 1000.0
_KNEE = 0.75
# Light is held as its root in whole numbers, fine enough in the dark.
_FINE = 255 * 16
_BRIGHTEST_ROOT = 2.5

_TO_BT709 = np.array(
    [
        [1.6605, -0.5876, -0.0728],
        [-0.1246, 1.1329, -0.0083],
        [-0.0182, -0.1006, 1.1187],
    ],
    dtype=np.float32,
)


def is_hdr(transfer: object) -> bool:
    """Return True where the transfer characteristic is one of high dynamic range."""
    return _number(transfer) in (_PQ, _HLG)


def to_sdr(image: ImageArray, transfer: object) -> ImageArray:
    """Return an ordinary frame of one of high dynamic range, shape (H, W, 3), RGB."""
    import cv2

    light = cv2.LUT(image, _light_of("pq" if _number(transfer) == _PQ else "hlg"))
    light = cv2.transform(light, _TO_BT709)
    roots = cv2.sqrt(cv2.max(light, 0.0))
    steps = np.minimum(roots * (_FINE / _BRIGHTEST_ROOT), _FINE).astype(np.int32)
    shown: ImageArray = _encoded()[steps]
    return shown


@cache
def _light_of(kind: Literal["pq", "hlg"]) -> npt.NDArray[np.float32]:
    """Return the light of each of 256 levels; the white of paper is 1."""
    signal = np.arange(256) / 255
    if kind == "pq":
        m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
        power = signal ** (1 / m2)
        nits = 10_000 * (np.maximum(power - c1, 0) / (c2 - c3 * power)) ** (1 / m1)
    else:
        a, b, c = 0.17883277, 0.28466892, 0.55991073
        scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)
        # The system's gamma, of each colour instead of the luminance.
        nits = _PEAK_NITS * scene**1.2
    return (np.minimum(nits, _PEAK_NITS) / _WHITE_NITS).astype(np.float32)


@cache
def _encoded() -> npt.NDArray[np.uint8]:
    """Return the level for each root of light."""
    light = (np.arange(_FINE + 1) * (_BRIGHTEST_ROOT / _FINE)) ** 2
    peak = _PEAK_NITS / _WHITE_NITS
    over = np.clip((light - _KNEE) / (peak - _KNEE), 0, 1)
    steep = (peak - _KNEE) / (1 - _KNEE)
    pressed = _KNEE + (1 - _KNEE) * over * steep / (1 + over * (steep - 1))
    shown = np.where(light <= _KNEE, light, pressed)
    return np.rint(255 * np.clip(shown, 0, 1) ** (1 / 2.2)).astype(np.uint8)


def _number(transfer: object) -> int:
    return transfer if isinstance(transfer, int) else -1
