"""Build the clips: render every take of a subset, once, with its truth beside it.

    python -m groundtruth.build --subset core --jobs 2

A clip's file name carries a hash of everything it is made of: the take, the motion script and
the poses it uses, and `CODE_VERSION`.  What is there already is not built again, and a clip
whose script was changed is.  Everything random comes from the seed of the take.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from platformdirs import user_cache_dir

from groundtruth.motions.script import PoseSpec, load_motion, named_pose, sequence
from groundtruth.performance import Performance
from groundtruth.takes import Take, subset_names, takes
from groundtruth.truth import TruthTrack, held_seconds, held_spans, load_truth

CODE_VERSION = 1
"""Raise this when kinematics, looks or rendering change what a clip shows."""
EMPTY_ROOM_S = 120.0


@dataclass(frozen=True, slots=True)
class BuiltClip:
    """A rendered take and the files it is in."""

    take: Take
    path: Path
    truth_path: Path


def default_cache_dir() -> Path:
    """Return the folder that clips are kept in between runs."""
    return Path(user_cache_dir("formcheck-groundtruth", appauthor=False))


def clip_of(take: Take, cache_dir: Path) -> BuiltClip:
    """Return where a take's clip is, or will be."""
    stem = f"{take.name}-{take_hash(take)}"
    folder = cache_dir / "clips"
    return BuiltClip(take, folder / f"{stem}.mp4", folder / f"{stem}.truth.npz")


def take_hash(take: Take) -> str:
    """Return a short hash of everything that a take's clip is made of."""
    parts: list[Any] = [CODE_VERSION, sorted(_plain(take).items())]
    if take.motion:
        motion = load_motion(take.motion)
        fault = motion.fault(take.check) if take.check else None
        if fault:
            # What else may be said about a mistake changes no picture.
            fault = replace(fault, also=())
        parts += [motion.start, motion.top, motion.timing, motion.steps, motion.repeat, fault]
        parts += [motion.kind, motion.sides, motion.near, motion.props]
        # Left out where there is none, so that clips from before it are still found.
        parts += [p.moving for p in (motion.start, motion.top) if p and p.moving]
        ways = (motion.way_up, motion.way_down, motion.reversed_from, motion.centre)
        parts += [ways] if ways != ((), (), None, "extent") else []
        if fault:
            parts += [w for w in (fault.way_up, fault.way_down, fault.reversed_from) if w]
        steps = [*motion.steps, *motion.way_up, *motion.way_down]
        if take.intro:
            ways = [*sequence(f"enter_{motion.position}"), *sequence(f"leave_{motion.position}")]
            parts.append(ways)
            steps += ways
        parts += [_pose_of(step["to"]) for step in steps if "to" in step]
        if any("walk" in step or "turn" in step for step in steps):
            parts += [named_pose(n) for n in ("standing", "step", "passing", "shuffle")]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def _plain(take: Take) -> dict[str, Any]:
    values = asdict(take)
    # Neither its name nor the sets it is in change a picture.
    del values["name"], values["subsets"]
    if values["timing"] is None:
        del values["timing"]
    return values


def _pose_of(name: str) -> PoseSpec | None:
    return None if name in ("start", "top") else named_pose(name)


def build(
    chosen: Sequence[Take], cache_dir: Path, *, jobs: int = 2, built_only: bool = False
) -> list[BuiltClip]:
    """Build what is missing and return the clips in the order of `chosen`.

    Parameters
    ----------
    chosen
        The takes.
    cache_dir
        Where clips are kept.
    jobs
        Processes; each renders one clip at a time.
    built_only
        Leave out what is missing instead of building it.
    """
    clips = [clip_of(take, cache_dir) for take in chosen]
    missing = [clip for clip in clips if not (clip.path.is_file() and clip.truth_path.is_file())]
    if built_only:
        return [clip for clip in clips if clip not in missing]
    if missing:
        (cache_dir / "clips").mkdir(parents=True, exist_ok=True)
        began = time.monotonic()
        for done, (clip, seconds) in enumerate(_built(missing, jobs), start=1):
            print(f"[{done}/{len(missing)}] {clip.take.name}: {seconds:.0f} s", flush=True)
        print(f"{len(missing)} clips built in {time.monotonic() - began:.0f} s", flush=True)
    return clips


def _built(missing: list[BuiltClip], jobs: int) -> Iterator[tuple[BuiltClip, float]]:
    if jobs <= 1:
        for clip in missing:
            yield clip, render_clip(clip)
        return
    # A forked process would share the renderer's GL context.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_one_thread) as pool:
        futures = {pool.submit(render_clip, clip): clip for clip in missing}
        for future in as_completed(futures):
            yield futures[future], future.result()


