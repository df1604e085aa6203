"""What a ``*.formcheck.json`` must look like before a page is made of it.

Result files are sent around and edited, so they are untrusted: every key that the pages use is
checked here once, and a file that does not fit is refused with the way to the first wrong value.
Keys that a newer formcheck adds are let through.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

Known = Annotated[float, Field(strict=True, ge=-1e9, le=1e9, allow_inf_nan=False)]
Number = Known | None
Count = Annotated[int, Field(strict=True, ge=0, le=10_000_000)]
Text = Annotated[str, Field(strict=True, max_length=5000)]
Side = Literal["left", "right", "both"]
Texts = list[Text]

_OPEN = with_config(ConfigDict(extra="allow"))


@_OPEN
class _Source(TypedDict):
    path: NotRequired[Text | None]
    duration_s: NotRequired[Number]
    fps: NotRequired[Number]
    width: NotRequired[Number]
    height: NotRequired[Number]


@_OPEN
class _Model(TypedDict):
    name: NotRequired[Text | None]
    sha256: NotRequired[Text | None]


@_OPEN
class _Totals(TypedDict):
    reps: dict[Side, Count]
    attempts: NotRequired[dict[Side, Count]]
    hold_s: dict[Side, Number]


@_OPEN
class _Rep(TypedDict):
    side: Side
    start_s: Known
    top_s: NotRequired[Number]
    end_s: Known
    hold_s: Known
    measurements: dict[Text, Number]
    faults: Texts


@_OPEN
class _Attempt(TypedDict):
    side: Side
    start_s: Known
    top_s: Known
    best: Number
    target: Number
    unit: Text


@_OPEN
class _Hold(TypedDict):
    side: Side
    start_s: Known
    end_s: Known
    hold_s: Known
    faults: NotRequired[Texts]


@_OPEN
class _Fault(TypedDict):
    check: Text
    side: Side
    start_s: Known
    end_s: Known
    worst: Number
    worst_s: NotRequired[Number]
    limit: Number
    unit: Text
    severity: Text
    cue: Text


@_OPEN
class _Unassessed(TypedDict):
    check: Text
    reason: Text
    seconds: NotRequired[Number]


@_OPEN
class _Range(TypedDict):
    min: NotRequired[Number]
    max: NotRequired[Number]
    mean: NotRequired[Number]
    coverage: NotRequired[Number]


@_OPEN
class _Quality(TypedDict):
    detected: NotRequired[Number]
    repaired: NotRequired[Number]
    warnings: NotRequired[Texts]


@_OPEN
class _Results(TypedDict):
    formcheck_version: Text
    exercise: Text
    partial: NotRequired[bool]
    source: _Source
    model: NotRequired[_Model | None]
    view: NotRequired[Text | None]
    near_side: NotRequired[Text | None]
    totals: _Totals
    reps: list[_Rep]
    attempts: NotRequired[list[_Attempt]]
    holds: list[_Hold]
    faults: list[_Fault]
    not_assessed: list[_Unassessed]
    measurements: dict[Text, _Range]
    quality: _Quality


_SHAPE: TypeAdapter[_Results] = TypeAdapter(_Results)


def misfit(results: dict[str, Any]) -> str | None:
    """Return what is wrong with a result file's content in one clause, or None where it fits."""
    try:
        _SHAPE.validate_python(results)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        # Names of one of several types, which pydantic adds, are no keys.
        way = [str(part) for part in first["loc"] if not str(part).endswith("]")]
        if first["type"] == "missing":
            return f"{' -> '.join(way)} is missing"
        found = repr(first["input"])
        return (
            f"{' -> '.join(way)}: {found if len(found) <= 40 else found[:37] + '...'} does not fit"
        )
    return None
