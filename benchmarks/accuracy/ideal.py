"""Every take of the library as ideal landmarks: what spec and script mean must agree.

Nothing is rendered and no model runs: the true joints of a performance are projected through
its camera and given to the session as landmarks, with a little noise.  That takes a second or
two a take and finds out whether a spec and a motion script mean the same; it says nothing
about what MediaPipe makes of the picture (for that: ``accuracy.py``), and nothing about the
outline of the back, of which there is none here.

What was performed is kept beside the rendered clips, so that a changed spec is tried again in a
moment; a changed motion script is performed again.

    python -m benchmarks accuracy ideal [--fps 6] [PART OF A TAKE'S NAME ...]
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.accuracy.comparing import count_by_side, match_faults
from benchmarks.common import parser_of, today, write_json
from formcheck.core.judge.session import Session
from formcheck.core.judge.summary import Summary
from formcheck.core.pose import Pose
from formcheck.core.trial.model_landmarks import as_the_model_sees
from formcheck.io.specs import load_spec
from groundtruth.body import PosedBody, load_body
from groundtruth.build import default_cache_dir, events_of, take_hash, with_true_holds
from groundtruth.cameras import Camera, camera
from groundtruth.takes import Take, takes
from groundtruth.truth import JOINT_NAMES, TruthTrack

NOISE_PX = 0.7
"""Standard deviation of the noise on each landmark."""
HOLD_SLACK_S = 0.3
OF_THE_BACK = frozenset({"pelvis_tilt_change", "lumbar_change"})
"""Measurements that need the outline of the trunk."""
FITTED = frozenset({"pelvis_drop"})
"""Measurements fitted to what the model under-reads: wrong on true joints."""
VIEWS = {"side": "side", "front": "front", "oblique": "oblique30"}
LANDMARKS = {
    **{11 + i: f"shoulder_{side}" for i, side in enumerate(("left", "right"))},
    **{13 + i: f"elbow_{side}" for i, side in enumerate(("left", "right"))},
    **{15 + i: f"wrist_{side}" for i, side in enumerate(("left", "right"))},
    **{23 + i: f"hip_{side}" for i, side in enumerate(("left", "right"))},
    **{25 + i: f"knee_{side}" for i, side in enumerate(("left", "right"))},
    **{27 + i: f"ankle_{side}" for i, side in enumerate(("left", "right"))},
    **{31 + i: f"toe_{side}" for i, side in enumerate(("left", "right"))},
}


def camera_of(take: Take) -> Camera:
    """Return the camera of a take (the renderer's own module needs OpenGL)."""
    width_px, height_px = take.size_px
    return camera(
        VIEWS[take.view],
        take.camera,
        distance_m=take.distance_m,
        width_px=width_px,
        height_px=height_px,
    )


def points_of(posed: PosedBody) -> np.ndarray:
    """Return the 33 landmarks of a posed body in the room, (33, 3) metres."""
    joints = posed.joints
    points = np.zeros((33, 3))
    for number, name in LANDMARKS.items():
        points[number] = joints[name]
    head = joints["head"] + 0.5 * (joints["head"] - joints["neck"])
    to_left = joints["shoulder_left"] - joints["shoulder_right"]
    to_left /= np.linalg.norm(to_left)
    points[:11] = head
    points[7], points[8] = head + 0.07 * to_left, head - 0.07 * to_left
    for i, side in enumerate(("left", "right")):
        ankle, shank = joints[f"ankle_{side}"], joints[f"ankle_{side}"] - joints[f"knee_{side}"]
        back = ankle - joints[f"toe_{side}"]
        points[29 + i] = ankle + 0.25 * back + 0.06 * shank / np.linalg.norm(shank)
        points[[17 + i, 19 + i, 21 + i]] = joints[f"wrist_{side}"]
    return points


def ideal_pose(
    posed: PosedBody, seen_by: Camera, time_s: float, size_px: tuple[int, int], noise: np.ndarray
) -> Pose:
    """Return the pose that a perfect model would see; `noise` is (33, 2) pixels."""
    points = points_of(posed)
    landmarks = np.ones((33, 4))
    landmarks[:, :2] = (seen_by.project(points)[:, :2] + noise) / np.array(size_px)
    outside = ((landmarks[:, :2] < 0) | (landmarks[:, :2] > 1)).any(axis=1)
    if outside.mean() > 0.6:
        return Pose(time_s, size_px, np.full((33, 4), np.nan), np.full((33, 3), np.nan))
    local = (points - (points[23] + points[24]) / 2) @ seen_by.axes().T
    world = local * np.array([1.0, -1.0, -1.0])
    return Pose(time_s, size_px, landmarks, world)


@dataclass(frozen=True)
class Performed:
    """A take as a perfect model would see it, and what is true of it."""

    poses: list[Pose]
    truth: dict[str, np.ndarray]
    events: dict[str, Any]


def performed(take: Take, cache_dir: Path, fps: float | None = None) -> Performed:
    """Return a take performed, from the cache where it is there."""
    take = replace(take, fps=min(take.fps, fps or take.fps))
    path = cache_dir / "ideal" / f"{take.name}-{take_hash(take)}.npz"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = path.with_name("part-" + path.name)
        np.savez_compressed(scratch, **_perform(take))
        scratch.replace(path)
    with np.load(path) as stored:
        arrays = {name: stored[name] for name in stored.files}
    landmarks, world = arrays.pop("landmarks"), arrays.pop("world")
    poses = [
        as_the_model_sees(Pose(float(time_s), take.size_px, *points))
        for time_s, *points in zip(arrays["time_s"], landmarks, world, strict=True)
    ]
    events = json.loads(str(arrays["events"]))
    return Performed(poses, arrays, with_true_holds(arrays, events, take))


def _perform(take: Take) -> dict[str, np.ndarray]:
    performance = take.perform(load_body(take.body))
    seen_by, rng = camera_of(take), np.random.default_rng(take.manner.seed)
    track = TruthTrack(take.size_px)
    poses = []
    for number in range(int(performance.duration_s * take.fps)):
        time_s = number / take.fps
        posed = performance.posed_at(time_s)
        joints = np.array([posed.joints[name] for name in JOINT_NAMES])
        track.add(time_s, posed, seen_by.project(joints)[:, :2])
        noise = rng.normal(0.0, NOISE_PX, (33, 2))
        poses.append(ideal_pose(posed, seen_by, time_s, take.size_px, noise))
    arrays = track.arrays(events_of(take, performance))
    arrays["landmarks"] = np.array([pose.landmarks for pose in poses])
    arrays["world"] = np.array([pose.world for pose in poses])
    return arrays


def summary_of(take: Take, done: Performed) -> Summary:
    """Return what the program says about a take."""
    session = Session(load_spec(take.exercise))
    for pose in done.poses:
        session.update(pose)
    return session.finish()


def differences(take: Take, summary: Summary, events: dict[str, Any]) -> Iterator[str]:
    """Yield what was said and is not true, or the other way round."""
    spec = load_spec(take.exercise)
    if spec.kind == "reps":
        for kind, said in (("rep", summary.totals.reps), ("attempt", summary.totals.attempts)):
            true = count_by_side(rep for rep in events["reps"] if rep["counts"] == kind)
            counted = {side: n for side, n in said.items() if n}
            if counted != true:
                yield f"{kind}s {counted} instead of {true}"
    if spec.kind == "hold":
        said_s = [round(hold.hold_s, 1) for hold in summary.holds]
        true_s = [round(hold["hold_s"], 1) for hold in events["holds"]]
        apart = [abs(a - b) > HOLD_SLACK_S for a, b in zip(said_s, true_s, strict=False)]
        if len(said_s) != len(true_s) or any(apart):
            yield f"held {said_s} s instead of {true_s} s"
    blind = {c.id for c in spec.checks if c.measurement in OF_THE_BACK | FITTED}
    faults = [
        {"check": f.check, "side": f.side, "start_s": f.start_s, "end_s": f.end_s}
        for f in summary.faults
        if f.check not in blind
    ]
    _, alarms, missed = match_faults(faults, events["faults"], take.forgiven)
    checked = {check.id for check in spec.checks} - blind
    for word, items in (("false", alarms), ("missed", missed)):
        for item in items:
            if item["check"] in checked:
                span = f"{item['start_s']:.1f}-{item['end_s']:.1f} s"
                yield f"{word}: {item['check']} {item['side']} {span}"


def main(argv: list[str] | None = None) -> int:
    """Print a line for each take, and what differs."""
    parser = parser_of(__doc__)
    parser.add_argument("names", nargs="*", help="parts of the takes' names")
    parser.add_argument("--bodies", choices=("score", "tune"), default="tune")
    parser.add_argument("--fps", type=float, help="at most so many frames a second")
    parser.add_argument("--cache", type=Path, default=default_cache_dir())
    options = parser.parse_args(argv)
    chosen = [
        take
        for take in takes("library")
        if options.bodies in take.subsets
        and load_spec(take.exercise).kind != "timed"
        and (not options.names or any(name in take.name for name in options.names))
    ]
    rows = []
    for take in chosen:
        done = performed(take, options.cache, options.fps)
        found = list(differences(take, summary_of(take, done), done.events))
        rows.append({"take": take.name, "differs": found})
        print(f"{'differs' if found else 'agrees '} {take.name}", flush=True)
        for line in found:
            print(f"          {line}", flush=True)
    good = sum(not row["differs"] for row in rows)
    print(f"{good} of {len(chosen)} takes agree")
    write_json(options.json, {"date": today(), "agree": good, "takes": rows})
    return 0
