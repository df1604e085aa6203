"""The drawing, by what is in the picture: sizes, colours, what is mirrored and what is not."""

import dataclasses

import numpy as np
import pytest

from formcheck.core.coach.presenter import Presenter
from formcheck.core.pose import Pose
from formcheck.draw.annotators.skeleton import SkeletonAnnotator
from formcheck.draw.overlay import Overlay
from formcheck.draw.primitives import Pen
from formcheck.draw.scene import PALETTE, Scene, Tools
from formcheck.draw.silhouette import draw_silhouette
from formcheck.io.specs import load_spec
from tests.support.display_data import fault, frame, standing

SIZES = [(1080, 1920), (640, 480), (1280, 720), (321, 241)]
TINY = [(48, 36), (16, 12)]


def picture(size, level=110):
    return np.full((size[1], size[0], 3), level, np.uint8)


def display_of(result, **options):
    return Presenter(rep_target=10, **options).update(result)


def is_colour(image, name):
    return (np.abs(image.astype(int) - PALETTE[name]) < 6).all(axis=2)


def rows_and_columns(mask):
    rows, columns = np.nonzero(mask)
    return rows.min(), rows.max(), columns.min(), columns.max()


@pytest.mark.parametrize("size", SIZES + TINY)
def test_everything_at_once_fits_every_size_and_leaves_the_picture_alone(size):
    pose = standing(left_thigh_deg=60, size=size)
    result = frame(
        0, pose=pose, hold_s=2.0, hold_target_s=3.0,
        active_faults=(fault(cue="Lift the knee until the thigh is level with the hip"),),
    )  # fmt: skip
    image = picture(size)
    drawn = Overlay().draw(image, display_of(result), pose)
    assert drawn.shape == image.shape
    assert (image == 110).all()
    assert is_colour(drawn, "vermillion").any()


@pytest.mark.parametrize("size", SIZES[:3])
def test_large_number_is_at_least_an_eighth_of_the_height(size):
    display = dataclasses.replace(
        display_of(frame(0, left=8)), joint=None, counts=(), big_target="", side_text=""
    )
    drawn = Overlay().draw(picture(size), display, None)
    top, bottom, _, _ = rows_and_columns(is_colour(drawn, "white"))
    assert (bottom - top) / size[1] >= 0.12


@pytest.mark.parametrize("big", ["7", "12", "100"])
def test_large_number_leaves_the_ring_its_place(big):
    size = (1080, 1920)
    display = dataclasses.replace(
        display_of(frame(0, hold_s=1.0, hold_target_s=3.0)), big=big, big_target="of 100",
        joint=None, counts=(), hold=None, side_text="",
    )  # fmt: skip
    plain = picture(size)
    drawn = Overlay().draw(plain, display, None)
    changed = (drawn != plain).any(axis=2)
    _, _, _, right = rows_and_columns(changed)
    assert right < 1080 - 0.23 * 1080
    top, bottom, _, _ = rows_and_columns(is_colour(drawn, "white"))
    assert (bottom - top) / size[1] >= 0.118


def test_mirror_flips_the_picture_and_the_body_but_not_the_text():
    size = (640, 480)
    image = picture(size)
    image[:, :320] = 60
    result = frame(0, left=7)
    display, overlay = display_of(result), Overlay()
    plain = overlay.draw(image, display, result.pose)
    mirrored = overlay.draw(image, display, result.pose, mirrored=True)
    assert (plain[400, 10], mirrored[400, 10]) == (
        pytest.approx([60] * 3),
        pytest.approx([110] * 3),
    )
    # The panel with the count keeps its place and its digits.
    count = (slice(30, 110), slice(20, 90))
    assert (is_colour(plain[count], "white") == is_colour(mirrored[count], "white")).all()
    knee_x = round(result.pose.points_px[25, 0])
    assert is_colour(plain, "sky")[300:, knee_x - 4 : knee_x + 5].any()
    assert is_colour(mirrored, "sky")[300:, 639 - knee_x - 4 : 639 - knee_x + 5].any()


def test_bgr_pictures_get_the_same_colours_in_their_own_order():
    result = frame(0, active_faults=(fault(),), hold_s=1.0, hold_target_s=3.0)
    display = display_of(result)
    rgb = Overlay("rgb").draw(picture((640, 480)), display, result.pose)
    bgr = Overlay("bgr").draw(picture((640, 480)), display, result.pose)
    assert (rgb == bgr[:, :, ::-1]).all()


def test_near_side_is_drawn_stronger_and_unsure_joints_faint():
    pose = standing(left_thigh_deg=60)
    bare = dataclasses.replace(display_of(frame(0, joint=None)), big="", near_side="left")
    whole = is_colour(Overlay().draw(picture((640, 480)), bare, pose), "white").sum()
    pose.landmarks[[25, 27, 29, 31], 3] = 0.2
    unsure = is_colour(Overlay().draw(picture((640, 480)), bare, pose), "white").sum()
    repaired = Overlay().draw(picture((640, 480)), bare, pose, faint=True)
    assert whole > unsure > is_colour(repaired, "white").sum() == 0


@pytest.mark.parametrize("tone", ["framing", "info", "warning", "fault", "good"])
def test_every_tone_has_its_sign(tone):
    display = display_of(frame(0, active_faults=(fault(),), joint=None))
    display = dataclasses.replace(
        display, cue=dataclasses.replace(display.cue, tone=tone), joint=None, big=""
    )
    drawn = Overlay().draw(picture((640, 480)), display, None)
    colour = {"framing": "sky", "info": "sky", "warning": "orange", "fault": "vermillion"}
    assert is_colour(drawn, colour.get(tone, "green")).sum() > 100


