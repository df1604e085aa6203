from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from formcheck.core.body.picture_quality import (
    OUT_OF_FOCUS,
    TOO_DARK,
    TOO_SMALL,
    PictureQuality,
)
from formcheck.core.pose import Pose
from formcheck.core.trial.figure import STANDING

SHARP = replace(STANDING.pose(), sharpness=0.6, light=100.0)


def watched(*poses: Pose, fps: float = 30.0) -> list[str | None]:
    quality = PictureQuality()
    return [quality.update(replace(pose, time_s=i / fps)) for i, pose in enumerate(poses)]


@pytest.mark.parametrize(
    ("pose", "reason"),
    [
        (SHARP, None),
        (STANDING.pose(), None),  # nobody looked: a recording of an older program
        (replace(SHARP, sharpness=0.3), OUT_OF_FOCUS),
        (replace(SHARP, light=20.0), TOO_DARK),
        (replace(SHARP, sharpness=float("nan")), None),
    ],
)
def test_says_what_is_wrong_with_the_picture(pose: Pose, reason: str | None) -> None:
    assert watched(*[pose] * 12) == [reason] * 12


def test_a_person_far_away_is_too_small() -> None:
    far = STANDING.pose(px_per_m=30)
    assert watched(*[replace(far, sharpness=0.6, light=100.0)] * 5)[-1] == TOO_SMALL
    assert watched(*[far] * 5)[-1] is None


def test_one_blurred_picture_is_no_lack_of_focus() -> None:
    blurred = replace(SHARP, sharpness=0.2)
    assert watched(*[SHARP] * 5, blurred, *[SHARP] * 5) == [None] * 11


def test_sharpness_on_the_border_does_not_go_to_and_fro() -> None:
    border = [replace(SHARP, sharpness=0.35 + (0.02 if i % 2 else -0.02)) for i in range(60)]
    reasons = watched(*border)
    assert sum(a != b for a, b in itertools.pairwise(reasons)) <= 1


@pytest.mark.parametrize(("fps", "ok"), [(30, True), (7.5, True), (5, False), (1, False)])
def test_few_frames_a_second_are_not_judged(fps: float, *, ok: bool) -> None:
    reason = watched(*[SHARP] * 12, fps=fps)[-1]
    assert reason == (None if ok else f"there are only {fps} frames a second")


def test_a_stall_is_no_low_rate() -> None:
    quality = PictureQuality()
    times = [i / 30 for i in range(20)] + [3 + i / 30 for i in range(20)]
    assert {quality.update(replace(SHARP, time_s=time_s)) for time_s in times} == {None}
