"""The kinds of measurement that formcheck has.

Names and signs follow OpenSim and ISB where the quantity is the same (`docs/measurement.md`). The
formulas lie by plane in `sagittal`, `frontal`, `ratios`, `space` and `spine`. Add a kind by writing
a function and a `MeasurementKind` row; a third-party package adds rows through the entry point
group ``formcheck.measurements``.
"""

from __future__ import annotations

from formcheck.core.body.posture import knee_flexion_deg, thigh_trunk_flexion_deg
from formcheck.core.body.view import ViewName
from formcheck.core.measure.frontal import (
    knee_inward_deg,
    pelvis_drop_deg,
    pelvis_list_deg,
    shoulder_slope_deg,
    trunk_lean_frontal_deg,
    trunk_side_bend_deg,
    why_not_upright,
)
from formcheck.core.measure.ratios import (
    elbow_to_knee,
    foot_ahead,
    foot_height,
    heel_height,
    hip_height,
    hip_rise,
    knee_height,
    knee_over_ankle,
    knees_apart,
    stance_length,
)
from formcheck.core.measure.registry import (
    FAR_SIDE,
    TURN_TO_FRONT,
    TURN_TO_SIDE,
    MeasurementKind,
    Registry,
    view_reason,
)
from formcheck.core.measure.sagittal import (
    ankle_dorsiflexion_deg,
    arm_elevation_deg,
    elbow_flexion_deg,
    head_curl_deg,
    leg_above_level_deg,
    shin_lean_deg,
    thigh_above_level_deg,
    thigh_ahead_deg,
    thigh_elevation_deg,
    trunk_above_level_deg,
    trunk_lean_sagittal_deg,
)
from formcheck.core.measure.space import leg_abduction_deg, trunk_rotation_deg
from formcheck.core.measure.spine import lumbar_change_deg, pelvis_tilt_change_deg, why_unknown

__all__ = [
    "FAR_SIDE",
    "REGISTRY",
    "TURN_TO_FRONT",
    "TURN_TO_SIDE",
    "MeasurementKind",
    "measure",
    "missing_values",
    "register",
    "view_reason",
]

_SIDE: frozenset[ViewName] = frozenset({"side"})
_FRONT: frozenset[ViewName] = frozenset({"front", "back"})
_ANY: frozenset[ViewName] = frozenset({"side", "front", "back", "oblique"})

_LEG = ("hip", "knee", "ankle")
_TRUNK = ("shoulder", "hip")

