"""A Dask scheduler with worker processes, and an S3 API, all on this machine's loopback.

Real servers for benchmarks and tests; needs ``pip install "formcheck[cluster]" "moto[server]"``.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_START_S = 60.0


def free_port() -> int:
    """Return a port of the loopback on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def s3_server(log: Path) -> Iterator[dict[str, str]]:
    """Run moto's S3 server; give the environment by which clients find it."""
    port = free_port()
    with (
        log.open("wb") as out,
        _running([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], out),
    ):
        _wait_for_port(port)
        yield {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_ACCESS_KEY_ID": "loopback",
            "AWS_SECRET_ACCESS_KEY": "loopback",
            "AWS_DEFAULT_REGION": "us-east-1",
        }


def s3_client(environment: Mapping[str, str]) -> Any:
    """Return boto3's client of the server."""
    import boto3

    return boto3.client(
        "s3",
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        region_name=environment["AWS_DEFAULT_REGION"],
    )


@dataclass
class Cluster:
    """A scheduler and its workers."""

    address: str
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)


@contextlib.contextmanager
def dask_cluster(count: int, environment: Mapping[str, str], log: Path) -> Iterator[Cluster]:
    """Run a scheduler and `count` worker processes of one thread each, without nannies.

    Without a nanny a killed worker stays away, as a lost machine does.
    """
    port = free_port()
    env = {**os.environ, **environment}
    dask = [sys.executable, "-m", "dask"]
    address = f"tcp://127.0.0.1:{port}"
    with contextlib.ExitStack() as stack:
        out = stack.enter_context(log.open("wb"))
        scheduler = [*dask, "scheduler", "--host", "127.0.0.1", "--port", str(port)]
        stack.enter_context(_running([*scheduler, "--no-dashboard"], out, env))
        _wait_for_port(port)
        cluster = Cluster(address)
        worker = [*dask, "worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
        folder = str(log.parent)
        for _ in range(count):
            started = _running([*worker, "--local-directory", folder], out, env)
            cluster.workers.append(stack.enter_context(started))
        _wait_for_workers(address, count)
        yield cluster


def _wait_for_workers(address: str, count: int) -> None:
    script = (
        "import json, sys; from distributed import Client\n"
        f"with Client({address!r}) as c: c.wait_for_workers({count}, timeout={_START_S})\n"
        "print(json.dumps('ready'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, timeout=2 * _START_S
    )
    assert json.loads(done.stdout) == "ready"


@contextlib.contextmanager
def _running(
    command: list[str], out: Any, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.STDOUT,
        env=None if environment is None else dict(environment),
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for_port(port: int) -> None:
    until = time.monotonic() + _START_S
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise TimeoutError(f"nothing listens on port {port}")
