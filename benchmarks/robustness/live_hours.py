"""Hours of a looped live session in little time: whether memory grows or a clock drifts.

    python -m benchmarks robustness live-hours POSES.npz EXERCISE --hours 2

All of a live session runs but camera and pose model: recorded poses come again and again, with
times that go on, through flow, session, presenter, overlay and voice (its speaker is silent).
Time is that of the poses, so that two hours take some minutes. Compared are the resident memory
after the first minute and at the end; each second told of a hold with the video time since the hold
began; the time of each thing said with that of the picture it belongs to; and the counts with those
of the recording times the loops.
"""

from __future__ import annotations

import dataclasses
import gc
import time
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np

from benchmarks.common import memory_mb, parser_of, today, write_json
from formcheck.core.coach.set_flow import SetFlow
from formcheck.core.coach.step import Saying
from formcheck.core.events import HoldTick
from formcheck.core.judge.session import Session
from formcheck.draw.overlay import Overlay
from formcheck.io.poses import read
from formcheck.io.specs import load_spec
from formcheck.live.voice import Voice


class Silent:
    """A speaker whose utterances last as long as their text, in the time of the poses."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.ends_s = 0.0

    def start(self, saying: Saying) -> Silent:
        """Begin to say it."""
        self.ends_s = self.now_s + len(saying.text) / 13
        return self

    def prepare(self) -> None:
        """Nothing needs to be ready."""

    def close(self) -> None:
        """Nothing was made ready."""

    def is_over(self) -> bool:
        """Return True once it has ended."""
        return self.now_s >= self.ends_s

    def stop(self) -> None:
        """End it now."""
        self.ends_s = self.now_s


class HoldClock:
    """Compares the seconds told of a hold with the times of the pictures they were told at."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[float, float]] = {}
        self._off_s = 0.0
        self.ticks = 0

    def note(self, events: Iterable[object]) -> None:
        """Take what happened at one picture."""
        for event in events:
            if isinstance(event, HoldTick):
                self.ticks += 1
                before = self._last.get(event.side)
                if before is not None and event.hold_s > before[1]:
                    told_s = event.hold_s - before[1]
                    self._off_s = max(self._off_s, abs(event.time_s - before[0] - told_s))
                self._last[event.side] = (event.time_s, event.hold_s)

    def take_s(self) -> float:
        """Return the largest difference since the last call."""
        off_s, self._off_s = self._off_s, 0.0
        return off_s


def main(argv: list[str] | None = None) -> None:
    parser = parser_of(__doc__)
    parser.add_argument("poses", type=Path)
    parser.add_argument("exercise")
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--draw-every", type=int, default=1)
    given = parser.parse_args(argv)
    spec = load_spec(given.exercise)
    recorded = list(read(given.poses).poses)
    length_s = recorded[-1].time_s + 1 / read(given.poses).fps
    alone = Session(spec)
    for pose in recorded:
        alone.update(pose)
    once = alone.finish()
    overlay = Overlay("bgr")
    width, height = recorded[0].size_px
    image = cv2.blur(
        np.random.default_rng(0).integers(0, 255, (height, width, 3), dtype=np.uint8), (15, 15)
    )
    speaker = Silent()
    voice = Voice(speaker, clock=lambda: speaker.now_s)
    flow = SetFlow(spec, lambda side: Session(spec, side=side), reps=200, sets=20, rest_s=10)
    began = time.perf_counter()
    rows: list[tuple[float, float]] = []
    said_off_s = 0.0
    clock = HoldClock()
    loops, pictures = 0, 0
    reps = {"left": 0, "right": 0, "both": 0}
    end_s = given.hours * 3600
    while loops * length_s < end_s:
        for pose in recorded:
            now_s = pose.time_s + loops * length_s
            speaker.now_s = now_s
            step = flow.update(dataclasses.replace(pose, time_s=now_s), brightness=100.0)
            for saying in step.says:
                said_off_s = max(said_off_s, abs(saying.time_s - now_s))
                voice.say(saying, saying.time_s)
            voice.work_once()
            if step.result is not None:
                clock.note(step.result.events)
            if pictures % given.draw_every == 0:
                shown = step.result.pose if step.result else pose
                overlay.draw(image, step.display, shown, mirrored=True, scale=720 / height)
            pictures += 1
            if step.finished:
                flow = SetFlow(
                    spec, lambda side: Session(spec, side=side), reps=200, sets=20, start_s=now_s
                )
        loops += 1
        if not rows or loops * length_s - rows[-1][0] >= 60:
            gc.collect()
            rows.append((loops * length_s, memory_mb()))
    flow.command("quit")
    for summary in flow.summaries:
        for side, count in summary.totals.reps.items():
            reps[side] += count
    took = time.perf_counter() - began
    first, last = rows[0][1], rows[-1][1]
    print(f"{loops * length_s / 3600:.2f} h of pictures ({pictures}) in {took / 60:.1f} min")
    print(
        f"memory: {first:.1f} MB after a minute, {last:.1f} MB at the end: {last / first - 1:+.1%}"
    )
    print("memory each quarter hour:", [round(mb, 1) for _, mb in rows[:: max(1, len(rows) // 8)]])
    hold_off_s = clock.take_s()
    print(
        f"hold timer against video time: at most {1000 * hold_off_s:.0f} ms between two of "
        f"{clock.ticks} seconds told"
    )
    print(f"speech against video time: at most {1000 * said_off_s:.0f} ms")
    print(f"late speech: at most {1000 * max(voice.delays_s, default=0):.0f} ms")
    print(f"reps: {reps}, once {dict(once.totals.reps)}, {loops} loops, {len(flow.summaries)} sets")
    write_json(
        given.json,
        {
            "date": today(),
            "hours": loops * length_s / 3600,
            "pictures": pictures,
            "memory_mb": [first, last],
            "hold_timer_off_s": hold_off_s,
            "hold_seconds_told": clock.ticks,
            "speech_off_s": said_off_s,
            "late_speech_s": max(voice.delays_s, default=0.0),
            "reps": reps,
            "reps_once": dict(once.totals.reps),
            "loops": loops,
            "sets": len(flow.summaries),
        },
    )
