"""Which position a body is in, and what to change to get into one."""

from __future__ import annotations

from formcheck.core.body.body import Body
from formcheck.core.body.posture import lies, trunk_tilt_deg
from formcheck.core.geometry import dot
from formcheck.core.measure.ratios import foot_height, knee_height, stance_length
from formcheck.core.measure.sagittal import shin_lean_deg, thigh_elevation_deg
from formcheck.core.pose import Landmark, Side, landmark_of, other_side
from formcheck.core.spec.exercise import ExerciseSpec
from formcheck.core.spec.fields import Position

UPRIGHT_DEG = 40.0
# A trunk that leans on the hands or over the legs is neither upright nor lying.
LEANING_DEG = 80.0
# Of the trunk's length: the foot that hangs is so much lower than the hips, feet of a lunge are so
# far apart, a foot up the wall is so high.
# The landmarks in space put a knee that is on the floor by so much too high.
ON_FLOOR, COARSE = 0.3, 0.15
HANGING, LUNGE, SHIN_UP = 0.35, 0.8, 0.45
# Hips of somebody on a chair are below this: short trunks over a seat of 45 cm reach 1.25.
SEATED = 1.35
# Trunk in the picture: smaller than this share of the longer edge is too far away to measure.
MIN_TRUNK_SHARE = 0.055

_WORDS: dict[Position, str] = {
    "standing": "stand upright",
    "lunge": "step one foot far in front of the other",
    "half_kneeling": "kneel on one knee, the other foot in front",
    "kneeling": "kneel upright",
    "wall_kneeling": "kneel with one shin up the wall, the other foot in front",
    "seated": "sit upright",
    "long_sitting": "sit on the floor with your legs long",
    "supine": "lie on your back",
    "supine_edge": "lie on your back at the edge, one leg hanging",
    "prone": "lie on your front",
}
# What to say where the trunk alone is out of the position.
TRUNK_LEANS = "your trunk leans: come upright"
_NEEDED = (
    (Landmark.LEFT_HIP, "hips"),
    (Landmark.RIGHT_HIP, "hips"),
    (Landmark.LEFT_SHOULDER, "shoulders"),
    (Landmark.RIGHT_SHOULDER, "shoulders"),
    (Landmark.LEFT_KNEE, "knees"),
    (Landmark.RIGHT_KNEE, "knees"),
)


def faces_up(body: Body) -> bool:
    """True where the front of a lying body is turned up (seen from the side)."""
    tx, ty = body.trunk
    front = (body.turn_sign * ty, -body.turn_sign * tx)
    return dot(front, body.down) < 0


def in_position(
    body: Body, position: Position, working: Side, *, most_tilt_deg: float = UPRIGHT_DEG
) -> bool:
    """Return whether the body is in a position; `working` is the stretched (rear) side.

    `most_tilt_deg` is how far from the vertical a trunk that must be upright may be.
    """
    is_coarse = body.view.name != "side"
    body = body.side_on or body
    tilt = trunk_tilt_deg(body)
    hip_height = (body.height_px(body.hips) - body.floor_height_px) / body.trunk_px
    if position in ("supine", "supine_edge", "prone"):
        lying = lies(tilt) and faces_up(body) == (position != "prone")
        hanging_px = body.height_px(body.hips) - body.height_px(body.joint(working, "ankle"))
        return lying and (position != "supine_edge" or hanging_px > HANGING * body.trunk_px)
    if position == "lunge":
        apart = stance_length(body, working)
        return tilt < LEANING_DEG and 0.3 < hip_height < 1.6 and apart > LUNGE
    if position == "long_sitting":
        return tilt < LEANING_DEG and hip_height < 0.5
    if tilt > most_tilt_deg:
        return False
    if position == "standing":
        return hip_height > 1.05
    if position == "seated":
        return hip_height < SEATED
    rear, front = knee_height(body, working), knee_height(body, other_side(working))
    if position == "kneeling":
        return rear < 0.3 and front < 0.3 and hip_height < 1.2
    low = ON_FLOOR + (COARSE if is_coarse else 0.0)
    if not (rear < low and front > max(0.35, rear + 0.25) and 0.5 < hip_height < 1.5):
        return False
    if position == "wall_kneeling" and foot_height(body, working) < SHIN_UP:
        return False
    # Sitting back on the heel in a crouch has the same heights, but the front shin lies flat.
    front_leg = other_side(working)
    return thigh_elevation_deg(body, front_leg) > 35 and abs(shin_lean_deg(body, front_leg)) < 65


def framing_trouble(body: Body, spec: ExerciseSpec) -> str | None:
    """Return what to change so that the camera sees what the exercise needs, or None."""
    width, height = body.pose.size_px
    # Where both legs do the same, the near one hides the far one and stands for it.
    far_knee = landmark_of(other_side(body.view.near_side), "knee")
    hidden_well = far_knee if spec.sides == "both" and body.view.name == "side" else None
    for landmark, what in _NEEDED:
        if landmark != hidden_well and body.trouble(landmark):
            return f"step back: I cannot see your {what}"
    if body.trunk_px < MIN_TRUNK_SHARE * max(width, height):
        return "come nearer to the camera"
    return None


def position_trouble(
    body: Body, position: Position, working: Side, passes: tuple[Position, ...] = ()
) -> str | None:
    """Return what to do to get into the position, or None where the body is in it.

    `passes` are other positions that do as well.
    """
    if any(in_position(body, name, working) for name in (position, *passes)):
        return None
    if in_position(body, position, working, most_tilt_deg=LEANING_DEG):
        return TRUNK_LEANS
    return _WORDS[position]


def drift_across(body: Body, before: Body) -> float:
    """Horizontal way of the hips between two bodies, in trunk lengths: walking, not exercising."""
    dx, dy = body.hips[0] - before.hips[0], body.hips[1] - before.hips[1]
    return abs(dx * body.down[1] - dy * body.down[0]) / body.trunk_px
