from __future__ import annotations

import itertools
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from formcheck.capture.frame import Frame, ImageArray
from formcheck.capture.video_file import VideoFile
from formcheck.core.pose import Landmark
from formcheck.errors import ModelError
from formcheck.estimate import mediapipe as pose_estimator
from formcheck.estimate.mediapipe import PoseEstimator, turn_back

WIDTH, HEIGHT = 40, 30


def _points() -> np.ndarray:  # type: ignore[type-arg]
    """33 different places in the picture, normalised, with z and visibility."""
    return np.random.default_rng(3).uniform(0.1, 0.9, (33, 4))


@pytest.mark.parametrize("turns", [0, 1, -1])
def test_points_are_turned_back_to_where_the_pixels_were(turns: int) -> None:
    image = np.arange(WIDTH * HEIGHT).reshape(HEIGHT, WIDTH)
    turned = np.rot90(image, turns)
    height, width = turned.shape
    row, column = 7, 11
    found = np.zeros((33, 4))
    found[:, 0], found[:, 1] = (column + 0.5) / width, (row + 0.5) / height
    landmarks, _ = turn_back(found, np.zeros((33, 3)), turns, (WIDTH, HEIGHT))
    x, y = landmarks[0, :2] * (WIDTH, HEIGHT)
    assert image[int(y), int(x)] == turned[row, column]


@pytest.mark.parametrize("turns", [1, -1])
def test_world_and_depth_turn_with_the_picture(turns: int) -> None:
    # A vector in the picture, in pixels, keeps its direction relation to the world's.
    found, world = _points(), np.zeros((33, 3))
    turned_size = (HEIGHT, WIDTH)
    centred = (found[:, :2] - 0.5) * turned_size
    world[:, :2], world[:, 2] = centred / 10, 0.3
    landmarks, turned_world = turn_back(found, world, turns, (WIDTH, HEIGHT))
    back_centred = (landmarks[:, :2] - 0.5) * (WIDTH, HEIGHT)
    assert turned_world[:, :2] == pytest.approx(back_centred / 10)
    assert turned_world[:, 2] == pytest.approx(0.3)
    assert landmarks[:, 2] * WIDTH == pytest.approx(found[:, 2] * HEIGHT)
    assert landmarks[:, 3] == pytest.approx(found[:, 3])


