"""Several sources at once: in processes of this machine, or on a Dask cluster.

Both are executors as the standard library knows them, and both are given the same jobs.
"""

from __future__ import annotations

import multiprocessing
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from importlib import import_module
from importlib.util import find_spec
from multiprocessing.synchronize import Event
from typing import Any

from formcheck._runtime import process
from formcheck._runtime.interruption import end_with_parent
from formcheck.batch.jobs import Outcome, QueuedJob, run, run_quietly
from formcheck.commands._terminal import Bars, Stop
from formcheck.errors import FormcheckError, SettingError, SourceError
from formcheck.estimate import models as model_store
from formcheck.estimate.track import is_recording

Outcomes = Iterator[tuple[QueuedJob, Outcome]]

_POLL_S = 0.2
_CONNECT_TIMEOUT_S = 10
# How often a job is tried again whose machine failed; a bad file is not tried again.
_RETRIES = 2

_stop_asked: Event | None = None


def in_processes(jobs: Sequence[QueuedJob], workers: int, shown: Bars, stop: Stop) -> Outcomes:
    """Give each job with what came of it, as soon as it is done by a process of this machine.

    A process that dies takes nothing with it: jobs that had not begun go on in new processes, and
    those it may have died of are done again at the end, one by one.
    """
    # Fetched once, here, not by every worker at the same time.
    if not all(is_recording(queued.job.source) for queued in jobs):
        model_store.load(jobs[0].job.model, shown.fetch)
    # A fresh interpreter each: MediaPipe's threads do not survive a fork.
    stop_asked = multiprocessing.get_context("spawn").Event()
    shown.begin(f"{len(jobs)} sources", len(jobs))
    left, suspects = list(jobs), list[QueuedJob]()
    while left and not stop.asked:
        given, left = left, []
        with _pool(min(workers, len(given)), stop_asked) as pool:
            for queued, future, had_begun in _as_done(pool, _work, given, shown, stop, stop_asked):
                try:
                    yield queued, future.result()
                except BrokenProcessPool:
                    (suspects if had_begun else left).append(queued)
        if len(left) == len(given):
            suspects, left = suspects + left, []
    for queued in suspects:
        if stop.asked:
            return
        with _pool(1, stop_asked) as pool:
            for _, future, _ in _as_done(pool, _work, [queued], shown, stop, stop_asked):
                try:
                    yield queued, future.result()
                except BrokenProcessPool:
                    yield (
                        queued,
                        SourceError(
                            f"{queued.job.source}: the process that analysed it died "
                            "(out of memory?)"
                        ),
                    )


def load_ahead() -> None:
    """Load what `on_cluster` needs while this thread goes on: it takes some tenths of a second."""
    # Whether it is there at all is for `on_cluster` to say.
    if find_spec("distributed") is not None:
        # No daemon: an interpreter that ends in the middle of an import may crash.
        threading.Thread(target=import_module, args=("distributed",)).start()


def on_cluster(jobs: Sequence[QueuedJob], address: str, shown: Bars, stop: Stop) -> Outcomes:
    """Give each job with what came of it, as soon as it is done by a worker of a Dask cluster.

    A worker that is lost costs what it was working on: the scheduler gives that to another one.
    Results are written by the workers.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise SettingError(
            "--cluster needs Dask's 'distributed': pip install 'formcheck[cluster]'"
        ) from error
    try:
        make_client: Any = Client  # untyped where it is installed, unknown where it is not
        client = make_client(address, timeout=_CONNECT_TIMEOUT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise SettingError(
            f"no Dask scheduler answers at {address}; give the address that "
            "'dask scheduler' prints, such as tcp://10.0.0.5:8786"
        ) from error
    shown.begin(f"{len(jobs)} sources", len(jobs))
    with client:
        pool = client.get_executor(pure=False, retries=_RETRIES)
        for queued, future, _ in _as_done(pool, run_quietly, jobs, shown, stop):
            try:
                yield queued, future.result()
            except Exception as error:
                # Whatever it was, it was tried on other workers too; the rest goes on.
                yield (
                    queued,
                    SourceError(
                        f"{queued.job.source}: given up on the cluster ({type(error).__name__}: "
                        f"{error})"
                    ),
                )


def _as_done(  # noqa: PLR0917
    pool: Executor,
    work: Callable[[QueuedJob], Outcome],
    jobs: Sequence[QueuedJob],
    shown: Bars,
    stop: Stop,
    stop_asked: Event | None = None,
) -> Iterator[tuple[QueuedJob, Future[Outcome], bool]]:
    """Give jobs that are done, and whether they had begun when last looked at."""
    running = {pool.submit(work, queued): queued for queued in jobs}
    begun: set[Future[Outcome]] = set()
    while running:
        begun |= {future for future in running if future.running()}
        done, _ = wait(running, timeout=_POLL_S, return_when=FIRST_COMPLETED)
        if stop():
            if stop_asked is not None:
                stop_asked.set()
            for future in running:
                future.cancel()
        for future in done:
            queued = running.pop(future)
            if not future.cancelled():
                yield queued, future, future in begun
                shown.one_more()


def _pool(workers: int, stop_asked: Event) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")
    given = (stop_asked, process.usable_cores() <= workers)
    return ProcessPoolExecutor(workers, context, _begin_worker, given)


def _begin_worker(stop_asked: Event, shares_cores: bool) -> None:
    if shares_cores:
        process.share_cores()
    global _stop_asked  # noqa: PLW0603
    _stop_asked = stop_asked
    # Ctrl-C reaches every process of the terminal; only the first one decides what it means. A kill
    # may reach all of them as well: then each ends at its next frame.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda _number, _frame: stop_asked.set())
    end_with_parent()


def _work(queued: QueuedJob) -> Outcome:
    assert _stop_asked is not None
    try:
        return run(queued, should_stop=_stop_asked.is_set)
    except FormcheckError as error:
        return error
