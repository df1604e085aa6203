"""Landmarks moved to where the joints are, in side views.

The pose model puts the hips of people seen from the side in front of their joints: the far one by
2 % of the trunk's length when its thigh hangs and by 11 % when it is level, and by more in people
who lie. Knees lie a little to the front of their joints, too. Left as they are, trunks read 2–4
degrees too far back and thighs 4–5 degrees too far behind them (rendered people,
docs/accuracy.md). The shifts below were fitted on the twelve people t1–t12 of the ground truth
(`python -m benchmarks fit joint-centres`), who are scored nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from formcheck.core.body.body import Body
from formcheck.core.body.posture import (
    knee_flexion_deg,
    lying_fraction,
    thigh_trunk_flexion_deg,
    trunk_tilt_deg,
)
from formcheck.core.geometry import Vec, length, sub
from formcheck.core.pose import SIDES, FloatArray, Landmark, landmark_of


@dataclass(frozen=True, slots=True)
class _Hip:
    """How far a hip's landmark lies in front of its joint and above it along the trunk.

    In trunk lengths, at each of `KNOTS_DEG`; what a shin that is folded back by 90 degrees adds.
    """

    ahead: tuple[float, float, float, float]
    above: tuple[float, float, float, float]
    ahead_folded: float = 0.0
    above_folded: float = 0.0


# Thigh-trunk flexion; between the knots the shifts go straight, beyond them they stay.
KNOTS_DEG = (-20.0, 0.0, 45.0, 90.0)
UPRIGHT = {
    "near": _Hip((0.049, 0.024, 0.081, 0.024), (-0.010, 0.022, 0.034, 0.043), -0.050, 0.023),
    "far": _Hip((0.057, 0.019, 0.063, 0.115), (0.023, 0.031, 0.098, 0.039), -0.055, 0.005),
}
# Four of the twelve lie, each in another exercise: too few to believe more than half of what was
# fitted on them (in full it overshoots on other people by as much as it corrects).
LYING = {
    "near": _Hip((0.022, 0.022, 0.035, 0.037), (-0.005, -0.005, 0.005, 0.007)),
    "far": _Hip((0.048, 0.048, 0.055, 0.070), (-0.019, -0.019, 0.009, 0.022)),
}
SHOULDERS_AHEAD_LYING = 0.012
# Knees, in front of the shin's line.
KNEE_AHEAD = 0.013


def at_joint_centres(body: Body) -> Body:
    """Return the body with hips, knees and shoulders at their joints.

    Parameters
    ----------
    body : Body
        As the pose model sees it.

    Returns
    -------
    Body
        The same where the person is not seen from the side: there the shifts are not known.
    """
    trunk_px = body.trunk_px
    if body.view.name != "side" or not trunk_px > 0:
        return body
    lying = lying_fraction(trunk_tilt_deg(body))
    landmarks = body.pose.landmarks.copy()
    up = body.trunk
    ahead = _to_the_front(body, up)
    lowered = 0.0
    for side in SIDES:
        leg = "near" if side == body.view.near_side else "far"
        flexion_deg = thigh_trunk_flexion_deg(body, side)
        folded = knee_flexion_deg(body, side) - max(0.0, flexion_deg)
        forward, upward = _shift(UPRIGHT[leg], LYING[leg], lying, flexion_deg, folded)
        _move(body, landmarks, landmark_of(side, "hip"), ahead, -forward)
        _move(body, landmarks, landmark_of(side, "hip"), up, -upward)
        lowered += upward / 2
        shin_up = sub(body.joint(side, "knee"), body.joint(side, "ankle"))
        shin_px = length(shin_up)
        if shin_px > 0:
            front = _to_the_front(body, shin_up)
            _move(
                *(body, landmarks, landmark_of(side, "knee"), front),
                -KNEE_AHEAD * trunk_px / shin_px,
            )
    for side in SIDES:
        shoulder = landmark_of(side, "shoulder")
        _move(body, landmarks, shoulder, ahead, -lying * SHOULDERS_AHEAD_LYING)
        # Shoulders lie above their joints too, by more; they follow the hips, so that the trunk
        # keeps its length: it is the unit of all ratios.
        _move(body, landmarks, shoulder, up, -lowered)
    return replace(body, pose=replace(body.pose, landmarks=landmarks))


def _to_the_front(body: Body, up: Vec) -> Vec:
    """Return a vector as long as one that points up the body, square to it, to the front."""
    return (body.turn_sign * up[1], -body.turn_sign * up[0])


def _move(body: Body, landmarks: FloatArray, mark: Landmark, way: Vec, share: float) -> None:
    width, height = body.pose.size_px
    landmarks[mark, 0] += share * way[0] / width
    landmarks[mark, 1] += share * way[1] / height


def _shift(
    upright: _Hip, flat: _Hip, lying: float, flexion_deg: float, folded_deg: float
) -> tuple[float, float]:
    """Return how far ahead and above a hip's landmark is, between upright (0) and lying (1)."""
    number = sum(flexion_deg >= knot for knot in KNOTS_DEG[1:-1])
    start, end = KNOTS_DEG[number], KNOTS_DEG[number + 1]
    share = min(1.0, max(0.0, (flexion_deg - start) / (end - start)))
    folded = min(1.0, max(0.0, folded_deg / 90.0))

    def value(knots: tuple[float, ...], added: float) -> float:
        return knots[number] + share * (knots[number + 1] - knots[number]) + added * folded

    return (
        _mixed(
            value(upright.ahead, upright.ahead_folded), value(flat.ahead, flat.ahead_folded), lying
        ),
        _mixed(
            value(upright.above, upright.above_folded), value(flat.above, flat.above_folded), lying
        ),
    )


def _mixed(upright: float, flat: float, lying: float) -> float:
    return (1.0 - lying) * upright + lying * flat
