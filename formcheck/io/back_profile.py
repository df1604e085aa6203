"""What is kept of a person's lower back from one session to the next.

The neutral of the last session (for the next exercise of the same routine, in the same clothes) and
the own range that the guided calibration found. A file a person, beside the history; written whole
or not at all. Without a file everything is learned anew, which only takes a still moment.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import numpy as np
import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from formcheck.core.measure.outline import STATIONS
from formcheck.core.measure.spine import BackNeutral, Trunk
from formcheck.core.measure.spine_fit import ANTERIOR_TENTHS, POSTERIOR_TENTHS, Posture
from formcheck.core.measure.spine_range import OwnRange
from formcheck.core.pose import FloatArray, Side
from formcheck.errors import OutputError
from formcheck.history.database import default_address
from formcheck.io.atomic import write_text

_SHAPE = len(POSTERIOR_TENTHS) + len(ANTERIOR_TENTHS)
_LEAST = 2 * len(STATIONS)


@dataclass(frozen=True, slots=True)
class BackProfile:
    """Neutrals by posture and side, and the own range (None: never calibrated)."""

    neutrals: tuple[BackNeutral, ...] = ()
    own_range: OwnRange | None = None


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Neutral(_Kept):
    posture: Posture
    near_side: Side
    shape: list[float | None] = Field(min_length=_SHAPE, max_length=_SHAPE)
    thighs_deg: float
    lean_deg: float
    overhead: float = 0.0
    outline: list[float | None] = Field(min_length=_LEAST, max_length=_LEAST + 8)

    @classmethod
    def of(cls, neutral: BackNeutral) -> Self:
        return cls(
            posture=neutral.posture,
            near_side=neutral.near_side,
            shape=_plain(neutral.trunk.shape),
            thighs_deg=neutral.trunk.thighs_deg,
            lean_deg=neutral.trunk.lean_deg,
            overhead=neutral.trunk.overhead,
            outline=_plain(neutral.outline),
        )

    def neutral(self) -> BackNeutral:
        trunk = Trunk(_array(self.shape), self.thighs_deg, self.lean_deg, self.overhead)
        return BackNeutral(self.posture, self.near_side, trunk, _array(self.outline))


class _Range(_Kept):
    arch_deg: float | None
    tuck_deg: float | None
    noise_deg: float | None


class _File(_Kept):
    version: Literal[1] = Field(alias="schema")
    neutrals: list[_Neutral]
    own_range: _Range | None


def profile_path(person: str) -> Path:
    """Return the file of a person's profile: beside the history, where that is a file."""
    address = default_address()
    folder = platformdirs.user_data_path("formcheck") if "://" in address else Path(address).parent
    # A person's name may have any letters; a file name may not.
    return folder / "backs" / f"{hashlib.sha256(person.encode()).hexdigest()[:12]}.json"


def read_profile(path: Path) -> BackProfile:
    """Return what is kept; an empty profile where there is no file, or none that can be used."""
    try:
        kept = _File.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return BackProfile()
    found = kept.own_range
    own_range = None
    if found is not None:
        own_range = OwnRange(*map(_number, (found.arch_deg, found.tuck_deg, found.noise_deg)))
    return BackProfile(tuple(neutral.neutral() for neutral in kept.neutrals), own_range)


def write_profile(path: Path, profile: BackProfile) -> None:
    """Keep a profile.

    Raises
    ------
    OutputError
        Where it cannot be written.
    """
    own = profile.own_range
    kept = _File(
        schema=1,
        neutrals=[_Neutral.of(neutral) for neutral in profile.neutrals],
        own_range=None
        if own is None
        else _Range(
            **{
                name: None if math.isnan(value) else value
                for name, value in own.to_dict().items()
            }
        ),
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{path.parent} cannot be made; choose another folder") from error
    write_text(path, kept.model_dump_json(by_alias=True) + "\n")


def _plain(values: FloatArray) -> list[float | None]:
    return [round(float(value), 5) if math.isfinite(value) else None for value in values]


def _array(values: list[float | None]) -> FloatArray:
    return np.array([_number(value) for value in values])


def _number(value: float | None) -> float:
    return math.nan if value is None else value
