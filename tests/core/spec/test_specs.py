import json
import re
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from formcheck.core.measure.kinds import REGISTRY
from formcheck.core.spec.example import Example, Expected, Moment
from formcheck.core.spec.exercise import (
    Bound,
    Check,
    Circle,
    Dose,
    ExerciseSpec,
    HoldRule,
    PaceStep,
    Pulse,
    Question,
    Reading,
    RepSpec,
    SelfTestRule,
    SelfTestValue,
    SetUp,
    StartBound,
)
from formcheck.core.spec.sources import Source, ids_of, reference_list, sources_in
from formcheck.errors import SpecError, UnknownNameError
from formcheck.io.sources import known_sources, shipped_sources
from formcheck.io.specs import (
    MAX_BYTES,
    load_spec,
    parse_spec,
    read_spec,
    spec_folder,
    spec_paths,
    spec_schema,
)

REPO = Path(__file__).resolve().parents[3]
GOOD, HOLD = (
    (spec_folder() / f"{name}.toml").read_text(encoding="utf-8").split("[[examples]]")[0]
    for name in ("standing_march", "half_kneeling_hip_flexor_stretch")
)
TABLES = [
    ExerciseSpec, Dose, PaceStep, SetUp, Bound, StartBound, RepSpec, Pulse, Circle, HoldRule,
    SelfTestRule, SelfTestValue, Reading, Question, Check, Source,
    Example, Moment, Expected,
]  # fmt: skip


def message(text: str | bytes, file: str = "x.toml") -> str:
    with pytest.raises(SpecError) as caught:
        parse_spec(text if isinstance(text, bytes) else text.encode(), file)
    return str(caught.value)


def changed(old: str, new: str, text: str = GOOD) -> str:
    assert old in text, f"the shipped spec no longer has {old!r}"
    return text.replace(old, new, 1)


# -- every message, word for word --------------------------------------------------------------

