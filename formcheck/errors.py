"""Every error that formcheck raises on purpose.

FormcheckError
├── SourceError        a video, camera or pose recording cannot be read
├── SpecError          an exercise spec is wrong (one line a problem)
├── ModelError         a pose model is missing, damaged or cannot be fetched
├── OutputError        a result cannot be written
├── HistoryError       the history cannot be opened or used
├── UnknownNameError   no exercise, model or measurement has that name
└── SettingError       an option has a value that cannot work

The text of each is one clear sentence: file, item, value, likely fix. The command line prints it
and exits with code 1; nobody sees a traceback.
"""

from __future__ import annotations

import difflib
import errno
from collections.abc import Iterable

_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EACCES: "no permission to write there",
    errno.EPERM: "no permission to write there",
    errno.EROFS: "the disk is read-only",
    errno.ENOENT: "the folder does not exist",
    errno.ENOTDIR: "a part of the path is not a folder",
    errno.EISDIR: "there is a folder of that name",
    errno.ENAMETOOLONG: "the name is too long",
}


class FormcheckError(Exception):
    """Something a person can correct; the text says how.

    Examples
    --------
    >>> import formcheck as fc
    >>> try:
    ...     fc.analyze("gone.poses.npz", exercise="standing_march")
    ... except fc.FormcheckError as error:
    ...     print(error)
    gone.poses.npz does not exist
    """

    def __str__(self) -> str:
        return printable(super().__str__())


def printable(text: str) -> str:
    """Return a text without control characters: a file's name must not command a terminal."""
    return "".join(c if c in "\n\t" or c.isprintable() or c.isspace() else "?" for c in text)


class SourceError(FormcheckError):
    """A video, camera, stream or pose recording cannot be read.

    Examples
    --------
    >>> import formcheck as fc
    >>> fc.open_poses("gone.poses.npz")
    Traceback (most recent call last):
    formcheck.errors.SourceError: gone.poses.npz does not exist
    """


class SpecError(FormcheckError):
    """An exercise spec is wrong; the text has one line for each problem.

    Examples
    --------
    >>> import formcheck as fc
    >>> fc.load_spec("gone.toml")
    Traceback (most recent call last):
    formcheck.errors.SpecError: gone.toml: no such file
    """


class ModelError(FormcheckError):
    """A pose model is missing, damaged or cannot be fetched.

    Examples
    --------
    >>> import formcheck as fc
    >>> fc.PoseEstimator("gone.task")
    Traceback (most recent call last):
    formcheck.errors.ModelError: there is no pose model file gone.task
    """


class OutputError(FormcheckError):
    """A result file cannot be written.

    Examples
    --------
    >>> import formcheck as fc
    >>> fc.analyze("clip.poses.npz", exercise="standing_march", report=True)
    Traceback (most recent call last):
    formcheck.errors.OutputError: video and report need an output_dir to be written to
    """


class HistoryError(FormcheckError):
    """The history cannot be opened or used.

    Examples
    --------
    >>> import formcheck as fc
    >>> raise fc.HistoryError("nobody called 'anna' is in the history")
    Traceback (most recent call last):
    formcheck.errors.HistoryError: nobody called 'anna' is in the history
    """


class UnknownNameError(FormcheckError):
    """No exercise, model or measurement has that name.

    Examples
    --------
    >>> import formcheck as fc
    >>> fc.load_spec("standing_mach")
    Traceback (most recent call last):
    formcheck.errors.UnknownNameError: There is no exercise 'standing_mach'; did you mean ...
    """


class SettingError(FormcheckError):
    """An option has a value that cannot work.

    Examples
    --------
    >>> import formcheck as fc
    >>> fc.analyze("clip.poses.npz", exercise="standing_march", side="both")
    Traceback (most recent call last):
    formcheck.errors.SettingError: side should be 'left', 'right' or 'alternate', but is 'both'; ...
    """


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"`` for the nearest known name, or an empty string."""
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean '{near[0]}'?" if near else ""


def reason_of(error: OSError) -> str:
    """Say in plain words why the system refused."""
    if error.errno in _REASONS:
        return _REASONS[error.errno]
    return (error.strerror or str(error) or type(error).__name__).lower()
