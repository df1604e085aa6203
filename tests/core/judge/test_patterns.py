"""Every way of counting that the spec language has, done by a person of sticks."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from formcheck.core.events import FrameResult, RepCompleted
from formcheck.core.judge.session import Session
from formcheck.core.judge.summary import Summary
from formcheck.core.judge.summary_text import describe
from formcheck.core.spec.exercise import ExerciseSpec
from formcheck.core.trial.figure import HALF_KNEELING, STANDING, SUPINE, Figure
from formcheck.io.specs import load_spec
from tests.support.patterns import (
    CIRCLES,
    HUNDRED,
    TIGHTNESS,
    Motion,
    check,
    circling,
    hundred,
    pressing,
    spec_of,
)
from tests.support.sessions import story
from tests.support.stick_figure import curve, times


def play(
    spec: ExerciseSpec, motion: Motion, until: float, *, side: str | None = None
) -> tuple[list[FrameResult], Summary]:
    session = Session(spec, side=side)
    results = [session.update(motion(t).pose(t)) for t in times(until)]
    return results, session.finish()




def faults(summary: Summary) -> list[tuple[str, str]]:
    return [(fault.check, fault.side) for fault in summary.faults]


# -- pulses ------------------------------------------------------------------------------------





def test_arm_pulses_are_counted_one_by_one():
    results, summary = play(spec_of(HUNDRED), hundred(), 15)
    assert summary.totals.reps == {"both": 20}
    assert summary.faults == ()
    assert all(0.5 < rep.end_s - rep.start_s < 0.7 for rep in summary.reps[1:-1])
    assert summary.reps[3].measurements == {
        "arm_elevation_size_deg": pytest.approx(15, abs=1),
    }
    said = [result.pace.say for result in results if result.pace is not None]
    # Five in and five out, by the reps themselves.
    assert [said[i] for i in range(len(said)) if i == 0 or said[i] != said[i - 1]] == [
        "In", "Out", "In", "Out", "In",
    ]  # fmt: skip


def test_pulses_that_are_too_big():
    _, summary = play(spec_of(HUNDRED), hundred(count=4, size=40), 6)
    assert faults(summary) == [("pulses_big", "both")] * 4
    assert summary.faults[0].worst == pytest.approx(
        40, abs=2
    )  # the median takes a little off quick peaks
    assert summary.faults[0].unit == "deg"


@pytest.mark.parametrize("motion", [hundred(curl=0), hundred(size=3), hundred(count=0)])
def test_what_is_no_pulse(motion):
    """The head on the floor, arms that tremble, nothing at all."""
    _, summary = play(spec_of(HUNDRED), motion, 14)
    assert summary.totals.reps == {"both": 0}


ROCKING = """
[pulse]
measurement = "thigh_elevation"
size = 8
min_s = 1
""" + check("fast", 'measurement = "thigh_elevation"\nof = "rep_s"\nduring = "rep"\nat_least = 3')


def test_a_stretch_that_rocks_counts_on_the_stretched_side():
    """In and out between -4 and -16 degrees, with a pause in the stretch and before it."""

    def at(t: float) -> Figure:
        rear = -4 - curve(
            t, ((2, 0), (4, 12), (6, 12), (8, 0), (10, 0), (10.6, 12), (11.2, 0), (13, 0))
        )
        return HALF_KNEELING.but(thigh_left=rear, knee_left=90 + rear)

    spec = spec_of(ROCKING, position="half_kneeling", sides="each")
    _, summary = play(spec, at, 14)
    assert summary.totals.reps == {"left": 2, "right": 0}
    assert faults(summary) == [("fast", "left")]
    assert summary.faults[0].start_s == pytest.approx(10, abs=0.2)


# -- circles -----------------------------------------------------------------------------------





def circles(summary: Summary) -> list[tuple[str, str | None]]:
    return [(rep.side, rep.direction) for rep in summary.reps]


def test_circles_are_counted_with_their_direction():
    _, summary = play(spec_of(CIRCLES, sides="each"), circling(), 15)
    assert circles(summary) == [("left", "outward")] * 3 + [("left", "inward")] * 3
    for rep in summary.reps:
        assert rep.measurements["thigh_trunk_flexion_radius_deg"] == pytest.approx(10, abs=1.5)
        assert rep.end_s - rep.start_s == pytest.approx(2.0, abs=0.5)
    assert summary.faults == ()


def test_a_direction_that_changed_early():
    _, summary = play(spec_of(CIRCLES, sides="each"), circling((2, -3)), 13)
    assert circles(summary) == [("left", "outward")] * 2 + [("left", "inward")] * 3
    assert faults(summary) == [("direction_early", "left")]
    assert (summary.faults[0].worst, summary.faults[0].unit) == (2, "turns")


def test_only_the_direction_that_is_asked_for():
    text = CIRCLES.replace("size = 6\n", 'size = 6\ndirection = "inward"\n')
    _, summary = play(spec_of(text, sides="each"), circling(), 15)
    assert circles(summary) == [("left", "inward")] * 3


def test_small_circles_are_attempts():
    _, summary = play(spec_of(CIRCLES, sides="each"), circling((4,), radius=4.5), 11)
    assert summary.totals.reps["left"] == 0
    assert summary.totals.attempts == {"left": 4, "right": 0}
    assert summary.attempts[0].target == 6
    assert summary.attempts[0].best == pytest.approx(4.5, abs=1)


def test_a_leg_that_swings_on_a_line_draws_no_circle():
    def at(t: float) -> Figure:
        return circling((4,))(t).but(spread=0)

    _, summary = play(spec_of(CIRCLES, sides="each"), at, 12)
    assert circles(summary) == []
    assert summary.totals.attempts == {"left": 0, "right": 0}


# -- switches ----------------------------------------------------------------------------------

SWITCH = """
[rep]
measurement = "thigh_trunk_flexion"
rest_below = 50
top_above = 85
target = 100
tolerance = 5
ends = "top"
requires = [{ measurement = "thigh_trunk_flexion", leg = "other", at_most = 65 }]
""" + check(
    "long_leg_low",
    'measurement = "leg_above_level"\nleg = "other"\nduring = "top"\nat_least = 20',
)


def switching(switches: int = 5, low: float = 35.0) -> Motion:
    """Both knees in; from 2 s on one leg is long and the other comes in, the left leg first."""

    def at(t: float) -> Figure:
        moments = [(1.5, 110.0, 110.0), (2.0, 110.0, low)]
        for number in range(switches):
            left_in = number % 2 == 1
            for s in (0.6, 1.2):
                into = (110.0, low) if left_in else (low, 110.0)
                moments.append((2.0 + number * 1.2 + s, *into))
        left = curve(t, [(s, value) for s, value, _ in moments])
        right = curve(t, [(s, value) for s, _, value in moments])
        return SUPINE.but(
            thigh_left=left, thigh_right=right, knee_left=max(0, left - low),
            knee_right=max(0, right - low),
        )  # fmt: skip

    return at


def test_the_leg_that_comes_in_counts():
    """Right, left, right, left, right: each when it was in, the last one at the end."""
    results, summary = play(spec_of(SWITCH, sides="alternate"), switching(), 9)
    assert summary.totals.reps == {"left": 2, "right": 3}
    assert [rep.side for rep in summary.reps] == ["right", "left", "right", "left", "right"]
    during = [e.rep.side for r in results for e in r.events if isinstance(e, RepCompleted)]
    assert during == ["right", "left", "right", "left"]
    assert summary.faults == ()


def test_the_long_leg_is_judged_while_the_other_is_in():
    _, summary = play(spec_of(SWITCH, sides="alternate"), switching(low=8.0), 9)
    assert summary.totals.reps == {"left": 2, "right": 3}
    assert {name for name, _ in faults(summary)} == {"long_leg_low"}
    assert {side for _, side in faults(summary)} == {"left", "right"}


@pytest.mark.parametrize(("long_s", "reps"), [(0.2, 1), (0.7, 2)])
def test_who_seems_long_for_a_moment_only_has_not_come_in_again(long_s, reps):
    """The right leg comes in and stays; both are seen as long for a while from 3 s on."""

    def at(t: float) -> Figure:
        right = curve(
            t, ((1, 35), (1.6, 110), (3, 110), (3.2, 35), (3.2 + long_s, 35), (3.4 + long_s, 110))
        )
        return SUPINE.but(thigh_left=35, thigh_right=right, knee_right=max(0, right - 35))

    _, summary = play(spec_of(SWITCH, sides="alternate"), at, 6)
    assert summary.totals.reps == {"left": 0, "right": reps}


def test_a_leg_that_stays_in_counts_once():
    _, summary = play(spec_of(SWITCH, sides="alternate"), switching(switches=1), 20)
    assert summary.totals.reps == {"left": 0, "right": 1}


# -- opposite arm and leg ----------------------------------------------------------------------

DEAD_BUG = (
    """
