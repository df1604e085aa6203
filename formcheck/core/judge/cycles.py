"""Movements without a rest to come back to: pulses (there and back) and circles (full turns).

Both give `Labelled` moments and finished `RepMovement`s, as `formcheck.core.judge.reps.RepPhases`
does. All durations are seconds of video time; a value that is NaN is a gap.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from formcheck.core.judge.reps import Labelled, RepMovement, RepPhase

# A longer gap ends what is under way, uncounted.
GAP_S = 0.5
# Nothing moves for so long: the movement is over.
STILL_S = 1.0
# A pulse begins when the value has left its low by this fraction of the size.
LEAVE = 0.25


class PulsePhases:
    """Counts what goes there and back by at least `size`, wherever it is centred.

    The way it goes first after a rest, up or down, is "there" until the next rest.

    Parameters
    ----------
    size : float
        In the value's unit.
    max_s : float
        A way there that takes longer is none: the person moved into position, and rests.
    """

    def __init__(self, size: float, max_s: float = math.inf) -> None:
        self._size, self._max_s = size, max_s
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
            elif time_s - self._start_s > self._max_s:
                self.phase = "rest"
                self._ends = {1: (value, time_s), -1: (-value, time_s)}
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


class CirclePhases:
    """Counts full turns of a path in a plane: there and back along one axis, around an area.

    Only one of a circle's two directions is seen well by a single camera (a leg's motion out of the
    image plane is read from depth, and comes out a third of what it is). So the turns are counted
    along that one, x, and y only has to show that the path went around something, and which way.
    Two halves, from one end of x to the other and back, are a circle; a half without its other half
    (a leg that is lifted, a change of direction) is none. A small circle shows so little of y that
    it looks like a path there and back: what is smaller than a circle that counts needs not enclose
    anything, and has no direction.

    Parameters
    ----------
    least : float
        Smallest radius that is a circle at all, in x's unit; also the radius of the circle whose
        area the path has to enclose at least.
    size : float
        Radius from which the path has to enclose that area.
    """

    # A circle's ends are as near as this to each other, as a fraction of its width.
    OPEN = 0.4
    # So many circles the other way are a change of direction; one may be misread.
    SURE = 2

    def __init__(self, least: float, size: float = 0.0) -> None:
        self._least, self._size = least, size
        self._forget()

    def _forget(self) -> None:
        self.phase: RepPhase = "unknown"
        self._last_s: float | None = None
        # The half before, where it waits for its other half, and the way since the last end of x.
        self._half: list[_Point] = []
        self._path: list[_Point] = []
        # Which way x goes (0: at rest) and the point where it came furthest.
        self._way = 0
        self._end = 0
        # Circles in the present direction, and how many of the last ones went the other way.
        self._laps = self._other = 0
        self._sign = 0

    @property
    def hold_s(self) -> float:
        """Circles are not held."""
        return 0.0

    def update(
        self, key: int, time_s: float, x: float, y: float
    ) -> tuple[list[Labelled], RepMovement | None]:
        """Take one moment; return it with its phase, and the circle that ended, if any.

        A direction is "outward" where the path leads from x to y.
        """
        if math.isnan(x) or math.isnan(y):
            return [], None
        if self._last_s is not None and time_s - self._last_s > GAP_S:
            self._forget()
        self._last_s = time_s
        self._path.append(_Point(time_s, x, y))
        movement = self._go()
        self.phase = "turn" if self._way else "rest"
        return [Labelled(key, self.phase)], movement

    def _go(self) -> RepMovement | None:
        """Look whether x turned, or came to rest, and end a half there."""
        if not self._way:
            self._begin()
            return None
        path, width = self._path, 2 * self._least
        now, end = path[-1], path[self._end]
        if self._way * (now.x - end.x) > 0:
            self._end = len(path) - 1
            return None
        turned = self._way * (end.x - now.x) >= width
        if not turned and now.time_s - end.time_s <= STILL_S:
            return None
        movement = self._end_half()
        self._way = -self._way if turned else 0
        self._end = len(self._path) - 1
        return movement

    def _begin(self) -> None:
        """At rest: look whether x has left where it was, and which way."""
        path = self._path
        low = min(range(len(path)), key=lambda i: path[i].x)
        high = max(range(len(path)), key=lambda i: path[i].x)
        if path[high].x - path[low].x >= 2 * self._least:
            self._way = 1 if high > low else -1
            # The movement begins where x was lowest or highest.
            del path[: min(low, high)]
            self._end = len(path) - 1
        elif path[-1].time_s - path[0].time_s > STILL_S:
            del path[0]

    def _end_half(self) -> RepMovement | None:
        """End a half where x came to its end; with its other half it is a circle."""
        before, half = self._half, self._path[: self._end + 1]
        self._path = self._path[self._end :]
        movement = self._circle([*before, *half]) if before else None
        self._half = [] if movement or abs(half[-1].x - half[0].x) < 2 * self._least else half
        return movement

    def _circle(self, lap: list[_Point]) -> RepMovement | None:
        """Return the circle that two halves make; None where they make none."""
        area = _signed_area(lap)
        ends = [point.x for point in lap]
        width = max(ends) - min(ends)
        open_by = abs(lap[0].x - lap[-1].x)
        flat = math.sqrt(abs(area) / math.pi) < self._least
        if open_by > self.OPEN * width or (flat and width >= 2 * self._size):
            return None
        middle = lap[len(lap) // 2].time_s
        movement = RepMovement(
            lap[0].time_s, middle, middle, middle, lap[-1].time_s, width / 2, 0.0, size=width / 2
        )
        if flat:
            return movement
        sign = 1 if area > 0 else -1
        turns = math.nan
        self._other = self._other + 1 if sign != self._sign else 0
        self._laps += 1
        if not self._sign:
            self._sign, self._other = sign, 0
        elif self._other >= self.SURE:
            turns = float(self._laps - self._other)
            self._sign, self._laps, self._other = sign, self._other, 0
        return replace(movement, turns=turns, direction="outward" if sign > 0 else "inward")

    def forget_turns(self) -> None:
        """Begin anew to count the circles that go one way: the last one did not count."""
        self._laps = self._other = self._sign = 0

    def finish(self, time_s: float) -> tuple[list[Labelled], RepMovement | None]:
        """End of the recording: a circle that all but closed counts."""
        movement = self._end_half() if self._way else None
        self._forget()
        return [], movement


@dataclass(frozen=True, slots=True)
class _Point:
    time_s: float
    x: float
    y: float


def _signed_area(path: list[_Point]) -> float:
    """Return the area that a closed path encloses, positive where it leads from x to y."""
    pairs = zip(path, path[1:] + path[:1], strict=True)
    return sum(a.x * b.y - b.x * a.y for a, b in pairs) / 2
