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

import io
import json
import multiprocessing
import random
import resource
import shutil
import signal
import sqlite3
import struct
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import av
import numpy as np

from benchmarks.common import parser_of
from formcheck.capture.frame import SourceInfo
from formcheck.capture.video_file import VideoFile
from formcheck.core.judge.session import Session
from formcheck.draw.video import VideoWriter
from formcheck.errors import FormcheckError
from formcheck.history import History
from formcheck.io import poses as pose_recording
from formcheck.io.results import to_json_object, to_json_text
from formcheck.io.routines import read_plan
from formcheck.io.specs import load_spec, read_spec, spec_paths
from formcheck.report.files import remake_report

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden"
# Generous, because the machine may be busy; what hangs hangs longer.
LIMIT_S = 60.0
LIMIT_BYTES = 3_000_000_000
MOST_FRAMES = 120

# -- what bytes can suffer -------------------------------------------------------------------------

_NASTY = (b"\x00" * 8, b"\xff" * 8, b"\x7f\xff\xff\xff", b"\x80\x00\x00\x00", b"\xff\xff", b"\x00")


def mutated(chance: random.Random, data: bytes) -> bytes:
    """Return data after one to eight accidents."""
    found = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 8))):
        if not found:
            break
        # Headers are small and lie at the ends; a place is as often there as in the middle.
        ends = chance.randrange(min(len(found), 400))
        at = chance.choice((chance.randrange(len(found)), ends, len(found) - 1 - ends))
        kind = chance.randrange(6)
        if kind == 0:
            found[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            found[at] = chance.randrange(256)
        elif kind == 2:
            nasty = chance.choice(_NASTY)
            found[at : at + len(nasty)] = nasty
        elif kind == 3:
            del found[at : at + chance.choice((1, 4, 100, len(found)))]
        elif kind == 4:
            found[at:at] = chance.randbytes(chance.choice((1, 4, 100)))
        else:
            other = chance.randrange(len(found))
            found[at:at] = found[other : other + chance.choice((4, 50, 1000))]
    return bytes(found)


def noise(chance: random.Random) -> bytes:
    """Return bytes without a meaning."""
    return chance.randbytes(chance.choice((0, 1, 10, 1000, 20_000)))


# -- videos ----------------------------------------------------------------------------------------


def _encoded(
    kind: str, codec: str, size: tuple[int, int] = (64, 48), pictures: int = 10, **how: Any
) -> bytes:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=kind) as container:
        stream: Any = container.add_stream(codec, rate=how.get("rate", 30))
        stream.width, stream.height = size
        stream.pix_fmt = how.get("pix_fmt", "yuv420p")
        sound = container.add_stream("aac", rate=44_100) if how.get("sound") else None
        base = how.get("time_base", Fraction(1, 30))
        stream.codec_context.time_base = base
        for index in range(pictures):
            picture = np.full((size[1], size[0], 3), (index * 20) % 256, dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(
                format=stream.pix_fmt
            )
            frame.pts, frame.time_base = how.get("pts", lambda i: i)(index), base
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if sound is not None:
            _write_sound(container, sound)
    return buffer.getvalue()


def _write_sound(container: Any, stream: Any) -> None:
    for index in range(20):
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        frame.sample_rate, frame.pts, frame.time_base = 44_100, index * 1024, Fraction(1, 44_100)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def _sound_only() -> bytes:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        _write_sound(container, container.add_stream("aac", rate=44_100))
    return buffer.getvalue()


def _with_size(data: bytes, old: tuple[int, int], new: tuple[int, int]) -> bytes:
    """Replace a width and height wherever a header has them, in the usual widths of a number."""
    most = {"H": 65_535, "I": 2**32 - 1}
    for order in (">H", ">I", "<H", "<I"):
        was = b"".join(struct.pack(order, side) for side in old)
        now = b"".join(struct.pack(order, min(side, most[order[1]])) for side in new)
        data = data.replace(was, now)
    return data


@cache
def _base_videos() -> tuple[bytes, ...]:
    return (
        _encoded("mp4", "libx264"),
        _encoded("matroska", "libx264"),
        _encoded("mpegts", "libx264"),
        _encoded("avi", "mpeg4"),
        _encoded("mov", "mjpeg", pix_fmt="yuvj420p"),
        _encoded("webm", "libvpx"),
        _encoded("flv", "flv"),
        _encoded("mp4", "libx264", sound=True),
        _encoded("gif", "gif", pix_fmt="rgb8"),
    )


SPECIAL_VIDEOS: dict[str, Callable[[], bytes]] = {
    "sound only": _sound_only,
    "no bytes": lambda: b"",
    "one picture": lambda: _encoded("mp4", "libx264", pictures=1),
    "no picture at all": lambda: _encoded("mp4", "libx264", pictures=0),
    "two pixels": lambda: _encoded("mp4", "libx264", (2, 2)),
    "a line": lambda: _encoded("mp4", "libx264", (4096, 2), 3),
    "a column": lambda: _encoded("mp4", "libx264", (2, 4096), 3),
    "10000 x 10000": lambda: _encoded("mp4", "mjpeg", (10_000, 10_000), 2, pix_fmt="yuvj420p"),
    "16000 x 16000 in few bytes": lambda: _encoded(
        "mov", "png", (16_000, 16_000), 1, pix_fmt="rgb24"
    ),
    "header says 60000 x 60000": lambda: _with_size(
        _encoded("mp4", "libx264"), (64, 48), (60_000, 60_000)
    ),
    "avi header says 60000 x 60000": lambda: _with_size(
        _encoded("avi", "mpeg4"), (64, 48), (60_000, 60_000)
    ),
    "100000 pictures a second": lambda: _encoded(
        "mp4", "libx264", rate=100_000, time_base=Fraction(1, 100_000)
    ),
    "one picture in three years": lambda: _encoded(
        "matroska", "libx264", time_base=Fraction(1, 1), pts=lambda i: i * 10_000_000
    ),
    "one picture a day": lambda: _encoded(
        "matroska", "libx264", time_base=Fraction(1, 1), pts=lambda i: i * 86_400
    ),
    "no times": lambda: _encoded("h264", "libx264"),
    "no times, mjpeg": lambda: _encoded("mjpeg", "mjpeg", pix_fmt="yuvj420p"),
    "no times, mpeg4": lambda: _encoded("m4v", "mpeg4"),
    "times that jump": lambda: _encoded(
        "matroska", "mjpeg", pix_fmt="yuvj420p", pts=lambda i: i * i * 1000
    ),
    "a codec that nobody knows": lambda: _encoded("mp4", "libx264").replace(b"avc1", b"zzz1"),
    "a playlist": lambda: b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
    "a list of files": lambda: b"ffconcat version 1.0\nfile /etc/passwd\n",
    "a page": lambda: b"<!doctype html><video src=x>",
    "a text": lambda: b"walking the dog\n" * 100,
    "a picture": lambda: _encoded("image2pipe", "png", pictures=1, pix_fmt="rgb24"),
    "two videos in one": lambda: _base_videos()[1] + _base_videos()[0],
    "transport streams of two sizes": lambda: (
        _encoded("mpegts", "libx264") + _encoded("mpegts", "libx264", (128, 96))
    ),
}


def make_video(chance: random.Random, folder: Path) -> Path:
    """Write a video that went through something."""
    number = chance.randrange(12)
    suffix = chance.choice((".mp4", ".mkv", ".avi", ".mov", ".webm", ".ts"))
    path = folder / f"v{suffix}"
    if number == 0:
        path.write_bytes(noise(chance))
    elif number == 1:
        one, two = chance.sample(_base_videos(), 2)
        cut = chance.randrange(len(one))
        path.write_bytes(one[:cut] + two[chance.randrange(len(two)) :])
    else:
        path.write_bytes(mutated(chance, chance.choice(_base_videos())))
    return path


def check_video(path: Path) -> str:
    """Read a video and write what came of it."""
    with VideoFile(path) as video:
        if video.info.width * video.info.height > 1_000_000:
            for _ in zip(video, range(2), strict=False):
                pass
            return "read"
        with VideoWriter(path.with_name("out.mp4"), fps=video.info.fps) as writer:
            for frame, _ in zip(video, range(MOST_FRAMES), strict=False):
                writer.write(frame.image_rgb, frame.time_s)
    return "read"


# -- pose recordings -------------------------------------------------------------------------------


@cache
def _base_arrays() -> dict[str, Any]:
    with np.load(GOLDEN / "standing_march-clean-b2-side-left.poses.npz") as found:
        count = 90
        arrays = {name: found[name] for name in found.files}
    return {
        name: value[:count] if value.ndim and len(value) > count else value
        for name, value in arrays.items()
    }


class _Bomb:
    """Unpickled, it would leave a file behind."""

    def __reduce__(self) -> Any:
        return (open, (str(Path(tempfile.gettempdir()) / "formcheck-fuzz-pickle-loaded"), "w"))


PICKLE_PROOF = Path(tempfile.gettempdir()) / "formcheck-fuzz-pickle-loaded"


def _npz(arrays: dict[str, Any], *, compressed: bool = True) -> bytes:
    buffer = io.BytesIO()
    save = np.savez_compressed if compressed else np.savez
    save(buffer, allow_pickle=True, **arrays)
    return buffer.getvalue()


def _zip_bomb(gigabytes: int) -> bytes:
    """Return a small archive whose landmarks unpack to gigabytes of zeros."""
    buffer = io.BytesIO()
    head = io.BytesIO()
    frames = gigabytes * 1_000_000_000 // (33 * 4 * 4)
    np.lib.format.write_array_header_1_0(
        head, {"descr": "<f4", "fortran_order": False, "shape": (frames, 33, 4)}
    )
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open("landmarks.npy", "w", force_zip64=True) as member:
            member.write(head.getvalue())
            piece = bytes(4_000_000)
            for _ in range(gigabytes * 250):
                member.write(piece)
        for name in ("time_s", "world", "size_px", "fps"):
            one = io.BytesIO()
            np.save(one, _base_arrays()[name])
            archive.writestr(f"{name}.npy", one.getvalue())
    return buffer.getvalue()


def _lying_header(shape: tuple[int, ...]) -> bytes:
    """Return a recording whose landmarks claim a shape that the few bytes after it do not have."""
    good = _npz(_base_arrays(), compressed=False)
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        head, {"descr": "<f4", "fortran_order": False, "shape": shape}
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, head.getvalue() + data[200:] if name == "landmarks.npy" else data)
    return buffer.getvalue()


