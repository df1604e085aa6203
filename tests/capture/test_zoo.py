"""Every kind of video that people have: each gives the control's pictures and times, or one
sentence. With the pose model (slow), some of them give the control's counts and angles.
"""

from __future__ import annotations

import functools
import http.server
import math
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from formcheck.capture.frame import Frame
from formcheck.capture.stream import Stream
from formcheck.capture.video_file import VideoFile
from formcheck.draw.video import VideoWriter
from formcheck.errors import SourceError
from tests.support.video_data import make_sound
from tests.support.zoo import (
    COUNT,
    FPS,
    HEIGHT,
    PICTURES,
    TIMES,
    WIDTH,
    Clip,
    compared,
    joined,
    remuxed,
    rotated,
    scaled,
    squeezed,
    write,
)

ONE = 1 << 16
SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "standing_march.mp4"
TS = {"format": "mpegts"}
FAST = {"preset": "ultrafast"}


def _matrix(degrees: float) -> list[int]:
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    rows = [cos, sin, 0, -sin, cos, 0, 0, 0]
    return [*(round(ONE * v) for v in rows), 1 << 30]


# name: (suffix, clip). All are shown as the control is, at the control's times.
SAME: dict[str, tuple[str, Clip]] = {
    "H.264 in MP4": ("mp4", Clip()),
    "H.264 in MOV": ("mov", Clip()),
    "H.264 in Matroska": ("mkv", Clip()),
    "H.264 in AVI": ("avi", Clip(times=TIMES, options={"bf": "0"})),
    "H.264 in FLV": ("flv", Clip()),
    "H.264 in 3GP": ("3gp", Clip()),
    "H.264 in MPEG-TS": ("ts", Clip(**TS)),
    "H.264 in M2TS": ("mts", Clip(format="mpegts", container={"mpegts_m2ts_mode": "1"})),
    "H.264 with B frames": ("mp4", Clip(options={"bf": "3"})),
    "H.264 with an open GOP": ("mp4", Clip(options={"x264-params": "open-gop=1:bframes=3"})),
    "H.264 all key frames": ("mp4", Clip(gop=1)),
    "H.264 one key frame": ("mp4", Clip(gop=600)),
    "H.264 4:2:2": ("mp4", Clip(pixels="yuv422p")),
    "H.264 4:4:4": ("mp4", Clip(pixels="yuv444p")),
    "H.264 10 bit": ("mp4", Clip(pixels="yuv420p10le")),
    "H.264 full range": ("mp4", Clip(pixels="yuvj420p")),
    "H.264 interlaced": ("mp4", Clip(options={"x264-params": "interlaced=1"})),
    "fragmented MP4": ("mp4", Clip(container={"movflags": "frag_keyframe+empty_moov"})),
    "MP4 with its index first": ("mp4", Clip(container={"movflags": "+faststart"})),
    "HEVC": ("mp4", Clip("libx265", options={"x265-params": "log-level=none"})),
    "HEVC 10 bit": (
        "mov",
        Clip("libx265", "yuv420p10le", options={"x265-params": "log-level=none"}),
    ),
    "AV1": ("mp4", Clip("libsvtav1", options={"preset": "12", "svtav1-params": "avif=0"})),
    "VP8 in WebM": ("webm", Clip("libvpx", options={"deadline": "realtime", "b": "2M"})),
    "VP9 in WebM": ("webm", Clip("libvpx-vp9", options={"deadline": "realtime", "b": "2M"})),
    "VP9 with alpha": (
        "webm",
        Clip("libvpx-vp9", "yuva420p", options={"deadline": "realtime", "b": "2M"}),
    ),
    "WebM without its length": (
        "webm",
        Clip("libvpx", options={"deadline": "realtime", "b": "2M"}, container={"live": "1"}),
    ),
    "ProRes": ("mov", Clip("prores_ks", "yuv422p10le")),
    "ProRes with alpha": ("mov", Clip("prores_ks", "yuva444p10le")),
    "Motion JPEG in AVI": ("avi", Clip("mjpeg", "yuvj420p")),
    "Motion JPEG in MOV": ("mov", Clip("mjpeg", "yuvj422p")),
    "MPEG-4 in AVI": ("avi", Clip("mpeg4", options={"b": "2M"})),
    "Windows Media": ("wmv", Clip("wmv2", options={"b": "2M"})),
    "FFV1": ("mkv", Clip("ffv1")),
    "PNG in MOV": ("mov", Clip("png", "rgb24")),
    "raw pictures in AVI": ("avi", Clip("rawvideo", "yuv420p")),
    "turned by 90°": ("mp4", Clip(rotation=90, shape=rotated(-1))),
    "turned by 180°": ("mp4", Clip(rotation=180, shape=rotated(2))),
    "turned by 270°": ("mov", Clip(rotation=-90, shape=rotated(1))),
    "mirrored": ("mp4", Clip(hflip=True, shape=lambda image: image[:, ::-1])),
    "upside down and mirrored": (
        "mp4",
        Clip(rotation=180, hflip=True, shape=lambda image: image[::-1]),
    ),
    "turned in Matroska": ("mkv", Clip(rotation=90, shape=rotated(-1))),
    "pixels of 16:15": ("mp4", Clip(aspect=Fraction(16, 15), shape=squeezed(16 / 15))),
    "pixels of 64:45": ("ts", Clip(aspect=Fraction(64, 45), shape=squeezed(64 / 45), **TS)),
    "pixels of 4:3 in Matroska": ("mkv", Clip(aspect=Fraction(4, 3), shape=squeezed(4 / 3))),
    "tall pixels": ("mp4", Clip(aspect=Fraction(2, 3), shape=squeezed(2 / 3))),
    "pixels of 1:255": ("mp4", Clip(aspect=Fraction(1, 255))),
    "sound beside it": ("mp4", Clip(sound_s=1.6)),
    "sound that goes on": ("mkv", Clip(sound_s=6.0)),
    "PCM sound": ("mov", Clip(sound_s=1.6, sound_codec="pcm_s16le")),
    "a wrong ending": ("avi", Clip(format="mp4")),
    "no ending": ("", Clip(format="matroska")),
    "a later beginning": ("mkv", Clip(times=[t + 1000 for t in TIMES])),
    "a negative beginning": ("mkv", Clip(times=[t - 2 for t in TIMES])),
}


