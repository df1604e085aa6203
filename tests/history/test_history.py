from __future__ import annotations

import itertools
import random
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from typer.testing import CliRunner

from formcheck.cli import app
from formcheck.errors import HistoryError, SettingError, UnknownNameError
from formcheck.history import History, SelfTest
from formcheck.history import schema as history_schema
from formcheck.history.database import SqliteDatabase, open_database
from formcheck.history.page import render_history
from formcheck.history.schema import CURRENT, MIGRATIONS, migrate
from formcheck.history.trends import sparkline, streak, trends
from formcheck.io import poses as pose_recording
from formcheck.io.specs import load_spec
from tests.support.march_data import march
from tests.support.report_data import march_results

ROOT = Path(__file__).resolve().parents[2]

PARIS = timezone(timedelta(hours=1))
EVENING = datetime(2026, 11, 20, 18, 4, tzinfo=PARIS)


def test_a_session_comes_back_as_it_was(tmp_path: Path):
    with History(tmp_path / "h.sqlite") as kept:
        key = kept.add(
            march_results(),
            recorded_at=EVENING,
            person="Anna",
            exercise_name="Standing march",
            pain=2,
            note="felt easier",
        )
        (session,) = kept.sessions("Anna")
        assert kept.results_of(key[:8]) == march_results()
    assert session.id == key
    assert session.recorded_at == EVENING
    assert session.recorded_at.hour == 18
    assert (session.pain, session.note, session.exercise_name) == (
        2,
        "felt easier",
        "Standing march",
    )
    left, right = session.sides
    assert (left.side, left.reps, left.attempts, left.faults) == ("left", 2, 1, 1)
    assert left.measurement == "thigh_elevation_max_deg"
    assert left.average == pytest.approx(91.0)
    assert (right.reps, right.faults) == (3, 1)


def test_sessions_are_listed_latest_first_by_person_and_exercise(tmp_path: Path):
    with History(tmp_path / "h.sqlite") as kept:
        for day, person in enumerate(["Anna", "Bob", "Anna", "Anna"]):
            kept.add(march_results(), recorded_at=EVENING + timedelta(days=day), person=person)
        assert kept.people() == [("Anna", 3), ("Bob", 1)]
        days = [session.recorded_at.day for session in kept.sessions("Anna")]
        assert days == [23, 22, 20]
        limited = kept.sessions("Anna", limit=2)
        assert [session.recorded_at.day for session in limited] == [23, 22]
        assert all(len(session.sides) == 2 for session in limited)
        assert kept.sessions(exercise="knee_drive") == []


def test_pain_and_note_can_be_added_later(tmp_path: Path):
    with History(tmp_path / "h.sqlite") as kept:
        key = kept.add(march_results(), recorded_at=EVENING)
        kept.describe(key[:8], pain=3)
        kept.describe(key, note="later")
        (session,) = kept.sessions()
    assert (session.pain, session.note) == (3, "later")


@pytest.mark.parametrize("pain", [-1, 11])
def test_pain_is_nought_to_ten(tmp_path: Path, pain):
    with (
        History(tmp_path / "h.sqlite") as kept,
        pytest.raises(SettingError, match=r"it goes from 0 \(none\) to 10 \(the worst\)"),
    ):
        kept.add(march_results(), recorded_at=EVENING, pain=pain)


@pytest.mark.parametrize("key", ["zz", "%", "", "0_"])
def test_an_unknown_session_is_named(tmp_path: Path, key):
    with History(tmp_path / "h.sqlite") as kept:
        kept.add(march_results(), recorded_at=EVENING)
        with pytest.raises(HistoryError, match="is no session; formcheck history shows their ids"):
            kept.results_of(key)


def test_an_unknown_person_gets_a_suggestion(tmp_path: Path):
    with History(tmp_path / "h.sqlite") as kept:
        kept.add(march_results(), recorded_at=EVENING, person="Anna")
        with pytest.raises(UnknownNameError, match="nobody called 'Ana'; did you mean 'Anna'"):
            kept.sessions("Ana")


