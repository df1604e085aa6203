"""Keeps where a routine is, so that it resumes after an interruption, and what it came to.

Every part of a set is kept exactly once: it is first written to the state file with an id of its
own, then into the history under that id (which takes an id once), and only then marked as kept.
Whenever the process is killed, the next start finishes what is missing.
"""

from __future__ import annotations

import contextlib
import hashlib
import queue
import threading
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, Self

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from formcheck.core.coach.plan import Plan
from formcheck.core.coach.routine_progress import Progress, Tally
from formcheck.core.events import Counts
from formcheck.core.judge.summary import Summary
from formcheck.errors import FormcheckError, OutputError
from formcheck.history import History
from formcheck.history.database import default_address
from formcheck.history.records import is_worth_keeping
from formcheck.io import atomic as atomic_files

# A break longer than this ends a session: what was warm is cold again.
GOES_ON_WITHIN = timedelta(hours=6)


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SavedPart(_Table):
    """One part of a set with its results."""

    id: str
    step: int
    set_number: int
    exercise_name: str
    recorded_at: datetime
    results: dict[str, Any]
    kept: bool = False


class SavedRoutine(_Table):
    """The state file."""

    layout: Literal[1] = 1
    routine: str
    plan: str = Field(description="Fingerprint: another dose or order is another routine.")
    person: str
    run: str
    updated_at: datetime
    step: int = Field(0, ge=0)
    set_number: int = Field(1, ge=1)
    carried: dict[Literal["reps", "attempts", "hold_s"], dict[str, float]] | None = None
    skipped: tuple[int, ...] = ()
    parts: list[SavedPart] = Field(default_factory=list)

    def start(self) -> Progress:
        """Return where to resume."""
        carried = None
        if self.carried is not None:
            whole = {
                name: {side: round(count) for side, count in self.carried.get(name, {}).items()}
                for name in ("reps", "attempts")
            }
            carried = Counts(whole["reps"], whole["attempts"], self.carried.get("hold_s", {}))
        return Progress(self.step, self.set_number, carried, skipped=self.skipped)

    def tallies(self) -> dict[int, Tally]:
        """Return what was done so far, by step."""
        found: dict[int, Tally] = {}
        for part in self.parts:
            totals = part.results["totals"]
            cues = sum(fault["severity"] != "info" for fault in part.results["faults"])
            tally = Tally(dict(totals["reps"]), dict(totals["hold_s"]), cues)
            found[part.step] = found.get(part.step, Tally()).plus(tally)
        return found


def state_path(routine: str, person: str) -> Path:
    """Return the state file of a person's routine: beside the history, where that is a file."""
    return _folder() / f"{routine}-{_mark(person)}.json"


def kept_states(person: str) -> list[Path]:
    """Return the state files that there are of a person, of whichever routine."""
    return sorted(_folder().glob(f"*-{_mark(person)}.json"))


def _folder() -> Path:
    address = default_address()
    folder = platformdirs.user_data_path("formcheck") if "://" in address else Path(address).parent
    return folder / "routines"


def _mark(person: str) -> str:
    # A person's name may have any letters; a file name may not.
    return hashlib.sha256(person.encode()).hexdigest()[:12]


def read_state(path: Path) -> SavedRoutine | None:
    """Return what is kept of an interrupted routine; None where there is nothing usable."""
    try:
        return SavedRoutine.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def new_state(plan: Plan, person: str, now: datetime) -> SavedRoutine:
    """Return the state of a routine that begins."""
    return SavedRoutine(
        routine=plan.id, plan=plan.fingerprint, person=person, run=str(uuid.uuid4()), updated_at=now
    )


def may_go_on(saved: SavedRoutine, plan: Plan, now: datetime) -> bool:
    """Whether a kept state is of this plan, unfinished, begun, and not too old."""
    begun = saved.step > 0 or saved.set_number > 1 or saved.carried is not None or saved.parts
    return (
        bool(begun)
        and saved.plan == plan.fingerprint
        and saved.step < len(plan.steps)
        and now - saved.updated_at < GOES_ON_WITHIN
    )


