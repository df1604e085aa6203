"""Files that are named by URL: s3://, gs://, https://, and whatever else fsspec knows.

A URL is contacted only because the user named it. It is contacted from a process of its own
(`formcheck.batch.remote_files_process`): this one may have loaded the pose library, which must not
find a way to the network (`formcheck.estimate.privacy`), while the other gets the environment as
the user set it, with proxies and credentials, and never loads that library.
"""

from __future__ import annotations

import atexit
import functools
import json
import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from formcheck.errors import OutputError, SourceError
from formcheck.estimate.privacy import user_environment

# Streams are watched, not fetched.
_STREAMS = ("rtsp", "rtsps", "rtmp", "udp", "tcp")


def is_url(text: str) -> bool:
    """Return True for an address of a file or folder, such as ``s3://bucket/clip.mp4``."""
    found = re.match(r"^([a-z][a-z0-9+.-]*)://", text)
    return found is not None and found[1] not in _STREAMS


def shown(url: str) -> str:
    """Return a URL as it may be shown: without name and password, and without a signed query."""
    return re.sub(r"(?<=://)[^/@]*@", "", url).split("?")[0]


def name_of(url: str) -> str:
    """Return the name of the file at a URL."""
    return shown(url).rstrip("/").rsplit("/", 1)[-1]


def folder_of(url: str) -> str:
    """Return the URL of the folder in which a file lies."""
    return shown(url).rstrip("/").rsplit("/", 1)[0]


def join(folder: str, name: str) -> str:
    """Return the URL of a file in a folder."""
    return f"{folder.rstrip('/')}/{name}"


class RemoteFiles:
    """Fetches and stores files by URL. Safe to use from several threads.

    Examples
    --------
    >>> remote_files().fetch("s3://clinic/clip.mp4", Path("clip.mp4"))     # doctest: +SKIP
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None

    def fetch(self, url: str, path: Path) -> None:
        """Copy the file at a URL to this machine.

        Raises
        ------
        SourceError
            When it cannot be read.
        """
        answer = self._ask("fetch", url, path)
        if "error" in answer:
            raise SourceError(f"{shown(url)} cannot be read: {answer['error']}")

    def store(self, path: Path, url: str) -> None:
        """Copy a file of this machine to a URL.

        Raises
        ------
        OutputError
            When it cannot be written.
        """
        answer = self._ask("store", url, path)
        if "error" in answer:
            raise OutputError(f"{shown(url)} cannot be written: {answer['error']}")

    def time_of(self, url: str) -> float | None:
        """Return when a file was last changed, seconds since 1970; None where nobody can say."""
        time_s = self._ask("time", url).get("done")
        return None if time_s is None else float(time_s)

    def names_in(self, url: str) -> list[str]:
        """Return the names of the files in a folder.

        Raises
        ------
        SourceError
            When it cannot be listed.
        """
        answer = self._ask("list", url)
        if "error" in answer:
            raise SourceError(f"{shown(url)} cannot be read: {answer['error']}")
        return sorted(str(name) for name in answer["done"])

    def close(self) -> None:
        """End the process behind it; the next request would start another."""
        with self._lock:
            if self._process is not None:
                assert self._process.stdin is not None
                assert self._process.stdout is not None
                self._process.stdin.close()
                self._process.stdout.close()
                self._process.wait()
                self._process = None

    def _ask(self, do: str, url: str, path: Path | None = None) -> dict[str, Any]:
        request = {"do": do, "url": url} | ({} if path is None else {"path": str(path)})
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "formcheck.batch.remote_files_process"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                    encoding="utf-8",
                    env=user_environment(),
                    # Ctrl-C is for those who know what to do about it.
                    start_new_session=True,
                )
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            try:
                self._process.stdin.write(json.dumps(request) + "\n")
                self._process.stdin.flush()
                line = self._process.stdout.readline()
            except OSError:
                line = ""
        answer = json.loads(line) if line else {"error": "the process that fetches files died"}
        assert isinstance(answer, dict)
        return answer


@functools.cache
def remote_files() -> RemoteFiles:
    """Return the one `RemoteFiles` of this process; its helper starts with the first request."""
    one = RemoteFiles()
    atexit.register(one.close)
    return one
