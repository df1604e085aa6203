"""The pages in a real headless Chromium: `pytest -m browser` (needs playwright and chromium).

Pictures of every page go to the folder in FORMCHECK_SCREENSHOTS, to be looked at.
"""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import numpy as np
import pytest

from formcheck.core.spec.exercise import ExerciseSpec
from formcheck.history import History, SelfTest
from formcheck.history.page import render_history
from formcheck.io.result_file import parse_results
from formcheck.report import ReportInput, Take, render_report, write_overview, write_report
from formcheck.report.moments import still_time
from formcheck.report.stills import grab_stills
from tests.support.browsers import CHROMIUM, Visit, write_video
from tests.support.report_data import march_frames, march_results, march_spec

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]




@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    write_video(folder / "march.mp4")
    results = parse_results(march_results())
    stills = grab_stills(folder / "march.mp4", [still_time(fault) for fault in results.faults])
    page = render_report(
        ReportInput(
            results,
            march_frames(),
            march_spec(),
            "march.mp4",
            video_url="march.mp4",
            stills=stills,
        )
    )
    (folder / "march.report.html").write_text(page, encoding="utf-8")
    return folder




def heavy_results() -> dict:
    """A full set: 24 reps, 12 faults, everything that could crowd two printed pages."""
    results = march_results()
    results["reps"] = [
        {**results["reps"][number % 5], "start_s": number + 0.1, "end_s": number + 0.9}
        for number in range(24)
    ]
    results["faults"] = [
        {**results["faults"][number % 2], "start_s": number + 0.2, "end_s": number + 0.8}
        for number in range(12)
    ]
    results["not_assessed"] *= 4
    results["quality"]["warnings"] *= 3
    return results


def heavy_spec() -> ExerciseSpec:
    """As many checks as the longest of ours, on five measurements."""
    spec = march_spec()
    more = [
        spec.checks[2].model_copy(update={"id": f"check_{number}", "measurement": base})
        for number, base in enumerate(
            ("knee_flexion", "knee_over_ankle", "shin_lean", "knee_height")
        )
    ]
    return spec.model_copy(update={"checks": (*spec.checks, *more)})




def video_time(page) -> float:
    page.wait_for_timeout(300)
    return page.evaluate("document.querySelector('video').currentTime")


def test_a_click_on_a_fault_or_rep_moves_the_video(browser, folder: Path):
    with Visit(browser, folder / "march.report.html") as visit:
        page = visit.page
        page.wait_for_function("document.querySelector('video').readyState >= 1")
        assert video_time(page) == 0
        page.locator(".moment [data-seek]").first.click()
        assert video_time(page) == pytest.approx(9.7, abs=0.05)
        assert "9.7 seconds" in page.locator("#said").inner_text()
        page.locator("#reps ~ .table [data-seek]").nth(1).click()
        assert video_time(page) == pytest.approx(5.5, abs=0.05)
        page.get_by_role("button", name="Show me in the video").click()
        assert video_time(page) == pytest.approx(9.7, abs=0.05)


def test_the_keyboard_does_the_same(browser, folder: Path):
    with Visit(browser, folder / "march.report.html") as visit:
        page = visit.page
        page.wait_for_function("document.querySelector('video').readyState >= 1")
        page.locator(".moment [data-seek]").first.focus()
        page.keyboard.press("Enter")
        assert video_time(page) == pytest.approx(9.7, abs=0.05)


def test_hover_shows_the_value_and_a_click_seeks(browser, folder: Path):
    with Visit(browser, folder / "march.report.html") as visit:
        page = visit.page
        page.wait_for_function("document.querySelector('video').readyState >= 1")
        plot = page.locator(".plot").first
        plot.scroll_into_view_if_needed()
        box = plot.bounding_box()
        x = box["x"] + 52 + (box["width"] - 66) * 3.6 / 24
        page.mouse.move(x, box["y"] + box["height"] / 2)
        page.wait_for_selector(".hoverlayer .legendtext")
        shown = " ".join(page.locator(".hoverlayer text").all_text_contents())
        seconds = float(shown.split(" s ")[0])
        assert seconds == pytest.approx(3.6, abs=0.1)
        row = int(np.argmin(abs(march_frames().time_s - seconds)))
        left = march_frames().values["thigh_elevation_left_deg"][row]
        assert f"Left : {left:.1f}°" in shown
        page.mouse.click(x, box["y"] + box["height"] / 2)
        assert video_time(page) == pytest.approx(3.6, abs=0.15)
        cursor = page.evaluate("document.querySelector('.plot .cursor').getBoundingClientRect().x")
        assert cursor == pytest.approx(x, abs=4)


