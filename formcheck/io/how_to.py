"""How-to pictures of the exercises: small files that lie beside the specs."""

from __future__ import annotations

import base64
from pathlib import Path

from formcheck.core.spec.exercise import ExerciseSpec
from formcheck.core.trial.sketch import svg_of
from formcheck.core.trial.trial import picture_figures
from formcheck.io.specs import spec_folder

PICTURES = "pictures"


def how_to_picture(spec: ExerciseSpec) -> Path | None:
    """Return the picture of an exercise, that of its base for a variant, None without one.

    The pictures are made from rendered people (``groundtruth/how_to_pictures.py``).
    """
    folder = spec_folder() / PICTURES
    for name in (spec.id, spec.variant_of, spec.id.removesuffix("_dynamic")):
        path = folder / f"{name}.webp"
        if name and path.is_file():
            return path
    return None


def picture_uri(spec: ExerciseSpec) -> str:
    """Return the picture as a ``data:`` address for a page that is one file.

    Without a file it is the stick figure, at the start and in the position to reach.
    """
    path = how_to_picture(spec)
    if path is None:
        return _uri("svg+xml", svg_of(picture_figures(spec), title=spec.name).encode("utf-8"))
    return _uri("webp", path.read_bytes())


def _uri(kind: str, data: bytes) -> str:
    return f"data:image/{kind};base64," + base64.b64encode(data).decode("ascii")
