from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import formcheck
from formcheck.errors import OutputError, SettingError, UnknownNameError
from formcheck.io import poses as pose_recording
from formcheck.io.specs import load_spec
from tests.support.march_data import REPS_EACH_SIDE, march

SPEC = load_spec("standing_march")


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.poses.npz"
    pose_recording.write(path, march())
    return path


def test_three_lines_are_enough(clip: Path):
    result = formcheck.analyze(clip, exercise="standing_march")
    assert result.results["totals"]["reps"] == {"left": REPS_EACH_SIDE, "right": REPS_EACH_SIDE}
    assert "Counted: 2 reps left, 2 reps right." in str(result)
    assert isinstance(result, formcheck.AnalysisResult)


def test_nothing_is_written_without_a_folder(clip: Path):
    assert formcheck.analyze(str(clip), "standing_march").files == {}
    assert [path.name for path in clip.parent.iterdir()] == ["clip.poses.npz"]


def test_files_are_written_where_asked(clip: Path, tmp_path: Path):
    out = tmp_path / "new" / "out"
    result = formcheck.analyze(clip, load_spec("standing_march"), output_dir=out, report=True)
    assert sorted(path.name for path in out.iterdir()) == [
        "clip.formcheck.json",
        "clip.frames.csv",
        "clip.report.html",
    ]
    assert set(result.files.values()) == set(out.iterdir())


def test_columns_need_no_pandas(clip: Path):
    columns = formcheck.analyze(clip, "standing_march").columns
    assert np.nanmax(columns["thigh_elevation_left_deg"]) > 60
    assert len(columns["time_s"]) == len(march().poses)


def test_tables_are_pandas(clip: Path):
    pandas = pytest.importorskip("pandas")
    result = formcheck.analyze(clip, "standing_march")
    frames = result.frames
    assert isinstance(frames, pandas.DataFrame)
    assert frames.index.name == "time_s"
    assert {"phase", "side", "detected", "knee_flexion_left_deg"} <= set(frames.columns)
    assert len(frames) == len(march().poses)
    assert len(result.reps) == 2 * REPS_EACH_SIDE
    assert {"side", "start_s", "thigh_elevation_max_deg"} <= set(result.reps.columns)
    assert result.measurements.loc["knee_flexion_left_deg", "max"] > 0
    for table in (result.holds, result.faults, result.not_assessed):
        assert isinstance(table, pandas.DataFrame)


def test_empty_tables_have_the_columns_of_full_ones(clip: Path):
    pytest.importorskip("pandas")
    full = formcheck.analyze(clip, "standing_march")
    kept: dict[str, Any] = {"reps": [], "holds": [], "faults": [], "not_assessed": []}
    empty = dataclasses.replace(full, results={**full.results, **kept, "measurements": {}})
    for name in ("reps", "faults", "not_assessed", "measurements"):
        columns = list(getattr(empty, name).columns)
        assert len(getattr(empty, name)) == 0
        assert columns == list(getattr(full, name).columns)[: len(columns)]
        assert columns
    assert list(empty.holds.columns) == ["side", "start_s", "end_s", "hold_s", "faults"]


def test_without_pandas_the_way_out_is_named(clip: Path, monkeypatch: pytest.MonkeyPatch):
    result = formcheck.analyze(clip, "standing_march")
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(OutputError, match=r"tables need pandas: pip install pandas"):
        _ = result.frames


def test_a_report_from_a_result(clip: Path, tmp_path: Path):
    page = formcheck.analyze(clip, "standing_march").write_report(tmp_path / "a.html")
    assert "Standing march" in page.read_text(encoding="utf-8")


def test_errors_are_the_same_sentences(clip: Path):
    with pytest.raises(UnknownNameError, match="did you mean 'standing_march'"):
        formcheck.analyze(clip, "standing_mach")
    with pytest.raises(OutputError, match="need an output_dir"):
        formcheck.analyze(clip, "standing_march", report=True)


@pytest.mark.parametrize("make", [formcheck.analyze, lambda *_, **o: formcheck.Session(SPEC, **o)])
def test_a_side_that_cannot_be_counted_is_refused(clip: Path, make: Callable[..., object]):
    with pytest.raises(SettingError) as refused:
        make(clip, "standing_march", side="both")
    assert str(refused.value) == (
        "side should be 'left', 'right' or 'alternate', but is 'both'; "
        "leave it out to count what the exercise asks for"
    )


def test_a_notebook_shows_the_summary(clip: Path):
    page = formcheck.analyze(clip, "standing_march")._repr_html_()
    assert page.startswith("<div><strong>Standing march</strong><ul><li>Counted: 2 reps left")
    assert "<li>Note: " not in page


def test_what_is_no_measurement_is_refused():
    with pytest.raises(SettingError, match=r"^3 is not a MeasurementKind$"):
        formcheck.register_measurement(3)  # type: ignore[arg-type]


def test_other_names_are_refused():
    with pytest.raises(AttributeError, match="has no attribute 'analyse'"):
        _ = formcheck.analyse
