"""What all sets of an exercise come to, in the few lines shown at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from formcheck.core.judge.summary import Summary
from formcheck.core.messages import Messages
from formcheck.core.spec.exercise import ExerciseSpec


def summary_lines(spec: ExerciseSpec, summaries: Sequence[Summary], words: Messages) -> list[str]:
    """Return the few lines shown at the end: what was done, what was missed, what to correct."""
    reps: Counter[str] = Counter()
    held: Counter[str] = Counter()
    attempts: Counter[str] = Counter()
    cues: Counter[str] = Counter()
    for summary in summaries:
        reps.update(summary.totals.reps)
        attempts.update(summary.totals.attempts)
        for side, seconds in summary.totals.hold_s.items():
            held[side] += round(seconds)
        cues.update(fault.cue for fault in summary.faults if fault.severity != "info")
    sides = list(reps)
    if spec.kind in {"timed", "test"}:
        done = []
    elif spec.kind == "hold":
        done = [words.held.format(side=words.side(s), seconds=held[s]).strip() for s in sides]
    else:
        done = [f"{words.side(s)} {words.counted_reps(reps[s])}".strip() for s in sides]
    lines = [words.phrase(", ".join(done))] if done else []
    if sum(attempts.values()):
        lines.append(words.not_full.format(count=sum(attempts.values())))
    for cue, count in cues.most_common(3):
        lines.append(words.times.format(count=count, cue=words.phrase(cue)))
    if not cues and any(reps.values() or held.values()):
        lines.append(words.no_faults)
    return lines
