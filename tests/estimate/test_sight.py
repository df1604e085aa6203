from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from formcheck.estimate.sight import sharpness_and_light

RNG = np.random.default_rng(4)


def scene(height: int = 360) -> np.ndarray:
    """Light and dark rectangles with sharp edges."""
    width = height * 16 // 9
    image = np.full((height, width, 3), 120, np.uint8)
    for _ in range(60):
        x, y = RNG.integers(0, width - 40), RNG.integers(0, height - 40)
        image[y : y + RNG.integers(8, 40), x : x + RNG.integers(8, 40)] = RNG.integers(20, 230)
    return image


PERSON = np.column_stack([np.linspace(200, 320, 33), np.linspace(40, 320, 33)])


def test_sharpness_falls_with_blur_and_light_stays() -> None:
    image = scene()
    found = [
        sharpness_and_light(image if not r else cv2.blur(image, (2 * r + 1,) * 2), PERSON)
        for r in (0, 1, 2, 4, 8)
    ]
    sharp = [s for s, _ in found]
    assert sharp == sorted(sharp, reverse=True)
    assert sharp[0] > 0.5
    assert sharp[-1] < 0.3
    assert max(light for _, light in found) - min(light for _, light in found) < 3


def test_noise_makes_no_picture_sharp() -> None:
    blurred = cv2.blur(scene(), (13, 13)).astype(float)
    noisy = np.clip(blurred + RNG.normal(0, 6, blurred.shape), 0, 255).astype(np.uint8)
    assert sharpness_and_light(noisy, PERSON)[0] < 0.35


def test_blur_that_the_model_does_not_see_does_no_harm() -> None:
    large = cv2.blur(scene(1440), (5, 5))
    assert sharpness_and_light(large, 4 * PERSON)[0] > 0.45


def test_only_the_person_counts() -> None:
    image = scene()
    blurred = cv2.blur(image, (17, 17))
    blurred[:, 400:] = image[:, 400:]
    assert sharpness_and_light(blurred, PERSON)[0] < 0.3


@pytest.mark.parametrize(
    "points", [np.full((33, 2), 5.0), np.full((33, 2), math.nan), PERSON + 5000, PERSON * 1e6]
)
def test_nobody_to_look_at(points: np.ndarray) -> None:
    assert all(math.isnan(v) for v in sharpness_and_light(scene(), points))


def test_a_flat_picture_has_no_sharpness() -> None:
    sharpness, light = sharpness_and_light(np.full((360, 640, 3), 50, np.uint8), PERSON)
    assert math.isnan(sharpness)
    assert light == pytest.approx(50)
