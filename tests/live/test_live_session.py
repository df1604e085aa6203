"""The threads of a live session together: a made-up camera, estimator and screen, no window."""

import contextlib
import dataclasses
import gc
import math
import time

import numpy as np
import pytest

from formcheck._runtime.process import collecting_seldom
from formcheck.capture.feed import CameraFeed
from formcheck.capture.frame import Frame
from formcheck.core.coach.set_flow import SetFlow
from formcheck.core.judge.session import Session
from formcheck.core.messages import Messages
from formcheck.core.trial.figure import Figure
from formcheck.io.poses import read
from formcheck.io.specs import load_spec
from formcheck.live.recording import LiveRecording
from formcheck.live.session import LiveSession, wait_for_next_s
from formcheck.live.voice import Voice
from tests.support.display_data import standing
from tests.support.set_flows import MARCH, ScriptedSession, spec_of


class Camera:
    def __init__(self, fps=100, frames=10**9, size=(64, 48)):
        self.fps, self.frames, self.size = fps, frames, size

    @contextlib.contextmanager
    def open(self):
        yield self._frames()

    def _frames(self):
        for i in range(self.frames):
            time.sleep(1 / self.fps)
            image = np.full((self.size[1], self.size[0], 3), 90, np.uint8)
            image[0, 0] = i % 200
            yield Frame(float(i), image)


class Estimator:
    def __init__(self, seconds=0.002, fail_after=None):
        self.seconds, self.fail_after, self.calls = seconds, fail_after, 0

    def estimate(self, frame):
        self.calls += 1
        if self.fail_after is not None and self.calls > self.fail_after:
            raise RuntimeError("the model broke")
        time.sleep(self.seconds)
        return standing(frame.time_s)


class Screen:
    """Gives its keys one after the other, each once so many pictures were shown (or so it says)."""

    def __init__(self, keys=()):
        self.pictures, self.sizes = 0, set()
        self.keys = list(keys)

    def show(self, image):
        self.pictures += 1
        self.sizes.add(image.shape)

    def key(self):
        if self.keys:
            when, key = self.keys[0]
            if when() if callable(when) else self.pictures >= when:
                self.keys.pop(0)
                return key
        return None


def live(screen, *, camera=None, estimator=None, on_frame=None, spec=None, voice=None):
    spec = spec_of({**MARCH, **(spec or {})})
    flow = SetFlow(spec, lambda side: ScriptedSession(spec, 0.0, ready_at=0.1))
    feed = CameraFeed((camera or Camera()).open)
    session = LiveSession(
        flow,
        feed,
        estimator or Estimator(),
        screen,
        voice or Voice(None),
        words=Messages(),
        on_frame=on_frame,
    )
    return flow, feed, session


def test_quit_key_ends_it_with_a_summary():
    screen = Screen([(6, "quit")])
    flow, feed, session = live(screen)
    with feed:
        session.run()
    assert screen.pictures >= 6
    assert screen.sizes == {(720, 960, 3)}
    assert len(flow.summaries) == 1


def test_every_picture_shown_is_its_own_mirror_with_something_drawn_on_it():
    """A picture is mirrored while the model looks at it: none may show what is left of another."""

    class Keeping(Screen):
        def __init__(self):
            super().__init__([(12, "quit")])
            self.corners = []

        def show(self, image):
            super().show(image)
            # The camera writes the picture's number in its first pixel; enlarged by half.
            self.corners.append(int(image[0, -1, 0]))

    screen = Keeping()
    _, feed, session = live(screen, estimator=Estimator(seconds=0.03))
    with feed:
        session.run()
    assert screen.corners == sorted(screen.corners)
    assert len(set(screen.corners)) > 5


def test_collections_are_rare_only_while_it_runs():
    before = gc.get_threshold()
    with collecting_seldom():
        assert gc.get_threshold()[0] > before[0]
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0


def test_stop_from_outside_keeps_the_set():
    screen = Screen()
    flow, feed, session = live(screen)
    with feed:
        session.run(lambda: screen.pictures >= 4)
    assert len(flow.summaries) == 1


def test_slow_model_never_makes_a_queue():
    estimator = Estimator(seconds=0.08)
    screen = Screen([(12, "quit")])
    _, feed, session = live(screen, estimator=estimator)
    with feed:
        session.run()
    assert feed.frames > 2 * estimator.calls
    # A queue would grow by several pictures with each one that is looked at.
    assert np.median(session.timings.screen_age_s) < 0.5
    assert "median" in session.timings.line("screen_age_s")


