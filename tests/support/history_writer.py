"""Adds sessions without end and prints the id of each that was saved; somebody kills it."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from formcheck.history import History
from tests.support.report_data import march_results

if __name__ == "__main__":
    results = march_results()
    with History(sys.argv[1]) as kept:
        print("ready", flush=True)
        while True:
            print(kept.add(results, recorded_at=datetime(2026, 11, 21, tzinfo=UTC)), flush=True)
