"""The offline twin of a routine: one long recording in, a result for each exercise out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from formcheck._version import __version__
from formcheck.batch.analyze import Outputs, output_stem
from formcheck.capture.frame import Frame, SourceInfo
from formcheck.capture.video_file import VideoFile
from formcheck.core.coach.plan import Plan, PlannedStep
from formcheck.core.coach.routine_split import Piece, Watch
from formcheck.core.judge.session import Session
from formcheck.core.judge.summary import Summary
from formcheck.core.measure.spine import needs_outline
from formcheck.core.pose import Pose
from formcheck.draw.video import AnnotatedVideoWriter
from formcheck.estimate.models import FetchProgress, PoseModel
from formcheck.estimate.track import open_pose_track
from formcheck.io.frames import FramesWriter, read_frames_csv
from formcheck.io.result_file import ResultFile, RoutineEntry
from formcheck.io.results import result_file, write_json

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class FoundExercise:
    """One exercise of the routine with its results.

    Attributes
    ----------
    piece : Piece
        Where it is in the recording.
    step : PlannedStep
    summary : Summary
        Its times count from the beginning of the piece.
    results : ResultFile
        As in its JSON file.
    files : dict of str to Path
    """

    piece: Piece
    step: PlannedStep
    summary: Summary
    results: ResultFile
    files: dict[str, Path]


@dataclass(frozen=True, slots=True)
class RoutineAnalysis:
    """What came of a long recording.

    Attributes
    ----------
    found : tuple of FoundExercise
    missing : tuple of int
        Steps of which nothing was seen, from 0.
    overview : Path
        The file that says what is where.
    """

    info: SourceInfo
    found: tuple[FoundExercise, ...]
    missing: tuple[int, ...]
    overview: Path
    results: dict[str, Any]


def analyze_routine(
    source: Path,
    plan: Plan,
    *,
    folder: Path | None = None,
    model: str | None = None,
    video: bool = True,
    report: bool = False,
    on_time: Callable[[float, float | None], None] = lambda _time_s, _duration_s: None,
    on_fetch: FetchProgress | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> RoutineAnalysis:
    """Find the exercises of a routine in a recording and analyse each by itself.

    Parameters
    ----------
    source : Path
        Video or pose recording.
    plan : Plan
    folder : Path, optional
        Where the results go; by default beside the source.
    model : str, optional
        Name or path of the pose model, for videos.
    video, report : bool
        Whether to write them for each exercise.
    on_time : callable
        Told after each frame the time reached and the length of the source.
    on_fetch : callable, optional
        Told about the fetching of the pose model.
    should_stop : callable
        Asked after each frame; once True, what was read so far is analysed, marked as partial.
    """
    outline = any(needs_outline(step.spec) for step in plan.steps)
    poses: list[Pose] = []
    watch = Watch(plan.steps)
    partial = False
    with open_pose_track(source, model=model, with_outline=outline, progress=on_fetch) as track:
        for _frame, pose in track.read():
            poses.append(pose)
            watch.update(pose)
            on_time(pose.time_s, track.info.duration_s)
            if should_stop():
                partial = True
                break
    info = track.info
    if info.duration_s is None and poses:
        info = replace(info, duration_s=poses[-1].time_s)
    pieces = watch.finish()
    outputs = _Outputs(source, source.parent if folder is None else folder)
    found = [
        _analyze_piece(piece, plan, poses, info, track.model, outputs, partial, report)
        for piece in pieces
    ]
    if video and track.has_pictures:
        _write_videos(source, found, poses, info, outputs)
    done = {piece.step for piece in pieces}
    missing = tuple(number for number in range(len(plan.steps)) if number not in done)
    overview = outputs.overview
    whole = _overview(plan, info, found, missing, track.warnings, partial)
    write_json(overview, whole)
    return RoutineAnalysis(info, tuple(found), missing, overview, whole)


class _Outputs:
    """Where the results of a recording go: ``long.01-standing_march.formcheck.json`` and so on."""

    def __init__(self, source: Path, folder: Path) -> None:
        self._stem, self._folder = output_stem(source), folder
        self.overview = folder / f"{self._stem}.routine.json"

    def of(self, step: int, exercise: str) -> Outputs:
        return Outputs.of(Path(f"{self._stem}.{step + 1:02d}-{exercise}.mp4"), self._folder)


def _analyze_piece(  # noqa: PLR0917
    piece: Piece,
    plan: Plan,
    poses: Sequence[Pose],
    info: SourceInfo,
    model: PoseModel | None,
    outputs: _Outputs,
    partial: bool,
    report: bool,
) -> FoundExercise:
    step = plan.steps[piece.step]
    paths = outputs.of(piece.step, step.spec.id)
    session = Session(step.spec, side=step.side)
    with FramesWriter(paths.frames) as table:
        for pose in _inside(poses, piece):
            table.add(session.update(pose))
    summary = session.finish()
    part = replace(info, duration_s=piece.to_s - piece.from_s)
    where = RoutineEntry(id=plan.id, step=piece.step + 1, from_s=round(piece.from_s, 3))
    found = result_file(summary, part, model, partial=partial, routine=where)
    write_json(paths.json, found.to_json())
    files = {"results": paths.json, "every frame": paths.frames}
    if report:
        from formcheck.report.files import write_report

        write_report(paths.report, found, read_frames_csv(paths.frames), step.spec, video=None)
        files["report"] = paths.report
    return FoundExercise(piece, step, summary, found, files)


def _inside(poses: Sequence[Pose], piece: Piece) -> list[Pose]:
    """Return the poses of a piece, timed from its beginning."""
    return [
        replace(pose, time_s=pose.time_s - piece.from_s)
        for pose in poses
        if piece.from_s <= pose.time_s <= piece.to_s
    ]


def _write_videos(
    source: Path,
    found: Sequence[FoundExercise],
    poses: Sequence[Pose],
    info: SourceInfo,
    outputs: _Outputs,
) -> None:
    """Decode the recording once more and write the annotated video of each exercise."""
    with VideoFile(source) as pictures:
        frames = iter(pictures)
        frame: Frame | None = next(frames, None)
        for exercise in found:
            piece, spec = exercise.piece, exercise.step.spec
            path = outputs.of(piece.step, spec.id).video
            session = Session(spec, side=exercise.step.side)
            with AnnotatedVideoWriter(path, info, spec) as writer:
                for pose in _inside(poses, piece):
                    at_s = pose.time_s + piece.from_s
                    while frame is not None and frame.time_s < at_s - 1e-6:
                        frame = next(frames, None)
                    if frame is None:
                        break
                    local = replace(frame, time_s=max(0.0, pose.time_s))
                    writer.write(local, session.update(pose))
            exercise.files["annotated video"] = path


def _overview(  # noqa: PLR0917
    plan: Plan,
    info: SourceInfo,
    found: Sequence[FoundExercise],
    missing: Sequence[int],
    warnings: Sequence[str],
    partial: bool,
) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "formcheck_version": __version__,
        "routine": plan.id,
        "partial": partial,
        "source": {
            "path": info.path, "duration_s": info.duration_s, "fps": info.fps,
            "width": info.width, "height": info.height,
        },
        "exercises": [
            {
                "step": item.piece.step + 1,
                "exercise": item.step.spec.id,
                "from_s": round(item.piece.from_s, 3),
                "to_s": round(item.piece.to_s, 3),
                "start_s": round(item.piece.start_s, 3),
                "end_s": round(item.piece.end_s, 3),
                "totals": item.results.totals.model_dump(exclude_unset=True),
                "faults": len(item.results.faults),
                "file": item.files["results"].name,
            }
            for item in found
        ],
        "not_found": [
            {"step": number + 1, "exercise": plan.steps[number].spec.id} for number in missing
        ],
        "warnings": list(warnings),
    }  # fmt: skip