def test_everything_of_a_person_is_exported_and_deleted(tmp_path: Path):
    path = tmp_path / "h.sqlite"
    with History(path) as kept:
        test = SelfTest("hip_extension_deg", "left", 9.5, "deg", felt="front of the hip")
        kept.add(march_results(), recorded_at=EVENING, person="Anna", note="xyzzy", tests=[test])
        kept.add(march_results(), recorded_at=EVENING, person="Bob")
        export = kept.export_person("Anna")
        assert export["sessions"][0]["results"] == march_results()
        assert export["sessions"][0]["note"] == "xyzzy"
        assert export["sessions"][0]["tests"][0]["felt"] == "front of the hip"
        assert b"xyzzy" in path.read_bytes()
        assert kept.delete_person("Anna") == 1
        assert kept.people() == [("Bob", 1)]
        assert len(kept.sessions()) == 1
    for file in tmp_path.iterdir():
        assert b"xyzzy" not in file.read_bytes()
        assert b"Anna" not in file.read_bytes()


def test_the_file_is_for_its_owner_only(tmp_path: Path):
    path = tmp_path / "new" / "h.sqlite"
    History(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_listing_ten_thousand_sessions_costs_little_for_each(tmp_path: Path):
    """By the work SQLite does, not by the clock: that says how busy the machine is."""
    path = tmp_path / "h.sqlite"
    with History(path) as kept:
        template = kept.add(march_results(), recorded_at=EVENING, note="n")
    with sqlite3.connect(path) as raw:
        for number in range(9_999):
            key = f"{number:08x}-copy"
            at = (EVENING - timedelta(hours=5 * number)).astimezone(UTC)
            raw.execute(
                "INSERT INTO session SELECT :new, person_id, :at, utc_offset_min, exercise, "
                "exercise_name, source, duration_s, pain, note, sharp_pain FROM session "
                "WHERE id = :old",
                {
                    "new": key,
                    "old": template,
                    "at": at.strftime("%Y-%m-%dT%H:%M:%S.%f"),
                },
            )
            raw.execute(
                "INSERT INTO session_side SELECT :new, side, reps, attempts, hold_s, "
                "longest_hold_s, faults, measurement, average FROM session_side "
                "WHERE session_id = :old",
                {"new": key, "old": template},
            )
            raw.execute(
                "INSERT INTO session_results SELECT :new, results FROM session_results "
                "WHERE session_id = :old",
                {"new": key, "old": template},
            )
    raw.close()
    with History(path) as kept:
        statements, steps = _work(kept, kept.sessions)
        few_statements, few_steps = _work(kept, lambda: kept.sessions(limit=20))
        assert len(kept.sessions()) == 10_000
        assert kept.sessions(limit=20) == kept.sessions()[:20]
    # Sessions, sides and tests, each once; the result files, by far the most, stay unread.
    assert len(statements) == len(few_statements) == 3
    assert not any("session_results" in statement for statement in statements + few_statements)
    # Measured: 64 for each session, and 25 for each to find the latest.
    assert steps < 100 * 10_000
    assert few_steps < 40 * 10_000


def _work(kept: History, work: Callable[[], object]) -> tuple[list[str], int]:
    """Return the statements that SQLite ran, and about how many steps of its machine."""
    database = kept._db
    assert isinstance(database, SqliteDatabase)
    statements, hundreds = list[str](), itertools.count()
    database._connection.set_trace_callback(statements.append)
    database._connection.set_progress_handler(lambda: next(hundreds) < 0, 100)
    work()
    database._connection.set_trace_callback(None)
    database._connection.set_progress_handler(None, 100)
    return statements, 100 * next(hundreds)


@pytest.mark.slow
def test_fifty_kills_lose_no_finished_session(tmp_path: Path):
    path = tmp_path / "h.sqlite"
    chance = random.Random(7)
    saved: list[str] = []
    for _ in range(50):
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.support.history_writer", str(path)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.0, 0.12))
        child.kill()
        saved += [line.strip() for line in child.stdout if line.endswith("\n")]
        child.stdout.close()
        child.wait()
    assert len(saved) > 20
    with History(path) as kept:
        assert kept._db.execute("PRAGMA integrity_check") == [("ok",)]
        there = {session.id: session for session in kept.sessions()}
        assert set(saved) <= set(there)
        # At most the one that was saved but not yet reported, for each kill.
        assert len(there) - len(saved) <= 50
        assert all(len(session.sides) == 2 for session in there.values())
        for key in there:
            assert kept.results_of(key)["exercise"] == "standing_march"


@pytest.mark.parametrize("version", range(1, CURRENT))
def test_an_older_layout_is_brought_up_to_date(tmp_path: Path, version):
    path = tmp_path / "h.sqlite"
    database = SqliteDatabase(path)
    migrate(database, version)
    database.execute("INSERT INTO person (id, name) VALUES ('p', 'Anna')")
    database.execute(
        "INSERT INTO session (id, person_id, recorded_at, utc_offset_min, exercise, "
        "exercise_name, source, duration_s) VALUES ('ab', 'p', '2026-11-20T17:04:00.000000', 60, "
        "'standing_march', 'Standing march', 'a.mp4', 12.0)"
    )
    database.close()
    with History(path) as kept:
        (session,) = kept.sessions("Anna")
        assert (session.recorded_at, session.pain, session.note) == (EVENING, None, None)
        kept.describe("ab", pain=1, note="new")
        assert kept.sessions("Anna")[0].pain == 1


def test_a_failed_migration_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "h.sqlite"
    database = SqliteDatabase(path)
    migrate(database, 1)
    broken = (*MIGRATIONS[:2], ("CREATE TABLE half (x INTEGER)", "NONSENSE"))
    monkeypatch.setattr(history_schema, "MIGRATIONS", broken)
    with pytest.raises(HistoryError):
        migrate(database, 3)
    assert history_schema.version_of(database) == 1
    assert "half" not in database.table_names()
    database.close()


def test_a_newer_layout_is_refused_with_the_way_out(tmp_path: Path):
    path = tmp_path / "h.sqlite"
    with History(path) as kept:
        kept._db.execute("INSERT INTO formcheck_schema (version) VALUES (99)")
    with pytest.raises(
        HistoryError,
        match=r"was written by a newer formcheck \(layout 99, this one knows up to \d\): "
        r"update formcheck, or choose another with --db",
    ):
        History(path)


def test_what_is_no_history_is_refused_and_left_alone(tmp_path: Path):
    path = tmp_path / "notes.txt"
    path.write_bytes(b"these are my notes, not a database at all" * 50)
    before = path.read_bytes()
    with pytest.raises(HistoryError, match="is damaged or is no history of formcheck"):
        History(path)
    assert path.read_bytes() == before

    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as raw:
        raw.execute("CREATE TABLE mine (x)")
    raw.close()
    with pytest.raises(HistoryError, match="but no history of formcheck; choose another file"):
        History(other)


def test_a_truncated_history_is_refused_in_one_sentence(tmp_path: Path):
    path = tmp_path / "h.sqlite"
    with History(path) as kept:
        for _ in range(5):
            kept.add(march_results(), recorded_at=EVENING)
    path.write_bytes(path.read_bytes()[:6000])
    with pytest.raises(HistoryError, match=r"h\.sqlite"), History(path) as kept:
        kept.sessions()


@pytest.mark.parametrize("by_url", [False, True])
def test_a_layout_with_a_word_that_is_no_text(tmp_path: Path, by_url: bool):
    path = tmp_path / "h.sqlite"
    History(path).close()
    data = path.read_bytes()
    assert data.count(b"CREATE TABLE person") == 1
    path.write_bytes(data.replace(b"CREATE TABLE person", b"CREATE \xc8ABLE person"))
    if by_url:
        pytest.importorskip("sqlalchemy")
        with pytest.raises(HistoryError, match=r"cannot be used: a word in it is no text$"):
            History(f"sqlite+pysqlite:///{path}")
    else:
        with pytest.raises(HistoryError, match=r"is damaged .* \(a word in it is no text\)"):
            History(path)


def test_the_same_by_url(tmp_path: Path):
    pytest.importorskip("sqlalchemy")
    with History(f"sqlite+pysqlite:///{tmp_path}/h.sqlite") as kept:
        key = kept.add(march_results(), recorded_at=EVENING, person="Anna", pain=4)
        kept.add(march_results(), recorded_at=EVENING, person="Bob")
        assert kept.sessions("Anna", limit=1)[0].pain == 4
        assert kept.results_of(key)["exercise"] == "standing_march"
        assert len(kept.export_person("Anna")["sessions"]) == 1
        assert kept.delete_person("Anna") == 1
    with History(tmp_path / "h.sqlite") as kept:
        assert kept.people() == [("Bob", 1)]


def test_a_password_in_the_address_is_not_shown(tmp_path: Path):
    pytest.importorskip("sqlalchemy")
    with pytest.raises(HistoryError) as caught:
        open_database(f"sqlite+pysqlite://anna:secret@host/{tmp_path}/none/h.sqlite")
    assert "secret" not in str(caught.value)


def test_streaks_count_days_in_a_row():
    today = date(2026, 11, 21)
    days = [today - timedelta(days=back) for back in (1, 2, 3, 7, 8, 9, 10, 10)]
    assert (streak(days, today).current, streak(days, today).longest) == (3, 4)
    assert streak(days, today + timedelta(days=1)).current == 0
    assert streak([], today).longest == 0


@pytest.mark.parametrize(
    ("values", "line"), [([1, 2, 3], "▁▅█"), ([5, 5], "▄▄"), ([], ""), (list(range(99)), None)]
)
def test_sparklines(values, line):
    shown = sparkline(values, width=24)
    assert shown == line if line is not None else len(shown) == 24


def _history_with_everything(path: Path) -> None:
    with History(path) as kept:
        for day in range(4):
            kept.add(
                march_results(),
                recorded_at=EVENING + timedelta(days=day),
                exercise_name="Standing march",
                pain=day,
                note="</script><b>hm</b>",
            )
        nothing = march_results() | {"exercise": "tightness", "reps": [], "faults": []}
        nothing["totals"] = {k: {"left": 0, "right": 0} for k in ("reps", "attempts", "hold_s")}
        tries = [
            SelfTest("hip_extension_deg", "left", value, "deg", valid=value < 20)
            for value in (8.0, 11.0, 30.0)
        ]
        kept.add(nothing, recorded_at=EVENING, exercise_name="Tightness test", tests=tries)


def test_trends_by_exercise_and_side(tmp_path: Path):
    _history_with_everything(tmp_path / "h.sqlite")
    with History(tmp_path / "h.sqlite") as kept:
        found = trends(kept.sessions())
    assert [(trend.exercise, trend.title) for trend in found] == [
        ("Tightness test", "Hip extension"),
        ("Standing march", "Thigh height, highest, average"),
        ("Standing march", "Reps"),
    ]
    # The best valid try; the one that broke the protocol does not count.
    assert [value for _, value in found[0].points["left"]] == [11.0]
    assert [value for _, value in found[2].points["right"]] == [3, 3, 3, 3]


def test_the_page_escapes_and_names_units(tmp_path: Path):
    _history_with_everything(tmp_path / "h.sqlite")
    with History(tmp_path / "h.sqlite") as kept:
        page = render_history("me <b>", kept.sessions(), date(2026, 11, 23))
    assert "<b>" not in page.split("<body>")[1].split('<script type="application/octet')[0]
    for wanted in ("History of me &lt;b&gt;", "Hip extension (°)", "3 of 10", "days in a row"):
        assert wanted in page
    assert len(page.encode()) < 3_000_000


def _run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["history", *arguments])
    assert result.exit_code == code, result.output
    return result.output


