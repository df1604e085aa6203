"""``formcheck`` and ``python -m formcheck``: the first lines that run.

Loading the program takes some tenths of a second. A signal that stops it in that time gets the
same answer as later: one word and exit code 3, not a traceback.
"""

from __future__ import annotations

import sys
from typing import NoReturn

from formcheck._runtime import process
from formcheck._runtime.interruption import EXIT_CODE, raise_on_signals


def main() -> NoReturn:
    """Load the command line and run it."""
    try:
        raise_on_signals()
        process.share_heaps()
        process.collect_seldom()
        from formcheck import cli

        cli.main()
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        sys.exit(EXIT_CODE)
    finally:
        # All that must be closed has been.
        process.collect_no_more()


if __name__ == "__main__":
    main()
