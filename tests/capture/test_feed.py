"""The camera's newest picture, its loss and return; sources are made by hand."""

import contextlib
import itertools
import threading
import time

import numpy as np
import pytest

from formcheck.capture.feed import (
    BLACK_AFTER_S,
    FROZEN_AFTER_S,
    CameraFeed,
    Newest,
    PictureWatch,
)
from formcheck.capture.frame import Frame
from formcheck.errors import SourceError


def picture(level, noise=0):
    image = np.full((48, 64, 3), level, np.uint8)
    image[0, 0, 0] += noise
    return image


def test_newest_forgets_what_nobody_took():
    newest = Newest()
    assert newest.after(0, 0.0) is None
    for value in "abc":
        newest.put(value)
    assert newest.after(0, 0.0) == (3, "c")
    assert newest.after(3, 0.0) is None


def test_newest_wakes_who_waits():
    newest = Newest()
    threading.Timer(0.05, newest.put, ["x"]).start()
    assert newest.after(0, 5.0) == (1, "x")


@pytest.mark.parametrize(
    ("level", "noise", "problem"), [(0, True, "black"), (90, False, "frozen"), (90, True, None)]
)
def test_watch_names_the_problem_and_forgets_it(level, noise, problem):
    watch = PictureWatch()
    watch.update(0.0, picture(90))
    for i in range(1, 30):
        watch.update(i / 10, picture(level, i % 2 if noise else 0))
    assert watch.problem == problem
    watch.update(3.0, picture(120))
    assert watch.problem is None


def test_watch_waits_before_it_complains():
    watch = PictureWatch()
    assert watch.update(0.0, picture(200)) == pytest.approx(200, abs=0.1)
    watch.update(FROZEN_AFTER_S - 0.1, picture(200))
    assert watch.problem is None
    watch = PictureWatch()
    watch.update(0.0, picture(90))
    watch.update(BLACK_AFTER_S / 2, picture(0))
    assert watch.problem is None


class Sources:
    """Gives one source after the other; each is a list of pictures or an error."""

    def __init__(self, *sources):
        self.sources = list(sources)
        self.opened = 0
        self.released = 0

    def __call__(self):
        self.opened += 1
        source = self.sources.pop(0) if self.sources else SourceError("gone")
        if isinstance(source, Exception):
            raise source
        return self._frames(source)

    @contextlib.contextmanager
    def _frames(self, images):
        try:
            # The source's own times begin anew with each opening; the feed must not use them.
            yield (Frame(0.001 * i, image) for i, image in enumerate(images))
        finally:
            self.released += 1


def pictures_of(feed, count):
    """Read until so many pictures have come."""
    got, number = [], 0
    ends = time.monotonic() + 20
    while (feed.frames < count or not got) and time.monotonic() < ends:
        new = feed.after(number, 0.02)
        if new is not None:
            number, live = new
            got.append(live)
    return got


def slow(images, pause_s=0.03):
    for image in images:
        time.sleep(pause_s)
        yield image


def test_camera_that_is_not_there_is_an_error_at_once():
    with pytest.raises(SourceError, match="gone"):
        CameraFeed(Sources())


def test_lost_camera_comes_back_with_times_going_on(monkeypatch):
    monkeypatch.setattr("formcheck.capture.feed.RETRY_EVERY_S", 0.05)
    images = [picture(90, i) for i in range(5)]
    sources = Sources(slow(images), SourceError("busy"), slow(images))
    with CameraFeed(sources) as feed:
        got = pictures_of(feed, 10)
        assert feed.losses >= 2
    times = [live.frame.time_s for live in got]
    assert feed.frames == 10
    assert len(times) >= 2
    assert times == sorted(times)
    # 0.05 s of waiting twice and the second opening's pictures lie behind the first ones.
    assert times[-1] > 0.2
    assert sources.released == 2


def test_slow_reader_gets_the_newest_picture():
    with CameraFeed(Sources(slow([picture(i) for i in range(20)], 0.01))) as feed:
        ends = time.monotonic() + 20
        while feed.frames < 20 and time.monotonic() < ends:
            time.sleep(0.01)
        time.sleep(0.05)
        _, live = feed.after(0, 0.0)
    assert live.frame.image_rgb[5, 5, 0] == 19
    assert live.brightness == pytest.approx(19, abs=0.1)


def test_picture_sent_several_times_is_taken_once():
    """A camera of 15 pictures a second in a stream of 120 gave a rep too many."""
    images = [picture(i) for i in range(5) for _ in range(8)]
    with CameraFeed(Sources(slow(images, 0.005))) as feed:
        number, seen = 0, []
        ends = time.monotonic() + 20
        while time.monotonic() < ends:
            all_came = feed.frames >= len(images)
            got = feed.after(number, 0.01)
            if got is not None:
                number, live = got
                seen.append(live.frame.image_rgb[5, 5, 0])
            elif all_came:
                break
    # One may be let through again where this machine was slow.
    assert seen == sorted(seen)
    assert number < 15


def test_times_are_those_of_coming_not_of_having_been_decoded():
    now, worked = [0.0], itertools.count()
    taken = threading.Semaphore(1)

    def source():
        for i in range(4):
            # One after the other: only the newest one can be asked for.
            assert taken.acquire(timeout=20)
            now[0] += 0.033
            yield picture(90, i)

    feed = CameraFeed(
        Sources(source()), clock=lambda: now[0], work_clock=lambda: 0.005 * next(worked)
    )
    times = []
    with feed:
        for number in range(4):
            _, live = feed.after(number, 20.0)
            times.append(live.frame.time_s)
            taken.release()
    assert times == pytest.approx([0.028, 0.061, 0.094, 0.127])
    assert feed.interval_s == pytest.approx(0.033)


def test_silence_is_a_lost_camera(monkeypatch):
    now = [0.0]
    feed = CameraFeed(Sources([picture(90)]), clock=lambda: now[0])
    assert feed.problem is None
    now[0] = 1.5
    assert feed.problem == "lost"
