"""Poses one after the other, from whatever there is: a video, a recording, a camera, a stream."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from formcheck.capture.camera import Camera, open_camera
from formcheck.capture.feed import CameraFeed
from formcheck.capture.frame import ImageArray, SourceInfo
from formcheck.capture.stream import Stream, is_stream
from formcheck.core.measure.spine import needs_outline
from formcheck.core.pose import Pose
from formcheck.core.spec.exercise import ExerciseSpec
from formcheck.errors import SourceError
from formcheck.estimate import models as model_store
from formcheck.estimate.estimator import Estimator
from formcheck.estimate.models import PoseModel
from formcheck.estimate.segment_tracking import load_estimator
from formcheck.estimate.track import open_pose_track

# How often it is looked whether a camera that gives nothing has gone away.
_PATIENCE_S = 0.5

_Pairs = Generator[tuple[ImageArray | None, Pose]]


class PoseSource:
    """The poses of one source, in order: a context manager and an iterator, to be read once.

    `open_poses` makes it.

    Attributes
    ----------
    name : str
        The file's name, the camera's number or the stream's address.
    fps : float
        Average frames a second.
    size_px : tuple of int
        Width and height of the upright image.
    duration_s : float or None
        Declared length; None for a live source.
    warnings : list of str
        What a person should know about how the source was read; complete when all has been read.
    image : array, shape (H, W, 3), or None
        The RGB image of the latest pose, where frames were asked for and the source has them.
    """

    def __init__(
        self, info: SourceInfo, pairs: _Pairs, warnings: list[str], open_things: ExitStack
    ) -> None:
        self.name = info.path
        self.fps = info.fps
        self.size_px = (info.width, info.height)
        self.duration_s = info.duration_s
        self.warnings = warnings
        self.image: ImageArray | None = None
        self._pairs = pairs
        self._open_things = open_things

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Pose:
        """Return the next pose; `Pose.missing` where nobody was found."""
        self.image, pose = next(self._pairs)
        return pose

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the file or the device, and the pose model."""
        self._pairs.close()
        self._open_things.close()


def open_poses(
    source: str | Path | int,
    *,
    spec: ExerciseSpec | None = None,
    model: str | None = None,
    images: bool = False,
) -> PoseSource:
    """Open a source of poses.

    Parameters
    ----------
    source : str, Path or int
        A video, a pose recording (``*.poses.npz``), a camera's number (0 is the first) or a
        stream's address (``rtsp://…``).
    spec : ExerciseSpec, optional
        The exercise the poses are for. With it, what only some exercises need is looked for, too:
        the outline of the back, and for a self-test the models that measure it best.
    model : str, optional
        Pose model: a name, two joined by a plus sign, or a .task file. A recording needs none.
    images : bool
        Also keep each pose's frame in `PoseSource.image`.

    Returns
    -------
    PoseSource

    Raises
    ------
    SourceError
        Where the source is missing or cannot be read.
    ModelError, UnknownNameError
        Where the pose model cannot be had.

    Examples
    --------
    >>> import formcheck as fc
    >>> with fc.open_poses("clip.poses.npz") as poses:
    ...     print(poses.size_px, round(poses.fps))
    ...     print(sum(pose.detected for pose in poses))
    (640, 480) 15
    731
    """
    with_outline = spec is not None and needs_outline(spec)
    model = model or model_store.name_for(self_test=spec is not None and spec.kind == "test")
    meant = _meant(source)
    if isinstance(meant, str):
        found = model_store.load(model)
        return _watch(lambda: open_camera(meant), found, with_outline, images)
    with ExitStack() as open_things:
        track = open_things.enter_context(
            open_pose_track(meant, model=model, with_outline=with_outline, with_pictures=images)
        )
        # Without frames a track may hand some on all the same.
        pairs = (
            (frame.image_rgb if images and frame is not None else None, pose)
            for frame, pose in track.read()
        )
        return PoseSource(track.info, pairs, track.warnings, open_things.pop_all())
    raise AssertionError  # an ExitStack swallows nothing here


def _meant(source: object) -> Path | str:
    """Return the path of a file, or a camera's number or stream's address as text."""
    if isinstance(source, Path):
        return source
    if isinstance(source, str):
        if "://" not in source:
            return Path(source)
        if is_stream(source):
            return source
        raise SourceError(f"{source} is neither a file nor a stream's address (rtsp://…, http://…)")
    if isinstance(source, int) and not isinstance(source, bool):
        if source >= 0:
            return str(source)
        raise SourceError(f"there is no camera {source}; the first one is 0")
    raise SourceError(
        f"the source should be a file, a camera's number or a stream's address, but is {source!r}"
    )


def _watch(
    open_source: Callable[[], Camera | Stream], model: PoseModel, with_outline: bool, images: bool
) -> PoseSource:
    cameras: list[Camera | Stream] = []

    def opened() -> Camera | Stream:
        cameras.append(open_source())
        return cameras[-1]

    with ExitStack() as open_things:
        estimator = open_things.enter_context(load_estimator(model, with_outline))
        feed = open_things.enter_context(CameraFeed(opened))
        pairs = _newest(feed, estimator, images)
        return PoseSource(cameras[0].info, pairs, cameras[0].warnings, open_things.pop_all())
    raise AssertionError


def _newest(feed: CameraFeed, estimator: Estimator, images: bool) -> _Pairs:
    """Give the newest frame's pose again and again, until the camera gives no more.

    A frame for which there was no time is left out, so that nothing lags behind the person.
    """
    number = 0
    while True:
        got = feed.after(number, _PATIENCE_S)
        if got is not None:
            number, live = got
            yield live.frame.image_rgb if images else None, estimator.estimate(live.frame)
        elif feed.losses:
            return
