"""Forward kinematics against joints worked out by hand, and bodies on the floor."""

from __future__ import annotations

import numpy as np
import pytest

from groundtruth.body import BODY_NAMES, Contact, load_body
from groundtruth.joint_angles import (
    ANGLE_NAMES,
    SUPINE_PITCH_DEG,
    JointAngles,
    Placement,
    blend,
    tilt_pelvis,
)

FEET = ("foot_left", "foot_right")
LYING = JointAngles(
    hip_flexion_left_deg=45,
    hip_flexion_right_deg=45,
    knee_flexion_left_deg=90,
    knee_flexion_right_deg=90,
)


def angle_deg(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.degrees(np.arccos(a @ b / np.linalg.norm(a) / np.linalg.norm(b))))


def limb(posed, start: str, end: str) -> np.ndarray:
    return posed.joints[end] - posed.joints[start]


@pytest.mark.parametrize("name", BODY_NAMES)
def test_neutral_legs_are_straight_and_vertical(name):
    posed = load_body(name).pose(JointAngles(), Placement(), FEET)
    for side in ("left", "right"):
        for start, end in (("hip", "knee"), ("knee", "ankle")):
            segment = limb(posed, f"{start}_{side}", f"{end}_{side}")
            assert angle_deg(segment, np.array([0, 0, -1.0])) < 1e-4


def test_leg_joints_are_where_hand_calculation_puts_them():
    body = load_body("b1")
    thigh_m = body.skeleton.segment_m["upperleg_left"]
    shank_m = body.skeleton.segment_m["lowerleg_left"]
    posed = body.pose(
        JointAngles(hip_flexion_left_deg=90, knee_flexion_left_deg=60),
        Placement(x_m=0.3, y_m=-0.2, height_m=1.0),
        (),
    )
    hip = posed.joints["hip_left"]
    # Facing -y: the thigh points at -y, the shank hangs back from it by what the knee bends.
    knee = np.add(hip, [0, -thigh_m, 0])
    back, down = np.cos(np.radians(60)), np.sin(np.radians(60))
    ankle = np.add(knee, [0, -shank_m * back, -shank_m * down])
    np.testing.assert_allclose(posed.joints["knee_left"], knee, atol=1e-6)
    np.testing.assert_allclose(posed.joints["ankle_left"], ankle, atol=1e-6)
    np.testing.assert_allclose(posed.joints["pelvis"], [0.3, -0.2, 1.0], atol=1e-6)


def test_heading_turns_to_the_persons_left():
    body = load_body("b2")
    posed = body.pose(
        JointAngles(hip_flexion_right_deg=90), Placement(heading_deg=90, height_m=1.0), ()
    )
    forward = limb(posed, "hip_right", "knee_right")
    np.testing.assert_allclose(forward / np.linalg.norm(forward), [1, 0, 0], atol=1e-6)


@pytest.mark.parametrize("name", BODY_NAMES)
@pytest.mark.parametrize("side", ["left", "right"])
def test_ninety_degrees_measure_ninety(name, side):
    other = "right" if side == "left" else "left"
    posed = load_body(name).pose(
        JointAngles(**{f"hip_flexion_{side}_deg": 90, f"knee_flexion_{side}_deg": 90}),
        Placement(heading_deg=37),
        (f"foot_{other}",),
    )
    thigh = limb(posed, f"hip_{side}", f"knee_{side}")
    shank = limb(posed, f"knee_{side}", f"ankle_{side}")
    stance = limb(posed, f"hip_{other}", f"knee_{other}")
    assert angle_deg(thigh, stance) == pytest.approx(90, abs=1e-3)
    assert angle_deg(thigh, shank) == pytest.approx(90, abs=1e-3)


def test_sagittal_hip_angle_survives_abduction():
    posed = load_body("b1").pose(
        JointAngles(hip_flexion_left_deg=40, hip_abduction_left_deg=25), Placement(height_m=1), ()
    )
    x, y, z = limb(posed, "hip_left", "knee_left")
    assert np.degrees(np.arctan2(-y, -z)) == pytest.approx(40, abs=1e-6)
    assert x > 0


@pytest.mark.parametrize(
    ("angle", "joint", "axis", "sign"),
    [
        ("pelvis_tilt_deg", "neck", 1, -1),
        ("pelvis_list_deg", "hip_left", 2, 1),
        ("pelvis_yaw_deg", "hip_left", 1, 1),
        ("lumbar_extension_deg", "neck", 1, 1),
        ("thorax_flexion_deg", "head", 1, -1),
        ("trunk_side_bend_deg", "neck", 0, -1),
        ("trunk_rotation_deg", "shoulder_left", 1, 1),
        ("shoulder_flexion_left_deg", "wrist_left", 1, -1),
        ("shoulder_abduction_right_deg", "wrist_right", 0, -1),
        ("elbow_flexion_left_deg", "wrist_left", 1, -1),
        ("ankle_dorsiflexion_left_deg", "toe_left", 2, 1),
        ("hip_abduction_right_deg", "ankle_right", 0, -1),
    ],
)
def test_positive_turns_the_way_it_is_documented(angle, joint, axis, sign):
    body, placement = load_body("b1"), Placement(height_m=1.0)
    before = body.pose(JointAngles(), placement, ()).joints[joint]
    after = body.pose(JointAngles(**{angle: 10.0}), placement, ()).joints[joint]
    assert sign * (after - before)[axis] > 0.004


