"""Movements without a rest to come back to: pulses (there and back) and circles (full turns).

Both give `Labelled` moments and finished `RepMovement`s, as `formcheck.phases.RepPhases` does. All
durations are seconds of video time; a value that is NaN is a gap.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from formcheck.geometry import wrap_deg
from formcheck.phases import Labelled, RepMovement, RepPhase

# A longer gap ends what is under way, uncounted.
GAP_S = 0.5
# Nothing moves for so long: the movement is over.
STILL_S = 1.0
# A pulse begins when the value has left its low by this share of the size.
LEAVE = 0.25


class PulsePhases:
    """Counts what goes there and back by at least `size`, wherever it is centred.

    The way it goes first after a rest, up or down, is "there" until the next rest.

    Parameters
    ----------
    size : float
        In the value's unit.
    """

    def __init__(self, size: float) -> None:
        self._size = size
        self._forget()

    def _forget(self) -> None:
        self.phase: RepPhase = "unknown"
        self._last_s: float | None = None
        self._sign = 1
        # Lowest and highest value at rest, and when the value last was near them.
        self._ends = {1: (math.inf, math.nan), -1: (math.inf, math.nan)}
        self._start_s = self._low_s = self._high_s = math.nan
        self._first_low = self._low = self._high = math.nan

    @property
    def hold_s(self) -> float:
        """Pulses are not held."""
        return 0.0

    def update(
        self, key: int, time_s: float, value: float
    ) -> tuple[list[Labelled], RepMovement | None]:
        """Take one moment; return it with its phase, and the pulse that ended, if any."""
        if math.isnan(value):
            return [], None
        if self._last_s is not None and time_s - self._last_s > GAP_S:
            self._forget()
        self._last_s = time_s
        movement = self._step(time_s, value)
        return [Labelled(key, self.phase)], movement

    def _step(self, time_s: float, value: float) -> RepMovement | None:
        if self.phase in ("unknown", "rest"):
            self.phase = "rest"
            self._at_rest(time_s, value)
            return None
        x = self._sign * value
        if self.phase == "up":
            if x > self._high:
                self._high, self._high_s = x, time_s
            if x <= self._high - self._size:
                self.phase, self._low, self._low_s = "down", x, time_s
            return None
        if x < self._low:
            self._low, self._low_s = x, time_s
        if x >= self._low + self._size:
            movement = self._movement()
            self._rise(time_s, x)
            return movement
        if time_s - self._low_s > STILL_S:
            movement = self._movement()
            self.phase = "rest"
            self._ends = {
                self._sign: (self._low, self._low_s),
                -self._sign: (-x, time_s),
            }
            return movement
        return None

    def _at_rest(self, time_s: float, value: float) -> None:
        for sign in (1, -1):
            x = sign * value
            low, near_s = self._ends[sign]
            if x < low or x <= low + LEAVE * self._size:
                low, near_s = min(low, x), time_s
            self._ends[sign] = (low, near_s)
            if x >= low + self._size:
                self._sign, self._low, self._low_s = sign, low, near_s
                self._rise(time_s, x)
                return

    def _rise(self, time_s: float, value: float) -> None:
        self.phase = "up"
        self._start_s, self._first_low = self._low_s, self._low
        self._high, self._high_s = value, time_s

    def _movement(self) -> RepMovement:
        size = self._high - (self._first_low + self._low) / 2
        return RepMovement(
            self._start_s, self._high_s, self._high_s, self._high_s, self._low_s,
            self._sign * self._high, 0.0, size=size,
        )  # fmt: skip

    def finish(self, time_s: float) -> tuple[list[Labelled], RepMovement | None]:
        """End of the recording: a pulse that came back by its size counts."""
        movement = self._movement() if self.phase == "down" else None
        self._forget()
        return [], movement


@dataclass(frozen=True, slots=True)
class _Point:
    time_s: float
    x: float
    y: float
    turned_deg: float


class CirclePhases:
    """Counts full turns of a path in a plane, by how far its heading has turned.

    The heading turns by 360° in each loop wherever its middle is, so no centre has to be known.
    Positive turns lead from x to y. A path that swings on a line turns by 180° at each end, but
    encloses nothing: its radius is near zero.

    Parameters
    ----------
    least : float
        Smallest radius that is a circle at all, in the values' unit.
    """

    # A circle is told up to a step late, and the last one before a rest is short of a step: it is
    # one if it turned by this much and its ends are as near as this to each other, in radii (a
    # sixth of a circle apart: 1.0, a quarter: 1.4).
    NEARLY_DEG, BACK_AT = 240.0, 1.2
    # Turned back by this much: the direction changed.
    BACK_DEG = 120.0
    # Turned by this much: it is no straight way any more.
    BEGUN_DEG = 60.0

    def __init__(self, least: float) -> None:
        self._least, self._step = least, 0.6 * least
        self._forget()

    def _forget(self) -> None:
        self.phase: RepPhase = "unknown"
        self._last_s: float | None = None
        self._path: list[_Point] = []
        self._heading = math.nan
        self._fresh = True
        self._far = 0.0
        self._laps = 0
        self._sign = 0
        self._laps_before: int | None = None

    @property
    def hold_s(self) -> float:
        """Circles are not held."""
        return 0.0

    def update(
        self, key: int, time_s: float, x: float, y: float
    ) -> tuple[list[Labelled], RepMovement | None]:
        """Take one moment; return it with its phase, and the circle that ended, if any."""
        if math.isnan(x) or math.isnan(y):
            return [], None
        if self._last_s is not None and time_s - self._last_s > GAP_S:
            self._forget()
        self._last_s = time_s
        movement = self._go(time_s, x, y)
        moving = bool(self._path) and time_s - self._path[-1].time_s <= STILL_S
        begun = self._laps > 0 or abs(self._turned()) > self.BEGUN_DEG
        self.phase = "turn" if moving and begun else "rest"
        return [Labelled(key, self.phase)], movement

    def _turned(self) -> float:
        return self._path[-1].turned_deg - self._path[0].turned_deg if self._path else 0.0

    def _go(self, time_s: float, x: float, y: float) -> RepMovement | None:
        path = self._path
        if not path:
            path.append(_Point(time_s, x, y, 0.0))
            return None
        last = path[-1]
        dx, dy = x - last.x, y - last.y
        if math.hypot(dx, dy) < self._step:
            if time_s - last.time_s > STILL_S and len(path) > 1:
                return self._stop()
            return None
        heading = math.degrees(math.atan2(dy, dx))
        turn = 0.0 if math.isnan(self._heading) else wrap_deg(heading - self._heading)
        if len(path) == 2 and self._fresh:
            # The very first step has no turn of its own: as much as the second.
            path[0] = replace(path[0], turned_deg=-turn)
            self._fresh = False
        self._heading = heading
        path.append(_Point(time_s, x, y, last.turned_deg + turn))
        turned = self._turned()
        if abs(turned) > abs(self._far):
            self._far = turned
        if abs(turned) >= 360.0:
            return self._circle(self._lap())
        if abs(self._far - turned) > self.BACK_DEG:
            self._turn_back()
        return None

    def _turn_back(self) -> None:
        """Begin anew at the point where the path turned back."""
        extreme = max(range(len(self._path)), key=lambda i: abs(
            self._path[i].turned_deg - self._path[0].turned_deg))  # fmt: skip
        self._path = self._path[extreme:]
        self._far = self._turned()

    def _lap(self) -> list[_Point]:
        """Return the last full turn (or what there is of it), without a straight way before it."""
        end = self._path[-1].turned_deg
        turn = min(360.0, abs(self._turned()))
        first = max(i for i, p in enumerate(self._path) if abs(end - p.turned_deg) >= turn)
        return self._path[first:]

    def _circle(self, lap: list[_Point]) -> RepMovement | None:
        sign = 1 if self._turned() > 0 else -1
        self._path, self._far = self._path[-1:], 0.0
        radius = _radius(lap)
        if radius < self._least:
            return None
        turns = math.nan
        if sign != self._sign and self._laps:
            turns = float(self._laps)
            self._laps = 0
        self._sign, self._laps = sign, self._laps + 1
        middle = lap[len(lap) // 2].time_s
        return RepMovement(
            lap[0].time_s, middle, middle, middle, lap[-1].time_s, radius, 0.0,
            size=radius, turns=turns, direction="outward" if sign > 0 else "inward",
        )  # fmt: skip

    def _stop(self) -> RepMovement | None:
        movement = None
        if abs(self._turned()) >= self.NEARLY_DEG:
            lap = self._lap()
            open_by = math.dist((lap[0].x, lap[0].y), (lap[-1].x, lap[-1].y))
            if open_by <= self.BACK_AT * _radius(lap):
                movement = self._circle(lap)
        self._path, self._heading, self._far = self._path[-1:], math.nan, 0.0
        self._fresh = True
        return movement

    def finish(self, time_s: float) -> tuple[list[Labelled], RepMovement | None]:
        """End of the recording: a circle that all but closed counts."""
        movement = self._stop()
        self._forget()
        return [], movement


def _radius(path: list[_Point]) -> float:
    """Return the radius of the circle that has the area which a closed path encloses."""
    twice = sum(a.x * b.y - b.x * a.y for a, b in zip(path, path[1:] + path[:1], strict=True))
    return math.sqrt(abs(twice) / (2 * math.pi))
