"""A routine's course, driven by scripted sessions: no camera, no clock."""

import dataclasses
import itertools

import pytest

from formcheck.core.coach.gestures import ArmMenu
from formcheck.core.coach.routine_progress import Progress, Tally, tally_text
from formcheck.core.events import Counts
from formcheck.core.messages import Messages
from formcheck.core.pose import Pose
from formcheck.io.languages import load_messages
from tests.support.display_data import standing
from tests.support.routine_flows import FPS, ONE_SET, Run, plan_of
from tests.support.set_flows import MARCH, STRETCH, arm_up, nobody

BRIDGE = {**MARCH, "id": "bridge", "name": "Bridge", "dose": {"sets": 1, "reps": 2, "per": "side"}}








def test_whole_routine_runs_hands_free_to_the_summary():
    run = Run(plan_of(ONE_SET, STRETCH)).go(300)
    assert run.finished
    assert run.phases == [
        (0, "intro"), (0, "framing"), (0, "setup"), (0, "countdown"), (0, "work"),
        (1, "intro"), (1, "framing"), (1, "setup"), (1, "countdown"), (1, "work"), (1, "switch"),
        (1, "work"), (2, "done"),
    ]  # fmt: skip
    assert run.step.display.headline == "All done"
    assert run.step.display.lines == (
        "March: left 2 reps, right 2 reps",
        "March: left 30 s, right 30 s",
    )
    parts = run.flow.progress.parts
    assert [(part.step, part.set_number) for part in parts] == [(0, 1), (1, 1)]
    assert "Well done. Next: March" in run.texts()
    assert run.texts()[-1] == "All done"


def test_what_comes_next_is_shown_with_its_picture_dose_and_camera():
    run = Run(plan_of(STRETCH, {**MARCH, "setup": {"camera": "On the table."}}, moves={1}))
    run.go(1)
    shown = run.step.display
    assert (shown.phase, shown.headline, shown.note) == ("intro", "March", "Exercise 1 of 2")
    assert (shown.picture, shown.guide) == ("march", "half_kneeling")
    assert shown.lines[0] == "30 s each side"
    assert (shown.cue.text, shown.cue.tone) == ("Camera: X", "info")
    assert (shown.hold.seconds, shown.hold.target_s) == (5, 5.0)
    run.until("work").until("intro")
    shown = run.step.display
    assert (shown.cue.text, shown.cue.tone) == ("Move the camera: On the table.", "warning")


def test_sentences_before_an_exercise_follow_one_another():
    spec = {**MARCH, "setup": {"camera": "x", "steps": ["Stand tall.", "Lift one knee."]}}
    run = Run(plan_of(spec, ready_s=20)).go(15)
    assert run.texts() == ["Next: March", "2 × 2 each side", "Stand tall.", "Lift one knee."]
    times = [time for time, _ in run.said]
    gaps = [later - before for before, later in itertools.pairwise(times)]
    assert min(gaps) > 1.5


def test_set_by_set_the_place_is_noted():
    run = Run(plan_of(MARCH))
    seen = []
    for _ in range(1200):
        run.go(1 / FPS)
        place = (run.flow.progress.step, run.flow.progress.set_number)
        if not seen or seen[-1] != place:
            seen.append(place)
        if run.finished:
            break
    assert seen == [(0, 1), (0, 2), (1, 1)]


def test_raised_arm_begins_at_once():
    run = Run(plan_of(ONE_SET, ready_s=60)).go(1).go(1, arm_up)
    assert run.step.display.phase == "intro"
    assert run.step.display.cue.text == "Lower the arm: begin now"
    run.go(1)
    assert run.phases[-1][1] != "intro"


def test_arm_kept_up_skips():
    run = Run(plan_of(ONE_SET, STRETCH, ready_s=60)).go(1).go(4, arm_up)
    assert run.step.display.cue.text == "Lower the arm: skip this one"
    run.go(1)
    assert run.phases[-1] == (1, "intro")
    assert run.flow.progress.skipped == (0,)
    assert "Skipped. Next: March" in run.texts()
    assert run.flow.summary_lines() == ["March: Skipped"]


def test_arm_kept_up_longer_does_the_last_one_again():
    run = Run(plan_of(ONE_SET, STRETCH, ready_s=30)).until("work").until("intro")
    run.go(1).go(7, arm_up).go(1)
    assert run.phases[-1] == (0, "intro")
    run.until("work").until("intro")
    assert [part.step for part in run.flow.progress.parts] == [0, 0]
    assert run.flow.summary_lines() == ["March: left 4 reps, right 4 reps"]


def test_waiting_does_not_end_while_the_arm_is_up():
    run = Run(plan_of(ONE_SET, STRETCH, ready_s=5)).go(2).go(5, arm_up)
    assert run.phases == [(0, "intro")]


def test_keys():
    run = Run(plan_of(ONE_SET, STRETCH, ONE_SET, ready_s=60)).go(1)
    assert run.flow.command("next") is None
    run.go(1)
    assert run.phases[-1] == (0, "setup")
    run.flow.command("skip")
    run.go(1)
    assert run.phases[-1] == (1, "intro")
    run.flow.command("back")
    run.go(1)
    assert run.phases[-1] == (0, "intro")
    run.flow.command("skip")
    run.flow.command("skip")
    run.flow.command("skip")
    run.go(0.5)
    assert run.phases[-1] == (3, "done")
    assert run.flow.command("next").finished


