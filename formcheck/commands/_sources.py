"""Turns the SOURCE arguments into files."""

from __future__ import annotations

import glob
from pathlib import Path

from formcheck.errors import SourceError

VIDEO_SUFFIXES = (
    *(".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".mpg", ".mpeg", ".mts", ".m2ts"),
    *(".ts", ".3gp", ".wmv", ".flv", ".ogv"),
)
# What formcheck writes itself must not be analysed when the same folder is given again.
_OWN_VIDEO = ".formcheck.mp4"
_RECORDING = ".npz"


def expand(arguments: list[str]) -> tuple[list[Path], list[str]]:
    """Return the files that are meant, and a sentence for each argument that means none."""
    files: list[Path] = []
    problems: list[str] = []
    for argument in arguments:
        try:
            found = _expand_one(argument)
        except SourceError as error:
            problems.append(str(error))
            continue
        files += [path for path in found if path not in files]
    return files, problems


def expand_urls(urls: list[str]) -> tuple[list[str], list[str]]:
    """Return the URLs of the files that are meant, and a sentence for each URL that means none.

    A URL that ends in a slash is a folder.
    """
    from formcheck.batch.remote_files import join, remote_files, shown

    files: list[str] = []
    problems: list[str] = []
    for url in urls:
        found = [url]
        if url.endswith("/"):
            try:
                names = remote_files().names_in(url)
            except SourceError as error:
                problems.append(str(error))
                continue
            found = [join(url, name) for name in names if _is_source_name(name)]
            if not found:
                problems.append(f"{shown(url)} has no video and no pose recording in it")
        files += [file for file in found if file not in files]
    return files, problems


def _expand_one(argument: str) -> list[Path]:
    path = Path(argument)
    if "://" in argument:
        raise SourceError(
            f"{argument} is a stream; 'formcheck live' watches streams, 'analyze' reads files"
        )
    if path.is_dir():
        found = [entry for entry in sorted(path.iterdir()) if _is_source(entry)]
        if not found:
            raise SourceError(f"the folder {path} has no video and no pose recording in it")
        return found
    if not path.exists() and glob.has_magic(argument):
        matches = sorted(Path(match) for match in glob.glob(argument, recursive=True))
        found = [entry for entry in matches if _is_source(entry)]
        if not found:
            raise SourceError(f"no video or pose recording matches {argument}")
        return found
    # A missing file is reported by the one who opens it, with the same words everywhere.
    return [path]


def _is_source(path: Path) -> bool:
    return _is_source_name(path.name) and path.is_file()


def _is_source_name(name: str) -> bool:
    name = name.lower()
    if name.startswith(".") or name.endswith(_OWN_VIDEO):
        return False
    return name.endswith((*VIDEO_SUFFIXES, _RECORDING))
