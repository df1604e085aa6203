"""The 3-D body filter on bodies that are known: projected through a pinhole camera."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest

from formcheck.core.body.filter3d import (
    ANGLE_NAMES,
    BodyFilter,
    BodyState,
    FilterParameters,
    LandmarkBias,
    Point,
    shadow,
)
from formcheck.core.body.filter3d.angles import angles_rad
from formcheck.core.body.filter3d.model import BodyModel
from formcheck.core.body.filter3d.observation import Observer
from formcheck.core.body.filter3d.skeleton import LANDMARK_OF_POINT
from formcheck.core.body.filter3d.start import first_guess
from formcheck.core.body.filter3d.unknowns import UNKNOWN_COUNT
from formcheck.core.pose import LANDMARK_COUNT, Pose

SIZE_PX = (1280, 720)
FOCAL_PX = 0.88 * 1280
FPS = 30.0
# A network without bias: what is drawn is what the filter is told to expect.
UNBIASED = FilterParameters(thigh_bias_z=0.0, shin_bias_z=0.0, trunk_bias_z=0.0)
# 4 % taller than the filter thinks people are.
THIGH_M, SHIN_M, HIPS_M, SHOULDERS_M, FOOT_M, TRUNK_M = 0.42, 0.445, 0.22, 0.36, 0.16, 0.51
VIEWS = {"front": 0.0, "oblique": 40.0, "side": 90.0}


Move = Callable[[float], Callable[[float], "Body"]]


@dataclass(frozen=True)
class Body:
    """Somebody on their feet, angles in degrees; turned so that 0 faces the camera."""

    turn: float = 0.0
    hip_left: float = 0.0  # thigh against trunk, to the front
    hip_right: float = 0.0
    knee_left: float = 0.0
    knee_right: float = 0.0
    lean: float = 0.0
    distance_m: float = 3.5
    camera_pitch: float = 0.0
    stands_on: str = "left"

    def points(self) -> np.ndarray:
        """Return the ten points in the camera's axes, metres."""
        turn = math.radians(self.turn)
        right = np.array([-math.cos(turn), 0.0, math.sin(turn)])
        up = np.array([0.0, -1.0, 0.0])
        front = np.cross(up, right)
        lean = math.radians(self.lean)
        trunk = math.cos(lean) * up + math.sin(lean) * front
        ahead = np.cross(trunk, right)
        points = np.zeros((10, 3))
        for side, sign in ((0, -1.0), (1, 1.0)):
            hip, knee = (
                math.radians(getattr(self, f"{joint}_{('left', 'right')[side]}"))
                for joint in ("hip", "knee")
            )
            thigh = -math.cos(hip) * trunk + math.sin(hip) * ahead
            shin = -math.cos(hip - knee) * trunk + math.sin(hip - knee) * ahead
            foot = math.sin(hip - knee) * trunk + math.cos(hip - knee) * ahead
            points[0 + side] = sign * HIPS_M / 2 * right
            points[2 + side] = points[0 + side] + THIGH_M * thigh
            points[4 + side] = points[2 + side] + SHIN_M * shin
            points[8 + side] = points[4 + side] + FOOT_M * (0.9 * foot + 0.43 * shin)
            points[6 + side] = TRUNK_M * trunk + sign * SHOULDERS_M / 2 * right
        foot_at = points[Point.LEFT_ANKLE if self.stands_on == "left" else Point.RIGHT_ANKLE]
        points += np.array([0.0, 0.85, self.distance_m]) - foot_at * [0.0, 1.0, 1.0]
        pitch = math.radians(self.camera_pitch)
        c, s = math.cos(pitch), math.sin(pitch)
        return points @ np.array([[1.0, 0.0, 0.0], [0.0, c, s], [0.0, -s, c]])

    def truth(self) -> dict[str, float]:
        lean = self.lean
        return {
            "knee_flexion_left_deg": self.knee_left,
            "knee_flexion_right_deg": self.knee_right,
            "thigh_trunk_flexion_left_deg": self.hip_left,
            "thigh_trunk_flexion_right_deg": self.hip_right,
            "thigh_elevation_left_deg": self.hip_left - lean,
            "thigh_elevation_right_deg": self.hip_right - lean,
            "trunk_lean_sagittal_deg": lean,
            "shin_lean_left_deg": self.knee_left - self.hip_left + lean,
            "shin_lean_right_deg": self.knee_right - self.hip_right + lean,
        }


