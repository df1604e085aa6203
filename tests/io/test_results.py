from __future__ import annotations

import csv
import errno
import json
import math
import os
from pathlib import Path

import numpy as np
import pytest

from formcheck.capture.frame import SourceInfo
from formcheck.core.events import Attempt, Counts, Fault, FrameResult, Hold, Rep
from formcheck.core.judge.summary import Range, Summary, Unassessed
from formcheck.core.judge.summary_text import describe
from formcheck.core.pose import Pose
from formcheck.errors import OutputError
from formcheck.estimate.models import PoseModel
from formcheck.io.frames import FramesWriter
from formcheck.io.results import to_json_object, to_json_text
from formcheck.io.specs import load_spec

INFO = SourceInfo("clip.mp4", 12.40000001, 29.97003, 1280, 720)
COUNTS = Counts({"left": 1, "right": 0}, {"left": 0, "right": 1}, {"left": 0.0, "right": 1.23456})


def _range(*values: float) -> Range:
    found = Range()
    for value in values:
        found.add(value)
    return found


def _summary(**changes: object) -> Summary:
    values = {
        "exercise": "standing_march",
        "view": "side",
        "near_side": "left",
        "totals": COUNTS,
        "reps": (Rep("left", 1.2, 2.1, 3.00049, 0.4, {"thigh_elevation_max_deg": 88.126}, ("a",)),),
        "attempts": (Attempt(5.0, "right", 4.0, 4.5, 61.239, 85, "deg"),),
        "holds": (Hold("right", 1.0, 2.5, 1.23456),),
        "faults": (Fault("a", "left", 1.9, 2.4, 71.04, 80, "deg", "fault", "Lift", 2.15049),),
        "not_assessed": (Unassessed("b", "needs the front view", 12.4),),
        "measurements": {"x_deg": _range(-0.001, 2.0, math.nan), "a_deg": _range(1.0)},
        "detected": 2 / 3,
        "frames": 3,
        "repaired": 1,
        "warnings": ("of the session",),
        **changes,
    }
    return Summary(**values)  # type: ignore[arg-type]


def test_what_was_judged_in_part_says_so_and_two_checks_with_one_cue_are_one_line() -> None:
    hidden = "the left knee is hidden"
    unassessed = (
        Unassessed("rear_hip_extension", hidden, 3.9, 17.1),
        Unassessed("hold_lost", hidden, 3.9, 14.1),
        Unassessed("lumbar_arch", "no outline", 17.0, 17.1),
    )
    spec = load_spec("half_kneeling_hip_flexor_stretch")
    lines = list(describe(_summary(not_assessed=unassessed), spec))
    assert [line for line in lines if line.startswith("Not assessed")] == [
        f"Not assessed for 4 of 17 s: “Squeeze the glute, hips forward” ({hidden}).",
        "Not assessed: “Tuck your tail, lower back long” (no outline).",
    ]


def test_the_json_is_what_the_contract_says() -> None:
    found = to_json_object(
        _summary(), INFO, PoseModel("full", Path("m"), "4eaa"), warnings=["of the video"]
    )
    assert found == {
        "schema": 2,
        "formcheck_version": "0.1.0",
        "exercise": "standing_march",
        "partial": False,
        "source": {
            "path": "clip.mp4",
            "duration_s": 12.4,
            "fps": 29.97,
            "width": 1280,
            "height": 720,
        },
        "model": {"name": "full", "sha256": "4eaa"},
        "view": "side",
        "near_side": "left",
        "totals": {
            "reps": {"left": 1, "right": 0},
            "attempts": {"left": 0, "right": 1},
            "hold_s": {"left": 0.0, "right": 1.235},
        },
        "reps": [
            {
                "side": "left",
                "start_s": 1.2,
                "top_s": 2.1,
                "end_s": 3.0,
                "hold_s": 0.4,
                "measurements": {"thigh_elevation_max_deg": 88.13},
                "faults": ["a"],
            }
        ],
        "attempts": [
            {
                "side": "right",
                "start_s": 4.0,
                "top_s": 4.5,
                "best": 61.24,
                "target": 85.0,
                "unit": "deg",
            }
        ],
        "holds": [{"side": "right", "start_s": 1.0, "end_s": 2.5, "hold_s": 1.235, "faults": []}],
        "faults": [
            {
                "check": "a",
                "side": "left",
                "start_s": 1.9,
                "end_s": 2.4,
                "worst": 71.04,
                "worst_s": 2.15,
                "limit": 80.0,
                "unit": "deg",
                "severity": "fault",
                "cue": "Lift",
            }
        ],
        "not_assessed": [{"check": "b", "reason": "needs the front view", "seconds": 12.4}],
        "measurements": {
            "a_deg": {"min": 1.0, "max": 1.0, "mean": 1.0, "coverage": 1.0},
            "x_deg": {"min": 0.0, "max": 2.0, "mean": 1.0, "coverage": 0.6667},
        },
        "quality": {
            "detected": 0.6667,
            "repaired": 0.3333,
            "warnings": ["of the video", "of the session"],
        },
    }


