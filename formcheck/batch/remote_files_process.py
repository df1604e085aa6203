"""The process that fetches and stores what is named by URL.

Started by `formcheck.batch.remote_files`. Reads one request a line from standard input and writes
one answer a line to standard output, both JSON. It never loads the pose library, so it may use the
network as the user set it up.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

_TIMES = ("LastModified", "last_modified", "mtime", "updated", "modified")


def main() -> None:
    """Answer requests until there are no more."""
    # What a library prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"done": _do(**request)}
        except Exception as error:
            # Every library behind fsspec has errors of its own; the text goes to the user.
            answer = {"error": _reason(error), "is_missing": isinstance(error, FileNotFoundError)}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _do(do: str, url: str, path: str = "") -> Any:
    import fsspec

    # No memory of listings: others write there, too.
    system, name = fsspec.core.url_to_fs(url, use_listings_cache=False)
    if do == "fetch":
        system.get_file(name, path)
        return None
    if do == "store":
        system.put_file(path, name)
        return None
    if do == "time":
        return _time_of(system.info(name))
    assert do == "list"
    return [
        entry["name"].rsplit("/", 1)[-1]
        for entry in system.ls(name, detail=True)
        if entry["type"] == "file"
    ]


def _time_of(info: dict[str, Any]) -> float | None:
    found: Any = next((info[key] for key in _TIMES if info.get(key) is not None), None)
    if hasattr(found, "timestamp"):
        return float(found.timestamp())
    if isinstance(found, str):
        from datetime import datetime

        return datetime.fromisoformat(found).timestamp()
    return None if found is None else float(found)


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, PermissionError):
        return "no permission"
    if isinstance(error, ImportError):
        return f"{error}; pip install 'formcheck[urls]'"
    # It loads numpy, which nothing else here needs.
    from formcheck.capture.stream import hide_password

    text = " ".join(str(error).split())
    return hide_password(f"{type(error).__name__}: {text}" if text else type(error).__name__)


if __name__ == "__main__":
    main()
