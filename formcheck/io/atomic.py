"""Files that are written whole or not at all, and no litter after a kill.

A file grows under a temporary name and gets its own when it is whole. A killed process cannot
remove its temporary files and folders; the next one that writes into the same folder does. Which
are left over is told by a lock that the system lets go of when its holder dies, so the files of
another formcheck at work are left alone.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from formcheck.errors import OutputError, reason_of

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_MARK = ".formcheck-part"
_TEMPORARY = re.compile(r"\..{0,80}-[a-z0-9_]{8}\.formcheck-part(\.[^.]*)?", re.DOTALL)
_SCRATCH = ".formcheck-scratch-"
_SCRATCH_FOLDER = re.compile(re.escape(_SCRATCH) + r"[a-z0-9_]{8}")
# Where files cannot be locked, only what is this old is taken for left over.
_SURELY_OLD_S = 24 * 3600.0


@contextlib.contextmanager
def writing(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; rename it to `path` when the block ends well.

    The temporary name keeps the suffix, so that writers which choose a format by suffix work, and
    starts with a dot, so that nobody takes it for a result. It is removed when the block fails.

    Raises
    ------
    OutputError
        When the folder is missing, may not be written to, or the disk is full.
    """
    temporary: Path | None = None
    handle = -1
    try:
        remove_leftovers(path.parent)
        handle, temporary = _new_locked_file(path)
        yield temporary
        # What lies in a scratch folder need not outlive a power cut: it is on its way elsewhere.
        if not _SCRATCH_FOLDER.fullmatch(path.parent.name):
            _flush_to_disk(temporary)
        # mkstemp makes files private; results get the mode that any new file would have.
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {reason_of(error)}") from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
        if handle >= 0:
            os.close(handle)


def remove_leftovers(folder: Path) -> None:
    """Remove the temporary files that killed processes left in a folder."""
    try:
        found = [entry.path for entry in os.scandir(folder) if _is_temporary(entry.name)]
    except OSError:
        return  # whoever writes there will say what is wrong
    for name in found:
        with contextlib.suppress(OSError):
            if _is_left_over(name):
                os.unlink(name)


@contextlib.contextmanager
def scratch_folder(parent: Path | None = None) -> Iterator[Path]:
    """Give a folder for temporary files, in `parent` or where the system keeps such files.

    It goes with all that is in it when the block ends. What killed processes left of theirs goes
    first: it may be a copy of somebody's video.

    Raises
    ------
    OutputError
        When the system's place for temporary files takes none; for another `parent`, OSError.
    """
    try:
        where = Path(tempfile.gettempdir()) if parent is None else parent
        _remove_leftover_folders(where)
        handle, folder = _new_locked_folder(where)
    except OSError as error:
        if parent is not None:
            raise
        raise OutputError(
            f"no temporary folder can be made: {reason_of(error)}; set TMPDIR to a folder with room"
        ) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if handle >= 0:
            os.close(handle)


def _remove_leftover_folders(parent: Path) -> None:
    try:
        found = [
            entry.path
            for entry in os.scandir(parent)
            # Somebody else's folder of that name in a shared folder is none of ours.
            if _SCRATCH_FOLDER.fullmatch(entry.name)
            and entry.is_dir(follow_symlinks=False)
            and entry.stat(follow_symlinks=False).st_uid == _user()
        ]
    except OSError:
        return  # whoever writes there will say what is wrong
    for name in found:
        with contextlib.suppress(OSError):
            if _is_left_over(name, os.O_RDONLY):
                shutil.rmtree(name, ignore_errors=True)


def _new_locked_folder(parent: Path) -> tuple[int, Path]:
    """Make a folder and lock it for as long as its handle is open."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_SCRATCH, dir=parent))
        if fcntl is None:
            return -1, folder
        try:
            handle = os.open(folder, os.O_RDONLY)
        except FileNotFoundError:
            continue  # another process cleaned up since
        with contextlib.suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        if folder.exists():
            return handle, folder
        os.close(handle)


def _is_temporary(name: str) -> bool:
    return _TEMPORARY.fullmatch(name) is not None


def _is_left_over(name: str, access: int = os.O_RDWR) -> bool:
    if fcntl is None:
        return time.time() - os.stat(name).st_mtime > _SURELY_OLD_S
    handle = os.open(name, access)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(handle)
    return True


def _new_locked_file(path: Path) -> tuple[int, Path]:
    """Make a temporary file for `path` and lock it for as long as its handle is open."""
    while True:
        handle, name = tempfile.mkstemp(
            prefix=f".{_cut(path.stem)}-", suffix=_MARK + path.suffix, dir=path.parent
        )
        if fcntl is None:
            os.close(handle)
            return -1, Path(name)
        with contextlib.suppress(OSError):  # some network folders know no locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        if os.fstat(handle).st_nlink > 0:
            return handle, Path(name)
        # Another process cleaned up between the two lines above.
        os.close(handle)


def _cut(stem: str) -> str:
    # File systems count bytes, and a letter may take four.
    whole_letters = os.fsencode(stem)[:80].decode("utf-8", "ignore")
    return os.fsdecode(whole_letters.encode("utf-8"))


def write_bytes(path: Path, data: bytes) -> None:
    """Write `data` to `path`, whole or not at all."""
    with writing(path) as temporary:
        temporary.write_bytes(data)


def write_text(path: Path, text: str) -> None:
    """Write `text` to `path` as UTF-8, whole or not at all."""
    write_bytes(path, text.encode("utf-8"))


def require_writable_folder(folder: Path) -> None:
    """Make `folder` if it is missing and prove that a file can be written there.

    Called before the work begins: nobody wants to learn after ten minutes of analysis that the
    result has nowhere to go.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        remove_leftovers(folder)
        handle, probe = _new_locked_file(folder / "probe")
        probe.unlink()
        if handle >= 0:
            os.close(handle)
    except FileExistsError as error:
        raise OutputError(f"{folder} cannot be the output folder: it is a file") from error
    except OSError as error:
        raise OutputError(
            f"{folder} cannot be the output folder: {reason_of(error)}; "
            "choose another with --output-dir"
        ) from error


def _flush_to_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _user() -> int:
    # Windows knows no such numbers: there, everything has 0.
    return os.getuid() if hasattr(os, "getuid") else 0


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
