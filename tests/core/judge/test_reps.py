import math
import random
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.core.judge.holds import HoldPhases, HoldSpan
from formcheck.core.judge.reps import BAND, GAP_S, RepPhases
from tests.support.stick_figure import curve, times

NAN = math.nan
# A march: rest under 28, an attempt above 55, held above 74.
REST, TOP, HOLD = 28.0, 55.0, 74.0
# Rest, up within 0.8 s, three seconds at 85, down within 0.8 s, rest.
CLEAN = ((0.0, 5.0), (1.0, 5.0), (1.8, 85.0), (4.8, 85.0), (5.6, 5.0), (7.0, 5.0))


def march() -> RepPhases:
    return RepPhases(REST, TOP, HOLD)


def run(phases: RepPhases, moments):
    """Feed (time, value) moments; return (time, phase) of the certain ones, and the movements."""
    labels, movements, at = {}, [], []
    for key, (time_s, value) in enumerate(moments):
        at.append(time_s)
        labelled, movement = phases.update(key, time_s, value)
        for item in labelled:
            assert item.key not in labels, "each moment is labelled once"
            labels[item.key] = item.phase
        if movement is not None:
            movements.append(movement)
    labelled, movement = phases.finish(at[-1])
    labels.update((item.key, item.phase) for item in labelled)
    if movement is not None:
        movements.append(movement)
    return [(at[key], labels[key]) for key in sorted(labels)], movements


def along(points, fps: float = 30.0, until: float | None = None):
    end = until if until is not None else points[-1][0]
    return [(t, curve(t, points)) for t in times(end, fps)]


def order(labels) -> list[str]:
    return [phase for phase, _ in groupby(phase for _, phase in labels)]


# From 28 to where the top begins, 15 % below the peak, in a movement of 100 a second.
WAY_S = (85 - BAND * (85 - 28) - 28) / 100


def test_a_clean_rep_frame_by_frame():
    labels, movements = run(march(), along(CLEAN))
    assert order(labels) == ["unknown", "rest", "up", "top", "down", "rest"]
    (rep,) = movements
    frame = 1 / 30
    # It leaves 28 on the way from 5 to 85 within 0.8 s, and comes back under it the same way.
    assert rep.start_s == pytest.approx(1.0 + 0.8 * 23 / 80, abs=frame)
    assert rep.end_s == pytest.approx(5.6 - 0.8 * 23 / 80, abs=frame)
    assert rep.best == pytest.approx(85.0)
    assert rep.hold_s == pytest.approx(3.0 + 2 * 0.8 * 11 / 80, abs=2 * frame)
    assert 1.6 <= rep.top_start_s <= 1.8 + frame
    assert rep.top_s == pytest.approx(1.8, abs=frame)
    assert 4.8 - frame <= rep.top_end_s <= 5.0
    assert rep.up_s == pytest.approx(WAY_S, abs=0.002)
    assert rep.down_s == pytest.approx(WAY_S, abs=0.002)


@pytest.mark.parametrize("fps", [7.0, 10.0, 60.0])
def test_the_time_up_and_down_is_known_better_than_to_a_frame(fps):
    points = ((0, 5), (1.03, 5), (1.83, 85), (4.0, 85), (4.4, 5), (6.0, 5))
    (rep,) = run(march(), along(points, fps))[1]
    # A frame rate that cuts off the corners of the way leaves a bit of either end out.
    assert rep.up_s == pytest.approx(WAY_S, abs=0.35 / fps)
    assert rep.down_s == pytest.approx(WAY_S / 2, abs=0.35 / fps)


def test_rest_must_last_before_it_is_rest():
    labels, _ = run(march(), [(0.0, 5.0), (0.05, 5.0), (0.1, 5.0)])
    assert [phase for _, phase in labels] == ["unknown", "unknown", "rest"]


def test_a_small_lift_is_neither_attempt_nor_rep():
    points = ((0, 5), (1, 5), (1.5, 50), (2.0, 50), (2.5, 5), (3.5, 5))
    labels, movements = run(march(), along(points))
    assert movements == []
    assert order(labels) == ["unknown", "rest", "up", "rest"]


