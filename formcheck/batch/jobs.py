"""A job for anyone who does it: this process, another one, or another machine.

A job fetches its source if that is a URL, analyses it, and puts the results where they belong. It
can tell that it was done before: a run that was stopped goes on where it was.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from formcheck._runtime import process
from formcheck._version import __version__
from formcheck.batch.analyze import Analysis, Job, Outputs, analyze
from formcheck.batch.remote_files import folder_of, join, name_of, remote_files, shown
from formcheck.errors import FormcheckError, SettingError, SourceError
from formcheck.estimate import models as model_store
from formcheck.estimate.models import FetchProgress
from formcheck.io.atomic import scratch_folder
from formcheck.io.result_file import ResultFile, read_results


@dataclass(frozen=True, slots=True)
class QueuedJob:
    """A job, perhaps with URLs.

    Attributes
    ----------
    job : Job
        With the true paths where they are paths; with a URL, only names that are filled in later.
    source_url : str or None
        Where to fetch the source.
    output_url : str or None
        The folder to which the results go.
    again : bool
        Do it even if it was done before.
    version : str
        That of the program that made the job.
    """

    job: Job
    source_url: str | None = None
    output_url: str | None = None
    again: bool = True
    version: str = __version__


@dataclass(frozen=True, slots=True)
class DoneBefore:
    """The results of a job that an earlier run did.

    Attributes
    ----------
    results : ResultFile
        As in the JSON file.
    where : str
        Path or URL of the JSON file.
    """

    results: ResultFile
    where: str


Outcome = Analysis | DoneBefore | FormcheckError


def queued_job(
    source: Path | str, job_of: Callable[[Path, Outputs], Job], output: Path | str | None
) -> QueuedJob:
    """Return the job for a source and an output folder, each a path or (as a text) a URL.

    Raises
    ------
    SettingError
        Where the results would have to go beside a source to which nothing can be written.
    """
    name = Path(name_of(source)) if isinstance(source, str) else source
    if output is None and isinstance(source, str):
        output = folder_of(source)
        if output.startswith(("http://", "https://")):
            raise SettingError(
                f"nothing can be written beside {output}/{name}: "
                "say with --output-dir where the results go"
            )
    outputs = Outputs.of(name, output if isinstance(output, Path) else None)
    return QueuedJob(
        job_of(name, outputs),
        source if isinstance(source, str) else None,
        output if isinstance(output, str) else None,
    )


def run(
    queued: QueuedJob,
    *,
    on_time: Callable[[float, float | None], None] = lambda _time_s, _duration_s: None,
    on_fetch: FetchProgress | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Analysis | DoneBefore:
    """Do a job, or find that it was done; arguments as in `formcheck.batch.analyze.analyze`.

    Raises
    ------
    FormcheckError
        When it cannot be done.
    """
    if queued.version != __version__:
        raise SettingError(
            f"{queued.job.source.name}: the worker has formcheck {__version__}, "
            f"the run needs {queued.version}; install the same version everywhere"
        )
    with scratch_folder() as folder:
        if not queued.again and (before := _done_before(queued, folder)) is not None:
            return before
        job = replace(queued.job, settings=settings_of(queued.job))
        if queued.output_url is not None:
            job = replace(job, outputs=Outputs.of(job.source, folder))
        if queued.source_url is not None:
            # In a folder of its own: results are not to be written over it.
            source = folder / "source" / job.source.name
            source.parent.mkdir()
            remote_files().fetch(queued.source_url, source)
            job = replace(job, source=source)
        try:
            done = analyze(job, on_time=on_time, on_fetch=on_fetch, should_stop=should_stop)
        except FormcheckError as error:
            if queued.source_url is None:
                raise
            # People know the source by its address.
            text = str(error).replace(str(job.source), shown(queued.source_url))
            raise type(error)(text) from error
        return done if queued.output_url is None else _stored(done, queued.output_url)


def run_quietly(queued: QueuedJob) -> Outcome:
    """Do a job on a worker of a cluster; what a person can mend is returned, not tried again."""
    # Clusters have a worker for each core.
    process.share_cores()
    try:
        return run(queued)
    except FormcheckError as error:
        return error


def settings_of(job: Job) -> str:
    """Return a short text that differs where a job's settings differ.

    Source and program are not in it: a source that changed is known by its time, and the program
    by its version in the results.
    """
    settings: dict[str, object] = {
        "spec": job.spec.model_dump(mode="json"),
        "side": job.side,
        "model": job.model or model_store.default_name(),
    }
    if job.roll_deg is not None:
        settings["roll_deg"] = job.roll_deg
    text = json.dumps(settings, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _stored(done: Analysis, folder: str) -> Analysis:
    """Copy the results to a folder by URL; the JSON last, because it says that all is there."""
    addresses: dict[str, Path | str] = {}
    for what, path in sorted(done.files.items(), key=lambda item: item[0] == "results"):
        assert isinstance(path, Path)
        addresses[what] = join(folder, path.name)
        remote_files().store(path, join(folder, path.name))
    return replace(done, files={what: addresses[what] for what in done.files})


def _done_before(queued: QueuedJob, scratch: Path) -> DoneBefore | None:
    """Return the results of an earlier run where they are whole, newer and of the same settings."""
    job = queued.job
    wanted = [job.outputs.json, job.outputs.frames]
    # A recording has no pictures, so it never gets an annotated video.
    if job.video and job.source.suffix.lower() != ".npz":
        wanted.append(job.outputs.video)
    if job.report:
        wanted.append(job.outputs.report)
    times = [_time_of(path, queued.output_url) for path in wanted]
    if None in times:
        return None
    source_time = _time_of(job.source, None, queued.source_url)
    if source_time is not None and source_time > (times[0] or 0.0):
        return None
    where: Path | str = job.outputs.json
    found = job.outputs.json
    if queued.output_url is not None:
        where, found = join(queued.output_url, found.name), scratch / "before.json"
        try:
            remote_files().fetch(where, found)
        except FormcheckError:
            return None
    try:
        results = read_results(found)
    except SourceError:
        return None
    if (
        results.partial
        or results.settings != settings_of(job)
        or results.formcheck_version != __version__
    ):
        return None
    return DoneBefore(results, str(where))


def _time_of(path: Path, folder_url: str | None, url: str | None = None) -> float | None:
    """Return when a file was changed; None where there is none, or nobody can say."""
    url = url or (None if folder_url is None else join(folder_url, path.name))
    if url is not None:
        return remote_files().time_of(url)
    try:
        return path.stat().st_mtime
    except OSError:
        return None
