"""How well are pelvic tilt and lumbar curve measured?  Fitted on some people, scored on others.

Every body rocks its pelvis over -20..+20 degrees, standing, half-kneeling and lying, straight to
the camera and turned by 8 degrees, leaning, with lifted legs, moving hips, and in loose shirts.
The landmarks and outlines that MediaPipe gives are kept in a cache; the program's own
`formcheck.core.measure.spine` then reads them as it would read a recording.

    python benchmarks/pelvis.py --model pose_landmarker.task --json pelvis.json
    python benchmarks/pelvis.py --model pose_landmarker.task --fit    # prints pelvis_fit's numbers
    python benchmarks/pelvis.py --model full.task --second-model heavy.task --position front

The figures are optimistic (no cloth physics, no breathing belly, a tidy room): they compare
versions of a program with each other, they are not clinical accuracy.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import sys
import warnings
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.pelvis_filming import (
    NEUTRAL_FRAMES,
    SEQUENCES,
    SIZE_PX,
    STEP_S,
    Sequence,
    fitting_sequences,
    record,
)
from formcheck.core.body import fusion as two_looks
from formcheck.core.body.body import Body
from formcheck.core.body.tracker import Tracker
from formcheck.core.measure import frontal
from formcheck.core.measure import spine as pelvis
from formcheck.core.measure.spine_fit import (
    ANTERIOR_TENTHS,
    BEND_AT_DEG,
    FEATURES,
    POSTERIOR_TENTHS,
    FitName,
    Posture,
)
from formcheck.core.pose import Pose

TUNING, SCORING = ("b1", "b3", "b5", "b7"), ("b2", "b4", "b6", "b8")
FITTING = (*(f"t{number}" for number in range(1, 13)), *TUNING)
"""Whom the numbers are fitted on: nobody of `SCORING`."""
FITS_OF: dict[str, tuple[FitName, ...]] = {
    "standing": ("standing",),
    "half_kneeling": ("kneeling", "kneeling_loose"),
    "supine": ("lying", "lying_arms_up"),
}
POSTERIOR_USED: dict[FitName, bool] = {
    "standing": True, "kneeling": True, "kneeling_loose": True, "lying_arms_up": True,
    # An arm and the floor are seen there, not the back.
    "lying": False,
}
ANTERIOR_USED: dict[FitName, tuple[float, ...]] = {
    # The back tells as much without the belly, which breathes, and arms hang before it.
    "standing": (),
    "kneeling": (),
    # In a loose shirt every sign helps.
    "kneeling_loose": (0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
    # Arms that point up, as in a dead bug, begin above 0.7.
    "lying_arms_up": (0.3, 0.4, 0.5, 0.6, 0.7),
    "lying": (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
}
# Ridge for trunk lengths, for degrees of the thighs and of the lean, for the usual disturbances.
RIDGE, RIDGE_THIGHS, RIDGE_LEAN, NUISANCE = 1e-5, 30.0, 0.4, 0.1


# -- recordings --------------------------------------------------------------------------------


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
    by: str = "the first model"

    @property
    def posture(self) -> Posture:
        """The posture that decides which fit holds."""
        if self.position == "supine":
            return "lying_arms_up" if self.sequence.arms_up else "lying"
        return "standing" if self.position == "standing" else "kneeling"

    @property
    def neutral(self) -> np.ndarray:
        """Which frames are the person's neutral (N,)."""
        return self.frame < NEUTRAL_FRAMES


def clips(
    position: str, bodies: tuple[str, ...], model: Path, cache: Path, *, fitting: bool = False
) -> Iterator[Clip]:
    """Give the recordings of some bodies, filmed first where they are missing."""
    for body in bodies:
        file = cache / f"{'fit-' if fitting else ''}{position}-{body}.npz"
        if not file.exists():
            record(position, body, model, file, fitting=fitting)
        with np.load(file, allow_pickle=False) as archive:
            data = {name: archive[name] for name in archive.files}
        sequences = (
            fitting_sequences(position, int(body[1:])) if fitting else SEQUENCES[position]
        )
        for s, sequence in enumerate(sequences):
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


