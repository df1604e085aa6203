from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from formcheck.atomic_files import require_writable_folder, write_text, writing
from formcheck.errors import OutputError


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
