from __future__ import annotations

import copy
import csv
import json
import math
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from formcheck.cli import app
from formcheck.core.formatting import time_text, value_text
from formcheck.errors import OutputError, SettingError
from formcheck.io import poses as pose_recording
from formcheck.io.frames import FrameTable
from formcheck.io.result_file import parse_results
from formcheck.io.specs import load_spec
from formcheck.report import ReportInput, Take, render_report, write_overview
from formcheck.report import files as report_files
from formcheck.report.charts import MAX_POINTS, chart_data, limit_text
from formcheck.report.client import client_summary, measured_text
from formcheck.report.files import remake_report, video_address, write_report
from formcheck.report.names import MeasurementName
from formcheck.report.plotly_bundle import csp_hash
from formcheck.report.sources import source_text
from tests.support.march_data import march
from tests.support.report_data import march_frames, march_results, march_spec


class _Text(HTMLParser):
    """What a person reads, and which tags and scripts there are."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag):
        self._inside = ""

    def handle_data(self, data):
        if self._inside == "script":
            self.scripts.append(data)
        elif self._inside != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def _read(page: str) -> _Text:
    parsed = _Text()
    parsed.feed(page)
    return parsed


def _page(results=None, frames=None, spec=None, **more) -> str:
    return render_report(
        ReportInput(
            parse_results(results or march_results()),
            march_frames() if frames is None else frames,
            spec,
            **more,
        )
    )


def test_a_client_reads_what_was_done_and_the_one_thing():
    text = _read(_page(spec=march_spec())).text
    for wanted in (
        "Standing march",
        "Aim: 3 sets of 10 reps a side, each held 3–5 s",
        "Lift the knee until the thigh is level",
        "Seen once, on the left. Clearest at 9.7 s: 71° (at least 80° wanted).",
        "4 of 5 reps were clean.",
        "Needs the front view (24.0 s)",
        "The feet were out of the picture for 2.0 s",
        "Reached 71°, the target is 85°",
        "not a medical diagnosis",
    ):
        assert wanted in text


@pytest.mark.parametrize("spec", [march_spec(), None])
def test_no_raw_id_and_no_nan_is_shown(spec):
    text = _read(_page(spec=spec)).text
    assert not re.findall(r"\b[a-z]+_[a-z_]+\b", text)
    assert not re.search(r"\b(nan|NaN|None|null|undefined|inf)\b", text)


def test_unknown_numbers_become_a_dash():
    results = march_results()
    results["reps"][0]["measurements"]["thigh_elevation_max_deg"] = None
    results["measurements"]["knee_flexion_left_deg"] = dict.fromkeys(
        ("min", "max", "mean", "coverage")
    )
    results["source"]["duration_s"] = None
    results["model"] = None
    page = _page(results, spec=march_spec())
    assert "NaN" not in _read(page).text


def test_nothing_of_the_input_becomes_markup():
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'"
    results = march_results()
    results["faults"][0]["cue"] = evil
    results["faults"][0]["check"] = evil
    results["not_assessed"][0]["reason"] = evil
    results["quality"]["warnings"] = [evil]
    results["exercise"] = evil
    frames = march_frames()
    frames = FrameTable(
        frames.time_s, {**frames.values, f"{evil}_deg": frames.values["trunk_lean_sagittal_deg"]}
    )
    spec = march_spec().model_copy(update={"name": evil, "source": evil})
    for page in (
        _page(results, frames, spec, title=evil, recorded_on=evil),
        _page(results, frames, None, title=evil, video_url=f"./{evil}"),
    ):
        parsed = _read(page)
        assert [tag for tag, _ in parsed.tags].count("script") == 3
        assert not any(name.startswith("on") for _, attrs in parsed.tags for name in attrs)
        assert not any(attrs.get("src") == "x" for _, attrs in parsed.tags)
        json.loads(parsed.scripts[0])


def test_the_policy_allows_only_our_two_scripts():
    page = _page(spec=march_spec())
    parsed = _read(page)
    policy = next(
        attrs["content"]
        for tag, attrs in parsed.tags
        if tag == "meta" and attrs.get("http-equiv") == "Content-Security-Policy"
    )
    assert "default-src 'none'" in policy
    assert "connect-src 'none'" in policy
    assert csp_hash(parsed.scripts[-1]) in policy
    assert "unsafe-eval" not in policy
    assert not re.search(r"script-src[^;]*unsafe", policy)
    addresses = [
        value
        for _, attrs in parsed.tags
        for name, value in attrs.items()
        if name in ("src", "href", "action") and value
    ]
    assert all(value.startswith(("#", "data:")) for value in addresses)


def test_a_page_of_ten_minutes_stays_under_three_megabytes():
    time_s = np.arange(0, 600, 1 / 30)
    frames = FrameTable(
        time_s,
        {
            f"{name}_{side}_deg": 45 + 40 * np.sin(time_s + number)
            for side in ("left", "right")
            for number, name in enumerate(
                ("thigh_elevation", "knee_flexion", "shin_lean", "arm_elevation", "ankle", "a", "b")
            )
        },
    )
    results = march_results()
    results["reps"] = results["reps"] * 40
    page = _page(results, frames, march_spec())
    assert len(page.encode()) < 3_000_000


def test_long_curves_keep_their_peaks():
    time_s = np.arange(0, 600, 1 / 30)
    values = np.zeros_like(time_s)
    values[12_345] = 90.0
    chart = chart_data(FrameTable(time_s, {"thigh_elevation_left_deg": values}), march_spec())[0]
    line = chart["series"][0]
    assert len(line["y"]) <= MAX_POINTS + 2
    assert max(line["y"]) == 90.0
    assert line["t"][line["y"].index(90.0)] == pytest.approx(12_345 / 30, abs=0.001)
    assert line["t"] == sorted(line["t"])


def test_charts_begin_with_what_the_exercise_is_about():
    charts = chart_data(march_frames(), march_spec())
    assert charts[0]["id"] == "thigh_elevation"
    assert charts[0]["band"] == {"from": 80.0, "to": None}
    assert charts[0]["lines"] == [{"y": 85.0, "text": "target 85°"}]
    assert [chart["id"] for chart in charts if chart["main"]] == [
        "thigh_elevation",
        "trunk_lean_sagittal",
    ]
    assert "pelvis_list" not in [chart["id"] for chart in charts]
    gaps = next(c for c in charts if c["id"] == "knee_flexion")["series"][1]["y"]
    assert None in gaps


def test_an_empty_take_says_so_kindly():
    results = march_results()
    for key in ("reps", "attempts", "faults", "holds"):
        results[key] = []
    results["totals"] = {key: {"left": 0, "right": 0} for key in ("reps", "attempts", "hold_s")}
    results["measurements"] = {}
    text = _read(_page(results, FrameTable(np.zeros(0), {}), march_spec())).text
    assert "No rep or hold was seen in this video." in text
    assert "there are no curves" in text
    assert "clean" not in text


def test_all_well_is_said_and_what_was_not_judged_too():
    results = march_results()
    results["faults"], results["attempts"] = [], []
    results["totals"]["attempts"] = {"left": 0, "right": 0}
    for rep in results["reps"]:
        rep["faults"] = []
    summary = client_summary(parse_results(results), march_spec())
    assert summary.one_thing.good
    assert "could not be judged" in summary.one_thing.detail
    assert summary.went_well[0] == "All 5 reps were clean."


def test_missed_targets_are_the_one_thing_where_no_check_failed():
    results = march_results()
    results["faults"] = []
    one = client_summary(parse_results(results), march_spec()).one_thing
    assert one.text == "Go all the way to the target."
    assert one.detail == (
        "1 movement did not reach the target (1 on the left). "
        "Clearest at 10.6 s: thigh height 71°, target 85°."
    )
    assert one.seek_s == 10.6


def test_a_hold_reads_in_seconds():
    results = march_results()
    results.update(reps=[], attempts=[], faults=[])
    results["totals"] = {
        "reps": {"left": 0, "right": 0},
        "attempts": {"left": 0, "right": 0},
        "hold_s": {"left": 47.2, "right": 0.0},
    }
    results["holds"] = [
        {"side": "left", "start_s": 1.0, "end_s": 49.0, "hold_s": 47.2, "faults": []}
    ]
    tiles = client_summary(parse_results(results), None).tiles
    assert [(tile.value, tile.label, tile.note) for tile in tiles] == [
        ("47.2 s", "held in all, left", ""),
        ("0.0 s", "held in all, right", "none in this video"),
    ]


@pytest.mark.parametrize(
    ("name", "parts", "label"),
    [
        (
            "thigh_elevation_left_deg",
            ("thigh_elevation", "left", None, "deg"),
            "Thigh height",
        ),
        (
            "thigh_elevation_max_deg",
            ("thigh_elevation", None, "max", "deg"),
            "Thigh height, highest",
        ),
        (
            "knee_over_ankle_right",
            ("knee_over_ankle", "right", None, "ratio"),
            "Knee in front of the ankle",
        ),
        ("my_thing_deg_per_s", ("my_thing", None, None, "deg_per_s"), "My thing"),
    ],
)
def test_measurement_names_are_taken_apart(name, parts, label):
    parsed = MeasurementName.parse(name)
    assert (parsed.base, parsed.side, parsed.stat, parsed.unit) == parts
    assert parsed.label == label


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (71.4, "deg", "71°"),
        (-5.2, "deg", "−5°"),
        (-0.2, "deg", "0°"),
        (1.94, "s", "1.9 s"),
        (0.127, "ratio", "0.13"),
        (math.nan, "deg", "–"),
        (None, "deg", "–"),
    ],
)
def test_every_number_has_its_unit(value, unit, text):
    assert value_text(value, unit) == text


@pytest.mark.parametrize(
    ("time_s", "text"), [(9.74, "9.7 s"), (59.96, "1:00.0 min"), (62.4, "1:02.4 min")]
)
def test_times_read_as_times(time_s, text):
    assert time_text(time_s) == text


def test_sources_are_spelt_out():
    assert source_text("heuristic: 15 deg") == "Heuristic: 15°"
    page = _page(march_results(), march_frames(), march_spec())
    text = " ".join(page.split())
    assert (
        "<dt>S0</dt><dd>“10 psoas exercises”, SportCoaching, year unknown, address unknown</dd>"
        in text
    )
    assert "<dt>heuristic</dt><dd>No published source; kept until " in text


def _write_take(folder: Path) -> Path:
    frames = march_frames()
    names = list(frames.values)
    rows = [",".join(["time_s", "phase", *names])]
    for index, time_s in enumerate(frames.time_s):
        cells = [frames.values[name][index] for name in names]
        rows.append(
            ",".join([f"{time_s:.6f}", "rest", *("" if c != c else f"{c:.3f}" for c in cells)])
        )
    (folder / "march.frames.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    path = folder / "march.formcheck.json"
    path.write_text(json.dumps(march_results()), encoding="utf-8")
    return path


def test_a_report_is_made_again_from_its_files(tmp_path: Path):
    page = remake_report(_write_take(tmp_path))
    assert page == tmp_path / "march.report.html"
    text = _read(page.read_text(encoding="utf-8")).text
    assert "Standing march" in text
    assert "4 of 5 reps were clean." in text


def test_the_same_input_gives_the_same_page():
    assert _page(spec=march_spec()) == _page(copy.deepcopy(march_results()), spec=march_spec())


@pytest.mark.parametrize("exercise", ["../../../etc/passwd", "/tmp/x.toml", "nothing"])
def test_a_result_file_cannot_name_a_path_as_its_exercise(exercise):
    assert report_files.spec_of(exercise) is None


def test_the_video_is_named_relative_to_the_page(tmp_path: Path):
    (tmp_path / "out").mkdir()
    video = tmp_path / "javascript:a b#?.mp4"
    video.write_bytes(b"x" * 10)
    page = tmp_path / "out" / "a.report.html"
    assert video_address(video, page) == "./../javascript%3Aa%20b%23%3F.mp4"
    assert video_address(video, page, embed=True) == "data:video/mp4;base64,eHh4eHh4eHh4eA=="


def test_too_large_a_video_is_not_embedded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    video = tmp_path / "a.mp4"
    video.write_bytes(b"x" * 10)
    monkeypatch.setattr(report_files, "MAX_EMBEDDED_BYTES", 5)
    with pytest.raises(OutputError, match="leave it beside the page"):
        video_address(video, tmp_path / "a.html", embed=True)


def test_a_broken_video_costs_only_its_pictures(tmp_path: Path):
    video = tmp_path / "march.formcheck.mp4"
    video.write_bytes(b"not a video")
    page = tmp_path / "march.report.html"
    write_report(page, parse_results(march_results()), march_frames(), march_spec(), video=video)
    assert 'src="./march.formcheck.mp4"' in page.read_text(encoding="utf-8")


def _takes(folder: Path) -> list[Take]:
    evil = "=cmd<b>.mp4"
    return [
        Take(
            "march.mp4",
            parse_results(march_results()),
            march_spec(),
            folder / "sub" / "march.report.html",
        ),
        Take(evil, None, problem="evil.mp4 is no video"),
    ]


def test_an_overview_links_the_reports_and_names_what_failed(tmp_path: Path):
    page, table = write_overview(tmp_path, _takes(tmp_path))
    parsed = _read(page.read_text(encoding="utf-8"))
    assert "2 clips" in parsed.text
    assert "Could not be analysed: evil.mp4 is no video" in parsed.text
    assert "2 left, 3 right" in parsed.text
    assert not re.findall(r"\b[a-z]+_[a-z_]+\b", parsed.text)
    assert [attrs["href"] for tag, attrs in parsed.tags if tag == "a" and attrs.get("href")] == [
        "#main",
        "./sub/march.report.html",
    ]
    assert page.stat().st_size < 40_000
    with table.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["reps_right"] == "3"
    assert rows[0]["reps_both"] == ""
    assert rows[0]["to_work_on"] == "Lift the knee until the thigh is level"
    assert rows[0]["report"] == "./sub/march.report.html"
    # A spreadsheet must not take a file name for a formula.
    assert rows[1]["clip"] == "'=cmd<b>.mp4"
    assert rows[1]["problem"] == "evil.mp4 is no video"


def test_the_command_makes_reports_and_an_overview_of_a_folder(tmp_path: Path):
    _write_take(tmp_path)
    done = CliRunner().invoke(app, ["report", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert {path.name for path in tmp_path.glob("*.html")} == {
        "march.report.html",
        "formcheck.overview.html",
    }
    (tmp_path / "broken.formcheck.json").write_text("{", encoding="utf-8")
    done = CliRunner().invoke(app, ["report", str(tmp_path)])
    assert done.exit_code == 1
    assert "broken.formcheck.json is not a result file of formcheck" in done.output
    assert "broken" in (tmp_path / "formcheck.overview.csv").read_text(encoding="utf-8")


def test_a_folder_without_results_is_refused(tmp_path: Path):
    done = CliRunner().invoke(app, ["report", str(tmp_path)])
    assert done.exit_code == 1
    assert "has no *.formcheck.json in it" in done.output


def test_the_export_command(tmp_path: Path):
    _write_take(tmp_path)
    pose_recording.write(tmp_path / "march.poses.npz", march())
    frames, poses = str(tmp_path / "march.frames.csv"), str(tmp_path / "march.poses.npz")
    done = CliRunner().invoke(app, ["export", frames, poses, "--output-dir", str(tmp_path / "o")])
    assert done.exit_code == 0, done.output
    assert {path.name for path in (tmp_path / "o").iterdir()} == {"march.mot", "march.trc"}
    done = CliRunner().invoke(app, ["export", poses, "--mot"])
    assert isinstance(done.exception, SettingError)
    done = CliRunner().invoke(app, ["export", str(tmp_path / "x.mp4")])
    assert "is neither a *.frames.csv nor a pose recording" in str(done.exception)


def test_the_command_exports_parquet(tmp_path: Path):
    pytest.importorskip("pyarrow")
    _write_take(tmp_path)
    done = CliRunner().invoke(app, ["export", str(tmp_path / "march.frames.csv"), "--parquet"])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "march.parquet").stat().st_size > 1000


def _hold_results(*seconds: float) -> dict:
    results = march_results()
    results.update(reps=[], attempts=[], faults=[])
    results["totals"] = {
        "reps": {"left": 0, "right": 0},
        "attempts": {"left": 0, "right": 0},
        "hold_s": {"left": sum(seconds), "right": 0.0},
    }
    results["holds"] = [
        {"side": "left", "start_s": 5.0 * n, "end_s": 5.0 * n + s, "hold_s": s, "faults": []}
        for n, s in enumerate(seconds)
    ]
    return results


def test_a_short_hold_is_not_called_good():
    summary = client_summary(
        parse_results(_hold_results(1.5, 2.6)), load_spec("half_kneeling_hip_flexor_stretch")
    )
    assert summary.one_thing.text == "Hold it longer."
    assert summary.one_thing.detail == (
        "Your longest hold was 2.6 s; the aim is 45 s. There were 2 holds with breaks between them."
    )
    assert summary.one_thing.seek_s == 5.0
    assert not any("2.6" in line for line in summary.went_well)


def test_a_full_hold_is_praised():
    summary = client_summary(
        parse_results(_hold_results(46.0)), load_spec("half_kneeling_hip_flexor_stretch")
    )
    assert summary.one_thing.good
    assert "You held for 46.0 s; the aim was 45 s." in summary.went_well
    assert "Quality of the recording" in summary.one_thing.detail


@pytest.mark.parametrize(
    ("worst", "limit", "text"),
    [
        (-21.1, -9.0, "21° back (at most 9° wanted)"),
        (12.3, 6.0, "12° forward (at most 6° wanted)"),
        (-5.0, 2.0, "5° back (at least 2° forward wanted)"),
        (1.0, 4.0, "1° forward (at least 4° wanted)"),
        (6.3, 6.0, "6° forward (at most 6° wanted)"),
    ],
)
def test_signs_become_words(worst, limit, text):
    check = march_spec().checks[2]
    fault = parse_results(march_results()).faults[0]
    fault = fault.model_copy(update={"worst": worst, "limit": limit})
    assert measured_text(fault, check) == text


def test_limits_are_said_without_signs():
    check = march_spec().checks[2]
    assert limit_text(check) == "at most 10° back and 10° forward during the rep"
    assert limit_text(march_spec().checks[0]) == "at least 80° at the top"
    assert limit_text(march_spec().checks[1]) == "held at the top at least 3.0 s"


def test_an_exercise_without_rules_gets_no_fake_score():
    spec = march_spec().model_copy(update={"kind": "timed", "rep": None, "checks": ()})
    results = march_results()
    results.update(reps=[], attempts=[], faults=[], not_assessed=[])
    results["totals"] = {k: {"both": 0} for k in ("reps", "attempts", "hold_s")}
    results["totals"]["timed_s"] = {"both": 24.0}
    summary = client_summary(parse_results(results), spec)
    assert [(tile.value, tile.note) for tile in summary.tiles] == [("24.0 s", "not assessed")]
    assert summary.one_thing.text == "Nothing is judged in this exercise."
    assert summary.went_well == ()
    assert "Standing march" in _page(results, spec=spec)