def read(path: Path, **how: Any) -> tuple[list[Frame], VideoFile]:
    with VideoFile(path, **how) as video:
        return [Frame(f.time_s, f.image_rgb.copy()) for f in video], video


def assert_same(frames: list[Frame], *, first: int = 0, tolerance: float = 14.0) -> None:
    """Each picture is the control's of its time."""
    assert len(frames) == COUNT - first
    times = [frame.time_s for frame in frames]
    assert times == pytest.approx([t - TIMES[first] for t in TIMES[first:]], abs=0.012)
    for index in (0, len(frames) // 2, len(frames) - 1):
        wanted = PICTURES[first + index]
        assert compared(frames[index].image_rgb, wanted) < tolerance
        others = [compared(frames[index].image_rgb, p) for p in PICTURES[first:]]
        assert abs(int(np.argmin(others)) - index) <= 1


@pytest.mark.parametrize("name", SAME)
def test_is_shown_as_the_control(name: str, tmp_path: Path) -> None:
    suffix, clip = SAME[name]
    path = write(tmp_path / f"clip.{suffix}".rstrip("."), clip)
    frames, video = read(path)
    assert_same(frames)
    assert video.warnings == []


def test_an_animated_gif(tmp_path: Path) -> None:
    frames, _ = read(write(tmp_path / "clip.gif", Clip("gif", "rgb8")))
    # Hundredths of a second, and 256 colours.
    assert [f.time_s for f in frames] == pytest.approx(TIMES, abs=0.08)
    assert compared(frames[7].image_rgb, PICTURES[7]) < 24


def test_a_tilted_matrix_is_obeyed(tmp_path: Path) -> None:
    path = write(tmp_path / "clip.mov", Clip(matrix=_matrix(10)))
    frames, video = read(path)
    height, width = frames[0].image_rgb.shape[:2]
    back = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), 10, 1.0)
    middle = cv2.warpAffine(frames[5].image_rgb, back, (width, height))
    y, x = (height - HEIGHT) // 2, (width - WIDTH) // 2
    assert compared(middle[y : y + HEIGHT, x : x + WIDTH], PICTURES[5]) < 14
    assert video.warnings == []


