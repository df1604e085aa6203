"""History databases: truncated, of another layout, with values of the wrong kind."""

from __future__ import annotations

import json
import random
import sqlite3
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.robustness.hostile.accidents import mutated, noise
from benchmarks.robustness.hostile.texts import march_recording
from formcheck.capture.frame import SourceInfo
from formcheck.core.judge.session import Session
from formcheck.history import History
from formcheck.io.results import to_json_object
from formcheck.io.specs import load_spec


@cache
def _march_results() -> dict[str, Any]:
    session = Session(load_spec("standing_march"))
    recording = march_recording()
    for pose in recording:
        session.update(pose)
    info = SourceInfo("a.mp4", recording.duration_s, recording.fps, *recording.size_px)
    return to_json_object(session.finish(), info, None)


@cache
def _base_history() -> bytes:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "h.sqlite"
        with History(path) as history:
            for index in range(5):
                history.add(
                    _march_results(),
                    recorded_at=datetime(2026, 1, 1 + index, tzinfo=UTC),
                    person="A",
                    note="a note",
                    pain=index,
                )
        return path.read_bytes()


def _sql(*statements: str) -> Callable[[], bytes]:
    def make() -> bytes:
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / "h.sqlite"
            path.write_bytes(_base_history())
            with sqlite3.connect(path) as database:
                for statement in statements:
                    database.execute(statement)
            database.close()
            return path.read_bytes()

    return make


SPECIAL_HISTORIES: dict[str, Callable[[], bytes]] = {
    "no bytes": lambda: b"",
    "a text": lambda: b"my diary\n" * 1000,
    "only the header": lambda: _base_history()[:100],
    "half": lambda: _base_history()[: len(_base_history()) // 2],
    "a newer layout": _sql("INSERT INTO formcheck_schema VALUES (999)"),
    "a layout that is no number": _sql("INSERT INTO formcheck_schema VALUES ('zz')"),
    "no layout": _sql("DELETE FROM formcheck_schema"),
    "a table is missing": _sql("DROP TABLE session_side"),
    "times that are none": _sql("UPDATE session SET recorded_at = 'yesterday'"),
    "times without a value": _sql("UPDATE session SET utc_offset_min = 10000000"),
    "texts for numbers": _sql("UPDATE session_side SET reps = 'many', hold_s = x'00ff'"),
    "results that are none": _sql("UPDATE session_results SET results = 'zz'"),
    "bytes for texts": _sql("UPDATE session SET note = x'ff00fe', exercise_name = x'ff'"),
    "a layout with a word that is no text": lambda: _base_history().replace(
        b"CREATE TABLE session_side", b"CREATE \xc8ABLE session_side"
    ),
    "a measurement without a name": _sql("UPDATE session_side SET measurement = ''"),
    "numbers that are infinite": _sql("UPDATE session_side SET average = 9e999, hold_s = -9e999"),
}


def make_history(chance: random.Random, folder: Path) -> Path:
    """Write a history that went through something."""
    path = folder / "h.sqlite"
    path.write_bytes(noise(chance) if chance.random() < 0.1 else mutated(chance, _base_history()))
    return path


def check_history(path: Path) -> str:
    """Open a history, list it, show it, add to it."""
    from formcheck.history.page import render_history

    with History(path) as history:
        for person, _ in history.people():
            sessions = history.sessions(person)
            render_history(person, sessions, datetime(2026, 2, 1, tzinfo=UTC).date())
            json.dumps(history.export_person(person), default=str)
        history.add(_march_results(), recorded_at=datetime(2026, 1, 9, tzinfo=UTC), person="A")
    return "read"
