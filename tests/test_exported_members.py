"""The names that others may build on are there and stay there."""

from __future__ import annotations

import dataclasses
import inspect
import re
import tomllib
import typing
from pathlib import Path

import pytest

import formcheck
from formcheck import errors
from formcheck.core import events, pose
from formcheck.core.judge import session
from formcheck.core.measure import kinds as measurements
from formcheck.core.spec import exercise as spec_model
from formcheck.io import specs as spec_files

ROOT = Path(__file__).resolve().parents[1]
ERRORS = ("SourceError", "SpecError", "ModelError", "OutputError", "UnknownNameError",
          "SettingError")  # fmt: skip


def test_version_is_that_of_the_package():
    data = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert formcheck.__version__ == data["project"]["version"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", formcheck.__version__)


@pytest.mark.parametrize("name", ERRORS)
def test_errors_of_the_tree(name):
    error = getattr(errors, name)
    assert error.__bases__ == (errors.FormcheckError,)
    assert error.__doc__
    assert name in (errors.__doc__ or ""), "the tree in the module's docstring shows it"


def test_the_error_tree_shows_every_error_and_no_other():
    defined = {
        n for n, c in vars(errors).items() if inspect.isclass(c) and c.__module__ == errors.__name__
    }
    drawn = set(re.findall(r"[├└]── (\w+)", errors.__doc__ or ""))
    assert drawn == defined - {"FormcheckError"}


@pytest.mark.parametrize("event", typing.get_args(events.Event), ids=lambda event: event.__name__)
def test_events_are_frozen_and_have_a_time(event):
    assert event.__dataclass_params__.frozen
    assert dataclasses.fields(event)[0].name == "time_s"
    assert "__slots__" in vars(event)
    assert event.__doc__


def test_frame_result_has_what_the_display_needs():
    names = {field.name for field in dataclasses.fields(events.FrameResult)}
    assert {
        "time_s", "pose", "values", "reasons", "phase", "side", "events", "counts", "hold_s",
        "hold_target_s", "active_faults", "ready", "message", "joint", "joint_target", "view",
        "near_side", "repaired",
    } <= names  # fmt: skip


@pytest.mark.parametrize(
    ("module", "names"),
    [
        (session, ("Session", "SideChoice")),
        (spec_files, ("load_spec", "read_spec", "parse_spec", "spec_paths", "spec_schema")),
        (spec_model, ("ExerciseSpec", "Check", "Bound", "Rep", "HoldRule", "Dose", "SetUp")),
        (measurements, ("REGISTRY", "MeasurementKind", "measure", "missing_values")),
        (pose, ("Pose", "Landmark", "Side", "SIDES", "landmark_of", "other_side")),
    ],
)
def test_public_names(module, names):
    for name in names:
        assert hasattr(module, name), f"{module.__name__}.{name}"


def test_poses_have_33_landmarks_in_mediapipes_order():
    assert len(pose.Landmark) == pose.LANDMARK_COUNT == 33
    assert [mark.value for mark in pose.Landmark] == list(range(33))
    assert pose.Landmark.LEFT_HIP == 23
    assert pose.Landmark.RIGHT_FOOT_INDEX == 32
    assert pose.other_side("left") == "right"
    assert pose.other_side("right") == "left"


def test_a_missing_pose_is_not_detected():
    missing = pose.Pose.missing(1.0, (640, 480))
    assert not missing.detected
    assert missing.landmarks.shape == (33, 4)
    assert missing.world.shape == (33, 3)


def test_the_package_is_typed():
    assert (Path(formcheck.__file__).parent / "py.typed").exists()
