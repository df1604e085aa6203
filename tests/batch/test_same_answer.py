"""The same poses or pictures give the same files, byte by byte, wherever and however they are read.

Not by: number of threads and processors, speed of the clock, locale, time zone, working directory,
order of hashes.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from benchmarks.robustness.clips import small_clip
from formcheck.io import poses as pose_recording
from tests.support.march_data import march

ROOT = Path(__file__).parents[2]
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
# An ASCII locale without Python's UTF-8 mode, the first time zone of the day, other hashes.
HERE = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PYTHONHASHSEED": "1"}
ELSEWHERE = {
    **ONE_THREAD, "LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0",
    "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "2",
}  # fmt: skip


def files_of(
    source: Path,
    folder: Path,
    cwd: Path,
    changes: Mapping[str, str],
    *,
    before: tuple[str, ...] = (),
    halting: bool = False,
) -> dict[str, bytes]:
    """Analyse in a process of its own; return what it wrote, by name.

    Where `halting`, it is halted for 0.1 s again and again, while the clock of the wall goes on,
    and runs so little in between that even a fast machine is halted often enough.
    """
    command = [*before, sys.executable, "-m", "formcheck", "analyze", str(source)]
    with subprocess.Popen(
        [*command, "-e", "standing_march", "--output-dir", str(folder)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]), **changes},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    ) as process:
        halted = 0
        while halting and process.poll() is None:
            process.send_signal(signal.SIGSTOP)
            time.sleep(0.1)
            process.send_signal(signal.SIGCONT)
            time.sleep(0.03)
            halted += 1
        try:
            _, said = process.communicate(timeout=250)
        finally:
            process.kill()
    assert process.returncode == 0, said
    assert halted >= 5 * halting, "it was over before it could be halted"
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.mark.timeout(600)
@pytest.mark.slow
def test_a_recording(tmp_path: Path) -> None:
    source = tmp_path / "marché–ß.poses.npz"
    pose_recording.write(source, march())
    one = files_of(source, tmp_path / "one", tmp_path, HERE)
    two = files_of(source, tmp_path / "two", Path("/"), ELSEWHERE)
    slow = files_of(source, tmp_path / "slow", tmp_path, HERE, halting=True)
    assert len(one) == 3
    assert one == two == slow


@pytest.mark.slow
@pytest.mark.model
@pytest.mark.timeout(600)
@pytest.mark.skipif(shutil.which("taskset") is None, reason="taskset is not installed")
def test_pictures_on_one_processor(model_path: Path, tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    small_clip(ROOT / "samples" / "standing_march.mp4", clip, 4, 320)
    one = files_of(clip, tmp_path / "one", tmp_path, HERE)
    two = files_of(clip, tmp_path / "two", Path("/"), ELSEWHERE, before=("taskset", "-c", "0"))
    slow = files_of(clip, tmp_path / "slow", tmp_path, HERE, halting=True)
    assert len(one) == 4
    assert one == two == slow
