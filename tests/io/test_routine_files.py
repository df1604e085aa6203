"""Routines as files: read, checked, planned; the words of every mistake."""

import json

import pytest

from formcheck.core.coach.plan import make_plan
from formcheck.core.spec.routine import Routine
from formcheck.errors import SpecError, UnknownNameError
from formcheck.io.package_data import data_folder
from formcheck.io.routines import load_plan, read_plan, routine_paths, routine_schema
from formcheck.io.specs import load_spec, parse_table, spec_paths
from tests.support.set_flows import MARCH, spec_of

HEAD = 'id = "mine"\nname = "Mine"\nsummary = "x"\nsource = "heuristic"\n'


def read(tmp_path, text, **options):
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    return read_plan(path, **options)


def problems(tmp_path, text):
    with pytest.raises(SpecError) as caught:
        read(tmp_path, text)
    return str(caught.value).splitlines()


def test_doses_of_the_routine_replace_the_exercise_s_own(tmp_path):
    plan = read(
        tmp_path,
        "[[steps]]\nexercise = 'half_kneeling_hip_flexor_stretch'\nsets = 3\nhold_s = [10, 15]\n"
        "rest_s = 5\nside = 'left'\n[[steps]]\nexercise = 'standing_march'\nreps = 4\n",
    )
    stretch, march = plan.steps
    assert (stretch.spec.dose.sets, stretch.spec.dose.hold_target_s) == (3, 10)
    assert (stretch.spec.dose.rest_s, stretch.side) == (5, "left")
    assert (march.spec.dose.sets, march.spec.dose.reps, march.side) == (3, 4, None)
    assert load_spec("standing_march").dose.reps == 10


def test_every_mistake_at_once_with_the_way_to_it(tmp_path):
    assert problems(
        tmp_path,
        "[[steps]]\nexercise = 'standing_marsh'\n"
        "[[steps]]\nexercise = 'glute_bridge'\nside = 'left'\n"
        "[[steps]]\nexercise = 'half_kneeling_hip_flexor_stretch'\nreps = 3\nside = 'alternate'\n"
        "[[steps]]\nexercise = 'no.toml'\n",
    ) == [
        "mine.toml: steps 1 -> exercise: 'standing_marsh' is no exercise; "
        "did you mean 'standing_march'?",
        "mine.toml: steps 2 -> side: 'glute_bridge' has no sides",
        "mine.toml: steps 3 -> reps: 'half_kneeling_hip_flexor_stretch' is not counted in reps "
        "(its kind is 'hold')",
        "mine.toml: steps 3 -> side: 'half_kneeling_hip_flexor_stretch' is held on one side, then "
        "the other, never alternating",
        f"mine.toml: steps 4 -> exercise: {tmp_path / 'no.toml'}: no such file",
    ]


def test_mistakes_of_form(tmp_path):
    assert problems(
        tmp_path, "oder = 'free'\n[[steps]]\nexercise = 'knee_drive'\nreps = 0\nrepz = 3\n"
    ) == [
        "mine.toml: steps 1 -> reps: 0 is too small; it must be at least 1",
        "mine.toml: steps 1 -> repz: unknown key; did you mean 'reps'?",
        "mine.toml: oder: unknown key; did you mean 'order'?",
    ]
    assert problems(tmp_path, "steps = []") == ["mine.toml: steps: has 0, not 1 to 40"]
    assert problems(tmp_path, "") == ["mine.toml: steps: is missing"]
    assert problems(tmp_path, "[[steps]]\nexercise = 'knee_drive'\nhold_s = [9, 5]\n") == [
        "mine.toml: steps 1 -> hold_s: the shortest (9) is longer than the longest (5)"
    ]


def test_unknown_routine():
    with pytest.raises(UnknownNameError) as caught:
        load_plan("prerun")
    assert str(caught.value) == (
        "There is no routine 'prerun'; did you mean 'pre_run'? `formcheck routine` lists them all."
    )


