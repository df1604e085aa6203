"""formcheck in three lines, for notebooks and scripts.

>>> import formcheck
>>> result = formcheck.analyze("clip.mp4", exercise="standing_march")   # doctest: +SKIP
>>> result.frames.plot(y="thigh_elevation_left_deg")                    # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from formcheck.batch.analyze import Job, Outputs
from formcheck.batch.analyze import analyze as analyze_job
from formcheck.core.judge.session import SideChoice
from formcheck.core.judge.summary import Summary
from formcheck.core.judge.summary_text import describe
from formcheck.core.pose import FloatArray
from formcheck.core.spec.exercise import ExerciseSpec
from formcheck.errors import OutputError
from formcheck.estimate.models import name_for
from formcheck.io.atomic import scratch_folder
from formcheck.io.frames import TIME_COLUMN, FrameTable, read_frames_csv
from formcheck.io.specs import load_spec

if TYPE_CHECKING:
    import pandas


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
    """

    results: Mapping[str, Any]
    table: FrameTable
    spec: ExerciseSpec
    summary: Summary
    files: Mapping[str, Path] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return the summary in words."""
        notes = (f"Note: {warning}" for warning in self.results["quality"]["warnings"])
        return "\n".join([self.spec.name, *describe(self.summary, self.spec), *notes])

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
        return _pandas().DataFrame(
            [
                {
                    **{key: value for key, value in rep.items() if key != "measurements"},
                    **rep["measurements"],
                }
                for rep in self.results["reps"]
            ]
        )

    @property
    def holds(self) -> pandas.DataFrame:
        """One row a hold: side, start, end, seconds held."""
        return self._rows("holds")

    @property
    def faults(self) -> pandas.DataFrame:
        """One row a fault: check, side, times, worst value, limit, unit, cue."""
        return self._rows("faults")

    @property
    def not_assessed(self) -> pandas.DataFrame:
        """One row for each check that could not be judged, with the reason."""
        return self._rows("not_assessed")

    @property
    def measurements(self) -> pandas.DataFrame:
        """One row a measurement: min, max, mean, and the share of frames in which it was known."""
        return _pandas().DataFrame.from_dict(self.results["measurements"], orient="index")

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
            page, self.results, self.table, self.spec, video=None if video is None else Path(video)
        )
        return page

    def _rows(self, key: str) -> pandas.DataFrame:
        rows: Sequence[Mapping[str, Any]] = self.results[key]
        return _pandas().DataFrame(list(rows))


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
    """
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
        results=found.results,
        table=read_frames_csv(outputs.frames),
        spec=spec,
        summary=found.summary,
        files={what: Path(path) for what, path in found.files.items()} if keep else {},
    )


def _pandas() -> Any:
    try:
        import pandas
    except ImportError as error:
        raise OutputError(
            "tables need pandas: pip install pandas (or use .columns, which needs nothing)"
        ) from error
    return pandas
