"""How much of an exercise is to be done, in words: short for the screen, whole for a page."""

from __future__ import annotations

from formcheck.core.formatting import count_text
from formcheck.core.messages import Messages
from formcheck.core.spec.exercise import ExerciseSpec


def short_dose(spec: ExerciseSpec, words: Messages) -> str:
    """Return the dose for the screen: ``3 × 10 each side``, ``2 × 45–60 s each side``."""
    dose = spec.dose
    if dose.reps is not None:
        much = words.counted_reps(dose.reps) if dose.sets == 1 else f"{dose.reps}"
    elif dose.hold_s is not None:
        much = f"{_span(dose.hold_s)} {words.seconds}"
    elif dose.duration_s is not None:
        seconds = dose.duration_s[0] if isinstance(dose.duration_s, tuple) else dose.duration_s
        whole_minutes = seconds >= 60 and seconds % 30 == 0
        much = f"{seconds:g} {words.seconds}"
        if whole_minutes:
            much = words.minutes.format(count=f"{seconds / 60:g}")
    else:
        return ""
    text = f"{dose.sets} × {much}" if dose.sets > 1 else much
    one_each = spec.sides != "both" and (dose.per == "side" or spec.kind == "hold")
    return f"{text} {words.each_side}" if one_each else text


def whole_dose(spec: ExerciseSpec) -> str:
    """Return the dose for a page, e.g. ``3 sets of 10 reps a side, each held 3–5 s``."""
    dose = spec.dose
    per = " a side" if dose.per == "side" else ""
    if spec.kind == "test":
        return "measured on each side" if spec.sides != "both" else "measured"
    sets = count_text(dose.sets, "set")
    hold = _time(dose.hold_s)
    if spec.kind == "timed":
        return f"{sets} of {_time(dose.duration_s)}{per}"
    if dose.reps:
        text = f"{sets} of {count_text(dose.reps, 'rep')}{per}"
        return f"{text}, each held {hold}" if hold else text
    return f"{sets} of {hold} held{per}" if hold else sets + per


def _time(seconds: float | tuple[float, float] | None) -> str:
    """Return a time or a span of time, in minutes where it is whole minutes."""
    if seconds is None:
        return ""
    ends = seconds if isinstance(seconds, tuple) else (seconds,)
    if any(ends) and not any(end % 60 for end in ends):
        return f"{_span(seconds, 60)} min"
    return f"{_span(seconds)} s"


def _span(seconds: float | tuple[float, float], unit_s: float = 1) -> str:
    ends = seconds if isinstance(seconds, tuple) else (seconds,)
    return "–".join(f"{end / unit_s:g}" for end in ends)
