"""A long recording cut into the exercises of a routine."""

import dataclasses

import pytest

from formcheck.core.coach.plan import PlannedStep
from formcheck.core.coach.routine_split import Evidence, Watch, split
from formcheck.core.pose import Pose
from formcheck.core.trial.figure import HALF_KNEELING, STANDING, SUPINE
from formcheck.io.specs import load_spec
from tests.support.march_data import march
from tests.support.set_flows import MARCH, STRETCH, spec_of
from tests.support.stick_figure import curve, times

PLACE = ("side", "hip height")


def step(base=MARCH, **changes):
    return PlannedStep(spec_of(base, **changes), None, PLACE, False, 0.0)


def reps(start_s, sides, *, every=4.0, length=2.0):
    return [
        Evidence(start_s + i * every, start_s + i * every + length, "rep", side)
        for i, side in enumerate(sides)
    ]


def dose(sets, count):
    return {"sets": sets, "reps": count, "per": "side"}


def ends(pieces):
    return [(piece.step, piece.start_s, piece.end_s) for piece in pieces]


def test_evidence_of_one_step_is_its_piece():
    pieces = split([step()], [reps(10, ["left", "right"])], 0, 60)
    assert ends(pieces) == [(0, 10, 16)]
    assert (pieces[0].from_s, pieces[0].to_s) == (0, 60)


def test_each_piece_begins_where_the_one_before_ends():
    first, second = reps(10, ["left", "right"]), [Evidence(40, 70, "hold", "left")]
    pieces = split([step(), step(STRETCH)], [first, second], 0, 90)
    assert [(piece.from_s, piece.to_s) for piece in pieces] == [(0, 28), (28, 90)]


def test_step_that_was_left_out_has_no_piece():
    second = reps(10, ["left", "right"])
    hold = [Evidence(40, 70, "hold", "left")]
    pieces = split([step(STRETCH), step(), step(STRETCH)], [[], second, hold], 0, 90)
    assert [piece.step for piece in pieces] == [1, 2]
    assert split([step()], [[]], 0, 90) == []


def test_order_decides_what_evidence_of_the_same_kind_belongs_to():
    hold = [Evidence(10, 40, "hold", "left"), Evidence(80, 110, "hold", "left")]
    march_reps = reps(50, ["left", "right", "left"])
    pieces = split([step(STRETCH), step(), step(STRETCH)], [hold, march_reps, hold], 0, 120)
    assert ends(pieces) == [(0, 10, 40), (1, 50, 60), (2, 80, 110)]


def test_dose_decides_between_two_exercises_that_count_the_same_movements():
    both = reps(10, ["left", "right"] * 3)
    pieces = split([step(dose=dose(1, 1)), step(dose=dose(1, 2))], [both, both], 0, 60)
    assert ends(pieces) == [(0, 10, 16), (1, 18, 32)]


def test_turns_decide_between_march_and_knee_drive():
    both = reps(10, ["left", "right"] * 2 + ["left"] * 2 + ["right"] * 2)
    march_first = [step(dose=dose(1, 4)), step(sides="each", dose=dose(1, 4))]
    assert ends(split(march_first, [both, both], 0, 60)) == [(0, 10, 24), (1, 26, 40)]


def test_pause_decides_where_nothing_else_does():
    both = reps(10, ["both"] * 3) + reps(30, ["both"] * 5)
    steps = [step(sides="both", dose=dose(1, 9)), step(sides="both", dose=dose(1, 9))]
    assert ends(split(steps, [both, both], 0, 60)) == [(0, 10, 20), (1, 30, 48)]


def test_many_reps_are_cut_quickly_enough():
    both = reps(0, ["left", "right"] * 300)
    steps = [step(dose=dose(1, 40))] * 7
    pieces = split(steps, [both] * 7, 0, 2400)
    assert len(pieces) == 7


def played(*parts):
    """Poses of figures held one after another, or of recordings, in one time."""
    now = 0.0
    for part in parts:
        poses = part if isinstance(part, list) else [part[0].pose(t) for t in times(part[1])]
        for pose in poses:
            yield dataclasses.replace(pose, time_s=now + pose.time_s)
        now += poses[-1].time_s + 1 / 30


def stretch(seconds):
    for time_s in times(seconds):
        yield HALF_KNEELING.but(
            thigh_left=curve(time_s, [(0, 2.0), (3, 2.0), (4, -8.0), (seconds, -8.0)])
        ).pose(time_s)


@pytest.mark.parametrize("order", [("stretch", "march"), ("march", "stretch")])
def test_stretch_and_march_of_a_stick_figure(order):
    parts = {
        "stretch": [(STANDING, 2), list(stretch(20)), (STANDING, 3)],
        "march": [list(march().poses), (SUPINE, 3)],
    }
    specs = {"stretch": "half_kneeling_hip_flexor_stretch", "march": "standing_march"}
    steps = [PlannedStep(load_spec(specs[name]), None, PLACE, False, 0.0) for name in order]
    watch = Watch(steps)
    changes_s, poses = [], list[Pose]()
    for name in order:
        poses += [
            dataclasses.replace(pose, time_s=pose.time_s + (changes_s[-1] if changes_s else 0.0))
            for pose in played(*parts[name])
        ]
        changes_s.append(poses[-1].time_s + 1 / 30)
    for pose in poses:
        watch.update(pose)
    pieces = watch.finish()
    assert [steps[piece.step].spec.id for piece in pieces] == [specs[name] for name in order]
    assert pieces[0].end_s < changes_s[0] < pieces[1].start_s
    assert abs(pieces[0].to_s - changes_s[0]) < 3.5
