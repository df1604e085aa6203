from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from formcheck.core.pose import Landmark
from formcheck.errors import OutputError, SourceError
from formcheck.exports import mot_text, trc_text, write_parquet
from formcheck.exports.opensim import coordinate_name, marker_name
from formcheck.io.frames import FrameTable, read_frames_csv
from tests.support.report_data import march_frames


@pytest.mark.parametrize(
    ("measurement", "column"),
    [
        ("knee_flexion_left_deg", "knee_angle_l"),
        ("knee_flexion_right_deg", "knee_angle_r"),
        ("elbow_flexion_right_deg", "elbow_flex_r"),
        ("pelvis_list_deg", "pelvis_list"),
        # Not OpenSim's hip_flexion and not its lumbar_extension: our own names stay.
        ("thigh_trunk_flexion_left_deg", "thigh_trunk_flexion_l"),
        ("trunk_lean_sagittal_deg", "trunk_lean_sagittal"),
        ("knee_over_ankle_left", None),
    ],
)
def test_only_what_is_opensims_gets_opensims_name(measurement, column):
    assert coordinate_name(measurement) == column


def test_marker_names_are_those_of_pose2sim():
    names = [marker_name(landmark) for landmark in Landmark]
    assert len(set(names)) == 33
    assert {"Nose", "RHip", "LKnee", "RAnkle", "LHeel", "RBigToe", "LIndex", "RPinky"} <= set(names)


def test_mot_has_the_header_opensim_reads():
    lines = mot_text(march_frames(), "march").splitlines()
    assert lines[:6] == [
        "march",
        "version=1",
        "nRows=720",
        "nColumns=7",
        "inDegrees=yes",
        "endheader",
    ]
    assert lines[6].split("\t")[:2] == ["time", "thigh_elevation_l"]
    assert len(lines) == 7 + 720


def test_a_take_without_angles_is_refused():
    with pytest.raises(OutputError, match=r"march: has no angles to write as \.mot"):
        mot_text(FrameTable(np.arange(3.0), {}), "march")


def _world(rows: int = 50) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    world = rng.normal(0, 0.4, (rows, 33, 3))
    world[7] = np.nan
    return np.arange(rows) / 30.0, world


def test_trc_turns_the_camera_to_opensims_axes_without_mirroring():
    time_s, world = _world()
    row = trc_text(time_s, world, 30.0, "a.trc").splitlines()[6].split("\t")
    x, y, z = world[0, 0]
    assert [float(cell) for cell in row[2:5]] == pytest.approx([x, -y, -z], abs=1e-6)


def test_trc_read_back_by_a_public_reader(tmp_path: Path):
    trc = pytest.importorskip("trc")
    time_s, world = _world()
    path = tmp_path / "a.trc"
    path.write_text(trc_text(time_s, world, 30.0, "a.trc"), encoding="utf-8")
    data = trc.TRCData()
    data.load(str(path))
    assert data["NumFrames"] == 50
    assert data["NumMarkers"] == 33
    assert data["Units"] == "m"
    for landmark in Landmark:
        read = np.array(data[marker_name(landmark)], dtype=float)
        expected = world[:, landmark] * [1, -1, -1]
        np.testing.assert_allclose(np.delete(read, 7, 0), np.delete(expected, 7, 0), atol=1e-6)


def test_mot_read_back_by_opensim(tmp_path: Path):
    opensim = pytest.importorskip("pyopensim.common", exc_type=ImportError)
    frames = march_frames()
    path = tmp_path / "a.mot"
    path.write_text(mot_text(frames, "march"), encoding="utf-8")
    table = opensim.TimeSeriesTable(str(path))
    columns = {coordinate_name(name): values for name, values in frames.values.items()}
    columns.pop(None)
    assert set(table.getColumnLabels()) == set(columns)
    assert table.getTableMetaDataString("inDegrees") == "yes"
    for column, values in columns.items():
        read = table.getDependentColumn(column).to_numpy()
        np.testing.assert_allclose(read, values, atol=1e-7)


def test_trc_read_back_by_opensim(tmp_path: Path):
    opensim = pytest.importorskip("pyopensim.common", exc_type=ImportError)
    time_s, world = _world()
    path = tmp_path / "a.trc"
    path.write_text(trc_text(time_s, world, 30.0, "a.trc"), encoding="utf-8")
    table = opensim.TimeSeriesTableVec3(str(path))
    np.testing.assert_allclose(table.getIndependentColumn(), time_s, atol=1e-6)
    for landmark in Landmark:
        column = table.getDependentColumn(marker_name(landmark))
        read = np.array([[column[row][axis] for axis in range(3)] for row in range(len(time_s))])
        np.testing.assert_allclose(read, world[:, landmark] * [1, -1, -1], atol=1e-6)


def test_parquet_holds_the_same_columns(tmp_path: Path):
    parquet = pytest.importorskip("pyarrow.parquet")
    frames = march_frames()
    write_parquet(frames, tmp_path / "a.parquet")
    table = parquet.read_table(tmp_path / "a.parquet")
    assert table.column_names == ["time_s", *frames.texts, *frames.values]
    np.testing.assert_array_equal(
        table["knee_flexion_right_deg"].to_numpy(), frames.values["knee_flexion_right_deg"]
    )


def test_frames_csv_reads_numbers_gaps_and_words(tmp_path: Path):
    path = tmp_path / "a.frames.csv"
    path.write_text(
        "time_s,phase,side,detected,knee_flexion_left_deg,pelvis_list_deg\n"
        "0.0,rest,,1,1.5,\n0.1,up,,0,,\n",
        encoding="utf-8",
    )
    frames = read_frames_csv(path)
    assert frames.texts["phase"] == ("rest", "up")
    assert frames.texts["side"] == ("", "")
    assert list(frames.flags["detected"]) == [1, 0]
    assert list(frames.values) == ["knee_flexion_left_deg", "pelvis_list_deg"]
    assert frames.values["knee_flexion_left_deg"][0] == 1.5
    assert np.isnan(frames.values["knee_flexion_left_deg"][1])
    assert np.isnan(frames.values["pelvis_list_deg"]).all()
    assert frames.rate_hz == pytest.approx(10.0)


def test_a_column_that_turns_out_to_be_words_keeps_its_cells_as_they_were(tmp_path: Path):
    path = tmp_path / "a.frames.csv"
    path.write_text("time_s,side\n0.0,\n0.1,1.50\n# a note\n0.2,left\n0.3,\n", encoding="utf-8")
    frames = read_frames_csv(path)
    assert frames.texts["side"] == ("", "1.50", "left", "")
    assert list(frames.time_s) == [0.0, 0.1, 0.2, 0.3]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n", r"is not a table of frames \(no column 'time_s'\)"),
        ("time_s,b\n1\n", "row 2 has 1 cells, the header has 2"),
        ("time_s,b\n,2\n1,2\n", "column 'time_s' must be a number in every row"),
    ],
)
def test_a_bad_frames_csv_is_refused_in_one_sentence(tmp_path: Path, text, message):
    path = tmp_path / "a.frames.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=message):
        read_frames_csv(path)
