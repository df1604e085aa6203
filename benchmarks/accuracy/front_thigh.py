"""How well is a lifted thigh measured from the front?  Fitted on some people, scored on others.

    python -m benchmarks accuracy front-thigh   # before and after the correction
    python -m benchmarks fit front-thigh        # the numbers of the correction

Fitted on the twelve people t1-t12, whom nothing is scored on (24 clips, facing the camera, 7.5
pictures a second; rendered where they are missing); scored on the takes of the library that are
filmed from the front and whose landmarks were recorded (`python -m benchmarks accuracy` does that).
Legs are looked at while the other one stands; every band of every clip weighs the same.
"""

from __future__ import annotations

import math
import platform
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from unittest import mock

import numpy as np

from benchmarks.accuracy.program import recording_of
from benchmarks.common import parser_of, today, write_json
from benchmarks.fit.joint_centres import recorded
from formcheck.core.body.body import Body
from formcheck.core.body.tracker import Tracker
from formcheck.core.body.view import ViewName
from formcheck.core.measure import sagittal
from formcheck.core.pose import SIDES, Side, other_side
from formcheck.io import poses as pose_recording
from groundtruth.build import clip_of, default_cache_dir
from groundtruth.takes import CAMERAS, LOOKS, NEAR_SIDES, SCORING_BODIES, Take, takes
from groundtruth.truth import load_truth

# A lower lift among level ones: people who tire are measured, too.
FITTED_ON = (
    ("standing_march", None),
    ("single_leg_stance_knee_hold", "thigh_sinks"),
    ("knee_drive", None),
    ("standing_march", "knee_height"),
    ("weakness_knee_lift", None),
)
SCORED_ON = {"step_up_knee_drive", *(motion for motion, _ in FITTED_ON)}
ON_THE_FLOOR = "camera at 0.18 m"
CAMERA_NAMES = {"tripod": "camera at 1.05 m", "table": "camera at 0.75 m", "laptop": ON_THE_FLOOR}
BANDS_DEG = ((45.0, 65.0), (65.0, 80.0), (80.0, 110.0))
STANDS_BELOW_DEG = 20.0
NOTHING = dict.fromkeys(("LOW_KNEE", "LOW_KNEE_LEVEL"), 0.0)


@dataclass(frozen=True)
class Row:
    """A lifted thigh in one frame; lengths over the thigh's.

    `slope` and `level` are how far `LOW_KNEE` and `LOW_KNEE_LEVEL` of one each would lift the knee.
    """

    clip: str
    true_deg: float
    before_deg: float
    after_deg: float
    slope: float
    level: float

    @property
    def band(self) -> tuple[float, float] | None:
        """The band of true angles it is in."""
        return next((b for b in BANDS_DEG if b[0] <= self.true_deg < b[1]), None)


def fitting_takes() -> Iterator[Take]:
    """Return the clips to fit on."""
    known = {(t.motion, t.check): t for t in takes()}
    for number in range(24):
        take = known[FITTED_ON[number % len(FITTED_ON)]]
        near = NEAR_SIDES[number % 2]
        body = f"t{(number * 5 + number // 12) % 12 + 1}"
        yield replace(
            take,
            name=f"fit-front-{number}-{take.motion}-{body}",
            body=body,
            view="front",
            near=near,
            look=LOOKS[number * 3 % len(LOOKS)],
            camera=CAMERAS[number % len(CAMERAS)],
            size_px=(640, 480),
            fps=7.5,
            sides=(near,) if take.sides is not None and len(take.sides) == 1 else take.sides,
            manner=replace(take.manner, seed=950 + number, yaw_deg=(-8.0, 0.0, 8.0)[number % 3]),
        )


def turned_takes() -> Iterator[Take]:
    """Return some of the fitted people's clips again, turned by 36 degrees: an oblique view."""
    for number, take in enumerate(fitting_takes()):
        if number % 2 == 0 and CAMERA_NAMES[take.camera] != ON_THE_FLOOR:
            yaw_deg = 36.0 if number % 4 == 0 else -36.0
            manner = replace(take.manner, yaw_deg=yaw_deg)
            yield replace(take, name=f"{take.name}-yaw{yaw_deg:.0f}", manner=manner)