@pytest.mark.parametrize(
    ("age_s", "every_s", "after_s", "waits"),
    [
        (0.001, 0.033, 0.010, False),
        (0.020, 0.033, 0.010, False),
        (0.025, 0.033, 0.010, True),  # would be on the screen 35 ms after its inference
        (0.040, 0.033, 0.010, True),  # the next one is late
        (0.005, 0.008, 0.010, False),  # too fast a camera: none can be in time
        (0.025, math.nan, 0.010, False),  # the first picture
    ],
)
def test_picture_that_would_be_shown_too_late_is_left_for_the_next(age_s, every_s, after_s, waits):
    wait_s = wait_for_next_s(age_s, every_s=every_s, after_s=after_s)
    assert (wait_s > 0) == waits
    assert age_s + wait_s < 0.06  # never as long as the camera's next but one


def test_lost_camera_is_shown_and_the_set_kept(monkeypatch):
    monkeypatch.setattr("formcheck.capture.feed.LOST_AFTER_S", 0.2)
    cues = []
    screen = Screen([(lambda: "The camera sends no image" in cues, "quit")])
    flow, feed, session = live(screen, camera=Camera(fps=50, frames=20))
    original = flow.tick

    def tick(time_s, problem=None):
        cues.append(problem)
        return original(time_s, problem)

    flow.tick = tick
    with feed:
        session.run()
    assert len(flow.summaries) == 1


def test_failure_in_the_models_thread_comes_out():
    _, feed, session = live(Screen(), estimator=Estimator(fail_after=3))
    with feed, pytest.raises(RuntimeError, match="the model broke"):
        session.run()


def test_help_and_mute_keys():
    class Keeping(Screen):
        dark = ()

        def show(self, image):
            super().show(image)
            # The panel of the sentence at the foot: a short hint first, then the long line of keys.
            self.dark = (*self.dark, int((image[-240:] == 18).all(axis=2).sum()))

    screen, voice = Keeping([(2, "help"), (3, "mute"), (5, "quit")]), Voice(None)
    _, feed, session = live(screen, voice=voice)
    with feed:
        session.run()
    assert max(screen.dark[3:]) > 2 * max(screen.dark[:2])
    assert voice.muted


def test_recording_keeps_video_and_poses(tmp_path):
    screen = Screen([(8, "quit")])
    with LiveRecording(tmp_path, name="set") as recording:
        _, feed, session = live(screen, on_frame=recording.add)
        with feed:
            session.run()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["set.mp4", "set.poses.npz"]
    poses = list(read(tmp_path / "set.poses.npz"))
    times = [pose.time_s for pose in poses]
    assert len(poses) > 5
    assert times == sorted(times)


def test_recording_of_nothing_leaves_nothing(tmp_path):
    with LiveRecording(tmp_path, name="set"):
        pass
    assert list(tmp_path.iterdir()) == []


class Marcher:
    """Finds somebody who marches, a lift every second."""

    seen_s = 0.0

    def estimate(self, frame):
        time.sleep(0.005)
        self.seen_s = frame.time_s
        lift = 92 * math.sin(math.pi * max(0.0, frame.time_s - 0.6)) ** 2
        figure = Figure(thigh_left=lift, knee_left=lift)
        pose = figure.pose(frame.time_s)
        # As exact as a recording keeps them.
        return dataclasses.replace(
            pose,
            landmarks=pose.landmarks.astype(np.float32).astype(float),
            world=pose.world.astype(np.float32).astype(float),
        )


def test_recorded_poses_give_the_counts_of_the_live_session_again(tmp_path):
    spec = load_spec("standing_march")
    marcher = Marcher()
    screen = Screen([(lambda: marcher.seen_s > 5, "quit")])
    flow = SetFlow(spec, lambda side: Session(spec, side=side))
    with LiveRecording(tmp_path, name="set") as recording, CameraFeed(Camera(fps=60).open) as feed:
        LiveSession(flow, feed, marcher, screen, Voice(None), on_frame=recording.add).run()
    again = Session(spec)
    for pose in read(tmp_path / "set.poses.npz"):
        again.update(pose)
    replayed, live_one = again.finish(), flow.summaries[0]
    assert live_one.totals.reps["left"] >= 1
    assert replayed.totals == live_one.totals
    assert replayed.frames == live_one.frames
    assert (replayed.reps, replayed.faults) == (live_one.reps, live_one.faults)
