"""``formcheck demo``: the main job on a clip that comes with formcheck."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from formcheck.commands.analyze import analyze
from formcheck.errors import SourceError

NEXT = """
This was a rendered person on a sample clip; your own videos are analysed in the same way.
Open in a browser: {report}
Next, in front of your camera: formcheck live {exercise}
Or a video of your own:        formcheck analyze VIDEO -e {exercise}
Other exercises:               formcheck exercises"""


def demo(
    output_dir: Annotated[Path, typer.Option(help="Folder for the results.")] = Path(
        "formcheck-demo"
    ),
) -> None:
    """See formcheck work: analyse a sample clip and make its report."""
    sample, exercise = _sample()
    analyze([str(sample)], exercise, output_dir=str(output_dir))
    typer.echo(NEXT.format(exercise=exercise, report=output_dir / f"{sample.stem}.report.html"))


def _sample() -> tuple[Path, str]:
    """Return a sample and its exercise: samples are named after the exercise they show."""
    from formcheck.io.package_data import data_folder
    from formcheck.io.specs import spec_paths

    names = sorted(spec_paths(), key=lambda name: (name != "standing_march", name))
    for pattern in ("*.mp4", "*.npz"):
        for name in names:
            for path in sorted(data_folder("samples").glob(pattern)):
                if path.name.startswith(name):
                    return path, name
    raise SourceError("this copy of formcheck came without sample clips")