def scoring_clips(model: str) -> Iterator[tuple[str, Path, Path]]:
    """Return name, recording and truth of the library's takes from the front."""
    cache = default_cache_dir()
    for take in takes("library"):
        if take.view == "front" and take.motion in SCORED_ON and take.body in SCORING_BODIES:
            clip = clip_of(take, cache)
            poses = recording_of(clip, cache, model)
            if poses.is_file():
                yield take.name, poses, clip.truth_path


def rows_of(clip: str, poses: Path, truth_path: Path, view: ViewName = "front") -> Iterator[Row]:
    """Compare thighs as measured with thighs as they are, frame by frame."""
    truth, _ = load_truth(truth_path)
    names = truth["angle_names"].tolist()
    tracker = Tracker()
    for pose in pose_recording.read(poses):
        body = tracker.update(pose).body
        if body is None or body.view.name != view:
            continue
        index = int(np.abs(truth["time_s"] - pose.time_s).argmin())
        true = {
            s: truth["angles_deg"][index, names.index(f"thigh_elevation_{s}_deg")] for s in SIDES
        }
        for side in SIDES:
            if abs(true[other_side(side)]) >= STANDS_BELOW_DEG:
                continue

            def measured(numbers: dict[str, float], body: Body = body, side: Side = side) -> float:
                with mock.patch.multiple(sagittal, **numbers):
                    return sagittal.thigh_elevation_deg(body, side)

            before_deg = measured(NOTHING)
            before = math.cos(math.radians(before_deg))
            # Small ones, so that no angle is cut off where the cosine ends.
            slope, level = (
                (before - math.cos(math.radians(measured({**NOTHING, name: 1e-3})))) * 1e3
                for name in NOTHING
            )
            after_deg = sagittal.thigh_elevation_deg(body, side)
            yield Row(clip, float(true[side]), before_deg, after_deg, slope, level)


def fitted_people(folder: Path) -> dict[str, list[Row]]:
    """Return the rows of the clips to fit on, by camera."""
    by_camera: dict[str, list[Row]] = defaultdict(list)
    for take in fitting_takes():
        rows = list(rows_of(take.name, *recorded(take, folder)))
        by_camera[CAMERA_NAMES[take.camera]] += rows
    return by_camera


def evenly(rows: list[Row]) -> dict[tuple[float, float], list[list[Row]]]:
    """Return the rows by band, a list for each clip."""
    found: dict[tuple[float, float], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row.band is not None:
            found[row.band][row.clip].append(row)
    return {band: list(found[band].values()) for band in BANDS_DEG}


def figures(rows: list[Row]) -> Iterator[dict[str, str | float]]:
    """Return bias and root mean square error by band, before and after the correction."""
    for (low, high), clips in evenly(rows).items():
        for name in ("before", "after") if clips else ():
            errors = [np.array([getattr(r, f"{name}_deg") - r.true_deg for r in c]) for c in clips]
            yield {
                "from_deg": low,
                "to_deg": high,
                "clips": len(clips),
                "correction": name,
                "bias_deg": round(float(np.mean([e.mean() for e in errors])), 1),
                "rmse_deg": round(math.sqrt(np.mean([np.mean(e**2) for e in errors])), 1),
            }


def main(argv: list[str] | None = None) -> int:
    """Print the figures."""
    parser = parser_of(__doc__)
    parser.add_argument("--folder", type=Path, default=default_cache_dir() / "front_thigh")
    options = parser.parse_args(argv)
    by_camera = fitted_people(options.folder)
    found = {f"fitted people, {camera}": list(figures(rows)) for camera, rows in by_camera.items()}
    found["fitted people, turned by 36 deg"] = list(
        figures(
            [
                row
                for take in turned_takes()
                for row in rows_of(take.name, *recorded(take, options.folder), view="oblique")
            ]
        )
    )
    for model in ("full", "full+heavy"):
        rows = [row for clip in scoring_clips(model) for row in rows_of(*clip)]
        if rows:
            found[f"scoring people, {model}"] = list(figures(rows))
    for what, lines in found.items():
        print(what)
        for line in lines:
            print("  {from_deg:.0f} to {to_deg:.0f} deg, {clips} clips, {correction}: "
                  "bias {bias_deg:+.1f}, RMSE {rmse_deg:.1f}".format(**line))  # fmt: skip
    write_json(options.json, {"date": today(), "machine": platform.machine(), "figures": found})
    return 0
