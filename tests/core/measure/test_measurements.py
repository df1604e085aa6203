import dataclasses
import math
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.core.body.body import MIN_VISIBILITY, Body
from formcheck.core.body.leg_identity import exchange_legs
from formcheck.core.body.tracker import Tracker
from formcheck.core.body.view import View
from formcheck.core.measure.kinds import (
    FAR_SIDE,
    REGISTRY,
    TURN_TO_FRONT,
    TURN_TO_SIDE,
    MeasurementKind,
    measure,
    missing_values,
    register,
    thigh_elevation_deg,
    view_reason,
)
from formcheck.core.pose import Landmark, Pose
from formcheck.core.trial.figure import (
    SHOULDER_HALF_M,
    SUPINE,
    THIGH_M,
    Figure,
    other_facing,
)
from formcheck.report.names import MeasurementName
from tests.support.stick_figure import body_of, mirrored, rolled, times

BIG = (2000, 2000)


def values_of(figure: Figure, **picture) -> dict[str, float]:
    return measure(body_of(figure.pose(**picture)))[0]


def both_sides(figure: Figure):
    """The figure with its left side near, and its twin with the right side near."""
    return [("left", "right", figure), ("right", "left", other_facing(figure))]


# -- angles known by construction, from both sides ---------------------------------------------

# (changes of the near leg and trunk, name, expected)
SIDE_CASES = [
    ({"knee_left": 0}, "knee_flexion_{near}_deg", 0),
    ({"knee_left": 90}, "knee_flexion_{near}_deg", 90),
    ({"thigh_left": 90, "knee_left": 140}, "knee_flexion_{near}_deg", 140),
    ({"knee_left": -10}, "knee_flexion_{near}_deg", -10),  # over-stretched
    ({"thigh_right": 70, "knee_right": 80}, "knee_flexion_{far}_deg", 80),
    ({"thigh_left": 90}, "thigh_elevation_{near}_deg", 90),
    ({"thigh_left": 120}, "thigh_elevation_{near}_deg", 120),
    ({"thigh_left": -25}, "thigh_elevation_{near}_deg", -25),
    ({"thigh_right": 40}, "thigh_elevation_{far}_deg", 40),
    ({"thigh_left": 90}, "thigh_trunk_flexion_{near}_deg", 90),
    ({"thigh_left": 90, "lean": 15}, "thigh_trunk_flexion_{near}_deg", 105),
    ({"thigh_left": -20}, "thigh_trunk_flexion_{near}_deg", -20),
    ({"thigh_left": -20, "lean": 12}, "thigh_trunk_flexion_{near}_deg", -8),
    ({"thigh_left": 100, "lean": 75}, "thigh_trunk_flexion_{near}_deg", 175),
    ({"thigh_left": 90}, "thigh_above_level_{near}_deg", 0),
    ({"thigh_left": 120}, "thigh_above_level_{near}_deg", 30),
    ({"thigh_left": 0}, "thigh_above_level_{near}_deg", -90),
    ({}, "shin_lean_{near}_deg", 0),
    ({"thigh_left": 90, "knee_left": 90}, "shin_lean_{near}_deg", 0),
    ({"thigh_left": 90, "knee_left": 110}, "shin_lean_{near}_deg", 20),  # knee past the ankle
    ({"thigh_left": 90, "knee_left": 70}, "shin_lean_{near}_deg", -20),
    ({"thigh_left": 90, "knee_left": 120}, "knee_over_ankle_{near}", 0.5),  # sin 30
    ({"thigh_left": 90, "knee_left": 60}, "knee_over_ankle_{near}", -0.5),
    ({}, "trunk_lean_sagittal_deg", 0),
    ({"lean": 20}, "trunk_lean_sagittal_deg", 20),
    ({"lean": -12}, "trunk_lean_sagittal_deg", -12),
    ({"arm_left": 90}, "arm_elevation_{near}_deg", 90),
    ({"arm_left": 170, "lean": 20}, "arm_elevation_{near}_deg", 170),
    ({"elbow_left": 60}, "elbow_flexion_{near}_deg", 60),
    ({"arm_left": 45, "elbow_left": 0}, "elbow_flexion_{near}_deg", 0),
    ({"curl": 30}, "head_curl_deg", 30),
    ({"curl": 30, "lean": 40}, "head_curl_deg", 30),
    ({"curl": -10}, "head_curl_deg", -10),
    # shin 0.42 + heel 0.04 over a trunk of 0.5; the thigh is level
    ({"thigh_left": 90, "knee_left": 90}, "knee_height_{near}", 0.88 / 0.5),
    ({"thigh_left": 90, "knee_left": 90}, "foot_height_{near}", 0.46 / 0.5),
    ({}, "foot_height_{near}", 0.04 / 0.5),
    ({"thigh_left": 30, "thigh_right": -30}, "stance_length", 0.84 / 0.5),
    ({}, "stance_length", 0.0),
    ({}, "ankle_dorsiflexion_{near}_deg", 0),
    ({"foot_left": 70}, "ankle_dorsiflexion_{near}_deg", -20),
    ({"foot_right": 105, "thigh_right": 60}, "ankle_dorsiflexion_{far}_deg", 15),
    ({"thigh_left": 100, "knee_left": 10}, "leg_above_level_{near}_deg", 5),
    ({"thigh_right": 40, "knee_right": 0}, "leg_above_level_{far}_deg", -50),
    ({}, "trunk_above_level_deg", 90),
    ({"lean": 30}, "trunk_above_level_deg", 60),
    ({"lying_deg": 90, "lean": 25}, "trunk_above_level_deg", 25),
    ({"lying_deg": 90, "lean": -5}, "trunk_above_level_deg", -5),
    ({"thigh_left": 80, "thigh_right": 30}, "thigh_ahead_{near}_deg", 50),
    ({"thigh_left": 80, "thigh_right": 30}, "thigh_ahead_{far}_deg", -50),
    ({"thigh_left": 30, "thigh_right": -30}, "foot_ahead_{near}", 0.84 / 0.5),
    ({"thigh_left": 30, "thigh_right": -30}, "foot_ahead_{far}", -0.84 / 0.5),
    ({"thigh_left": 90, "knee_left": 90}, "heel_height_{near}", 0.42 / 0.5),
    ({}, "hip_height", 0.88 / 0.5),
    ({"thigh_left": 90, "thigh_right": 90, "knee_left": 90, "knee_right": 90}, "hip_height",
     0.46 / 0.5),
    ({"lying_deg": 90, "thigh_left": 90, "thigh_right": 90, "knee_left": 90, "knee_right": 90,
      "foot_left": 0, "foot_right": 0}, "hip_height", -0.38 / 0.5),
    # The figure spreads its thighs only, so the whole leg goes out by half of that.
    ({"spread": 24}, "leg_abduction_{near}_deg", 12),
    ({"spread": 24, "thigh_left": 70}, "leg_abduction_{near}_deg", 12),
    ({"spread": -16}, "leg_abduction_{far}_deg", -8),
    ({}, "trunk_rotation_{near}_deg", 0),
    ({"twist": 25}, "trunk_rotation_{near}_deg", 25),
    ({"twist": 25, "lying_deg": 90}, "trunk_rotation_{near}_deg", 25),
    ({"twist": 25}, "trunk_rotation_{far}_deg", -25),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "name", "expected"), SIDE_CASES)
