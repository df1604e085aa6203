"""How much is to be done, in words."""

from __future__ import annotations

import pytest

from formcheck.core.coach.dose import short_dose, whole_dose
from formcheck.core.messages import Messages
from formcheck.core.spec.exercise import ExerciseSpec
from tests.support.report_data import march_spec
from tests.support.set_flows import MARCH, spec_of


def _with(**dose: object) -> ExerciseSpec:
    spec = march_spec()
    return spec.model_copy(update={"dose": spec.dose.model_copy(update=dose)})


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        (march_spec(), "3 sets of 10 reps a side, each held 3–5 s"),
        (_with(reps=None, hold_s=30.0), "3 sets of 30 s held a side"),
        (_with(reps=None, hold_s=(60.0, 120.0)), "3 sets of 1–2 min held a side"),
        (_with(reps=None, hold_s=60.0, sets=1, per="set"), "1 set of 1 min held"),
    ],
)
def test_a_dose_for_a_page(spec: ExerciseSpec, text: str):
    assert whole_dose(spec) == text


@pytest.mark.parametrize(
    ("dose", "sides", "text"),
    [
        ({"sets": 3, "reps": 10, "per": "side"}, "alternate", "3 × 10 each side"),
        ({"sets": 1, "reps": 8}, "both", "8 reps"),
        ({"sets": 2, "hold_s": [45, 60], "per": "side"}, "each", "2 × 45–60 s each side"),
        ({"sets": 1, "hold_s": 30}, "both", "30 s"),
    ],
)
def test_dose_in_words(dose, sides, text):
    assert short_dose(spec_of({**MARCH, "dose": dose, "sides": sides}), Messages()) == text
