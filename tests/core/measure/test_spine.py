from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.core.body.tracker import Tracked
from formcheck.core.body.view import View
from formcheck.core.judge.session import Session
from formcheck.core.measure import spine as pelvis
from formcheck.core.measure import spine_change
from formcheck.core.measure.outline import STATIONS
from formcheck.core.measure.spine import BackWatch, needs_outline
from formcheck.core.measure.spine_fit import FEATURES, FITS, Angle
from formcheck.core.measure.trunk_shape import Trunk, overhead, trunk_shape
from formcheck.core.pose import Pose
from formcheck.core.trial.figure import Figure
from formcheck.io import poses as pose_recording
from formcheck.io.specs import load_spec
from tests.support.backs import HIPS, LEFT_NEAR, SIZE, body_of, outline_of, read, taught
from tests.support.stick_figure import body_of as stick_body

K = len(STATIONS)
RIGHT_NEAR = View(-90.0, 2.0, "side", "right")










# -- the measure -------------------------------------------------------------------------------


def test_neutral_reads_as_nothing_and_a_deeper_hollow_as_arching() -> None:
    watch = taught(outline_of(0.06))
    neutral = read(watch, body_of(outline_of(0.06)))
    assert neutral.lumbar_change_deg == pytest.approx(0, abs=0.2)
    assert neutral.tilt_change_deg == pytest.approx(0, abs=0.2)
    assert neutral.reason is None
    arched, tucked = (read(watch, body_of(outline_of(h))) for h in (0.11, 0.02))
    assert arched.lumbar_change_deg > 5
    assert arched.tilt_change_deg > 3
    assert tucked.lumbar_change_deg < -3
    assert tucked.tilt_change_deg < -2


@settings(max_examples=6, deadline=None)
@given(x=st.floats(250, 390), trunk=st.floats(80, 130))
def test_place_and_size_in_the_picture_do_not_matter(x: float, trunk: float) -> None:
    where = {"hips": (x, 260.0), "shoulders": (x, 260.0 - trunk)}
    watch = taught(outline_of(0.06, **where), **where)
    moved = read(watch, body_of(outline_of(0.1, **where), **where))
    here = read(taught(outline_of(0.06)), body_of(outline_of(0.1)))
    # A fifth of a pixel more or less somewhere on the outline.
    assert moved.lumbar_change_deg == pytest.approx(here.lumbar_change_deg, abs=1.5)


def test_the_other_side_to_the_camera_reads_the_same() -> None:
    watch = taught(outline_of(0.06, mirrored=True), view=RIGHT_NEAR)
    mirrored = read(watch, body_of(outline_of(0.1, mirrored=True), view=RIGHT_NEAR))
    here = read(taught(outline_of(0.06)), body_of(outline_of(0.1)))
    assert mirrored.lumbar_change_deg == pytest.approx(here.lumbar_change_deg, abs=0.3)
    assert mirrored.tilt_change_deg == pytest.approx(here.tilt_change_deg, abs=0.3)


def test_the_pelvis_tilts_with_a_trunk_that_leans_as_a_whole() -> None:
    leaning = (HIPS[0] - 110 * math.sin(math.radians(10)), 260 - 110 * math.cos(math.radians(10)))
    watch = taught(outline_of())
    outline = outline_of(shoulders=leaning)
    reading = read(watch, body_of(outline, shoulders=leaning))
    assert reading.tilt_change_deg == pytest.approx(10, abs=1)
    assert reading.lumbar_change_deg == pytest.approx(0, abs=1)


def test_breathing_is_not_arching() -> None:
    """A belly and chest that come forward by a centimetre and a half read as a degree or two."""
    watch = taught(outline_of())
    outline = outline_of()
    outline[K : 2 * K] += 0.03
    change = trunk_shape(outline, 1.0) - trunk_shape(outline_of(), 1.0)
    for posture in ("standing", "kneeling", "lying_arms_up"):
        assert abs(FITS[posture].lumbar.of(np.append(change, [0.0, 0.0]))) < 7
    assert read(watch, body_of(outline)).reason is None


# -- what cannot be measured -------------------------------------------------------------------


def test_without_an_outline_the_reason_says_what_to_do() -> None:
    assert pelvis.why_unknown(body_of(None)) == pelvis.NO_OUTLINE
    assert math.isnan(pelvis.lumbar_change_deg(body_of(None), "left"))