KNEE = 'id = "knee_height"\nmeasurement = "thigh_elevation"'
MARCH_CASES = {
    "unknown measurement of a check": (
        KNEE, 'id = "knee_height"\nmeasurement = "thigh_elevaton"',
        "checks 'knee_height' -> measurement: 'thigh_elevaton' is not defined; "
        "did you mean 'thigh_elevation'?",
    ),
    "unknown measurement of the rep": (
        '[rep]\nmeasurement = "thigh_elevation"', '[rep]\nmeasurement = "thigh_levation"',
        "rep -> measurement: 'thigh_levation' is not defined; did you mean 'thigh_elevation'?",
    ),
    "what is told at the top in place of nothing": (
        '[rep]\nmeasurement',
        '[rep]\nor_at_top = [{ measurement = "thigh_elevation", at_least = 45 }]\nmeasurement',
        "rep: or_at_top without begins says nothing; give requires instead",
    ),
    "unknown measurement like no other": (
        'measurement = "foot_height"', 'measurement = "zzz"',
        "rep -> requires 1 -> measurement: 'zzz' is not defined",
    ),
    "misspelt key": (
        'severity = "fault"', 'severty = "fault"',
        "checks 'knee_height' -> severty: unknown key; did you mean 'severity'?",
    ),
    "misspelt key in a nested list": (
        'leg = "other"', 'log = "other"',
        "rep -> requires 2 -> log: unknown key; did you mean 'leg'?",
    ),
    "misspelt key in an inline table": (
        "reps = 10", "rep = 10", "dose -> rep: unknown key; did you mean 'reps'?",
    ),
    "unknown key like no other": (
        'severity = "fault"', "blink = 3", "checks 'knee_height' -> blink: unknown key",
    ),
    "missing key of a check": (
        'cue = "Lift the knee until the thigh is level"\n', "",
        "checks 'knee_height' -> cue: is missing",
    ),
    "missing key at the top": ('position = "standing"\n', "", "position: is missing"),
    "check without id": (
        '[[checks]]\nid = "knee_height"\n', "[[checks]]\n", "checks 1 -> id: is missing",
    ),
    "wrong type: text for a number": (
        "at_least = 80", 'at_least = "80"',
        "checks 'knee_height' -> at_least: '80' is not a number; write 80, without the quotes",
    ),
    "wrong type: yes for a number": (
        "for_s = 0.3", "for_s = true", "checks 'knee_height' -> for_s: true is not a number",
    ),
    "wrong type: fraction for a count": (
        "sets = 3", "sets = 3.5", "dose -> sets: 3.5 is not a whole number",
    ),
    "wrong type: number for a text": (
        "safety = [", "safety = [3, ", "safety 1: 3 is not a text",
    ),
    "wrong type: number for a table": ("dose = {", "dose = 3 # {", "dose: 3 is not a table"),
    "neither of two types": (
        "hold_s = [3, 5]", "hold_s = [3, 5, 7]",
        "dose -> hold_s: [3, 5, 7] does not fit; it is: Seconds of one hold, or the shortest and "
        "the longest.",
    ),
    "not a number": (
        "for_s = 0.3", "for_s = nan", "checks 'knee_height' -> for_s: NaN is not a number",
    ),
    "out of range": (
        "for_s = 0.3", "for_s = -1",
        "checks 'knee_height' -> for_s: -1 is too small; it must be at least 0",
    ),
    "out of range, too large": (
        "sets = 3", "sets = 300", "dose -> sets: 300 is too large; it must be at most 20",
    ),
    "a cue of nothing": (
        'cue = "Lift the knee until the thigh is level"', 'cue = ""',
        "checks 'knee_height' -> cue: is empty; give a text",
    ),
    "not a choice": (
        'severity = "fault"', 'severity = "falt"',
        "checks 'knee_height' -> severity: 'falt' is not one of 'info', 'warning' or 'fault'; "
        "did you mean 'fault'?",
    ),
    "not one of two choices": (
        'kind = "reps"', 'kind = "rep"',
        "kind: 'rep' is not one of 'reps', 'hold', 'timed' or 'test'; did you mean 'reps'?",
    ),
    "bad order, rising": (
        "rest_below = 28", "rest_below = 40",
        "rep: rest_below and top_above must be at least 8 apart, for noise",
    ),
    "bad order, target": (
        "target = 80", "target = 40", "rep: rest_below, top_above and target must rise",
    ),
    "a rep of what only changes": (
        '[rep]\nmeasurement = "thigh_elevation"\nrest_below = 28\ntop_above = 45\ntarget = 80',
        '[rep]\nmeasurement = "hip_rise"\nrest_below = 0.1\ntop_above = 0.3\ntarget = 0.4',
        "rep: only the change of 'hip_rise' can be measured; add relative_to = \"neutral\"",
    ),
    "rising and falling mixed": (
        "rest_below = 28", "rest_above = 28",
        "rep: give rest_below and top_above (rising) or rest_above and top_below (falling)",
    ),
    "bound without limits": (
        "at_least = 80\n", "", "checks 'knee_height': give at_least, at_most or both",
    ),
    "bound turned round": (
        "at_least = 80\n", "at_least = 80\nat_most = 70\n",
        "checks 'knee_height': at_least 80 is not below at_most 70",
    ),
    "duplicate check ids": (
        'id = "trunk_lean"', 'id = "knee_height"', "checks 'knee_height' -> id: is used 2 times",
    ),
    "id with capitals": (
        'id = "standing_march"', 'id = "Standing March"',
        "id: 'Standing March' must be small letters, digits and _, with a letter first",
    ),
    "cue too long to be spoken": (
        'cue = "Lift the knee until the thigh is level"', f'cue = "{"x" * 61}"',
        f"checks 'knee_height' -> cue: '{'x' * 56}... has 61 characters; make it 60 at most",
    ),
    "kind without its table": (
        'kind = "reps"', 'kind = "hold"', "kind is 'hold' but there is no [hold] table",
    ),
    "phase of the other kind": (
        'during = "top"', 'during = "hold"',
        "checks 'knee_height' -> during: 'hold' needs kind = 'hold'; use 'top'",
    ),
    "figure that only pulses have": (
        'of = "hold_s"', 'of = "size"',
        "checks 'hold_short' -> of: a [rep] has no 'size'; there is: 'reached', 'kept_s', "
        "'hold_s', 'up_s', 'down_s', 'rep_s', 'down_over_up'",
    ),
    "a figure of a phase without a phase": (
        'during = "top"\nat_least = 80', 'during = "rest"\nof = "reached"\nat_least = 80',
        "checks 'knee_height' -> of: 'reached' needs a part of the rep; use during = 'rep'",
    ),
    "phase that only tests have": (
        'during = "top"', 'during = "test"',
        "checks 'knee_height' -> during: 'test' needs kind = 'test'; use 'top'",
    ),
    "best value of a requirement": (
        '{ measurement = "foot_height"', '{ relative_to = "best", measurement = "foot_height"',
        "rep -> requires 1 -> relative_to: 'best' is for checks; use 'neutral' or 'zero'",
    ),
    "neutral before it is known": (
        "[setup]",
        'start = [{ measurement = "knee_flexion", relative_to = "neutral", at_most = 9 }]\n[setup]',
        "start 1 -> relative_to: neutral is learned in the start position; use 'zero'",
    ),
    "only its change can be measured": (
        'measurement = "foot_height", at_least = 0.25',
        'measurement = "hip_rise", at_least = 0.25',
        "rep -> requires 1: only the change of 'hip_rise' can be measured; "
        'add relative_to = "neutral"',
    ),
    "speed from neutral": (
        'relative_to = "neutral"', 'of = "speed"\nrelative_to = "neutral"',
        "checks 'trunk_lean' -> relative_to: a speed is counted from zero; take it out",
    ),
    "validity outside a test": (
        'severity = "fault"', 'severity = "fault"\ninvalidates = true',
        "checks 'knee_height' -> invalidates: needs kind = 'test'",
    ),
    "two ways to count": (
        "[rep]\n", '[pulse]\nmeasurement = "knee_flexion"\nsize = 20\n\n[rep]\n',
        "[rep] and [pulse] cannot both say what a rep is; keep one",
    ),
    "test without its table": (
        'kind = "reps"', 'kind = "test"', "kind is 'test' but there is no [test] table",
    ),
    "position like no other": (
        'position = "standing"', 'position = "lunges"',
        "position: 'lunges' is not one of 'standing', 'lunge', 'half_kneeling', 'kneeling', "
        "'wall_kneeling', 'seated', 'long_sitting', 'supine', 'supine_edge' or 'prone'; "
        "did you mean 'lunge'?",
    ),
    "pace without a length": (
        "[setup]", 'pace = [{ say = "In" }]\n[setup]', "pace 1: give s or reps, one of the two",
    ),
    "view in which it cannot be seen": (
        'view = "front"\n', "",
        "checks 'pelvis_drop' -> view: 'pelvis_drop' cannot be seen from the side; "
        'add view = "front"',
    ),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), MARCH_CASES.values(), ids=MARCH_CASES)
