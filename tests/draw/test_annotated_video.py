"""The annotated video, read back: times, sizes, and nothing left behind when it fails."""

import av
import numpy as np
import pytest

from formcheck.capture.frame import Frame, SourceInfo
from formcheck.core.spec.exercise import ExerciseSpec
from formcheck.draw.video import AnnotatedVideoWriter, VideoWriter
from formcheck.errors import OutputError
from tests.support.display_data import frame

SPEC = ExerciseSpec.model_validate(
    {
        "id": "march", "name": "March", "summary": "x", "kind": "reps", "view": "side",
        "position": "standing", "sides": "alternate", "dose": {"reps": 10},
        "setup": {"camera": "x"}, "source": "heuristic",
        "rep": {"measurement": "thigh_elevation", "rest_below": 25, "top_above": 60, "target": 85},
    }
)  # fmt: skip
TIMES = [0.0, 0.04, 0.08, 0.2, 0.25, 0.6, 0.9]


def written(path, size, times=TIMES):
    with VideoWriter(path, fps=25) as writer:
        for i, t in enumerate(times):
            writer.write(np.full((size[1], size[0], 3), 30 * i, np.uint8), t)


def read(path):
    with av.open(str(path)) as container:
        return [(f.time, f.to_ndarray(format="rgb24")) for f in container.decode(video=0)]


@pytest.mark.parametrize("size", [(64, 48), (65, 49)])
def test_variable_frame_times_survive_and_sizes_become_even(tmp_path, size):
    written(tmp_path / "a.mp4", size)
    frames = read(tmp_path / "a.mp4")
    assert [t for t, _ in frames] == pytest.approx(TIMES, abs=1e-4)
    assert {image.shape for _, image in frames} == {(48, 64, 3)}
    assert [int(image.mean()) for _, image in frames] == pytest.approx(
        [30 * i for i in range(7)], abs=3
    )


def test_plays_in_browsers(tmp_path):
    path = tmp_path / "a.mp4"
    written(path, (64, 48))
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
    data = path.read_bytes()
    assert 0 < data.find(b"moov") < data.find(b"mdat")


def test_large_pictures_are_made_smaller(tmp_path):
    written(tmp_path / "a.mp4", (2600, 20), TIMES[:2])
    assert read(tmp_path / "a.mp4")[0][1].shape[1] == 1920


def test_picture_that_is_not_later_is_left_out(tmp_path):
    written(tmp_path / "a.mp4", (64, 48), [0.0, 0.1, 0.1, 0.05, 0.2])
    assert [t for t, _ in read(tmp_path / "a.mp4")] == pytest.approx([0.0, 0.1, 0.2])


def test_failure_leaves_no_file_and_the_old_one_whole(tmp_path):
    path = tmp_path / "a.mp4"
    path.write_text("old")
    writer = VideoWriter(path, fps=25)
    writer.write(np.zeros((48, 64, 3), np.uint8), 0.0)
    assert len(list(tmp_path.iterdir())) == 2
    writer.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert [p.name for p in tmp_path.iterdir()] == ["a.mp4"]
    assert path.read_text() == "old"


def test_no_picture_no_file(tmp_path):
    with VideoWriter(tmp_path / "a.mp4", fps=25):
        pass
    assert list(tmp_path.iterdir()) == []


def test_missing_folder_is_one_sentence(tmp_path):
    path = tmp_path / "no" / "a.mp4"
    with (
        pytest.raises(OutputError, match=r"a\.mp4 cannot be written: the folder does not exist"),
        VideoWriter(path, fps=25) as writer,
    ):
        writer.write(np.zeros((48, 64, 3), np.uint8), 0.0)


def test_analysis_frames_are_drawn_on(tmp_path):
    info = SourceInfo("clip.mp4", 0.2, 25.0, 640, 480)
    image = np.full((480, 640, 3), 110, np.uint8)
    with AnnotatedVideoWriter(tmp_path / "a.mp4", info, SPEC) as writer:
        for t in (0.0, 0.04, 0.08):
            writer.write(Frame(t, image), frame(t, left=4, hold_s=t, hold_target_s=3.0))
    (_, picture), *rest = read(tmp_path / "a.mp4")
    assert len(rest) == 2
    assert picture[15:130, 15:120].max() > 240  # the count
    assert abs(int(picture[470, 5].mean()) - 110) < 6  # untouched wall
