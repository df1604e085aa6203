"""Markup in texts that somebody else wrote stays text: no script runs, nothing is loaded.

In a real headless Chromium, once as the pages are and once without their content security policy,
so that the escaping is tried and not only the policy behind it.
"""

from __future__ import annotations

import copy
import itertools
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from formcheck.batch.analyze import Job, Outputs, analyze
from formcheck.history import History, SelfTest
from formcheck.history.page import render_history
from formcheck.io import poses as pose_recording
from formcheck.io.result_file import parse_results
from formcheck.io.specs import load_spec, spec_paths
from formcheck.report import ReportInput, Take, render_report, write_overview, write_report
from tests.support.browsers import CHROMIUM, Visit, write_video
from tests.support.march_data import march
from tests.support.report_data import march_frames, march_results

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]

# Each marks what it would make, and sets a variable or asks a port that nobody listens on.
PAYLOADS = (
    "<script data-pwned>pwned=1</script>",
    '"><img data-pwned src=x onerror=pwned=1>',
    "'><svg data-pwned onload=pwned=1>",
    "</script><script data-pwned>pwned=1</script>",
    "<!--<script>",
    "]]>--><b data-pwned onmouseover=pwned=1>x</b>",
    "</style><link data-pwned rel=stylesheet href=//127.0.0.1:9>",
    "</title><base data-pwned href=//127.0.0.1:9>",
    "<a data-pwned href='javascript:pwned=1'>x</a>",
    '<a href="http://127.0.0.1:9/link">x</a>',
    "<iframe data-pwned src=//127.0.0.1:9>",
    "{{7*7}}${pwned=1}#{7*7}<%= 7*7 %>",
    "&lt;img data-pwned src=x onerror=pwned=1&gt;",
    "\u2028pwned=1//",
    "javascript:pwned=1",
)
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
# What a spec's author writes freely: plain strings, and lines of lists of them.
_FREE = re.compile(
    r'^((?:name|summary|camera|cue|why|note|source) = |  )"([^"]*)"(,?)$', re.MULTILINE
)


def payloads() -> Iterator[str]:
    return itertools.cycle(PAYLOADS)


def hostile_spec_text(text: str) -> str:
    """Return a spec's text with all that its author writes freely replaced."""
    chosen = payloads()

    def put(match: re.Match[str]) -> str:
        # A source begins with the id of a publication; the remark behind it is free.
        known = "S0: " if match[1].startswith("source") else ""
        return f"{match[1]}{json.dumps(known + next(chosen))}{match[3]}"

    return _FREE.sub(put, text)


def hostile(value: Any, chosen: Iterator[str]) -> Any:
    """Return results with every text replaced that a result file may choose."""
    if isinstance(value, dict):
        return {k: v if k in _FIXED else hostile(v, chosen) for k, v in value.items()}
    if isinstance(value, list):
        return [hostile(item, chosen) for item in value]
    return next(chosen) if isinstance(value, str) else value