def test_message(old, new, expected):
    assert message(changed(old, new), "my_march.toml") == f"my_march.toml: {expected}"


HOLD_CASES = {
    "a hold that is over before its clock could stand still": (
        "let_go = 20", "let_go = 4",
        "hold: let_go 4 is not above give 5: the clock would never stand still",
    ),
    "phase of a rep in a hold": (
        'during = "hold"', 'during = "top"',
        "checks 'front_knee' -> during: 'top' needs kind = 'reps'; use 'hold'",
    ),
    "seconds of a rep in a hold": (
        'during = "hold"\n', 'during = "hold"\nof = "hold_s"\n',
        "checks 'front_knee' -> of: 'hold_s' needs kind = 'reps'",
    ),
    "unknown measurement of a bound": (
        '{ measurement = "knee_height"', '{ measurement = "knee_hight"',
        "hold -> bounds 2 -> measurement: 'knee_hight' is not defined; "
        "did you mean 'knee_height'?",
    ),
    "unknown measurement of the hold": (
        '[hold]\nmeasurement = "thigh_trunk_flexion"', '[hold]\nmeasurement = "hip_flexion"',
        "hold -> measurement: 'hip_flexion' is not defined; did you mean 'knee_flexion'?",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), HOLD_CASES.values(), ids=HOLD_CASES)
