"""Landmarks out of pictures: the only module that knows MediaPipe.

Lying people are tracked well once they are found, but the detector looks for upright ones and often
misses them. So when nobody has been found for half a second, the picture is also tried turned to
the left and to the right; if somebody lies there, the tracker gets turned pictures from then on,
and its points are turned back.

The tracker follows whom the detector found first. So when somebody is found anew, the picture is
looked at once more for all who are in it; where there are several, the one who is meant (who lies
or stands as the exercise is done, nearest the middle or to where somebody said) is followed: for
one picture the others are painted over, and then the tracker stays with its own.

The network sees a person 256 pixels wide, whatever the camera gives, but the library draws its mask
as large as the picture. So a large picture is made smaller first, as far as the person in it stays
large enough.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np

from formcheck._runtime import process
from formcheck._runtime.lazy_imports import left_out
from formcheck.capture.frame import Frame, ImageArray
from formcheck.core.pose import FloatArray, Pose
from formcheck.errors import ModelError, UnknownNameError
from formcheck.estimate.estimator import ANYBODY, Wanted
from formcheck.estimate.people import (
    Detection,
    is_same,
    is_there,
    lies_as,
    meant,
    paint_over,
    people_in,
)
from formcheck.estimate.privacy import shut_telemetry
from formcheck.estimate.sight import sharpness_and_light

# Heuristic: long enough that a track lost for a few frames is found again where it was, short
# enough that a bridge done at once after pressing "record" is not missed.
LOST_BEFORE_TURNING_S = 0.5
# Heuristic. A person found after nobody was for so long may be another one.
LOST_BEFORE_CHOOSING_S = 1.0
MOST_PEOPLE = 3
# The detector's confidence in a second person is lower than in the first (default: 0.5).
CONFIDENCE_IN_OTHERS = 0.3
# How much smaller the library may get a picture (what lies between saves no more than it takes),
# its least shorter edge, and how far a person must reach in it: from the topmost landmark to the
# lowest or from the one furthest left to the one furthest right. Heuristic: rendered people of
# that size in 480p and in 360p are measured equally well (docs/scaling.md). For the next smaller
# size they have to be larger by a share, so that it does not go to and fro.
SCALES = (1 / 3, 1 / 2, 5 / 8, 1.0)
LEAST_EDGE_PX, LEAST_PERSON_PX, LARGER_BY = 360, 200, 1.15


@dataclass(frozen=True, slots=True)
class Prepared:
    """A frame as the library wants it: a copy, turned as somebody lies, made smaller by a scale."""

    frame: Frame
    image: Any
    quarter_turns: int
    scale: float


@dataclass(frozen=True, slots=True)
class Found:
    """What the library said of a frame, which it saw turned; None where nobody was found."""

    frame: Frame
    result: Any
    quarter_turns: int
    people: int = 1


class PoseEstimator:
    """Finds the landmarks of one person, frame after frame.

    `estimate` is `prepare`, `find` and `pose`, one after the other. Apart, three threads may do
    them, so that all but the library's own work is done while it looks at another picture. Only
    `find`, which goes from frame to frame in order, is bound to one thread.

    Parameters
    ----------
    model : Path or str, optional
        A ``.task`` bundle, or the name of one of formcheck's models (by default its usual one),
        which is fetched where it is not on this machine yet.
    with_mask : bool
        Also sample the body's outline from the segmentation mask (`Pose.outline`).
    wanted : Wanted
        Which of several people is followed; by default the one nearest the middle.

    Raises
    ------
    ModelError
        When the model cannot be had or is damaged.
    UnknownNameError
        When no model has that name.

    Examples
    --------
    >>> import formcheck as fc
    >>> with fc.PoseEstimator() as estimator:                       # doctest: +SKIP
    ...     for number, image_rgb in enumerate(my_pictures):
    ...         result = session.update(estimator.pose_in(image_rgb, number / 30))
    """

    def __init__(
        self,
        model: Path | str | None = None,
        *,
        with_mask: bool = False,
        wanted: Wanted = ANYBODY,
    ) -> None:
        self._wanted = wanted
        model_path = model if isinstance(model, Path) else _model_file(model)
        shut_telemetry()
        self._with_mask = with_mask
        self._quarter_turns = 0
        self._scale = SCALES[0]
        self._searches = 0
        self._last_seen_s: float | None = None
        self._chosen_s: float | None = None
        self._last_ms = -1
        self._seen_somebody = False
        self._model_path = model_path
        # For the turned tries: it keeps no track, so a try leaves nothing behind. It is loaded only
        # when it is first needed.
        self._single: Any = None
        with _CHATTER_MUTED:
            self._video = _landmarker(model_path, "VIDEO", with_mask)
        process.collect_as_usual()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back the library's memory and threads."""
        with _CHATTER_MUTED:
            for landmarker in (self._video, self._single):
                if landmarker is not None:
                    landmarker.close()
        process.return_freed_memory()

    def estimate(self, frame: Frame) -> Pose:
        """Return the pose in a frame; all NaN where nobody was found."""
        return self.pose(self.find(self.prepare(frame)))

    def pose_in(self, image_rgb: ImageArray, time_s: float) -> Pose:
        """Return the pose in a picture, shape (H, W, 3), RGB; times must rise."""
        return self.estimate(Frame(time_s, image_rgb))

    def prepare(self, frame: Frame) -> Prepared:
        """Give the picture to the library."""
        turns, scale = self._quarter_turns, self._scale_for(frame)
        return Prepared(frame, _picture(frame.image_rgb, turns, scale), turns, scale)

    def find(self, prepared: Prepared) -> Found:
        """Look for the person in the next frame."""
        frame = prepared.frame
        if self._last_seen_s is None:
            self._last_seen_s = frame.time_s
        # The first detection makes the library write a line of its own; later ones are silent.
        with contextlib.nullcontext() if self._seen_somebody else _CHATTER_MUTED:
            found = self._track(prepared)
            if found.result is None and frame.time_s - self._last_seen_s >= LOST_BEFORE_TURNING_S:
                found = self._search(frame)
            if found.result is not None and self._is_new(frame.time_s):
                found = self._choose(found)
        if found.result is not None:
            self._last_seen_s = self._chosen_s = frame.time_s
            self._seen_somebody = True
            self._scale = _fitting(found, self._scale_for(frame))
        return found

    def pose(self, found: Found) -> Pose:
        """Return the pose of what was found; all NaN where nobody was."""
        height, width = found.frame.image_rgb.shape[:2]
        if found.result is None:
            return Pose.missing(found.frame.time_s, (width, height))
        return self._pose(found.frame, (width, height), _first(found), found.people)

    def _scale_for(self, frame: Frame) -> float:
        return max(self._scale, _smallest(frame))

    def _is_new(self, time_s: float) -> bool:
        return self._chosen_s is None or time_s - self._chosen_s >= LOST_BEFORE_CHOOSING_S

    def _choose(self, found: Found) -> Found:
        """Return the person who is meant, and how many there are; follow them from now on."""
        frame = found.frame
        looked_at = self.prepare(frame)
        # Only where they stand is asked: their masks would be drawn for nothing. It is let go at
        # once: somebody is seldom found anew, and each segment of a long video has an estimator.
        with _CHATTER_MUTED:
            everybody = _landmarker(self._model_path, "IMAGE", False, MOST_PEOPLE)
            with contextlib.closing(everybody):
                result = everybody.detect(looked_at.image)
                seen = list(_each(Found(frame, result, looked_at.quarter_turns)))
                people = people_in(seen, frame)
                if people and not is_there(people, self._wanted, frame):
                    more = self._look_further(everybody, frame, people)
                    people = people_in([*people, *more], frame)
        if len(people) < 2:
            return found
        chosen = meant(people, self._wanted, frame)
        if is_same(chosen, _first(found), frame):
            return replace(found, people=len(people))
        self._quarter_turns = chosen.quarter_turns
        alone = frame.image_rgb.copy()
        for other in people:
            if other is not chosen:
                paint_over(alone, other, keep=chosen)
        with _CHATTER_MUTED:
            self._video.close()
            self._video = _landmarker(self._model_path, "VIDEO", self._with_mask)
        again = self._track(self.prepare(Frame(frame.time_s, alone)))
        if again.result is not None:
            found = replace(again, frame=frame)
        return replace(found, people=len(people))

    def _look_further(
        self, everybody: Any, frame: Frame, people: list[Detection]
    ) -> list[Detection]:
        """Return who is found where those who were found first are painted over."""
        others = frame.image_rgb.copy()
        for one in people:
            paint_over(others, one)
        found: list[Detection] = []
        for turns in (0,) if self._wanted.lies is False else (0, 1, -1):
            result = everybody.detect(_picture(others, turns, self._scale_for(frame)))
            more = _each(Found(frame, result, turns))
            found += [one for one in more if lies_as(turns, one, frame)]
        return found

    def _track(self, prepared: Prepared) -> Found:
        # Somebody may have been found lying, or come nearer, after this one was prepared.
        wanted = (self._quarter_turns, self._scale_for(prepared.frame))
        if (prepared.quarter_turns, prepared.scale) != wanted:
            prepared = self.prepare(prepared.frame)
        # Whole milliseconds, each later than the last, is what the library accepts.
        self._last_ms = max(round(prepared.frame.time_s * 1000), self._last_ms + 1)
        result = self._video.detect_for_video(prepared.image, self._last_ms)
        return Found(prepared.frame, _somebody(result), prepared.quarter_turns)

    def _search(self, frame: Frame) -> Found:
        """Try one of the directions that the tracker does not look at, each in its turn."""
        others = [turns for turns in (0, 1, -1, 2) if turns != self._quarter_turns]
        turns = others[self._searches % len(others)]
        self._searches += 1
        if self._single is None:
            with _CHATTER_MUTED:
                self._single = _landmarker(self._model_path, "IMAGE", self._with_mask)
        looked_at = _picture(frame.image_rgb, turns, self._scale_for(frame))
        result = self._single.detect(looked_at)
        found = Found(frame, _somebody(result), turns)
        if found.result is None or not lies_as(turns, _first(found), frame):
            return replace(found, result=None)
        self._quarter_turns = turns
        # Next time begin anew, with the likelier direction first.
        self._searches = 0
        return found

    def _pose(
        self, frame: Frame, size_px: tuple[int, int], detection: Detection, people: int
    ) -> Pose:
        # Single precision is what a recording holds; rounding here makes a replay equal the run.
        landmarks = detection.landmarks.astype(np.float32).astype(np.float64)
        world = detection.world.astype(np.float32).astype(np.float64)
        sharpness, light = sharpness_and_light(frame.image_rgb, landmarks[:, :2] * size_px)
        outline = None
        if self._with_mask and detection.mask is not None:
            from formcheck.core.measure.outline import sample_outline

            sampled = sample_outline(detection.mask, landmarks, size_px, frame.image_rgb)
            if not np.isnan(sampled).all():
                outline = np.asarray(sampled, dtype=np.float32).astype(np.float64)
        return Pose(frame.time_s, size_px, landmarks, world, outline, people, sharpness, light)