def test_the_command_keeps_lists_exports_and_deletes(tmp_path: Path, monkeypatch):
    from formcheck.io.results import write_json

    monkeypatch.setenv("FORMCHECK_HISTORY", str(tmp_path / "h.sqlite"))
    monkeypatch.setenv("COLUMNS", "160")
    assert "Nothing is kept yet" in _run()
    clip = tmp_path / "march.formcheck.json"
    write_json(clip, march_results())
    said = _run("add", str(clip), str(clip), "--person", "Anna", "--pain", "2", "--note", "[b]ok")
    key = said.split()[1].rstrip(":")
    listed = _run("--person", "Anna")
    for wanted in ("Anna: 2 sessions", key, "Standing march", "2 reps, 1 not full", "[b]ok", "▄▄"):
        assert wanted in listed
    _run("note", key, "better", "--pain", "1")
    assert "better" in _run()
    page = tmp_path / "anna.html"
    _run("--html", str(page))
    assert "History of Anna" in page.read_text(encoding="utf-8")
    export = tmp_path / "anna.json"
    assert "2 sessions of Anna" in _run("export", "Anna", "-o", str(export))
    assert '"note": "better"' in export.read_text(encoding="utf-8")
    assert "deleted: Anna with 2 sessions" in _run("delete", "Anna", "--yes")
    assert _run("people") == ""


