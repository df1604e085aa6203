"""``formcheck routine``: several exercises, one after another, in front of a camera."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from formcheck.commands._live_options import (
    CameraOption,
    FullScreenOption,
    HistoryOption,
    LanguageOption,
    PainOption,
    PersonOption,
    RateOption,
    SizeOption,
    SoundsOption,
    TimingsOption,
    VoiceOption,
)
from formcheck.commands._model import ModelOption
from formcheck.commands._references import show_references
from formcheck.commands._terminal import INTERRUPTED, bars, out

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from formcheck.capture.frame import SourceInfo
    from formcheck.commands._in_front import CameraSettings
    from formcheck.core.coach.plan import Plan
    from formcheck.live.routine_state import SavedRoutine
    from formcheck.live.voice import Mode

MOST_SAFETY_LINES = 2


def routine(  # noqa: PLR0917 - Typer makes options of parameters
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="A routine, or the path of a .toml file.")
    ] = None,
    camera: CameraOption = "0",
    size: SizeOption = "1280x720",
    rate: RateOption = 30.0,
    voice: VoiceOption = True,
    sounds: SoundsOption = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Begin anew, also where it was interrupted.")
    ] = False,
    shorten: Annotated[
        float, typer.Option(min=0.01, max=1.0, help="Do only this fraction of every dose.")
    ] = 1.0,
    show: Annotated[
        bool, typer.Option("--show", help="Only print what the routine consists of.")
    ] = False,
    history: HistoryOption = True,
    person: PersonOption = None,
    pain: PainOption = None,
    language: LanguageOption = "en",
    full_screen: FullScreenOption = False,
    timings: TimingsOption = False,
    model: ModelOption = None,
) -> None:
    """Do several exercises one after another; without a name, list the routines.

    An interrupted routine resumes where it stopped. Before each exercise: raise an arm to begin at
    once, keep it up for three seconds to skip it, for six to do the last one again. Keys: n next,
    k skip, b the last one again, x stop for pain, and those of 'live'.
    """
    if name is None:
        _list()
        return
    from formcheck.io.routines import load_plan

    plan = load_plan(name, shorten=shorten)
    if show:
        _show(plan)
        return
    from formcheck.capture.devices import choose_camera
    from formcheck.commands._in_front import CameraSettings, parse_size
    from formcheck.estimate import models as model_store
    from formcheck.io.languages import load_messages

    asked = (*parse_size(size), rate)
    words = load_messages(language)
    camera = choose_camera(camera)
    with bars() as shown:
        found = model_store.load(model, shown.fetch)
    mode: Mode = "mute" if not voice else "sounds" if sounds else "voice"
    settings = CameraSettings(camera, found, mode, words, full_screen, asked)
    wanted = _Wanted(person, pain, fresh, history, timings)
    interrupted = _run(plan, settings, wanted)
    if interrupted:
        raise typer.Exit(INTERRUPTED)


@dataclass(frozen=True, slots=True)
class _Wanted:
    person: str | None
    pain: int | None
    fresh: bool
    history: bool
    timings: bool


def _run(plan: Plan, settings: CameraSettings, wanted: _Wanted) -> bool:
    from formcheck.commands._around import ask_pain, keep_pain, tell_after_pain, with_safety
    from formcheck.commands._in_front import print_timings, run_in_front_of_camera, warn
    from formcheck.core.coach.routine_flow import RoutineFlow
    from formcheck.core.judge.session import Session
    from formcheck.history import DEFAULT_PERSON
    from formcheck.io.results import to_json_object
    from formcheck.live.routine_state import RoutineKeeper, state_path

    whose = wanted.person or DEFAULT_PERSON
    path = state_path(plan.id, whose)
    saved = _state(path, plan, whose, fresh=wanted.fresh, history=wanted.history)
    flow = RoutineFlow(
        plan,
        lambda spec, side: Session(spec, side=side),
        words=settings.words,
        start=saved.start(),
        earlier=saved.tallies(),
    )
    keeper = RoutineKeeper(path, saved, plan, history=wanted.history)

    def keeping(info: Callable[[], SourceInfo]) -> RoutineKeeper:
        keeper.results_of = lambda summary: to_json_object(summary, info(), settings.model)
        return keeper

    def note() -> None:
        keeper.keep_all = flow.stopped_for_pain
        keeper.note(flow.progress)

    also = tuple(dict.fromkeys(t for s in plan.steps for t in s.spec.safety))
    ran = run_in_front_of_camera(
        with_safety(flow, whose, settings.words, (*plan.safety, *also[:MOST_SAFETY_LINES])),
        [step.spec for step in plan.steps],
        settings,
        on_step=note,
        inside=keeping,
    )
    typer.echo(plan.name)
    for line in flow.summary_lines():
        typer.echo(f"  {line}")
    if keeper.problem:
        warn(keeper.problem)
    if not flow.is_over:
        typer.echo(f"Stopped at {_where(plan, keeper.saved)}; the same command resumes there.")
    sharp = flow.stopped_for_pain
    pain = ask_pain(wanted.pain)
    tell_after_pain(pain, sharp=sharp)
    if wanted.history:
        done = keeper.saved.parts
        # Sharp pain belongs to what was being done, a score to all of it.
        keep_pain([part.id for part in done if part.kept], pain)
        keep_pain([part.id for part in done[-1:] if part.kept], pain, sharp=sharp)
    if wanted.timings:
        print_timings(ran)
    return ran.interrupted


def _state(path: Path, plan: Plan, person: str, *, fresh: bool, history: bool) -> SavedRoutine:
    """Return where to begin; what an earlier run could not keep is kept first."""
    from datetime import datetime

    from formcheck.commands._in_front import warn
    from formcheck.errors import FormcheckError
    from formcheck.live.routine_state import keep_in_history, may_go_on, new_state, read_state

    now = datetime.now().astimezone()
    saved = read_state(path)
    if saved is None:
        return new_state(plan, person, now)
    if history:
        try:
            keep_in_history(path, saved)
        except FormcheckError as error:
            warn(str(error))
    if fresh or not may_go_on(saved, plan, now):
        return new_state(plan, person, now)
    typer.echo(f"Goes on at {_where(plan, saved)}; --fresh begins anew.")
    return saved


def _where(plan: Plan, saved: SavedRoutine) -> str:
    name = plan.steps[saved.step].spec.name
    return f"exercise {saved.step + 1} of {len(plan.steps)} ({name}), set {saved.set_number}"


def _list() -> None:
    from rich.table import Table
    from rich.text import Text

    from formcheck.errors import FormcheckError
    from formcheck.io.routines import load_plan, routine_paths

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("id", "name", "exercises"):
        table.add_column(title, no_wrap=title == "id")
    for key in routine_paths():
        try:
            plan = load_plan(key)
        except FormcheckError as error:
            table.add_row(key, Text("cannot be used"), Text(str(error)))
            continue
        table.add_row(key, Text(plan.name), ", ".join(step.spec.id for step in plan.steps))
    out().print(table)


def _show(plan: Plan) -> None:
    from rich.markup import escape

    from formcheck.core.coach.dose import short_dose
    from formcheck.core.messages import Messages

    console = out()
    console.print(f"[bold]{escape(plan.name)}[/bold] ({plan.id})")
    for number, step in enumerate(plan.steps, start=1):
        where = "Move the camera" if step.camera_moves else "Camera"
        console.print(f"\n[bold]{number}. {escape(step.spec.name)}[/bold]")
        console.print(f"  {escape(short_dose(step.spec, Messages()))}")
        if step.note:
            console.print(f"  {escape(step.note)}")
        console.print(f"  {where}: {escape(step.spec.setup.camera)}", style="dim")
    for text in plan.safety:
        console.print(f"\n[bold]Safety:[/bold] {escape(text)}")
    show_references([plan.source], plan.sources)
