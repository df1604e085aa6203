"""Plays a clip as a live MJPEG camera on loopback, over and over, with faults on a timetable.

    python -m benchmarks robustness camera CLIP.mp4 --port 8642 --fps 30 --fault cut@10:5

Each picture has its number in the lower left corner, in black and white squares, and the server
knows when it sent which, so that a benchmark can tell how old what it sees is.

Faults, as KIND@FROM:SECONDS after the first client came: cut (the connection is closed and new
ones are refused), freeze (the same picture again and again), stall (nothing is sent), garbage
(bytes that are no picture), black, small (half the size).
"""

from __future__ import annotations

import contextlib
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.common import parser_without_json

_BOUNDARY = b"--frame\r\n"
_SQUARES = 12


class Clip:
    """The pictures of a clip as JPEG, with their times.

    With `both_sides` the whole clip comes once more mirrored: the other side's turn.
    """

    def __init__(
        self,
        path: Path,
        *,
        quality: int = 90,
        width: int | None = None,
        both_sides: bool = False,
    ) -> None:
        # Not before the window is open: with PyAV's libxcb in the process, that of OpenCV 5.1.0.95
        # waits for ever there.
        import av

        self.jpegs: list[bytes] = []
        self.times: list[float] = []
        images: list[Any] = []
        with av.open(str(path)) as container:
            for picture in container.decode(video=0):
                height = round(picture.height * width / picture.width) if width else None
                image = picture.to_ndarray(format="bgr24", width=width, height=height)
                images.append(image)
                self.times.append(float(picture.time or 0.0))
        step = self.times[1] - self.times[0] if len(self.times) > 1 else 1 / 30
        if both_sides:
            images += [image[:, ::-1].copy() for image in images]
            length_s = self.times[-1] - self.times[0] + step
            self.times += [time_s + length_s for time_s in self.times]
        for number, image in enumerate(images):
            write_number(image, number)
            self.jpegs.append(_jpeg(image, quality))
        self.length_s = self.times[-1] - self.times[0] + step
        blank = np.zeros_like(image)
        self.black = _jpeg(blank, quality)
        self._quality = quality

    def small(self, number: int) -> bytes:
        """Return a picture in half the size."""
        half = cv2.resize(_image(self.jpegs[number]), None, fx=0.5, fy=0.5)
        return _jpeg(half, self._quality)

    def at(self, time_s: float) -> int:
        """Return the number of the picture that is on at this time, looping."""
        return int(np.searchsorted(self.times, time_s % self.length_s + self.times[0], "right")) - 1


def _square_px(image: Any) -> int:
    return int(image.shape[1]) // 64


def write_number(image: Any, number: int) -> None:
    """Draw a number into the corner of a picture, one square for each binary digit."""
    side, height = _square_px(image), image.shape[0]
    for digit in range(_SQUARES):
        level = 255 if number >> digit & 1 else 0
        image[height - side :, digit * side : (digit + 1) * side] = level


def read_number(image: Any) -> int:
    """Return the number in the corner of a picture."""
    side, height = _square_px(image), image.shape[0]
    middle = slice(side // 4, side - side // 4)
    number = 0
    for digit in range(_SQUARES):
        square = image[height - side :, digit * side : (digit + 1) * side]
        number |= (float(square[middle, middle].mean()) > 127) << digit
    return number


def _jpeg(image: Any, quality: int) -> bytes:
    return cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def _image(jpeg: bytes) -> Any:
    return cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)


class MjpegServer:
    """Serves one clip on 127.0.0.1; a context manager."""

    def __init__(
        self,
        clip: Clip,
        *,
        port: int = 0,
        fps: float = 30.0,
        faults: list[tuple[str, float, float]] | None = None,
    ) -> None:
        self.clip, self.fps, self.faults = clip, fps, faults or []
        self.began: float | None = None
        self.sent_at: dict[int, float] = {}
        self._http = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._http.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._http.server_port}/camera.mjpg"

    def __enter__(self) -> MjpegServer:
        threading.Thread(target=self._http.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def fault_now(self) -> str | None:
        """Return the fault that is on."""
        if self.began is None:
            return None
        now = time.monotonic() - self.began
        return next(
            (kind for kind, start, last in self.faults if start <= now < start + last), None
        )

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if server.began is None:
                    server.began = time.monotonic()
                if server.fault_now() == "cut":
                    self.send_error(503)
                    return
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
                self.end_headers()
                with contextlib.suppress(OSError):  # the client has gone
                    server._play(self.wfile)

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def _play(self, out: Any) -> None:
        assert self.began is not None
        due = time.monotonic()
        frozen, last = None, -1
        while True:
            fault = self.fault_now()
            if fault == "cut":
                return
            number = self.clip.at(time.monotonic() - self.began)
            jpeg = self.clip.jpegs[number]
            if fault == "freeze":
                jpeg = frozen = frozen or jpeg
            else:
                frozen = None
            if fault == "black":
                jpeg = self.clip.black
            elif fault == "small":
                jpeg = self.clip.small(number)
            elif fault == "garbage":
                jpeg = np.random.default_rng(number).bytes(len(jpeg))
            if fault != "stall":
                head = b"Content-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(jpeg)
                if number != last:  # the same picture sent again grows older
                    self.sent_at[number], last = time.monotonic(), number
                out.write(_BOUNDARY + head + jpeg + b"\r\n")
                out.flush()
            due += 1 / self.fps
            time.sleep(max(0.0, due - time.monotonic()))


def faults_of(texts: list[str]) -> list[tuple[str, float, float]]:
    """Return kind, start and length of faults given as KIND@FROM:SECONDS."""
    faults = []
    for text in texts:
        kind, _, when = text.partition("@")
        start, _, last = when.partition(":")
        faults.append((kind, float(start), float(last)))
    return faults


def main(argv: list[str] | None = None) -> None:
    """Serve until Ctrl-C or for --seconds."""
    parser = parser_without_json(__doc__)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--port", type=int, default=8642)
    parser.add_argument("--fps", type=float, default=30.0)
    parser.add_argument("--fault", action="append", default=[], metavar="KIND@FROM:SECONDS")
    parser.add_argument("--seconds", type=float, default=3600.0)
    given = parser.parse_args(argv)
    faults = faults_of(given.fault)
    with MjpegServer(Clip(given.clip), port=given.port, fps=given.fps, faults=faults) as server:
        print(server.address, flush=True)
        time.sleep(given.seconds)