def test_a_trimmed_phone_video_is_upright_from_its_first_picture(tmp_path: Path) -> None:
    whole = write(tmp_path / "phone.mp4", Clip(rotation=90, shape=rotated(-1), gop=12))
    # Cut between two key frames: players begin at the cut, with pictures that are none.
    trimmed = remuxed(tmp_path / "trim.mp4", whole, shift_s=-5 / FPS, rotation=90)
    frames, _ = read(trimmed)
    assert_same(frames, first=COUNT - len(frames))
    assert all(frame.image_rgb.shape == (HEIGHT, WIDTH, 3) for frame in frames)


@pytest.mark.parametrize(
    ("second", "box"),
    [
        (Clip(shape=scaled(96, 96), **TS), (32, 0, 96, 96)),
        (Clip(shape=rotated(1), **TS), (51, 0, 58, 96)),
        (Clip(shape=scaled(320, 192), **TS), (0, 0, 160, 96)),
        (Clip(aspect=Fraction(4, 3), **TS), (0, 12, 160, 72)),
    ],
    ids=["another shape", "another turn", "another size", "other pixels"],
)
def test_what_changes_in_mid_file_is_letterboxed(
    second: Clip, box: tuple[int, int, int, int], tmp_path: Path
) -> None:
    parts = write(tmp_path / "a.ts", Clip(**TS)), write(tmp_path / "b.ts", second)
    frames, video = read(joined(tmp_path / "c.ts", *parts))
    assert len(frames) == 2 * COUNT
    assert {frame.image_rgb.shape for frame in frames} == {(HEIGHT, WIDTH, 3)}
    assert_same(frames[:COUNT])
    x, y, width, height = box
    shown = frames[COUNT + 10].image_rgb
    assert compared(shown[y : y + height, x : x + width], _shaped(second, 10)) < 16
    outside = shown.copy()
    outside[y : y + height, x : x + width] = 0
    assert outside.max(initial=0) < 40
    changed = [w for w in video.warnings if w.startswith("size, shape or turn")]
    assert len(changed) == (box != (0, 0, WIDTH, HEIGHT))


def _shaped(clip: Clip, index: int) -> np.ndarray:
    return np.ascontiguousarray(clip.shape(PICTURES[index]))


@pytest.mark.parametrize("gap_s", [20.0, 7200.0])
def test_gaps(gap_s: float, tmp_path: Path) -> None:
    half = COUNT // 2
    times = [*TIMES[:half], *(t + gap_s for t in TIMES[half:])]
    frames, video = read(write(tmp_path / "gap.mkv", Clip(times=times)))
    assert len(frames) == COUNT
    gap = frames[half].time_s - frames[half - 1].time_s
    if gap_s == 20:
        assert gap == pytest.approx(20 + 1 / FPS, abs=0.01)
        assert video.warnings == []
    else:
        assert gap == pytest.approx(2.0)
        assert video.warnings == [
            "the times of the pictures jump ahead by 2:00:00 h after 0.7 s; counted as a gap of 2 s"
        ]


def test_a_clock_that_begins_anew(tmp_path: Path) -> None:
    part = write(tmp_path / "a.ts", Clip(**TS))
    frames, video = read(joined(tmp_path / "c.ts", part, part))
    assert [f.time_s for f in frames] == pytest.approx(
        [i / FPS for i in range(2 * COUNT)], abs=0.01
    )
    assert video.warnings == []


