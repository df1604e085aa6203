"""Which cameras this machine has, and which one a person means."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from formcheck.capture.stream import is_stream
from formcheck.errors import UnknownNameError

_MOST = 10
_V4L = Path("/sys/class/video4linux")


@dataclass(frozen=True, slots=True)
class CameraName:
    """A camera's number and what the system calls it."""

    number: int
    name: str


def list_cameras(folder: Path = _V4L) -> list[CameraName]:
    """Return the cameras, by number.

    On Linux the system is asked, and no camera is switched on. Elsewhere the first few numbers are
    tried, for an instant each.
    """
    if sys.platform.startswith("linux"):
        return _linux_cameras(folder)
    return _tried_cameras()


def choose_camera(wanted: str, cameras: Sequence[CameraName] | None = None) -> str:
    """Return the camera number or stream address for what was typed: a number, a URL or a name.

    Raises
    ------
    UnknownNameError
        When no camera's name contains it, or several do.
    """
    if wanted.isdecimal() or is_stream(wanted):
        return wanted
    known = list_cameras() if cameras is None else cameras
    found = [camera for camera in known if wanted.lower() in camera.name.lower()]
    if len(found) == 1:
        return str(found[0].number)
    listed = ", ".join(f"{camera.number} ({camera.name})" for camera in found or known)
    if found:
        raise UnknownNameError(f"several cameras are called '{wanted}': {listed}; give the number")
    here = f"there are: {listed}" if known else "no camera was found"
    raise UnknownNameError(
        f"no camera is called '{wanted}'; {here}; a stream needs an address such as rtsp://…"
    )


def _linux_cameras(folder: Path) -> list[CameraName]:
    cameras = []
    for entry in folder.glob("video*") if folder.is_dir() else ():
        number = re.fullmatch(r"video(\d+)", entry.name)
        index = entry / "index"
        # A webcam has further nodes for metadata; frames come from the one with index 0.
        if number is None or (index.is_file() and index.read_text().strip() != "0"):
            continue
        name = entry / "name"
        text = name.read_text(errors="replace").strip() if name.is_file() else "camera"
        cameras.append(CameraName(int(number[1]), text))
    return sorted(cameras, key=lambda camera: camera.number)


def _tried_cameras() -> list[CameraName]:
    import cv2

    cameras = []
    for number in range(_MOST):
        capture = cv2.VideoCapture(number)
        try:
            if not capture.isOpened():
                break
            cameras.append(CameraName(number, f"camera {number}"))
        finally:
            capture.release()
    return cameras
