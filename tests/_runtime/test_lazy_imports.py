from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from formcheck._runtime.lazy_imports import left_out


@pytest.fixture
def slow_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    package = tmp_path / "slow_package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "part.py").write_text("class Thing: pass\nnumber = 3\n")
    (tmp_path / "its_user.py").write_text(
        "import slow_package.part as part\n"
        "from slow_package.part import Thing\n"
        "def of(thing: Thing | None) -> int: return part.number\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in ("slow_package", "slow_package.part", "its_user"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return "slow_package"


def _import(name: str) -> ModuleType:
    return __import__(name)


def test_what_is_left_out_is_not_loaded_before_it_is_used(slow_package: str) -> None:
    with left_out(slow_package, f"{slow_package}.part"):
        user = _import("its_user")
    assert slow_package not in sys.modules
    assert user.of(None) == 3
    assert sys.modules[f"{slow_package}.part"].number == 3


def test_what_is_loaded_already_stays(slow_package: str) -> None:
    there = _import(slow_package)
    with left_out(slow_package):
        assert sys.modules[slow_package] is there
    assert sys.modules[slow_package] is there


@pytest.mark.parametrize("unused", ["rich.markdown", "rich.traceback", "mediapipe", "cv2", "numpy"])
def test_help_loads_nothing_that_takes_long(unused: str) -> None:
    script = (
        "import sys; sys.argv = ['formcheck', '--help']\n"
        "from formcheck.cli import app\n"
        "try: app()\n"
        f"finally: assert {unused!r} not in sys.modules\n"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Watch hip-flexor exercises" in done.stdout


def test_pyav_is_not_loaded_before_the_window_is_open() -> None:
    # PyAV 18.1.0 and OpenCV 5.1.0.95 bring a libxcb each: with PyAV's in the process the window
    # waits for ever, while PyAV after the window does no harm.
    script = (
        "import sys\n"
        "import formcheck.cli, formcheck.commands.live, formcheck.commands.routine\n"
        "import formcheck.commands.self_test, formcheck.commands._in_front\n"
        "import formcheck.live.window\n"
        "class Opened(Exception): pass\n"
        "def window(**_): raise Opened('av' in sys.modules)\n"
        "formcheck.live.window.Window = window\n"
        "from formcheck.commands._in_front import CameraSettings, run_in_front_of_camera\n"
        "from formcheck.io.specs import load_spec\n"
        "from formcheck.core.messages import Messages\n"
        "settings = CameraSettings('0', None, 'mute', Messages())\n"
        "try: run_in_front_of_camera(None, [load_spec('standing_march')], settings)\n"
        "except Opened as opened: print(opened)\n"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("False\n", "")
