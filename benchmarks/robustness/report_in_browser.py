"""Tries a real report in a real headless Chromium, and takes pictures of it to look at.

    python -m benchmarks robustness report clip.report.html --pictures DIR

Prints one line for each thing tried; exits with 1 where one of them failed. Needs the `browser`
extra and an installed Chromium.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from benchmarks.common import Figures, parser_of, today, write_json

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def main(argv: list[str] | None = None) -> int:
    """Run all checks on one page."""
    parser = parser_of(__doc__)
    parser.add_argument("page", type=Path)
    parser.add_argument("--pictures", type=Path, default=None)
    options = parser.parse_args(argv)
    page_path = options.page.resolve()
    if options.pictures is not None:
        options.pictures.mkdir(parents=True, exist_ok=True)

    from playwright.sync_api import sync_playwright

    failed = 0
    tried: list[Figures] = []

    def tell(what: str, good: bool, figure: str) -> None:
        nonlocal failed
        failed += not good
        tried.append({"what": what, "good": good, "figure": figure})
        print(f"{'ok  ' if good else 'FAIL'} {what}: {figure}")

    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"), args=FLAGS
        )
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        requests: list[str] = []
        complaints: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text) if message.type in ("error", "warning") else None
            ),
        )
        page.goto(page_path.as_uri())
        page.wait_for_selector("html[data-ready=yes]", state="attached")
        size = page_path.stat().st_size / 1e6
        tell("size without the video under 3 MB", size < 3, f"{size:.2f} MB")
        _try_seeking(page, tell)
        _try_hover(page, tell)
        allowed = {page_path.as_uri(), page.evaluate("document.querySelector('video')?.src ?? ''")}
        strangers = [u for u in requests if not u.startswith("data:") and u not in allowed]
        tell("no request leaves the file", not strangers, f"{len(strangers)} of {len(requests)}")
        pdf = page.pdf(prefer_css_page_size=True, print_background=True)
        pages = pdf.count(b"/Type /Page\n")
        tell("prints to two pages", pages <= 2, f"{pages} pages")
        tell("no console error", not complaints, "; ".join(complaints) or "none")
        if options.pictures is not None:
            stem = page_path.name.split(".")[0]
            (options.pictures / f"{stem}.pdf").write_bytes(pdf)
            _take_pictures(browser, page_path, options.pictures, stem)
        browser.close()
    write_json(options.json, {"date": today(), "tried": tried})
    return 1 if failed else 0


def _try_seeking(page: Any, tell: Any) -> None:
    if not page.locator("video").count():
        tell("a click seeks the video", True, "the page has no video")
        return
    page.wait_for_function("document.querySelector('video').readyState >= 1", timeout=10_000)
    for what, selector in (("fault", ".moment [data-seek]"), ("rep", "tr [data-seek]")):
        for button in page.locator(selector).all()[:3]:
            wanted = float(button.get_attribute("data-seek") or "nan")
            button.click()
            page.wait_for_timeout(400)
            got = page.evaluate("document.querySelector('video').currentTime")
            good = abs(got - wanted) < 0.05
            tell(f"click on a {what} seeks the video", good, f"{wanted:.2f} s -> {got:.2f} s")


def _try_hover(page: Any, tell: Any) -> None:
    for plot in page.locator(".plot:not(.later)").all()[:3]:
        plot.scroll_into_view_if_needed()
        box = plot.bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_timeout(400)
        shown = " ".join(page.locator(".hoverlayer text").all_text_contents())
        tell("hover shows time and value with units", " s" in shown, shown or "nothing")


def _take_pictures(browser: Any, page_path: Path, folder: Path, stem: str) -> None:
    views: dict[str, dict[str, Any]] = {
        "desktop": {"viewport": {"width": 1280, "height": 900}},
        "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
        "phone": {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2},
    }
    for name, view in views.items():
        context = browser.new_context(**view)
        page = context.new_page()
        page.goto(page_path.as_uri())
        page.wait_for_selector("html[data-ready=yes]", state="attached")
        page.wait_for_timeout(500)
        page.screenshot(path=str(folder / f"{stem}-{name}.png"), full_page=True)
        context.close()