def pose_of(points: np.ndarray, time_s: float, world: np.ndarray | None = None) -> Pose:
    """Project ten points; world landmarks are as wrong in size as those of MediaPipe."""
    landmarks = np.full((LANDMARK_COUNT, 4), 0.5)
    landmarks[:, 3] = 1.0
    image = FOCAL_PX * points[:, :2] / points[:, 2:]
    landmarks[LANDMARK_OF_POINT, :2] = image / SIZE_PX + 0.5
    in_space = np.zeros((LANDMARK_COUNT, 3))
    in_space[LANDMARK_OF_POINT] = 0.9 * ((points if world is None else world) - points[:2].mean(0))
    return Pose(time_s, SIZE_PX, landmarks, in_space)


def film(motion: Callable[[float], Body], seconds: float, fps: float = FPS) -> list[Pose]:
    times = np.arange(round(seconds * fps)) / fps
    return [pose_of(motion(float(t)).points(), float(t)) for t in times]


def squat(turn: float, **others: float) -> Callable[[float], Body]:
    def at(time_s: float) -> Body:
        depth = 0.5 - 0.5 * math.cos(2 * math.pi * time_s / 2.0)
        return Body(
            turn=turn,
            hip_left=5 + 90 * depth,
            hip_right=5 + 90 * depth,
            knee_left=5 + 95 * depth,
            knee_right=5 + 95 * depth,
            lean=30 * depth,
            **others,
        )

    return at


def march(turn: float) -> Callable[[float], Body]:
    def at(time_s: float) -> Body:
        lift = max(0.0, math.sin(2 * math.pi * time_s / 1.6))
        return Body(turn=turn, hip_right=85 * lift, knee_right=90 * lift, knee_left=4.0)

    return at


def states_of(poses: list[Pose], parameters: FilterParameters = UNBIASED) -> list[BodyState]:
    body_filter = BodyFilter(parameters)
    states = [state for pose in poses for state in body_filter.update(pose)]
    return [*states, *body_filter.finish()]


def mean_errors(
    motion: Callable[[float], Body], states: list[BodyState], from_s: float = 0.5
) -> dict[str, float]:
    errors: dict[str, list[float]] = {}
    for state in states:
        if state.time_s >= from_s:
            for name, true in motion(state.time_s).truth().items():
                errors.setdefault(name, []).append(abs(state.values_deg[name] - true))
    return {name: float(np.mean(values)) for name, values in errors.items()}


class TestDerivatives:
    def test_of_residuals_and_angles_are_those_of_finite_differences(self) -> None:
        body = Body(turn=35, hip_left=70, knee_left=80, hip_right=10, knee_right=20, lean=15)
        seen = Observer(UNBIASED).observe(pose_of(body.points(), 0.0))
        assert seen is not None
        guess = first_guess(seen, SIZE_PX, UNBIASED, None)
        assert guess is not None
        model = BodyModel(UNBIASED)
        noise = np.random.default_rng(3).normal(scale=0.06, size=UNKNOWN_COUNT)
        x = guess.mean[:UNKNOWN_COUNT] + noise
        step = 1e-6 * np.eye(UNKNOWN_COUNT)
        found = model.rows(x, seen).jacobian
        wanted = np.stack(
            [
                (model.rows(x + h, seen).residual - model.rows(x - h, seen).residual) / 2e-6
                for h in step
            ],
            axis=1,
        )
        scale = np.abs(wanted).max(axis=1, keepdims=True)
        assert np.abs((found - wanted) / np.maximum(scale, 1e-9)).max() < 1e-6
        differences = [(angles_rad(x + h)[0] - angles_rad(x - h)[0]) / 2e-6 for h in step]
        assert np.allclose(angles_rad(x)[1], np.stack(differences, axis=1), atol=1e-6)


