"""A real Chromium that opens a page and notes what it asked for."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# A test of a page with charts took 16 s where ten jobs shared two processors, and on another day
# its charts were not there after 30 s; what hangs hangs longer.
PATIENCE_MS = 180_000


def write_video(path: Path, seconds: float = 24.0, fps: int = 30) -> None:
    """A bar that walks across the picture."""
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=fps, options={"g": "30", "crf": "30"})
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        for number in range(int(seconds * fps)):
            picture = np.full((360, 640, 3), 40, np.uint8)
            x = int(600 * number / (seconds * fps))
            picture[60:300, x : x + 40] = (90, 200, 180)
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)


class Visit:
    """A page with everything it said and asked for."""

    def __init__(self, browser, path: Path, **options) -> None:
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on(
            "console",
            lambda message: (
                self.complaints.append(message.text)
                if message.type in ("error", "warning")
                else None
            ),
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(path.as_uri())
        self.page.wait_for_selector("html[data-ready=yes]", state="attached")

    def shoot(self, name: str) -> None:
        target = os.environ.get("FORMCHECK_SCREENSHOTS")
        if target:
            self.page.wait_for_timeout(400)
            self.page.screenshot(path=str(Path(target) / name), full_page=True)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.context.close()