def test_an_attempt_is_a_movement_whose_best_is_short_of_the_target():
    points = ((0, 5), (1, 5), (1.8, 65), (2.5, 65), (3.3, 5), (4, 5))
    _, (movement,) = run(march(), along(points))
    assert movement.best == pytest.approx(65.0, abs=0.1)
    assert movement.hold_s == 0.0


def test_falling_movements_mirror_rising_ones():
    bridge = RepPhases(35.0, 20.0, 15.0, sign=-1)
    points = ((0, 60), (1, 60), (2, 5), (4, 5), (5, 60), (6, 60))
    labels, (movement,) = run(bridge, along(points))
    assert order(labels) == ["unknown", "rest", "up", "top", "down", "rest"]
    assert movement.best == pytest.approx(5.0)
    assert movement.hold_s == pytest.approx(2.0 + 2 * 10 / 55, abs=2 / 30)


def test_properties_of_the_movement_under_way():
    phases = march()
    assert math.isnan(phases.best)
    assert math.isnan(phases.start_s)
    for key, (time_s, value) in enumerate(along(CLEAN, until=3.0)):
        phases.update(key, time_s, value)
    assert phases.phase == "top"
    assert phases.best == pytest.approx(85.0)
    assert phases.start_s == pytest.approx(1.23, abs=1 / 30)
    assert phases.hold_s == pytest.approx(3.0 - 1.69, abs=2 / 30)


def test_two_peaks_without_coming_back_are_one_rep():
    points = ((0, 5), (1, 5), (1.5, 85), (1.8, 70), (2.1, 88), (3, 88), (3.6, 5), (5, 5))
    _, movements = run(march(), along(points))
    assert [round(m.best) for m in movements] == [88]


def test_a_dip_half_way_down_is_still_the_same_rep():
    # Down to 60 and up again: 30 % of the way back, no new rep.
    points = ((0, 5), (1, 5), (1.5, 85), (2.5, 85), (2.8, 60), (3.2, 85), (4, 85), (4.5, 5), (6, 5))
    _, movements = run(march(), along(points))
    assert len(movements) == 1


def test_the_next_rep_may_begin_without_full_rest():
    # It comes back to 35 (12 % of the travel over rest), never under 28.
    points = ((0, 5), (1, 5), (1.5, 85), (2.5, 85), (3.2, 35), (4, 85), (5, 85), (5.7, 5), (7, 5))
    labels, movements = run(march(), along(points))
    assert [round(m.best) for m in movements] == [85, 85]
    first, second = movements
    assert first.end_s <= second.start_s + 1e-9
    assert second.top_s > first.end_s
    assert order(labels) == ["unknown", "rest", "up", "top", "down", "up", "top", "down", "rest"]


def test_a_recording_may_begin_in_the_middle_of_a_movement():
    points = ((0, 85), (2, 85), (2.8, 5), (4, 5), (4.8, 85), (6, 85), (6.8, 5), (8, 5))
    labels, movements = run(march(), along(points))
    assert [movement.cut for movement in movements] == [True, False]
    assert movements[0].start_s == 0.0
    assert movements[1].start_s > 4.0
    assert order(labels)[:3] == ["top", "down", "rest"]


def test_what_is_first_known_in_the_middle_of_a_movement_was_there_before():
    """Somebody comes back into the frame: how it began was missed, not left out."""
    points = ((0, math.nan), (2, 85), (2.8, 5), (4, 5))
    _, movements = run(march(), [(t, v if t >= 2 else math.nan) for t, v in along(points)])
    assert movements == []


@pytest.mark.parametrize(("until", "count"), [(3.0, 0), (4.9, 0), (5.05, 0), (5.1, 1), (7.0, 1)])
def test_cut_off_at_the_end(until, count):
    """At the top or hardly on the way back it is no rep; more than half-way back it is."""
    # Half-way between 85 and 28 is 56.5, passed at 4.8 + 0.8 * 28.5 / 80 = 5.085 s.
    _, movements = run(march(), along(CLEAN, until=until))
    assert len(movements) == count


