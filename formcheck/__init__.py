"""formcheck: watches hip-flexor exercises and says what a good physiotherapist would.

>>> import formcheck as fc
>>> session = fc.Session(fc.load_spec("standing_march"))
>>> with fc.open_poses("clip.poses.npz") as poses:  # a video, a camera or a stream does as well
...     for pose in poses:
...         result = session.update(pose)
>>> print(session.finish().totals.reps)
{'left': 3, 'right': 3}

Everything in `__all__` is public and stays; all other modules may change from version to version.
"""

from __future__ import annotations

from importlib import import_module as _import_module
from typing import TYPE_CHECKING, Any

from formcheck._version import __version__

if TYPE_CHECKING:
    from formcheck.api import AnalysisResult, analyze, register_measurement
    from formcheck.core.events import FrameResult
    from formcheck.core.judge.session import Session
    from formcheck.core.judge.summary import Summary
    from formcheck.core.measure.registry import MeasurementKind
    from formcheck.core.pose import Pose
    from formcheck.draw.overlay import Overlay
    from formcheck.errors import (
        FormcheckError,
        HistoryError,
        ModelError,
        OutputError,
        SettingError,
        SourceError,
        SpecError,
        UnknownNameError,
    )
    from formcheck.estimate.mediapipe import PoseEstimator
    from formcheck.estimate.pose_source import open_poses
    from formcheck.io.specs import load_spec

__all__ = [
    "AnalysisResult",
    "FormcheckError",
    "FrameResult",
    "HistoryError",
    "MeasurementKind",
    "ModelError",
    "OutputError",
    "Overlay",
    "Pose",
    "PoseEstimator",
    "Session",
    "SettingError",
    "SourceError",
    "SpecError",
    "Summary",
    "UnknownNameError",
    "__version__",
    "analyze",
    "load_spec",
    "open_poses",
    "register_measurement",
]

_MODULE_OF = {
    "AnalysisResult": "formcheck.api",
    "FormcheckError": "formcheck.errors",
    "FrameResult": "formcheck.core.events",
    "HistoryError": "formcheck.errors",
    "MeasurementKind": "formcheck.core.measure.registry",
    "ModelError": "formcheck.errors",
    "OutputError": "formcheck.errors",
    "Overlay": "formcheck.draw.overlay",
    "Pose": "formcheck.core.pose",
    "PoseEstimator": "formcheck.estimate.mediapipe",
    "Session": "formcheck.core.judge.session",
    "SettingError": "formcheck.errors",
    "SourceError": "formcheck.errors",
    "SpecError": "formcheck.errors",
    "Summary": "formcheck.core.judge.summary",
    "UnknownNameError": "formcheck.errors",
    "analyze": "formcheck.api",
    "load_spec": "formcheck.io.specs",
    "open_poses": "formcheck.estimate.pose_source",
    "register_measurement": "formcheck.api",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for: `import formcheck` stays light."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'formcheck' has no attribute '{name}'")
    found = globals()[name] = getattr(_import_module(_MODULE_OF[name]), name)
    return found


def __dir__() -> list[str]:
    """Return what is there and what is loaded when it is asked for."""
    return sorted({*globals(), *__all__})
