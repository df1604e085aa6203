"""``formcheck live`` where it cannot begin: one sentence, exit code 1, no window."""

import subprocess
import sys

import pytest


def formcheck(*arguments, **environment):
    import os

    return subprocess.run(
        [sys.executable, "-m", "formcheck", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, **environment},
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["standing_marsh"], "did you mean 'standing_march'"),
        (["standing_march", "--language", "dee"], "language 'dee' is not known; did you mean 'de'"),
        (["standing_march", "--camera", "no such camera"], "no camera is called 'no such camera'"),
    ],
)
def test_cannot_begin(arguments, message):
    done = formcheck("live", *arguments)
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is a screen")
def test_no_screen(model_path):
    done = formcheck("live", "standing_march", "--mute", DISPLAY="", WAYLAND_DISPLAY="")
    assert done.returncode == 1
    assert done.stderr.strip() == "no window can be opened: there is no screen here"
