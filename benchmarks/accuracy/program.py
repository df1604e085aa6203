"""Runs the program on rendered clips: records their landmarks once, and analyses them."""

from __future__ import annotations

import csv
import json
import math
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from formcheck import analyze as analyze_here
from formcheck.errors import FormcheckError
from groundtruth.build import BuiltClip


class BenchmarkError(RuntimeError):
    """The program could not be run on a clip."""


@dataclass(frozen=True)
class Analysis:
    """What the program said about a clip."""

    summary: dict[str, Any]
    time_s: np.ndarray
    columns: dict[str, np.ndarray]


def recording_of(clip: BuiltClip, cache_dir: Path, model: str) -> Path:
    """Return where the landmarks of a clip are kept, or would be."""
    return cache_dir / "poses" / model / f"{clip.path.stem}.poses.npz"


def record_poses(clip: BuiltClip, cache_dir: Path, program: list[str], model: str) -> Path:
    """Record the landmarks of a clip once for each clip and model."""
    path = recording_of(clip, cache_dir, model)
    if path.is_file():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name("part-" + path.name)
    command = [*program, "poses", str(clip.path), "-o", str(scratch)]
    _run(command if model == "full" else [*command, "--model", model])
    scratch.replace(path)
    return path


def analyze(source: Path, exercise: str, program: list[str], side: str | None = None) -> Analysis:
    """Run ``formcheck analyze`` and read what it wrote."""
    with tempfile.TemporaryDirectory() as folder:
        command = [*program, "analyze", str(source), "--exercise", exercise]
        command += ["--output-dir", folder, "--no-video", "--no-report"]
        if program:
            _run([*command, "--side", side] if side else command)
        else:
            _analyze_here(source, exercise, folder, side)
        summary_path = next(Path(folder).glob("*.formcheck.json"), None)
        frames_path = next(Path(folder).glob("*.frames.csv"), None)
        if summary_path is None or frames_path is None:
            raise BenchmarkError(f"{source.name}: no results were written")
        summary = json.loads(summary_path.read_text(encoding="utf-8"))
        with frames_path.open(newline="", encoding="utf-8") as lines:
            rows = list(csv.DictReader(lines))
    columns = {
        name: np.array([_number(row[name]) for row in rows])
        for name in (rows[0] if rows else {})
        if name.endswith("_deg")
    }
    return Analysis(summary, np.array([_number(row["time_s"]) for row in rows]), columns)


def _analyze_here(source: Path, exercise: str, folder: str, side: str | None) -> None:
    """Do what the command does, without the second that its start takes."""
    try:
        analyze_here(source, exercise, output_dir=folder, side=side)
    except FormcheckError as error:
        raise BenchmarkError(str(error)) from error


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        tail = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise BenchmarkError(f"{' '.join(command[:3])}: exit {done.returncode}: {' '.join(tail)}")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
