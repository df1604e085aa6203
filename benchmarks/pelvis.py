"""How well are pelvic tilt and lumbar curve measured?  Fitted on some people, scored on others.

Every body rocks its pelvis over -20..+20 degrees, standing, half-kneeling and lying, straight to
the camera and turned by 8 degrees, leaning, with lifted legs, moving hips, and in loose shirts.
The landmarks and outlines that MediaPipe gives are kept in a cache; the program's own
`formcheck.pelvis` then reads them as it would read a recording.

    python benchmarks/pelvis.py --model pose_landmarker.task --json pelvis.json
    python benchmarks/pelvis.py --model pose_landmarker.task --fit    # prints pelvis_fit's numbers

The figures are optimistic (no cloth physics, no breathing belly, a tidy room): they compare
versions of a program with each other, they are not clinical accuracy.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import sys
import warnings
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from formcheck import measurements, pelvis
from formcheck.back_contour import LENGTH
from formcheck.pelvis_fit import ANTERIOR_TENTHS, POSTERIOR_TENTHS, Posture
from formcheck.pose import Pose
from formcheck.tracking import Tracker

TUNING, SCORING = ("b1", "b3", "b5", "b7"), ("b2", "b4", "b6", "b8")
FRAMES, NEUTRAL_FRAMES, STEP_S = 36, 6, 0.066
SIZE_PX = (640, 480)
AMPLITUDE_DEG = 20.0
ANTERIOR_USED: dict[Posture, tuple[float, ...]] = {
    "standing": (0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
    "kneeling": (0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
    # Arms that point up, as in a dead bug, begin above 0.7.
    "lying_arms_up": (0.4, 0.5, 0.6, 0.7),
    "lying": (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
}
RIDGE, NUISANCE = 1e-5, 0.3


@dataclass(frozen=True)
class Sequence:
    """One way of filming a rocking pelvis.

    `legs`: "near"/"far" (that thigh is lifted), "hips" (rear hip moves 0-20 degrees), "one" (one
    leg lowered from tabletop), "both" (both straight legs lowered).
    """

    name: str
    yaw_deg: float = 0.0
    lean_deg: float = 0.0
    lumbar_per_tilt: float = 1.4
    look: str | None = None
    legs: str | None = None
    rear: str = "near"
    arms_up: bool = False


SEQUENCES = {
    "standing": (
        Sequence("straight"),
        Sequence("yaw", yaw_deg=8),
        Sequence("yaw_lean", yaw_deg=-8, lean_deg=5),
        Sequence("lean_less_lumbar", lean_deg=-5, lumbar_per_tilt=1.0),
        Sequence("loose_50", look="loose_blue_shirt"),
        Sequence("loose_80", look="loose_yellow_shirt"),
        Sequence("march_near", legs="near"),
        Sequence("march_far", legs="far"),
        Sequence("march_near_yaw_less_lumbar", yaw_deg=8, lumbar_per_tilt=1.0, legs="near"),
    ),
    "half_kneeling": (
        Sequence("straight"),
        Sequence("yaw_hips", yaw_deg=8, legs="hips"),
        Sequence("yaw_lean_hips", yaw_deg=-8, lean_deg=5, legs="hips"),
        Sequence("lean_hips_less_lumbar", lean_deg=-5, lumbar_per_tilt=1.0, legs="hips"),
        Sequence("loose_50_hips", look="loose_blue_shirt", legs="hips"),
        Sequence("loose_80_hips", look="loose_yellow_shirt", legs="hips"),
        Sequence("hips", legs="hips"),
        Sequence("hips_rear_far", legs="hips", rear="far"),
    ),
    "supine": (
        Sequence("straight"),
        Sequence("yaw", yaw_deg=8),
        Sequence("yaw_other_way", yaw_deg=-8),
        Sequence("less_lumbar", lumbar_per_tilt=1.0),
        Sequence("loose_50", look="loose_blue_shirt"),
        Sequence("loose_80", look="loose_yellow_shirt"),
        Sequence("both_legs_lowered", legs="both"),
        Sequence("both_legs_lowered_yaw", yaw_deg=8, legs="both"),
        Sequence("arms_up", arms_up=True),
        Sequence("dead_bug", legs="one", arms_up=True),
        Sequence("dead_bug_yaw_less_lumbar", 8, lumbar_per_tilt=1.0, legs="one", arms_up=True),
    ),
    # Pelvic list (hip drop) from the front: the figure called tilt is then the list.
    "front": (
        Sequence("two_legs"),
        Sequence("on_one_leg", legs="near"),
        Sequence("on_the_other_leg_yaw", yaw_deg=8, legs="far"),
    ),
}


# -- what is filmed ----------------------------------------------------------------------------


def posed_at(body: Any, position: str, sequence: Sequence, tilt_deg: float) -> Any:
    """Return a body with one tilt of the pelvis, for pictures; the left side is near."""
    return posed(body, position, sequence, 0, "left", tilt_deg)


def posed(  # noqa: PLR0917
    body: Any, position: str, sequence: Sequence, frame: int, near: str, tilt_deg: float = 0.0
) -> Any:
    """Return the posed body of one frame; `tilt_deg` is that of the first, neutral frames."""
    from groundtruth.joint_angles import JointAngles, Placement, tilt_pelvis

    far = "right" if near == "left" else "left"
    heading = (0.0 if near == "left" else 180.0) + sequence.yaw_deg
    share = (frame - NEUTRAL_FRAMES) / (FRAMES - NEUTRAL_FRAMES)
    moving = frame >= NEUTRAL_FRAMES
    if position == "front":
        return body.pose(*_listing(sequence, share if moving else None))
    tilt = AMPLITUDE_DEG * math.sin(3 * math.pi * share) if moving else tilt_deg

    def rise(turns: float) -> float:
        return 0.5 - 0.5 * math.cos(2 * math.pi * turns * share) if moving else 0.0

    stand = {
        f"{name}_{side}_deg": value
        for name, value in (("shoulder_abduction", 7), ("elbow_flexion", 12), ("hip_abduction", 2))
        for side in ("left", "right")
    }
    if position == "standing":
        swing = 8 * math.sin(2 * math.pi * 2.3 * share) if moving else 0.0
        angles = tilt_pelvis(JointAngles(**stand), tilt, sequence.lumbar_per_tilt)
        angles = angles.with_(shoulder_flexion_left_deg=swing, shoulder_flexion_right_deg=-swing)
        contacts: tuple[str, ...] = ("foot_left", "foot_right")
        if sequence.legs:
            leg, other = (near, far) if sequence.legs == "near" else (far, near)
            hip, lift = f"hip_flexion_{leg}_deg", 95 * rise(3.7)
            knee = {f"knee_flexion_{leg}_deg": lift}
            angles = angles.with_(**{hip: getattr(angles, hip) + lift}, **knee)
            contacts = (f"foot_{other}",)
        return body.pose(angles, Placement(heading, pitch_deg=sequence.lean_deg), contacts)
    if position == "half_kneeling":
        rear = near if sequence.rear == "near" else far
        front = "left" if rear == "right" else "right"
        forward = rise(2.7) if sequence.legs == "hips" else 0.0
        angles = JointAngles(**stand).with_(
            **{
                f"hip_flexion_{rear}_deg": 8 - 24 * forward,
                f"knee_flexion_{rear}_deg": 94 - 18 * forward,
                f"ankle_dorsiflexion_{rear}_deg": -50,
                f"hip_flexion_{front}_deg": 78,
                f"knee_flexion_{front}_deg": 72,
            }
        )
        angles = tilt_pelvis(angles, tilt, sequence.lumbar_per_tilt)
        contacts = (f"knee_{rear}", f"foot_{front}", f"instep_{rear}")
        return body.pose(angles, Placement(heading, pitch_deg=sequence.lean_deg), contacts)
    contacts = ("thorax", "sacrum", "head")
    if not sequence.legs:
        contacts += ("foot_left", "foot_right")
    if not sequence.arms_up:
        contacts += ("hand_left", "hand_right")
    angles = tilt_pelvis(_lying(sequence, rise(2.7)), tilt, sequence.lumbar_per_tilt)
    return body.pose(angles, Placement(heading, pitch_deg=-90), contacts)


def _listing(sequence: Sequence, share: float | None) -> tuple[Any, Any, tuple[str, ...]]:
    """Return angles, placement and contacts of somebody whose pelvis drops to either side.

    The trunk stays upright and the legs stay under the hips, as far as they stand.
    """
    from groundtruth.joint_angles import JointAngles, Placement

    side = {"near": "left", "far": "right"}.get(sequence.legs or "")
    drop = 0.0 if share is None else 12 * math.sin(3 * math.pi * share)
    angles = JointAngles(
        pelvis_list_deg=drop,
        trunk_side_bend_deg=-0.85 * drop,
        hip_abduction_left_deg=2 - drop,
        hip_abduction_right_deg=2 + drop,
        shoulder_abduction_left_deg=7,
        shoulder_abduction_right_deg=7,
    )
    contacts: tuple[str, ...] = ("foot_left", "foot_right")
    if side and share is not None:
        lifted = min(1.0, 6 * share)
        angles = angles.with_(
            **{f"hip_flexion_{side}_deg": 80 * lifted, f"knee_flexion_{side}_deg": 85 * lifted}
        )
        contacts = (f"foot_{'right' if side == 'left' else 'left'}",)
    return angles, Placement(sequence.yaw_deg), contacts[:1] if share is not None else contacts


def _lying(sequence: Sequence, down: float) -> Any:
    from groundtruth.joint_angles import JointAngles

    both: dict[str, float] = {"hip_flexion": 56, "knee_flexion": 112}
    one: dict[str, float] = {}
    if sequence.legs == "one":
        both = {"hip_flexion": 90, "knee_flexion": 90}
        one = {"hip_flexion_right_deg": 90 - 65 * down, "knee_flexion_right_deg": 90 - 60 * down}
    elif sequence.legs == "both":
        both = {"hip_flexion": 90 * (1 - down), "knee_flexion": 5}
    if sequence.arms_up:
        both |= {"shoulder_flexion": 88}
    else:
        both |= {"shoulder_abduction": 22, "shoulder_flexion": -4}
    sided = {f"{k}_{side}_deg": v for k, v in both.items() for side in ("left", "right")}
    return JointAngles(**{**sided, **one})


def record(position: str, name: str, model: Path, file: Path) -> None:
    """Film one body in all sequences of a position; keep what the pose model gives."""
    os.environ.setdefault("PYOPENGL_PLATFORM", "egl")
    from formcheck.pose_estimator import PoseEstimator
    from formcheck.video_source import Frame
    from groundtruth.body import load_body
    from groundtruth.cameras import camera
    from groundtruth.looks import LOOKS
    from groundtruth.renderer import render_frame
    from groundtruth.studio import Prop, Scene
    from groundtruth.truth import pelvis_list_deg, pelvis_pitch_deg

    looks = [look for look in LOOKS if not look.startswith("loose")]
    body, number = load_body(name), int(name[1:])
    stands = ("tripod_low", "laptop_low") if position == "supine" else ("tripod", "table")
    rows: dict[str, list[Any]] = defaultdict(list)
    for s, sequence in enumerate(SEQUENCES[position]):
        near = "left" if (number + s // 3) % 2 else "right"
        scene = Scene(
            camera(
                "front" if position == "front" else "side", stands[(number // 2 + s) % 2]
            ),
            props=() if position in ("standing", "front") else (Prop("mat"),),
            light=("day", "lamp", "back_window", "day")[(number + s) % 4],
            seed=number,
        )
        with PoseEstimator(model, with_mask=True) as estimator:
            # The first frames are shown a few times, so that the tracker has settled.
            for k in range(-3, FRAMES):
                person = posed(body, position, sequence, max(k, 0), near)
                look = sequence.look or looks[(number + s) % len(looks)]
                picture = render_frame(scene, person, look, frame_number=k + 3)
                pose = estimator.estimate(Frame(STEP_S * (k + 3), picture))
                if k < 0 or not pose.detected:
                    continue
                rows["landmarks"].append(pose.landmarks)
                rows["world"].append(pose.world)
                unknown = np.full(LENGTH, np.nan)
                rows["outline"].append(unknown if pose.outline is None else pose.outline)
                true_deg = pelvis_list_deg if position == "front" else pelvis_pitch_deg
                rows["tilt"].append(true_deg(person))
                rows["lumbar"].append(person.angles.lumbar_extension_deg)
                rows["sequence"].append(s)
                rows["frame"].append(k)
    file.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(file, **{key: np.array(values) for key, values in rows.items()})


# -- fitting -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Clip:
    """What was recorded of one body in one sequence."""

    body: str
    position: str
    sequence: Sequence
    poses: list[Pose]
    frame: np.ndarray
    tilt: np.ndarray
    lumbar: np.ndarray

    @property
    def posture(self) -> Posture:
        """The posture that decides which fit holds."""
        if self.position == "supine":
            return "lying_arms_up" if self.sequence.arms_up else "lying"
        return "standing" if self.position == "standing" else "kneeling"


def clips(position: str, bodies: tuple[str, ...], model: Path, cache: Path) -> Iterator[Clip]:
    """Give the recordings of some bodies, filmed first where they are missing."""
    for body in bodies:
        file = cache / f"{position}-{body}.npz"
        if not file.exists():
            record(position, body, model, file)
        with np.load(file, allow_pickle=False) as archive:
            data = {name: archive[name] for name in archive.files}
        for s, sequence in enumerate(SEQUENCES[position]):
            rows = np.flatnonzero(data["sequence"] == s)
            if not np.any(data["frame"][rows] < NEUTRAL_FRAMES):
                continue
            poses = [
                Pose(
                    STEP_S * float(data["frame"][i]),
                    SIZE_PX,
                    data["landmarks"][i],
                    data["world"][i],
                    data["outline"][i],
                )
                for i in rows
            ]
            yield Clip(
                body, position, sequence, poses, data["frame"][rows], data["tilt"][rows],
                data["lumbar"][rows],
            )


def shapes(clip: Clip) -> tuple[np.ndarray, np.ndarray]:
    """Return the trunk's shapes (N, F) and leans (N,), as changes from neutral."""
    tracker = Tracker()
    bodies = [tracker.update(pose).body for pose in clip.poses]
    shape = np.array([pelvis.trunk_shape(b.pose.outline, b.turn_sign) for b in bodies])
    # What the program refuses to measure is no example to learn from.
    blurred = [pelvis.blur_of_back(b.pose.outline, b.turn_sign) > pelvis.MOST_BLUR for b in bodies]
    if clip.posture != "lying":
        shape[blurred] = np.nan
    lean = np.array([pelvis.lean_deg(b) for b in bodies])
    neutral = clip.frame < NEUTRAL_FRAMES
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # nothing known in a tenth: all NaN
        start = np.nanmedian(shape[neutral], axis=0)
    return shape - start, lean - np.median(lean[neutral])


