import math

import pytest

from formcheck.core.events import Fault, FaultEnded, FaultStarted, NotAssessed
from formcheck.core.judge.checks import (
    GAP_S,
    MERGE_S,
    NOT_ASSESSED_S,
    CheckWatch,
    excess,
    missed_limit,
)
from formcheck.core.spec.exercise import Bound, Check
from tests.support.stick_figure import times

NAN = math.nan
FPS = 30.0
FRAME = 1 / FPS
HIDDEN = "the left knee is hidden"


def make(**changes) -> Check:
    base = {
        "id": "knee_height", "measurement": "thigh_elevation", "during": "top", "at_least": 80,
        "for_s": 0.3, "cue": "Lift the knee", "source": "S0",
    }  # fmt: skip
    return Check.model_validate({**base, **changes})


def watch(error: float = 4.0, **changes) -> CheckWatch:
    return CheckWatch(make(**changes), "left", "thigh_elevation_left_deg", "deg", error)


def feed(w: CheckWatch, *spells: tuple[float, float], neutral: float = NAN, end: bool = True):
    """Feed spells of (seconds, value) frame by frame; NaN is hidden."""
    events, number = [], 0
    for seconds, value in spells:
        for _ in range(round(seconds * FPS)):
            reason = HIDDEN if math.isnan(value) else None
            events += w.update(number * FRAME, value, reason, neutral)
            number += 1
    return events + (w.phase_over(number * FRAME) if end else [])


def kinds(events) -> list[str]:
    return [type(event).__name__ for event in events]


def test_excess_is_positive_outside_the_bound_only():
    both = Bound(measurement="shin_lean", at_least=-15, at_most=15)
    assert excess(both, 0) == -15
    assert excess(both, 15) == 0
    assert excess(both, 20) == 5
    assert excess(both, -17.5) == 2.5
    assert excess(both, 20, margin=5) == 0
    assert excess(Bound(measurement="x", at_least=80), 70) == 10
    assert excess(Bound(measurement="x", at_most=80), 70) == -10


def test_missed_limit_is_the_one_that_was_missed():
    both = Bound(measurement="shin_lean", at_least=-15, at_most=15)
    assert missed_limit(both, -20) == -15
    assert missed_limit(both, 20) == 15
    assert missed_limit(Bound(measurement="x", at_least=80), 100) == 80


def test_a_bound_missed_long_enough_is_one_fault():
    events = feed(watch(), (1.0, 90), (1.0, 70), (1.0, 90))
    assert events == [
        FaultStarted(
            pytest.approx(1.3), "knee_height", "left", pytest.approx(1.0), 70.0, 80.0, "deg",
            "fault", "Lift the knee",
        ),
        FaultEnded(
            pytest.approx(2.0 + MERGE_S, abs=2 * FRAME),
            Fault(
                "knee_height", "left", pytest.approx(1.0), pytest.approx(2.0 - FRAME), 70.0, 80.0,
                "deg", "fault", "Lift the knee", pytest.approx(1.0),
            ),
        ),
    ]  # fmt: skip


def test_worst_is_the_value_farthest_out():
    events = feed(watch(), (0.5, 74), (0.5, 61), (0.5, 73))
    assert events[-1].fault.worst == 61.0
    assert events[-1].fault.worst_s == pytest.approx(0.5)


def test_shorter_than_for_s_is_nothing():
    assert feed(watch(), (1.0, 90), (0.27, 60), (1.0, 90)) == []


def test_missed_by_less_than_the_measurements_error_is_nothing():
    assert feed(watch(error=4.0), (2.0, 76.5)) == []
    assert kinds(feed(watch(error=4.0), (2.0, 75.5))) == ["FaultStarted", "FaultEnded"]


def test_once_on_it_ends_only_within_the_bound_itself():
    """Enter and leave thresholds differ."""
    events = feed(watch(error=4.0), (1.0, 70), (2.0, 78), (1.0, 81))
    assert events[-1].fault.end_s == pytest.approx(3.0 - FRAME)


def test_a_short_return_is_the_same_fault_and_a_long_one_another():
    same = feed(watch(), (1.0, 70), (0.4, 90), (1.0, 70))
    assert kinds(same) == ["FaultStarted", "FaultEnded"]
    two = feed(watch(), (1.0, 70), (0.7, 90), (1.0, 70))
    assert kinds(two) == ["FaultStarted", "FaultEnded"] * 2


def test_flicker_does_not_add_up_to_a_fault():
    spells = [(0.1, 70), (GAP_S + 0.1, 90)] * 6
    assert feed(watch(), *spells) == []


def test_nan_is_never_a_fault():
    events = feed(watch(), (3.0, NAN))
    assert kinds(events) == ["NotAssessed"]


def test_not_assessed_is_told_once_a_reason_with_the_reason():
    w = watch()
    events = feed(w, (2.0, NAN), (1.0, 90), (2.0, NAN), end=False)
    (told,) = events
    assert told == NotAssessed(pytest.approx(NOT_ASSESSED_S, abs=2 * FRAME), "knee_height", HIDDEN)
    more = [e for n in range(60) for e in w.update(5 + n * FRAME, NAN, "turn to the side")]
    assert [e.reason for e in more] == ["turn to the side"]


def test_nan_without_a_reason_still_has_words():
    w = watch()
    events = [e for t in times(1.0) for e in w.update(t, NAN, None)]
    assert [e.reason for e in events] == ["it could not be measured"]


