"""The languages: complete, with the same places, and checked when they are read."""

import ast
import inspect
import re
from pathlib import Path

import pytest

from formcheck.core.judge import readiness
from formcheck.core.measure import kinds as measurements
from formcheck.core.measure import positions
from formcheck.core.messages import Messages
from formcheck.errors import SettingError, UnknownNameError
from formcheck.io.languages import languages, load_messages, parse_messages
from formcheck.io.specs import load_spec, spec_paths


def test_english_is_in_the_code():
    assert load_messages("en") == Messages()
    assert languages() == ["de", "en"]


MOTIONS = Path(__file__).resolve().parents[2] / "groundtruth" / "motions"


@pytest.mark.parametrize("language", [name for name in languages() if name != "en"])
def test_every_cue_and_hint_is_translated(language):
    phrases = load_messages(language).phrases
    # A new exercise speaks English until somebody translates it; those that are performed by
    # rendered people are finished.
    done = {path.stem for path in MOTIONS.glob("*.toml")}
    specs = [spec for name in spec_paths() if {name, (spec := load_spec(name)).variant_of} & done]
    wanted = {item.cue for spec in specs for item in (*spec.checks, *spec.start)} - {None}
    wanted |= set(positions._WORDS.values()) | {positions.TRUNK_LEANS, readiness.NOT_AT_START}
    wanted |= {measurements.TURN_TO_SIDE, measurements.TURN_TO_FRONT}
    wanted |= {f"step back: I cannot see your {what}" for _, what in positions._NEEDED}
    for function in (positions.framing_trouble, readiness.Readiness._reason):
        wanted |= _returned_texts(function)
    assert wanted - phrases.keys() == set()


def _returned_texts(function):
    tree = ast.parse(inspect.cleandoc("\n" + inspect.getsource(function)))
    return {
        node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Return)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }


def test_unknown_language():
    with pytest.raises(UnknownNameError, match="language 'dee' is not known; did you mean 'de'"):
        load_messages("dee")


def test_all_problems_of_a_file_at_once():
    data = {**_english(), "goood": "x", "left": 3, "target": "ohne Zahl"}
    del data["good"]
    with pytest.raises(SettingError) as caught:
        parse_messages(data, "xx.toml")
    assert str(caught.value).splitlines() == [
        "xx.toml: 'good' is missing",
        "xx.toml: 'left' must be a text",
        "xx.toml: 'target' must have {target}",
        "xx.toml: 'goood' is not a known text; did you mean 'good'?",
    ]


def _english():
    words = Messages()
    return {name: getattr(words, name) for name in Messages.__slots__ if name != "phrases"}


def test_phrase_gets_a_capital():
    assert Messages().phrase("stand upright") == "Stand upright"
    assert re.match("Stell", load_messages("de").phrase("stand upright"))
