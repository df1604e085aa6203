"""Draw the pictures of docs/pelvis.md: rendered people, their outline, what is read from it.

python -m benchmarks accuracy pelvis-pictures --model pose_landmarker.task --to docs/img
"""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np

from benchmarks.common import parser_without_json
from formcheck.core.body.tracker import Tracker
from formcheck.core.measure.outline import REACH, STATIONS
from formcheck.core.measure.spine import BackWatch
from formcheck.core.pose import Pose

TILTS_DEG = (-14.0, 0.0, 14.0)
PANEL_PX = (300, 380)
BACK, FRONT, LINE = (60, 60, 235), (230, 150, 40), (90, 200, 90)


def draw_outline(picture: np.ndarray, pose: Pose) -> None:
    """Draw the trunk line and the outline at each station."""
    points = pose.points_px
    hips, shoulders = (points[[a, b]].mean(axis=0) for a, b in ((23, 24), (11, 12)))
    up = shoulders - hips
    across = np.array([-up[1], up[0]])
    cv2.line(picture, _px(hips), _px(shoulders), LINE, 2, cv2.LINE_AA)
    assert pose.outline is not None
    half = len(STATIONS)
    for number, offset in enumerate(pose.outline):
        along, sign = STATIONS[number % half], 1 if number < half else -1
        if np.isfinite(offset) and offset < REACH and along >= -0.05:
            point = hips + along * up + sign * offset * across
            # Everybody here shows the left side: the back lies clockwise of the trunk.
            cv2.circle(picture, _px(point), 2, BACK if sign > 0 else FRONT, -1, cv2.LINE_AA)


def _px(point: np.ndarray) -> tuple[int, int]:
    return round(float(point[0])), round(float(point[1]))


def strip(position: str, model: Path) -> np.ndarray:
    """Return three panels side by side: tucked, neutral, arched."""
    from benchmarks.accuracy.pelvis_filming import Sequence, posed_at
    from formcheck.capture.frame import Frame
    from formcheck.estimate.mediapipe import PoseEstimator
    from groundtruth.body import load_body
    from groundtruth.cameras import camera
    from groundtruth.looks import LOOKS
    from groundtruth.renderer import render_frame
    from groundtruth.studio import Light, Prop, Scene

    body, tracker, watch = load_body("b2"), Tracker(), BackWatch()
    stand = "tripod_low" if position == "supine" else "table"
    scene = Scene(
        camera("side", stand, distance_m=2.5, width_px=960, height_px=720),
        props=() if position == "standing" else (Prop("mat"),),
        light=Light(noise_sigma=0.0),
    )
    sequence = Sequence("picture", arms_up=position == "supine")
    panels: dict[float, np.ndarray] = {}
    with PoseEstimator(model, with_mask=True) as estimator:
        time_s = 0.0
        for tilt in (0.0, *sorted(TILTS_DEG)):
            person = posed_at(body, position, sequence, tilt)
            image = render_frame(scene, person, LOOKS["teal_tights"])
            for _ in range(10):
                pose = estimator.estimate(Frame(time_s, image))
                tracked = watch.update(tracker.update(pose), at_start=time_s < 0.6)
                time_s += 0.066
            assert tracked.body is not None
            reading = tracked.body.back
            picture = np.ascontiguousarray(image[:, :, ::-1])
            draw_outline(picture, pose)
            x, y = _px(pose.points_px[[11, 12, 23, 24]].mean(axis=0))
            width, height = PANEL_PX if position != "supine" else (420, 260)
            left = int(np.clip(x - width // 2, 0, 960 - width))
            top = int(np.clip(y - height // 2, 0, 720 - height))
            panel = picture[top : top + height, left : left + width].copy()
            texts = [f"true tilt {tilt:+.0f}"]
            if reading is not None and reading.reason is None:
                texts.append(f"read {reading.tilt_change_deg:+.0f}")
            cv2.rectangle(panel, (0, 0), (150, 8 + 22 * len(texts)), (245, 245, 245), -1)
            for row, text in enumerate(texts):
                place = (8, 21 + 22 * row)
                font = cv2.FONT_HERSHEY_SIMPLEX
                cv2.putText(panel, text, place, font, 0.6, (20, 20, 20), 1, cv2.LINE_AA)
            panels[tilt] = panel
    return np.hstack([panels[tilt] for tilt in TILTS_DEG])


def main(argv: list[str] | None = None) -> None:
    parser = parser_without_json(__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--to", type=Path, required=True)
    args = parser.parse_args(argv)
    os.environ.setdefault("PYOPENGL_PLATFORM", "egl")
    args.to.mkdir(parents=True, exist_ok=True)
    for position in ("standing", "half_kneeling", "supine"):
        picture = strip(position, args.model)
        # Few colours keep the file small.
        few = (picture // 16) * 16 + 8
        file = args.to / f"pelvis_{position}.png"
        cv2.imwrite(str(file), few, [cv2.IMWRITE_PNG_COMPRESSION, 9])
        print(file, file.stat().st_size // 1000, "kB")
