"""A whole clip in one line, for notebooks and scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from formcheck.batch.analyze import Job, Outputs
from formcheck.batch.analyze import analyze as analyze_job
from formcheck.core.judge.session import SideChoice, require_side
from formcheck.core.judge.summary import Summary
from formcheck.core.judge.summary_text import describe
from formcheck.core.measure.kinds import REGISTRY, MeasurementKind
from formcheck.core.pose import FloatArray
from formcheck.core.spec.exercise import ExerciseSpec
from formcheck.errors import OutputError, SettingError
from formcheck.estimate.models import name_for
from formcheck.io.atomic import scratch_folder
from formcheck.io.frames import TIME_COLUMN, FrameTable, read_frames_csv
from formcheck.io.result_file import (
    FaultEntry,
    HoldEntry,
    RangeEntry,
    RepEntry,
    UnassessedEntry,
    parse_results,
)
from formcheck.io.specs import load_spec

if TYPE_CHECKING:
    import pandas

_ROWS: Mapping[str, type[BaseModel]] = {
    "reps": RepEntry,
    "holds": HoldEntry,
    "faults": FaultEntry,
    "not_assessed": UnassessedEntry,
    "measurements": RangeEntry,
}
# Which columns these become depends on the exercise.
_NO_COLUMNS = {"measurements", "direction"}


@dataclass(frozen=True, slots=True)
class AnalysisResult:
    """What was found in one video or pose recording.

    Attributes
    ----------
    results : mapping
        Everything, as in the ``*.formcheck.json`` file.
    table : FrameTable
        One row a frame: times, measurements in their units, phase and side.
    spec : ExerciseSpec
        The exercise it was judged by.
    summary : Summary
        The same as typed objects.
    files : mapping of str to Path
        The files written, by what they are; empty without an `output_dir`.

    Examples
    --------
    >>> import formcheck as fc
    >>> result = fc.analyze("clip.poses.npz", exercise="standing_march")
    >>> print(result)
    Standing march
    Counted: 3 reps left, 3 reps right.
    ...
    >>> [rep["side"] for rep in result.results["reps"]]
    ['left', 'right', 'left', 'right', 'left', 'right']
    >>> len(result.columns["time_s"]), len(result.columns["knee_flexion_left_deg"])
    (755, 755)
    >>> result.frames.plot(y="thigh_elevation_left_deg")      # doctest: +SKIP
    """

    results: Mapping[str, Any]
    table: FrameTable
    spec: ExerciseSpec
    summary: Summary
    files: Mapping[str, Path] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return the summary in words, a line each."""
        return "\n".join([self.spec.name, *self._sentences()])

    def _repr_html_(self) -> str:
        """Return the summary as a notebook shows it."""
        items = "".join(f"<li>{escape(sentence)}</li>" for sentence in self._sentences())
        return f"<div><strong>{escape(self.spec.name)}</strong><ul>{items}</ul></div>"

    def _sentences(self) -> list[str]:
        notes = (f"Note: {warning}" for warning in self.results["quality"]["warnings"])
        return [*describe(self.summary, self.spec), *notes]

    @property
    def columns(self) -> dict[str, FloatArray]:
        """Times and measurements of every frame as arrays, by name with unit; NaN = unknown."""
        return {TIME_COLUMN: self.table.time_s, **self.table.values}

    @property
    def frames(self) -> pandas.DataFrame:
        """Every frame as a pandas table with ``time_s`` as its index."""
        columns = {**self.table.texts, **self.table.flags, **self.table.values}
        index = _pandas().Index(self.table.time_s, name=TIME_COLUMN)
        return _pandas().DataFrame(
            {name: list(v) if isinstance(v, tuple) else v for name, v in columns.items()},
            index=index,
        )

    @property
    def reps(self) -> pandas.DataFrame:
        """One row a counted rep: side, times, hold, measurements, faults."""
        return _table(
            "reps",
            [
                {
                    **{key: value for key, value in rep.items() if key != "measurements"},
                    **rep["measurements"],
                }
                for rep in self.results["reps"]
            ],
        )

    @property
    def holds(self) -> pandas.DataFrame:
        """One row a hold: side, start, end, seconds held."""
        return _table("holds", self.results["holds"])

    @property
    def faults(self) -> pandas.DataFrame:
        """One row a fault: check, side, times, worst value, limit, unit, cue."""
        return _table("faults", self.results["faults"])

    @property
    def not_assessed(self) -> pandas.DataFrame:
        """One row for each check that could not be judged, with the reason."""
        return _table("not_assessed", self.results["not_assessed"])

    @property
    def measurements(self) -> pandas.DataFrame:
        """One row a measurement: min, max, mean, and in what proportion of frames it was known."""
        found = self.results["measurements"]
        return _pandas().DataFrame.from_dict(
            found, orient="index", columns=None if found else _columns("measurements")
        )

    def write_report(self, path: str | Path, *, video: str | Path | None = None) -> Path:
        """Write the report as one HTML page.

        Parameters
        ----------
        path : str or Path
        video : str or Path, optional
            A video to show beside the curves.
        """
        from formcheck.report.files import write_report

        page = Path(path)
        write_report(
            page,
            parse_results(self.results),
            self.table,
            self.spec,
            video=None if video is None else Path(video),
        )
        return page