def nuisances() -> np.ndarray:
    """Changes of shape that must read as nothing, of the size that is usual (rows).

    A trunk line that shifts or turns in the body (noise of the landmarks), breathing of belly and
    chest, which the rendered people lack.
    """
    back, front = np.array(POSTERIOR_TENTHS), np.array(ANTERIOR_TENTHS)
    still = np.zeros(len(back))
    return np.array(
        [
            0.02 * np.r_[np.ones(len(back)), -np.ones(len(front))],
            0.03 * np.r_[back, -front],
            0.012 * np.r_[still, np.ones(len(front))],
            0.012 * np.r_[still, np.exp(-(((front - 0.4) / 0.25) ** 2))],
            0.010 * np.r_[still, np.exp(-(((front - 0.8) / 0.2) ** 2))],
        ]
    )


def fit(posture: Posture, found: list[Clip]) -> list[np.ndarray]:
    """Return the coefficients: tilt and lumbar from both outlines, and from the back alone."""
    changes, leans = zip(*(shapes(clip) for clip in found), strict=True)
    x, lean = np.vstack(changes), np.concatenate(leans)
    targets = [
        np.concatenate([(y := getattr(c, name)) - y[0] for c in found]) - offset
        for name, offset in (("tilt", (lean + 180) % 360 - 180), ("lumbar", 0.0))
    ]
    count = len(POSTERIOR_TENTHS)
    used = np.isin(np.round(ANTERIOR_TENTHS, 3), ANTERIOR_USED[posture])
    both = np.r_[np.ones(count, dtype=bool), used]
    back = np.r_[np.ones(count, dtype=bool), np.zeros(len(used), dtype=bool)]
    out = []
    for columns in (both, back):
        good = np.isfinite(x[:, columns]).all(axis=1)
        a, n = x[good][:, columns], nuisances()[:, columns]
        normal = a.T @ a + good.sum() * (RIDGE * np.eye(columns.sum()) + NUISANCE * n.T @ n)
        for y in targets:
            weights = np.zeros(len(columns))
            weights[columns] = np.linalg.solve(normal, a.T @ y[good])
            out.append(weights if columns is both else weights[:count])
    return out