def test_known_angles_seen_from_either_side(changes, name, expected):
    for near, far, figure in both_sides(Figure(**changes)):
        body = body_of(figure.pose())
        assert (body.view.name, body.view.near_side) == ("side", near)
        value = measure(body)[0][name.format(near=near, far=far)]
        assert value == pytest.approx(expected, abs=1e-6)


def test_hips_read_the_wrong_way_round_turn_no_trunk():
    """Legs that the model has mistaken for one another come with their hips."""
    pose = Figure(twist=25).pose()
    exchanged = measure(body_of(exchange_legs(pose)))[0]
    assert exchanged["trunk_rotation_left_deg"] == pytest.approx(25, abs=1e-6)


@pytest.mark.parametrize(("thigh", "above"), [(60, -30), (90, 0), (150, 60)])
def test_thighs_of_a_standing_person_above_level(thigh, above):
    assert values_of(Figure(thigh_left=thigh))["thigh_above_level_left_deg"] == pytest.approx(
        above, abs=1e-6
    )


@pytest.mark.parametrize("lying", [90.0, -90.0])
def test_lying_people_have_the_same_joint_angles(lying):
    figure = SUPINE.but(lying_deg=lying, thigh_left=35, knee_left=80)
    for near, _, person in both_sides(figure):
        values = values_of(person)
        assert values[f"knee_flexion_{near}_deg"] == pytest.approx(80)
        assert values[f"thigh_trunk_flexion_{near}_deg"] == pytest.approx(35)


