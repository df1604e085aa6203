"""From raw poses to a body one can measure: who, which side, how turned, how large."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from formcheck.core.body.body import Body
from formcheck.core.body.camera_roll import Vertical
from formcheck.core.body.knees import knee_between, knee_on_floor
from formcheck.core.body.leg_identity import LegSides, LegVerdict, exchange_legs
from formcheck.core.body.same_person import OtherBody, Sighting, is_same_person, sighting_of
from formcheck.core.body.view import View, ViewEstimator
from formcheck.core.pose import SIDES, FloatArray, Landmark, Pose, Side, landmark_of

# Hips that jump by more than this many trunk lengths beyond what a quick person moves, or a trunk
# that changes size by this factor, belong to somebody else (or to another shot of a cut video).
JUMP, JUMP_PER_S = 0.6, 4.0
SCALE_JUMP = 1.7
# Turned by less than this out of a side view, one leg hides the other and they are confused;
# heuristic: what is filmed from the side is turned by up to 30 degrees.
HIDDEN_WITHIN_DEG = 30.0
# Somebody else who stays this long is the person from then on.
NEW_PERSON_S = 1.0
# Side views reach up to about 45 degrees of turn.
MIN_SHORTENING = 0.75
# A trunk that leans toward the camera looks shorter than it is for some seconds.
SCALE_MEMORY_S = 8.0
# Thigh over trunk, as the landmarks lie, of a person not yet seen standing: real people 0.64 to
# 0.75, rendered ones 0.76 to 0.93; heuristic.
TYPICAL_THIGH = 0.75
# Both thighs hang where they are seen as long as this, of the longest seen.
STANDS_FROM = 0.93
# Shin (knee to ankle) over thigh (hip to knee) of adults, as the landmarks lie; heuristic.
SHIN_OVER_THIGH = 1.0

OTHER_PERSON = "somebody else is in the picture"
NOBODY = "nobody is in the picture"
NO_VIEW = "how the person is turned cannot be told"


@dataclass(frozen=True, slots=True)
class Tracked:
    """A pose after tracking.

    Attributes
    ----------
    pose : Pose
        With left and right corrected; merged legs have visibility 0.
    body : Body or None
        None where nobody (or somebody else) is detected; `reason` says which.
    repaired : bool
        True where a left-right swap was corrected.
    separated : bool
        True where both legs' joints lay between the legs and were separated again: good enough to
        count by, not to judge by.
    wrong_since_s : float
        Since when left and right were swapped, where they were until now; otherwise NaN.
    unfit : str or None
        Why the picture cannot be judged, though somebody is in it.
    restarted : bool
        True in the frame from which another person (or another shot) is followed.
    """

    pose: Pose
    body: Body | None
    repaired: bool = False
    restarted: bool = False
    separated: bool = False
    reason: str = NOBODY
    wrong_since_s: float = math.nan
    unfit: str | None = None


class Tracker:
    """Keeps what is known about the person from frame to frame.

    It follows them by a clock that begins with their first pose. A set in front of a camera begins
    whenever it begins: the same poses must give the same there as in a file, whose first picture is
    at 0.

    Parameters
    ----------
    roll_deg : float, optional
        Roll of the camera: the picture's true vertical is turned clockwise by this. Not given, it
        is learned from a person who stands.

    Attributes
    ----------
    vertical : Vertical
        The camera's roll.
    """

    def __init__(self, roll_deg: float | None = None) -> None:
        self.vertical = Vertical(roll_deg)
        self._build = OtherBody()
        self._began_s: float | None = None
        self._forget()

    def update(self, pose: Pose) -> Tracked:
        """Take the next pose."""
        other = self._build.update(pose)
        if other:
            self._forget()
        if other or self._began_s is None:
            self._began_s = pose.time_s
        tracked = self._follow(pose.time_s - self._began_s, pose)
        if other or not math.isnan(tracked.wrong_since_s):
            tracked = replace(
                tracked,
                restarted=tracked.restarted or other,
                wrong_since_s=tracked.wrong_since_s + self._began_s,
            )
        return tracked

    def _forget(self) -> None:
        """Forget the person; the camera stays where it is."""
        self._view = ViewEstimator()
        self._legs = LegSides()
        self._thigh_over_trunk = math.nan
        self._heels_below = math.nan
        self._scale = (0.0, 0.0)
        self._here: tuple[float, Sighting] | None = None
        self._other_since: float | None = None

    def _follow(self, time_s: float, pose: Pose) -> Tracked:
        """Take the next pose, at a time of the person's own clock."""
        if not pose.detected:
            return Tracked(pose, None)
        now = sighting_of(pose.points_px)
        trunk_px = now.trunk_px
        restarted = False
        if self._is_other(time_s, now):
            if self._other_since is None:
                self._other_since = time_s
            if time_s - self._other_since < NEW_PERSON_S:
                return Tracked(pose, None, reason=OTHER_PERSON)
            self._forget()
            restarted = True
        if self._other_since is not None:
            # Back after a jump away (a cut, somebody else): where the legs go on is not known.
            self._legs = LegSides()
        self._other_since = None
        self._here = (time_s, now._replace(trunk_px=max(trunk_px, 1e-6)))
        view = self._view.update(time_s, pose)
        if view is None:
            # World landmarks without extent (a damaged recording) do not tell the view.
            return Tracked(pose, None, restarted=restarted, reason=NO_VIEW)
        scale_px = self._scale_px(time_s, trunk_px)
        thigh_px = self._thigh_in_view(view, scale_px)
        legs = self._which_legs(time_s, pose, view, scale_px, thigh_px)
        seen = exchange_legs(pose) if legs.exchanged else pose
        if legs.separated is not None:
            seen = _put(seen, _KNEES_AND_ANKLES, legs.separated)
        if legs.usable:
            seen = _with_knees(seen, view.near_side, thigh_px)
        else:
            seen = _hide(seen, _KNEES_AND_ANKLES)
        thigh_px = self._learn_standing(seen, view, scale_px)
        roll_deg = self.vertical.update(time_s, pose)
        body = Body(seen, view, roll_deg, thigh_px, heels_below=self._heels_below)
        separated = legs.separated is not None
        repaired = legs.exchanged or separated
        return Tracked(seen, body, repaired, restarted, separated, wrong_since_s=legs.wrong_since_s)

    def _which_legs(
        self, time_s: float, pose: Pose, view: View, scale_px: float, thigh_px: float
    ) -> LegVerdict:
        """Return which leg is which: only legs that hide one another are confused."""
        if abs(abs(view.turn_deg) - 90.0) < HIDDEN_WITHIN_DEG:
            shin_px = thigh_px * SHIN_OVER_THIGH
            return self._legs.update(time_s, pose, scale_px, thigh_px, shin_px)
        # Seen apart, the model names them by what it sees of the hips; motion knows less than that.
        self._legs = LegSides()
        return LegVerdict(False, True)

    def _is_other(self, time_s: float, now: Sighting) -> bool:
        if self._here is None or not now.trunk_px > 0:
            return False
        last_s, last = self._here
        dt = time_s - last_s
        if dt > NEW_PERSON_S:
            return False
        return not is_same_person(
            last,
            now,
            moved=JUMP + JUMP_PER_S * dt,
            grown=SCALE_JUMP + dt,
            grown_from=JUMP / 2,
        )

    def _scale_px(self, time_s: float, trunk_px: float) -> float:
        """Return the trunk's length where nothing is foreshortened: it shrinks only slowly."""
        last_s, scale_px = self._scale
        kept_px = scale_px * math.exp(-max(0.0, time_s - last_s) / SCALE_MEMORY_S)
        self._scale = (time_s, max(trunk_px, kept_px))
        return self._scale[1]

    def _thigh_in_view(self, view: View, scale_px: float) -> float:
        """Return how long a level thigh looks from the side; NaN in other views."""
        if view.name != "side":
            return math.nan
        shortened = max(MIN_SHORTENING, math.sin(math.radians(abs(view.turn_deg))))
        known = self._thigh_over_trunk
        return (TYPICAL_THIGH if math.isnan(known) else known) * scale_px * shortened

    def _learn_standing(self, pose: Pose, view: View, scale_px: float) -> float:
        """Learn the build of a standing person; return the length of their thigh, pixels."""
        if not scale_px > 0:
            return self._thigh_over_trunk * scale_px
        down_px = dict(zip(_LEGS, pose.points_px[_LEGS, 1].tolist(), strict=True))

        def below(upper: str, lower: str) -> list[float]:
            marks = ((landmark_of(side, upper), landmark_of(side, lower)) for side in SIDES)
            return [(down_px[low] - down_px[up]) / scale_px for up, low in marks]

        # 0.6: shorter ones are bent or foreshortened; the longest seen is the standing one.
        ratio, known = min(below("hip", "knee")), self._thigh_over_trunk
        if ratio > 0.6 and not ratio <= known:
            known = ratio if math.isnan(known) else known + 0.2 * (ratio - known)
            self._thigh_over_trunk = known
        if ratio > STANDS_FROM * known and view.name != "side":
            heels, last = sum(below("ankle", "heel")) / 2, self._heels_below
            self._heels_below = heels if math.isnan(last) else last + 0.05 * (heels - last)
        return known * scale_px


