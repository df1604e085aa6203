"""Runs a live session: camera, pose model, flow, window and voice, none waiting for another.

Three threads besides the voice's: the camera keeps its newest frame; the model takes the newest
frame, finds the pose and lets the flow decide; the main thread draws and shows the newest result.
The frame that the model looks at is mirrored meanwhile, so that only the drawing is left to do.
What is on the screen is one frame with its own skeleton, as old as the model needs plus one draw.
"""

from __future__ import annotations

import dataclasses
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from formcheck._runtime.process import collecting_seldom
from formcheck.capture.feed import CameraFeed, LiveFrame, Newest, Problem
from formcheck.capture.frame import Frame
from formcheck.core.coach.display import Cue
from formcheck.core.coach.step import Command, FlowStep
from formcheck.core.messages import Messages
from formcheck.core.pose import Pose
from formcheck.draw.overlay import Overlay
from formcheck.draw.primitives import Image
from formcheck.live.voice import Voice
from formcheck.live.window import Key

# Text drawn on a smaller image and enlarged with it would be blurred.
_LEAST_HEIGHT = 720

# How much later than usual the next frame may be there (it has to be decoded too), and how many
# frames tell what is usual.
_LATE_S, _LATEST = 0.015, 60
# When no result is there by then, the main thread has time for the frame that is looked at.
_AHEAD_AFTER_S = 0.004
# What a frame needs on its way here, before this machine works on it.
_UNSEEN_S = 0.003

_COMMANDS: dict[Key, Command] = {
    "quit": "quit",
    "pain": "stop_pain",
    "pause": "pause",
    "side": "side",
    "restart": "restart",
    "next": "next",
    "skip": "skip",
    "back": "back",
    "neutral": "neutral",
}


class FrameEstimator(Protocol):
    """What finds a pose: `formcheck.estimate.mediapipe.PoseEstimator`."""

    def estimate(self, frame: Frame) -> Pose:
        """Return the pose in a frame."""
        ...


class Flow(Protocol):
    """What leads through a session: a `SetFlow`, or one that is made of several."""

    def update(self, pose: Pose, *, brightness: float | None = None) -> FlowStep:
        """Take the pose of one frame."""
        ...

    def tick(self, time_s: float, problem: str | None = None) -> FlowStep:
        """Let time pass without a frame."""
        ...

    def command(self, command: Command) -> FlowStep | None:
        """Obey a key."""
        ...


class Screen(Protocol):
    """What shows frames and gives keys: `formcheck.live.window.Window`."""

    def show(self, image_bgr: Image) -> None:
        """Show a frame."""
        ...

    def key(self) -> Key | None:
        """Return the key pressed since the last call."""
        ...


@dataclass(frozen=True, slots=True)
class Shown:
    """One outcome on its way to the screen."""

    image_rgb: Image
    pose: Pose | None
    step: FlowStep
    captured_s: float
    waited_s: float = 0.0
    inference_s: float = 0.0
    flow_s: float = 0.0


