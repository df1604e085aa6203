"""What is shown, from hand-made frame results: counts, holds, the one cue, the marked joint."""

import dataclasses
import math

import numpy as np
import pytest

from formcheck.core.coach.cues import CUE_COOL_DOWN_S, CUE_SHOWN_S
from formcheck.core.coach.display import HoldShown
from formcheck.core.coach.joint_marker import split_name
from formcheck.core.coach.presenter import Presenter
from formcheck.core.events import Counts, FaultStarted, Rep, RepCompleted
from formcheck.core.formatting import value_text
from formcheck.core.messages import Messages
from formcheck.core.pose import Pose
from tests.support.display_data import fault, frame, standing


def shown(frames, **options):
    presenter = Presenter(**options)
    return [presenter.update(f) for f in frames]


def times(start, end, fps=30):
    return [i / fps for i in range(round(start * fps), round(end * fps))]


def cue_texts(displays):
    """The cue texts in order, each once for as long as it stays."""
    texts = []
    for d in displays:
        text = d.cue.text if d.cue else None
        if not texts or texts[-1] != text:
            texts.append(text)
    return texts


def test_large_number_is_the_count_of_the_side_at_work_with_its_target():
    (display,) = shown([frame(0, left=3, right=2)], rep_target=10)
    assert (display.big, display.big_target, display.side_text) == ("3", "of 10", "left")
    assert [(c.side, c.done, c.target) for c in display.counts] == [
        ("left", 3, 10), ("right", 2, 10),
    ]  # fmt: skip


def test_large_number_keeps_its_meaning_between_two_reps():
    before, left, between = shown(
        [frame(0, side=None), frame(1, left=3, right=2), frame(2, left=3, right=2, side=None)],
        rep_target=10,
    )
    assert (before.big, before.big_target, before.side_text) == ("0", "", "")
    assert (left.big, left.big_target, left.side_text) == ("3", "of 10", "left")
    assert (between.big, between.big_target, between.side_text) == ("3", "of 10", "left")


def test_exercise_without_sides_shows_one_count():
    counts = Counts({"both": 4}, {"both": 1}, {})
    (display,) = shown([frame(0, side="both", counts=counts)], rep_target=8)
    assert (display.big, display.big_target, display.side_text) == ("4", "of 8", "")
    assert [(c.done, c.attempts) for c in display.counts] == [(4, 1)]


@pytest.mark.parametrize(
    ("seconds", "target", "fraction"), [(0, 3, 0), (1.5, 3, 0.5), (9, 3, 1), (2, None, 0)]
)
def test_hold_fraction_stays_between_0_and_1(seconds, target, fraction):
    assert HoldShown(seconds, target).fraction == fraction


def test_hold_exercise_counts_seconds_and_keeps_the_last_hold_on_the_screen():
    displays = shown(
        [frame(0), frame(1, hold_s=12.0, hold_target_s=45.0), frame(2, hold_target_s=45.0)],
        shows="hold",
    )
    assert [d.big for d in displays] == ["0", "12", "12"]
    assert displays[1].big_target == "of 45 s"
    assert displays[2].hold is None


def test_seconds_that_are_a_sum_of_frame_times_do_not_read_one_less():
    (display,) = shown([frame(0, hold_s=sum([1 / 30] * 300) - 1e-9)], shows="hold")
    assert display.big == "10"


def test_words_come_from_the_language():
    words = Messages(left="links", target="von {target}")
    (display,) = shown([frame(0, left=1)], rep_target=10, words=words)
    assert (display.side_text, display.big_target) == ("links", "von 10")


def test_worst_cue_first():
    faults = (fault(check="lean", severity="warning", cue="Stay tall"), fault())
    (display,) = shown([frame(0, active_faults=faults)])
    assert (display.cue.text, display.cue.tone) == ("Lift the knee", "fault")


def test_cue_of_one_frame_stays_long_enough_to_be_read():
    displays = shown(
        frame(t, phase="top" if t < 0.05 else "down", active_faults=(fault(),) if t == 0 else ())
        for t in times(0, 3)
    )
    on = [d.time_s for d in displays if d.cue]
    assert on[0] == 0
    assert on[-1] == pytest.approx(CUE_SHOWN_S, abs=0.05)
    assert cue_texts(displays) == ["Lift the knee", None]


def test_lasting_fault_stays_on_the_screen_and_is_said_anew_only_after_the_cool_down():
    displays = shown(frame(t, active_faults=(fault(),)) for t in times(0, 15))
    assert all(d.cue.text == "Lift the knee" for d in displays)
    said = sorted({d.cue.said_s for d in displays})
    assert said[:2] == pytest.approx([0, CUE_COOL_DOWN_S], abs=0.1)
    assert len(said) == 3


def test_flickering_fault_gives_one_steady_cue():
    displays = shown(
        frame(t, active_faults=(fault(),) if int(t * 30) % 2 else ()) for t in times(0, 4)
    )
    assert cue_texts(displays) == [None, "Lift the knee"]


def test_worse_fault_takes_over_at_once_an_equal_one_waits():
    warning = fault(check="lean", severity="warning", cue="Stay tall")
    other = fault(check="list", cue="Level the hips")
    displays = shown(
        [frame(0, active_faults=(warning,)), frame(0.3, active_faults=(fault(), warning))]
    )
    assert [d.cue.text for d in displays] == ["Stay tall", "Lift the knee"]
    displays = shown([frame(0, active_faults=(fault(),)), frame(0.3, active_faults=(other,))])
    assert [d.cue.text for d in displays] == ["Lift the knee", "Lift the knee"]