_LEGS = [landmark_of(side, joint) for side in SIDES for joint in ("hip", "knee", "ankle", "heel")]
_KNEES_AND_ANKLES = [landmark_of(side, joint) for side in SIDES for joint in ("knee", "ankle")]


def _with_knees(pose: Pose, near_side: Side, thigh_px: float) -> Pose:
    """Return the pose with each knee that cannot be where it was seen put where the bones reach."""
    points = pose.points_px
    for side in SIDES:
        hip, knee, ankle = (
            (float(points[mark, 0]), float(points[mark, 1]))
            for mark in (landmark_of(side, joint) for joint in ("hip", "knee", "ankle"))
        )
        found_again = knee_on_floor if side == near_side else knee_between
        place = found_again(hip, knee, ankle, thigh_px, thigh_px * SHIN_OVER_THIGH)
        if place is not None:
            pose = _put(pose, [landmark_of(side, "knee")], np.array([place]))
    return pose


def _put(pose: Pose, marks: list[Landmark], points_px: FloatArray) -> Pose:
    """Return the pose with some landmarks put elsewhere in the picture."""
    landmarks = pose.landmarks.copy()
    landmarks[marks, :2] = points_px / np.asarray(pose.size_px)
    return replace(pose, landmarks=landmarks)


def _hide(pose: Pose, marks: list[Landmark]) -> Pose:
    """Return the pose with visibility 0 for some landmarks: their place is not believed."""
    landmarks = pose.landmarks.copy()
    landmarks[marks, 3] = 0.0
    return replace(pose, landmarks=landmarks)
