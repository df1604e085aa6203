"""What strace saw of connections and datagrams."""

from __future__ import annotations

import re

_CALL = re.compile(r"\b(?:connect|sendto|sendmsg|sendmmsg)\(")
_ADDRESS = re.compile(r'sin6?_port=htons\((\d+)\).*?"([0-9a-f.:]+)"')


def _places(trace: str) -> set[tuple[str, str]]:
    """Return (address, port) of everything that was connected or sent to."""
    calls = [line for line in trace.splitlines() if _CALL.search(line)]
    return {(address, port) for line in calls for port, address in _ADDRESS.findall(line)}
