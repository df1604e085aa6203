"""Pages made of results: one report a clip, and one overview for many."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from formcheck.report.files import remake_report, write_report
    from formcheck.report.overview import Take, write_overview
    from formcheck.report.page import ReportInput, render_report

__all__ = [
    "ReportInput",
    "Take",
    "remake_report",
    "render_report",
    "write_overview",
    "write_report",
]
_HOMES = {
    "ReportInput": "page",
    "Take": "overview",
    "remake_report": "files",
    "render_report": "page",
    "write_overview": "overview",
    "write_report": "files",
}


def __getattr__(name: str) -> Any:
    """Load what is asked for: the history needs the report's words and not its charts."""
    if name in _HOMES:
        return getattr(import_module(f"formcheck.report.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'formcheck.report' has no attribute '{name}'")
