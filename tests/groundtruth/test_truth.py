"""The truth measures what the joints do, with the right sign."""

from __future__ import annotations

import numpy as np
import pytest

from groundtruth.body import load_body
from groundtruth.joint_angles import SUPINE_PITCH_DEG, JointAngles, Placement, tilt_pelvis
from groundtruth.motions.script import AngleBound, Held
from groundtruth.truth import (
    JOINT_NAMES,
    TruthTrack,
    frame_angles,
    held_seconds,
    held_spans,
    load_truth,
)

BODIES = ("b1", "b4", "b8")


def angles_of(angles, placement=None, contacts=("any",), body="b1"):
    placement = placement or Placement()
    return frame_angles(load_body(body).pose(angles, placement, contacts))


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("heading_deg", [0.0, 90.0, 180.0, -120.0])
def test_march_at_90_measures_90(body, heading_deg):
    lifted = JointAngles(hip_flexion_left_deg=90, knee_flexion_left_deg=90)
    found = angles_of(lifted, Placement(heading_deg=heading_deg), ("foot_right",), body)
    assert found["thigh_elevation_left_deg"] == pytest.approx(90.0, abs=0.5)
    assert found["knee_flexion_left_deg"] == pytest.approx(90.0, abs=0.5)
    assert found["hip_flexion_left_deg"] == pytest.approx(90.0, abs=1e-6)
    # The hip–shoulder line is not quite plumb: that is what landmarks see, too.
    assert found["thigh_trunk_flexion_left_deg"] == pytest.approx(90.0, abs=5.0)
    assert found["thigh_elevation_right_deg"] == pytest.approx(0.0, abs=0.5)
    assert found["knee_flexion_right_deg"] == pytest.approx(0.0, abs=0.5)
    assert found["shin_lean_left_deg"] == pytest.approx(0.0, abs=0.5)


def test_thigh_behind_is_negative():
    found = angles_of(JointAngles(hip_flexion_right_deg=-15))
    assert found["thigh_elevation_right_deg"] == pytest.approx(-15.0, abs=0.5)
    assert found["thigh_trunk_flexion_right_deg"] < -10.0


def test_elevation_goes_past_level():
    found = angles_of(JointAngles(hip_flexion_left_deg=115, knee_flexion_left_deg=100))
    assert found["thigh_elevation_left_deg"] == pytest.approx(115.0, abs=0.5)


@pytest.mark.parametrize("heading_deg", [0.0, 77.0, 180.0])
def test_trunk_lean_signs(heading_deg):
    upright = angles_of(JointAngles(), Placement(heading_deg=heading_deg))
    forward = angles_of(JointAngles(), Placement(heading_deg=heading_deg, pitch_deg=20))
    rightward = angles_of(JointAngles(), Placement(heading_deg=heading_deg, roll_deg=10))
    change = forward["trunk_lean_sagittal_deg"] - upright["trunk_lean_sagittal_deg"]
    assert change == pytest.approx(20.0, abs=0.5)
    assert rightward["trunk_lean_frontal_deg"] == pytest.approx(10.0, abs=0.5)


def test_leaning_at_the_hips_flexes_them():
    neutral = angles_of(JointAngles())
    bent = angles_of(JointAngles(pelvis_tilt_deg=30, hip_flexion_left_deg=30,
                                 hip_flexion_right_deg=30))
    for side in ("left", "right"):
        name = f"thigh_trunk_flexion_{side}_deg"
        assert bent[name] - neutral[name] == pytest.approx(30.0, abs=1.0)
        assert bent[f"thigh_elevation_{side}_deg"] == pytest.approx(0.0, abs=0.5)


def test_rocking_the_pelvis_leaves_thighs_alone():
    rocked = angles_of(tilt_pelvis(JointAngles(), 15.0, lumbar_per_tilt=1.4))
    assert rocked["pelvis_tilt_deg"] == pytest.approx(15.0)
    assert rocked["pelvis_pitch_deg"] == pytest.approx(15.0)
    assert rocked["lumbar_extension_deg"] == pytest.approx(21.0)
    assert rocked["thigh_elevation_left_deg"] == pytest.approx(0.0, abs=0.5)


