"""Packages that add specs and kinds of measurement, as installed distributions are found."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from formcheck.core.judge.session import Session
from formcheck.core.measure.kinds import REGISTRY
from formcheck.core.trial.figure import STANDING
from formcheck.errors import SpecError
from formcheck.io.plugins import load_plugins
from formcheck.io.specs import load_spec, spec_paths
from tests.support.stick_figure import curve, times

KINDS = '''
import math
from formcheck.core.measure.kinds import MeasurementKind

def wrist_height(body, side):
    """Height of the wrist above the hips over the trunk's length."""
    rise = body.height_px(body.joint(side, "wrist")) - body.height_px(body.hips)
    return rise / body.trunk_px if body.trunk_px > 0 else math.nan

KINDS = [
    MeasurementKind("wrist_height", "ratio", True, frozenset({"side", "front"}),
                    ("wrist", "hip"), 0.1, True, "hand height", wrist_height),
]
SAME = KINDS[0].__class__(**{f: getattr(KINDS[0], f) for f in (
    "unit", "sided", "views", "joints", "error", "far_side", "label", "compute")},
    name="knee_flexion")
'''
SPEC = """
id = "arm_raise"
name = "Arm raise"
summary = "Lift an arm."
kind = "hold"
view = "side"
position = "standing"
sides = "each"
source = "heuristic"
dose = { hold_s = 2 }

[setup]
camera = "At the side."

[hold]
measurement = "wrist_height"
bounds = [{ measurement = "wrist_height", at_least = 1.2 }]
"""
ENTRIES = """[formcheck.measurements]
hands = my_shoulders.kinds:KINDS
"""
FOLDER = """[formcheck.specs]
shoulders = my_shoulders.specs
"""


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Installs a package `my-shoulders` whose entry points are given."""
    ours = tuple(REGISTRY)

    def put(entries: str) -> None:
        package = tmp_path / "my_shoulders"
        (package / "specs").mkdir(parents=True)
        for folder in (package, package / "specs"):
            (folder / "__init__.py").touch()
        (package / "kinds.py").write_text(KINDS, encoding="utf-8")
        (package / "specs" / "arm_raise.toml").write_text(SPEC, encoding="utf-8")
        info = tmp_path / "my_shoulders-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: my-shoulders\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(entries)
        monkeypatch.syspath_prepend(str(tmp_path))
        load_plugins.cache_clear()

    yield put
    for name in [name for name in REGISTRY if name not in ours]:
        REGISTRY.unregister(name)
    for name in [name for name in sys.modules if name.startswith("my_shoulders")]:
        del sys.modules[name]
    load_plugins.cache_clear()


def test_without_packages_there_is_nothing_more():
    assert load_plugins().kinds == []
    assert load_plugins().problems == []


def test_a_package_adds_a_spec_and_a_kind(install):
    install(ENTRIES + FOLDER)
    assert load_plugins().problems == []
    assert load_plugins().kinds == ["wrist_height"]
    assert spec_paths()["arm_raise"].parent.name == "specs"
    session = Session(load_spec("arm_raise"))
    for t in times(8):
        arm = curve(t, ((2, 0), (3, 160), (6, 160), (7, 0)))
        result = session.update(STANDING.but(arm_left=arm).pose(t))
    assert "wrist_height_left" in result.values
    assert session.finish().totals.hold_s == {
        "left": pytest.approx(3.5, abs=0.5),
        "right": 0.0,
    }


def test_the_list_of_exercises_has_it(install):
    from formcheck.cli import app

    install(ENTRIES + FOLDER)
    listed = CliRunner().invoke(app, ["exercises"])
    assert listed.exit_code == 0
    assert "arm_raise" in listed.output
    assert "standing_march" in listed.output


BROKEN = {
    "a module that is not there": (
        "[formcheck.measurements]\nhands = my_shoulders.hands:KINDS\n",
        "my-shoulders: entry point 'hands' in formcheck.measurements: ModuleNotFoundError: "
        "No module named 'my_shoulders.hands'",
    ),
    "no kind": (
        "[formcheck.measurements]\nhands = my_shoulders.kinds:wrist_height\n",
        None,
    ),
    "a name that is taken": (
        "[formcheck.measurements]\nhands = my_shoulders.kinds:SAME\n",
        "my-shoulders: entry point 'hands' in formcheck.measurements: there is a kind of "
        "measurement 'knee_flexion' already",
    ),
    "no folder": (
        "[formcheck.specs]\nshoulders = my_shoulders.kinds:__name__\n",
        "my-shoulders: entry point 'shoulders' in formcheck.specs: 'my_shoulders.kinds' is not a "
        "folder of specs",
    ),
}


@pytest.mark.parametrize(("entries", "problem"), BROKEN.values(), ids=BROKEN)
def test_a_broken_package_breaks_nothing_else(install, entries, problem):
    install(entries)
    (told,) = load_plugins().problems
    if problem is None:
        assert told.startswith("my-shoulders: entry point 'hands' in formcheck.measurements: ")
        assert told.endswith(" is not a MeasurementKind")
    else:
        assert told == problem
    assert load_spec("standing_march").id == "standing_march"


def test_a_spec_of_a_package_without_its_kind(install):
    install(FOLDER)
    with pytest.raises(SpecError) as caught:
        load_spec("arm_raise")
    assert str(caught.value).splitlines()[0] == (
        "arm_raise.toml: hold -> measurement: 'wrist_height' is not defined; "
        "did you mean 'hip_height'?"
    )


def test_what_formcheck_has_is_not_replaced(install, tmp_path):
    install(ENTRIES + FOLDER)
    theirs = tmp_path / "my_shoulders" / "specs" / "standing_march.toml"
    theirs.write_text(SPEC, encoding="utf-8")
    load_plugins.cache_clear()
    assert spec_paths()["standing_march"] != theirs
    assert isinstance(spec_paths()["standing_march"], Path)
