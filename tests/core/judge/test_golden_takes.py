"""Rendered people whose every repetition is known: counts and verdicts must not change.

``golden/expected.json`` is the truth of the takes as performed (`groundtruth.golden`).
``golden/known_gaps.json`` lists, openly, where the program does not say the truth today; the
aim is an empty file.  A take fails when the program gets worse, and also when it gets better:
then the gap is closed and its entry goes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from formcheck.core.judge.session import Session
from formcheck.io.poses import read
from formcheck.io.specs import load_spec

GOLDEN = Path(__file__).parents[2] / "golden"
EXPECTED: dict[str, dict[str, Any]] = json.loads((GOLDEN / "expected.json").read_text())
KNOWN_GAPS: dict[str, dict[str, Any]] = json.loads((GOLDEN / "known_gaps.json").read_text())
HOLD_SLACK_S = 1.5


def said_of(name: str, exercise: str) -> dict[str, Any]:
    session = Session(load_spec(exercise))
    for pose in read(GOLDEN / f"{name}.poses.npz"):
        session.update(pose)
    summary = session.finish()
    return {
        "reps": {side: n for side, n in summary.totals.reps.items() if n},
        "attempts": {side: n for side, n in summary.totals.attempts.items() if n},
        "hold_s": {side: s for side, s in summary.totals.hold_s.items() if s},
        "faults": {f"{fault.check} {fault.side}" for fault in summary.faults},
    }


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_what_is_said_is_what_was_performed(name):
    expected, gap = EXPECTED[name], KNOWN_GAPS.get(name, {})
    said = said_of(name, expected["exercise"])
    assert said["reps"] == gap.get("reps", expected["reps"])
    assert said["attempts"] == gap.get("attempts", expected["attempts"])
    if expected["hold_s"]:
        wanted_s = gap.get("hold_s", expected["hold_s"])
        assert said["hold_s"] == pytest.approx(wanted_s, abs=HOLD_SLACK_S)
    performed = set(expected["faults"])
    assert performed - said["faults"] == set(gap.get("missed", []))
    allowed = set(expected["may_also_say"])
    surplus = {fault for fault in said["faults"] - performed if fault.split()[0] not in allowed}
    assert surplus == set(gap.get("false_alarms", []))


def test_every_gap_belongs_to_a_take():
    assert set(KNOWN_GAPS) <= set(EXPECTED)


def test_recordings_stay_small():
    assert sum(path.stat().st_size for path in GOLDEN.glob("*.npz")) < 3_000_000
