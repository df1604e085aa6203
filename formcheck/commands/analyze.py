"""``formcheck analyze``: the main job, on files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from formcheck.commands._after import keep_in_history, write_overview_of
from formcheck.commands._terminal import INTERRUPTED, Bars, Stop, bars, out, stop_on_signal
from formcheck.errors import FormcheckError, SettingError

if TYPE_CHECKING:
    from formcheck.analysis import Analysis, Job
    from formcheck.session import SideChoice
    from formcheck.spec_model import ExerciseSpec


class SideOption(StrEnum):
    """Which side to count."""

    left = "left"
    right = "right"
    alternate = "alternate"


def analyze(  # noqa: PLR0917 - Typer makes options of parameters
    source: Annotated[
        list[str],
        typer.Argument(metavar="SOURCE...", help="Videos, pose recordings, folders or globs."),
    ],
    exercise: Annotated[
        str | None,
        typer.Option("--exercise", "-e", help="Exercise id, or the path of a .toml spec."),
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
        Path | None, typer.Option(help="Folder for the results; by default beside each source.")
    ] = None,
    video: Annotated[bool, typer.Option(help="Write the annotated video.")] = True,
    report: Annotated[
        bool | None,
        typer.Option(
            "--report/--no-report",
            help="Write the report (one HTML file); by default where the 'report' extra is there.",
            show_default=False,
        ),
    ] = None,
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Analyse so many sources at once.")
    ] = 1,
    json: Annotated[bool, typer.Option("--json", help="Print the results as JSON.")] = False,
    model: Annotated[
        str | None, typer.Option(help="Pose model: a name of 'formcheck models', or a .task file.")
    ] = None,
    person: Annotated[
        str | None, typer.Option("--person", "-p", help="Keep the results in this one's history.")
    ] = None,
    pain: Annotated[
        int | None, typer.Option(min=0, max=10, help="With --person: pain, 0 (none) to 10.")
    ] = None,
    note: Annotated[str | None, typer.Option(help="With --person: a note.")] = None,
) -> None:
    """Count, measure and judge an exercise in videos or pose recordings."""
    from formcheck.atomic_files import require_writable_folder
    from formcheck.commands._sources import expand
    from formcheck.spec_files import load_spec

    if person is None and (pain is not None or note is not None):
        raise SettingError("--pain and --note go into a history: say whose with --person")
    if (exercise is None) == (routine is None):
        raise typer.BadParameter("give either --exercise or --routine")
    if routine is not None:
        if side is not None:
            raise typer.BadParameter("--side is for --exercise; a routine names its sides itself")
        from formcheck.commands._routines import RoutineOptions, analyze_routines

        options_of_routine = RoutineOptions(
            output_dir, model, video, _report_wanted(report), json, person, pain, note
        )
        analyze_routines(source, routine, options_of_routine)
        return
    assert exercise is not None
    spec = load_spec(exercise)
    files, problems = expand(source)
    if output_dir is not None:
        require_writable_folder(output_dir)
    options = _Options(
        spec, side.value if side else None, output_dir, model, video, _report_wanted(report)
    )
    jobs, unusable = _jobs(files, options)
    problems += unusable

    found: list[Analysis] = []
    outcomes: list[tuple[Job, Analysis | FormcheckError]] = []
    with bars() as shown, stop_on_signal() as stop:
        for job, outcome in _outcomes(jobs, workers, shown, stop):
            outcomes.append((job, outcome))
            if isinstance(outcome, FormcheckError):
                problems.append(str(outcome))
                continue
            found.append(outcome)
            shown.close()
            if not json:
                _print_summary(job, outcome)
    if options.report and len(outcomes) > 1:
        overview = write_overview_of(outcomes)
        if not json:
            out().print(f"overview: {overview}", markup=False)
    if person is not None:
        kept = keep_in_history(outcomes, person, pain, note)
        if not json:
            out().print(f"kept in the history of {person}: {kept}", markup=False)
    if json:
        _print_json(found, several=len(jobs) > 1)
    for problem in problems:
        typer.echo(problem, err=True)
    if stop.asked:
        typer.echo(_stopped(found, len(jobs)), err=True)
        raise typer.Exit(INTERRUPTED)
    if problems:
        raise typer.Exit(1)


@dataclass(frozen=True, slots=True)
class _Options:
    spec: ExerciseSpec
    side: SideChoice | None
    output_dir: Path | None
    model: str | None
    video: bool
    report: bool


def _report_wanted(asked: bool | None) -> bool:
    """Return whether to write reports; the packages they need are an extra."""
    missing = [name for name in ("jinja2", "plotly") if find_spec(name) is None]
    if asked and missing:
        raise SettingError(
            f"the report needs {' and '.join(missing)}: pip install 'formcheck[report]', "
            "or leave it out with --no-report"
        )
    return not missing if asked is None else asked


def _jobs(files: list[Path], options: _Options) -> tuple[list[Job], list[str]]:
    """Return the work to do, and why some sources cannot be worked on.

    Whether the results can be written is found here, before any work begins.
    """
    from formcheck.analysis import Job, Outputs
    from formcheck.atomic_files import require_writable_folder

    jobs: list[Job] = []
    problems: list[str] = []
    taken: dict[Path, Path] = {}
    for path in files:
        outputs = Outputs.of(path, options.output_dir)
        other = taken.setdefault(outputs.json, path)
        if other != path:
            problems.append(
                f"{path} was left out: its results would overwrite those of {other}; "
                "analyse it with another --output-dir"
            )
            continue
        try:
            if options.output_dir is None and path.exists():
                require_writable_folder(path.parent)
        except FormcheckError as error:
            problems.append(str(error))
            continue
        jobs.append(
            Job(
                path,
                options.spec,
                outputs,
                options.side,
                options.model,
                options.video,
                options.report,
            )
        )
    return jobs, problems


def _outcomes(
    jobs: list[Job], workers: int, shown: Bars, stop: Stop
) -> Iterator[tuple[Job, Analysis | FormcheckError]]:
    """Give each job with what came of it, as soon as it is done."""
    if workers > 1 and len(jobs) > 1:
        from formcheck.commands._parallel import outcomes

        yield from outcomes(jobs, min(workers, len(jobs)), shown, stop)
        return
    from formcheck.analysis import analyze

    for job in jobs:
        if stop.asked:
            return
        stop.not_asking()
        shown.begin(job.source.name)
        try:
            yield job, analyze(job, on_time=shown.at, on_fetch=shown.fetch, should_stop=stop)
        except FormcheckError as error:
            yield job, error


def _print_summary(job: Job, analysis: Analysis) -> None:
    from rich.markup import escape

    from formcheck.summary_text import describe

    console, length_s = out(), analysis.info.duration_s or 0.0
    console.print(
        f"[bold]{escape(job.spec.name)}[/bold] in {escape(job.source.name)} ({length_s:.1f} s)"
    )
    if analysis.interrupted:
        console.print("  [yellow]Stopped early: this is the part before.[/yellow]")
    for line in describe(analysis.summary, job.spec):
        console.print(f"  {escape(line)}")
    for warning in analysis.results["quality"]["warnings"]:
        console.print(f"  [yellow]Note:[/yellow] {escape(warning)}")
    for what, path in analysis.files.items():
        console.print(f"  {what + ':':<17} {escape(str(path))}")


def _print_json(found: list[Analysis], *, several: bool) -> None:
    from formcheck.results import to_json_text

    objects = [analysis.results for analysis in found]
    if several:
        typer.echo(to_json_text(objects), nl=False)
    elif objects:
        typer.echo(to_json_text(objects[0]), nl=False)


def _stopped(found: list[Analysis], count: int) -> str:
    if not found:
        return "stopped before anything was analysed"
    left = count - len(found)
    rest = "" if left == 0 else f"; not analysed: {left} of {count} sources"
    partial = any(analysis.interrupted for analysis in found)
    kept = (
        "the results so far are kept and marked as partial" if partial else "all results are kept"
    )
    return f"stopped: {kept}{rest}"
