"""The command line: which commands there are, and what ends with which exit code.

0 done · 1 formcheck error (one sentence on standard error) · 2 wrong usage · 3 interrupted
"""

from __future__ import annotations

import atexit
import contextlib
import io
import os
import signal
import sys
from types import FrameType
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from formcheck._runtime.interruption import raise_on_signals
from formcheck._runtime.lazy_imports import left_out
from formcheck._version import __version__
from formcheck.commands import (
    analyze,
    check_spec,
    demo,
    desk_break,
    doctor,
    exercises,
    export,
    history,
    live,
    models,
    poses,
    programme,
    report,
    routine,
    self_test,
    try_spec,
)
from formcheck.commands._terminal import INTERRUPTED
from formcheck.errors import FormcheckError


class _Program(TyperGroup):
    """The program, with a help that comes at once."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        # Typer's help takes twice the time with these, and has no use for them here.
        with left_out("rich.markdown", "rich.traceback"):
            import typer.rich_utils  # noqa: F401
        super().format_help(ctx, formatter)


app = typer.Typer(
    name="formcheck",
    cls=_Program,
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(demo.demo)
app.command()(exercises.exercises)
app.command()(live.live)
app.command()(routine.routine)
app.command("test")(self_test.self_test)
app.command()(programme.programme)
app.command("desk-break")(desk_break.desk_break)
app.command()(analyze.analyze)
app.command()(report.report)
app.command()(poses.poses)
app.command()(export.export)
app.command("check-spec")(check_spec.check_spec)
app.command("try")(try_spec.try_spec)
app.command()(doctor.doctor)
app.add_typer(history.app, name="history")
app.add_typer(models.app, name="models")


FIRST_STEPS = """\
formcheck watches hip-flexor exercises and tells you what to correct. To begin:
  formcheck demo                         see it work on a sample clip
  formcheck exercises                    find an exercise
  formcheck live EXERCISE                do it in front of the camera
  formcheck analyze VIDEO -e EXERCISE    analyse a video; all commands: formcheck --help"""


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"formcheck {__version__}")
        raise typer.Exit


@app.callback()
def _formcheck(
    context: typer.Context,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Watch hip-flexor exercises: count, measure, and tell you what to correct."""
    if context.invoked_subcommand is None:
        typer.echo(FIRST_STEPS)


def main() -> NoReturn:
    """Run the command line; the one place that turns errors into exit codes."""
    raise_on_signals()
    # First in, last out: Python gives signals their deadly default back while it ends, and a run
    # that has done its work would still die of one.
    atexit.register(_ignore_signals)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A file's name may hold bytes that are no text.
        sys.stdout.reconfigure(errors="replace")
    try:
        code = _run()
    except KeyboardInterrupt:
        code = _stopped()
    _leave_at_once_from_now_on(code)
    sys.exit(code)


def _run() -> int:
    try:
        app()
    except FormcheckError as error:
        print(error, file=sys.stderr)
        return 1
    except SystemExit as end:
        # Typer's code for Ctrl-C is the shell's.
        if end.code == 130:
            return _stopped()
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)
        return 1
    except Exception as error:
        if os.environ.get("FORMCHECK_DEBUG"):
            raise
        print(
            f"formcheck failed in a way it should not ({type(error).__name__}: {error}); "
            "set FORMCHECK_DEBUG=1 to see where, and please report it",
            file=sys.stderr,
        )
        return 1
    return 0


def _stopped() -> int:
    print("stopped", file=sys.stderr)
    return INTERRUPTED


def _ignore_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def _leave_at_once_from_now_on(code: int) -> None:
    """Let a signal while Python clears up neither change the exit code nor print a traceback."""

    def leave(_number: int, _frame: FrameType | None) -> NoReturn:
        os._exit(code)

    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, leave)
