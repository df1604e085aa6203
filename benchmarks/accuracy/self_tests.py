"""Self-tests on rendered takes whose angles are known: values, and which tries do not count.

    python -m benchmarks accuracy self-tests [TEST ...]

Each take (``groundtruth/takes.py``, the people kept for scoring) is one try of `formcheck test`:
its pose recording goes through the real `SelfTestFlow` and `Session`, and what comes of it into a
history of its own, which is read back. The true value follows the rule of the spec on the true
angles, by arithmetic of its own. Takes of a mistake that breaks the protocol must be kept as not
valid; a value that was not kept as valid is printed, and not judged. Measured with the models that
`formcheck test` takes where `formcheck models fetch heavy` was asked for: full and heavy. Where the
address of heavy cannot be reached, `python -m benchmarks accuracy heavy-model` makes it; where that
cannot, either, full measures alone.
"""

from __future__ import annotations

import dataclasses
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np

from benchmarks.accuracy import heavy_model
from benchmarks.accuracy.program import record_poses
from benchmarks.common import PROGRAM, parser_of, today, write_json
from formcheck.capture.frame import SourceInfo
from formcheck.commands.self_test import kept_tests, measure_name
from formcheck.core.coach.self_test_flow import INTRO_S, SelfTestFlow
from formcheck.core.judge.session import Session
from formcheck.core.spec.exercise import Bound, ExerciseSpec, SelfTestValue
from formcheck.errors import FormcheckError
from formcheck.estimate import models as model_store
from formcheck.history import History
from formcheck.io.poses import PoseRecording, read
from formcheck.io.results import to_json_object
from formcheck.io.specs import load_spec
from groundtruth.build import clip_of, default_cache_dir
from groundtruth.takes import Take, takes
from groundtruth.truth import load_truth

TESTS = ("thomas_test", "tightness_half_kneeling", "weakness_knee_lift", "seated_hold")
WITHIN = {"deg": 5.0, "s": 1.0}
OTHER = {"left": "right", "right": "left"}
DIP_S = 0.5
WAY_S = 1.5
Series = Callable[[str], np.ndarray]


def true_series(arrays: dict[str, np.ndarray], measurement: str, side: str) -> np.ndarray | None:
    """Return the true course of a measurement (N,); None for one that only places the person."""
    names = arrays["angle_names"].tolist()

    def of(name: str) -> np.ndarray:
        return arrays["angles_deg"][:, names.index(f"{name}_deg")].astype(float)

    def elevation(of_side: str) -> np.ndarray:
        # A hugged knee is beyond straight up: it must not come out as far below level.
        return (of(f"thigh_elevation_{of_side}") + 90.0) % 360.0 - 90.0

    if measurement in {"knee_flexion", "thigh_trunk_flexion"}:
        return of(f"{measurement}_{side}")
    if measurement in {"thigh_elevation", "thigh_above_level"}:
        return elevation(side) - (90.0 if measurement == "thigh_above_level" else 0.0)
    if measurement == "thigh_ahead":
        return elevation(side) - elevation(OTHER[side])
    if measurement == "pelvis_drop":
        return of("pelvis_list") * (1 if side == "right" else -1)
    if measurement == "trunk_lean_sagittal":
        return of("trunk_lean_sagittal")
    if measurement == "lumbar_change":
        return of("lumbar_extension")
    return None