def _changed(**changes: Any) -> Callable[[], bytes]:
    def make() -> bytes:
        arrays = {**_base_arrays(), **{k: v() for k, v in changes.items()}}
        return _npz(arrays)

    return make


def _landmarks_with(value: float, part: slice = slice(None)) -> Callable[[], Any]:
    def make() -> Any:
        found = _base_arrays()["landmarks"].astype(np.float64)
        found[part] = value
        return found

    return make


SPECIAL_RECORDINGS: dict[str, Callable[[], bytes]] = {
    "all NaN": _changed(
        landmarks=_landmarks_with(np.nan), world=lambda: np.full((90, 33, 3), np.nan)
    ),
    "all zero": _changed(landmarks=_landmarks_with(0.0), world=lambda: np.zeros((90, 33, 3))),
    "half NaN": _changed(landmarks=_landmarks_with(np.nan, slice(0, 45))),
    "infinite": _changed(landmarks=_landmarks_with(np.inf)),
    "huge": _changed(landmarks=_landmarks_with(1e30)),
    "too huge for single": _changed(landmarks=_landmarks_with(1e300)),
    "tiny": _changed(landmarks=_landmarks_with(1e-40)),
    "a pickle": _changed(landmarks=lambda: np.array([_Bomb()], dtype=object)),
    "an array of pickles more": _changed(extra=lambda: np.array([_Bomb()], dtype=object)),
    "complex": _changed(landmarks=lambda: np.zeros((90, 33, 4), complex)),
    "big-endian": _changed(landmarks=lambda: _base_arrays()["landmarks"].astype(">f8")),
    "half precision": _changed(landmarks=lambda: _base_arrays()["landmarks"].astype("f2")),
    "whole numbers": _changed(landmarks=lambda: np.ones((90, 33, 4), np.int64)),
    "a structure": _changed(landmarks=lambda: np.zeros(90, [("a", "f4"), ("b", "U9")])),
    "dates": _changed(time_s=lambda: np.arange(90).astype("datetime64[s]")),
    "no dimension": _changed(time_s=lambda: np.array(1.0)),
    "a dimension too many": _changed(time_s=lambda: np.zeros((90, 1))),
    "negative times": _changed(time_s=lambda: np.arange(90) / 30 - 1e6),
    "years between pictures": _changed(time_s=lambda: np.arange(90) * 1e8),
    "a billionth between pictures": _changed(time_s=lambda: np.arange(90) * 1e-9),
    "times beyond any clock": _changed(time_s=lambda: 1e300 * np.arange(1, 91)),
    "one frame": lambda: _npz(
        {
            name: value[:1] if name in ("time_s", "landmarks", "world", "outline") else value
            for name, value in _base_arrays().items()
        }
    ),
    "a picture of one pixel": _changed(size_px=lambda: np.array([1, 1])),
    "a huge picture": _changed(size_px=lambda: np.array([100_000, 1])),
    "a size that is no number": _changed(size_px=lambda: np.array([np.nan, np.inf])),
    "a hundred-thousandth of a picture a second": _changed(fps=lambda: np.array(1e-5)),
    "long texts": _changed(warnings=lambda: np.array(["x" * 100_000] * 10)),
    "texts with markup": _changed(warnings=lambda: np.array(["<script>alert(1)</script>\x1b[2J"])),
    "empty model": _changed(model=lambda: np.array(["", ""])),
    "an empty archive": lambda: b"PK\x05\x06" + bytes(18),
    "10 GB of zeros": lambda: _zip_bomb(10),
    "claims 10^12 frames": lambda: _lying_header((10**12, 33, 4)),
    "claims 10^7 frames": lambda: _lying_header((10**7, 33, 4)),
    "claims a negative shape": lambda: _lying_header((-1, 33, 4)),
}


