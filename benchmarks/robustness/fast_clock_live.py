r"""Runs `formcheck live`, one session after another, by a clock faster than that of the wall.

    xvfb-run -a python -m benchmarks.robustness.fast_clock_live URL --exercise ID --speed-up 12 \
        --model lite --outcome FILE.json

The process that `python -m benchmarks robustness long-run camera` watches. It ends with the session
that a signal ends, as Ctrl-C does, and writes what the camera feeds had counted.

PyAV must not be loaded here: with its libxcb in the process, that of OpenCV (5.1.0.95 beside
PyAV 18.1.0) waits for ever where the window is opened. `formcheck live` opens the window first.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.common import parser_of


def run_by_fast_clock(given: argparse.Namespace) -> int:
    # Before formcheck is loaded, whose clocks are all this one. Waiting (threads, queues,
    # subprocesses) keeps the clock of the wall: those modules took theirs when they were loaded.
    wall, begin = time.monotonic, time.monotonic()
    time.monotonic = lambda: begin + (wall() - begin) * given.speed_up

    from formcheck._runtime.interruption import EXIT_CODE, raise_on_signals
    from formcheck.capture import feed as capture
    from formcheck.capture.frame import Frame
    from formcheck.cli import app
    from formcheck.live import session as live_session

    raise_on_signals()
    seen, came, lost = 0, 0, 0

    class Feed(capture.CameraFeed):
        def __exit__(self, *why: Any) -> None:
            nonlocal came, lost
            super().__exit__(*why)
            came, lost = came + self.frames, lost + self.losses

    class Session(live_session.LiveSession):
        def _look_at(self, frame: Frame, brightness: float) -> live_session.Shown:
            nonlocal seen
            seen += 1
            return super()._look_at(frame, brightness)

    # The command takes both from their modules when it runs.
    capture.CameraFeed = Feed  # type: ignore[misc]
    live_session.LiveSession = Session  # type: ignore[misc]
    words = ["live", given.exercise, "--camera", given.address, "--model", given.model]
    words += ["--sets", "20", "--rest", "10"]
    codes: list[int] = []
    while not codes or codes[-1] == 0:
        try:
            codes.append(app(words, standalone_mode=False) or 0)
        except KeyboardInterrupt:  # between two sessions
            codes.append(EXIT_CODE)
    counted = {"pictures_came": came, "pictures_seen": seen, "losses": lost}
    given.outcome.write_text(json.dumps({"exit_codes": codes, **counted}))
    return 0


def main(argv: list[str] | None = None) -> int:
    parser = parser_of(__doc__)
    parser.add_argument("address")
    parser.add_argument("--exercise", required=True)
    parser.add_argument("--speed-up", type=float, required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--outcome", type=Path, required=True)
    return run_by_fast_clock(parser.parse_args(argv))


if __name__ == "__main__":
    sys.exit(main())