def test_own_exercise_beside_the_routine(tmp_path):
    own = spec_paths()["knee_drive"].read_text(encoding="utf-8").replace("knee_drive", "my_drive")
    (tmp_path / "my_drive.toml").write_text(own, encoding="utf-8")
    plan = read(tmp_path, "[[steps]]\nexercise = 'my_drive.toml'\n")
    assert plan.steps[0].spec.id == "my_drive"


def exercises(order, *ids):
    specs = {
        "march": spec_of(MARCH),
        "bridge": spec_of({**MARCH, "id": "bridge", "position": "supine"}),
        "drive": spec_of({**MARCH, "id": "drive"}),
        "raise": spec_of({**MARCH, "id": "raise", "position": "supine"}),
        "front": spec_of({**MARCH, "id": "front", "view": "front"}),
    }
    routine = Routine.model_validate(
        {
            "id": "x", "name": "x", "summary": "x", "source": "heuristic", "order": order,
            "steps": [{"exercise": name} for name in ids],
        }
    )  # fmt: skip
    return make_plan(routine, lambda name: specs[name])


def test_fixed_order_stays_and_tells_when_the_camera_moves():
    plan = exercises("fixed", "march", "bridge", "drive", "front", "raise", "raise")
    assert [step.spec.id for step in plan.steps] == [
        "march", "bridge", "drive", "front", "raise", "raise",
    ]  # fmt: skip
    assert [step.camera_moves for step in plan.steps] == [False, True, True, True, True, False]


def test_free_order_moves_the_camera_as_often_as_there_are_other_places():
    plan = exercises("free", "march", "bridge", "drive", "front", "raise", "march")
    assert [step.spec.id for step in plan.steps] == [
        "march", "drive", "march", "bridge", "raise", "front",
    ]  # fmt: skip
    assert sum(step.camera_moves for step in plan.steps) == 2


def test_time_to_get_ready():
    plan = exercises("fixed", "march", "drive", "bridge")
    assert [step.get_ready_s for step in plan.steps] == [20, 12, 30]


def test_shortened_doses(tmp_path):
    text = (
        "[[steps]]\nexercise = 'half_kneeling_hip_flexor_stretch'\nhold_s = [45, 60]\n"
        "[[steps]]\nexercise = 'standing_march'\nreps = 10\n[[steps]]\nexercise = 'glute_bridge'\n"
    )
    stretch, march, bridge = (step.spec.dose for step in read(tmp_path, text, shorten=0.2).steps)
    assert (stretch.hold_s, stretch.rest_s) == ((9.0, 12.0), 3.0)
    assert (march.reps, march.hold_s, march.sets) == (2, (3, 5), 1)
    assert bridge.reps == 2
    tiny = read(tmp_path, text, shorten=0.01).steps
    assert (tiny[0].spec.dose.hold_target_s, tiny[1].spec.dose.reps) == (3.0, 1)


def test_fingerprint_changes_with_the_dose(tmp_path):
    text = "[[steps]]\nexercise = 'standing_march'\nreps = {}\n"
    one, other = (read(tmp_path, text.format(reps)).fingerprint for reps in (4, 5))
    assert one != other
    assert one == read(tmp_path, text.format(4)).fingerprint


@pytest.mark.parametrize("name", sorted(routine_paths()))
def test_shipped_routines_are_routines(name):
    path = routine_paths()[name]
    routine = parse_table(path.read_bytes(), path.name, Routine, "a routine")
    assert routine.id == name


def test_six_routines_are_shipped():
    assert sorted(routine_paths()) == [
        "desk_break", "gym_twice_weekly", "pilates_mat", "post_run", "pre_run", "ten_minutes",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["pre_run", "post_run"])
def test_shipped_routine_has_a_plan(name):
    assert load_plan(name).steps


def test_schema_beside_the_routines_is_the_model_s():
    text = (data_folder("routines") / "routine.schema.json").read_text(encoding="utf-8")
    assert text == routine_schema()
    assert json.loads(text)["title"] == "formcheck routine"