def test_the_cursor_follows_the_playing_video(browser, folder: Path):
    with Visit(browser, folder / "march.report.html") as visit:
        page = visit.page
        page.wait_for_function("document.querySelector('video').readyState >= 2")
        before = page.evaluate("document.querySelector('.cursor').getBoundingClientRect().x")
        page.evaluate("document.querySelector('video').play()")
        page.wait_for_timeout(1500)
        after = page.evaluate("document.querySelector('.cursor').getBoundingClientRect().x")
        assert after > before + 5


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("desktop", {"viewport": {"width": 1280, "height": 900}}),
        ("dark", {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"}),
        (
            "phone",
            {
                "viewport": {"width": 390, "height": 844},
                "device_scale_factor": 2,
                "is_mobile": True,
                "has_touch": True,
            },
        ),
    ],
)
def test_no_complaint_no_request_and_no_sideways_scrolling(browser, folder: Path, name, options):
    with Visit(browser, folder / "march.report.html", **options) as visit:
        page = visit.page
        page.wait_for_function("document.querySelector('video').readyState >= 1")
        visit.shoot(f"{name}.png")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= options["viewport"]["width"]
        own = [(folder / file).as_uri() for file in ("march.report.html", "march.mp4")]
        assert {url for url in visit.requests if not url.startswith("data:")} <= set(own)
        assert visit.complaints == []


@pytest.mark.parametrize("name", ["march", "heavy"])
def test_it_prints_to_two_pages(browser, folder: Path, name):
    if name == "heavy":
        results = parse_results(heavy_results())
        times = [still_time(fault) for fault in results.faults]
        page = render_report(
            ReportInput(
                results,
                march_frames(),
                heavy_spec(),
                "heavy.mp4",
                video_url="march.mp4",
                stills=grab_stills(folder / "march.mp4", times),
            )
        )
        (folder / "heavy.report.html").write_text(page, encoding="utf-8")
    with Visit(browser, folder / f"{name}.report.html") as visit:
        pdf = visit.page.pdf(prefer_css_page_size=True, print_background=True)
        target = os.environ.get("FORMCHECK_SCREENSHOTS")
        if target:
            (Path(target) / f"{name}.pdf").write_bytes(pdf)
        assert pdf.count(b"/Type /Page\n") in (1, 2)
        assert visit.complaints == []


def test_an_embedded_video_plays_and_seeks_too(browser, folder: Path):
    page = folder / "embedded.report.html"
    write_report(
        page,
        parse_results(march_results()),
        march_frames(),
        march_spec(),
        video=folder / "march.mp4",
        embed_video=True,
    )
    with Visit(browser, page) as visit:
        visit.page.wait_for_function("document.querySelector('video').readyState >= 1")
        visit.page.locator(".moment [data-seek]").first.click()
        assert video_time(visit.page) == pytest.approx(9.7, abs=0.05)
        assert {url for url in visit.requests if not url.startswith("data:")} == {page.as_uri()}
        assert visit.complaints == []


def test_a_missing_video_is_said_and_the_rest_works(browser, folder: Path):
    page = folder / "lonely.report.html"
    report = ReportInput(
        parse_results(march_results()), march_frames(), march_spec(), video_url="./gone.mp4"
    )
    page.write_text(render_report(report), encoding="utf-8")
    with Visit(browser, page) as visit:
        visit.page.wait_for_selector("#no-video:not([hidden])")
        visit.page.locator(".moment [data-seek]").first.click()
        assert "9.7 seconds" in visit.page.locator("#said").inner_text()


