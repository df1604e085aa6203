from __future__ import annotations

import threading
from collections.abc import Generator

import pytest

from formcheck._runtime import process
from formcheck.estimate.prefetch import ReadAhead, in_bulk, read_ahead


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


def test_begun_works_before_it_is_asked() -> None:
    made: list[int] = []
    items = ReadAhead(_numbers(3, made), depth=5).begin()
    for thread in threading.enumerate():
        if thread.name == "formcheck-read-ahead":
            thread.join(5)
    assert made == [0, 1, 2]
    assert list(items) == [0, 1, 2]


def test_begun_and_closed_leaves_no_thread() -> None:
    before = threading.active_count()
    closed = threading.Event()

    def endless() -> Generator[int]:
        try:
            while True:
                yield 1
        finally:
            closed.set()

    ReadAhead(endless()).begin().close()
    assert closed.wait(5)
    assert threading.active_count() == before


def test_where_cores_are_shared_items_are_made_when_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(process, "_cores_shared", True)
    made: list[int] = []
    items = ReadAhead(_numbers(3, made)).begin()
    assert made == []
    assert next(items) == 0
    assert made == [0]
    assert all(thread.name != "formcheck-read-ahead" for thread in threading.enumerate())
    items.close()
    assert list(items) == []


def test_in_bulk() -> None:
    assert list(in_bulk(range(7), 3)) == [[0, 1, 2], [3, 4, 5], [6]]
    assert list(in_bulk(range(0), 3)) == []
