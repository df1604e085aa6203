from __future__ import annotations

import threading
from collections.abc import Generator

import pytest

from formcheck.read_ahead import read_ahead


def _numbers(count: int, made: list[int] | None = None) -> Generator[int]:
    for number in range(count):
        if made is not None:
            made.append(number)
        yield number


def test_keeps_the_order() -> None:
    assert list(read_ahead(_numbers(100))) == list(range(100))


def test_one_after_the_other() -> None:
    first = read_ahead(_numbers(50))
    assert list(read_ahead(2 * number for number in first)) == list(range(0, 100, 2))


def test_an_error_comes_after_the_items_before_it() -> None:
    def failing() -> Generator[int]:
        yield 1
        yield 2
        raise ValueError("broken")

    items = read_ahead(failing())
    assert [next(items), next(items)] == [1, 2]
    with pytest.raises(ValueError, match="broken"):
        next(items)


def test_closing_stops_the_thread_and_closes_the_items() -> None:
    before = threading.active_count()
    closed = threading.Event()

    def endless() -> Generator[int]:
        try:
            while True:
                yield 1
        finally:
            closed.set()

    items = read_ahead(endless())
    assert next(items) == 1
    items.close()
    assert closed.is_set()
    assert threading.active_count() == before


def test_makes_only_a_few_ahead() -> None:
    made: list[int] = []
    items = read_ahead(_numbers(100, made), depth=2)
    next(items)
    items.close()
    assert len(made) <= 5


def test_not_begun_is_not_run() -> None:
    made: list[int] = []
    read_ahead(_numbers(3, made)).close()
    assert made == []
