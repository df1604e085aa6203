"""``formcheck demo``: the main job on a clip that comes with formcheck."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from formcheck.commands.analyze import analyze
from formcheck.errors import SourceError


def demo(
    output_dir: Annotated[Path, typer.Option(help="Folder for the results.")] = Path(
        "formcheck-demo"
    ),
) -> None:
    """Analyse a sample clip that comes with formcheck."""
    sample, exercise = _sample()
    analyze([str(sample)], exercise, output_dir=str(output_dir))


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
