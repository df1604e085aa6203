"""What the commands share: where they print, how they show progress, and how they stop."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any

from rich.console import Console

from formcheck._runtime.interruption import EXIT_CODE, Interrupted
from formcheck.errors import printable

if TYPE_CHECKING:
    from rich.progress import TaskID

INTERRUPTED = EXIT_CODE


class _Terminal(Console):
    def print(self, *objects: Any, **how: Any) -> None:
        """Print; what is not printable in a text is shown as a question mark."""
        super().print(*(printable(o) if isinstance(o, str) else o for o in objects), **how)


def out() -> Console:
    """Return the console for results (standard output)."""
    return _Terminal(highlight=False, soft_wrap=True)


def err() -> Console:
    """Return the console for everything that is not a result (standard error)."""
    return _Terminal(stderr=True, highlight=False, soft_wrap=True)


class Bars:
    """Progress bars on standard error; only where a person watches.

    One bar at a time: the fetching of a model, or the work on all sources, with the time left.
    """

    def __init__(self) -> None:
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            Progress,
            TaskProgressColumn,
            TextColumn,
            TimeRemainingColumn,
        )

        console = err()
        # A file may be called "[bold]": its name is no markup.
        name = TextColumn("{task.description}", markup=False)
        columns = (name, BarColumn(), TaskProgressColumn())
        hidden = not console.is_terminal
        self._fetching = Progress(
            *columns, DownloadColumn(), console=console, transient=True, disable=hidden
        )
        self._working = Progress(
            *columns,
            TimeRemainingColumn(),
            TextColumn("left"),
            console=console,
            transient=True,
            disable=hidden,
        )
        self._task: TaskID | None = None
        self._fetch_task: TaskID | None = None
        self._name = ""
        self._count, self._done = 1, 0
        self._is_shown = False

    def close(self) -> None:
        """Remove whatever bar is shown; the work's comes back where it was."""
        self._fetching.stop()
        self._working.stop()
        self._is_shown = False

    def fetch(self, what: str, done: int, total: int | None) -> None:
        """Show the fetching of a model: bytes so far and in all."""
        if self._fetch_task is None:
            self._fetching.start()
            self._fetch_task = self._fetching.add_task(what)
        self._fetching.update(self._fetch_task, description=what, completed=done, total=total)

    def begin(self, name: str, count: int = 1) -> None:
        """Begin the bar of one source, or of so many."""
        self.close()
        for old in self._working.task_ids:
            self._working.remove_task(old)
        self._name, self._task = name, None
        self._count, self._done = count, 0

    def now(self, name: str) -> None:
        """Say which of several sources is worked on."""
        self._name = name

    def at(self, time_s: float, duration_s: float | None) -> None:
        """Show how far the work on a source has come, in seconds of video."""
        if self._count == 1:
            self._show(time_s, duration_s)
        else:
            share = min(time_s / duration_s, 1.0) if duration_s else 0.0
            self._show(self._done + share, self._count)

    def one_more(self) -> None:
        """Show that one of several sources is done."""
        self._done += 1
        self._show(self._done, self._count)

    def _show(self, done: float, total: float | None) -> None:
        if self._task is None:
            self._task = self._working.add_task(self._name, total=total)
        if not self._is_shown:
            self._fetching.stop()
            self._working.start()
            self._is_shown = True
        self._working.update(self._task, description=self._name, completed=done, total=total)


@contextmanager
def bars() -> Iterator[Bars]:
    """Give progress bars that are gone at the end of the block."""
    shown = Bars()
    try:
        yield shown
    finally:
        shown.close()


class Stop:
    """Whether the user asked to stop: Ctrl-C or a polite kill.

    While the work asks after every frame, the first signal lets it end there, so that results so
    far can be written; a second one interrupts at once. While it does not ask (a model is fetched,
    a file is opened) the first one interrupts at once too.
    """

    def __init__(self) -> None:
        self.asked = False
        self._heard = False

    def __call__(self) -> bool:
        """Return True once the user asked to stop; the caller asks again soon."""
        self._heard = True
        return self.asked

    def not_asking(self) -> None:
        """Say that nobody will ask for a while."""
        self._heard = False

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self.asked or not self._heard:
            raise Interrupted
        self.asked = True


@contextmanager
def stop_on_signal() -> Iterator[Stop]:
    """Catch Ctrl-C and SIGTERM for the length of the block."""
    stop = Stop()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, stop._on_signal)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
