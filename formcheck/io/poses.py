"""Pose recordings (``*.poses.npz``): landmarks on disk, to be analysed again without the video.

Arrays: ``time_s`` (N), ``landmarks`` (N, 33, 4) and ``world`` (N, 33, 3) in single precision as
MediaPipe gives them and NaN where nobody was found, ``size_px`` (width, height), ``fps``, and
``outline`` (N, K) where the mask was used, ``people`` (N) where more than one person was detected,
``sight`` (N, 2: sharpness and light of the person's part of the picture), ``model`` (name, sha256)
and ``warnings`` (texts about the video). `PoseEstimator` gives poses that single precision holds
exactly, so a replay equals the run it came from to the digit. No pickles are read.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from formcheck.core.pose import LANDMARK_COUNT, FloatArray, Pose
from formcheck.errors import SourceError, reason_of
from formcheck.io import atomic as atomic_files

_MOST_LETTERS = 1000
SUFFIX = ".poses.npz"

_NAMES = (
    "time_s", "landmarks", "world", "size_px", "fps", "outline", "people", "model", "warnings",
    "sight",
)  # fmt: skip
_UNREAD: npt.NDArray[Any] = np.empty(0)
_SHAPES = {"landmarks": (LANDMARK_COUNT, 4), "world": (LANDMARK_COUNT, 3)}
# Six hours at 60 pictures a second; more is a mistake or an attack on the memory.
_MOST_FRAMES = 6 * 3600 * 60
_MOST_BYTES = _MOST_FRAMES * (LANDMARK_COUNT * (4 + 3) * 4 + 8)
# Picture widths and metres: whatever lies further away is no person in front of a camera.
_FARTHEST = 1000.0
_LONGEST_S = 1e7


@dataclass(frozen=True, slots=True)
class PoseRecording:
    """The poses of one video, in order.

    Attributes
    ----------
    poses : sequence of Pose
    size_px : tuple of int
        Width and height of the upright picture, pixels.
    fps : float
        Average pictures a second.
    model : tuple of str, optional
        Name and sha256 of the pose model, where known.
    warnings : tuple of str
        What the reader of the video had to say about it.
    """

    poses: Sequence[Pose]
    size_px: tuple[int, int]
    fps: float
    model: tuple[str, str] | None = None
    warnings: tuple[str, ...] = ()

    @property
    def duration_s(self) -> float:
        """Length of the video, seconds."""
        return self.poses[-1].time_s + 1 / self.fps

    def __iter__(self) -> Iterator[Pose]:
        """Give the poses in order."""
        return iter(self.poses)


def write(path: Path, recording: PoseRecording) -> None:
    """Write a recording, whole or not at all."""
    poses = recording.poses
    arrays: dict[str, npt.NDArray[Any]] = {
        "time_s": np.array([pose.time_s for pose in poses], dtype=np.float64),
        "landmarks": np.array([pose.landmarks for pose in poses], dtype=np.float32),
        "world": np.array([pose.world for pose in poses], dtype=np.float32),
        "size_px": np.array(recording.size_px, dtype=np.int64),
        "fps": np.array(recording.fps, dtype=np.float64),
    }
    if recording.model is not None:
        arrays["model"] = np.array(recording.model, dtype=np.str_)
    if recording.warnings:
        arrays["warnings"] = np.array(recording.warnings, dtype=np.str_)
    outlines = _stack_outlines(poses)
    if outlines is not None:
        arrays["outline"] = outlines
    sight = np.array([(pose.sharpness, pose.light) for pose in poses], dtype=np.float32)
    if not np.isnan(sight).all():
        arrays["sight"] = sight
    if any(pose.people > 1 for pose in poses):
        arrays["people"] = np.array([pose.people for pose in poses], dtype=np.int64)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    atomic_files.write_bytes(path, buffer.getvalue())


def read(path: Path) -> PoseRecording:
    """Read a recording.

    Raises
    ------
    SourceError
        When the file is missing or is not a pose recording; the text says what is wrong with it.
    """
    arrays = _load(path)
    time_s = _numbers(path, arrays, "time_s").astype(np.float64)
    if time_s.ndim != 1 or len(time_s) == 0:
        raise SourceError(
            f"{path}: 'time_s' should be a list of times, but has shape {time_s.shape}"
        )
    if not np.all(np.isfinite(time_s)) or np.any(np.diff(time_s) <= 0):
        raise SourceError(f"{path}: 'time_s' must rise from frame to frame")
    if abs(time_s[0]) > _LONGEST_S or abs(time_s[-1]) > _LONGEST_S:
        raise SourceError(
            f"{path}: 'time_s' should be seconds since the start, but goes from {time_s[0]:g} "
            f"to {time_s[-1]:g}"
        )
    tracks = {name: _track(path, arrays, name, len(time_s)) for name in _SHAPES}
    size_px, fps = _size_px(path, arrays), _fps(path, arrays, time_s)
    outline = _outline(path, arrays, len(time_s))
    people = _people(path, arrays, len(time_s))
    sight = _sight(path, arrays, len(time_s))
    poses = [
        Pose(
            float(time_s[i]),
            size_px,
            tracks["landmarks"][i],
            tracks["world"][i],
            None if outline is None or np.isnan(outline[i]).all() else outline[i],
            people[i],
            *sight[i],
        )
        for i in range(len(time_s))
    ]
    model = _texts(path, arrays, "model")
    if model and len(model) != 2:
        raise SourceError(f"{path}: 'model' should be a name and a sha256, but is {model}")
    warnings = _texts(path, arrays, "warnings")
    return PoseRecording(poses, size_px, fps, (model[0], model[1]) if model else None, warnings)


def _load(path: Path) -> dict[str, npt.NDArray[Any]]:
    try:
        with zipfile.ZipFile(path) as archive:
            # Told before unpacking: a small file can claim to hold terabytes.
            unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > _MOST_BYTES:
            raise SourceError(f"{path} is too large for a pose recording")
        with np.load(path, allow_pickle=False) as opened:
            # What else may lie in there is not even unpacked.
            return {name: opened[name] if name in _NAMES else _UNREAD for name in opened.files}
    except FileNotFoundError:
        raise SourceError(f"{path} does not exist") from None
    except IsADirectoryError:
        raise SourceError(f"{path} is a folder, not a pose recording") from None
    except PermissionError:
        raise SourceError(f"{path} cannot be read: no permission") from None
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {reason_of(error)}") from error
    except SourceError:
        raise
    except Exception as error:
        # On damaged bytes zipfile, zlib and numpy raise nearly anything, NotImplementedError too.
        if not zipfile.is_zipfile(path):
            raise SourceError(
                f"{path} is not a pose recording (no .npz file); make one with 'formcheck poses'"
            ) from None
        raise SourceError(f"{path} is a damaged pose recording: {_one_line(error)}") from error


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _numbers(path: Path, arrays: dict[str, npt.NDArray[Any]], name: str) -> npt.NDArray[Any]:
    if name not in arrays:
        raise SourceError(
            f"{path} is not a pose recording: the array '{name}' is missing "
            f"(it has {', '.join(sorted(arrays)) or 'none'})"
        )
    array = arrays[name]
    if array.dtype.kind not in "fiu":
        raise SourceError(f"{path}: '{name}' should hold numbers, but holds {array.dtype}")
    return array


def _track(path: Path, arrays: dict[str, npt.NDArray[Any]], name: str, frames: int) -> FloatArray:
    array = _numbers(path, arrays, name)
    wanted = (frames, *_SHAPES[name])
    if array.shape != wanted:
        raise SourceError(f"{path}: '{name}' should have shape {wanted}, but has {array.shape}")
    missing = np.isnan(array).any(axis=(1, 2))
    if np.isinf(array).any() or not np.isnan(array[missing]).all():
        raise SourceError(
            f"{path}: '{name}' has frames in which only some numbers are finite; "
            "a frame without a person is NaN throughout"
        )
    farthest = max(np.nanmax(array, initial=0.0), -np.nanmin(array, initial=0.0))
    if farthest > _FARTHEST:
        unit = "picture widths" if name == "landmarks" else "metres"
        raise SourceError(f"{path}: '{name}' holds {farthest:g}, but should be in {unit}")
    return array.astype(np.float32).astype(np.float64)


def _outline(path: Path, arrays: dict[str, npt.NDArray[Any]], frames: int) -> FloatArray | None:
    if "outline" not in arrays:
        return None
    array = _numbers(path, arrays, "outline")
    if array.ndim != 2 or len(array) != frames:
        raise SourceError(
            f"{path}: 'outline' should have one row for each of {frames} frames, "
            f"but has shape {array.shape}"
        )
    return array.astype(np.float32).astype(np.float64)


def _people(path: Path, arrays: dict[str, npt.NDArray[Any]], frames: int) -> list[int]:
    if "people" not in arrays:
        return [1] * frames
    array = _numbers(path, arrays, "people")
    if array.shape != (frames,) or not np.all((array >= 1) & (array <= 100)):
        raise SourceError(
            f"{path}: 'people' should be a number from 1 for each of {frames} frames, "
            f"but has shape {array.shape}"
        )
    return [int(number) for number in array]


def _sight(path: Path, arrays: dict[str, npt.NDArray[Any]], frames: int) -> list[list[float]]:
    """Return sharpness and light of each frame, NaN where nobody looked."""
    if "sight" not in arrays:
        return [[np.nan, np.nan]] * frames
    array = _numbers(path, arrays, "sight")
    if array.shape != (frames, 2) or not np.all(np.isnan(array) | (array >= 0) & (array <= 255)):
        raise SourceError(
            f"{path}: 'sight' should hold sharpness and light for each of {frames} frames, "
            f"but has shape {array.shape}"
        )
    rows: list[list[float]] = array.astype(np.float32).astype(np.float64).tolist()
    return rows


def _size_px(path: Path, arrays: dict[str, npt.NDArray[Any]]) -> tuple[int, int]:
    array = _numbers(path, arrays, "size_px")
    if array.shape != (2,) or not np.all((array >= 1) & (array <= 100_000)):
        raise SourceError(f"{path}: 'size_px' should be width and height in pixels, but is {array}")
    return int(array[0]), int(array[1])


def _fps(path: Path, arrays: dict[str, npt.NDArray[Any]], time_s: FloatArray) -> float:
    array = _numbers(path, arrays, "fps")
    if array.size != 1 or not 0 < float(array.reshape(())) <= 10_000:
        raise SourceError(f"{path}: 'fps' should be pictures a second, but is {array}")
    return float(array.reshape(()))


def _texts(path: Path, arrays: dict[str, npt.NDArray[Any]], name: str) -> tuple[str, ...]:
    if name not in arrays:
        return ()
    array = arrays[name]
    if array.dtype.kind != "U" or array.ndim != 1:
        raise SourceError(f"{path}: '{name}' should hold texts, but holds {array.dtype}")
    # A warning is a sentence; what fills pages is no text of ours.
    return tuple(str(text)[:_MOST_LETTERS] for text in array)


def _stack_outlines(poses: Sequence[Pose]) -> npt.NDArray[np.float32] | None:
    lengths = {len(pose.outline) for pose in poses if pose.outline is not None}
    if not lengths:
        return None
    (length,) = lengths
    nothing = np.full(length, np.nan)
    rows = [nothing if pose.outline is None else pose.outline for pose in poses]
    return np.array(rows, dtype=np.float32)
