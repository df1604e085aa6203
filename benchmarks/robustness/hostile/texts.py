"""Specs and routines of any bytes."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache
from pathlib import Path

from benchmarks.common import GOLDEN, ROOT
from benchmarks.robustness.hostile.accidents import MOST_FRAMES, mutated
from formcheck.core.judge.session import Session
from formcheck.io import poses as pose_recording
from formcheck.io.routines import read_plan
from formcheck.io.specs import read_spec, spec_paths

_VALUES = (
    "0", "-1", "1e400", "nan", "-inf", "true", '""', '"x"', "[]", "{}", "1979-05-27", "[[[]]]",
    "999999999999999999999999", '"' + "a" * 700 + '"', '"<script>"', '"\\u0000"', '"\\uFFFF"',
    '"../../../etc/passwd"', '"standing_march"', "[1, 2, 3]", "0x7fffffffffffffff",
    '"' + "9" * 5000 + '"', '["a", 1, {}]', "'''\n\n'''",
)  # fmt: skip

SPECIAL_TEXTS: dict[str, Callable[[], bytes]] = {
    "nested lists": lambda: b"id = " + b"[" * 50_000,
    "nested tables": lambda: b"id = " + b"{a=" * 20_000,
    "a long dotted key": lambda: b".".join([b"a"] * 60_000) + b" = 1",
    "nested headers": lambda: b"[" + b".".join([b"a"] * 60_000) + b"]",
    "many keys": lambda: b"".join(b"k%d=1\n" % i for i in range(20_000)),
    "many tables": lambda: b"[[checks]]\n" * 15_000,
    "a number of 190000 digits": lambda: b"id = " + b"9" * 190_000,
    "a float of 190000 digits": lambda: b"id = 0." + b"9" * 190_000,
    "a name made to be matched slowly": lambda: b'id = "' + b"a_" * 90_000 + b'!"',
    "quotes without end": lambda: b'id = """' + b'\\"' * 90_000,
    "white space": lambda: b"\n" * 199_000,
    "zero bytes": lambda: bytes(1000),
    "too much": lambda: b"#" * 5_000_000,
    "a mark in front": lambda: b"\xef\xbb\xbfid = 'x'",
    "not UTF-8": lambda: b"id = '\xff'",
    "half a letter": lambda: b"id = '\xf0\x9f'",
    "a variant of itself": lambda: b'id = "t"\nvariant_of = "t"\n',
}


def _mutated_toml(chance: random.Random, data: bytes) -> bytes:
    if chance.random() < 0.4:
        return mutated(chance, data)
    lines = data.decode().splitlines()
    for _ in range(chance.choice((1, 2, 5))):
        at = chance.randrange(len(lines))
        kind = chance.randrange(5)
        if kind == 0 and "=" in lines[at]:
            lines[at] = f"{lines[at].split('=')[0]}= {chance.choice(_VALUES)}"
        elif kind == 1:
            del lines[at]
        elif kind == 2:
            lines.insert(at, lines[chance.randrange(len(lines))])
        elif kind == 3:
            other = chance.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        else:
            lines[at] = lines[at].replace(
                chance.choice("abcdefghij[]{}=\"'_."), chance.choice("xyz[]{}=\"'_.\\\0é")
            )
        if not lines:
            break
    return "\n".join(lines).encode()


def make_spec(chance: random.Random, folder: Path) -> Path:
    """Write a spec that went through something."""
    path = folder / "t.toml"
    base = chance.choice(sorted(spec_paths().values()))
    path.write_bytes(_mutated_toml(chance, base.read_bytes()))
    return path


@cache
def march_recording() -> pose_recording.PoseRecording:
    """Return a recorded march."""
    return pose_recording.read(GOLDEN / "standing_march-clean-b2-side-left.poses.npz")


def check_spec(path: Path) -> str:
    """Read a spec and, if it is good, let it judge a march."""
    spec = read_spec(path)
    session = Session(spec)
    for pose, _ in zip(march_recording(), range(MOST_FRAMES), strict=False):
        session.update(pose)
    session.finish()
    return "read"


def make_routine(chance: random.Random, folder: Path) -> Path:
    """Write a routine that went through something."""
    path = folder / "t.toml"
    base = chance.choice(sorted((ROOT / "routines").glob("*.toml")))
    path.write_bytes(_mutated_toml(chance, base.read_bytes()))
    return path


def check_routine(path: Path) -> str:
    """Read a routine."""
    read_plan(path)
    return "read"