[rep]
measurement = "thigh_trunk_flexion"
rest_above = 75
top_below = 60
target = 48
tolerance = 5
requires = [{ measurement = "knee_flexion", at_least = 30 }]
"""
    + check("same_side", 'measurement = "arm_elevation"\nduring = "top"\nat_most = 120')
    + check(
        "arm_stays", 'measurement = "arm_elevation"\nleg = "other"\nduring = "top"\nat_least = 130'
    )
    + check(
        "resting_leg",
        'measurement = "thigh_trunk_flexion"\nleg = "other"\nduring = "rep"\n'
        'relative_to = "neutral"\nat_least = -15',
    )
)


def dead_bug(arm_of_left: str = "right", drop: float = 0.0) -> Motion:
    """The left leg down at 1.5 s with an arm, the right leg at 5 s with the left arm."""

    def at(t: float) -> Figure:
        one = curve(t, ((1.5, 0), (2.5, 1), (3.2, 1), (4.2, 0)))
        two = curve(t, ((5, 0), (6, 1), (6.7, 1), (7.7, 0)))
        arms = {"left": 90.0 + 80 * two, "right": 90.0}
        arms[arm_of_left] += 80 * one
        return SUPINE.but(
            thigh_left=90 - 45 * one, knee_left=90, thigh_right=90 - 45 * two - drop * one,
            knee_right=90, arm_left=arms["left"], arm_right=arms["right"],
        )  # fmt: skip

    return at


def test_opposite_arm_and_leg():
    _, summary = play(spec_of(DEAD_BUG, sides="alternate"), dead_bug(), 9)
    assert summary.totals.reps == {"left": 1, "right": 1}
    assert summary.faults == ()


def test_arm_and_leg_of_one_side():
    _, summary = play(spec_of(DEAD_BUG, sides="alternate"), dead_bug("left"), 9)
    assert faults(summary) == [("same_side", "left"), ("arm_stays", "left")]


def test_the_leg_that_should_rest():
    # The right leg is the far one, so it is judged by nobody; seen from the right it is.
    def at(t: float) -> Figure:
        return dead_bug(drop=30)(t).but(turn_deg=-90)

    _, summary = play(spec_of(DEAD_BUG, sides="alternate"), at, 9)
    assert ("resting_leg", "left") in faults(summary)


# -- lowering and lifting, speed ---------------------------------------------------------------

RAISE = (
    """
