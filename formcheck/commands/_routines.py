"""``formcheck analyze --routine``: long recordings of whole routines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from formcheck.commands._terminal import INTERRUPTED, bars, out, stop_on_signal
from formcheck.errors import FormcheckError, SettingError

if TYPE_CHECKING:
    from formcheck.batch.routine import RoutineAnalysis
    from formcheck.core.coach.plan import Plan


@dataclass(frozen=True, slots=True)
class RoutineOptions:
    """What `analyze` was told beside its sources."""

    output_dir: Path | str | None
    model: str | None
    video: bool
    report: bool
    json: bool
    person: str | None
    pain: int | None
    note: str | None


def analyze_routines(source: list[str], routine: str | None, options: RoutineOptions) -> None:
    """Find the exercises of a routine in each source; as the command does, with its exit codes."""
    if routine is None:
        raise typer.BadParameter("give --exercise, or --routine for a recording of a whole routine")
    from formcheck.batch.routine import analyze_routine
    from formcheck.commands._sources import expand, tell_of_own
    from formcheck.io.atomic import require_writable_folder
    from formcheck.io.results import to_json_text
    from formcheck.io.routines import load_plan

    plan = load_plan(routine)
    files, problems, own = expand(source)
    tell_of_own(own)
    folder = None
    if options.output_dir is not None:
        if "://" in str(options.output_dir):
            raise SettingError(
                f"{options.output_dir} is a URL; the results of a routine go into a folder"
            )
        folder = Path(options.output_dir)
        require_writable_folder(folder)
    found: list[RoutineAnalysis] = []
    with bars() as shown, stop_on_signal() as stop:
        for path in files:
            if stop.asked:
                break
            stop.not_asking()
            shown.begin(path.name)
            try:
                analysis = analyze_routine(
                    path,
                    plan,
                    folder=folder,
                    model=options.model,
                    video=options.video,
                    report=options.report,
                    on_time=shown.at,
                    on_fetch=shown.fetch,
                    should_stop=stop,
                )
            except FormcheckError as error:
                problems.append(str(error))
                continue
            shown.close()
            found.append(analysis)
            if not options.json:
                _print(plan, path, analysis)
            if options.person is not None:
                _keep(analysis, options)
    if options.json:
        wholes = [analysis.results for analysis in found]
        typer.echo(
            to_json_text(wholes if len(files) > 1 else wholes[0]) if wholes else "", nl=False
        )
    for problem in problems:
        typer.echo(problem, err=True)
    if stop.asked:
        typer.echo("stopped: the results so far are kept and marked as partial", err=True)
        raise typer.Exit(INTERRUPTED)
    if problems:
        raise typer.Exit(1)


def _print(plan: Plan, path: Path, analysis: RoutineAnalysis) -> None:
    from rich.markup import escape

    from formcheck.core.judge.summary_text import describe

    console = out()
    console.print(f"[bold]{escape(plan.name)}[/bold] in {escape(path.name)}")
    for item in analysis.found:
        piece, spec = item.piece, item.step.spec
        when = f"{_clock(piece.start_s)} to {_clock(piece.end_s)}"
        console.print(f"  [bold]{piece.step + 1}. {escape(spec.name)}[/bold], {when}")
        for line in describe(item.summary, spec):
            console.print(f"     {escape(line)}")
    for number in analysis.missing:
        name = plan.steps[number].spec.name
        console.print(f"  {number + 1}. {escape(name)}: [yellow]not found[/yellow]")
    console.print(f"  what is where:    {escape(str(analysis.overview))}")


def _clock(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def _keep(analysis: RoutineAnalysis, options: RoutineOptions) -> None:
    from datetime import datetime

    from formcheck.history import History

    assert options.person is not None
    with History() as history:
        for item in analysis.found:
            history.add(
                item.results.to_json(),
                recorded_at=datetime.now().astimezone(),
                person=options.person,
                exercise_name=item.step.spec.name,
                pain=options.pain,
                note=options.note,
            )
    if not options.json:
        text = f"kept in the history of {options.person}: {len(analysis.found)}"
        out().print(text, markup=False)
