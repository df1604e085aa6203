"""People who rock their pelvis before a camera, and what the pose model makes of them.

For `benchmarks.accuracy.pelvis`: what is filmed, and recordings of the landmarks and outlines.
"""

from __future__ import annotations

import math
import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from formcheck.core.measure.outline import LENGTH

FRAMES, NEUTRAL_FRAMES, SETTLING_FRAMES, STEP_S = 36, 6, 4, 0.2
SIZE_PX = (640, 480)
AMPLITUDE_DEG = 20.0
FITTING_SEQUENCES = {"standing": 8, "half_kneeling": 8, "supine": 10, "front": 9}


@dataclass(frozen=True)
class Sequence:
    """One way of filming a rocking pelvis.

    `legs`: "near"/"far" (that thigh is lifted), "hips" (rear hip moves 0-20 degrees), "one" (one
    leg lowered from tabletop), "both" (both straight legs lowered). `sway_deg`: from the front, how
    far the trunk bends to either side.
    """

    name: str
    yaw_deg: float = 0.0
    lean_deg: float = 0.0
    lumbar_per_tilt: float = 1.4
    look: str | None = None
    legs: str | None = None
    rear: str = "near"
    arms_up: bool = False
    lift_deg: float = 80.0
    arms_forward_deg: float = 0.0
    elbows_deg: float = 12.0
    sway_deg: float = 0.0


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
        Sequence("sway", sway_deg=24),
        Sequence("sway_on_one_leg", legs="near", sway_deg=24),
    ),
}


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
        for name, value in (
            ("shoulder_abduction", 7),
            ("shoulder_flexion", sequence.arms_forward_deg),
            ("elbow_flexion", sequence.elbows_deg),
            ("hip_abduction", 2),
        )
        for side in ("left", "right")
    }
    if position == "standing":
        swing = 8 * math.sin(2 * math.pi * 2.3 * share) if moving else 0.0
        angles = tilt_pelvis(JointAngles(**stand), tilt, sequence.lumbar_per_tilt)
        angles = angles.with_(
            shoulder_flexion_left_deg=sequence.arms_forward_deg + swing,
            shoulder_flexion_right_deg=sequence.arms_forward_deg - swing,
        )
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

    The trunk stays upright, or sways at another pace, and the legs stay under the hips, as far as
    they stand.
    """
    from groundtruth.joint_angles import JointAngles, Placement

    side = {"near": "left", "far": "right"}.get(sequence.legs or "")
    drop = 0.0 if share is None else 12 * math.sin(3 * math.pi * share)
    sway = 0.0 if share is None else sequence.sway_deg * math.sin(4.4 * math.pi * share)
    angles = JointAngles(
        pelvis_list_deg=drop,
        trunk_side_bend_deg=sway - 0.85 * drop,
        hip_abduction_left_deg=2 - drop,
        hip_abduction_right_deg=2 + drop,
        shoulder_abduction_left_deg=7,
        shoulder_abduction_right_deg=7,
    )
    contacts: tuple[str, ...] = ("foot_left", "foot_right")
    if side and share is not None:
        lifted = min(1.0, 6 * share)
        angles = angles.with_(
            **{
                f"hip_flexion_{side}_deg": sequence.lift_deg * lifted,
                f"knee_flexion_{side}_deg": (sequence.lift_deg + 5) * lifted,
            }
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


def fitting_sequences(position: str, person: int) -> tuple[Sequence, ...]:
    """Return what a person whom the fit learns from does: each another mixture of everything."""
    draw = np.random.default_rng([person, *position.encode()])
    out = []
    for number in range(FITTING_SEQUENCES[position]):
        kinds: tuple[str | None, ...] = {
            "standing": (None, None, "near", "far"),
            "half_kneeling": ("hips", None),
            "supine": (None, "one", "both", None),
            "front": (None, "near", "far"),
        }[position]
        out.append(
            Sequence(
                f"fit_{number}",
                yaw_deg=float(draw.uniform(-10, 10)),
                lean_deg=float(draw.uniform(-6, 6)),
                lumbar_per_tilt=float(draw.uniform(0.9, 1.6)),
                legs=kinds[number % len(kinds)],
                rear=("near", "far")[number // 2 % 2],
                # One in six is in a shirt that spans half of the hollow.
                look="loose_blue_shirt" if draw.random() < 1 / 6 else None,
                arms_up=number % 2 == 1 or kinds[number % len(kinds)] == "one",
                arms_forward_deg=float(draw.uniform(-4, 25)),
                elbows_deg=float(draw.uniform(5, 60)),
                lift_deg=float(draw.uniform(55, 110)) if position == "front" else 80.0,
                sway_deg=float(draw.uniform(10, 28)) if position == "front" and number > 5 else 0.0,
            )
        )
    return tuple(out)


def record(position: str, name: str, model: Path, file: Path, *, fitting: bool = False) -> None:
    """Film one body in all sequences of a position; keep what the pose model gives."""
    os.environ.setdefault("PYOPENGL_PLATFORM", "egl")
    from formcheck.capture.frame import Frame
    from formcheck.estimate.mediapipe import PoseEstimator
    from groundtruth.body import load_body
    from groundtruth.cameras import camera
    from groundtruth.looks import LOOKS
    from groundtruth.renderer import render_frame
    from groundtruth.studio import Prop, Scene
    from groundtruth.truth import pelvis_list_deg, pelvis_pitch_deg

    looks = [look for look in LOOKS if not look.startswith("loose")]
    body, number = load_body(name), int(name[1:])
    sequences = fitting_sequences(position, number) if fitting else SEQUENCES[position]
    frames = range(-SETTLING_FRAMES, FRAMES, 2 if fitting else 1)
    stands = ("tripod_low", "laptop_low") if position == "supine" else ("tripod", "table")
    rows: dict[str, list[Any]] = defaultdict(list)
    for s, sequence in enumerate(sequences):
        near = "left" if (number + s // 3) % 2 else "right"
        scene = Scene(
            camera("front" if position == "front" else "side", stands[(number // 2 + s) % 2]),
            props=() if position in ("standing", "front") else (Prop("mat"),),
            light=("day", "lamp", "back_window", "day")[(number + s) % 4],
            seed=number,
        )
        with PoseEstimator(model, with_mask=True) as estimator:
            # The first frames are shown a few times, so that the tracker has settled.
            for k in frames:
                person = posed(body, position, sequence, max(k, 0), near)
                look = sequence.look or looks[(number + s) % len(looks)]
                picture = render_frame(scene, person, look, frame_number=k + SETTLING_FRAMES)
                pose = estimator.estimate(Frame(STEP_S * (k + SETTLING_FRAMES), picture))
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
