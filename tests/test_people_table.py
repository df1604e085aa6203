"""The README's table of real people comes from a run, between its marks."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks import common, people_table


def test_the_section_of_the_readme_is_written_from_a_run(tmp_path: Path) -> None:
    figures = {
        "date": "2026-12-01",
        "commit": "abc1234",
        "positives": [
            {"view": "side", "exact": True, "within_one": True},
            {"view": "side", "exact": False, "within_one": True},
            {"view": "front", "exact": True, "within_one": True},
            {"view": "front", "exact": None, "within_one": None},
        ],
        "negatives": [{"said": {}}, {"said": {"knee_drive": {}}}],
    }
    (tmp_path / "people.json").write_text(json.dumps(figures))
    page = tmp_path / "README.md"
    page.write_text((common.ROOT / "README.md").read_text(encoding="utf-8"), encoding="utf-8")
    assert people_table.main([str(tmp_path / "people.json"), str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    begin = text.index("<!-- people: begin.")
    lines = text[begin : text.index(people_table.END)].splitlines()
    assert lines[0].startswith("<!-- people: begin. Written by `python -m benchmarks people table`")
    assert lines[1:] == [
        "2026-12-01, commit `abc1234`; 3 recordings of real people, counted by eye, and 2 of other "
        "movements. All figures: [people.json](people.json).",
        "",
        "The rules were changed with these recordings in view, so expect less on people whom the "
        "program has never met: an earlier version was exact on 10 of 22 such recordings, and said "
        "something in 11 of 17 of other movements.",
        "",
        "| view | recordings | counted correctly | 95 % interval | within one |",
        "|---|--:|--:|--:|--:|",
        "| side | 2 | 1 (50 %) | 9–91 % | 2 |",
        "| front | 1 | 1 (100 %) | 21–100 % | 1 |",
        "| all | 3 | 2 (67 %) | 21–94 % | 3 |",
        "",
        "In 1 of 2 recordings of other movements (95 % interval 9–91 %), each analysed as every "
        "exercise, something was counted, held or reported as a fault.",
    ]
