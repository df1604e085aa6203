"""``formcheck try``: a stick figure does an exercise, so that a spec is tried without a camera."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from formcheck.commands._terminal import out

if TYPE_CHECKING:
    from formcheck.core.spec.exercise import ExerciseSpec
    from formcheck.core.trial.trial import Trial
    from formcheck.draw.contact_sheet import Row, Tile

_MOST_TILES = 6
_MARKS = {"as expected": "[green]ok       [/green]", "not as expected": "[red]differs  [/red]"}
_NOT_SHOWN = "[yellow]not shown[/yellow]"


def try_spec(
    spec: Annotated[str, typer.Argument(metavar="SPEC", help="An exercise, or a .toml file.")],
    folder: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Folder of the picture; by default the current one."),
    ] = None,
    print_examples: Annotated[
        bool,
        typer.Option(
            "--print-examples", help="Print the derived examples as TOML, to put into the spec."
        ),
    ] = False,
) -> None:
    """Try a spec on a stick figure: drawn, counted, each fault shown.

    It does the spec's own [[examples]]; for what they leave out it derives a clean movement, and
    one that breaks each check. The exit code is 1 where something comes of it that was not
    expected; a check that no stick figure can break is named with the reason.
    """
    from formcheck.core.trial.trial import examples_toml
    from formcheck.core.trial.trial import try_spec as trials_of
    from formcheck.io.atomic import require_writable_folder
    from formcheck.io.specs import load_spec

    exercise = load_spec(spec)
    folder = folder or Path()
    require_writable_folder(folder)
    console = out()
    trials: list[Trial] = []
    if not print_examples:
        console.print(f"{exercise.name} ({exercise.id})", markup=False, style="bold")
    for trial in trials_of(exercise):
        trials.append(trial)
        if not print_examples:
            _tell(trial)
    if print_examples:
        typer.echo(examples_toml(trials), nl=False)
    else:
        path = _draw(exercise, trials, folder)
        console.print(f"Picture: {path}", markup=False, soft_wrap=True)
    if any(trial.verdict == "not as expected" for trial in trials):
        raise typer.Exit(1)


def _tell(trial: Trial) -> None:
    console = out()
    console.print(_MARKS.get(trial.verdict, _NOT_SHOWN), end=" ")
    console.print(f"{trial.name}: {verdict_text(trial)}", markup=False, highlight=False)


def verdict_text(trial: Trial) -> str:
    """Return what came of an example, in one line."""
    outcome = trial.outcome
    if outcome is None or (trial.why and trial.verdict == "not shown"):
        return "; ".join(trial.why)
    parts = [outcome.counted_text()]
    cues = {fault.check: fault.cue for fault in outcome.summary.faults}
    parts += [f"{check} “{cues[check]}”" for check in outcome.faults]
    text = "; ".join(part for part in parts if part)
    return f"{text}; {'; '.join(trial.why)}" if trial.why else text


def _draw(spec: ExerciseSpec, trials: list[Trial], folder: Path) -> Path:
    import cv2

    from formcheck.draw.contact_sheet import contact_sheet
    from formcheck.io.atomic import write_bytes

    image = contact_sheet(f"{spec.name} ({spec.id})", [_row(trial) for trial in trials])
    _, data = cv2.imencode(".png", cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    path = folder / f"{spec.id}.try.png"
    write_bytes(path, data.tobytes())
    return path


def _row(trial: Trial) -> Row:
    from formcheck.draw.contact_sheet import Row

    good = {"as expected": True, "not as expected": False}.get(trial.verdict)
    return Row(trial.name, verdict_text(trial), good, tuple(_tiles(trial)))


def _tiles(trial: Trial) -> list[Tile]:
    """Return some moments of an example, those of its faults marked."""
    from formcheck.core.measure.kinds import REGISTRY
    from formcheck.core.pose import other_side
    from formcheck.draw.contact_sheet import Tile

    outcome = trial.outcome
    if outcome is None:
        return []
    spec_checks = {check.id: check for check in outcome.spec.checks}
    tiles: dict[float, Tile] = {}
    for fault in outcome.summary.faults:
        check = spec_checks[fault.check]
        joints = REGISTRY[check.measurement].joints or ("hip",)
        side = "left" if fault.side == "both" else fault.side
        if check.leg == "other":
            side = other_side(side)
        at_s = min(max(fault.worst_s, fault.start_s), outcome.motion.duration_s)
        caption = f"{at_s:.1f} s: {fault.cue}"
        tiles[at_s] = Tile(outcome.motion.at(at_s), caption, (side, joints[0]))
    shown = sorted(tiles)
    last = None
    for time_s, figure in outcome.motion.moments:
        if figure != last and all(abs(time_s - other) > 0.4 for other in tiles):
            tiles[time_s] = Tile(figure, f"{time_s:.1f} s")
        last = figure
    rest = [time_s for time_s in sorted(tiles) if time_s not in shown]
    room = max(0, _MOST_TILES - len(shown))
    step = max(1, -(-len(rest) // room)) if room else 1
    chosen = sorted([*shown[:_MOST_TILES], *(rest[::step] if room else [])])
    return [tiles[time_s] for time_s in chosen]