@dataclass(slots=True)
class Timings:
    """How long things took, seconds, for the last thousand frames.

    ``added_s`` is all that is not inference (flow, drawing, showing); ``screen_age_s`` is from the
    frame's capture to its showing, ``beyond_s`` what of that is not its own inference, and
    ``after_s`` what of it is neither that nor waiting to be looked at.
    """

    inference_s: list[float] = dataclasses.field(default_factory=list)
    flow_s: list[float] = dataclasses.field(default_factory=list)
    draw_s: list[float] = dataclasses.field(default_factory=list)
    added_s: list[float] = dataclasses.field(default_factory=list)
    screen_age_s: list[float] = dataclasses.field(default_factory=list)
    beyond_s: list[float] = dataclasses.field(default_factory=list)
    after_s: list[float] = dataclasses.field(default_factory=list)

    def add(self, name: str, seconds: float) -> None:
        """Note one duration."""
        values: list[float] = getattr(self, name)
        values.append(seconds)
        del values[:-1000]

    def usual_after_s(self) -> float:
        """Return what 19 of the last 20 frames needed after their inference, and a bit more."""
        latest = sorted(self.after_s[-_LATEST:])
        return latest[19 * len(latest) // 20] + _UNSEEN_S if latest else 0.0

    def line(self, name: str) -> str:
        """Return median and 99th percentile in words."""
        values = getattr(self, name)
        if not values:
            return f"{name.removesuffix('_s')}: none"
        median, most = (1000 * np.percentile(values, p) for p in (50, 99))
        return f"{name.removesuffix('_s')}: median {median:.1f} ms, 99 % under {most:.1f} ms"


def wait_for_next_s(age_s: float, *, every_s: float, after_s: float) -> float:
    """Return how long to wait for the next frame rather than take the one there is; 0: take it.

    Parameters
    ----------
    age_s : float
        How old the newest frame is.
    every_s : float
        How long after one frame the next one comes; NaN where that is not known.
    after_s : float
        What a frame needs to get to the screen beside its inference.

    Notes
    -----
    A frame that is on the screen ``every_s`` after its inference at the latest is worth looking
    at. Where a camera is so fast that none can be, each is taken as it comes.
    """
    if not 0 < every_s - after_s < age_s:
        return 0.0
    return max(0.0, every_s - age_s) + _LATE_S


class LiveSession:
    """Brings the parts of a live session together.

    Parameters
    ----------
    flow : Flow
    feed : CameraFeed
    estimator : FrameEstimator
    screen : Screen
    voice : Voice
    words : Messages
    on_frame : callable, optional
        Given every frame that a set's session saw, and its pose; for recording. Called in the
        model's thread, must not wait.
    on_step : callable, optional
        Called after everything the flow was told, in the model's thread; must not wait.
    picture_of : callable, optional
        Gives the how-to picture of an exercise (RGB), by id; None where there is none.
    """

    def __init__(
        self,
        flow: Flow,
        feed: CameraFeed,
        estimator: FrameEstimator,
        screen: Screen,
        voice: Voice,
        *,
        words: Messages | None = None,
        on_frame: Callable[[Frame, Pose], None] | None = None,
        on_step: Callable[[], None] = lambda: None,
        picture_of: Callable[[str], Image | None] = lambda _exercise: None,
    ) -> None:
        self._flow, self._feed, self._estimator = flow, feed, estimator
        self._screen, self._voice = screen, voice
        self._words = words or Messages()
        self._on_frame = on_frame
        self._on_step = on_step
        self._overlay = Overlay("bgr", given="rgb", picture_of=picture_of)
        self._commands: queue.SimpleQueue[Command] = queue.SimpleQueue()
        self._newest: Newest[Shown] = Newest()
        self._looked_at: Newest[Image] = Newest()
        self._closing = threading.Event()
        self._failure: BaseException | None = None
        self._help = False
        self._canvas: Image | None = None
        self._canvas_of: Image | None = None
        self.timings = Timings()

    def run(self, should_stop: Callable[[], bool] = lambda: False) -> None:
        """Run until the flow is finished, a key ends it, or `should_stop` says so."""
        model = threading.Thread(target=self._look, name="model", daemon=True)
        with collecting_seldom():
            model.start()
            try:
                self._show_until_over(should_stop)
            finally:
                self._closing.set()
                model.join(timeout=10)
        if self._failure is not None:
            raise self._failure

    def _show_until_over(self, should_stop: Callable[[], bool]) -> None:
        number = looked_at = 0
        quitting = False
        while not self._closing.is_set():
            if should_stop() and not quitting:
                quitting = True
                self._commands.put("quit")
            got = self._newest.after(number, timeout_s=_AHEAD_AFTER_S)
            if got is not None:
                number, shown = got
                self._show(shown)
                if shown.step.finished:
                    return
            elif (coming := self._looked_at.after(looked_at, timeout_s=0.0)) is not None:
                looked_at = coming[0]
                self._mirror(coming[1])
            self._obey(self._screen.key())

    def _mirror(self, image: Image) -> tuple[Image, float]:
        """Return the frame's mirrored copy, made once, and how much it was enlarged."""
        scale = max(1.0, _LEAST_HEIGHT / image.shape[0])
        if self._canvas is None or self._canvas_of is not image:
            # The window has copied what it shows by the time this is drawn on.
            into = self._canvas
            self._canvas = self._overlay.canvas(image, mirrored=True, scale=scale, into=into)
            self._canvas_of = image
        return self._canvas, scale

    def _show(self, shown: Shown) -> None:
        began_s = self._feed.now_s()
        display = shown.step.display
        if self._help:
            cue = Cue(self._words.help, "info", None, display.time_s)
            display = dataclasses.replace(display, cue=cue)
        pose = None if display.phase == "done" else shown.pose
        canvas, scale = self._mirror(shown.image_rgb)
        self._canvas_of = None  # it is drawn on now
        self._overlay.draw_on(canvas, display, pose, mirrored=True, scale=scale)
        self._screen.show(canvas)
        now_s = self._feed.now_s()
        self.timings.add("draw_s", now_s - began_s)
        self.timings.add("added_s", now_s - began_s + shown.flow_s)
        age_s = now_s - shown.captured_s
        self.timings.add("screen_age_s", age_s)
        self.timings.add("beyond_s", age_s - shown.inference_s)
        self.timings.add("after_s", age_s - shown.inference_s - shown.waited_s)

    def _obey(self, key: Key | None) -> None:
        if key is None:
            return
        if key in _COMMANDS:
            self._commands.put(_COMMANDS[key])
        elif key == "mute":
            self._voice.mute(not self._voice.muted)
        elif key == "help":
            self._help = not self._help

    # -- the model's thread -------------------------------------------------------------------

    def _look(self) -> None:
        try:
            self._look_until_over()
        except BaseException as error:  # carried over to the main thread, which raises it
            self._failure = error
            self._closing.set()

    def _look_until_over(self) -> None:
        number = 0
        image: Image = np.zeros((720, 1280, 3), np.uint8)
        while not self._closing.is_set():
            while not self._commands.empty():
                last = self._flow.command(self._commands.get())
                self._on_step()
                if last is not None:
                    self._newest.put(Shown(image, None, last, self._feed.now_s()))
                    return
            got = self._fresh(number)
            if got is None:
                step = self._flow.tick(self._feed.now_s(), self._problem())
                outcome = Shown(image, None, step, self._feed.now_s())
                if self._feed.problem is None and not step.finished and not step.says:
                    continue  # a slow camera, no lost one: leave the last frame as it is
            else:
                number, live = got
                image = live.frame.image_rgb
                outcome = self._look_at(live.frame, live.brightness)
            # First of all to the screen: keeping the place of a routine writes a file.
            self._newest.put(outcome)
            self._on_step()
            for saying in outcome.step.says:
                self._voice.say(saying, self._feed.began_at + saying.time_s)
            if outcome.step.finished:
                return

    def _fresh(self, number: int) -> tuple[int, LiveFrame] | None:
        """Return the next frame to look at; None when there is none.

        What is on the screen is to be no older than inference and one frame. One that had to wait
        while the one before it was looked at would be, and the next will be here in a moment.
        """
        got = self._feed.after(number, timeout_s=0.1)
        if got is None:
            return None
        wait_s = wait_for_next_s(
            self._feed.now_s() - got[1].frame.time_s,
            every_s=self._feed.interval_s,
            after_s=self.timings.usual_after_s(),
        )
        return (self._feed.after(got[0], timeout_s=wait_s) if wait_s else None) or got

    def _look_at(self, frame: Frame, brightness: float) -> Shown:
        self._looked_at.put(frame.image_rgb)
        began_s = self._feed.now_s()
        pose = self._estimator.estimate(frame)
        found_s = self._feed.now_s()
        step = self._flow.update(pose, brightness=brightness)
        # Only what was counted is recorded, so that the recording gives the same counts again.
        if self._on_frame is not None and step.result is not None:
            self._on_frame(frame, pose)
        step = step.with_problem(self._problem(), frame.time_s)
        waited_s, inference_s = began_s - frame.time_s, found_s - began_s
        self.timings.add("inference_s", inference_s)
        flow_s = self._feed.now_s() - found_s
        self.timings.add("flow_s", flow_s)
        tracked = step.result.pose if step.result is not None else pose
        return Shown(frame.image_rgb, tracked, step, frame.time_s, waited_s, inference_s, flow_s)

    def _problem(self) -> str | None:
        words = self._words
        texts: dict[Problem, str] = {
            "lost": words.camera_lost,
            "black": words.camera_black,
            "frozen": words.camera_frozen,
        }
        problem = self._feed.problem
        return texts[problem] if problem is not None else None
