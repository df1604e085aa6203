"""Draws a `Display` and the skeleton on a frame.

Style in the constructor, data in the call; the frame given is never changed. Made to be read from
three metres and with colour-blind eyes: colours are Okabe and Ito's, and none is the only sign of
anything (a fault also has a triangle and a sentence, praise a tick, the far side a thinner line).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from formcheck.core.coach.display import Display
from formcheck.core.coach.presenter import Presenter
from formcheck.core.events import FrameResult
from formcheck.core.pose import Pose
from formcheck.core.spec.exercise import ExerciseSpec
from formcheck.draw import primitives
from formcheck.draw.annotators.card import CardAnnotator
from formcheck.draw.annotators.counter import CounterAnnotator
from formcheck.draw.annotators.cue import CueAnnotator
from formcheck.draw.annotators.headline import HeadlineAnnotator
from formcheck.draw.annotators.joint import JointAnnotator
from formcheck.draw.annotators.ring import HoldRingAnnotator
from formcheck.draw.annotators.skeleton import SkeletonAnnotator
from formcheck.draw.primitives import Image
from formcheck.draw.scene import Scene, Tools
from formcheck.draw.silhouette import draw_silhouette


class Overlay:
    """Draws what a person should see.

    Parameters
    ----------
    channels : {"rgb", "bgr"}
        Channel order of the frames returned (PyAV: rgb; a cv2 window: bgr).
    given : {"rgb", "bgr"}, optional
        Channel order of the frames given; by default the same.
    count_height : float
        Height of the large number in parts of the frame's height.
    picture_of : callable
        Gives the how-to picture of an exercise (RGB) by its id, None where it has none.

    Examples
    --------
    >>> import formcheck as fc
    >>> session = fc.Session(fc.load_spec("standing_march"))
    >>> overlay = fc.Overlay()
    >>> with fc.open_poses("clip.mp4", images=True) as poses:           # doctest: +SKIP
    ...     for pose in poses:
    ...         result = session.update(pose)
    ...         frame = overlay.draw_result(poses.image, result, session.spec)
    """

    def __init__(
        self,
        channels: Literal["rgb", "bgr"] = "rgb",
        *,
        given: Literal["rgb", "bgr"] | None = None,
        count_height: float = 0.14,
        picture_of: Callable[[str], Image | None] = lambda _exercise: None,
    ) -> None:
        self._channels = channels
        self._swapped = given not in {None, channels}
        self._picture_of = picture_of
        self._picture: tuple[str, tuple[int, int], Image | None] | None = None
        self._tools = Tools.for_channels(bgr=channels == "bgr")
        self._skeleton = SkeletonAnnotator()
        self._joint = JointAnnotator()
        self._counter = CounterAnnotator(height=count_height)
        self._ring = HoldRingAnnotator()
        self._headline = HeadlineAnnotator()
        self._cue = CueAnnotator()
        self._card = CardAnnotator(cue=self._cue)
        self._presenter: tuple[ExerciseSpec, Presenter] | None = None

    def draw_result(self, image: Image, result: FrameResult, spec: ExerciseSpec) -> Image:
        """Return a copy of a frame with what a person should see of its result.

        Parameters
        ----------
        image : array, shape (H, W, 3), uint8
        result : FrameResult
            Of this frame; one after the other, as a cue stays for some seconds.
        spec : ExerciseSpec
            The exercise, for its targets.
        """
        if self._presenter is None or self._presenter[0] is not spec:
            self._presenter = (spec, Presenter.for_spec(spec))
        display = self._presenter[1].update(result)
        return self.draw(image, display, result.pose, faint=result.repaired)

    def draw(
        self,
        image: Image,
        display: Display,
        pose: Pose | None,
        *,
        mirrored: bool = False,
        faint: bool = False,
        scale: float = 1.0,
        into: Image | None = None,
    ) -> Image:
        """Return a copy of the frame with everything drawn on it.

        Parameters
        ----------
        image : array, shape (H, W, 3), uint8
            The unmirrored frame.
        display : Display
            What to show, in pixels of the unmirrored frame.
        pose : Pose or None
            The skeleton; None draws none.
        mirrored : bool
            Show the frame as a mirror does. Text stays readable, left stays the person's left.
        faint : bool
            Draw the whole skeleton faint (its sides were repaired in this frame).
        scale : float
            Enlarge the frame first, so that text on a small one is sharp.
        into : array, optional
            Take this for the mirrored copy where it has the shape: fresh memory for each frame
            costs more than what is drawn on it.
        """
        canvas = self.canvas(image, mirrored=mirrored, scale=scale, into=into)
        self.draw_on(canvas, display, pose, mirrored=mirrored, faint=faint, scale=scale)
        return canvas

    def canvas(
        self, image: Image, *, mirrored: bool = False, scale: float = 1.0, into: Image | None = None
    ) -> Image:
        """Return the copy of a frame that `draw` draws on; its parameters are those of `draw`."""
        canvas = primitives.scaled(image, scale) if scale != 1.0 else image
        if self._swapped and mirrored:
            return primitives.mirrored_swapped(canvas, into)
        if mirrored:
            return primitives.mirrored(canvas, into)
        return canvas[:, :, ::-1].copy() if self._swapped else canvas.copy()

    def draw_on(
        self,
        canvas: Image,
        display: Display,
        pose: Pose | None,
        *,
        mirrored: bool = False,
        faint: bool = False,
        scale: float = 1.0,
    ) -> None:
        """Draw everything on what `canvas` gave; the parameters are those of `draw`."""
        scene = Scene(canvas, self._tools, mirrored=mirrored, scale=scale)
        if display.phase == "intro" or (display.phase == "paused" and display.picture):
            picture = self._how_to(display.picture, self._card.picture_room(scene))
            self._card.draw(scene, display, picture)
            return
        if display.guide is not None:
            draw_silhouette(canvas, display.guide, scene.colour["sky"], toward_right=mirrored)
        if pose is not None and pose.detected:
            self._skeleton.draw(scene, pose, display.near_side, faint=faint)
        if display.joint is not None:
            self._joint.draw(scene, display.joint)
        if display.big:
            self._counter.draw(scene, display)
        if display.hold is not None:
            self._ring.draw(scene, display.hold)
        if display.headline:
            self._headline.draw(scene, display.headline, display.lines)
        if display.cue is not None:
            self._cue.draw(scene, display.cue)

    def _how_to(self, exercise: str | None, room: tuple[int, int]) -> Image | None:
        """Return the picture of an exercise in the frame's channels, made to fit the room."""
        if exercise is None:
            return None
        if self._picture is None or self._picture[:2] != (exercise, room):
            found = self._picture_of(exercise)
            if found is not None:
                found = found if self._channels == "rgb" else found[:, :, ::-1].copy()
                found = primitives.scaled(
                    found, min(room[0] / found.shape[1], room[1] / found.shape[0])
                )
            self._picture = (exercise, room, found)
        return self._picture[2]
