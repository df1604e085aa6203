"""The course of a live session, driven by a scripted session: no camera, no clock."""

import dataclasses

import numpy as np
import pytest

from formcheck.core.coach.gestures import RAISED_FOR_S, RaisedArm, is_arm_raised
from formcheck.core.coach.set_flow import SetFlow
from formcheck.core.coach.set_summary import summary_lines
from formcheck.core.coach.step import SUMMARY_SHOWN_S
from formcheck.core.messages import Messages
from formcheck.core.pose import Landmark
from formcheck.io.languages import load_messages
from tests.support.display_data import standing
from tests.support.set_flows import MARCH, STRETCH, Run, arm_up, nobody


def test_whole_session_runs_hands_free_to_the_summary():
    run = Run().go(120)
    assert run.finished
    assert run.phases == [
        "setup", "countdown", "work", "rest", "framing", "setup", "countdown", "work", "done",
    ]  # fmt: skip
    assert [s.totals.reps for s in run.flow.summaries] == [{"left": 2, "right": 2}] * 2
    assert run.texts("count") == ["1", "1", "2", "2"] * 2
    assert run.texts("countdown") == ["3", "2", "1", "Go"] * 2
    assert run.texts("set") == ["Set done. Rest for 15 seconds", "Next set", "Well done"]
    assert run.step.display.headline == "Well done"
    assert run.step.display.lines == ("Left 4 reps, right 4 reps", "No faults detected")


def test_every_pose_reaches_the_session_until_the_set_is_done():
    run = Run(sets=1).go(10)
    assert run.sessions[0].updates == 100


def test_who_begins_during_the_countdown_is_counted_and_not_held_up():
    run = Run(script={"ready_at": 0.5, "every": 2.0})
    run.sessions[0].ready_at = 0.5
    original = run.sessions[0].update

    def early(pose):
        result = original(pose)
        return dataclasses.replace(result, phase="up") if pose.time_s >= 1.0 else result

    run.sessions[0].update = early
    run.go(1.2)
    assert run.phases == ["setup", "countdown", "work"]
    assert run.texts("countdown") == ["3", "Go"]


def test_countdown_starts_anew_after_leaving_the_position():
    run = Run()
    run.go(2.5).go(1, nobody).go(2)
    assert run.phases == ["setup", "countdown", "framing", "countdown"]
    assert run.texts("countdown") == ["3", "2", "3", "2"]


def test_guide_shows_the_position_until_the_person_is_in_it():
    run = Run(STRETCH).go(0.5)
    assert run.step.display.guide == "half_kneeling"
    assert run.step.display.cue.text == "Stand upright"
    run.go(2)
    assert run.step.display.guide is None


def test_it_says_whom_it_watches_where_there_are_several():
    text = "More than one person: I watch the one in the middle"

    def two(time_s):
        return dataclasses.replace(standing(time_s), people=2 if time_s < 0.2 else 1)

    run = Run().go(1.5, two)
    assert run.texts("hint").count(text) == 1
    assert run.step.display.cue.text == text
    run.go(4)
    assert run.step.display.cue is None or run.step.display.cue.text != text


def test_dark_picture_is_said_before_anything_else():
    run = Run(brightness=12.0).go(0.9, nobody)
    assert run.step.display.cue.text == "It is too dark: turn on a light"
    run = Run(brightness=120.0).go(0.9, nobody)
    assert run.step.display.cue.text == "Stand upright"


def test_hints_are_spoken_now_and_then_not_all_the_time():
    run = Run(script={"ready_at": 100}).go(14)
    assert run.texts("hint") == ["Stand upright"] * 3


def test_person_who_leaves_pauses_and_goes_on():
    run = Run().go(6).go(4, nobody)
    assert run.step.display.phase == "paused"
    assert run.step.display.headline == "Paused"
    run.go(3)
    assert run.phases == ["setup", "countdown", "work", "paused", "work"]
    assert run.texts("set") == ["Paused", "Go on"]


def test_person_hidden_for_a_moment_is_no_pause():
    run = Run().go(6).go(1.5, nobody).go(1)
    assert "paused" not in run.phases


def test_hold_exercise_switches_sides_and_says_the_seconds():
    run = Run(STRETCH).go(80)
    assert run.texts("hold") == [
        "Half-way", "Ten seconds left", "3", "2", "1", "Hold done",
    ] * 2  # fmt: skip
    assert run.texts("set") == ["Now the right side", "Well done"]
    assert run.phases == ["setup", "countdown", "work", "switch", "work", "done"]
    assert run.step.display.lines[0] == "Left 30 s, right 30 s"