def test_deleting_takes_what_lies_beside_the_history(tmp_path: Path, monkeypatch):
    from formcheck.history.back_profile import profile_path
    from formcheck.live.routine_state import state_path

    monkeypatch.setenv("FORMCHECK_HISTORY", str(tmp_path / "h.sqlite"))
    with History() as kept:
        kept.add(march_results(), recorded_at=EVENING, person="Anna")
    for person in ("Anna", "Ben", "Cleo"):
        state_path("pre_run", person).parent.mkdir(exist_ok=True)
        state_path("pre_run", person).write_text("{}")
        profile_path(person).parent.mkdir(exist_ok=True)
        profile_path(person).write_text("{}")
    assert "deleted: Anna with 1 sessions" in _run("delete", "Anna", "--yes")
    assert not state_path("pre_run", "Anna").exists()
    assert not profile_path("Anna").exists()
    # Stopped in a first routine, so that the history does not know the name.
    assert "deleted: Ben with 0 sessions" in _run("delete", "Ben", "--yes")
    assert not state_path("pre_run", "Ben").exists()
    # Another history has nothing to do with what lies beside this one.
    with History(tmp_path / "other" / "h.sqlite") as kept:
        kept.add(march_results(), recorded_at=EVENING, person="Cleo")
    _run("delete", "Cleo", "--yes", "--db", str(tmp_path / "other" / "h.sqlite"))
    assert state_path("pre_run", "Cleo").exists()
    assert profile_path("Cleo").exists()