def test_bridge_at_the_line_is_zero_and_past_it_negative():
    line = SUPINE.but(thigh_left=0, thigh_right=0)
    assert values_of(line)["thigh_trunk_flexion_left_deg"] == pytest.approx(0, abs=1e-6)
    past = SUPINE.but(thigh_left=-8, thigh_right=-8)
    assert values_of(past)["thigh_trunk_flexion_left_deg"] == pytest.approx(-8)


def test_supine_thigh_above_level():
    # Straight leg lifted 45 degrees from the floor.
    figure = SUPINE.but(thigh_left=45, knee_left=0, thigh_right=0, knee_right=0)
    assert values_of(figure)["thigh_above_level_left_deg"] == pytest.approx(45)


FRONT_CASES = [
    # Right side down; the knee goes with the hip, so the drop is not taken for a lifted thigh.
    ({"hip_list": 4}, "pelvis_list_deg", 8.902416397398582),
    ({"hip_list": -4}, "pelvis_list_deg", -8.902416397398582),
    ({"sway": 12}, "trunk_lean_frontal_deg", 12),  # to the person's right
    ({"sway": -12}, "trunk_lean_frontal_deg", -12),
    ({"sway": 12}, "trunk_side_bend_right_deg", 12),
    ({"sway": 12}, "trunk_side_bend_left_deg", -12),
    ({}, "knee_inward_left_deg", 0),
    ({"spread": -9}, "knee_inward_left_deg", 9),
    ({"spread": -9}, "knee_inward_right_deg", 9),
    ({"spread": 7}, "knee_inward_right_deg", -7),
    ({"twist": 25}, "trunk_rotation_left_deg", 25),
    ({"spread": 24}, "leg_abduction_right_deg", 12),
    # elbow level with the middle of the trunk, knee 0.42 below the hip, both arms at 0.18
    ({"spread": 0}, "elbow_to_knee_left", math.hypot(0.28, 0.5 - 0.28 + 0.42) / 0.5),
    ({}, "knees_apart", 1.0),
    # each knee 0.42 sin 15 further out than its hip, which is 0.1 from the middle
    ({"spread": 15}, "knees_apart", (0.1 + THIGH_M * math.sin(math.radians(15))) / 0.1),
]


@pytest.mark.parametrize(("changes", "name", "expected"), FRONT_CASES)
@pytest.mark.parametrize(("turn", "view"), [(0, "front"), (180, "back")])
def test_known_values_seen_from_front_and_back(changes, name, expected, turn, view):
    body = body_of(Figure(turn_deg=turn, **changes).pose())
    assert body.view.name == view
    assert measure(body)[0][name] == pytest.approx(expected, abs=1e-9)


def sloping(shoulders_px: float = 0.0, hips_px: float = 0.0) -> dict[str, float]:
    """What is measured of somebody who faces the camera, right shoulder and hip so much lower."""
    pose = Figure(turn_deg=0).pose(px_per_m=300)
    landmarks = pose.landmarks.copy()
    landmarks[Landmark.RIGHT_SHOULDER, 1] += shoulders_px / pose.size_px[1]
    landmarks[Landmark.RIGHT_HIP, 1] += hips_px / pose.size_px[1]
    return measure(body_of(replace(pose, landmarks=landmarks)))[0]


def test_slope_of_the_shoulders_is_positive_where_the_right_one_is_lower():
    width_px = 300 * 2 * SHOULDER_HALF_M
    slope = math.degrees(math.atan2(20, width_px))
    assert sloping(20)["shoulder_slope_deg"] == pytest.approx(slope, abs=1e-6)
    assert sloping(-20)["shoulder_slope_deg"] == pytest.approx(-slope, abs=1e-6)


def test_hips_that_slope_with_the_shoulders_are_less_of_a_drop_than_hips_alone():
    """Rendered people who sway by 24 degrees seemed to drop the pelvis by 9."""
    drop = sloping(hips_px=8)["pelvis_drop_right_deg"]
    assert drop > 5
    assert sloping(30, 8)["pelvis_drop_right_deg"] < drop - 5
    assert sloping(-30, 8)["pelvis_drop_right_deg"] > drop + 5


