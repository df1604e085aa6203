"""What a ``*.formcheck.json`` holds: the one description of it, by which it is written and read.

Its JSON Schema (``docs/result.schema.json``) and the tables of ``docs/files.md`` are made from
these models by ``docs/generate.py``. Result files are sent around and edited, so they are
untrusted: a file that does not fit is refused with the way to the first wrong value. Keys that a
newer formcheck adds are let through.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from formcheck.errors import SourceError, reason_of

SCHEMA: Literal[2] = 2
RESULT_SUFFIX = ".formcheck.json"
# A larger number is no measurement; none is written, and a file that has one is damaged.
LARGEST = 1e9

Known = Annotated[float, Field(strict=True, ge=-LARGEST, le=LARGEST, allow_inf_nan=False)]
Number = Known | None
Count = Annotated[int, Field(strict=True, ge=0, le=10_000_000)]
Text = Annotated[str, Field(strict=True, max_length=5000)]
EntrySide = Literal["left", "right", "both"]
_SideKey = Annotated[str, Field(pattern="^(left|right|both)$")]

_START = "when it began"
_END = "when it ended"
_FAULTS_OF = "ids of the checks at fault"


class _Entry(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)


class SourceEntry(_Entry):
    """The video or recording."""

    path: Text | None = Field(None, description="file name")
    duration_s: Number = Field(None, description="length")
    fps: Number = Field(None, description="average frames a second")
    width: Count | None = Field(None, description="of the upright image, pixels")
    height: Count | None = Field(None, description="of the upright image, pixels")


class ModelEntry(_Entry):
    """The pose model behind the landmarks."""

    name: Text | None = Field(
        None, description="joined by a plus sign for two that look together (`full+heavy`)"
    )
    sha256: Text | None = Field(None, description="of its file; joined likewise")


class TotalsEntry(_Entry):
    """Counts and times, each by side."""

    reps: dict[_SideKey, Count] = Field(description="counted reps")
    attempts: dict[_SideKey, Count] = Field({}, description="movements that missed the target")
    hold_s: dict[_SideKey, Number] = Field(description="held in all, without the gaps")
    timed_s: dict[_SideKey, Known] | None = Field(
        None, description="only for exercises that are done by time: how long"
    )


class RepEntry(_Entry):
    """One counted rep."""

    side: EntrySide = Field(description="whose it is")
    start_s: Known = Field(description=_START)
    top_s: Number = Field(None, description="when the target was reached")
    end_s: Known = Field(description=_END)
    hold_s: Number = Field(description="held at the top")
    measurements: dict[Text, Number] = Field(description="by full name")
    faults: tuple[Text, ...] = Field(description=_FAULTS_OF)
    direction: Text | None = Field(None, description="only of circles: `outward` or `inward`")


class AttemptEntry(_Entry):
    """A movement that began as a rep and missed its target."""

    side: EntrySide = Field(description="whose it is")
    start_s: Known = Field(description=_START)
    top_s: Known = Field(description="when it came nearest to the target")
    best: Number = Field(description="the value it reached")
    target: Number = Field(description="the value to reach")
    unit: Text = Field(description="of both")


class HoldEntry(_Entry):
    """One hold."""

    side: EntrySide = Field(description="whose it is")
    start_s: Known = Field(description=_START)
    end_s: Known = Field(description=_END)
    hold_s: Known = Field(description="without the gaps")
    faults: tuple[Text, ...] = Field((), description=_FAULTS_OF)


class FaultEntry(_Entry):
    """A bound of a check that was missed for long enough."""

    check: Text = Field(description="id of the check")
    side: EntrySide = Field(description="whose it is")
    start_s: Known = Field(description=_START)
    end_s: Known = Field(description=_END)
    worst: Number = Field(description="the value furthest beyond the limit")
    worst_s: Number = Field(None, description="when that was; not in files of schema 1")
    limit: Number = Field(description="the bound that was missed")
    unit: Text = Field(description="of both values")
    severity: Text = Field(description="`info`, `warning` or `fault`")
    cue: Text = Field(description="what is shown and said to the person")


class UnassessedEntry(_Entry):
    """A check that neither passed nor failed."""

    check: Text = Field(description="id of the check")
    reason: Text = Field(description="why it could not be judged")
    seconds: Number = Field(None, description="for how long")


class SelfTestEntry(_Entry):
    """One number of a self-test for one side."""

    side: EntrySide = Field(description="whose it is")
    id: Text = Field(description="of the number, as in the spec")
    name: Text = Field(description="of the number, for people")
    value: Number = Field(description="`null` where it was not seen")
    unit: Text = Field(description="of the value")
    at_s: Number = Field(description="when it was reached")
    valid: bool | None = Field(description="whether the conditions were kept; `null`: not assessed")
    invalid_because: tuple[Text, ...] = Field(description="cues of the conditions that were broken")
    not_assessed: tuple[Text, ...] = Field(description="what could not be seen, with the reason")
    reading: Text | None = Field(description="what the value means")
    source: Text | None = Field(description="who published that range")
    near_border: bool = Field(description="nearer to another range than the value's own error")


class SelfTestsEntry(_Entry):
    """The numbers of a self-test."""

    note: Text = Field(description='ends with "It is not a diagnosis."')
    results: tuple[SelfTestEntry, ...] = Field(description="one for each side and number")


class RangeEntry(_Entry):
    """A measurement over the whole recording."""

    min: Number = Field(None, description="least value")
    max: Number = Field(None, description="greatest value")
    mean: Number = Field(None, description="mean of the known values")
    coverage: Number = Field(None, description="proportion of frames in which it was known")


class QualityEntry(_Entry):
    """How well the person was seen."""

    detected: Number = Field(None, description="proportion of frames with a person")
    repaired: Number = Field(
        None, description="proportion of frames in which left and right were put back"
    )
    warnings: tuple[Text, ...] = Field((), description="sentences about the recording")


class RoutineEntry(_Entry):
    """Where in a routine the exercise belongs."""

    id: Text = Field(description="of the routine")
    step: Count = Field(description="from 1")
    set: Count | None = Field(None, description="live: which set, from 1")
    run: Text | None = Field(None, description="live: id of the run")
    from_s: Number = Field(None, description="recording: where in it the exercise begins")


class ResultFile(_Entry):
    """The results of one recording, as a ``*.formcheck.json`` holds them."""

    model_config = ConfigDict(extra="allow", frozen=True, title="formcheck results")

    layout: Literal[2] = Field(
        SCHEMA,
        alias="schema",
        description="2; rises when a key changes its meaning or goes away, not when one is added",
    )
    formcheck_version: Text = Field(description="version of the program")
    exercise: Text = Field(description="id of the spec")
    partial: bool = Field(
        False, description="`true` where the analysis was stopped: all else is of the part before"
    )
    source: SourceEntry = Field(description="the video or recording")
    model: ModelEntry | None = Field(
        None, description="the pose model; `null` for a recording that does not say"
    )
    view: Text | None = Field(
        None, description="as seen in most frames: `side`, `front`, `back`, `oblique`"
    )
    near_side: Text | None = Field(
        None, description="side nearer the camera in most frames: `left`, `right`"
    )
    totals: TotalsEntry = Field(description="counts and times")
    reps: tuple[RepEntry, ...] = Field(description="what was counted")
    attempts: tuple[AttemptEntry, ...] = Field((), description="what missed the target")
    holds: tuple[HoldEntry, ...] = Field(description="what was held")
    faults: tuple[FaultEntry, ...] = Field(description="what went wrong")
    not_assessed: tuple[UnassessedEntry, ...] = Field(description="what could not be judged")
    measurements: dict[Text, RangeEntry] = Field(
        description="by full name (`knee_flexion_left_deg`)"
    )
    quality: QualityEntry = Field(description="how well the person was seen")
    test: SelfTestsEntry | None = Field(None, description="only for self-tests: the numbers")
    settings: Text | None = Field(
        None,
        description="only from the command line: a short text that differs where exercise, side "
        "or model differ; so a later run knows what is done",
    )
    routine: RoutineEntry | None = Field(
        None, description="only for an exercise of a routine: where it belongs"
    )

    def to_json(self) -> dict[str, Any]:
        """Return the results as an object for `json.dumps`; keys that were never set stay out."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


