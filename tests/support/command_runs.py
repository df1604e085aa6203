"""A command line run inside this process."""

from __future__ import annotations

import signal
import sys

import pytest

from formcheck import cli


class Run:
    """What one run of the command line came to."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: object) -> None:
        before = {s: signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM)}
        argv, sys.argv = sys.argv, ["formcheck", *map(str, arguments)]
        try:
            with pytest.raises(SystemExit) as end:
                cli.main()
        finally:
            sys.argv = argv
            for number, handler in before.items():
                signal.signal(number, handler)
        self.code = end.value.code
        self.out, self.err = capsys.readouterr()
