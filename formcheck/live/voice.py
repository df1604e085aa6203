"""Says things aloud, at the moment or not at all.

The system's own voice is used (espeak-ng or espeak on Linux, ``say`` on macOS, the speech of
Windows), so nothing leaves the machine. Speech never queues: whatever cannot start within half a
second of its event is dropped, and something more important cuts off what is being said.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Literal, Protocol, Self

import numpy as np

from formcheck.core.coach.step import Saying, SayingKind
from formcheck.estimate.privacy import user_environment

Mode = Literal["voice", "sounds", "mute"]

LATE_AFTER_S = 0.5
_RANK: dict[SayingKind, int] = {
    "good": 0,
    "hold": 1,
    "count": 2,
    "hint": 2,
    "cue": 3,
    "countdown": 4,
    "set": 5,
}
# Frequency and length of the sound that stands for each kind.
_SOUND: dict[SayingKind, tuple[float, float]] = {
    "good": (1320.0, 0.12),
    "hold": (660.0, 0.10),
    "count": (880.0, 0.09),
    "hint": (440.0, 0.15),
    "cue": (330.0, 0.30),
    "countdown": (587.0, 0.12),
    "set": (988.0, 0.40),
}
_SAMPLE_RATE = 22_050
_WINDOWS_SPEECH = (
    "Add-Type -AssemblyName System.Speech; "
    "(New-Object System.Speech.Synthesis.SpeechSynthesizer).Speak([Console]::In.ReadToEnd())"
)


class Utterance(Protocol):
    """Something being said or sounded."""

    def is_over(self) -> bool:
        """Return True once it has ended."""
        ...

    def stop(self) -> None:
        """End it now."""
        ...


class Speaker(Protocol):
    """What turns a saying into sound; `start` must return at once."""

    def start(self, saying: Saying) -> Utterance:
        """Begin to say it; raises OSError where that cannot be done."""
        ...

    def prepare(self) -> None:
        """Get ready for the next saying; may take its time."""
        ...

    def close(self) -> None:
        """Let go of what was made ready."""
        ...


class _Program:
    """A running speech program."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def is_over(self) -> bool:
        return self._process.poll() is not None

    def failed(self) -> bool:
        """Return True where it ended by itself with an error."""
        code, errors = self._process.poll(), self._process.stderr
        if code is None or code < 0 or errors is None or errors.closed:
            return False
        # espeak-ng ends with 0 even where it found no sound device; it only says so.
        return code > 0 or b"error: " in errors.read()

    def stop(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=2)
        if self._process.stderr is not None:
            self._process.stderr.close()


class SystemVoice:
    """Speaks with the program that this system has for it.

    The program for the next saying runs already and waits for its text: on a busy machine its start
    alone would make the saying late.
    """

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._last: _Program | None = None
        self._waiting: subprocess.Popen[bytes] | None = None

    def start(self, saying: Saying) -> Utterance:
        """Begin to say it."""
        if self._last is not None:
            failed = self._last.failed()
            self._last.stop()
            if failed:
                raise OSError(f"{self._command[0]} cannot reach a sound device")
        self.prepare()
        process, self._waiting = self._waiting, None
        assert process is not None
        assert process.stdin is not None
        self._last = _Program(process)
        # The text goes in as data, never as an argument that could be taken for an option.
        with contextlib.suppress(BrokenPipeError):  # it ended with an error, which is told above
            process.stdin.write(saying.text.encode("utf-8"))
            process.stdin.close()
        return self._last

    def prepare(self) -> None:
        """Let the program for the next saying wait for its text."""
        if self._waiting is None:
            self._waiting = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env=dict(user_environment()),
            )

    def close(self) -> None:
        """End the program that waits."""
        process, self._waiting = self._waiting, None
        if process is not None:
            assert process.stdin is not None
            process.stdin.close()
            _Program(process).stop()


class _Tone:
    def __init__(self, ends: float, stop: Callable[[], None]) -> None:
        self._ends, self._stop = ends, stop

    def is_over(self) -> bool:
        return time.monotonic() >= self._ends

    def stop(self) -> None:
        self._stop()


class Sounds:
    """Plays a short sound for each kind of saying instead of words.

    Raises
    ------
    OSError
        Where there is no sound library or no sound device.
    """

    def __init__(self) -> None:
        try:
            import sounddevice  # type: ignore[import-untyped]  # comes with mediapipe; fails on import without PortAudio

            sounddevice.query_devices(kind="output")
        except Exception as error:  # its own exception types exist only once it was imported
            raise OSError("there is no sound device") from error
        self._device = sounddevice

    def start(self, saying: Saying) -> Utterance:
        """Begin to play it."""
        frequency, length_s = _SOUND[saying.kind]
        try:
            self._device.play(tone(frequency, length_s), _SAMPLE_RATE)
        except self._device.PortAudioError as error:
            raise OSError("the sound device does not answer") from error
        return _Tone(time.monotonic() + length_s, self._device.stop)

    def prepare(self) -> None:
        """Nothing needs to be ready."""

    def close(self) -> None:
        """Nothing was made ready."""


