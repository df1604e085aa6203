"""Small how-to pictures of every exercise, made from the rendered people.

    python -m groundtruth.how_to_pictures [OUT] [--only ID]

Each picture shows the start of a clean performance on the left and its top (or its hold) on
the right, cut to the person.  They are committed in ``exercise_specs/pictures`` and travel
with the program; run this again after a motion script was changed.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from groundtruth.filming import Filming
from groundtruth.motions.script import load_motion, motion_names
from groundtruth.takes import Take, takes

OUT_DIR = Path(__file__).resolve().parent.parent / "exercise_specs" / "pictures"
RENDERED_PX = (960, 720)
PANEL_PX = (260, 216)
MARGIN = 0.14
"""Free space round the person, as a share of the person's size."""
GAP_PX = 6
QUALITY = 82


def how_to_take(motion: str) -> Take:
    """Return a clean take in position, well lit, large enough to be cut."""
    take = next(t for t in takes(motion) if t.check is None and "score" in t.subsets)
    sides = take.sides or load_motion(motion).sides
    return replace(
        take,
        intro=False,
        light="day",
        size_px=RENDERED_PX,
        sides=sides[:1],
        manner=replace(take.manner, tempo=1.0, sway_deg=0.0, unevenness=0.0),
    )


def moments_s(filming: Filming) -> tuple[float, float]:
    """Return the times of the start and of the top."""
    performance = filming.performance
    assert performance is not None
    if performance.span_s is None:
        return 1.0, performance.duration_s / 2
    began_s = performance.span_s[0]
    if performance.reps:
        return max(0.0, began_s - 0.2), performance.reps[0].top_s
    rise_s = performance.motion.timing.rise_s
    return max(0.0, began_s - rise_s - 0.2), sum(performance.span_s) / 2


def cut(joints_px: list[np.ndarray], size_px: tuple[int, int]) -> tuple[slice, slice]:
    """Return rows and columns that show all the joints, in the shape of a panel."""
    points = np.concatenate(joints_px)
    low, high = points.min(axis=0), points.max(axis=0)
    middle = (low + high) / 2
    wanted = (high - low) * (1 + 2 * MARGIN) + 30
    width = max(wanted[0], wanted[1] * PANEL_PX[0] / PANEL_PX[1])
    height = width * PANEL_PX[1] / PANEL_PX[0]
    scale = min(1.0, size_px[0] / width, size_px[1] / height)
    half = np.array([width, height]) * scale / 2
    middle = np.clip(middle, half, np.array(size_px) - half)
    (x0, y0), (x1, y1) = (middle - half).astype(int), (middle + half).astype(int)
    return slice(y0, y1), slice(x0, x1)


def picture(motion: str) -> np.ndarray:
    """Draw the picture of one motion, (H, W, 3) uint8 RGB."""
    filming = Filming(how_to_take(motion))
    frames = [filming.frame(time_s) for time_s in moments_s(filming)]
    rows, columns = cut([joints for *_, joints in frames if joints is not None], RENDERED_PX)
    panels = [
        cv2.resize(image[rows, columns], PANEL_PX, interpolation=cv2.INTER_AREA)
        for image, *_ in frames
    ]
    gap = np.full((PANEL_PX[1], GAP_PX, 3), 255, np.uint8)
    return np.concatenate([panels[0], gap, panels[1]], axis=1)


def main(arguments: list[str] | None = None) -> None:
    """Write the pictures of all the exercises."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path, nargs="?", default=OUT_DIR)
    parser.add_argument("--only", help="exercises whose name contains this")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    for name in motion_names():
        exercise = load_motion(name).exercise
        if exercise == "-" or (options.only and options.only not in exercise):
            continue
        path = options.out / f"{exercise}.webp"
        written = cv2.imwrite(
            str(path), picture(name)[:, :, ::-1], [cv2.IMWRITE_WEBP_QUALITY, QUALITY]
        )
        if not written:
            raise OSError(f"could not write {path}")
        print(f"{path.name}: {path.stat().st_size / 1000:.1f} kB", flush=True)


if __name__ == "__main__":
    main()
