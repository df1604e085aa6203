"""Reports on disk: made after an analysis, or again later from its result files."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from urllib.parse import quote

from formcheck.core.spec.exercise import ExerciseSpec
from formcheck.errors import FormcheckError, OutputError
from formcheck.io import atomic as atomic_files
from formcheck.io.frames import FrameTable, read_frames_csv
from formcheck.io.result_file import RESULT_SUFFIX, ResultFile, read_results
from formcheck.report.moments import still_time
from formcheck.report.page import ReportInput, render_report
from formcheck.report.stills import MAX_STILLS, grab_stills

# Browsers hold a data address in memory, and mail servers stop far below this.
MAX_EMBEDDED_BYTES = 60_000_000


def video_address(video: Path, page: Path, *, embed: bool = False) -> str:
    """Return how a page names its video: a relative address, or the video itself.

    Raises
    ------
    OutputError
        Where the video is too large to be embedded.
    """
    if not embed:
        relative = os.path.relpath(video.resolve(), page.parent.resolve())
        # The leading dot keeps a name such as "data:x.mp4" a file name.
        return "./" + quote(Path(relative).as_posix(), errors="surrogateescape")
    size = video.stat().st_size
    if size > MAX_EMBEDDED_BYTES:
        raise OutputError(
            f"{video} has {size / 1e6:.0f} MB, too much to put into a page "
            f"(at most {MAX_EMBEDDED_BYTES / 1e6:.0f} MB); leave it beside the page"
        )
    return "data:video/mp4;base64," + base64.b64encode(video.read_bytes()).decode("ascii")


def write_report(
    path: Path,
    results: ResultFile,
    frames: FrameTable,
    spec: ExerciseSpec | None,
    *,
    video: Path | None = None,
    embed_video: bool = False,
    recorded_on: str | None = None,
) -> None:
    """Write the report of one take, whole or not at all.

    Parameters
    ----------
    path : Path
        The page, usually ``clip.report.html``.
    results : ResultFile
        A `*.formcheck.json`.
    frames : FrameTable
    spec : ExerciseSpec or None
    video : Path, optional
        The annotated video (or the clip itself).
    embed_video : bool
        Put the video into the page instead of naming it.
    recorded_on : str, optional
        When it was recorded, as text for people.
    """
    stills: dict[float, str] = {}
    address = None
    if video is not None and video.is_file():
        moments = [still_time(fault) for fault in results.faults]
        stills = grab_stills(video, moments[:MAX_STILLS])
        address = video_address(video, path, embed=embed_video)
    page = render_report(
        ReportInput(
            results=results,
            frames=frames,
            spec=spec,
            title=results.source.path or path.stem,
            video_url=address,
            stills=stills,
            recorded_on=recorded_on,
        )
    )
    atomic_files.write_text(path, page)


def remake_report(result_file: Path, *, embed_video: bool = False) -> Path:
    """Make the report of a `*.formcheck.json` again from the files beside it.

    Returns
    -------
    Path
        The page.
    """
    stem = result_file.name.removesuffix(RESULT_SUFFIX)
    results = read_results(result_file)
    frames = read_frames_csv(result_file.with_name(f"{stem}.frames.csv"))
    page = result_file.with_name(f"{stem}.report.html")
    annotated = result_file.with_name(f"{stem}.formcheck.mp4")
    clip = result_file.with_name(Path(results.source.path or "").name or stem)
    video = annotated if annotated.is_file() else clip
    playable = video.suffix.lower() in (".mp4", ".m4v", ".webm", ".mov")
    write_report(
        page,
        results,
        frames,
        spec_of(results.exercise),
        video=video if playable else None,
        embed_video=embed_video,
    )
    return page


def spec_of(exercise: str) -> ExerciseSpec | None:
    """Return the exercise of a result file, or None where this formcheck does not know its id."""
    from formcheck.io.specs import read_spec, spec_paths

    # By id only: a result file is not asked for a path to open.
    path = spec_paths().get(exercise)
    if path is None:
        return None
    try:
        return read_spec(path)
    except FormcheckError:
        return None
