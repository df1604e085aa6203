"""Specs of every kind of movement, and the stick figure doing them."""

from __future__ import annotations

import math
from collections.abc import Callable

from formcheck.core.spec.exercise import ExerciseSpec
from formcheck.core.trial.figure import HALF_KNEELING, SUPINE, Figure
from formcheck.io.specs import parse_spec
from tests.support.stick_figure import curve

Motion = Callable[[float], Figure]


def spec_text(text: str, **head: str) -> str:
    """A whole spec from its telling part; `head` changes what comes before it."""
    keys = {
        "id": "it", "name": "It", "summary": "It.", "kind": "reps", "view": "side",
        "position": "supine", "sides": "both", "source": "heuristic",
    } | head  # fmt: skip
    lines = [f'{key} = "{value}"' for key, value in keys.items() if key != "dose"]
    lines.append(f"dose = {head.get('dose', '{}')}")
    return "\n".join([*lines, text, '[setup]\ncamera = "There."'])


def spec_of(text: str, **head: str) -> ExerciseSpec:
    """The spec, read."""
    return parse_spec(spec_text(text, **head).encode(), "it.toml")


def check(name: str, text: str) -> str:
    return f'\n[[checks]]\nid = "{name}"\ncue = "Mind {name}"\nsource = "heuristic"\n{text}\n'


def wave(t: float, start: float, period: float, count: int, size: float) -> float:
    """So many rises and falls from 0 to `size` and back."""
    if not start <= t <= start + count * period:
        return 0.0
    return size * (1 - math.cos(2 * math.pi * (t - start) / period)) / 2


HUNDRED = """
pace = [{ say = "In", reps = 5 }, { say = "Out", reps = 5 }]

[pulse]
measurement = "arm_elevation"
size = 6
min_s = 0.2
max_s = 3
requires = [{ measurement = "head_curl", at_least = 15 }]
""" + check(
    "pulses_big", 'measurement = "arm_elevation"\nof = "size"\nduring = "rep"\nat_most = 25'
)
CURLED = SUPINE.but(lean=20, curl=30)


def hundred(count: int = 20, size: float = 15, curl: float = 30) -> Motion:
    def at(t: float) -> Figure:
        arm = 10 + wave(t, 1.0, 0.6, count, size)
        return CURLED.but(arm_left=arm, arm_right=arm, curl=curl)

    return at


CIRCLES = """
[circle]
along = "thigh_trunk_flexion"
across = "leg_abduction"
size = 6
least = 3
requires = [{ measurement = "thigh_trunk_flexion", at_least = 50 }]
""" + check(
    "direction_early",
    'measurement = "leg_abduction"\nof = "turns"\nduring = "rep"\nat_least = 3',
)


def circling(turns: tuple[int, ...] = (3, -3), radius: float = 10, period: float = 2.0) -> Motion:
    """The left leg up at 75 degrees draws circles, outward positive, from 2 s on."""

    def at(t: float) -> Figure:
        up = curve(t, ((0, 0), (1, 0), (2, 75)))
        at_s, angle = 2.0, 0.0
        for count in turns:
            lasts = abs(count) * period
            angle += math.copysign(2 * math.pi / period, count) * min(max(t - at_s, 0), lasts)
            at_s += lasts
        size = radius if 2 <= t <= at_s else 0.0
        start = curve(t, ((2, 0), (2.01, 1)))
        # The figure spreads its thighs only: the whole leg goes out by half of that.
        return SUPINE.but(
            thigh_left=up + size * start * (math.cos(angle) - 1),
            knee_left=0,
            spread=2 * size * start * math.sin(angle),
            thigh_right=0,
            knee_right=0,
        )

    return at


TIGHTNESS = """
[[test.values]]
id = "hip_extension"
name = "Hip extension"
measurement = "thigh_trunk_flexion"
take = "least"
flip = true
when = [{ measurement = "trunk_lean_sagittal", at_least = -8, at_most = 8 }]
readings = [
  { at_least = 10, text = "as far as usual", source = "heuristic" },
  { at_most = 10, text = "less than usual", source = "heuristic" },
]
""" + check(
    "arm", 'measurement = "arm_elevation"\nduring = "test"\nat_most = 60\ninvalidates = true'
)


def pressing(far: float = -18.0, lean: float = 0.0, arm: float = 0.0) -> Motion:
    """Hips forward to `far` from 2 to 4 s, then further with a lean of the trunk."""

    def at(t: float) -> Figure:
        rear = curve(t, ((2, 5), (4, far), (6, far), (6.5, far - 12), (7.5, far - 12), (8, 5)))
        leaning = curve(t, ((6, 0), (6.2, lean), (7.8, lean), (8, 0)))
        knee = curve(t, ((2, 88), (4, 95), (8, 95), (9, 88)))
        return HALF_KNEELING.but(
            thigh_left=rear, knee_left=90 + rear, thigh_right=knee, knee_right=knee, lean=leaning,
            arm_left=curve(t, ((4, 0), (5, arm))),
        )  # fmt: skip

    return at
