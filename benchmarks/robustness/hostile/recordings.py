"""Pose recordings as nobody makes them: odd numbers, wrong shapes, pickles, huge arrays."""

from __future__ import annotations

import io
import random
import tempfile
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import GOLDEN
from benchmarks.robustness.hostile.accidents import MOST_FRAMES, mutated, noise
from formcheck.capture.frame import SourceInfo
from formcheck.core.judge.session import Session
from formcheck.io import poses as pose_recording
from formcheck.io.results import to_json_object, to_json_text
from formcheck.io.specs import load_spec


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
