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


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["live", "standing_march", "--size", "big"],
         "--size 'big' is not an image size; give width and height as 1280x720"),
        (["routine", "pre_run", "--size", "9x9"],
         "--size '9x9' is not an image size; give width and height as 1280x720"),
        (["routine", "prerun"], "There is no routine 'prerun'; did you mean 'pre_run'? "
         "`formcheck routine` lists them all."),
        (["test", "standing_march"], "'standing_march' is an exercise and no self-test; "
         "`formcheck live standing_march` leads through it, `formcheck test` lists the self-tests"),
        (["test", "thomas_test", "--side", "alternate"],
         "--side alternate does not fit 'thomas_test': it is done side by side"),
        (["programme", "runer"], "There is no programme 'runer'; did you mean 'runner'?"),
    ],
)  # fmt: skip
def test_wrong_settings(arguments, message, model_path):
    done = formcheck(*arguments)
    assert (done.returncode, done.stderr.strip()) == (1, message)


@pytest.mark.parametrize("arguments", [["routine"], ["test"], ["routine", "pilates_mat", "--show"]])
def test_lists(arguments):
    done = formcheck(*arguments)
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) > 4


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is a screen")
@pytest.mark.parametrize("command", ["routine", "test"])
def test_no_screen_for_a_routine_or_a_test(command, model_path, tmp_path):
    name = {"routine": "pre_run", "test": "thomas_test"}[command]
    done = formcheck(
        command, name, "--mute", DISPLAY="", WAYLAND_DISPLAY="",
        FORMCHECK_HISTORY=str(tmp_path / "h.sqlite"),
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.strip() == "no window can be opened: there is no screen here"
    assert "Stop at sharp or radiating pain." in done.stdout


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is a screen")
def test_no_screen(model_path):
    done = formcheck("live", "standing_march", "--mute", DISPLAY="", WAYLAND_DISPLAY="")
    assert done.returncode == 1
    assert done.stderr.strip() == "no window can be opened: there is no screen here"
