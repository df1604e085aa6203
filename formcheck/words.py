"""The words the program itself shows and says; the texts of exercises live in their specs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Everything shown or spoken that is not from a spec, in one language.

    The defaults are the English ones; `formcheck.texts` reads another language from a file with
    exactly these keys, so a missing or misspelt one is found when it is read.
    """

    language: str = "en"
    left: str = "left"
    right: str = "right"
    both: str = "both sides"
    left_short: str = "L"
    right_short: str = "R"
    good: str = "Good"
    hold: str = "hold"
    seconds: str = "s"
    target: str = "of {target}"
    set_of: str = "Set {number} of {count}"
    missed: str = "{count} not full"
    get_ready: str = "Get ready"

    def side(self, side: str | None) -> str:
        """Return the word for a side, an empty string for none."""
        return {"left": self.left, "right": self.right, "both": self.both}.get(side or "", "")
