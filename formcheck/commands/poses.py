"""``formcheck poses``: record the landmarks of a video."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from formcheck.commands._model import ModelOption
from formcheck.commands._terminal import INTERRUPTED, bars, out, stop_on_signal
from formcheck.commands._turn import TurnChoice, TurnOption, turn_chosen
from formcheck.errors import SettingError


def poses(
    video: Annotated[Path, typer.Argument(help="The video.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The recording to write (FILE.poses.npz).")
    ],
    model: ModelOption = None,
    rotate: TurnOption = TurnChoice.none,
) -> None:
    """Record the landmarks of a video once, to analyse them later without it."""
    from formcheck.estimate.track import Reading, open_pose_track
    from formcheck.io import poses as pose_recording
    from formcheck.io.atomic import require_writable_folder

    if not output.name.endswith(pose_recording.SUFFIX):
        raise SettingError(f"{output} should end in {pose_recording.SUFFIX}")
    require_writable_folder(output.parent)
    reading = Reading(turn_chosen(rotate) or 0)
    with bars() as shown, stop_on_signal() as stop:
        shown.begin(video.name)
        # With the outline always: nobody knows yet which exercise the recording will be judged by.
        with open_pose_track(
            video, model=model, with_outline=True, reading=reading, progress=shown.fetch
        ) as track:
            found = []
            for _frame, pose in track.read():
                found.append(pose)
                shown.at(pose.time_s, track.info.duration_s)
                if stop():
                    break
        info, used = track.info, track.model
        recording = pose_recording.PoseRecording(
            found,
            found[0].size_px if found else (info.width, info.height),
            info.fps,
            None if used is None else (used.name, used.sha256),
            tuple(track.warnings),
        )
        pose_recording.write(output, recording)
    detected = sum(pose.detected for pose in found)
    out().print(f"{len(found)} frames, person detected in {detected}: {output}", markup=False)
    if stop.asked:
        typer.echo("stopped: the recording holds the part before", err=True)
        raise typer.Exit(INTERRUPTED)
