"""How a person's or the system's wish to stop travels through the program."""

from __future__ import annotations

import os
import signal
from types import FrameType
from typing import NoReturn

EXIT_CODE = 3


class Interrupted(KeyboardInterrupt):
    """Ctrl-C or a polite kill.

    A class of its own because of CPython: where a plain KeyboardInterrupt passes through `exec` of
    a text (dataclasses and pydantic use it while modules load), the interpreter ends with the
    signal's exit code whatever the program says.
    """


def raise_on_signals() -> None:
    """Let SIGINT and SIGTERM raise `Interrupted` from now on."""
    signal.signal(signal.SIGTERM, interrupt)
    # A shell's background job is to ignore Ctrl-C.
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, interrupt)


def interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    """Handle a signal by raising `Interrupted`."""
    raise Interrupted


def end_with_parent() -> None:
    """Let this worker process end when the one that started it was killed.

    Nobody would ever take its results; what it was writing goes with the next run.
    """
    import multiprocessing
    import threading

    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def wait_and_end() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait_and_end, name="parent", daemon=True).start()
