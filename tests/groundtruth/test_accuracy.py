"""The benchmark counts what it should: matches, false alarms, errors on the circle."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.accuracy.comparing import (
    angle_errors,
    match_faults,
    pelvis_errors,
    rep_hold_errors_s,
)
from benchmarks.accuracy.program import Analysis
from benchmarks.accuracy.scores import Scores
from groundtruth.takes import takes


def fault(check, side, start_s, end_s):
    return {"check": check, "side": side, "start_s": start_s, "end_s": end_s}


def test_overlap_same_check_and_side_is_a_hit():
    said = [fault("knee_height", "left", 5.0, 6.0)]
    true = [fault("knee_height", "left", 5.5, 8.0), fault("knee_height", "right", 5.5, 8.0)]
    hits, alarms, missed = match_faults(said, true)
    assert (hits, alarms) == (1, [])
    assert missed == [true[1]]


def test_two_reports_of_one_mistake_count_once():
    said = [fault("trunk_lean", "left", 5.0, 5.4), fault("trunk_lean", "left", 6.0, 6.4)]
    hits, alarms, missed = match_faults(said, [fault("trunk_lean", "both", 5.0, 7.0)])
    assert (hits, alarms, missed) == (1, [], [])


def test_far_away_in_time_is_a_false_alarm():
    said = [fault("trunk_lean", "left", 1.0, 2.0)]
    hits, alarms, missed = match_faults(said, [fault("trunk_lean", "left", 9.0, 12.0)])
    assert (hits, len(alarms), len(missed)) == (0, 1, 1)


def test_what_a_mistake_brings_with_it_is_forgiven():
    said = [fault("front_knee", "left", 5.0, 6.0)]
    hits, alarms, missed = match_faults(said, [], forgiven=["front_knee"])
    assert (hits, alarms, missed) == (0, [], [])


def truth_with(names, rows):
    count = len(rows)
    return {
        "time_s": np.arange(count) / 10.0,
        "angle_names": np.array(names),
        "angles_deg": np.array(rows, dtype=float),
        "in_picture": np.ones(count),
    }


def test_angles_are_compared_round_the_circle_and_by_leg():
    take = next(t for t in takes("core") if t.view == "side" and t.near == "left")
    truth = truth_with(["thigh_elevation_left_deg"], [[179.0]] * 20)
    said = {"thigh_elevation_left_deg": np.full(20, -179.0)}
    analysis = Analysis({}, truth["time_s"], said)
    errors = angle_errors(analysis, truth, (0.5, 1.0), take)
    assert list(errors) == ["thigh_elevation_near_deg"]
    assert errors["thigh_elevation_near_deg"] == pytest.approx([2.0] * 6)


def test_pelvis_is_compared_with_the_own_neutral():
    truth = truth_with(["pelvis_pitch_deg", "lumbar_extension_deg"],
                       [[7.0, 0.0]] * 9 + [[17.0, 14.0]] * 6)
    change = np.r_[np.zeros(9), np.full(6, 12.0)]
    analysis = Analysis({}, truth["time_s"], {"pelvis_tilt_change_deg": change})
    errors = pelvis_errors(analysis, truth)
    assert errors["tilt_rmse_deg"][-1] == pytest.approx(2.0)
    assert "lumbar_rmse_deg" not in errors


def test_empty_scores_have_the_agreed_form():
    figures = Scores().as_json()
    assert {"angles", "reps", "holds", "faults", "negatives", "pelvis", "per_clip"} <= set(figures)
    assert figures["faults"]["precision"] is None


def test_minutes_of_a_negative_count_once():
    take = next(t for t in takes("negatives") if "score" in t.subsets)
    summary = {
        "totals": {"reps": {"left": 1}, "attempts": {}, "hold_s": {}},
        "faults": [],
        "source": {"duration_s": 90.0},
    }
    scores = Scores()
    for exercise in ("standing_march", "glute_bridge"):
        scores.add_negative(take, exercise, Analysis(summary, np.zeros(0), {}))
    negatives = scores.as_json()["negatives"]
    assert (negatives["minutes"], negatives["reps"], negatives["clips"]) == (1.5, 2, 1)


def test_seconds_held_are_compared_where_a_repetition_was_found_once():
    rep = {"side": "left", "start_s": 1.0, "end_s": 6.0, "hold_s": 3.0, "counts": "rep"}
    said = [rep | {"start_s": 1.4, "hold_s": 2.4}, rep | {"side": "right", "hold_s": 9.0}]
    assert rep_hold_errors_s(said, [rep]) == pytest.approx([-0.6])
    assert rep_hold_errors_s([*said, *said], [rep]) == []
