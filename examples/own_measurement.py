"""A measurement of your own: how high the hands are, over the length of the trunk.

    python examples/own_measurement.py clip.poses.npz standing_march

Once it is registered every session measures it, and a spec may set bounds on it. A package that is
installed registers its own everywhere, through the entry point ``formcheck.measurements``.
"""

from __future__ import annotations

import math
import sys

import formcheck as fc


def hand_height(body, side):
    """Height of the wrist above the hips over the trunk's length: 0 hips, about 1 shoulders."""
    rise_px = body.height_px(body.joint(side, "wrist")) - body.height_px(body.hips)
    return rise_px / body.trunk_px if body.trunk_px > 0 else math.nan


HAND_HEIGHT = fc.MeasurementKind(
    name="hand_height",
    unit="ratio",
    sided=True,
    views=frozenset({"side", "front", "back"}),
    joints=("wrist", "hip", "shoulder"),
    error=0.1,  # bounds that are missed by less raise no fault
    far_side=False,
    label="hand height",
    compute=hand_height,
)


def main(source: str, exercise: str) -> dict[str, float]:
    """Return the greatest height of each hand in a source."""
    session = fc.Session(fc.load_spec(exercise))
    heights: dict[str, list[float]] = {"left": [], "right": []}
    with fc.open_poses(source, spec=session.spec) as poses:
        for pose in poses:
            result = session.update(pose)
            for side, seen in heights.items():
                # Unknown is NaN, with the reason in `result.reasons`.
                value = result.values[f"hand_height_{side}"]
                if not math.isnan(value):
                    seen.append(value)
    return {side: max(seen, default=math.nan) for side, seen in heights.items()}


if __name__ == "__main__":
    fc.register_measurement(HAND_HEIGHT)
    for which, height in main(*sys.argv[1:3]).items():
        print(f"highest {which} hand: {height:.2f} trunk lengths above the hips")