class TestAngles:
    @pytest.mark.parametrize("view", VIEWS)
    def test_of_a_squat_are_found_in_every_view(self, view: str) -> None:
        motion = squat(VIEWS[view])
        errors = mean_errors(motion, states_of(film(motion, 4.0)))
        assert max(errors.values()) < 4.0, errors

    @pytest.mark.parametrize("view", VIEWS)
    def test_of_one_lifted_leg_are_found_in_every_view(self, view: str) -> None:
        motion = march(VIEWS[view])
        errors = mean_errors(motion, states_of(film(motion, 4.0)))
        assert max(errors.values()) < 5.0, errors

    def test_of_knees_and_hips_do_not_depend_on_the_pitch_of_the_camera(self) -> None:
        motion = squat(40.0, camera_pitch=8.0)
        errors = mean_errors(motion, states_of(film(motion, 4.0)))
        joints = {n: e for n, e in errors.items() if n.startswith(("knee", "thigh_trunk"))}
        assert max(joints.values()) < 4.0, joints

    def test_are_those_of_any_frame_rate(self) -> None:
        motion = squat(40.0)
        for fps in (15.0, 60.0):
            errors = mean_errors(motion, states_of(film(motion, 3.0, fps)))
            assert max(errors.values()) < 5.0, (fps, errors)

    def test_unsigned_ones_are_the_size_of_the_signed_in_the_sagittal_plane(self) -> None:
        motion = squat(60.0)
        for state in states_of(film(motion, 2.0))[20:]:
            values = state.values_deg
            for side in ("left", "right"):
                flexion = values[f"thigh_trunk_flexion_{side}_deg"]
                assert abs(flexion) == pytest.approx(
                    values[f"thigh_trunk_angle_{side}_deg"], abs=4.0
                )

    def test_come_with_standard_deviations_that_hold(self) -> None:
        motion, random = squat(40.0), np.random.default_rng(1)
        poses = []
        for pose in film(motion, 6.0):
            landmarks = pose.landmarks.copy()
            landmarks[:, :2] += random.normal(scale=4.0, size=(LANDMARK_COUNT, 2)) / SIZE_PX
            world = pose.world + random.normal(scale=0.03, size=(LANDMARK_COUNT, 3))
            poses.append(replace(pose, landmarks=landmarks, world=world))
        states = [state for state in states_of(poses) if state.time_s > 0.5]
        inside = [
            abs(state.values_deg[name] - true) < 2 * state.sd_deg[name]
            for state in states
            for name, true in motion(state.time_s).truth().items()
        ]
        assert np.mean(inside) > 0.95
        assert all(0.5 < sd < 60.0 for state in states for sd in state.sd_deg.values())

    def test_of_a_leg_that_is_not_seen_are_uncertain(self) -> None:
        motion = march(40.0)
        poses = film(motion, 2.0)
        hidden = []
        for pose in poses:
            landmarks = pose.landmarks.copy()
            landmarks[[25, 27, 29, 31], 3] = 0.0
            hidden.append(replace(pose, landmarks=landmarks))
        name = "knee_flexion_left_deg"
        seen_sd = states_of(poses)[-20].sd_deg[name]
        assert states_of(hidden)[-20].sd_deg[name] > 1.5 * seen_sd


class TestKnees:
    def test_do_not_bend_forward(self) -> None:
        bent = Body(turn=90.0, knee_left=-25.0, knee_right=-25.0)
        poses = [pose_of(bent.points(), i / FPS) for i in range(60)]
        states = states_of(poses)[30:]
        for side in (0, 1):
            beyond = []
            for state in states:
                thigh = state.points_m[2 + side] - state.points_m[side]
                shin = state.points_m[4 + side] - state.points_m[2 + side]
                hips = state.points_m[1] - state.points_m[0]
                norms = math.prod(float(np.linalg.norm(v)) for v in (thigh, shin, hips))
                beyond.append(math.degrees(math.asin(np.cross(thigh, shin) @ hips / norms)))
            assert np.mean(beyond) < 12.0


class TestBones:
    def test_stay_as_long_as_they_are(self) -> None:
        states = states_of(film(squat(40.0), 4.0))[20:]
        for upper, lower in ((0, 2), (1, 3), (2, 4), (3, 5)):
            lengths = [np.linalg.norm(s.points_m[upper] - s.points_m[lower]) for s in states]
            assert np.std(lengths) < 0.015

    def test_do_not_shrink_in_a_long_set(self) -> None:
        """One camera does not see how large somebody is; a filter may come to believe it does."""
        motion = squat(40.0)
        states = states_of(film(motion, 60.0, 15.0))
        lengths = [np.linalg.norm(s.points_m[0] - s.points_m[2]) for s in (states[60], states[-10])]
        assert lengths[1] == pytest.approx(lengths[0], rel=0.03)
        assert max(mean_errors(motion, states, from_s=50.0).values()) < 4.0


