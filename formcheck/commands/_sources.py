"""Turns the SOURCE arguments into files."""

from __future__ import annotations

import glob
from pathlib import Path

import typer

from formcheck.errors import SourceError

VIDEO_SUFFIXES = (
    *(".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".mpg", ".mpeg", ".mts", ".m2ts"),
    *(".ts", ".3gp", ".wmv", ".flv", ".ogv"),
)
# What formcheck writes itself must not be analysed when the same folder is given again.
_OWN_VIDEO = ".formcheck.mp4"
_RECORDING = ".npz"
_NAMED = 3


def expand(arguments: list[str]) -> tuple[list[Path], list[str], list[Path]]:
    """Return the files that are meant, a sentence for each argument that means none, and the rest.

    The rest is what formcheck wrote itself, however it was given: it is no source.
    """
    files: list[Path] = []
    problems: list[str] = []
    own: list[Path] = []
    for argument in arguments:
        try:
            found = _expand_one(argument)
        except SourceError as error:
            problems.append(str(error))
            continue
        own += [path for path in found if is_own(path.name) and path not in own]
        files += [path for path in found if not is_own(path.name) and path not in files]
    if own and not files and not problems:
        problems.append(f"{own[0]} is what formcheck wrote itself: nothing is left to analyse")
    return files, problems, own


def tell_of_own(own: list[Path]) -> None:
    """Say which files were left out because formcheck wrote them itself."""
    if own:
        names = ", ".join(path.name for path in own[:_NAMED])
        more = f" and {len(own) - _NAMED} more" if len(own) > _NAMED else ""
        typer.echo(f"left out, written by formcheck itself: {names}{more}", err=True)


def is_own(name: str) -> bool:
    """Return whether a file's name says that formcheck wrote it."""
    return name.lower().endswith(_OWN_VIDEO)


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
            found = [
                join(url, name) for name in names if _is_source_name(name) and not is_own(name)
            ]
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
    if name.startswith("."):
        return False
    return name.endswith((*VIDEO_SUFFIXES, _RECORDING))