def make_recording(chance: random.Random, folder: Path) -> Path:
    """Write a recording that went through something."""
    path = folder / "r.poses.npz"
    kind = chance.randrange(4)
    if kind == 0:
        path.write_bytes(mutated(chance, _npz(_base_arrays())))
    elif kind == 1:
        path.write_bytes(mutated(chance, _npz(_base_arrays(), compressed=False)))
    elif kind == 2:
        path.write_bytes(noise(chance))
    else:
        arrays = dict(_base_arrays())
        numbers = np.random.default_rng(chance.randrange(2**32))
        for name in chance.sample(sorted(arrays), chance.randrange(1, 3)):
            arrays[name] = _odd_array(chance, numbers, arrays[name])
        path.write_bytes(_npz(arrays))
    return path


def _odd_array(chance: random.Random, numbers: Any, array: Any) -> Any:
    kind = chance.randrange(7)
    if kind == 0:
        return array.reshape(-1)[: chance.randrange(1 + array.size)]
    if kind == 1 and array.ndim:
        return array[::-1]
    if kind == 2:
        return array.astype(chance.choice(("f2", "i4", "u1", "?", "c8", "U5", "S3", ">f4")))
    changed = array.copy()
    if changed.dtype.kind == "f" and changed.size:
        odd = chance.choice((np.nan, np.inf, -1e9, 1e38, 0.0, -0.0, 1e-45))
        if kind in (3, 4) and changed.ndim:
            changed[numbers.random(len(changed)) < 0.3] = odd
        elif kind == 5:
            changed[numbers.random(changed.shape) < 0.01] = odd
        else:
            changed = changed + numbers.normal(size=changed.shape) * chance.choice((0.01, 1, 1e9))
    return changed


