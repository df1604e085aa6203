"""A run that was stopped goes on where it was; sources by URL; processes that die."""

from __future__ import annotations

import functools
import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from formcheck.batch import jobs, remote_files
from formcheck.batch.analyze import Analysis, Job, Outputs
from formcheck.batch.jobs import DoneBefore, QueuedJob, queued_job, run, settings_of
from formcheck.commands import _parallel
from formcheck.commands._terminal import Bars, Stop
from formcheck.errors import SettingError, SourceError
from formcheck.estimate.privacy import shut_telemetry
from formcheck.io import poses as pose_recording
from formcheck.io.specs import load_spec
from tests.support.march_data import march

SPEC = load_spec("standing_march")


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "in" / "clip.poses.npz"
    path.parent.mkdir()
    pose_recording.write(path, march())
    os.utime(path, (1e9, 1e9))
    return path


def _queued(source: Path, **job: object) -> QueuedJob:
    return QueuedJob(Job(source, SPEC, Outputs.of(source), video=False, **job), again=False)  # type: ignore[arg-type]


def test_what_was_done_is_left(recording: Path) -> None:
    first = run(_queued(recording))
    assert isinstance(first, Analysis)
    second = run(_queued(recording))
    assert isinstance(second, DoneBefore)
    assert second.results == first.results
    assert second.where == str(Outputs.of(recording).json)


@pytest.mark.parametrize(
    "change", ["source", "side", "spec", "no frames", "partial", "damaged", "version", "again"]
)
def test_what_is_not_the_same_is_done_anew(recording: Path, change: str) -> None:
    run(_queued(recording))
    outputs, queued = Outputs.of(recording), _queued(recording)
    if change == "source":
        os.utime(recording, (4e9, 4e9))
    elif change == "side":
        queued = _queued(recording, side="left")
    elif change == "spec":
        other = SPEC.model_copy(update={"name": "Another"})
        queued = QueuedJob(Job(recording, other, outputs, video=False), again=False)
    elif change == "no frames":
        outputs.frames.unlink()
    elif change == "again":
        queued = QueuedJob(_queued(recording).job, again=True)
    else:
        found = json.loads(outputs.json.read_text())
        found |= {"partial": {"partial": True}, "version": {"formcheck_version": "0"}}.get(
            change, {}
        )
        text = json.dumps(found)
        outputs.json.write_text(text[:50] if change == "damaged" else text)
    assert isinstance(run(queued), Analysis)


def test_settings_tell_the_model_and_the_side() -> None:
    job = Job(Path("a"), SPEC, Outputs.of(Path("a")))
    assert settings_of(job) == settings_of(Job(Path("b"), SPEC, Outputs.of(Path("b")), workers=4))
    assert len({settings_of(job), settings_of(Job(Path("a"), SPEC, job.outputs, "left"))}) == 2


def test_another_version_is_told(recording: Path) -> None:
    with pytest.raises(SettingError) as caught:
        run(QueuedJob(_queued(recording).job, version="0.0.9"))
    assert str(caught.value) == (
        "clip.poses.npz: the worker has formcheck 0.1.0, the run needs 0.0.9; "
        "install the same version everywhere"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [("s3://b/k.mp4", True), ("https://h/k.mp4", True), ("rtsp://h/1", False), ("C:/a", False)],
)
def test_what_is_a_url(text: str, expected: bool) -> None:
    assert remote_files.is_url(text) is expected


def test_passwords_and_signatures_are_not_shown() -> None:
    assert remote_files.shown("https://me:secret@h/a.mp4?X-Sig=1") == "https://h/a.mp4"
    assert remote_files.name_of("https://h/a/b.mp4?X-Sig=1") == "b.mp4"
    assert remote_files.folder_of("s3://b/in/b.mp4") == "s3://b/in"


