"""Film a take: the room it is in, its frames, and the video file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from groundtruth.body import PosedBody, load_body
from groundtruth.cameras import Camera, camera
from groundtruth.joint_angles import Placement
from groundtruth.looks import LOOKS
from groundtruth.motions.script import load_motion
from groundtruth.performance import Manner, Performance
from groundtruth.renderer import render_frame
from groundtruth.studio import Prop, Scene
from groundtruth.takes import Take
from groundtruth.truth import JOINT_NAMES

CRF = "21"
"""H.264 quality: small files in which noise and skin still look like a webcam's."""
PASSER_BEHIND_M = 1.3
"""How far behind the exercising person somebody else passes."""
PASSER_BEGINS_M = 2.6
VIEW_NAMES = {"side": "side", "front": "front", "oblique": "oblique30"}
VIEW_DIRECTION = {"side": (1.0, 0.0), "front": (0.0, -1.0), "oblique": (0.866, -0.5)}
"""From the person to the camera, on the floor."""


class Filming:
    """A take in front of its camera.

    Attributes
    ----------
    performance
        What the person does; ``None`` for an empty room.
    """

    def __init__(self, take: Take) -> None:
        self.take = take
        self.camera = camera_of(take)
        self.scene = Scene(
            self.camera, props=props_of(take), light=take.light, seed=take.manner.seed % 97
        )
        self.performance = take.perform(load_body(take.body)) if take.body else None
        self.passer: Performance | None = None
        if take.passer_by:
            self.passer = Performance(
                load_body(take.passer_by),
                load_motion("passer_by"),
                heading_deg=take.walk_in_deg,
                manner=Manner(seed=take.manner.seed + 7),
                intro=False,
            )

    def frame(self, time_s: float) -> tuple[np.ndarray, PosedBody | None, np.ndarray | None]:
        """Return the picture at a time, the posed body, and its joints in pixels (J, 2)."""
        number = round(time_s * self.take.fps)
        if self.performance is None:
            return render_frame(self.scene, None, frame_number=number), None, None
        posed = self.performance.posed_at(time_s)
        others = []
        if self.passer is not None:
            # The other person walks by again and again.
            passing = self._behind(self.passer.posed_at(time_s % self.passer.duration_s))
            others = [(passing, LOOKS["green_shirt"])]
        picture = render_frame(
            self.scene, posed, self.take.look, others=others, frame_number=number
        )
        joints = np.array([posed.joints[name] for name in JOINT_NAMES])
        return picture, posed, self.camera.project(joints)[:, :2]

    def _behind(self, posed: PosedBody) -> PosedBody:
        walk = np.radians(self.take.walk_in_deg)
        begin = np.array([-np.sin(walk), np.cos(walk), 0.0]) * PASSER_BEGINS_M
        away = np.array([*VIEW_DIRECTION[self.take.view], 0.0]) * -PASSER_BEHIND_M
        return replace(posed, vertices=posed.vertices + away + begin)

    @contextmanager
    def encoder(self, path: Path) -> Iterator[Callable[[np.ndarray], None]]:
        """Open a video file; give a function that takes its next picture."""
        with av.open(str(path), "w", format="mp4") as container:
            rate = Fraction(self.take.fps).limit_denominator(1000)
            stream = container.add_stream("libx264", rate=rate)
            stream.width, stream.height = self.take.size_px
            stream.pix_fmt = "yuv420p"
            stream.options = {"crf": CRF, "preset": "veryfast", "threads": "1"}

            def encode(picture: np.ndarray) -> None:
                container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))

            yield encode
            container.mux(stream.encode())


def camera_of(take: Take) -> Camera:
    """Return the camera of a take."""
    width_px, height_px = take.size_px
    return camera(
        VIEW_NAMES[take.view],
        take.camera,
        distance_m=take.distance_m,
        width_px=width_px,
        height_px=height_px,
    )


def props_of(take: Take) -> tuple[Prop, ...]:
    """Return the furniture of a take, along the heading that the person exercises in."""
    if not take.motion:
        return (Prop("mat"),)
    motion = load_motion(take.motion)
    side = (take.sides or motion.sides or ("left",))[0]
    heading_deg = take.headings(motion)[side]
    return tuple(prop_at(spec, heading_deg) for spec in motion.props)


def prop_at(spec: dict[str, float | str], heading_deg: float) -> Prop:
    """Return a prop that a motion script puts `ahead_m` and `left_m` of the person."""
    placement = Placement(heading_deg=heading_deg)
    turn = np.radians(placement.heading_deg)
    ahead_m, left_m = float(spec.get("ahead_m", 0.0)), float(spec.get("left_m", 0.0))
    forward = np.array([np.sin(turn), -np.cos(turn)])
    left = np.array([np.cos(turn), np.sin(turn)])
    x_m, y_m = (forward * ahead_m + left * left_m).tolist()
    height = spec.get("height_m")
    return Prop(
        str(spec["kind"]),
        x_m,
        y_m,
        heading_deg + float(spec.get("heading_deg", 0.0)),
        None if height is None else float(height),
    )