def test_shoulder_that_a_raised_arm_lifts_says_nothing_of_the_pelvis():
    width_px = 300 * 2 * SHOULDER_HALF_M
    pose = Figure(turn_deg=0).pose(px_per_m=300)
    landmarks = pose.landmarks.copy()
    landmarks[Landmark.LEFT_SHOULDER, 1] -= 0.2 * width_px / pose.size_px[1]
    hanging = measure(body_of(replace(pose, landmarks=landmarks)))[0]
    landmarks[Landmark.LEFT_ELBOW, 1] = landmarks[Landmark.LEFT_SHOULDER, 1] - 0.1
    overhead = measure(body_of(replace(pose, landmarks=landmarks)))[0]
    level = measure(body_of(pose))[0]["pelvis_list_deg"]
    assert abs(hanging["pelvis_list_deg"] - level) > 5
    assert overhead["pelvis_list_deg"] == pytest.approx(level, abs=1e-6)


def thigh_from_the_front(figure: Figure, heels_below: float = math.nan) -> float:
    pose = figure.pose(px_per_m=300)
    body = body_of(pose, thigh_px=300 * THIGH_M, heels_below=heels_below)
    return measure(body)[0]["thigh_elevation_left_deg"]


@pytest.mark.parametrize("elevation", [0, 30, 60, 90, 110])
def test_thigh_elevation_from_the_front_comes_from_the_learned_thigh_length(elevation):
    """Seen from the floor, and from behind, a lifted knee is not too low."""
    low = Figure(turn_deg=0, thigh_left=elevation, knee_left=90)
    assert thigh_from_the_front(low, 0.15) == pytest.approx(elevation, abs=1e-4)
    behind = Figure(turn_deg=180, thigh_left=elevation, knee_left=90)
    assert thigh_from_the_front(behind) == pytest.approx(elevation, abs=1e-4)


@pytest.mark.parametrize("heels_below", [math.nan, 0.09])
def test_lifted_knee_seen_from_hip_height_is_higher_than_it_looks(heels_below):
    """Rendered people: a thigh at 60 looked like 43, one at 70 like 57, a level one like 82."""

    def lifted(elevation: float) -> float:
        figure = Figure(turn_deg=0, thigh_left=elevation, knee_left=elevation)
        return thigh_from_the_front(figure, heels_below)

    assert lifted(0) == pytest.approx(0, abs=1e-4)
    assert 59 < lifted(43) < 66
    assert 68 < lifted(57) < 73
    assert 84 < lifted(82) < 90
    courses = [lifted(elevation) for elevation in range(0, 121, 2)]
    assert courses == sorted(courses)


@pytest.mark.parametrize(
    ("heels_lower_px", "seen_from_the_side", "expected"),
    [(0.0, False, 74.2), (15.0, False, 60.0), (60.0, True, 74.2)],
)
def test_camera_on_the_floor_is_known_by_the_heels_of_who_stands(
    heels_lower_px, seen_from_the_side, expected
):
    """The same lift: seen from hip height it is put right, from the floor it is left alone."""
    tracker = Tracker()

    def stand(turn_deg: float, heels_px: float, from_s: float) -> None:
        standing = Figure(turn_deg=turn_deg).pose(px_per_m=300)
        landmarks = standing.landmarks.copy()
        heels = [Landmark.LEFT_HEEL, Landmark.RIGHT_HEEL]
        landmarks[heels, 1] += heels_px / standing.size_px[1]
        for time_s in times(1.5):
            tracker.update(replace(standing, landmarks=landmarks, time_s=from_s + time_s))

    if seen_from_the_side:
        # Heels lie differently there, and say nothing of the camera.
        stand(90, heels_lower_px, 0.0)
    stand(0, 0.0 if seen_from_the_side else heels_lower_px, 1.5)
    lifted = Figure(turn_deg=0, thigh_left=60, knee_left=60).pose(time_s=3.0, px_per_m=300)
    body = tracker.update(lifted).body
    assert body is not None
    assert thigh_elevation_deg(body, "left") == pytest.approx(expected, abs=0.5)


def test_thighs_of_a_squat_from_the_front_are_as_they_look():
    squat = Figure(turn_deg=0, thigh_left=60, knee_left=60, thigh_right=60, knee_right=60)
    assert thigh_from_the_front(squat) == pytest.approx(60, abs=1e-4)


def test_thigh_elevation_from_the_front_is_unknown_before_the_length_is():
    values, reasons = measure(body_of(Figure(turn_deg=0).pose()))
    assert math.isnan(values["thigh_elevation_left_deg"])
    assert reasons["thigh_elevation_left_deg"] == "it could not be measured in this position"