def print_fit(posture: Posture, coefficients: list[np.ndarray]) -> None:
    print(f'    "{posture}": _fit(')
    for row in coefficients:
        texts = [f"{value:.0f}" for value in row]
        print(f"        ({', '.join(texts)}),")
    print("    ),")


# -- scoring -----------------------------------------------------------------------------------


def score(found: list[Clip]) -> dict[str, dict[str, Any]]:
    """Return RMSE of tilt and lumbar change, and the share measured, by sequence and in all."""
    errors: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for clip in found:
        tracker, watch = Tracker(), pelvis.BackWatch()
        for i, pose in enumerate(clip.poses):
            at_start = bool(clip.frame[i] < NEUTRAL_FRAMES)
            tracked = watch.update(tracker.update(pose), at_start=at_start)
            if at_start:
                continue
            reading = tracked.body.back if tracked.body else None
            error = (math.nan, math.nan)
            if reading is not None:
                error = (
                    reading.tilt_change_deg - float(clip.tilt[i] - clip.tilt[0]),
                    reading.lumbar_change_deg - float(clip.lumbar[i] - clip.lumbar[0]),
                )
            errors[clip.sequence.name].append(error)
            errors["loose" if clip.sequence.look else "close"].append(error)
    return {name: _figures(np.array(rows)) for name, rows in errors.items()}


