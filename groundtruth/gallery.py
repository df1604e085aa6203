"""Contact sheets of every body, view and position, to be looked at by a person.

python -m groundtruth.gallery OUT [--body b1] [--step 2]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from groundtruth.body import BODY_NAMES, Body, Contact, PosedBody, load_body
from groundtruth.cameras import camera
from groundtruth.joint_angles import (
    PRONE_PITCH_DEG,
    SUPINE_PITCH_DEG,
    JointAngles,
    Placement,
    tilt_pelvis,
)
from groundtruth.looks import LOOKS
from groundtruth.renderer import render_frame
from groundtruth.studio import LIGHTS, Prop, Scene

BODY_LOOKS = dict(
    zip(
        BODY_NAMES,
        (
            "red_shirt",
            "teal_tights",
            "white_shirt",
            "purple_tights",
            "orange_long_sleeves",
            "teal_tights",
            "grey_sweats",
            "purple_tights",
        ),
        strict=True,
    )
)
VIEWS: tuple[tuple[str, float], ...] = (("side", 90.0), ("oblique", 60.0), ("front", 0.0))
"""View names with the heading that shows them to a camera in front of a heading of 0."""

ARMS_RELAXED = {
    "elbow_flexion_left_deg": 12.0,
    "elbow_flexion_right_deg": 12.0,
}


@dataclass(frozen=True, slots=True)
class Position:
    """A still pose of the gallery."""

    pose: Callable[[Body, float], PosedBody]
    low: bool = False
    props: tuple[Prop, ...] = ()


def _both(**angles: float) -> dict[str, float]:
    return {
        f"{name}_{side}_deg": value for name, value in angles.items() for side in ("left", "right")
    }


def _upright(angles: JointAngles, *contacts: str) -> Callable[[Body, float], PosedBody]:
    def pose(body: Body, heading_deg: float) -> PosedBody:
        return body.pose(angles, Placement(heading_deg=heading_deg), contacts)

    return pose


def _lying(
    angles: JointAngles, *contacts: str, pitch_deg: float = SUPINE_PITCH_DEG
) -> Callable[[Body, float], PosedBody]:
    def pose(body: Body, heading_deg: float) -> PosedBody:
        # Lying, the body's middle is in front of or behind the hips.
        placement = Placement(heading_deg=heading_deg, pitch_deg=pitch_deg)
        return body.pose(angles, placement, contacts)

    return pose


def _seated(body: Body, heading_deg: float) -> PosedBody:
    angles = JointAngles(**_both(hip_flexion=90, knee_flexion=90), **ARMS_RELAXED)
    contacts = (Contact("sit", 0.45), "foot_left", "foot_right")
    return body.pose(angles, Placement(heading_deg=heading_deg), contacts)


def _bridge(body: Body, heading_deg: float) -> PosedBody:
    down = JointAngles(**_both(hip_flexion=50, knee_flexion=100))
    lying = body.pose(
        down,
        Placement(heading_deg=heading_deg, pitch_deg=SUPINE_PITCH_DEG),
        ("shoulders", "sacrum", "foot_left", "foot_right"),
    )
    feet = tuple(
        Contact(name, at_m=tuple(lying.contact_points_m[name][:2]))
        for name in ("foot_left", "foot_right")
    )
    up = lying.angles.with_(lumbar_extension_deg=-5.0, neck_flexion_deg=25.0)
    shoulders = lying.contact_points_m["shoulders"]
    placement = Placement(
        heading_deg=heading_deg,
        pitch_deg=SUPINE_PITCH_DEG - 27.0,
        x_m=float(shoulders[0]),
        y_m=float(shoulders[1]),
        anchor="shoulders",
    )
    return body.pose(up, placement, ("shoulders", *feet, "head"))


MAT = (Prop("mat", heading_deg=90.0),)
POSITIONS: dict[str, Position] = {
    "standing": Position(_upright(JointAngles(**ARMS_RELAXED), "foot_left", "foot_right")),
    "march": Position(
        _upright(
            JointAngles(
                hip_flexion_left_deg=90,
                knee_flexion_left_deg=90,
                shoulder_flexion_right_deg=35,
                shoulder_flexion_left_deg=-20,
                **_both(elbow_flexion=50),
            ),
            "foot_right",
        )
    ),
    "half_kneeling": Position(
        _upright(
            JointAngles(
                hip_flexion_right_deg=90,
                knee_flexion_right_deg=90,
                knee_flexion_left_deg=90,
                hip_flexion_left_deg=-5,
                ankle_dorsiflexion_left_deg=-55,
                **_both(shoulder_abduction=18, shoulder_rotation=50, elbow_flexion=85),
            ),
            "knee_left",
            "instep_left",
            "foot_right",
        ),
        props=MAT,
    ),
    "long_step": Position(
        _upright(
            JointAngles(
                hip_flexion_right_deg=35,
                knee_flexion_right_deg=45,
                hip_flexion_left_deg=-20,
                knee_flexion_left_deg=15,
                shoulder_flexion_left_deg=175,
                shoulder_flexion_right_deg=175,
            ),
            "foot_right",
            "toes_left",
        )
    ),
    "seated": Position(_seated, props=(Prop("chair"),)),
    "supine": Position(
        _lying(
            JointAngles(**_both(hip_flexion=45, knee_flexion=95)),
            "thorax",
            "sacrum",
            "head",
            "foot_left",
            "foot_right",
            "hand_left",
            "hand_right",
        ),
        low=True,
        props=MAT,
    ),
    "tabletop": Position(
        _lying(
            JointAngles(
                **_both(knee_flexion=90, shoulder_flexion=90),
                hip_flexion_left_deg=90,
                hip_flexion_right_deg=45,
            ),
            "thorax",
            "sacrum",
            "head",
        ),
        low=True,
        props=MAT,
    ),
    "bridge": Position(_bridge, low=True, props=MAT),
    "curl_legs": Position(
        _lying(
            JointAngles(
                **_both(hip_flexion=50),
                thorax_flexion_deg=35,
                neck_flexion_deg=20,
            ),
            "sacrum",
            "hand_left",
            "hand_right",
        ),
        low=True,
        props=MAT,
    ),
    "prone": Position(
        _lying(
            JointAngles(
                **_both(shoulder_flexion=172, shoulder_abduction=15, ankle_dorsiflexion=-50)
            ),
            "any",
            pitch_deg=PRONE_PITCH_DEG,
        ),
        low=True,
        props=MAT,
    ),
    "arched": Position(
        _upright(tilt_pelvis(JointAngles(**ARMS_RELAXED), 20.0, 1.4), "foot_left", "foot_right")
    ),
}


def picture(body_name: str, view_heading_deg: float, position: str, **scene: object) -> np.ndarray:
    """Draw one still, (480, 640, 3) uint8."""
    chosen = POSITIONS[position]
    posed = chosen.pose(load_body(body_name), view_heading_deg)
    props = tuple(Prop(p.kind, p.x_m, p.y_m, view_heading_deg, p.height_m) for p in chosen.props)
    number = BODY_NAMES.index(body_name)
    stand = ("tripod_low", "laptop_low") if chosen.low else ("tripod", "table")
    place = Scene(
        camera("front", stand[number % 2]),
        props=props,
        light=scene.get("light", ("day", "lamp", "back_window")[number % 3]),
        seed=number,
    )
    look = scene.get("look", BODY_LOOKS[body_name])
    return render_frame(place, posed, look, frame_number=number)


def save_png(path: Path, image: np.ndarray) -> None:
    """Write an RGB picture."""
    if not cv2.imwrite(str(path), image[:, :, ::-1]):
        raise OSError(f"could not write {path}")


def sheet(pictures: list[np.ndarray], columns: int, step: int) -> np.ndarray:
    """Put pictures in a grid, every `step`-th pixel of each."""
    small = [image[::step, ::step] for image in pictures]
    small += [np.zeros_like(small[0])] * (-len(small) % columns)
    rows = [np.concatenate(small[i : i + columns], axis=1) for i in range(0, len(small), columns)]
    return np.concatenate(rows)


def main(arguments: list[str] | None = None) -> None:
    """Write one sheet for each body, and one of the looks and lights."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--body", choices=BODY_NAMES, action="append")
    parser.add_argument("--step", type=int, default=2, help="keep every so many-th pixel")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    for name in options.body or BODY_NAMES:
        pictures = [
            picture(name, heading_deg, position)
            for position in POSITIONS
            for _, heading_deg in VIEWS
        ]
        save_png(options.out / f"{name}.png", sheet(pictures, 2 * len(VIEWS), options.step))
    pictures = [
        picture("b1" if i % 2 else "b2", 90.0, "arched", look=look, light=light)
        for light in LIGHTS
        for i, look in enumerate(LOOKS)
    ]
    save_png(options.out / "looks.png", sheet(pictures, 5, options.step))


if __name__ == "__main__":
    main()
