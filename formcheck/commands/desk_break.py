"""``formcheck desk-break``: stand up and stretch, now or every so many minutes."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Annotated

import typer

from formcheck.commands._live_options import CameraOption, LanguageOption, PersonOption, VoiceOption
from formcheck.commands._terminal import INTERRUPTED, err


def desk_break(  # noqa: PLR0917 - Typer makes options of parameters
    every: Annotated[
        float | None,
        typer.Option(min=0.1, max=240, help="Stay and remind every so many minutes (30 to 45)."),
    ] = None,
    camera: CameraOption = "0",
    voice: VoiceOption = True,
    person: PersonOption = None,
    language: LanguageOption = "en",
    shorten: Annotated[
        float, typer.Option(min=0.01, max=1.0, help="Do only this fraction of every dose.")
    ] = 1.0,
    times: Annotated[
        int | None, typer.Option(min=1, help="With --every: end after so many breaks.")
    ] = None,
) -> None:
    """Take a break from sitting: a guided standing stretch.

    Without --every once, now: a system timer can call it (docs/routines.md has one for systemd and
    one for cron). With --every it stays and starts it again and again, until Ctrl-C.
    """
    # A process of its own each time: between two breaks there is no camera, model or window.
    command = [
        sys.executable, "-m", "formcheck", "routine", "desk_break", "--fresh", "--camera", camera,
        "--voice" if voice else "--mute", "--language", language, "--shorten", str(shorten),
        *(["--person", person] if person is not None else []),
    ]  # fmt: skip
    if every is None:
        raise typer.Exit(subprocess.run(command, check=False).returncode)
    done = 0
    while times is None or done < times:
        err().print(f"The next break is in {every:g} minutes; Ctrl-C ends this.", markup=False)
        time.sleep(60 * every)
        code = subprocess.run(command, check=False).returncode
        done += 1
        if code == INTERRUPTED:
            raise typer.Exit(code)
        if code != 0:
            # A camera that is in use by a call must not end the reminders of the day.
            err().print("This break could not be shown: stand up and stretch all the same.")
