"""OpenSim motion (`.mot`) and marker (`.trc`) files.

A quantity gets OpenSim's name only where it *is* OpenSim's quantity with OpenSim's sign; every
other angle keeps formcheck's own name, so that nobody takes a thigh–trunk angle for a hip flexion.
"""

from __future__ import annotations

import numpy as np

from formcheck.core.pose import LANDMARK_COUNT, FloatArray, Landmark
from formcheck.errors import OutputError
from formcheck.io.frames import FrameTable

# Same zero, same positive direction as in OpenSim's Rajagopal and Lai–Uhlrich models: knee bent +,
# elbow bent +, ankle dorsiflexed +, right side of the pelvis down + (docs/measurement.md).
OPENSIM_NAMES = {
    "knee_flexion": "knee_angle",
    "elbow_flexion": "elbow_flex",
    "ankle_dorsiflexion": "ankle_angle",
    "pelvis_list": "pelvis_list",
}
_SIDE_LETTERS = {"left": "l", "right": "r"}

# The names of Pose2Sim's BlazePose marker set, so that its OpenSim marker files fit.
_POSE2SIM_NAMES = {
    Landmark.NOSE: "Nose",
    Landmark.LEFT_EYE: "LEye",
    Landmark.RIGHT_EYE: "REye",
    Landmark.LEFT_EYE_INNER: "LEyeInner",
    Landmark.RIGHT_EYE_INNER: "REyeInner",
    Landmark.LEFT_EYE_OUTER: "LEyeOuter",
    Landmark.RIGHT_EYE_OUTER: "REyeOuter",
    Landmark.MOUTH_LEFT: "LMouth",
    Landmark.MOUTH_RIGHT: "RMouth",
    Landmark.LEFT_FOOT_INDEX: "LBigToe",
    Landmark.RIGHT_FOOT_INDEX: "RBigToe",
}


def marker_name(landmark: Landmark) -> str:
    """Return the marker name of a landmark in a `.trc` file, e.g. ``RKnee``."""
    if landmark in _POSE2SIM_NAMES:
        return _POSE2SIM_NAMES[landmark]
    side, joint = landmark.name.split("_", 1)
    return side[0] + joint.replace("_", " ").title().replace(" ", "")


def coordinate_name(measurement: str) -> str | None:
    """Return the column of a `.mot` file for a measurement, or None where it is no angle.

    Parameters
    ----------
    measurement : str
        Full name with side and unit, e.g. ``knee_flexion_left_deg``.
    """
    if not measurement.endswith("_deg"):
        return None
    base = measurement.removesuffix("_deg")
    for side, letter in _SIDE_LETTERS.items():
        if base.endswith(f"_{side}"):
            stem = base.removesuffix(f"_{side}")
            return f"{OPENSIM_NAMES.get(stem, stem)}_{letter}"
    return OPENSIM_NAMES.get(base, base)


def mot_text(frames: FrameTable, name: str) -> str:
    """Return the angles of a take as an OpenSim motion file.

    Parameters
    ----------
    frames : FrameTable
    name : str
        First line of the file, usually the clip's name.

    Returns
    -------
    str
        Degrees, one column an angle; ``nan`` where the angle is unknown. Columns that are not
        angles are left out.
    """
    columns = {
        column: values
        for full_name, values in frames.values.items()
        if (column := coordinate_name(full_name)) is not None
    }
    if not columns or not len(frames):
        raise OutputError(f"{name}: has no angles to write as .mot")
    header = [
        _one_line(name),
        "version=1",
        f"nRows={len(frames)}",
        f"nColumns={len(columns) + 1}",
        "inDegrees=yes",
        "endheader",
        "\t".join(["time", *columns]),
    ]
    table = np.column_stack([_rising(frames.time_s), *columns.values()])
    rows = ["\t".join(f"{value:.8f}" for value in row) for row in table.tolist()]
    return "\n".join(header + rows) + "\n"


def trc_text(time_s: FloatArray, world: FloatArray, rate_hz: float, name: str) -> str:
    """Return the 33 world landmarks of a take as an OpenSim marker file.

    Parameters
    ----------
    time_s : array, shape (N,)
        Seconds.
    world : array, shape (N, 33, 3)
        Metres, x to the image's right, y down, z away from the camera (as in `Pose.world`).
    rate_hz : float
    name : str
        File name that the header states.

    Returns
    -------
    str
        Metres in OpenSim's directions: X to the image's right (forward for a person who faces
        that way), Y up, Z toward the camera. The origin is the middle of the hips in every frame:
        the person does not travel. Unknown markers are ``nan``: OpenSim 4.5 refuses a row that
        ends in empty cells.
    """
    if world.ndim != 3 or world.shape[1:] != (LANDMARK_COUNT, 3) or len(world) != len(time_s):
        raise OutputError(
            f"{name}: world landmarks have the shape {world.shape}, "
            f"expected ({len(time_s)}, {LANDMARK_COUNT}, 3)"
        )
    markers = [marker_name(landmark) for landmark in Landmark]
    rate = f"{rate_hz:.6f}"
    header = [
        f"PathFileType\t4\t(X/Y/Z)\t{_one_line(name)}",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\t"
        "OrigDataRate\tOrigDataStartFrame\tOrigNumFrames",
        f"{rate}\t{rate}\t{len(time_s)}\t{len(markers)}\tm\t{rate}\t1\t{len(time_s)}",
        "Frame#\tTime\t" + "\t\t\t".join(markers) + "\t\t",
        "\t\t" + "\t".join(f"{axis}{n}" for n in range(1, len(markers) + 1) for axis in "XYZ"),
        "",
    ]
    # A half turn about x: a rotation, so left stays left.
    turned = world * np.array([1.0, -1.0, -1.0])
    rows = []
    for number, (time, points) in enumerate(
        zip(_rising(time_s).tolist(), turned.reshape(len(time_s), -1).tolist(), strict=True), 1
    ):
        cells = [f"{value:.6f}" for value in points]
        rows.append("\t".join([str(number), f"{time:.6f}", *cells]))
    return "\n".join(header + rows) + "\n"


def _one_line(name: str) -> str:
    """Return a name that cannot break the header: tabs and line ends become spaces."""
    return " ".join(name.split())


def _rising(time_s: FloatArray) -> FloatArray:
    """Return times that rise in every row, as OpenSim demands (equal stamps move by 1 µs)."""
    times = np.asarray(time_s, dtype=np.float64).copy()
    for index in range(1, len(times)):
        times[index] = max(times[index], times[index - 1] + 1e-6)
    return times
