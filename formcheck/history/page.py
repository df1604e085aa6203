"""A person's history as one page that opens from disk without a network."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from formcheck.core.formatting import capitalised, unit_sign, value_text
from formcheck.history.records import SessionRecord
from formcheck.history.trends import Trend, side_text, streak, tests_text, trends
from formcheck.report.html import render_page
from formcheck.report.names import side_word

# A page for reading, not an archive: the export has every session.
MAX_ROWS = 500


def render_history(person: str, sessions: Sequence[SessionRecord], today: date) -> str:
    """Return the page of one person.

    Parameters
    ----------
    person : str
    sessions : sequence of SessionRecord
        The latest first.
    today : date
        What the current streak is counted to.
    """
    found = trends(sessions)
    charts = [_chart(trend) for trend in found]
    pain = _pain_chart(sessions)
    if pain is not None:
        charts.append(pain)
    days = streak((session.recorded_at.date() for session in sessions), today)
    return render_page(
        "history.html.j2",
        script="history.js",
        data={"charts": charts},
        person=person,
        count=len(sessions),
        days=days,
        today=day_text(today),
        first=day_text(sessions[-1].recorded_at) if sessions else "",
        charts=charts,
        groups=_groups(charts),
        rows=[_row(session) for session in sessions[:MAX_ROWS]],
        more=max(0, len(sessions) - MAX_ROWS),
    )


def day_text(day: date | datetime) -> str:
    """Return a day as text, e.g. ``21 Nov 2026``, the same in every locale."""
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return f"{day.day} {months[day.month - 1]} {day.year}"


def _chart(trend: Trend) -> dict[str, Any]:
    series = [
        {
            "name": capitalised(side_word(side)),
            "side": side,
            "t": [at.strftime("%Y-%m-%dT%H:%M:%S") for at, _ in points],
            "y": [round(value, 3 if trend.unit == "ratio" else 1) for _, value in points],
        }
        for side, points in sorted(trend.points.items())
    ]
    return {
        "exercise": trend.exercise,
        "title": trend.title,
        "unit": unit_sign(trend.unit).strip(),
        "counts": not trend.unit,
        "test": trend.self_test,
        "series": series,
        "alt": _in_words(trend),
    }


def _in_words(trend: Trend) -> str:
    parts = []
    for side, points in sorted(trend.points.items()):
        first, last = (value_text(value, trend.unit) for _, value in (points[0], points[-1]))
        span = f"from {first} to {last}" if len(points) > 1 else last
        parts.append(f"{side_word(side)} {span}")
    return f"{trend.exercise}, {trend.title} over time: {'; '.join(parts)}."


def _pain_chart(sessions: Sequence[SessionRecord]) -> dict[str, Any] | None:
    points = [(s.recorded_at, s.pain) for s in reversed(sessions) if s.pain is not None]
    if not points:
        return None
    line = {
        "name": "Pain",
        "side": "both",
        "t": [at.strftime("%Y-%m-%dT%H:%M:%S") for at, _ in points],
        "y": [value for _, value in points],
    }
    return {
        "exercise": "How it felt",
        "title": "Pain, 0 (none) to 10 (the worst)",
        "unit": "",
        "counts": True,
        "test": False,
        "range": [-0.4, 10.4],
        "series": [line],
        "alt": f"Pain over time: from {points[0][1]} to {points[-1][1]} of 10.",
    }


def _groups(charts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the charts' numbers by exercise, in their order."""
    groups: dict[str, list[int]] = {}
    for index, chart in enumerate(charts):
        groups.setdefault(chart["exercise"], []).append(index)
    return [{"name": name, "charts": numbers} for name, numbers in groups.items()]


def _row(session: SessionRecord) -> dict[str, Any]:
    sides = {side.side: side for side in session.sides}
    return {
        "at": session.recorded_at.strftime("%Y-%m-%dT%H:%M"),
        "day": day_text(session.recorded_at),
        "time": session.recorded_at.strftime("%H:%M"),
        "exercise": session.exercise_name,
        **{side: side_text(sides[side]) if side in sides else "–" for side in ("left", "right")},
        "both": side_text(sides["both"]) if "both" in sides else "",
        "faults": sum(side.faults for side in session.sides),
        "pain": "–" if session.pain is None else f"{session.pain} of 10",
        "note": session.note or "",
        "tests": tests_text(session),
    }
