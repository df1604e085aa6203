"""What the tables of specs, routines and programmes are made of."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Leg = Literal["working", "other"]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Text = Annotated[str, Field(min_length=1, max_length=600)]
Degrees = Annotated[float, Field(strict=True, ge=-1000, le=1000, allow_inf_nan=False)]
Seconds = Annotated[float, Field(strict=True, ge=0, le=3600, allow_inf_nan=False)]
Position = Literal[
    "standing",
    "lunge",
    "half_kneeling",
    "kneeling",
    "wall_kneeling",
    "seated",
    "long_sitting",
    "supine",
    "supine_edge",
    "prone",
]


class Model(BaseModel):
    """Base of all spec tables: immutable, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")
