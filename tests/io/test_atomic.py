from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest

from formcheck.errors import OutputError
from formcheck.io.atomic import require_writable_folder, scratch_folder, write_text, writing


def test_writes_the_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_text(path, "né")
    assert path.read_bytes() == "né".encode()
    assert os.listdir(tmp_path) == ["a.json"]


def test_gives_the_mode_of_any_new_file(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write_text(tmp_path / "a", "x")
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt])
def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, failure: type[BaseException]
) -> None:
    path = tmp_path / "a.json"
    path.write_text("old")

    def fail_halfway() -> None:
        with writing(path) as temporary:
            temporary.write_text("half")
            raise failure

    with pytest.raises(failure):
        fail_halfway()
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.json"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    path = tmp_path / "none" / "a.json"
    with pytest.raises(OutputError) as caught:
        write_text(path, "x")
    assert str(caught.value) == f"{path} cannot be written: the folder does not exist"


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EACCES, "no permission to write there"),
        (errno.EROFS, "the disk is read-only"),
        (errno.EIO, "input/output error"),
    ],
)
def test_says_why_the_system_refused(tmp_path: Path, number: int, reason: str) -> None:
    path = tmp_path / "a.json"
    with pytest.raises(OutputError) as caught, writing(path):
        raise OSError(number, os.strerror(number))
    assert str(caught.value) == f"{path} cannot be written: {reason}"
    assert os.listdir(tmp_path) == []


def test_a_folder_that_can_be_made_is_made(tmp_path: Path) -> None:
    require_writable_folder(tmp_path / "a" / "b")
    assert os.listdir(tmp_path / "a" / "b") == []


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    with pytest.raises(OutputError) as caught:
        require_writable_folder(tmp_path / "a")
    assert str(caught.value) == f"{tmp_path / 'a'} cannot be the output folder: it is a file"


def test_a_folder_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Tests may run as root, who may write anywhere.
    def refuse(*_args: object, **_options: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    with pytest.raises(OutputError) as caught:
        require_writable_folder(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path} cannot be the output folder: no permission to write there; "
        "choose another with --output-dir"
    )


_HOLD = """
import os, signal, sys
from pathlib import Path
from formcheck.io.atomic import writing
with writing(Path(sys.argv[1])) as temporary:
    temporary.write_text("half")
    print("writing", flush=True)
    sys.stdin.read()
"""


def test_what_a_killed_process_left_goes_with_the_next_write(tmp_path: Path) -> None:
    def start(path: Path) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-c", _HOLD, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        assert process.stdout.readline() == b"writing\n"
        return process

    with start(tmp_path / "killed.csv") as killed, start(tmp_path / "busy.csv") as busy:
        killed.kill()
        killed.wait()
        assert len(os.listdir(tmp_path)) == 2
        (tmp_path / ".my.formcheck-party.csv").write_text("of somebody else, and not locked")
        require_writable_folder(tmp_path)
        (left,) = (name for name in os.listdir(tmp_path) if name.startswith(".busy-"))
        assert left.endswith(".formcheck-part.csv")
        busy.communicate(b"")
    assert (tmp_path / "busy.csv").read_text() == "half"
    assert sorted(os.listdir(tmp_path)) == [".my.formcheck-party.csv", "busy.csv"]


def test_a_file_taken_by_the_cleaner_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    real = tempfile.mkstemp

    def taken_at_once(**options: Any) -> tuple[int, str]:
        handle, name = real(**options)
        made.append(name)
        if len(made) == 1:
            os.unlink(name)
        return handle, name

    monkeypatch.setattr("tempfile.mkstemp", taken_at_once)
    write_text(tmp_path / "a", "x")
    assert len(made) == 2
    assert (tmp_path / "a").read_text() == "x"


def test_without_locks_only_old_files_are_left_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("formcheck.io.atomic.fcntl", None)
    for name, age_s in (
        (".a-12345678.formcheck-part.csv", 90_000),
        (".b-12345678.formcheck-part", 60),
    ):
        (tmp_path / name).write_text("half")
        os.utime(tmp_path / name, (time.time() - age_s,) * 2)
    write_text(tmp_path / "c", "x")
    assert sorted(os.listdir(tmp_path)) == [".b-12345678.formcheck-part", "c"]


_HOLD_FOLDER = """
import sys
from pathlib import Path
from formcheck.io.atomic import scratch_folder
with scratch_folder(Path(sys.argv[1])) as folder:
    (folder / "video.mp4").write_text("somebody's")
    print(folder.name, flush=True)
    sys.stdin.read()
"""


def test_a_scratch_folder_goes_with_all_that_is_in_it(tmp_path: Path) -> None:
    def fail_half_way() -> None:
        with scratch_folder(tmp_path) as folder:
            (folder / "source").mkdir()
            (folder / "source" / "a.mp4").write_text("x")
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        fail_half_way()
    assert os.listdir(tmp_path) == []


def test_the_scratch_folder_of_a_killed_process_goes_with_the_next(tmp_path: Path) -> None:
    def start() -> tuple[subprocess.Popen[bytes], str]:
        process = subprocess.Popen(
            [sys.executable, "-c", _HOLD_FOLDER, tmp_path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        return process, process.stdout.readline().decode().strip()

    (tmp_path / ".formcheck-scratch-my_own_notes").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "precious").write_text("x")
    (tmp_path / ".formcheck-scratch-abcdefgh").symlink_to("elsewhere")
    killed, of_the_killed = start()
    busy, of_the_busy = start()
    with killed, busy:
        killed.kill()
        killed.wait()
        assert (tmp_path / of_the_killed / "video.mp4").is_file()
        with scratch_folder(tmp_path) as folder:
            assert not (tmp_path / of_the_killed).exists()
            assert (tmp_path / of_the_busy / "video.mp4").is_file()
        assert not folder.exists()
        busy.communicate(b"")
    assert sorted(os.listdir(tmp_path)) == [
        ".formcheck-scratch-abcdefgh", ".formcheck-scratch-my_own_notes", "elsewhere",
    ]  # fmt: skip
    assert (tmp_path / "elsewhere" / "precious").is_file()


def test_a_scratch_folder_taken_by_the_cleaner_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    real = tempfile.mkdtemp

    def taken_at_once(**options: Any) -> str:
        made.append(real(**options))
        if len(made) == 1:
            os.rmdir(made[0])
        return made[-1]

    monkeypatch.setattr("tempfile.mkdtemp", taken_at_once)
    with scratch_folder(tmp_path) as folder:
        assert folder.is_dir()
    assert len(made) == 2


def test_no_place_for_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    with pytest.raises(OutputError) as caught, scratch_folder():
        pass
    assert str(caught.value) == (
        "no temporary folder can be made: the folder does not exist; "
        "set TMPDIR to a folder with room"
    )
