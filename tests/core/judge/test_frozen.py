"""Every frame result of the golden recordings, as it was: a change of results is no accident.

Where a change is meant: ``python -m benchmarks freeze write tests/golden/frozen.json --digits 6``.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.freeze import GOLDEN, golden, hash_of

FROZEN: dict[str, str] = json.loads((GOLDEN / "frozen.json").read_text(encoding="utf-8"))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "recording", "exercise"), list(golden()))
def test_results_are_what_they_were(name: str, recording: Path, exercise: str) -> None:
    assert hash_of(recording, exercise, digits=6) == FROZEN[name]
