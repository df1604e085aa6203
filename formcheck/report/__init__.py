"""Pages made of results: one report a clip, and one overview for many."""

from formcheck.report.page import ReportInput, render_report

__all__ = ["ReportInput", "render_report"]