def test_points_outside_the_picture_and_missing_ones_are_no_trouble():
    pose = standing(left_thigh_deg=60)
    pose.landmarks[13, :2] = 1e9, -1e9
    pose.landmarks[15, :2] = np.nan
    result = frame(0, pose=pose)
    display = display_of(result)
    far = dataclasses.replace(display.joint, vertex=(-5000.0, 9e8), zero=None, moving=None)
    image = picture((640, 480))
    Overlay().draw(image, dataclasses.replace(display, joint=far), pose)
    Overlay().draw(image, display, Pose.missing(0.0, (640, 480)))


def test_headline_with_lines_and_guide():
    display = dataclasses.replace(
        display_of(frame(0)), headline="Rest", lines=("25 s", "next: right"), guide="standing",
        joint=None,
    )  # fmt: skip
    drawn = Overlay().draw(picture((640, 480)), display, None)
    assert is_colour(drawn[180:320, 200:440], "white").any()
    assert is_colour(drawn, "sky").any()


@pytest.mark.parametrize("size", TINY)
@pytest.mark.parametrize("phase", ["work", "intro"])
@pytest.mark.timeout(20)
def test_a_long_headline_on_a_tiny_picture_comes_to_an_end(size, phase):
    display = dataclasses.replace(
        display_of(frame(0)), phase=phase, headline="A very long name indeed", joint=None
    )
    assert Overlay().draw(picture(size), display, None).shape == picture(size).shape


def test_a_result_is_drawn_as_what_the_presenter_makes_of_it():
    spec = load_spec("standing_march")
    overlay, presenter, image = Overlay(), Presenter.for_spec(spec), picture((640, 480))
    for i in range(5):
        result = frame(i / 10, left=i, active_faults=(fault(),))
        expected = Overlay().draw(image, presenter.update(result), result.pose)
        assert (overlay.draw_result(image, result, spec) == expected).all()


def test_an_annotator_draws_alone_and_in_a_style_of_its_own():
    image = picture((640, 480))
    scene = Scene(image, Tools.for_channels(bgr=False))
    SkeletonAnnotator(bones="green").draw(scene, standing(), "left", faint=False)
    assert is_colour(image, "green").any()
    assert not is_colour(image, "white").any()


@pytest.mark.parametrize("posture", ["standing", "half_kneeling", "seated", "supine", "prone"])
def test_silhouette_knows_every_position_of_the_specs(posture):
    for size in SIZES:
        image = picture(size)
        draw_silhouette(image, posture, PALETTE["sky"])
        assert is_colour(image, "sky").sum() > 100
    image = picture((640, 480))
    draw_silhouette(image, "on the moon", PALETTE["sky"])
    assert (image == 110).all()


def test_accents_have_width_and_wrap_keeps_every_word():
    pen = Pen()
    assert pen.width("ÄÖÜß", 40) > pen.width("ÄÖ", 40) > 0
    text = "Das Knie höher heben bis der Oberschenkel waagerecht ist"
    lines = pen.wrap(text, 40, 400)
    assert len(lines) > 1
    assert " ".join(lines) == text
    assert all(pen.width(t, 40) <= 400 for t in lines)


NAMES = (
    "The hundred", "Leg circles", "Single-leg stretch", "Double-leg stretch",
    "Single straight-leg stretch", "Double straight-leg lower and lift", "Criss-cross",
)  # fmt: skip


@pytest.mark.parametrize("size", [(640, 480), (480, 640), (1280, 720)])
def test_a_long_summary_stays_in_the_picture(size):
    done = tuple(f"{name}: left 12 reps, right 12 reps · 3 cues" for name in NAMES)
    shown = dataclasses.replace(
        display_of(frame(0)), headline="All done", lines=done, joint=None, hold=None, cue=None,
        guide=None, counts=(), framing=None, note=None,
    )  # fmt: skip
    image = picture(size)
    drawn = Overlay().draw(image.copy(), shown, None)
    changed = (drawn != image).any(axis=2)
    edge = 4
    changed[edge:-edge, edge:-edge] = False
    assert (drawn != image).any()
    assert not changed.any()


def test_card_without_a_picture_has_no_empty_box_and_gives_its_place_to_the_text():
    card = dataclasses.replace(
        display_of(frame(0)), phase="intro", headline="Before you begin", joint=None, hold=None,
        cue=None, guide=None, picture=None, framing=None,
        lines=("", "With a hip or back injury, now or before, ask a clinician first, please"),
    )  # fmt: skip
    image = picture((1280, 720))
    bare = Overlay().draw(image, card, None)
    boxed = Overlay().draw(image, dataclasses.replace(card, guide="standing"), None)
    right = slice(round(0.58 * 1280), None)
    background = bare[-1, -1]
    assert (boxed[60:400, right] != background).any()
    # Nothing but text stands where the picture would be, and the line is not broken.
    box_corner = (slice(60, 400), slice(1280 - 40, 1280))
    assert (bare[box_corner] == background).all()
    wide = (bare[:400] != background).any(axis=2)
    narrow = (boxed[:400, : right.start] != background).any(axis=2)
    assert wide.any(axis=1).sum() < narrow.any(axis=1).sum()