@pytest.mark.parametrize("name", BODY_NAMES)
def test_arms_overhead_and_forward(name):
    angles = JointAngles(shoulder_flexion_left_deg=90, shoulder_flexion_right_deg=180)
    posed = load_body(name).pose(angles, Placement(height_m=1.0), ())
    assert angle_deg(limb(posed, "shoulder_left", "wrist_left"), np.array([0, -1.0, 0])) < 15
    assert angle_deg(limb(posed, "shoulder_right", "wrist_right"), np.array([0, 0, 1.0])) < 15


def test_tilting_the_pelvis_leaves_thighs_and_chest_where_they_are():
    body, placement = load_body("b1"), Placement(height_m=1.0)
    plain = body.pose(JointAngles(), placement, ())
    tilted = body.pose(tilt_pelvis(JointAngles(), 15.0), placement, ())
    np.testing.assert_allclose(tilted.joints["ankle_left"], plain.joints["ankle_left"], atol=1e-6)
    up = [limb(p, "thorax", "neck") for p in (plain, tilted)]
    assert angle_deg(*up) < 1e-4


@pytest.mark.parametrize("name", BODY_NAMES)
@pytest.mark.parametrize(
    ("angles", "contacts"),
    [
        (JointAngles(), FEET),
        (JointAngles(hip_flexion_left_deg=90, knee_flexion_left_deg=90), ("foot_right",)),
        (
            JointAngles(
                hip_flexion_right_deg=90,
                knee_flexion_right_deg=90,
                knee_flexion_left_deg=90,
                ankle_dorsiflexion_left_deg=-50,
            ),
            ("knee_left", "instep_left", "foot_right"),
        ),
        (
            JointAngles(
                hip_flexion_left_deg=80,
                hip_flexion_right_deg=80,
                knee_flexion_left_deg=100,
                knee_flexion_right_deg=100,
                lumbar_extension_deg=-20,
            ),
            FEET,
        ),
    ],
)
def test_nothing_is_under_the_floor(name, angles, contacts):
    posed = load_body(name).pose(angles, Placement(), contacts)
    assert posed.vertices[:, 2].min() > -0.02
    for contact, gap_m in posed.gaps_m.items():
        assert abs(gap_m) < 0.005, contact


@pytest.mark.parametrize("name", BODY_NAMES)
@pytest.mark.parametrize("tilt_deg", [-15.0, 0.0, 15.0])
def test_supine_thorax_and_sacrum_both_touch(name, tilt_deg):
    posed = load_body(name).pose(
        tilt_pelvis(LYING, tilt_deg),
        Placement(pitch_deg=SUPINE_PITCH_DEG),
        ("thorax", "sacrum", *FEET),
    )
    for part in ("thorax", "sacrum", *FEET):
        assert abs(posed.gaps_m[part]) < 0.005, part
    region = load_body(name).regions
    for part in ("thorax", "sacrum"):
        assert abs(posed.vertices[region[part], 2].min()) < 0.005
    # Lying is what it says: the trunk within a few degrees of level.
    trunk = limb(posed, "pelvis", "shoulders")
    assert abs(np.degrees(np.arcsin(trunk[2] / np.linalg.norm(trunk)))) < 12


def test_planted_foot_stays_while_the_hips_move():
    body = load_body("b1")
    start = JointAngles(
        hip_flexion_right_deg=80, knee_flexion_right_deg=90, knee_flexion_left_deg=90
    )
    placement = Placement(anchor="knee_left")
    first = body.pose(start, placement, ("knee_left", "instep_left", "foot_right"))
    place = tuple(first.contact_points_m["foot_right"][:2])
    ankle = first.joints["ankle_right"]
    for extension_deg in (0.0, 8.0, 16.0):
        posed = body.pose(
            first.angles.with_(hip_flexion_left_deg=-extension_deg),
            placement,
            ("knee_left", "instep_left", Contact("foot_right", at_m=place)),
        )
        np.testing.assert_allclose(posed.joints["ankle_right"], ankle, atol=0.003)
        np.testing.assert_allclose(posed.joints["knee_left"][:2], [0, 0], atol=0.003)
        assert posed.angles.hip_flexion_left_deg == -extension_deg


def test_seat_and_step_heights():
    body = load_body("b5")
    sitting = body.pose(LYING.with_(hip_flexion_left_deg=90), Placement(), (("sit", 0.45),))
    assert sitting.vertices[body.regions["sit"], 2].min() == pytest.approx(0.45, abs=0.002)
    on_step = body.pose(JointAngles(), Placement(), (Contact("foot_left", 0.3),))
    assert on_step.joints["ankle_left"][2] > 0.3


def test_mirroring_twice_and_mirrored_joints():
    angles = JointAngles(
        hip_flexion_left_deg=50, trunk_side_bend_deg=10, pelvis_list_deg=4, neck_flexion_deg=5
    )
    assert angles.mirrored().mirrored() == angles
    body, placement = load_body("b1"), Placement(height_m=1.0)
    one = body.pose(angles, placement, ()).joints
    two = body.pose(angles.mirrored(), placement, ()).joints
    np.testing.assert_allclose(one["knee_left"] * [-1, 1, 1], two["knee_right"], atol=0.002)
    np.testing.assert_allclose(one["head"] * [-1, 1, 1], two["head"], atol=0.003)


def test_blend():
    a, b = JointAngles(), JointAngles(knee_flexion_left_deg=40)
    assert blend(a, b, 0.25).knee_flexion_left_deg == 10
    assert blend(a, b, 1.0) == b
    assert blend(Placement(height_m=1.0), Placement(), 0.5).height_m == 1.0
    assert len(ANGLE_NAMES) == 28


def test_unknown_body_is_named():
    with pytest.raises(ValueError, match="b9"):
        load_body("b9")
