"""Safety text: before the first session and after pain."""

from datetime import UTC, datetime

from formcheck.commands._around import is_first_session
from formcheck.core.coach.safety_text import FIRST_SESSION, after_pain
from formcheck.core.coach.set_flow import SetFlow
from formcheck.history import History
from formcheck.io.languages import load_messages
from formcheck.live.safety_flow import SHOWN_S, SafetyFirst
from tests.support.display_data import standing
from tests.support.report_data import march_results
from tests.support.set_flows import MARCH, ScriptedSession, arm_up, spec_of


def flow(**options):
    spec = spec_of(MARCH)
    inner = SetFlow(spec, lambda side: ScriptedSession(spec, 0.0))
    return SafetyFirst(inner, FIRST_SESSION, **options)


def run(card, seconds, pose=standing, start_s=0.0):
    said, step = [], None
    for i in range(round(seconds * 10)):
        step = card.update(pose(start_s + i / 10))
        said += [saying.text for saying in step.says]
    return step, said


def test_card_is_shown_and_said_then_the_session_begins():
    card = flow()
    step, said = run(card, 15)
    assert (step.display.headline, step.display.lines[1:]) == ("Before you begin", FIRST_SESSION)
    assert said == list(FIRST_SESSION)
    step, _ = run(card, 8, start_s=15)
    assert step.display.phase != "intro"


def test_raised_arm_or_key_goes_on_at_once():
    card = flow()
    run(card, 1)
    run(card, 1, arm_up, 1)
    step, _ = run(card, 1, start_s=2)
    assert step.display.phase != "intro"
    card = flow()
    run(card, 1)
    assert card.command("next") is None
    assert run(card, 1, start_s=1)[0].display.phase != "intro"
    assert flow().command("quit").finished


def test_lost_camera_is_told_on_the_card():
    step = flow().tick(1.0, "The camera sends no image")
    assert step.display.cue.text == "The camera sends no image"
    card = flow()
    card.tick(0.0)
    card.tick(SHOWN_S + 1)
    assert card.tick(SHOWN_S + 2).display.phase != "intro"


def test_german_card():
    step, _ = run(flow(words=load_messages("de")), 1)
    assert step.display.headline == "Bevor du anfängst"
    assert not set(FIRST_SESSION) & set(step.display.lines)


def test_words_after_pain_grow_with_it():
    assert after_pain(None) == after_pain(0) == ()
    assert after_pain(2) == (
        "A little pulling is common; do less if it grows, and never push into pain.",
    )
    assert after_pain(4)[0] == (
        "Pain 4 of 10 is too much for training: do less next time, nothing harder."
    )
    assert after_pain(None, sharp=True)[0].startswith("Sharp or radiating pain is a reason to stop")


def test_first_session_is_asked_without_making_a_history(tmp_path, monkeypatch):
    path = tmp_path / "h.sqlite"
    monkeypatch.setenv("FORMCHECK_HISTORY", str(path))
    assert is_first_session("me")
    assert not path.exists()
    with History() as kept:
        kept.add(march_results(), recorded_at=datetime(2026, 11, 21, tzinfo=UTC), sharp_pain=True)
        assert kept.sessions()[0].sharp_pain
    assert not is_first_session("me")
    assert is_first_session("somebody else")
