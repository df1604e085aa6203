"""The voice: never late, never queueing, cut off by what matters more. No sound is made."""

import time

import numpy as np
import pytest

from formcheck.core.coach.step import Saying
from formcheck.live import voice as voice_module
from formcheck.live.voice import LATE_AFTER_S, SystemVoice, Voice, open_speaker, tone


class FakeUtterance:
    def __init__(self, clock, length_s):
        self.clock, self.ends, self.stopped = clock, clock.now + length_s, False

    def is_over(self):
        return self.stopped or self.clock.now >= self.ends

    def stop(self):
        self.stopped = True


class FakeSpeaker:
    def __init__(self, clock, length_s=1.5, broken=False):
        self.clock, self.length_s, self.broken = clock, length_s, broken
        self.said = []

    def start(self, saying):
        if self.broken:
            raise OSError("no sound device")
        self.said.append((round(self.clock.now, 2), saying.text))
        self.last = FakeUtterance(self.clock, self.length_s)
        return self.last

    def prepare(self):
        pass

    close = prepare


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def speaking(**options):
    clock = Clock()
    speaker = FakeSpeaker(clock, **options)
    return clock, speaker, Voice(speaker, clock=clock)


def run(clock, voice, sayings, until=6.0):
    """Play a timetable of (time, kind, text) through the voice in steps of 20 ms."""
    waiting = sorted(sayings)
    while clock.now < until:
        while waiting and waiting[0][0] <= clock.now + 1e-9:
            at, kind, text = waiting.pop(0)
            voice.say(Saying(kind, text, at), at)
        voice.work_once()
        clock.now = round(clock.now + 0.02, 4)


def test_says_at_once():
    clock, speaker, voice = speaking()
    run(clock, voice, [(1.0, "count", "1"), (4.0, "count", "2")])
    assert speaker.said == [(1.0, "1"), (4.0, "2")]
    assert max(voice.delays_s) <= 0.02


def test_what_comes_too_late_is_dropped():
    clock, speaker, voice = speaking()
    run(clock, voice, [(1.0, "cue", "Lift the knee"), (1.4, "count", "2")])
    assert speaker.said == [(1.0, "Lift the knee")]


def test_what_still_fits_in_is_said():
    clock, speaker, voice = speaking(length_s=0.6)
    run(clock, voice, [(1.0, "cue", "Up"), (1.4, "count", "2")])
    assert speaker.said == [(1.0, "Up"), (1.6, "2")]
    assert max(voice.delays_s) <= LATE_AFTER_S


def test_weightier_speech_cuts_off_what_is_being_said():
    clock, speaker, voice = speaking()
    run(clock, voice, [(1.0, "good", "Good"), (1.2, "set", "Well done")])
    assert speaker.said == [(1.0, "Good"), (1.2, "Well done")]


def test_of_two_at_once_the_weightier_is_said_whatever_their_order():
    for first, second in (("count", "set"), ("set", "count")):
        clock, speaker, voice = speaking()
        voice.say(Saying(first, first, 0.0), 0.0)
        voice.say(Saying(second, second, 0.0), 0.0)
        run(clock, voice, [], until=2.0)
        assert [text for _, text in speaker.said] == ["set"]


def test_mute_falls_silent_and_comes_back():
    _, speaker, voice = speaking()
    voice.say(Saying("set", "Well done", 0.0))
    voice.work_once()
    voice.mute(True)
    assert speaker.last.stopped
    voice.say(Saying("set", "Next", 0.0))
    voice.work_once()
    voice.mute(False)
    voice.say(Saying("set", "Again", 0.0))
    voice.work_once()
    assert [text for _, text in speaker.said] == ["Well done", "Again"]


def test_broken_device_is_one_sentence_and_no_crash():
    clock, _, voice = speaking(broken=True)
    run(clock, voice, [(0.5, "count", "1"), (2.0, "count", "2")])
    assert voice.problem == "Nothing can be spoken: no sound device."


def test_without_a_speaker_nothing_happens():
    with Voice(None) as voice:
        voice.say(Saying("count", "1", 0.0))
    assert voice.problem is None


def test_real_thread_says_within_the_limit():
    said = []

    class Instant:
        def start(self, saying):
            said.append(saying.text)
            return FakeUtterance(Clock(), 0.0)

        def prepare(self):
            pass

        close = prepare

    with Voice(Instant()) as voice:
        for number in range(3):
            voice.say(Saying("count", str(number), 0.0))
            ends = time.monotonic() + 10
            while len(said) <= number and time.monotonic() < ends:
                time.sleep(0.01)
    assert said == ["0", "1", "2"]
    assert max(voice.delays_s) < LATE_AFTER_S


def test_no_voice_on_this_system_is_said_in_one_sentence(monkeypatch):
    monkeypatch.setattr(voice_module.shutil, "which", lambda name: None)
    monkeypatch.setattr(voice_module.sys, "platform", "linux")
    speaker, problem = open_speaker("voice", "en")
    assert speaker is None
    assert problem == (
        "No voice was found, so cues are shown but not spoken; "
        "install espeak-ng (on Debian and Ubuntu: apt install espeak-ng)."
    )
    assert open_speaker("mute", "en") == (None, None)


@pytest.mark.parametrize("script", ["echo 'error: No such file' >&2", "exit 3"])
def test_program_without_a_sound_device_is_noticed(script):
    speaker = SystemVoice(["sh", "-c", f"cat > /dev/null; {script}"])
    first = speaker.start(Saying("count", "1", 0.0))
    first._process.wait()
    with pytest.raises(OSError, match="sh cannot reach a sound device"):
        speaker.start(Saying("count", "2", 0.0))


def test_text_is_data_never_an_option(tmp_path):
    heard = tmp_path / "heard"
    speaker = SystemVoice(["sh", "-c", f"cat > {heard}"])
    utterance = speaker.start(Saying("cue", "--help; rm -rf /\u00e4", 0.0))
    utterance._process.wait()
    utterance.stop()
    assert heard.read_text(encoding="utf-8") == "--help; rm -rf /ä"


def test_next_program_waits_for_its_text_and_ends_with_the_voice(tmp_path):
    heard = tmp_path / "heard"
    speaker = SystemVoice(["sh", "-c", f"cat >> {heard}"])
    with Voice(speaker) as voice:
        voice.say(Saying("count", "7", 0.0))
        until = time.monotonic() + 10
        while not (heard.exists() and heard.read_text()) and time.monotonic() < until:
            time.sleep(0.01)
        while speaker._waiting is None and time.monotonic() < until:
            time.sleep(0.01)
        waiting = speaker._waiting
        assert waiting.poll() is None
    assert waiting.poll() is not None
    assert heard.read_text() == "7"


def test_tone_is_short_and_soft_at_both_ends():
    samples = tone(880.0, 0.1)
    assert len(samples) == 2205
    assert abs(samples[0]) < 1e-6
    assert abs(samples[-1]) < 0.01
    assert 0.2 < np.abs(samples).max() <= 0.3