def true_value(
    rule: SelfTestValue,
    arrays: dict[str, np.ndarray],
    moves: list[tuple[float, float]],
    still_s: float,
    side: str,
) -> float:
    """Return what the rule of a value comes to on the true angles, within the movements alone.

    The neutral values are those of the second before `still_s`.
    """
    time_s = arrays["time_s"]
    inside = np.zeros(len(time_s), dtype=bool)
    for start_s, end_s in moves:
        inside |= (time_s >= start_s) & (time_s <= end_s)
    before = (time_s < still_s) & (time_s >= still_s - 1.0)

    def course(bound: SelfTestValue | Bound) -> np.ndarray | None:
        whose = OTHER[side] if bound.leg == "other" else side
        values = true_series(arrays, bound.measurement, whose)
        if values is None:
            return None
        relative = bound.relative_to == "neutral" or bound.measurement == "lumbar_change"
        return values - np.nanmedian(values[before]) if relative else values

    values = course(rule)
    assert values is not None
    for bound in rule.when:
        kept = course(bound)
        if kept is not None:
            least = -math.inf if bound.at_least is None else bound.at_least
            most = math.inf if bound.at_most is None else bound.at_most
            inside &= (kept >= least) & (kept <= most)
    windows = []
    for i in np.flatnonzero(inside):
        span = (time_s >= time_s[i]) & (time_s <= time_s[i] + rule.for_s + 1e-6)
        if inside[span].all() and time_s[-1] >= time_s[i] + rule.for_s:
            windows.append(values[span])
    if not windows:
        return math.nan
    if rule.take == "steady":
        return _signed(rule, float(np.median(min(windows, key=np.ptp))))
    if rule.take == "least":
        return _signed(rule, float(min(w.max() for w in windows)))
    greatest = float(max(w.min() for w in windows))
    if rule.take == "greatest":
        return _signed(rule, greatest)
    above = time_s[inside & (values >= rule.share * greatest)]
    breaks = np.flatnonzero(np.diff(above) > DIP_S)
    starts, ends = np.r_[above[0], above[breaks + 1]], np.r_[above[breaks], above[-1]]
    return float((ends - starts).max())


def _signed(rule: SelfTestValue, value: float) -> float:
    return -value if rule.flip else value


def play(spec: ExerciseSpec, recording: PoseRecording, side: str) -> SelfTestFlow:
    """Let the recording be one try: the person waits out the introduction, and then does it."""
    flow = SelfTestFlow(spec, lambda choice: Session(spec, side=choice), sides=(side,), tries=1)  # type: ignore[arg-type]
    first = recording.poses[0]
    step_s = 1 / recording.fps
    for number in range(math.ceil(INTRO_S / step_s) + 1):
        flow.update(dataclasses.replace(first, time_s=number * step_s))
    began_s = (number + 1) * step_s
    for pose in recording.poses:
        if flow.tries:
            break  # they came back from it: the try is over
        flow.update(dataclasses.replace(pose, time_s=pose.time_s + began_s))
    flow.command("quit")
    return flow


def kept_of(
    spec: ExerciseSpec, flow: SelfTestFlow, path: Path
) -> dict[str, tuple[float, bool | None]]:
    """Put the tries into a history and return what it has: value and validity, by measure."""
    tests = kept_tests(flow.tries, None)
    if not tests:
        return {}
    info = SourceInfo("clip", 640, 480, 10.0, None)
    results = to_json_object(flow.tries[-1].summary, info, None)
    path.unlink(missing_ok=True)
    with History(str(path)) as history:
        history.add(
            results, recorded_at=datetime.now().astimezone(), exercise_name=spec.name, tests=tests
        )
        rows = [test for session in history.sessions() for test in session.tests]
    return {row.measure: (row.value, row.valid) for row in rows}


@dataclasses.dataclass
class Score:
    """What came of all takes."""

    errors: dict[str, list[float]] = dataclasses.field(default_factory=dict)
    wrong: list[str] = dataclasses.field(default_factory=list)
    told: int = 0
    breaking: int = 0