def seen_by_two(args: argparse.Namespace) -> Iterator[Clip]:
    """Give the first model's recordings from the front, and with a second those of both merged."""
    firsts = list(clips("front", SCORING, args.model, args.cache))
    yield from firsts
    if args.second_model is None:
        return
    second = {
        (clip.body, clip.sequence): {pose.time_s: pose for pose in clip.poses}
        for clip in clips("front", SCORING, args.second_model, args.cache / "second")
    }
    for clip in firsts:
        looks = second.get((clip.body, clip.sequence), {})
        merged = [
            two_looks.merged(pose, looks[pose.time_s]) if pose.time_s in looks else pose
            for pose in clip.poses
        ]
        yield replace(clip, poses=merged, by="both models")


# -- fitting -----------------------------------------------------------------------------------


def examples(clip: Clip) -> tuple[np.ndarray, np.ndarray]:
    """Return changes from neutral (N, FEATURES) and the true changes of tilt and lumbar (N, 2).

    The tilt is that against the trunk line. Frames that the program would refuse are left out.
    """
    tracker = Tracker()
    bodies = [tracker.update(pose).body for pose in clip.poses]
    rows = np.full((len(bodies), FEATURES), np.nan)
    for i, body in enumerate(bodies):
        if body is not None and body.view.name == "side" and not _refused(body, clip.posture):
            shape = pelvis.trunk_shape(body.pose.outline, body.turn_sign)
            rows[i] = [*shape, pelvis.thighs_deg(body), pelvis.lean_deg(body)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # nothing known of a tenth: all NaN
        changes = rows - np.nanmedian(rows[clip.neutral], axis=0)
    leant = (changes[:, -1] + 180) % 360 - 180
    changes[:, -1] = leant
    tilt = clip.tilt - clip.tilt[clip.neutral].mean() - leant
    lumbar = clip.lumbar - clip.lumbar[clip.neutral].mean()
    moving = ~clip.neutral
    return changes[moving], np.stack([tilt, lumbar], axis=1)[moving]


def _refused(body: Body, posture: Posture) -> bool:
    outline = body.pose.outline
    if posture == "lying":
        return False
    if pelvis.blur_of_back(outline, body.turn_sign) > pelvis.MOST_BLUR:
        return True
    if pelvis.contrast_of(outline, body.turn_sign, "back") < pelvis.LEAST_CONTRAST:
        return True
    upright = posture in ("standing", "kneeling")
    return upright and pelvis.nearest_arm(body, outline, "back") < pelvis.ARM_BEHIND


def columns_of(posture: FitName) -> np.ndarray:
    """Which features a posture is judged by (FEATURES,)."""
    front = np.isin(np.round(ANTERIOR_TENTHS, 3), ANTERIOR_USED[posture])
    back = np.full(len(POSTERIOR_TENTHS), POSTERIOR_USED[posture])
    # Upright trunks lean as the person wants: that lean is tilt. Of somebody who lies it is noise.
    return np.r_[back, front, True, posture.startswith("lying")]


def nuisances() -> np.ndarray:
    """Changes that must read as nothing, of the size that is usual (rows of FEATURES).

    A trunk line that shifts or turns in the body (noise of the landmarks), breathing of belly and
    chest, which the rendered people lack.
    """
    back, front = np.array(POSTERIOR_TENTHS), np.array(ANTERIOR_TENTHS)
    still, other = np.zeros(len(back)), np.zeros(2)
    return np.array(
        [
            0.02 * np.r_[np.ones(len(back)), -np.ones(len(front)), other],
            0.03 * np.r_[back, -front, other],
            0.012 * np.r_[still, np.ones(len(front)), other],
            0.012 * np.r_[still, np.exp(-(((front - 0.4) / 0.25) ** 2)), other],
            0.010 * np.r_[still, np.exp(-(((front - 0.8) / 0.2) ** 2)), other],
        ]
    )


@dataclass(frozen=True)
class Fitted:
    """Weights (FEATURES,) and curve (3,) of one angle."""

    weights: np.ndarray
    curve: np.ndarray

    def of(self, changes: np.ndarray) -> np.ndarray:
        """Return the angles (N,) of changes (N, FEATURES)."""
        used = self.weights != 0
        x = changes[:, used] @ self.weights[used] / BEND_AT_DEG
        return BEND_AT_DEG * (np.stack([x, x**2, x**3], axis=1) @ self.curve)


def fit(x: np.ndarray, y: np.ndarray, columns: np.ndarray) -> list[Fitted]:
    """Return the fits of tilt and lumbar curve: a ridge, then a curve through what it says."""
    good = np.isfinite(x[:, columns]).all(axis=1)
    a, n = x[good][:, columns], nuisances()[:, columns]
    sizes = np.full(FEATURES, RIDGE)
    sizes[-2:] = RIDGE_THIGHS, RIDGE_LEAN
    normal = a.T @ a + good.sum() * (np.diag(sizes[columns]) + NUISANCE * n.T @ n)
    out = []
    for target in y[good].T:
        weights = np.zeros(len(columns))
        weights[columns] = np.linalg.solve(normal, a.T @ target)
        p = a @ weights[columns] / BEND_AT_DEG
        # The rocking stays long at its ends; every angle is to count the same.
        size = np.abs(target).max()
        count = np.sqrt(np.sqrt(np.clip(1 - (target / size) ** 2, 0.05, 1)))
        powers = np.stack([p, p**2, p**3], axis=1) * count[:, None]
        curve = np.linalg.lstsq(powers, target * count / BEND_AT_DEG, rcond=None)[0]
        out.append(Fitted(weights, curve))
    return out


def without_front(columns: np.ndarray) -> np.ndarray | None:
    """Return the same features without the front; None where they are the same, or nothing."""
    front = np.zeros(FEATURES, dtype=bool)
    front[len(POSTERIOR_TENTHS) : -2] = True
    if not columns[: len(POSTERIOR_TENTHS)].any() or not columns[front].any():
        return None
    return columns & ~front


def print_fit(name: FitName, found: list[Clip]) -> None:
    """Print the numbers of `spine_fit`, and how well they hold on people left out."""
    loose = name == "kneeling_loose"
    posture: Posture = "kneeling" if loose else name
    data = [
        (clip.body, *examples(clip))
        for clip in found
        # Shirts are few among the clips: they count threefold where they matter, else not at all.
        for _ in range((3 if loose else 0) if clip.sequence.look else 1)
        if clip.posture == posture
    ]
    x, y = np.vstack([d[1] for d in data]), np.vstack([d[2] for d in data])
    columns = columns_of(name)
    sets = [columns]
    if (fewer := without_front(columns)) is not None:
        sets.append(fewer)
    print(f'    "{name}": Fit(')
    for chosen in sets:
        errors = []
        for person in sorted({d[0] for d in data}):
            mine = np.concatenate([np.full(len(d[1]), d[0] == person) for d in data])
            fits = fit(x[~mine], y[~mine], chosen)
            errors.append(np.stack([f.of(x[mine]) for f in fits], axis=1) - y[mine])
        error = np.vstack(errors)
        error = error[np.isfinite(error).all(axis=1)]
        left_out = np.sqrt(np.mean(error**2, axis=0)).round(1).tolist()
        print(f"        # left out one by one: {left_out} degrees, {len(error)} of {len(x)} frames")
        many = chosen is not columns
        if many:
            print("        (")
        for fitted in fit(x, y, chosen):
            _print_angle(fitted, "            " if many else "        ")
        if many:
            print("        ),")
    if len(sets) == 1:
        print("        None,")
    print("    ),")


def _print_angle(fitted: Fitted, indent: str) -> None:
    back, front = np.split(fitted.weights[:-2], [len(POSTERIOR_TENTHS)])
    print(f"{indent}_angle(")
    for part in (back, front):
        print(f"{indent}    ({', '.join(f'{value:.0f}' for value in part if part.any())}),")
    others = [f"{value:.3f}" for value in fitted.weights[-2:]]
    others += [f"{value:.2f}" for value in fitted.curve]
    print(f"{indent}    {', '.join(others)},\n{indent}),")


# -- scoring -----------------------------------------------------------------------------------


def score(found: list[Clip]) -> dict[str, dict[str, Any]]:
    """Return RMSE of tilt and lumbar change, and the share measured, by sequence and in all."""
    errors: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for clip in found:
        tracker, watch = Tracker(), pelvis.BackWatch()
        for i, pose in enumerate(clip.poses):
            at_start = bool(clip.neutral[i])
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


def list_signs(clip: Clip) -> tuple[np.ndarray, np.ndarray]:
    """Return what the list is read from (N, 3) and the true list (N,), as changes from neutral."""
    tracker = Tracker()
    bodies = [tracker.update(pose).body for pose in clip.poses]
    signs = np.array([
        (math.nan,) * 3 if body is None else frontal.pelvis_list_signs(body) for body in bodies
    ])  # fmt: skip
    neutral = np.nanmedian(signs[clip.neutral], axis=0)
    return signs - neutral, clip.tilt - np.median(clip.tilt[clip.neutral])


def print_list_fit(found: list[Clip]) -> None:
    signs, true = (np.concatenate(parts) for parts in zip(*map(list_signs, found), strict=True))
    known = np.isfinite(signs).all(axis=1)
    fitted = np.linalg.lstsq(signs[known], true[known], rcond=None)[0] * (1, -1, -1)
    names = "PELVIS_LIST_GAIN, LIFTED_KNEE_DEG, SHOULDERS_SHARE"
    print(f"{names} = {fitted[0]:.2f}, {fitted[1]:.1f}, {fitted[2]:.2f}  # least squares")


def score_list(found: list[Clip]) -> dict[str, dict[str, Any]]:
    """Return the RMSE of the change of pelvic list."""
    numbers = frontal.PELVIS_LIST_GAIN, frontal.LIFTED_KNEE_DEG
    weights = np.array((numbers[0], -numbers[1], -frontal.SHOULDERS_SHARE))
    errors: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for clip in found:
        signs, true = list_signs(clip)
        for error in (signs @ weights - true)[~clip.neutral]:
            errors[f"{clip.sequence.name}, {clip.by}"].append((float(error), 0.0))
            errors[f"all, {clip.by}"].append((float(error), 0.0))
    return {
        name: {"list_rmse_deg": _figures(np.array(rows))["tilt_rmse_deg"], "frames": len(rows)}
        for name, rows in errors.items()
    }


def _figures(errors: np.ndarray) -> dict[str, Any]:
    known = np.isfinite(errors).all(axis=1)
    rmse = [None, None]
    if known.any():
        rmse = np.sqrt(np.mean(errors[known] ** 2, axis=0)).round(1).tolist()
    return {
        "tilt_rmse_deg": rmse[0],
        "lumbar_rmse_deg": rmse[1],
        "measured": round(float(known.mean()), 2),
        "frames": len(errors),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, required=True, help="pose_landmarker .task file")
    parser.add_argument(
        "--second-model", type=Path, help="one that looks, too, from the front (as full+heavy)"
    )
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
            found = list(clips(position, FITTING, args.model, args.cache, fitting=True))
            if position == "front":
                print_list_fit(found)
                continue
            for name in FITS_OF[position]:
                print_fit(name, found)
            continue
        if position == "front":
            figures = score_list(list(seen_by_two(args)))
        else:
            figures = score(list(clips(position, SCORING, args.model, args.cache)))
        result["positions"][position] = figures
        for name, row in figures.items():
            print(f"{position:14} {name:28} {row}")
    if args.json:
        args.json.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