def test_knee_height_works_from_the_front():
    figure = Figure(turn_deg=0, thigh_left=90, knee_left=90)
    assert values_of(figure)["knee_height_left"] == pytest.approx(0.88 / 0.5)


# -- pixels, not shares of the picture ---------------------------------------------------------


def test_a_45_degree_thigh_in_16_9_pixels_reads_45_not_60_6():
    pose = Figure(thigh_left=45).pose(size=(1280, 720))
    assert measure(body_of(pose))[0]["thigh_elevation_left_deg"] == pytest.approx(45)
    # What dividing by the picture's width and height would have given:
    joints = body_of(pose).pose.landmarks
    hip, knee = joints[Landmark.LEFT_HIP], joints[Landmark.LEFT_KNEE]
    wrong = math.degrees(math.atan2(abs(knee[0] - hip[0]), knee[1] - hip[1]))
    assert min(wrong, 90 - wrong) == pytest.approx(90 - 60.6, abs=0.1)


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (640, 480), (720, 720)])
def test_the_shape_of_the_picture_does_not_matter(size):
    values = values_of(Figure(thigh_left=45, knee_left=60, lean=8), size=size, px_per_m=150)
    assert values["thigh_elevation_left_deg"] == pytest.approx(45)
    assert values["knee_flexion_left_deg"] == pytest.approx(60)
    assert values["trunk_lean_sagittal_deg"] == pytest.approx(8)


# -- properties --------------------------------------------------------------------------------

figures = st.builds(
    Figure,
    turn_deg=st.sampled_from([90.0, -90.0, 0.0, 180.0]),
    thigh_left=st.floats(-30, 120),
    thigh_right=st.floats(-30, 120),
    knee_left=st.floats(0, 130),
    knee_right=st.floats(0, 130),
    lean=st.floats(-30, 50),
    sway=st.floats(-20, 20),
    hip_list=st.floats(-8, 8),
    spread=st.floats(-5, 20),
    arm_left=st.floats(0, 170),
    arm_right=st.floats(0, 170),
    elbow_left=st.floats(0, 140),
    elbow_right=st.floats(0, 140),
    curl=st.floats(-20, 60),
    twist=st.floats(-40, 40),
)


TO_THE_RIGHT = ("pelvis_list_deg", "shoulder_slope_deg", "trunk_lean_frontal_deg")


def swapped(values: dict[str, float]) -> dict[str, float]:
    """Left for right; what has a direction across the body changes its sign."""
    out = {}
    for name, value in values.items():
        if "_left" in name:
            out[name.replace("_left", "_right")] = value
        elif "_right" in name:
            out[name.replace("_right", "_left")] = value
        else:
            out[name] = -value if name in TO_THE_RIGHT else value
    return out


def assert_same(one: dict[str, float], two: dict[str, float]) -> None:
    assert one.keys() == two.keys()
    for name, value in one.items():
        if not REGISTRY[MeasurementName.parse(name).base].only_change:
            assert two[name] == pytest.approx(value, abs=1e-4, nan_ok=True), name


@given(figures, st.floats(0.35, 0.65), st.floats(0.85, 0.95))
def test_where_in_the_picture_does_not_matter(figure, x, floor):
    here = values_of(figure, size=BIG)
    assert_same(here, values_of(figure, size=BIG, x=x, floor=floor))


@given(figures, st.floats(120, 500))
def test_how_near_does_not_matter(figure, px_per_m):
    here = values_of(figure, size=BIG)
    assert_same(here, values_of(figure, size=BIG, px_per_m=px_per_m))


@given(st.floats(0.35, 0.65), st.floats(0.5, 0.95), st.floats(120, 500), st.floats(-30, 30))
def test_the_rise_of_the_hips_is_the_same_wherever_it_is_seen(x, floor, px_per_m, roll):
    def hips_at(**figure: float) -> float:
        pose = Figure(**figure).pose(size=BIG, x=x, floor=floor, px_per_m=px_per_m)
        return measure(body_of(rolled(pose, roll), roll_deg=roll))[0]["hip_rise"]

    # From thighs that are level to standing: a thigh's length, over a trunk of 0.5.
    seat = {"thigh_left": 90, "thigh_right": 90, "knee_left": 90, "knee_right": 90}
    assert hips_at() - hips_at(**seat) == pytest.approx(0.42 / 0.5, abs=1e-4)


