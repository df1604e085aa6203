"""``formcheck doctor``: say whether everything is here that the program needs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import typer

from formcheck.commands._terminal import out
from formcheck.errors import FormcheckError


def doctor() -> None:
    """Check the installation: libraries, pose model, exercises, disk. Needs no network."""
    console = out()
    healthy = True
    for what, good, text in _findings():
        healthy = healthy and good
        mark = "[green]ok     [/green]" if good else "[red]problem[/red]"
        console.print(mark, end=" ")
        console.print(f"{what}: {text}", markup=False)
    if not healthy:
        raise typer.Exit(1)


def _findings() -> Iterator[tuple[str, bool, str]]:
    for what, look in _CHECKS.items():
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
    from formcheck.spec_files import load_spec, spec_paths

    names = [load_spec(name).id for name in spec_paths()]
    return f"{len(names)} load without a problem"


def _model() -> str:
    from formcheck import model_store

    name = model_store.default_name()
    entry = model_store.entry_of(name)
    path = model_store.model_folder() / entry.file
    if not path.is_file():
        return f"'{name}' is not here yet; the first command that needs it fetches it"
    return f"'{model_store.load(name).name}' is sound ({path})"


def _estimator() -> str:
    from formcheck import model_store

    name = model_store.default_name()
    if not model_store.is_present(name):
        return "not tried, because the pose model is not here yet"
    import numpy as np

    from formcheck.pose_estimator import PoseEstimator
    from formcheck.video_source import Frame

    with PoseEstimator(model_store.load(name).path) as estimator:
        pose = estimator.estimate(Frame(0.0, np.zeros((64, 64, 3), dtype=np.uint8)))
    return "works, and finds nobody in an empty picture" if not pose.detected else "works"


_CHECKS: dict[str, Callable[[], str]] = {
    "Python": _python,
    "libraries": _libraries,
    "exercises": _exercises,
    "pose model": _model,
    "pose estimation": _estimator,
}
