"""What goes wrong around the program: every output is absent or whole, and one sentence says why.

Disks are filled and made read-only for real where the tests may mount (as root).
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.robustness import kill as kill_at_random
from formcheck.core.judge.session import Session
from formcheck.io import poses as pose_recording
from tests.support.command_runs import Run
from tests.support.march_data import march
from tests.support.video_data import make_video


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    pose_recording.write(folder / "clip.poses.npz", march())
    return folder / "clip.poses.npz"


def _run(command: list[str]) -> int:
    return subprocess.run(command, check=False, capture_output=True).returncode


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk with room for 64 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(folder)]
    if shutil.which("mount") is None or _run(mount):
        pytest.skip("this user may not mount")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk(clip: Path, small_disk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = Run(capsys, "analyze", clip, "-e", "standing_march", "--output-dir", small_disk)
    assert run.code == 1
    lines = run.err.splitlines()
    assert lines == [f"{small_disk / 'clip.frames.csv'} cannot be written: the disk is full"]
    assert os.listdir(small_disk) == []


def test_a_full_disk_at_the_report_leaves_the_other_results(
    clip: Path, small_disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    subprocess.run(["mount", "-o", "remount,size=1m", str(small_disk)], check=True)
    run = Run(capsys, "analyze", clip, "-e", "standing_march", "--output-dir", small_disk)
    assert run.code == 1
    assert run.err == f"{small_disk / 'clip.report.html'} cannot be written: the disk is full\n"
    assert sorted(os.listdir(small_disk)) == ["clip.formcheck.json", "clip.frames.csv"]
    kill_at_random.check_whole(small_disk / "clip.formcheck.json", "formcheck.json")
    kill_at_random.check_whole(small_disk / "clip.frames.csv", "frames.csv")


def test_a_read_only_disk(clip: Path, small_disk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    run = Run(capsys, "analyze", clip, "-e", "standing_march", "--output-dir", small_disk)
    assert (run.code, run.err) == (
        1,
        f"{small_disk} cannot be the output folder: the disk is read-only; "
        "choose another with --output-dir\n",
    )


def test_an_output_folder_removed_during_work(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    update = Session.update

    def update_and_remove(session: Session, pose: Any) -> Any:
        if pose.time_s == 6.0:
            shutil.rmtree(tmp_path / "out")
        return update(session, pose)

    monkeypatch.setattr(Session, "update", update_and_remove)
    run = Run(capsys, "analyze", clip, "-e", "standing_march", "--output-dir", tmp_path / "out")
    assert (run.code, run.err) == (
        1,
        f"{tmp_path / 'out' / 'clip.frames.csv'} cannot be written: the folder does not exist\n",
    )
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
@pytest.mark.model
@pytest.mark.parametrize("damage", ["truncated", "replaced", "empty"])
def test_a_damaged_model_is_never_used(
    model_path: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    damage: str,
) -> None:
    good = model_path.read_bytes()
    bad = {"truncated": good[:-1000], "replaced": b"PK\x03\x04" * 1000, "empty": b""}[damage]
    (tmp_path / model_path.name).write_bytes(bad)
    monkeypatch.setenv("FORMCHECK_MODEL_DIR", str(tmp_path))
    make_video(tmp_path / "a.mp4", [0.0, 0.1, 0.2])
    run = Run(capsys, "analyze", tmp_path / "a.mp4", "-e", "standing_march")
    assert run.code == 1
    assert f"{tmp_path / model_path.name} is damaged or is not the full model" in run.err
    assert sorted(os.listdir(tmp_path)) == ["a.mp4", model_path.name]
    run = Run(capsys, "doctor")
    assert run.code == 1
    assert f"{tmp_path / model_path.name} is damaged or is not the full model" in run.out


@pytest.mark.timeout(600)
@pytest.mark.slow
def test_stopped_at_random_moments(clip: Path, tmp_path: Path) -> None:
    # `python -m benchmarks robustness kill` does it a hundred times.
    folder = tmp_path / "work"
    folder.mkdir()
    trial = kill_at_random.Trial([clip], "standing_march", folder, ["--no-report"])
    trial.whole.discard("report.html")
    chance = random.Random(5)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        _, problems = trial.disturbed(number, chance.uniform(0.2, 1.5), group=False)
        assert problems == []
    last = trial.start("last")
    last.communicate()
    assert last.returncode == 0
    assert trial.leftovers() == []


@pytest.mark.timeout(300)
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc")
def test_workers_end_with_a_killed_parent(clip: Path, tmp_path: Path) -> None:
    # A worker that has begun waits for work; here it would wait for a minute.
    code = (
        "import multiprocessing, os, signal, sys, time\n"
        "from test_faults import wait_as_a_worker\n"
        "if __name__ == '__main__':\n"
        "    context = multiprocessing.get_context('spawn')\n"
        "    ready = context.Event()\n"
        "    context.Process(target=wait_as_a_worker, args=(ready,)).start()\n"
        "    ready.wait()\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    main = tmp_path / "parent.py"
    main.write_text(code)
    mark = "formcheck-test-orphans"
    subprocess.run(
        [sys.executable, str(main)],
        env={
            **os.environ,
            kill_at_random.MARK: mark,
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), *sys.path]),
        },
        check=False,
        timeout=200,
    )
    assert kill_at_random.orphans(mark, patience_s=30.0) == []


def wait_as_a_worker(ready: Any) -> None:
    """Begin as a worker of `analyze --workers` does, and then do nothing for minutes."""
    import multiprocessing
    import time

    from formcheck.commands import _parallel

    _parallel._begin_worker(multiprocessing.get_context("spawn").Event(), False)
    ready.set()
    time.sleep(300)