[rep]
measurement = "leg_above_level"
rest_below = 15
top_above = 30
target = 42
tolerance = 5
"""
    + check(
        "dropped",
        'measurement = "leg_above_level"\nof = "down_over_up"\nduring = "rep"\nat_least = 1',
    )
    + check(
        "jerky",
        'measurement = "leg_above_level"\nof = "speed"\nduring = "rep"\nat_most = 90\nfor_s = 0.1',
    )
)


def raising(up: float = 1.5, down: float = 2.0) -> Motion:
    def at(t: float) -> Figure:
        leg = curve(t, ((1.5, 0), (1.5 + up, 45), (2.5 + up, 45), (2.5 + up + down, 0)))
        return SUPINE.but(thigh_left=leg, knee_left=0, thigh_right=60, knee_right=90)

    return at


def test_a_leg_that_is_lowered_slowly():
    _, summary = play(spec_of(RAISE, sides="each"), raising(), 8)
    assert summary.totals.reps == {"left": 1, "right": 0}
    assert summary.faults == ()


def test_a_leg_that_is_lowered_faster_than_it_was_lifted():
    _, summary = play(spec_of(RAISE, sides="each"), raising(up=2.0, down=1.0), 8)
    assert faults(summary) == [("dropped", "left")]
    assert (summary.faults[0].worst, summary.faults[0].unit) == (pytest.approx(0.5, abs=0.1),
                                                                 "ratio")  # fmt: skip


def test_a_leg_that_is_thrown_up():
    _, summary = play(spec_of(RAISE, sides="each"), raising(up=0.3), 8)
    assert ("jerky", "left") in faults(summary)
    fault = next(f for f in summary.faults if f.check == "jerky")
    assert fault.worst == pytest.approx(150, abs=5)
    assert fault.unit == "deg/s"
    assert ", target ≤ 90°/s)" in " ".join(describe(summary, spec_of(RAISE)))


# -- positions that a movement passes through --------------------------------------------------

LUNGE = """
passes = ["lunge"]

