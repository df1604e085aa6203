"""How long after its event speech can be heard: the system's voice, into a file.

    python -m benchmarks robustness live-speech --count 40

ALSA's file plug-in takes the place of the sound card, and the moment at which the first samples
arrive is the moment at which they would be heard. Sayings come at random, some while another one
is still being said, as in a session; those that the voice drops as late are counted.
"""

from __future__ import annotations

import os
import random
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.common import parser_of, today, write_json
from formcheck.core.coach.step import Saying, SayingKind
from formcheck.live.voice import LATE_AFTER_S, Voice, open_speaker

_SAYINGS: tuple[tuple[SayingKind, str], ...] = (
    ("count", "7"),
    ("cue", "Lift the knee until the thigh is level"),
    ("good", "Good"),
    ("hold", "Ten seconds left"),
    ("set", "Now the right side"),
    ("countdown", "3"),
)


def main(argv: list[str] | None = None) -> None:
    parser = parser_of(__doc__)
    parser.add_argument("--count", type=int, default=40)
    given = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "sound.raw"
        settings = Path(folder) / "asound.conf"
        settings.write_text(
            "pcm.!default { type plug slave.pcm { type file slave.pcm null "
            f'file "{raw}" format raw }} }}\npcm.null {{ type null }}\n'
            "ctl.!default { type null }\n",
            encoding="utf-8",
        )
        os.environ["ALSA_CONFIG_PATH"] = str(settings)
        speaker, why = open_speaker("voice", "en")
        if speaker is None:
            raise SystemExit(why)
        heard: list[float] = []
        closing = threading.Event()
        threading.Thread(target=_listen, args=(raw, heard, closing), daemon=True).start()
        rng = random.Random(0)
        delays_s: list[float] = []
        with Voice(speaker) as voice:
            for number in range(given.count):
                kind, text = _SAYINGS[number % len(_SAYINGS)]
                before = len(heard)
                at = time.monotonic()
                voice.say(Saying(kind, text, 0.0), at)
                time.sleep(rng.uniform(0.4, 3.0))
                if len(heard) > before:
                    delays_s.append(heard[before] - at)
            started = sorted(voice.delays_s)
            problem = voice.problem
        closing.set()
    if problem:
        raise SystemExit(problem)
    print(f"{given.count} events, {len(started)} begun, the others dropped as late")
    print(f"voice started after: median {_ms(started, 0.5)} ms, latest {_ms(started, 1)} ms")
    print(f"first sample after: median {_ms(delays_s, 0.5)} ms, latest {_ms(delays_s, 1)} ms")
    print(f"limit for starting: {LATE_AFTER_S * 1000:.0f} ms")
    write_json(
        given.json,
        {"date": today(), "events": given.count, "begun_s": started, "first_sample_s": delays_s},
    )


def _listen(raw: Path, heard: list[float], closing: threading.Event) -> None:
    """Note when the file begins to grow again after a quiet moment, or begins anew."""
    size = 0
    grown_at = 0.0
    while not closing.wait(0.002):
        now_size = raw.stat().st_size if raw.exists() else 0
        now = time.monotonic()
        if now_size != size:
            if now_size < size or now - grown_at > 0.15:
                heard.append(now)
            grown_at = now
        size = now_size


def _ms(values: list[float], share: float) -> str:
    ordered = sorted(values)
    return (
        f"{1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]:.0f}"
        if ordered
        else "–"
    )