class RoutineKeeper:
    """Writes the state file and the history while a routine runs, in a thread of its own.

    Parameters
    ----------
    path : Path
        The state file.
    saved : SavedRoutine
        Where it starts.
    plan : Plan
    history : bool
        Whether to keep the parts in the history.
    clock : callable
        Gives the date and time, with a time zone.

    Attributes
    ----------
    results_of : callable
        Gives the result file's content of a summary; to be set before anything is done.
    problem : str or None
        Why something could not be kept.
    keep_all : bool
        Keep parts in which nothing was done too: what was stopped for sharp pain.
    """

    results_of: Callable[[Summary], dict[str, Any]]

    def __init__(
        self,
        path: Path,
        saved: SavedRoutine,
        plan: Plan,
        *,
        history: bool = True,
        clock: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        self.saved = saved
        self.problem: str | None = None
        self.keep_all = False
        self._path, self._plan = path, plan
        self._history, self._clock = history, clock
        self._seen: Progress | None = None
        self._written = 0
        self._queue: queue.SimpleQueue[Progress | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="routine", daemon=True)
        # Health data: for its owner's eyes only, as the files in it.
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)

    def note(self, progress: Progress) -> None:
        """Keep this where it is news; never waits."""
        if progress is not self._seen:
            self._seen = progress
            self._queue.put(progress)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (progress := self._queue.get()) is not None:
            try:
                self.keep(progress)
            except FormcheckError as error:
                self.problem = str(error)

    def keep(self, progress: Progress) -> None:
        """Write the state, then the history, then that it was kept."""
        now = self._clock()
        for part in progress.parts[self._written :]:
            results = self.results_of(part.summary)
            results["routine"] = {
                "id": self._plan.id, "run": self.saved.run, "step": part.step + 1,
                "set": part.set_number,
            }  # fmt: skip
            if is_worth_keeping(results) or self.keep_all:
                name = self._plan.steps[part.step].spec.name
                self.saved.parts.append(
                    SavedPart(
                        id=str(uuid.uuid4()), step=part.step, set_number=part.set_number,
                        exercise_name=name, recorded_at=now, results=results,
                    )
                )  # fmt: skip
        self._written = len(progress.parts)
        self.saved.step, self.saved.set_number = progress.step, progress.set_number
        self.saved.skipped = progress.skipped
        counts = progress.carried
        self.saved.carried = None
        if counts is not None:
            self.saved.carried = {
                "reps": dict(counts.reps),
                "attempts": dict(counts.attempts),
                "hold_s": dict(counts.hold_s),
            }
        self.saved.updated_at = now
        write_state(self._path, self.saved)
        if self._history:
            keep_in_history(self._path, self.saved)
        if progress.step >= len(self._plan.steps) and (
            not self._history or all(part.kept for part in self.saved.parts)
        ):
            self._path.unlink(missing_ok=True)


def write_state(path: Path, saved: SavedRoutine) -> None:
    """Write the state file, whole or not at all."""
    atomic_files.write_text(path, saved.model_dump_json(indent=1) + "\n")


def keep_in_history(path: Path, saved: SavedRoutine) -> None:
    """Put into the history what is not there yet, and note that it is.

    Raises
    ------
    OutputError
        When the history refuses; the state file still has everything.
    """
    missing = [part for part in saved.parts if not part.kept]
    if not missing:
        return
    try:
        with History() as history:
            for part in missing:
                history.add(
                    part.results,
                    recorded_at=part.recorded_at,
                    person=saved.person,
                    exercise_name=part.exercise_name,
                    session_id=part.id,
                )
                part.kept = True
    except FormcheckError as error:
        raise OutputError(
            f"not yet in the history: {error}; the next `formcheck routine {saved.routine}` "
            f"tries again ({path} has it)"
        ) from error
    write_state(path, saved)
