"""The front door of all benchmarks: `python -m benchmarks COMMAND [KIND] [OPTIONS]`."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Command:
    """A benchmark: its line in the list, its module, and what else belongs to it by kind."""

    line: str
    module: str
    kinds: dict[str, Command] = field(default_factory=dict)


COMMANDS = {
    "accuracy": Command(
        "how wrong counts, angles, holds and faults are on rendered people",
        "benchmarks.accuracy.clips",
        {
            "table": Command("write figures as a page or into README", "benchmarks.accuracy.table"),
            "ideal": Command("true joints instead of a model", "benchmarks.accuracy.ideal"),
            "crossings": Command("another exercise is chosen", "benchmarks.accuracy.crossings"),
            "self-tests": Command("values of the self-tests", "benchmarks.accuracy.self_tests"),
            "leg-sides": Command("left-right swaps", "benchmarks.accuracy.leg_sides"),
            "camera-roll": Command("a tilted camera", "benchmarks.accuracy.camera_roll"),
            "front-thigh": Command("thighs from the front", "benchmarks.accuracy.front_thigh"),
            "pelvis": Command("pelvic tilt, list, lower back", "benchmarks.accuracy.pelvis"),
            "pelvis-faults": Command("arches and tucks", "benchmarks.accuracy.pelvis_faults"),
            "pelvis-pictures": Command(
                "the pictures of docs/pelvis.md", "benchmarks.accuracy.pelvis_pictures"
            ),
            "heavy-model": Command(
                "make the heavy model from public parts", "benchmarks.accuracy.heavy_model"
            ),
        },
    ),
    "people": Command(
        "counts and faults on recordings of real people",
        "benchmarks.people",
        {"table": Command("write figures into README", "benchmarks.people_table")},
    ),
    "angles": Command(
        "joint angles against marker motion capture",
        "benchmarks.angles",
        {"excursions": Command("counts by one angle of the 3-D body", "benchmarks.excursions")},
    ),
    "speed": Command(
        "frames a second, start, memory and batches, beside a bare loop",
        "benchmarks.speed.commands",
        {
            "table": Command("write figures into docs/scaling.md", "benchmarks.speed.table"),
            "live": Command("what live adds to a frame", "benchmarks.speed.live"),
            "mask": Command("what the outline costs", "benchmarks.speed.mask"),
            "picture-size": Command(
                "landmarks from smaller frames", "benchmarks.speed.picture_size"
            ),
        },
    ),
    "robustness": Command(
        "hostile input, kills, lost cameras, hours without a break",
        "benchmarks.robustness.fuzz",
        {
            "fuzz": Command("input that nobody should give", "benchmarks.robustness.fuzz"),
            "sight": Command("blur, dark, distance, low rates", "benchmarks.robustness.sight"),
            "kill": Command("stopped at random moments", "benchmarks.robustness.kill"),
            "long-run": Command("hours of video or camera", "benchmarks.robustness.long_run"),
            "long-routine": Command("a routine in one video", "benchmarks.robustness.long_routine"),
            "routine-live": Command("a routine, live", "benchmarks.robustness.routine_live"),
            "live-faults": Command("a camera with faults", "benchmarks.robustness.live_faults"),
            "live-hours": Command("hours in minutes", "benchmarks.robustness.live_hours"),
            "live-soak": Command("hours in real time", "benchmarks.robustness.live_soak"),
            "live-speech": Command("delay of speech", "benchmarks.robustness.live_speech"),
            "report": Command("a report in Chromium", "benchmarks.robustness.report_in_browser"),
            "camera": Command("serve a clip as a camera", "benchmarks.robustness.mjpeg_server"),
        },
    ),
    "fit": Command(
        "fits the program's fitted numbers again",
        "benchmarks.fit.every",
        {
            "joint-centres": Command(
                "shifts of hips, knees, shoulders", "benchmarks.fit.joint_centres"
            ),
            "pelvis": Command("outline to tilt and lower back", "benchmarks.fit.pelvis"),
            "front-thigh": Command("knees seen too low", "benchmarks.fit.front_thigh"),
        },
    ),
    "ablation": Command("what each part of the program contributes", "benchmarks.ablation"),
    "freeze": Command("one hash over every frame result", "benchmarks.freeze"),
}

EXTRAS = {
    "torch": "groundtruth",
    "anny": "groundtruth",
    "pyrender": "groundtruth",
    "trimesh": "groundtruth",
    "OpenGL": "groundtruth",
    "playwright": "browser",
    "distributed": "cluster",
    "pandas": "interop",
}
"""Which extra of pyproject.toml brings a package that a benchmark may need."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command, or list all."""
    words = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Benchmarks of formcheck. COMMAND --help says more.",
        formatter_class=lambda prog: argparse.HelpFormatter(prog, max_help_position=20, width=100),
    )
    chosen = parser.add_subparsers(metavar="COMMAND [KIND]", dest="command")
    for name, command in COMMANDS.items():
        chosen.add_parser(name, help=command.line, add_help=False)
    # What comes after the name is for the command's own parser.
    name = parser.parse_args(words[:1]).command
    if name is None:
        parser.print_help()
        return 0
    command, rest = COMMANDS[name], words[1:]
    if rest and rest[0] in command.kinds:
        name, command, rest = f"{name} {rest[0]}", command.kinds[rest[0]], rest[1:]
    return _run(name, command, rest)


def _run(name: str, command: Command, rest: list[str]) -> int:
    sys.argv[0] = f"python -m benchmarks {name}"
    if command.kinds and {"-h", "--help"} & set(rest):
        print(f"Kinds (python -m benchmarks {name} KIND; without one, what is described below):")
        for kind, one in command.kinds.items():
            print(f"  {kind:<16} {one.line}")
        print()
    try:
        run: Callable[[list[str]], int | None] = importlib.import_module(command.module).main
    except ModuleNotFoundError as error:
        if error.name == command.module:
            print(f"'{name}' has not been written yet", file=sys.stderr)
        else:
            print(_missing(name, error), file=sys.stderr)
        return 1
    try:
        return run(rest) or 0
    except ImportError as error:
        # Some are imported only where they are used: a renderer, a browser.
        print(_missing(name, error), file=sys.stderr)
        return 1


def _missing(name: str, error: ImportError) -> str:
    """Say in one sentence what a benchmark lacks, or raise the error where that is our fault."""
    package = (error.name or "").split(".")[0]
    if package in ("formcheck", "groundtruth", "benchmarks"):
        raise error
    if not package:
        # A system library, as OpenGL says it.
        return f"'{name}' needs something that cannot be loaded here: {error}"
    extra = EXTRAS.get(package)
    how = f"pip install -e '.[{extra}]'" if extra else f"pip install {package}"
    return f"'{name}' needs {package}, which is not installed: {how}"


if __name__ == "__main__":
    # argparse of a command names the program after this.
    raise SystemExit(main())
