"""Where the data files that travel with formcheck are."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any


def data_folder(name: str) -> Path:
    """Return the folder of data files `name` (``models``, ``samples``, ``exercise_specs``).

    Inside an installed wheel it lies in the package; in a checkout it lies beside it.
    """
    package = Path(__file__).parents[1]
    inside = package / name
    return inside if inside.is_dir() else package.parent / name


def packaged_toml(folder: str, name: str) -> dict[str, Any]:
    """Return what a TOML file of ours says (``packaged_toml("models", "manifest.toml")``)."""
    return tomllib.loads((data_folder(folder) / name).read_text(encoding="utf-8"))