[rep]
measurement = "thigh_elevation"
rest_below = 25
top_above = 50
target = 75
tolerance = 6
requires = [{ measurement = "foot_ahead", at_least = 0.5 }]
"""


def lunging(t: float) -> Figure:
    """Step back with the right leg and down, from 1.5 to 5.5 s: the left leg is in front."""
    deep = curve(t, ((1.5, 0), (3, 1), (4, 1), (5.5, 0)))
    return STANDING.but(
        thigh_left=80 * deep, knee_left=85 * deep, thigh_right=-15 * deep, knee_right=75 * deep
    )


def test_a_lunge_counts_for_the_front_leg():
    _, summary = play(spec_of(LUNGE, position="standing", sides="alternate"), lunging, 8)
    assert summary.totals.reps == {"left": 1, "right": 0}


def test_a_squat_is_no_lunge():
    def at(t: float) -> Figure:
        return lunging(t).but(thigh_right=lunging(t).thigh_left, knee_right=lunging(t).knee_left)

    _, summary = play(spec_of(LUNGE, position="standing", sides="alternate"), at, 8)
    assert summary.totals.reps == {"left": 0, "right": 0}


ROLL_UP = """
passes = ["long_sitting"]

[rep]
measurement = "trunk_above_level"
rest_below = 20
top_above = 60
target = 80
""" + check("legs_lift", 'measurement = "leg_above_level"\nduring = "rep"\nat_most = 15')


def test_from_lying_to_sitting_and_back():
    def at(t: float) -> Figure:
        lean = curve(t, ((1.5, 0), (4.5, 100), (5.5, 100), (8.5, 0)))
        return SUPINE.but(lean=lean, thigh_left=0, thigh_right=0, knee_left=0, knee_right=0)

    _, summary = play(spec_of(ROLL_UP), at, 11)
    assert summary.totals.reps == {"both": 1}
    assert summary.faults == ()


STEP_UP = """
[rep]
measurement = "thigh_elevation"
rest_below = 28
top_above = 55
target = 80
tolerance = 6
requires = [
  { measurement = "foot_height", at_least = 0.25 },
  { measurement = "hip_rise", relative_to = "neutral", at_least = 0.25 },
]
"""


@pytest.mark.parametrize(("box", "counts"), [(0.3, 1), (0.0, 0)])
def test_a_knee_drive_counts_on_the_box_only(box, counts):
    def at(t: float) -> Figure:
        lift = curve(t, ((2, 0), (2.7, 88), (4, 88), (4.7, 0)))
        return STANDING.but(thigh_left=lift, knee_left=lift)

    spec = spec_of(STEP_UP, position="standing", sides="each")
    session = Session(spec)
    for t in times(6):
        # Half a metre is 0.21 of the picture: a step of 0.3 m lifts the whole figure by 90 pixels.
        rise = curve(t, ((1, 0), (1.6, box)))
        session.update(at(t).pose(t, floor=0.9 - rise * 300 / 720))
    assert session.finish().totals.reps == {"left": counts, "right": 0}


ONTO_THE_BOX = """
[rep]
measurement = "hip_rise"
relative_to = "neutral"
rest_below = 0.1
top_above = 0.22
target = 0.25
begins = [
  { measurement = "thigh_elevation", leg = "other", at_least = 35 },
  { measurement = "thigh_elevation", at_most = 35 },
]
requires = [{ measurement = "thigh_elevation", leg = "other", at_most = 60 }]
""" + check(
    "knee_height",
    'measurement = "thigh_elevation"\nof = "reached"\nduring = "top"\nat_least = 80',
) + check(
    "hold_short",
    'measurement = "thigh_elevation"\nof = "kept_s"\nduring = "top"\nat_least = 74\nfor_s = 1.3',
)  # fmt: skip


KNEE_IS_UP = """
or_at_top = [
  { measurement = "thigh_elevation", at_least = 45 },
  { measurement = "thigh_elevation", leg = "other", at_most = 40 },
]
requires"""


def onto_the_box(
    lead: float = 70, knee: float = 0, held_s: float = 2.0, spec: str = ONTO_THE_BOX
) -> Summary:
    """The left foot is set on the box, the hips rise by 0.3 m, the right knee is driven up."""
    session = Session(spec_of(spec, position="standing", sides="each"))
    for t in times(9):
        stands = curve(t, ((1, 0), (1.6, lead), (2, lead), (2.6, 0)))
        driven = curve(t, ((2.6, 0), (3, knee), (3 + held_s, knee), (3.4 + held_s, 0)))
        rise = curve(t, ((1.9, 0), (2.6, 0.3), (6, 0.3), (7, 0)))
        figure = STANDING.but(
            thigh_left=stands, knee_left=1.3 * stands, thigh_right=driven, knee_right=driven
        )
        session.update(figure.pose(t, floor=0.9 - rise * 300 / 720))
    return session.finish()


def test_a_step_up_belongs_to_the_leg_that_is_not_on_the_box_yet():
    summary = onto_the_box(knee=88)
    assert summary.totals.reps == {"left": 0, "right": 1}
    assert faults(summary) == []


def test_no_step_up_without_a_foot_set_on_the_box_first():
    assert onto_the_box(lead=0, knee=88).totals.reps == {"left": 0, "right": 0}


@pytest.mark.parametrize(("lead", "knee", "counts"), [(0, 88, 1), (0, 20, 0), (70, 20, 1)])
def test_the_knee_that_is_up_tells_whose_step_it_was(lead, knee, counts):
    """Where the legs were mistaken for one another as the foot was set on the box."""
    spec = ONTO_THE_BOX.replace("\nrequires", KNEE_IS_UP)
    summary = onto_the_box(lead=lead, knee=knee, held_s=3.0, spec=spec)
    assert summary.totals.reps == {"left": 0, "right": counts}


SQUARE = """
[rep]
measurement = "thigh_elevation"
rest_below = 28
top_above = 45
target = 80
tolerance = 6
at_target = [{ measurement = "knee_flexion", leg = "other", at_least = 30 }]
"""


@pytest.mark.parametrize(("up_s", "held_s"), [(1.0, 1.5), (0.6, 0.0)])
@pytest.mark.parametrize(
    ("lift", "bent", "done"), [(88, 40, (1, 0)), (88, 0, (0, 0)), (60, 0, (0, 1)), (60, 40, (0, 1))]
)
def test_what_is_asked_for_at_the_target_is_not_asked_of_an_attempt(
    lift, bent, done, up_s, held_s
):
    def at(t: float) -> Figure:
        top_s = (2 + up_s, 2 + up_s + held_s)
        raised = curve(t, ((2, 0), (top_s[0], 1), (top_s[1], 1), (top_s[1] + up_s, 0)))
        return STANDING.but(
            thigh_left=lift * raised, knee_left=lift * raised, knee_right=bent * raised
        )

    _, summary = play(spec_of(SQUARE, position="standing", sides="each"), at, 7)
    assert (summary.totals.reps["left"], summary.totals.attempts["left"]) == done


def test_what_was_seen_before_it_was_known_whose_step_it_is_is_judged_then():
    """The standing knee is bent as the hips rise; the knee that is driven up comes later."""
    low = check(
        "low", 'measurement = "hip_rise"\nrelative_to = "neutral"\nduring = "rep"\nat_most = -0.1'
    )
    spec = ONTO_THE_BOX.replace("\nrequires", KNEE_IS_UP) + low
    summary = onto_the_box(lead=0, knee=88, held_s=3.0, spec=spec)
    told = [fault for fault in summary.faults if fault.check == "low"]
    assert [fault.side for fault in told] == ["right"]
    assert told[0].start_s < 2.9  # before the knee is up
    # Nobody's step: nothing is said of it.
    assert onto_the_box(lead=0, knee=20, held_s=3.0, spec=spec).faults == ()


def test_what_is_reached_in_a_phase_is_judged_once_a_rep():
    summary = onto_the_box(knee=40)
    assert summary.totals.reps == {"left": 0, "right": 1}
    # Never high, so nothing is said of how long it was held high.
    assert faults(summary) == [("knee_height", "right")]
    (fault,) = summary.faults
    assert (fault.worst, fault.limit, fault.unit) == (pytest.approx(40, abs=1), 80, "deg")


def test_for_how_long_a_bound_is_kept_is_judged_once_a_rep():
    summary = onto_the_box(knee=88, held_s=0.5)
    assert faults(summary) == [("hold_short", "right")]
    (fault,) = summary.faults
    assert (fault.worst, fault.limit, fault.unit) == (pytest.approx(0.6, abs=0.15), 1.3, "s")


RISE = """
[rep]
measurement = "hip_rise"
relative_to = "neutral"
rest_below = 0.1
top_above = 0.3
target = 0.45
tolerance = 0.05
"""


@pytest.mark.parametrize(("box", "reps", "attempts"), [(0.3, 1, 0), (0.17, 0, 1), (0.05, 0, 0)])
def test_a_rep_counted_from_neutral(box, reps, attempts):
    """Steps onto boxes of different heights, over a trunk of half a metre."""
    session = Session(spec_of(RISE, position="standing"))
    for t in times(8):
        up = curve(t, ((1, 0), (2, box), (4, box), (5, 0)))
        session.update(STANDING.pose(t, floor=0.9 - up * 300 / 720))
    summary = session.finish()
    assert summary.totals.reps == {"both": reps}
    assert summary.totals.attempts == {"both": attempts}
    for rep in summary.reps:
        assert rep.measurements == {"hip_rise_max": pytest.approx(0.6, abs=0.01)}


# -- timed exercises ---------------------------------------------------------------------------


def test_a_timed_exercise_has_a_time_and_no_verdict():
    spec = spec_of(
        'pace = [{ say = "Breathe in", s = 4 }, { say = "Breathe out", s = 6 }]',
        kind="timed", position="prone", dose="{ duration_s = [60, 120] }",
    )  # fmt: skip
    results, summary = play(spec, lambda t: STANDING, 25)
    assert story(results) == ["0.00 ready", "0.00 both timed"]
    assert summary.totals.timed_s == {"both": 25.0}
    assert [(u.check, u.reason, u.seconds) for u in summary.not_assessed] == [
        ("exercise", "it is done by time and feeling, so there is no score", 25.0)
    ]
    assert list(describe(summary, spec)) == [
        "Done: 25 s.",
        "Not assessed: it is done by time and feeling, so there is no score.",
    ]
    said = [(round(r.time_s, 2), r.pace.say) for r in results if r.pace is not None]
    turns = [said[0]] + [b for a, b in pairwise(said) if a[1] != b[1]]
    assert turns == [
        (0.0, "Breathe in"), (4.0, "Breathe out"), (10.0, "Breathe in"), (14.0, "Breathe out"),
        (20.0, "Breathe in"), (24.0, "Breathe out"),
    ]  # fmt: skip
    assert results[60].pace.fraction == pytest.approx(0.5)


def test_a_timed_exercise_of_one_side():
    spec = spec_of("", kind="timed", sides="each", dose="{ duration_s = 60 }")
    _, summary = play(spec, lambda t: STANDING, 3, side="right")
    assert summary.totals.timed_s == {"right": 3.0}


# -- self-tests --------------------------------------------------------------------------------





def test_the_farthest_extension_with_the_trunk_upright():
    spec = spec_of(TIGHTNESS, kind="test", position="half_kneeling", sides="each")
    results, summary = play(spec, pressing(lean=15), 10)
    (found,) = summary.self_tests
    # With the lean the hip opened further, which does not count.
    assert (found.side, found.id, found.unit) == ("left", "hip_extension", "deg")
    assert found.value == pytest.approx(18, abs=0.5)
    assert 4 <= found.at_s <= 6.2
    assert (found.valid, found.reading, found.near_border) == (True, "as far as usual", False)
    assert list(describe(summary, spec)) == [
        "Hip extension, left: 18°. As far as usual (heuristic).",
        "This is a number to compare with your own next one. It is not a diagnosis.",
    ]
    assert {result.phase for result in results if 1 < result.time_s < 6} == {"test"}
    assert results[-1].joint == "thigh_trunk_flexion_left_deg"


def test_a_condition_that_was_missed_makes_it_invalid():
    spec = spec_of(TIGHTNESS, kind="test", position="half_kneeling", sides="each")
    _, summary = play(spec, pressing(arm=120), 10)
    (found,) = summary.self_tests
    assert found.valid is False
    assert found.invalid_because == ("Mind arm",)
    assert "Not valid: Mind arm." in next(describe(summary, spec))


def test_a_condition_that_was_not_seen_leaves_the_validity_open():
    text = TIGHTNESS.replace(
        "at_most = 8 }]", 'at_most = 8 }, { measurement = "lumbar_change", at_most = 9 }]'
    )
    spec = spec_of(text, kind="test", position="half_kneeling", sides="each")
    _, summary = play(spec, pressing(), 10)
    (found,) = summary.self_tests
    assert found.value == pytest.approx(30, abs=0.5)
    assert found.valid is None
    assert found.not_assessed == (
        "lower back: no outline of the back was recorded: analyse the video itself",
    )
    assert "Whether it is valid was not assessed (lower back: no outline" in next(
        describe(summary, spec)
    )


def test_a_value_near_the_border_of_a_range_says_so():
    spec = spec_of(TIGHTNESS, kind="test", position="half_kneeling", sides="each")
    _, summary = play(spec, pressing(far=2.0), 10)
    (found,) = summary.self_tests
    assert found.value == pytest.approx(10, abs=0.5)
    assert found.near_border is True
    assert ", near the border of this range (heuristic)." in next(describe(summary, spec))


THOMAS = """
[[test.values]]
id = "thigh"
name = "Thigh above level"
measurement = "thigh_above_level"
take = "steady"
for_s = 2

