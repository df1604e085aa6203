"""What each number of the leg tracker contributes: which results change with it.

    python -m benchmarks ablation [CONSTANT ...] [--people FOLDER] [--json FILE]

Each constant is scaled by 0.7 and by 1.4. Each recording of `tests/golden`, and with ``--people``
each of a folder that has ``labels.json`` and ``landmarks/*.npz``, is tracked with it as it is and
scaled. Where knees or ankles then lie elsewhere, have the other leg's name or are refused in any
frame, the recording is judged again under its exercise, and compared: counts, holds, faults. Where
they do not, nothing that follows can differ. A constant is a name of `formcheck.core.body`, or
``NAME=VALUE`` to try one value instead of the two scales (one that turns a rule off, say); without
any, those that change the fewest results.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from unittest import mock

import numpy as np

from benchmarks.common import machine, parser_of, write_json
from benchmarks.freeze import golden, people
from formcheck.core.body.tracker import Tracker
from formcheck.core.judge.session import Session
from formcheck.core.judge.summary import Summary
from formcheck.core.pose import Landmark, Pose
from formcheck.errors import FormcheckError
from formcheck.io.poses import read
from formcheck.io.specs import load_spec

LEAST = (
    "BACK_S",
    "NEAR",
    "STEADY",
    "KNEES_APART",
    "COAST_S",
    "CHANGE_COST_AFTER_MERGE",
    "EXCHANGED_COST_PER_S",
    "FORGET_S",
    "ON_FLOOR",
)
SCALES = (0.7, 1.4)
ROOM = "formcheck.core.body."
_LEFT = [Landmark.LEFT_KNEE, Landmark.LEFT_ANKLE]
_RIGHT = [Landmark.RIGHT_KNEE, Landmark.RIGHT_ANKLE]


@dataclass
class Recording:
    """Poses, what they are judged under, and what the program as it is makes of them."""

    poses: list[Pose]
    exercises: list[str]
    legs: np.ndarray = field(default_factory=lambda: np.empty(0))
    summaries: dict[str, Summary] = field(default_factory=dict)


@dataclass
class Change:
    """What another value of a constant changes.

    Attributes
    ----------
    frames : int
        Frames whose knees or ankles lie elsewhere, have the other leg's name or are refused.
    swapped : int
        Of these, frames in which left and right leg are exchanged.
    recordings : int
        Recordings that have such frames.
    counts, holds, faults : list of str
        Results (recording under an exercise) that differ in these.
    """

    frames: int = 0
    swapped: int = 0
    recordings: int = 0
    counts: list[str] = field(default_factory=list)
    holds: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def legs_of(poses: Sequence[Pose]) -> np.ndarray:
    """Return knees and ankles after tracking: x, y, visibility (frames, 4, 3), left leg first."""
    tracker = Tracker()
    tracked = [tracker.update(pose).pose.landmarks for pose in poses]
    return np.array([marks[_LEFT + _RIGHT][:, [0, 1, 3]] for marks in tracked])


def judged(poses: Sequence[Pose], exercise: str) -> Summary:
    """Return the summary of a recording under an exercise."""
    session = Session(load_spec(exercise))
    for pose in poses:
        session.update(pose)
    return session.finish()


@contextmanager
def replaced(name: str, value: float) -> Iterator[None]:
    """Give a constant another value in every module of the room that has it."""
    with ExitStack() as stack:
        for module in _modules_with(name):
            stack.enter_context(mock.patch.object(module, name, value))
        yield


def _modules_with(name: str) -> list[ModuleType]:
    modules = [m for key, m in sys.modules.items() if key.startswith(ROOM) and hasattr(m, name)]
    if not modules:
        raise ValueError(f"'{name}' is no constant of {ROOM[:-1]}")
    return modules


def trials(words: Sequence[str]) -> Iterator[tuple[str, str, float]]:
    """Yield what is tried: the constant's name, how it is written, and its value."""
    for word in words:
        name, given, value = word.partition("=")
        now = getattr(_modules_with(name)[0], name)
        if given:
            yield name, f"= {value}", float(value)
        else:
            yield from ((name, f"x {scale}", scale * now) for scale in SCALES)


def recordings(folder: Path | None) -> dict[str, Recording]:
    """Read every recording once, with all exercises it is judged under."""
    found: dict[str, Recording] = {}
    for _, path, exercise in [*golden(), *(people(folder) if folder else ())]:
        if path.name not in found:
            try:
                found[path.name] = Recording(list(read(path)), [])
            except FormcheckError:
                continue
        found[path.name].exercises.append(exercise)
    return found


def compare(recording: Recording, name: str, into: Change) -> None:
    """Track a recording again, and judge it again where its legs differ."""
    legs, before = legs_of(recording.poses), recording.legs
    differ = ~((legs == before) | (np.isnan(legs) & np.isnan(before))).all(axis=(1, 2))
    if not differ.any():
        return
    into.recordings += 1
    into.frames += int(differ.sum())
    into.swapped += int((differ & (legs == before[:, [2, 3, 0, 1]]).all(axis=(1, 2))).sum())
    for exercise in recording.exercises:
        was, now = recording.summaries[exercise], judged(recording.poses, exercise)
        label = f"{name} as {exercise}"
        if (was.totals.reps, was.totals.attempts) != (now.totals.reps, now.totals.attempts):
            into.counts.append(label)
        if was.holds != now.holds:
            into.holds.append(label)
        if [(f.check, f.side, f.start_s) for f in was.faults] != [
            (f.check, f.side, f.start_s) for f in now.faults
        ]:
            into.faults.append(label)


def main(argv: Sequence[str] | None = None) -> int:
    """Try each value, compare, and show a line for it."""
    parser = parser_of(__doc__)
    parser.add_argument("constants", nargs="*", metavar="CONSTANT[=VALUE]", default=list(LEAST))
    parser.add_argument("--people", type=Path, metavar="FOLDER", help="recordings of real people")
    args = parser.parse_args(argv)
    todo = list(trials(args.constants))
    found = recordings(args.people)
    for recording in found.values():
        recording.legs = legs_of(recording.poses)
        recording.summaries = {name: judged(recording.poses, name) for name in recording.exercises}
    total = sum(len(recording.poses) for recording in found.values())
    results = sum(len(recording.exercises) for recording in found.values())
    print(f"{len(found)} recordings, {total} frames, {results} results")
    print(f"{'constant':<24} tried    frames swapped recordings | results: counts holds faults")
    rows = []
    for name, how, value in todo:
        change = Change()
        with replaced(name, value):
            for label, recording in found.items():
                compare(recording, label, change)
        print(
            f"{name:<24} {how:<7} {change.frames:7} {change.swapped:7} {change.recordings:10} "
            f"| {len(change.counts):15} {len(change.holds):5} {len(change.faults):6}",
            flush=True,
        )
        rows.append({"constant": name, "tried": how, "value": value, **vars(change)})
    write_json(
        args.json,
        {
            **machine(),
            "recordings": len(found),
            "frames": total,
            "results": results,
            "constants": rows,
        },
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
