"""A summary as a person reads it; `describe` itself is tested with the judges that fill it."""

from __future__ import annotations

from formcheck.core.judge.session import Session
from formcheck.core.pose import Pose
from formcheck.io.specs import load_spec
from tests.support.march_data import march


def test_a_summary_reads_as_sentences() -> None:
    session = Session(load_spec("standing_march"))
    for pose in march():
        session.update(pose)
    lines = str(session.finish()).splitlines()
    assert lines[:3] == [
        "Standing march",
        "Counted: 2 reps left, 2 reps right.",
        "Longest hold: 1.2 s (target: 3 s).",
    ]
    assert lines[3].startswith("Hold it for three seconds: twice, left, first at 2.8 s")
    assert lines[5].startswith("Not assessed: ")


def test_what_the_recording_lacked_is_a_note() -> None:
    session = Session(load_spec("standing_march"))
    for frame in range(3):
        session.update(Pose.missing(frame / 30, (640, 480)))
    assert str(session.finish()).splitlines()[-1] == (
        "Note: Nobody was found in the whole recording."
    )