def test_stretched_leg_toward_the_camera_means_turning_round():
    run = Run({**STRETCH, "setup": {"camera": "x", "near_leg": "working"}}).go(80)
    assert "Turn round so that your right side is toward the camera" in run.texts("set")


def test_rest_counts_down_and_a_raised_arm_ends_it():
    run = Run().go(14)
    assert run.step.display.phase == "rest"
    assert (run.step.display.headline, run.step.display.hold.target_s) == ("Rest", 15)
    run.go(1.2, arm_up)
    assert run.step.display.phase in {"framing", "setup"}
    assert run.step.display.note == "Set 2 of 2"


def test_summary_stays_until_an_arm_is_raised_or_time_is_up():
    run = Run(sets=1).go(14)
    assert run.step.display.phase == "done"
    run.go(1.2, arm_up)
    assert run.finished
    run = Run(sets=1).go(14 + SUMMARY_SHOWN_S)
    assert run.finished


def test_reps_of_all_sides_together_where_the_dose_is_per_set():
    run = Run({**MARCH, "dose": {"sets": 1, "reps": 3, "per": "set"}}).go(40)
    assert run.flow.summaries[0].totals.reps == {"left": 2, "right": 1}


def test_camera_problem_is_shown_and_said_and_the_set_kept():
    run = Run().go(8)
    done = dict(run.sessions[0].reps)
    for i in range(30):
        run.take(run.flow.tick(run.now + i / 10, "The camera sends no image"))
    assert run.step.display.cue.text == "The camera sends no image"
    assert [c.done for c in run.step.display.counts] == list(done.values())
    assert run.step.display.big == "1"
    assert run.texts("hint") == ["The camera sends no image"]
    run.now += 3
    run.go(0.5)
    assert len(run.sessions) == 1


def test_rest_goes_on_without_a_camera():
    run = Run().go(14)
    run.take(run.flow.tick(run.now + 16, "The camera sends no image"))
    run.now += 17
    run.go(0.5)
    assert len(run.sessions) == 2


@pytest.mark.parametrize(("command", "sessions"), [("restart", 2), ("side", 2), ("pause", 1)])
def test_keys_in_a_set(command, sessions):
    run = Run().go(6)
    assert run.flow.command(command) is None
    run.go(0.3)
    assert len(run.sessions) == sessions
    assert run.flow.summaries == []


def test_pause_key_stops_counting_and_goes_on():
    run = Run().go(6)
    run.flow.command("pause")
    run.go(3)
    assert run.step.display.phase == "paused"
    assert run.sessions[0].updates == 60
    run.flow.command("pause")
    run.go(1)
    assert run.step.display.phase == "work"
    assert run.sessions[0].updates == 70


def test_next_key_ends_the_set_then_the_rest():
    run = Run().go(6)
    run.flow.command("next")
    run.go(0.2)
    assert run.step.display.phase == "rest"
    run.flow.command("next")
    run.go(0.2)
    assert run.step.display.note == "Set 2 of 2"


def test_quit_keeps_what_was_done():
    run = Run().go(8)
    step = run.flow.command("quit")
    assert step.finished
    assert step.display.headline == "Well done"
    assert [s.totals.reps for s in run.flow.summaries] == [{"left": 1, "right": 0}]


def test_quit_before_anything_was_seen():
    run = Run()
    step = run.flow.command("quit")
    assert step.finished
    assert run.flow.summaries == []
    assert step.display.lines == ()


def test_another_language_from_first_hint_to_summary():
    run = Run(words=load_messages("de"), sets=1).go(14)
    assert run.texts("hint") == []
    assert run.texts("set") == ["Gut gemacht"]
    assert run.step.display.lines == ("Links 2-mal, rechts 2-mal", "Keine Fehler gesehen")
    assert Run(words=load_messages("de")).go(0.9).step.display.cue.text == "Stell dich aufrecht hin"


def test_summary_names_the_commonest_faults_first():
    run = Run(sets=1).go(14)
    summary = run.flow.summaries[0]
    faults = [_fault("Stay tall")] + [_fault("Lift the knee")] * 2 + [_fault("note", "info")]
    lines = summary_lines(
        run.spec, [dataclasses.replace(summary, faults=tuple(faults))], Messages()
    )
    assert lines == ["Left 2 reps, right 2 reps", "2 × Lift the knee", "1 × Stay tall"]


def _fault(cue, severity="fault"):
    from formcheck.core.events import Fault

    return Fault("x", "left", 0, 1, 1.0, 2.0, "deg", severity, cue, 0.5)


