"""A job for anyone who does it: this process, another one, or another machine.

A job fetches its source if that is a URL, analyses it, and puts the results where they belong. It
can tell that it was done before: a run that was stopped goes on where it was.
"""

from __future__ import annotations

import hashlib
import json
import os
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
    alone : bool
        Whether nothing else is to be done: then a mistake of the program ends it.
    version : str
        That of the program that made the job.
    """

    job: Job
    source_url: str | None = None
    output_url: str | None = None
    again: bool = True
    alone: bool = True
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
    source: Path | str,
    job_of: Callable[[Path, Outputs], Job],
    output: Path | str | None,
    *,
    own_name: bool = False,
) -> QueuedJob:
    """Return the job for a source and an output folder, each a path or (as a text) a URL.

    With `own_name` the results are named by the source's whole name (``clip.avi``): another source
    has the short one.

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
    if own_name:
        outputs = Outputs.called(name.name, outputs.json.parent)
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
        # Before it is read: what is written meanwhile is another source.
        job = replace(queued.job, settings=_mark_of(queued))
        if queued.output_url is not None:
            job = replace(job, outputs=Outputs.called(job.outputs.stem, folder))
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
        except Exception as error:
            # Whatever it is, it is this source's; the others are to be done all the same.
            if queued.alone or os.environ.get("FORMCHECK_DEBUG"):
                raise
            name = queued.job.source if queued.source_url is None else shown(queued.source_url)
            what = " ".join(str(error).split())[:200]
            raise SourceError(
                f"{name} cannot be analysed: {type(error).__name__}{f': {what}' if what else ''}"
            ) from error
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

    Source and program are not in it: the source has a text of its own, and the program is known by
    its version in the results.
    """
    settings: dict[str, object] = {
        "spec": job.spec.model_dump(mode="json"),
        "side": job.side,
        "model": job.model or model_store.default_name(),
    }
    for name in ("roll_deg", "turn", "speed", "at"):
        if getattr(job, name) is not None:
            settings[name] = getattr(job, name)
    return _short(settings)


def _mark_of(queued: QueuedJob) -> str:
    """Return a short text that differs where settings or source differ.

    A source is the same while its name, its size and its time are: an older file put in its place
    is another one.
    """
    source, url = queued.job.source, queued.source_url
    known: tuple[object, ...] = (url, None if url is None else remote_files().time_of(url))
    if url is None:
        try:
            found = source.stat()
            known = (_utf8(source.name), found.st_size, found.st_mtime_ns)
        except OSError:
            known = (_utf8(source.name),)
    return f"{settings_of(queued.job)}-{_short(known)}"


def _utf8(name: str) -> str:
    """Return a file's name as it is in every locale."""
    return os.fsencode(name).decode("utf-8", "replace")


def _short(values: object) -> str:
    text = json.dumps(values, sort_keys=True, ensure_ascii=True)
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
    """Return the results of an earlier run where they are whole and of the same source."""
    job = queued.job
    wanted = [job.outputs.json, job.outputs.frames]
    # A recording has no pictures, so it never gets an annotated video.
    if job.video and job.source.suffix.lower() != ".npz":
        wanted.append(job.outputs.video)
    if job.report:
        wanted.append(job.outputs.report)
    if any(_time_of(path, queued.output_url) is None for path in wanted):
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
        or results.settings != _mark_of(queued)
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