def test_good_when_the_value_comes_back_within_its_bound_in_the_same_phase():
    displays = shown(
        frame(t, phase="hold", active_faults=(fault(),) if t < 2 else ()) for t in times(0, 6)
    )
    assert cue_texts(displays) == ["Lift the knee", "Good", None]
    assert [d.cue.tone for d in displays if d.cue][-1] == "good"


def test_leaving_the_phase_is_not_mending():
    displays = shown(
        frame(t, phase="top" if t < 1 else "rest", active_faults=(fault(),) if t < 1 else ())
        for t in times(0, 6)
    )
    assert "Good" not in cue_texts(displays)


@pytest.mark.parametrize(("faults", "praised"), [((), True), (("knee_height",), False)])
def test_good_when_the_next_rep_of_that_side_is_free_of_the_fault(faults, praised):
    def events(t):
        if t != 4:
            return ()
        return (RepCompleted(4, Rep("left", 2.5, 3.0, 3.9, 0.5, faults=faults)),)

    displays = shown(
        frame(t, phase="top" if t < 1 else "rest", active_faults=(fault(),) if t < 1 else (),
              events=events(t))
        for t in times(0, 6)
    )  # fmt: skip
    assert ("Good" in cue_texts(displays)) is praised


def test_fault_that_is_over_at_once_is_said_too():
    short = FaultStarted(1, "hold_short", "left", 0.5, 1.0, 3.0, "s", "fault", "Hold it longer")
    displays = shown(frame(t, phase="down", events=(short,) if t == 1 else ()) for t in times(0, 5))
    assert cue_texts(displays) == [None, "Hold it longer", None]


def test_framing_hint_comes_before_cues_and_does_not_flicker():
    displays = shown(
        frame(t, ready=False, active_faults=(fault(),),
              message="Step back" if 1 <= t < 2 or t == 0 else None)
        for t in times(0, 4)
    )  # fmt: skip
    assert cue_texts(displays) == ["Lift the knee", "Step back", "Lift the knee"]
    assert {d.framing for d in displays} == {None, "Step back"}
    hint = [d.time_s for d in displays if d.framing]
    assert (hint[0], hint[-1]) == pytest.approx((1.4, 2.6), abs=0.05)


def test_phase_of_the_set_follows_ready():
    displays = shown([frame(0, ready=False), frame(1)])
    assert [d.phase for d in displays] == ["setup", "work"]


def test_working_joint_is_marked_with_an_arc_in_pixels():
    (display,) = shown([frame(0)])
    joint = display.joint
    hip = np.array([320, 0.52 * 480])
    assert (joint.text, joint.limit, joint.fault) == ("60°", 85.0, False)
    assert joint.vertex == pytest.approx(hip)
    length = 0.18 * 480
    assert joint.zero == pytest.approx(hip + np.array([0, length]))
    assert joint.moving == pytest.approx(
        hip + length * np.array([-math.sin(math.radians(60)), math.cos(math.radians(60))])
    )
    assert joint.limit_at == pytest.approx(
        hip + length * np.array([-math.sin(math.radians(85)), math.cos(math.radians(85))])
    )


def test_limit_keeps_its_side_while_the_limb_is_at_zero():
    up, down = (
        frame(0),
        frame(1, pose=standing(1, left_thigh_deg=0), values={"thigh_elevation_left_deg": 0.0}),
    )
    never_up, then_down = shown([down])[0], shown([up, down])[1]
    assert never_up.joint.limit_at is None
    assert then_down.joint.limit_at[0] < then_down.joint.vertex[0]


def test_fault_marks_its_own_joint_and_limit():
    lean = fault(
        check="lean", measurement="trunk_lean_sagittal_deg", value=12.0, limit=10.0, cue="Stay tall"
    )
    (display,) = shown([frame(0, active_faults=(lean,))])
    assert (display.joint.measurement, display.joint.fault) == ("trunk_lean_sagittal_deg", True)
    assert (display.joint.value, display.joint.limit) == (12.0, 10.0)


def test_fault_judged_by_seconds_marks_no_angle_limit():
    (display,) = shown([frame(0, active_faults=(fault(unit="s", value=1.2, limit=3.0),))])
    assert (display.joint.fault, display.joint.limit) == (False, 85.0)


def test_value_that_is_no_angle_of_the_picture_gets_no_arc():
    (display,) = shown([frame(0, values={"thigh_elevation_left_deg": 5.0})])
    assert (display.joint.text, display.joint.moving, display.joint.limit_at) == ("5°", None, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"values": {"thigh_elevation_left_deg": math.nan}},
        {"values": {}},
        {"joint": None},
        {"joint": "breathing_rate_hz"},
        {"pose": Pose.missing(0.0, (640, 480))},
    ],
)
def test_unknown_values_mark_nothing(changes):
    (display,) = shown([frame(0, **changes)])
    assert display.joint is None


def test_display_is_a_plain_value():
    a, b = (shown([frame(0, active_faults=(fault(),))])[0] for _ in range(2))
    assert a == b
    with pytest.raises(dataclasses.FrozenInstanceError):
        a.big = "7"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(87.6, "deg", "88°"), (-0.3, "deg", "0°"), (0.123, "ratio", "0.12"), (3, "cm", "3.0 cm")],
)
def test_value_text(value, unit, text):
    assert value_text(value, unit) == text


def test_split_name():
    assert split_name("knee_flexion_left_deg") == ("knee_flexion", "left", "deg")
    assert split_name("trunk_lean_sagittal_deg") == ("trunk_lean_sagittal", None, "deg")