class TestFeet:
    def test_that_rest_stay_where_they_are(self) -> None:
        motion, random = squat(40.0), np.random.default_rng(2)
        poses = []
        for pose in film(motion, 6.0):
            landmarks = pose.landmarks.copy()
            landmarks[:, :2] += random.normal(scale=3.0, size=(LANDMARK_COUNT, 2)) / SIZE_PX
            world = pose.world + random.normal(scale=0.03, size=(LANDMARK_COUNT, 3))
            poses.append(replace(pose, landmarks=landmarks, world=world))
        fixed = states_of(poses)[90:]
        free = states_of(poses, replace(UNBIASED, rest_below=-2.0, moves_above=-1.0))[90:]
        for ankle in (Point.LEFT_ANKLE, Point.RIGHT_ANKLE):
            spread_m = float(np.std([state.points_m[ankle, 2] for state in fixed]))
            assert spread_m < 0.9 * float(np.std([state.points_m[ankle, 2] for state in free]))

    def test_are_on_one_floor(self) -> None:
        states = states_of(film(squat(0.0), 4.0))[30:]
        apart = [s.points_m[Point.LEFT_ANKLE, 1] - s.points_m[Point.RIGHT_ANKLE, 1] for s in states]
        assert np.abs(apart).max() < 0.03


class TestLag:
    def test_every_frame_is_reported_once_and_so_much_later(self) -> None:
        poses = film(squat(40.0), 2.0)
        body_filter, reported = BodyFilter(UNBIASED), []
        for pose in poses:
            for state in body_filter.update(pose):
                assert pose.time_s - state.time_s == pytest.approx(UNBIASED.lag_s, abs=1e-5)
                reported.append(state.time_s)
        reported += [state.time_s for state in body_filter.finish()]
        assert reported == [pose.time_s for pose in poses]

    def test_what_is_reported_does_not_depend_on_what_comes_later(self) -> None:
        poses = film(squat(40.0), 2.0)
        body_filter = BodyFilter(UNBIASED)
        early = [state for pose in poses[:40] for state in body_filter.update(pose)]
        for state, later in zip(early, states_of(poses), strict=False):
            assert same(state, later)

    def test_is_0_where_nothing_may_wait(self) -> None:
        poses = film(squat(40.0), 1.0)
        body_filter = BodyFilter(replace(UNBIASED, lag_s=0.0))
        for pose in poses:
            (state,) = body_filter.update(pose)
            assert state.time_s == pose.time_s

    def test_helps(self) -> None:
        motion = squat(40.0)
        poses = film(motion, 4.0)
        late = mean_errors(motion, states_of(poses))
        at_once = mean_errors(motion, states_of(poses, replace(UNBIASED, lag_s=0.0)))
        assert sum(late.values()) < sum(at_once.values())

    def test_lost_frames_are_no_lost_states(self) -> None:
        poses = film(squat(40.0), 3.0)
        kept = [pose for i, pose in enumerate(poses) if not (30 < i < 40 or i % 7 == 3)]
        assert [state.time_s for state in states_of(kept)] == [pose.time_s for pose in kept]


