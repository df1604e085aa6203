"""Feeds formcheck what nobody should, with time and memory limits.

    python -m benchmarks robustness fuzz --minutes 10
    python -m benchmarks robustness fuzz --target video --minutes 5 --seed 3 --keep FOLDER

Each input is made from a number (so every finding can be made again), given to formcheck in a
process of its own kind with a limit of memory and of time, and must come to a result or to one
sentence (a `FormcheckError`). Anything else is a finding: another exception, a crash, a wait
without end. `tests/test_fuzz.py` runs the first inputs of each target and the ones that were
findings once. Exit code 1 where there was a finding.
"""

from __future__ import annotations

import multiprocessing
import random
import resource
import shutil
import signal
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import av

from benchmarks.common import Figures, parser_of, today, write_json
from benchmarks.robustness.hostile.histories import SPECIAL_HISTORIES, check_history, make_history
from benchmarks.robustness.hostile.recordings import (
    PICKLE_PROOF,
    SPECIAL_RECORDINGS,
    check_recording,
    make_recording,
)
from benchmarks.robustness.hostile.result_files import SPECIAL_RESULTS, check_results, make_results
from benchmarks.robustness.hostile.texts import (
    SPECIAL_TEXTS,
    check_routine,
    check_spec,
    make_routine,
    make_spec,
)
from benchmarks.robustness.hostile.videos import SPECIAL_VIDEOS, check_video, make_video
from formcheck.errors import FormcheckError

# Generous, because the machine may be busy; what hangs hangs longer.
LIMIT_S = 60.0
LIMIT_BYTES = 3_000_000_000


@dataclass(frozen=True)
class Target:
    """A door for untrusted input: how to make some, and what formcheck does with it."""

    make: Callable[[random.Random, Path], Path]
    check: Callable[[Path], str]
    special: dict[str, Callable[[], bytes]]
    file: str


TARGETS = {
    "video": Target(make_video, check_video, SPECIAL_VIDEOS, "v.mp4"),
    "recording": Target(make_recording, check_recording, SPECIAL_RECORDINGS, "r.poses.npz"),
    "spec": Target(make_spec, check_spec, SPECIAL_TEXTS, "t.toml"),
    "routine": Target(make_routine, check_routine, SPECIAL_TEXTS, "t.toml"),
    "history": Target(make_history, check_history, SPECIAL_HISTORIES, "h.sqlite"),
    "results": Target(make_results, check_results, SPECIAL_RESULTS, "take.formcheck.json"),
}


def make_input(target: str, which: int | str, folder: Path) -> Path:
    """Write one input: a special one by its name, or the one of a number."""
    chosen = TARGETS[target]
    if isinstance(which, str):
        path = folder / chosen.file
        path.write_bytes(chosen.special[which]())
        return path
    return chosen.make(random.Random(f"{target} {which}"), folder)


def outcome_of(target: str, path: Path) -> str:
    """Return ``read``, ``refused``, or what went wrong."""
    PICKLE_PROOF.unlink(missing_ok=True)
    try:
        outcome = TARGETS[target].check(path)
    except FormcheckError as error:
        text = str(error)
        outcome = "refused" if text.strip() else "refused without a word"
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        outcome = (
            f"{type(error).__name__}: {str(error)[:200]} ({Path(last.filename).name}:{last.lineno})"
        )
    if PICKLE_PROOF.exists():
        outcome = "a pickle was loaded"
    return outcome


def _child(pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT_BYTES, LIMIT_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    av.logging.set_level(None)
    while True:
        try:
            target, name = pipe.recv()
        except EOFError:
            return
        pipe.send(outcome_of(target, Path(name)))


class Runner:
    """Gives inputs to a process that may die or hang."""

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._begin()

    def _begin(self) -> None:
        self._pipe, theirs = self._context.Pipe()
        self._process = self._context.Process(target=_child, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        self._fresh = True

    def run(self, target: str, path: Path) -> str:
        """Return what came of one input; the first one of a process also waits for its start."""
        limit_s, self._fresh = LIMIT_S + 60 * self._fresh, False
        self._pipe.send((target, str(path)))
        try:
            if self._pipe.poll(limit_s):
                return str(self._pipe.recv())
            outcome = f"no end after {LIMIT_S:.0f} s"
        except (EOFError, ConnectionResetError):
            self._process.join(10)
            outcome = f"the process died ({self._process.exitcode})"
        self.close()
        self._begin()
        return outcome

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()
        self._pipe.close()


def run(targets: list[str], minutes: float, seed: int, keep: Path | None) -> Figures:
    """Run all special inputs once and random ones until the time is over."""
    tried: Counter[str] = Counter()
    findings: list[str] = []
    seen: set[str] = set()
    until = time.monotonic() + 60 * minutes
    runner = Runner()
    todo: list[tuple[str, int | str]] = [(t, name) for t in targets for name in TARGETS[t].special]
    number = seed * 1_000_000
    while todo or time.monotonic() < until:
        if not todo:
            todo = [(target, number) for target in targets]
            number += 1
        target, which = todo.pop(0)
        with tempfile.TemporaryDirectory(prefix="formcheck-fuzz-") as name:
            path = make_input(target, which, Path(name))
            outcome = runner.run(target, path)
            short = outcome if outcome in ("read", "refused") else "FOUND"
            tried[f"{target:10s} {short}"] += 1
            if short == "FOUND":
                line = f"{target} {which!r}: {outcome}"
                if outcome not in seen:
                    print(line, flush=True)
                    if keep:
                        keep.mkdir(parents=True, exist_ok=True)
                        shutil.copy(path, keep / f"{target}-{which}{path.suffix}")
                seen.add(outcome)
                findings.append(line)
    runner.close()
    print(f"{sum(tried.values())} inputs in {minutes:g} minutes, seed {seed}")
    for what, count in sorted(tried.items()):
        print(f"  {what} {count}")
    print(f"findings: {len(findings)} ({len(seen)} different)")
    return {
        "date": today(),
        "minutes": minutes,
        "seed": seed,
        "inputs": sum(tried.values()),
        "tried": [
            {"target": what.split()[0], "outcome": what.split()[1], "inputs": count}
            for what, count in sorted(tried.items())
        ],
        "findings": findings,
    }


def main(argv: list[str] | None = None) -> int:
    parser = parser_of(__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--target", action="append", choices=sorted(TARGETS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="Folder for the inputs that found something.")
    given = parser.parse_args(argv)
    found = run(given.target or list(TARGETS), given.minutes, given.seed, given.keep)
    write_json(given.json, found)
    return 1 if found["findings"] else 0