def with_gap(start: float, length: float, points=CLEAN, fps=30.0):
    return [(t, NAN if start <= t <= start + length else v) for t, v in along(points, fps)]


@pytest.mark.parametrize("start", [1.3, 2.5, 5.0])
def test_a_short_gap_is_bridged(start):
    _, movements = run(march(), with_gap(start, 0.8 * GAP_S))
    assert len(movements) == 1
    assert movements[0].best == pytest.approx(85.0)


@pytest.mark.parametrize(("start", "length"), [(1.4, 2.0 * GAP_S), (2.5, 1.3)])
def test_a_long_gap_ends_the_movement_without_counting_it(start, length):
    labels, movements = run(march(), with_gap(start, length))
    assert movements == []
    assert "unknown" in order(labels)[1:]


def test_a_long_gap_without_frames_ends_it_too():
    moments = [(t, v) for t, v in along(CLEAN) if not 2.5 < t < 3.9]
    _, movements = run(march(), moments)
    assert movements == []


def test_a_gap_at_rest_is_harmless():
    points = tuple((t + 2.0, v) for t, v in CLEAN)
    moments = with_gap(0.5, 1.0, ((0.0, 5.0), *points))
    _, movements = run(march(), moments)
    assert len(movements) == 1


def test_a_gap_at_rest_hides_no_more_than_the_beginning():
    """A second without values, in which the leg is lifted."""
    labels, (movement,) = run(march(), with_gap(0.9, 0.9))
    assert "unknown" not in order(labels)[1:]
    assert movement.best == pytest.approx(85.0)


def test_what_is_seen_for_a_moment_only_after_a_gap_at_rest_is_no_movement():
    """Somebody passes by: their leg is seen between two moments in which nothing is."""
    points = ((0.0, 5.0), (1.8, 5.0), (1.9, 85.0), (2.0, 85.0), (2.1, 5.0), (4.0, 5.0))
    seen = along(points)
    assert len(run(march(), seen)[1]) == 1
    _, movements = run(march(), [(t, NAN if 1.2 <= t <= 1.85 else v) for t, v in seen])
    assert movements == []


def test_nan_all_the_time_gives_nothing():
    labels, movements = run(march(), [(t, NAN) for t in times(3)])
    assert (labels, movements) == ([], [])


def test_nan_runs_never_lengthen_the_hold_by_more_than_the_bridge():
    whole, gapped = (run(march(), m)[1][0] for m in (along(CLEAN), with_gap(3.0, 0.2)))
    assert gapped.hold_s == pytest.approx(whole.hold_s, abs=0.01)


def test_interrupt_forgets_the_movement_and_labels_it_unknown():
    phases = march()
    labels = []
    for key, (time_s, value) in enumerate(along(CLEAN, until=1.5)):
        labels += phases.update(key, time_s, value)[0]
    late = phases.interrupt()
    assert late
    assert {item.phase for item in late} == {"unknown"}
    assert phases.phase == "unknown"
    assert math.isnan(phases.best)


def three_reps() -> list[tuple[float, float]]:
    return [(t + 6.5 * n, v) for n in range(3) for t, v in CLEAN[:-1]] + [(20.0, 5.0)]


@given(st.floats(10, 120), st.floats(0, 0.4), st.integers(0, 2**32))
def test_frame_rate_and_jitter_do_not_change_the_count(fps, jitter, seed):
    chance = random.Random(seed)
    points = three_reps()
    moments = []
    for t in times(20, fps):
        shaken = max(0.0, t + chance.uniform(-jitter, jitter) / fps)
        moments.append((shaken, curve(shaken, points) + chance.gauss(0, 0.7)))
    _, movements = run(march(), moments)
    assert len(movements) == 3
    for number, movement in enumerate(movements):
        assert movement.best == pytest.approx(85, abs=4)
        assert movement.hold_s == pytest.approx(3.22, abs=0.1 + 2.2 / fps)
        assert movement.start_s == pytest.approx(6.5 * number + 1.23, abs=0.22)


