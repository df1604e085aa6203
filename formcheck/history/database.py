"""Where the history lives: SQLite by default, any SQLAlchemy URL with the `history-db` extra.

Both take the same SQL: portable, with ``:name`` parameters. Everything is written in transactions
that are wholly there or not at all, whenever the process is killed.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import platformdirs

from formcheck.errors import HistoryError, reason_of

Row = tuple[Any, ...]
Values = Mapping[str, Any]
ENVIRONMENT_NAME = "FORMCHECK_HISTORY"
# Another formcheck may be writing; a write takes milliseconds.
_BUSY_S = 30.0


class Database(Protocol):
    """What the history needs of a database."""

    name: str

    def transaction(self) -> contextlib.AbstractContextManager[None]:
        """Begin a transaction; commit when the block ends well, else undo."""

    def execute(self, sql: str, values: Values | None = None) -> list[Row]:
        """Run one statement; return its rows."""

    def execute_many(self, sql: str, values: Sequence[Values]) -> None:
        """Run one statement for each set of values."""

    def table_names(self) -> set[str]:
        """Return the tables there are."""

    def compact(self) -> None:
        """Give back the space of what was deleted, so that it cannot be read any more."""

    def close(self) -> None:
        """Close it."""


def default_address() -> str:
    """Return where the history is: ``FORMCHECK_HISTORY``, or a file in the user's data folder."""
    chosen = os.environ.get(ENVIRONMENT_NAME)
    return chosen or str(platformdirs.user_data_path("formcheck") / "history.sqlite")


def open_database(address: str | Path | None = None) -> Database:
    """Open a history's database.

    Parameters
    ----------
    address : str or Path, optional
        A file, or a database URL (``postgresql+psycopg://…``); by default `default_address`.
    """
    text = str(default_address() if address is None else address)
    return UrlDatabase(text) if "://" in text else SqliteDatabase(Path(text))


def _why(error: Exception) -> str:
    """Return in one line what a driver says."""
    if isinstance(error, UnicodeDecodeError):
        # SQLite's stumbles over its own message where a word of the file's layout is no text.
        return "a word in it is no text"
    return next(iter(str(error).splitlines()), type(error).__name__)


class SqliteDatabase:
    """A history in one SQLite file."""

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                # Health data: for its owner's eyes only.
                os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            self._connection = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None)
        except OSError as error:
            raise HistoryError(
                f"the history {path} cannot be opened: {reason_of(error)}"
            ) from error
        except sqlite3.Error as error:
            raise HistoryError(f"the history {path} cannot be opened: {error}") from error
        try:
            with self._translated():
                # FULL: what was reported as saved survives a power cut, too.
                self._connection.execute("PRAGMA synchronous = FULL")
                self._connection.execute("PRAGMA foreign_keys = ON")
                self._connection.execute("PRAGMA secure_delete = ON")
                self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except HistoryError:
            self._connection.close()
            raise

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise HistoryError(f"the history {self.name} cannot be used: {error}") from error
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            raise HistoryError(
                f"{self.name} is damaged or is no history of formcheck ({_why(error)}); "
                "move it away to begin a new one"
            ) from error

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Begin a transaction; commit when the block ends well, else undo."""
        self.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            # Where the disk is full, SQLite has already undone it by itself.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def execute(self, sql: str, values: Values | None = None) -> list[Row]:
        """Run one statement; return its rows."""
        with self._translated():
            return self._connection.execute(sql, values or {}).fetchall()

    def execute_many(self, sql: str, values: Sequence[Values]) -> None:
        """Run one statement for each set of values."""
        with self._translated():
            self._connection.executemany(sql, values)

    def table_names(self) -> set[str]:
        """Return the tables there are."""
        rows = self.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {row[0] for row in rows if not row[0].startswith("sqlite_")}

    def compact(self) -> None:
        """Give back the space of what was deleted, so that it cannot be read any more."""
        self.execute("VACUUM")

    def close(self) -> None:
        """Close it."""
        self._connection.close()


class UrlDatabase:
    """A history in another database, by SQLAlchemy URL."""

    def __init__(self, url: str) -> None:
        try:
            import sqlalchemy
            import sqlalchemy.exc
        except ImportError as error:
            raise HistoryError(
                "a history by URL needs one more package: pip install 'formcheck[history-db]'"
            ) from error
        self._text = sqlalchemy.text
        self._error = sqlalchemy.exc.SQLAlchemyError
        self._inspect = sqlalchemy.inspect
        try:
            # A password in the address must not come out in a message.
            self.name = sqlalchemy.make_url(url).render_as_string(hide_password=True)
            self._engine = sqlalchemy.create_engine(url)
            self._connection = self._engine.connect()
        except (self._error, ImportError) as error:
            shown = getattr(self, "name", "that address")
            why = str(error).splitlines()[0]
            raise HistoryError(f"the history {shown} cannot be opened: {why}") from error

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (self._error, UnicodeDecodeError) as error:
            raise HistoryError(f"the history {self.name} cannot be used: {_why(error)}") from error

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Begin a transaction; commit when the block ends well, else undo."""
        # SQLAlchemy begins by itself at the first statement.
        if self._connection.in_transaction():
            self._connection.commit()
        try:
            yield
            with self._translated():
                self._connection.commit()
        except BaseException:
            self._connection.rollback()
            raise

    def execute(self, sql: str, values: Values | None = None) -> list[Row]:
        """Run one statement; return its rows."""
        with self._translated():
            found = self._connection.execute(self._text(sql), dict(values or {}))
            return [tuple(row) for row in found] if found.returns_rows else []

    def execute_many(self, sql: str, values: Sequence[Values]) -> None:
        """Run one statement for each set of values."""
        if values:
            with self._translated():
                self._connection.execute(self._text(sql), [dict(row) for row in values])

    def table_names(self) -> set[str]:
        """Return the tables there are."""
        with self._translated():
            return set(self._inspect(self._engine).get_table_names())

    def compact(self) -> None:
        """Do nothing: a database server keeps house by itself."""

    def close(self) -> None:
        """Close it."""
        self._connection.close()
        self._engine.dispose()
