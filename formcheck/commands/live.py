"""``formcheck live``: a session in front of a camera, hands-free."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from formcheck.commands._terminal import bars, err, stop_on_signal
from formcheck.commands.analyze import SideOption

if TYPE_CHECKING:
    from formcheck.live_flow import LiveFlow
    from formcheck.live_session import Timings
    from formcheck.spec_model import ExerciseSpec
    from formcheck.voice import Mode, Voice
    from formcheck.words import Words


def live(  # noqa: PLR0917
    exercise: Annotated[str, typer.Argument(help="Exercise id, or the path of a .toml spec.")],
    camera: Annotated[str, typer.Option(help="Camera number, or the address of a stream.")] = "0",
    side: Annotated[SideOption | None, typer.Option(help="Count only this side.")] = None,
    voice: Annotated[bool, typer.Option("--voice/--mute", help="Speak, or be silent.")] = True,
    sounds: Annotated[
        bool, typer.Option("--sounds", help="Short sounds instead of words.")
    ] = False,
    record: Annotated[
        bool, typer.Option("--record", help="Keep the video, the poses and the results.")
    ] = False,
    output_dir: Annotated[
        Path, typer.Option(help="Where --record writes.", show_default="here")
    ] = Path(),
    reps: Annotated[int | None, typer.Option(min=1, max=200, help="Reps in one set.")] = None,
    sets: Annotated[int | None, typer.Option(min=1, max=20, help="Sets.")] = None,
    rest: Annotated[float | None, typer.Option(min=0, help="Seconds between sets.")] = None,
    language: Annotated[str, typer.Option(help="Language of texts and voice: en, de.")] = "en",
    full_screen: Annotated[bool, typer.Option("--full-screen", help="Fill the screen.")] = False,
    timings: Annotated[
        bool, typer.Option("--timings", help="Print at the end how long things took.")
    ] = False,
    model: Annotated[
        str | None, typer.Option(help="Pose model: a name of 'formcheck models', or a .task file.")
    ] = None,
) -> None:
    """Lead through the sets of an exercise in front of a camera.

    Raise an arm at a rest to go on at once, at the end to finish. Keys in the window: q or Esc
    quit, p pause, m mute, s other side, r restart the set, n next, f full screen, h help.
    """
    from formcheck import model_store
    from formcheck.live_flow import LiveFlow
    from formcheck.session import Session
    from formcheck.spec_files import load_spec
    from formcheck.texts import load_words

    spec = load_spec(exercise)
    words = load_words(language)
    with bars() as shown:
        found = model_store.load(model, shown.fetch)
    flow = LiveFlow(
        spec,
        lambda choice: Session(spec, side=choice),
        side=side.value if side else None,
        reps=reps,
        sets=sets,
        rest_s=rest,
        words=words,
    )
    mode: Mode = "mute" if not voice else "sounds" if sounds else "voice"
    times = _run(flow, camera, found.path, mode, words, full_screen, output_dir if record else None)
    _print_summary(flow, spec, words)
    if timings:
        for name in ("inference_s", "flow_s", "draw_s", "added_s", "screen_age_s"):
            typer.echo(times.line(name))


def _run(  # noqa: PLR0917
    flow: LiveFlow,
    camera: str,
    model_path: Path,
    mode: Mode,
    words: Words,
    full_screen: bool,
    record_in: Path | None,
) -> Timings:
    from formcheck.capture import CameraFeed
    from formcheck.live_session import LiveSession
    from formcheck.pose_estimator import PoseEstimator
    from formcheck.video_source import open_camera
    from formcheck.voice import Voice, open_speaker
    from formcheck.window import Window

    speaker, silent_because = open_speaker(mode, words.language)
    if silent_because:
        _warn(silent_because)
    with contextlib.ExitStack() as parts:
        stop = parts.enter_context(stop_on_signal())
        # The window first: without a screen no camera needs to be switched on.
        window = parts.enter_context(Window(full_screen=full_screen))
        estimator = parts.enter_context(PoseEstimator(model_path))
        speaking: Voice = parts.enter_context(Voice(speaker))
        feed = parts.enter_context(CameraFeed(lambda: open_camera(camera)))
        keep = None
        if record_in is not None:
            keep = _recorder(parts, record_in)
        session = LiveSession(flow, feed, estimator, window, speaking, words=words, on_frame=keep)
        session.run(stop)
        if speaking.problem:
            _warn(speaking.problem)
        return session.timings


def _recorder(parts: contextlib.ExitStack, folder: Path) -> Callable[..., None]:
    from formcheck.live_recording import LiveRecording

    recording = parts.enter_context(LiveRecording(folder))
    return recording.add


def _print_summary(flow: LiveFlow, spec: ExerciseSpec, words: Words) -> None:
    from formcheck.live_flow import summary_lines

    typer.echo(spec.name)
    for line in summary_lines(spec, flow.summaries, words):
        typer.echo(f"  {line}")


def _warn(text: str) -> None:
    err().print(text, markup=False)