def check_recording(path: Path) -> str:
    """Read a recording and let every kind of session have it."""
    recording = pose_recording.read(path)
    for exercise in ("standing_march", "glute_bridge", "half_kneeling_hip_flexor_stretch"):
        session = Session(load_spec(exercise))
        for pose, _ in zip(recording, range(MOST_FRAMES), strict=False):
            session.update(pose)
        info = SourceInfo(path.name, recording.duration_s, recording.fps, *recording.size_px)
        to_json_text(to_json_object(session.finish(), info, None, warnings=recording.warnings))
    return "read"


# -- specs and routines ----------------------------------------------------------------------------

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
def _march_recording() -> pose_recording.PoseRecording:
    return pose_recording.read(GOLDEN / "standing_march-clean-b2-side-left.poses.npz")


def check_spec(path: Path) -> str:
    """Read a spec and, if it is good, let it judge a march."""
    spec = read_spec(path)
    session = Session(spec)
    for pose, _ in zip(_march_recording(), range(MOST_FRAMES), strict=False):
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


# -- history ---------------------------------------------------------------------------------------


@cache
def _march_results() -> dict[str, Any]:
    session = Session(load_spec("standing_march"))
    recording = _march_recording()
    for pose in recording:
        session.update(pose)
    info = SourceInfo("a.mp4", recording.duration_s, recording.fps, *recording.size_px)
    return to_json_object(session.finish(), info, None)


