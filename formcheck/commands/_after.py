"""What follows an analysis: the overview of many clips, and the history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from formcheck.errors import FormcheckError

if TYPE_CHECKING:
    from formcheck.batch.analyze import Analysis
    from formcheck.batch.jobs import Outcome, QueuedJob


def write_overview_of(outcomes: Sequence[tuple[QueuedJob, Outcome]]) -> Path:
    """Write the overview of what was analysed, where the first results lie; return the page."""
    from formcheck.report.overview import Take, write_overview

    takes = []
    for queued, outcome in outcomes:
        job = queued.job
        if isinstance(outcome, FormcheckError):
            takes.append(Take(job.source.name, None, job.spec, problem=str(outcome)))
        else:
            takes.append(Take(job.source.name, outcome.results, job.spec, job.outputs.report))
    page, _table = write_overview(outcomes[0][0].job.outputs.json.parent, takes)
    return page


def keep_in_history(
    outcomes: Sequence[tuple[QueuedJob, Outcome]],
    person: str,
    pain: int | None,
    note: str | None,
    date: datetime | None = None,
) -> str:
    """Keep what was analysed in a person's history; return how many, and whence their dates are."""
    from formcheck.batch.jobs import DoneBefore
    from formcheck.history import History

    count, whence = 0, list[str]()
    with History() as history:
        for queued, outcome in outcomes:
            # What an earlier run did is in the history if that run was told to keep it.
            if not isinstance(outcome, FormcheckError | DoneBefore):
                recorded_at, source = _recorded_at(queued, outcome, date)
                whence.append(source)
                history.add(
                    outcome.results.to_json(),
                    recorded_at=recorded_at,
                    person=person,
                    exercise_name=queued.job.spec.name,
                    pain=pain,
                    note=note,
                )
                count += 1
    dates = f" ({', '.join(dict.fromkeys(whence))})" if whence else ""
    return f"kept in the history of {person}: {count}{dates}"


def _recorded_at(
    queued: QueuedJob, outcome: Analysis, date: datetime | None
) -> tuple[datetime, str]:
    """Return when a source was filmed, and who says so."""
    if date is not None:
        return date.astimezone(), "dated as you said"
    if outcome.recorded_at is not None:
        return datetime.fromisoformat(outcome.recorded_at), "dated as the video says"
    try:
        changed_s = queued.job.source.stat().st_mtime
    except OSError:
        return datetime.now().astimezone(), "dated today"
    return datetime.fromtimestamp(changed_s).astimezone(), "dated as the file"
