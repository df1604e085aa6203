"""Takes are performed as they are written: planted, above the floor, with their mistakes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from groundtruth.body import load_body
from groundtruth.build import take_hash
from groundtruth.motions.script import MotionError, load_motion, motion_names
from groundtruth.performance import Manner, Performance
from groundtruth.takes import CORE, SCORING_BODIES, TUNING_BODIES, subset_names, takes
from groundtruth.truth import frame_angles

FLOOR_SLACK_M = 0.02


def perform(motion, check=None, body="b2", sides=("left", "right"), **manner):
    script = load_motion(motion)
    return Performance(
        load_body(body),
        script,
        fault=script.fault(check) if check else None,
        sides=sides if len(set(script.sides)) > 1 else script.sides[:1],
        manner=Manner(unevenness=0.0, sway_deg=0.0, **manner),
        intro=False,
    )


def at_top(performance, number=0):
    return frame_angles(performance.posed_at(performance.reps[number].top_s))


@pytest.mark.parametrize("name", motion_names())
def test_every_motion_can_be_performed(name):
    assert perform(name, sides=("left",)).duration_s > 1.0


@pytest.mark.parametrize("name", motion_names())
def test_every_mistake_names_angles_and_times_that_exist(name):
    script = load_motion(name)
    for fault in script.faults:
        script.top.changed(fault.top).joint_angles("left")
        script.start.changed(fault.start).joint_angles("right")
        replace(script.timing, **fault.timing)
        ways = (fault.way_up, fault.way_down, fault.reversed_from)
        assert fault.top or fault.start or fault.timing or any(ways)
        assert fault.counts in ("rep", "attempt", "nothing", "until_fault")


@pytest.mark.parametrize("check", ["trunk_lean", "hold_lost"])
def test_a_hold_begins_well_and_then_goes_wrong(check):
    performance = perform("half_kneeling_hip_flexor_stretch", check, sides=("left",))
    (mistake,) = performance.faults
    assert mistake.check == check
    assert mistake.start_s > performance.holds[0].start_s + 4.0


@pytest.mark.parametrize("take", [t for t in takes("core") if "score" in t.subsets],
                         ids=lambda take: take.name)
def test_feet_and_knees_stay_above_the_floor(take):
    performance = take.perform(load_body(take.body))
    for time_s in np.arange(0.0, performance.duration_s, 2.3):
        posed = performance.posed_at(float(time_s))
        for name, rows in posed.body.regions.items():
            if name.startswith(("foot", "knee", "toes")):
                assert posed.vertices[rows, 2].min() > -FLOOR_SLACK_M, (name, time_s)


def test_supine_rests_on_thorax_and_sacrum():
    performance = perform("glute_bridge")
    posed = performance.posed_at(0.0)
    assert abs(posed.gaps_m["thorax"]) < 0.01
    assert abs(posed.gaps_m["sacrum"]) < 0.01


def test_clean_march_reaches_level_and_low_one_does_not():
    assert at_top(perform("standing_march"))["thigh_elevation_left_deg"] > 85
    low = perform("standing_march", "knee_height", sides=("left", "right", "left", "right"))
    assert at_top(low, 0)["thigh_elevation_left_deg"] > 85
    assert at_top(low, 2)["thigh_elevation_left_deg"] < 75
    assert [rep.counts for rep in low.reps] == ["rep", "rep", "attempt", "attempt"]
    assert [(f.check, f.side) for f in low.faults] == [
        ("knee_height", "left"), ("knee_height", "right"),
    ]


def test_mistakes_have_the_sign_their_name_says():
    sides = ("left", "right", "left", "right")
    lean = at_top(perform("standing_march", "trunk_lean", sides=sides), 2)
    assert lean["trunk_lean_sagittal_deg"] < -12
    for number, sign in ((2, -1), (3, 1)):
        # The pelvis drops on the lifted side.
        drop = at_top(perform("standing_march", "pelvis_drop", sides=sides), number)
        assert sign * drop["pelvis_list_deg"] > 8
    bridge = at_top(perform("glute_bridge"))
    assert bridge["thigh_trunk_flexion_left_deg"] == pytest.approx(2, abs=2)


def test_stance_foot_does_not_slide():
    performance = perform("standing_march")
    rep = performance.reps[0]
    start = performance.posed_at(rep.start_s).joints["ankle_right"]
    for time_s in np.linspace(rep.start_s, rep.end_s, 7):
        ankle = performance.posed_at(float(time_s)).joints["ankle_right"]
        assert np.linalg.norm(ankle[:2] - start[:2]) < 0.01


def test_pinned_front_foot_stays_while_the_hips_move():
    performance = perform("half_kneeling_hip_flexor_stretch", sides=("left",))
    hold = performance.holds[0]
    times = np.linspace(hold.start_s - 1.4, hold.end_s, 6)
    ankles = [performance.posed_at(float(t)).joints["ankle_right"] for t in times]
    assert np.ptp(np.array(ankles)[:, :2], axis=0).max() < 0.02


def test_movement_is_smooth():
    performance = perform("standing_march")
    times = np.arange(0.0, performance.duration_s, 1 / 30)
    knees = np.array([performance.posed_at(float(t)).joints["knee_left"] for t in times])
    speed = np.linalg.norm(np.diff(knees, axis=0), axis=1) * 30
    assert speed.max() < 2.0
    assert np.abs(np.diff(speed)).max() * 30 < 25.0


def test_same_seed_same_person_same_movement():
    take = takes("core")[0]
    one, two = (take.perform(load_body(take.body)) for _ in range(2))
    assert np.array_equal(one.posed_at(9.0).vertices, two.posed_at(9.0).vertices)


def test_names_are_unique_and_people_are_kept_apart():
    everything = takes("all")
    assert max(Counter(take.name for take in everything).values()) == 1
    assert not set(TUNING_BODIES) & set(SCORING_BODIES)
    for take in everything:
        if take.body:
            people = "tune" if take.body in TUNING_BODIES else "score"
            assert people in take.subsets


def test_core_has_every_mistake_of_the_four_exercises():
    for name in CORE:
        checks = {take.check for take in takes(name) if "score" in take.subsets}
        assert checks == {None, *(fault.check for fault in load_motion(name).faults)}


def test_numbers_of_motions_are_written_down_and_their_own():
    numbers = {
        name: load_motion(name).number
        for name in motion_names()
        if load_motion(name).exercise != "-"
    }
    assert None not in numbers.values()
    assert max(Counter(numbers.values()).values()) == 1
    # Clips that are rendered already keep their names and their people.
    assert [numbers[name] for name in CORE] == [0, 1, 2, 3]


def test_circles_turn_round_where_the_script_says():
    script = load_motion("leg_circles")
    early = script.fault("direction_early")
    performance = Performance(
        load_body("b2"), script, fault=early, sides=("left",) * 8, intro=False
    )
    assert [rep.reverse for rep in performance.reps] == [False] * 5 + [True] * 3
    # Changing the direction is one mistake, not one in every circle after it.
    (mistake,) = performance.faults
    assert mistake.start_s > performance.reps[4].end_s
    outward, inward = performance.reps[1], performance.reps[6]
    for rep, sign in ((outward, 1.0), (inward, -1.0)):
        quarter = performance.posed_at(rep.start_s + (rep.end_s - rep.start_s) * 0.25)
        assert sign * quarter.angles.hip_abduction_left_deg > 10


def test_hash_follows_the_script_and_not_the_name():
    first, second = takes("core")[:2]
    assert take_hash(first) == take_hash(first)
    assert take_hash(first) != take_hash(second)


def test_wrong_names_are_told():
    with pytest.raises(MotionError, match="no motion 'standing_marsh'"):
        load_motion("standing_marsh")
    with pytest.raises(MotionError, match="standing_march: no fault 'knees'"):
        load_motion("standing_march").fault("knees")
    with pytest.raises(ValueError, match="no takes in subset 'everything'"):
        takes("everything")
    assert "core" in subset_names()