def test_a_clock_of_33_bits_that_wraps(tmp_path: Path) -> None:
    wrap_s = 2**33 / 90_000
    times = [t + wrap_s - 0.8 for t in TIMES]
    frames, _ = read(write(tmp_path / "w.ts", Clip(times=times, **TS)))
    assert_same(frames)


@pytest.mark.parametrize("suffix", ["h264", "mjpeg"])
def test_a_bare_stream_has_guessed_times_and_says_so(suffix: str, tmp_path: Path) -> None:
    codec, pixels = {"h264": ("libx264", "yuv420p"), "mjpeg": ("mjpeg", "yuvj420p")}[suffix]
    frames, video = read(write(tmp_path / f"raw.{suffix}", Clip(codec, pixels, format=suffix)))
    assert len(frames) == COUNT
    fps = video.info.fps
    assert [f.time_s for f in frames] == pytest.approx([i / fps for i in range(COUNT)])
    assert video.warnings == [f"the file has no times: {fps:g} pictures a second are assumed"]


def test_a_variable_rate(tmp_path: Path) -> None:
    times = list(np.cumsum(np.random.default_rng(1).uniform(0.01, 0.2, COUNT)))
    frames, video = read(write(tmp_path / "vfr.mp4", Clip(times=times)))
    assert [f.time_s for f in frames] == pytest.approx([t - times[0] for t in times], abs=2e-3)
    assert video.warnings == []


def test_240_frames_a_second_are_asked_about(tmp_path: Path) -> None:
    frames, video = read(
        write(tmp_path / "fast.mp4", Clip(times=[i / 240 for i in range(COUNT)], rate=240))
    )
    assert frames[-1].time_s == pytest.approx(23 / 240, abs=2e-3)
    assert video.warnings == [
        "the video has 240 frames a second; if it plays slower than it was filmed, say how much "
        "with --speed"
    ]


@pytest.mark.parametrize(("told", "slowed"), [("120", 8.0), ("15", 1.0), ("x", 1.0), ("5", 1.0)])
def test_slow_motion_that_the_phone_tells(told: str, slowed: float, tmp_path: Path) -> None:
    clip = Clip(
        metadata={"com.android.capture.fps": told}, container={"movflags": "use_metadata_tags"}
    )
    write(tmp_path / "slow.mp4", clip)
    with VideoFile(tmp_path / "slow.mp4") as video:
        assert video.slowed == slowed


@pytest.mark.parametrize(
    ("told", "recorded"),
    [
        ("2024-05-06T07:08:09.000000Z", "2024-05-06T07:08:09+00:00"),
        ("1904-01-01T00:00:00.000000Z", None),
        ("1970-01-01T00:00:00.000000Z", None),
    ],
)
def test_when_it_was_filmed(told: str, recorded: str | None, tmp_path: Path) -> None:
    write(tmp_path / "dated.mp4", Clip(metadata={"creation_time": told}))
    with VideoFile(tmp_path / "dated.mp4") as video:
        assert video.recorded_at == recorded


def test_the_stream_that_a_player_plays(tmp_path: Path) -> None:
    path = tmp_path / "two.mkv"
    with av.open(str(path), "w") as container:
        small: Any = container.add_stream("mjpeg", rate=1)
        small.width, small.height, small.pix_fmt = 48, 32, "yuvj420p"
        large: Any = container.add_stream("libx264", rate=FPS)
        large.width, large.height, large.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        small.disposition, large.disposition = 0, av.stream.Disposition.default
        frame = av.VideoFrame.from_ndarray(np.zeros((32, 48, 3), np.uint8), format="rgb24")
        frame.pts = 0
        container.mux(small.encode(frame))
        container.mux(small.encode(None))
        for index, image in enumerate(PICTURES):
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, FPS)
            container.mux(large.encode(frame))
        container.mux(large.encode(None))
    assert_same(read(path)[0])


def test_a_file_that_still_grows_says_so(tmp_path: Path) -> None:
    path = write(tmp_path / "rec.ts", Clip(**TS))
    with VideoFile(path) as video:
        for number, _ in enumerate(video):
            if number == 3:
                with path.open("ab") as file:
                    file.write(b"\0" * 188)
    assert any("still being written" in warning for warning in video.warnings)


