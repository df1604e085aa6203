"""Which camera is meant."""

import pytest

from formcheck.capture.devices import CameraName, _linux_cameras, choose_camera
from formcheck.errors import UnknownNameError

CAMERAS = [
    CameraName(0, "HD Webcam"),
    CameraName(2, "USB Capture: HDMI"),
    CameraName(4, "Webcam 2"),
]


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [("0", "0"), ("7", "7"), ("rtsp://10.0.0.5/a", "rtsp://10.0.0.5/a"), ("hdmi", "2")],
)
def test_number_address_or_a_part_of_the_name(wanted, chosen):
    assert choose_camera(wanted, CAMERAS) == chosen


@pytest.mark.parametrize(
    ("wanted", "cameras", "message"),
    [
        (
            "webcam", CAMERAS,
            "several cameras are called 'webcam': 0 (HD Webcam), 4 (Webcam 2); give the number",
        ),
        (
            "phone", CAMERAS[:1],
            "no camera is called 'phone'; there are: 0 (HD Webcam); "
            "a stream needs an address such as rtsp://…",
        ),
        (
            "phone", [],
            "no camera is called 'phone'; no camera was found; "
            "a stream needs an address such as rtsp://…",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_told(wanted, cameras, message):
    with pytest.raises(UnknownNameError) as caught:
        choose_camera(wanted, cameras)
    assert str(caught.value) == message


def test_linux_names_without_metadata_nodes(tmp_path):
    for node, name, index in (
        ("video2", "USB\n", "0"),
        ("video0", "HD", "0"),
        ("video1", "HD", "1"),
    ):
        folder = tmp_path / node
        folder.mkdir()
        (folder / "name").write_text(name)
        (folder / "index").write_text(index + "\n")
    (tmp_path / "v4l-subdev0").mkdir()
    assert _linux_cameras(tmp_path) == [CameraName(0, "HD"), CameraName(2, "USB")]
    assert _linux_cameras(tmp_path / "none") == []
