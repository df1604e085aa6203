"""The words the program itself shows and says; the texts of exercises live in their specs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Words:
    """Everything shown or spoken that is not from a spec, in one language.

    The defaults are the English ones; `formcheck.io.languages` reads another language from a file
    with exactly these keys, so a missing or misspelt one is found when it is read. ``phrases``
    turns the English sentences of specs and of the session (cues, hints) into that language.
    """

    language: str = "en"
    left: str = "left"
    right: str = "right"
    left_short: str = "L"
    right_short: str = "R"
    good: str = "Good"
    seconds: str = "s"
    target: str = "of {target}"
    set_of: str = "Set {number} of {count}"
    get_ready: str = "Get ready"
    go: str = "Go"
    lower: str = "And back"
    ten_seconds_left: str = "Ten seconds left"
    half: str = "Half-way"
    hold_done: str = "Hold done"
    switch: str = "Other side"
    switch_to: str = "Now the {side} side"
    turn_round: str = "Turn round so that your {side} side is toward the camera"
    paused: str = "Paused"
    come_back: str = "Step into the picture to go on"
    go_on: str = "Go on"
    press_p: str = "Press p to go on"
    rest: str = "Rest"
    rest_for: str = "Rest for {seconds} seconds"
    raise_arm_next: str = "Raise an arm to go on now"
    raise_arm_end: str = "Raise an arm to end"
    next_set: str = "Next set"
    well_done: str = "Well done"
    set_done: str = "Set done"
    given_up: str = "The target was missed {count} times, so it goes on"
    stalled: str = "Nothing was counted for a while, so it goes on"
    one_rep: str = "1 rep"
    reps: str = "{count} reps"
    not_full: str = "{count} not full"
    times: str = "{count} × {cue}"
    no_faults: str = "No faults seen"
    held: str = "{side} {seconds} s"
    too_dark: str = "It is too dark: turn on a light"
    step_in: str = "Step into the picture"
    camera_lost: str = "The camera gives no picture"
    camera_black: str = "The camera's picture is black: is it covered?"
    camera_frozen: str = "The camera's picture stands still"
    restarted: str = "Set starts again"
    next_exercise: str = "Next: {name}"
    exercise_of: str = "Exercise {number} of {count}"
    each_side: str = "each side"
    minutes: str = "{count} min"
    move_camera: str = "Move the camera: {place}"
    place_camera: str = "Camera: {place}"
    arm_menu: str = "Raise an arm: begin now. Keep it up: skip. Longer: the last one again"
    arm_begins: str = "Lower the arm: begin now"
    arm_skips: str = "Lower the arm: skip this one"
    arm_repeats: str = "Lower the arm: the last one again"
    skipped: str = "Skipped"
    once_more: str = "Once more"
    routine_done: str = "All done"
    go_on_later: str = "Stopped: it goes on here next time"
    one_cue_given: str = "1 cue"
    cues_given: str = "{count} cues"
    neutral_learned: str = "Your neutral is learned"
    several_people: str = "More than one person: I watch the one in the middle"
    neutral_again: str = "Be still for a moment: a new neutral"
    turn_side: str = "Turn your {side} side toward the camera"
    try_of: str = "Try {number} of {count}"
    try_again: str = "That try does not count"
    try_counts: str = "That try counts"
    try_unseen: str = "Not everything could be seen"
    try_nothing: str = "Nothing was measured"
    side_first: str = "First the {side} side"
    best_of: str = "best {best}, typical {typical}"
    no_valid_try: str = "no valid try"
    before: str = "before: {value}"
    first_time: str = "nothing to compare with yet"
    relax: str = "Relax"
    help: str = (
        "q quit · p pause · m mute · s other side · r again · n next · l new neutral · "
        "x stop: pain · f full screen"
    )
    phrases: Mapping[str, str] = field(default_factory=dict)

    def side(self, side: str | None) -> str:
        """Return the word for a side, an empty string for none."""
        return {"left": self.left, "right": self.right}.get(side or "", "")

    def counted_reps(self, count: int) -> str:
        """Return a number of reps in words: ``1 rep``, ``3 reps``."""
        return (self.one_rep if count == 1 else self.reps).format(count=count)

    def counted_cues(self, count: int) -> str:
        """Return a number of cues in words: ``1 cue``, ``3 cues``."""
        return (self.one_cue_given if count == 1 else self.cues_given).format(count=count)

    def phrase(self, english: str) -> str:
        """Return a sentence of a spec or the session in this language, with a capital."""
        text = self.phrases.get(english, english)
        return text[:1].upper() + text[1:]
