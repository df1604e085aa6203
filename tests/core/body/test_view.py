import math

import pytest

from formcheck.core.body.posture import trunk_tilt_deg
from formcheck.core.body.view import ViewEstimator, name_of_turn, turn_of
from formcheck.core.measure.positions import framing_trouble, in_position, position_trouble
from formcheck.core.pose import Landmark, Pose
from formcheck.core.trial.figure import HALF_KNEELING, SIZE, STANDING, SUPINE, Figure
from formcheck.io.specs import load_spec
from tests.support.stick_figure import body_of, times


@pytest.mark.parametrize("turn", [-170, -120, -90, -45, 0, 30, 60, 90, 135, 179])
@pytest.mark.parametrize("figure", [STANDING, HALF_KNEELING], ids=["standing", "kneeling"])
def test_the_turn_is_found_standing_and_kneeling(turn, figure):
    assert turn_of(figure.but(turn_deg=turn).pose()) == pytest.approx(turn)


@pytest.mark.parametrize("yaw", [0, 20, -35, 60])
@pytest.mark.parametrize("side", [90, -90])
def test_lying_people_are_seen_from_the_side_however_the_mat_lies(yaw, side):
    """The turn is about the trunk's long axis, which lies in the room as it likes."""
    pose = SUPINE.but(turn_deg=side + yaw).pose()
    assert turn_of(pose) == pytest.approx(side)


@pytest.mark.parametrize("twist", [-60, -30, 30, 60])
@pytest.mark.parametrize("lying", [0.0, 90.0])
def test_shoulders_that_turn_against_the_hips_do_not_turn_the_person(twist, lying):
    """The legs are measured, and they go with the hips."""
    figure = SUPINE if lying else STANDING
    assert turn_of(figure.but(turn_deg=90.0, twist=twist).pose()) == pytest.approx(90.0, abs=6)


def test_nobody_has_no_turn():
    assert math.isnan(turn_of(Pose.missing(0.0, SIZE)))
    assert ViewEstimator().update(0.0, Pose.missing(0.0, SIZE)) is None


@pytest.mark.parametrize(
    ("turn", "name"),
    [(0, "front"), (29, "front"), (35, "oblique"), (43, "side"), (90, "side"), (137, "side"),
     (145, "oblique"), (151, "back"), (180, "back"), (-90, "side"), (-10, "front"), (-170, "back")],
)  # fmt: skip
def test_names_of_turns(turn, name):
    assert name_of_turn(turn) == name


def test_a_view_is_kept_near_its_border():
    assert name_of_turn(39, "side") == "side"
    assert name_of_turn(39, "oblique") == "oblique"
    assert name_of_turn(44, "oblique") == "oblique"
    assert name_of_turn(48, "oblique") == "side"
    assert name_of_turn(33, "front") == "front"
    assert name_of_turn(146, "back") == "back"


@pytest.mark.parametrize(
    ("turn", "near"), [(90, "left"), (-90, "right"), (45, "left"), (-60, "right")]
)
def test_the_near_side(turn, near):
    assert body_of(Figure(turn_deg=turn).pose()).view.near_side == near


def test_the_near_side_is_locked_while_the_person_faces_the_camera():
    estimator = ViewEstimator()
    for t in times(3):
        turn = 90.0 if t < 1 else -8.0
        view = estimator.update(t, Figure(turn_deg=turn).pose(t))
    assert view is not None
    assert (view.name, view.near_side) == ("front", "left")


def test_one_wrong_frame_does_not_change_the_view():
    estimator = ViewEstimator()
    names = set()
    for n, t in enumerate(times(2)):
        view = estimator.update(t, Figure(turn_deg=-90.0 if n == 30 else 90.0).pose(t))
        assert view is not None
        names.add((view.name, view.near_side))
    assert names == {("side", "left")}


def test_turning_round_is_followed():
    estimator = ViewEstimator()
    for t in times(6):
        view = estimator.update(t, Figure(turn_deg=90.0 if t < 2 else -90.0).pose(t))
    assert view is not None
    assert (view.name, view.near_side) == ("side", "right")


# -- positions ---------------------------------------------------------------------------------

SEATED = Figure(thigh_left=85, knee_left=85, thigh_right=85, knee_right=85)
KNEELING = Figure(knee_left=90, knee_right=90, foot_left=0, foot_right=0)
PRONE = Figure(lying_deg=-90)
WHERE = {
    "standing": STANDING,
    "half_kneeling": HALF_KNEELING,
    "kneeling": KNEELING,
    "seated": SEATED,
    "supine": SUPINE,
    "prone": PRONE,
}


@pytest.mark.parametrize("position", WHERE)
@pytest.mark.parametrize("turn", [90, -90])
def test_positions_are_told_apart(position, turn):
    body = body_of(WHERE[position].but(turn_deg=turn).pose())
    found = {name for name in WHERE if in_position(body, name, "left")}
    # Kneeling heights fit sitting, too: the two cannot be told apart by height alone.
    assert position in found
    assert found - {position} <= ({"seated"} if "kneeling" in position else set())


def test_half_kneeling_is_on_the_working_knee():
    body = body_of(HALF_KNEELING.pose())
    assert in_position(body, "half_kneeling", "left")
    assert not in_position(body, "half_kneeling", "right")


def test_what_to_do_is_said():
    standing = body_of(STANDING.pose())
    assert position_trouble(standing, "standing", "left") is None
    assert position_trouble(standing, "supine", "left") == "lie on your back"
    assert position_trouble(body_of(SUPINE.pose()), "standing", "left") == "stand upright"


def test_tilt_of_the_trunk():
    assert trunk_tilt_deg(body_of(STANDING.pose())) == pytest.approx(0, abs=1e-6)
    assert trunk_tilt_deg(body_of(SUPINE.pose())) == pytest.approx(90)
    assert trunk_tilt_deg(body_of(Figure(lean=30).pose())) == pytest.approx(30)


def test_framing():
    march = load_spec("standing_march")
    assert framing_trouble(body_of(STANDING.pose()), march) is None
    assert (
        framing_trouble(body_of(STANDING.pose(px_per_m=100)), march) == "come nearer to the camera"
    )
    for turn_deg in (0, 45, 180):
        assert framing_trouble(body_of(Figure(turn_deg=turn_deg).pose()), march) is None
    assert framing_trouble(body_of(STANDING.pose(floor=1.3)), march) == (
        "step back: I cannot see your knees"
    )


def test_the_far_knee_may_be_hidden_where_both_legs_do_the_same():
    """At the top of a roll-up the near leg hides the far one, whatever the camera's place."""
    far, near = [Landmark.RIGHT_KNEE], [Landmark.LEFT_KNEE]
    roll_up, raises = load_spec("roll_up"), load_spec("single_leg_raise")
    unseen = "step back: I cannot see your knees"
    assert framing_trouble(body_of(SUPINE.pose(hidden=far)), roll_up) is None
    assert framing_trouble(body_of(SUPINE.pose(hidden=near)), roll_up) == unseen
    assert framing_trouble(body_of(SUPINE.pose(hidden=far)), raises) == unseen
