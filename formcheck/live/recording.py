"""Keeps what a live session saw: the raw video and the poses, for `formcheck analyze`."""

from __future__ import annotations

import queue
import threading
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from formcheck.capture.frame import Frame
from formcheck.core.pose import Pose
from formcheck.draw.video import VideoWriter
from formcheck.io import poses as pose_recording
from formcheck.io.atomic import require_writable_folder

_WAITING_FRAMES = 60


class LiveRecording:
    """Writes the frames it is given, in a thread of its own.

    The files, ``live-DATE-TIME.mp4`` and ``live-DATE-TIME.poses.npz``, appear when the block ends,
    also after Ctrl-C. Frames that the disk cannot take in time are left out of the video (its times
    stay right) and counted in `dropped`; no pose is left out.
    """

    def __init__(self, folder: Path, *, name: str | None = None) -> None:
        require_writable_folder(folder)
        stem = name or f"live-{datetime.now():%Y%m%d-%H%M%S}"
        self.stem = folder / stem
        self.video_path = folder / f"{stem}.mp4"
        self.poses_path = folder / f"{stem}.poses.npz"
        self.dropped = 0
        self._poses: list[Pose] = []
        self._frames: queue.Queue[Frame | None] = queue.Queue(_WAITING_FRAMES)
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._write, name="recording", daemon=True)

    def add(self, frame: Frame, pose: Pose) -> None:
        """Keep one frame and its pose; never waits."""
        self._poses.append(pose)
        try:
            self._frames.put_nowait(frame)
        except queue.Full:
            self.dropped += 1

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._frames.put(None)
        self._thread.join()
        if self._poses:
            duration = self._poses[-1].time_s - self._poses[0].time_s
            fps = (len(self._poses) - 1) / duration if duration > 0 else 30.0
            recording = pose_recording.PoseRecording(
                tuple(self._poses), self._poses[0].size_px, fps
            )
            pose_recording.write(self.poses_path, recording)
        if self._failure is not None and error is None:
            raise self._failure

    def _write(self) -> None:
        try:
            with VideoWriter(self.video_path, fps=30.0) as writer:
                while (frame := self._frames.get()) is not None:
                    writer.write(frame.image_rgb, frame.time_s)
        except Exception as error:  # raised where the block ends
            self._failure = error
            while self._frames.get() is not None:
                pass
