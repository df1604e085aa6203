"""``formcheck`` and ``python -m formcheck``: the first lines that run.

Loading the program takes some tenths of a second. Here it is made sure that whoever stops it in
that time gets the same answer as later: one word and exit code 3, not a traceback.
"""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import NoReturn

INTERRUPTED = 3


def main() -> NoReturn:
    """Load the command line and run it."""
    try:
        signal.signal(signal.SIGTERM, _interrupt)
        from formcheck import cli

        cli.main()
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        sys.exit(INTERRUPTED)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
