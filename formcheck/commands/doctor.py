"""``formcheck doctor``: say whether everything is here that the program needs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import typer

from formcheck.commands._terminal import out
from formcheck.errors import FormcheckError, SettingError, SourceError


def doctor() -> None:
    """Find out what is wrong: installation, camera, screen, voice and speed. Needs no network."""
    console = out()
    healthy = True
    for what, good, text in _findings(_CHECKS):
        healthy = healthy and good
        mark = "[green]ok     [/green]" if good else "[red]problem[/red]"
        console.print(mark, end=" ")
        console.print(f"{what}: {text}", markup=False)
    # Without a camera or a screen videos can still be analysed.
    for what, good, text in _findings(_LIVE_CHECKS):
        mark = "[green]ok     [/green]" if good else "[yellow]missing[/yellow]"
        console.print(mark, end=" ")
        console.print(f"{what}: {text}", markup=False)
    if not healthy:
        raise typer.Exit(1)


def _findings(checks: dict[str, Callable[[], str]]) -> Iterator[tuple[str, bool, str]]:
    for what, look in checks.items():
        try:
            yield what, True, look()
        except FormcheckError as error:
            yield what, False, str(error)
        except (ImportError, OSError) as error:
            yield what, False, f"{error}; install formcheck again"


def _python() -> str:
    return f"{sys.version.split()[0]} at {sys.executable}"


def _libraries() -> str:
    from importlib.metadata import PackageNotFoundError, version

    found = []
    for name in ("formcheck", "mediapipe", "numpy", "av", "opencv-contrib-python"):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError as error:
            raise ImportError(f"the library {name} is missing") from error
    return ", ".join(found)


def _exercises() -> str:
    from formcheck.io.specs import load_spec, spec_paths

    names = [load_spec(name).id for name in spec_paths()]
    return f"{len(names)} load without a problem"


def _plugins() -> str:
    from formcheck.errors import SettingError
    from formcheck.io.plugins import load_plugins

    found = load_plugins()
    if found.problems:
        raise SettingError("; ".join(found.problems))
    if not (found.kinds or found.specs):
        return "none add anything"
    return f"add {', '.join([*found.specs, *found.kinds])}"


def _model() -> str:
    from formcheck.estimate import models as model_store

    name = model_store.default_name()
    entry = model_store.entry_of(name)
    path = model_store.model_folder() / entry.file
    if not path.is_file():
        return f"'{name}' is not here yet; the first command that needs it fetches it"
    return f"'{model_store.load(name).name}' is sound ({path})"


def _estimator() -> str:
    from formcheck.estimate import models as model_store

    name = model_store.default_name()
    if not model_store.is_present(name):
        return "not tried, because the pose model is not here yet"
    import numpy as np

    from formcheck.capture.frame import Frame
    from formcheck.estimate.mediapipe import PoseEstimator

    with PoseEstimator(model_store.load(name).path) as estimator:
        pose = estimator.estimate(Frame(0.0, np.zeros((64, 64, 3), dtype=np.uint8)))
    return "works, and detects no person in an empty image" if not pose.detected else "works"


def _privacy() -> str:
    from formcheck.estimate.privacy import shut_telemetry, telemetry_is_shut

    shut_telemetry()
    if not telemetry_is_shut():
        raise SettingError(
            "a program listens on port 9 of this computer, where the pose library's usage reports "
            "are led so that nobody gets them; stop that program"
        )
    return "the pose library's usage reports are shut off; nothing of you leaves this computer"


def _codec() -> str:
    import av

    try:
        av.codec.Codec("libx264", "w")
    except av.FFmpegError as error:
        raise ImportError("the encoder libx264 is missing from PyAV") from error
    return "annotated videos are written as H.264"


def _speed() -> str:
    import statistics
    import time

    from formcheck.capture.video_file import VideoFile
    from formcheck.estimate import models as model_store
    from formcheck.estimate.mediapipe import PoseEstimator
    from formcheck.io.package_data import data_folder

    name = model_store.default_name()
    clips = sorted(data_folder("samples").glob("*.mp4"))
    if not clips or not model_store.is_present(name):
        return "not measured: that needs the pose model and a sample clip"
    times_ms = []
    with VideoFile(clips[0]) as clip, PoseEstimator(model_store.load(name).path) as estimator:
        for frame, _ in zip(clip, range(_SPEED_FRAMES), strict=False):
            began = time.perf_counter()
            estimator.estimate(frame)
            times_ms.append(1000 * (time.perf_counter() - began))
    median_ms = statistics.median(times_ms[_SPEED_WARM_UP:] or times_ms)
    text = f"{median_ms:.0f} ms a frame with the model '{name}'"
    if median_ms > _SLOW_MS:
        return f"{text}; for 'live', --model lite is recommended here"
    return f"{text}; fast enough for 'live'"


def _cameras() -> str:
    from formcheck.capture.devices import list_cameras

    cameras = list_cameras()
    if not cameras:
        raise SourceError(
            "none was found; connect one, or use a stream with 'formcheck live --camera rtsp://…'"
        )
    return ", ".join(f"{camera.number} ({camera.name})" for camera in cameras)


def _screen() -> str:
    from formcheck.live.window import Window

    with Window("formcheck doctor"):
        return "a window can be opened"


def _voice() -> str:
    from formcheck.live.voice import voice_command

    command = voice_command("en")
    if command is None:
        raise SettingError("none was found; install espeak-ng, or use 'formcheck live --mute'")
    return f"{command[0]} is here"


# Slower than this there are fewer than 15 frames a second, and quick lifts get missed.
_SLOW_MS = 65
_SPEED_FRAMES, _SPEED_WARM_UP = 40, 10

_CHECKS: dict[str, Callable[[], str]] = {
    "Python": _python,
    "libraries": _libraries,
    "exercises": _exercises,
    "other packages": _plugins,
    "pose model": _model,
    "privacy": _privacy,
    "pose estimation": _estimator,
    "video": _codec,
    "speed": _speed,
}
_LIVE_CHECKS: dict[str, Callable[[], str]] = {
    "camera": _cameras,
    "screen": _screen,
    "voice": _voice,
}
