"""Pictures, where an off-screen OpenGL is installed."""

from __future__ import annotations

import numpy as np
import pytest

from groundtruth.body import load_body
from groundtruth.cameras import camera
from groundtruth.joint_angles import JointAngles, Placement
from groundtruth.looks import Look
from groundtruth.studio import Light, Prop, Scene

FEET = ("foot_left", "foot_right")


@pytest.fixture(scope="module")
def render_frame():
    try:
        from groundtruth.renderer import render_frame, shared_renderer

        shared_renderer()
    except Exception as error:
        pytest.skip(f"no off-screen OpenGL here: {error}")
    return render_frame


@pytest.fixture(scope="module")
def scene():
    return Scene(camera("side"), props=(Prop("mat"),), light=Light(noise_sigma=0.0))


def test_person_is_where_the_camera_says(render_frame, scene):
    posed = load_body("b1").pose(JointAngles(), Placement(), FEET)
    magenta = Look(shirt=(255, 0, 255))
    picture = render_frame(scene, posed, magenta).astype(int)
    shirt = (picture[:, :, 0] > 90) & (picture[:, :, 1] < 40) & (picture[:, :, 2] > 90)
    rows, columns = np.nonzero(shirt)
    x, y, _ = scene.camera.project(posed.joints["thorax"])
    assert abs(np.median(columns) - x) < 25
    assert abs(np.median(rows) - y) < 40


def test_same_again_and_noise_by_frame_number(render_frame, scene):
    posed = load_body("b2").pose(JointAngles(), Placement(), FEET)
    noisy = Scene(scene.camera, light="dim", seed=3)
    one = render_frame(noisy, posed, frame_number=1)
    render_frame(scene, posed)
    assert (render_frame(noisy, posed, frame_number=1) == one).all()
    assert (render_frame(noisy, posed, frame_number=2) != one).any()


def test_empty_room_and_second_person(render_frame, scene):
    empty = render_frame(scene, None)
    body = load_body("b4")
    near = body.pose(JointAngles(), Placement(), FEET)
    behind = body.pose(JointAngles(), Placement(x_m=-1.3, y_m=0.8), FEET)
    alone = render_frame(scene, near)
    both = render_frame(scene, near, others=((behind, Look()),))
    assert (alone != empty).any()
    x, y, _ = scene.camera.project(behind.joints["thorax"]).astype(int)
    assert np.abs(both[y, x].astype(int) - alone[y, x]).max() > 20
    # The one in front hides nothing of itself.
    x, y, _ = scene.camera.project(near.joints["thorax"]).astype(int)
    assert np.abs(both[y, x].astype(int) - alone[y, x]).max() < 3
