"""Result files and their tables of frames."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.common import GOLDEN
from benchmarks.robustness.hostile.accidents import mutated
from formcheck.io.specs import load_spec
from formcheck.report.files import remake_report


@cache
def base_results() -> tuple[bytes, bytes]:
    """Return a sound result file and its table of frames."""
    with tempfile.TemporaryDirectory() as name:
        from formcheck.batch.analyze import Job, Outputs, analyze

        folder = Path(name)
        source = GOLDEN / "standing_march-trunk_lean-b2-side-right.poses.npz"
        outputs = Outputs.of(Path("take.poses.npz"), folder)
        analyze(Job(source, load_spec("standing_march"), outputs, video=False))
        return outputs.json.read_bytes(), outputs.frames.read_bytes()


_JSON_VALUES: tuple[Any, ...] = (
    None, True, -1, 0, 1e308, "", "x", "<script>", [], {}, [[]], {"a": 1}, "9" * 5000,
    -0.0, 10**400,
)  # fmt: skip


def _mutated_json(chance: random.Random, data: bytes) -> bytes:
    found = json.loads(data)
    for _ in range(chance.choice((1, 1, 2, 4))):
        holder: Any = found
        while True:
            keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
            if not keys:
                break
            key = chance.choice(keys)
            child = holder[key]
            if isinstance(child, dict | list) and child and chance.random() < 0.8:
                holder = child
                continue
            if chance.random() < 0.3:
                del holder[key]
            else:
                holder[key] = chance.choice(_JSON_VALUES)
            break
    return json.dumps(found).encode()


def results_without_a_key() -> dict[str, bytes]:
    """Return result files of which each lacks one key.

    Of the items of a list, and of the measurements, which are all alike, only the first is cut.
    """
    whole = json.loads(base_results()[0])
    whole["measurements"] = dict([*whole["measurements"].items()][:1])
    found: dict[str, bytes] = {}

    def leave_out(value: Any, way: str) -> None:
        if isinstance(value, dict):
            for key in list(value):
                kept = dict(value)
                leave_out(value[key], f"{way}.{key}")
                del value[key]
                found[f"{way}.{key}".removeprefix(".")] = json.dumps(whole).encode()
                value.clear()
                value.update(kept)
        elif isinstance(value, list) and value:
            leave_out(value[0], f"{way}.0")

    leave_out(whole, "")
    return found


SPECIAL_RESULTS: dict[str, Callable[[], bytes]] = {
    "deep": lambda: b"[" * 100_000,
    "a list": lambda: b"[1]",
    "NaN": lambda: base_results()[0].replace(b"0.0", b"NaN"),
    "infinite": lambda: base_results()[0].replace(b": 1.", b': 1e999, "x": 1.'),
}


def make_results(chance: random.Random, folder: Path) -> Path:
    """Write a result file that went through something, with its table of frames."""
    results, frames = base_results()
    path = folder / "take.formcheck.json"
    kind = chance.randrange(4)
    path.write_bytes(
        results if kind == 0
        else mutated(chance, results) if kind == 1
        else _mutated_json(chance, results)
    )  # fmt: skip
    table = mutated(chance, frames) if kind == 0 or chance.random() < 0.2 else frames
    (folder / "take.frames.csv").write_bytes(table)
    return path


def check_results(path: Path) -> str:
    """Make the report of a result file again."""
    table = path.with_name("take.frames.csv")
    if not table.exists():
        table.write_bytes(base_results()[1])
    remake_report(path)
    return "read"
