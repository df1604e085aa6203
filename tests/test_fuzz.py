"""Input that nobody should give: a result or one sentence, in time, and nothing else.

The inputs are those of `benchmarks.robustness.fuzz`, which goes on with them for hours.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.robustness import fuzz
from benchmarks.robustness.hostile import result_files
from benchmarks.robustness.hostile.accidents import mutated
from formcheck.capture.video_file import VideoFile
from formcheck.errors import SourceError
from formcheck.io import poses as pose_recording
from formcheck.io.result_file import read_results

RANDOM_INPUTS = 25
# Numbers whose inputs were findings once.
CORPUS: dict[str, tuple[int, ...]] = {
    "video": (1000041,),
    "history": (1000335, 1000735),
    "results": (1000557,),
}


@pytest.fixture(scope="module")
def runner() -> Iterator[fuzz.Runner]:
    found = fuzz.Runner()
    yield found
    found.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("target", "name"),
    [(target, name) for target, chosen in fuzz.TARGETS.items() for name in chosen.special],
)
def test_special_input(runner: fuzz.Runner, tmp_path: Path, target: str, name: str) -> None:
    outcome = runner.run(target, fuzz.make_input(target, name, tmp_path))
    assert outcome in ("read", "refused")


@pytest.mark.parametrize("target", fuzz.TARGETS)
def test_random_input(runner: fuzz.Runner, tmp_path: Path, target: str) -> None:
    for number in (*range(RANDOM_INPUTS), *CORPUS.get(target, ())):
        folder = tmp_path / str(number)
        folder.mkdir()
        outcome = runner.run(target, fuzz.make_input(target, number, folder))
        assert outcome in ("read", "refused"), f"{target} {number}"


def test_the_inputs_are_the_same_every_time(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    for target in fuzz.TARGETS:
        one = fuzz.make_input(target, 7, tmp_path / "a").read_bytes()
        assert one == fuzz.make_input(target, 7, tmp_path / "b").read_bytes(), target


def test_the_runner_notices_what_must_not_happen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Without this, a mistake in the harness would make the tests above pass for ever.
    def fail(_path: Path) -> str:
        raise IndexError("a bug")

    def load_a_pickle(_path: Path) -> str:
        fuzz.PICKLE_PROOF.touch()
        return "read"

    for check, outcome in ((fail, "IndexError: a bug"), (load_a_pickle, "a pickle was loaded")):
        target = fuzz.Target(fuzz.make_spec, check, {}, "t.toml")
        monkeypatch.setitem(fuzz.TARGETS, "spec", target)
        assert fuzz.outcome_of("spec", tmp_path).startswith(outcome)
    fuzz.PICKLE_PROOF.unlink()


def test_mutations_change_something() -> None:
    data = bytes(range(256)) * 10
    assert all(mutated(random.Random(seed), data) != data for seed in range(200))


# -- what is said about some of them --------------------------------------------------------------


def test_pictures_that_would_fill_the_memory_are_refused(tmp_path: Path) -> None:
    path = fuzz.make_input("video", "10000 x 10000", tmp_path)
    with pytest.raises(SourceError) as caught, VideoFile(path):
        pass
    assert str(caught.value) == (
        f"{path} has pictures of 10000 × 10000 pixels, too large to be read "
        "(at most 50 million pixels); make a smaller copy"
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("10 GB of zeros", "{path} is too large for a pose recording"),
        ("huge", "{path}: 'landmarks' holds 1e+30, but should be in picture widths"),
        (
            "years between pictures",
            "{path}: 'time_s' should be seconds since the start, but goes from 0 to 8.9e+09",
        ),
        (
            "infinite",
            "{path}: 'landmarks' has frames in which only some numbers are finite; "
            "a frame without a person is NaN throughout",
        ),
    ],
)
def test_recordings_that_no_camera_makes(tmp_path: Path, name: str, message: str) -> None:
    path = fuzz.make_input("recording", name, tmp_path)
    with pytest.raises(SourceError) as caught:
        pose_recording.read(path)
    assert str(caught.value) == message.format(path=path)


def test_a_result_file_without_one_of_its_keys(runner: fuzz.Runner, tmp_path: Path) -> None:
    outcomes = {}
    for number, (key, data) in enumerate(result_files.results_without_a_key().items()):
        path = tmp_path / str(number) / "take.formcheck.json"
        path.parent.mkdir()
        path.write_bytes(data)
        outcomes[key] = runner.run("results", path)
    assert outcomes["source.height"] == "read"
    assert outcomes["totals.reps"] == "refused"
    assert set(outcomes.values()) == {"read", "refused"}, outcomes


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"severity": "fault"', '"severity": ["fault"]', "faults -> 0 -> severity: ['fault']"),
        ('"holds": []', '"holds": [{}]', "holds -> 0 -> side is missing"),
    ],
)
def test_a_result_file_that_was_edited_badly(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    text = result_files.base_results()[0].decode()
    assert old in text
    path = tmp_path / "take.formcheck.json"
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(SourceError) as caught:
        read_results(path)
    ending = "" if problem.endswith("missing") else " does not fit"
    assert str(caught.value) == (
        f"{path} is a damaged result file: {problem}{ending}; analyse the video again"
    )
