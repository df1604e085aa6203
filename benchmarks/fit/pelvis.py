"""Fit the numbers of `formcheck.core.measure.spine_fit`, and those of the pelvic list.

    python -m benchmarks fit pelvis
    python -m benchmarks fit pelvis --position front

On the people t1-t12 and b1, b3, b5, b7, filmed as in `python -m benchmarks accuracy pelvis`, who
scores on others.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from benchmarks.accuracy.pelvis import Clip, add_filming, clips, list_signs
from benchmarks.accuracy.pelvis_filming import SEQUENCES
from benchmarks.common import Figures, parser_of, write_json
from formcheck.core.body.body import Body
from formcheck.core.body.tracker import Tracker
from formcheck.core.measure import spine as pelvis
from formcheck.core.measure.sagittal import trunk_lean_sagittal_deg
from formcheck.core.measure.spine_fit import (
    ANTERIOR_TENTHS,
    BEND_AT_DEG,
    FEATURES,
    POSTERIOR_TENTHS,
    FitName,
    Posture,
)
from formcheck.core.measure.trunk_shape import (
    blur_of_back,
    contrast_of,
    nearest_arm,
    thighs_deg,
    trunk_shape,
)
from formcheck.estimate import models as model_store

TUNING = ("b1", "b3", "b5", "b7")
FITTING = (*(f"t{number}" for number in range(1, 13)), *TUNING)
"""Whom the numbers are fitted on: nobody who is scored."""
FITS_OF: dict[str, tuple[FitName, ...]] = {
    "standing": ("standing",),
    "half_kneeling": ("kneeling", "kneeling_loose"),
    "supine": ("lying", "lying_arms_up"),
}
POSTERIOR_USED: dict[FitName, bool] = {
    "standing": True,
    "kneeling": True,
    "kneeling_loose": True,
    "lying_arms_up": True,
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


def examples(clip: Clip) -> tuple[np.ndarray, np.ndarray]:
    """Return changes from neutral (N, FEATURES) and the true changes of tilt and lumbar (N, 2).

    The tilt is that against the trunk line. Frames that the program would refuse are left out.
    """
    tracker = Tracker()
    bodies = [tracker.update(pose).body for pose in clip.poses]
    rows = np.full((len(bodies), FEATURES), np.nan)
    for i, body in enumerate(bodies):
        if body is not None and body.view.name == "side" and not _refused(body, clip.posture):
            shape = trunk_shape(body.pose.outline, body.turn_sign)
            rows[i] = [*shape, thighs_deg(body), trunk_lean_sagittal_deg(body, "left")]
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
    if blur_of_back(outline, body.turn_sign) > pelvis.MOST_BLUR:
        return True
    if contrast_of(outline, body.turn_sign, "back") < pelvis.LEAST_CONTRAST:
        return True
    upright = posture in ("standing", "kneeling")
    return upright and nearest_arm(body, outline, "back") < pelvis.ARM_BEHIND


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


def print_fit(name: FitName, found: list[Clip]) -> Figures:
    """Print the numbers of `spine_fit`, and how well they hold on people left out."""
    written: Figures = {}
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
        written["without the front" if many else "all"] = {
            "left_out_rmse_deg": left_out,
            "frames": len(error),
        }
        if many:
            print("        (")
        for angle, fitted in zip(("tilt", "lumbar"), fit(x, y, chosen), strict=True):
            _print_angle(fitted, "            " if many else "        ")
            written["without the front" if many else "all"][angle] = {
                "weights": fitted.weights.tolist(),
                "curve": fitted.curve.tolist(),
            }
        if many:
            print("        ),")
    if len(sets) == 1:
        print("        None,")
    print("    ),")
    return written


def _print_angle(fitted: Fitted, indent: str) -> None:
    back, front = np.split(fitted.weights[:-2], [len(POSTERIOR_TENTHS)])
    print(f"{indent}_angle(")
    for part in (back, front):
        print(f"{indent}    ({', '.join(f'{value:.0f}' for value in part if part.any())}),")
    others = [f"{value:.3f}" for value in fitted.weights[-2:]]
    others += [f"{value:.2f}" for value in fitted.curve]
    print(f"{indent}    {', '.join(others)},\n{indent}),")


def print_list_fit(found: list[Clip]) -> Figures:
    """Print the numbers of the pelvic list."""
    signs, true = (np.concatenate(parts) for parts in zip(*map(list_signs, found), strict=True))
    known = np.isfinite(signs).all(axis=1)
    fitted = np.linalg.lstsq(signs[known], true[known], rcond=None)[0] * (1, -1, -1)
    names = "PELVIS_LIST_GAIN, LIFTED_KNEE_DEG, SHOULDERS_SHARE"
    print(f"{names} = {fitted[0]:.2f}, {fitted[1]:.1f}, {fitted[2]:.2f}  # least squares")
    return dict(zip(names.split(", "), fitted.tolist(), strict=True))


def main(argv: list[str] | None = None) -> int:
    """Print the numbers of each position."""
    parser = parser_of(__doc__)
    add_filming(parser)
    args = parser.parse_args(argv)
    model = args.model or model_store.load().path
    written: Figures = {}
    for position in args.position or list(SEQUENCES):
        found = list(clips(position, FITTING, model, args.cache, fitting=True))
        if position == "front":
            written["list"] = print_list_fit(found)
            continue
        for name in FITS_OF[position]:
            written[name] = print_fit(name, found)
    write_json(args.json, written)
    return 0
