"""Runs `formcheck routine NAME` for real: a rendered person on a loopback camera who does as told.

    xvfb-run -s "-screen 0 1280x800x24" python -m benchmarks robustness routine-live pre_run \
        --shorten 0.5 --clip half_kneeling_hip_flexor_stretch=stretch.mp4 \
        --clip standing_march=march.mp4 --stop-after 60 --screenshots FOLDER

A clip of one side, given as ``EXERCISE=FILE+mirrored``, is followed by itself mirrored, the other
side. The camera shows the clip of the exercise that is on; which one that is comes from the state
file, which the program writes as it goes. ``--stop-after`` sends SIGTERM after so many seconds and
starts the same command again, which must go on where it was; ``--stop-in 3:15`` does so 15 s after
the third exercise came. At the end it prints what the history
has.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.common import PROGRAM, Figures, parser_of, today, write_json
from benchmarks.robustness.mjpeg_server import Clip, MjpegServer
from formcheck.history import History
from formcheck.io.routines import load_plan
from formcheck.live.routine_state import read_state, state_path


class Person:
    """Plays the clip of the exercise that is on."""

    def __init__(self, server: MjpegServer, clips: dict[str, Clip], order: list[str]) -> None:
        self._server, self._clips, self._order = server, clips, order
        self.step = 0
        self.since = time.monotonic()
        self.over = False

    def watch(self, path: Path) -> None:
        """Follow the state file until it is over."""
        while not self.over:
            saved = read_state(path)
            if saved is not None and saved.step != self.step and saved.step < len(self._order):
                self.step, self.since = saved.step, time.monotonic()
                self._server.clip = self._clips[self._order[self.step]]
                self._server.began = time.monotonic()
                print(f"{time.monotonic():9.1f}  now {self._order[self.step]}", flush=True)
            time.sleep(0.2)


def photograph(folder: Path, every_s: float, over: threading.Event) -> None:
    """Keep a picture of the X display now and then."""
    number = 0
    while not over.wait(every_s):
        number += 1
        target = folder / f"{number:03d}.png"
        subprocess.run(["import", "-window", "root", str(target)], check=False, timeout=20)


def main(argv: list[str] | None = None) -> None:
    parser = parser_of(__doc__)
    parser.add_argument("routine")
    parser.add_argument("--clip", action="append", default=[], metavar="EXERCISE=FILE")
    parser.add_argument("--shorten", type=float, default=0.3)
    parser.add_argument("--fps", type=float, default=30.0)
    parser.add_argument("--stop-after", type=float, action="append", default=[])
    parser.add_argument("--stop-in", action="append", default=[], metavar="EXERCISE:SECONDS")
    parser.add_argument("--screenshots", type=Path)
    parser.add_argument("--every", type=float, default=5.0, help="Seconds between screenshots.")
    parser.add_argument("--option", action="append", default=[], help="Further options, as given.")
    parser.add_argument("--limit", type=float, default=900.0, help="Seconds after which it failed.")
    given = parser.parse_args(argv)
    plan = load_plan(given.routine, shorten=given.shorten)
    order = [step.spec.id for step in plan.steps]
    files = dict(text.split("=", 1) for text in given.clip)
    missing = [name for name in order if name not in files]
    if missing:
        sys.exit(f"no clip for {', '.join(missing)}")
    clips = {
        name: Clip(
            Path(files[name].removesuffix("+mirrored")),
            both_sides=files[name].endswith("+mirrored"),
        )
        for name in dict.fromkeys(order)
    }
    with (
        tempfile.TemporaryDirectory() as folder,
        MjpegServer(clips[order[0]], fps=given.fps) as server,
    ):
        os.environ["FORMCHECK_HISTORY"] = str(Path(folder) / "history.sqlite")
        person = Person(server, clips, order)
        threading.Thread(
            target=person.watch, args=(state_path(plan.id, "me"),), daemon=True
        ).start()
        over = threading.Event()
        if given.screenshots:
            given.screenshots.mkdir(parents=True, exist_ok=True)
            threading.Thread(
                target=photograph, args=(given.screenshots, given.every, over), daemon=True
            ).start()
        command = [
            *PROGRAM, "routine", given.routine, "--camera",
            server.address, "--shorten", str(given.shorten), "--timings", *given.option,
        ]  # fmt: skip
        runs: list[Figures] = []
        for stop in [*given.stop_after, *given.stop_in, None]:
            began = time.monotonic()
            process = subprocess.Popen(command)
            while process.poll() is None and not _is_due(stop, person, began, given.limit):
                time.sleep(0.2)
            if process.poll() is None:
                print(f"SIGTERM in exercise {person.step + 1}, {order[person.step]}", flush=True)
                process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)
            print(f"exit code {process.returncode} after {time.monotonic() - began:.1f} s")
            runs.append({"exit_code": process.returncode, "history": _history()})
        person.over = True
        over.set()
    write_json(given.json, {"date": today(), "routine": plan.id, "runs": runs})


def _is_due(stop: float | str | None, person: Person, began: float, limit: float) -> bool:
    """Return whether it is time to stop the program: seconds, "exercise:seconds", or the limit."""
    now = time.monotonic()
    if isinstance(stop, str):
        exercise, _, seconds = stop.partition(":")
        return person.step + 1 >= int(exercise) and now - person.since >= float(seconds)
    return now - began >= (limit if stop is None else stop)


def _history() -> list[Figures]:
    """Print what is kept by now, and return it."""
    totals: dict[tuple[str, str], list[float]] = {}
    with History() as kept:
        sessions = kept.sessions()
        for session in sessions:
            for side in session.sides:
                row = totals.setdefault((session.exercise, side.side), [0, 0.0])
                row[0] += side.reps
                row[1] += side.hold_s
    print(f"history: {len(sessions)} sessions")
    for (exercise, side), (reps, held) in sorted(totals.items()):
        print(f"  {exercise} {side}: {reps:.0f} reps, {held:.1f} s held")
    return [
        {"exercise": exercise, "side": side, "reps": reps, "hold_s": held}
        for (exercise, side), (reps, held) in sorted(totals.items())
    ]
