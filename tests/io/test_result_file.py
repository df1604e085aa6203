"""The one description of a result file: written by it, read by it, documented from it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from formcheck.errors import SourceError
from formcheck.io.result_file import (
    SCHEMA,
    ResultFile,
    parse_results,
    read_results,
    result_schema,
)
from tests.support.report_data import march_results

REPO = Path(__file__).resolve().parents[2]


def test_the_schema_and_the_tables_of_the_documentation_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, REPO / "docs" / "generate.py", "--check"],
        capture_output=True, text=True, check=False, timeout=60, cwd=REPO,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_every_key_is_explained() -> None:
    schema = json.loads(result_schema())
    for entry in (schema, *schema["$defs"].values()):
        assert entry["description"]
        for key, inside in entry["properties"].items():
            assert inside.get("description"), key


def test_a_file_of_schema_1_is_read() -> None:
    old = march_results()
    assert old["schema"] == 1
    found = parse_results(old)
    assert found.layout == SCHEMA == 2
    assert [fault.worst_s for fault in found.faults] == [None, None]
    assert found.reps[0].measurements == {"thigh_elevation_max_deg": 90.0}


def test_what_was_read_is_written_again_as_it_was() -> None:
    results = march_results() | {"schema": 2, "settings": "0123456789abcdef"}
    results["faults"][0]["worst_s"] = 10.6
    results["faults"][0]["of_a_newer_formcheck"] = {"a": [1]}
    assert parse_results(results).to_json() == results


def test_the_keys_of_schema_1_are_all_there_still() -> None:
    first = {
        "schema", "formcheck_version", "exercise", "partial", "source", "model", "view",
        "near_side", "totals", "reps", "attempts", "holds", "faults", "not_assessed",
        "measurements", "quality", "test", "settings", "routine",
    }  # fmt: skip
    assert set(ResultFile.model_json_schema()["properties"]) >= first


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "{",
            "{path} is not a result file of formcheck: Expecting property name enclosed in double "
            "quotes: line 1 column 2 (char 1)",
        ),
        ("[]", "{path} is not a result file of formcheck"),
        (
            '{"exercise": "x", "totals": {}, "schema": 9}',
            "{path} has the layout 9, this formcheck reads layouts 1 and 2; analyse the video "
            "again or update formcheck",
        ),
        (
            '{"exercise": "x", "totals": {}}',
            "{path} has the layout None, this formcheck reads layouts 1 and 2; analyse the video "
            "again or update formcheck",
        ),
        (
            '{"exercise": "x", "totals": {}, "schema": 2}',
            "{path} is a damaged result file: formcheck_version is missing; "
            "analyse the video again",
        ),
    ],
)
def test_a_bad_result_file_is_refused_in_one_sentence(
    tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "a.formcheck.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        read_results(path)
    assert str(caught.value) == message.replace("{path}", str(path))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "a.formcheck.json"
    with pytest.raises(SourceError) as caught:
        read_results(path)
    assert str(caught.value) == f"{path} cannot be read: there is no such file"


@pytest.mark.parametrize(
    ("way", "value", "problem"),
    [
        (("totals", "reps"), {"middle": 1}, "totals -> reps -> middle: 'middle' does not fit"),
        (("quality", "detected"), "all", "quality -> detected: 'all' does not fit"),
        (("source", "width"), 12.5, "source -> width: 12.5 does not fit"),
        (("reps", 0, "start_s"), None, "reps -> 0 -> start_s: None does not fit"),
        (
            ("test",),
            {"note": "", "results": [{}]},
            "test -> results -> 0 -> side is missing",
        ),
    ],
)
def test_what_is_damaged_is_named_by_its_way(way: tuple, value: object, problem: str) -> None:
    results = march_results()
    holder = results
    for key in way[:-1]:
        holder = holder[key]
    holder[way[-1]] = value
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - compared whole
        parse_results(results)
    assert str(caught.value) == problem
