"""``formcheck analyze``: the main job, on files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from formcheck.commands._after import keep_in_history, write_overview_of
from formcheck.commands._model import ModelOption, model_for, tell_of_better_model
from formcheck.commands._terminal import INTERRUPTED, Bars, Stop, bars, out, stop_on_signal
from formcheck.commands._turn import TurnFound, turn_chosen
from formcheck.errors import FormcheckError, SettingError

if TYPE_CHECKING:
    from formcheck.batch.analyze import Analysis, Job, Outputs
    from formcheck.batch.jobs import DoneBefore, Outcome, QueuedJob
    from formcheck.core.body.turned import Turn
    from formcheck.core.judge.session import SideChoice
    from formcheck.core.spec.exercise import ExerciseSpec


class SideOption(StrEnum):
    """Which side to count."""

    left = "left"
    right = "right"
    alternate = "alternate"


class PlaceOption(StrEnum):
    """Where in the picture the person is who is meant."""

    left = "left"
    middle = "middle"
    right = "right"


RollOption = Annotated[
    float | None,
    typer.Option(
        min=-45,
        max=45,
        help="The camera is rolled: what hangs straight down leans so many degrees to the "
        "picture's left. Learned from you standing where it is not given.",
    ),
]


def analyze(  # noqa: PLR0917 - Typer makes options of parameters
    source: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE...",
            help="Videos, pose recordings, folders or globs; or URLs (s3://…, gs://…, https://…).",
        ),
    ],
    exercise: Annotated[
        str | None,
        typer.Option("--exercise", "-e", help="An exercise's name or id, or a .toml spec."),
    ] = None,
    routine: Annotated[
        str | None,
        typer.Option(
            "--routine",
            help="Instead of --exercise: find the exercises of this routine in long recordings.",
        ),
    ] = None,
    side: Annotated[
        SideOption | None, typer.Option(help="Count only this side; by default as the spec says.")
    ] = None,
    output_dir: Annotated[
        str | None,
        typer.Option(help="Folder or URL for the results; by default beside each source."),
    ] = None,
    video: Annotated[bool, typer.Option(help="Write the annotated video.")] = True,
    report: Annotated[
        bool, typer.Option("--report/--no-report", help="Write the report (one HTML file).")
    ] = True,
    workers: Annotated[
        int,
        typer.Option(min=1, max=64, help="Use so many processes: for many sources or a long one."),
    ] = 1,
    cluster: Annotated[
        str | None, typer.Option(help="Let the workers of this Dask scheduler do it.")
    ] = None,
    again: Annotated[
        bool | None,
        typer.Option(
            "--again/--continue",
            help="Analyse anew what was done before, or leave it; by default one source is "
            "analysed anew, and of several what was done is left.",
            show_default=False,
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the results as JSON.")] = False,
    model: ModelOption = None,
    roll: RollOption = None,
    person: Annotated[
        str | None, typer.Option("--person", "-p", help="Keep the results in this one's history.")
    ] = None,
    pain: Annotated[
        int | None, typer.Option(min=0, max=10, help="With --person: pain, 0 (none) to 10.")
    ] = None,
    note: Annotated[str | None, typer.Option(help="With --person: a note.")] = None,
    date: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
            help="With --person: when it was filmed; by default what the video says, else the "
            "date of its file.",
        ),
    ] = None,
    rotate: Annotated[
        TurnFound,
        typer.Option(
            help="Turn the picture clockwise, where the video does not say how it lies; auto: "
            "where the person shows it."
        ),
    ] = TurnFound.auto,
    speed: Annotated[
        float | None,
        typer.Option(
            min=0.05, max=100, help="The video is in slow motion, so many times slower than life."
        ),
    ] = None,
    at: Annotated[
        PlaceOption | None,
        typer.Option("--person-at", help="Of several people, measure the one there."),
    ] = None,
    audio: Annotated[
        bool, typer.Option("--audio/--no-audio", help="Keep the sound in the annotated video.")
    ] = True,
) -> None:
    """Count, measure and judge an exercise in videos or recordings, with a report for each."""
    from formcheck.batch.remote_files import is_url
    from formcheck.commands._sources import expand, expand_urls, tell_of_own
    from formcheck.estimate.track import is_recording
    from formcheck.io.atomic import require_writable_folder
    from formcheck.io.specs import load_spec

    _require_person(person, pain, note, date)
    if exercise is None or routine is not None:
        from formcheck.commands._routines import RoutineOptions, analyze_routines

        if exercise is not None or side is not None or roll is not None:
            raise typer.BadParameter("--routine goes with neither --exercise, --side nor --roll")
        if rotate is not TurnFound.auto or speed is not None or at is not None:
            raise typer.BadParameter(
                "--routine goes with neither --rotate, --speed nor --person-at"
            )
        keep = (person, pain, note)
        analyze_routines(
            source,
            routine,
            RoutineOptions(output_dir, model, video, report, json, *keep),
        )
        return
    spec = load_spec(exercise)
    if cluster is not None:
        from formcheck.commands._parallel import load_ahead

        load_ahead()
    files, problems, own = expand([text for text in source if not is_url(text)])
    tell_of_own(own)
    urls, missing = expand_urls([text for text in source if is_url(text)])
    problems += missing
    output = output_dir if output_dir is not None and is_url(output_dir) else _folder(output_dir)
    if isinstance(output, Path):
        require_writable_folder(output)
    options = _Options(
        *(spec, side.value if side else None, output, model_for(spec, model), video),
        *(report, again, roll, audio),
        turn=turn_chosen(rotate),
        speed=speed,
        at=at.value if at else None,
    )
    jobs, unusable = _jobs([*files, *urls], options)
    problems += unusable

    outcomes, stopped = _work_through(jobs, workers, cluster, quiet=json)
    problems += [str(outcome) for _, outcome in outcomes if isinstance(outcome, FormcheckError)]
    found = [outcome for _, outcome in outcomes if not isinstance(outcome, FormcheckError)]
    if options.report and len(outcomes) > 1 and not isinstance(output, str) and not urls:
        overview = write_overview_of(outcomes)
        if not json:
            out().print(f"overview: {overview}", markup=False)
    if person is not None:
        kept = keep_in_history(outcomes, person, pain, note, date)
        if not json:
            out().print(kept, markup=False)
    if json:
        _print_json(found, several=len(jobs) > 1)
    if found and not all(is_recording(queued.job.source) for queued, _ in outcomes):
        tell_of_better_model(spec, model)
    for problem in problems:
        typer.echo(problem, err=True)
    if stopped:
        typer.echo(_stopped(found, len(jobs)), err=True)
        raise typer.Exit(INTERRUPTED)
    if problems:
        raise typer.Exit(1)


def _work_through(
    jobs: list[QueuedJob], workers: int, cluster: str | None, *, quiet: bool
) -> tuple[list[tuple[QueuedJob, Outcome]], bool]:
    """Do all jobs and tell of each what came of it; also return whether the user stopped it."""
    from formcheck.batch.jobs import DoneBefore

    outcomes: list[tuple[QueuedJob, Outcome]] = []
    with bars() as shown, stop_on_signal() as stop:
        for queued, outcome in _outcomes(jobs, workers, cluster, shown, stop):
            outcomes.append((queued, outcome))
            if quiet or isinstance(outcome, FormcheckError):
                continue
            shown.close()
            if isinstance(outcome, DoneBefore):
                name = queued.job.source.name
                out().print(f"{name}: done before, see {outcome.where}", markup=False)
            else:
                _print_summary(queued.job, outcome)
    return outcomes, stop.asked


@dataclass(frozen=True, slots=True)
class _Options:
    spec: ExerciseSpec
    side: SideChoice | None
    output: Path | str | None
    model: str | None
    video: bool
    report: bool
    again: bool | None
    roll_deg: float | None = None
    audio: bool = True
    turn: Turn | None = None
    speed: float | None = None
    at: Literal["left", "middle", "right"] | None = None


def _require_person(
    person: str | None, pain: int | None, note: str | None, date: datetime | None
) -> None:
    if person is not None or (pain is None and note is None and date is None):
        return
    which = "--date goes" if date is not None else "--pain and --note go"
    raise SettingError(f"{which} into a history: say whose with --person")


def _folder(output_dir: str | None) -> Path | None:
    return None if output_dir is None else Path(output_dir)


def _jobs(sources: list[Path | str], options: _Options) -> tuple[list[QueuedJob], list[str]]:
    """Return the work to do, and why some sources cannot be worked on.

    Whether the results can be written is found here, before any work begins.
    """
    from formcheck.batch.analyze import Job
    from formcheck.batch.jobs import queued_job
    from formcheck.io.atomic import require_writable_folder

    def job_of(source: Path, outputs: Outputs) -> Job:
        return Job(
            *(source, options.spec, outputs, options.side),
            *(options.model, options.video, options.report),
            roll_deg=options.roll_deg,
            sound=options.audio,
            turn=options.turn,
            speed=options.speed,
            at=options.at,
        )

    jobs: list[QueuedJob] = []
    problems: list[str] = []
    taken: dict[tuple[str | None, Path], Path | str] = {}
    for source in sources:
        try:
            queued = queued_job(source, job_of, options.output)
            if options.output is None and isinstance(source, Path) and source.exists():
                require_writable_folder(source.parent)
        except FormcheckError as error:
            problems.append(str(error))
            continue
        if _where(queued) in taken or _is_of_another(queued):
            queued = queued_job(source, job_of, options.output, own_name=True)
        other = taken.setdefault(_where(queued), source)
        if other != source:
            problems.append(
                f"{source} was left out: its results would overwrite those of {other}; "
                "analyse it with another --output-dir"
            )
            continue
        jobs.append(queued)
    again = len(jobs) < 2 if options.again is None else options.again
    return [replace(queued, again=again, alone=len(jobs) < 2) for queued in jobs], problems


def _where(queued: QueuedJob) -> tuple[str | None, Path]:
    return queued.output_url, queued.job.outputs.json


def _is_of_another(queued: QueuedJob) -> bool:
    """Return whether results of that name are of another source that still lies there."""
    from formcheck.io.result_file import read_results

    source, found = queued.job.source, queued.job.outputs.json
    if queued.output_url is not None or queued.source_url is not None or not found.is_file():
        return False
    try:
        other = read_results(found).source.path
    except FormcheckError:
        return False
    return other is not None and other != source.name and (source.parent / other).is_file()


def _outcomes(
    jobs: list[QueuedJob], workers: int, cluster: str | None, shown: Bars, stop: Stop
) -> Iterator[tuple[QueuedJob, Outcome]]:
    """Give each job with what came of it, as soon as it is done."""
    # Without work nobody need be reached: why there is none is what is to be told.
    if cluster is not None and jobs:
        from formcheck.commands._parallel import on_cluster

        yield from on_cluster(jobs, cluster, shown, stop)
        return
    # What is left of the workers when each source has one shares the long sources.
    each = max(1, workers // max(len(jobs), 1))
    jobs = [replace(queued, job=replace(queued.job, workers=each)) for queued in jobs]
    if workers > 1 and len(jobs) > 1:
        from formcheck.commands._parallel import in_processes

        yield from in_processes(jobs, workers, shown, stop)
        return
    from formcheck.batch.jobs import run

    shown.begin("", len(jobs))
    for number, queued in enumerate(jobs, start=1):
        if stop.asked:
            return
        stop.not_asking()
        name = queued.job.source.name
        shown.now(name if len(jobs) == 1 else f"{name} ({number} of {len(jobs)})")
        try:
            yield queued, run(queued, on_time=shown.at, on_fetch=shown.fetch, should_stop=stop)
        except FormcheckError as error:
            yield queued, error
        shown.one_more()


def _print_summary(job: Job, analysis: Analysis) -> None:
    from rich.markup import escape

    from formcheck.core.judge.summary_text import describe

    console, length_s = out(), analysis.info.duration_s or 0.0
    console.print(
        f"[bold]{escape(job.spec.name)}[/bold] in {escape(job.source.name)} ({length_s:.1f} s)"
    )
    if analysis.interrupted:
        console.print("  [yellow]Stopped early: this is the part before.[/yellow]")
    for line in describe(analysis.summary, job.spec):
        console.print(f"  {escape(line)}")
    for warning in analysis.results.quality.warnings:
        console.print(f"  [yellow]Note:[/yellow] {escape(warning)}")
    for what, path in analysis.files.items():
        console.print(f"  {what + ':':<17} {escape(str(path))}")


def _print_json(found: list[Analysis | DoneBefore], *, several: bool) -> None:
    from formcheck.io.results import to_json_text

    objects = [analysis.results.to_json() for analysis in found]
    if several:
        typer.echo(to_json_text(objects), nl=False)
    elif objects:
        typer.echo(to_json_text(objects[0]), nl=False)


def _stopped(found: list[Analysis | DoneBefore], count: int) -> str:
    from formcheck.batch.analyze import Analysis

    if not found:
        return "stopped before anything was analysed"
    left = count - len(found)
    rest = "" if left == 0 else f"; not analysed: {left} of {count} sources"
    partial = any(isinstance(one, Analysis) and one.interrupted for one in found)
    kept = (
        "the results so far are kept and marked as partial" if partial else "all results are kept"
    )
    return f"stopped: {kept}{rest}"
