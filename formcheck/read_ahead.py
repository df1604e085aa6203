"""Works on the next items in another thread while the present one is used.

Decoding, pose estimation and encoding each leave Python for most of their time, so three threads
keep two cores busy. The order of items is kept: results do not depend on it.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator
from contextlib import closing, suppress
from typing import TypeVar

T = TypeVar("T")

# A few frames of 1080p are some 20 MB; more would only fill memory.
DEPTH = 3
_POLL_S = 0.1


class _End:
    """The last thing in the queue: the items are used up, or making one failed."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


def read_ahead(items: Generator[T], depth: int = DEPTH) -> Generator[T]:
    """Give the items of a generator, made in another thread up to `depth` ahead.

    An error while making an item is raised here, after the items before it. Closing this generator
    stops the thread and closes `items`; when it is closed, nothing of `items` runs any more.
    """
    ready: queue.Queue[T | _End] = queue.Queue(depth)
    stop = threading.Event()

    def put(item: T | _End) -> None:
        while not stop.is_set():
            with suppress(queue.Full):
                ready.put(item, timeout=_POLL_S)
                return

    def work() -> None:
        try:
            with closing(items):
                for item in items:
                    put(item)
                    if stop.is_set():
                        return
        except BaseException as error:
            put(_End(error))
        else:
            put(_End())

    thread = threading.Thread(target=work, name="formcheck-read-ahead", daemon=True)
    thread.start()
    try:
        while True:
            item = ready.get()
            if isinstance(item, _End):
                if item.error is not None:
                    raise item.error
                return
            yield item
    finally:
        stop.set()
        thread.join()
