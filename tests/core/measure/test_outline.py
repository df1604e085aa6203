from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.core.measure.outline import LENGTH, STATIONS, sample_outline
from tests.support.trunk_masks import back_profile, belly_profile, landmarks_of, trunk_mask

SIZE = (640, 480)
HIPS, SHOULDERS = (320.0, 300.0), (320.0, 180.0)
BACK, BELLY = back_profile(), belly_profile()
# Between hips and shoulders; the ends of the made-up trunk are cut square.
K = len(STATIONS)


def sampled(hips=HIPS, shoulders=SHOULDERS, size=SIZE, right=BACK, left=BELLY) -> np.ndarray:
    mask = trunk_mask(right, left, hips, shoulders, size)
    return sample_outline(mask, landmarks_of(hips, shoulders, size), size)


def test_the_outline_is_found_to_a_fraction_of_a_pixel() -> None:
    outline = sampled()
    assert outline.shape == (LENGTH,)
    tenth_px = 0.1 / 120
    assert outline[:K] == pytest.approx(BACK(STATIONS), abs=2 * tenth_px)
    assert outline[K : 2 * K] == pytest.approx(BELLY(STATIONS), abs=2 * tenth_px)


@settings(max_examples=8, deadline=None)
@given(
    x=st.floats(200, 440), y=st.floats(260, 360), trunk=st.floats(60, 160),
    turn=st.floats(-180, 180),
)
def test_place_size_and_direction_in_the_picture_do_not_matter(
    x: float, y: float, trunk: float, turn: float
) -> None:
    angle = np.radians(turn)
    shoulders = (x + trunk * np.sin(angle), y - trunk * np.cos(angle))
    size = (800, 700)
    outline = sampled((x, y), shoulders, size)
    # Half a pixel.
    assert outline[:K] == pytest.approx(BACK(STATIONS), abs=0.5 / trunk)
    assert outline[K : 2 * K] == pytest.approx(BELLY(STATIONS), abs=0.5 / trunk)


def test_a_mirrored_picture_exchanges_the_two_sides() -> None:
    mask = trunk_mask(BACK, BELLY)
    landmarks = landmarks_of(HIPS, SHOULDERS, SIZE)
    mirrored = landmarks.copy()
    mirrored[:, 0] = 1 - mirrored[:, 0]
    seen = sample_outline(mask, landmarks, SIZE)
    reflected = sample_outline(mask[:, ::-1], mirrored, SIZE)
    exchanged = [reflected[K : 2 * K], reflected[:K], reflected[[2 * K + 1, 2 * K]]]
    assert np.concatenate(exchanged) == pytest.approx(seen[: 2 * K + 2], abs=1e-6)


def test_a_mask_smaller_than_the_picture_gives_the_same_outline() -> None:
    mask = trunk_mask(BACK, BELLY)
    small = mask.reshape(240, 2, 320, 2).mean(axis=(1, 3))
    landmarks = landmarks_of(HIPS, SHOULDERS, SIZE)
    assert sample_outline(small, landmarks, SIZE)[: 2 * K] == pytest.approx(
        sample_outline(mask, landmarks, SIZE)[: 2 * K], abs=0.3 / 120
    )


def test_an_arm_behind_a_gap_is_not_the_back() -> None:
    mask = trunk_mask(BACK, BELLY)
    mask[:, 372:384] = 1.0
    outline = sample_outline(mask, landmarks_of(HIPS, SHOULDERS, SIZE), SIZE)
    assert outline[:K] == pytest.approx(BACK(STATIONS), abs=0.3 / 120)


def test_unknown_is_nan() -> None:
    landmarks = landmarks_of(HIPS, SHOULDERS, SIZE)
    nobody = np.zeros((480, 640), np.float32)
    assert np.isnan(sample_outline(nobody, landmarks, SIZE)).all()
    everything = np.ones((480, 640), np.float32)
    assert np.isnan(sample_outline(everything, landmarks, SIZE)).all()
    missing = np.full((33, 4), np.nan)
    assert np.isnan(sample_outline(everything, missing, SIZE)).all()


def test_an_outline_beyond_the_edge_of_the_picture_is_nan() -> None:
    hips, shoulders = (622.0, 300.0), (622.0, 180.0)
    mask = trunk_mask(BACK, BELLY, hips, shoulders)
    outline = sample_outline(mask, landmarks_of(hips, shoulders, SIZE), SIZE)
    assert np.isnan(outline[:20]).all()
    assert not np.isnan(outline[K : 2 * K]).any()


def test_a_blurred_edge_is_told_for_its_side() -> None:
    mask = trunk_mask(BACK, BELLY)
    landmarks = landmarks_of(HIPS, SHOULDERS, SIZE)
    clear = sample_outline(mask, landmarks, SIZE)[2 * K : 2 * K + 2]
    assert (clear < 0.02).all()
    kernel = np.ones(25) / 25
    blurred = np.apply_along_axis(np.convolve, 1, mask, kernel, "same")
    blurred[:, :320] = mask[:, :320]
    right, left = sample_outline(blurred, landmarks, SIZE)[2 * K : 2 * K + 2]
    assert right > 0.1
    assert left == pytest.approx(clear[1])


def test_an_edge_that_the_picture_does_not_show_is_told_for_its_side() -> None:
    mask = trunk_mask(BACK, BELLY)
    landmarks = landmarks_of(HIPS, SHOULDERS, SIZE)
    picture = np.full((*mask.shape, 3), 90, dtype=np.uint8)
    picture[mask > 0.5] = (90, 90, 141)
    right, left = sample_outline(mask, landmarks, SIZE, picture)[-2:]
    assert (right, left) == pytest.approx((0.2, 0.2), abs=0.01)
    # A quarter of the back's wall is as blue as the shirt.
    picture[200:240, 320:] = (90, 90, 141)
    hidden, shown = sample_outline(mask, landmarks, SIZE, picture)[-2:]
    assert hidden == pytest.approx(0, abs=0.01)
    assert shown == left
    assert np.isnan(sample_outline(mask, landmarks, SIZE)[-2:]).all()
