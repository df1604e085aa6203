"""Pixels of points, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from groundtruth.cameras import STANDS, VIEW_AZIMUTH_DEG, Camera, camera


def test_target_is_in_the_middle():
    for view in VIEW_AZIMUTH_DEG:
        for stand in STANDS:
            shot = camera(view, stand)
            x, y, depth = shot.project(np.array(shot.target_m))
            assert (x, y) == pytest.approx((320, 240))
            assert depth == pytest.approx(
                np.linalg.norm(np.subtract(shot.position_m, shot.target_m))
            )


def test_front_camera_sees_the_persons_left_on_the_right():
    x, y, depth = camera("front").project(np.array([0.5, 0.0, 1.5]))
    assert x > 320
    assert y < 240
    assert depth > 0


def test_side_camera_sees_the_front_on_the_left():
    x, _, _ = camera("side").project(np.array([0.0, -0.5, 0.9]))
    assert x < 320


def test_scale_of_a_level_camera():
    shot = Camera(position_m=(0, -2, 1), target_m=(0, 0, 1), vertical_fov_deg=90)
    # At 2 m and 90 degrees the picture is 4 m high: 120 pixels a metre.
    np.testing.assert_allclose(shot.project(np.array([1.0, 0.0, 1.5])), [440, 180, 2])


def test_clip_matrix_agrees_with_pixels():
    shot = camera("oblique30", "laptop")
    point = np.array([0.2, -0.3, 1.1])
    clip = shot.clip_matrix() @ [*point, 1.0]
    x = (clip[0] / clip[3] + 1) / 2 * shot.width_px
    y = (1 - clip[1] / clip[3]) / 2 * shot.height_px
    np.testing.assert_allclose(shot.project(point)[:2], [x, y])


def test_larger_picture_shows_the_same():
    small, large = camera("side"), camera("side").resized(1280, 960)
    point = np.array([0.1, 0.4, 1.3])
    np.testing.assert_allclose(2 * small.project(point)[:2], large.project(point)[:2])