def _model_file(name: str | None) -> Path:
    """Return the file of a model by its name, fetched if need be: before the network is shut."""
    from formcheck.estimate.models import load

    found = load(name)
    if found.second_path is not None:
        raise UnknownNameError(
            f"'{name}' names two pose models; one estimator takes one (open_poses takes both)"
        )
    return found.path


def turn_back(
    landmarks: FloatArray, world: FloatArray, quarter_turns: int, size_px: tuple[int, int]
) -> tuple[FloatArray, FloatArray]:
    """Turn points found in a turned picture back to the picture as it was.

    Parameters
    ----------
    landmarks : array, shape (33, 4)
        Found in ``numpy.rot90(picture, quarter_turns)``, in that picture's normalised coordinates.
    world : array, shape (33, 3)
        Metres, of the same turned picture.
    quarter_turns : {0, 1, -1}
        Counter-clockwise quarter turns of the picture.
    size_px : tuple of int
        Width and height of the picture as it was.

    Returns
    -------
    tuple of array
        The same points in the picture as it was.
    """
    if quarter_turns == 0:
        return landmarks, world
    width, height = size_px
    landmarks, world, found = landmarks.copy(), world.copy(), (landmarks, world)
    x, y = found[0][:, 0], found[0][:, 1]
    if quarter_turns == 2:
        landmarks[:, 0], landmarks[:, 1] = 1 - x, 1 - y
        world[:, :2] = -found[1][:, :2]
        return landmarks, world
    landmarks[:, 0] = 1 - y if quarter_turns == 1 else y
    landmarks[:, 1] = x if quarter_turns == 1 else 1 - x
    # z is measured in picture widths, and the turned picture is as wide as this one is high.
    landmarks[:, 2] *= height / width
    world[:, 0] = -quarter_turns * found[1][:, 1]
    world[:, 1] = quarter_turns * found[1][:, 0]
    return landmarks, world


