"""The main job: one video or recording in, result files out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from formcheck.capture.frame import SourceInfo
from formcheck.core.judge.session import Session, SideChoice
from formcheck.core.judge.summary import Summary
from formcheck.core.measure.spine import needs_outline
from formcheck.core.spec.exercise import ExerciseSpec
from formcheck.estimate.models import FetchProgress
from formcheck.estimate.track import open_pose_track
from formcheck.io.frames import FramesWriter, read_frames_csv
from formcheck.io.plugins import load_plugins
from formcheck.io.result_file import ResultFile
from formcheck.io.results import result_file, write_json


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where the results of one source go."""

    json: Path
    frames: Path
    video: Path
    report: Path

    @staticmethod
    def of(source: Path, folder: Path | None = None) -> Outputs:
        """Name them after the source, beside it or in a folder."""
        stem = output_stem(source)
        folder = source.parent if folder is None else folder
        return Outputs(
            folder / f"{stem}.formcheck.json",
            folder / f"{stem}.frames.csv",
            folder / f"{stem}.formcheck.mp4",
            folder / f"{stem}.report.html",
        )


@dataclass(frozen=True, slots=True)
class Job:
    """What to analyse, and how.

    `workers` processes share a long video; their number changes no result. `settings` is kept in
    the results, so that a later run knows whether they are what it would come to. The picture's
    true vertical is turned clockwise by `roll_deg`. The annotated video keeps the `sound`.
    """

    source: Path
    spec: ExerciseSpec
    outputs: Outputs
    side: SideChoice | None = None
    model: str | None = None
    video: bool = True
    report: bool = False
    workers: int = 1
    settings: str | None = None
    roll_deg: float | None = None
    sound: bool = True


@dataclass(frozen=True, slots=True)
class Analysis:
    """What came of a job.

    Attributes
    ----------
    summary : Summary
    results : ResultFile
        As in the JSON file.
    info : SourceInfo
    files : dict of str to Path or str
        The files written, by what they are; the annotated video last. A text is a URL.
    interrupted : bool
        True where `should_stop` ended it early.
    """

    summary: Summary
    results: ResultFile
    info: SourceInfo
    files: dict[str, Path | str]
    interrupted: bool


def output_stem(source: Path) -> str:
    """Return a source's name without its suffix (``clip.poses.npz`` and ``clip.mp4``: ``clip``)."""
    return source.name.removesuffix(source.suffix).removesuffix(".poses") or source.name


def analyze(
    job: Job,
    *,
    on_time: Callable[[float, float | None], None] = lambda _time_s, _duration_s: None,
    on_fetch: FetchProgress | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Analysis:
    """Analyse one source and write its results.

    Parameters
    ----------
    job : Job
    on_time : callable
        Told after each frame the time reached and the length of the source.
    on_fetch : callable, optional
        Told about the fetching of the pose model.
    should_stop : callable
        Asked after each frame; once True, what there is so far is written, marked as partial.
    """
    # In a worker process nobody has looked for other packages' measurements yet.
    load_plugins()
    with ExitStack() as files:
        track = files.enter_context(
            open_pose_track(
                job.source,
                model=job.model,
                with_outline=needs_outline(job.spec),
                with_pictures=job.video,
                workers=job.workers,
                progress=on_fetch,
            )
        )
        session, video = Session(job.spec, side=job.side, roll_deg=job.roll_deg), None
        table = files.enter_context(FramesWriter(job.outputs.frames))
        if job.video and track.has_pictures:
            # Imported here: what draws takes a fiftieth of a second to load.
            from formcheck.draw.sound import Sound
            from formcheck.draw.video import AnnotatedVideoWriter

            sound = None
            if job.sound and track.origin_s is not None:
                sound = files.enter_context(Sound(job.source, track.origin_s))
            video = files.enter_context(
                AnnotatedVideoWriter(job.outputs.video, track.info, job.spec, sound=sound)
            )
        interrupted, end_s = False, 0.0
        for frame, pose in track.read():
            result = session.update(pose)
            table.add(result)
            if video is not None and frame is not None:
                video.write(frame, result)
            end_s = pose.time_s + 1 / track.info.fps
            on_time(end_s, track.info.duration_s)
            if should_stop():
                interrupted = True
                break
        summary = session.finish()

    info = track.info
    if info.duration_s is None:
        info = replace(info, duration_s=end_s)
    found = result_file(
        summary,
        info,
        track.model,
        partial=interrupted,
        warnings=track.warnings,
        settings=job.settings,
    )
    write_json(job.outputs.json, found.to_json())
    written: dict[str, Path | str] = {
        "results": job.outputs.json,
        "every frame": job.outputs.frames,
    }
    if job.report:
        from formcheck.report.files import write_report

        write_report(
            job.outputs.report,
            found,
            read_frames_csv(job.outputs.frames),
            job.spec,
            video=job.outputs.video if video is not None else None,
        )
        written["report"] = job.outputs.report
    if video is not None:
        written["annotated video"] = job.outputs.video
    return Analysis(summary, found, info, written, interrupted)