def raw_list(clip: Clip) -> tuple[np.ndarray, np.ndarray]:
    """Return the slope of the landmarks' hip line and the true list, as changes from neutral."""
    tracker = Tracker()
    bodies = [tracker.update(pose).body for pose in clip.poses]
    gain = measurements.PELVIS_LIST_GAIN
    raw = np.array([measurements.pelvis_list_deg(body, "left") / gain for body in bodies])
    neutral = clip.frame < NEUTRAL_FRAMES
    return raw - np.median(raw[neutral]), clip.tilt - np.median(clip.tilt[neutral])


def print_list_fit(found: list[Clip]) -> None:
    raw, true = (np.concatenate(parts) for parts in zip(*map(raw_list, found), strict=True))
    print(f"PELVIS_LIST_GAIN = {float(raw @ true / (raw @ raw)):.2f}  # least squares")
    for clip in found:
        seen, wanted = raw_list(clip)
        slope = float(seen @ wanted / (wanted @ wanted))
        print(f"  {clip.body} {clip.sequence.name:22} slope of the landmarks {slope:.2f}")


def score_list(found: list[Clip]) -> dict[str, dict[str, Any]]:
    """Return the RMSE of the change of pelvic list."""
    errors: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for clip in found:
        raw, true = raw_list(clip)
        for error in (raw * measurements.PELVIS_LIST_GAIN - true)[clip.frame >= NEUTRAL_FRAMES]:
            errors[clip.sequence.name].append((float(error), 0.0))
            errors["all"].append((float(error), 0.0))
    return {
        name: {"list_rmse_deg": _figures(np.array(rows))["tilt_rmse_deg"], "frames": len(rows)}
        for name, rows in errors.items()
    }