# What `left_out` does to the imports of one thread must not meet those of another.
_LOADING = threading.Lock()


def _landmarker(model_path: Path, mode: str, with_mask: bool, people: int = 1) -> Any:
    # Imported here, after the telemetry is shut: the library takes most of a second to load. As
    # long again would be what it loads for plots that nobody draws; a tenth of a second its look
    # for a microphone, for which it starts the C compiler.
    with _LOADING, left_out("matplotlib", "matplotlib.pyplot", "sounddevice"):
        from mediapipe.tasks.python import BaseOptions, vision

    options = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(model_path)),
        running_mode=vision.RunningMode[mode],
        output_segmentation_masks=with_mask,
        num_poses=people,
        min_pose_detection_confidence=0.5 if people == 1 else CONFIDENCE_IN_OTHERS,
    )
    try:
        return vision.PoseLandmarker.create_from_options(options)
    except (RuntimeError, ValueError, OSError) as error:
        raise ModelError(
            f"{model_path} is not a pose model that MediaPipe can load; "
            "give a pose_landmarker .task file"
        ) from error


def _picture(image: ImageArray, quarter_turns: int, scale: float) -> Any:
    import cv2
    import mediapipe

    if scale < 1:
        height, width = image.shape[:2]
        size = (round(width * scale), round(height * scale))
        # Means of whole pixels are quick, and others are slower than the library's own work.
        whole = width % size[0] == 0 and height % size[1] == 0
        kind = cv2.INTER_AREA if whole else cv2.INTER_LINEAR
        image = cv2.resize(image, size, interpolation=kind).astype(np.uint8, copy=False)
    turned = np.ascontiguousarray(np.rot90(image, quarter_turns)) if quarter_turns else image
    return mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=turned)