[[test.values]]
id = "knee"
name = "Knee bend"
measurement = "knee_flexion"
take = "steady"
for_s = 2
""" + check(
    "held_knee",
    'measurement = "thigh_trunk_flexion"\nleg = "other"\nduring = "test"\nrelative_to = "best"\n'
    "at_least = -12\nfor_s = 0.5\ninvalidates = true",
)


def hanging(drift: float = 0.0) -> Motion:
    """The right knee is held, the left leg comes to hang at -8 degrees, its knee at 70."""

    def at(t: float) -> Figure:
        thigh = curve(t, ((1, 20), (3, -8), (8, -8), (9, 20)))
        held = curve(t, ((5, 0), (6, drift)))
        return SUPINE.but(
            thigh_left=thigh, knee_left=70, thigh_right=120 - held, knee_right=120, turn_deg=90
        )

    return at


def test_the_value_of_the_stillest_time():
    spec = spec_of(THOMAS, kind="test", position="supine_edge", sides="each")
    _, summary = play(spec, hanging(), 10)
    thigh, knee = summary.self_tests
    assert (thigh.side, knee.side) == ("left", "left")
    assert thigh.value == pytest.approx(-8, abs=0.2)
    assert knee.value == pytest.approx(70, abs=0.2)


def test_a_held_knee_that_drifts():
    """It is the far leg: judged only where it can be; from the other side it is the near one."""
    spec = spec_of(THOMAS, kind="test", position="supine_edge", sides="each")
    _, summary = play(spec, lambda t: hanging(drift=40)(t).but(turn_deg=-90), 10)
    assert {found.invalid_because for found in summary.self_tests} == {("Mind held_knee",)}
    assert {found.valid for found in summary.self_tests} == {False}
    _, summary = play(spec, hanging(drift=40), 10)
    assert {found.valid for found in summary.self_tests} == {None}


SEATED_HOLD = """
[[test.values]]
id = "hold"
name = "Held near the top"
measurement = "knee_height"
relative_to = "neutral"
take = "seconds_near_greatest"
when = [{ measurement = "knee_height", relative_to = "neutral", at_least = 0.06 }]
"""


def test_the_time_above_a_share_of_ones_own_top():
    def at(t: float) -> Figure:
        # Sitting, the thigh level; up by 25 degrees at 2 s, sinking slowly from 10 s on.
        lift = curve(t, ((2, 0), (3, 25), (10, 25), (16, 0)))
        return STANDING.but(thigh_left=90 + lift, knee_left=90, thigh_right=90, knee_right=90)

    spec = spec_of(SEATED_HOLD, kind="test", position="seated", sides="each")
    _, summary = play(spec, at, 17)
    (found,) = summary.self_tests
    top = math.sin(math.radians(25))
    sunk = math.degrees(math.asin(0.8 * top)) / 25
    assert (found.side, found.unit) == ("left", "s")
    assert found.value == pytest.approx(7 + (1 - sunk) * (1 + 6), abs=0.2)


@pytest.mark.parametrize("lean", [0, -14])
def test_only_the_leg_that_was_lifted_has_a_result(lean):
    """The model reads the thigh of a leg that only sits there as wandering by some degrees."""

    def at(t: float) -> Figure:
        lift = curve(t, ((2, 0), (3, 25), (10, 25), (11, 0)))
        idle = curve(t, ((2, 0), (3, 4), (5, 4), (6, 0)))
        return STANDING.but(
            thigh_left=90 + lift, knee_left=90, thigh_right=90 + idle, knee_right=90,
            lean=curve(t, ((2, 0), (3, lean), (10, lean), (11, 0))),
        )  # fmt: skip

    _, summary = play(load_spec("seated_hold"), at, 12)
    (found,) = summary.self_tests
    assert (found.side, found.valid) == ("left", lean == 0)


def test_a_value_that_this_view_cannot_give_says_what_to_do():
    def at(t: float) -> Figure:
        lift = curve(t, ((2, 0), (3, 92), (5, 92), (6, 0)))
        return STANDING.but(thigh_left=lift, knee_left=lift)

    spec = load_spec("weakness_knee_lift")
    _, summary = play(spec, at, 7)
    assert "Drop of the pelvis, left: not measured (turn to face the camera)." in list(
        describe(summary, spec)
    )


def test_a_reading_that_is_a_sentence_ends_with_one_stop():
    text = TIGHTNESS.replace("as far as usual", "The hip opens.")
    spec = spec_of(text, kind="test", position="half_kneeling", sides="each")
    _, summary = play(spec, pressing(), 10)
    assert "The hip opens (heuristic)." in next(describe(summary, spec))


def test_nothing_done_is_nothing_measured():
    spec = spec_of(SEATED_HOLD, kind="test", position="seated", sides="each")
    _, summary = play(spec, lambda t: STANDING, 3)
    assert summary.self_tests == ()
    assert next(describe(summary, spec)) == "Nothing was measured."