def test_message_of_a_hold(old, new, expected):
    assert message(changed(old, new, HOLD)) == f"x.toml: {expected}"


# -- the other ways to count -------------------------------------------------------------------

HEAD = GOOD[: GOOD.index("[rep]")]
TIMED = HEAD.replace('kind = "reps"', 'kind = "timed"').replace(
    "hold_s = [3, 5]", "duration_s = 60"
)
PULSE = f"""{HEAD}
[pulse]
measurement = "arm_elevation"
size = 5
"""
CIRCLE = f"""{HEAD}
[circle]
along = "thigh_trunk_flexion"
across = "leg_abduction"
size = 8
least = 4
"""
SELF_TEST = f"""{HEAD.replace('kind = "reps"', 'kind = "test"')}
[[test.values]]
id = "knee_height"
name = "Knee height"
measurement = "thigh_elevation"
take = "greatest"
when = [{{ measurement = "lumbar_change", at_least = -9 }}]
readings = [
  {{ at_least = 80, text = "level", source = "heuristic" }},
  {{ at_most = 80, text = "below level", source = "heuristic" }},
]
"""
CHECK = """
[[checks]]
id = "fast"
measurement = "thigh_elevation"
during = "rep"
of = "speed"
at_most = 90
cue = "Slowly"
source = "heuristic"
"""

OTHER_CASES = {
    "circle in two units": (
        CIRCLE, 'across = "leg_abduction"', 'across = "foot_ahead"',
        "circle -> across: 'foot_ahead' is in ratio, but 'thigh_trunk_flexion' in deg; a radius "
        "needs one unit",
    ),
    "unknown measurement of a circle": (
        CIRCLE, 'across = "leg_abduction"', 'across = "leg_adduction"',
        "circle -> across: 'leg_adduction' is not defined; did you mean 'leg_abduction'?",
    ),
    "circle whose attempts are larger than what counts": (
        CIRCLE, "least = 4", "least = 9", "circle: least 9 is above size 8",
    ),
    "misspelt key of a pulse": (
        PULSE, "size = 5", "size = 5\nmin = 3", "pulse -> min: unknown key; did you mean 'min_s'?",
    ),
    "phase that a pulse does not have": (
        PULSE + CHECK, 'during = "rep"', 'during = "top"',
        "checks 'fast' -> during: a [pulse] has no 'top'; use 'rep'",
    ),
    "phase of a hold in a pulse": (
        PULSE + CHECK, 'during = "rep"', 'during = "hold"',
        "checks 'fast' -> during: 'hold' needs kind = 'hold'; use 'rep'",
    ),
    "figure that a circle does not have": (
        CIRCLE + CHECK, 'of = "speed"', 'of = "hold_s"',
        "checks 'fast' -> of: a [circle] has no 'hold_s'; there is: 'reached', "
        "'kept_s', 'rep_s', 'size', 'turns'",
    ),
    "timed without a time": (
        TIMED, "duration_s = 60", "hold_s = 60",
        "kind is 'timed' but the dose has no duration_s",
    ),
    "timed with something to judge": (
        TIMED + CHECK, "", "",
        "checks: kind is 'timed', where nothing is judged; take them out",
    ),
    "a time that is neither": (
        TIMED, "duration_s = 60", 'duration_s = "60"',
        "dose -> duration_s: '60' does not fit; it is: Seconds of an exercise that is done by "
        "time, or the shortest and the longest.",
    ),
    "test without values": (
        SELF_TEST[: SELF_TEST.index("[[test.values]]")] + "[test]\nvalues = []\n", "", "",
        "test -> values: is empty; give at least one",
    ),
    "unknown measurement of a test": (
        SELF_TEST, 'measurement = "thigh_elevation"', 'measurement = "knee_hight"',
        "test -> values 'knee_height' -> measurement: 'knee_hight' is not defined; "
        "did you mean 'knee_height'?",
    ),
    "unknown measurement of its condition": (
        SELF_TEST, 'measurement = "lumbar_change"', 'measurement = "lumber_change"',
        "test -> values 'knee_height' -> when 1 -> measurement: 'lumber_change' is not defined; "
        "did you mean 'lumbar_change'?",
    ),
    "reading without source": (
        SELF_TEST, ', source = "heuristic" },\n  { at_most', " },\n  { at_most",
        "test -> values 'knee_height' -> readings 1 -> source: is missing",
    ),
    "readings that overlap": (
        SELF_TEST, "at_least = 80", "at_least = 75",
        "test -> values 'knee_height' -> readings: two of them hold between 75 and 80; ranges may "
        "touch but not overlap",
    ),
    "reading without a range": (
        SELF_TEST, "at_least = 80, ", "",
        "test -> values 'knee_height' -> readings 1: give at_least, at_most or both",
    ),
    "phase of a rep in a test": (
        SELF_TEST + CHECK, "", "",
        "checks 'fast' -> during: 'rep' needs kind = 'reps'; use 'test'",
    ),
    "best value of a test": (
        SELF_TEST, 'take = "greatest"', 'take = "greatest"\nrelative_to = "best"',
        "test -> values 'knee_height' -> relative_to: 'best' is for checks; use 'neutral' or "
        "'zero'",
    ),
    "unknown way to take it": (
        SELF_TEST, 'take = "greatest"', 'take = "greatst"',
        "test -> values 'knee_height' -> take: 'greatst' is not one of 'greatest', 'least', "
        "'steady' or 'seconds_near_greatest'; did you mean 'greatest'?",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "old", "new", "expected"), OTHER_CASES.values(), ids=OTHER_CASES)
