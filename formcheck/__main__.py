"""``formcheck`` and ``python -m formcheck``: the first lines that run.

Loading the program takes some tenths of a second. Here it is made sure that whoever stops it in
that time gets the same answer as later: one word and exit code 3, not a traceback.
"""

from __future__ import annotations

import gc
import sys
from typing import NoReturn

from formcheck.heaps import share_heaps
from formcheck.interruption import EXIT_CODE, raise_on_signals

# Own figure. Loading the program makes some hundred thousand objects that stay; to look through
# them for garbage after every 700, as Python does, takes a twentieth of a second of it.
OBJECTS_BEFORE_A_LOOK_FOR_GARBAGE = 50_000


def main() -> NoReturn:
    """Load the command line and run it."""
    try:
        raise_on_signals()
        share_heaps()
        gc.set_threshold(OBJECTS_BEFORE_A_LOOK_FOR_GARBAGE)
        from formcheck import cli

        cli.main()
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        sys.exit(EXIT_CODE)
    finally:
        # Nor are they looked through at the end, which would take as long again: all that must be
        # closed has been.
        gc.freeze()


if __name__ == "__main__":
    main()
