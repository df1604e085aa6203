"""Stops `formcheck analyze` at random moments and looks at what is left.

    python -m benchmarks robustness kill --times 100
    python -m benchmarks robustness kill --times 30 --source recording.poses.npz --workers 2

Each time one of SIGINT, SIGTERM and SIGKILL (to the process, or to its group as Ctrl-C of a
terminal does) at a moment drawn from the length of an undisturbed run. After each: every output is
absent or whole, the exit code is right, nobody is left running; and after one undisturbed run at
the end of all there is not one temporary file, in the output folder, in TMPDIR or beside the
models. Exit code 1 where any of that was not so.
"""

from __future__ import annotations

import contextlib
import csv
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from pathlib import Path

import av

from benchmarks.common import PROGRAM, ROOT, SAMPLES, Figures, parser_of, today, write_json
from benchmarks.robustness.clips import repeat_clip, small_clip
from formcheck.estimate import models as model_store

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
MARK = "FORMCHECK_KILL_MARK"
# Long, because a stopped run still writes what it has, and this machine may be busy.
PATIENCE_S = 300.0


class Trial:
    """Runs of one command in folders of its own."""

    def __init__(
        self, sources: list[Path], exercise: str, folder: Path, options: list[str]
    ) -> None:
        self.out, self.tmp = folder / "out", folder / "tmp"
        self.out.mkdir()
        self.tmp.mkdir()
        self.stems = [s.name.removesuffix(".npz").removesuffix(".poses").removesuffix(".mp4")
                      for s in sources]  # fmt: skip
        self.command = [
            *(*PROGRAM, "analyze", *map(str, sources)),
            *("-e", exercise, "--output-dir", str(self.out), *options),
        ]
        self.whole = {"formcheck.json", "frames.csv", "report.html"}
        if sources[0].suffix == ".mp4":
            self.whole.add("formcheck.mp4")

    def start(self, mark: str) -> subprocess.Popen[str]:
        """Start the command in a process group of its own."""
        return subprocess.Popen(
            self.command,
            cwd=ROOT,
            env={**os.environ, MARK: mark, "TMPDIR": str(self.tmp)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def disturbed(
        self, number: signal.Signals, after_s: float, group: bool
    ) -> tuple[str, list[str]]:
        """Run once and stop it; return how it ended and what is wrong with what is left."""
        for old in self.out.iterdir():
            # What a run before has left stays: the next one has to deal with it.
            if not old.name.startswith("."):
                old.unlink()
        mark = uuid.uuid4().hex
        process = self.start(mark)
        time.sleep(after_s)
        with contextlib.suppress(ProcessLookupError):
            (os.killpg if group else os.kill)(process.pid, number)
        try:
            _, said = process.communicate(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return "hangs", [
                f"{number.name} after {after_s:.2f} s: still running after {PATIENCE_S:.0f} s"
            ]
        ended = self._ending(process.returncode, number)
        problems = self.problems(process.returncode, said, number)
        problems += orphans(mark, patience_s=5.0)
        where = f"{number.name}{' to the group' if group else ''} after {after_s:.2f} s"
        return ended, [f"{where}: {problem}" for problem in problems]

    @staticmethod
    def _ending(code: int, number: signal.Signals) -> str:
        if code == -number:
            return "killed" if number == signal.SIGKILL else "died before formcheck's first line"
        return {0: "was done already", 3: "stopped"}.get(code, f"exit code {code}")

    def problems(self, code: int, said: str, number: signal.Signals) -> list[str]:
        """Return what is wrong with an exit code, a message and the files."""
        found: list[str] = []
        early = code == -number and number != signal.SIGKILL
        if code not in (0, 3, -number):
            found.append(f"exit code {code}: {said.strip()[-300:]}")
        if "Traceback" in said and not early:
            found.append(f"a traceback: {said.strip()[-300:]}")
        visible = {entry.name for entry in self.out.iterdir() if not entry.name.startswith(".")}
        if early and visible:
            found.append(f"died of the signal, but left {sorted(visible)}")
        for stem in self.stems:
            there = {kind for kind in self.whole if f"{stem}.{kind}" in visible}
            if code == 0 and there != self.whole:
                found.append(f"exit code 0, but only {sorted(there)} of {stem}")
            for kind in sorted(there):
                try:
                    check_whole(self.out / f"{stem}.{kind}", kind)
                except Exception as error:
                    found.append(f"{stem}.{kind} is not whole: {type(error).__name__}: {error}")
        return found

    def leftovers(self) -> list[str]:
        """Return temporary files that are still there."""
        found = [str(e) for e in self.out.iterdir() if e.name.startswith(".")]
        found += [str(e) for e in self.tmp.rglob("*")]
        models = model_store.model_folder()
        return found + [str(e) for e in models.glob(".*")]


def check_whole(path: Path, kind: str) -> None:
    """Read a result to its end; raises where something is missing."""
    if kind == "formcheck.json":
        found = json.loads(path.read_text())
        assert {"schema", "totals", "quality"} <= found.keys()
    elif kind == "frames.csv":
        text = path.read_text()
        assert text.endswith("\n"), "the last line is cut"
        rows = list(csv.reader(text.splitlines()))
        assert len({len(row) for row in rows}) == 1, "rows of different lengths"
    elif kind == "report.html":
        assert path.read_text().rstrip().endswith("</html>"), "the page has no end"
    else:
        with av.open(str(path)) as container:
            declared = container.streams.video[0].frames
            shown = sum(1 for _ in container.decode(video=0))
        assert shown == declared > 0, f"{shown} of {declared} pictures"


def orphans(mark: str, patience_s: float) -> list[str]:
    """Return the processes of a run that are still there after some patience."""
    until = time.monotonic() + patience_s
    while True:
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if f"{MARK}={mark}".encode() in (folder / "environ").read_bytes().split(b"\0"):
                    found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:
                continue
        if not found or time.monotonic() > until:
            return [f"still running: {name[-200:]}" for name in found]
        time.sleep(0.1)


def run(times: int, source: Path | None, exercise: str, workers: int, seed: int) -> Figures:
    """Stop so many runs and tell what came of them."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="formcheck-kill-") as name:
        folder = Path(name)
        sources: list[Path] = []
        for index in range(workers if workers > 1 else 1):
            if source is None:
                small_clip(SAMPLES / "standing_march.mp4", folder / "a.mp4", 5, 320)
                sources.append(folder / f"clip{index}.mp4")
                repeat_clip(folder / "a.mp4", sources[-1], 6)
            else:
                suffix = ".poses.npz" if source.suffix == ".npz" else source.suffix
                sources.append(folder / f"clip{index}{suffix}")
                shutil.copyfile(source, sources[-1])
        options = ["--workers", str(workers)] if workers > 1 else []
        trial = Trial(sources, exercise, folder, options)
        began = time.monotonic()
        undisturbed = trial.start("first")
        _, said = undisturbed.communicate()
        length_s = time.monotonic() - began
        problems = trial.problems(undisturbed.returncode, said, signal.SIGINT)
        if undisturbed.returncode != 0:
            raise SystemExit(f"the undisturbed run failed: {said}")
        endings: Counter[str] = Counter()
        seen: Counter[str] = Counter()
        for index in range(times):
            number = SIGNALS[index % len(SIGNALS)]
            ended, wrong = trial.disturbed(
                number, chance.uniform(0.0, 1.05 * length_s), chance.random() < 0.3
            )
            endings[f"{number.name}: {ended}"] += 1
            seen["left a temporary file"] += bool(trial.leftovers())
            problems += wrong
            print(f"{index + 1:4d}  {number.name}: {ended}", *wrong, file=sys.stderr, flush=True)
        last = trial.start("last")
        last.communicate()
        problems += [f"left after the last run: {path}" for path in trial.leftovers()]
        problems += trial.problems(last.returncode, "", signal.SIGINT)
    print(f"{times} times, at moments within {1.05 * length_s:.1f} s; seed {seed}")
    for ending, count in sorted(endings.items()):
        print(f"  {count:3d}  {ending}")
    print(f"  {seen['left a temporary file']:3d}  ends that left a temporary file for the next run")
    print(f"problems: {len(problems)}")
    for problem in problems:
        print(f"  {problem}")
    return {
        "date": today(),
        "times": times,
        "seed": seed,
        "endings": dict(sorted(endings.items())),
        "left_a_temporary_file": seen["left a temporary file"],
        "problems": problems,
    }


def main(argv: list[str] | None = None) -> int:
    parser = parser_of(__doc__)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--source", type=Path, help="A video or a recording; a small clip else.")
    parser.add_argument("--exercise", default="standing_march")
    parser.add_argument("--workers", type=int, default=1, help="More: so many copies at once.")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(argv)
    # In the background of a shell SIGINT is ignored, and programs started from there inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    found = run(given.times, given.source, given.exercise, given.workers, given.seed)
    write_json(given.json, found)
    return 1 if found["problems"] else 0