@given(st.lists(st.one_of(st.floats(-40, 130), st.just(NAN)), min_size=1, max_size=200))
def test_whatever_comes_in_every_moment_is_labelled_at_most_once(values):
    moments = [(n / 30, v) for n, v in enumerate(values)]
    labels, movements = run(march(), moments)
    assert len(labels) <= sum(not math.isnan(v) for v in values)
    for movement in movements:
        assert movement.start_s <= movement.top_start_s <= movement.top_s
        assert movement.top_s <= movement.top_end_s <= movement.end_s
        assert movement.best >= TOP
        assert 0 <= movement.hold_s <= movement.end_s - movement.start_s + 1e-6


# -- holds -------------------------------------------------------------------------------------


def hold(moments, enter_s=0.5, gap_s=0.7) -> list[HoldSpan]:
    phases = HoldPhases(enter_s, gap_s)
    spans = [span for t, on in moments if (span := phases.update(t, on)) is not None]
    last = phases.end()
    return [*spans, last] if last is not None else spans


def spells(*on: tuple[float, float], until: float, fps: float = 30.0):
    return [(t, any(a <= t <= b for a, b in on)) for t in times(until, fps)]


def test_a_hold_lasts_from_its_first_to_its_last_moment():
    (span,) = hold(spells((1.0, 6.0), until=8.0))
    assert span.start_s == pytest.approx(1.0)
    assert span.end_s == pytest.approx(6.0)
    assert span.hold_s == pytest.approx(5.0)


def test_it_is_on_only_after_enter_s_and_then_from_its_start():
    phases = HoldPhases(0.5, 0.7)
    on_from = next(t for t, v in spells((1, 6), until=8) if phases.update(t, v) or phases.on)
    assert on_from == pytest.approx(1.5)
    assert phases.start_s == pytest.approx(1.0)
    assert phases.hold_s == pytest.approx(0.5)


def test_too_short_is_no_hold():
    assert hold(spells((1.0, 1.4), until=4.0)) == []


def test_a_gap_is_bridged_and_left_out_of_the_seconds():
    (span,) = hold(spells((1.0, 4.0), (4.5, 7.0), until=9.0))
    assert (span.start_s, span.end_s) == (pytest.approx(1.0), pytest.approx(7.0))
    assert span.hold_s == pytest.approx(5.5, abs=1.5 / 30)


def test_a_longer_gap_makes_two_holds():
    first, second = hold(spells((1.0, 4.0), (5.0, 7.0), until=9.0))
    assert first == HoldSpan(pytest.approx(1.0), pytest.approx(4.0), pytest.approx(3.0))
    assert second == HoldSpan(pytest.approx(5.0), pytest.approx(7.0), pytest.approx(2.0))


def test_frames_missing_for_longer_than_the_gap_end_it():
    moments = [(t, True) for t in times(8.0) if not 3.0 < t < 4.5]
    first, second = hold(moments)
    assert first.end_s == pytest.approx(3.0)
    assert second.start_s == pytest.approx(4.5)
    assert first.hold_s + second.hold_s == pytest.approx(3.0 + 3.5)


def test_a_hold_that_is_still_on_at_the_end_is_given():
    (span,) = hold(spells((1.0, 99.0), until=5.0))
    assert span.hold_s == pytest.approx(4.0)


def test_after_end_it_starts_anew():
    phases = HoldPhases(0.5, 0.7)
    for t, on in spells((0.0, 9.0), until=2.0):
        phases.update(t, on)
    assert phases.end() is not None
    assert phases.end() is None
    assert not phases.on
    assert phases.hold_s == 0.0


@given(st.floats(10, 120), st.floats(0, 0.4), st.integers(0, 2**32))
def test_frame_rate_and_jitter_do_not_change_the_hold(fps, jitter, seed):
    chance = random.Random(seed)
    shaken = [max(0.0, t + chance.uniform(-jitter, jitter) / fps) for t in times(12, fps)]
    spans = hold([(t, 2.0 <= t <= 6.0 or 8.0 <= t <= 11.0) for t in shaken])
    assert [span.hold_s for span in spans] == [
        pytest.approx(4.0, abs=2.5 / fps),
        pytest.approx(3.0, abs=2.5 / fps),
    ]