def test_a_stream_joined_without_its_key_frame(tmp_path: Path) -> None:
    whole = write(tmp_path / "a.ts", Clip(gop=8, **TS))
    cut = remuxed(tmp_path / "cut.ts", whole, skip=3, format="mpegts")
    frames, _ = read(cut)
    assert len(frames) >= COUNT - 8
    assert compared(frames[-1].image_rgb, PICTURES[-1]) < 14


@pytest.mark.parametrize(("transfer", "peak"), [(18, 0.75), (16, 0.58)], ids=["HLG", "PQ"])
def test_high_dynamic_range_is_tone_mapped(transfer: int, peak: float, tmp_path: Path) -> None:
    white = np.full((HEIGHT, WIDTH, 3), round(255 * peak), np.uint8)
    options = {"x265-params": f"log-level=none:colorprim=9:transfer={transfer}:colormatrix=9"}
    clip = Clip("libx265", "yuv420p10le", options=options, colours=(9, transfer, 9))
    frames, _ = read(write(tmp_path / "hdr.mp4", clip, [white] * 6))
    # The white of paper, which is three quarters of the signal or less, is nearly white.
    assert 215 < frames[2].image_rgb.mean() < 250


def _photo(path: Path) -> Path:
    cv2.imwrite(str(path), PICTURES[0])
    return path


def _own(path: Path) -> Path:
    from formcheck.capture.video_file import ANNOTATED

    with VideoWriter(path, fps=FPS, comment=ANNOTATED) as video:
        for time_s, image in zip(TIMES, PICTURES, strict=True):
            video.write(image, time_s)
    return path


def _sized(width: int, height: int) -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        image = np.zeros((height, width, 3), np.uint8)
        return write(path, Clip("mjpeg", "yuvj420p"), [image] * 2)

    return make


def _huge(path: Path) -> Path:
    """A picture that says of itself that it is 16000 × 16000."""
    write(path, Clip("mjpeg", "yuvj420p", format="mjpeg"), PICTURES[:2])
    data = path.read_bytes()
    size = HEIGHT.to_bytes(2, "big") + WIDTH.to_bytes(2, "big")
    assert size in data
    return _with(path, data.replace(size, (16000).to_bytes(2, "big") * 2))


