"""Every kind of exercise through `formcheck analyze`: the files and the words that come out."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from formcheck.cli import app
from formcheck.core.trial.figure import SIZE, STANDING
from formcheck.history.records import side_records
from formcheck.io import poses as pose_recording
from formcheck.io.result_file import parse_results
from tests.support.patterns import (
    CIRCLES,
    HUNDRED,
    TIGHTNESS,
    circling,
    hundred,
    pressing,
    spec_text,
)
from tests.support.stick_figure import times


def analysed(folder: Path, spec: str, motion, until: float) -> tuple[str, dict, str, list[dict]]:
    """What the command says, the results, the report's page and the table of frames."""
    poses = [motion(t).pose(t) for t in times(until)]
    pose_recording.write(
        folder / "clip.poses.npz", pose_recording.PoseRecording(tuple(poses), SIZE, 30.0)
    )
    (folder / "it.toml").write_text(spec, encoding="utf-8")
    done = CliRunner().invoke(
        app,
        ["analyze", str(folder / "clip.poses.npz"), "--exercise", str(folder / "it.toml"),
         "--no-video", "--report"],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    results = json.loads((folder / "clip.formcheck.json").read_text(encoding="utf-8"))
    page = (folder / "clip.report.html").read_text(encoding="utf-8")
    with (folder / "clip.frames.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(poses)
    assert side_records(parse_results(results)), "the history can take it"
    return " ".join(done.output.split()), results, page, rows


def test_a_self_test(tmp_path):
    spec = spec_text(TIGHTNESS, kind="test", position="half_kneeling", sides="each")
    said, results, page, rows = analysed(tmp_path, spec, pressing(), 10)
    (row,) = results["test"]["results"]
    assert row.keys() == {
        "side", "id", "name", "value", "unit", "at_s", "valid", "invalid_because",
        "not_assessed", "reading", "source", "near_border",
    }  # fmt: skip
    assert (row["side"], row["id"], row["valid"]) == ("left", "hip_extension", True)
    assert row["value"] == pytest.approx(30, abs=0.5)
    assert results["test"]["note"].endswith("It is not a diagnosis.")
    assert "Hip extension, left: 30°. As far as usual (heuristic)." in said
    assert "It is not a diagnosis." in said
    assert "As far as usual." in page
    assert "It is not a diagnosis." in page
    assert "What is usual: Hip extension" in page
    assert {row["phase"] for row in rows} == {"setup", "test"}


def test_the_note_of_a_self_test_comes_before_what_it_is_not(tmp_path):
    text = '[test]\nnote = "Hug the knee firmly."\n' + TIGHTNESS
    spec = spec_text(text, kind="test", position="half_kneeling", sides="each")
    said, results, page, _ = analysed(tmp_path, spec, pressing(), 10)
    note = (
        "Hug the knee firmly. This is a number to compare with your own next one. "
        "It is not a diagnosis."
    )
    assert results["test"]["note"] == note
    assert note in said
    assert note in page


def test_an_invalid_self_test(tmp_path):
    spec = spec_text(TIGHTNESS, kind="test", position="half_kneeling", sides="each")
    said, results, page, _ = analysed(tmp_path, spec, pressing(arm=120), 10)
    assert results["test"]["results"][0]["valid"] is False
    assert results["test"]["results"][0]["invalid_because"] == ["Mind arm"]
    assert "Not valid: Mind arm." in said
    assert "So the number does not count." in page


def test_a_timed_exercise(tmp_path):
    spec = spec_text("", kind="timed", position="prone", dose="{ duration_s = 60 }")
    said, results, page, _ = analysed(tmp_path, spec, lambda t: STANDING, 4)
    assert results["totals"]["timed_s"] == {"both": 4.0}
    assert results["not_assessed"] == [
        {
            "check": "exercise",
            "reason": "it is done by time and feeling, so there is no score",
            "seconds": 4.0,
        }
    ]
    assert (results["reps"], results["faults"], results["quality"]["warnings"]) == ([], [], [])
    assert "Done: 4 s. Not assessed: it is done by time and feeling" in said
    assert "not assessed" in page
    assert "What went well" not in page
    assert "Faults as moments" not in page
    assert "Aim: 1 set of 1 min" in page


def test_pulses(tmp_path):
    said, results, page, _ = analysed(tmp_path, spec_text(HUNDRED), hundred(count=6, size=40), 7)
    assert results["totals"]["reps"] == {"both": 6}
    assert "direction" not in results["reps"][0]
    assert results["reps"][2]["measurements"].keys() == {"arm_elevation_size_deg"}
    assert "Counted: 6 reps." in said
    assert "Mind pulses_big: 6 times" in said
    assert "Arm height, there and back (°)" in page
    assert "The size is at most 25°" in page


def test_circles(tmp_path):
    spec = spec_text(CIRCLES, sides="each")
    said, results, page, _ = analysed(tmp_path, spec, circling((2, -3)), 13)
    assert [rep["direction"] for rep in results["reps"]] == ["outward"] * 2 + ["inward"] * 3
    assert "Mind direction_early: once, left" in said
    assert "(worst 2 turns, target ≥ 3 turns)" in said
    assert "Hip angle, radius (°)" in page
    assert "2 turns (at least 3 turns wanted)" in page
    assert "<td>Left, outward</td>" in page