def judge(take: Take, clip: Path, recording: PoseRecording, work: Path, score: Score) -> None:
    """Print one take and add it to the score."""
    spec = load_spec(take.motion)
    assert spec.test is not None
    assert take.sides is not None
    side = take.sides[0]
    arrays, events = load_truth(clip.with_name(clip.stem + ".truth.npz"))
    moves = [(m["start_s"], m["end_s"]) for m in (*events["reps"], *events["holds"])]
    # A hold starts where the way there has ended; a short clip begins half a second before it.
    way_s = 0.0 if events["reps"] else WAY_S
    still_s = max(moves[0][0] - way_s, float(arrays["time_s"][0]) + 0.5)
    flow = play(spec, recording, side)
    kept = kept_of(spec, flow, work / "history.sqlite")
    checks = {check.id: check for check in spec.checks}
    # Some takes show a result and no mistake: a thigh that sinks, a pelvis that drops.
    breaks = take.check in checks and checks[take.check].invalidates
    print(f"{take.name}: {len(flow.tries)} tries")
    reasons = {cue for one in flow.tries for r in one.results for cue in r.invalid_because}
    unseen = {what for one in flow.tries for r in one.results for what in r.not_assessed}
    any_valid = any(valid for _, valid in kept.values())
    if breaks:
        score.breaking += 1
        if kept and not any_valid and checks[take.check or ""].cue in reasons:
            score.told += 1
        else:
            score.wrong.append(f"{take.name}: kept as valid" if any_valid else f"{take.name}: -")
    elif not any_valid:
        score.wrong.append(f"{take.name}: no valid value")
    for rule in spec.test.values:
        result = next((r for one in flow.tries for r in one.results if r.id == rule.id), None)
        true = true_value(rule, arrays, moves, still_s, side)
        if result is None:
            print(f"  {rule.id}: nothing, true {true:.1f}")
            continue
        value, valid = kept.get(measure_name(result.id, result.unit), (math.nan, False))
        off = value - true
        print(f"  {rule.id}: {value:.1f}, true {true:.1f} {result.unit} ({off:+.1f}), {valid=}")
        if valid and not breaks and not math.isnan(off):
            score.errors.setdefault(result.unit, []).append(off)
            if abs(off) > WITHIN[result.unit]:
                score.wrong.append(f"{take.name}: {rule.id} off by {off:+.1f} {result.unit}")
    if reasons or unseen:
        print(f"  does not count: {sorted(reasons)}; not assessed: {sorted(unseen)}")


def with_heavy() -> str:
    """Return the name of the models for self-tests, after heavy was fetched, or else made."""
    for way in (lambda: model_store.load("heavy"), heavy_model.make):
        try:
            way()
            break
        except (FormcheckError, OSError, subprocess.CalledProcessError) as problem:
            print(problem, file=sys.stderr)
    return model_store.name_for(self_test=True)


def main(argv: list[str] | None = None) -> None:
    parser = parser_of(__doc__)
    parser.add_argument("tests", nargs="*", default=list(TESTS), metavar="TEST")
    parser.add_argument("--cache", type=Path, default=default_cache_dir(), help="Rendered clips.")
    parser.add_argument("--people", choices=("score", "tune"), default="score")
    parser.add_argument("--model", help="By default as said above.")
    given = parser.parse_args(argv)
    model = given.model or with_heavy()
    score, missing = Score(), 0
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FORMCHECK_HISTORY"] = str(Path(folder) / "history.sqlite")
        for name in given.tests:
            for take in takes(name):
                if given.people not in take.subsets:
                    continue
                clip = clip_of(take, given.cache)
                if not (clip.path.is_file() and clip.truth_path.is_file()):
                    missing += 1
                    continue
                poses = record_poses(clip, given.cache, PROGRAM, model)
                judge(take, clip.path, read(poses), Path(folder), score)
    print(f"model: {model}")
    for unit, errors in score.errors.items():
        sizes = np.abs(errors)
        print(
            f"values in {unit}: {len(sizes)}, mean error {sizes.mean():.1f}, largest "
            f"{sizes.max():.1f}, {(sizes > WITHIN[unit]).sum()} beyond {WITHIN[unit]:g}"
        )
    print(f"tries that broke the protocol: {score.told} of {score.breaking} told and not valid")
    print("\n".join(score.wrong))
    figures = {
        "date": today(),
        "model": model,
        "errors": score.errors,
        "broken_told": score.told,
        "broken": score.breaking,
        "wrong": score.wrong,
        "not_rendered": missing,
    }
    write_json(given.json, figures)
    if missing:
        print(f"{missing} takes are not rendered: python -m groundtruth.build --subset TEST")