def analyze(
    path: str | Path,
    exercise: str | Path | ExerciseSpec,
    *,
    side: SideChoice | None = None,
    model: str | None = None,
    output_dir: str | Path | None = None,
    video: bool = False,
    report: bool = False,
) -> AnalysisResult:
    """Analyse a video or a pose recording.

    Parameters
    ----------
    path : str or Path
        A video, or a ``*.poses.npz``.
    exercise : str, Path or ExerciseSpec
        An exercise's id, the path of a .toml spec, or a spec.
    side : {"left", "right", "alternate"}, optional
        Count only this side.
    model : str, optional
        Pose model: a name, two joined by a plus sign, or a .task file. Left out: ``full``, and for
        a self-test ``full+heavy`` where both are on this machine.
    output_dir : str or Path, optional
        Where to write the result files; without it nothing is written.
    video, report : bool
        Write the annotated video and the report, too (they need `output_dir`).

    Returns
    -------
    AnalysisResult

    Raises
    ------
    FormcheckError
        In one sentence: what is wrong with which file, name or option, and the likely fix.

    Examples
    --------
    >>> import formcheck as fc
    >>> result = fc.analyze("clip.poses.npz", exercise="standing_march", output_dir="out")
    >>> result.summary.totals.reps
    {'left': 3, 'right': 3}
    >>> result.files["results"].name
    'clip.formcheck.json'
    """
    require_side(side)
    spec = exercise if isinstance(exercise, ExerciseSpec) else load_spec(exercise)
    model = model or name_for(self_test=spec.kind == "test")
    if output_dir is not None:
        folder = Path(output_dir)
        folder.mkdir(parents=True, exist_ok=True)
        return _analyze_into(folder, Path(path), spec, side, model, video, report, keep=True)
    if video or report:
        raise OutputError("video and report need an output_dir to be written to")
    with scratch_folder() as scratch:
        return _analyze_into(scratch, Path(path), spec, side, model, False, False, keep=False)


def register_measurement(kind: MeasurementKind) -> None:
    """Add a kind of measurement: specs may name it, and every session from now on measures it.

    It is added for this process. A package that is installed adds its own everywhere, through the
    entry point ``formcheck.measurements``.

    Parameters
    ----------
    kind : MeasurementKind

    Raises
    ------
    SettingError
        Where it is not whole, or there is one of that name already.

    Examples
    --------
    >>> import formcheck as fc
    >>> def hands_apart(body, side):
    ...     left, right = body.joint("left", "wrist"), body.joint("right", "wrist")
    ...     return abs(left[0] - right[0]) / body.trunk_px
    >>> kind = fc.MeasurementKind(
    ...     name="hands_apart", unit="ratio", sided=False, views=frozenset({"front"}),
    ...     joints=("wrist",), error=0.1, far_side=False, label="hands apart", compute=hands_apart,
    ... )
    >>> fc.register_measurement(kind)
    >>> fc.register_measurement(kind)
    Traceback (most recent call last):
    formcheck.errors.SettingError: there is a kind of measurement 'hands_apart' already
    """
    try:
        REGISTRY.register(kind)
    except ValueError as error:
        raise SettingError(str(error)) from None


def _analyze_into(  # noqa: PLR0917
    folder: Path,
    source: Path,
    spec: ExerciseSpec,
    side: SideChoice | None,
    model: str | None,
    video: bool,
    report: bool,
    *,
    keep: bool,
) -> AnalysisResult:
    outputs = Outputs.of(source, folder)
    found = analyze_job(Job(source, spec, outputs, side, model, video, report))
    return AnalysisResult(
        results=found.results.to_json(),
        table=read_frames_csv(outputs.frames),
        spec=spec,
        summary=found.summary,
        files={what: Path(path) for what, path in found.files.items()} if keep else {},
    )


def _table(name: str, rows: Sequence[Mapping[str, Any]]) -> pandas.DataFrame:
    return _pandas().DataFrame(list(rows), columns=None if rows else _columns(name))


def _columns(name: str) -> list[str]:
    """Return the columns of a table; an empty one has them, too."""
    return [field for field in _ROWS[name].model_fields if field not in _NO_COLUMNS]


def _pandas() -> Any:
    try:
        import pandas
    except ImportError as error:
        raise OutputError(
            "tables need pandas: pip install pandas (or use .columns, which needs nothing)"
        ) from error
    return pandas
