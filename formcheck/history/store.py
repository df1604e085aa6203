"""The history: people and their sessions in a database."""

from __future__ import annotations

import contextlib
import functools
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Self

from formcheck.errors import HistoryError, UnknownNameError, did_you_mean
from formcheck.history.database import Database, open_database
from formcheck.history.records import (
    SelfTest,
    SessionRecord,
    SideRecord,
    checked_name,
    checked_note,
    checked_pain,
    side_records,
)
from formcheck.history.schema import migrate
from formcheck.io.result_file import parse_results

DEFAULT_PERSON = "me"
EXPORT_LAYOUT = 1
# Of so few sessions the sides are asked for by name; of more, all are read. SQLite takes 999 names.
_FEW = 500
_TIME_FORMAT = "%Y-%m-%dT%H:%M:%S.%f"
_SESSION_COLUMNS = (
    "s.id, p.name, s.recorded_at, s.utc_offset_min, s.exercise, s.exercise_name, s.source, "
    "s.duration_s, s.pain, s.note, s.sharp_pain"
)
_SIDE_COLUMNS = "side, reps, attempts, hold_s, longest_hold_s, faults, measurement, average"


class History:
    """People and their sessions.

    Parameters
    ----------
    address : str or Path, optional
        A file or a database URL; by default the user's own history.
    """

    def __init__(self, address: str | Path | None = None) -> None:
        self._db: Database = open_database(address)
        try:
            migrate(self._db)
        except BaseException:
            self._db.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    @property
    def name(self) -> str:
        """The file or address, without a password."""
        return self._db.name

    # -- writing ----------------------------------------------------------------------------------

    def add(
        self,
        results: Mapping[str, Any],
        *,
        recorded_at: datetime,
        person: str = DEFAULT_PERSON,
        exercise_name: str | None = None,
        pain: int | None = None,
        note: str | None = None,
        tests: Iterable[SelfTest] = (),
        sharp_pain: bool = False,
        session_id: str | None = None,
    ) -> str:
        """Keep a session.

        Parameters
        ----------
        results : mapping
            A `*.formcheck.json`.
        recorded_at : datetime
            When it was done, with a time zone.
        person : str
            Whose it is; a new person is added.
        exercise_name : str, optional
            The exercise's name for people.
        pain : int, optional
            0 (none) to 10 (worst).
        note : str, optional
        tests : iterable of SelfTest
            Values of a self-test.
        sharp_pain : bool
            It was stopped for sharp pain.
        session_id : str, optional
            Its id (a UUID), chosen by the caller, who may try again: one that exists is
            not added a second time. By default a new one.

        Returns
        -------
        str
            The session's id.
        """
        pain, note, person = checked_pain(pain), checked_note(note), checked_name(person)
        offset = recorded_at.utcoffset()
        if offset is None:
            raise ValueError("recorded_at needs a time zone")
        session_id = str(uuid.uuid4() if session_id is None else uuid.UUID(session_id))
        found = parse_results(results)
        row = {
            "id": session_id,
            "recorded_at": recorded_at.astimezone(UTC).strftime(_TIME_FORMAT),
            "offset": round(offset.total_seconds() / 60),
            "exercise": found.exercise,
            "exercise_name": exercise_name or found.exercise.replace("_", " ").capitalize(),
            "source": found.source.path or "",
            "duration_s": found.source.duration_s,
            "pain": pain,
            "note": note,
            "sharp_pain": int(sharp_pain),
        }
        sides = [_side_row(session_id, side) for side in side_records(found)]
        with self._db.transaction():
            if self._db.execute("SELECT 1 FROM session WHERE id = :id", {"id": session_id}):
                return session_id
            row["person_id"] = self._person_id(person)
            _insert(self._db, row, sides, tests, results)
        return session_id

    def describe(
        self,
        session_id: str,
        *,
        pain: int | None = None,
        note: str | None = None,
        sharp_pain: bool | None = None,
    ) -> str:
        """Set the pain score, the note, or that a session was stopped for sharp pain.

        Parameters
        ----------
        session_id : str
            The id, or its first characters.

        Returns
        -------
        str
            The whole id.
        """
        whole = self._whole_id(session_id)
        pain, note = checked_pain(pain), checked_note(note)
        with self._db.transaction():
            sharp = None if sharp_pain is None else int(sharp_pain)
            for column, value in (("pain", pain), ("note", note), ("sharp_pain", sharp)):
                if value is not None:
                    self._db.execute(
                        f"UPDATE session SET {column} = :value WHERE id = :id",
                        {"value": value, "id": whole},
                    )
        return whole

    def delete_person(self, person: str) -> int:
        """Delete a person with everything that is kept about them.

        Returns
        -------
        int
            How many sessions there were.
        """
        person_id = self._existing_person_id(person)
        key = {"id": person_id}
        own = "SELECT id FROM session WHERE person_id = :id"
        with self._db.transaction():
            count = self._db.execute("SELECT count(*) FROM session WHERE person_id = :id", key)
            for table in ("session_results", "test_result", "session_side"):
                self._db.execute(f"DELETE FROM {table} WHERE session_id IN ({own})", key)
            self._db.execute("DELETE FROM session WHERE person_id = :id", key)
            self._db.execute("DELETE FROM person WHERE id = :id", key)
        self._db.compact()
        return int(count[0][0])

    # -- reading ----------------------------------------------------------------------------------

    def people(self) -> list[tuple[str, int]]:
        """Return everybody with the number of their sessions, by name."""
        rows = self._db.execute(
            "SELECT p.name, count(s.id) FROM person p LEFT JOIN session s ON s.person_id = p.id "
            "GROUP BY p.id, p.name ORDER BY p.name"
        )
        return [(str(name), int(count)) for name, count in rows]

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        """Tell of values that formcheck never writes; a database holds whatever it was given."""
        try:
            yield
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            raise HistoryError(
                f"the history {self.name} is damaged ({error}); move it away to begin a new one"
            ) from error

    def sessions(
        self,
        person: str | None = None,
        *,
        exercise: str | None = None,
        limit: int | None = None,
    ) -> list[SessionRecord]:
        """Return sessions, the latest first.

        Parameters
        ----------
        person : str, optional
            Only theirs.
        exercise : str, optional
            Only of this exercise id.
        limit : int, optional
            At most so many.
        """
        where, values = ["1 = 1"], dict[str, Any]()
        if person is not None:
            where.append("s.person_id = :person_id")
            values["person_id"] = self._existing_person_id(person)
        if exercise is not None:
            where.append("s.exercise = :exercise")
            values["exercise"] = exercise
        rows = self._db.execute(
            f"SELECT {_SESSION_COLUMNS} FROM session s JOIN person p ON p.id = s.person_id WHERE "
            + " AND ".join(where)
            + " ORDER BY s.recorded_at DESC, s.id"
            + (f" LIMIT {int(limit)}" if limit is not None else ""),
            values,
        )
        chosen, keys = "1 = 1", None
        if len(rows) <= _FEW:
            keys = {f"id{number}": row[0] for number, row in enumerate(rows)}
            chosen = f"session_id IN ({', '.join(f':{name}' for name in keys) or 'NULL'})"
        sides: dict[str, list[SideRecord]] = {}
        for key, *rest in self._db.execute(
            f"SELECT session_id, {_SIDE_COLUMNS} FROM session_side WHERE {chosen} "
            "ORDER BY session_id, side",
            keys,
        ):
            with self._reading():
                _require_types(rest, _SIDE_TYPES)
            sides.setdefault(key, []).append(SideRecord(*rest))
        tests: dict[str, list[SelfTest]] = {}
        for key, measure, side, value, unit, valid, felt in self._db.execute(
            "SELECT session_id, measure, side, value, unit, valid, felt FROM test_result "
            f"WHERE {chosen} ORDER BY session_id, number",
            keys,
        ):
            with self._reading():
                _require_types((measure, side, value, unit, valid, felt), _TEST_TYPES)
            tests.setdefault(key, []).append(
                SelfTest(measure, side, value, unit, _VALID.get(valid), felt)
            )
        with self._reading():
            return [_session(row, sides.get(row[0], []), tests.get(row[0], [])) for row in rows]

    def results_of(self, session_id: str) -> dict[str, Any]:
        """Return the whole result file of a session (id or its first characters)."""
        rows = self._db.execute(
            "SELECT results FROM session_results WHERE session_id = :id",
            {"id": self._whole_id(session_id)},
        )
        with self._reading():
            results: dict[str, Any] = json.loads(rows[0][0])
        return results

    def export_person(self, person: str) -> dict[str, Any]:
        """Return everything that is kept about a person, ready for JSON."""
        sessions = self.sessions(person)
        rows = self._db.execute(
            "SELECT r.session_id, r.results FROM session_results r "
            "JOIN session s ON s.id = r.session_id WHERE s.person_id = :id",
            {"id": self._existing_person_id(person)},
        )
        with self._reading():
            results = {key: json.loads(text) for key, text in rows}
        return {
            "formcheck_history": EXPORT_LAYOUT,
            "person": person,
            "sessions": [_exported(one, results.get(one.id)) for one in reversed(sessions)],
        }

    # -- people -----------------------------------------------------------------------------------

    def _find_person(self, name: str) -> str | None:
        rows = self._db.execute("SELECT id FROM person WHERE name = :name", {"name": name})
        return str(rows[0][0]) if rows else None

    def _person_id(self, name: str) -> str:
        found = self._find_person(name)
        if found is None:
            found = str(uuid.uuid4())
            self._db.execute(
                "INSERT INTO person (id, name) VALUES (:id, :name)", {"id": found, "name": name}
            )
        return found

    def _existing_person_id(self, name: str) -> str:
        found = self._find_person(checked_name(name))
        if found is None:
            known = [person for person, _ in self.people()]
            raise UnknownNameError(
                f"the history has nobody called '{name}'"
                + (did_you_mean(name, known) or "; formcheck history people lists them")
            )
        return found

    def _whole_id(self, session_id: str) -> str:
        cleaned = "".join(c for c in session_id.lower() if c in "0123456789abcdef-")
        rows = (
            self._db.execute(
                "SELECT id FROM session WHERE id LIKE :start", {"start": cleaned + "%"}
            )
            if cleaned and cleaned == session_id.lower()
            else []
        )
        if len(rows) != 1:
            why = f"means {len(rows)} sessions" if rows else "is no session"
            raise HistoryError(f"'{session_id}' {why}; formcheck history shows their ids")
        return str(rows[0][0])


