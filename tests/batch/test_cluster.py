"""Many sources by URL on a Dask cluster: real scheduler, real worker processes, real S3 API."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from benchmarks.robustness.loopback import Cluster, dask_cluster, s3_client, s3_server
from formcheck.io import poses as pose_recording
from tests.support.march_data import march

MISSING = [name for name in ("distributed", "s3fs", "moto", "boto3") if find_spec(name) is None]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.cluster,
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
]

GOOD = 12


class _Place:
    """A bucket, a cluster, and the command line."""

    def __init__(self, environment: dict[str, str], cluster: Cluster) -> None:
        self.environment = environment
        self.cluster = cluster
        self.s3: Any = s3_client(environment)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(self.command(*arguments), check=False, timeout=240, **self._how())

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        how = self._how()
        del how["capture_output"]
        return subprocess.Popen(
            self.command(*arguments), **how, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def command(self, *arguments: str) -> list[str]:
        command = [sys.executable, "-m", "formcheck", "analyze", "-e", "standing_march"]
        return [
            *command,
            "--no-report",
            "--no-video",
            "--cluster",
            self.cluster.address,
            *arguments,
        ]

    def _how(self) -> dict[str, Any]:
        env = {**os.environ, **self.environment}
        return {"capture_output": True, "text": True, "env": env}

    def names(self, prefix: str) -> list[str]:
        listed = self.s3.list_objects_v2(Bucket="clinic", Prefix=prefix).get("Contents", [])
        return [item["Key"].removeprefix(prefix) for item in listed]

    def times(self, prefix: str) -> dict[str, Any]:
        listed = self.s3.list_objects_v2(Bucket="clinic", Prefix=prefix)["Contents"]
        return {item["Key"]: (item["LastModified"], item["ETag"]) for item in listed}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[_Place]:
    recording = tmp_path / "one.poses.npz"
    pose_recording.write(recording, march())
    with (
        s3_server(tmp_path / "s3.log") as environment,
        dask_cluster(2, environment, tmp_path / "dask.log") as cluster,
    ):
        place = _Place(environment, cluster)
        place.s3.create_bucket(Bucket="clinic")
        for number in range(GOOD):
            place.s3.upload_file(str(recording), "clinic", f"in/clip{number:02}.poses.npz")
        yield place


def test_all_are_done_once_a_bad_one_is_told_and_nothing_is_done_twice(
    place: _Place, tmp_path: Path
) -> None:
    place.s3.put_object(Bucket="clinic", Key="in/bad.mp4", Body=b"no video at all")
    arguments = ("s3://clinic/in/", "--output-dir", "s3://clinic/out", "--json")
    first = place.run(*arguments)
    assert first.stderr == "s3://clinic/in/bad.mp4 is not a video that can be read\n"
    assert first.returncode == 1
    results = json.loads(first.stdout)
    names = sorted(result["source"]["path"] for result in results)
    assert names == [f"clip{number:02}.poses.npz" for number in range(GOOD)]
    assert sorted(place.names("out/")) == sorted(
        f"clip{number:02}.{kind}"
        for number in range(GOOD)
        for kind in ("formcheck.json", "frames.csv")
    )

    # Here, without a cluster: the same to the letter.
    here = tmp_path / "here"
    place.s3.download_file("clinic", "in/clip00.poses.npz", str(tmp_path / "clip00.poses.npz"))
    subprocess.run(
        [
            *(sys.executable, "-m", "formcheck", "analyze", str(tmp_path / "clip00.poses.npz")),
            *("-e", "standing_march", "--no-report", "--output-dir", str(here)),
        ],
        check=True,
        capture_output=True,
    )
    for kind in ("formcheck.json", "frames.csv"):
        there = place.s3.get_object(Bucket="clinic", Key=f"out/clip00.{kind}")["Body"].read()
        assert there == (here / f"clip00.{kind}").read_bytes()

    before = place.times("out/")
    second = place.run(*arguments[:-1])
    assert second.returncode == 1
    assert second.stdout.count("done before") == GOOD
    assert place.times("out/") == before

    # A source that is newer than its results is done again, and only that one.
    place.s3.copy_object(
        Bucket="clinic", Key="in/later.tmp", CopySource="clinic/in/clip03.poses.npz"
    )
    body = place.s3.get_object(Bucket="clinic", Key="in/later.tmp")["Body"].read()
    place.s3.put_object(Bucket="clinic", Key="in/clip03.poses.npz", Body=body)
    third = place.run(*arguments[:-1])
    assert third.stdout.count("done before") == GOOD - 1


def test_a_lost_worker_costs_no_result(place: _Place) -> None:
    running = place.start("s3://clinic/in/", "--output-dir", "s3://clinic/out")
    while len(place.names("out/")) < 4:
        assert running.poll() is None, running.communicate()
    place.cluster.workers[0].send_signal(signal.SIGKILL)
    out, err = running.communicate(timeout=240)
    assert running.returncode == 0, err
    assert out.count("results:") + out.count("done before") == GOOD
    assert len(place.names("out/")) == 2 * GOOD


def test_a_scheduler_that_is_not_there() -> None:
    command = [sys.executable, "-m", "formcheck", "analyze", "a.poses.npz", "-e", "standing_march"]
    done = subprocess.run(
        [*command, "--cluster", "tcp://127.0.0.1:9"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "no Dask scheduler answers at tcp://127.0.0.1:9; give the address that "
        "'dask scheduler' prints, such as tcp://10.0.0.5:8786"
    )


def test_a_folder_that_is_not_there_needs_no_scheduler() -> None:
    command = [sys.executable, "-m", "formcheck", "analyze", "memory://nowhere/"]
    done = subprocess.run(
        [*command, "-e", "standing_march", "--cluster", "tcp://127.0.0.1:9"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == "memory://nowhere/ cannot be read: there is no such file\n"
