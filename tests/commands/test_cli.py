from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import cv2
import pytest

from formcheck.batch import jobs
from formcheck.commands._terminal import Bars
from formcheck.core.judge.session import Session
from formcheck.io import poses as pose_recording
from formcheck.io.specs import spec_paths
from tests.support.command_runs import Run
from tests.support.march_data import REPS_EACH_SIDE, march
from tests.support.video_data import make_video


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.poses.npz"
    pose_recording.write(path, march())
    return path


def test_analyze_counts_and_writes_beside_the_source(
    clip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Run(capsys, "analyze", clip, "--exercise", "standing_march", "--no-report")
    assert (run.code, run.err) == (0, "")
    assert "Counted: 2 reps left, 2 reps right." in run.out
    assert sorted(os.listdir(clip.parent)) == [
        "clip.formcheck.json",
        "clip.frames.csv",
        "clip.poses.npz",
    ]
    found = json.loads((clip.parent / "clip.formcheck.json").read_text())
    assert found["totals"]["reps"] == {"left": REPS_EACH_SIDE, "right": REPS_EACH_SIDE}
    assert found["partial"] is False


def test_json_alone_goes_to_standard_output(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Run(
        capsys, "analyze", clip, "-e", "standing_march", "--json", "--output-dir", tmp_path / "o"
    )
    assert run.code == 0
    assert run.out == (tmp_path / "o" / "clip.formcheck.json").read_text()


def test_the_report_is_written(clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = Run(capsys, "analyze", clip, "-e", "standing_march")
    assert run.code == 0
    page = clip.with_name("clip.report.html")
    assert page.read_text().startswith("<!doctype html>")
    assert str(page) in run.out


@pytest.mark.model
def test_a_recording_gives_the_results_of_its_video(
    model_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clip = make_video(tmp_path / "clip.mp4", [i / 10 for i in range(15)])
    recording = tmp_path / "r" / "clip.poses.npz"
    assert Run(capsys, "poses", clip, "-o", recording).code == 0
    for source in (clip, recording):
        assert Run(capsys, "analyze", source, "-e", "glute_bridge", "--no-report").code == 0
    first, second = (
        json.loads((folder / "clip.formcheck.json").read_text())
        for folder in (tmp_path, recording.parent)
    )
    del first["source"], second["source"]
    marks = [found.pop("settings").split("-") for found in (first, second)]
    assert marks[0][0] == marks[1][0]
    assert marks[0][1] != marks[1][1]
    assert first == second
    assert first["model"]["name"] == "full"
    assert (tmp_path / "clip.formcheck.mp4").exists()
    frames = [(folder / "clip.frames.csv").read_text() for folder in (tmp_path, recording.parent)]
    assert frames[0] == frames[1]


def test_names_are_no_markup(clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd = clip.rename(clip.with_name("[red][bold].poses.npz"))
    run = Run(capsys, "analyze", odd, "-e", "standing_march", "--no-report")
    assert run.code == 0
    assert "in [red][bold].poses.npz (" in run.out
    bars = Bars()
    bars.begin(odd.name)
    bars.at(0.1, 1.0)
    bars.close()


def test_one_side_only(clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = Run(capsys, "analyze", clip, "-e", "standing_march", "--side", "left", "--json")
    assert json.loads(run.out)["totals"]["reps"] == {"left": REPS_EACH_SIDE}


def test_a_rolled_camera_is_told_by_its_angle(
    clip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    level = json.loads(Run(capsys, "analyze", clip, "-e", "standing_march", "--json").out)
    rolled = json.loads(
        Run(capsys, "analyze", clip, "-e", "standing_march", "--roll", "10", "--json").out
    )
    name = "trunk_lean_sagittal_deg"
    leans = [found["measurements"][name]["mean"] for found in (level, rolled)]
    # It faces the picture's left, where the plumb line's lower end is: the trunk leans forward.
    assert leans == pytest.approx([0.0, 10.0], abs=0.05)


def test_an_exercise_of_ones_own(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = tmp_path / "mine.toml"
    spec.write_bytes(spec_paths()["standing_march"].read_bytes())
    assert Run(capsys, "analyze", clip, "-e", spec).code == 0


@pytest.mark.parametrize("workers", [1, 2])
def test_of_several_sources_a_bad_one_is_told_and_the_rest_done(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], workers: int
) -> None:
    second = tmp_path / "second.poses.npz"
    second.write_bytes(clip.read_bytes())
    (tmp_path / "zero.mp4").touch()
    (tmp_path / "old.formcheck.mp4").touch()
    (tmp_path / "notes.txt").write_text("no source")
    run = Run(
        capsys,
        *("analyze", tmp_path, "none.mp4", tmp_path / "*.mkv", "-e", "standing_march", "--json"),
        *("--output-dir", tmp_path / "o", "--workers", workers, "--no-report"),
    )
    assert run.code == 1
    found = {item["source"]["path"] for item in json.loads(run.out)}
    assert found == {"clip.poses.npz", "second.poses.npz"}
    assert sorted(run.err.splitlines()) == sorted(
        [
            f"no video or pose recording matches {tmp_path}/*.mkv",
            f"{tmp_path}/zero.mp4 is empty (0 bytes); copy or record it again",
            "left out, written by formcheck itself: old.formcheck.mp4",
            "none.mp4 does not exist",
        ]
    )
    assert len(os.listdir(tmp_path / "o")) == 4


def _results(folder: Path) -> dict[str, str]:
    return {
        path.name: json.loads(path.read_text())["source"]["path"]
        for path in folder.glob("*.formcheck.json")
    }


def test_sources_of_one_name_get_results_of_their_own(
    clip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = clip.with_name("clip.npz")
    other.write_bytes(clip.read_bytes())
    both = {"clip.formcheck.json": clip.name, "clip.npz.formcheck.json": other.name}
    assert Run(capsys, "analyze", clip, other, "-e", "standing_march", "--no-report").code == 0
    assert _results(clip.parent) == both
    # Alone, too, it does not take the other's place; again it takes its own.
    for _ in range(2):
        assert Run(capsys, "analyze", other, "-e", "standing_march", "--no-report").code == 0
        assert _results(clip.parent) == both


@pytest.mark.parametrize("letter", ["a", "\u7684", "\U0001f9d8"])
def test_the_longest_names_are_no_trouble(
    letter: str, clip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stem = letter * (240 // len(letter.encode()))
    paths = [clip.with_name(f"{stem}{number}.npz") for number in (1, 2)]
    for path in paths:
        path.write_bytes(clip.read_bytes())
    run = Run(capsys, "analyze", *paths, "-e", "standing_march", "--no-report")
    assert (run.code, run.err) == (0, "")
    assert sorted(_results(clip.parent).values()) == sorted(path.name for path in paths)


def test_own_outputs_are_no_sources_however_given(
    clip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = [clip.with_name(f"{name}.formcheck.mp4") for name in "abcde"]
    for path in own:
        path.touch()
    run = Run(capsys, "analyze", clip, *own, "-e", "standing_march", "--no-report")
    assert run.code == 0
    assert run.err == (
        "left out, written by formcheck itself: a.formcheck.mp4, b.formcheck.mp4, c.formcheck.mp4 "
        "and 2 more\n"
    )
    run = Run(capsys, "analyze", own[0], "-e", "standing_march")
    assert run.code == 1
    assert f"{own[0]} is what formcheck wrote itself: nothing is left to analyse" in run.err


def test_every_source_fails_alone_whatever_the_error(
    clip: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = clip.with_name("other.poses.npz")
    other.write_bytes(clip.read_bytes())
    real, calls = jobs.analyze, []

    def fail_once(*args: Any, **kwargs: Any) -> Any:
        calls.append(args)
        if len(calls) == 1:
            raise cv2.error("OpenCV: (-215) assertion\nfailed")
        return real(*args, **kwargs)

    monkeypatch.setattr(jobs, "analyze", fail_once)
    monkeypatch.delenv("FORMCHECK_DEBUG", raising=False)
    run = Run(capsys, "analyze", clip, other, "-e", "standing_march", "--report")
    assert run.code == 1
    assert run.err == f"{clip} cannot be analysed: error: OpenCV: (-215) assertion failed\n"
    assert _results(clip.parent) == {"other.formcheck.json": other.name}
    assert "overview: " in run.out


def test_an_older_file_in_a_sources_place_is_another_one(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def done() -> bool:
        run = Run(capsys, "analyze", clip, "-e", "standing_march", "--no-report", "--continue")
        assert run.code == 0
        return "done before" in run.out

    assert [done(), done()] == [False, True]
    os.utime(clip, (1e9, 1e9))
    assert [done(), done()] == [False, True]
    os.utime(clip, (4e9, 4e9))
    assert [done(), done()] == [False, True]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none.mp4", None, "{path} does not exist\n"),
        ("text.mp4", b"hello", "{path} is not a video that can be read\n"),
        ("zero.mp4", b"", "{path} is empty (0 bytes); copy or record it again\n"),
        (
            "text.npz",
            b"hello",
            "{path} is not a pose recording (no .npz file); make one with 'formcheck poses'\n",
        ),
    ],
)
def test_bad_sources_are_one_sentence_and_leave_nothing(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    content: bytes | None,
    message: str,
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    before = os.listdir(tmp_path)
    run = Run(capsys, "analyze", path, "-e", "standing_march")
    assert (run.code, run.out, run.err) == (1, "", message.format(path=path))
    assert os.listdir(tmp_path) == before


def test_a_video_cut_in_half(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = make_video(tmp_path / "a.mp4", [i / 30 for i in range(30)])
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    run = Run(capsys, "analyze", path, "-e", "standing_march")
    assert (run.code, run.err) == (
        1,
        f"{path} is an incomplete video: its index is missing, as in a recording or copy that was "
        "cut off; copy or export it again\n",
    )
    assert os.listdir(tmp_path) == ["a.mp4"]


def test_an_unknown_exercise(clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = Run(capsys, "analyze", clip, "-e", "standing_marsh")
    assert run.code == 1
    assert "standing_marsh" in run.err
    assert "did you mean 'standing_march'?" in run.err


def test_a_misspelt_key(clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = tmp_path / "mine.toml"
    text = spec_paths()["standing_march"].read_text().replace("top_above", "top_abowe")
    spec.write_text(text)
    for run in (
        Run(capsys, "analyze", clip, "-e", spec),
        Run(capsys, "check-spec", spec),
    ):
        assert run.code == 1
        assert "mine.toml: rep -> top_abowe: unknown key; did you mean 'top_above'?" in run.err


def test_check_spec_tells_all_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = spec_paths()["standing_march"]
    run = Run(capsys, "check-spec", tmp_path / "none.toml", good)
    assert run.code == 1
    assert run.err == f"{tmp_path}/none.toml: no such file\n"
    assert run.out.startswith(f"{good}: good (")


def test_an_output_folder_that_cannot_be_is_found_before_any_work(
    clip: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Session, "update", None)
    run = Run(capsys, "analyze", clip, "-e", "standing_march", "--output-dir", clip / "sub")
    assert run.code == 1
    assert run.err.startswith(f"{clip / 'sub'} cannot be the output folder: ")


def test_a_stream_is_for_live(capsys: pytest.CaptureFixture[str]) -> None:
    run = Run(capsys, "analyze", "rtsp://cam.local/1", "-e", "standing_march")
    assert (run.code, run.err) == (
        1,
        "rtsp://cam.local/1 is a stream; 'formcheck live' watches streams, 'analyze' reads files\n",
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["analyze"],
        ["analyze", "a.mp4"],
        ["analyze", "a.mp4", "-e", "standing_march", "--side", "up"],
        ["analyze", "a.mp4", "-e", "standing_march", "--workers", "0"],
        ["dance"],
        ["poses", "a.mp4"],
    ],
)
def test_wrong_usage_is_code_2(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert Run(capsys, *arguments).code == 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_keeps_the_results_so_far(
    clip: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    number: signal.Signals,
) -> None:
    update = Session.update

    def update_and_interrupt(session: Session, pose: Any) -> Any:
        if pose.time_s == 6.0:
            os.kill(os.getpid(), number)
        return update(session, pose)

    monkeypatch.setattr(Session, "update", update_and_interrupt)
    run = Run(capsys, "analyze", clip, clip.with_name("b.mp4"), "-e", "standing_march")
    assert run.code == 3
    assert run.err == (
        "stopped: the results so far are kept and marked as partial; not analysed: 1 of 2 sources\n"
    )
    assert "Stopped early" in run.out
    found = json.loads(clip.with_name("clip.formcheck.json").read_text())
    assert found["partial"] is True
    assert found["totals"]["reps"] == {"left": 1, "right": 0}
    rows = clip.with_name("clip.frames.csv").read_text().splitlines()
    assert len(rows) == 1 + 181


def test_two_interruptions_stop_at_once(
    clip: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt_twice(_session: Session, _pose: Any) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(5)

    monkeypatch.setattr(Session, "update", interrupt_twice)
    run = Run(capsys, "analyze", clip, "-e", "standing_march")
    assert (run.code, run.err) == (3, "stopped\n")
    assert os.listdir(clip.parent) == [clip.name]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("moment", ["formcheck.cli", "formcheck.batch.analyze", "exec", "atexit"])
def test_an_interruption_at_any_moment_is_code_3_or_too_late(
    clip: Path, number: signal.Signals, moment: str
) -> None:
    # The process interrupts itself while it loads a module, or while Python clears up.
    script = """
import atexit, os, signal, sys
# A test run in the background of a shell inherits a SIGINT that is ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
number = int(sys.argv.pop())
def stop(): os.kill(os.getpid(), number)
class Watch:
    def find_spec(self, name, *_):
        if name == ("typer" if "MOMENT" == "exec" else "MOMENT"):
            sys.meta_path.remove(self)
            exec("stop()") if "MOMENT" == "exec" else stop()
sys.meta_path.insert(0, Watch())
from formcheck.__main__ import main
if "MOMENT" == "atexit":
    atexit.register(stop)
main()
""".replace("MOMENT", moment)
    done = subprocess.run(
        [
            *(sys.executable, "-c", script, "analyze", clip.name, "-e", "standing_march"),
            *("--no-report", str(int(number))),
        ],
        capture_output=True,
        text=True,
        cwd=clip.parent,
        timeout=100,
        check=False,
    )
    ended_by_itself = moment == "atexit"
    assert done.returncode == (0 if ended_by_itself else 3)
    assert done.stderr == ("" if ended_by_itself else "stopped\n")
    made = ["clip.formcheck.json", "clip.frames.csv"] if ended_by_itself else []
    assert sorted(os.listdir(clip.parent)) == [*made, clip.name]


def test_a_bug_is_one_sentence_too(
    clip: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_session: Session, _pose: Any) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(Session, "update", fail)
    monkeypatch.delenv("FORMCHECK_DEBUG", raising=False)
    run = Run(capsys, "analyze", clip, "-e", "standing_march")
    assert run.code == 1
    assert run.err == (
        "formcheck failed in a way it should not (ZeroDivisionError: a bug); "
        "set FORMCHECK_DEBUG=1 to see where, and please report it\n"
    )


def test_exercises_are_listed_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert "standing_march" in Run(capsys, "exercises").out
    shown = Run(capsys, "exercises", "standing_march").out
    assert "Standing march" in shown
    assert "What is checked" in shown


def test_models_are_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORMCHECK_MODEL_DIR", str(tmp_path))
    run = Run(capsys, "models", "list")
    assert [line.split()[0] for line in run.out.splitlines()] == [
        *("name", "lite", "full", "heavy", "kept")
    ]
    assert Run(capsys, "models").out == run.out


def test_poses_must_be_named_as_such(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = Run(capsys, "poses", "a.mp4", "-o", tmp_path / "a.npz")
    assert (run.code, run.err) == (1, f"{tmp_path}/a.npz should end in .poses.npz\n")


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert Run(capsys, "--version").out == "formcheck 0.1.0\n"


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys; import formcheck.cli; "
        "print([m for m in ('cv2', 'mediapipe', 'av', 'numpy', 'pydantic') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "[]\n"