def test_message_of_the_other_kinds(text, old, new, expected):
    assert message(changed(old, new, text)) == f"x.toml: {expected}"


@pytest.mark.parametrize("text", [TIMED, PULSE, PULSE + CHECK, CIRCLE, CIRCLE + CHECK, SELF_TEST])
def test_the_other_kinds_are_good(text):
    spec = parse_spec(text.encode(), "x.toml")
    assert spec.main_measurement == (
        None if spec.kind == "timed" else next(iter(spec.measurements()))[1]
    )


# -- variants ----------------------------------------------------------------------------------

VARIANT = """
id = "quick_march"
name = "Quick march"
variant_of = "standing_march"
dose = { sets = 1, reps = 10, per = "side" }
"""


def test_a_variant_has_the_rest_from_its_base():
    base, variant = load_spec("standing_march"), parse_spec(VARIANT.encode(), "quick_march.toml")
    assert variant.dose == Dose(sets=1, reps=10, per="side"), "a table that is given is its own"
    same = {"id": base.id, "name": base.name, "variant_of": None, "dose": base.dose}
    same["examples"] = base.examples  # they show the exercise whose file they are in
    assert variant.model_copy(update=same) == base


def test_a_variant_may_count_in_another_way():
    spec = parse_spec(
        VARIANT.encode() + b'checks = []\n[pulse]\nmeasurement = "knee_flexion"\nsize = 20\n',
        "x.toml",
    )
    assert spec.rep is None
    assert spec.pulse is not None


def test_a_variant_of_one_beside_it(tmp_path):
    (tmp_path / "mine.toml").write_text(changed('"standing_march"', '"mine"'), encoding="utf-8")
    path = tmp_path / "mine_quick.toml"
    path.write_text(VARIANT.replace('"standing_march"', '"mine"'), encoding="utf-8")
    assert load_spec(path).variant_of == "mine"


def test_a_variant_of_nothing():
    text = VARIANT.replace('"standing_march"', '"standing_marsh"')
    assert message(text) == (
        "x.toml: variant_of: there is no exercise 'standing_marsh'; did you mean 'standing_march'?"
    )


