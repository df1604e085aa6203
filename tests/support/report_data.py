"""A made-up take of the standing march, in the shape of the result files."""

from __future__ import annotations

from typing import Any

import numpy as np

from formcheck.core.spec.exercise import ExerciseSpec
from formcheck.io.frames import FrameTable

FPS = 30.0
DURATION_S = 24.0


def march_frames() -> FrameTable:
    """Three lifts a side; the far leg is unknown for a while, the trunk sways."""
    time_s = np.arange(0, DURATION_S, 1 / FPS)
    values = {}
    noise = np.random.default_rng(1)
    for side, shift in (("left", 0.0), ("right", 3.5)):
        wave = np.zeros_like(time_s)
        for number in range(3):
            start = 2.0 + shift + 7.0 * number
            peak = 92.0 if (side, number) != ("left", 1) else 71.0
            inside = (time_s > start) & (time_s < start + 3.2)
            shape = np.sin(np.pi * (time_s[inside] - start) / 3.2)
            wave[inside] = peak * np.clip(1.25 * shape, 0, 1)
        values[f"thigh_elevation_{side}_deg"] = wave + noise.normal(0, 0.7, wave.shape)
        values[f"knee_flexion_{side}_deg"] = 4 + 0.95 * wave + noise.normal(0, 0.9, wave.shape)
    values["trunk_lean_sagittal_deg"] = 2 + 5 * np.sin(time_s / 3)
    values["knee_over_ankle_left"] = 0.05 * np.sin(time_s)
    values["pelvis_list_deg"] = np.full_like(time_s, np.nan)
    values["knee_flexion_right_deg"][300:360] = np.nan
    return FrameTable(time_s, values, {"phase": tuple(["rest"] * len(time_s))})


def march_results() -> dict[str, Any]:
    """The `clip.formcheck.json` of that take."""
    reps = []
    for number in range(3):
        for side, shift in (("left", 0.0), ("right", 3.5)):
            if (side, number) == ("left", 1):
                continue
            start = 2.0 + shift + 7.0 * number
            hold = 1.9 if (side, number) == ("right", 2) else 3.1
            reps.append(
                {
                    "side": side,
                    "start_s": start,
                    "top_s": start + 1.6,
                    "end_s": start + 3.2,
                    "hold_s": hold,
                    "measurements": {"thigh_elevation_max_deg": 90.0 + number},
                    "faults": ["hold_short"] if hold < 3 else [],
                }
            )
    fault = {"side": "left", "unit": "deg", "severity": "fault"}
    return {
        "schema": 1,
        "formcheck_version": "0.1.0",
        "exercise": "standing_march",
        "source": {
            "path": "march.mp4",
            "duration_s": DURATION_S,
            "fps": FPS,
            "width": 1280,
            "height": 720,
        },
        "model": {"name": "full", "sha256": "ab" * 32},
        "view": "side",
        "near_side": "left",
        "totals": {
            "reps": {"left": 2, "right": 3},
            "attempts": {"left": 1, "right": 0},
            "hold_s": {"left": 0.0, "right": 0.0},
        },
        "reps": reps,
        "attempts": [
            {
                "side": "left",
                "start_s": 9.0,
                "top_s": 10.6,
                "best": 71.0,
                "target": 85.0,
                "unit": "deg",
            }
        ],
        "holds": [],
        "faults": [
            {
                **fault,
                "check": "knee_height",
                "start_s": 9.7,
                "end_s": 11.4,
                "worst": 71.0,
                "limit": 80.0,
                "cue": "Lift the knee until the thigh is level",
            },
            {
                **fault,
                "check": "hold_short",
                "side": "right",
                "start_s": 19.5,
                "end_s": 22.7,
                "worst": 1.9,
                "limit": 3.0,
                "unit": "s",
                "severity": "warning",
                "cue": "Hold it for three seconds",
            },
        ],
        "not_assessed": [
            {"check": "pelvis_drop", "reason": "needs the front view", "seconds": 24.0}
        ],
        "measurements": {
            name: {
                "min": float(np.nanmin(values)),
                "max": float(np.nanmax(values)),
                "mean": float(np.nanmean(values)),
                "coverage": float(np.isfinite(values).mean()),
            }
            if np.isfinite(values).any()
            else {"min": None, "max": None, "mean": None, "coverage": 0.0}
            for name, values in march_frames().values.items()
        },
        "quality": {"detected": 0.99, "warnings": ["the feet were out of the picture for 2.0 s"]},
    }


def march_spec() -> ExerciseSpec:
    """The exercise that take belongs to."""
    return ExerciseSpec.model_validate(
        {
            "id": "standing_march",
            "name": "Standing march",
            "summary": "Lift one thigh after the other.",
            "kind": "reps",
            "view": "side",
            "position": "standing",
            "sides": "alternate",
            "dose": {"sets": 3, "reps": 10, "per": "side", "hold_s": [3, 5], "source": "S0"},
            "setup": {"camera": "Hip height, three metres away, at your side"},
            "rep": {
                "measurement": "thigh_elevation",
                "rest_below": 25,
                "top_above": 60,
                "target": 85,
                "tolerance": 5,
            },
            "checks": [
                {
                    "id": "knee_height",
                    "measurement": "thigh_elevation",
                    "during": "top",
                    "at_least": 80,
                    "cue": "Lift the knee until the thigh is level",
                    "why": "Lower lifts leave the psoas out of its working range.",
                    "source": "S0",
                },
                {
                    "id": "hold_short",
                    "measurement": "thigh_elevation",
                    "of": "hold_s",
                    "during": "top",
                    "at_least": 3,
                    "cue": "Hold it for three seconds",
                    "severity": "warning",
                    "source": "S0",
                },
                {
                    "id": "trunk_lean",
                    "measurement": "trunk_lean_sagittal",
                    "during": "rep",
                    "at_least": -10,
                    "at_most": 10,
                    "cue": "Stay tall",
                    "source": "heuristic",
                },
                {
                    "id": "pelvis_drop",
                    "measurement": "pelvis_list",
                    "during": "top",
                    "at_most": 8,
                    "view": "front",
                    "cue": "Keep the hips level",
                    "source": "heuristic",
                },
            ],
            "source": "S0",
        }
    )
