"""The texts of the program in one catalogue; the texts of exercises live in their specs.

What is shown and said during an exercise (`Messages`) can be in another language, which
`formcheck.io.languages` reads from a file. The sentences of a summary (`SummaryMessages`) and what
parts of a result are called (the tables at the end) are English only so far.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from formcheck.core.formatting import capitalised


@dataclass(frozen=True, slots=True)
class Messages:
    """Everything shown or said during an exercise that is not from a spec, in one language.

    The English texts are these defaults; another language is a file with exactly these keys, so a
    missing or misspelt one is found when it is read. ``phrases`` turns the English sentences of
    specs and of the session (cues, hints) into that language.
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
    come_back: str = "Step into view to continue"
    go_on: str = "Go on"
    press_p: str = "Press p to continue"
    rest: str = "Rest"
    rest_for: str = "Rest for {seconds} seconds"
    raise_arm_next: str = "Raise an arm to continue now"
    raise_arm_end: str = "Raise an arm to end"
    next_set: str = "Next set"
    well_done: str = "Well done"
    set_done: str = "Set done"
    given_up: str = "The target was missed {count} times, so it moves on"
    stalled: str = "Nothing was counted for a while, so it moves on"
    one_rep: str = "1 rep"
    reps: str = "{count} reps"
    not_full: str = "{count} not full"
    times: str = "{count} × {cue}"
    no_faults: str = "No faults detected"
    held: str = "{side} {seconds} s"
    too_dark: str = "It is too dark: turn on a light"
    step_in: str = "Step into the picture"
    camera_lost: str = "The camera sends no image"
    camera_black: str = "The camera's image is black: is it covered?"
    camera_frozen: str = "The camera's image is frozen"
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
    go_on_later: str = "Stopped: it resumes here next time"
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
        return capitalised(self.phrases.get(english, english))


@dataclass(frozen=True, slots=True)
class SummaryMessages:
    """The sentences of a session's summary (`formcheck.core.judge.summary_text`)."""

    done: str = "Done: {times}."
    timed: str = "it is done by time and feeling, so there is no score"
    timed_not_assessed: str = "Not assessed: {reason}."
    held: str = "Held: {times}."
    counted: str = "Counted: {reps}."
    longest_hold: str = "Longest hold: {longest} (target: {target_s:g} s)."
    missed: str = "Did not reach the target: {attempts}."
    attempt: str = "attempt"
    nothing_measured: str = "Nothing was measured."
    measured: str = "{name}: {value}."
    not_measured: str = "{name}: not measured ({reasons})."
    reading: str = "{reading} ({source})."
    near_border: str = "{reading}, near the border of this range ({source})."
    not_valid: str = "Not valid: {reasons}."
    validity_unknown: str = "Whether it is valid was not assessed ({reasons})."
    no_faults: str = "No faults detected."
    fault: str = "{cue}: {times}, first at {first} ({missed})."
    fault_of_side: str = "{cue}: {times}, {side}, first at {first} ({missed})."
    not_assessed: str = "Not assessed: {what} ({reason})."
    not_assessed_for: str = "Not assessed for {seconds:.0f} of {of_s:.0f} s: {what} ({reason})."
    detected: str = "Somebody was found in {percent} of the frames."
    nobody: str = "Nobody was found in the whole recording."
    nobody_in: str = "Nobody was found in {percent} of the frames."
    never_ready: str = "The start position was never seen, so nothing was counted."
    never_ready_why: str = "The start position was never seen, so nothing was counted: {why}."
    seldom_ready: str = (
        "The start position was seen in only {percent} of the frames, and nothing was counted: "
        "{why}."
    )
    several_people: str = (
        "{people} people were in the picture at {at}; one of them was measured "
        "(--person-at says which)."
    )
    unfit: str = "{percent} of the frames were not assessed: {reason}."
    camera_rolled: str = (
        "People lean {degrees} degrees to the {side} in this picture: the camera was not level. "
        "Upright was learned from the person standing."
    )
    legs_repaired: str = (
        "Left and right leg were mixed up and put right in {percent} of the frames."
    )


ENGLISH = Messages()
SUMMARY = SummaryMessages()

SIDES: Mapping[str, str] = {
    "left": ENGLISH.left,
    "right": ENGLISH.right,
    "both": "both sides",
}
VIEWS: Mapping[str, str] = {
    "side": "seen from the side",
    "front": "seen from the front",
    "back": "seen from behind",
    "oblique": "seen at an angle",
}
SEVERITIES: Mapping[str, str] = {"fault": "To correct", "warning": "To watch", "info": "Note"}
STATISTICS: Mapping[str, str] = {
    "max": "highest",
    "min": "lowest",
    "mean": "average",
    "range": "range",
    "peak": "highest",
    "top": "at the top",
    "end": "at the end",
    "start": "at the start",
    "size": "there and back",
    "radius": "radius",
}
# What plus and minus mean, for people: positive, negative (docs/measurement.md has the signs).
DIRECTIONS: Mapping[str, tuple[str, str]] = {
    "trunk_lean_sagittal": ("forward", "back"),
    "trunk_lean_frontal": ("to the right", "to the left"),
    "shoulder_slope": ("lower on the right", "lower on the left"),
    "pelvis_list": ("lower on the right", "lower on the left"),
    "pelvis_drop": ("lower", "higher"),
    "shin_lean": ("forward", "back"),
    "knee_over_ankle": ("in front", "behind"),
    "pelvis_tilt_change": ("tipped forward", "tipped back"),
    "lumbar_change": ("arched", "rounded"),
    "thigh_above_level": ("above level", "below level"),
    "leg_above_level": ("above level", "below level"),
    "trunk_above_level": ("above level", "below level"),
    "foot_ahead": ("in front", "behind"),
    "thigh_ahead": ("in front", "behind"),
    "trunk_side_bend": ("to this side", "to the other side"),
    "trunk_rotation": ("to this side", "to the other side"),
    "leg_abduction": ("outward", "inward"),
    "knee_inward": ("inward", "outward"),
    "ankle_dorsiflexion": ("toes up", "toes down"),
}
ABBREVIATIONS: Mapping[str, str] = {"rom": "range of motion", "com": "centre of mass"}
