"""Counts and faults on recordings of real people whose repetitions were counted by eye.

The folder holds `labels.json` and `landmarks/NAME.npz` (pose recordings); neither is part of the
project.  A label says the exercise, the view (side, oblique, front, mixed) and the count by eye:

    "march": {"exercise": "standing_march", "view": "side", "count": {"left": 3, "right": 3}}

Positives: each recording under its own exercise.  Exact where repetitions and attempts together are
the count by eye (left and right too, where the label has them), or another total that is right as
well (`also_ok`: a clip that is cut at an edge); holds within a second.  Negatives (exercise "-"):
each recording under every exercise of the library; nothing may be counted, attempted, held for
longer than a second or reported as a fault, but for what the label calls `alike`.

    python -m benchmarks people --folder ../recordings --json people.json
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.common import parser_of, today, wilson, write_json
from formcheck.core.judge.session import Session
from formcheck.core.judge.summary import Summary
from formcheck.core.pose import Pose
from formcheck.errors import FormcheckError
from formcheck.io.poses import read
from formcheck.io.specs import load_spec, spec_paths

VIEWS = ("side", "oblique", "front", "mixed", "other")
HOLD_SLACK_S = 1.0
"""A hold is exact within this, and what was held for less in a negative is nothing."""
Z_95 = 1.96


@dataclass(frozen=True)
class Label:
    """What one recording shows."""

    name: str
    exercise: str
    view: str
    count: dict[str, float]
    also_ok: tuple[int, ...] = ()
    alike: frozenset[str] = frozenset()
    negative_for: tuple[str, ...] = ()
    is_negative: bool = False


@dataclass
class Tally:
    """How many recordings there are, are exact and are off by at most one."""

    recordings: int = 0
    exact: int = 0
    within_one: int = 0
    missed: list[str] = field(default_factory=list)


def labels_of(path: Path) -> Iterator[Label]:
    """Yield what `labels.json` says."""
    for name, said in json.loads(path.read_text(encoding="utf-8")).items():
        count = {k: v for k, v in (said.get("count") or {}).items() if not isinstance(v, str)}
        exercise = said["exercise"]
        yield Label(
            name,
            exercise,
            said["view"],
            count,
            tuple(said.get("also_ok") or ()),
            frozenset(said.get("alike", ())),
            tuple(said.get("negative_for", ())),
            exercise == "-" or ("NEGATIVE" in said.get("note", "") and not count),
        )


def library() -> list[str]:
    """Return the exercises that count or hold; of variants (an id that goes on) the plain one."""
    names = [name for name in spec_paths() if load_spec(name).kind in ("reps", "hold")]
    return [n for n in names if not any(n.startswith(f"{other}_") for other in names)]


def summary_of(poses: Iterable[Pose], exercise: str) -> Summary:
    """Return what the program says about a recording."""
    session = Session(load_spec(exercise))
    for pose in poses:
        session.update(pose)
    return session.finish()


def lifts_of(summary: Summary) -> dict[str, int]:
    """Return repetitions and attempts together, by side."""
    totals = summary.totals
    return {side: n + totals.attempts.get(side, 0) for side, n in totals.reps.items()}


def judged(label: Label, summary: Summary) -> tuple[bool, bool] | None:
    """Return whether a count is exact, and within one; None where none is asked for."""
    if not label.count:
        return None
    if "hold_s" in label.count and load_spec(label.exercise).kind == "hold":
        off_s = abs(sum(summary.totals.hold_s.values()) - label.count["hold_s"])
        return off_s <= HOLD_SLACK_S, off_s <= 2 * HOLD_SLACK_S
    lifts = lifts_of(summary)
    total = sum(lifts.values())
    asked = sum(n for key, n in label.count.items() if key != "hold_s")
    exact = total == asked or total in label.also_ok
    if exact and not label.also_ok and "left" in label.count and "left" in lifts:
        exact = all(lifts[side] == label.count.get(side, 0) for side in ("left", "right"))
    return exact, abs(total - asked) <= 1 or total in label.also_ok


def faults_of(summary: Summary) -> list[dict[str, Any]]:
    """Return the faults, to be looked at in the recording."""
    return [
        {
            "check": f.check,
            "side": f.side,
            "start_s": round(f.start_s, 2),
            "end_s": round(f.end_s, 2),
            "worst": round(f.worst, 2),
        }
        for f in summary.faults
        if f.severity == "fault"
    ]


def said_of(summary: Summary) -> dict[str, Any]:
    """Return what was said, as it is written down."""
    totals = summary.totals
    return {
        "reps": dict(totals.reps),
        "attempts": dict(totals.attempts),
        "hold_s": {side: round(s, 1) for side, s in totals.hold_s.items()},
        "faults": faults_of(summary),
    }


def wrongly_said(poses: list[Pose], label: Label, exercises: Iterable[str]) -> dict[str, Any]:
    """Return, by exercise, what was said of somebody who does none of them."""
    wrong = {}
    for exercise in label.negative_for or exercises:
        if exercise in label.alike:
            continue
        summary = summary_of(poses, exercise)
        said = said_of(summary)
        counted = sum(lifts_of(summary).values())
        if counted or said["faults"] or sum(said["hold_s"].values()) > HOLD_SLACK_S:
            wrong[exercise] = said
    return wrong


def table(head: str, tallies: dict[str, Tally]) -> list[str]:
    """Return a Markdown table of tallies."""
    lines = [
        f"| {head} | recordings | exact | 95 % interval | within one |",
        "|---|---|---|---|---|",
    ]
    for name, t in tallies.items():
        low, high = wilson(t.exact, t.recordings)
        share = 100 * t.exact / t.recordings
        lines.append(
            f"| {name} | {t.recordings} | {t.exact} ({share:.0f} %) | "
            f"{100 * low:.0f}–{100 * high:.0f} % | {t.within_one} |"
        )
    return lines


def report(figures: dict[str, Any]) -> str:
    """Return the figures as a page in Markdown."""
    by_view: dict[str, Tally] = defaultdict(Tally)
    by_exercise: dict[str, Tally] = defaultdict(Tally)
    everything = Tally()
    for row in figures["positives"]:
        if row["exact"] is None:
            continue
        for t in (by_view[row["view"]], by_exercise[row["exercise"]], everything):
            t.recordings += 1
            t.exact += row["exact"]
            t.within_one += row["within_one"]
    views = {view: by_view[view] for view in VIEWS if view in by_view} | {"all": everything}
    negatives = figures["negatives"]
    wrong = [row for row in negatives if row["said"]]
    low, high = wilson(len(wrong), len(negatives))
    lines = [
        "# Real people",
        "",
        f"{figures['date']}; {everything.recordings} recordings counted by eye, "
        f"{len(negatives)} of people who do something else.",
        "",
        *table("view", views),
        "",
        *table("exercise", dict(sorted(by_exercise.items()))),
        "",
        f"Negatives: in {len(wrong)} of {len(negatives)} recordings "
        f"(95 % interval {100 * low:.0f}–{100 * high:.0f} %) something was counted, held or "
        "reported as a fault under some exercise.",
        "",
    ]
    for row in wrong:
        said = "; ".join(
            f"{exercise}: {sum(s['reps'].values())} reps, {sum(s['attempts'].values())} attempts, "
            f"{sum(s['hold_s'].values()):.0f} s, "
            f"{', '.join(sorted({f['check'] for f in s['faults']})) or 'no faults'}"
            for exercise, s in row["said"].items()
        )
        lines.append(f"- {row['name']}: {said}")
    for row in figures["unread"]:
        lines.append(f"- {row['name']} could not be read: {row['reason']}")
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> int:
    """Score the recordings of a folder and print a page in Markdown."""
    parser = parser_of(__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="labels.json and landmarks/")
    parser.add_argument("--only", default="", metavar="TEXT", help="recordings named like this")
    parser.add_argument("--no-negatives", action="store_true", help="leave these out")
    options = parser.parse_args(argv)
    exercises = library()
    figures: dict[str, Any] = {"date": today(), "positives": [], "negatives": [], "unread": []}
    for label in labels_of(options.folder / "labels.json"):
        path = options.folder / "landmarks" / f"{label.name}.npz"
        if options.only not in label.name or not path.exists():
            continue
        if label.is_negative and options.no_negatives:
            continue
        try:
            poses = list(read(path))
        except FormcheckError as error:
            figures["unread"].append({"name": label.name, "reason": str(error)})
            continue
        if label.is_negative:
            said = wrongly_said(poses, label, exercises)
            figures["negatives"].append({"name": label.name, "said": said})
            print(f"{'WRONG' if said else 'quiet'} {label.name}", file=sys.stderr, flush=True)
            continue
        summary = summary_of(poses, label.exercise)
        verdict = judged(label, summary)
        row = {
            "name": label.name,
            "exercise": label.exercise,
            "view": label.view,
            "counted_by_eye": label.count,
            "said": said_of(summary),
            "exact": verdict and verdict[0],
            "within_one": verdict and verdict[1],
        }
        figures["positives"].append(row)
        if verdict is not None:
            word = "exact" if verdict[0] else "WRONG"
            print(f"{word} {label.name}: {lifts_of(summary)}", file=sys.stderr, flush=True)
    print(report(figures))
    write_json(options.json, figures)
    return 0