class TestGaps:
    def test_short_ones_are_bridged(self) -> None:
        motion = squat(40.0)
        poses = film(motion, 3.0)
        for i in range(40, 47):
            poses[i] = Pose.missing(poses[i].time_s, SIZE_PX)
        states = states_of(poses)
        assert [state.time_s for state in states] == [pose.time_s for pose in poses]
        assert [i for i, state in enumerate(states) if not state.measured] == list(range(40, 47))
        name = "knee_flexion_left_deg"
        assert states[43].sd_deg[name] > states[39].sd_deg[name]
        assert abs(states[43].values_deg[name] - motion(states[43].time_s).knee_left) < 15.0

    def test_after_long_ones_all_starts_anew(self) -> None:
        motion = squat(40.0)
        poses = film(motion, 4.0)
        for i in range(40, 70):
            poses[i] = Pose.missing(poses[i].time_s, SIZE_PX)
        states = states_of(poses)
        seen = [pose.time_s for pose in poses if pose.detected]
        assert [state.time_s for state in states] == seen
        alone = states_of(poses[70:])
        assert all(same(a, b) for a, b in zip(states[40:], alone, strict=True))

    def test_frames_without_extent_are_gaps(self) -> None:
        poses = film(squat(40.0), 1.0)
        poses[10] = replace(poses[10], world=np.zeros((LANDMARK_COUNT, 3)))
        poses[12].world[27] = np.nan
        states = states_of(poses)
        assert [i for i, state in enumerate(states) if not state.measured] == [10, 12]

    def test_somebody_elsewhere_is_followed_after_the_gap(self) -> None:
        motion = squat(40.0)
        poses = film(motion, 4.0)
        shifted = []
        for pose in poses:
            landmarks = pose.landmarks.copy()
            if pose.time_s >= 2.0:
                landmarks[:, 0] -= 0.3
            shifted.append(replace(pose, landmarks=landmarks))
        states = states_of(shifted)
        times = [state.time_s for state in states]
        assert max(t for t in times if t < 2.0) == pytest.approx(2.0 - 1 / FPS)
        anew = min(t for t in times if t >= 2.0)
        assert 2.0 + UNBIASED.gap_s <= anew + 2 / FPS
        assert anew < 2.0 + UNBIASED.gap_s + 2 / FPS
        errors = mean_errors(motion, [s for s in states if s.time_s > 3.0])
        assert errors["knee_flexion_left_deg"] < 6.0

    def test_reset_gives_what_waited_and_forgets(self) -> None:
        poses = film(squat(40.0), 2.0)
        body_filter = BodyFilter(UNBIASED)
        states = [state for pose in poses[:30] for state in body_filter.update(pose)]
        states += body_filter.reset()
        assert len(states) == 30
        again = [state for pose in poses[30:] for state in body_filter.update(pose)]
        again += body_filter.finish()
        assert all(same(a, b) for a, b in zip(again, states_of(poses[30:]), strict=True))

    def test_a_frame_from_the_past_is_passed_over(self) -> None:
        poses = film(squat(40.0), 1.0)
        assert len(states_of([*poses[:20], poses[5], *poses[20:]])) == len(poses)

    def test_nobody_at_all_gives_nothing(self) -> None:
        assert states_of([Pose.missing(i / FPS, SIZE_PX) for i in range(40)]) == []


class TestReplay:
    def test_gives_the_same_to_the_digit(self) -> None:
        poses = film(march(40.0), 2.0)
        for a, b in zip(states_of(poses), states_of(poses), strict=True):
            assert same(a, b)

    def test_does_not_depend_on_when_the_clock_began(self) -> None:
        poses = film(march(40.0), 2.0)
        later = [replace(pose, time_s=pose.time_s + 1000.0) for pose in poses]
        for a, b in zip(states_of(poses), states_of(later), strict=True):
            assert b.values_deg == pytest.approx(a.values_deg, abs=1e-3)


class TestMirror:
    def test_of_the_image_exchanges_left_and_right(self) -> None:
        poses = film(march(40.0), 2.0)
        swap = np.arange(LANDMARK_COUNT)
        for left, right in LANDMARK_OF_POINT.reshape(5, 2):
            swap[[left, right]] = right, left
        mirrored = []
        for pose in poses:
            landmarks, world = pose.landmarks[swap].copy(), pose.world[swap].copy()
            landmarks[:, 0] = 1.0 - landmarks[:, 0]
            world[:, 0] *= -1.0
            mirrored.append(replace(pose, landmarks=landmarks, world=world))
        for state, other in zip(states_of(poses), states_of(mirrored), strict=True):
            for name, value in state.values_deg.items():
                twin = name
                for one, two in (("left", "right"), ("right", "left")):
                    if one in name:
                        twin = name.replace(one, two)
                assert other.values_deg[twin] == pytest.approx(value, abs=1e-6)
                assert other.sd_deg[twin] == pytest.approx(state.sd_deg[name], abs=1e-6)

    def test_of_depth_is_left_within_half_a_second(self) -> None:
        """A thigh towards the camera that the network at first took for one away from it."""
        points = Body(turn=0.0, hip_left=60.0, knee_left=70.0).points()
        behind = points.copy()
        behind[[2, 4, 8], 2] = 2 * points[0, 2] - points[[2, 4, 8], 2]
        wrong = [pose_of(points, i / FPS, world=behind) for i in range(30)]
        right = [pose_of(points, (30 + i) / FPS) for i in range(60)]
        name = "thigh_trunk_flexion_left_deg"
        states = states_of([*wrong, *right])
        assert states[20].values_deg[name] < -10.0
        # From the frame on in which the network changed its mind, not from the one it was noticed.
        assert all(abs(state.values_deg[name] - 60.0) < 30.0 for state in states[32:])
        assert all(abs(state.values_deg[name] - 60.0) < 12.0 for state in states[45:])
        early = BodyFilter(UNBIASED)
        reported = [state for pose in [*wrong, *right[:20]] for state in early.update(pose)]
        assert all(same(a, b) for a, b in zip(reported, states, strict=False))
        kept = states_of([*wrong, *right], replace(UNBIASED, mirror_sd=99.0))
        assert kept[-1].values_deg[name] < -10.0