def test_before_a_neutral_nothing_is_measured() -> None:
    reading = read(BackWatch(), body_of(outline_of()))
    assert math.isnan(reading.lumbar_change_deg)
    assert reading.reason == pelvis.NO_NEUTRAL


def test_somebody_who_moves_shows_no_neutral() -> None:
    watch = BackWatch()
    for frame in range(12):
        outline = outline_of(0.02 + 0.01 * frame)
        read(watch, body_of(outline, time_s=frame / 15), at_start=True)
    assert watch.neutral is None


def test_an_arm_behind_the_back_hides_it() -> None:
    watch = taught(outline_of())
    hidden = body_of(outline_of(), elbow=(HIPS[0] + 25, 210.0))
    assert read(watch, hidden).reason == pelvis.ARM_IN_FRONT


def test_an_arm_before_the_belly_leaves_the_back_to_measure() -> None:
    watch = taught(outline_of())
    outline = outline_of()
    outline[K : 2 * K] += 0.2
    reading = read(watch, body_of(outline, elbow=(HIPS[0] - 42, 200.0)))
    assert reading.reason is None
    assert reading.lumbar_change_deg == pytest.approx(0, abs=0.5)


def test_a_back_without_a_hollow_is_a_shirt() -> None:
    watch = taught(outline_of(0.0))
    assert read(watch, body_of(outline_of(0.0))).reason == pelvis.LOOSE_SHIRT


def test_an_outline_with_a_hole_is_unknown() -> None:
    watch = taught(outline_of())
    outline = outline_of()
    outline[20] = np.nan
    assert read(watch, body_of(outline)).reason == pelvis.BACK_HIDDEN


def test_a_blurred_edge_is_not_measured_and_an_old_recording_has_none() -> None:
    watch = taught(outline_of())
    outline = outline_of()
    outline[2 * K] = 0.12
    assert read(watch, body_of(outline)).reason == pelvis.UNCLEAR
    assert read(watch, body_of(outline[: 2 * K])).reason is None


def test_a_back_in_the_colours_of_the_wall_is_not_measured() -> None:
    watch = taught(outline_of())
    outline = outline_of()
    outline[-2:] = (0.01, 0.3)
    assert read(watch, body_of(outline)).reason == pelvis.UNCLEAR
    outline[-2:] = (0.3, 0.01)
    assert read(watch, body_of(outline)).reason is None


def test_a_lifted_thigh_alone_is_no_tuck() -> None:
    """It moves the seat; the fit knows by how much, so it is taken from the thigh's angle."""
    for fit in FITS.values():
        still = np.zeros(FEATURES)
        still[-2] = 45.0
        assert abs(fit.lumbar.of(still)) < 4


@pytest.mark.parametrize(("arm", "expected"), [(0, 0.0), (90, 0.0), (150, 0.866), (180, 1.0)])
@pytest.mark.parametrize("lying_deg", [0, 90])
def test_how_far_the_arm_at_the_camera_is_overhead(arm, expected, lying_deg) -> None:
    near = stick_body(Figure(arm_left=arm, arm_right=20, lying_deg=lying_deg).pose())
    assert overhead(near) == pytest.approx(expected, abs=1e-3)


def test_an_arm_that_goes_overhead_is_taken_off_in_people_who_lie_with_arms_up() -> None:
    shape = np.zeros(FEATURES - 2)
    before = Trunk(shape, 90.0, -90.0)
    raised = replace(before, overhead=1.0)
    outline = np.zeros(2 * len(STATIONS))
    for posture, taken_off in (("lying_arms_up", spine_change.ARM_OVERHEAD_DEG), ("lying", (0, 0))):
        neutral = spine_change.BackNeutral(posture, "left", before, outline)
        change = spine_change.change_deg(raised, neutral)
        assert change == pytest.approx([-degrees for degrees in taken_off])
        # Raised then as it is now: nothing changed.
        same = spine_change.change_deg(raised, replace(neutral, trunk=raised))
        assert same == pytest.approx((0, 0))


