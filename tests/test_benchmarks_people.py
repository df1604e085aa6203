"""`python -m benchmarks people`: recordings counted by eye against what the program says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.people import library, main, wilson
from formcheck.core.trial.figure import SIZE, STANDING
from formcheck.io.poses import PoseRecording, write
from tests.support.sessions import march, poses_of


def test_wilson_intervals_are_those_of_the_textbook() -> None:
    # Newcombe, Stat. Med. 17 (1998) 857-872, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    for good, of, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        assert wilson(good, of) == pytest.approx((low, high), abs=5e-5)
    assert wilson(0, 0) == (0.0, 1.0)


def test_the_library_is_what_counts_or_holds_without_its_variants() -> None:
    names = library()
    assert {"standing_march", "lying_leg_raise", "couch_stretch"} <= set(names)
    assert not {"ball_release", "thomas_test", "lying_leg_raise_both"} & set(names)


def test_a_folder_is_scored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "landmarks").mkdir()
    for name, motion in (("lifts", march()), ("stands", lambda _t: STANDING)):
        path = tmp_path / "landmarks" / f"{name}.npz"
        write(path, PoseRecording(poses_of(motion, 13, fps=15), SIZE, 15.0))
    (tmp_path / "landmarks" / "damaged.npz").write_bytes(b"no recording")
    march_label = {"exercise": "standing_march", "view": "side"}
    labels = {
        "lifts": march_label | {"count": {"left": 1, "right": 1}},
        "damaged": march_label | {"count": {"left": 2, "right": 2}},
        "stands": {"exercise": "-", "view": "side", "count": None, "note": "NEGATIVE"},
        "not there": march_label | {"count": {"left": 2, "right": 2}},
    }
    (tmp_path / "labels.json").write_text(json.dumps(labels))
    figures = tmp_path / "figures.json"
    assert main(["--folder", str(tmp_path), "--json", str(figures)]) == 0
    page = capsys.readouterr().out
    assert "| side | 1 | 1 (100 %) | 21–100 % | 1 |" in page
    assert "Negatives: in 0 of 1 recordings" in page
    assert "- damaged could not be read:" in page
    written = json.loads(figures.read_text())
    assert written["positives"][0]["said"]["reps"] == {"left": 1, "right": 1}
