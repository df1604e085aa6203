"""Several sources at once, each in a process of its own."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.synchronize import Event

from formcheck import model_store
from formcheck.analysis import Analysis, Job, analyze
from formcheck.commands._terminal import Bars, Stop
from formcheck.errors import FormcheckError, SourceError
from formcheck.pose_track import is_recording

_POLL_S = 0.2

_stop_asked: Event | None = None


def outcomes(
    jobs: list[Job], workers: int, shown: Bars, stop: Stop
) -> Iterator[tuple[Job, Analysis | FormcheckError]]:
    """Give each job with what came of it, as soon as it is done."""
    # Fetched once, here, not by every worker at the same time.
    if not all(is_recording(job.source) for job in jobs):
        model_store.load(jobs[0].model, shown.fetch)
    # A fresh interpreter each: MediaPipe's threads do not survive a fork.
    context = multiprocessing.get_context("spawn")
    stop_asked = context.Event()
    shown.begin(f"{len(jobs)} sources")
    with ProcessPoolExecutor(workers, context, _begin_worker, (stop_asked,)) as pool:
        running = {pool.submit(_work, job): job for job in jobs}
        total = len(running)
        while running:
            shown.at(total - len(running), total)
            done, _ = wait(running, timeout=_POLL_S, return_when=FIRST_COMPLETED)
            if stop():
                stop_asked.set()
                for future in running:
                    future.cancel()
            for future in done:
                job = running.pop(future)
                if not future.cancelled():
                    yield job, _outcome(future, job)


def _begin_worker(stop_asked: Event) -> None:
    global _stop_asked  # noqa: PLW0603
    _stop_asked = stop_asked
    # Ctrl-C reaches every process of the terminal; only the first one decides what it means. A kill
    # may reach all of them as well: then each ends at its next frame.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda _number, _frame: stop_asked.set())
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End where the first process was killed: nobody would ever take the results."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _work(job: Job) -> Analysis:
    assert _stop_asked is not None
    return analyze(job, should_stop=_stop_asked.is_set)


def _outcome(future: Future[Analysis], job: Job) -> Analysis | FormcheckError:
    try:
        return future.result()
    except FormcheckError as error:
        return error
    except BrokenProcessPool:
        return SourceError(f"{job.source}: the process that analysed it died (out of memory?)")
