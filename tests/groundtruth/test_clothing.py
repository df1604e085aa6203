"""The loose shirt: it spans the hollow of the back and touches nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from groundtruth.body import load_body
from groundtruth.clothing import dressed_vertices, shirt_rows
from groundtruth.joint_angles import JointAngles, Placement, tilt_pelvis
from groundtruth.looks import LOOKS, Look


def back_at_waist_m(posed, vertices) -> float:
    """How far back the midline of the lower back reaches."""
    rows = shirt_rows(posed.body)
    middle = np.abs(posed.body.rest_vertices[rows, 0]) < 0.06
    level = np.abs(vertices[rows, 2] - posed.joints["lumbar"][2] - 0.04) < 0.04
    return float(vertices[rows][middle & level, 1].max())


@pytest.mark.parametrize("name", ["b1", "b6"])
def test_more_bridge_less_hollow(name):
    arched = tilt_pelvis(JointAngles(), 20.0, 1.4)
    posed = load_body(name).pose(arched, Placement(height_m=1.0), ())
    plain, half, most = (
        back_at_waist_m(posed, dressed_vertices(posed, Look(bridge=bridge)))
        for bridge in (0.0, 0.5, 0.8)
    )
    assert plain + 0.005 < half < most


def test_only_the_shirt_moves():
    posed = load_body("b1").pose(JointAngles(), Placement(height_m=1.0), ())
    loose = dressed_vertices(posed, LOOKS["loose_yellow_shirt"])
    moved = np.flatnonzero(np.abs(loose - posed.vertices).max(axis=1) > 1e-6)
    assert set(moved) <= set(shirt_rows(posed.body))
    assert len(moved) > 100
    assert dressed_vertices(posed, Look()) is posed.vertices
