"""``formcheck test``: a self-test in front of the camera; numbers, no diagnosis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from formcheck.commands._live_options import (
    CameraOption,
    FullScreenOption,
    LanguageOption,
    PersonOption,
    RateOption,
    SizeOption,
    SoundsOption,
    VoiceOption,
)
from formcheck.commands._model import ModelOption, model_for, tell_of_better_model
from formcheck.commands._terminal import INTERRUPTED, bars, out
from formcheck.commands.analyze import RollOption, SideOption
from formcheck.errors import FormcheckError, SettingError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from formcheck.commands._in_front import Ran
    from formcheck.core.coach.self_test_flow import SelfTestFlow
    from formcheck.core.coach.self_test_tries import Reached, Try
    from formcheck.core.spec.exercise import ExerciseSpec
    from formcheck.estimate.models import PoseModel
    from formcheck.history import SelfTest, SessionRecord
    from formcheck.live.voice import Mode


def self_test(  # noqa: PLR0917 - Typer makes options of parameters
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="A self-test; without it, list them.")
    ] = None,
    camera: CameraOption = "0",
    size: SizeOption = "1280x720",
    rate: RateOption = 30.0,
    side: Annotated[SideOption | None, typer.Option(help="Only this side.")] = None,
    roll: RollOption = None,
    tries: Annotated[int, typer.Option(min=1, max=5, help="Attempts a side that must count.")] = 3,
    voice: VoiceOption = True,
    sounds: SoundsOption = False,
    pain: Annotated[
        int | None, typer.Option(min=0, max=10, help="Pain afterwards, 0 (none) to 10.")
    ] = None,
    felt: Annotated[
        str | None, typer.Option(help="Where it was felt; asked for at a terminal.")
    ] = None,
    history: Annotated[
        bool, typer.Option("--history/--no-history", help="Keep the numbers in the history.")
    ] = True,
    person: PersonOption = None,
    language: LanguageOption = "en",
    full_screen: FullScreenOption = False,
    model: ModelOption = None,
) -> None:
    """Measure yourself: attempts of a self-test, compared with earlier ones. No diagnosis.

    An attempt ends when you come back from it, or raise an arm. What broke the protocol is
    reported, and such an attempt does not count.
    """
    from formcheck.io.specs import load_spec

    if name is None:
        _list()
        return
    spec = load_spec(name)
    if spec.kind != "test":
        raise SettingError(
            f"'{spec.id}' is an exercise and no self-test; `formcheck live {spec.id}` leads "
            "through it, `formcheck test` lists the self-tests"
        )
    if side is not None and (side.value == "alternate" or spec.sides == "both"):
        raise SettingError(f"--side {side.value} does not fit '{spec.id}': it is done side by side")
    from formcheck.capture.devices import choose_camera
    from formcheck.commands._around import ask, ask_pain, tell_after_pain, with_safety
    from formcheck.commands._in_front import CameraSettings, parse_size, run_in_front_of_camera
    from formcheck.core.coach.self_test_flow import SelfTestFlow
    from formcheck.core.judge.session import Session
    from formcheck.estimate import models as model_store
    from formcheck.history import DEFAULT_PERSON
    from formcheck.io.languages import load_messages

    asked = (*parse_size(size), rate)
    words = load_messages(language)
    camera = choose_camera(camera)
    with bars() as shown:
        found = model_store.load(model_for(spec, model), shown.fetch)
    mode: Mode = "mute" if not voice else "sounds" if sounds else "voice"
    flow = SelfTestFlow(
        spec,
        lambda choice: Session(spec, side=choice, roll_deg=roll),
        sides=(side.value,) if side is not None else ("left", "right"),
        tries=tries,
        words=words,
    )
    whose = person or DEFAULT_PERSON
    earlier = _earlier(spec, whose)
    settings = CameraSettings(camera, found, mode, words, full_screen, asked)
    ran = run_in_front_of_camera(with_safety(flow, whose, words, spec.safety), [spec], settings)
    _print(spec, flow, earlier, found.name)
    tell_of_better_model(spec, model)
    assert spec.test is not None
    answers = [
        answer
        for question in spec.test.questions
        if (answer := ask(question.text, question.choices, felt)) is not None
    ]
    score = ask_pain(pain)
    sharp = flow.stopped_for_pain
    tell_after_pain(score, sharp=sharp)
    if history:
        _keep(spec, flow, ran, found, whose, "; ".join(dict.fromkeys(answers)) or None, score)
    if ran.interrupted:
        raise typer.Exit(INTERRUPTED)


def _list() -> None:
    from rich.table import Table
    from rich.text import Text

    from formcheck.io.specs import load_spec, spec_paths

    specs = [load_spec(name) for name in spec_paths()]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("id", "name", "what it tells"):
        table.add_column(title, no_wrap=title == "id")
    for spec in specs:
        if spec.kind == "test":
            table.add_row(spec.id, Text(spec.name), Text(spec.summary))
    out().print(table if table.row_count else "There is no self-test here.")


def measure_name(value_id: str, unit: str) -> str:
    """Return the name under which the history keeps a number: ``hip_extension_deg``."""
    return f"{value_id}_{unit}" if unit and not value_id.endswith(f"_{unit}") else value_id


def _earlier(spec: ExerciseSpec, person: str) -> list[tuple[SessionRecord, str]]:
    """Return the earlier sessions of this test, the latest first, and their pose models."""
    from formcheck.commands._around import is_first_session
    from formcheck.history import History

    if is_first_session(person):
        return []
    try:
        with History() as kept:
            return [
                (session, (kept.results_of(session.id).get("model") or {}).get("name", ""))
                for session in kept.sessions(person, exercise=spec.id)
            ]
    except FormcheckError:
        return []  # told when the new numbers are kept


def _print(
    spec: ExerciseSpec, flow: SelfTestFlow, earlier: list[tuple[SessionRecord, str]], model: str
) -> None:
    from rich.markup import escape

    from formcheck.core.coach.self_test_tries import reached, result_lines
    from formcheck.core.judge.self_test import NOT_A_DIAGNOSIS
    from formcheck.core.messages import Messages

    console = out()
    console.print(f"[bold]{escape(spec.name)}[/bold]")
    found = reached(spec, flow.tries)
    for line, item in zip(result_lines(spec, flow.tries, Messages()), found, strict=True):
        console.print(f"  {escape(line)} ({item.valid} of {item.tries} attempts count)")
        best = item.best_result
        if best is None:
            continue
        if best.reading:
            source = f" ({best.source})" if best.source else ""
            border = "; near the border of this range" if best.near_border else ""
            reading = best.reading.removesuffix(".")
            console.print(f"    {escape(reading)}{escape(source)}{border}")
        for text in best.not_assessed:
            console.print(f"    not assessed: {escape(text)}", style="dim")
        console.print(f"    {escape(_compared(item, earlier, model))}", style="dim")
    assert spec.test is not None
    if spec.test.note:
        console.print(f"  {escape(spec.test.note)}")
    console.print(f"  {NOT_A_DIAGNOSIS}")


def _compared(item: Reached, earlier: list[tuple[SessionRecord, str]], model: str) -> str:
    """Return the best values of the last three times this was tested, and what they differ in."""
    from formcheck.core.coach.self_test_tries import more_is_further
    from formcheck.core.formatting import value_text

    assert item.best_result is not None
    unit = item.best_result.unit
    measure = measure_name(item.value.id, unit)
    choose = max if more_is_further(item.value) else min
    # A value that was not seen in full is compared with such ones too; a valid one is not.
    comparable = {True} if item.best_result.valid else {True, None}
    parts = []
    for session, measured_with in earlier:
        values = [
            test.value
            for test in session.tests
            if (test.measure, test.side) == (measure, item.side) and test.valid in comparable
        ]
        if values:
            when = f"{session.recorded_at.day} {session.recorded_at:%b %Y}"
            other = f" (with the model '{measured_with}')" if measured_with != model else ""
            parts.append(f"{value_text(choose(values), unit)} on {when}{other}")
    return f"before: {', '.join(parts[:3])}" if parts else "nothing to compare with yet"


def kept_tests(tries: Iterable[Try], felt: str | None) -> list[SelfTest]:
    """Return what the history keeps of attempts.

    One that broke the protocol is kept as not valid, one of which a condition could not be seen as
    neither valid nor not.
    """
    import math

    from formcheck.history import SelfTest

    return [
        SelfTest(
            measure=measure_name(result.id, result.unit),
            side=result.side,
            value=result.value,
            unit=result.unit,
            valid=result.valid,
            felt=felt,
        )
        for one in tries
        for result in one.results
        if not math.isnan(result.value)
    ]


def _keep(  # noqa: PLR0917
    spec: ExerciseSpec,
    flow: SelfTestFlow,
    ran: Ran,
    model: PoseModel,
    person: str,
    felt: str | None,
    pain: int | None,
) -> None:
    """Keep every try in the history."""
    from datetime import datetime

    from formcheck.commands._in_front import warn
    from formcheck.history import History
    from formcheck.io.results import to_json_object

    tests = kept_tests(flow.tries, felt)
    if not tests:
        return
    results = to_json_object(flow.tries[-1].summary, ran.info, model)
    try:
        with History() as kept:
            kept.add(
                results,
                recorded_at=datetime.now().astimezone(),
                person=person,
                exercise_name=spec.name,
                pain=pain,
                sharp_pain=flow.stopped_for_pain,
                tests=tests,
            )
    except FormcheckError as error:
        warn(f"The test was not kept in the history: {error}")