def test_a_variant_of_a_variant(tmp_path):
    (tmp_path / "quick_march.toml").write_text(VARIANT, encoding="utf-8")
    path = tmp_path / "quicker.toml"
    path.write_text(VARIANT.replace('"standing_march"', '"quick_march"'), encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        load_spec(path)
    assert str(caught.value) == (
        "quicker.toml: variant_of: 'quick_march' is a variant itself; name its base "
        "'standing_march'"
    )


def test_bad_order_falling():
    bridge = (spec_folder() / "glute_bridge.toml").read_text(encoding="utf-8")
    assert message(changed("rest_above = 43", "rest_above = 42", bridge)) == (
        "x.toml: rep: rest_above and top_below must be at least 8 apart, for noise"
    )


def test_a_table_that_has_no_use():
    text = GOOD + "\n" + HOLD[HOLD.index("[hold]") : HOLD.index("[[checks]]")]
    assert message(text) == "x.toml: kind is 'reps', so the [hold] table has no use"


def test_a_wrong_start_bound():
    text = changed("[setup]", 'start = [{ measurement = "kneeflexion", at_most = 9 }]\n[setup]')
    assert message(text) == (
        "x.toml: start 1 -> measurement: 'kneeflexion' is not defined; did you mean 'knee_flexion'?"
    )


def test_problems_are_told_together():
    text = changed('severity = "fault"', 'severty = "fault"')
    text = changed("sets = 3", "sets = 0", changed("[setup]", "[setp]", text))
    assert message(text).splitlines() == [
        "x.toml: dose -> sets: 0 is too small; it must be at least 1",
        "x.toml: setup: is missing",
        "x.toml: checks 'knee_height' -> severty: unknown key; did you mean 'severity'?",
        "x.toml: setp: unknown key; did you mean 'setup'?",
    ]


def test_cross_checks_are_told_together():
    text = changed('during = "top"', 'during = "hold"', changed(KNEE, KNEE[:-10] + 'elevaton"'))
    assert len(message(text).splitlines()) == 2


def test_types_and_cross_checks_are_told_in_one_round():
    """What one value of the wrong type hides is told all the same."""
    text = changed("sets = 3", "sets = 0", changed("rest_below = 28", "rest_below = 60"))
    text = changed(KNEE, KNEE[:-10] + 'elevaton"', text)
    text = changed('during = "top"', 'during = "hold"', text)
    text = changed('source = "S0"', 'source = "SO"', changed("view = ", "vew = ", text))
    assert message(text).splitlines() == [
        "x.toml: view: is missing",
        "x.toml: dose -> sets: 0 is too small; it must be at least 1",
        "x.toml: rep: rest_below, top_above and target must rise",
        "x.toml: vew: unknown key; did you mean 'view'?",
        "x.toml: checks 'knee_height' -> measurement: 'thigh_elevaton' is not defined; "
        "did you mean 'thigh_elevation'?",
        "x.toml: checks 'knee_height' -> during: 'hold' needs kind = 'hold'; use 'top'",
        "x.toml: source: 'SO' is no source; there are S0, S1, S2, S3, Ferber 2010, Soucie 2011, "
        "Vigotsky 2016, BMC 2021 and heuristic",
    ]


def test_a_wrong_item_hides_neither_its_neighbours_nor_the_table_around_it():
    text = changed("rest_below = 28", "rest_below = 60", changed("at_most = 30", 'at_most = "30"'))
    text = changed('measurement = "foot_height"', 'measurement = "foot_hight"', text)
    assert message(text).splitlines() == [
        "x.toml: rep -> requires 2 -> at_most: '30' is not a number; write 30, without the quotes",
        "x.toml: rep: rest_below, top_above and target must rise",
        "x.toml: rep -> requires 1 -> measurement: 'foot_hight' is not defined; did you mean "
        "'foot_height'?",
    ]


@pytest.mark.parametrize(("source", "expected"), [
    ("Vigotsky", "'Vigotsky' is no source; did you mean 'Vigotsky 2016'?"),
    ("own", "'own' is no source; did you mean 'heuristic'?"),
    ("S0 (no lean)", "'S0 (no lean)' is no source; did you mean 'S0'?"),
    ("S0, Feber 2010: low", "'Feber 2010' is no source; did you mean 'Ferber 2010'?"),
])  # fmt: skip
def test_sources_that_are_not_there(source, expected):
    text = changed('source = "S0: no lean; limit heuristic"', f'source = "{source}"')
    assert message(text) == f"x.toml: checks 'trunk_lean' -> source: {expected}"


def test_a_spec_may_bring_its_sources():
    text = changed('source = "S0: no lean; limit heuristic"', 'source = "My book: p. 3"')
    text += """
[[sources]]
id = "My book"
title = "Hips"
by = "A. Body"
year = 1999
address = "unknown"
"""
    spec = parse_spec(text.encode(), "x.toml")
    known = known_sources(spec.sources)
    assert reference_list(["My book: p. 3", "S2, heuristic"], known) == [
        ("S2", known["S2"].whole),
        ("My book", "“Hips”, A. Body, 1999, address unknown"),
        ("heuristic", "no published source; kept until there is a better one"),
    ]


EXAMPLE = """
[[examples]]
name = "low"
moments = [{ at_s = 2, thigh_left = 60 }, { at_s = 4 }]
expect = { faults = ["knee_height"] }
"""


@pytest.mark.parametrize(("old", "new", "expected"), [
    ("knee_height", "knee_hight",
     "examples 1 -> expect -> faults: there is no check 'knee_hight'; did you mean 'knee_height'?"),
    ('faults = ["knee_height"]', "values = { knee = [1, 2] }",
     "examples 1 -> expect -> values: there is no value 'knee'"),
    ("at_s = 4", "at_s = 1", "examples 1: moments: 1 s does not come after 2 s"),
    ("at_s = 4", "at_s = 400", "examples 1: moments: it takes 400 s; at most 300"),
    ("thigh_left", "thigh_lft",
     "examples 1 -> moments 1 -> thigh_lft: unknown key; did you mean 'thigh_left'?"),
])  # fmt: skip
def test_message_of_an_example(old, new, expected):
    assert message(GOOD + changed(old, new, EXAMPLE)) == f"x.toml: {expected}"


def test_a_variant_has_no_examples_of_its_base():
    assert load_spec("half_kneeling_hip_flexor_stretch").examples
    assert not load_spec("half_kneeling_hip_flexor_stretch_pre_run").examples


def test_not_toml():
    text = changed('id = "standing_march"', "id = ")
    assert re.fullmatch(r"x\.toml: is not valid TOML: .*\(at line 2, column \d+\)", message(text))


def test_the_same_key_twice_is_not_toml():
    assert "x.toml: is not valid TOML: " in message(changed("[rep]", '[rep]\nmeasurement = "x"'))


def test_not_utf8():
    assert message("näme".encode("latin-1")) == "x.toml: is not UTF-8 text (byte 1)"


def test_too_large():
    assert message(b"#" * (MAX_BYTES + 1)) == (
        f"x.toml: is larger than {MAX_BYTES} bytes, so it is not an exercise spec"
    )


def test_nested_without_end():
    assert message(b"a = " + b"[" * 5000).startswith("x.toml: is not valid TOML: ")


def test_empty():
    assert message("").splitlines()[0] == "x.toml: id: is missing"


def test_unknown_exercise():
    with pytest.raises(UnknownNameError) as caught:
        load_spec("standing_marsh")
    assert str(caught.value) == (
        "There is no exercise 'standing_marsh'; did you mean 'standing_march'? "
        "`formcheck exercises` lists them all."
    )
    with pytest.raises(UnknownNameError) as caught:
        load_spec("qqq")
    assert str(caught.value) == (
        "There is no exercise 'qqq'; `formcheck exercises` lists them all."
    )


def test_files_that_are_not_there(tmp_path):
    with pytest.raises(SpecError, match=r"nope\.toml: no such file$"):
        load_spec(tmp_path / "nope.toml")
    folder = tmp_path / "folder.toml"
    folder.mkdir()
    with pytest.raises(SpecError, match=r"folder\.toml: is a folder, not a spec file$"):
        read_spec(folder)


def test_a_spec_of_ones_own(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(changed('id = "standing_march"', 'id = "mine"'), encoding="utf-8")
    assert load_spec(str(path)).id == "mine"
    assert load_spec(path) == read_spec(path)


# -- the shipped ones --------------------------------------------------------------------------


@pytest.mark.parametrize("name", spec_paths())
def test_shipped_specs(name):
    spec = load_spec(name)
    assert spec.id == name, "the file is named after the id"
    assert spec.checks or spec.kind == "timed", "say what can go wrong"
    first = spec_paths()[name].read_text(encoding="utf-8").splitlines()[0]
    assert first == "#:schema spec.schema.json", "editors find the schema by this line"


def test_every_source_of_the_library_is_cited():
    texts = [text for name in spec_paths() for _, text in sources_in(load_spec(name))]
    assert shipped_sources().keys() <= {name for text in texts for name in ids_of(text)}


def test_specs_are_frozen():
    spec = load_spec("standing_march")
    with pytest.raises(ValidationError):
        spec.name = "other"
    with pytest.raises(ValidationError):
        spec.checks[0].at_least = 0


def test_dose_gives_the_shortest_hold():
    assert Dose(hold_s=(3, 5)).hold_target_s == 3
    assert Dose(hold_s=45).hold_target_s == 45
    assert Dose().hold_target_s is None


# -- the schema --------------------------------------------------------------------------------


def test_the_schema_in_the_repository_is_current():
    path = REPO / "exercise_specs" / "spec.schema.json"
    assert path.read_text(encoding="utf-8") == spec_schema(), (
        "run: python -c 'from formcheck.io.specs import spec_schema as s; print(s(), end=\"\")'"
        " > exercise_specs/spec.schema.json"
    )


def test_the_schema_documents_every_field():
    schema = json.loads(spec_schema())
    parts = {"ExerciseSpec": schema, **schema["$defs"]}
    for name, part in parts.items():
        assert part["additionalProperties"] is False, name
        for field, about in part["properties"].items():
            described = about.get("description") or parts[about["$ref"].split("/")[-1]].get(
                "description"
            )
            assert described, f"{name}.{field} has no description"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_every_field_is_in_the_reference(table: type[BaseModel]):
    text = (REPO / "docs" / "spec-language.md").read_text(encoding="utf-8")
    for field in table.model_fields:
        assert f"`{field}`" in text, f"docs/spec-language.md does not explain `{field}`"


def test_tables_are_all_there():
    schema = json.loads(spec_schema())
    assert {t.__name__ for t in TABLES} - {"ExerciseSpec"} == schema["$defs"].keys()


@pytest.mark.parametrize("kind", REGISTRY.values(), ids=lambda kind: kind.name)
def test_every_measurement_is_in_its_reference(kind):
    text = (REPO / "docs" / "measurement.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith(f"| `{kind.name}`")]
    assert len(rows) == 1, f"docs/measurement.md needs one row for `{kind.name}`"
    cells = [cell.strip() for cell in rows[0].strip("|").split("|")]
    assert cells[1] == {"deg": "deg", "ratio": "ratio", "per_s": "deg/s"}[kind.unit]
    seen = "any" if len(kind.views) == 4 else "side" if "side" in kind.views else "front, back"
    assert cells[2] == seen
    assert cells[3] == f"{kind.error:g}"


def test_the_example_of_the_reference_is_a_good_spec():
    text = (REPO / "docs" / "spec-language.md").read_text(encoding="utf-8")
    example = text.split("## An example")[1].split("```toml\n")[1].split("```")[0]
    assert parse_spec(example.encode(), "example.toml").id == "standing_march"
