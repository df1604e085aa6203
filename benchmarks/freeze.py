"""One hash over every `FrameResult` of a recording: whether a change of the code changed a result.

    python -m benchmarks freeze write frozen.json [--people FOLDER]
    python -m benchmarks freeze compare frozen.json [--people FOLDER] [--digits N]

The golden recordings of `tests/golden` always; with `--people` also a folder that has
``labels.json`` and ``landmarks/*.npz``: each recording under its own exercise, and one that shows
none of ours under `FOR_NEGATIVES`. Numbers go in with all their
digits, or with `--digits` (processors differ in the last ones).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np

from formcheck.core.judge.session import Session
from formcheck.errors import FormcheckError
from formcheck.io.poses import read
from formcheck.io.specs import load_spec

GOLDEN = Path(__file__).resolve().parents[1] / "tests" / "golden"
FOR_NEGATIVES = (
    "standing_march",
    "half_kneeling_hip_flexor_stretch",
    "dead_bug",
    "glute_bridge",
    "single_leg_stance_knee_hold",
)
# Fields that came after the hashes were first written: left out, so that those still compare.
ADDED_LATER = ("worst_s", "sharpness", "light")


def canonical(value: Any, digits: int | None = None) -> str:
    """Return a text that is the same only for the same value.

    To the last digit, or to so many significant ones: processors differ in the last.
    """
    if isinstance(value, np.ndarray):
        if digits is not None:
            return f"{value.shape}{[canonical(float(v), digits) for v in value.ravel()]}"
        return f"{value.shape}{hashlib.sha256(np.ascontiguousarray(value).tobytes()).hexdigest()}"
    if isinstance(value, float | np.floating):
        return float(value).hex() if digits is None else f"{float(value) + 0.0:.{digits}g}"
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{k}:{canonical(v, digits)}" for k, v in sorted(value.items())) + "}"
    if isinstance(value, tuple | list):
        return "[" + ",".join(canonical(item, digits) for item in value) + "]"
    if is_dataclass(value):
        # No results: what is left out of a comparison (the spec that a summary was judged by), and
        # what a pose keeps for itself once it was asked.
        names = [
            f.name
            for f in fields(value)
            if f.compare and not f.name.startswith("_") and f.name not in ADDED_LATER
        ]
        inside = ",".join(f"{name}={canonical(getattr(value, name), digits)}" for name in names)
        return f"{type(value).__name__}({inside})"
    return repr(value)


def hash_of(recording: Path, exercise: str, digits: int | None = None) -> str:
    """Return the hash of a recording under an exercise: each frame's result, then the summary."""
    session = Session(load_spec(exercise))
    seen = hashlib.sha256()
    try:
        poses = list(read(recording))
    except FormcheckError:
        return "cannot be read"
    for pose in poses:
        seen.update(canonical(session.update(pose), digits).encode())
    results = session.self_test_results()
    seen.update(canonical(results, digits).encode())
    seen.update(canonical(session.finish(), digits).encode())
    return seen.hexdigest()


def golden() -> Iterator[tuple[str, Path, str]]:
    """Yield name, file and exercise of each golden recording."""
    expected = json.loads((GOLDEN / "expected.json").read_text(encoding="utf-8"))
    for name, truth in sorted(expected.items()):
        yield name, GOLDEN / f"{name}.poses.npz", truth["exercise"]


def people(folder: Path) -> Iterator[tuple[str, Path, str]]:
    """Yield name, file and exercise of each recording of real people."""
    labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    for name, label in sorted(labels.items()):
        path = folder / "landmarks" / f"{name}.npz"
        none = label["exercise"] == "-"
        for exercise in FOR_NEGATIVES if none else (label["exercise"],):
            if path.exists():
                yield f"{name} as {exercise}", path, exercise


def main(argv: list[str] | None = None) -> int:
    """Write or compare; the exit code is 1 where a result differs."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("do", choices=["write", "compare"])
    parser.add_argument("file", type=Path)
    parser.add_argument("--people", type=Path)
    parser.add_argument("--digits", type=int, help="of each number; all without it")
    args = parser.parse_args(argv)
    todo = [*golden(), *(people(args.people) if args.people else ())]
    now = {name: hash_of(path, exercise, args.digits) for name, path, exercise in todo}
    if args.do == "write":
        args.file.write_text(json.dumps(now, indent=1) + "\n", encoding="utf-8")
        print(f"{len(now)} results written to {args.file}")
        return 0
    before = json.loads(args.file.read_text(encoding="utf-8"))
    differ = [name for name in now if before.get(name) != now[name]]
    for name in differ:
        print(f"differs: {name}")
    print(f"{len(now) - len(differ)} of {len(now)} results equal")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
