"""The pose library must not reach out: watched at the system calls."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.model

_SCRIPT = """
import sys, time
from pathlib import Path
import numpy as np
from formcheck.pose_estimator import PoseEstimator
from formcheck.video_source import Frame
with PoseEstimator(Path(sys.argv[1])) as estimator:
    for i in range(5):
        estimator.estimate(Frame(i / 30, np.zeros((64, 64, 3), dtype=np.uint8)))
time.sleep(2)
"""
_ADDRESS = re.compile(r'sin6?_port=htons\((\d+)\).*?"([0-9a-f.:]+)"')


def _places(trace: str) -> set[tuple[str, str]]:
    """Return (address, port) of everything that was connected or sent to."""
    calls = [
        line for line in trace.splitlines() if re.search(r"connect\(|sendto\(|sendmsg\(", line)
    ]
    return {(m[2], m[1]) for line in calls if (m := _ADDRESS.search(line))}


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_nothing_leaves_this_machine(model_path: Path, tmp_path: Path) -> None:
    log = tmp_path / "trace"
    command = ["strace", "-f", "-e", "trace=network", "-o", str(log), sys.executable, "-c", _SCRIPT]
    subprocess.run([*command, str(model_path)], check=True, timeout=200)
    places = _places(log.read_text())
    assert places <= {("127.0.0.1", "9")}, f"something was sent to {places}"


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_the_watch_would_see_it(tmp_path: Path) -> None:
    # Without this, a change in strace's output would make the test above pass for ever.
    log = tmp_path / "trace"
    script = (
        "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('127.0.0.2', 53))"
    )
    command = ["strace", "-f", "-e", "trace=network", "-o", str(log), sys.executable, "-c", script]
    subprocess.run(command, check=True, timeout=60)
    assert _places(log.read_text()) == {("127.0.0.2", "53")}