@cache
def _base_history() -> bytes:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "h.sqlite"
        with History(path) as history:
            for index in range(5):
                history.add(
                    _march_results(),
                    recorded_at=datetime(2026, 1, 1 + index, tzinfo=UTC),
                    person="A",
                    note="a note",
                    pain=index,
                )
        return path.read_bytes()


def _sql(*statements: str) -> Callable[[], bytes]:
    def make() -> bytes:
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / "h.sqlite"
            path.write_bytes(_base_history())
            with sqlite3.connect(path) as database:
                for statement in statements:
                    database.execute(statement)
            database.close()
            return path.read_bytes()

    return make


SPECIAL_HISTORIES: dict[str, Callable[[], bytes]] = {
    "no bytes": lambda: b"",
    "a text": lambda: b"my diary\n" * 1000,
    "only the header": lambda: _base_history()[:100],
    "half": lambda: _base_history()[: len(_base_history()) // 2],
    "a newer layout": _sql("INSERT INTO formcheck_schema VALUES (999)"),
    "a layout that is no number": _sql("INSERT INTO formcheck_schema VALUES ('zz')"),
    "no layout": _sql("DELETE FROM formcheck_schema"),
    "a table is missing": _sql("DROP TABLE session_side"),
    "times that are none": _sql("UPDATE session SET recorded_at = 'yesterday'"),
    "times without a value": _sql("UPDATE session SET utc_offset_min = 10000000"),
    "texts for numbers": _sql("UPDATE session_side SET reps = 'many', hold_s = x'00ff'"),
    "results that are none": _sql("UPDATE session_results SET results = 'zz'"),
    "bytes for texts": _sql("UPDATE session SET note = x'ff00fe', exercise_name = x'ff'"),
    "a layout with a word that is no text": lambda: _base_history().replace(
        b"CREATE TABLE session_side", b"CREATE \xc8ABLE session_side"
    ),
    "a measurement without a name": _sql("UPDATE session_side SET measurement = ''"),
    "numbers that are infinite": _sql("UPDATE session_side SET average = 9e999, hold_s = -9e999"),
}


def make_history(chance: random.Random, folder: Path) -> Path:
    """Write a history that went through something."""
    path = folder / "h.sqlite"
    path.write_bytes(noise(chance) if chance.random() < 0.1 else mutated(chance, _base_history()))
    return path


def check_history(path: Path) -> str:
    """Open a history, list it, show it, add to it."""
    from formcheck.history.page import render_history

    with History(path) as history:
        for person, _ in history.people():
            sessions = history.sessions(person)
            render_history(person, sessions, datetime(2026, 2, 1, tzinfo=UTC).date())
            json.dumps(history.export_person(person), default=str)
        history.add(_march_results(), recorded_at=datetime(2026, 1, 9, tzinfo=UTC), person="A")
    return "read"


# -- result files ----------------------------------------------------------------------------------


@cache
def _base_results() -> tuple[bytes, bytes]:
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
    whole = json.loads(_base_results()[0])
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
    "NaN": lambda: _base_results()[0].replace(b"0.0", b"NaN"),
    "infinite": lambda: _base_results()[0].replace(b": 1.", b': 1e999, "x": 1.'),
}


def make_results(chance: random.Random, folder: Path) -> Path:
    """Write a result file that went through something, with its table of frames."""
    results, frames = _base_results()
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
        table.write_bytes(_base_results()[1])
    remake_report(path)
    return "read"


# -- the machinery ---------------------------------------------------------------------------------


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


def run(targets: list[str], minutes: float, seed: int, keep: Path | None) -> int:
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
    return 1 if findings else 0


def main(argv: list[str] | None = None) -> int:
    parser = parser_of(__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--target", action="append", choices=sorted(TARGETS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="Folder for the inputs that found something.")
    given = parser.parse_args(argv)
    return run(given.target or list(TARGETS), given.minutes, given.seed, given.keep)