def test_nothing_can_be_written_beside_a_page() -> None:
    with pytest.raises(SettingError) as caught:
        queued_job("https://h/in/a.mp4", lambda name, out: Job(name, SPEC, out), None)
    assert str(caught.value) == (
        "nothing can be written beside https://h/in/a.mp4: "
        "say with --output-dir where the results go"
    )


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address(recording: Path) -> Iterator[str]:
    handler = functools.partial(_Quiet, directory=str(recording.parent))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


needs_urls = pytest.mark.skipif(
    find_spec("fsspec") is None or find_spec("aiohttp") is None, reason="needs the urls extra"
)


@needs_urls
def test_a_source_by_url_is_the_same_as_the_file(
    recording: Path, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As in a process that has loaded the pose library: its way to the network is shut, ours is not.
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "x")
        monkeypatch.delenv(name)
    shut_telemetry()
    folder = tmp_path / "out"
    folder.mkdir()
    queued = queued_job(
        f"{address}/clip.poses.npz", lambda name, out: Job(name, SPEC, out, video=False), folder
    )
    there, here = run(queued), run(_queued(recording))
    assert there.results == here.results
    assert sorted(path.name for path in folder.iterdir()) == [
        "clip.formcheck.json",
        "clip.frames.csv",
    ]
    jobs.remote_files().close()


@needs_urls
def test_a_url_that_is_not_there(address: str, tmp_path: Path) -> None:
    queued = queued_job(f"{address}/no.mp4", lambda name, out: Job(name, SPEC, out), tmp_path)
    with pytest.raises(SourceError) as caught:
        run(queued)
    assert str(caught.value) == f"{address}/no.mp4 cannot be read: there is no such file"
    jobs.remote_files().close()


def test_the_process_that_fetches_gets_the_users_own_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: dict[str, str] = {}

    class _Process:
        def __init__(self, _command: list[str], *, env: dict[str, str], **_: object) -> None:
            asked.update(env)
            raise OSError("enough")

    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setattr("formcheck.estimate.privacy._before", {})
    shut_telemetry()
    monkeypatch.setattr(subprocess, "Popen", _Process)
    with pytest.raises(OSError, match="enough"):
        remote_files.RemoteFiles().time_of("s3://b/k")
    assert asked["HTTPS_PROXY"] == "http://proxy.example:3128"


def _die_or_do(queued: QueuedJob) -> jobs.Outcome:
    if queued.job.source.name.startswith("deadly"):
        os._exit(9)
    return jobs.run_quietly(queued)


def test_a_process_that_dies_takes_nothing_with_it(
    recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = [recording.with_name(f"{name}.poses.npz") for name in ("a", "deadly", "b", "c", "d")]
    for source in sources:
        source.write_bytes(recording.read_bytes())
    monkeypatch.setattr(_parallel, "_work", _die_or_do)
    stop = Stop()
    outcomes = {
        queued.job.source.name.split(".")[0]: outcome
        for queued, outcome in _parallel.in_processes(
            [_queued(s) for s in sources], 2, Bars(), stop
        )
    }
    deadly = outcomes.pop("deadly")
    assert isinstance(deadly, SourceError)
    assert str(deadly).endswith(
        "deadly.poses.npz: the process that analysed it died (out of memory?)"
    )
    assert sorted(outcomes) == ["a", "b", "c", "d"]
    assert all(isinstance(outcome, Analysis | DoneBefore) for outcome in outcomes.values())


def test_a_folder_is_gone_through_once(recording: Path) -> None:
    for name in ("b", "c"):
        recording.with_name(f"{name}.poses.npz").write_bytes(recording.read_bytes())
    command = [sys.executable, "-m", "formcheck", "analyze", str(recording.parent)]
    command += ["-e", "standing_march", "--no-report"]
    first = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "done before" not in first.stdout
    second = subprocess.run(command, capture_output=True, text=True, check=True)
    assert second.stdout.count("done before, see ") == 3
    third = subprocess.run([*command, "--again"], capture_output=True, text=True, check=True)
    assert third.stdout == first.stdout