def test_every_person_has_a_back_profile_of_their_own(monkeypatch, tmp_path: Path):
    from formcheck.history.back_profile import profile_path

    monkeypatch.setenv("FORMCHECK_HISTORY", str(tmp_path / "history.sqlite"))
    one, other = profile_path("Anna"), profile_path("../Anna")
    assert one != other
    assert one.parent == other.parent == tmp_path / "backs"


def test_deleting_asks_first(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("FORMCHECK_HISTORY", str(tmp_path / "h.sqlite"))
    with History() as kept:
        kept.add(march_results(), recorded_at=EVENING, person="Anna")
    result = CliRunner().invoke(app, ["history", "delete", "Anna"], input="n\n")
    assert result.exit_code == 1
    assert "Anna: 1 session" in _run("people")


def test_analyze_keeps_its_results_for_a_person(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("FORMCHECK_HISTORY", str(tmp_path / "h.sqlite"))
    for name in ("a", "b"):
        pose_recording.write(tmp_path / f"{name}.poses.npz", march())
    arguments = ["analyze", str(tmp_path), "-e", "standing_march"]
    done = CliRunner().invoke(app, [*arguments, "--pain", "1"])
    assert isinstance(done.exception, SettingError)
    done = CliRunner().invoke(app, [*arguments, "--report", "--person", "Anna", "--pain", "1"])
    assert done.exit_code == 0, done.output
    assert "kept in the history of Anna: 2" in done.output
    overview = (tmp_path / "formcheck.overview.html").read_text(encoding="utf-8")
    assert 'href="./a.report.html"' in overview
    with History() as kept:
        assert [session.pain for session in kept.sessions("Anna")] == [1, 1]
        assert kept.sessions("Anna")[0].exercise_name == load_spec("standing_march").name


def test_several_writers_at_once_lose_nothing(tmp_path: Path):
    path = tmp_path / "h.sqlite"
    code = (
        "import sys; from datetime import UTC, datetime; "
        "from tests.support.report_data import march_results; "
        "from formcheck.history import History\n"
        "with History(sys.argv[1]) as kept:\n"
        "    for _ in range(15):\n"
        "        kept.add(march_results(), recorded_at=datetime(2026, 11, 21, tzinfo=UTC))\n"
    )
    children = [
        subprocess.Popen([sys.executable, "-c", code, str(path)], cwd=ROOT)
        for _ in range(3)
    ]
    assert [child.wait() for child in children] == [0, 0, 0]
    with History(path) as kept:
        assert kept.people() == [("me", 45)]


def test_a_full_disk_is_told_and_the_session_is_not_half_there(tmp_path: Path):
    path = tmp_path / "h.sqlite"
    with History(path) as kept:
        kept.add(march_results(), recorded_at=EVENING)
        pages = kept._db.execute("PRAGMA page_count")[0][0]
        kept._db.execute(f"PRAGMA max_page_count = {pages}")

        def fill() -> None:
            for _ in range(5):
                kept.add(march_results(), recorded_at=EVENING)

        with pytest.raises(HistoryError, match=r"h\.sqlite cannot be used: .*full"):
            fill()
        kept._db.execute("PRAGMA max_page_count = 1000000")
        before = len(kept.sessions())
        kept.add(march_results(), recorded_at=EVENING)
        assert len(kept.sessions()) == before + 1
        assert all(len(session.sides) == 2 for session in kept.sessions())