def _with(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


REFUSED: dict[str, tuple[str, Callable[[Path], Path], str]] = {
    "a JPEG photo": ("photo.jpg", _photo, "is a photo; formcheck needs a video"),
    "a PNG photo": ("photo.png", _photo, "is a photo; formcheck needs a video"),
    "a WebP photo": ("photo.webp", _photo, "is a photo; formcheck needs a video"),
    "its own annotated video": ("copy.mp4", _own, "is an annotated video that formcheck wrote"),
    "a picture of 2 × 2": ("s.avi", _sized(2, 2), "has pictures of 2 × 2 pixels, too small to see"),
    "sound": ("song.m4a", make_sound, "has no picture, only sound; formcheck needs a video"),
    "nothing": ("zero.mp4", lambda path: _with(path, b""), "is empty (0 bytes)"),
    "a text": ("text.mp4", lambda path: _with(path, b"hello\n" * 99), "is not a video"),
    "no index": (
        "cut.mp4",
        lambda path: _with(path, write(path, Clip()).read_bytes()[:900]),
        "is an incomplete video: its index is missing",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_one_sentence(name: str, tmp_path: Path) -> None:
    file, make, text = REFUSED[name]
    path = make(tmp_path / file)
    with pytest.raises(SourceError) as caught:
        read(path)
    assert text in str(caught.value)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_huge_pictures_take_no_memory(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="16000 × 16000 pixels, too large to be read"):
        read(_huge(tmp_path / "huge.mjpeg"))


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Callable[[Path], str]]:
    """Give addresses of files, as a camera in the network has."""
    handler = functools.partial(_Quiet, directory=str(tmp_path))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield lambda path: f"http://127.0.0.1:{server.server_address[1]}/{path.name}"
    server.shutdown()
    thread.join()
    server.server_close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_args: object) -> None:
        pass


@pytest.mark.parametrize(
    ("suffix", "clip"),
    [
        ("ts", Clip(**TS)),
        ("ts", Clip(aspect=Fraction(64, 45), shape=squeezed(64 / 45), **TS)),
        ("mp4", Clip(rotation=90, shape=rotated(-1), container={"movflags": "+faststart"})),
        ("mkv", Clip(aspect=Fraction(4, 3), shape=squeezed(4 / 3))),
    ],
    ids=["square pixels", "pixels of 64:45", "turned", "pixels of 4:3"],
)
def test_a_stream_is_shown_as_a_file_is(
    suffix: str, clip: Clip, served: Callable[[Path], str], tmp_path: Path
) -> None:
    path = write(tmp_path / f"clip.{suffix}", clip)
    ticks = iter(range(1000))
    with Stream(served(path), clock=lambda: next(ticks) / 100) as stream:
        images = [frame.image_rgb for frame in stream]
    assert len(images) == COUNT
    assert all(compared(a, b) < 14 for a, b in zip(images, PICTURES, strict=True))
    assert (stream.info.width, stream.info.height) == (images[0].shape[1], images[0].shape[0])


def test_a_stream_is_turned_as_asked(served: Callable[[Path], str], tmp_path: Path) -> None:
    path = write(tmp_path / "clip.ts", Clip(shape=rotated(1), **TS))
    with Stream(served(path), turn=90) as stream:
        image = next(iter(stream)).image_rgb
    assert compared(image, PICTURES[0]) < 14


# With the pose model: kinds of the sample clip, and what is said of them.
MODEL: dict[str, tuple[str, Clip, str]] = {
    "turned": ("mp4", Clip(rotation=90, shape=rotated(-1)), ""),
    "pixels of 64:45": ("ts", Clip(aspect=Fraction(64, 45), shape=squeezed(64 / 45), **TS), ""),
    "lying, unsaid": ("mp4", Clip(shape=rotated(-1)), "The picture lies on its side"),
    "upside down, unsaid": ("mp4", Clip(shape=rotated(2)), "The picture is upside down"),
    "out of focus": (
        "mp4",
        Clip(shape=lambda image: cv2.blur(cv2.blur(image, (7, 7)), (7, 7))),
        "the picture is out of focus",
    ),
    "dark": ("mp4", Clip(shape=lambda image: image // 6), "the picture is too dark"),
}


@pytest.mark.slow
@pytest.mark.model
@pytest.mark.parametrize("name", MODEL)
def test_gives_the_controls_counts_and_angles(name: str, tmp_path: Path, model_path: Path) -> None:
    import formcheck as fc

    suffix, clip, said = MODEL[name]
    with VideoFile(SAMPLE) as video:
        # Half the frames, half the size.
        pictures = [cv2.resize(f.image_rgb, (640, 360)) for f in video][::2]
    clip = replace(clip, times=[i / FPS for i in range(len(pictures))])
    path = write(tmp_path / f"clip.{suffix}", clip, pictures)
    control = write(tmp_path / "control.mp4", Clip(times=clip.times), pictures)
    found, wanted = (
        fc.analyze(source, "standing_march", model=str(model_path)) for source in (path, control)
    )
    notes = " ".join(found.summary.warnings) + " ".join(found.results["quality"]["warnings"])
    assert said in notes
    if "not assessed" in notes:
        assert sum(found.summary.totals.reps.values()) == 0
        assert not found.summary.faults
        return
    assert found.summary.totals.reps == wanted.summary.totals.reps
    for rep, other in zip(found.results["reps"], wanted.results["reps"], strict=True):
        name = f"thigh_elevation_{rep['side']}_deg"
        if name in rep["measurements"]:
            assert rep["measurements"][name] == pytest.approx(other["measurements"][name], abs=1.5)
