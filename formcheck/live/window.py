"""The window of a live session: an image, some keys, no toolbar."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Literal, Self

from formcheck.draw.primitives import Image
from formcheck.errors import SettingError

Key = Literal[
    "quit", "pain", "pause", "mute", "side", "restart", "next", "skip", "back", "neutral", "help",
    "full_screen",
]  # fmt: skip

KEYS: dict[int, Key] = {
    ord("q"): "quit", 27: "quit", ord("p"): "pause", ord(" "): "pause", ord("m"): "mute",
    ord("s"): "side", ord("r"): "restart", ord("n"): "next", ord("h"): "help",
    ord("f"): "full_screen", ord("k"): "skip", ord("b"): "back",
    ord("x"): "pain", ord("l"): "neutral",
}  # fmt: skip
_FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts")


class Window:
    """A resizable window that shows BGR images.

    Raises
    ------
    SettingError
        Where no window can be opened.
    """

    def __init__(self, title: str = "formcheck", *, full_screen: bool = False) -> None:
        _require_screen()
        import cv2

        _quiet_qt()
        self._cv2 = cv2
        self._title = title
        self._full_screen = False
        self._sized = False
        try:
            # KEEPRATIO: a person must not look fatter in a wide window.
            flags = cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO | cv2.WINDOW_GUI_NORMAL
            cv2.namedWindow(title, flags)
        except cv2.error as error:
            raise SettingError(
                "no window can be opened here: this OpenCV has no window support"
            ) from error
        if full_screen:
            self.toggle_full_screen()

    def show(self, image_bgr: Image) -> None:
        """Show a frame; the first one sets the size of the window."""
        if not self._sized:
            height, width = image_bgr.shape[:2]
            scale = min(1.0, 1280 / width, 900 / height)
            self._cv2.resizeWindow(self._title, round(width * scale), round(height * scale))
            self._sized = True
        self._cv2.imshow(self._title, image_bgr)

    def key(self) -> Key | None:
        """Return the key pressed since the last call; also lets the window draw itself."""
        code = self._cv2.pollKey()
        if self._is_closed():
            return "quit"
        if code < 0:
            return None
        key = KEYS.get(code & 0xFF)
        if key == "full_screen":
            self.toggle_full_screen()
        return key

    def toggle_full_screen(self) -> None:
        """Fill the screen, or go back to a window."""
        self._full_screen = not self._full_screen
        mode = self._cv2.WINDOW_FULLSCREEN if self._full_screen else self._cv2.WINDOW_NORMAL
        self._cv2.setWindowProperty(self._title, self._cv2.WND_PROP_FULLSCREEN, mode)

    def _is_closed(self) -> bool:
        if not self._sized:
            return False
        return self._cv2.getWindowProperty(self._title, self._cv2.WND_PROP_VISIBLE) < 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._cv2.destroyAllWindows()
        self._cv2.pollKey()


def _require_screen() -> None:
    # Without this look Qt ends the whole process, with no chance to say why.
    if sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
        hint = (
            " (OpenCV's window needs X11 or XWayland)" if os.environ.get("WAYLAND_DISPLAY") else ""
        )
        raise SettingError(f"no window can be opened: there is no screen here{hint}")


def _quiet_qt() -> None:
    """Keep Qt from writing about fonts and platforms on the terminal.

    OpenCV's wheel points Qt to a font folder that it does not ship; it must be corrected after the
    import of cv2 and before the first window. The window itself shows no text of Qt's.
    """
    if not Path(os.environ.get("QT_QPA_FONTDIR", "")).is_dir() or not any(
        Path(os.environ["QT_QPA_FONTDIR"]).iterdir()
    ):
        folders = [folder for folder in _FONT_FOLDERS if Path(folder).is_dir()]
        os.environ["QT_QPA_FONTDIR"] = folders[0] if folders else str(Path(__file__).parent)
    os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false")
    if sys.platform.startswith("linux"):
        os.environ.setdefault("QT_QPA_PLATFORM", "xcb")
