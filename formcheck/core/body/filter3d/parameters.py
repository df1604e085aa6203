"""The numbers of the body filter: each one a length, an angle, a time or a noise.

Sources: ``docs/body_filter.md``. *Population* means the spread of adults, *network* the errors of
MediaPipe ``full`` against rendered and marker-measured people, *heuristic* no source but a trial.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FilterParameters:
    """Parameters of `BodyFilter`. Lengths in metres, angles in degrees, times in seconds.

    Tuples of three are along the camera's x, y and z. Standard deviations of directions are of
    components of unit vectors (no unit).
    """

    # How long a state is kept back until it is reported: later frames still improve it.
    lag_s: float = 0.4
    # Frames that show nobody, or somebody elsewhere, are bridged for this long; then all starts
    # anew.
    gap_s: float = 0.4

    # What is learned of a person's lengths and of the camera fades in this time towards what is
    # known of all: how large and how far away somebody is cannot be seen, and small errors would
    # add up. Heuristic.
    memory_s: float = 30.0

    # Focal length over the longer side of the image, where it is not known: main cameras of phones
    # and webcams 0.75-0.95.
    focal_over_longer_side: float = 0.88
    focal_log_sd: float = 0.05
    # A camera on a tripod or a shelf; constant. Heuristic.
    pitch_sd_deg: float = 6.0
    roll_sd_deg: float = 3.0

    # This person's lengths in the order of `Bone`, between joint centres as the landmarks mark
    # them, and how far persons differ. Population.
    length_m: tuple[float, ...] = (0.405, 0.43, 0.215, 0.35, 0.155, 0.49, 0.56)
    length_sd_m: tuple[float, ...] = (0.03, 0.03, 0.025, 0.03, 0.02, 0.035, 0.04)
    # How far a length changes within a movement: soft tissue, a hip that is no hinge, a spine that
    # bends. Network.
    length_within_sd_m: tuple[float, ...] = (0.008, 0.008, 0.01, 0.02, 0.012, 0.03, 0.03)

    # White acceleration of hips and shoulders, (m/s2)2 s, and how much more of it the others have.
    acceleration: float = 10.0
    knee_acceleration: float = 4.0
    ankle_acceleration: float = 6.0
    # A foot that rests stays where it is: its speed dies away within this time and its acceleration
    # is this, where ankle and toe are seen slower than the first speed; between the two speeds
    # (trunk lengths a second) it begins to move. Heuristic.
    rest_s: float = 0.05
    rest_acceleration: float = 0.1
    rest_below: float = 0.15
    moves_above: float = 0.6
    # Errors of the network stay for this long: a frame is worth dt of it.
    network_memory_s: float = 0.3

    # Landmarks in the image, in trunk lengths (hips to shoulders, not foreshortened), by hip,
    # knee, ankle, shoulder, toe. Network.
    landmark_sd: float = 0.055
    landmark_factors: tuple[float, ...] = (1.3, 1.0, 1.0, 1.2, 1.5)
    # What visibility takes away: sd x (1 + this x (1 - visibility)^2).
    hidden_factor: float = 2.0
    # Degrees of freedom of Student's distribution of landmarks and directions.
    student_nu: float = 3.0

    # World landmarks as directions: spread along x, y, z. Network.
    thigh_sd: tuple[float, float, float] = (0.29, 0.29, 0.29)
    shin_sd: tuple[float, float, float] = (0.20, 0.20, 0.27)
    hips_sd: tuple[float, float, float] = (0.22, 0.19, 0.08)
    shoulders_sd: tuple[float, float, float] = (0.13, 0.12, 0.07)
    foot_sd: tuple[float, float, float] = (0.28, 0.24, 0.33)
    trunk_sd: tuple[float, float, float] = (0.05, 0.05, 0.08)
    direction_factor: float = 1.5
    # Their bias along z: shins lean away from the camera, trunks lean towards it. Network.
    thigh_bias_z: float = 0.04
    shin_bias_z: float = 0.15
    trunk_bias_z: float = -0.06

    # What bodies do, as spreads of components of unit vectors. Heuristic.
    shin_sideways_sd: float = 0.15
    abduction_sd: float = 0.35
    hips_trunk_sd: float = 0.1
    hips_shoulders_sd: float = 0.25
    # Knees bend to one side only.
    hyperextension_deg: float = 2.0
    hyperextension_sd: float = 0.05
    # Feet are on one floor, or above it (Cauchy), and never below. How well the first frame tells
    # where it is, and how it drifts with a camera that is not quite still, m per square root of s.
    floor_sd_m: float = 0.03
    floor_start_sd_m: float = 0.2
    floor_drift_m: float = 0.01

    # Left and right leg are exchanged where that explains a frame better by more than this, nats.
    exchange_nats: float = 4.0

    # Mirrored depth: thigh or shin contradicts its world direction by more than this many sd for
    # longer than this time.
    mirror_sd: float = 5.0**0.5
    mirror_after_s: float = 0.1
    # How uncertain the depth of a point is after it was taken to the other side.
    mirror_depth_sd_m: float = 0.15