def test_nothing_in_the_page_may_call_out(browser, folder: Path):
    with Visit(browser, folder / "march.report.html") as visit:
        for attempt in (
            "fetch('http://127.0.0.1:9/')",
            "new Promise((done, fail) => { const i = new Image(); i.onload = done;"
            " i.onerror = () => fail(new Error('blocked')); i.src = 'http://127.0.0.1:9/a.png'; })",
        ):
            failed = visit.page.evaluate(
                f"(async () => {{ try {{ await {attempt}; return false; }} "
                "catch { return true; } })()"
            )
            assert failed
        assert any("Content Security Policy" in text for text in visit.complaints)
        injected = visit.page.evaluate(
            "(() => { const s = document.createElement('script'); s.textContent = 'window.bad = 1';"
            " document.head.append(s); return window.bad; })()"
        )
        assert injected is None


@pytest.fixture(scope="module")
def kept(folder: Path) -> Path:
    from datetime import UTC, datetime, timedelta

    with History(folder / "h.sqlite") as history:
        for day in range(30):
            history.add(
                march_results(),
                recorded_at=datetime(2026, 10, 20, 18, tzinfo=UTC) + timedelta(days=day),
                exercise_name="Standing march",
                pain=day % 4,
                note="felt easier" if day % 5 == 0 else None,
                tests=[SelfTest("hip_extension_deg", "left", 5.0 + day / 4, "deg")],
            )
        sessions = history.sessions()
    page = folder / "history.html"
    page.write_text(
        render_history("Anna", sessions, sessions[0].recorded_at.date()), encoding="utf-8"
    )
    return page


@pytest.mark.parametrize("width", [1280, 390])
def test_the_history_page(browser, kept: Path, width):
    with Visit(browser, kept, viewport={"width": width, "height": 900}) as visit:
        page = visit.page
        visit.shoot(f"history-{width}.png")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        plot = page.locator(".plot").first
        plot.scroll_into_view_if_needed()
        box = plot.bounding_box()
        page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] / 2)
        page.wait_for_selector(".hoverlayer text", state="attached")
        assert "°" in " ".join(page.locator(".hoverlayer text").all_text_contents())
        assert set(visit.requests) <= {kept.as_uri(), "data:,"}
        assert visit.complaints == []


def test_the_overview_sorts(browser, folder: Path):
    nothing = {k: {"left": 0, "right": 0} for k in ("reps", "attempts", "hold_s")}
    few = parse_results(march_results() | {"reps": [], "faults": [], "totals": nothing})
    whole = parse_results(march_results())
    takes = [
        Take("b.mp4", whole, march_spec(), folder / "march.report.html"),
        Take("c.mp4", None, problem="c.mp4 is no video"),
        Take("a10.mp4", few, march_spec()),
        Take("a9.mp4", few, march_spec()),
    ]
    overview, _ = write_overview(folder, takes)
    with Visit(browser, overview) as visit:
        page = visit.page

        def names() -> list[str]:
            return page.locator("tbody th").all_inner_texts()

        page.get_by_role("button", name="Clip").click()
        assert names() == ["a9.mp4", "a10.mp4", "b.mp4", "c.mp4"]
        page.get_by_role("button", name="Faults").click()
        page.get_by_role("button", name="Faults").click()
        assert names()[0] == "b.mp4"
        assert names()[-1] == "c.mp4"
        assert "Sorted by Faults, falling" in page.locator("#said").inner_text()
        visit.shoot("overview.png")
        assert visit.complaints == []
        page.get_by_role("link", name="b.mp4").click()
        page.wait_for_selector("h1")
        assert page.locator("h1").inner_text() == "Standing march"


def test_every_picture_and_control_has_a_name(browser, folder: Path):
    with Visit(browser, folder / "march.report.html") as visit:
        nameless = visit.page.evaluate(
            """[...document.querySelectorAll('button, a, img, video, [role=img], [role=region]')]
            .filter((e) => !(e.getAttribute('aria-label') || e.getAttribute('alt') ||
              e.getAttribute('aria-labelledby') || e.textContent.trim()))
            .map((e) => e.outerHTML.slice(0, 80))"""
        )
        assert nameless == []
        levels = visit.page.evaluate(
            "[...document.querySelectorAll('h1,h2,h3')].map((e) => +e.tagName[1])"
        )
        assert levels[0] == 1
        assert all(b - a <= 1 for a, b in itertools.pairwise(levels))