def tone(frequency: float, length_s: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """Return a soft tone, faded in and out so that it does not click."""
    t = np.arange(round(length_s * _SAMPLE_RATE)) / _SAMPLE_RATE
    fade = np.clip(np.minimum(t, length_s - t) / 0.01, 0.0, 1.0)
    return np.asarray(0.3 * fade * np.sin(2 * np.pi * frequency * t), dtype=np.float32)


def voice_command(language: str) -> list[str] | None:
    """Return the program that speaks the text it reads, None where this system has none."""
    for name in ("espeak-ng", "espeak"):
        if shutil.which(name):
            return [name, "-v", language, "-s", "165", "--stdin"]
    if sys.platform == "darwin" and shutil.which("say"):
        return ["say", "-f", "-"]
    if sys.platform == "win32" and shutil.which("powershell"):
        return ["powershell", "-NoProfile", "-Command", _WINDOWS_SPEECH]
    return None


def open_speaker(mode: Mode, language: str) -> tuple[Speaker | None, str | None]:
    """Return what speaks in this mode, and one sentence where it cannot be had."""
    if mode == "mute":
        return None, None
    if mode == "sounds":
        try:
            return Sounds(), None
        except OSError as error:
            return None, f"No sounds: {error}; cues are shown on the screen."
    command = voice_command(language)
    if command is None:
        return None, (
            "No voice was found, so cues are shown but not spoken; "
            "install espeak-ng (on Debian and Ubuntu: apt install espeak-ng)."
        )
    return SystemVoice(command), None


class Voice:
    """Says the newest and most important thing, in a thread of its own.

    Parameters
    ----------
    speaker : Speaker or None
        None says nothing.
    clock : callable
        Seconds; replaced in tests.

    Attributes
    ----------
    muted : bool
        True says nothing for now.
    problem : str or None
        Why nothing is said any more.
    delays_s : list of float
        For each thing said, the seconds from its event to its start.
    """

    def __init__(
        self, speaker: Speaker | None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._speaker = speaker
        self._clock = clock
        self._next: tuple[float, Saying] | None = None
        self._now: Utterance | None = None
        self._now_rank = -1
        self._wake = threading.Condition()
        self._closing = False
        self._thread: threading.Thread | None = None
        self.muted = False
        self.problem: str | None = None
        self.delays_s: list[float] = []

    def say(self, saying: Saying, event_at: float | None = None) -> None:
        """Ask for something to be said; returns at once.

        Parameters
        ----------
        saying : Saying
        event_at : float, optional
            When the event was, on the voice's clock; now by default.
        """
        if self._speaker is None or self.muted:
            return
        at = self._clock() if event_at is None else event_at
        with self._wake:
            waiting = self._next
            if waiting is not None and _RANK[waiting[1].kind] > _RANK[saying.kind]:
                return
            self._next = (at, saying)
            self._wake.notify()

    def work_once(self) -> None:
        """Start what waits, if its moment has not passed and nothing weightier is being said."""
        with self._wake:
            waiting = self._next
            if waiting is None or self._speaker is None:
                return
            event_at, saying = waiting
            late_s = self._clock() - event_at
            if late_s > LATE_AFTER_S or self.muted:
                self._next = None
                return
            if self._now is not None and not self._now.is_over():
                if _RANK[saying.kind] <= self._now_rank:
                    return  # it may still fit in before it is late
                self._now.stop()
            self._next = None
        try:
            self._now = self._speaker.start(saying)
        except OSError as error:
            self.problem = f"Nothing can be spoken: {error}."
            self._speaker.close()
            self._speaker = None
            return
        self._now_rank = _RANK[saying.kind]
        self.delays_s.append(self._clock() - event_at)
        # Two hours of a session must not grow the memory.
        del self.delays_s[:-1000]
        self._prepare()

    def _prepare(self) -> None:
        # Where that fails, starting fails too, and tells it.
        with contextlib.suppress(OSError):
            if self._speaker is not None:
                self._speaker.prepare()

    def mute(self, muted: bool) -> None:
        """Fall silent at once, or speak again."""
        self.muted = muted
        if muted and self._now is not None:
            self._now.stop()

    def __enter__(self) -> Self:
        if self._speaker is not None:
            self._thread = threading.Thread(target=self._run, name="voice", daemon=True)
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._wake:
            self._closing = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join(timeout=2)
        if self._now is not None:
            self._now.stop()
        if self._speaker is not None:
            self._speaker.close()

    def _run(self) -> None:
        self._prepare()
        while not self._closing:
            with self._wake:
                if self._next is None:
                    self._wake.wait(timeout=0.5)
            self.work_once()
            if self._next is not None:
                time.sleep(0.02)  # something is being said; look again soon
