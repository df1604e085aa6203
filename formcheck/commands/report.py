"""``formcheck report``: make reports again from result files, and an overview of a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from formcheck.commands._terminal import out
from formcheck.errors import FormcheckError, SourceError


def report(
    source: Annotated[
        list[Path],
        typer.Argument(metavar="SOURCE...", help="*.formcheck.json files, or folders of them."),
    ],
    embed_video: Annotated[
        bool, typer.Option("--embed-video", help="Put the video into the page.")
    ] = False,
) -> None:
    """Make the reports of analysed clips again, and an overview of a folder."""
    problems: list[str] = []
    for path in source:
        try:
            if path.is_dir():
                problems += _folder(path, embed_video)
            else:
                _one(path, embed_video)
        except FormcheckError as error:
            problems.append(str(error))
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        raise typer.Exit(1)


def _one(path: Path, embed_video: bool) -> Path:
    from formcheck.report.files import remake_report

    page = remake_report(path, embed_video=embed_video)
    out().print(f"report: {page}", markup=False)
    return page


def _folder(folder: Path, embed_video: bool) -> list[str]:
    from formcheck.io.result_file import RESULT_SUFFIX, read_results
    from formcheck.report.files import spec_of
    from formcheck.report.overview import Take, write_overview

    takes, problems = [], []
    files = sorted(path for path in folder.glob(f"*{RESULT_SUFFIX}") if path.name[0] != ".")
    if not files:
        raise SourceError(f"the folder {folder} has no *{RESULT_SUFFIX} in it")
    for path in files:
        try:
            results = read_results(path)
            name = results.source.path or path.name.removesuffix(RESULT_SUFFIX)
            takes.append(Take(name, results, spec_of(results.exercise), _one(path, embed_video)))
        except FormcheckError as error:
            problems.append(str(error))
            takes.append(Take(path.name.removesuffix(RESULT_SUFFIX), None, problem=str(error)))
    page, table = write_overview(folder, takes)
    out().print(f"overview: {page}", markup=False)
    out().print(f"overview as a table: {table}", markup=False)
    return problems
