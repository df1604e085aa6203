from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from formcheck._runtime import garbage


@pytest.fixture(autouse=True)
def threshold() -> Iterator[tuple[int, int, int]]:
    before = gc.get_threshold()
    yield before
    gc.set_threshold(*before)
    gc.unfreeze()


def test_seldom_and_then_as_before(threshold: tuple[int, int, int]) -> None:
    garbage.look_seldom()
    garbage.look_seldom()
    assert gc.get_threshold()[0] == garbage.OBJECTS_BEFORE_A_LOOK
    garbage.look_as_usual()
    assert gc.get_threshold() == threshold


def test_other_programs_keep_their_setting() -> None:
    gc.set_threshold(123)
    frozen = gc.get_freeze_count()
    garbage.look_as_usual()
    assert gc.get_threshold()[0] == 123
    assert gc.get_freeze_count() == frozen
