"""A recording of a whole routine analysed: files, counts, what was left out, interruptions."""

import dataclasses
import json

import pytest

from formcheck.batch.routine import analyze_routine
from formcheck.commands._routines import RoutineOptions, analyze_routines
from formcheck.core.trial.figure import HALF_KNEELING, SIZE
from formcheck.errors import SettingError
from formcheck.io.poses import PoseRecording, write
from formcheck.io.routines import read_plan
from tests.support.march_data import REPS_EACH_SIDE, march
from tests.support.stick_figure import curve, times

ROUTINE = """
id = "mine"
name = "Mine"
summary = "x"
source = "heuristic"
[[steps]]
exercise = "standing_march"
sets = 1
reps = 2
[[steps]]
exercise = "glute_bridge"
[[steps]]
exercise = "half_kneeling_hip_flexor_stretch"
sets = 1
hold_s = 10
"""


@pytest.fixture(scope="module")
def long(tmp_path_factory):
    """A march, then a stretch; the bridge between them was left out."""
    folder = tmp_path_factory.mktemp("long")
    poses = list(march().poses)
    began_s = poses[-1].time_s + 1 / 30
    for t in times(20):
        thigh = curve(t, [(0, 25.0), (4, 25.0), (5, -8.0), (20, -8.0)])
        poses.append(HALF_KNEELING.but(thigh_left=thigh).pose(began_s + t))
    write(folder / "long.poses.npz", PoseRecording(poses, SIZE, 30.0))
    (folder / "mine.toml").write_text(ROUTINE, encoding="utf-8")
    return folder, began_s


def test_each_exercise_has_its_own_result(long, tmp_path):
    folder, began_s = long
    plan = read_plan(folder / "mine.toml")
    analysis = analyze_routine(folder / "long.poses.npz", plan, folder=tmp_path)
    march_found, stretch = analysis.found
    assert march_found.summary.totals.reps == {"left": REPS_EACH_SIDE, "right": REPS_EACH_SIDE}
    assert stretch.summary.totals.hold_s["left"] == pytest.approx(15, abs=1.5)
    assert analysis.missing == (1,)
    assert march_found.piece.end_s < began_s < stretch.piece.start_s
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "long.01-standing_march.formcheck.json", "long.01-standing_march.frames.csv",
        "long.03-half_kneeling_hip_flexor_stretch.formcheck.json",
        "long.03-half_kneeling_hip_flexor_stretch.frames.csv", "long.routine.json",
    ]  # fmt: skip
    overview = json.loads((tmp_path / "long.routine.json").read_text(encoding="utf-8"))
    assert overview["not_found"] == [{"step": 2, "exercise": "glute_bridge"}]
    assert [row["file"] for row in overview["exercises"]] == [
        "long.01-standing_march.formcheck.json",
        "long.03-half_kneeling_hip_flexor_stretch.formcheck.json",
    ]
    one = json.loads((tmp_path / overview["exercises"][1]["file"]).read_text(encoding="utf-8"))
    assert one["routine"] == {
        "id": "mine", "step": 3, "from_s": overview["exercises"][1]["from_s"],
    }  # fmt: skip
    assert one["holds"][0]["start_s"] + one["routine"]["from_s"] == pytest.approx(
        stretch.piece.start_s, abs=0.3
    )


def test_stopped_early_is_marked_as_partial(long, tmp_path):
    folder, _ = long
    plan = read_plan(folder / "mine.toml")
    asked = iter([False] * 400 + [True] * 10)
    analysis = analyze_routine(
        folder / "long.poses.npz", plan, folder=tmp_path, should_stop=lambda: next(asked)
    )
    assert analysis.results["partial"]
    assert [item.piece.step for item in analysis.found] == [0]
    assert analysis.found[0].results.partial


def test_results_of_a_routine_go_into_a_folder(long):
    folder, _ = long
    options = RoutineOptions("s3://x/y", None, False, False, True, None, None, None)
    with pytest.raises(SettingError) as caught:
        analyze_routines([str(folder / "long.poses.npz")], str(folder / "mine.toml"), options)
    assert str(caught.value) == "s3://x/y is a URL; the results of a routine go into a folder"


def test_times_of_a_piece_do_not_depend_on_where_it_is(long, tmp_path):
    folder, _ = long
    plan = read_plan(folder / "mine.toml")
    first = analyze_routine(folder / "long.poses.npz", plan, folder=tmp_path)
    assert all(dataclasses.is_dataclass(item) for item in first.found)
    assert first.found[1].results.reps == ()
    assert first.found[1].results.source.duration_s == pytest.approx(
        first.found[1].piece.to_s - first.found[1].piece.from_s, abs=0.01
    )
