"""The chart library inside the page: plotly.js, taken from the installed package at run time.

Plotly's Python package carries the whole plotly.js (4.8 MB). It goes into the page compressed
(2.0 MB as text) and the browser unpacks it with its own DecompressionStream, so nothing of it lies
in this project, nothing is fetched, and a page stays under 3 MB. The content security policy names
the script by its hash.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import zlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScriptBundle:
    """A script as it is put into a page.

    Attributes
    ----------
    packed : str
        zlib-compressed, base64.
    csp_hash : str
        What the content security policy calls it (``sha256-…``).
    """

    packed: str
    csp_hash: str


def csp_hash(script: str) -> str:
    """Return the content security policy's name for an inline script."""
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return "sha256-" + base64.b64encode(digest).decode("ascii")


@functools.cache
def plotly_bundle() -> ScriptBundle:
    """Return plotly.js of the installed package, compressed once a process."""
    from plotly.offline import get_plotlyjs

    script: str = get_plotlyjs()
    packed = base64.b64encode(zlib.compress(script.encode("utf-8"), 9)).decode("ascii")
    return ScriptBundle(packed, csp_hash(script))