@given(figures)
def test_mirroring_the_picture_swaps_the_sides(figure):
    pose = figure.pose(size=BIG)
    one, two = body_of(pose), body_of(mirrored(pose))
    assert two.view.name == one.view.name
    if one.view.name == "side":
        assert {one.view.near_side, two.view.near_side} == {"left", "right"}
    assert_same(swapped(measure(one)[0]), measure(two)[0])


@given(figures, st.floats(-30, 30))
def test_a_rolled_camera_whose_roll_is_known_changes_nothing(figure, roll):
    pose = figure.pose(size=BIG)
    level = measure(body_of(pose))[0]
    assert_same(level, measure(body_of(rolled(pose, roll), roll_deg=roll))[0])


@given(st.floats(-30, 30))
def test_an_unknown_roll_shows_in_what_needs_the_vertical_only(roll):
    pose = Figure(thigh_left=50, knee_left=40).pose(size=BIG)
    values = measure(body_of(rolled(pose, roll)))[0]
    assert values["knee_flexion_left_deg"] == pytest.approx(40)
    assert values["thigh_trunk_flexion_left_deg"] == pytest.approx(50)
    # Facing the picture's left, a clockwise turn leans the trunk back and lifts the thigh.
    assert values["trunk_lean_sagittal_deg"] == pytest.approx(-roll, abs=1e-6)
    assert values["thigh_elevation_left_deg"] == pytest.approx(50 + roll)


@given(figures)
def test_nan_has_a_reason_and_a_known_value_has_none(figure):
    values, reasons = measure(body_of(figure.pose(size=BIG)))
    assert {name for name, value in values.items() if math.isnan(value)} == reasons.keys()
    assert all(reasons.values())


# -- what cannot be measured -------------------------------------------------------------------


def test_kinds_of_the_other_view_say_which_way_to_turn():
    _, side = measure(body_of(Figure().pose()))
    turn = {name for name, reason in side.items() if reason == TURN_TO_FRONT}
    assert turn == {
        "trunk_lean_frontal_deg", "shoulder_slope_deg", "pelvis_list_deg", "knees_apart",
        "pelvis_drop_left_deg", "pelvis_drop_right_deg",
        "trunk_side_bend_left_deg", "trunk_side_bend_right_deg",
        "knee_inward_left_deg", "knee_inward_right_deg",
    }
    # The pelvis is measured on the outline, which landmarks alone do not bring.
    assert side.keys() - turn == {"pelvis_tilt_change_deg", "lumbar_change_deg"}
    _, front = measure(body_of(Figure(turn_deg=0).pose(), thigh_px=126))
    assert front["knee_flexion_left_deg"] == TURN_TO_SIDE
    assert front["trunk_lean_sagittal_deg"] == TURN_TO_SIDE
    assert "pelvis_list_deg" not in front


def test_view_reason():
    assert view_reason(REGISTRY["knee_flexion"], "side") is None
    assert view_reason(REGISTRY["knee_flexion"], "oblique") == TURN_TO_SIDE
    assert view_reason(REGISTRY["pelvis_list"], "side") == TURN_TO_FRONT
    assert view_reason(REGISTRY["knee_height"], "oblique") is None


def test_a_hidden_joint_is_named():
    pose = Figure().pose(hidden=[Landmark.LEFT_KNEE])
    values, reasons = measure(body_of(pose))
    for name in ("knee_flexion_left_deg", "thigh_elevation_left_deg", "shin_lean_left_deg"):
        assert math.isnan(values[name])
        assert reasons[name] == "the left knee is hidden"
    assert values["knee_flexion_right_deg"] == pytest.approx(0, abs=1e-6)


def test_visibility_at_its_limit():
    def known(visibility: float) -> bool:
        values = values_of(Figure(), visibility=visibility)
        return not math.isnan(values["knee_flexion_left_deg"])

    assert known(MIN_VISIBILITY)
    assert not known(MIN_VISIBILITY - 0.001)


def test_a_joint_outside_the_picture_is_named():
    pose = Figure().pose(floor=1.1)  # ankles at 1.1 - 0.04 * 300 / 720 = 1.083
    values, reasons = measure(body_of(pose))
    assert math.isnan(values["shin_lean_left_deg"])
    assert reasons["shin_lean_left_deg"] == "the left ankle is out of the picture"
    assert values["thigh_elevation_left_deg"] == pytest.approx(0, abs=1e-6)