class _Library:
    """Stands for MediaPipe: finds somebody only in pictures turned as it is told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, trunk: tuple[float, float]) -> None:
        self.visible_in: set[tuple[str, int]] = set()
        self.asked: list[tuple[str, int]] = []
        self.times_ms: list[int] = []
        self.closed = self.made = 0
        self._trunk = trunk
        monkeypatch.setattr(pose_estimator, "_landmarker", self._make)
        monkeypatch.setattr(pose_estimator, "_picture", lambda _image, turns, _scale: turns)
        monkeypatch.setattr(pose_estimator, "shut_telemetry", lambda: None)

    def _make(self, _path: Path, mode: str, _with_mask: bool, people: int = 1) -> Any:
        self.made += 1
        if people > 1:
            return SimpleNamespace(detect=lambda _turns: self._nobody(), close=self._close)

        def detect(turns: int, time_ms: int | None = None) -> Any:
            self.asked.append((mode, turns))
            if time_ms is not None:
                self.times_ms.append(time_ms)
            return self._result() if (mode, turns) in self.visible_in else self._nobody()

        return SimpleNamespace(detect=detect, detect_for_video=detect, close=self._close)

    def _close(self) -> None:
        self.closed += 1

    def _result(self) -> Any:
        points = [SimpleNamespace(x=0.5, y=0.5, z=0.0, visibility=1 / 3) for _ in range(33)]
        for shoulder in (Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER):
            points[shoulder].x += self._trunk[0]
            points[shoulder].y += self._trunk[1]
        return SimpleNamespace(
            pose_landmarks=[points], pose_world_landmarks=[points], segmentation_masks=None
        )

    def _nobody(self) -> Any:
        return SimpleNamespace(pose_landmarks=[], pose_world_landmarks=[], segmentation_masks=None)


def _frame(time_s: float) -> Frame:
    return Frame(time_s, np.zeros((HEIGHT, WIDTH, 3), dtype=np.uint8))


def _run(library: _Library, times_s: list[float]) -> list[bool]:
    with PoseEstimator(Path("m")) as estimator:
        return [estimator.estimate(_frame(time_s)).detected for time_s in times_s]


TENTHS = [i / 10 for i in range(12)]


def test_memory_is_given_back_once_all_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    # Its effect, over hours: `python -m benchmarks robustness long-run file`.
    library = _Library(monkeypatch, trunk=(0, -0.3))
    closed_by_then: list[int] = []
    monkeypatch.setattr(
        pose_estimator.process, "return_freed_memory", lambda: closed_by_then.append(library.closed)
    )
    _run(library, TENTHS)
    assert closed_by_then == [library.made]


def test_somebody_upright_is_never_looked_for_turned(monkeypatch: pytest.MonkeyPatch) -> None:
    library = _Library(monkeypatch, trunk=(0, -0.3))
    library.visible_in = {("VIDEO", 0)}
    assert _run(library, TENTHS) == [True] * 12
    assert set(library.asked) == {("VIDEO", 0)}
    # The one for turned pictures was never loaded; another one looked for other people, once.
    assert library.closed == library.made == 2


def test_after_half_a_second_of_nobody_the_picture_is_turned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Upright in the turned picture is lying in the true one.
    library = _Library(monkeypatch, trunk=(0, -0.3))
    library.visible_in = {("IMAGE", -1), ("VIDEO", -1)}
    assert _run(library, TENTHS) == [False] * 6 + [True] * 6
    assert library.closed == library.made == 3
    assert library.asked[:5] == [("VIDEO", 0)] * 5
    assert library.asked[5:10] == [
        *(("VIDEO", 0), ("IMAGE", 1)),
        *(("VIDEO", 0), ("IMAGE", -1)),
        ("VIDEO", -1),
    ]


def test_somebody_upright_in_a_turned_picture_is_a_mistake(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Lying in the turned picture would be standing in the true one.
    library = _Library(monkeypatch, trunk=(0.3, 0))
    library.visible_in = {("IMAGE", 1), ("IMAGE", -1), ("VIDEO", 1), ("VIDEO", -1)}
    assert _run(library, TENTHS) == [False] * 12


def test_somebody_who_gets_up_is_found_upright_again(monkeypatch: pytest.MonkeyPatch) -> None:
    library = _Library(monkeypatch, trunk=(0, -0.3))
    library.visible_in = {("IMAGE", 1), ("VIDEO", 1)}
    with PoseEstimator(Path("m")) as estimator:
        assert [estimator.estimate(_frame(t)).detected for t in TENTHS][-1]
        library.visible_in = {("IMAGE", 0), ("VIDEO", 0)}
        later = [estimator.estimate(_frame(1.1 + t)).detected for t in TENTHS[1:]]
    assert later == [False] * 4 + [True] * 7


def test_times_rise_by_whole_milliseconds(monkeypatch: pytest.MonkeyPatch) -> None:
    library = _Library(monkeypatch, trunk=(0, -0.3))
    library.visible_in = {("VIDEO", 0)}
    _run(library, [0, 0.0001, 0.0002, 0.01, 1 / 30])
    assert library.times_ms == [0, 1, 2, 10, 33]


def test_poses_are_what_single_precision_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    library = _Library(monkeypatch, trunk=(0, -0.3))
    library.visible_in = {("VIDEO", 0)}
    with PoseEstimator(Path("m")) as estimator:
        pose = estimator.estimate(_frame(0))
    assert pose.landmarks.dtype == np.float64
    assert pose.landmarks[0, 3] == float(np.float32(1 / 3))
    assert np.array_equal(pose.landmarks, pose.landmarks.astype(np.float32))
    assert pose.size_px == (WIDTH, HEIGHT)


@pytest.mark.model
def test_an_empty_picture_has_nobody_in_it(
    model_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with PoseEstimator(model_path) as estimator:
        poses = [estimator.estimate(_frame(i / 10)) for i in range(8)]
    assert not any(pose.detected for pose in poses)
    # The library's own log lines stay off the screen.
    assert capfd.readouterr() == ("", "")


@pytest.mark.model
@pytest.mark.parametrize(("shift", "middle"), [(125, 0.35), (250, 0.45)])
def test_of_two_people_the_one_nearest_the_middle_is_followed(
    model_path: Path, shift: int, middle: float
) -> None:
    # The middle halves of two samples side by side, and the whole shifted to the right.
    halves = [_pictures(name, 6, slice(320, 960)) for name in ("standing_march", "knee_drive*")]
    with PoseEstimator(model_path) as estimator:
        poses = [
            estimator.estimate(Frame(i / 30, np.roll(np.hstack(pair), shift, axis=1)))
            for i, pair in enumerate(zip(*halves, strict=True))
        ]
    # Left of the two by itself is the one whom the tracker would not have taken at 125.
    assert [float(p.landmarks[23, 0]) for p in poses] == pytest.approx([middle] * 6, abs=0.03)
    assert [p.people for p in poses] == [2, 1, 1, 1, 1, 1]


def _pictures(name: str, count: int, columns: slice) -> list[ImageArray]:
    path = next(Path(__file__).parents[2].joinpath("samples").glob(f"{name}.mp4"))
    with VideoFile(path) as video:
        return [frame.image_rgb[:, columns] for frame in itertools.islice(video, count)]


@pytest.mark.model
def test_a_file_that_is_no_model(tmp_path: Path) -> None:
    path = tmp_path / "a.task"
    path.write_bytes(b"no model")
    with pytest.raises(ModelError) as caught:
        PoseEstimator(path)
    assert str(caught.value) == (
        f"{path} is not a pose model that MediaPipe can load; give a pose_landmarker .task file"
    )


class _Sizes:
    """Stands for MediaPipe: notes how large its pictures are, and finds somebody of a height."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, reaches: float) -> None:
        self.reaches = reaches
        self.heights: list[int] = []
        monkeypatch.setattr(pose_estimator, "_landmarker", lambda *_given: self)
        monkeypatch.setattr(pose_estimator, "shut_telemetry", lambda: None)

    def detect_for_video(self, image: Any, _time_ms: int) -> Any:
        self.heights.append(image.height)
        points = [
            SimpleNamespace(x=0.5, y=0.5 + self.reaches * (i / 32 - 0.5), z=0.0, visibility=1.0)
            for i in range(33)
        ]
        return SimpleNamespace(
            pose_landmarks=[points], pose_world_landmarks=[points], segmentation_masks=None
        )

    def detect(self, _image: Any) -> Any:
        return SimpleNamespace(pose_landmarks=[], pose_world_landmarks=[], segmentation_masks=None)

    def close(self) -> None:
        pass


