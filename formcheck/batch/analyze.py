"""The main job: one video or recording in, result files out."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Literal

from formcheck.capture.frame import SourceInfo
from formcheck.core.body.turned import LYING, Turn, TurnWatch
from formcheck.core.judge.session import Session, SideChoice
from formcheck.core.judge.summary import Summary
from formcheck.core.measure.spine import needs_outline
from formcheck.core.spec.exercise import ExerciseSpec
from formcheck.estimate.estimator import Wanted
from formcheck.estimate.models import FetchProgress
from formcheck.estimate.track import PoseTrack, Reading, open_pose_track
from formcheck.io.frames import FramesWriter, read_frames_csv
from formcheck.io.plugins import load_plugins
from formcheck.io.result_file import RESULT_SUFFIX, ResultFile
from formcheck.io.results import result_file, write_json

# Declared and read lengths that differ by less are the same.
_SAME_S = 0.5
# Own figure: the slowest programmes ask for four seconds up.
_SLOW_LIFT_S = 8.0


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
        return Outputs.called(output_stem(source), source.parent if folder is None else folder)

    @property
    def stem(self) -> str:
        """What they are named by."""
        return self.json.name.removesuffix(RESULT_SUFFIX)

    @staticmethod
    def called(stem: str, folder: Path) -> Outputs:
        """Name them by a stem; one that is too long for the file system is cut, and marked."""
        stem = _fitting(stem)
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
    true vertical is turned clockwise by `roll_deg`. The annotated video keeps the `sound`. `turn`,
    `speed` and `at` (where the person is) say how to read the source; a turn of None is found.
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
    turn: Turn | None = None
    speed: float | None = None
    at: Literal["left", "middle", "right"] | None = None


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
    recorded_at : str or None
        When it was filmed, as the source says (ISO 8601).
    """

    summary: Summary
    results: ResultFile
    info: SourceInfo
    files: dict[str, Path | str]
    interrupted: bool
    recorded_at: str | None = None


# File systems count bytes; the longest ending is that of the results.
_MOST_BYTES = 255 - len(RESULT_SUFFIX)


def _fitting(stem: str) -> str:
    encoded = os.fsencode(stem)
    if len(encoded) <= _MOST_BYTES:
        return stem
    mark = "~" + hashlib.sha256(encoded).hexdigest()[:8]
    # A letter that is cut in two is left out.
    whole_letters = encoded[: _MOST_BYTES - len(mark)].decode("utf-8", "ignore")
    return os.fsdecode(whole_letters.encode("utf-8")) + mark


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
    try:
        return _analyze(job, job.turn or 0, on_time, on_fetch, should_stop)
    except _Turned as found:
        done = _analyze(job, found.turn, on_time, on_fetch, should_stop, found.note)
    if done.interrupted or _anything_in(done.summary):
        return done
    # It was somebody who lay there, and did nothing of the kind the other way round either.
    return _analyze(replace(job, turn=0), 0, on_time, on_fetch, should_stop)


def _anything_in(summary: Summary) -> bool:
    totals = summary.totals
    return any((*totals.reps.values(), *totals.attempts.values(), *totals.hold_s.values()))


class _Turned(Exception):  # noqa: N818 - no error: it is to be done again, the other way round
    """The picture lies on its side or upside down, and nothing says so."""

    def __init__(self, turn: Turn) -> None:
        super().__init__(turn)
        self.turn: Turn = turn
        how = "is upside down" if turn == 180 else "lies on its side"
        self.note = (
            f"The picture {how}: it was turned clockwise by {turn}° "
            "(--rotate 0 leaves it as it is)."
        )


def _analyze(  # noqa: PLR0917
    job: Job,
    turn: Turn,
    on_time: Callable[[float, float | None], None],
    on_fetch: FetchProgress | None,
    should_stop: Callable[[], bool],
    note: str | None = None,
) -> Analysis:
    wanted = Wanted(job.at, job.spec.position in LYING)
    watch = TurnWatch(job.spec.position)
    with ExitStack() as files:
        track = files.enter_context(
            open_pose_track(
                job.source,
                model=job.model,
                with_outline=needs_outline(job.spec),
                with_pictures=job.video,
                workers=job.workers,
                reading=Reading(turn, job.speed, wanted),
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
            watch.update(pose)
            table.add(result)
            if video is not None and frame is not None:
                video.write(frame, result)
            end_s = pose.time_s + 1 / track.info.fps
            on_time(end_s, track.info.duration_s)
            if should_stop():
                interrupted = True
                break
        if job.turn is None and note is None and watch.turn and not interrupted:
            raise _Turned(watch.turn)
        summary = session.finish()

    info = track.info
    # Sound that goes on, gaps and damage make the pictures shorter or longer than the file says.
    if info.duration_s is None or not (interrupted or abs(end_s - info.duration_s) < _SAME_S):
        info = replace(info, duration_s=end_s)
    notes = [text for text in (note, _too_slow(summary, track)) if text is not None]
    found = result_file(
        summary,
        info,
        track.model,
        partial=interrupted,
        warnings=[*notes, *track.warnings],
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
    return Analysis(summary, found, info, written, interrupted, track.recorded_at)


def _too_slow(summary: Summary, track: PoseTrack) -> str | None:
    """Return a note where movements last impossibly long: slow motion that nobody told of."""
    lifts_s = [rep.top_s - rep.start_s for rep in summary.reps if rep.top_s is not None]
    if track.speed != 1 or not lifts_s or median(lifts_s) < _SLOW_LIFT_S:
        return None
    return (
        f"A lift takes {median(lifts_s):.0f} s: if the video is in slow motion, say how much with "
        "--speed."
    )
