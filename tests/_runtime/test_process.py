from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from formcheck._runtime import process


@pytest.fixture(autouse=True)
def threshold() -> Iterator[tuple[int, int, int]]:
    before = gc.get_threshold()
    yield before
    gc.set_threshold(*before)
    gc.unfreeze()


def test_seldom_and_then_as_before(threshold: tuple[int, int, int]) -> None:
    process.collect_seldom()
    process.collect_seldom()
    assert gc.get_threshold()[0] == process.OBJECTS_BEFORE_COLLECTING
    process.collect_as_usual()
    assert gc.get_threshold() == threshold


def test_other_programs_keep_their_setting() -> None:
    gc.set_threshold(123)
    frozen = gc.get_freeze_count()
    process.collect_as_usual()
    assert gc.get_threshold()[0] == 123
    assert gc.get_freeze_count() == frozen
