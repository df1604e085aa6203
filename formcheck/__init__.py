"""formcheck: watches hip-flexor exercises and says what a good physiotherapist would.

>>> import formcheck
>>> result = formcheck.analyze("clip.mp4", exercise="standing_march")   # doctest: +SKIP
>>> print(result)                                                       # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from formcheck._version import __version__

if TYPE_CHECKING:
    from formcheck.api import AnalysisResult, analyze

__all__ = ["AnalysisResult", "__version__", "analyze"]


def __getattr__(name: str) -> Any:
    """Load the API only when it is asked for: `import formcheck` stays light."""
    if name in ("AnalysisResult", "analyze"):
        from formcheck import api

        return getattr(api, name)
    raise AttributeError(f"module 'formcheck' has no attribute '{name}'")