def test_what_is_unknown_is_null_and_never_nan() -> None:
    rep = Rep("left", 1.0, math.nan, 3.0, math.inf, {"x": math.nan})
    found = to_json_object(_summary(reps=(rep,), frames=0), INFO, None)
    again = json.loads(to_json_text(found))
    assert again["model"] is None
    assert again["reps"][0]["top_s"] is None
    assert again["reps"][0]["hold_s"] is None
    assert again["reps"][0]["measurements"] == {"x": None}


def test_nan_is_refused_rather_than_written() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json_text({"a": math.nan})


def test_no_minus_zero() -> None:
    found = to_json_object(_summary(measurements={"x": _range(-0.0001)}), INFO, None)
    assert '"min": 0.0' in to_json_text(found)
    assert "-0.0" not in to_json_text(found)


def _frame(time_s: float, values: dict[str, float], **changes: object) -> FrameResult:
    pose = Pose(time_s, (4, 3), np.zeros((33, 4)), np.zeros((33, 3)))
    options = {"pose": pose, "phase": "top", "side": "left", **changes}
    return FrameResult(time_s, values=values, reasons={}, events=(), counts=COUNTS, **options)  # type: ignore[arg-type]


def test_frames_have_one_row_each_and_empty_cells_where_unknown(tmp_path: Path) -> None:
    with FramesWriter(tmp_path / "a.frames.csv") as table:
        table.add(_frame(0.0, {"knee_flexion_left_deg": -0.0001, "stance_length": 0.5}))
        table.add(
            _frame(
                1 / 30,
                {"knee_flexion_left_deg": math.nan, "stance_length": 0.51234},
                pose=Pose.missing(1 / 30, (4, 3)),
                side=None,
                repaired=True,
            )
        )
    with (tmp_path / "a.frames.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        [
            "time_s",
            "phase",
            "side",
            "detected",
            "repaired",
            "knee_flexion_left_deg",
            "stance_length",
        ],
        ["0.000000", "top", "left", "1", "0", "0.000", "0.500"],
        ["0.033333", "top", "", "0", "1", "", "0.512"],
    ]


def test_no_frames_still_make_a_table(tmp_path: Path) -> None:
    with FramesWriter(tmp_path / "a.csv"):
        pass
    assert (tmp_path / "a.csv").read_text() == "time_s,phase,side,detected,repaired\n"


def test_a_failure_leaves_no_table(tmp_path: Path) -> None:
    def fail_halfway() -> None:
        with FramesWriter(tmp_path / "a.csv") as table:
            table.add(_frame(0.0, {"stance_length": 0.5}))
            raise OSError(errno.EIO, "of the camera")

    with pytest.raises(OSError, match="of the camera"):
        fail_halfway()
    assert os.listdir(tmp_path) == []


def test_a_table_that_cannot_be_written_says_why(tmp_path: Path) -> None:
    path = tmp_path / "none" / "a.csv"
    with pytest.raises(OutputError) as caught, FramesWriter(path):
        pass
    assert str(caught.value) == f"{path} cannot be written: the folder does not exist"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_told_and_leaves_no_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.open
    monkeypatch.setattr(
        Path, "open", lambda _path, *how, **more: real(Path("/dev/full"), *how, **more)
    )

    def write_much() -> None:
        with FramesWriter(tmp_path / "a.csv") as table:
            for index in range(10_000):
                table.add(_frame(index / 30, {"stance_length": 0.5}))

    with pytest.raises(OutputError) as caught:
        write_much()
    assert str(caught.value) == f"{tmp_path / 'a.csv'} cannot be written: the disk is full"
    assert os.listdir(tmp_path) == []