def parse_results(data: Mapping[str, Any]) -> ResultFile:
    """Return the content of a result file; schema 1 is read as well.

    Raises
    ------
    ValueError
        Where it does not fit, with the way to the first wrong value in one clause.
    """
    if data.get("schema") == 1:
        # All that schema 2 adds is the moment of each fault's worst value.
        data = {**data, "schema": SCHEMA}
    try:
        return ResultFile.model_validate(data)
    except ValidationError as error:
        raise ValueError(_first_problem(error)) from error


def read_results(path: Path) -> ResultFile:
    """Read a `*.formcheck.json`.

    Raises
    ------
    SourceError
        Where it cannot be read or is not a result file of a version that is known here.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SourceError(f"{path} cannot be read: there is no such file") from error
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {reason_of(error)}") from error
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{path} is not a result file of formcheck: {error}") from error
    if not isinstance(data, dict) or "exercise" not in data or "totals" not in data:
        raise SourceError(f"{path} is not a result file of formcheck")
    if data.get("schema") not in (1, SCHEMA) or isinstance(data["schema"], bool):
        raise SourceError(
            f"{path} has the layout {data.get('schema')}, this formcheck reads layouts 1 and "
            f"{SCHEMA}; analyse the video again or update formcheck"
        )
    try:
        return parse_results(data)
    except ValueError as error:
        raise SourceError(
            f"{path} is a damaged result file: {error}; analyse the video again"
        ) from error


def result_schema() -> str:
    """Return the JSON Schema of result files, as text."""
    schema = ResultFile.model_json_schema(by_alias=True)
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _first_problem(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    # Names of one of several types, which pydantic adds, are no keys.
    way = " -> ".join(str(part) for part in first["loc"] if not str(part).endswith("]"))
    if first["type"] == "missing":
        return f"{way} is missing"
    found = repr(first["input"])
    return f"{way}: {found if len(found) <= 40 else found[:37] + '...'} does not fit"
