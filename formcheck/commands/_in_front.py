"""What the commands share that run in front of a camera."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from formcheck.commands._terminal import err, stop_on_signal
from formcheck.errors import SettingError

if TYPE_CHECKING:
    from formcheck.capture.camera import Camera
    from formcheck.capture.frame import SourceInfo
    from formcheck.capture.stream import Stream
    from formcheck.core.body.turned import Turn
    from formcheck.core.messages import Messages
    from formcheck.core.spec.exercise import ExerciseSpec
    from formcheck.estimate.models import PoseModel
    from formcheck.live.recording import LiveRecording
    from formcheck.live.session import Flow, Timings
    from formcheck.live.voice import Mode


@dataclass(frozen=True, slots=True)
class CameraSettings:
    """How to look, to speak and to show.

    ``asked`` is what a camera is asked for: width, height, frames a second; ``turn`` turns what
    it gives clockwise.
    """

    camera: str
    model: PoseModel
    mode: Mode
    words: Messages
    full_screen: bool = False
    asked: tuple[int, int, float] = (1280, 720, 30.0)
    turn: Turn = 0


@dataclass(frozen=True, slots=True)
class Ran:
    """What is left of a session that is over."""

    info: SourceInfo
    timings: Timings
    recording: LiveRecording | None
    interrupted: bool


def run_in_front_of_camera(
    flow: Flow,
    specs: Sequence[ExerciseSpec],
    settings: CameraSettings,
    *,
    record_in: Path | None = None,
    on_step: Callable[[], None] = lambda: None,
    inside: Callable[[Callable[[], SourceInfo]], contextlib.AbstractContextManager[object]]
    | None = None,
) -> Ran:
    """Run a flow with camera, pose model, window and voice until it is over.

    Parameters
    ----------
    flow : Flow
    specs : sequence of ExerciseSpec
        The exercises it may come to.
    settings : CameraSettings
    record_in : Path, optional
        Folder to record in.
    on_step : callable
        Called after everything the flow was told; must not wait.
    inside : callable, optional
        Gives a context that is entered once window, model and camera are there and left before
        they go; it is told how to learn about the camera so far.
    """
    from formcheck.capture.camera import open_camera
    from formcheck.capture.feed import CameraFeed
    from formcheck.capture.frame import SourceInfo
    from formcheck.capture.stream import hide_password
    from formcheck.core.measure.spine import needs_outline
    from formcheck.draw.pictures import pictures_of
    from formcheck.estimate.segment_tracking import load_estimator
    from formcheck.live.recording import LiveRecording
    from formcheck.live.session import LiveSession
    from formcheck.live.voice import Voice, open_speaker
    from formcheck.live.window import Window

    speaker, silent_because = open_speaker(settings.mode, settings.words.language)
    if silent_because:
        warn(silent_because)
    pictures = pictures_of(specs)
    outline = any(needs_outline(spec) for spec in specs)
    camera = settings.camera

    def opened() -> Camera | Stream:
        return open_camera(camera, settings.asked, turn=settings.turn)

    with contextlib.ExitStack() as parts:
        stop = parts.enter_context(stop_on_signal())
        # The window first: without a screen no camera needs to be switched on.
        window = parts.enter_context(Window(full_screen=settings.full_screen))
        recording = LiveRecording(record_in) if record_in is not None else None
        estimator = parts.enter_context(load_estimator(settings.model, outline))
        voice = parts.enter_context(Voice(speaker))
        feed = parts.enter_context(CameraFeed(opened))
        if recording is not None:
            parts.enter_context(recording)
        name = f"camera {camera}" if camera.isdecimal() else hide_password(camera)

        def info() -> SourceInfo:
            return SourceInfo(name, feed.now_s(), feed.fps, *feed.size_px)

        if inside is not None:
            parts.enter_context(inside(info))
        session = LiveSession(
            flow,
            feed,
            estimator,
            window,
            voice,
            words=settings.words,
            on_frame=recording.add if recording is not None else None,
            on_step=on_step,
            picture_of=pictures,
        )
        session.run(stop)
        if voice.problem:
            warn(voice.problem)
        ran = Ran(info(), session.timings, recording, stop.asked)
        warn(camera_line(ran.info, settings.asked))
        return ran


def camera_line(info: SourceInfo, asked: tuple[int, int, float]) -> str:
    """Return what the camera was asked for and what it gave."""
    width, height, rate = asked
    gave = f"{info.width}×{info.height}, {info.fps:.1f} frames a second"
    if not info.path.startswith("camera "):
        return f"stream: {gave}"
    return f"camera: asked for {width}×{height}, {rate:g} a second; gave {gave}"


def parse_size(text: str) -> tuple[int, int]:
    """Return width and height of a size as it is typed: ``1280x720``."""
    width, _, height = text.lower().replace("×", "x").partition("x")
    if width.isdecimal() and height.isdecimal():
        size = int(width), int(height)
        if all(120 <= side <= 8192 for side in size):
            return size
    raise SettingError(f"--size '{text}' is not an image size; give width and height as 1280x720")


def print_timings(ran: Ran) -> None:
    """Print how long things took."""
    for name in ("inference_s", "flow_s", "draw_s", "added_s", "screen_age_s", "beyond_s"):
        typer.echo(ran.timings.line(name))


def warn(text: str) -> None:
    """Print a sentence that is no result."""
    err().print(text, markup=False)
