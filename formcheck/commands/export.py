"""``formcheck export``: angles and markers for the field's other tools."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from formcheck.commands._terminal import out
from formcheck.errors import SettingError

_FRAMES = ".frames.csv"
_POSES = ".npz"


def export(
    source: Annotated[
        list[Path],
        typer.Argument(
            metavar="SOURCE...", help="*.frames.csv of an analysis, or *.poses.npz recordings."
        ),
    ],
    mot: Annotated[
        bool, typer.Option("--mot", help="Angles as OpenSim motion (from *.frames.csv).")
    ] = False,
    trc: Annotated[
        bool, typer.Option("--trc", help="Landmarks as OpenSim markers (from *.poses.npz).")
    ] = False,
    parquet: Annotated[
        bool, typer.Option("--parquet", help="Every frame as Parquet (from *.frames.csv).")
    ] = False,
    output_dir: Annotated[
        Path | None, typer.Option(help="Folder for the files; by default beside each source.")
    ] = None,
) -> None:
    """Use results elsewhere: OpenSim .mot and .trc, or Parquet (by default all that fit)."""
    from formcheck.io.atomic import require_writable_folder

    if output_dir is not None:
        require_writable_folder(output_dir)
    everything = not (mot or trc or parquet)
    for path in source:
        folder = output_dir or path.parent
        if path.name.endswith(_FRAMES):
            if trc and not mot and not parquet:
                raise SettingError(f"{path} has no landmarks; --trc needs a *.poses.npz")
            written = _from_frames(path, folder, mot or everything, parquet)
        elif path.name.endswith(_POSES):
            if (mot or parquet) and not trc:
                raise SettingError(f"{path} has no angles; --mot and --parquet need a *.frames.csv")
            written = _from_poses(path, folder)
        else:
            raise SettingError(f"{path} is neither a *{_FRAMES} nor a pose recording (*.npz)")
        for file in written:
            out().print(f"written: {file}", markup=False)


def _from_frames(path: Path, folder: Path, mot: bool, parquet: bool) -> Iterator[Path]:
    from formcheck.exports import mot_text, write_parquet
    from formcheck.io.atomic import write_text, writing
    from formcheck.io.frames import read_frames_csv

    frames = read_frames_csv(path)
    stem = path.name.removesuffix(_FRAMES)
    if mot:
        target = folder / f"{stem}.mot"
        write_text(target, mot_text(frames, stem))
        yield target
    if parquet:
        target = folder / f"{stem}.parquet"
        with writing(target) as temporary:
            write_parquet(frames, temporary)
        yield target


def _from_poses(path: Path, folder: Path) -> Iterator[Path]:
    import numpy as np

    from formcheck.exports import trc_text
    from formcheck.io import poses as pose_recording
    from formcheck.io.atomic import write_text

    recording = pose_recording.read(path)
    target = folder / f"{path.name.removesuffix(_POSES).removesuffix('.poses')}.trc"
    time_s = np.array([pose.time_s for pose in recording.poses])
    world = np.stack([pose.world for pose in recording.poses])
    write_text(target, trc_text(time_s, world, recording.fps, target.name))
    yield target