# error: typical mean absolute error in a side view of rendered people plus what real recordings
# add; docs/accuracy.md has the table.
_KINDS = (
    # Seated, the straight leg's knee is drawn toward the other one: read 8–23 degrees too bent.
    MeasurementKind(
        "knee_flexion",
        "deg",
        True,
        _SIDE,
        _LEG,
        5,
        False,
        "knee bend",
        knee_flexion_deg,
        error_in={"seated": 18},
    ),
    # Half-kneeling, the rear hip is off by up to 8 degrees from person to person.
    MeasurementKind(
        "thigh_trunk_flexion",
        "deg",
        True,
        _SIDE,
        ("shoulder", "hip", "knee"),
        5,
        False,
        "hip angle",
        thigh_trunk_flexion_deg,
        error_in={"half_kneeling": 7},
    ),
    MeasurementKind(
        "thigh_elevation",
        "deg",
        True,
        _ANY,
        ("hip", "knee"),
        4,
        True,
        "thigh height",
        thigh_elevation_deg,
    ),
    MeasurementKind(
        "thigh_above_level",
        "deg",
        True,
        _SIDE,
        ("hip", "knee"),
        4,
        True,
        "thigh above level",
        thigh_above_level_deg,
    ),
    MeasurementKind(
        "shin_lean", "deg", True, _SIDE, ("knee", "ankle"), 4, True, "shin lean", shin_lean_deg
    ),
    MeasurementKind(
        "knee_over_ankle",
        "ratio",
        True,
        _SIDE,
        ("knee", "ankle"),
        0.07,
        True,
        "knee in front of the ankle",
        knee_over_ankle,
    ),
    MeasurementKind(
        "trunk_lean_sagittal",
        "deg",
        False,
        _SIDE,
        _TRUNK,
        3,
        True,
        "trunk lean",
        trunk_lean_sagittal_deg,
    ),
    MeasurementKind(
        "trunk_lean_frontal",
        "deg",
        False,
        _FRONT,
        _TRUNK,
        3,
        True,
        "trunk sway",
        trunk_lean_frontal_deg,
        why_not_upright,
    ),
    MeasurementKind(
        "shoulder_slope",
        "deg",
        False,
        _FRONT,
        _TRUNK,
        3,
        True,
        "shoulder line",
        shoulder_slope_deg,
        why_not_upright,
    ),
    MeasurementKind(
        "pelvis_list",
        "deg",
        False,
        _FRONT,
        ("hip", "knee", "shoulder"),
        3,
        True,
        "pelvic list",
        pelvis_list_deg,
        why_not_upright,
    ),
    MeasurementKind(
        "pelvis_drop",
        "deg",
        True,
        _FRONT,
        ("hip", "knee", "shoulder"),
        3,
        True,
        "hip drop",
        pelvis_drop_deg,
        why_not_upright,
    ),
    MeasurementKind(
        "knee_height", "ratio", True, _ANY, ("hip", "knee"), 0.06, True, "knee height", knee_height
    ),
    MeasurementKind(
        "foot_height", "ratio", True, _ANY, ("hip", "ankle"), 0.06, True, "foot height", foot_height
    ),
    MeasurementKind(
        "stance_length",
        "ratio",
        False,
        _SIDE,
        ("ankle",),
        0.06,
        True,
        "stance length",
        stance_length,
    ),
    MeasurementKind(
        "knees_apart",
        "ratio",
        False,
        _FRONT,
        ("hip", "knee"),
        0.15,
        True,
        "distance between the knees",
        knees_apart,
    ),
    MeasurementKind(
        "elbow_flexion",
        "deg",
        True,
        _ANY,
        ("shoulder", "elbow", "wrist"),
        8,
        False,
        "elbow bend",
        elbow_flexion_deg,
    ),
    MeasurementKind(
        "arm_elevation",
        "deg",
        True,
        _ANY,
        ("hip", "shoulder", "elbow"),
        8,
        True,
        "arm height",
        arm_elevation_deg,
    ),
    MeasurementKind(
        "head_curl", "deg", False, _SIDE, _TRUNK, 6, True, "head and shoulder curl", head_curl_deg
    ),
    # error: docs/pelvis.md; bounds closer to neutral than this never raise a fault.
    MeasurementKind(
        "pelvis_tilt_change",
        "deg",
        False,
        _SIDE,
        _TRUNK,
        3,
        True,
        "pelvic tilt",
        pelvis_tilt_change_deg,
        why_unknown,
        {"half_kneeling": 2},
    ),
    MeasurementKind(
        "lumbar_change",
        "deg",
        False,
        _SIDE,
        _TRUNK,
        4,
        True,
        "lower back",
        lumbar_change_deg,
        why_unknown,
        # Lying, a leg that is lowered moves the seat: up to 19 degrees for a moment.
        {"half_kneeling": 3, "supine": 6},
    ),
    MeasurementKind(
        "ankle_dorsiflexion",
        "deg",
        True,
        _SIDE,
        ("knee", "ankle", "heel", "foot_index"),
        8,
        False,
        "ankle bend",
        ankle_dorsiflexion_deg,
    ),
    MeasurementKind(
        "leg_above_level",
        "deg",
        True,
        _SIDE,
        ("hip", "ankle"),
        4,
        True,
        "leg height",
        leg_above_level_deg,
    ),
    MeasurementKind(
        "trunk_above_level",
        "deg",
        False,
        _SIDE,
        _TRUNK,
        4,
        True,
        "trunk above level",
        trunk_above_level_deg,
    ),
    MeasurementKind(
        "thigh_ahead",
        "deg",
        True,
        _SIDE,
        ("hip", "knee"),
        6,
        True,
        "thigh ahead of the other",
        thigh_ahead_deg,
    ),
    MeasurementKind(
        "foot_ahead",
        "ratio",
        True,
        _SIDE,
        ("ankle", "hip"),
        0.06,
        True,
        "foot ahead of the other",
        foot_ahead,
    ),
    MeasurementKind(
        "heel_height", "ratio", True, _ANY, ("hip", "heel"), 0.06, True, "heel height", heel_height
    ),
    MeasurementKind(
        "hip_height", "ratio", False, _ANY, _TRUNK, 0.06, True, "hip height", hip_height
    ),
    MeasurementKind(
        "hip_rise",
        "ratio",
        False,
        _ANY,
        _TRUNK,
        0.08,
        True,
        "rise of the hips",
        hip_rise,
        only_change=True,
    ),
    MeasurementKind(
        "trunk_side_bend",
        "deg",
        True,
        _FRONT,
        _TRUNK,
        3,
        True,
        "side bend",
        trunk_side_bend_deg,
        why_not_upright,
    ),
    MeasurementKind(
        "trunk_rotation", "deg", True, _ANY, _TRUNK, 10, True, "trunk rotation", trunk_rotation_deg
    ),
    MeasurementKind(
        "leg_abduction",
        "deg",
        True,
        _ANY,
        ("hip", "ankle"),
        8,
        True,
        "leg away from the middle",
        leg_abduction_deg,
    ),
    MeasurementKind(
        "elbow_to_knee",
        "ratio",
        True,
        _ANY,
        ("hip", "knee", "elbow"),
        0.15,
        True,
        "distance from elbow to knee",
        elbow_to_knee,
    ),
    MeasurementKind(
        "knee_inward", "deg", True, _FRONT, _LEG, 5, True, "knee inward", knee_inward_deg
    ),
)

REGISTRY = Registry(_KINDS)
"""The kinds that formcheck measures; plugins add theirs to it."""
register, measure, missing_values = REGISTRY.register, REGISTRY.measure, REGISTRY.missing_values
measure_side_on = REGISTRY.measure_side_on
