"""Names that somebody chose to do harm, or that a strange system made."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from formcheck.io import poses as pose_recording
from tests.support.command_runs import Run
from tests.support.march_data import march

NAMES = [
    "<img src=x onerror=alert(1)>",
    "a\nb",
    "\x1b[2Jgone",
    "$(touch pwned)`touch pwned`;touch pwned",
    "%s%n%d",
    "{0.__class__}{{7*7}}",
    "../../etc/passwd".replace("/", "\u2215"),
    "\u202egnp.exe",
    "x" * 200,
    "  spaces  ",
    "'quotes\" && <b>",
    "CON",
    ".hidden",
    b"not utf-8 \xff\xfe".decode("utf-8", "surrogateescape"),
    "emoji \U0001f9b5",
]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_is_analysed_or_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    source = folder / f"{name}.poses.npz"
    pose_recording.write(folder / "a.poses.npz", march())
    (folder / "a.poses.npz").rename(source)
    run = Run(capsys, "analyze", source, "-e", "standing_march", "--output-dir", tmp_path / "out")
    assert "failed in a way it should not" not in run.err
    made = sorted(os.listdir(tmp_path / "out"))
    assert run.code == 0, run.err
    kinds = ("formcheck.json", "frames.csv", "report.html")
    assert made == sorted(f"{name}.{kind}" for kind in kinds)
    json.loads((tmp_path / "out" / f"{name}.formcheck.json").read_text())
    assert "\x1b" not in run.out
    assert "<img src=x onerror" not in (tmp_path / "out" / f"{name}.report.html").read_text()
    assert not list(tmp_path.rglob("pwned"))
