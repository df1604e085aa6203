"""What follows an analysis: the overview of many clips, and the history."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from formcheck.errors import FormcheckError

if TYPE_CHECKING:
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
    outcomes: Sequence[tuple[QueuedJob, Outcome]], person: str, pain: int | None, note: str | None
) -> int:
    """Keep what was analysed in a person's history; return the number of sessions."""
    from datetime import datetime

    from formcheck.batch.jobs import DoneBefore
    from formcheck.history import History

    count = 0
    with History() as history:
        for queued, outcome in outcomes:
            # What an earlier run did is in the history if that run was told to keep it.
            if not isinstance(outcome, FormcheckError | DoneBefore):
                history.add(
                    outcome.results.to_json(),
                    recorded_at=datetime.now().astimezone(),
                    person=person,
                    exercise_name=queued.job.spec.name,
                    pain=pain,
                    note=note,
                )
                count += 1
    return count
