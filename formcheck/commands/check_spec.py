"""``formcheck check-spec``: find what is wrong in spec files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from formcheck.commands._terminal import out
from formcheck.errors import FormcheckError

if TYPE_CHECKING:
    from formcheck.core.spec.exercise import ExerciseSpec


def check_spec(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Specs (.toml).")],
) -> None:
    """Find every problem in exercise specs, in one round."""
    from formcheck.io.specs import read_spec

    wrong = False
    for path in files:
        try:
            spec = read_spec(path)
        except FormcheckError as error:
            wrong = True
            typer.echo(str(error), err=True)
        else:
            out().print(f"{path}: good ({spec.name})", markup=False)
            for line in remarks(spec):
                out().print(f"  {line}", markup=False, highlight=False, soft_wrap=True)
    if wrong:
        raise typer.Exit(1)


def remarks(spec: ExerciseSpec) -> Iterator[str]:
    """Give what is optional and not there, a line each."""
    from formcheck.core.messages import ENGLISH
    from formcheck.io.languages import languages, load_messages

    if not spec.setup.steps:
        yield "not there: steps in [setup], how to do it"
    if not spec.safety:
        yield "not there: safety, what to know before doing it"
    silent = [check.id for check in spec.checks if not check.why]
    if silent:
        yield f"not there: why, in checks {', '.join(silent)}"
    cues = dict.fromkeys([b.cue for b in spec.start if b.cue] + [c.cue for c in spec.checks])
    for language in languages():
        if language == ENGLISH.language:
            continue
        phrases = load_messages(language).phrases
        missing = [f"'{cue}'" for cue in cues if cue not in phrases]
        if missing:
            yield (
                f"said in English: [phrases] of messages/{language}.toml does not have "
                f"{', '.join(missing)}"
            )
