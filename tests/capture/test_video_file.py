from __future__ import annotations

import contextlib
import http.server
import itertools
import threading
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from formcheck.capture.camera import open_camera
from formcheck.capture.stream import Stream, hide_password
from formcheck.capture.timestamps import FrameClock
from formcheck.capture.video_file import VideoFile
from formcheck.errors import SourceError
from tests.support.video_data import (
    HEIGHT,
    WIDTH,
    corner_colours,
    corner_picture,
    make_sound,
    make_video,
)

THIRD = [i / 30 for i in range(30)]


def _times(path: Path) -> list[float]:
    with VideoFile(path) as video:
        return [frame.time_s for frame in video]


def test_gives_every_picture_with_its_time_from_zero(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", THIRD)
    with VideoFile(path) as video:
        frames = list(video)
    assert [frame.time_s for frame in frames] == pytest.approx(THIRD, abs=1e-4)
    assert frames[0].image_rgb.shape == (HEIGHT, WIDTH, 3)
    assert frames[0].image_rgb.dtype == np.uint8
    assert (video.info.path, video.info.width, video.info.height) == ("a.mp4", WIDTH, HEIGHT)
    assert video.info.fps == pytest.approx(30, abs=0.1)
    assert video.info.duration_s == pytest.approx(1, abs=0.05)
    assert video.warnings == []


def test_starts_at_zero_where_the_file_starts_later(tmp_path: Path) -> None:
    path = make_video(tmp_path / "late.mkv", [5 + t for t in THIRD])
    times = _times(path)
    assert times[0] == 0
    assert times[-1] == pytest.approx(29 / 30, abs=2e-3)


def test_keeps_the_times_of_a_variable_frame_rate(tmp_path: Path) -> None:
    times = [0, 0.02, 0.1, 0.5, 0.51, 1.2, 1.9]
    path = make_video(tmp_path / "vfr.mp4", times)
    assert _times(path) == pytest.approx(times, abs=1e-4)


@pytest.mark.parametrize(
    ("rotation", "hflip", "corners", "size"),
    [
        (0, False, "rgb-", (WIDTH, HEIGHT)),
        (90, False, "g-rb", (HEIGHT, WIDTH)),  # PyAV turns counter-clockwise
        (-90, False, "br-g", (HEIGHT, WIDTH)),
        (180, False, "-bgr", (WIDTH, HEIGHT)),
        (0, True, "gr-b", (WIDTH, HEIGHT)),
    ],
)
def test_obeys_the_display_matrix(
    tmp_path: Path, rotation: int, hflip: bool, corners: str, size: tuple[int, int]
) -> None:
    path = make_video(tmp_path / "turned.mp4", THIRD[:3], rotation=rotation, hflip=hflip)
    with VideoFile(path) as video:
        images = [frame.image_rgb for frame in video]
    assert [corner_colours(image) for image in images] == [corners] * 3
    assert (video.info.width, video.info.height) == size
    assert images[0].flags.c_contiguous


def test_agrees_with_ffmpeg_about_turning_clockwise(tmp_path: Path) -> None:
    path = make_video(tmp_path / "phone.mp4", THIRD[:2], rotation=-90)
    capture = cv2.VideoCapture(str(path))
    good, shown = capture.read()
    capture.release()
    assert good
    with VideoFile(path) as video:
        ours = next(iter(video)).image_rgb
    assert corner_colours(ours) == corner_colours(shown[:, :, ::-1])


def test_makes_pixels_square(tmp_path: Path) -> None:
    path = make_video(tmp_path / "dv.mp4", THIRD[:3], sample_aspect=Fraction(4, 3))
    with VideoFile(path) as video:
        image = next(iter(video)).image_rgb
    assert image.shape == (HEIGHT, WIDTH * 4 // 3, 3)
    assert corner_colours(image) == "rgb-"


def test_a_video_cut_off_is_read_up_to_there(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    whole = make_video(
        tmp_path / "w.mp4", [i / 30 for i in range(90)], index_first=True, picture=noise, gop=1
    )
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with VideoFile(cut) as video:
        times = [frame.time_s for frame in video]
    assert 20 < len(times) < 60
    assert any(
        warning.startswith("the video is cut off: it should last 3.0 s, but can be read only up to")
        for warning in video.warnings
    )


def test_a_video_without_its_index_says_so(tmp_path: Path) -> None:
    whole = make_video(tmp_path / "w.mp4", THIRD)
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises(SourceError) as caught:
        VideoFile(cut)
    assert str(caught.value) == (
        f"{cut} is an incomplete video: its index is missing, as in a recording or copy that was "
        "cut off; copy or export it again"
    )


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none.mp4", None, "{path} does not exist"),
        ("zero.mp4", b"", "{path} is empty (0 bytes); copy or record it again"),
        ("text.mp4", b"hello\n" * 100, "{path} is not a video that can be read"),
        ("notes.txt", b"hello\n" * 100, "{path} is not a video"),
        (
            "list.mp4",
            b"#EXTM3U\nhttp://127.0.0.1:9/a.ts\n",
            "{path} is not a video that can be read",
        ),
    ],
)
def test_what_is_no_video(tmp_path: Path, name: str, content: bytes | None, message: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SourceError) as caught:
        VideoFile(path)
    assert str(caught.value) == message.format(path=path)


@pytest.mark.parametrize("name", ["a b#é%20.mp4", "http:x.mp4", "-i.mp4", "[bold].mp4", "%03d.mp4"])
def test_any_name_will_do(tmp_path: Path, name: str) -> None:
    path = make_video(tmp_path / "a.mp4", THIRD[:3]).rename(tmp_path / name)
    assert len(_times(path)) == 3
    with contextlib.chdir(tmp_path), VideoFile(Path(name)) as video:
        assert video.info.path == name


def test_a_folder_is_no_video(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is a folder, not a video"):
        VideoFile(tmp_path)


def test_sound_alone_is_no_video(tmp_path: Path) -> None:
    path = make_sound(tmp_path / "song.m4a")
    with pytest.raises(SourceError) as caught:
        VideoFile(path)
    assert str(caught.value) == f"{path} has no picture, only sound; formcheck needs a video"


def test_a_codec_that_nobody_knows(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", [0.0, 0.1])
    path.write_bytes(path.read_bytes().replace(b"avc1", b"zzz1"))
    with pytest.raises(SourceError) as caught:
        VideoFile(path)
    assert str(caught.value) == (
        f"{path} has pictures in a format that cannot be decoded here; export it as MP4 (H.264)"
    )


def test_the_file_is_released_when_the_block_fails(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", THIRD)

    video = VideoFile(path)
    with contextlib.suppress(KeyboardInterrupt), video:
        raise KeyboardInterrupt
    with pytest.raises(AssertionError, match="Container is not open"):
        video._container.demux(video._stream).__next__()


def test_clock_fills_in_what_has_no_time() -> None:
    clock = FrameClock(0.1)
    base = Fraction(1, 10)
    assert [clock.time_of(pts, base) for pts in (7, None, 9)] == pytest.approx([0, 0.1, 0.2])


def test_clock_leaves_out_a_second_picture_of_the_same_time() -> None:
    clock = FrameClock(0.1)
    base = Fraction(1, 10)
    assert [clock.time_of(pts, base) for pts in (0, 1, 1, 2)] == [0, 0.1, None, 0.2]
    assert clock.dropped == 1


def test_clock_goes_on_where_joined_recordings_begin_anew() -> None:
    clock = FrameClock(0.1)
    base = Fraction(1, 10)
    times = [clock.time_of(pts, base) for pts in (0, 10, 20, 0, 1)]
    assert times == pytest.approx([0, 1, 2, 2.1, 2.2])


class _CameraServer(http.server.BaseHTTPRequestHandler):
    """A network camera: five JPEG pictures in one endless answer, then it hangs up."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        self.end_headers()
        good, jpeg = cv2.imencode(".jpg", corner_picture()[:, :, ::-1])
        assert good
        for _ in range(5):
            self.wfile.write(b"--frame\r\nContent-Type: image/jpeg\r\n")
            self.wfile.write(f"Content-Length: {len(jpeg)}\r\n\r\n".encode())
            self.wfile.write(jpeg.tobytes() + b"\r\n")

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def camera_address() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _CameraServer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/cam"
    server.shutdown()
    thread.join()
    server.server_close()


def test_reads_a_network_camera_with_the_times_of_arrival(camera_address: str) -> None:
    ticks = iter(range(100))
    with Stream(camera_address, clock=lambda: next(ticks) / 10) as camera:
        frames = list(camera)
    assert len(frames) >= 4
    assert frames[0].time_s == pytest.approx(0.1)
    assert all(b.time_s > a.time_s for a, b in itertools.pairwise(frames))
    assert corner_colours(frames[0].image_rgb) == "rgb-"
    assert camera.info.duration_s is None
    assert camera.info.width == WIDTH
    assert "gave no more pictures" in camera.warnings[0]


def test_a_camera_that_is_not_there() -> None:
    with pytest.raises(SourceError) as caught:
        open_camera("77")
    assert str(caught.value) == (
        "camera 77 cannot be opened; is it connected, not in use by another program, and may this "
        "program use it?"
    )


def test_what_is_neither_camera_nor_stream() -> None:
    with pytest.raises(SourceError) as caught:
        open_camera("front door")
    assert str(caught.value) == (
        "'front door' is neither a camera number (0, 1, …) nor a stream address "
        "(rtsp://…, http://…)"
    )


def test_passwords_of_cameras_are_not_shown() -> None:
    assert hide_password("rtsp://me:secret@10.0.0.7:554/1") == "rtsp://10.0.0.7:554/1"
    assert hide_password("http://cam.local/video") == "http://cam.local/video"