def _one_thread() -> None:
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "LP_NUM_THREADS"):
        os.environ[name] = "1"


def render_clip(clip: BuiltClip) -> float:
    """Render one take with its truth, both whole or not at all; return the seconds it took."""
    from groundtruth.filming import Filming  # the renderer needs its environment set first

    began = time.monotonic()
    take = clip.take
    filming = Filming(take)
    track = TruthTrack(take.size_px)
    performance = filming.performance
    duration_s = performance.duration_s if performance else EMPTY_ROOM_S
    count = max(1, int(duration_s * take.fps))
    scratch = clip.path.with_name(f"part-{os.getpid()}-{clip.path.name}")
    try:
        with filming.encoder(scratch) as encode:
            for number in range(count):
                time_s = number / take.fps
                picture, posed, joints_px = filming.frame(time_s)
                encode(picture)
                track.add(time_s, posed, joints_px)
        truth_scratch = scratch.with_suffix(".npz")
        np.savez_compressed(truth_scratch, **track.arrays(events_of(take, performance)))
        truth_scratch.replace(clip.truth_path)
        scratch.replace(clip.path)
    finally:
        scratch.unlink(missing_ok=True)
        scratch.with_suffix(".npz").unlink(missing_ok=True)
    return time.monotonic() - began


def truth_of(clip: BuiltClip) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Read the truth of a built clip; its holds follow from its angles as defined now."""
    arrays, events = load_truth(clip.truth_path)
    return arrays, with_true_holds(arrays, events, clip.take)


def with_true_holds(
    arrays: dict[str, np.ndarray], events: dict[str, Any], take: Take
) -> dict[str, Any]:
    """Replace the times between key poses by those in which the true angles are held."""
    motion = load_motion(take.motion) if take.motion else None
    if motion is None or motion.held is None:
        for hold in events["holds"]:
            hold["hold_s"] = hold["end_s"] - hold["start_s"]
        return events
    held = motion.held
    if motion.kind == "hold":
        # Both sides are looked at: a hold is also true on a side that was not meant.
        holds = [
            {"side": side, "start_s": start_s, "end_s": end_s, "hold_s": hold_s}
            for side in sorted({*motion.sides, *(take.sides or ())})
            for start_s, end_s, hold_s in held_spans(arrays, held, side)
        ]
        events["holds"] = sorted(holds, key=lambda hold: hold["start_s"])
    for rep in events["reps"]:
        rep["hold_s"] = held_seconds(arrays, held, rep["side"], rep["start_s"], rep["end_s"])
    return events


def events_of(take: Take, performance: Performance | None) -> dict[str, Any]:
    """Return what happens in a take: exercise, repetitions, holds, mistakes."""
    events: dict[str, Any] = {
        "exercise": take.exercise,
        "kind": "free",
        "take": take.name,
        "body": take.body,
        "view": take.view,
        "near": take.near,
        "check": take.check,
        "span_s": [0.0, 1e9],
        "reps": [],
        "holds": [],
        "faults": [],
    }
    if performance is None:
        return events
    motion = performance.motion
    events["kind"] = motion.kind
    events["reps"] = [asdict(rep) for rep in performance.reps]
    events["holds"] = [asdict(hold) for hold in performance.holds]
    events["faults"] = [asdict(interval) for interval in performance.faults]
    if performance.span_s is not None:
        events["span_s"] = list(performance.span_s)
    return events



def main(arguments: list[str] | None = None) -> int:
    """Build a subset from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--subset", default="core", help=", ".join(subset_names()))
    parser.add_argument("--bodies", choices=("score", "tune", "all"), default="all")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--cache", type=Path, default=default_cache_dir())
    parser.add_argument("--only", help="takes whose name contains this")
    parser.add_argument("--list", action="store_true", help="say what there is, build nothing")
    options = parser.parse_args(arguments)
    try:
        chosen = takes(options.subset)
    except ValueError as error:
        parser.error(str(error))
    chosen = tuple(t for t in chosen if options.bodies in ("all", *t.subsets))
    if options.only:
        chosen = tuple(take for take in chosen if options.only in take.name)
    if options.list:
        for take in chosen:
            clip = clip_of(take, options.cache)
            print(json.dumps({"take": take.name, "built": clip.path.is_file()}))
        return 0
    clips = build(chosen, options.cache, jobs=options.jobs)
    print(f"{len(clips)} clips in {options.cache / 'clips'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
