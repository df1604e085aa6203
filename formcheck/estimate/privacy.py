"""Keeps the pose library from calling home; the one place that does.

MediaPipe's wheels report usage over HTTPS (libcurl inside ``libmediapipe``) and offer no switch.
libcurl obeys ``https_proxy``, so that name is pointed at a loopback port where nobody listens:
every report ends on this machine, at once and without a name look-up.
``tests/estimate/test_telemetry.py`` watches the system calls.

Those names belong to the user, who may need them to reach the network at all. So the environment
is changed only right before the library is loaded, after anything that formcheck itself fetches,
and programs that formcheck starts later get the user's own values from `user_environment`.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Mapping

_NOBODY = ("127.0.0.1", 9)
_NOWHERE = f"http://{_NOBODY[0]}:{_NOBODY[1]}"
_PROXY_NAMES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
_EXEMPT_NAMES = ("no_proxy", "NO_PROXY")

_before: dict[str, str | None] = {}


def shut_telemetry() -> None:
    """Leave MediaPipe no way to the network; call before importing it. Safe to call again."""
    for name in (*_PROXY_NAMES, *_EXEMPT_NAMES):
        _before.setdefault(name, os.environ.get(name))
    for name in _PROXY_NAMES:
        os.environ[name] = _NOWHERE
    # An exemption such as "*" would let the library past the closed port; local addresses stay,
    # because a camera in the house may need them.
    for name in _EXEMPT_NAMES:
        if name in os.environ:
            os.environ[name] = _only_local(os.environ[name])


def telemetry_is_shut() -> bool:
    """Return True where the library's way out ends here, with nobody at the end of it."""
    if any(os.environ.get(name) != _NOWHERE for name in _PROXY_NAMES):
        return False
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(_NOBODY) != 0


def user_environment() -> Mapping[str, str]:
    """Return the environment as the user set it, for programs that formcheck starts."""
    environment = dict(os.environ)
    for name, value in _before.items():
        environment.pop(name, None)
        if value is not None:
            environment[name] = value
    return environment


def _only_local(exempt: str) -> str:
    return ",".join(host for host in (h.strip() for h in exempt.split(",")) if _is_local(host))


def _is_local(host: str) -> bool:
    if host == "localhost" or host.endswith(".local"):
        return True
    try:
        ipaddress.ip_network(host, strict=False)
    except ValueError:
        return False
    return True