def test_what_lies_beyond_the_fitted_range_reads_as_its_end() -> None:
    angle = Angle(np.full(FEATURES, 100.0), (1.1, 0.0, -0.2))
    furthest = [angle.of(np.full(FEATURES, x)) for x in (0.01, 0.02, 0.05, 0.5)]
    assert furthest == sorted(furthest)
    assert furthest[-1] == furthest[-2] < 25
    assert angle.of(np.full(FEATURES, -0.5)) == -furthest[-1]
    assert math.isnan(angle.of(np.full(FEATURES, np.nan)))


def test_another_view_has_no_reading() -> None:
    front = replace(LEFT_NEAR, turn_deg=0.0, name="front")
    assert read(BackWatch(), body_of(outline_of(), view=front), at_start=True) is None


# -- the neutral -------------------------------------------------------------------------------


def test_the_neutral_outlives_leaving_the_position_and_goes_with_the_person() -> None:
    watch = taught(outline_of(0.06))
    first = watch.neutral
    for frame in range(8):
        read(watch, body_of(outline_of(0.11), time_s=2 + frame / 15), at_start=True)
    assert watch.neutral is first
    body = body_of(outline_of(0.11), time_s=4.0)
    watch.update(Tracked(body.pose, body, restarted=True), at_start=False)
    assert watch.neutral is None


def test_an_arch_held_from_the_start_is_no_neutral() -> None:
    watch = BackWatch()
    for frame in range(8):
        reading = read(watch, body_of(outline_of(0.19), time_s=frame / 15), at_start=True)
    assert watch.neutral is None
    assert reading.reason == pelvis.NOT_RELAXED
    for frame in range(8):
        read(watch, body_of(outline_of(0.06), time_s=1 + frame / 15), at_start=True)
    assert watch.neutral is not None


def test_an_end_of_rocking_held_still_is_no_neutral() -> None:
    """An arm hid the back while it was neutral; it is first seen while it is arched."""
    watch = BackWatch()
    behind = (HIPS[0] + 25, 210.0)
    for frame in range(30):
        body = body_of(outline_of(0.03), time_s=frame / 15, elbow=behind)
        assert read(watch, body, at_start=True).reason == pelvis.ARM_IN_FRONT
    for frame in range(10):
        read(watch, body_of(outline_of(0.11), time_s=2 + frame / 15), at_start=True)
    assert watch.neutral is None
    for frame in range(50):
        read(watch, body_of(outline_of(0.11), time_s=3 + frame / 15), at_start=True)
    assert watch.neutral is not None


def test_it_can_be_learned_again() -> None:
    watch = taught(outline_of(0.06))
    watch.relearn()
    for frame in range(8):
        read(watch, body_of(outline_of(0.11), time_s=2 + frame / 15), at_start=True)
    reading = read(watch, body_of(outline_of(0.11), time_s=3.0))
    assert reading.lumbar_change_deg == pytest.approx(0, abs=0.3)


# -- specs and recordings ----------------------------------------------------------------------


def test_only_specs_that_use_it_ask_for_the_outline() -> None:
    assert needs_outline(load_spec("standing_march"))
    march = load_spec("standing_march")
    plain = tuple(c for c in march.checks if c.measurement not in pelvis.NAMES)
    assert not needs_outline(march.model_copy(update={"checks": plain}))


def test_a_replayed_recording_reads_as_the_run(tmp_path) -> None:
    rng = np.random.default_rng(5)
    poses = []
    for frame in range(40):
        outline = outline_of() + (rng.normal(0, 0.004) if frame > 15 else 0.0)
        body = body_of(np.asarray(outline, np.float32).astype(float), time_s=frame / 15)
        # As the pose model gives them: in single precision, a left side view.
        landmarks = body.pose.landmarks.astype(np.float32).astype(float)
        world = np.zeros((33, 3))
        world[[11, 23], 2], world[[12, 24], 2] = -0.2, 0.2
        world[[11, 12], 1] = -0.5
        poses.append(Pose(body.pose.time_s, SIZE, landmarks, world, body.pose.outline))
    path = tmp_path / "clip.poses.npz"
    pose_recording.write(path, pose_recording.PoseRecording(poses, SIZE, 15.0))

    def values(track):
        session = Session(load_spec("standing_march"))
        rows = [session.update(pose) for pose in track]
        return [[r.values["pelvis_tilt_change_deg"], r.values["lumbar_change_deg"]] for r in rows]

    run, replay = values(poses), values(pose_recording.read(path))
    np.testing.assert_array_equal(run, replay)
    assert np.isfinite(run[-1]).all()