def exchange(pose: Pose) -> Pose:
    swap = np.arange(LANDMARK_COUNT)
    for left in (23, 25, 27, 29, 31):
        swap[[left, left + 1]] = left + 1, left
    return replace(pose, landmarks=pose.landmarks[swap], world=pose.world[swap])


class TestLegNames:
    @pytest.mark.parametrize("view", VIEWS)
    @pytest.mark.parametrize("move", [squat, march])
    def test_of_the_network_stand_where_they_are_right(self, view: str, move: Move) -> None:
        assert not any(s.exchanged for s in states_of(film(move(VIEWS[view]), 4.0)))

    @pytest.mark.parametrize("view", ["front", "oblique"])
    def test_that_are_exchanged_for_a_while_are_put_right(self, view: str) -> None:
        poses = film(march(VIEWS[view]), 4.0)
        wrong = [exchange(p) if 1.5 < p.time_s < 2.3 else p for p in poses]
        for state, clean in zip(states_of(wrong), states_of(poses), strict=True):
            assert state.exchanged == (1.5 < state.time_s < 2.3)
            assert state.values_deg == clean.values_deg

    def test_that_are_wrong_at_the_beginning_are_given_up(self) -> None:
        motion = march(40.0)
        poses = [exchange(p) if p.time_s < 0.3 else p for p in film(motion, 4.0)]
        states = [state for state in states_of(poses) if state.time_s > 1.5]
        assert not any(state.exchanged for state in states)
        assert max(mean_errors(motion, states).values()) < 5.0


class TestLandmarkBias:
    def test_that_is_known_is_taken_off(self) -> None:
        motion = squat(40.0)
        table = np.zeros((5, 6, 3))
        table[0, 0] = 0.05, -0.1, 0.08
        table[1, 0] = 0.0, 0.0, 0.1
        bias = LandmarkBias(table)
        poses = []
        for i in range(90):
            points = motion(i / FPS).points()
            x = np.zeros(UNKNOWN_COUNT)
            x[:30] = points.ravel()
            pose = pose_of(points, i / FPS)
            marked = pose_of(points + bias.offsets_m(x), i / FPS)
            poses.append(replace(pose, landmarks=marked.landmarks))
        known = BodyFilter(UNBIASED, bias=bias)
        states = [state for pose in poses for state in known.update(pose)]
        with_bias = sum(mean_errors(motion, states).values())
        assert with_bias < 0.75 * sum(mean_errors(motion, states_of(poses)).values())

    def test_of_another_shape_is_refused(self) -> None:
        with pytest.raises(ValueError, match=r"table must have the shape \(5, 6, 3\), but has \(2"):
            LandmarkBias(np.zeros((2, 3)))


class TestShadow:
    def test_is_a_table_of_what_the_filter_reports(self) -> None:
        poses = film(squat(40.0), 1.0)
        table, states = shadow(poses, UNBIASED), states_of(poses)
        assert table.time_s.tolist() == [state.time_s for state in states]
        assert set(table.values_deg) == set(table.sd_deg) == set(ANGLE_NAMES)
        for name in ANGLE_NAMES:
            assert table.values_deg[name].tolist() == [s.values_deg[name] for s in states]
            assert table.sd_deg[name].tolist() == [s.sd_deg[name] for s in states]
        assert table.measured.all()

    def test_of_nothing_is_empty(self) -> None:
        table = shadow([])
        assert table.time_s.shape == table.values_deg["knee_flexion_left_deg"].shape == (0,)


def same(a: BodyState, b: BodyState) -> bool:
    return (
        a.time_s == b.time_s
        and bool((a.points_m == b.points_m).all())
        and a.values_deg == b.values_deg
        and a.sd_deg == b.sd_deg
    )