_FIXED = ("side", "severity", "view", "near_side", "direction", "schema")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One page of each kind, full of other people's texts."""
    folder = tmp_path_factory.mktemp("hostile")
    found: dict[str, Path] = {}

    # A whole analysis of a file with a hostile name, by a hostile spec.
    spec_file = folder / "hostile.toml"
    spec_file.write_text(hostile_spec_text(spec_paths()["standing_march"].read_text()))
    spec = load_spec(str(spec_file))
    assert spec.name in PAYLOADS
    assert all(check.cue in PAYLOADS for check in spec.checks)
    for number, name in enumerate(('"><img data-pwned src=x onerror=pwned=1>', "'-(pwned=1)-'")):
        source = folder / f"{name}.poses.npz"
        pose_recording.write(folder / "a.poses.npz", march())
        (folder / "a.poses.npz").rename(source)
        outputs = Outputs.of(source, folder)
        analyze(Job(source, spec, outputs, video=False, report=True))
        found[f"analysed-{number}"] = outputs.report

    # A result file in which every text is hostile, with a video of such a name.
    video = folder / "<svg data-pwned onload=pwned=1>.mp4"
    write_video(video, 3.0, fps=10)
    results = hostile(copy.deepcopy(march_results()), payloads())
    for rep, payload in zip(results["reps"], payloads(), strict=False):
        rep["measurements"] = {f"{payload}_deg": 5.0, f"thigh_elevation{payload}_max_deg": 80.0}
    results["measurements"] |= {
        f"{payload}_left_deg": {"min": 0.0, "max": 9.0, "mean": 4.0, "coverage": 1.0}
        for payload in PAYLOADS
    }
    results["quality"]["warnings"] = list(PAYLOADS)
    edited = parse_results(results)
    found["edited"] = folder / "edited.report.html"
    write_report(
        found["edited"], edited, march_frames(), spec, video=video, recorded_on=PAYLOADS[0]
    )
    frames = march_frames()
    columns = {
        f"{payload}_left_deg": frames.values["trunk_lean_sagittal_deg"] for payload in PAYLOADS
    }
    page = render_report(
        ReportInput(
            edited,
            type(frames)(frames.time_s, {**frames.values, **columns}, frames.texts),
            None,
            PAYLOADS[1],
            video_url="./" + PAYLOADS[1],
        )
    )
    found["columns"] = folder / "columns.report.html"
    found["columns"].write_text(page, encoding="utf-8")

    # A history.
    with History(folder / "h.sqlite") as history:
        for day, payload in enumerate(PAYLOADS, start=1):
            history.add(
                march_results() | {"exercise": payload if day % 2 else "standing_march"},
                recorded_at=datetime(2026, 10, day, 18, tzinfo=UTC),
                person=PAYLOADS[0],
                exercise_name=PAYLOADS[day % len(PAYLOADS)],
                pain=day % 4,
                note=payload,
                tests=[SelfTest(payload, "left", 5.0 + day / 4, "deg")],
            )
        sessions = history.sessions(PAYLOADS[0])
    assert len(sessions) == len(PAYLOADS)
    found["history"] = folder / "history.html"
    found["history"].write_text(
        render_history(PAYLOADS[0], sessions, sessions[0].recorded_at.date()), encoding="utf-8"
    )

    # An overview of clips.
    takes = [
        Take(payload, edited if number % 2 else None, spec, None, "" if number % 2 else payload)
        for number, payload in enumerate(PAYLOADS)
    ]
    (folder / "many").mkdir()
    found["overview"], _ = write_overview(folder / "many", takes)
    return found


_KINDS = ("analysed-0", "analysed-1", "edited", "columns", "history", "overview")


@pytest.mark.parametrize("policy", [True, False], ids=["with policy", "without policy"])
@pytest.mark.parametrize("kind", _KINDS)
def test_texts_stay_texts(browser, pages: dict[str, Path], kind: str, policy: bool) -> None:
    path = pages[kind]
    if not policy:
        text, count = _POLICY.subn("", path.read_text(encoding="utf-8"))
        assert count == 1
        path = path.with_name(f"open-{path.name}")
        path.write_text(text, encoding="utf-8")
    with Visit(browser, path) as visit:
        page = visit.page
        dialogs: list[str] = []
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        if not policy:
            _use_everything(page)
        visit.shoot(f"injection-{kind}{'' if policy else '-open'}.png")
        assert page.evaluate("typeof window.pwned") == "undefined"
        assert page.locator("[data-pwned]").count() == 0
        assert dialogs == []
        videos = page.evaluate("[...document.querySelectorAll('video')].map(v => v.src)")
        own = {path.as_uri(), *videos}
        assert {url for url in visit.requests if not url.startswith("data:")} <= own
        links = page.evaluate(
            "[...document.querySelectorAll('a')].map(a => a.href.baseVal ?? a.href)"
        )
        assert all(link.startswith("file:") or link == "" for link in links), links
        handlers = page.evaluate(
            "[...document.querySelectorAll('*')].flatMap(e => [...e.attributes])"
            ".filter(a => a.name.startsWith('on')).map(a => a.ownerElement.outerHTML)"
        )
        assert handlers == []
        if policy:
            assert [c for c in visit.complaints if "Content Security Policy" in c] == []
        # It is all still there to read.
        assert PAYLOADS[0] in page.locator("body").inner_text() or kind == "analysed-1"


def _use_everything(page: Any) -> None:
    """Open, hover and press what there is."""
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    for plot in page.locator(".plot").all()[:4]:
        if not plot.is_visible():
            continue
        plot.scroll_into_view_if_needed()
        box = plot.bounding_box()
        if box:
            page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
            page.wait_for_timeout(60)
    for button in page.locator("button").all()[:12]:
        if button.is_visible() and button.is_enabled():
            button.click()


def test_the_tries_would_be_noticed(browser, tmp_path: Path) -> None:
    # Without this, a payload that does nothing anywhere would let the tests above pass for ever.
    page = tmp_path / "bad.html"
    body = "".join(f"<div>{payload}</div>" for payload in PAYLOADS[:4])
    page.write_text(f"<!doctype html><html data-ready=yes><body>{body}", encoding="utf-8")
    with Visit(browser, page) as visit:
        visit.page.wait_for_function("window.pwned === 1")
        assert visit.page.locator("[data-pwned]").count() >= 3
