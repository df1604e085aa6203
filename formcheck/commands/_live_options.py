"""Options that every command in front of a camera takes, said once."""

from __future__ import annotations

from typing import Annotated

import typer

CameraOption = Annotated[str, typer.Option(help="Camera number or name, or a stream's address.")]
SizeOption = Annotated[str, typer.Option(help="Picture size to ask the camera for.")]
RateOption = Annotated[
    float, typer.Option(min=1, max=240, help="Pictures a second to ask the camera for.")
]
VoiceOption = Annotated[bool, typer.Option("--voice/--mute", help="Speak, or be silent.")]
SoundsOption = Annotated[bool, typer.Option("--sounds", help="Short sounds, no words.")]
HistoryOption = Annotated[
    bool, typer.Option("--history/--no-history", help="Keep the counts in the history.")
]
PersonOption = Annotated[str | None, typer.Option(help="Whose history.")]
PainOption = Annotated[
    int | None,
    typer.Option(min=0, max=10, help="Pain afterwards, 0 (none) to 10; asked at a terminal."),
]
LanguageOption = Annotated[str, typer.Option(help="Language of texts and voice: en, de.")]
FullScreenOption = Annotated[bool, typer.Option("--full-screen", help="Fill the screen.")]
TimingsOption = Annotated[
    bool, typer.Option("--timings", help="Print at the end how long things took.")
]