@functools.cache
def _zone(offset_min: int) -> timezone:
    return timezone(timedelta(minutes=offset_min))


_NOTHING = type(None)
_SESSION_TYPES: tuple[type | tuple[type, ...], ...] = (
    *(str, str, str, int, str, str, str),
    *((float, int, _NOTHING), (int, _NOTHING), (str, _NOTHING), (int, _NOTHING)),
)
_SIDE_TYPES: tuple[type | tuple[type, ...], ...] = (
    *(str, int, int, (float, int), (float, int), int, (str, _NOTHING), (float, int, _NOTHING)),
)
# The column is a whole number that must be there; 2 is "not all of it could be seen".
_VALID: dict[int, bool | None] = {0: False, 1: True, 2: None}
_VALID_CODE = {meaning: code for code, meaning in _VALID.items()}
_TEST_TYPES: tuple[type | tuple[type, ...], ...] = (
    *(str, str, (float, int), str, int, (str, _NOTHING)),
)


def _require_types(row: Sequence[Any], types: tuple[type | tuple[type, ...], ...]) -> None:
    """Raise where a value is of another type than its column: SQLite takes any."""
    for value, wanted in zip(row, types, strict=True):
        if not isinstance(value, wanted):
            raise TypeError(f"{str(value)[:40]!r} is in the wrong place")