def test_raised_arm_needs_time_and_counts_once():
    arm = RaisedArm()
    told = [arm.update(arm_up(i / 10)) for i in range(30)]
    assert told.index(True) == pytest.approx(RAISED_FOR_S * 10, abs=1)
    assert sum(told) == 1
    assert not arm.update(standing(3.0))
    assert any(arm.update(arm_up(3.1 + i / 10)) for i in range(30))


def test_what_is_no_raised_arm():
    assert not is_arm_raised(standing())
    assert not is_arm_raised(nobody(0))
    unsure = arm_up(0)
    unsure.landmarks[Landmark.LEFT_WRIST, 3] = 0.2
    assert not is_arm_raised(unsure)
    forward = standing()
    forward.landmarks[[Landmark.LEFT_ELBOW, Landmark.LEFT_WRIST], :2] = [[0.4, 0.22], [0.3, 0.2]]
    assert not is_arm_raised(forward)
    assert is_arm_raised(arm_up(0))
    assert np.isfinite(arm_up(0).landmarks).all()
    to_the_ceiling = arm_up(0)  # as in the start position of the dead bug
    shoulder = to_the_ceiling.landmarks[Landmark.LEFT_SHOULDER, :2]
    to_the_ceiling.landmarks[Landmark.LEFT_HIP, :2] = [shoulder[0] + 0.3, shoulder[1]]
    assert not is_arm_raised(to_the_ceiling)


def test_leg_to_be_judged_away_from_the_camera_is_told():
    base = {**STRETCH, "setup": {"camera": "x", "near_leg": "working"}}
    run = Run(base, side="left", script={"ready_at": 5})
    original = run.sessions[0].update
    run.sessions[0].update = lambda pose: dataclasses.replace(
        original(pose), near_side="right", view="side"
    )
    run.go(3)
    assert run.step.display.cue.text == "Turn your left side toward the camera"
    assert "Turn your left side toward the camera" in run.texts("hint")
    run.sessions[0].update = lambda pose: dataclasses.replace(
        original(pose), near_side="left", view="side"
    )
    run.go(1)
    assert run.step.display.cue.text == "Stand upright"


def test_any_side_may_be_near_where_the_spec_does_not_mind():
    run = Run(side="left", script={"ready_at": 5}).go(3)
    assert "Turn your left side toward the camera" not in run.texts()


def test_learned_neutral_is_told_and_can_be_learned_again():
    run = Run().go(6)
    run.sessions[0].has_neutral = True
    run.go(0.2)
    assert run.texts("good")[-1] == "Your neutral is learned"
    assert run.step.display.cue.text == "Your neutral is learned"
    run.go(3.1)
    assert run.step.display.cue is None or run.step.display.cue.text != "Your neutral is learned"
    run.flow.command("neutral")
    run.go(0.1)
    assert "Be still for a moment: a new neutral" in run.texts("hint")
    assert not run.sessions[0].has_neutral


TIMED = {
    **{k: v for k, v in MARCH.items() if k != "rep"}, "kind": "timed", "sides": "both",
    "position": "supine", "dose": {"duration_s": 20},
    "pace": [{"say": "Breathe in", "s": 4}, {"say": "Breathe out", "s": 6}],
}  # fmt: skip


def timed_run(base=TIMED):
    from formcheck.core.judge.session import Session

    run = Run(base)
    run.flow = SetFlow(run.spec, lambda side: Session(run.spec, side=side))
    return run


def test_exercise_by_time_needs_nobody_and_ends_by_itself():
    run = timed_run().go(1, nobody).go(30, nobody)
    assert run.phases == ["framing", "countdown", "work", "done"] or run.phases[-1] == "done"
    assert "paused" not in run.phases
    work_s = [t for t, _, text in run.said if text in {"Go", "Well done"}]
    assert work_s[1] - work_s[0] == pytest.approx(20, abs=0.3)
    assert {"Breathe in", "Breathe out"} <= set(run.texts())


def test_pause_stops_the_time():
    run = timed_run().go(10, nobody)
    run.flow.command("pause")
    run.go(60, nobody)
    run.flow.command("pause")
    run.go(5, nobody)
    assert run.phases[-1] == "work"
    assert run.step.display.big == "0:08"
    assert run.step.display.headline.startswith("Breathe")


def test_reps_by_time_end_with_the_time_and_other_side_is_said_half_way():
    base = {**MARCH, "sides": "each", "dose": {"per": "side", "duration_s": 10}}
    run = Run(base).go(40)
    assert "Other side" in run.texts("set")
    assert run.phases[-1] == "done"
