"""Nothing reaches out: what the program does with the network is watched at its system calls."""

from __future__ import annotations

import ipaddress
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from benchmarks.robustness.mjpeg_server import Clip, MjpegServer
from tests.support.system_calls import _places
from tests.support.video_data import make_video

pytestmark = [
    pytest.mark.slow,
    pytest.mark.model,
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed"),
]

_SCRIPT = """
import sys, time
from pathlib import Path
import numpy as np
from formcheck.estimate.mediapipe import PoseEstimator
from formcheck.capture.frame import Frame
with PoseEstimator(Path(sys.argv[1])) as estimator:
    for i in range(5):
        estimator.estimate(Frame(i / 30, np.zeros((64, 64, 3), dtype=np.uint8)))
time.sleep(2)
"""
# The proxy that is none, which `formcheck.estimate.privacy` gives to the pose library.
_NOBODY = ("127.0.0.1", "9")
_DNS = "53"
_PATIENCE_S = 200.0


def _traced(log: Path) -> list[str]:
    return ["strace", "-f", "-e", "trace=network", "-o", str(log)]




def _leaving(places: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return those that are not on this machine, or are asked for names."""
    return {
        (address, port)
        for address, port in places
        if not ipaddress.ip_address(address).is_loopback or port == _DNS
    }


def test_nothing_leaves_this_machine(model_path: Path, tmp_path: Path) -> None:
    log = tmp_path / "trace"
    command = [*_traced(log), sys.executable, "-c", _SCRIPT, str(model_path)]
    subprocess.run(command, check=True, timeout=_PATIENCE_S)
    places = _places(log.read_text())
    assert places <= {_NOBODY}, f"something was sent to {places}"


@pytest.mark.timeout(300)
def test_analyze_speaks_to_nobody(model_path: Path, tmp_path: Path) -> None:
    log, clip = tmp_path / "trace", make_video(tmp_path / "clip.mp4", [i / 15 for i in range(15)])
    command = [sys.executable, "-m", "formcheck", "analyze", str(clip), "-e", "standing_march"]
    subprocess.run([*_traced(log), *command], check=True, timeout=_PATIENCE_S)
    assert (tmp_path / "clip.report.html").is_file()
    places = _places(log.read_text())
    assert places <= {_NOBODY}, f"something was sent to {places}"


@pytest.mark.timeout(400)
@pytest.mark.skipif(shutil.which("xvfb-run") is None, reason="needs a screen: xvfb-run")
def test_live_speaks_to_its_camera_alone(model_path: Path, tmp_path: Path) -> None:
    # With its voice, which is a program of its own and is watched as well.
    picture = np.random.default_rng(1).integers(0, 255, (240, 320, 3), dtype=np.uint8)
    clip = make_video(tmp_path / "clip.mp4", [i / 15 for i in range(30)], picture=picture)
    log, pid, said = tmp_path / "trace", tmp_path / "pid", tmp_path / "said"
    with MjpegServer(Clip(clip), fps=15) as server:
        live = [sys.executable, "-m", "formcheck", "live", "standing_march", "--no-history"]
        command = [
            *("xvfb-run", "-a", *_traced(log), "sh", "-c", 'echo $$ >"$0"; exec "$@"', str(pid)),
            *(*live, "--camera", server.address, "--record", "--output-dir", str(tmp_path)),
        ]
        with said.open("w") as out:
            process = subprocess.Popen(command, stdout=out, stderr=out)
        try:
            _wait_until(lambda: server.began is not None, process)
            # Long enough for the library's reports and the first sentences.
            time.sleep(6)
            os.kill(int(pid.read_text()), signal.SIGTERM)
            assert process.wait(_PATIENCE_S) == 3, said.read_text()
        finally:
            process.kill()
            process.wait()
    assert "stream: 320×240" in said.read_text()
    places = _places(log.read_text())
    camera = ("127.0.0.1", server.address.rsplit(":", 1)[1].split("/")[0])
    assert camera in places
    assert not _leaving(places), f"something was sent to {places}"
    # A sound server may listen on a port of this machine; else there is the camera alone.
    assert {address for address, _ in places} <= {"127.0.0.1", "::1"}


def _wait_until(what: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE_S
    while not what():
        assert process.poll() is None, "it ended before it began"
        assert time.monotonic() < until
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("call", "place"),
    [
        ("connect(('127.0.0.2', 53))", ("127.0.0.2", "53")),
        ("sendto(b'x', ('127.0.0.3', 53))", ("127.0.0.3", "53")),
        # A datagram socket sends nothing by being connected.
        ("connect(('192.0.2.1', 443))", ("192.0.2.1", "443")),
    ],
)
def test_the_watch_would_see_it(tmp_path: Path, call: str, place: tuple[str, str]) -> None:
    # Without this, a change in strace's output would make the tests above pass for ever.
    log = tmp_path / "trace"
    code = (
        "import contextlib, socket\n"
        "with contextlib.suppress(OSError):  # a machine without any network\n"
        f"    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).{call}"
    )
    subprocess.run([*_traced(log), sys.executable, "-c", code], check=True, timeout=60)
    assert _places(log.read_text()) == _leaving(_places(log.read_text())) == {place}