def test_pelvis_list_is_positive_with_the_right_side_down():
    found = angles_of(JointAngles(pelvis_list_deg=8), contacts=("foot_left",))
    assert found["pelvis_list_deg"] == pytest.approx(8.0, abs=0.5)


def test_supine_long_is_straight_and_level():
    lying = Placement(pitch_deg=SUPINE_PITCH_DEG)
    found = angles_of(JointAngles(), lying, ("thorax", "sacrum"))
    assert found["trunk_lean_sagittal_deg"] == pytest.approx(-90.0, abs=8.0)
    assert found["thigh_elevation_left_deg"] == pytest.approx(90.0, abs=8.0)
    assert abs(found["thigh_trunk_flexion_left_deg"]) < 6.0
    assert abs(found["pelvis_pitch_deg"]) < 8.0


def test_track_tells_who_is_in_the_picture(tmp_path):
    posed = load_body("b1").pose(JointAngles(), Placement())
    track = TruthTrack((640, 480))
    track.add(0.0, posed, np.full((len(JOINT_NAMES), 2), 100.0))
    track.add(0.1, posed, np.full((len(JOINT_NAMES), 2), -5.0))
    track.add(0.2, None, None)
    path = tmp_path / "clip.truth.npz"
    np.savez(path, **track.arrays({"reps": [], "exercise": "-"}))
    arrays, events = load_truth(path)
    assert arrays["in_picture"].tolist() == [1.0, 0.0, 0.0]
    assert np.isfinite(arrays["angles_deg"][0]).all()
    assert np.isnan(arrays["angles_deg"][1:]).all()
    assert arrays["joints_px"].shape == (3, len(JOINT_NAMES), 2)
    assert events == {"reps": [], "exercise": "-"}


HELD = Held(
    (AngleBound("hip_work_deg", at_most=3.0), AngleBound("hip_other_deg", at_least=45.0)),
    enter_s=0.5,
    gap_s=0.7,
    give_deg=5.0,
)


def track(rear_deg, front_deg=70.0):
    rear = np.asarray(rear_deg, dtype=float)
    front = np.broadcast_to(front_deg, rear.shape)
    return {
        "time_s": np.arange(len(rear)) / 10.0,
        "angle_names": np.array(["hip_right_deg", "hip_left_deg"]),
        "angles_deg": np.stack([rear, front], axis=1),
    }


def spans_of(rear_deg, front_deg=70.0):
    spans = held_spans(track(rear_deg, front_deg), HELD, "right")
    return [pytest.approx(span) for span in spans]


def test_hold_is_true_while_the_angles_are_those_of_a_hold():
    # Straight from 1.0 s on, drifting back to 6 (kept) and then 9 degrees (lost).
    assert spans_of([20] * 10 + [2] * 21 + [6] * 10 + [9] * 20) == [(1.0, 4.0, 3.0)]


def test_hold_has_to_last_and_bridges_gaps_without_counting_them():
    assert spans_of([20] * 10 + [2] * 5 + [20] * 20) == []
    assert spans_of([2] * 11 + [20] * 5 + [2] * 11 + [20] * 9) == [(0.0, 2.6, 2.0)]
    assert spans_of([2] * 11 + [20] * 9 + [2] * 11) == [(0.0, 1.0, 1.0), (2.0, 3.0, 1.0)]


def test_hold_needs_all_bounds_on_the_right_side_and_a_person():
    assert spans_of([2] * 20, front_deg=20) == []
    assert held_spans(track([2] * 20), HELD, "left") == []
    assert spans_of([np.nan] * 20) == []


def test_seconds_held_in_a_repetition():
    arrays = track([20] * 5 + [3] * 11 + [4] * 10 + [0] * 6)
    assert held_seconds(arrays, HELD, "right", 0.0, 2.5) == pytest.approx(1.0)
    assert held_seconds(arrays, HELD, "right", 0.0, 9.0) == pytest.approx(1.5)
