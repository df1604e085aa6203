"""A source by URL is contacted, and nothing else: watched at the system calls."""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.support.system_calls import _places
from tests.support.video_data import make_video

pytestmark = [pytest.mark.slow, pytest.mark.model]

_BY_URL = """
import sys
from pathlib import Path
from formcheck.batch.analyze import Job
from formcheck.io.specs import load_spec
from formcheck.batch.jobs import run, queued_job
spec = load_spec("glute_bridge")
folder = Path(sys.argv[2])
job = queued_job(sys.argv[1], lambda name, out: Job(name, spec, out, video=False), folder)
run(job)
"""


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.skipif(find_spec("aiohttp") is None, reason="needs the urls extra")
@pytest.mark.usefixtures("model_path")
def test_a_source_by_url_is_all_that_is_contacted(tmp_path: Path) -> None:
    make_video(tmp_path / "clip.mp4", [i / 30 for i in range(5)])
    handler = functools.partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    log = tmp_path / "trace"
    command = ["strace", "-f", "-e", "trace=network", "-o", str(log), sys.executable, "-c", _BY_URL]
    address = f"http://127.0.0.1:{server.server_port}/clip.mp4"
    try:
        subprocess.run([*command, address, str(tmp_path)], check=True, timeout=200)
    finally:
        server.shutdown()
        server.server_close()
    places = _places(log.read_text())
    assert ("127.0.0.1", str(server.server_port)) in places
    assert places <= {("127.0.0.1", "9"), ("127.0.0.1", str(server.server_port))}
