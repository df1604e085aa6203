"""Works on the next items in another thread while the present one is used.

Decoding, pose estimation and encoding each leave Python for most of their time, so three threads
keep two cores busy. The order of items is kept: results do not depend on it.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, suppress
from typing import Self, TypeVar

from formcheck._runtime import process

T = TypeVar("T")

# A few frames of 1080p are some 20 MB; more would only fill memory.
DEPTH = 3
_POLL_S = 0.1


class _End:
    """The last thing in the queue: the items are used up, or making one failed."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


class ReadAhead(Iterator[T]):
    """Gives the items of a generator, made in another thread up to `depth` ahead.

    An error while making an item is raised here, after the items before it. Closing stops the
    thread and closes `items`; then nothing of `items` runs any more. Where this process shares its
    cores with others like it (`formcheck._runtime.process`), items are made when they are asked
    for: threads would only take turns.
    """

    def __init__(self, items: Generator[T], depth: int = DEPTH) -> None:
        self._items = items
        self._ready: queue.Queue[T | _End] = queue.Queue(depth)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._over = False

    def begin(self) -> Self:
        """Begin with the first items before they are asked for."""
        if self._thread is None and not self._over and not process.cores_are_shared():
            self._thread = threading.Thread(
                target=self._work, name="formcheck-read-ahead", daemon=True
            )
            self._thread.start()
        return self

    def close(self) -> None:
        """Stop, and close the items."""
        self._over = True
        self._stop.set()
        if self._thread is None:
            self._items.close()
        else:
            self._thread.join()

    def __next__(self) -> T:
        if self._over:
            raise StopIteration
        if self.begin()._thread is None:
            return next(self._items)
        item = self._ready.get()
        if not isinstance(item, _End):
            return item
        self.close()
        if item.error is not None:
            raise item.error
        raise StopIteration

    def _work(self) -> None:
        try:
            with closing(self._items):
                for item in self._items:
                    self._put(item)
                    if self._stop.is_set():
                        return
        except BaseException as error:
            self._put(_End(error))
        else:
            self._put(_End())

    def _put(self, item: T | _End) -> None:
        while not self._stop.is_set():
            with suppress(queue.Full):
                self._ready.put(item, timeout=_POLL_S)
                return


def read_ahead(items: Generator[T], depth: int = DEPTH) -> ReadAhead[T]:
    """Give the items of a generator; the thread begins with the first one asked for."""
    return ReadAhead(items, depth)


def in_bulk(items: Iterable[T], count: int) -> Generator[list[T]]:
    """Give items so many at a time, the last ones fewer.

    A thread that handles small items one by one between two frames finds the caches full of the
    frames every time, and stops the thread that looks at the next one.
    """
    bulk: list[T] = []
    for item in items:
        bulk.append(item)
        if len(bulk) == count:
            yield bulk
            bulk = []
    if bulk:
        yield bulk
