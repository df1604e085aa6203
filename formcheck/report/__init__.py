"""Pages made of results: one report a clip, and one overview for many."""

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