def test_a_short_nan_run_is_bridged_within_a_fault():
    events = feed(watch(), (1.0, 70), (0.2, NAN), (1.0, 70))
    assert kinds(events) == ["FaultStarted", "FaultEnded"]
    assert events[-1].fault.end_s == pytest.approx(2.2 - FRAME)


def test_a_long_nan_run_ends_a_fault_where_it_was_last_seen():
    events = feed(watch(), (1.0, 70), (1.0, NAN))
    ended = next(e for e in events if isinstance(e, FaultEnded))
    assert ended.fault.end_s == pytest.approx(1.0 - FRAME)


def test_a_nan_run_does_not_make_a_fault_last_long_enough():
    """0.2 s bad, a second unknown, 0.2 s bad: never seen bad for 0.3 s."""
    assert kinds(feed(watch(), (0.2, 70), (1.0, NAN), (0.2, 70))) == ["NotAssessed"]


def test_relative_to_neutral():
    events = feed(watch(at_least=-9, relative_to="neutral"), (1.0, 4.0), (1.0, -12.0), neutral=3.0)
    fault = events[-1].fault
    assert fault.worst == -15.0
    assert fault.limit == -9.0


def test_without_a_neutral_it_is_not_assessed():
    events = feed(watch(at_least=-9, relative_to="neutral"), (1.0, -40.0))
    assert [(type(e), e.reason) for e in events] == [
        (NotAssessed, "the start position was not held still")
    ]


def test_relative_to_best_falls_back_from_the_deepest():
    w = watch(at_least=None, at_most=8, relative_to="best", error=2.0)
    events = feed(w, (2.0, -10.0), (1.0, -4.0), (1.0, 5.0))
    (started, ended) = events
    assert started.start_s == pytest.approx(3.0)
    assert ended.fault.worst == pytest.approx(15.0)


def test_the_best_starts_anew_in_the_next_phase():
    w = watch(at_least=None, at_most=8, relative_to="best", error=2.0)
    assert feed(w, (2.0, -10.0)) == []
    assert [e for n in range(60) for e in w.update(9 + n * FRAME, 5.0, None)] == []


def test_something_can_be_lost_only_after_it_was_there():
    late = {"at_least": None, "at_most": 8, "relative_to": "best", "after_s": 4, "error": 2.0}
    assert feed(watch(**late), (2.0, -10.0), (3.0, 5.0)) == []
    events = feed(watch(**late), (4.5, -10.0), (3.0, 5.0))
    assert kinds(events) == ["FaultStarted", "FaultEnded"]


def test_leaving_the_phase_ends_a_fault_and_forgets_half_of_one():
    w = watch()
    assert kinds(feed(w, (1.0, 70))) == ["FaultStarted", "FaultEnded"]
    assert feed(w, (0.2, 70)) == []
    assert w.phase_over(9.0) == []


def test_active_fault_shows_the_value_now():
    w = watch()
    assert w.active_fault() is None
    feed(w, (0.5, 70), (0.1, 66.0), end=False)
    active = w.active_fault()
    assert active is not None
    assert (active.check, active.side, active.value, active.limit) == (
        "knee_height", "left", 66.0, 80.0,
    )  # fmt: skip
    assert active.measurement == "thigh_elevation_left_deg"


@pytest.mark.parametrize(("seconds", "faults"), [(2.0, 1), (2.7, 1), (2.8, 0), (3.5, 0)])
def test_seconds_of_a_rep_are_judged_once(seconds, faults):
    check = make(id="hold_short", of="hold_s", at_least=3, cue="Hold it")
    w = CheckWatch(check, "right", "hold_s", "s", 0.25)
    events = w.judge_once(9.0, seconds, 5.0, 7.0, at_s=7.0)
    assert kinds(events) == ["FaultStarted", "FaultEnded"] * faults
    if faults:
        fault = events[1].fault
        assert (fault.start_s, fault.end_s, fault.worst, fault.limit) == (5.0, 7.0, seconds, 3.0)
        assert fault.worst_s == 7.0


def test_what_was_reached_says_when():
    w = CheckWatch(make(of="reached"), "left", "thigh_elevation_left_deg", "deg", 4.0)
    for time_s, value in ((1.0, 60.0), (2.0, 71.0), (3.0, 65.0)):
        w.gather(time_s, value, None, NAN)
    fault = w.judge_gathered(4.0)[-1].fault
    assert (fault.start_s, fault.end_s, fault.worst, fault.worst_s) == (1.0, 3.0, 71.0, 2.0)


@pytest.mark.parametrize("fps", [10, 15, 24, 30, 60, 120])
def test_the_frame_rate_does_not_matter(fps):
    w = watch()
    events = []
    for t in times(6, fps):
        events += w.update(t, 70.0 if 1 <= t < 2 or 4 <= t < 4.15 else 90.0, None)
    events += w.phase_over(6.0)
    assert kinds(events) == ["FaultStarted", "FaultEnded"]
    assert events[1].fault.end_s - events[1].fault.start_s == pytest.approx(1.0, abs=1.5 / fps)


def test_unassessed_where_too_much_was_unknown():
    w = watch()
    feed(w, (3.0, 90), (1.0, NAN))
    found = w.unassessed()
    assert found is not None
    assert found == (HIDDEN, pytest.approx(1.0, abs=2 * FRAME))


def test_assessed_where_little_was_unknown():
    w = watch()
    feed(w, (9.0, 90), (1.0, NAN))
    assert w.unassessed() is None
    short = watch()
    feed(short, (0.4, NAN))
    assert short.unassessed() is None
