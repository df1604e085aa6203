"""``formcheck live``: a session in front of a camera, hands-free."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from formcheck.commands._around import ask_pain, tell_after_pain, with_safety
from formcheck.commands._in_front import (
    CameraSettings,
    parse_size,
    print_timings,
    run_in_front_of_camera,
    warn,
)
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
from formcheck.commands._terminal import INTERRUPTED, bars
from formcheck.commands._turn import TurnChoice, TurnOption, turn_chosen
from formcheck.commands.analyze import RollOption, SideOption
from formcheck.errors import FormcheckError

if TYPE_CHECKING:
    from formcheck.capture.frame import SourceInfo
    from formcheck.core.coach.set_flow import SetFlow
    from formcheck.core.messages import Messages
    from formcheck.core.spec.exercise import ExerciseSpec
    from formcheck.estimate.models import PoseModel
    from formcheck.live.recording import LiveRecording
    from formcheck.live.voice import Mode


def live(  # noqa: PLR0917 - Typer makes options of parameters
    exercise: Annotated[
        str, typer.Argument(help="An exercise's name or id, or the path of a .toml spec.")
    ],
    camera: CameraOption = "0",
    size: SizeOption = "1280x720",
    rate: RateOption = 30.0,
    side: Annotated[SideOption | None, typer.Option(help="Count only this side.")] = None,
    roll: RollOption = None,
    voice: VoiceOption = True,
    sounds: SoundsOption = False,
    reps: Annotated[int | None, typer.Option(min=1, max=200, help="Reps in one set.")] = None,
    sets: Annotated[int | None, typer.Option(min=1, max=20, help="Sets.")] = None,
    rest: Annotated[float | None, typer.Option(min=0, help="Seconds between sets.")] = None,
    record: Annotated[
        bool, typer.Option("--record", help="Keep the video, the poses and the results as files.")
    ] = False,
    output_dir: Annotated[
        Path, typer.Option(help="Where --record writes.", show_default="here")
    ] = Path(),
    history: HistoryOption = True,
    person: PersonOption = None,
    pain: PainOption = None,
    language: LanguageOption = "en",
    full_screen: FullScreenOption = False,
    timings: TimingsOption = False,
    model: ModelOption = None,
    rotate: TurnOption = TurnChoice.none,
) -> None:
    """Do an exercise in front of a camera: it counts, gives cues and sums up.

    Raise an arm in a rest to continue at once, at the end to finish. Keys in the window: q or Esc
    quit, p pause, m mute, s other side, r restart the set, n next, x stop for pain, f full screen,
    h help.
    """
    from formcheck.capture.devices import choose_camera
    from formcheck.core.coach.set_flow import SetFlow
    from formcheck.core.judge.session import Session
    from formcheck.estimate import models as model_store
    from formcheck.history import DEFAULT_PERSON
    from formcheck.io.languages import load_messages
    from formcheck.io.specs import load_spec

    spec = load_spec(exercise)
    asked = (*parse_size(size), rate)
    words = load_messages(language)
    camera = choose_camera(camera)
    with bars() as shown:
        found = model_store.load(model, shown.fetch)
    flow = SetFlow(
        spec,
        lambda choice: Session(spec, side=choice, roll_deg=roll),
        side=side.value if side else None,
        reps=reps,
        sets=sets,
        rest_s=rest,
        words=words,
    )
    mode: Mode = "mute" if not voice else "sounds" if sounds else "voice"
    settings = CameraSettings(
        camera, found, mode, words, full_screen, asked, turn_chosen(rotate) or 0
    )
    whose = person or DEFAULT_PERSON
    ran = run_in_front_of_camera(
        with_safety(flow, whose, words, spec.safety),
        [spec],
        settings,
        record_in=output_dir if record else None,
    )
    _print_summary(flow, spec, words)
    results = _results(flow, ran.info, found)
    if ran.recording is not None:
        _write_results(results, ran.recording)
    sharp = flow.stopped_for_pain
    score = ask_pain(pain)
    tell_after_pain(score, sharp=sharp)
    if history:
        _keep(results, spec, whose, score, sharp=sharp)
    if timings:
        print_timings(ran)
    if ran.interrupted:
        raise typer.Exit(INTERRUPTED)


def _print_summary(flow: SetFlow, spec: ExerciseSpec, words: Messages) -> None:
    from formcheck.core.coach.set_summary import summary_lines

    typer.echo(spec.name)
    for line in summary_lines(spec, flow.summaries, words):
        typer.echo(f"  {line}")


def _results(flow: SetFlow, info: SourceInfo, model: PoseModel) -> list[dict[str, Any]]:
    from formcheck.io.results import to_json_object

    return [to_json_object(summary, info, model) for summary in flow.summaries]


def _write_results(results: list[dict[str, Any]], recording: LiveRecording) -> None:
    from formcheck.io.results import write_json

    for number, result in enumerate(results, start=1):
        path = recording.stem.with_name(f"{recording.stem.name}-set{number}.formcheck.json")
        write_json(path, result)
        typer.echo(f"  Results of set {number}: {path}")
    typer.echo(f"  Video: {recording.video_path}")
    typer.echo(f"  Poses: {recording.poses_path}")


def _keep(
    results: list[dict[str, Any]],
    spec: ExerciseSpec,
    person: str,
    pain: int | None,
    *,
    sharp: bool,
) -> None:
    """Keep the sets in the history; a set in which nothing was done is not worth keeping."""
    from formcheck.history import History
    from formcheck.history.records import is_worth_keeping

    # A set that was stopped for sharp pain is worth keeping for that alone.
    worth = [result for result in results if is_worth_keeping(result) or sharp]
    if not worth:
        return
    try:
        with History() as kept:
            for result in worth:
                kept.add(
                    result,
                    recorded_at=datetime.now().astimezone(),
                    person=person,
                    exercise_name=spec.name,
                    pain=pain,
                    sharp_pain=sharp and result is results[-1],
                )
    except FormcheckError as error:
        # The set is done and shown; a full disk must not look like a failed session.
        warn(f"The set was not kept in the history: {error}")