def _insert(
    database: Database,
    row: dict[str, Any],
    sides: Sequence[dict[str, Any]],
    tests: Iterable[SelfTest],
    results: Mapping[str, Any],
) -> None:
    """Write a session with everything that belongs to it; within a transaction."""
    session_id = row["id"]
    database.execute(
        "INSERT INTO session (id, person_id, recorded_at, utc_offset_min, exercise, "
        "exercise_name, source, duration_s, pain, note, sharp_pain) VALUES (:id, "
        ":person_id, :recorded_at, :offset, :exercise, :exercise_name, :source, "
        ":duration_s, :pain, :note, :sharp_pain)",
        row,
    )
    database.execute_many(
        f"INSERT INTO session_side (session_id, {_SIDE_COLUMNS}) VALUES (:session_id, "
        ":side, :reps, :attempts, :hold_s, :longest_hold_s, :faults, :measurement, "
        ":average)",
        sides,
    )
    database.execute_many(
        "INSERT INTO test_result (session_id, number, measure, side, value, unit, valid, "
        "felt) VALUES (:session_id, :number, :measure, :side, :value, :unit, :valid, "
        ":felt)",
        [_test_row(session_id, number, test) for number, test in enumerate(tests)],
    )
    database.execute(
        "INSERT INTO session_results (session_id, results) VALUES (:id, :results)",
        {"id": session_id, "results": json.dumps(results, ensure_ascii=False)},
    )


def _exported(session: SessionRecord, results: Any) -> dict[str, Any]:
    return {
        "id": session.id,
        "recorded_at": session.recorded_at.isoformat(),
        "exercise": session.exercise,
        "exercise_name": session.exercise_name,
        "source": session.source,
        "pain": session.pain,
        "note": session.note,
        "sharp_pain": session.sharp_pain,
        "tests": [
            {name: getattr(test, name) for name in SelfTest.__slots__} for test in session.tests
        ],
        "results": results,
    }


def _side_row(session_id: str, side: SideRecord) -> dict[str, Any]:
    values = {name: getattr(side, name) for name in SideRecord.__slots__}
    return {"session_id": session_id, **values}


def _test_row(session_id: str, number: int, test: SelfTest) -> dict[str, Any]:
    values = {name: getattr(test, name) for name in SelfTest.__slots__}
    return {"session_id": session_id, "number": number, **values, "valid": _VALID_CODE[test.valid]}


def _session(row: tuple[Any, ...], sides: list[SideRecord], tests: list[SelfTest]) -> SessionRecord:
    key, person, recorded_at, offset, exercise, name, source, duration_s, pain, note, sharp = row
    _require_types(row, _SESSION_TYPES)
    local = datetime.fromisoformat(recorded_at + "+00:00").astimezone(_zone(offset))
    return SessionRecord(
        key,
        person,
        local,
        exercise,
        name,
        source,
        duration_s,
        pain,
        note,
        tuple(sides),
        tuple(tests),
        bool(sharp),
    )
