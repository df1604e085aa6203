"""The window where there is no screen, and its keys."""

import os

import pytest

from formcheck.errors import SettingError
from formcheck.live.window import KEYS, Window, _quiet_qt


@pytest.mark.skipif(os.name == "nt", reason="Windows always has a screen")
def test_no_screen_is_one_sentence(monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(SettingError, match=r"^no window can be opened: there is no screen here$"):
        Window()
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    with pytest.raises(SettingError, match="needs X11 or XWayland"):
        Window()


def test_keys_of_the_contract():
    wanted = {"q": "quit", "p": "pause", "m": "mute", "s": "side", "r": "restart", "h": "help"}
    assert {letter: KEYS[ord(letter)] for letter in wanted} == wanted
    assert KEYS[27] == "quit"
    assert KEYS[ord("f")] == "full_screen"


def test_qt_gets_a_font_folder_that_is_there(monkeypatch, tmp_path):
    monkeypatch.setenv("QT_QPA_FONTDIR", str(tmp_path / "missing"))
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.delenv("QT_LOGGING_RULES", raising=False)
    _quiet_qt()
    assert os.path.isdir(os.environ["QT_QPA_FONTDIR"])
