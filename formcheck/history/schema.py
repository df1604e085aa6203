"""The history's tables, and the steps from each version of them to the next.

A step is never changed once it was released; what comes later is a further step.
"""

from __future__ import annotations

from formcheck.errors import HistoryError
from formcheck.history.database import Database

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    # 1: people, sessions, what each side did, and the whole result file.
    (
        "CREATE TABLE person (id VARCHAR(36) PRIMARY KEY, name VARCHAR(200) NOT NULL UNIQUE)",
        "CREATE TABLE session (id VARCHAR(36) PRIMARY KEY, "
        "person_id VARCHAR(36) NOT NULL REFERENCES person (id), "
        "recorded_at VARCHAR(32) NOT NULL, utc_offset_min INTEGER NOT NULL, "
        "exercise VARCHAR(100) NOT NULL, exercise_name VARCHAR(600) NOT NULL, "
        "source VARCHAR(1000) NOT NULL, duration_s DOUBLE PRECISION)",
        "CREATE TABLE session_side (session_id VARCHAR(36) NOT NULL REFERENCES session (id), "
        "side VARCHAR(10) NOT NULL, reps INTEGER NOT NULL, attempts INTEGER NOT NULL, "
        "hold_s DOUBLE PRECISION NOT NULL, longest_hold_s DOUBLE PRECISION NOT NULL, "
        "faults INTEGER NOT NULL, measurement VARCHAR(200), average DOUBLE PRECISION, "
        "PRIMARY KEY (session_id, side))",
        "CREATE TABLE session_results (session_id VARCHAR(36) PRIMARY KEY "
        "REFERENCES session (id), results TEXT NOT NULL)",
        "CREATE INDEX session_by_person ON session (person_id, recorded_at)",
    ),
    # 2: how it felt.
    (
        "ALTER TABLE session ADD COLUMN pain INTEGER",
        "ALTER TABLE session ADD COLUMN note VARCHAR(2000)",
    ),
    # 3: self-tests.
    (
        "CREATE TABLE test_result (session_id VARCHAR(36) NOT NULL REFERENCES session (id), "
        "number INTEGER NOT NULL, measure VARCHAR(200) NOT NULL, side VARCHAR(10) NOT NULL, "
        "value DOUBLE PRECISION NOT NULL, unit VARCHAR(20) NOT NULL, valid INTEGER NOT NULL, "
        "felt VARCHAR(200), PRIMARY KEY (session_id, number))",
    ),
    # 4: stopped for sharp pain.
    ("ALTER TABLE session ADD COLUMN sharp_pain INTEGER",),
)
CURRENT = len(MIGRATIONS)
_VERSION_TABLE = "formcheck_schema"


def version_of(database: Database) -> int:
    """Return the version of the tables; 0 for an empty database.

    Raises
    ------
    HistoryError
        Where the database holds tables of something else.
    """
    tables = database.table_names()
    if _VERSION_TABLE not in tables:
        if tables:
            raise HistoryError(
                f"{database.name} is a database, but no history of formcheck; choose another file"
            )
        return 0
    rows = database.execute(f"SELECT max(version) FROM {_VERSION_TABLE}")
    version = rows[0][0] or 0
    if not isinstance(version, int):
        raise HistoryError(
            f"{database.name} is damaged (its layout is {version!r}); "
            "move it away to begin a new one"
        )
    return version


def migrate(database: Database, target: int = CURRENT) -> None:
    """Bring the tables to a version, all steps in one transaction.

    Raises
    ------
    HistoryError
        Where they were written by a newer formcheck.
    """
    version = version_of(database)
    if version > target:
        raise HistoryError(
            f"the history {database.name} was written by a newer formcheck (layout {version}, "
            f"this one knows up to {target}): update formcheck, or choose another with --db"
        )
    if version == target:
        return
    with database.transaction():
        # Another process may have done it while this one waited for its turn.
        version = version_of(database)
        if version == 0:
            database.execute(f"CREATE TABLE {_VERSION_TABLE} (version INTEGER NOT NULL)")
        for number in range(version, target):
            for statement in MIGRATIONS[number]:
                database.execute(statement)
            database.execute(
                f"INSERT INTO {_VERSION_TABLE} (version) VALUES (:version)",
                {"version": number + 1},
            )