def test_pause_stops_the_wait():
    run = Run(plan_of(ONE_SET, ready_s=5)).go(2)
    run.flow.command("pause")
    run.go(30)
    assert run.step.display.phase == "paused"
    assert run.step.display.hold.seconds == 4
    run.flow.command("pause")
    run.go(2)
    assert run.step.display.phase == "intro"
    run.go(2)
    assert run.step.display.phase != "intro"


def test_pause_during_an_exercise_is_the_exercise_s_own():
    run = Run(plan_of(ONE_SET)).until("work")
    run.flow.command("pause")
    run.go(1)
    assert run.step.display.headline == "Paused"


def test_stop_in_the_middle_of_a_set_keeps_its_part_and_goes_on_with_the_rest():
    three = {**MARCH, "dose": {"sets": 1, "reps": 3, "per": "side"}}
    run = Run(plan_of(three, STRETCH)).until("work").go(6)
    assert run.flow.command("quit").finished
    first = run.flow.progress
    done = [part.summary.totals.reps for part in first.parts]
    assert done == [dict(first.carried.reps)]
    assert 0 < sum(done[0].values()) < 6
    again = Run(
        plan_of(three, STRETCH), now=0.0, start=first, earlier={0: Tally.of(first.parts[0].summary)}
    )
    again.go(1)
    assert again.flow.progress.parts == ()
    again.until("work").go(0.2)
    shown = {count.side: count.done for count in again.step.display.counts}
    assert shown == done[0]
    again.until("intro")
    new = again.flow.progress.parts[0].summary.totals.reps
    assert {side: done[0][side] + new[side] for side in new} == {"left": 3, "right": 3}
    assert again.flow.summary_lines() == ["March: left 3 reps, right 3 reps"]


def test_stop_of_a_hold_goes_on_at_its_seconds():
    run = Run(plan_of(STRETCH)).until("work").go(12)
    run.flow.command("quit")
    first = run.flow.progress
    held = first.carried.hold_s["left"]
    assert 5 < held < 15
    again = Run(plan_of(STRETCH), start=first).until("switch")
    assert again.sessions[0].hold["left"] + held == pytest.approx(30, abs=0.2)


def test_stop_while_waiting_and_between_sets_carries_nothing():
    run = Run(plan_of(MARCH)).go(1)
    run.flow.command("quit")
    assert run.flow.progress == Progress()
    run = Run(plan_of(MARCH)).until("rest")
    run.flow.command("quit")
    progress = run.flow.progress
    assert (progress.step, progress.set_number, progress.carried) == (0, 2, None)
    assert len(progress.parts) == 1
    again = Run(plan_of(MARCH), start=progress).until("work")
    assert again.step.display.note == "Exercise 1 of 1 · Set 2 of 2"


def test_stopped_again_before_a_frame_keeps_what_was_carried():
    carried = Counts({"left": 1, "right": 1}, {"left": 0, "right": 0}, {"left": 0.0, "right": 0.0})
    start = Progress(0, 1, carried)
    run = Run(plan_of(ONE_SET), start=start).go(1)
    run.flow.command("quit")
    assert run.flow.progress.carried == carried
    assert run.flow.progress.parts == ()


def test_lost_camera_is_said_while_waiting_and_the_wait_goes_on():
    run = Run(plan_of(ONE_SET, ready_s=5)).go(1)
    step = run.flow.tick(2.0, "The camera sends no image")
    assert step.display.cue.text == "The camera sends no image"
    assert step.display.phase == "intro"
    run.take(run.flow.tick(9.0))
    assert run.phases[-1] == (0, "framing")


def test_nobody_there_is_no_hurry():
    run = Run(plan_of(ONE_SET)).go(20, nobody)
    assert run.phases[-1] == (0, "framing")
    run.until("work")


def test_tally_in_words():
    words = Messages()
    assert tally_text(Tally({"left": 1, "right": 10}, {}, 2), words) == (
        "left 1 rep, right 10 reps · 2 cues"
    )
    assert tally_text(Tally({"left": 0}, {"left": 44.6}), words) == "left 45 s"
    assert tally_text(Tally(), words) == "–"


def test_german_routine_has_no_english_of_the_program():
    run = Run(plan_of(ONE_SET), words=load_messages("de")).go(1)
    assert run.step.display.note == "Übung 1 von 1"
    assert run.texts()[0] == "Als Nächstes: March"


def test_arm_menu_survives_a_lost_instant():
    menu = ArmMenu([(1.0, "short"), (3.0, "long")])
    taken = []
    for i in range(60):
        time_s = i / 10
        up = time_s < 4 and i != 15
        taken.append(menu.update(arm_up(time_s) if up else standing(time_s)))
    assert [choice for choice in taken if choice] == ["long"]


def test_arm_too_short_chooses_nothing():
    menu = ArmMenu([(1.0, "short")])
    poses: list[Pose] = [arm_up(i / 10) for i in range(6)] + [
        standing(i / 10) for i in range(6, 20)
    ]
    assert [menu.update(pose) for pose in poses] == [None] * 20


def test_steps_are_values():
    run = Run(plan_of(ONE_SET)).go(1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        run.step.display.headline = "x"