def _figures(errors: np.ndarray) -> dict[str, Any]:
    known = np.isfinite(errors).all(axis=1)
    rmse = np.sqrt(np.mean(errors[known] ** 2, axis=0)) if known.any() else (math.nan, math.nan)
    return {
        "tilt_rmse_deg": round(float(rmse[0]), 1),
        "lumbar_rmse_deg": round(float(rmse[1]), 1),
        "measured": round(float(known.mean()), 2),
        "frames": len(errors),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, required=True, help="pose_landmarker .task file")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache/formcheck-pelvis")
    parser.add_argument("--position", choices=list(SEQUENCES), action="append")
    parser.add_argument("--fit", action="store_true", help="print coefficients of tuning bodies")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    result: dict[str, Any] = {
        "date": date.today().isoformat(), "machine": platform.machine(), "positions": {},
    }
    for position in args.position or list(SEQUENCES):
        if args.fit:
            found = list(clips(position, TUNING, args.model, args.cache))
            if position == "front":
                print_list_fit(found)
                continue
            for posture in sorted({clip.posture for clip in found}):
                print_fit(posture, fit(posture, [c for c in found if c.posture == posture]))
            continue
        figures = {
            people: (score_list if position == "front" else score)(
                list(clips(position, bodies, args.model, args.cache))
            )
            for people, bodies in (("tuning", TUNING), ("scoring", SCORING))
        }
        result["positions"][position] = figures
        for people, rows in figures.items():
            for name, row in rows.items():
                print(f"{position:14} {people:8} {name:28} {row}")
    if args.json:
        args.json.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