def test_nan_coordinates_never_give_a_value():
    pose = Figure().pose()
    landmarks = pose.landmarks.copy()
    landmarks[Landmark.LEFT_ANKLE] = np.nan
    values, reasons = measure(body_of(Pose(0.0, pose.size_px, landmarks, pose.world)))
    assert math.isnan(values["knee_flexion_left_deg"])
    assert reasons["knee_flexion_left_deg"] == "the left ankle is out of the picture"


def test_joints_that_fall_together_are_unknown_not_zero():
    body = body_of(Figure().pose())
    landmarks = body.pose.landmarks.copy()
    landmarks[Landmark.LEFT_KNEE, :2] = landmarks[Landmark.LEFT_HIP, :2]
    values, reasons = measure(replace(body, pose=replace(body.pose, landmarks=landmarks)))
    assert math.isnan(values["thigh_elevation_left_deg"])
    assert "thigh_elevation_left_deg" in reasons


def test_hips_and_shoulders_that_fall_together_break_nothing():
    pose = Figure().pose()
    landmarks = pose.landmarks.copy()
    landmarks[:, :2] = 0.5
    values, reasons = measure(body_of(Pose(0.0, pose.size_px, landmarks, pose.world)))
    assert all(math.isnan(value) for value in values.values())
    assert reasons.keys() == values.keys()


def test_missing_values_cover_every_name():
    values, reasons = missing_values("nobody is in the picture")
    known, _ = measure(body_of(Figure().pose()))
    assert values.keys() == known.keys() == reasons.keys()
    assert all(math.isnan(value) for value in values.values())
    assert set(reasons.values()) == {"nobody is in the picture"}


# -- the registry ------------------------------------------------------------------------------


def test_names_carry_side_and_unit():
    assert REGISTRY["knee_flexion"].full_name("left") == "knee_flexion_left_deg"
    assert REGISTRY["trunk_lean_sagittal"].full_name() == "trunk_lean_sagittal_deg"
    assert REGISTRY["trunk_lean_sagittal"].full_name("left") == "trunk_lean_sagittal_deg"
    assert REGISTRY["knee_height"].full_name("right") == "knee_height_right"


@pytest.mark.parametrize("kind", REGISTRY.values(), ids=lambda kind: kind.name)
def test_every_kind_is_whole(kind):
    assert REGISTRY[kind.name] is kind
    assert kind.error > 0
    assert kind.views
    assert kind.label
    assert kind.compute.__doc__, "say formula, range and sign in the docstring"
    assert "hip_flexion" not in kind.name, "thigh_trunk_flexion is a proxy and named so"


def cadence(body: Body, side: str) -> float:
    """Nothing that exists."""
    return 0.0


REFUSED = [
    ({}, "there is a kind of measurement 'knee_flexion' already"),
    ({"name": "Knee"}, "'Knee' must be small letters, digits and _, with a letter first"),
    ({"name": "a", "unit": "rad"}, "'a' has the unit 'rad'; there are: deg, ratio, per_s"),
    ({"name": "a", "views": frozenset()},
     "'a' holds in no view; there are: side, front, back, oblique"),
    ({"name": "a", "error": 0.0}, "'a' has the error 0; give one above 0"),
    ({"name": "a", "joints": ("toe",)}, "'a' needs the joint 'toe', which is no joint"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "expected"), REFUSED)
def test_kinds_that_are_not_taken(changes, expected):
    before = dict(REGISTRY)
    with pytest.raises(ValueError, match=f"^{re.escape(expected)}$"):
        register(dataclasses.replace(REGISTRY["knee_flexion"], compute=cadence, **changes))
    assert before == REGISTRY


def test_what_is_no_kind_is_not_taken():
    with pytest.raises(ValueError, match=r"^3 is not a MeasurementKind$"):
        register(3)
    assert MeasurementKind.__doc__


def test_far_side_says_what_is_in_the_way():
    assert FAR_SIDE == "the leg away from the camera is hidden by the near one"


def test_a_body_faces_the_way_its_near_side_says():
    body = body_of(Figure(thigh_left=30).pose())
    turned = Body(body.pose, View(body.view.turn_deg, body.view.spread_deg, "side", "right"))
    assert measure(turned)[0]["thigh_elevation_left_deg"] == pytest.approx(-30)