def _heights(library: _Sizes, height: int, reaches: list[float]) -> list[int]:
    with PoseEstimator(Path("m")) as estimator:
        for number, reach in enumerate(reaches):
            library.reaches = reach
            image = np.zeros((height, height * 16 // 9, 3), dtype=np.uint8)
            estimator.estimate(Frame(number / 30, image))
    return library.heights


@pytest.mark.parametrize(
    ("height", "given"),
    [(480, 480), (575, 575), (576, 360), (718, 449), (720, 360), (1080, 360), (1440, 480)],
)
def test_large_pictures_are_made_smaller_for_the_library(
    monkeypatch: pytest.MonkeyPatch, height: int, given: int
) -> None:
    library = _Sizes(monkeypatch, reaches=0.8)
    assert _heights(library, height, [0.8, 0.8]) == [given, given]


def test_a_person_far_away_is_shown_large_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    library = _Sizes(monkeypatch, reaches=0.3)
    # 324 of 1080 pixels are 108 in a third of it, 162 in a half and 202 in five eighths.
    assert _heights(library, 1080, [0.3, 0.3, 0.1, 0.3]) == [360, 675, 675, 1080]


def test_the_size_does_not_go_to_and_fro(monkeypatch: pytest.MonkeyPatch) -> None:
    library = _Sizes(monkeypatch, reaches=0.55)
    near = [0.55, 0.57, 0.6, 0.55]  # 0.556 of the height is 200 pixels in a picture half as large
    assert _heights(library, 720, [*near, 0.65, 0.57, 0.57]) == [360, *[450] * 4, 360, 360]