def _smallest(frame: Frame) -> float:
    """Return the smallest scale that the library may get a picture in, whoever is in it."""
    shorter_px: int = min(frame.image_rgb.shape[:2])
    return next(s for s in SCALES if s == 1 or round(shorter_px * s) >= LEAST_EDGE_PX)


def _fitting(found: Found, scale_now: float) -> float:
    """Return the scale of the next picture, for the person seen in this one."""
    height, width = found.frame.image_rgb.shape[:2]
    if found.quarter_turns:
        height, width = width, height
    points = found.result.pose_landmarks[0]
    across, along = ([getattr(p, axis) for p in points] for axis in "xy")
    reach_px = max(width * (max(across) - min(across)), height * (max(along) - min(along)))

    def fits(scale: float) -> bool:
        larger = LARGER_BY if scale < scale_now else 1.0
        return bool(reach_px * scale >= larger * LEAST_PERSON_PX)

    return next(s for s in SCALES if s == 1 or (s >= _smallest(found.frame) and fits(s)))


def _somebody(result: Any) -> Any:
    """Return the library's result, None where it found nobody."""
    return result if result.pose_landmarks else None


def _first(found: Found) -> Detection:
    return next(_each(found))


def _each(found: Found) -> Iterator[Detection]:
    """Give the people of a result as arrays, turned back to the picture as it was."""
    height, width = found.frame.image_rgb.shape[:2]
    turns, masks = found.quarter_turns, found.result.segmentation_masks
    points = zip(found.result.pose_landmarks, found.result.pose_world_landmarks, strict=True)
    for number, (landmarks, world) in enumerate(points):
        mask = None
        if masks:
            # The library's own numbers, which go away with the result.
            mask = np.rot90(np.squeeze(masks[number].numpy_view()), -turns)
        yield Detection(
            *turn_back(
                np.array([(p.x, p.y, p.z, p.visibility) for p in landmarks]),
                np.array([(p.x, p.y, p.z) for p in world]),
                *(turns, (width, height)),
            ),
            mask,
            turns,
        )


class _Muting:
    """Keeps log lines of the C++ library, which no setting stops, off the user's screen.

    Several threads may want it at once: the first mutes, the last one unmutes.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wanted = 0
        self._kept: int | None = None

    def __enter__(self) -> None:
        with self._lock:
            self._wanted += 1
            if self._wanted == 1 and not os.environ.get("FORMCHECK_DEBUG"):
                self._mute()

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._wanted -= 1
            if self._wanted == 0 and self._kept is not None:
                os.dup2(self._kept, 2)
                os.close(self._kept)
                self._kept = None

    def _mute(self) -> None:
        sys.stderr.flush()
        # Started without an error channel at all, there is nothing to keep clean.
        with contextlib.suppress(OSError):
            self._kept = os.dup(2)
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 2)
            os.close(nowhere)


_CHATTER_MUTED = _Muting()
