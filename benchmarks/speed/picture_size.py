"""How small may the pictures be that the pose model gets?  Rendered people, seen smaller.

    python -m benchmarks speed picture-size 360 --into FOLDER        # each half an hour of one core
    python -m benchmarks accuracy --subset core --built-only --here --cache FOLDER

Records the landmarks of the built clips of a subset (scoring people) from pictures of that height,
in a cache of their own next to links to the clips. The angles are then judged as always: only what
the model saw was smaller.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from benchmarks.accuracy.program import recording_of
from benchmarks.common import parser_without_json
from formcheck.capture.frame import Frame
from formcheck.capture.video_file import VideoFile
from formcheck.core.pose import Pose
from formcheck.estimate import models as model_store
from formcheck.estimate.mediapipe import PoseEstimator
from formcheck.io import poses as pose_recording
from formcheck.io.poses import PoseRecording
from groundtruth.build import BuiltClip, clip_of, default_cache_dir
from groundtruth.takes import takes


def seen_smaller(clip: Path, height: int) -> PoseRecording:
    """Return the landmarks of a clip whose pictures were made so many pixels high."""
    with VideoFile(clip) as video, PoseEstimator(model_store.load().path, with_mask=True) as model:
        poses = tuple(_poses(video, model, height))
        size_px = (video.info.width, video.info.height)
        return PoseRecording(poses, size_px=size_px, fps=video.info.fps)


def _poses(video: VideoFile, model: PoseEstimator, height: int) -> Iterator[Pose]:
    for frame in video:
        high, wide = frame.image_rgb.shape[:2]
        size = (round(wide * height / high), height)
        image = cv2.resize(frame.image_rgb, size, interpolation=cv2.INTER_AREA)
        pose = model.estimate(Frame(frame.time_s, image.astype(np.uint8)))
        yield replace(pose, size_px=(wide, high))


def _linked(clip: BuiltClip, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for path in (clip.path, clip.truth_path):
        link = folder / path.name
        if not link.exists():
            link.symlink_to(path)


def main(argv: list[str] | None = None) -> None:
    parser = parser_without_json(__doc__)
    parser.add_argument("height", type=int)
    parser.add_argument("--into", type=Path, required=True)
    parser.add_argument("--subset", default="core")
    parser.add_argument("--cache", type=Path, default=default_cache_dir())
    args = parser.parse_args(argv)
    for take in takes(args.subset):
        clip = clip_of(take, args.cache)
        if take.tuning or not clip.path.is_file():
            continue
        _linked(clip, args.into / "clips")
        path = recording_of(clip, args.into, "full")
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            pose_recording.write(path, seen_smaller(clip.path, args.height))
            print(take.name, flush=True)
